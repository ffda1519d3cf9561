"""From estates to the units that clusters are found among: as the planner ties them together and holds them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.administrative import place_names
from data.project import ClustersTable
from geo.contiguity.town import Ints, Town

Flags = npt.NDArray[np.bool_]
_THOUSANDTHS = 1000


@dataclass(frozen=True)
class Wishes:
    """Hold what the planner settled beforehand, as rows of estates.

    Parameters
    ----------
    keep : tuple of tuple of int
        Estates that belong together.
    apart : tuple of tuple of int
        Estates of which no two may share a cluster.
    fixed : tuple of tuple of int
        Clusters that stand as they are.
    before : mapping of int to str
        Cluster of each estate in an earlier result; clusters keep identifiers as far as they hold the same people.
    """

    keep: tuple[tuple[int, ...], ...] = ()
    apart: tuple[tuple[int, ...], ...] = ()
    fixed: tuple[tuple[int, ...], ...] = ()
    before: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Links:
    """Hold pairs of estates by row; all arrays have one entry per pair.

    Parameters
    ----------
    one, other : array of int
        Rows, the lesser one first.
    facing_mm : array of int
        How long they face each other.
    """

    one: Ints
    other: Ints
    facing_mm: Ints


def group_units(joined: Flags, *, keep: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Put together the estates that belong together.

    Parameters
    ----------
    joined : array of bool, shape (n,)
        Which estates take part.
    keep : sequence of sequence of int
        Rows that belong together; groups that share an estate are one.

    Returns
    -------
    tuple of tuple of int
        Rows of each unit, sorted, in the order of their first rows.
    """
    label = np.arange(len(joined))
    for group in keep:
        mine = [row for row in group if joined[row]]
        if mine:
            label[np.isin(label, label[mine])] = label[mine].min()
    rows = np.flatnonzero(joined)
    units: dict[int, list[int]] = {}
    for row in rows.tolist():
        units.setdefault(int(label[row]), []).append(row)
    return tuple(sorted(map(tuple, units.values())))


def make_town(
    estates: pd.DataFrame,
    *,
    units: Sequence[Sequence[int]],
    links: Links,
    reach: tuple[Ints, Ints],
    apart: Sequence[Sequence[int]],
    settings: ClustersTable,
) -> Town:
    """Sum estates up to units.

    Parameters
    ----------
    estates : DataFrame
        ``people``, ``households``, ``floor_area_m2``, ``gap_count``, ``resources_m2``, and the administrative columns.
    units : sequence of sequence of int
        Rows of each unit; an estate in none takes no part.
    links : Links
        Neighbours that may share a cluster.
    reach : tuple of array of int
        Pairs of estates that reach each other both ways, once in each order.
    apart : sequence of sequence of int
        Estates of which no two may share a cluster.
    settings : ClustersTable
        Settings of the run.

    Returns
    -------
    Town
        One row per unit. What nobody knows counts as nothing. Units reach each other when all their estates do.
    """
    unit_of = np.full(len(estates), -1, np.int64)
    for unit, rows in enumerate(units):
        unit_of[list(rows)] = unit
    count = len(units)

    def summed(values: "pd.Series[float]") -> Ints:
        whole = np.rint(np.nan_to_num(values.to_numpy(float)) * _THOUSANDTHS).astype(np.int64)
        sums = np.zeros(count, np.int64)
        np.add.at(sums, unit_of[unit_of >= 0], whole[unit_of >= 0])
        return sums

    worth = estates["households"] * (1 + settings.need_per_gap * estates["gap_count"])
    one, other, facing = _unit_links(unit_of, links)
    return Town(
        size=summed(estates[settings.band.of]),
        worth=summed(worth),
        estates=np.array([len(rows) for rows in units], np.int64),
        one=one,
        other=other,
        facing_mm=facing,
        reach=_unit_reach(unit_of, reach, [len(rows) for rows in units], apart),
        region=_regions(estates, [rows[0] for rows in units], settings),
        resources=summed(estates["resources_m2"]) // _THOUSANDTHS,
    )


def _unit_links(unit_of: Ints, links: Links) -> tuple[Ints, Ints, Ints]:
    one, other = unit_of[links.one], unit_of[links.other]
    between = (one >= 0) & (other >= 0) & (one != other)
    pairs = np.sort(np.column_stack([one[between], other[between]]), axis=1)
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    facing = np.zeros(len(distinct), np.int64)
    np.add.at(facing, which.reshape(-1), links.facing_mm[between])
    return distinct[:, 0], distinct[:, 1], facing


def _unit_reach(
    unit_of: Ints, reach: tuple[Ints, Ints], counts: Sequence[int], apart: Sequence[Sequence[int]]
) -> tuple[Ints, Ints]:
    """Return the units all of whose estates reach each other, once in each order."""
    n = max(len(counts), 1)
    one, other = unit_of[reach[0]], unit_of[reach[1]]
    between = (one >= 0) & (other >= 0) & (one != other)
    key, met = np.unique(one[between] * n + other[between], return_counts=True)
    first, second = np.divmod(key, n)
    sizes = np.array([*counts, 0], np.int64)
    whole = met == sizes[first] * sizes[second]
    parted = [unit_of[a] * n + unit_of[b] for group in apart for a in group for b in group if a != b]
    kept = whole & ~np.isin(key, parted)
    return first[kept], second[kept]


def _regions(estates: pd.DataFrame, firsts: Sequence[int], settings: ClustersTable) -> Ints:
    """Label what a cluster had better not cross: the level below the one it may not cross."""
    level = {"none": "subdistrict", "subdistrict": "community"}.get(settings.keep_within)
    if level is None:
        return np.full(len(firsts), -1, np.int64)
    names = place_names(estates)[level].iloc[list(firsts)]
    return np.asarray(pd.factorize(names, sort=True)[0], dtype=np.int64)
