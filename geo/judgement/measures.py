"""Figures that thresholds of size ask for: shared floor area, places and beds, and single facilities in reach."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.walking.walk_times import Pairs

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Measured:
    """Hold one figure per place.

    Parameters
    ----------
    value : array of float
        The figure from what is recorded, at least; 0 when nothing is in reach, NaN when nothing there has it recorded.
    complete : array of bool
        Whether everything in reach has it recorded, so that the figure is no mere lower limit.
    """

    value: Floats
    complete: Bools


@dataclass(frozen=True)
class Ratio:
    """Say which supply is set against which demand.

    Parameters
    ----------
    supply : str
        Column of the facilities: ``floor_area_m2`` or ``capacity``.
    demand : str
        Column of the estates: ``households``, ``people`` or ``elderly``.
    per : float
        Demand that the figure is told for, such as 100 households.
    """

    supply: str
    demand: str
    per: float


# Figures that nobody can work out from the inputs are not listed and never judged.
RATIOS = {
    "floor_area_per_100_households": Ratio("floor_area_m2", "households", 100.0),
    "places_per_1000_people": Ratio("capacity", "people", 1000.0),
    "beds_per_1000_elderly": Ratio("capacity", "elderly", 1000.0),
}
SINGLE = "facility_floor_area_m2"


def shared_ratio(pairs: Pairs, *, supply: Floats, demand: Floats, per: float) -> Measured:
    """Work out the supply that each estate has a share in, per unit of demand.

    Parameters
    ----------
    pairs : Pairs
        Estates (origin) and facilities (target) within the limit.
    supply : array of float, shape (facilities,)
        Floor area or capacity, NaN when not recorded.
    demand : array of float, shape (estates,)
        Households or people.
    per : float
        Unit of demand.

    Returns
    -------
    Measured
        One figure per estate.

    Notes
    -----
    Two-step floating catchment (Luo and Wang 2003): what a facility offers is shared by all estates within its limit,
    and an estate adds up its shares. Supply is conserved: the sum of figure times demand is the supply reached.
    """
    load = np.bincount(pairs.target, weights=demand[pairs.origin], minlength=len(supply))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(load > 0, supply / load * per, np.nan)
    return _gather(pairs, share, len(demand), np.add)


def largest(pairs: Pairs, *, supply: Floats, count: int) -> Measured:
    """Find the largest single facility within the limit of each estate.

    Parameters
    ----------
    pairs : Pairs
        Estates (origin) and facilities (target) within the limit.
    supply : array of float, shape (facilities,)
        Floor area, NaN when not recorded.
    count : int
        Number of estates.

    Returns
    -------
    Measured
        One figure per estate.
    """
    return _gather(pairs, supply, count, np.maximum)


def _gather(pairs: Pairs, amount: Floats, count: int, combine: np.ufunc) -> Measured:
    mine = amount[pairs.target]
    known = np.isfinite(mine)
    value = np.zeros(count)
    combine.at(value, pairs.origin[known], mine[known])
    has = np.bincount(pairs.origin[known], minlength=count) > 0
    missing = np.bincount(pairs.origin[~known], minlength=count) > 0
    return Measured(np.where(has | ~missing, value, np.nan), ~missing)
