import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from data.project import ClustersTable
from geo.contiguity.outlines import cluster_table
from geo.walking.walk_times import Pairs
from tests.towns import TOWN_CRS, estates, row_of

LIMITS = ClustersTable(max_street_width_m=30)
COLUMNS = [
    "cluster_id", "name", "estates", "households", "people", "floor_area_m2", "diameter_minutes", "subdistricts",
    "estimated", "geometry",
]  # fmt: skip


def worked(shapes: dict[str, Polygon], clusters: list[str | None], **columns: object) -> gpd.GeoDataFrame:
    """Make estates with the columns that the stages before add."""
    made = estates(shapes, floor_area_m2=8_000.0, **columns)
    return made.assign(cluster_id=clusters, label=made["estate_id"], estimated=made["estate_id"] == "E2")


def reach(*walks: tuple[int, int, int]) -> Pairs:
    columns = np.array(walks, np.int64).reshape(-1, 3)
    return Pairs(columns[:, 0], columns[:, 1], columns[:, 2])


def table(made: gpd.GeoDataFrame, *members: tuple[int, ...], walks: Pairs | None = None) -> gpd.GeoDataFrame:
    return cluster_table(made, members=members, reach=walks or reach(), limits=LIMITS)


def test_figures_of_a_cluster_are_those_of_its_estates() -> None:
    made = worked(row_of(100, 100, 100, 100), ["C001", "C001", None, "C002"], people=[300.0, 400.0, 9_000.0, 50.0])
    found = table(made, (0, 1), (3,))
    assert list(found.columns) == COLUMNS
    assert found["cluster_id"].tolist() == ["C001", "C002"]
    assert found["name"].tolist() == ["E2", "E4"]
    assert found["estates"].tolist() == [2, 1]
    assert found["people"].tolist() == [700, 50]
    assert found["households"].tolist() == [200, 100]
    assert found["floor_area_m2"].tolist() == [16_000, 8_000]
    assert found["estimated"].tolist() == [True, False]


def test_of_equally_large_estates_the_first_gives_the_name() -> None:
    assert table(worked(row_of(100, 100), ["C001"] * 2), (0, 1))["name"].tolist() == ["E1"]


@pytest.mark.parametrize(
    ("named", "told"),
    [(["城南", "城北"], "城北;城南"), (["城南", "城南"], "城南"), (["城南", None], "城南"), ([None, None], "")],
)
def test_subdistricts_are_told_once_each(named: list[str | None], told: str) -> None:
    made = worked(row_of(100, 100), ["C001"] * 2, subdistrict=named)
    assert table(made, (0, 1))["subdistricts"].tolist() == [told]


def test_diameter_is_the_longest_walk_inside() -> None:
    made = worked(row_of(100, 100, 100), ["C001", "C001", None])
    walks = reach((0, 0, 900_000_000), (0, 1, 60_000_000), (1, 0, 90_000_000), (1, 2, 600_000_000))
    assert table(made, (0, 1), walks=walks)["diameter_minutes"].tolist() == [1.5]


def test_outline_takes_in_the_street_between_and_nothing_else() -> None:
    (outline,) = table(worked(row_of(100, 100), ["C001"] * 2), (0, 1)).geometry
    assert outline.geom_type == "MultiPolygon"
    assert outline.equals(box(0, 0, 212, 100))


def test_estates_farther_apart_than_a_street_stay_two_parts() -> None:
    (outline,) = table(worked(row_of(100, 100, gap=80), ["C001"] * 2), (0, 1)).geometry
    assert sorted(part.bounds for part in outline.geoms) == [(0, 0, 100, 100), (180, 0, 280, 100)]


def test_without_clusters_there_is_an_empty_table() -> None:
    found = table(worked(row_of(100), [None]))
    assert list(found.columns) == COLUMNS
    assert found.empty
    assert found.crs == TOWN_CRS


@given(st.lists(st.tuples(*[st.integers(0, 150)] * 2, *[st.integers(10, 60)] * 2), min_size=2, max_size=4))
def test_outline_is_sound_and_covers_its_estates(corners: list[tuple[int, int, int, int]]) -> None:
    shapes = {f"E{i}": box(x, y, x + w, y + h) for i, (x, y, w, h) in enumerate(corners, start=1)}
    (outline,) = table(worked(shapes, ["C001"] * len(shapes)), tuple(range(len(shapes)))).geometry
    assert outline.is_valid
    assert outline.geom_type == "MultiPolygon"
    assert shapely.union_all(list(shapes.values())).difference(outline).area < 1e-6


def test_outline_leaves_out_the_ground_of_other_estates() -> None:
    shapes = {"E1": box(0, 0, 100, 100), "E2": box(128, 0, 228, 100), "E3": box(108, 0, 120, 40)}
    (outline,) = table(worked(shapes, ["C001", "C001", None]), (0, 1)).geometry
    assert outline.intersection(shapes["E3"]).area == 0
    assert outline.area == pytest.approx(228 * 100 - 12 * 40)


def test_estate_drawn_over_its_neighbour_keeps_its_own_ground() -> None:
    shapes = {"E1": box(0, 0, 100, 100), "E2": box(110, 0, 210, 100), "E3": box(50, 60, 60, 160)}
    (outline,) = table(worked(shapes, ["C001", "C001", None]), (0, 1)).geometry
    assert outline.equals(box(0, 0, 210, 100))
