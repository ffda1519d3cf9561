"""Why an estate is in its cluster and not in the one next to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd

from data.administrative import place_codes
from data.project import ClustersTable
from geo.contiguity.proposal import Proposal, both_ways
from geo.contiguity.town import LEAST_ESTATES, Ints
from geo.contiguity.units import Wishes
from geo.walking.walk_times import Pairs

MEMBERSHIP_COLUMNS = (
    "estate_id", "cluster_id", "neighbours", "facing_m", "streets", "band_without", "band_with", "unit", "shared_gaps",
    "alternative_id", "alternative_facing_m", "alternative_why",
)  # fmt: skip


@dataclass(frozen=True)
class _Scene:
    """Hold what every answer looks at, by rows of estates."""

    home: Ints
    size: Sequence[float]
    sums: Sequence[float]
    counts: Sequence[int]
    fixed: Sequence[bool]
    region: Sequence[int]
    graph: nx.Graph
    mutual: set[tuple[int, int]]
    wishes: Wishes
    settings: ClustersTable


def memberships(
    proposal: Proposal,
    *,
    adjacency: gpd.GeoDataFrame,
    reach: Pairs,
    gaps: pd.DataFrame,
    settings: ClustersTable,
    wishes: Wishes,
) -> pd.DataFrame:
    """Explain the place of each estate that takes part.

    Parameters
    ----------
    proposal : Proposal
        The clusters.
    adjacency : GeoDataFrame
        Columns as ``Plan.adjacency``.
    reach : Pairs
        Walks between estates within the greatest walk of a cluster.
    gaps : DataFrame
        ``estate_id``, ``service`` and ``state``.
    settings : ClustersTable
        Settings of the run.
    wishes : Wishes
        What the planner settled beforehand.

    Returns
    -------
    DataFrame
        Columns as ``Plan.memberships``, one row per estate that is in a cluster or could have been, in the order of the
        estates. The alternative is the other cluster that the estate faces longest.
    """
    estates = proposal.estates
    pairs = _pairs(estates, adjacency)
    scene = _scene(proposal, pairs, reach, settings, wishes)
    own = _own(pairs, scene)
    other = _alternatives(pairs, scene)
    could = ~estates["reason"].isin(["not_eligible", "no_access"]).to_numpy()
    rows = np.flatnonzero((scene.home >= 0) | could)
    frame = pd.DataFrame({"row": rows}).merge(own, on="row", how="left").merge(other, on="row", how="left")
    home = scene.home[rows]
    sums = np.append(np.array(scene.sums, float), np.nan)
    ids = _cluster_ids(proposal)
    made = frame.assign(
        estate_id=estates["estate_id"].to_numpy(object)[rows],
        cluster_id=pd.Series([ids[k] if k >= 0 else None for k in home], dtype=object),
        neighbours=frame["neighbours"].fillna(0).astype(int),
        facing_m=frame["facing_m"].fillna(0.0),
        streets=frame["streets"].fillna(""),
        band_without=sums[home] - np.array(scene.size, float)[rows],
        band_with=sums[home],
        unit=settings.band.of,
        shared_gaps=_shared_gaps(estates, gaps, scene.home)[rows],
        alternative_id=pd.Series([ids[int(k)] if k >= 0 else None for k in frame["other"].fillna(-1)], dtype=object),
        alternative_why=[_why(scene, int(i), k) for i, k in zip(rows, frame["other"].fillna(-1), strict=True)],
    )
    return made[list(MEMBERSHIP_COLUMNS)]


def _cluster_ids(proposal: Proposal) -> list[str]:
    return [str(proposal.estates["cluster_id"].iloc[rows[0]]) for rows in proposal.members]


def _pairs(estates: gpd.GeoDataFrame, adjacency: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the neighbours by rows of estates, each pair in both orders."""
    row = pd.Series(np.arange(len(estates)), estates["estate_id"].to_numpy(object))
    a, b = (row.loc[adjacency[name]].to_numpy() for name in ("estate_a", "estate_b"))
    street = adjacency["street"].to_numpy(object)
    facing = adjacency["facing_m"].to_numpy(float)
    return pd.DataFrame(
        {
            "row": np.concatenate([a, b]),
            "beside": np.concatenate([b, a]),
            "facing_m": np.tile(facing, 2),
            "street": np.tile(street, 2),
        }
    )


def _scene(proposal: Proposal, pairs: pd.DataFrame, reach: Pairs, settings: ClustersTable, wishes: Wishes) -> _Scene:
    estates = proposal.estates
    home = np.full(len(estates), -1, np.int64)
    for number, rows in enumerate(proposal.members):
        home[list(rows)] = number
    size = np.nan_to_num(estates[settings.band.of].to_numpy(float)).tolist()
    level = settings.keep_within
    region = np.full(len(estates), -1) if level == "none" else place_codes(estates, level=level)
    graph = nx.Graph()
    graph.add_edges_from(pairs[["row", "beside"]].itertuples(index=False))
    return _Scene(
        home,
        size,
        [sum(size[row] for row in rows) for rows in proposal.members],
        [len(rows) for rows in proposal.members],
        proposal.fixed,
        region.tolist(),
        graph,
        set(zip(*(side.tolist() for side in both_ways(reach)), strict=True)),
        wishes,
        settings,
    )


def _own(pairs: pd.DataFrame, scene: _Scene) -> pd.DataFrame:
    """Sum up the neighbours of each estate in its own cluster."""
    home = scene.home[pairs["row"]]
    mine = pairs[(home >= 0) & (home == scene.home[pairs["beside"]])]
    streets = mine.dropna(subset=["street"]).groupby("row")["street"].agg(lambda names: ";".join(sorted(set(names))))
    summed = mine.groupby("row").agg(neighbours=("beside", "size"), facing_m=("facing_m", "sum"))
    return summed.join(streets.rename("streets")).reset_index()


def _alternatives(pairs: pd.DataFrame, scene: _Scene) -> pd.DataFrame:
    """Return the other cluster that each estate faces longest; of equal ones the first."""
    there = scene.home[pairs["beside"]]
    away = pairs.assign(other=there)[(there >= 0) & (there != scene.home[pairs["row"]])]
    fronts = away.groupby(["row", "other"])["facing_m"].sum().rename("alternative_facing_m").reset_index()
    ordered = fronts.sort_values(["row", "alternative_facing_m", "other"], ascending=[True, False, True], kind="stable")
    return ordered.drop_duplicates("row")


def _shared_gaps(estates: gpd.GeoDataFrame, gaps: pd.DataFrame, home: Ints) -> np.ndarray:
    """Return the services that an estate lacks together with another one of its cluster."""
    row = pd.Series(np.arange(len(estates)), estates["estate_id"].to_numpy(object))
    lacks = gaps.loc[gaps["state"] == "gap", ["estate_id", "service"]]
    lacks = lacks.assign(row=row.reindex(lacks["estate_id"]).to_numpy())
    lacks = lacks.assign(home=home[lacks["row"]])
    lacks = lacks[lacks["home"] >= 0]
    shared = lacks[lacks.groupby(["home", "service"])["row"].transform("size") > 1]
    listed: Mapping[int, str] = shared.groupby("row")["service"].agg(";".join).to_dict()
    return np.array([listed.get(number, "") for number in range(len(estates))], dtype=object)


def _why(scene: _Scene, i: int, other: float) -> str:
    """Tell why an estate is not in the other cluster it faces longest; empty when there is none."""
    if other < 0:
        return ""
    number = int(other)
    members = np.flatnonzero(scene.home == number).tolist()
    checks = (_settled, _held_out, _own_suffers)
    return next((why for check in checks if (why := check(scene, i, number, members))), "worth_less")


def _settled(scene: _Scene, i: int, other: int, members: Sequence[int]) -> str:
    """Tell whether the planner settled it."""
    own = scene.home[i]
    if scene.fixed[other] or (own >= 0 and scene.fixed[own]):
        return "fixed"
    if any(i in group and set(group).intersection(members) for group in scene.wishes.apart):
        return "kept_apart"
    return "kept_together" if own >= 0 and any(i in group for group in scene.wishes.keep) else ""


def _held_out(scene: _Scene, i: int, other: int, members: Sequence[int]) -> str:
    """Tell what keeps the estate out of the other cluster."""
    regions = {scene.region[row] for row in (*members, i)} - {-1}
    if len(regions) > 1:
        return "other_subdistrict"
    if any((i, row) not in scene.mutual for row in members):
        return "would_exceed_walk"
    if scene.sums[other] + scene.size[i] > scene.settings.band.ceiling:
        return "would_exceed_ceiling"
    return ""


def _own_suffers(scene: _Scene, i: int, _other: int, _members: Sequence[int]) -> str:
    """Tell what its own cluster would come to without the estate."""
    own = scene.home[i]
    if own < 0:
        return ""
    if scene.sums[own] - scene.size[i] < scene.settings.band.floor or scene.counts[own] <= LEAST_ESTATES:
        return "own_below_floor"
    rest = [row for row in np.flatnonzero(scene.home == own).tolist() if row != i]
    return "" if nx.is_connected(scene.graph.subgraph(rest)) else "own_would_part"
