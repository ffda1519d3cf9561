"""Hand-made towns of a few streets: every length is read off the coordinates, in metres."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely import Geometry, LineString, Point, Polygon

from data.inputs import Inputs, Walkways
from data.layers import as_layer
from data.profiles import load_profiles
from data.project import Project
from data.standards.model import Confidence, Eligibility, Service, Standard, Threshold
from geo.access.doors import Surroundings
from geo.streets.network import Network, build_network
from geo.streets.shut_gates import part_at_gates

TOWN_CRS = CRS.from_epsg(4548)
RULE = Eligibility(2000, None, ("expropriation", "shantytown"), "赣府厅发〔2020〕37号", "一(三)")
Spot = tuple[float, float]
Shapes = Mapping[str, Geometry]


@dataclass(frozen=True)
class Street:
    """Hold a way through its nodes; two streets meet where both name the same spot."""

    spots: tuple[Spot, ...]
    name: str | None = None
    private: bool = False
    steps: bool = False
    bridge: bool = False
    one_way: int = 0


def street(
    *spots: Spot,
    name: str | None = None,
    private: bool = False,
    steps: bool = False,
    bridge: bool = False,
    one_way: int = 0,
) -> Street:
    """Lead a way through spots; walked from the first to the last only when ``one_way`` is 1."""
    return Street(tuple((float(x), float(y)) for x, y in spots), name, private, steps, bridge, one_way)


def walkways(*streets: Street, ids: Mapping[Spot, int] | None = None) -> Walkways:
    """Join streets at the spots they share; ``ids`` gives nodes their OpenStreetMap identifier."""
    known = {(float(x), float(y)): number for (x, y), number in (ids or {}).items()}
    spots = list(dict.fromkeys(spot for way in streets for spot in way.spots))
    row = {spot: number for number, spot in enumerate(spots)}
    pieces = [(way, *ends) for way in streets for ends in zip(way.spots[:-1], way.spots[1:], strict=True)]
    lines = [LineString([start, stop]) for _, start, stop in pieces]
    flags = {
        name: np.array([getattr(way, name) for way, _, _ in pieces], bool) for name in ("private", "steps", "bridge")
    }
    edges = gpd.GeoDataFrame(
        {
            "u": np.array([row[start] for _, start, _ in pieces], np.int64),
            "v": np.array([row[stop] for _, _, stop in pieces], np.int64),
            "length_mm": np.rint(shapely.length(lines) * 1000).astype(np.int64),
            "way_id": np.array([streets.index(way) + 1 for way, _, _ in pieces], np.int64),
            "highway": pd.Series(["residential"] * len(pieces), dtype=object),
            "name": pd.Series([way.name for way, _, _ in pieces], dtype=object),
            **flags,
            "tunnel": np.zeros(len(pieces), bool),
            "one_way": np.array([way.one_way for way, _, _ in pieces], np.int8),
            "slope_ahead": np.ones(len(pieces)),
            "slope_back": np.ones(len(pieces)),
            "grade_max": np.zeros(len(pieces)),
        },
        geometry=lines,
        crs=TOWN_CRS,
    )
    xy = np.array(spots, float).reshape(-1, 2)
    osm_id = np.array([known.get(spot, -1) for spot in spots], np.int64)
    return Walkways(pd.DataFrame({"osm_id": osm_id, "x": xy[:, 0], "y": xy[:, 1]}), edges)


def layer(kind_of: str, shapes: Sequence[Geometry], /, **columns: object) -> gpd.GeoDataFrame:
    """Make a layer with all its columns."""
    frame = gpd.GeoDataFrame(
        {key: pd.Series(value, range(len(shapes))) for key, value in columns.items()},
        geometry=list(shapes),
        crs=TOWN_CRS,
    )
    return as_layer(frame, layer=kind_of, crs=TOWN_CRS)


def estates(shapes: Shapes, **columns: object) -> gpd.GeoDataFrame:
    """Make estates of 100 households and 300 people each, built in 1990, unless told otherwise."""
    known = {"name": list(shapes), "households": 100.0, "people": 300.0, "built_year_max": 1990.0}
    told = {**known, "subdistrict": "城南街道", **columns}
    return layer("estates", list(shapes.values()), estate_id=list(shapes), **told)


def facilities(shapes: Shapes, service: object = "market", **columns: object) -> gpd.GeoDataFrame:
    keys = list(shapes)
    return layer("facilities", list(shapes.values()), facility_id=keys, **{"name": keys, "service": service, **columns})


def gates(shapes: Mapping[str, Spot], state: object = "open", osm_id: object = -1) -> gpd.GeoDataFrame:
    points = [Point(spot) for spot in shapes.values()]
    return layer("gates", points, gate_id=list(shapes), state=state, osm_id=osm_id)


def entrances(*spots: Spot, osm_id: object = -1) -> gpd.GeoDataFrame:
    return layer("entrances", [Point(spot) for spot in spots], osm_id=osm_id)


def barriers(*shapes: Geometry, kind: object = "river") -> gpd.GeoDataFrame:
    return layer("barriers", shapes, barrier_id=[f"B{i}" for i in range(len(shapes))], kind=kind)


def sites(shapes: Shapes, links: object = True) -> gpd.GeoDataFrame:
    return layer("sites", list(shapes.values()), site_id=list(shapes), kind="factory", links=links)


def buildings(*shapes: Geometry, **columns: object) -> gpd.GeoDataFrame:
    return layer("buildings", shapes, building_id=[f"H{i}" for i in range(len(shapes))], **columns)


def asked(
    metric: str = "walk_minutes", value: float = 15, unit: str = "min", confidence: Confidence = "verified"
) -> Threshold:
    op: Literal["le", "ge"] = "le" if metric.startswith("walk") else "ge"
    return Threshold(metric, op, value, unit, "文件", "一", "any", "gap", confidence)


def service(key: str, *thresholds: Threshold, profile: str = "adult", people_per_place: float | None = None) -> Service:
    name = {"zh": key, "en": key}
    return Service(key, name, "upgrade", key, "walk", profile, "places", people_per_place, thresholds)


def standard(*services: Service, rule: Eligibility = RULE) -> Standard:
    profiles = {key: load_profiles()[key] for key in ("adult", "elderly")}
    return Standard("town", {"zh": "镇", "en": "Town"}, "existing", services, rule, profiles, "town.toml")


def town(
    ways: Walkways,
    estates: gpd.GeoDataFrame,
    *,
    rules: Standard | None = None,
    settings: Mapping[str, object] | None = None,
    **layers: gpd.GeoDataFrame,
) -> Inputs:
    """Make inputs whose other layers are empty; unless told otherwise a market within 15 minutes is asked."""
    names = ("buildings", "facilities", "facilities_aside", "entrances", "sites", "gates", "barriers", "context")
    return Inputs(
        project=Project.model_validate(settings or {}),
        standard=rules or standard(service("market", asked())),
        crs=TOWN_CRS,
        estates=estates,
        walkways=ways,
        boundary=None,
        problems=(),
        sources=(),
        facts={},
        **{name: layers[name] if name in layers else layer(name, []) for name in names},
    )


def moved(inputs: Inputs, *, east: float, north: float) -> Inputs:
    """Return the same town elsewhere."""
    frames = {
        field.name: frame.set_geometry(frame.geometry.translate(east, north))
        for field in dataclasses.fields(inputs)
        if isinstance(frame := getattr(inputs, field.name), gpd.GeoDataFrame)
    }
    nodes, edges = inputs.walkways.nodes, inputs.walkways.edges
    nodes = nodes.assign(x=nodes["x"] + east, y=nodes["y"] + north)
    ways = Walkways(nodes, edges.set_geometry(edges.geometry.translate(east, north)))
    return dataclasses.replace(inputs, walkways=ways, **frames)


def network_of(*streets: Street) -> Network:
    return build_network(walkways(*streets))


def around(
    ways: Walkways,
    *,
    closed: Sequence[int] = (),
    barriers: gpd.GeoDataFrame | None = None,
    max_snap_m: float = 200,
    grounds: Shapes | None = None,
) -> Surroundings:
    """Return what surrounds the owners of access points; the nodes of the closed gates part the ways."""
    fence = barriers if barriers is not None else layer("barriers", [])
    shut = gates({str(number): _spot(ways, number) for number in closed}, state="closed", osm_id=list(closed))
    parted = part_at_gates(ways, gates=shut, estates=estates(grounds or {}))
    return Surroundings(
        network=build_network(ways, parted=parted.ends, grounds=np.array(list((grounds or {}).values()), object)),
        nodes=ways.nodes,
        lines=ways.edges.geometry.to_numpy(),
        raised=ways.edges["bridge"].to_numpy(bool),
        barriers=fence[fence["kind"] != "wall"].geometry.to_numpy(),
        walls=fence[fence["kind"] == "wall"].geometry.to_numpy(),
        max_snap_m=max_snap_m,
        crs=TOWN_CRS,
        gate_nodes=pd.Series(dtype=np.int64),
    )


def _spot(ways: Walkways, osm_id: int) -> Spot:
    node = ways.nodes[ways.nodes["osm_id"] == osm_id].iloc[0]
    return float(node["x"]), float(node["y"])


def row_of(*widths: float, gap: float = 12, height: float = 100) -> dict[str, Polygon]:
    """Place estates E1, E2, ... in a row from the origin eastwards, with a street between."""
    shapes, x = {}, 0.0
    for number, width in enumerate(widths, start=1):
        shapes[f"E{number}"] = shapely.box(x, 0, x + width, height)
        x += width + gap
    return shapes
