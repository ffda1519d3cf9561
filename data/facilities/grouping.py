"""Groups of records that are one place: every two of a group have to agree, so that no chain of likeness grows.

Two records are joined when they are of one service, near enough and of one name. A group takes in another one only when
each record of the one may be joined with each of the other (complete linkage), the surest pairs first; a place that is
300 m long can thus not come of steps of 100 m. Two things agree without being sure of each other: a record without a
name of its own, with whatever another list has within the distance, for it contradicts nobody; and areas of one name,
half as far again, as pieces of one ground. What a planner declared goes before all of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.facilities.likeness import ALIKE, APART, ASK, NAMELESS, Limits, name_verdicts, near_pairs

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
# Two records of one list at the very same spot are one row written twice.
_SAME_SPOT_M = 1.0
_ORDER = ("name", "x", "y", "status", "capacity", "floor_area_m2", "list", "origin", "facility_id")


@dataclass(frozen=True)
class Declared:
    """Hold what a planner decided: pairs of rows that are one place, and pairs that are not."""

    same: frozenset[tuple[int, int]] = frozenset()
    apart: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Groups:
    """Hold which records are one place.

    Parameters
    ----------
    of_row : array of int64, shape (rows,)
        Number of the group of each row; groups are numbered by their first row.
    joined : DataFrame
        The pairs within groups, with ``a``, ``b``, ``metres``, ``likeness`` and ``declared`` (bool).
    doubtful : DataFrame
        Pairs left apart that a planner should look at, with ``why`` beside.
    """

    of_row: Ints
    joined: pd.DataFrame
    doubtful: pd.DataFrame


def group_places(places: pd.DataFrame, *, limits: Limits, declared: Declared, enabled: bool) -> Groups:
    """Find the records that are one place.

    Parameters
    ----------
    places : GeoDataFrame
        In metres, index 0..n-1: ``service``, ``name``, ``status`` (``open``, ``closed``, ``planned`` or None where
        nothing is said), ``capacity``, ``floor_area_m2``, ``list`` (str: which list a record is from), ``origin``
        (str: where it stands in its list), ``facility_id``.
    limits : Limits
        How near and how alike.
    declared : Declared
        What a planner decided, by rows with a < b.
    enabled : bool
        Whether anything but what is declared is joined.

    Returns
    -------
    Groups
        They do not depend on the order of the rows.
    """
    rank = _canonical_ranks(places)
    pairs = _judged(places, limits) if enabled else _no_pairs()
    of_row = np.arange(len(places))
    members = _Members(of_row, declared.apart)
    for a, b in sorted(declared.same):
        members.join(a, b)
    members.allow(zip(pairs["a"], pairs["b"], pairs["state"], strict=True))
    sure = pairs[pairs["state"] == "same"]
    first, second = (np.minimum, np.maximum)
    ranks = rank[sure["a"].to_numpy()], rank[sure["b"].to_numpy()]
    surest = np.lexsort(
        (
            second(*ranks),
            first(*ranks),
            sure["metres"],
            -sure["likeness"].fillna(0).round(6),
            sure["verdict"] == NAMELESS,
        )
    )
    for a, b in sure[["a", "b"]].to_numpy()[surest].tolist():
        members.join_if_agreed(a, b)
    return _groups(members, pairs, declared)


def _canonical_ranks(places: pd.DataFrame) -> Ints:
    """Rank the rows by what they hold, so that their order in the files settles nothing."""
    middles = shapely.centroid(np.asarray(places.geometry.array, dtype=object))
    spots = {"x": shapely.get_x(middles), "y": shapely.get_y(middles)}
    shown = pd.DataFrame(places[[name for name in _ORDER if name not in spots]]).assign(**spots)
    texts = {name: shown[name].fillna("").astype(str) for name in shown if shown[name].dtype == object}
    rank = np.empty(len(places), np.int64)
    rank[np.lexsort([shown.assign(**texts)[name].to_numpy() for name in reversed(_ORDER)])] = np.arange(len(places))
    return rank


def _no_pairs() -> pd.DataFrame:
    kinds = {"a": np.int64, "b": np.int64, "metres": float, "likeness": float, "verdict": np.int8}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()}).assign(
        state="", why="", piece=False
    )


def _judged(places: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """List the near pairs with ``state``: same, ask, allowed (they may stand in one group) or apart."""
    pairs = near_pairs(places, limits=limits)
    a, b = pairs["a"].to_numpy(), pairs["b"].to_numpy()
    pairs = pairs.join(name_verdicts(places["name"], a=a, b=b, limits=limits))
    near = (pairs["metres"] <= pairs["reach_m"]).to_numpy()
    alike, nameless = (pairs["verdict"].to_numpy() == verdict for verdict in (ALIKE, NAMELESS))
    # What one list tells apart by name, it means to be apart.
    one_list = _of_one_list(places, pairs)
    why = np.where((pairs["verdict"] == ASK) & ~one_list, pairs["why"], "").astype(object)
    for reason, hit in _doubts(places, pairs).items():
        why[(why == "") & alike & hit] = reason
    one_place = alike & near & (why == "") & _of_one_time(places, pairs)
    one_place |= nameless & _is_namesake(places, pairs, limits)
    piece = alike & (why == "") & _are_areas(places, pairs) & _of_one_time(places, pairs)
    # Chains and things that are many have the next of their name near; only of a place with a name of its own is asked.
    is_far = (
        alike & ~near & ~one_list & ~piece & (pairs["reach_m"] >= limits.distance_m["any"]).to_numpy() & (why == "")
    )
    why[is_far] = "far"
    ask = (why != "") & (near | is_far) & (pairs["verdict"] != APART).to_numpy()
    state = np.select([one_place, ask, (nameless & near & ~one_list) | piece], ["same", "ask", "allowed"], "apart")
    return pairs.assign(state=state, why=np.where(ask, why, ""), piece=piece)


def _doubts(places: pd.DataFrame, pairs: pd.DataFrame) -> dict[str, Bools]:
    """Tell why two records of one name may be two places, by reason."""
    a, b = pairs["a"].to_numpy(), pairs["b"].to_numpy()
    sized = places[["capacity", "floor_area_m2"]].notna().any(axis=1).to_numpy()
    one_list = _of_one_list(places, pairs)
    moved = (pairs["metres"] > _SAME_SPOT_M).to_numpy()
    return {
        "planned": ~_of_one_time(places, pairs) & ~one_list,
        # One list names one place once, in one way; what lies in it is it.
        "one_list": one_list & ~pairs["equal"].to_numpy(bool) & (pairs["metres"] > 0).to_numpy(),
        "sizes": one_list & moved & sized[a] & sized[b],
    }


def _of_one_list(places: pd.DataFrame, pairs: pd.DataFrame) -> Bools:
    lists = places["list"].to_numpy(object)
    found: Bools = lists[pairs["a"].to_numpy()] == lists[pairs["b"].to_numpy()]
    return found


def _of_one_time(places: pd.DataFrame, pairs: pd.DataFrame) -> Bools:
    """Tell which pairs are both there or both to come: a place to come is no place that is there."""
    planned = (places["status"] == "planned").to_numpy()
    found: Bools = planned[pairs["a"].to_numpy()] == planned[pairs["b"].to_numpy()]
    return found


def _are_areas(places: pd.DataFrame, pairs: pd.DataFrame) -> Bools:
    """Tell which are areas both; lists draw a ground with streets through it in pieces of one name."""
    is_area = shapely.get_dimensions(np.asarray(places.geometry.array, dtype=object)) == 2
    found: Bools = is_area[pairs["a"].to_numpy()] & is_area[pairs["b"].to_numpy()]
    return found


def _is_namesake(places: pd.DataFrame, pairs: pd.DataFrame, limits: Limits) -> Bools:
    """Tell which records without a name are the place next to them."""
    a, b = pairs["a"].to_numpy(), pairs["b"].to_numpy()
    metres = pairs["metres"].to_numpy()
    is_area = shapely.get_dimensions(np.asarray(places.geometry.array, dtype=object)) == 2
    # Courts lie side by side: of two areas most has to be the same ground.
    fits = ~_are_areas(places, pairs) | _overlap(places, pairs)
    other_list = ~_of_one_list(places, pairs) & (metres <= limits.unnamed_m) & fits
    # A point inside the area of its kind, or a row written twice.
    inside = (metres == 0) & (is_area[a] != is_area[b])
    twice = pairs["equal"].to_numpy(bool) & (metres <= _SAME_SPOT_M) & ~is_area[a] & ~is_area[b]
    found: Bools = (other_list | inside | twice) & _of_one_time(places, pairs)
    return found


def _overlap(places: pd.DataFrame, pairs: pd.DataFrame) -> Bools:
    """Tell which areas share at least half of the larger one."""
    shapes = np.asarray(places.geometry.array, dtype=object)
    both = np.flatnonzero(_are_areas(places, pairs) & (pairs["metres"] == 0).to_numpy())
    one, other = shapes[pairs["a"].to_numpy()[both]], shapes[pairs["b"].to_numpy()[both]]
    shared = shapely.area(shapely.intersection(one, other))
    found: Bools = np.zeros(len(pairs), bool)
    found[both] = 2 * shared >= np.maximum(shapely.area(one), shapely.area(other))
    return found


class _Members:
    """Keep the groups while they grow."""

    def __init__(self, of_row: Ints, apart: frozenset[tuple[int, int]]) -> None:
        self.group = dict(enumerate(of_row.tolist()))
        self.rows = {row: [row] for row in self.group}
        self._apart = apart
        self._agreed: set[tuple[int, int]] = set()

    def allow(self, pairs: Iterable[tuple[int, int, str]]) -> None:
        """Keep which pairs may stand in one group."""
        self._agreed |= {(a, b) for a, b, state in pairs if state in ("same", "allowed")}

    def join_if_agreed(self, a: int, b: int) -> None:
        """Join the groups of two rows when every two rows of them agree."""
        one, other = self.rows[self.group[a]], self.rows[self.group[b]]
        if self.group[a] != self.group[b] and all(self._agree(row, with_row) for row in one for with_row in other):
            self.join(a, b)

    def join(self, a: int, b: int) -> None:
        kept, gone = sorted((self.group[a], self.group[b]))
        if kept != gone:
            self.rows[kept] += self.rows.pop(gone)
            self.group |= dict.fromkeys(self.rows[kept], kept)

    def _agree(self, a: int, b: int) -> bool:
        pair = (min(a, b), max(a, b))
        return pair in self._agreed and pair not in self._apart


def _groups(members: _Members, pairs: pd.DataFrame, declared: Declared) -> Groups:
    of_row = np.array([min(members.rows[group]) for group in members.group.values()], np.int64)
    a, b = pairs["a"].to_numpy(), pairs["b"].to_numpy()
    together = of_row[a] == of_row[b]
    own = set(zip(a[together].tolist(), b[together].tolist(), strict=True))
    added = pd.DataFrame(
        [(*pair, np.nan, np.nan) for pair in sorted(declared.same - own)], columns=["a", "b", "metres", "likeness"]
    ).astype({"a": np.int64, "b": np.int64, "metres": float, "likeness": float})
    joined = pd.concat([pairs.loc[together, list(added.columns)], added], ignore_index=True)
    is_declared = [pair in declared.same for pair in zip(joined["a"], joined["b"], strict=True)]
    settled = np.array([pair in declared.apart for pair in zip(a.tolist(), b.tolist(), strict=True)], bool)
    # A pair that agrees and still was left apart stands between two groups that do not: the planner has to say.
    sure = ((pairs["state"] == "same") & (pairs["verdict"] == ALIKE) & ~pairs["piece"]).to_numpy(bool)
    torn = sure & ~together & ~settled
    open_ = ((pairs["state"] == "ask").to_numpy() & ~together & ~settled) | torn
    doubtful = pairs[open_].assign(why=np.where(torn, "chain", pairs["why"])[open_])
    return Groups(of_row, joined.assign(declared=np.array(is_declared, bool)), doubtful.reset_index(drop=True))
