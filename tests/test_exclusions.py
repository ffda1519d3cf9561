import geopandas as gpd
import pytest
from shapely import Geometry, MultiPolygon, box

from data.exclusions import Exclusion, mark_excluded
from tests.tiny import TINY_CRS


def estates(*shapes: Geometry, excluded: str | None = None) -> gpd.GeoDataFrame:
    ids = [f"E{number}" for number in range(len(shapes))]
    columns = {"estate_id": ids, "name": None, "excluded": excluded, "excluded_by": None}
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=TINY_CRS)
    return frame.astype(dict.fromkeys(("name", "excluded", "excluded_by"), object))


def layer(*shapes: Geometry, reason: str = "expropriation", min_share: float = 0.5) -> Exclusion:
    return Exclusion(gpd.GeoDataFrame(geometry=list(shapes), crs=TINY_CRS), reason, min_share, "征收.shp")


def mark(frame: gpd.GeoDataFrame, *layers: Exclusion) -> tuple[list[str | None], list[str | None], list[str]]:
    made, problems = mark_excluded(frame, layers)
    return made["excluded"].tolist(), made["excluded_by"].tolist(), [one.code for one in problems]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (100, (["expropriation"], ["征收.shp 100%"], ["exclusion_applied"])),
        (50, (["expropriation"], ["征收.shp 50%"], ["exclusion_applied"])),
        (49, ([None], [None], ["exclusion_partial"])),
        (0.5, ([None], [None], ["exclusion_unused"])),
    ],
)
def test_an_estate_is_excluded_by_the_share_that_lies_inside(width: float, expected: object) -> None:
    assert mark(estates(box(0, 0, 100, 100)), layer(box(-50, -50, width, 150))) == expected


def test_ground_that_two_areas_cover_counts_once() -> None:
    twice = layer(box(0, 0, 40, 100), box(0, 0, 45, 100))
    assert mark(estates(box(0, 0, 100, 100)), twice)[2] == ["exclusion_partial"]


def test_the_share_is_told_with_the_layer() -> None:
    frame = estates(MultiPolygon([box(0, 0, 10, 10), box(20, 0, 30, 10)]))
    _, (problem,) = mark_excluded(frame, [layer(box(0, 0, 15, 10), min_share=0.8)])
    assert (problem.feature, problem.value, problem.facts["least"]) == ("E0", "50%", "80%")


def test_the_first_layer_counts_and_stands_before_the_ledger() -> None:
    frame = estates(box(0, 0, 10, 10), excluded="dangerous_d")
    both = layer(box(0, 0, 10, 10)), layer(box(0, 0, 10, 10), reason="shantytown")
    assert mark(frame, *both)[:2] == (["expropriation;dangerous_d"], ["征收.shp 100%"])


def test_no_layer_changes_nothing() -> None:
    assert mark(estates(box(0, 0, 10, 10), excluded="shantytown")) == (["shantytown"], [None], [])
