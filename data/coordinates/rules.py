"""The thresholds of ``coordinates.toml``."""

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StreetRules(_Table):
    """Hold when the distance to the streets tells the system of a layer."""

    min_places: int
    min_shapes: int
    min_squares: int
    min_ratio: float
    min_chance_ratio: float
    chance_share: float
    chance_moves: int
    chance_from_m: float
    chance_to_m: float
    reach_m: float
    core_m: float
    min_core: int
    back_share: float
    min_back_ratio: float
    max_places: int
    min_shift_m: float


class ControlRules(_Table):
    """Hold what a fit to control points must come up to."""

    min_points: int
    min_spread: float
    tolerance_m: float
    gross_m: float
    affine_gain: float
    scale_error: float
    max_reach: float


class NeighbourRules(_Table):
    """Hold how far apart the layers of one project may lie."""

    max_km: float


class CoordinateRules(_Table):
    """Hold all thresholds of the coordinate checks."""

    streets: StreetRules
    control: ControlRules
    neighbours: NeighbourRules


@cache
def coordinate_rules() -> CoordinateRules:
    """Load the thresholds that ship with the package.

    Returns
    -------
    CoordinateRules
        The same object at each call.
    """
    text = files("data.coordinates").joinpath("coordinates.toml").read_text("utf-8")
    return CoordinateRules.model_validate(tomllib.loads(text))
