"""Walking profiles: the shipped ones, and what a standard or a project changes of them."""

import dataclasses
import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from data.errors import ProjectError, StandardError
from data.problems import error
from data.standards.model import Profile
from data.standards.strict_toml import check_tables, read_toml
from data.standards.tables import ProfilesFile, ProfileTable

_FILE = "profiles.toml"
_NEEDED = ("name", "metres", "minutes", "steps", "slope")
# What the source and the confidence of a profile speak of.
_SOURCED = {"metres", "minutes", "max_grade"}


@cache
def load_profiles() -> Mapping[str, Profile]:
    """Read the profiles that ship with the package.

    Returns
    -------
    mapping of str to Profile
        By key, in the order of the file; the same object at each call.
    """
    tables = read_toml(files("data").joinpath(_FILE), name=_FILE)
    checked = check_tables(tables, model=ProfilesFile, name=_FILE)
    return MappingProxyType(override_profiles({}, tables=checked.profiles, file=_FILE))


def override_profiles(
    profiles: Mapping[str, Profile], *, tables: Mapping[str, ProfileTable], file: str
) -> dict[str, Profile]:
    """Change profiles, and add new ones.

    Parameters
    ----------
    profiles : mapping of str to Profile
        What there is.
    tables : mapping of str to ProfileTable
        What is changed of it, by key of the profile.
    file : str
        The file that says so: the source of what it changes, unless it names another.

    Returns
    -------
    dict of str to Profile
        All profiles, the new ones last.

    Raises
    ------
    StandardError
        When a new profile leaves something open; every key that is missing is named.
    """
    missing = [
        error("standard_missing_key", file=file, field=f"profiles.{key}.{name}")
        for key, table in tables.items()
        for name in _NEEDED
        if key not in profiles and getattr(table, name) is None
    ]
    if missing:
        raise StandardError(*missing)
    changed = {key: _changed(profiles.get(key, _blank(key)), table, file) for key, table in tables.items()}
    return {**profiles, **changed}


def project_profiles(
    profiles: Mapping[str, Profile], *, tables: Mapping[str, ProfileTable], steps_pace: float | None, file: str
) -> dict[str, Profile]:
    """Change profiles as a project sets them.

    Parameters
    ----------
    profiles : mapping of str to Profile
        The profiles of the standard.
    tables : mapping of str to ProfileTable
        What the project changes, by key of the profile.
    steps_pace : float or None
        Factor of steps for every profile that walks steps and has none of its own in ``tables``.
    file : str
        The project file.

    Returns
    -------
    dict of str to Profile
        The profiles of the run.

    Raises
    ------
    ProjectError
        When the standard has no such profile.
    """
    unknown = [key for key in tables if key not in profiles]
    if unknown:
        allowed = ", ".join(profiles)
        fields = (f"walking.profiles.{key}" for key in unknown)
        raise ProjectError(*(error("project_unknown_key", file=file, field=field, allowed=allowed) for field in fields))
    paced = {key: profile if steps_pace is None else _paced(profile, steps_pace) for key, profile in profiles.items()}
    return override_profiles(paced, tables=tables, file=file)


def _paced(profile: Profile, steps: float) -> Profile:
    return dataclasses.replace(profile, steps=steps) if math.isfinite(profile.steps) else profile


def _blank(key: str) -> Profile:
    return Profile(key, {}, math.nan, math.nan, math.inf, False, None, {}, "unverified")


def _changed(profile: Profile, table: ProfileTable, file: str) -> Profile:
    """Return a profile with what a table gives; who changes speed or grade is their source."""
    given: dict[str, Any] = {name: value for name, value in table if value is not None}
    for name in ("name", "source"):
        if name in given:
            given[name] = given[name].both()
    if table.steps is False:
        given["steps"] = math.inf
    if table.max_grade is False:
        given["max_grade"] = None
    own = {"source": {"zh": file, "en": file}, "confidence": "unverified"} if _SOURCED & set(given) else {}
    return dataclasses.replace(profile, **{**own, **given})
