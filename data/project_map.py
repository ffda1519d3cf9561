"""The settings of what is drawn and printed: the keys of ``[map]`` and ``[atlas]``."""

from typing import Literal

from data.settings_table import SettingsTable


class TitleBlockTable(SettingsTable):
    """Hold ``[map.title_block]``: what stands in the title block of every sheet; what is left out stays blank to sign.

    ``plan`` and ``period`` are the name and the years of the plan, ``client`` and ``institute`` who ordered and who
    made it; ``review_number`` is the number under which the map was reviewed for publication.
    """

    plan: str = ""
    period: str = ""
    client: str = ""
    institute: str = ""
    lead: str = ""
    drawn: str = ""
    checked: str = ""
    approved: str = ""
    review_number: str = ""


class MapTable(SettingsTable):
    """Hold ``[map]``."""

    title: str = ""
    title_block: TitleBlockTable = TitleBlockTable()


class AtlasTable(SettingsTable):
    """Hold ``[atlas]``.

    ``sheets`` is a file of sheets that takes the place of those of the package, ``only`` the keys of the sheets that
    are made; ``fonts`` are font files for characters that the font of the package does not have.
    """

    paper: Literal["A4", "A3", "A1"] = "A3"
    sheets: str | None = None
    only: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()
