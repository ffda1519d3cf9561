"""Areas whose estates may not be renovated, laid over the estates."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.problems import Problem, note, warning
from data.words import in_each_language

# A smaller overlap is what two drawings of one line differ by.
LEAST_SHARE = 0.01


@dataclass(frozen=True)
class Exclusion:
    """Hold one layer of areas.

    Parameters
    ----------
    areas : GeoDataFrame
        Valid polygons in the coordinate system of the estates.
    reason : str
        Key of the reason.
    min_share : float
        Share of an estate's area, 0 to 1, from which on it is excluded.
    place : str
        What problems call the layer.
    """

    areas: gpd.GeoDataFrame
    reason: str
    min_share: float
    place: str


def mark_excluded(
    estates: gpd.GeoDataFrame, exclusions: Sequence[Exclusion]
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Mark the estates that lie in areas of exclusion.

    Parameters
    ----------
    estates : GeoDataFrame
        ``estate_id``, ``name``, ``excluded``, ``excluded_by``.
    exclusions : sequence of Exclusion
        The layers; of several that hold an estate, the first one counts.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        The estates with the reason in front of others in ``excluded``, and layer and share in ``excluded_by``. A note
        for each estate that is excluded, a warning for each that lies inside in part, a note for a layer that meets no
        estate.
    """
    excluded, by = estates["excluded"].copy(), estates["excluded_by"].copy()
    problems: list[Problem] = []
    for layer in exclusions:
        share = _shares(estates, layer.areas)
        inside = share >= layer.min_share
        partly = (share >= LEAST_SHARE) & ~inside
        new = pd.Series(inside, estates.index) & by.isna()
        excluded[new] = [f"{layer.reason};{old}" if isinstance(old, str) else layer.reason for old in excluded[new]]
        by[new] = [f"{layer.place} {_percent(part)}" for part in share[new.to_numpy()]]
        for row in np.flatnonzero(inside | partly):
            say, code = (note, "exclusion_applied") if inside[row] else (warning, "exclusion_partial")
            named = " ".join(str(part) for part in estates.loc[estates.index[row], ["estate_id", "name"]] if part)
            facts = {"value": _percent(share[row]), "least": _percent(layer.min_share)}
            reason = in_each_language(f"terms.exclusion.{layer.reason}", default=layer.reason)
            problems.append(say(code, file=layer.place, feature=named, reason=reason, **facts))
        if not (inside | partly).any():
            problems.append(note("exclusion_unused", file=layer.place, value=len(layer.areas)))
    return estates.assign(excluded=excluded, excluded_by=by), tuple(problems)


def _shares(estates: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """Return which share of each estate lies inside the areas together."""
    ground = np.asarray(estates.geometry.array, dtype=object)
    whole = shapely.union_all(np.asarray(areas.geometry.array, dtype=object))
    inside: npt.NDArray[np.float64] = shapely.area(shapely.intersection(ground, whole))
    share: npt.NDArray[np.float64] = inside / np.maximum(shapely.area(ground), np.finfo(float).tiny)
    return share


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"
