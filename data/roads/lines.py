"""Road lines: read, classed, and made a walking network."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from data.files.drawings import DRAWING_SUFFIXES, LAYER_COLUMN
from data.files.vectors import VECTOR_SUFFIXES, read_vector
from data.inputs import Walkways
from data.osm.walkways import may_walk, walk_rules
from data.problems import Problem, note, warning
from data.project import NetworkTable
from data.roads.contacts import TOUCH_M, Levels, Shapes
from data.roads.drawings import read_road_drawing
from data.roads.noding import TOLD_TIMES, Noded, node_lines
from data.roads.pieces import Pieces
from data.roads.settling import settle_stated
from data.roads.words import flags_of, highways, levels_of
from data.tables.columns import layer_columns

Settle = Callable[[gpd.GeoDataFrame, Mapping[str, str]], tuple[gpd.GeoDataFrame, tuple[Problem, ...]]]
LINE_SUFFIXES = (*VECTOR_SUFFIXES, *DRAWING_SUFFIXES)
_LINES = ("LineString", "LinearRing", "MultiLineString")
_TAGS = ("foot", "access", "sidewalk")
_SHOWN_PLACES = 5


def read_lines(
    path: Path, *, table: NetworkTable, settle: Settle | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Mapping[str, str]]:
    """Read the road lines of a file.

    Parameters
    ----------
    path : Path
        File of one of ``LINE_SUFFIXES``.
    table : NetworkTable
        What the project says of it.
    settle : callable, optional
        Gives the lines a sure coordinate system, told the format of the file; by default by ``table.coordinates``.

    Returns
    -------
    tuple of GeoDataFrame, tuple of Problem, and mapping
        Lines in a sure coordinate system; ``row`` (int, number in the file from 0) and the columns of the layer
        ``roads`` that the file has. What was found; and the decisions ``format``, ``layer``, ``encoding``, ``crs``,
        and how many ``rows`` the file has.

    Raises
    ------
    MissingFileError, UnreadableFileError, InputError
        When the file or its layer cannot be read.
    CrsError
        When its coordinate system is not known or not possible.
    """
    place = table.path
    if path.suffix.lower() in DRAWING_SUFFIXES:
        raw, problems, facts = read_road_drawing(path, layer=table.layer, encoding=table.encoding, place=place)
        fields = {"class": LAYER_COLUMN, **table.fields}
    else:
        raw, problems, facts = read_vector(path, layer=table.layer, encoding=table.encoding, place=place)
        fields = table.fields
    columns, named = layer_columns(raw, layer="roads", fields=fields, place=place)
    frame = gpd.GeoDataFrame(columns, geometry=raw.geometry.to_numpy(), crs=raw.crs).assign(row=np.arange(len(raw)))
    kept, dropped = _only_lines(frame, place)
    if settle is None:
        settled, moved = settle_stated(kept, coordinates=table.coordinates, place=place)
    else:
        settled, moved = settle(kept, facts)
    crs = settled.crs.name if settled.crs else ""
    return settled, (*problems, *named, *dropped, *moved), {**facts, "crs": crs, "rows": str(len(raw))}


def line_walkways(
    frame: gpd.GeoDataFrame, *, crs: CRS, join_gap_m: float, place: str
) -> tuple[Walkways, tuple[Problem, ...]]:
    """Make a walking network of road lines.

    Lines meet where they touch or cross on one level; see :func:`data.roads.contacts.joining`. The order of the rows
    decides nothing but ``way_id``, the row of the file a piece is of.

    Parameters
    ----------
    frame : GeoDataFrame
        As :func:`read_lines` returns it.
    crs : CRS
        Projected coordinate system, metres.
    join_gap_m : float
        The widest gap that is closed.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of Walkways and tuple of Problem
        The network in ``crs``; what was left out, joined and may be wrong.
    """
    roads, problems = _classed(frame.to_crs(crs), place)
    lines, repeated, short = _single_lines(roads[roads["walk"]])
    levels = Levels(lines["level"].to_numpy(float), (lines["bridge"] | lines["tunnel"]).to_numpy(bool))
    noded = node_lines(lines.geometry.to_numpy(), levels=levels, join_gap_m=join_gap_m)
    told = (
        *_not_walked(roads, place),
        *_heights_partly(lines.geometry.to_numpy(), place),
        *_not_used(short, [*repeated, *noded.pieces.doubled_m], place),
        *_told_gaps(noded, lines.crs, frame.crs, (join_gap_m, place)),
    )
    return _walkways(lines, noded.pieces, crs), (*problems, *told)


def _only_lines(frame: gpd.GeoDataFrame, place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Leave out rows that are no lines, and tell how many of which kind."""
    shapes = frame.geometry.to_numpy()
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = frame.geom_type.where(~empty, "-").fillna("-")
    bounds = shapely.bounds(shapes)
    kept = kinds.isin(_LINES) & np.isfinite(bounds).all(axis=1)
    kinds = kinds.where(~kinds.isin(_LINES), "NaN")
    problems = tuple(
        warning("roads_not_lines", file=place, value=kind, count=int(count))
        for kind, count in kinds[~kept].value_counts(sort=False).sort_index().items()
    )
    return frame[kept].reset_index(drop=True), problems


def _classed(frame: gpd.GeoDataFrame, place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Give each road its class, its level, and whether it is walked."""
    bridge, told_bridges = flags_of(frame, kind="bridge", place=place)
    tunnel, told_tunnels = flags_of(frame, kind="tunnel", place=place)
    level, told_levels = levels_of(frame, place=place)
    # A bridge without a level of its own lies above the ground, a tunnel below.
    level = np.where(level == 0, bridge.astype(float) - (tunnel & ~bridge), level)
    empty = pd.Series(None, frame.index, dtype=object)
    words = frame.get("class", empty)
    tags = {"highway": highways(words), **{tag: frame[tag].str.casefold() for tag in _TAGS if tag in frame}}
    table = pd.DataFrame(tags, index=frame.index).astype(object)
    table = table.where(table.notna(), None)
    rules = walk_rules()
    known = table.drop_duplicates()
    answers = [may_walk({k: v for k, v in row.items() if v}, rules=rules) for row in known.to_dict("records")]
    walk = table.merge(known.assign(walk=answers), how="left")["walk"]
    foot, access = (table.get(tag, empty) for tag in ("foot", "access"))
    private = (access.isin(rules.access_private) & ~foot.isin(rules.foot_yes)) | foot.isin(rules.access_private)
    roads = frame.assign(
        name=frame.get("name", empty),
        said=words.where(words.notna(), table["highway"]),
        highway=table["highway"],
        private=private.to_numpy(bool),
        walk=walk.to_numpy(bool),
        bridge=bridge,
        tunnel=tunnel,
        level=level,
    )
    return roads, (*told_bridges, *told_tunnels, *told_levels)


def _single_lines(roads: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, pd.Series, int]:
    """Return single lines that are long enough and all different, in an order of their own: those with names first.

    The lengths of those that stand more than once, and the number of those without length, come second and third.
    """
    parts = roads.explode(ignore_index=True)
    shapes = shapely.remove_repeated_points(parts.geometry.to_numpy(), TOUCH_M)
    points, owner = shapely.get_coordinates(shapes, include_z=True, return_index=True)
    heights = np.bincount(owner, np.nan_to_num(np.abs(points[:, 2])), minlength=len(shapes))
    # Programs that know no heights write zeros.
    shapes = np.where(heights > 0, shapes, shapely.force_2d(shapes))
    long_enough = shapely.length(shapes) > 2 * TOUCH_M
    parts = parts.set_geometry(gpd.GeoSeries(shapes, crs=parts.crs))[long_enough]
    keys = shapely.to_wkb(shapely.normalize(shapely.force_2d(parts.geometry.to_numpy())), hex=True)
    order = ["unnamed", "key", "level", "bridge", "tunnel", "name", "highway", "said", "row"]
    sorted_ = parts.assign(key=keys, unnamed=parts["name"].isna()).sort_values(order, ignore_index=True)
    double = sorted_.duplicated(["key", "level", "bridge", "tunnel"])
    return sorted_[~double].reset_index(drop=True), sorted_[double].length, int((~long_enough).sum())


def _walkways(lines: gpd.GeoDataFrame, pieces: Pieces, crs: CRS) -> Walkways:
    own, xy = lines.iloc[pieces.line].reset_index(drop=True), pieces.cuts.xy
    length_mm = np.maximum(np.rint(shapely.length(pieces.shapes) * 1000).astype(np.int64), 1)
    columns = {
        "way_id": own["row"].to_numpy(np.int64),
        "highway": own["highway"].astype("str"),
        "name": own["name"].astype("str"),
        "steps": (own["highway"] == "steps").to_numpy(bool),
        "private": own["private"].to_numpy(bool),
        "bridge": own["bridge"].to_numpy(bool),
        "tunnel": own["tunnel"].to_numpy(bool),
        "one_way": np.zeros(len(own), np.int8),
        "u": pieces.u,
        "v": pieces.v,
        "length_mm": length_mm,
    }
    nodes = pd.DataFrame({"osm_id": np.full(len(xy), -1, np.int64), "x": xy[:, 0], "y": xy[:, 1]})
    return Walkways(nodes, gpd.GeoDataFrame(columns, geometry=pieces.shapes, crs=crs))


def _not_walked(roads: gpd.GeoDataFrame, place: str) -> Iterator[Problem]:
    """Tell, once per class, what is not walked."""
    rest = roads[~roads["walk"]]
    for word, rows in rest.groupby("said", sort=True):
        yield note("roads_not_walked", file=place, value=word, count=len(rows), km=f"{rows.length.sum() / 1000:.2f}")


def _heights_partly(lines: Shapes, place: str) -> Iterator[Problem]:
    """Tell when some lines have heights and others none, so that heights cannot tell whether these meet."""
    count = int(shapely.has_z(lines).sum())
    if 0 < count < len(lines):
        yield warning("roads_heights_partly", file=place, value=count, count=len(lines))


def _not_used(short: int, doubled_m: Sequence[float], place: str) -> Iterator[Problem]:
    """Tell of lines without length, and of stretches that were drawn more than once."""
    if short:
        yield warning("roads_no_length", file=place, value=short)
    if doubled_m:
        yield note("roads_doubled", file=place, value=len(doubled_m), km=f"{sum(doubled_m) / 1000:.2f}")


def _told_gaps(noded: Noded, crs: CRS, own: CRS, settings: tuple[float, str]) -> Iterator[Problem]:
    """Tell of gaps that were closed, and of those that may be errors of the drawing, in the numbers of the file."""
    join_gap_m, place = settings
    width_m = noded.closed.width_m
    if len(width_m):
        yield note("roads_joined", file=place, value=len(width_m), longest=f"{width_m.max():.2f}")
    width_m, xy = noded.open.width_m, noded.open.xy
    if len(width_m):
        order = np.lexsort((xy[:, 1], xy[:, 0], width_m))[:_SHOWN_PLACES]
        points = gpd.GeoSeries(shapely.points(xy[order]), crs=crs).to_crs(own)
        digits = 6 if own.is_geographic else 1
        places = "; ".join(f"({point.x:.{digits}f}, {point.y:.{digits}f})" for point in points)
        limits = {"gap": f"{join_gap_m:g}", "limit": f"{TOLD_TIMES * join_gap_m:g}"}
        yield warning("roads_gaps_open", file=place, value=len(width_m), places=places, **limits)
