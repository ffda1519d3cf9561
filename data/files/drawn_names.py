"""Names in a drawing: which text inside an area is what it is called."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.files.drawings import drawing_rules
from data.problems import Problem, note, warning
from data.tables.aliases import plain

_SHOWN = 20
_SHOWN_TEXTS = 5
_Shapes = NDArray[np.object_]


def name_areas(
    shapes: _Shapes, entities: gpd.GeoDataFrame, *, layers: Sequence[str], place: str
) -> tuple[list[str | None], tuple[Problem, ...]]:
    """Give areas the names that are written in them.

    A text belongs to the smallest area it stands in. Numbers, sizes and remarks are no names; of several texts the one
    that a rule of ``drawings.toml`` tells from the others is taken, and where none does, there is no name.

    Parameters
    ----------
    shapes : array of Polygon, shape (n,)
        The areas, perhaps invalid.
    entities : GeoDataFrame
        All objects of the drawing; see :class:`data.files.drawings.Drawing`.
    layers : sequence of str, length n
        Layer of each area, for problems.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of list of str and tuple of Problem
        A name for each area, None where there is none; which texts were chosen among, and which stand in no area.
    """
    texts = _texts(entities)
    owners = _owners(shapes, texts)
    inside = texts.assign(owner=owners)[owners >= 0]
    best = inside[inside["rank"] == inside.groupby("owner")["rank"].transform("min")]
    only = best.drop_duplicates(["owner", "text"]).drop_duplicates("owner", keep=False).set_index("owner")["text"]
    all_texts = inside.drop_duplicates(["owner", "text"]).groupby("owner")["text"].agg(list).to_dict()
    names = [only.get(at) for at in range(len(shapes))]
    told: list[Problem] = []
    for at, name in enumerate(names):
        others = [text for text in all_texts.get(at, ()) if text != name]
        if name is None or others:
            told.append(_chosen(name, others, _spot(shapes[at], layers[at]), place))
    return names, (*_shortened(told, place), *_homeless(texts[owners < 0], place))


def attribute_name(tags: Sequence[str] | None) -> str | None:
    """Return the name that the attributes of a block give.

    Parameters
    ----------
    tags : sequence of str or None
        Such as ``["编号 3", "名称 东门"]``.

    Returns
    -------
    str or None
        Value of the first attribute whose tag speaks of a name.
    """
    for entry in tags if tags is not None else ():
        tag, _, value = entry.partition(" ")
        if re.search(_rules()["tags"], plain(tag)) and value.strip():
            return value.strip()
    return None


def _rules() -> Mapping[str, Any]:
    rules: Mapping[str, Any] = drawing_rules()["names"]
    return rules


def _texts(entities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the lines of the texts that can be names, at their insertion points; the lowest rank is the likeliest."""
    rules = _rules()
    points = shapely.get_type_id(entities.geometry.to_numpy()) == shapely.GeometryType.POINT
    frame = entities.loc[points & entities["text"].notna().to_numpy(bool), ["layer", "kind", "text", "geometry"]]
    lines = frame.assign(text=frame["text"].str.split("\n")).explode("text")
    lines["text"] = lines["text"].str.split().str.join(" ")
    is_name = [bool(text) and not re.search(rules["not"], plain(text)) for text in lines["text"].fillna("")]
    lines = lines[np.array(is_name, bool)].reset_index(drop=True)
    on_layer = _speaks(lines["layer"], rules["layers"])
    like_name = _speaks(lines["text"], rules["best"])
    attribute = lines["kind"].str.contains("Attribute").to_numpy(bool)
    ranks = [on_layer & like_name, on_layer, attribute & like_name, like_name, attribute]
    lines = lines.assign(rank=np.select(ranks, range(len(ranks)), len(ranks)), like_name=like_name)
    return gpd.GeoDataFrame(lines, geometry="geometry")


def _speaks(texts: pd.Series, pattern: str) -> NDArray[np.bool_]:
    found = {text: re.search(pattern, plain(text)) is not None for text in texts.unique()}
    return np.array([found[text] for text in texts], dtype=bool)


def _owners(shapes: _Shapes, texts: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the smallest area that each text stands in, -1 where it stands in none."""
    owners = np.full(len(texts), -1, np.int64)
    if not len(shapes) or not len(texts):
        return owners
    areas = shapely.area(shapes)
    usable = shapely.make_valid(shapes)
    text, area = shapely.STRtree(usable).query(texts.geometry.to_numpy(), predicate="intersects")
    order = np.lexsort((area, areas[area], text))
    found, first = np.unique(text[order], return_index=True)
    owners[found] = area[order][first]
    return owners


def _spot(shape: shapely.Polygon, layer: str) -> dict[str, str]:
    x, y = shapely.get_coordinates(shape)[0]
    return {"layer": layer, "spot": f"({x:.2f}, {y:.2f})"}


def _chosen(name: str | None, others: Sequence[str], spot: Mapping[str, str], place: str) -> Problem:
    shown = "、".join(others[:_SHOWN_TEXTS]) + (" …" if len(others) > _SHOWN_TEXTS else "")
    if name is not None:
        return note("drawing_name_chosen", file=place, value=name, others=shown, **spot)
    if others:
        return warning("drawing_name_unclear", file=place, value=shown, **spot)
    return warning("drawing_unnamed", file=place, **spot)


def _shortened(told: Sequence[Problem], place: str) -> list[Problem]:
    """Keep the first problems of each kind, and count the others in one line."""
    shown: list[Problem] = []
    counts: dict[str, int] = {}
    for problem in told:
        counts[problem.code] = counts.get(problem.code, 0) + 1
        if counts[problem.code] <= _SHOWN:
            shown.append(problem)
    more = sum(max(0, count - _SHOWN) for count in counts.values())
    return [*shown, *([warning("drawing_names_more", file=place, value=more)] if more else [])]


def _homeless(texts: gpd.GeoDataFrame, place: str) -> list[Problem]:
    """Tell which texts look like names of estates and stand in no area."""
    named = texts[texts["like_name"]]
    if named.empty:
        return []
    shown = [f"{text} ({spot.x:.2f}, {spot.y:.2f})" for text, spot in zip(named["text"], named.geometry, strict=True)]
    listed = "; ".join(shown[:_SHOWN_TEXTS]) + (" …" if len(shown) > _SHOWN_TEXTS else "")
    return [warning("drawing_text_outside", file=place, value=listed, count=len(named))]
