"""The settings of the chapter of the plan: the keys of ``[report]``."""

from typing import Literal

from data.settings_table import SettingsTable

Section = Literal[
    "basis", "present", "network", "circle", "lacking", "clusters", "works", "years", "quality", "indicators"
]


class ReportTable(SettingsTable):
    """Hold ``[report]``: the institute's ``template``, and the ``sections`` in order; all of them by default.

    Styles, page, header and footer are those of the template; what stands in its body is left out.
    """

    template: str | None = None
    sections: tuple[Section, ...] = (
        "basis", "present", "network", "circle", "lacking", "clusters", "works", "years", "quality", "indicators",
    )  # fmt: skip
