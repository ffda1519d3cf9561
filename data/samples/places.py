"""The facilities and the sites of the sample town."""

import heapq
import itertools
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely
from shapely import Point, Polygon

from data.samples import story
from data.samples.estates import Estate, subdistricts
from data.samples.lines import Spot, largest, on_grid, rounded
from data.samples.plan import Table, plan
from data.samples.streets import Street
from data.samples.ways import Mark, Way

# What a person walks in 15 minutes, and where the health station of one story stands by that measure.
LIMIT_M = 1_000.0
_LIMIT_STREET = "河西大道"
_LIMIT_NORTH_OF_M = 2_200.0
_FRONT_STEP_M = 22.0
_SET_BACK_M = 3.0
# How far from an estate the places that are spread over the town may stand.
_TOWN_REACH_M = 190.0


@dataclass(frozen=True)
class Place:
    """Hold one row of the facility table.

    Parameters
    ----------
    name, code, kind : str
        Name, type code and type text.
    spot : Spot
        Where it is, metres.
    address : str
        Street and number.
    area_m2, capacity : int or None
        Floor area; beds, places or spaces.
    """

    name: str
    code: str
    kind: str
    spot: Spot
    address: str
    area_m2: int | None = None
    capacity: int | None = None


@dataclass(frozen=True)
class Front:
    """Hold a spot in front of a street where a facility can stand."""

    spot: Spot
    street: str
    number: int

    @property
    def address(self) -> str:
        """Street and number."""
        return f"{story.DISTRICT}{self.street}{self.number}号"


def fronts(streets: Sequence[Street], closed: shapely.Geometry) -> list[Front]:
    """Return the spots along the streets where a facility can stand.

    Parameters
    ----------
    streets : sequence of Street
        Streets and lanes; those without a name have no numbers.
    closed : geometry
        Ground where nothing stands.

    Returns
    -------
    list of Front
        On both sides, odd numbers on the left, in the order of the streets.
    """
    found = []
    for street in streets:
        if not street.name or street.width_m < 5:
            continue
        away = street.width_m / 2 + _SET_BACK_M
        for step in range(1, int(street.line.length // _FRONT_STEP_M)):
            low, high = (street.line.interpolate(step * _FRONT_STEP_M + shift) for shift in (-0.5, 0.5))
            dx, dy = (high.x - low.x) * away, (high.y - low.y) * away
            for side, odd in ((1, 1), (-1, 0)):
                spot = rounded((low.x - dy * side, low.y + dx * side))
                if not closed.intersects(Point(spot)):
                    found.append(Front(spot, street.name, step * 4 + odd))
    return found


def facilities(free: list[Front], estates: Sequence[Estate], *, limit: Place, rng: random.Random) -> list[Place]:
    """Place the facilities.

    Parameters
    ----------
    free : list of Front
        Where a facility can stand.
    estates : sequence of Estate
        The estates; most facilities stand near them.
    limit : Place
        The health station at the limit.
    rng : random.Random
        Source of every choice.

    Returns
    -------
    list of Place
        The rows of the table.
    """
    used: set[Spot] = set()
    found = [_seated(free, used, group, row) for group in plan()["seated"] for row in group["places"]]
    found.append(limit)
    for group, row in _offices(rng):
        found.append(_seated(free, used, group, row))
    town = shapely.union_all([estate.shape.centroid for estate in estates]).buffer(_TOWN_REACH_M)
    within = [front for front in free if town.intersects(Point(front.spot))]
    for kind in plan()["spread"]:
        found += _spread(within, used, kind, rng)
    return [*found, *_sub_points(found)]


def _offices(rng: random.Random) -> Iterator[tuple[Table, Table]]:
    """Yield the service centre of each community and of each subdistrict."""
    of_community = {"code": "130106", "type": "政府机构及社会团体;政府机关;乡镇以下级政府及事业单位"}
    of_subdistrict = {"code": "120304", "type": "商务住宅;住宅区;社区中心"}
    for name, row in subdistricts().items():
        for community in row["communities"]:
            centre = f"{community['name']}党群服务中心"
            yield of_community, {"name": centre, "seat": community["seat"], "area_m2": 10 * rng.randint(28, 110)}
        seat = row["communities"][0]["seat"]
        yield of_subdistrict, {"name": f"{name}便民服务中心", "seat": seat, "area_m2": 10 * rng.randint(70, 140)}


def _seated(free: list[Front], used: set[Spot], group: Table, row: Table) -> Place:
    """Return a place at the free front nearest to its seat."""
    front = min(
        (front for front in free if front.spot not in used), key=lambda front: math.dist(front.spot, row["seat"])
    )
    used.add(front.spot)
    sizes = (row.get("area_m2"), row.get("capacity"))
    return Place(row["name"], group["code"], group["type"], front.spot, front.address, *sizes)


def _spread(free: list[Front], used: set[Spot], kind: Table, rng: random.Random) -> list[Place]:
    """Spread the places of a kind over the town, a distance apart."""
    found: list[Place] = []
    names = kind["names"].split()
    for front in rng.sample(free, len(free)):
        if len(found) == kind["count"]:
            break
        if front.spot in used or any(math.dist(front.spot, other.spot) < kind["apart_m"] for other in found):
            continue
        used.add(front.spot)
        base = names[len(found) % len(names)]
        name = _branch(base, front, {place.name for place in found}) if kind["count"] > len(names) else base
        area_m2 = 10 * (rng.randint(*kind["area_m2"]) // 10) if "area_m2" in kind else None
        capacity = rng.randint(*kind["capacity"]) if "capacity" in kind else None
        found.append(Place(name, kind["code"], kind["type"], front.spot, front.address, area_m2, capacity))
    return found


def _branch(base: str, front: Front, taken: set[str]) -> str:
    """Return the name of a branch or of a public ground, by its street."""
    name = f"{base}({front.street}店)" if base.endswith(("店", "超市", "驿站")) else f"{front.street}{base}"
    return name if name not in taken else f"{base}({front.street}{front.number}号)"


def _sub_points(found: list[Place]) -> list[Place]:
    """Return rows that a careless reader counts twice: a second gate, the entrance of a car park."""
    school = next(place for place in found if place.code == "141204")
    parking = next(place for place in found if place.code == "150904")
    south_gate = rounded((school.spot[0] + 18, school.spot[1] - 24))
    entrance = rounded((parking.spot[0] + 9, parking.spot[1] + 4))
    return [
        Place(f"{school.name}(南门)", school.code, school.kind, south_gate, school.address),
        Place(f"{parking.name}入口", "150908", "交通设施服务;停车场;停车场入口", entrance, parking.address),
    ]


def at_limit(estates: Sequence[Estate], streets: Sequence[Street], ways: list[Way], gates: list[Mark]) -> Place:
    """Return the health station that stands just at the limit of what one estate reaches on foot.

    Parameters
    ----------
    estates : sequence of Estate
        The estates.
    streets : sequence of Street
        The streets.
    ways : list of Way
        The joined ways.
    gates : list of Mark
        The gates.

    Returns
    -------
    Place
        The health station, beside the street.
    """
    shape = next(estate.shape for estate in estates if estate.name == story.AT_LIMIT)
    gate = min((gate.spot for gate in gates), key=lambda spot: shape.distance(Point(spot)))
    away = next(street.width_m for street in streets if street.name == _LIMIT_STREET) / 2 + _SET_BACK_M
    walked = walk_from(gate, ways)
    spot = next(_beside_at(LIMIT_M - away, away, ways, walked))
    group = next(group for group in plan()["seated"] if group["code"] == "090102")
    address = f"{story.DISTRICT}{_LIMIT_STREET}188号"
    return Place(story.AT_LIMIT_FACILITY, group["code"], group["type"], spot, address, 1480)


def _beside_at(reach_m: float, away_m: float, ways: list[Way], walked: dict[Spot, float]) -> Iterator[Spot]:
    """Yield the spots beside the street that a walk of a length leads to."""
    for way in (way for way in ways if way.tags.get("name") == _LIMIT_STREET):
        for pair in itertools.pairwise(way.points):
            low, high = sorted(pair, key=lambda spot: walked.get(spot, math.inf))
            left, length = reach_m - walked.get(low, math.inf), math.dist(low, high)
            if low[1] > _LIMIT_NORTH_OF_M and 0 <= left < length - 1:
                dx, dy = (high[0] - low[0]) / length, (high[1] - low[1]) / length
                yield rounded((low[0] + dx * left - dy * away_m, low[1] + dy * left + dx * away_m))


def walk_from(start: Spot, ways: list[Way]) -> dict[Spot, float]:
    """Return how far it is on foot from a spot to every other one, without steps.

    Parameters
    ----------
    start : Spot
        A spot of a way.
    ways : list of Way
        The joined ways.

    Returns
    -------
    dict of Spot to float
        Metres along the ways.
    """
    links: dict[Spot, list[tuple[Spot, float]]] = {}
    for way in ways:
        if way.tags.get("highway", "trunk") not in ("trunk", "steps"):
            for a, b in itertools.pairwise(way.points):
                links.setdefault(a, []).append((b, math.dist(a, b)))
                links.setdefault(b, []).append((a, math.dist(a, b)))
    walked: dict[Spot, float] = {}
    heap = [(0.0, start)]
    while heap:
        far, spot = heapq.heappop(heap)
        if spot not in walked:
            walked[spot] = far
            for other, length in links.get(spot, ()):
                heapq.heappush(heap, (far + length, other))
    return walked


def sites(parcels: Sequence[Polygon], estates: Sequence[Estate]) -> list[tuple[str, str, Polygon]]:
    """Return the sites that can be put to use.

    Parameters
    ----------
    parcels : sequence of Polygon
        Every parcel.
    estates : sequence of Estate
        The estates; no site reaches onto one.

    Returns
    -------
    list of (str, str, Polygon)
        Name, kind and ground of each.
    """
    found = []
    taken = shapely.union_all([estate.shape for estate in estates])
    for row in plan()["site"]:
        parcel = min(parcels, key=lambda item: item.distance(Point(row["seat"])))
        half = math.sqrt(parcel.area * row["share"]) / 2
        square = parcel.representative_point().buffer(half * 1.25, cap_style="square")
        ground = parcel if row["share"] == 1 else largest(parcel.intersection(square).difference(taken))
        found.append((row["name"], row["type"], on_grid(ground)))
    return found
