import pickle
from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.sparse.csgraph import connected_components

from benchmarks.agreement import same_nearest, same_pairs
from benchmarks.cluster_problem import Neighbours, Problem, problem_of
from benchmarks.cluster_referee import judge
from benchmarks.clusters import clusters
from benchmarks.ingest_inputs import write_estates, write_large_ledger
from benchmarks.mosaic import KINDS, make_mosaic
from benchmarks.ours import walking_matrix
from benchmarks.processes import NoAnswer, Tool
from benchmarks.street_net import SCRAP_NODES, SCRAP_SHARE, Town, synthetic_town
from data.files.vectors import read_vector
from data.repair import overlaps, repair_polygons
from data.tables.ledgers import read_ledger


@pytest.fixture(scope="module")
def town() -> Town:
    return synthetic_town(3_000, estates=50)


def test_same_arguments_make_the_same_town(town: Town) -> None:
    again, other = synthetic_town(3_000, estates=50), synthetic_town(3_000, estates=50, seed=1)
    for name in ("owner", "node", "cost_us"):
        assert np.array_equal(getattr(town.exact.facilities, name), getattr(again.exact.facilities, name))
    assert np.array_equal(town.snapped.network.length_mm, again.snapped.network.length_mm)
    assert not np.array_equal(town.exact.facilities.node, other.exact.facilities.node)


def test_large_ledger_has_the_rows_and_sums_that_were_written(tmp_path: Path) -> None:
    write_large_ledger(tmp_path / "ledger.xlsx", 300)
    ledger, problems = read_ledger(tmp_path / "ledger.xlsx")
    assert len(ledger) == 300
    assert ledger["subdistrict"].value_counts(sort=False).tolist() == [125, 125, 50]
    assert {problem.code for problem in problems} == {"value_missing", "value_range", "ledger_sum_rows"}


def test_drawn_estates_cross_themselves_and_each_other(tmp_path: Path) -> None:
    write_estates(tmp_path / "estates.gpkg", 400)
    raw, _, _ = read_vector(tmp_path / "estates.gpkg")
    mended, repaired = repair_polygons(raw, place="")
    assert (len(mended), len(repaired), len(overlaps(mended, place=""))) == (400, 4, 4)


def test_streets_hang_together_but_for_scraps(town: Town) -> None:
    sizes = np.bincount(connected_components(walking_matrix(town.snapped)[1])[1])
    assert sorted(set(sizes)) == [SCRAP_NODES, sizes.max()]
    assert (len(sizes) - 1) * SCRAP_NODES / sizes.sum() == pytest.approx(SCRAP_SHARE, abs=0.001)


def test_streets_are_as_long_as_their_lines(town: Town) -> None:
    network = town.snapped.network
    np.testing.assert_allclose(shapely.length(town.lines) * 1000, network.length_mm, atol=0.51)
    straight = np.hypot(network.x[network.u] - network.x[network.v], network.y[network.u] - network.y[network.v])
    assert (network.length_mm / 1000 > straight).all()


def test_owners_stand_on_the_largest_component(town: Town) -> None:
    label = connected_components(walking_matrix(town.snapped)[1])[1]
    nodes = np.concatenate([town.snapped.estates.node, town.snapped.facilities.node])
    assert set(label[nodes]) == {np.bincount(label).argmax()}


def test_nearest_walks_may_differ_by_a_metre_and_none_may_be_missing() -> None:
    ours = {"metres": np.array([[100.0, 5_000.0]])}
    same_nearest("peer", ours, {"metres": np.array([[100.9, 5_000.0]])})
    with pytest.raises(SystemExit, match=r"peer and ours differ by 1\.5 m on a nearest facility"):
        same_nearest("peer", ours, {"metres": np.array([[101.5, 5_000.0]])})
    with pytest.raises(SystemExit, match=r"peer and ours differ by inf m on a nearest facility"):
        same_nearest("peer", ours, {"metres": np.array([[100.0, np.inf]])})


def test_a_pair_that_only_one_tool_finds_must_be_a_close_call() -> None:
    close = {"origin": np.array([0, 0, 1]), "target": np.array([3, 4, 3]), "metres": np.array([700, 999.5, 50])}
    theirs = {"sample": np.array([0]), "origin": np.array([0]), "target": np.array([3]), "metres": np.array([700.0])}
    same_pairs("peer", close, theirs)
    with pytest.raises(SystemExit, match=r"peer and ours differ by 10\.0 m on a pair"):
        same_pairs("peer", {**close, "metres": np.array([700, 990.0, 50])}, theirs)


@pytest.mark.parametrize("kind", KINDS)
def test_mosaic_is_of_valid_parcels_that_do_not_overlap(kind: str) -> None:
    made = make_mosaic(kind, estates=200, seed=3)
    shapes = made.estates.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = one < other
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapely.intersection(shapes[one[apart]], shapes[other[apart]])).max(initial=0) < 1e-3
    assert not shapely.STRtree(shapes).query(made.barriers.geometry.to_numpy(), predicate="intersects").size
    assert 120 <= len(shapes) <= 280
    assert 500 < made.estates["people"].median() < 700


def test_same_seed_makes_the_same_mosaic_and_another_another() -> None:
    first, again, other = (make_mosaic("plain", estates=60, seed=seed) for seed in (0, 0, 1))
    assert pickle.dumps(first.estates.to_wkb()) == pickle.dumps(again.estates.to_wkb())
    assert not first.estates["people"].equals(other.estates["people"])


@pytest.fixture(scope="module")
def problem() -> Problem:
    mosaic = make_mosaic("rivers", estates=150, seed=0)
    return problem_of(mosaic, Neighbours(mosaic).find())


def test_filtered_graph_has_what_can_reach_the_floor_and_the_same_bound(problem: Problem) -> None:
    filtered = problem.filtered()
    assert 0 < len(filtered.size) < len(problem.size)
    assert filtered.bound() == problem.bound()
    sums = np.bincount(filtered.component(), weights=filtered.size)
    assert sums.min() >= 5_000_000
    assert (filtered.one < filtered.other).all()


# Five estates in a row, 400 m from each other, and one with no neighbour.
ROW = Problem(
    size=np.array([3, 3, 3, 3, 3, 6]) * 1_000_000,
    one=np.arange(4),
    other=np.arange(1, 5),
    facing_mm=np.full(4, 1_000),
    centroids=np.column_stack([np.arange(6) * 400.0, np.zeros(6)]),
    attributes=np.zeros((6, 3)),
)


@pytest.mark.parametrize(
    ("label", "counts", "share"),
    [
        ([0, 0, 1, 1, -1, -1], (2, 0, 0, 0, 0, 0), 12 / 21),
        ([7, 7, 3, 3, 3, 9], (3, 0, 0, 0, 0, 0), 1.0),
        ([0, 1, 0, 1, 1, -1], (2, 2, 0, 0, 1, 0), 0.0),
        ([0, 0, 0, 0, 0, -1], (1, 0, 0, 1, 1, 0), 0.0),
        ([0, 0, 0, 0, -1, -1], (1, 0, 0, 0, 1, 0), 0.0),
        ([0, 0, 1, -1, -1, 2], (3, 0, 1, 0, 0, 0), 12 / 21),
        ([0, 0, 1, 1, 1, 1], (2, 1, 0, 1, 1, 0), 6 / 21),
        ([0, 0, 1], (0, 0, 0, 0, 0, 3), 0.0),
        ([-1] * 6, (0, 0, 0, 0, 0, 0), 0.0),
    ],
    ids=["two", "all", "apart", "too large and far", "too far", "too small", "with the island", "lost", "none"],
)
def test_referee_finds_every_violation(label: list[int], counts: tuple[int, ...], share: float) -> None:
    found = judge(np.array(label), problem=ROW, banded=True)
    assert (found.clusters, found.apart, found.small, found.large, found.far, found.lost) == counts
    assert found.people_share == pytest.approx(share)
    assert found.bound == 4
    assert found.violations == sum(counts[1:])


def test_referee_asks_for_ceiling_and_reach_only_where_they_were_given() -> None:
    found = judge(np.array([0, 0, 0, 0, 0, -1]), problem=ROW, banded=False)
    assert (found.violations, found.clusters) == (0, 1)


class Sleeper:
    """Give no answer, or end without one."""

    def __init__(self, town: object) -> None:
        self.town = town

    def wait(self) -> None:
        while True:
            pass

    def end(self) -> None:
        raise SystemExit(3)


@pytest.mark.parametrize(
    ("what", "limit_s", "said"), [("wait", 0.5, r"no answer in 0\.5 s"), ("end", 60, "ended without")]
)
def test_tool_that_does_not_answer_is_ended(tmp_path: Path, what: str, limit_s: float, said: str) -> None:
    town = tmp_path / "town.pickle"
    town.write_bytes(pickle.dumps(None))
    tool = Tool("tests.test_benchmarks:Sleeper", town)
    with pytest.raises(NoAnswer, match=said):
        tool.work(what, limit_s=limit_s)
    tool.close()


def test_small_tables_of_clusters_have_every_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clusters(tmp_path, small=True)
    said = capsys.readouterr().out
    for row in ("plain", "ours, floor only", "ours, band and reach", "violations of ours"):
        assert f"\n{row}" in said
    assert " NOT" not in said
