"""The walks as tables: each to its nearest facility, part by part and street by street."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.streets.graph import Graph, arc_costs
from geo.walking.routes import Trails, follow, lines_along, merge_pieces, street_steps, trails
from geo.walking.walks import DIRECT, Ends, ProfileWalks, Sweeps, Walks, shown_minutes

Ints = npt.NDArray[np.int64]
WALK_COLUMNS = [
    "estate_id", "service", "facility_id", "profile", "gate", "entrance", "inside_m", "from_m", "street_m", "to_m",
    "walk_m", "walk_minutes", "assumed", "geometry",
]  # fmt: skip
STEP_COLUMNS = ["estate_id", "service", "step", "street", "highway", "steps", "length_m", "minutes"]


@dataclass(frozen=True)
class WalkTables:
    """Hold the walks to the nearest facilities.

    Parameters
    ----------
    walks : GeoDataFrame
        Columns as ``Plan.walks``.
    steps : DataFrame
        Columns as ``Plan.walk_steps``.
    edges : DataFrame
        One row per edge walked, in order: ``walk`` (row of ``walks``), ``edge`` (row of the walkways' ``edges``),
        ``from_mm``, ``to_mm`` (int; backwards when the first is greater).
    walk_m : array of float, shape (estates, services)
        Metres of each walk, NaN when no facility is reached.
    """

    walks: gpd.GeoDataFrame
    steps: pd.DataFrame
    edges: pd.DataFrame
    walk_m: npt.NDArray[np.float64]


def walk_tables(
    walks: Walks, *, sweeps: Sweeps, access: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Ends
) -> WalkTables:
    """Trace the walk from each estate to the nearest facility of each service.

    Parameters
    ----------
    walks : Walks
        The walks.
    sweeps : Sweeps
        What they were found with.
    access : GeoDataFrame
        Columns as ``Plan.access_points``.
    edges : GeoDataFrame
        Edges of the walkways.
    ends : Ends
        Estates and facilities.

    Returns
    -------
    WalkTables
        Rows by estate and service. The walk to a facility in the estate itself is the way inside alone.
    """
    parts = [
        _profile_table(walks, sweeps, profile, access, edges)
        for profile, of in sweeps.by_profile.items()
        if len(of.services)
    ]
    own = _own_table(walks, sweeps, ends)
    rows = pd.concat([*(part[0] for part in parts), own], ignore_index=True)
    rows = rows.assign(place=np.arange(len(rows))).sort_values(["estate", "column"], kind="stable")
    at = np.empty(len(rows), np.int64)
    at[rows["place"]] = np.arange(len(rows))
    offset = np.cumsum([0, *(len(part[0]) for part in parts)])
    trail = [part[1] for part in parts]
    numbers = [at[one.walk + start] for one, start in zip(trail, offset, strict=False)]
    table = _named(rows, walks, access, ends)
    walk_m = np.full(walks.cost_us.shape, np.nan)
    walk_m[rows["estate"], rows["column"]] = table["walk_m"]
    return WalkTables(table, _steps(trail, numbers, edges, table), _edges(trail, numbers), walk_m)


def _profile_table(
    walks: Walks, sweeps: Sweeps, profile: str, access: gpd.GeoDataFrame, edges: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, Trails]:
    """Trace the walks at one pace."""
    of = sweeps.by_profile[profile]
    columns = np.array([walks.services.index(service) for service in of.services], np.int64)
    estate, group = np.nonzero(sweeps.door[:, columns] != DIRECT)
    entry = of.nearest.door[estate, group]
    walk, node = follow(of.nearest, group=group, start=of.origins.node[entry])
    arrival = node[np.append(walk[1:] != walk[:-1], True)] if len(walk) else node
    entrance = _entrances(of, walks.facility[estate, columns[group]], arrival)
    found = merge_pieces(_trails(sweeps.graph, of, walk, node))
    street_mm = np.bincount(found.walk, weights=np.abs(found.to_mm - found.from_mm), minlength=len(estate))
    gate = of.origin_row[entry]
    starts = shapely.points(access["start_x"].to_numpy(float)[gate], access["start_y"].to_numpy(float)[gate])
    stops = shapely.points(access["start_x"].to_numpy(float)[entrance], access["start_y"].to_numpy(float)[entrance])
    table = pd.DataFrame(
        {
            "estate": estate,
            "column": columns[group],
            "profile": profile,
            "gate": gate,
            "entrance": entrance,
            "inside_m": access["inside_m"].to_numpy(float)[gate],
            "from_m": access["connector_mm"].to_numpy(float)[gate] / 1000,
            "street_m": street_mm / 1000,
            "to_m": access["connector_mm"].to_numpy(float)[entrance] / 1000,
            "geometry": lines_along(found, lines=edges.geometry.to_numpy(), starts=starts, stops=stops),
        }
    )
    return table, found


def _trails(graph: Graph, of: ProfileWalks, walk: Ints, node: Ints) -> Trails:
    return trails(graph, arc_cost_us=arc_costs(graph, pace=of.pace), walk=walk, node=node)


def _entrances(of: ProfileWalks, facility: Ints, node: Ints) -> Ints:
    """Return the row of the access points by which each walk enters its facility: the nearest one at its last node."""
    order = np.lexsort((of.targets.cost_us, of.targets.node, of.targets.owner))
    n = int(max(of.targets.node.max(initial=0), node.max(initial=0))) + 1
    key = of.targets.owner[order] * n + of.targets.node[order]
    rows: Ints = of.target_row[order][np.searchsorted(key, facility * n + node)]
    return rows


def _own_table(walks: Walks, sweeps: Sweeps, ends: Ends) -> pd.DataFrame:
    """List the walks to facilities in the estate itself."""
    estate, column = np.nonzero((sweeps.door == DIRECT) & (walks.facility >= 0))
    pair = pd.Series(ends.own.away_m, index=pd.MultiIndex.from_arrays([ends.own.estate, ends.own.facility]))
    facility = walks.facility[estate, column]
    away_m = pair.reindex(pd.MultiIndex.from_arrays([estate, facility])).to_numpy(float)
    profile_of = {service: profile for profile, of in sweeps.by_profile.items() for service in of.services}
    profiles = np.array([profile_of[service] for service in walks.services], object)
    zero = np.zeros(len(estate))
    return pd.DataFrame(
        {"estate": estate, "column": column, "profile": profiles[column] if len(profiles) else zero.astype(object),
         "gate": np.full(len(estate), DIRECT), "entrance": np.full(len(estate), DIRECT), "inside_m": away_m,
         "from_m": zero, "street_m": zero, "to_m": zero, "geometry": np.full(len(estate), None, object)}
    )  # fmt: skip


def _named(rows: pd.DataFrame, walks: Walks, access: gpd.GeoDataFrame, ends: Ends) -> gpd.GeoDataFrame:
    """Add names, sums and minutes."""
    estate, column = rows["estate"].to_numpy(np.int64), rows["column"].to_numpy(np.int64)
    parts = rows[["inside_m", "from_m", "street_m", "to_m"]]
    named = rows.assign(
        estate_id=ends.estate_ids[estate],
        service=np.array(walks.services, object)[column] if len(walks.services) else np.zeros(0, object),
        facility_id=ends.facility_ids[walks.facility[estate, column]] if len(estate) else np.zeros(0, object),
        walk_m=parts.fillna(0).sum(axis=1),
        walk_minutes=shown_minutes(walks.cost_us[estate, column]),
        assumed=_assumed(rows, access),
    )
    numbers = ["inside_m", "from_m", "street_m", "to_m", "walk_m"]
    named[numbers] = named[numbers].astype(float).round(3)
    return gpd.GeoDataFrame(named[WALK_COLUMNS].reset_index(drop=True), geometry="geometry", crs=access.crs)


def _assumed(rows: pd.DataFrame, access: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Tell which ends of each walk are assumed."""
    guessed = np.append((access["kind"] == "assumed").to_numpy(bool), False)
    gate, entrance = (guessed[rows[end].to_numpy(np.int64)] for end in ("gate", "entrance"))
    words: npt.NDArray[np.object_] = np.array(["", "entrance", "gate", "gate;entrance"], object)[2 * gate + entrance]
    return words


def _steps(trail: list[Trails], numbers: list[Ints], edges: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """List the streets of every walk, with exact minutes: only the whole is rounded up."""
    parts = []
    for one, number in zip(trail, numbers, strict=True):
        walk = np.unique(one.walk)
        found = street_steps(one, edges=edges)
        renamed = pd.Series(number[np.searchsorted(one.walk, walk)], index=walk)
        parts.append(found.assign(walk=renamed.reindex(found["walk"]).to_numpy(np.int64)))
    if not parts:
        return pd.DataFrame(columns=STEP_COLUMNS)
    rows = pd.concat(parts, ignore_index=True).sort_values(["walk", "step"], kind="stable")
    owner = table.iloc[rows["walk"]]
    named = rows.assign(
        estate_id=owner["estate_id"].to_numpy(),
        service=owner["service"].to_numpy(),
        minutes=(rows["cost_us"] / 60_000_000).round(6),
        length_m=rows["length_m"].round(3),
    )
    return named[STEP_COLUMNS].reset_index(drop=True)


def _edges(trail: list[Trails], numbers: list[Ints]) -> pd.DataFrame:
    columns = ["walk", "edge", "from_mm", "to_mm"]
    parts = [
        pd.DataFrame({"walk": number, "edge": one.edge, "from_mm": one.from_mm, "to_mm": one.to_mm})
        for one, number in zip(trail, numbers, strict=True)
    ]
    if not parts:
        return pd.DataFrame(columns=columns, dtype=np.int64)
    return pd.concat(parts, ignore_index=True).sort_values("walk", kind="stable").reset_index(drop=True)
