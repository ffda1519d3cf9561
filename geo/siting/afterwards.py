"""Coverage and equity as they would be with the proposals built."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.judgement.coverage import coverage
from geo.judgement.equity import equity
from geo.judgement.gaps import Question
from geo.walking.walks import US_PER_MINUTE, Walks

_COVERED = ["scale", "unit", "service", "minutes"]
_SPREAD = ["scale", "unit", "of", "service", "measure"]


def walks_afterwards(walks: Walks, *, served: pd.DataFrame, estate_ids: Sequence[str]) -> Walks:
    """Return the walks with the proposals built.

    Parameters
    ----------
    walks : Walks
        The walks now.
    served : DataFrame
        Columns as ``Plan.proposal_served``.
    estate_ids : sequence of str
        Estates in the order of the rows of the walks.

    Returns
    -------
    Walks
        Each estate walks to the nearest of what there is and the proposals that serve it; a proposal that has no room
        for an estate brings it nothing. Only ``services`` and ``cost_us`` are of use.
    """
    services = tuple(sorted({*walks.services, *served["service"]}))
    cost_us = np.full((len(estate_ids), len(services)), np.inf)
    for column, service in enumerate(services):
        if service in walks.services:
            cost_us[:, column] = walks.cost_us[:, walks.services.index(service)]
    row = pd.Index(estate_ids).get_indexer(served["estate_id"])
    column = pd.Index(services).get_indexer(served["service"])
    np.minimum.at(cost_us, (row, column), served["minutes_after"].to_numpy(float) * US_PER_MINUTE)
    return replace(walks, services=services, cost_us=cost_us)


def with_coverage(
    table: pd.DataFrame, *, questions: Sequence[Question], after: Walks, estates: pd.DataFrame
) -> pd.DataFrame:
    """Set beside each share of people what it would be with the proposals built.

    Parameters
    ----------
    table : DataFrame
        Columns as ``Plan.coverage``.
    questions : sequence of Question
        The services that are assessed.
    after : Walks
        The walks afterwards.
    estates : DataFrame
        Rows as in the walks.

    Returns
    -------
    DataFrame
        The table with ``people_share_proposed``.
    """
    then = coverage(questions, walks=after, estates=estates)
    found = then[[*_COVERED, "people_share"]].rename(columns={"people_share": "people_share_proposed"})
    made: pd.DataFrame = table.drop(columns="people_share_proposed").merge(found, on=_COVERED, how="left")
    return made[table.columns]


def with_equity(
    table: pd.DataFrame, *, questions: Sequence[Question], after: Walks, estates: pd.DataFrame
) -> pd.DataFrame:
    """Set beside each Gini coefficient of minutes what it would be with the proposals built.

    Parameters
    ----------
    table : DataFrame
        Columns as ``Plan.equity``.
    questions : sequence of Question
        The services that are assessed.
    after : Walks
        The walks afterwards.
    estates : DataFrame
        Rows as in the walks.

    Returns
    -------
    DataFrame
        The table with ``gini_proposed`` and ``mean_proposed``, NaN for capacity: how large a proposal becomes is no
        capacity in places or beds.
    """
    nothing = pd.DataFrame({"estate_id": [], "service": [], "per_1000": []})
    then = equity(questions, walks=after, estates=estates, opportunities=nothing)
    found = then[[*_SPREAD, "gini", "mean"]].rename(columns={"gini": "gini_proposed", "mean": "mean_proposed"})
    made: pd.DataFrame = table.drop(columns=["gini_proposed", "mean_proposed"]).merge(found, on=_SPREAD, how="left")
    return made[table.columns]
