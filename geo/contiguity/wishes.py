"""What the planner settled beforehand, from the names in the settings to rows of estates."""

from collections.abc import Iterable

import pandas as pd

from data.project import ClustersTable
from geo.contiguity.units import Wishes


def wished(settings: ClustersTable, *, estates: pd.DataFrame, earlier: pd.DataFrame | None = None) -> Wishes:
    """Look up the estates that the settings keep together, hold apart, or fix.

    Parameters
    ----------
    settings : ClustersTable
        The settings; every name in them is known, as the reading stage has made sure.
    estates : DataFrame
        ``estate_id``.
    earlier : DataFrame, optional
        ``estate_id`` and ``cluster_id`` of an earlier result, for clusters that are fixed by their identifiers.

    Returns
    -------
    Wishes
        Rows of ``estates``; of an earlier cluster those estates that are still there.
    """
    row = {identifier: number for number, identifier in enumerate(estates["estate_id"])}

    def rows(names: Iterable[str]) -> tuple[int, ...]:
        return tuple(sorted(row[name] for name in names if name in row))

    fixed = [rows(_earlier_members(earlier, one) if isinstance(one, str) else one) for one in settings.fixed]
    return Wishes(
        keep=tuple(rows(group) for group in settings.keep),
        apart=tuple(rows(group) for group in settings.apart),
        fixed=tuple(one for one in fixed if one),
    )


def _earlier_members(earlier: pd.DataFrame | None, cluster_id: str) -> list[str]:
    if earlier is None:
        return []
    return [str(one) for one in earlier.loc[earlier["cluster_id"] == cluster_id, "estate_id"]]
