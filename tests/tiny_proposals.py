"""Proposals, alternatives and the programme of the tiny town."""

import geopandas as gpd
import pandas as pd
from shapely import Point

from data.inputs import Inputs
from geo.phasing.programme import Programme, plan_programme
from geo.siting.alternatives import ALTERNATIVE_COLUMNS
from geo.siting.candidates import CANDIDATE_COLUMNS
from geo.siting.proposal_tables import FACILITY_COLUMNS, FIGURE_COLUMNS, SERVED_COLUMNS

NAN = float("nan")


def tiny_proposals(inputs: Inputs, *, at: Point) -> dict[str, pd.DataFrame]:
    """Propose an elder care on the old factory for the residents of E1, and a gate besides."""
    proposals = pd.DataFrame(
        [("P001", "elder_care", "S1", "老针织厂", "factory", None, False, False, 900.0, 1, 1, 200.0, False, 700000.0,
          21.5, 4.25, 0, None, NAN, False)],
        columns=FACILITY_COLUMNS,
    )  # fmt: skip
    served = pd.DataFrame([("P001", "E1", "elder_care", 900.0, 900.0, 21.5, 4.25, True)], columns=SERVED_COLUMNS)
    figures = pd.DataFrame(
        [
            ("elder_care", 1, 900.0, 900.0, 900.0, 1, 1, NAN, NAN),
            (None, 1, 900.0, 900.0, 900.0, 1, 1, 900.0, 0.0),
        ],
        columns=FIGURE_COLUMNS,
    ).assign(left_to_openings=[0, 0])
    candidates = pd.DataFrame([("S1", "elder_care", True, "fits", 3200.0, False)], columns=CANDIDATE_COLUMNS)
    alternatives = pd.DataFrame(
        [("A001", "gate", "childcare", "E1", None, "O001", 900.0, 1, NAN, NAN, None)], columns=ALTERNATIVE_COLUMNS
    )
    return {
        "proposals": gpd.GeoDataFrame(proposals, geometry=[at], crs=inputs.crs),
        "proposal_served": served,
        "siting_figures": figures,
        "candidates": candidates,
        "alternatives": alternatives,
    }


def tiny_programme(
    inputs: Inputs, *, estates: gpd.GeoDataFrame, clusters: pd.DataFrame, found: dict[str, pd.DataFrame]
) -> Programme:
    """Work out the programme of the tiny town."""
    return plan_programme(inputs, estates=estates, clusters=clusters, found=found)
