"""A plan of a large town, made by laying copies of the plan of the sample town side by side."""

from dataclasses import fields, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.plan import Plan

GAP_M = 150.0
# Each copy is turned and drawn at a scale of its own, and its figures differ, so that no file shrinks by repetition.
SCALES = (0.9, 1.1)
FIGURES = (
    "households", "people", "floor_area_m2", "walk_minutes", "walk_m", "measured", "shortfall", "walk_minutes_proposed",
    "people_within", "people_served", "cost_yuan", "diameter_minutes", "facing_m", "width_m", "area_m2", "inside_m",
)  # fmt: skip
# Columns that name a row; in each copy they name the row of that copy.
NAMES = (
    "estate_id", "estate_a", "estate_b", "facility_id", "cluster_id", "package_id", "site_id", "next_site_id",
    "gate_id", "owner_id", "opening_id", "other_id", "project_id", "proposal_id", "alternative_id",
)  # fmt: skip
# Texts that no two places share.
LABELS = ("label", "name", "facility_name", "site_name")
# Columns that count rows of another frame of the plan, and the frame.
ROWS = {"edge": "network", "gate": "access_points", "entrance": "access_points", "walk": "walks"}
TILED = (
    "estates", "facilities", "gaps", "clusters", "memberships", "pooled", "adjacency", "access_points", "network",
    "walks", "walk_edges", "isochrones", "inventory", "inventory_counts", "packages", "proposals",
    "proposal_served", "prospects",
)  # fmt: skip
INPUTS = ("sites", "barriers", "gates", "context", "facilities_aside")
PROGRAMME = ("phases", "costs")


def tile_plan(plan: Plan, *, estates: int, facilities: int) -> Plan:
    """Repeat a plan until it has so many estates, and add places until it has so many facilities.

    Parameters
    ----------
    plan : Plan
        Of a small town.
    estates, facilities : int
        How many there shall be at least.

    Returns
    -------
    Plan
        The frames that the map reads are those of the large town, all others those of the small one.
    """
    times = -(-estates // len(plan.estates))
    places = _places(plan, times)
    sizes = {name: len(getattr(plan, name)) for name in set(ROWS.values())}
    tiled = {name: _tile(getattr(plan, name), places, sizes) for name in TILED}
    tiled["facilities"] = _with_places(tiled["facilities"], facilities)
    inputs = replace(plan.inputs, **{name: _tile(getattr(plan.inputs, name), places, sizes) for name in INPUTS})
    told = {name: _tile(getattr(plan.programme, name), places, sizes) for name in PROGRAMME}
    assert {field.name for field in fields(Plan)} >= tiled.keys()
    return replace(plan, inputs=inputs, programme=replace(plan.programme, **told), **tiled)


def _places(plan: Plan, times: int) -> npt.NDArray[np.float64]:
    """Return for each copy the numbers of the map from the small town to its place: a, b, d, e, x, y."""
    chance = np.random.default_rng(0)
    west, south, east, north = plan.network.total_bounds
    side = int(np.ceil(np.sqrt(times)))
    cells = np.column_stack([np.arange(times) % side, np.arange(times) // side])
    middle = np.array([(west + east) / 2, (south + north) / 2])
    turn, scale = chance.uniform(0, 2 * np.pi, times), chance.uniform(*SCALES, times)
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    wide = np.hypot(east - west, north - south) * SCALES[1] + GAP_M
    at = (
        middle
        + cells * wide
        - np.column_stack([cosine * middle[0] - sine * middle[1], sine * middle[0] + cosine * middle[1]])
    )
    places: npt.NDArray[np.float64] = np.column_stack([cosine, -sine, sine, cosine, at])
    return places


def _tile(frame: Any, places: npt.NDArray[np.float64], sizes: dict[str, int]) -> Any:  # noqa: ANN401
    copy = np.repeat(np.arange(len(places)), len(frame))
    rows = frame.iloc[np.tile(np.arange(len(frame)), len(places))].reset_index(drop=True)
    suffix = pd.Series(copy, index=rows.index).astype(str)
    for name in rows.columns.intersection([*NAMES, *LABELS]):
        rows[name] = (rows[name].astype(object) + "-" + suffix).where(rows[name].notna(), None)
    for name in rows.columns.intersection(list(ROWS)):
        if ROWS[name] != "network" or pd.api.types.is_integer_dtype(rows[name]):
            rows[name] = rows[name].where(rows[name] < 0, rows[name] + copy * sizes[ROWS[name]])
    noise = np.random.default_rng(len(frame)).uniform(0.7, 1.3, len(rows))
    for name in rows.columns.intersection(FIGURES):
        if pd.api.types.is_float_dtype(rows[name]):
            rows[name] = (rows[name] * noise).round(2)
    if "estate_ids" in rows.columns:
        rows["estate_ids"] = [
            ";".join(f"{one}-{tail}" for one in ids.split(";"))
            for ids, tail in zip(rows["estate_ids"], suffix, strict=True)
        ]
    return _moved(rows, places[copy]) if isinstance(rows, gpd.GeoDataFrame) else rows


def _moved(rows: gpd.GeoDataFrame, places: npt.NDArray[np.float64]) -> gpd.GeoDataFrame:
    shapes = rows.geometry.to_numpy()
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    rows = rows.set_geometry(shapely.set_coordinates(shapes.copy(), _mapped(xy, places[owner])), crs=rows.crs)
    if "start_x" in rows.columns:
        rows[["start_x", "start_y"]] = _mapped(rows[["start_x", "start_y"]].to_numpy(float), places)
    return rows


def _mapped(xy: npt.NDArray[np.float64], by: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    east = by[:, 0] * xy[:, 0] + by[:, 1] * xy[:, 1] + by[:, 4]
    return np.column_stack([east, by[:, 2] * xy[:, 0] + by[:, 3] * xy[:, 1] + by[:, 5]])


def _with_places(facilities: gpd.GeoDataFrame, count: int) -> gpd.GeoDataFrame:
    """Add places like those there are, each some way off."""
    missing = count - len(facilities)
    if missing <= 0:
        return facilities
    chance = np.random.default_rng(1)
    more = facilities.iloc[chance.integers(0, len(facilities), missing)].reset_index(drop=True)
    more["facility_id"] = [f"more-{row}" for row in range(missing)]
    more["name"] = [f"网点{row}" for row in range(missing)]
    still = np.tile([1.0, 0.0, 0.0, 1.0], (missing, 1))
    more = _moved(more, np.column_stack([still, chance.uniform(-400, 400, (missing, 2))]))
    return gpd.GeoDataFrame(pd.concat([facilities, more], ignore_index=True), crs=facilities.crs)
