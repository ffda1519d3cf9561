"""Ways of an extract that nobody walks: told once per reason."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from data.osm.walkways import WalkRules, may_walk, walk_rules
from data.problems import Problem, note


def unwalked_ways(features: gpd.GeoDataFrame, *, crs: CRS, place: str) -> tuple[Problem, ...]:
    """Tell which ways are left out of the walking network, by what leaves them out.

    Parameters
    ----------
    features : GeoDataFrame
        As :func:`data.osm.features.read_features` gives them, in any coordinate system.
    crs : CRS
        Projected coordinate system, metres.
    place : str
        What messages call the extract.

    Returns
    -------
    tuple of Problem
        A note for each class of way and each tag, with the number of ways and their kilometres.
    """
    rules = walk_rules()
    reasons = pd.Series([_reason(tags, rules) for tags in features["tags"]], features.index, dtype=object)
    mine = features[reasons.notna().to_numpy() & (features["shape"] == "line").to_numpy()].to_crs(crs)
    km = mine.length / 1000
    return tuple(
        note("roads_not_walked", file=place, value=reason, count=len(rows), km=f"{rows.sum():.2f}")
        for reason, rows in km.groupby(reasons[mine.index], sort=True)
    )


def _reason(tags: Mapping[str, str], rules: WalkRules) -> str | float:
    """Return what keeps people from a way, NaN for what is walked or is no way."""
    if "highway" not in tags or may_walk(tags, rules=rules):
        return np.nan
    highway, foot = tags["highway"], tags.get("foot")
    if highway not in rules.walk | rules.walk_if_tagged:
        return highway
    if foot in rules.foot_no:
        return f"foot={foot}"
    if highway in rules.walk_if_tagged:
        return highway
    return "motorroad=yes" if tags.get("motorroad") in rules.motorroad else f"access={tags['access']}"
