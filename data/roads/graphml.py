"""Walking networks that OSMnx wrote as GraphML, by any of its versions."""

import ast
import io
import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError as PyprojError

from data.errors import CrsError, UnreadableFileError
from data.inputs import Walkways
from data.osm.walkways import may_walk, walk_rules
from data.problems import Problem, error, note, warning
from data.roads.contacts import Floats, Shapes
from data.roads.settling import settle_stated
from data.roads.words import UNKNOWN_CLASS

GRAPH_SUFFIX = ".graphml"
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_EPSG = re.compile(r"epsg:+(\d+)", re.IGNORECASE)
_TAGS = ("foot", "access", "sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
_NOTHING = ("", "nan", "none")
# Of parallel edges that run alike the flags hold that hold for all of them.
_FLAGS = ("steps", "private", "bridge", "tunnel")


def read_graph(
    content: bytes, *, coordinates: str, place: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Mapping[str, str]]:
    """Read the edges of a graph.

    Parameters
    ----------
    content : bytes
        The file.
    coordinates : {"auto", "wgs84", "gcj02", "bd09", "EPSG:<n>"}
        What the project declares; it goes before what the file states.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of GeoDataFrame, tuple of Problem, and mapping
        One row per edge as it stands in the file, in a sure coordinate system: ``u``, ``v`` (identifiers of nodes, an
        int for OpenStreetMap's and below zero for others), ``way_id``, ``highway``, ``name``, ``walk``, ``steps``,
        ``private``, ``bridge``, ``tunnel``, ``one_way``, and a line from ``u`` to ``v``. What was found; and the
        decisions ``format``, ``crs``, ``date`` and ``osm`` (``"yes"`` where the data is OpenStreetMap's).

    Raises
    ------
    UnreadableFileError
        When the file is no GraphML.
    CrsError
        When the file states no coordinate system and none is declared, or the one it states is not possible.
    """
    graph = _parsed(content, place)
    crs = _stated_crs(graph.graph, place)
    if crs is None and coordinates == "auto":
        raise CrsError(error("graph_without_crs", file=place))
    nodes = _nodes(graph)
    edges = pd.DataFrame(
        [(source, target, _attributes(tags)) for source, target, tags in graph.edges(data=True)],
        columns=["source", "target", "tags"],
    )
    ends = (nodes.reindex(edges[side])[["x", "y"]].to_numpy(float) for side in ("source", "target"))
    lines, broken = _lines(edges["tags"].map(lambda tags: tags.pop("geometry")), *ends)
    placed = ~shapely.is_missing(lines)
    attributes = pd.DataFrame(list(edges["tags"]), columns=_COLUMNS)
    ids = {side: nodes["number"].reindex(edges[name]).to_numpy() for side, name in (("u", "source"), ("v", "target"))}
    frame = gpd.GeoDataFrame(attributes.assign(**ids), geometry=lines, crs=crs)[placed].reset_index(drop=True)
    settled, moved = settle_stated(frame, coordinates=coordinates, place=place)
    facts = {
        "format": "GraphML",
        "crs": settled.crs.name,
        "date": _date(graph.graph),
        "osm": "yes" if "OSMnx" in str(graph.graph.get("created_with", "")) or (frame["way_id"] > 0).any() else "",
    }
    return settled, (*_not_placed(int((~placed).sum()), broken, place), *moved), facts


def graph_walkways(frame: gpd.GeoDataFrame, *, crs: CRS, place: str) -> tuple[Walkways, tuple[Problem, ...]]:
    """Make a walking network of the edges of a graph; both directions of one street become one edge.

    Parameters
    ----------
    frame : GeoDataFrame
        As :func:`read_graph` returns it.
    crs : CRS
        Projected coordinate system, metres.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of Walkways and tuple of Problem
        The network in ``crs``, its lengths taken from the lines; and what is not walked.
    """
    moved = frame.to_crs(crs)
    streets = _streets(moved)
    rest = streets[~streets["walk"]]
    told = tuple(
        note("roads_not_walked", file=place, value=word, count=len(rows), km=f"{rows.length.sum() / 1000:.2f}")
        for word, rows in rest.groupby("highway", sort=True)
    )
    walked = streets[streets["walk"] & ((streets["u"] != streets["v"]) | (streets.length > 0))].reset_index(drop=True)
    shapes = walked.geometry.to_numpy()
    number, index = np.unique(walked[["u", "v"]].to_numpy(np.int64), return_inverse=True)
    u, v = index.reshape(-1, 2).T.astype(np.int64)
    xy = np.zeros((len(number), 2))
    for node, end in ((u, 0), (v, -1)):
        xy[node] = shapely.get_coordinates(shapely.get_point(shapes, end))
    texts = {name: walked[name].astype("str") for name in ("highway", "name")}
    columns = {**{name: walked[name] for name in ("way_id", *_FLAGS, "one_way")}, **texts}
    length_mm = np.maximum(np.rint(shapely.length(shapes) * 1000).astype(np.int64), 1)
    edges = gpd.GeoDataFrame({**columns, "u": u, "v": v, "length_mm": length_mm}, geometry=shapes, crs=crs)
    nodes = pd.DataFrame({"osm_id": np.where(number > 0, number, -1), "x": xy[:, 0], "y": xy[:, 1]})
    return Walkways(nodes, edges), told


def _parsed(content: bytes, place: str) -> Any:  # noqa: ANN401
    try:
        graph = nx.read_graphml(io.BytesIO(content), force_multigraph=True)
    except (ParseError, nx.NetworkXError, KeyError, ValueError, UnicodeDecodeError) as fault:
        raise UnreadableFileError(error("graph_unreadable", file=place, detail=str(fault))) from fault
    return graph


def _stated_crs(facts: Mapping[str, Any], place: str) -> CRS | None:
    """Return the system that the graph states; the first versions wrote a dict as text."""
    text = str(facts.get("crs") or "").strip()
    if text.casefold() in _NOTHING:
        return None
    found = _EPSG.search(text)
    # In a definition in full, the code of a part of it may come first.
    if found and not text.upper().startswith(("PROJ", "GEOG", "COMPOUND", "BOUND")):
        text = f"EPSG:{found[1]}"
    try:
        return CRS.from_user_input(_literal(text) if text.startswith("{") else text)
    except PyprojError as fault:
        raise CrsError(error("graph_crs_unknown", file=place, value=text)) from fault


def _nodes(graph: Any) -> pd.DataFrame:  # noqa: ANN401
    """Return place and number of each node; identifiers of OpenStreetMap are numbers above zero."""
    data = dict(graph.nodes(data=True))
    columns = {
        axis: pd.to_numeric(pd.Series([row.get(axis) for row in data.values()]), errors="coerce") for axis in "xy"
    }
    names = [str(name) for name in data]
    merged = any("osmid_original" in row for row in data.values())
    own = not merged and all(re.fullmatch("[1-9][0-9]{0,17}", name) for name in names)
    ranks = {name: -1 - rank for rank, name in enumerate(sorted(names, key=lambda name: (len(name), name)))}
    numbers = [int(name) if own else ranks[name] for name in names]
    return pd.DataFrame({axis: columns[axis].to_numpy(float) for axis in "xy"}, index=names).assign(number=numbers)


_COLUMNS = ["way_id", "highway", "name", "walk", *_FLAGS, "one_way"]


def _attributes(tags: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what the walking rules make of the tags of an edge; where ways were merged, a tag has several values."""
    rules = walk_rules()
    classes = _values(tags, "highway") or [UNKNOWN_CLASS]
    foot, access = _values(tags, "foot"), _values(tags, "access")
    several = [[(name, value) for value in _values(tags, name)] or [(name, "")] for name in _TAGS]
    walked = [
        may_walk({"highway": one} | {key: value for key, value in others if value}, rules=rules)
        for one in classes
        for others in itertools.product(*several)
    ]
    private = any(value in rules.access_private for value in access) and not any(v in rules.foot_yes for v in foot)
    ids = [int(value) for value in _values(tags, "osmid") if re.fullmatch("[1-9][0-9]{0,17}", value)]
    # An edge is walked only if all ways it was merged from are.
    closed = next((one for one in classes if not may_walk({"highway": one}, rules=rules)), classes[0])
    return {
        "way_id": ids[0] if ids else -1,
        "highway": classes[0] if all(walked) else closed,
        "name": next(iter(_values(tags, "name")), None),
        "walk": all(walked),
        "steps": "steps" in classes,
        "private": private or any(value in rules.access_private for value in foot),
        "bridge": any(value != "no" for value in _values(tags, "bridge")),
        "tunnel": any(value not in ("no", "building_passage") for value in _values(tags, "tunnel")),
        "one_way": _one_way(_values(tags, "oneway:foot"), _values(tags, "reversed")),
        "geometry": tags.get("geometry"),
    }


def _one_way(foot: list[str], reversed_: list[str]) -> int:
    """Tell which way people may walk: the tag speaks of the way as drawn, the edge may run against it."""
    said = {value.casefold() for value in foot}
    direction = {"yes": 1, "true": 1, "-1": -1}.get(said.pop(), 0) if len(said) == 1 else 0
    turned = {value.casefold() in ("true", "1") for value in reversed_} or {False}
    if len(turned) > 1:
        return 0
    return -direction if turned == {True} else direction


def _values(tags: Mapping[str, Any], name: str) -> list[str]:
    """Return the values of a tag; several were written as the text of a list."""
    said = tags.get(name)
    text = "" if said is None else str(said).strip()
    if text.startswith("["):
        value = _literal(text)
        parts = value if isinstance(value, list) else ["".join(found) for found in _QUOTED.findall(text)]
    else:
        parts = [text]
    return [str(part) for part in parts if str(part).strip().casefold() not in _NOTHING]


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def _lines(texts: Iterable[object], start: Floats, stop: Floats) -> tuple[Shapes, int]:
    """Return a line for each edge: as drawn or straight, None without a place, and the number of shapes in ruins."""
    written = np.array([text if isinstance(text, str) and text.strip() else None for text in texts], dtype=object)
    drawn = shapely.from_wkt(written, on_invalid="ignore")
    usable = (shapely.get_type_id(drawn) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(drawn)
    broken = int((~usable & ~pd.isna(written)).sum())
    placed = np.isfinite(start).all(axis=1) & np.isfinite(stop).all(axis=1)
    drawn = np.where(usable & placed, shapely.force_2d(drawn), None)
    lines = np.full(len(drawn), None, dtype=object)
    straight = placed & ~usable
    lines[straight] = shapely.linestrings(np.stack([start[straight], stop[straight]], axis=1))
    own = placed & usable
    lines[own] = _between(drawn[own], start[own], stop[own])
    return lines, broken


def _between(drawn: Shapes, start: Floats, stop: Floats) -> Shapes:
    """Let lines run from node to node, in that direction."""
    first, last = (shapely.get_coordinates(shapely.get_point(drawn, end)) for end in (0, -1))
    straight_on = np.hypot(*(first - start).T) + np.hypot(*(last - stop).T)
    turned = np.hypot(*(first - stop).T) + np.hypot(*(last - start).T) < straight_on
    points, owner = shapely.get_coordinates(np.where(turned, shapely.reverse(drawn), drawn), return_index=True)
    every = np.arange(len(drawn))
    owners = np.concatenate([every, owner, every])
    order = np.argsort(owners, kind="stable")
    lines = shapely.linestrings(np.concatenate([start, points, stop])[order], indices=owners[order])
    clean: Shapes = np.asarray(shapely.remove_repeated_points(lines), dtype=object)
    return clean


def _streets(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per street: edges between the same nodes that run alike are one."""
    turned = (edges["u"] > edges["v"]).to_numpy()
    u, v = np.where(turned, edges["v"], edges["u"]), np.where(turned, edges["u"], edges["v"])
    drawn = edges.geometry.to_numpy()
    shapes = np.where(turned, shapely.reverse(drawn), drawn)
    shapes = np.where(u == v, shapely.normalize(drawn), shapes)
    key = shapely.to_wkb(shapes, hex=True)
    one_way = np.where(turned, -1, 1) * edges["one_way"].to_numpy()
    whole = edges.assign(u=u, v=v, key=key, one_way=one_way, closed=~edges["walk"], unnamed=edges["name"].isna())
    whole = whole.set_geometry(gpd.GeoSeries(shapes, edges.index, crs=edges.crs))
    order = ["u", "v", "key", "closed", "unnamed", "name", "highway", "way_id"]
    whole = whole.sort_values(order, ignore_index=True)
    same = whole.groupby(["u", "v", "key"], sort=False)
    flags = {name: same[name].transform("min").astype(bool) for name in _FLAGS}
    agreed = (same["one_way"].transform("min") == same["one_way"].transform("max")).to_numpy()
    one_way = np.where(agreed, whole["one_way"], 0).astype(np.int8)
    whole = whole.assign(**flags, one_way=one_way)
    return whole[~whole.duplicated(["u", "v", "key"])].reset_index(drop=True)


def _not_placed(count: int, broken: int, place: str) -> tuple[Problem, ...]:
    told = (warning("graph_not_placed", file=place, value=count),) if count else ()
    return (*told, warning("graph_shapes_broken", file=place, value=broken)) if broken else told


def _date(facts: Mapping[str, Any]) -> str:
    """Return the day the graph was made, which is about that of its data."""
    found = re.match(r"\d{4}-\d{2}-\d{2}", str(facts.get("created_date", "")))
    return found[0] if found else ""
