from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.sparse.csgraph import connected_components

from benchmarks.agreement import same_nearest, same_pairs
from benchmarks.ingest_inputs import write_estates, write_large_ledger
from benchmarks.ours import walking_matrix
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
    assert {problem.code for problem in problems} == {"value_missing", "value_range"}


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
