"""How the rows of a layer fall into the classes of its legend."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import ProjectError
from data.problems import error
from data.words import Words
from geo.plan import Plan
from maps.atlas.rules import LayerRule, look_of, looks
from maps.styles import styles
from maps.workbook.cell_words import names_of_services

HATCHES: Mapping[str, str] = {"size_unknown": "....", "no_data": "////"}
NONE = -1


@dataclass(frozen=True)
class Look:
    """Hold how a class is drawn; empty colours are not drawn.

    Parameters
    ----------
    fill, line : str
        ``#rrggbb``, or empty.
    width_mm : float
        Width of the line.
    dash : tuple of float
        Dashes and gaps as multiples of the width, empty for a whole line.
    hatch : str
        Pattern of matplotlib.
    marker : str
        Shape of a point.
    size_mm : float
        Its size.
    """

    fill: str = ""
    line: str = ""
    width_mm: float = 0.2
    dash: tuple[float, ...] = ()
    hatch: str = ""
    marker: str = "circle"
    size_mm: float = 1.8


@dataclass(frozen=True)
class ClassRow:
    """Hold one class: its words, how it is drawn, and how much falls into it.

    Parameters
    ----------
    key, text : str
        The class and its words.
    look : Look
        How it is drawn.
    count : int
        Rows.
    households : float
        Their households; NaN where rows have none.
    """

    key: str
    text: str
    look: Look
    count: int
    households: float


@dataclass(frozen=True)
class Classed:
    """Hold a layer with its classes.

    Parameters
    ----------
    key : str
        Key of the layer.
    rule : LayerRule
        How it was written down.
    frame : GeoDataFrame
        Its rows.
    codes : array of int, shape (len(frame),)
        Class of each row, -1 where it falls into none.
    classes : tuple of ClassRow
        The classes in the order of the legend, also such without rows where the look of all is fixed.
    """

    key: str
    rule: LayerRule
    frame: gpd.GeoDataFrame
    codes: NDArray[np.int64]
    classes: tuple[ClassRow, ...]


def classed(key: str, *, rule: LayerRule, frame: gpd.GeoDataFrame, plan: Plan, say: Words) -> Classed:
    """Class the rows of a layer.

    Parameters
    ----------
    key : str
        Key of the layer.
    rule : LayerRule
        How it is classed.
    frame : GeoDataFrame
        The rows.
    plan : Plan
        The results, for names of services and the colours they have in every output.
    say : Words
        Language of the legend.

    Returns
    -------
    Classed
        The layer; classes without rows are left out unless they are steps of a scale.

    Raises
    ------
    ProjectError
        When what is drawn has no such column.
    """
    lacking = [name for name in (*rule.where, rule.column) if name and name not in frame]
    if lacking:
        known = "、".join(str(name) for name in frame.columns)
        raise ProjectError(*(error("atlas_rules_column", layer=key, column=name, known=known) for name in lacking))
    kept = frame
    for column, value in rule.where.items():
        kept = kept[kept[column] == value]
    keys, codes = _CLASSERS[rule.classes](kept, rule)
    named = _names(keys, rule, plan, say)
    drawn = _looks(keys, rule, plan)
    counts = np.bincount(codes[codes >= 0], minlength=len(keys))
    households = kept["households"].to_numpy(float) if "households" in kept else np.full(len(kept), np.nan)
    sums = [float(households[codes == at].sum()) if "households" in kept else float("nan") for at in range(len(keys))]
    rows = [ClassRow(*parts) for parts in zip(keys, named, drawn, counts.tolist(), sums, strict=True)]
    return _without_empty(Classed(key, rule, kept, codes, tuple(rows)))


def _one(frame: gpd.GeoDataFrame, _rule: LayerRule) -> tuple[list[str], NDArray[np.int64]]:
    return ["one"], np.zeros(len(frame), np.int64)


def _values(frame: gpd.GeoDataFrame, rule: LayerRule) -> tuple[list[str], NDArray[np.int64]]:
    said = frame[rule.column].map(lambda value: str(value).lower() if isinstance(value, bool | np.bool_) else value)
    known = [key for key in _ordered(rule) if said.eq(key).any()]
    others = sorted(set(said.dropna().astype(str)) - set(known))
    keys = [*known, *others]
    return keys, pd.Index(keys, dtype=object).get_indexer(pd.Index(said.astype(object))).astype(np.int64)


def _ordered(rule: LayerRule) -> list[str]:
    if rule.look == "state":
        return list(styles().state)
    table = looks().get(rule.look, {})
    return list(table) if isinstance(table, Mapping) else []


def _breaks(frame: gpd.GeoDataFrame, rule: LayerRule) -> tuple[list[str], NDArray[np.int64]]:
    values = frame[rule.column].to_numpy(float)
    bins = np.digitize(values, rule.edges)
    unknown = len(rule.edges) + 1
    return [str(at) for at in range(unknown + 1)], np.where(np.isnan(values), unknown, bins).astype(np.int64)


def _spread(frame: gpd.GeoDataFrame, rule: LayerRule) -> tuple[list[str], NDArray[np.int64]]:
    values = frame[rule.column]
    codes, found = pd.factorize(values, sort=True)
    keys = [f"{one:g}" if isinstance(one, float) else str(one) for one in found]
    lacking = codes < 0
    if lacking.any():
        keys, codes = [*keys, ""], np.where(lacking, len(keys), codes)
    return keys, codes.astype(np.int64)


_CLASSERS = {"one": _one, "values": _values, "breaks": _breaks, "spread": _spread}


def _names(keys: list[str], rule: LayerRule, plan: Plan, say: Words) -> list[str]:
    if rule.classes == "one":
        return [say.get(rule.words, rule.words)]
    if rule.words == "service":
        names = names_of_services(plan, say)
        return [names.get(key, key) for key in keys]
    if rule.classes == "breaks":
        return _step_names(rule, say)
    if rule.classes == "spread":
        own = f"{rule.words}.some" in say.entries
        words = rule.words if own else "atlas.spread"
        return [say(f"{words}.some", value=key) if key else say(f"{words}.none") for key in keys]
    return [say.get(f"{rule.words}.{key}", key) for key in keys]


def _step_names(rule: LayerRule, say: Words) -> list[str]:
    words = rule.words if f"{rule.words}.first" in say.entries else "atlas.step"
    edges = [f"{edge:g}" for edge in rule.edges]
    ends = [f"{edge - 1:g}" for edge in rule.edges]
    names = [say(f"{words}.first", low=edges[0], high=ends[0])]
    for low, high in zip(edges[:-1], ends[1:], strict=True):
        one = "single" if low == high else "middle"
        names.append(say(f"{words}.{one}", low=low, high=high))
    return [*names, say(f"{words}.last", low=edges[-1]), say(f"{words}.unknown")]


def _looks(keys: list[str], rule: LayerRule, plan: Plan) -> list[Look]:
    if rule.look in _SHARED:
        return _SHARED[rule.look](keys, plan)
    given = look_of(rule.look)
    if rule.classes == "one":
        return [Look(**given)]
    if isinstance(given, list):
        return _handed(keys, given, rule)
    return [Look(**given.get(key, next(iter(given.values())))) for key in keys]


def _handed(keys: list[str], given: list[dict[str, Any]], rule: LayerRule) -> list[Look]:
    """Hand out a list of looks in turn; what is not known looks like the reserve."""
    if rule.classes == "breaks":
        return [Look(**given[at]) for at in range(len(keys))]
    reserve = looks()["project"]["reserve"]
    return [Look(**(given[turn % len(given)] if key else reserve)) for turn, key in enumerate(keys)]


def _states(keys: list[str], _plan: Plan) -> list[Look]:
    fills = {key: paint.fill for key, paint in styles().state.items()}
    return [Look(fill=fills.get(key, "#ffffff"), hatch=HATCHES.get(key, "")) for key in keys]


def _services(keys: list[str], plan: Plan) -> list[Look]:
    return _marked(keys, plan, looks()["markers"]["size_mm"])


def _proposed(keys: list[str], plan: Plan) -> list[Look]:
    return _marked(keys, plan, looks()["markers"]["proposal_mm"])


def _marked(keys: list[str], plan: Plan, size_mm: float) -> list[Look]:
    """Give every service the same colour and shape on every sheet."""
    order = list(plan.services["service"])
    order += sorted(set(keys) - set(order))
    at = {key: turn for turn, key in enumerate(order)}
    return [_marker(at[key], size_mm) for key in keys]


def _marker(turn: int, size_mm: float) -> Look:
    """Hand out a colour and a shape that no other turn of a hundred has together."""
    markers, colours = looks()["markers"], styles().services
    shape = markers["services"][(turn + turn // len(colours)) % len(markers["services"])]
    size = size_mm * markers["growth"].get(shape, 1.0)
    return Look(fill=colours[turn % len(colours)], line="#ffffff", width_mm=0.15, marker=shape, size_mm=size)


def _clusters(keys: list[str], _plan: Plan) -> list[Look]:
    colours = styles().clusters
    return [Look(fill=colours[turn % len(colours)], line="#5d5a52") for turn in range(len(keys))]


_SHARED = {"state": _states, "services": _services, "proposals": _proposed, "clusters": _clusters}


def _without_empty(layer: Classed) -> Classed:
    """Leave out classes without rows, but for the steps of a scale, of which only what is unknown may go."""
    is_scale = layer.rule.classes == "breaks"
    kept = [at for at, row in enumerate(layer.classes) if row.count or (is_scale and at < len(layer.classes) - 1)]
    to = np.full(len(layer.classes) + 1, NONE)
    to[kept] = np.arange(len(kept))
    return Classed(layer.key, layer.rule, layer.frame, to[layer.codes], tuple(layer.classes[at] for at in kept))
