"""A town of two estates, a school and three streets as an OpenStreetMap extract, to read whole or without a part."""

from pathlib import Path
from typing import Any

from tests.osm_files import at, square, write_osm

HOMES = {"landuse": "residential"}
STREET = {"highway": "residential", "name": "文昌街"}


def town_parts(*, without: str = "") -> dict[str, list[tuple[Any, ...]]]:
    """Return nodes and ways of the town; ``without`` leaves out ``estates``, ``facilities`` or ``ways``."""
    west, west_ring = square(10, 0, 0)
    east, east_ring = square(20, 120, 0)
    school = (30, *at(110, 150), {"amenity": "school", "name": "第六中学"})
    gate = (31, *at(100, 50), {"barrier": "gate", "name": "东门"})
    street = [(40, *at(110, -50)), (41, *at(110, 50)), (42, *at(110, 160)), (43, *at(60, 50))]
    ways: dict[str, list[tuple[Any, ...]]] = {
        "estates": [
            (1, [10, 11, 31, 12, 13, 10], {**HOMES, "name": "幸福里"}),
            (2, east_ring, {**HOMES, "name": "阳光小区"}),
        ],
        "ways": [(3, [40, 41, 42], STREET), (4, [41, 31, 43], {"highway": "footway"})],
    }
    assert west_ring[0] == 10
    return {
        "nodes": [*west, *east, *([] if without == "facilities" else [school]), gate, *street],
        "ways": [way for part, own in ways.items() if part != without for way in own],
    }


def write_town(path: Path, *, without: str = "") -> Path:
    """Write the town and return its path."""
    return write_osm(path, **town_parts(without=without), date="2024-04-01T00:00:00Z")
