"""A figure taken apart: from which parts a walk adds up, what it is judged by, and what would change the judgement."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.results import Results
from geo.explaining.walk_sum import Sum, known_text, rows_of, walk_sum
from geo.judgement.assessment import WALK_METRICS
from geo.judgement.measures import RATIOS, SINGLE


@dataclass(frozen=True)
class Judgement:
    """Hold how one service of one estate was judged, as recorded.

    Parameters
    ----------
    state, metric, unit, clause, confidence : str
        As in ``Plan.gaps``: of the threshold that decided.
    measured, threshold, shortfall : float
        As in ``Plan.gaps``, in ``unit``.
    case : str
        The state and what it rests on: ``met``, ``borderline_walk``, ``borderline_size``, ``gap_walk``,
        ``gap_unreached``, ``gap_size``, ``size_unknown``, ``no_data_unconnected``, ``no_data_empty``, ``no_data_thin``,
        ``no_data_set`` or ``no_data_size``.
    walk_minutes, walk_m : float
        The walk that was judged, NaN when nothing is reached.
    judged_m : float
        The metres held against the limit: those walked where the limit is one of metres, else those of a level walk
        that takes as long.
    limit_minutes, limit_m : float
        The limit of the walk, at the pace of the profile.
    spare_minutes, spare_m : float
        What is left of the limit, of ``judged_m`` for the metres; negative when the walk is too long.
    supply : str or None
        Column of the facilities that the metric counts; None where a walk decided.
    profile : str
        Walking profile of the users.
    metres_per_minute : float
        Its speed.
    """

    state: str
    metric: str
    unit: str
    clause: str
    confidence: str
    measured: float
    threshold: float
    shortfall: float
    case: str
    walk_minutes: float
    walk_m: float
    judged_m: float
    limit_minutes: float
    limit_m: float
    spare_minutes: float
    spare_m: float
    supply: str | None
    profile: str
    metres_per_minute: float


@dataclass(frozen=True)
class Reached:
    """Hold one of the nearest facilities; ``unrecorded`` names the size that decides and that nobody recorded of it."""

    rank: int
    facility_id: str
    facility_name: str | None
    walk_minutes: float
    walk_m: float
    within_limit: bool
    unrecorded: str | None


@dataclass(frozen=True)
class Straight:
    """Hold the facility that is nearest as the crow flies.

    Parameters
    ----------
    facility_id : str
        The facility.
    facility_name : str or None
        Its name.
    straight_m : float
        Distance from the gate of the walk, or from the estate where no walk is known.
    within_limit : bool
        Whether that is no more than what the limit leaves to be walked from the gate.
    connected : bool
        Whether the facility is connected to the network.
    detour : float
        How many times longer the walk from gate to facility is; NaN unless this facility is the one walked to.
    """

    facility_id: str
    facility_name: str | None
    straight_m: float
    within_limit: bool
    connected: bool
    detour: float


@dataclass(frozen=True)
class Opening:
    """Hold an opening at the estate that brings the service nearer; its figures are those of all services together."""

    opening_id: str
    kind: str
    other_id: str | None
    person_minutes: float
    gaps_closed: int


@dataclass(frozen=True)
class Layer:
    """Hold what is known of a service where the estate lies: how many facilities, and how many one would expect.

    ``unit`` is the district that was judged, None for the whole; ``reason`` as in ``Plan.completeness``.
    """

    facilities: int
    expected: float
    thin: bool
    unit: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Chances:
    """Hold how many facilities lie within so many minutes, and the access per 1,000 people (NaN without capacities)."""

    within_5: int
    within_10: int
    within_15: int
    per_1000: float


@dataclass(frozen=True)
class Explanation:
    """Hold all that explains one service of one estate.

    Parameters
    ----------
    estate_id, service, category : str
        What is explained.
    judgement : Judgement
        How it was judged.
    walk : Sum or None
        The walk to the nearest facility and its parts; None when nothing is reached.
    nearest : tuple of Reached
        The nearest facilities, the one walked to first.
    chances : Chances or None
        What is in reach; None when the service has no facility.
    layer : Layer
        What is known of the service.
    new_within_m : float
        A new facility within so many metres on foot from the gate would meet the limit.
    straight : Straight or None
        The nearest facility as the crow flies; None when there is none.
    openings : tuple of Opening
        Openings of the estate that bring the service nearer, best first: by gaps closed and minutes saved.
    assumed : tuple of {"gate", "entrance"}
        Ends of the walk that are assumed, not surveyed.
    """

    estate_id: str
    service: str
    category: str
    judgement: Judgement
    walk: Sum | None
    nearest: tuple[Reached, ...]
    chances: Chances | None
    layer: Layer
    new_within_m: float
    straight: Straight | None
    openings: tuple[Opening, ...]
    assumed: tuple[str, ...]


def explain_service(results: Results, *, estate_id: str, service: str) -> Explanation:
    """Take the figure of one service of one estate apart.

    Parameters
    ----------
    results : Results
        The tables of a plan.
    estate_id, service : str
        An estate and an assessed service that ``results.gaps`` has a row for.

    Returns
    -------
    Explanation
        Recorded figures, and sums and differences of them.
    """
    estate = results.estates[results.estates["estate_id"] == estate_id].iloc[0]
    gap = rows_of(results.gaps, estate_id, service).iloc[0]
    known = results.services[results.services["service"] == service].iloc[0]
    layer = _layer(results, estate, service)
    judgement = _judgement(results, gap, float(known["limit_minutes"]), _case(gap, layer, estate["access_kind"]))
    walk = walk_sum(results, estate=estate, service=service, metres_per_minute=judgement.metres_per_minute)
    left_m = judgement.limit_m - _inside_m(walk)
    return Explanation(
        estate_id=estate_id,
        service=service,
        category=gap["category"],
        judgement=judgement,
        walk=walk,
        nearest=tuple(_reached(results, estate_id, service, judgement)),
        chances=_chances(results, estate_id, service),
        layer=layer,
        new_within_m=left_m,
        straight=_straight(results, estate, service, left_m),
        openings=_openings(results.openings, estate_id, service),
        assumed=_assumed(walk),
    )


def _layer(results: Results, estate: pd.Series, service: str) -> Layer:
    """Return what is known of the service in the district of the estate, or in the whole where that decides."""
    rows = results.completeness[results.completeness["service"] == service]
    kind = rows["unit_kind"].iloc[-1]
    mine = rows[rows["unit"] == estate[kind]] if kind in estate.index else rows[:0]
    if mine.empty or mine["reason"].iloc[0] == "as_the_whole":
        mine = rows[rows["unit_kind"] == "whole"]
    row = mine.iloc[0]
    unit = None if row["unit_kind"] == "whole" else str(row["unit"])
    return Layer(int(row["facilities"]), float(row["expected"]), bool(row["thin"]), unit, str(row["reason"]))


def _case(gap: pd.Series, layer: Layer, access_kind: str) -> str:
    state, of_walk = str(gap["state"]), gap["metric"] in WALK_METRICS
    if state == "borderline":
        return "borderline_walk" if of_walk else "borderline_size"
    if state == "gap" and of_walk:
        return "gap_unreached" if pd.isna(gap["walk_minutes"]) else "gap_walk"
    if state == "gap":
        return "gap_size"
    if state != "no_data":
        return state
    if access_kind == "none":
        return "no_data_unconnected"
    if layer.reason == "set_incomplete":
        return "no_data_set"
    if not of_walk:
        return "no_data_size"
    return "no_data_thin" if layer.facilities else "no_data_empty"


def _judgement(results: Results, gap: pd.Series, limit_minutes: float, case: str) -> Judgement:
    standard = results.manifest["standard"]
    profile = standard["services"][gap["service"]]["profile"]
    pace = standard["profiles"][profile]
    limit_m = limit_minutes * pace["metres"] / pace["minutes"]
    judged_m = _judged_m(gap, pace["metres"] / pace["minutes"])
    return Judgement(
        state=gap["state"],
        metric=gap["metric"],
        unit=gap["unit"],
        clause=gap["clause"],
        confidence=gap["confidence"],
        measured=float(gap["measured"]),
        threshold=float(gap["threshold"]),
        shortfall=float(gap["shortfall"]),
        case=case,
        walk_minutes=float(gap["walk_minutes"]),
        walk_m=float(gap["walk_m"]),
        judged_m=judged_m,
        limit_minutes=limit_minutes,
        limit_m=limit_m,
        spare_minutes=limit_minutes - float(gap["walk_minutes"]),
        spare_m=limit_m - judged_m,
        supply=_supply(gap["metric"]),
        profile=profile,
        metres_per_minute=pace["metres"] / pace["minutes"],
    )


def _judged_m(gap: pd.Series, metres_per_minute: float) -> float:
    if gap["metric"] == "walk_m":
        return float(gap["walk_m"])
    # What was measured is finer than the minutes that are shown, which are rounded up.
    return float(gap["measured" if gap["metric"] == "walk_minutes" else "walk_minutes"]) * metres_per_minute


def _supply(metric: str) -> str | None:
    if metric == SINGLE:
        return "floor_area_m2"
    return RATIOS[metric].supply if metric in RATIOS else None


def _reached(results: Results, estate_id: str, service: str, judgement: Judgement) -> Iterator[Reached]:
    rows = rows_of(results.nearest, estate_id, service).sort_values("rank")
    columns, supply = rows[["rank", "facility_id", "walk_minutes", "walk_m"]], judgement.supply
    for rank, facility_id, minutes, metres in columns.itertuples(index=False):
        facility = results.facilities[results.facilities["facility_id"] == facility_id].iloc[0]
        yield Reached(
            rank=int(rank),
            facility_id=facility_id,
            facility_name=known_text(facility["name"]),
            walk_minutes=float(minutes),
            walk_m=float(metres),
            within_limit=bool(minutes <= judgement.limit_minutes),
            unrecorded=supply if supply and pd.isna(facility[supply]) else None,
        )


def _chances(results: Results, estate_id: str, service: str) -> Chances | None:
    rows = rows_of(results.opportunities, estate_id, service)
    if rows.empty:
        return None
    row = rows.iloc[0]
    return Chances(int(row["within_5"]), int(row["within_10"]), int(row["within_15"]), float(row["per_1000"]))


def _straight(results: Results, estate: pd.Series, service: str, left_m: float) -> Straight | None:
    """Find the nearest facility as the crow flies; the one walked to is measured at the end of the walk."""
    mine = results.facilities[results.facilities["service"] == service]
    if mine.empty:
        return None
    walks = rows_of(results.walks, estate["estate_id"], service)
    start, walked, outside_m = estate.geometry, None, math.nan
    spots = np.array(mine.geometry.array, dtype=object)
    if len(walks) and walks.iloc[0]["gate"] >= 0:
        walk = walks.iloc[0]
        ends = shapely.points(shapely.get_coordinates(walk.geometry)[[0, -1]])
        start, walked = ends[0], walk["facility_id"]
        outside_m = float(walk["from_m"] + walk["street_m"] + walk["to_m"])
        spots[(mine["facility_id"] == walked).to_numpy()] = ends[1]
    distance_m = shapely.distance(start, spots)
    at = int(distance_m.argmin())
    facility, straight_m = mine.iloc[at], float(distance_m[at])
    return Straight(
        facility_id=facility["facility_id"],
        facility_name=known_text(facility["name"]),
        straight_m=straight_m,
        within_limit=straight_m <= left_m,
        connected=facility["access_kind"] != "none",
        detour=outside_m / straight_m if facility["facility_id"] == walked and straight_m > 0 else math.nan,
    )


def _openings(openings: gpd.GeoDataFrame, estate_id: str, service: str) -> tuple[Opening, ...]:
    mine = openings[(openings["estate_id"] == estate_id) | (openings["other_id"] == estate_id)]
    found = []
    for _, row in mine.iterrows():
        beyond = row["other_id"] if row["estate_id"] == estate_id else row["estate_id"]
        if service in (known_text(row["services"]) or "").split(";"):
            minutes, closed = float(row["person_minutes"]), int(row["gaps_closed"])
            found.append(Opening(row["opening_id"], row["kind"], known_text(beyond), minutes, closed))
    return tuple(sorted(found, key=lambda one: (-one.gaps_closed, -one.person_minutes, one.opening_id)))


def _inside_m(walk: Sum | None) -> float:
    """Return what of a walk lies before the gate, as far as it is known."""
    if walk is None or walk.gate is None:
        return 0.0
    return math.fsum(part.length_m for part in walk.parts if part.kind == "inside")


def _assumed(walk: Sum | None) -> tuple[str, ...]:
    if walk is None:
        return ()
    ends = (("gate", walk.gate), ("entrance", walk.entrance))
    return tuple(name for name, door in ends if door is not None and door.kind == "assumed")
