"""The base of every table of the settings."""

from pydantic import BaseModel, ConfigDict


class SettingsTable(BaseModel):
    """Hold one table of the settings; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
