"""How many people could join a cluster at all, by the width of the streets that neighbours face each other across."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WIDTHS_M = (10.0, 20.0, 30.0, 40.0)
COLUMNS = ["width_m", "in_use", "pairs", "estates", "people", "people_share"]


@dataclass(frozen=True)
class Joining:
    """Hold who could join whom; all arrays have one entry per estate.

    Parameters
    ----------
    people : array of float
        People.
    size : array of float
        What the floor and the ceiling limit.
    eligible : array of bool
        Whose people are counted.
    joins : array of bool
        Who may be in a cluster; those above the ceiling are left out besides.
    area : array of object, or None
        Name of the subdistrict or community, which clusters are kept within, missing when unknown; None when they are
        not kept within any.
    """

    people: Floats
    size: Floats
    eligible: Bools
    joins: Bools
    area: npt.NDArray[np.object_] | None


def join_curve(
    neighbours: Mapping[float, Ints], *, joining: Joining, floor: float, ceiling: float | None, width_in_use_m: float
) -> pd.DataFrame:
    """Work out what share of the people could join a cluster at each width.

    Parameters
    ----------
    neighbours : mapping of float to array of int, shape (pairs, 2)
        Rows of the estates that are neighbours, by the greatest width across which they face each other.
    joining : Joining
        Who could join whom.
    floor : float
        Least size of a cluster.
    ceiling : float or None
        Greatest size of a cluster.
    width_in_use_m : float
        Width that the clusters are made with.

    Returns
    -------
    DataFrame
        Columns as ``Plan.join_curve``, by width. It is an upper limit: the ceiling and the walk within a cluster leave
        out more.
    """
    total = joining.people[joining.eligible].sum()
    fits = joining.joins & (joining.size <= (np.inf if ceiling is None else ceiling))
    rows = []
    for width in sorted(neighbours):
        pairs = _allowed(neighbours[width], fits, joining.area)
        enough = _in_enough(pairs, np.where(fits, joining.size, 0.0), floor)
        people = joining.people[enough].sum()
        share = people / total if total else np.nan
        rows.append((width, width == width_in_use_m, len(pairs), int(enough.sum()), people, share))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"people": float, "people_share": float})


def _allowed(pairs: Ints, fits: Bools, area: npt.NDArray[np.object_] | None) -> Ints:
    """Return the pairs that may share a cluster."""
    pairs = pairs[fits[pairs].all(axis=1)]
    if area is None:
        return pairs
    one, other = (area[pairs[:, end]] for end in (0, 1))
    parted = pd.notna(one) & pd.notna(other) & (one != other)
    left: Ints = pairs[~parted]
    return left


def _in_enough(pairs: Ints, size: Floats, floor: float) -> Bools:
    """Tell who is in a component of at least two whose size reaches the floor."""
    n = len(size)
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    component = connected_components(links, directed=False)[1]
    enough = (np.bincount(component, weights=size) >= floor) & (np.bincount(component) > 1)
    found: Bools = enough[component]
    return found
