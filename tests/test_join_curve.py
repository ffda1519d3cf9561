import numpy as np
import pandas as pd
import pytest
from shapely import Polygon, box

from data.project import ClustersTable
from geo.contiguity.adjacency import AdjacencyLimits, find_neighbours
from geo.contiguity.join_curve import Joining, join_curve, joining_at_widths
from geo.contiguity.proposal import propose_clusters
from geo.contiguity.units import Wishes
from geo.walking.walk_times import Pairs
from tests.towns import estates, layer, row_of, street, walkways

SETTINGS = ClustersTable(floor_people=600, ceiling_people=5_000, keep_within="none", max_street_width_m=30)
WAYS = walkways(street((-100, -50), (900, -50))).edges
EMPTY = {"sites": layer("sites", []), "barriers": layer("barriers", [])}


def spaced(*gaps: float) -> dict[str, Polygon]:
    """Place estates in a row with these streets between."""
    shapes, x = {"E0": box(0, 0, 50, 100)}, 50.0
    for number, gap in enumerate(gaps, start=1):
        shapes[f"E{number}"] = box(x + gap, 0, x + gap + 50, 100)
        x += gap + 50
    return shapes


def curve(shapes: dict[str, Polygon], *, settings: ClustersTable = SETTINGS, **columns: object) -> pd.DataFrame:
    told = {"eligible": True, "access_kind": "gate", **columns}
    town = estates(shapes, **{key: told.pop(key) for key in ("people", "subdistrict") if key in told})
    return join_curve(town.assign(**told), **EMPTY, ways=WAYS, settings=settings)


def test_wider_streets_let_more_people_join() -> None:
    found = curve(spaced(8, 18, 28, 38))
    assert found["width_m"].tolist() == [10, 20, 30, 40]
    assert found["in_use"].tolist() == [False, False, True, False]
    assert found["pairs"].tolist() == [1, 2, 3, 4]
    assert found["people"].tolist() == [600, 900, 1_200, 1_500]
    assert found["people_share"].tolist() == pytest.approx([0.4, 0.6, 0.8, 1])


def test_width_in_use_is_told_where_it_is_another() -> None:
    found = curve(spaced(8, 18, 23), settings=SETTINGS.model_copy(update={"max_street_width_m": 25.0}))
    assert found["width_m"].tolist() == [10, 20, 25, 30, 40]
    assert found.loc[found["in_use"], ["width_m", "pairs"]].to_numpy().tolist() == [[25, 3]]


@pytest.mark.parametrize(
    ("columns", "people", "share"),
    [
        ({"people": [300, 300, 300]}, 900, 1.0),
        ({"people": [300, 299, 0]}, 0, 0.0),
        ({"people": [300, 5_001, 300]}, 0, 0.0),
        ({"people": [300, 5_000, 300]}, 5_600, 1.0),
        ({"people": [700, 300, 300], "eligible": [True, False, True]}, 0, 0.0),
        ({"people": [300, 300, 300], "access_kind": ["gate", "gate", "none"]}, 600, 2 / 3),
        ({"people": [300, 300, 300], "subdistrict": ["甲", "甲", "乙"]}, 600, 2 / 3),
        ({"people": [300, 300, 300], "subdistrict": ["甲", "甲", None]}, 900, 1.0),
    ],
    ids=[
        "all", "below the floor", "above the ceiling", "at the ceiling", "not eligible", "not connected",
        "across the line", "of unknown side",
    ],
)  # fmt: skip
def test_who_counts(columns: dict[str, object], people: float, share: float) -> None:
    keep = SETTINGS.model_copy(update={"keep_within": "subdistrict"})
    found = curve(row_of(50, 50, 50), settings=keep, **columns)
    assert found["people"].tolist() == [0, people, people, people]
    assert found["people_share"].tolist() == pytest.approx([0, share, share, share])


def test_one_alone_joins_nobody_however_large_it_is() -> None:
    assert curve({"E1": box(0, 0, 50, 50)}, people=4_000.0)["people"].tolist() == [0] * 4


def test_nobody_has_no_share() -> None:
    assert curve({})["people_share"].isna().all()


def test_floor_may_be_of_households() -> None:
    households = SETTINGS.model_copy(update={"floor_households": 200.0, "ceiling_households": 900.0})
    assert curve(spaced(8, 18), settings=households)["people"].tolist() == [600, 900, 900, 900]


def test_sums_at_the_floor_are_enough_to_the_thousandth() -> None:
    tenths = Joining(np.full(3, 0.1), np.full(3, 0.1), np.ones(3, bool), np.full(3, -1))
    pairs = np.array([[0, 1], [1, 2]])
    assert joining_at_widths({10: pairs}, joining=tenths, floor=0.3)["estates"].tolist() == [3]
    assert joining_at_widths({10: pairs}, joining=tenths, floor=0.301)["estates"].tolist() == [0]
    assert joining_at_widths({10: pairs[:0]}, joining=tenths, floor=0.1)["estates"].tolist() == [0]


def test_nobody_is_clustered_whom_the_curve_leaves_out() -> None:
    chance = np.random.default_rng(3)
    shapes = {
        f"E{x}{y}": box(70 * x, 70 * y, 70 * x + 45 + 9 * (x % 3), 70 * y + 60) for x in range(6) for y in range(5)
    }
    town = estates(shapes, people=chance.integers(50, 700, 30).astype(float)).assign(
        eligible=True, access_kind="gate", gap_count=0
    )
    ends = np.divmod(np.arange(900), 30)
    reach = Pairs(*ends, np.zeros(900, np.int64))
    found = join_curve(town, **EMPTY, ways=WAYS, settings=SETTINGS).set_index("width_m")
    for width in (10.0, 20.0, 30.0):
        settings = SETTINGS.model_copy(update={"max_street_width_m": width})
        adjacency = find_neighbours(town, **EMPTY, ways=WAYS, limits=AdjacencyLimits(width, 15))
        proposal = propose_clusters(
            town, adjacency=adjacency, reach=reach, sites=EMPTY["sites"], settings=settings, wishes=Wishes()
        )
        inside = proposal.estates["cluster_id"].notna()
        assert town.loc[inside, "people"].sum() <= found.loc[width, "people"]
        assert not inside.any() or found.loc[width, "people"] > 0
