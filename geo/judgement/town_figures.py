"""The figures of the town and its parts, summed up from those of the estates."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.inputs import Inputs
from geo.judgement.coverage import coverage
from geo.judgement.equity import equity
from geo.judgement.gaps import Question
from geo.judgement.priorities import priorities
from geo.judgement.sharing import sharing
from geo.walking.walks import Walks


@dataclass(frozen=True)
class TownFigures:
    """Hold the frames of that name in ``Plan``."""

    coverage: pd.DataFrame
    sharing: pd.DataFrame
    equity: pd.DataFrame
    priorities: pd.DataFrame
    priority_tests: pd.DataFrame


def town_figures(
    inputs: Inputs,
    *,
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    answers: tuple[Sequence[Question], Walks],
    found: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> TownFigures:
    """Sum up over the town and its parts what was found of each estate, and put the estates in order.

    Parameters
    ----------
    inputs : Inputs
        The settings and the standard.
    places : (GeoDataFrame, GeoDataFrame)
        Estates and facilities, columns as in ``Plan``, rows as in the walks.
    answers : (sequence of Question, Walks)
        The services that are assessed, and the walks.
    found : (DataFrame, DataFrame, DataFrame)
        ``gaps``, ``inventory``, ``opportunities``, columns as in ``Plan``.

    Returns
    -------
    TownFigures
        The frames.
    """
    (estates, facilities), (questions, walks), (gaps, inventory, opportunities) = places, answers, found
    order, tests = priorities(
        estates,
        gaps=gaps,
        inventory=inventory,
        answers=answers,
        rule=(inputs.standard.eligibility, inputs.standard.priority),
        project=inputs.project,
    )
    return TownFigures(
        coverage=coverage(questions, walks=walks, estates=estates),
        sharing=sharing(questions, walks=walks, estates=estates, facilities=facilities, gaps=gaps),
        equity=equity(questions, walks=walks, estates=estates, opportunities=opportunities),
        priorities=order,
        priority_tests=tests,
    )
