"""What a layer may be used as: each role weighed by its name, its columns, its shapes and the words of its rows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import pandas as pd

from data.errors import InputError
from data.facilities.kinds import facility_kinds
from data.folder.files import folder_rules
from data.folder.looks import Look
from data.standards.classify import classify_words
from data.standards.rules import barrier_rules, facility_rules, site_rules
from data.tables.aliases import aliases, plain
from data.tables.columns import type_columns
from data.tables.matching import match_headings

# Kinds of layers that each role can be made of.
_FITTING: Mapping[str, tuple[str, ...]] = {
    "estates": ("area",),
    "boundary": ("area",),
    "buildings": ("area",),
    "exclusions": ("area",),
    "network": ("line",),
    "barriers": ("line", "area"),
    "sites": ("area", "point"),
    "gates": ("point",),
    "facilities": ("point", "area"),
    "ledger": ("table", "point"),
}


@dataclass(frozen=True)
class Role:
    """Hold how much speaks for a role, and what.

    Parameters
    ----------
    role : str
        The role.
    points : float
        How much speaks for it.
    reasons : tuple of str
        Keys of ``init.reason``.
    columns : mapping of str to str
        Heading by the column of the layer that it is taken for.
    left : tuple of str
        Headings that mean nothing to the layer.
    service : str
        The one service that the name of a file or layer says, when its rows do not say any.
    """

    role: str
    points: float
    reasons: tuple[str, ...]
    columns: Mapping[str, str]
    left: tuple[str, ...]
    service: str = ""


def weigh_roles(look: Look) -> tuple[Role, ...]:
    """Weigh what a layer may be used as.

    Parameters
    ----------
    look : Look
        What it is like.

    Returns
    -------
    tuple of Role
        Those that enough speaks for, the likeliest first.
    """
    if look.role in _FITTING:
        return (Role(look.role, folder_rules()["points"]["name"], ("name",), *_columns(look, look.role)),)
    if look.kind in ("osm", "graph"):
        return (Role("network", folder_rules()["points"]["name"], ("format",), {}, ()),)
    if look.kind == "raster":
        is_dem = _is_named(look, "dem")
        return (Role("dem", folder_rules()["points"]["name"], ("name",), {}, ()),) if is_dem else ()
    weighed = [_weigh(look, role) for role, kinds in _FITTING.items() if look.kind in kinds]
    least = folder_rules()["points"]["least"]
    return tuple(sorted((one for one in weighed if one.points >= least), key=lambda one: -one.points))


def typed_rows(look: Look, role: str) -> pd.DataFrame:
    """Return the first rows of a layer with the columns of a role.

    Parameters
    ----------
    look : Look
        The layer.
    role : str
        Key of the aliases.

    Returns
    -------
    DataFrame
        As :func:`data.tables.columns.type_columns` gives it.
    """
    match, _ = match_headings(look.headings, layers=[role], fields={}, place=look.file)
    cells = [look.rows.iloc[:, position] for position in range(look.rows.shape[1])]
    labels = pd.Series([f"#{row}" for row in range(1, len(look.rows) + 1)], look.rows.index)
    return type_columns(cells, look.headings, match=match, layer=role, rows=labels, place=look.file)[0]


def _weigh(look: Look, role: str) -> Role:
    points = folder_rules()["points"]
    columns, left = _columns(look, role)
    found = {"name": points["name"] * _is_named(look, role)}
    found |= _WEIGHTS.get(role, _no_more)(look, columns)
    service = _whole_service(look, columns) if role == "facilities" else ""
    if service:
        found["service"] = points["name"]
    reasons = tuple(reason for reason, weight in found.items() if weight > 0)
    return Role(role, sum(found.values()), reasons, columns, left, service)


def _columns(look: Look, role: str) -> tuple[dict[str, str], tuple[str, ...]]:
    layer = "estates" if role == "ledger" else "roads" if role == "network" else role
    if layer not in aliases().layers or not look.headings:
        return {}, ()
    match, _ = match_headings(look.headings, layers=[layer, "places"], fields={}, place=look.file)
    used = {*match.columns.values(), *match.reasons.values()}
    places = {column.name for column in aliases().layers["places"]}
    columns = {name: look.headings[at].text for name, at in match.columns.items() if name not in places}
    left = tuple(heading.text for at, heading in enumerate(look.headings) if at not in used and heading.text)
    return columns, left


def _is_named(look: Look, role: str) -> bool:
    """Tell whether the file, the folders it is in, or the layer is called by a role."""
    pattern = folder_rules()["names"].get(role)
    called = f"{PurePosixPath(look.file).with_suffix('')}/{look.layer}"
    return pattern is not None and re.search(pattern, plain(called)) is not None


def _no_more(_look: Look, _columns: Mapping[str, str]) -> dict[str, float]:
    return {}


def _estates(look: Look, columns: Mapping[str, str]) -> dict[str, float]:
    points = folder_rules()["points"]
    own = [name for name in folder_rules()["columns"]["estates"] if name in columns]
    names = typed_rows(look, "estates").get("name")
    alike = 0.0
    if names is not None and len(names):
        alike = float(names.dropna().astype(str).str.contains(folder_rules()["features"]["estates"]).mean() or 0)
    other = any(_is_named(look, role) for role in ("buildings", "exclusions")) or _has_storeys(look)
    return {
        "columns": points["column"] * min(len(own), 3),
        "rows": points["rows"] * alike if alike >= folder_rules()["limits"]["rows_share"] else 0,
        "other": -points["name"] * other,
    }


def _ledger(look: Look, columns: Mapping[str, str]) -> dict[str, float]:
    points = folder_rules()["points"]
    own = [name for name in folder_rules()["columns"]["estates"] if name in columns]
    has_key = bool({"estate_id", "name"} & columns.keys())
    # A table of places with a type is one of facilities, whatever its columns are called.
    is_other = look.kind == "point" and len(own) < 2
    return {"columns": points["column"] * min(len(own), 3), "key": 0 if has_key and own and not is_other else -20}


def _boundary(look: Look, _columns: Mapping[str, str]) -> dict[str, float]:
    few = 0 <= look.count <= folder_rules()["limits"]["boundary_shapes"]
    return {"few": 0 if few else -20}


def _buildings(look: Look, _columns: Mapping[str, str]) -> dict[str, float]:
    return {"columns": folder_rules()["points"]["column"] * 2 * _has_storeys(look)}


def _has_storeys(look: Look) -> bool:
    pattern = folder_rules()["columns"]["buildings"]
    return any(re.search(pattern, plain(heading.text)) for heading in look.headings)


def _network(look: Look, columns: Mapping[str, str]) -> dict[str, float]:
    points = folder_rules()["points"]
    return {
        "columns": points["column"] * len({"class", "bridge", "tunnel", "level"} & columns.keys()),
        "other": -points["name"] * (_is_named(look, "barriers") and not _is_named(look, "network")),
    }


def _gates(_look: Look, columns: Mapping[str, str]) -> dict[str, float]:
    return {"columns": folder_rules()["points"]["column"] * ("state" in columns)}


def _of_kinds(role: str) -> Callable[[Look, Mapping[str, str]], dict[str, float]]:
    rules = {"sites": site_rules, "barriers": barrier_rules}[role]

    def weigh(look: Look, columns: Mapping[str, str]) -> dict[str, float]:
        if "kind" not in columns or look.rows.empty:
            return {}
        rows = typed_rows(look, role)
        found = classify_words(rows["kind"], pd.Series("", rows.index), rules=rules())["row"].nunique() / len(rows)
        return _by_share(found)

    return weigh


def _facilities(look: Look, columns: Mapping[str, str]) -> dict[str, float]:
    points = folder_rules()["points"]
    told = {"columns": points["column"] * len({"type_code", "service"} & columns.keys())}
    if look.rows.empty:
        return told
    try:
        kinds = facility_kinds(typed_rows(look, "facilities"), declared=None, place=look.file)
    except InputError:
        return told
    return {**told, **_by_share(kinds.found["row"].nunique() / len(look.rows))}


def _by_share(share: float) -> dict[str, float]:
    rules = folder_rules()
    return {"rows": rules["points"]["rows"] * (share >= rules["limits"]["rows_share"])}


def _whole_service(look: Look, columns: Mapping[str, str]) -> str:
    """Return the one service that the name of a file or layer says, where no column says one row by row."""
    if {"service", "type_code", "type_text"} & columns.keys():
        return ""
    called = look.layer or PurePosixPath(look.file).stem
    rules = facility_rules()
    found = classify_words(pd.Series([None], dtype=object), pd.Series([called]), rules=rules)
    kinds = found["kind"].unique()
    return str(kinds[0]) if len(kinds) == 1 else ""


_WEIGHTS: Mapping[str, Callable[[Look, Mapping[str, str]], dict[str, float]]] = {
    "estates": _estates,
    "ledger": _ledger,
    "boundary": _boundary,
    "buildings": _buildings,
    "network": _network,
    "gates": _gates,
    "sites": _of_kinds("sites"),
    "barriers": _of_kinds("barriers"),
    "facilities": _facilities,
}
