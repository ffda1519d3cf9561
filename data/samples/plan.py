"""The plan of the sample town, as ``plan.toml`` holds it."""

import tomllib
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from data.samples.lines import Spot, rounded

Table = dict[str, Any]


@cache
def plan() -> MappingProxyType[str, Any]:
    """Return the tables of the plan; nobody changes them."""
    text = files("data.samples").joinpath("plan.toml").read_text("utf-8")
    return MappingProxyType(tomllib.loads(text))


def spots(points: list[list[float]]) -> tuple[Spot, ...]:
    """Return points of the plan as spots."""
    return tuple(rounded(point) for point in points)
