"""What the features of a layer would like to be called."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from maps.atlas.classing import Classed
from maps.atlas.labels import Wish
from maps.atlas.lettering import one_line, width_mm
from maps.atlas.paper import Layout, measures
from maps.atlas.rules import looks
from maps.atlas.scaling import View
from maps.atlas.shapes import within

_BESIDE = ((0.0, 0.0), (0.0, 2.6), (0.0, -2.6), (3.5, 1.2), (-3.5, 1.2), (3.5, -1.2), (-3.5, -1.2))
# Clear of the largest sign, below it first.
_CLEAR = ((0.0, -4.7), (0.0, 4.7), (5.8, 0.0), (-5.8, 0.0), (0.0, -7.4), (0.0, 7.4))
_NUDGED = ((0.0, 0.0), (0.0, 1.2), (0.0, -1.2))
# A street is named where it runs nearly straight for the length of its name.
_STRAIGHT = 0.97
_LONGEST = 16


def wishes_of(layer: Classed, *, view: View, layout: Layout) -> list[Wish]:
    """List how the features of a layer would like to be called, the most important first.

    Parameters
    ----------
    layer : Classed
        The layer.
    view : View
        The map.
    layout : Layout
        The sizes of type.

    Returns
    -------
    list of Wish
        Empty for a layer without names.
    """
    kind = layer.rule.label
    if not kind or layer.frame.empty:
        return []
    geometries = np.asarray(layer.frame.geometry.array, dtype=object)
    shown = within(geometries, view=view) & (layer.codes >= 0)
    rows = layer.frame[shown]
    if "people" in rows:
        rows = rows.sort_values("people", ascending=False, kind="stable")
    return _KINDS[kind](rows, view, layout)


def street_wishes(network: gpd.GeoDataFrame, *, view: View, layout: Layout) -> list[Wish]:
    """List how streets would like to be called: each once, where it is straight enough for its name.

    Parameters
    ----------
    network : GeoDataFrame
        Columns as ``Plan.network``.
    view : View
        The map.
    layout : Layout
        The sizes of type.

    Returns
    -------
    list of Wish
        The longest street first.
    """
    named = network[network["name"].notna()]
    shown = named[within(np.asarray(named.geometry.array, dtype=object), view=view)]
    if shown.empty:
        return []
    clipped = shown.set_geometry(shown.geometry.clip_by_rect(*view.bounds))
    merged = clipped.dissolve("name").geometry.line_merge()
    points = layout.points("street")
    found = [_along(one_line(name), line, points, view) for name, line in merged.items()]
    return [wish for _, wish in sorted((pair for pair in found if pair), key=lambda pair: (-pair[0], pair[1].texts))]


def _along(name: str, line: shapely.Geometry, points: float, view: View) -> tuple[float, Wish] | None:
    """Lay a name along the longest part of a street, in its middle."""
    parts = shapely.get_parts(line)
    if not len(parts) or not name:
        return None
    part = parts[int(np.argmax(shapely.length(parts)))]
    needed = width_mm(name, points=points) * view.metres_per_mm
    if part.length < needed:
        return None
    start, middle, end = (
        shapely.get_coordinates(part.interpolate(part.length / 2 + shift * needed / 2))[0] for shift in (-1, 0, 1)
    )
    across = end - start
    if np.hypot(*across) < _STRAIGHT * needed:
        return None
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    level = (angle + 90) % 180 - 90
    return float(part.length), Wish(
        float(middle[0]), float(middle[1]), ((name, points, False),), angle=level, colour=looks()["names"]["street"]
    )


def _estates(rows: gpd.GeoDataFrame, view: View, layout: Layout) -> list[Wish]:
    anchors, rooms = _anchors(rows, view)
    close = view.denominator <= measures()["close_up"]
    larger = measures()["close_up_type"] if close else 1.0
    name, number = layout.points("name") * larger, layout.points("number") * larger
    named = rows["name"].notna()
    return [
        Wish(x, y, _texts(_told(label, at, close=close) if known else "", at, (name, number)), room, offsets=_NUDGED)
        for (x, y), room, label, known, at in zip(anchors, rooms, rows["label"], named, rows["number"], strict=True)
    ]


def _told(label: object, at: int, *, close: bool) -> str:
    """Name an estate; a close-up has room for its number, too."""
    return f"{at} {_short(label)}" if close else _short(label)


def _texts(told: str, at: int, points: tuple[float, float]) -> tuple[tuple[str, float, bool], ...]:
    """Call an estate by its name, else by its number; one without a name has only the number."""
    name, number = points
    by_number = (str(at), number, False)
    return ((told, name, False), by_number) if told else (by_number,)


def _clusters(rows: gpd.GeoDataFrame, view: View, layout: Layout) -> list[Wish]:
    anchors, _ = _anchors(rows, view)
    points = layout.points("cluster")
    return [
        Wish(
            x,
            y,
            ((str(key), points, True), (str(key), points * 0.7, True)),
            colour=looks()["names"]["cluster"],
            offsets=_BESIDE,
        )
        for (x, y), key in zip(anchors, rows["cluster_id"], strict=True)
    ]


def _named(column: str, rows: gpd.GeoDataFrame, view: View, layout: Layout) -> list[Wish]:
    anchors, _ = _anchors(rows, view)
    points = layout.points("name")
    told = rows[column].fillna("").map(one_line)
    clear = tuple((across * layout.factor, up * layout.factor) for across, up in _CLEAR)
    return [
        Wish(x, y, ((_short(text), points, False),), offsets=clear if point else _BESIDE)
        for (x, y), text, point in zip(anchors, told, shapely.get_dimensions(rows.geometry) == 0, strict=True)
        if text
    ]


def _codes(rows: gpd.GeoDataFrame, view: View, layout: Layout) -> list[Wish]:
    return _named("proposal_id", rows, view, layout)


def _names(rows: gpd.GeoDataFrame, view: View, layout: Layout) -> list[Wish]:
    return _named("name", rows, view, layout)


def _short(label: object) -> str:
    text = one_line(label)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _anchors(rows: gpd.GeoDataFrame, view: View) -> tuple[list[tuple[float, float]], list[float]]:
    """Return where a name of each would stand, in metres, and the room there, in millimetres."""
    shapes = np.asarray(rows.geometry.array, dtype=object)
    cut = shapely.clip_by_rect(shapes, *view.bounds)
    # What only touches the frame has nothing left in it, and finds no room for a name.
    cut = np.where(shapely.is_empty(cut), shapes, cut)
    middles = shapely.centroid(cut)
    inside = np.asarray(shapely.contains(cut, middles), dtype=bool)
    anchors = np.where(inside, middles, shapely.point_on_surface(cut))
    xy = shapely.get_coordinates(anchors)
    west, _, east, _ = shapely.bounds(cut).T
    rulers = shapely.linestrings(
        np.stack([np.column_stack([west, xy[:, 1]]), np.column_stack([east, xy[:, 1]])], axis=1)
    )
    rooms: NDArray[np.float64] = shapely.length(shapely.intersection(rulers, cut)) / view.metres_per_mm
    return [(float(x), float(y)) for x, y in xy], rooms.tolist()


_KINDS = {"estate": _estates, "cluster": _clusters, "code": _codes, "name": _names}
