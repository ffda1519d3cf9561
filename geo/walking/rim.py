"""The rim of the data: where a walk within the limit may end beyond the ways and facilities that are known."""

import math
from collections.abc import Iterator, Mapping, Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely import Geometry, Polygon

from data.problems import Problem, note, warning
from data.standards.model import Profile
from data.words import LANGUAGES, Language, words
from geo.judgement.gaps import Question

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SIDES = ("e", "ne", "n", "nw", "w", "sw", "s", "se")
# Streets do not run along the rim itself: ways that end so little before it are taken to reach it.
SLACK_M = 50.0


def assessed_reach_m(questions: Sequence[Question], *, profiles: Mapping[str, Profile]) -> float:
    """Return how far the longest walk leads that meets a limit.

    Parameters
    ----------
    questions : sequence of Question
        Services asked about.
    profiles : mapping of str to Profile
        How the users of each service walk.

    Returns
    -------
    float
        Metres; 0 when nothing is asked.
    """
    paces = [profiles[question.service.profile] for question in questions]
    limits = [question.limit_minutes for question in questions]
    return max(
        (limit * pace.metres / pace.minutes for limit, pace in zip(limits, paces, strict=True)),
        default=0.0,
    )


def near_rim(estates: gpd.GeoDataFrame, *, ways: gpd.GeoDataFrame, reach_m: float) -> Bools:
    """Tell which estates lie so near to the rim of the ways that what they reach may lie beyond it.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons, metres.
    ways : GeoDataFrame
        Lines; their rim is the convex hull.
    reach_m : float
        How far one walks; with 0 nobody is near the rim.

    Returns
    -------
    array of bool
        One entry per estate; True also for an estate outside the hull.
    """
    places, hull = estates.geometry.to_numpy(), _hull(ways)
    rim = shapely.boundary(hull) if shapely.get_dimensions(hull) == 2 else hull
    near: Bools = (shapely.distance(places, rim) < reach_m) | ~shapely.intersects(places, hull)
    return near & (reach_m > 0)


def check_rim(
    estates: gpd.GeoDataFrame,
    *,
    facilities: gpd.GeoDataFrame,
    ways: gpd.GeoDataFrame,
    boundary: Polygon | None,
    reach_m: float,
) -> tuple[Problem, ...]:
    """Tell where the data end too soon for the walks that are judged.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons with ``near_rim`` (bool).
    facilities, ways : GeoDataFrame
        Places and lines, metres.
    boundary : Polygon or None
        The planning area; ways and facilities should go on for ``reach_m`` beyond it.
    reach_m : float
        How far one walks.

    Returns
    -------
    tuple of Problem
        With a planning area warnings, without one a note on the estates near the rim; none stops a run.
    """
    if not reach_m > 0:
        return ()
    count = int(estates["near_rim"].sum())
    if boundary is not None:
        return (*_ways_end(boundary, ways, reach_m, count), *_facilities_end(boundary, facilities, reach_m))
    share = f"{count / max(len(estates), 1):.0%}"
    return (note("rim_near", value=count, share=share, metres=f"{reach_m:.0f}"),) if count else ()


def _ways_end(boundary: Polygon, ways: gpd.GeoDataFrame, reach_m: float, count: int) -> Iterator[Problem]:
    """Compare how far the boundary and the ways extend in eight directions; of convex shapes that tells all."""
    lacking_m = _extent(boundary) + reach_m - _extent(_hull(ways))
    sides = {side: float(metres) for side, metres in zip(SIDES, lacking_m, strict=True) if metres > SLACK_M}
    if sides:
        yield warning("rim_needed", value=f"{reach_m:.0f}", count=count, sides=_told(sides))


def _facilities_end(boundary: Polygon, facilities: gpd.GeoDataFrame, reach_m: float) -> Iterator[Problem]:
    """Tell when facilities are known inside the planning area alone, as if they had been cut off at its line."""
    places = facilities.geometry.to_numpy()
    if len(places) and shapely.intersects(places, boundary).all():
        yield warning("rim_facilities", value=f"{reach_m:.0f}")


def _hull(ways: gpd.GeoDataFrame) -> Geometry:
    return shapely.convex_hull(shapely.multipoints(shapely.get_coordinates(ways.geometry.to_numpy())))


def _extent(shape: Geometry) -> Floats:
    """Return how far a shape reaches towards each side: the greatest coordinate along that direction."""
    xy = shapely.get_coordinates(shape)
    angle = np.arange(len(SIDES)) * math.tau / len(SIDES)
    reached: Floats = (xy @ np.vstack([np.cos(angle), np.sin(angle)])).max(axis=0, initial=-np.inf)
    return reached


def _told(sides: dict[str, float]) -> dict[Language, str]:
    """Name the sides, and by how much the data fall short there, in each language."""
    told: dict[Language, str] = {}
    for language in LANGUAGES:
        say = words(language)
        parts = [
            say("rim.lacking", side=say(f"rim.side.{side}"), metres=f"{metres:.0f}") for side, metres in sides.items()
        ]
        told[language] = say("rim.between").join(parts)
    return told
