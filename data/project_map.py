"""The settings of what is drawn and printed: the keys of ``[map]``."""

from data.settings_table import SettingsTable


class MapTable(SettingsTable):
    """Hold ``[map]``."""

    title: str = ""
