"""From tagged features to layers: estates, buildings, facilities, sites, barriers, gates, entrances, context."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from data.assumed_outlines import SURVEYED
from data.facilities.merging import OSM
from data.facilities.status import living_tags, status_of_names
from data.inputs import DRAWN_GATE
from data.layers import as_layer
from data.osm.walkways import is_gate, walk_rules
from data.standards.classify import classify_tags
from data.standards.rules import barrier_rules, facility_rules, hazard_rules, site_rules

_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)?)")


@cache
def layer_rules() -> dict[str, Any]:
    """Read the rules that say which features become which layer."""
    return tomllib.loads(files("data").joinpath("layers.toml").read_text("utf-8"))


def estates_of(features: gpd.GeoDataFrame, *, crs: CRS) -> gpd.GeoDataFrame:
    """Take the residential areas as estates.

    Parameters
    ----------
    features : GeoDataFrame
        As :func:`data.osm.features.read_features` gives them, in any coordinate system.
    crs : CRS
        Projected coordinate system of the result.

    Returns
    -------
    GeoDataFrame
        Layer ``estates``, by ``estate_id``; districts, subdistricts and communities from the administrative areas.
    """
    wanted = layer_rules()["estates"]["landuse"]
    mine = features[(features["shape"] == "area") & _tag(features, "landuse").isin(wanted)]
    frame = _named(mine, crs).assign(estate_id=mine["ref"], source="osm")
    years = _tag(mine, "start_date").str.extract(r"(\d{4})", expand=False).astype(float)
    frame = frame.assign(built_year_min=years, built_year_max=years, outline=SURVEYED)
    return as_layer(_with_areas(frame, features, crs), layer="estates", crs=crs)


def _with_areas(frame: gpd.GeoDataFrame, features: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """Name the smallest administrative area of each level that holds each place."""
    is_admin = (features["shape"] == "area") & (_tag(features, "boundary") == "administrative")
    areas = _named(features[is_admin], crs)
    level = _tag(features[is_admin], "admin_level")
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    for name, wanted in layer_rules()["administrative"].items():
        mine = areas[(level == wanted) & areas["name"].notna()]
        size = mine.area.to_numpy()
        place, area = shapely.STRtree(mine.geometry.to_numpy()).query(points, predicate="within")
        order = np.lexsort((size[area], place))
        first = order[np.append(True, np.diff(place[order]) != 0)] if len(order) else order
        found = np.full(len(frame), None, object)
        found[place[first]] = mine["name"].to_numpy(object)[area[first]]
        frame = frame.assign(**{name: found})
    return frame


def buildings_of(features: gpd.GeoDataFrame, *, crs: CRS) -> gpd.GeoDataFrame:
    """Take the building footprints.

    Parameters
    ----------
    features, crs
        As for :func:`estates_of`.

    Returns
    -------
    GeoDataFrame
        Layer ``buildings``.
    """
    use = _tag(features, "building")
    mine = features[(features["shape"] == "area") & use.notna() & (use != "no")]
    frame = _named(mine, crs).assign(
        building_id=mine["ref"],
        use=use[mine.index],
        levels=_number(_tag(mine, "building:levels")),
        flats=_number(_tag(mine, "building:flats")),
    )
    return as_layer(frame, layer="buildings", crs=crs)


def facility_records_of(features: gpd.GeoDataFrame, *, crs: CRS, date: str, source: str) -> gpd.GeoDataFrame:
    """Take the places that offer a service, offered it, or are to offer it.

    Parameters
    ----------
    features, crs
        As for :func:`estates_of`.
    date : str
        Day of the data, ISO form; empty where it is not known.
    source : str
        What the records name as their source.

    Returns
    -------
    GeoDataFrame
        Records for :func:`data.facilities.settling.settle_facilities`; a place of several services has one row each.
    """
    mine = features[features["shape"] != "line"].reset_index(drop=True)
    tags, life = living_tags(mine["tags"].tolist(), date=date)
    found = classify_tags(tags, rules=facility_rules())
    row = found["row"].to_numpy(np.int64)
    places = mine.iloc[row].reset_index(drop=True)
    service = found["kind"].to_numpy(object)
    several = places["ref"].duplicated(keep=False).to_numpy()
    frame = _named(places, crs)
    said = status_of_names(frame["name"]).to_numpy(object)
    frame = frame.assign(
        facility_id=np.where(several, places["ref"] + ":" + service, places["ref"]),
        service=service,
        capacity=_number(_tag(places, "capacity")),
        status=np.where(pd.isna(said), life[row], said),
        source=source,
    )
    records = as_layer(frame, layer="facilities", crs=crs)
    return records.assign(list=source, origin=source + " #" + places["ref"], trust=OSM)


def sites_of(features: gpd.GeoDataFrame, *, crs: CRS) -> gpd.GeoDataFrame:
    """Take the places that can be put to use.

    Parameters
    ----------
    features, crs
        As for :func:`estates_of`.

    Returns
    -------
    GeoDataFrame
        Layer ``sites``; a place of several kinds is of the first of them.
    """
    mine = features[features["shape"] != "line"].reset_index(drop=True)
    rules = site_rules()
    found = classify_tags(mine["tags"].tolist(), rules=rules).drop_duplicates("row")
    frame = _named(mine.iloc[found["row"]].reset_index(drop=True), crs)
    kind = found["kind"].to_numpy(object)
    area_m2 = frame.area.where(frame.area > 0)
    frame = frame.assign(site_id=frame["ref"], kind=kind, links=np.isin(kind, sorted(rules.links)), area_m2=area_m2)
    return as_layer(frame.assign(source="osm", from_map=True), layer="sites", crs=crs)


def hazards_of(features: gpd.GeoDataFrame, *, crs: CRS) -> gpd.GeoDataFrame:
    """Take what some services may not stand beside.

    Parameters
    ----------
    features, crs
        As for :func:`estates_of`.

    Returns
    -------
    GeoDataFrame
        Layer ``hazards``.
    """
    mine = features[features["shape"] != "line"].reset_index(drop=True)
    found = classify_tags(mine["tags"].tolist(), rules=hazard_rules()).drop_duplicates("row")
    frame = _named(mine.iloc[found["row"]].reset_index(drop=True), crs)
    return as_layer(frame.assign(hazard_id=frame["ref"], kind=found["kind"].to_numpy(object)), layer="hazards", crs=crs)


def barriers_of(features: gpd.GeoDataFrame, *, crs: CRS) -> gpd.GeoDataFrame:
    """Take what nobody walks across.

    Parameters
    ----------
    features, crs
        As for :func:`estates_of`.

    Returns
    -------
    GeoDataFrame
        Layer ``barriers``; only water bars by its area, a wall or railway drawn around an area is the line around it.
    """
    mine = features[features["shape"] != "point"].reset_index(drop=True)
    found = classify_tags(mine["tags"].tolist(), rules=barrier_rules()).drop_duplicates("row")
    frame = _named(mine.iloc[found["row"]].reset_index(drop=True), crs)
    shapes, kind = frame.geometry.to_numpy(), found["kind"].to_numpy(object)
    ring = ~np.isin(kind, ["river", "water"]) & (shapely.get_dimensions(shapes) == 2)
    frame = frame.set_geometry(np.where(ring, shapely.boundary(shapes), shapes), crs=crs)
    return as_layer(frame.assign(barrier_id=frame["ref"], kind=kind), layer="barriers", crs=crs)


def gates_of(features: gpd.GeoDataFrame, *, crs: CRS) -> gpd.GeoDataFrame:
    """Take the gates and what their tags say of their state.

    Parameters
    ----------
    features, crs
        As for :func:`estates_of`.

    Returns
    -------
    GeoDataFrame
        Layer ``gates``; a gate whose tags say nothing is open.
    """
    rules = walk_rules()
    gate = np.array([is_gate(tags, rules=rules) for tags in features["tags"]], bool)
    mine = features[gate & features["shape"].isin(["point", "line"]).to_numpy()]
    line = (mine["shape"] == "line").to_numpy()
    named = _named(mine, crs)
    shapes = named.geometry.to_numpy()
    middle = shapely.line_interpolate_point(np.where(line, shapes, None), 0.5, normalized=True)
    named = named.set_geometry(np.where(line, middle, shapes), crs=crs)
    osm_id = np.where(line, DRAWN_GATE, mine["osm_id"])
    frame = named.assign(gate_id=mine["ref"], state=[_gate_state(tags) for tags in mine["tags"]], osm_id=osm_id)
    return as_layer(frame, layer="gates", crs=crs)


def _gate_state(tags: Mapping[str, str]) -> str:
    """Tell the state of a gate by its tags; what is said of people on foot goes first."""
    rules = layer_rules()["gate_state"]
    if tags.get("locked") in rules["locked"]:
        return "closed"
    said = [tags[key] for key in ("foot", "access") if key in tags]
    return next((state for word in said[:1] for state in ("closed", "residents") if word in rules[state]), "open")


def entrances_of(features: gpd.GeoDataFrame, *, crs: CRS) -> gpd.GeoDataFrame:
    """Take the entrances of buildings and grounds.

    Parameters
    ----------
    features, crs
        As for :func:`estates_of`.

    Returns
    -------
    GeoDataFrame
        Layer ``entrances``.
    """
    tag = _tag(features, "entrance")
    mine = features[(features["shape"] == "point") & tag.notna() & ~tag.isin(["no", "emergency", "exit"])]
    return as_layer(_named(mine, crs), layer="entrances", crs=crs)


def context_of(features: gpd.GeoDataFrame, *, crs: CRS) -> gpd.GeoDataFrame:
    """Take the green areas that a map shows for orientation.

    Parameters
    ----------
    features, crs
        As for :func:`estates_of`.

    Returns
    -------
    GeoDataFrame
        Layer ``context``.
    """
    green = _any_tag(features, layer_rules()["context"]) & (features["shape"] == "area").to_numpy()
    return as_layer(_named(features[green], crs).assign(kind="green"), layer="context", crs=crs)


def _tag(features: gpd.GeoDataFrame, key: str) -> pd.Series:
    return pd.Series([tags.get(key) for tags in features["tags"]], index=features.index, dtype=object)


def _any_tag(features: gpd.GeoDataFrame, wanted: Mapping[str, list[str]]) -> np.ndarray:
    found = np.zeros(len(features), bool)
    for key, values in wanted.items():
        found |= _tag(features, key).isin(values).to_numpy()
    return found


def _number(texts: pd.Series) -> pd.Series:
    """Return the number a tag starts with, NaN where it has none."""
    found = [_NUMBER.match(text) if isinstance(text, str) else None for text in texts]
    return pd.Series([float(match[1]) if match else np.nan for match in found], index=texts.index, dtype=float)


def _named(features: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """Project features and give them the name that Chinese readers know them by."""
    chinese, name = _tag(features, "name:zh"), _tag(features, "name")
    return features.to_crs(crs).assign(name=chinese.where(chinese.notna(), name))
