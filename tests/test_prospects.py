"""What each estate would have with the proposals built."""

import numpy as np
import pandas as pd
import pytest

from geo.siting.proposal_tables import SERVED_COLUMNS
from geo.siting.prospects import PROSPECT_COLUMNS, prospects

NAN = float("nan")
GAPS = pd.DataFrame(
    [("A", "market", "gap", 21.5), ("A", "elder_care", "met", 4.0), ("B", "market", "gap", NAN)],
    columns=["estate_id", "service", "state", "walk_minutes"],
)


def served(*rows: tuple[str, str, float, float, bool]) -> pd.DataFrame:
    told = [(key, estate, "market", 900.0, people, NAN, minutes, all_) for key, estate, people, minutes, all_ in rows]
    return pd.DataFrame(told, columns=SERVED_COLUMNS)


@pytest.mark.parametrize(
    ("rows", "states", "minutes", "by"),
    [
        pytest.param((), "gap met gap", [21.5, 4.0, NAN], "- - -", id="nothing is proposed"),
        pytest.param((("P1", "A", 900.0, 6.0, True),), "met met gap", [6.0, 4.0, NAN], "P1 - -", id="one is closed"),
        pytest.param(
            (("P1", "B", 400.0, 6.0, False),), "gap met gap", [21.5, 4.0, 6.0], "- - P1", id="no room for all"
        ),
        pytest.param(
            (("P1", "A", 400.0, 6.0, True), ("P2", "A", 500.0, 9.0, True)),
            "met met gap",
            [6.0, 4.0, NAN],
            "P2 - -",
            id="two share an estate",
        ),
    ],
)
def test_a_gap_is_closed_where_there_is_room_for_all(
    rows: tuple[tuple[str, str, float, float, bool], ...], states: str, minutes: list[float], by: str
) -> None:
    found = prospects(GAPS, served=served(*rows))
    assert tuple(found) == PROSPECT_COLUMNS
    assert found["state"].tolist() == GAPS["state"].tolist()
    assert found["state_proposed"].tolist() == states.split()
    np.testing.assert_array_equal(found["walk_minutes_proposed"], minutes)
    assert found["proposal_id"].fillna("-").tolist() == by.split()
