from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely import Point, box

from data.inputs import Inputs
from data.scenario_file import make_scenario
from geo.plan import Plan
from geo.streets.graph import build_graph, sparse_minimum
from geo.streets.network import build_network
from geo.walking.carry_over import carry_ranks, same_nodes
from geo.walking.repair import mend
from geo.what_if.scenario import apply_scenario
from geo.work_out import work_out
from tests.towns import asked, estates, facilities, gates, service, standard, street, town, walkways

Arc = tuple[int, int, int]
INF = np.inf
RULES = standard(service("market", asked()), service("school", asked()))
EAST, NORTH = 500_000.0, 4_000_000.0


def spot(x: float, y: float) -> tuple[float, float]:
    return EAST + x, NORTH + y


def made() -> Inputs:
    """Make two blocks of 400 m with estates inside, one shut gate and two shops."""
    ways = walkways(
        street(spot(0, 0), spot(400, 0), spot(800, 0)),
        street(spot(0, 400), spot(400, 400), spot(800, 400)),
        *(street(spot(x, 0), spot(x, 400)) for x in (0, 800)),
        street(spot(400, 0), spot(400, 200), spot(400, 400)),
        ids={spot(400, 200): 7},
    )
    homes = {f"E{i}": box(EAST + x, NORTH + 20, EAST + x + 100, NORTH + 120) for i, x in enumerate((50, 450, 620))}
    shops = {"F1": Point(spot(60, 395)), "F2": Point(spot(790, 395))}
    shut = gates({"G": spot(400, 200)}, state="closed", osm_id=7)
    return town(ways, estates(homes), facilities=facilities(shops), gates=shut, rules=RULES)


HERE = {"coordinates": "EPSG:4548"}
EDITS: dict[str, dict[str, object]] = {
    "a gate opened": {"action": "open_gate", "gate": "G"},
    "a gate added": {"action": "add_gate", "at": spot(50, 70), **HERE},
    "a shop added": {"action": "add_facility", "service": "market", "at": spot(300, 3), **HERE},
    "a shop of a new kind": {
        "action": "add_facility",
        "service": "school",
        "at": spot(1, 9),
        "coordinates": "EPSG:4548",
    },
    "a link added": {"action": "add_link", "from": spot(100, 0), "to": spot(100, 400), **HERE},
    "a shop taken away": {"action": "remove_facility", "facility": "F1"},
}


def figures(plan: Plan) -> list[list[object]]:
    nearest = plan.nearest[["estate_id", "service", "rank", "walk_minutes", "facility_id"]]
    return [*nearest.to_numpy().tolist(), *plan.walk_steps.fillna("").to_numpy().tolist()]


@pytest.mark.parametrize("edits", [[edit] for edit in EDITS.values()] + [list(EDITS.values())], ids=[*EDITS, "all"])
def test_the_mended_town_is_the_town_walked_anew(edits: list[dict[str, object]]) -> None:
    inputs = made()
    before = work_out(inputs)
    after = apply_scenario(inputs, make_scenario({"name": "x", "edits": edits}))
    mended, anew = work_out(after, earlier=before.sweeps), work_out(after)
    assert figures(mended) == figures(anew)
    assert mended.sweeps is not None
    assert anew.sweeps is not None
    for profile, of in anew.sweeps.by_profile.items():
        assert np.array_equal(mended.sweeps.by_profile[profile].nearest.rank, of.nearest.rank)
        assert np.array_equal(mended.sweeps.by_profile[profile].nearest.arrived, of.nearest.arrived)


def graph(arcs: list[Arc], count: int) -> csr_array:
    tail, head, cost = np.array(arcs, np.int64).reshape(-1, 3).T
    return sparse_minimum(tail, head, cost.astype(float), shape=(count, count))


def swept(arcs: list[Arc], count: int, targets: list[int]) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = dijkstra(graph(arcs, count).T.tocsr(), indices=targets, min_only=True)
    return found


ARCS = st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29), st.integers(1, 30)), min_size=30, max_size=90)


@settings(max_examples=60)
@given(arcs=ARCS, kept=st.integers(0, 90), targets=st.lists(st.integers(0, 29), min_size=1, max_size=3))
@pytest.mark.parametrize("turned", [False, True], ids=["opened", "closed"])
def test_mending_gives_the_new_sweep_or_nothing(
    arcs: list[Arc], kept: int, targets: list[int], *, turned: bool
) -> None:
    older, newer = (arcs, arcs[:kept]) if turned else (arcs[:kept], arcs)
    least = np.full(30, INF)
    least[targets] = 0
    now = graph(newer, 30)
    mended = mend(now, back=now.T.tocsr(), bound=swept(older, 30, targets), least=least)
    assert mended is None or np.array_equal(mended, swept(newer, 30, targets))


def test_one_arc_more_is_mended_and_one_less_is_not() -> None:
    row = [(i, i + 1, 10) for i in range(29)]
    more = graph([*row, (0, 20, 5)], 30)
    least = np.full(30, INF)
    least[29] = 0
    mended = mend(more, back=more.T.tocsr(), bound=swept(row, 30, [29]), least=least)
    assert mended is not None
    assert mended[:3].tolist() == [95, 280, 270]
    less = graph(row, 30)
    assert mend(less, back=less.T.tocsr(), bound=mended, least=least) is None


def test_nodes_are_the_same_by_place_and_not_where_a_gate_parts_them() -> None:
    ways = walkways(street((0, 0), (10, 0), (20, 0)), street((20, 0), (30, 0), private=True))
    whole, parted = (build_graph(build_network(ways, parted=np.array(ends, np.int64))) for ends in ([], [1]))
    assert same_nodes(whole, after=parted).tolist() == [0, -1, 2, 3, -1, 4, 5, 6, 7]
    assert same_nodes(parted, after=parted).tolist() == [0, -1, 2, 3, -1, 5, 6, 7, 8]


def test_ranks_follow_their_targets() -> None:
    names = np.array(["a", "b"], object), np.array(["b", "c", "d"], object)
    rank = np.array([[10 * 2 + 0, 7 * 2 + 1, INF]])
    found = carry_ranks(rank, counts=(2, 3), targets=names, node=np.array([1, -1, 0, 2], np.int64))
    assert found.tolist() == [[7 * 3 + 0, INF, INF, INF]]


def test_another_pace_of_the_same_town_is_not_mended_wrongly() -> None:
    inputs = made()
    before = work_out(inputs)
    profiles = {key: replace(one, minutes=one.minutes / 2) for key, one in inputs.standard.profiles.items()}
    faster = replace(inputs, standard=replace(inputs.standard, profiles=profiles))
    assert figures(work_out(faster, earlier=before.sweeps)) == figures(work_out(faster))
