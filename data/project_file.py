"""Read ``project.toml``, and tell of everything that is wrong with it at once."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from data.errors import ProjectError
from data.problems import Problem, error
from data.project import ClustersTable, Project, ProjectTable
from data.project_salvage import usable_settings
from data.words import Language

_NOT_SETTINGS = ("folder", "file_name")
_TOML_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_PATTERNS = {
    "coordinates": "auto, wgs84, gcj02, bd09, EPSG:4548 …",
    "crs": "auto, EPSG:4548 …",
}
_LIMITS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
_WANTED = {
    "string": '"…"',
    "bool": "true, false",
    "int": "1",
    "float": "1.5",
    "date": "2026-06-30",
    "model": "[…]",
    "tuple": "[ … ]",
    "dict": '{ "…" = "…" }',
}
_LISTS = ("facilities", "sites", "gates", "barriers", "hazards", "exclusions")
_MAX_VALUE_LENGTH = 80

_Tables = Mapping[str, Any]


def read_project(path: Path) -> Project:
    """Read the settings of a run.

    Parameters
    ----------
    path : Path
        The TOML file; the paths in it are taken from its folder.

    Returns
    -------
    Project
        The settings, every file they name being there.

    Raises
    ------
    ProjectError
        When the file is missing or not TOML; or with a problem for each unknown key, impossible value and missing file.
    """
    project, problems = read_settings(path)
    if project is None or problems:
        raise ProjectError(*problems)
    return project


def read_settings(path: Path) -> tuple[Project | None, tuple[Problem, ...]]:
    """Read the settings of a run as far as they can be used.

    Parameters
    ----------
    path : Path
        The TOML file.

    Returns
    -------
    tuple of Project or None and tuple of Problem
        The settings without those that are wrong, None when the file is missing or not TOML; and all that is wrong,
        as :func:`read_project` would raise it.
    """
    try:
        tables = _tables(path)
    except ProjectError as fault:
        return None, fault.problems
    problems = [*_unknown_settings(tables, path.name)]
    settings = {key: value for key, value in tables.items() if key not in _NOT_SETTINGS}
    settings |= {"folder": path.parent, "file_name": path.name}
    project: Project | None
    try:
        project = Project.model_validate(settings)
    except ValidationError as fault:
        problems += [_problem(detail, path.name) for detail in fault.errors()]
        project = usable_settings(settings)
    problems += [*_missing_files(tables, path), *_wrong_band(tables, path.name), *_missing_inputs(tables, path.name)]
    problems += [*_contradictions(tables, path.name)]
    return project, tuple(problems)


def quick_project(osm: Path, *, standard: str, language: Language) -> Project:
    """Make the settings of a run that takes everything from one OpenStreetMap extract.

    Parameters
    ----------
    osm : Path
        The extract.
    standard : str
        Key of a shipped standard, or path of a TOML file.
    language : {"zh", "en"}
        Language of the outputs.

    Returns
    -------
    Project
        The settings; estates of unknown year take part, because the extract hardly ever names one.
    """
    own = str(Path(standard).resolve()) if standard.lower().endswith(".toml") else standard
    return Project(
        project=ProjectTable(name=osm.name.split(".")[0], language=language, standard=own),
        osm=osm.name,
        clusters=ClustersTable(include_unknown_year=True),
        folder=osm.parent,
        file_name=osm.name,
    )


def _tables(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ProjectError(error("missing_file", file=str(path)))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise ProjectError(error("project_not_utf8", file=path.name, position=fault.start)) from fault
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ProjectError(_syntax(str(fault), text, path.name)) from fault


def _syntax(said: str, text: str, file: str) -> Problem:
    """Tell where the syntax is broken, and what stands there."""
    found = _TOML_PLACE.search(said)
    lines = text.splitlines() or [""]
    row = int(found[1]) if found and found[1] else len(lines)
    why = _TOML_PLACE.sub("", said)
    return error("project_not_toml", file=file, value=_shortened(lines[row - 1].strip()), line=row, why=why)


def _unknown_settings(tables: _Tables, file: str) -> Iterator[Problem]:
    """Tell of keys that stand in the model and are no settings."""
    return (
        error("project_unknown_key", file=file, field=key, allowed=_keys(())) for key in _NOT_SETTINGS if key in tables
    )


def _problem(detail: ErrorDetails, file: str) -> Problem:
    """Say what pydantic found in the words of the catalogue."""
    code, facts = _told(detail)
    value = "" if detail["type"] == "missing" else _shortened(detail["input"])
    return error(code, file=file, field=_place(detail["loc"]), value=value, **facts)


def _told(detail: ErrorDetails) -> tuple[str, dict[str, str]]:
    kind, facts, place = detail["type"], detail.get("ctx", {}), detail["loc"]
    if kind == "extra_forbidden":
        return "project_unknown_key", {"allowed": _keys(place[:-1], near=str(place[-1]))}
    if kind == "missing":
        return "project_missing_key", {}
    if kind == "literal_error":
        return "project_not_allowed", {"allowed": str(facts.get("expected", "")).replace(" or ", ", ")}
    if kind == "string_pattern_mismatch":
        return "project_not_allowed", {"allowed": _PATTERNS.get(str(place[-1]), str(facts.get("pattern", "")))}
    limit = next((f"{sign} {facts[name]:g}" for name, sign in _LIMITS.items() if name in facts), "")
    if limit:
        return "project_not_allowed", {"allowed": limit}
    return "project_bad_type", {"wanted": _WANTED.get(kind.split("_")[0], detail["msg"])}


def _keys(place: Sequence[int | str], *, near: str = "") -> str:
    """Return the keys that the table at a place may have, the ones written alike first."""
    model: type[BaseModel] = Project
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            model = _inner(model.model_fields[part].annotation) or model
    keys = [key for key in model.model_fields if key not in _NOT_SETTINGS]
    alike = difflib.get_close_matches(near, keys, n=2)
    return ", ".join((*alike, *(key for key in keys if key not in alike)))


def _inner(annotation: object) -> type[BaseModel] | None:
    """Return the model inside an annotation such as ``tuple[LayerTable, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for model in map(_inner, get_args(annotation)) if model), None)


def _place(parts: Sequence[int | str]) -> str:
    """Return the place as ``facilities[2].path``; rows count from 1."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


def _shortened(value: object) -> str:
    text = str(value)
    return text if len(text) <= _MAX_VALUE_LENGTH else text[: _MAX_VALUE_LENGTH - 1] + "…"


def _missing_files(tables: _Tables, path: Path) -> Iterator[Problem]:
    """Tell of files that are named and not there; what is no text at all is told of elsewhere."""
    for place, name in _files(tables):
        if isinstance(name, str) and not (path.parent / name).exists():
            yield error("project_missing_file", file=path.name, field=place, value=name, folder=str(path.parent))


def _files(tables: _Tables) -> Iterator[tuple[str, object]]:
    """Yield key and value of every file that the settings name."""
    yield "osm", tables.get("osm")
    yield "walking.dem", _table(tables, "walking").get("dem")
    yield "report.template", _table(tables, "report").get("template")
    for key in ("estates", "network", "boundary"):
        table = _table(tables, key)
        yield f"{key}.path", table.get("path")
        yield _control_points(key, table)
        yield f"{key}.ledger.path", _table(table, "ledger").get("path")
    for key in _LISTS:
        rows = tables.get(key)
        for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
            yield f"{key}[{number}].path", row.get("path") if isinstance(row, dict) else None
            yield _control_points(f"{key}[{number}]", row if isinstance(row, dict) else {})


def _control_points(key: str, table: _Tables) -> tuple[str, object]:
    """Return key and value of the file of control points of a layer."""
    given = table.get("control_points")
    return f"{key}.control_points", given.get("path") if isinstance(given, dict) else given


_BANDS = (
    ("floor_people", "ceiling_people"),
    ("floor_households", "ceiling_households"),
    ("least_floor_area_m2", "most_floor_area_m2"),
)


def _table(tables: _Tables, key: str) -> _Tables:
    table = tables.get(key)
    return table if isinstance(table, dict) else {}


def _wrong_band(tables: _Tables, file: str) -> Iterator[Problem]:
    """Tell of a floor that is not below its ceiling."""
    clusters = {**ClustersTable().model_dump(), **_table(tables, "clusters")}
    for least, most in _BANDS:
        floor, ceiling = clusters[least], clusters[most]
        if (floor is None) != (ceiling is None):
            yield error("project_half_band", file=file, field=f"clusters.{least}", both=f"{least}, {most}")
        if isinstance(floor, int | float) and isinstance(ceiling, int | float) and not floor < ceiling:
            yield error(
                "project_band",
                file=file,
                field=f"clusters.{least}",
                value=f"{floor:g}",
                ceiling=f"{ceiling:g}",
                most=most,
            )
    if all(clusters[least] is not None for least, _ in _BANDS[1:]):
        yield error("project_two_bands", file=file, field="clusters")


def _contradictions(tables: _Tables, file: str) -> Iterator[Problem]:
    """Tell of settings of the eligibility that say two things at once."""
    chosen, clusters = _table(tables, "eligibility"), _table(tables, "clusters")
    if "built_by" in chosen and "min_age_years" in chosen:
        yield error("project_two_years", file=file, field="eligibility.built_by", value=chosen["built_by"])
    if chosen.get("include_unknown_year") is False and clusters.get("include_unknown_year") is True:
        yield error("project_unknown_year_twice", file=file, field="eligibility.include_unknown_year", value="false")


def _missing_inputs(tables: _Tables, file: str) -> Iterator[Problem]:
    """Tell of inputs without which there is nothing to plan, and of two that exclude each other."""
    layers = [key for key in ("estates", "network", *_LISTS) if key in tables]
    if "osm" in tables:
        if layers:
            yield error("project_osm_and_layers", file=file, field="osm", value=tables["osm"], others=", ".join(layers))
        return
    for key in ("estates", "facilities", "network"):
        if not tables.get(key):
            yield error("project_missing_table", file=file, field=key)
