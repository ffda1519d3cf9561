"""Walled blocks between streets: what an opening brings is compared with a full run in which it is there."""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from hypothesis import strategies as st
from shapely import Geometry, LineString, MultiPolygon, Point, Polygon, box

from geo.opening.opening_candidates import (
    Exits,
    GateCandidates,
    GateLimits,
    PassageCandidates,
    gate_candidates,
    passage_candidates,
)
from geo.opening.openings import (
    Residents,
    WalkField,
    gate_gains,
    passage_gains,
    pieces_at,
    potential_at,
    rank_openings,
)
from geo.streets.network import insert_points
from tests.towns import TOWN_CRS, network_of, street

Spot = tuple[float, float]

PACE = 900
LIMIT_US = 400_000 * PACE
NO_BARRIERS: npt.NDArray[np.object_] = np.empty(0, object)
BLOCK = box(0, 0, 100, 100)
# From the old gate in the west the market in the east is 50 + 110 + 120 + 60 m away, round the north of the block.
WEST, NORTH, EAST = [(-10, 0), (-10, 50), (-10, 110)], [(-10, 110), (110, 110)], [(110, 110), (110, 50), (110, 0)]
MARKET = (110, 50)


@dataclass(frozen=True)
class Town:
    """Hold streets as spots and edges (from, to, factor ahead, factor back), and facilities at spots."""

    spots: tuple[Spot, ...]
    edges: tuple[tuple[int, int, float, float], ...]
    stops: Mapping[str, tuple[int, ...]]

    @property
    def lines(self) -> npt.NDArray[np.object_]:
        return shapes(*(LineString([self.spots[u], self.spots[v]]) for u, v, _, _ in self.edges))

    def length_mm(self, edge: int) -> int:
        return round(float(shapely.length(self.lines[edge])) * 1000)

    def costs(self, edge: int) -> tuple[float, float]:
        _, _, ahead, back = self.edges[edge]
        return ahead * PACE * self.length_mm(edge), back * PACE * self.length_mm(edge)

    def graph(self) -> nx.MultiDiGraph:
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(range(len(self.spots)))
        for edge, (u, v, _, _) in enumerate(self.edges):
            ahead, back = self.costs(edge)
            graph.add_weighted_edges_from([(a, b, c) for a, b, c in ((u, v, ahead), (v, u, back)) if np.isfinite(c)])
        return graph

    def field(self) -> WalkField:
        potential = np.full((len(self.stops), len(self.spots)), np.inf)
        for row, service in enumerate(self.stops):
            if self.stops[service]:
                swept = nx.multi_source_dijkstra_path_length(self.graph().reverse(), set(self.stops[service]))
                potential[row, list(swept)] = list(swept.values())
        costs = np.array([self.costs(edge) for edge in range(len(self.edges))]).T
        ends = np.array([edge[:2] for edge in self.edges], np.int64).T
        length_mm = np.array([self.length_mm(edge) for edge in range(len(self.edges))], np.int64)
        profile = np.zeros(len(self.stops), np.int64)
        return WalkField(potential, ends[0], ends[1], length_mm, costs[:1], costs[1:], profile, np.array([PACE]))

    def full_run(self, *gates: tuple[int, int, int]) -> dict[str, float]:
        """Walk from a place whose gates (edge, position, connector) are there: microseconds by service."""
        graph = self.graph()
        for number, (edge, position_mm, connector_mm) in enumerate(gates):
            u, v, _, _ = self.edges[edge]
            (ahead, back), whole = self.costs(edge), self.length_mm(edge)
            graph.add_edge("home", ("gate", number), weight=connector_mm * PACE)
            if position_mm == 0 or np.isfinite(back):
                graph.add_edge(("gate", number), u, weight=round(back * position_mm / whole) if position_mm else 0)
            if position_mm == whole or np.isfinite(ahead):
                rest_mm = whole - position_mm
                graph.add_edge(("gate", number), v, weight=round(ahead * rest_mm / whole) if rest_mm else 0)
        swept = nx.single_source_dijkstra_path_length(graph, "home")
        return {
            service: min((swept[stop] for stop in stops if stop in swept), default=np.inf)
            for service, stops in self.stops.items()
        }


def shapes(*given: Geometry) -> npt.NDArray[np.object_]:
    found = np.empty(len(given), object)
    found[:] = given
    return found


def town(*streets: Sequence[Spot], **stops: Sequence[Spot]) -> Town:
    """Lead streets through spots, walked both ways at the pace of the level."""
    spots = list(dict.fromkeys((float(x), float(y)) for way in streets for x, y in way))
    row = {spot: number for number, spot in enumerate(spots)}
    pieces = [ends for way in streets for ends in itertools.pairwise(way)]
    edges = tuple((row[a], row[b], 1.0, 1.0) for a, b in pieces)
    return Town(tuple(spots), edges, {key: tuple(row[spot] for spot in places) for key, places in stops.items()})


def exits_of(*entries: tuple[int, int, int, Spot]) -> Exits:
    """Make exits of (estate, node, connector, place)."""
    estate, node, connector = (np.array([entry[i] for entry in entries], np.int64) for i in range(3))
    return Exits(estate, node, connector, np.array([entry[3] for entry in entries], float).reshape(-1, 2))


def candidates(
    *estates: Geometry,
    streets: Sequence[Sequence[Spot]],
    exits: Exits | None = None,
    barriers: Sequence[Geometry] = (),
    limits: GateLimits | None = None,
    usable: bool = True,
) -> GateCandidates:
    lines = town(*streets).lines
    return gate_candidates(
        shapes(*estates),
        lines=lines,
        usable=np.full(len(lines), usable),
        exits=exits or exits_of(),
        barriers=shapes(*barriers),
        limits=limits,
    )


def no_passages() -> PassageCandidates:
    none = np.zeros(0, np.int64)
    return PassageCandidates(none, none, none, none, np.zeros((0, 2)))


def passage(a: int, b: int, spot: Spot, inside: tuple[int, int] = (0, 0)) -> PassageCandidates:
    rows = [np.array([value]) for value in (a, b, *inside)]
    return PassageCandidates(rows[0], rows[1], rows[2], rows[3], np.array([spot], float))


def gate_at(edge: int, position_mm: int, connector_mm: int, estate: int = 0, inside_mm: int = 0) -> GateCandidates:
    return GateCandidates(
        estate=np.array([estate]),
        edge=np.array([edge]),
        position_mm=np.array([position_mm]),
        connector_mm=np.array([connector_mm]),
        inside_mm=np.array([inside_mm]),
        ring=np.array([estate]),
        along_m=np.zeros(1),
        ring_m=np.full(1, 400.0),
        spot=np.zeros((1, 2)),
    )


def residents(
    cost_us: Sequence[Sequence[float]], services: Sequence[str] = ("market",), people: float = 300
) -> Residents:
    ids = [f"E{number}" for number in range(1, len(cost_us) + 1)]
    frame = gpd.GeoDataFrame({"estate_id": ids, "people": people}, geometry=[BLOCK] * len(ids), crs=TOWN_CRS)
    return Residents(frame, tuple(services), np.array(cost_us, float), np.full(len(services), float(LIMIT_US)))


def neighbours(**columns: object) -> gpd.GeoDataFrame:
    row = {"estate_a": "E1", "estate_b": "E2", "kind": "street", "width_m": 8.0, **columns}
    link = LineString([(100, 50), (108, 50)])
    return gpd.GeoDataFrame(pd.DataFrame([row]), geometry=[link], crs=TOWN_CRS)


def passages(frame: gpd.GeoDataFrame, *barriers: Geometry) -> PassageCandidates:
    ids = np.array(["E1", "E2"], object)
    return passage_candidates(ids, adjacency=frame, barriers=shapes(*barriers))


WALLED = town(WEST, NORTH, EAST, market=[MARKET])
OLD_GATE = exits_of((0, WALLED.spots.index((-10.0, 50.0)), 10_000, (0, 50)))


def rank_walled(gates: GateCandidates, top: int = 200) -> gpd.GeoDataFrame:
    now = WALLED.full_run((0, 50_000, 10_000))["market"]
    return rank_openings(
        gates,
        passages=no_passages(),
        exits=OLD_GATE,
        field=WALLED.field(),
        residents=residents([[now]], people=400),
        top=top,
    )


def test_a_wall_opening_towards_the_market_ranks_first() -> None:
    """The old walk is 10 + 60 + 120 + 60 = 250 m; through the east wall, 10 m from the street, it is some 12 m on."""
    gates = candidates(BLOCK, streets=[WEST, NORTH, EAST], exits=OLD_GATE)
    ranked = rank_walled(gates)
    best = ranked.iloc[0]
    assert (best["opening_id"], best["kind"], best["estate_id"], best["services"]) == ("O001", "gate", "E1", "market")
    assert pd.isna(best["other_id"])
    assert (best.geometry.x, abs(best.geometry.y - 50)) == (100, 12.5)
    saved_m = 250 - (10 + 12.5)
    assert best["person_minutes"] == pytest.approx(400 * saved_m * 0.9 / 60, abs=0.01)
    assert ranked.crs == TOWN_CRS


def test_gain_is_the_difference_of_two_full_runs() -> None:
    gates = candidates(BLOCK, streets=[WEST, NORTH, EAST], exits=OLD_GATE)
    old = (0, 50_000, 10_000)
    before = WALLED.full_run(old)["market"]
    gains = gate_gains(gates, field=WALLED.field(), residents=residents([[before]], people=400))
    assert len(gates.edge) == 8
    for row, new in enumerate(zip(gates.edge, gates.position_mm, gates.connector_mm, strict=True)):
        after = WALLED.full_run(old, new)["market"]
        assert gains.person_minutes[row, 0] == pytest.approx(400 * (before - after) / 60e6)


@given(
    edges=st.lists(
        st.tuples(
            st.integers(0, 4), st.integers(0, 4), st.sampled_from([1.0, 2.0, np.inf]), st.sampled_from([1.0, 3.0])
        ),
        min_size=1,
        max_size=8,
    ).map(lambda found: [edge for edge in found if edge[0] != edge[1]]),
    stops=st.lists(st.lists(st.integers(0, 4), max_size=2), min_size=1, max_size=2),
    at=st.tuples(st.integers(0, 7), st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.integers(0, 5000)),
)
def test_a_gate_anywhere_is_walked_as_in_a_full_run(
    edges: list[tuple[int, int, float, float]], stops: list[list[int]], at: tuple[int, float, int]
) -> None:
    if not edges:
        return
    spots = ((0.0, 0.0), (100.0, 0.0), (100.0, 40.0), (0.0, 80.0), (300.0, 200.0))
    place = Town(spots, tuple(edges), {f"s{row}": tuple(nodes) for row, nodes in enumerate(stops)})
    edge, connector_mm = at[0] % len(edges), at[2]
    position_mm = round(at[1] * place.length_mm(edge))
    found = potential_at(place.field(), edge=np.array([edge]), position_mm=np.array([position_mm]))
    expected = place.full_run((edge, position_mm, connector_mm))
    assert (found[:, 0] + connector_mm * PACE).tolist() == list(expected.values())


def test_the_walk_inside_counts_before_the_gate() -> None:
    """600 m of old walk against 60 m inside, 10 m to the street and 20 m along it."""
    place = town([(0, 0), (100, 0)], market=[(100, 0)])
    gains = gate_gains(
        gate_at(0, 80_000, 10_000, inside_mm=60_000), field=place.field(), residents=residents([[600_000 * PACE]])
    )
    assert gains.person_minutes.tolist() == [[300 * 510 * 0.9 / 60]]
    assert gains.closed.tolist() == [[1]]


@pytest.mark.parametrize(
    ("old_mm", "saved_mm", "closed"),
    [(np.inf, 300_000, 1), (500_000, 400_000, 1), (400_001, 300_001, 1), (400_000, 300_000, 0), (90_000, 0, 0)],
    ids=["unreachable gains from the limit", "gap", "just a gap", "just no gap", "near already"],
)
def test_gaps_closed_and_minutes_saved(old_mm: float, saved_mm: float, closed: int) -> None:
    place = town([(0, 0), (100, 0)], market=[(100, 0)])
    gains = gate_gains(gate_at(0, 0, 0), field=place.field(), residents=residents([[old_mm * PACE]]))
    assert gains.person_minutes.tolist() == pytest.approx(np.array([[300 * saved_mm * PACE / 60e6]]))
    assert gains.closed.tolist() == [[closed]]


def test_a_gate_that_leads_nowhere_brings_nothing() -> None:
    place = town([(0, 0), (100, 0)], market=[])
    gains = gate_gains(gate_at(0, 0, 0), field=place.field(), residents=residents([[np.inf]]))
    assert (gains.person_minutes.tolist(), gains.closed.tolist()) == ([[0]], [[0]])


def test_each_service_is_walked_to_at_its_own_pace() -> None:
    place = town([(0, 0), (100, 0)], market=[(100, 0)], clinic=[(100, 0)])
    slow = dataclasses.replace(
        place.field(),
        ahead_us=np.array([[90e6], [112.5e6]]),
        back_us=np.array([[90e6], [112.5e6]]),
        profile=np.array([0, 1]),
        us_per_mm=np.array([900.0, 1125.0]),
        potential_us=np.array([[90e6, 0.0], [112.5e6, 0.0]]),
    )
    gains = gate_gains(
        gate_at(0, 50_000, 10_000), field=slow, residents=residents([[60e6 + 54e6] * 2], ["market", "clinic"], people=1)
    )
    assert gains.person_minutes.tolist() == [pytest.approx([1.0, (114 - 67.5) / 60])]


def test_passage_leads_through_the_neighbour_by_its_best_exit() -> None:
    """From the passage 30 m straight to the exit of E2 in the east, 5 m of connector, 100 m of street."""
    place = town([(0, 0), (100, 0), (200, 0)], market=[(200, 0)])
    exits = exits_of((0, 0, 0, (-50, 0)), (1, 0, 0, (0, 90)), (1, 1, 5_000, (30, 40)))
    old = residents([[1_000_000 * PACE], [105_000 * PACE]])
    gains = passage_gains(passage(0, 1, (0, 40), (20_000, 7_000)), exits=exits, field=place.field(), residents=old)
    assert gains.person_minutes.tolist() == [[300 * (1000 - (20 + 30 + 5 + 100)) * 0.9 / 60]]
    assert gains.closed.tolist() == [[1]]


def test_passage_helps_both_sides() -> None:
    """Each estate has the market of the other at its exit."""
    place = town([(0, 0), (100, 0)], [(500, 0), (600, 0)], market=[(0, 0)], clinic=[(500, 0)])
    exits = exits_of((0, 0, 0, (0, 10)), (1, 2, 0, (0, -10)))
    far = 900_000 * PACE
    old = residents([[0, far], [far, 0]], ["market", "clinic"])
    gains = passage_gains(passage(0, 1, (0, 0)), exits=exits, field=place.field(), residents=old)
    assert gains.person_minutes.tolist() == [pytest.approx([300 * 890 * 0.9 / 60] * 2)]
    assert gains.closed.tolist() == [[1, 1]]


def test_passage_into_an_estate_without_an_exit_brings_nothing() -> None:
    place = town([(0, 0), (100, 0)], market=[(0, 0)])
    exits = exits_of((0, 0, 0, (0, 10)))
    gains = passage_gains(
        passage(0, 1, (0, 0)), exits=exits, field=place.field(), residents=residents([[0.0], [np.inf]])
    )
    assert gains.person_minutes.tolist() == [[300 * 390 * 0.9 / 60]]


def test_candidates_stand_where_a_way_runs_along() -> None:
    found = candidates(BLOCK, streets=[EAST])
    assert sorted(found.spot.tolist()) == [[100, y] for y in (12.5, 37.5, 62.5, 87.5)]
    assert found.connector_mm.tolist() == [10_000] * 4
    assert found.inside_mm.tolist() == [0] * 4


@pytest.mark.parametrize(("x", "count"), [(130, 4), (130.01, 0)])
def test_a_way_too_far_off_is_not_led_to(x: float, count: int) -> None:
    assert len(candidates(BLOCK, streets=[[(x, 0), (x, 100)]]).edge) == count


def test_a_dead_end_at_the_wall_is_met_where_it_ends() -> None:
    """An alley of four metres between two other estates is met at its end, not askew through their grounds."""
    beside = [box(102, 51, 160, 100), box(102, 0, 160, 47)]
    found = candidates(BLOCK, *beside, streets=[[(101, 49), (180, 49)]])
    mine = found.estate == 0
    assert found.spot[mine].tolist() == [[100, 49]]
    assert (found.position_mm[mine].tolist(), found.connector_mm[mine].tolist()) == ([0], [1000])


def test_no_candidate_across_a_river() -> None:
    river = box(103, 40, 107, 200)
    found = candidates(BLOCK, streets=[EAST], barriers=[river])
    assert sorted(found.spot[:, 1]) == [12.5, 37.5]


def test_no_candidate_across_another_estate() -> None:
    found = candidates(BLOCK, box(101, 0, 109, 100), streets=[EAST])
    assert set(found.estate.tolist()) == {1}


def test_no_candidate_towards_a_way_on_its_own_ground() -> None:
    assert len(candidates(BLOCK, streets=[[(80, 20), (80, 80)]]).edge) == 0


def test_no_candidate_through_its_own_ground() -> None:
    """Out of one arm of the estate, the street lies behind the other arm."""
    arms = Polygon([(0, 0), (95, 0), (95, 90), (99, 90), (99, 0), (103, 0), (103, 100), (0, 100)])
    assert set(candidates(arms, streets=[EAST]).spot[:, 0].tolist()) == {103}


def test_a_street_drawn_on_the_boundary_needs_no_connection() -> None:
    beside = box(100, 0, 200, 100)
    found = candidates(BLOCK, beside, streets=[[(100, 0), (100, 100)]])
    assert set(found.connector_mm.tolist()) == {0}
    assert set(found.spot[:, 0].tolist()) == {100}
    assert set(found.estate.tolist()) == {0, 1}


def test_every_part_and_hole_of_an_estate_has_a_boundary() -> None:
    parts = MultiPolygon([box(0, 0, 100, 100), box(120, 0, 220, 100).difference(box(140, 20, 200, 80))])
    found = candidates(parts, streets=[EAST, [(170, 45), (170, 55)]])
    assert set(found.ring.tolist()) == {0, 1, 2}


def test_an_estate_that_is_only_a_point_has_no_boundary() -> None:
    assert len(candidates(Point(100, 50), streets=[EAST]).edge) == 0


def test_no_candidate_towards_a_way_of_no_use() -> None:
    assert len(candidates(BLOCK, streets=[EAST], usable=False).edge) == 0


@pytest.mark.parametrize(("estate", "y"), [(0, [87.5]), (1, [12.5, 37.5, 62.5, 87.5])], ids=["own", "another's"])
def test_no_candidate_near_an_exit_of_the_estate(estate: int, y: list[float]) -> None:
    found = candidates(BLOCK, streets=[EAST], exits=exits_of((estate, 0, 0, (100, 37.4))))
    assert sorted(found.spot[:, 1]) == y


@pytest.mark.parametrize("swap", [False, True], ids=["first on the left", "first on the right"])
def test_of_two_ways_equally_near_the_place_decides(*, swap: bool) -> None:
    streets = [[(110, 12), (200, 12)], [(110, 13), (200, 13)]]
    found = candidates(BLOCK, streets=streets[::-1] if swap else streets)
    assert found.connector_mm.tolist() == [10_012]
    assert found.edge.tolist() == [int(swap)]


def test_one_candidate_for_each_spacing() -> None:
    found = candidates(BLOCK, streets=[EAST, [(105, 0), (105, 40)]], limits=GateLimits(spacing_m=50))
    assert sorted(zip(found.spot[:, 1].tolist(), found.connector_mm.tolist(), strict=True)) == [(25, 5000), (75, 10000)]


@pytest.mark.parametrize(
    ("columns", "count"),
    [
        ({}, 1),
        ({"kind": "shared_boundary", "width_m": 0.0}, 1),
        ({"kind": "open_ground", "width_m": 11.99}, 1),
        ({"width_m": 12.0}, 0),
        ({"kind": "site"}, 0),
    ],
)
def test_passages_join_near_neighbours(columns: Mapping[str, object], count: int) -> None:
    found = passages(neighbours(**columns))
    assert found.spot.tolist() == [[104, 50]] * count
    assert (found.a.tolist(), found.b.tolist()) == ([0] * count, [1] * count)


def test_no_passage_across_a_river() -> None:
    assert len(passages(neighbours(), LineString([(104, 0), (104, 100)])).a) == 0
    assert len(passages(neighbours(), LineString([(120, 0), (120, 100)])).a) == 1


def test_gates_of_one_boundary_are_a_hundred_metres_apart() -> None:
    long = candidates(box(0, 0, 100, 1000), streets=[[(110, 0), (110, 1000)]])
    place = town([(110, 0), (110, 1000)], market=[(110, 0)])
    ranked = rank_openings(
        long, passages=no_passages(), exits=exits_of(), field=place.field(), residents=residents([[np.inf]])
    )
    y = sorted(ranked.geometry.y)
    assert len(long.edge) == 40
    assert (y[0], np.diff(y).tolist()) == (12.5, [100.0] * (len(y) - 1))
    assert ranked["opening_id"].tolist() == [f"O{number:03d}" for number in range(1, len(y) + 1)]


def test_gaps_count_before_minutes_and_gains_of_nothing_are_not_listed() -> None:
    """E1 closes a gap for few minutes, E2 saves many minutes within the limit, E3 has nothing to gain."""
    place = town([(0, 0), (300, 0)], market=[(0, 0)])
    gates = [gate_at(0, mm, 0, estate) for estate, mm in enumerate((399_000, 0, 200_000))]
    gates = [
        dataclasses.replace(gate, position_mm=np.minimum(gate.position_mm, 300_000), ring=np.array([row]))
        for row, gate in enumerate(gates)
    ]
    joined = GateCandidates(
        *(np.concatenate(columns) for columns in zip(*(vars(g).values() for g in gates), strict=True))
    )
    old = residents([[401_000 * PACE], [399_000 * PACE], [100_000 * PACE]])
    ranked = rank_openings(joined, passages=no_passages(), exits=exits_of(), field=place.field(), residents=old)
    assert ranked[["opening_id", "estate_id", "gaps_closed"]].to_numpy().tolist() == [
        ["O001", "E1", 1],
        ["O002", "E2", 0],
    ]
    assert ranked["person_minutes"].tolist() == [round(300 * 101 * 0.9 / 60, 2), round(300 * 399 * 0.9 / 60, 2)]


def test_passages_and_gates_stand_in_one_list() -> None:
    place = town([(0, 0), (100, 0)], market=[(0, 0)], clinic=[])
    old = residents([[np.inf, np.inf], [0, np.inf]], ["market", "clinic"])
    exits = exits_of((1, 0, 0, (0, 0)))
    ranked = rank_openings(
        gate_at(0, 50_000, 0), passages=passage(0, 1, (3, 4)), exits=exits, field=place.field(), residents=old
    )
    assert ranked["kind"].tolist() == ["passage", "gate"]
    assert ranked["other_id"].isna().tolist() == [False, True]
    assert (ranked["other_id"].iloc[0], ranked["services"].tolist()) == ("E2", ["market", "market"])
    assert ranked.geometry.iloc[0].coords[0] == (3, 4)


def test_services_are_named_by_what_they_gain() -> None:
    place = town([(0, 0), (100, 0)], market=[(100, 0)], clinic=[(0, 0)], park=[])
    old = residents([[200_000 * PACE, 200_000 * PACE, np.inf]], ["market", "clinic", "park"])
    ranked = rank_openings(
        gate_at(0, 10_000, 0), passages=no_passages(), exits=exits_of(), field=place.field(), residents=old
    )
    assert ranked["services"].tolist() == ["clinic;market"]


def test_no_more_than_the_top_are_listed() -> None:
    gates = candidates(BLOCK, streets=[WEST, NORTH, EAST], exits=OLD_GATE)
    whole, best = rank_walled(gates), rank_walled(gates, top=1)
    assert len(whole) == 2
    assert_geodataframe_equal(best, whole.iloc[:1])


def test_no_candidates_give_an_empty_list_with_all_columns() -> None:
    ranked = rank_walled(candidates(BLOCK, streets=[]))
    assert len(ranked) == 0
    assert list(ranked.columns) == [
        "opening_id", "kind", "estate_id", "other_id", "person_minutes", "gaps_closed", "services", "closes",
        "geometry",
    ]  # fmt: skip


@given(order=st.permutations(range(3)), turned=st.booleans())
def test_the_order_of_rows_does_not_change_the_list(order: list[int], *, turned: bool) -> None:
    assert_geodataframe_equal(ranked_row(list(order), turned=turned), ranked_row([0, 1, 2], turned=False))


def ranked_row(order: list[int], *, turned: bool) -> gpd.GeoDataFrame:
    """Rank the openings of three blocks in a row between two streets, the rows of all layers in the given order."""
    blocks = [box(x, 0, x + 100, 100) for x in (0, 108, 216)]
    streets = [[(-20, -10), (400, -10)], [(-20, -10), (-20, 110)], [(-20, 110), (400, 110)]]
    place = town(*(streets[row] for row in order), market=[(400, 110)])
    node = place.spots.index((-20.0, -10.0))
    found = [shapely.reverse(blocks[row]) if turned else blocks[row] for row in order]
    exits = exits_of(*((place_, node, 5_000, (108.0 * row + 50, 0)) for place_, row in enumerate(order)))
    ids = np.array([f"E{row}" for row in order], object)
    frame = gpd.GeoDataFrame(
        {"estate_id": ids, "people": [100.0 * (row + 1) for row in order]}, geometry=found, crs=4548
    )
    gates = gate_candidates(
        shapes(*found), lines=place.lines, usable=np.ones(3, bool), exits=exits, barriers=NO_BARRIERS
    )
    links = [LineString([(100, 50), (108, 50)]), LineString([(208, 50), (216, 50)])]
    adjacency = gpd.GeoDataFrame(
        {"estate_a": ["E0", "E1"], "estate_b": ["E1", "E2"], "kind": "street", "width_m": 8.0}, geometry=links, crs=4548
    )
    between = passage_candidates(ids, adjacency=adjacency, barriers=NO_BARRIERS)
    field = place.field()
    cost = field.potential_us[:, node][None, :] + np.full((3, 1), 5_000.0 * PACE)
    old = Residents(frame, ("market",), cost, np.array([LIMIT_US], float))
    ranked = rank_openings(gates, passages=between, exits=exits, field=field, residents=old)
    assert len(ranked) >= 3
    return ranked


def test_positions_are_found_on_the_pieces_of_split_edges() -> None:
    whole = network_of(street((0, 0), (100, 0)), street((100, 0), (100, 60)))
    split, node = insert_points(whole, edge=np.array([0, 0]), position_mm=np.array([70_000, 20_000]))
    edge, at = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 19_999, 20_000, 100_000, 0, 60_000])
    piece, position_mm = pieces_at(split, edge=edge, position_mm=at)
    assert split.edge[piece].tolist() == edge.tolist()
    share = position_mm / split.length_mm[piece]
    x = split.x[split.u[piece]] * (1 - share) + split.x[split.v[piece]] * share
    assert x.tolist() == pytest.approx([0, 19.999, 20, 100, 100, 100])
    assert split.u[piece[2]] == node[1]
