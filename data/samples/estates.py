"""The estates of the sample town: which parcels they stand on, what they are called and who lives there."""

import dataclasses
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import Point, Polygon

from data.samples import story
from data.samples.lines import Spot, frame, largest, on_grid
from data.samples.plan import Table, plan
from data.samples.streets import EXPRESSWAY, RAILWAY, RIVER, Street

_REGION = "361199"


@dataclass(frozen=True)
class Estate:
    """Hold one estate as surveyed.

    Parameters
    ----------
    code, name, subdistrict, community : str
        Who it is.
    shape : Polygon
        Its ground, metres from the corner of the town.
    built : int
        Year of completion.
    households, people, buildings, parking : int
        What the ledger counts.
    floor_area_m2 : float
        Residential floor area.
    """

    code: str
    name: str
    subdistrict: str
    community: str
    shape: Polygon
    built: int
    households: int
    people: int
    buildings: int
    parking: int
    floor_area_m2: float


def settle(parcels: tuple[Polygon, ...], drawn: list[Street], *, rng: random.Random) -> list[Estate]:
    """Choose the parcels that are estates, name them and count who lives there.

    Parameters
    ----------
    parcels : tuple of Polygon
        Every parcel of the town.
    drawn : list of Street
        The streets that part the subdistricts.
    rng : random.Random
        Source of every choice.

    Returns
    -------
    list of Estate
        In the order of their codes.
    """
    chosen = _choose(parcels, drawn, rng)
    names = _names(rng)
    found = []
    for shape, name, year in chosen:
        subdistrict = _subdistrict(shape.centroid, drawn)
        community = _community(subdistrict, shape.centroid)
        built = year or _year(shape.centroid, subdistrict, rng)
        called = name or _name(built, names, rng)
        found.append(_survey(Estate("", called, subdistrict, community, shape, built, 0, 0, 0, 0, 0.0), rng))
    return _number(found)


def subdistricts() -> dict[str, Table]:
    """Return the subdistricts of the plan by name."""
    return {row["name"]: row for row in plan()["subdistrict"]}


def _community(subdistrict: str, middle: Point) -> str:
    nearest = min(subdistricts()[subdistrict]["communities"], key=lambda row: middle.distance(Point(row["seat"])))
    return str(nearest["name"])


def _choose(parcels: tuple[Polygon, ...], drawn: list[Street], rng: random.Random) -> list[tuple[Polygon, str, int]]:
    """Return shape, name and year of each estate; those without a story are without name and year."""
    seats = {name: _parcel_at(parcels, seat) for name, (seat, _) in story.SEATS.items()}
    taken = set(seats.values()) | {_parcel_at(parcels, site["seat"]) for site in plan()["site"]}
    taken.add(_parcel_at(parcels, story.PARK[1]))
    single = on_grid(Polygon(story.ISOLATED_CORNERS))
    free = [index for index, parcel in enumerate(parcels) if index not in taken and _fits(parcel, single)]
    picked = _fill(free, parcels, [parcels[index] for index in seats.values()], drawn, rng)
    shapes = [(_story_shape(parcels[index], name), name, story.SEATS[name][1]) for name, index in seats.items()]
    shapes += [(_with_notch(parcels[index], rng), "", 0) for index in sorted(picked)]
    return [*shapes, (single, story.ISOLATED, story.ISOLATED_YEAR)]


def _parcel_at(parcels: tuple[Polygon, ...], spot: Spot) -> int:
    return min(range(len(parcels)), key=lambda index: parcels[index].distance(Point(spot)))


def _fits(parcel: Polygon, single: Polygon) -> bool:
    return bool(parcel.area < 36_000 and parcel.distance(single) > 420)


def _fill(
    free: list[int], parcels: tuple[Polygon, ...], told: list[Polygon], drawn: list[Street], rng: random.Random
) -> list[int]:
    """Choose the parcels of the other estates: so many in each subdistrict, most near the middle of a community."""
    left = {name: row["estates"] for name, row in subdistricts().items()}
    for shape in told:
        left[_subdistrict(shape.centroid, drawn)] -= 1
    ranked = []
    for index in free:
        middle = parcels[index].centroid
        subdistrict = _subdistrict(middle, drawn)
        away = min(middle.distance(Point(row["seat"])) for row in subdistricts()[subdistrict]["communities"])
        ranked.append((round(rng.random() - away / 220, 6), subdistrict, index))
    picked = []
    for _, subdistrict, index in sorted(ranked, reverse=True):
        if left[subdistrict] > 0:
            left[subdistrict] -= 1
            picked.append(index)
    return picked


def _story_shape(parcel: Polygon, name: str) -> Polygon:
    if name not in story.HOLES:
        return parcel
    middle, (dx, dy), length, width = frame(parcel)
    half_long, half_short = length * 0.13, width * 0.16
    corners = [
        (middle.x + dx * a * half_long - dy * b * half_short, middle.y + dy * a * half_long + dx * b * half_short)
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    return on_grid(largest(parcel.difference(Polygon(corners))))


def _with_notch(parcel: Polygon, rng: random.Random) -> Polygon:
    """Take the shops at a corner off every third larger parcel."""
    if parcel.area < 7_000 or rng.random() > 0.34:
        return parcel
    middle, (dx, dy), length, width = frame(parcel)
    sides = (rng.choice((-1, 1)), rng.choice((-1, 1)))
    from_long, from_short = rng.uniform(0.05, 0.22) * length, rng.uniform(0.02, 0.16) * width
    corners = [
        (middle.x + dx * sides[0] * a - dy * sides[1] * b, middle.y + dy * sides[0] * a + dx * sides[1] * b)
        for a, b in ((from_long, from_short), (length, from_short), (length, width), (from_long, width))
    ]
    return on_grid(largest(parcel.difference(Polygon(corners))))


def _at(street: str, drawn: list[Street], value: float, *, axis: int) -> float:
    """Return where a street runs: its y at an x (axis 0), or its x at a y (axis 1)."""
    return _run(next(item.points for item in drawn if item.name == street), value, axis=axis)


def _run(line: Sequence[Spot], value: float, *, axis: int) -> float:
    points = np.array(line)
    points = points[np.argsort(points[:, axis], kind="stable")]
    return float(np.interp(value, points[:, axis], points[:, 1 - axis]))


def _subdistrict(middle: Point, drawn: list[Street]) -> str:
    """Return the subdistrict of a spot: river, railway and three streets part them."""
    if middle.y > RIVER[-1][1] and middle.x < _run(RIVER, middle.y, axis=1):
        return "河西街道"
    if middle.y < _run(RAILWAY, middle.x, axis=0):
        return "铁南街道"
    if middle.y < _at("南门路", drawn, middle.x, axis=0) and not _is_east(middle):
        return "城南街道"
    if middle.y > _at("北门路", drawn, middle.x, axis=0):
        return "北门街道"
    return "老城街道" if middle.x < _at("建设路", drawn, middle.y, axis=1) else "城东街道"


def _is_east(middle: Point) -> bool:
    """Tell whether a spot lies beyond the expressway."""
    return bool(middle.x > _run(EXPRESSWAY, middle.y, axis=1))


def _year(middle: Point, subdistrict: str, rng: random.Random) -> int:
    first, last = subdistricts()[subdistrict]["built"]
    late = 6 if _is_east(middle) else 0
    return min(rng.randint(first, last) + late, 2018)


def _names(rng: random.Random) -> dict[str, list[str]]:
    """Return the names still free, shuffled, by era."""
    used = set(story.SEATS)
    names = {}
    for era in ("unit", "place", "brand"):
        starts, endings = (plan()["names"][era][part].split() for part in ("starts", "endings"))
        # Each start is used up before one comes again, so that few estates sound alike.
        rounds = [rng.sample(starts, len(starts)) for _ in endings]
        names[era] = [
            start + endings[(turn + starts.index(start)) % len(endings)]
            for turn, order in enumerate(rounds)
            for start in order
        ]
        names[era] = [name for name in names[era] if name not in used][::-1]
    return names


def _name(built: int, names: dict[str, list[str]], rng: random.Random) -> str:
    if built > 2001:
        return names["brand"].pop()
    return names["unit" if built < 1995 and rng.random() < 0.65 else "place"].pop()


def _survey(estate: Estate, rng: random.Random) -> Estate:
    """Count the flats that fit on the ground and who lives in them."""
    age = (estate.built - 1975) / 43
    floor_area = estate.shape.area * (1.15 + 0.75 * age + rng.uniform(-0.15, 0.25))
    flat_m2 = 62 + 48 * age + rng.uniform(-5, 6)
    households = max(20, min(900, round(floor_area / flat_m2)))
    if estate.name == story.ISOLATED:
        households, floor_area = 36, 2_520.0
    if estate.name == story.ROUND_HOUSEHOLDS:
        households = 320
    people = round(households * rng.uniform(2.35, 3.05))
    buildings = max(1, round(households / rng.uniform(30, 44)))
    return dataclasses.replace(
        estate,
        households=households,
        people=people,
        buildings=buildings,
        parking=round(households * _spaces_per_household(estate.built, rng)),
        floor_area_m2=round(floor_area / 100) * 100.0,
    )


def _spaces_per_household(built: int, rng: random.Random) -> float:
    if built < 1998:
        return rng.uniform(0.03, 0.22)
    return rng.uniform(0.3, 0.6) if built < 2008 else rng.uniform(0.8, 1.1)


def _number(found: list[Estate]) -> list[Estate]:
    """Give out codes: region, subdistrict, community and a running number from north to south."""
    towns = list(subdistricts())
    places = {name: [place["name"] for place in row["communities"]] for name, row in subdistricts().items()}

    def key(item: Estate) -> tuple[int, int, float, str]:
        town = towns.index(item.subdistrict) + 1
        return (town, places[item.subdistrict].index(item.community) + 1, -item.shape.centroid.y, item.name)

    numbered: list[Estate] = []
    for item in sorted(found, key=key):
        before = sum(other.community == item.community for other in numbered)
        town, community, *_ = key(item)
        numbered.append(dataclasses.replace(item, code=f"{_REGION}{town:03d}{community:03d}{before + 1:03d}"))
    return numbered
