"""The walk from an estate to the nearest facility of a service, as a sum of its parts."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import shapely

from data.results import Results

SIDES = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
# A gate so near to the middle of its estate is on no side of it.
MIDDLE_M = 10.0


@dataclass(frozen=True)
class Door:
    """Name an access point.

    Parameters
    ----------
    kind, resolved : str
        As in ``Plan.access_points``.
    gate_id : str or None
        The gate of the inputs that it is, if any.
    x, y : float
        Where the owner is left or entered, metres.
    side : str or None
        On which of ``SIDES`` of its estate it lies; None for a facility.
    """

    kind: str
    resolved: str
    gate_id: str | None
    x: float
    y: float
    side: str | None


@dataclass(frozen=True)
class Part:
    """Hold one part of a walk.

    Parameters
    ----------
    kind : {"inside", "from", "street", "to"}
        From the homes to the gate, from the gate to the street, along a street, or from the street to the facility.
    street, highway : str or None
        Name and kind of the street, of a street alone.
    steps : bool
        Whether it is a flight of steps.
    length_m, minutes : float
        What it adds to the walk.
    """

    kind: str
    street: str | None
    highway: str | None
    steps: bool
    length_m: float
    minutes: float


@dataclass(frozen=True)
class Sum:
    """Hold a walk and its parts: the parts and the rest add up to the whole.

    Parameters
    ----------
    facility_id : str
        Where it leads.
    facility_name : str or None
        Its name.
    gate, entrance : Door or None
        Where it leaves the estate and enters the facility; None where the facility stands on the estate's own ground.
    inside_known : bool
        Whether the way from the homes to the gate is known, and counted.
    parts : tuple of Part
        In the order they are walked.
    walk_m, walk_minutes : float
        The whole, as recorded.
    rest_m, rest_minutes : float
        The whole less its parts: what rounding added.
    """

    facility_id: str
    facility_name: str | None
    gate: Door | None
    entrance: Door | None
    inside_known: bool
    parts: tuple[Part, ...]
    walk_m: float
    walk_minutes: float
    rest_m: float
    rest_minutes: float


def walk_sum(results: Results, *, estate: pd.Series, service: str, metres_per_minute: float) -> Sum | None:
    """Take a walk apart.

    Parameters
    ----------
    results : Results
        The tables of a plan.
    estate : Series
        Row of ``results.estates``.
    service : str
        Service walked to.
    metres_per_minute : float
        Speed off the streets, where the ground is taken as level.

    Returns
    -------
    Sum or None
        The walk; None when none is recorded.
    """
    rows = rows_of(results.walks, estate["estate_id"], service)
    if rows.empty:
        return None
    walk, points = rows.iloc[0], results.access_points
    parts = tuple(_parts(results, walk, metres_per_minute))
    whole_m, whole_minutes = float(walk["walk_m"]), float(walk["walk_minutes"])
    return Sum(
        facility_id=walk["facility_id"],
        facility_name=_name(results.facilities, walk["facility_id"]),
        gate=_door(points, int(walk["gate"]), ground=estate.geometry),
        entrance=_door(points, int(walk["entrance"])),
        inside_known=bool(pd.notna(walk["inside_m"])),
        parts=parts,
        walk_m=whole_m,
        walk_minutes=whole_minutes,
        rest_m=whole_m - math.fsum(part.length_m for part in parts),
        rest_minutes=whole_minutes - math.fsum(part.minutes for part in parts),
    )


def _parts(results: Results, walk: pd.Series, metres_per_minute: float) -> Iterator[Part]:
    """Yield the parts in the order they are walked; off the streets the ground is level."""

    def off_street(kind: str) -> Part:
        length_m = float(walk[f"{kind}_m"])
        return Part(kind, None, None, steps=False, length_m=length_m, minutes=length_m / metres_per_minute)

    if pd.notna(walk["inside_m"]):
        yield off_street("inside")
    if walk["gate"] < 0:
        return
    yield off_street("from")
    steps = rows_of(results.walk_steps, walk["estate_id"], walk["service"]).sort_values("step")
    columns = steps[["street", "highway", "steps", "length_m", "minutes"]]
    for street, highway, is_steps, length_m, minutes in columns.itertuples(index=False):
        yield Part("street", known_text(street), known_text(highway), bool(is_steps), float(length_m), float(minutes))
    yield off_street("to")


def _door(points: pd.DataFrame, row: int, *, ground: shapely.Geometry | None = None) -> Door | None:
    if row < 0:
        return None
    point = points.iloc[row]
    spot = shapely.Point(point["start_x"], point["start_y"])
    return Door(
        point["kind"], point["resolved"], known_text(point["gate_id"]), spot.x, spot.y, side=_side(spot, ground)
    )


def _side(spot: shapely.Point, ground: shapely.Geometry | None) -> str | None:
    """Tell on which side of the ground a spot lies, to the nearest of eight."""
    if ground is None:
        return None
    middle = ground.centroid
    if spot.distance(middle) < MIDDLE_M:
        return None
    turn = math.atan2(spot.x - middle.x, spot.y - middle.y) / (2 * math.pi)
    return SIDES[round(turn * len(SIDES)) % len(SIDES)]


def _name(facilities: pd.DataFrame, facility_id: str) -> str | None:
    names = facilities.loc[facilities["facility_id"] == facility_id, "name"]
    return known_text(names.iloc[0]) if len(names) else None


def rows_of(frame: pd.DataFrame, estate_id: str, service: str) -> pd.DataFrame:
    """Return the rows of one estate and service."""
    return frame[(frame["estate_id"] == estate_id) & (frame["service"] == service)]


def known_text(value: object) -> str | None:
    """Return a text, or None where nobody recorded one."""
    return None if pd.isna(value) or value == "" else str(value)
