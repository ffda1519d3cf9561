"""Neighbours in a legend are told apart, whatever colours the reader sees."""

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from maps.atlas.rules import looks
from maps.styles import styles
from maps.web.payload import style

colorspacious = pytest.importorskip("colorspacious", reason="colorspacious is not installed")
LEAST = 10.0
# Machado, Oliveira and Fernandes 2009, at full severity.
VISIONS = {"normal": None, "deutan": "deuteranomaly", "protan": "protanomaly"}


def _fills(rows: object) -> list[str]:
    assert isinstance(rows, list)
    return [row["fill"] for row in rows]


def palettes() -> dict[str, tuple[list[str], bool]]:
    """Return every palette in the order of its legend, and whether it begins again after the last colour."""
    shared, web = styles(), style()
    states = [paint.fill for paint in shared.state.values()]
    no_data = shared.state["no_data"].fill
    return {
        "states": (states, False),
        "inventory": ([paint.fill for paint in shared.inventory.values()], False),
        "clusters": (list(shared.clusters), True),
        "services": (list(shared.services), True),
        "isochrones": (list(shared.isochrones), False),
        **{
            name: (list(getattr(shared, name).values()), False) for name in ("severities", "aside", "barriers", "gates")
        },
        "web-count": ([*_fills(web["count"])[::-1], no_data], False),
        "web-built": ([*_fills(web["built"]), no_data], False),
        "web-years": (web["years"], True),
        "web-tints": (web["cluster"]["tints"], True),
        "web-inks": (web["cluster"]["inks"], True),
        "web-facilities": (web["facility"]["colours"], True),
        "web-barriers": ([look["line"] for look in web["barrier"].values()], False),
        **{
            f"web-{name}": ([look["fill"] for look in web[name].values()], False)
            for name in ("gate", "status", "access")
        },
        **{f"atlas-{name}": (_fills(rows), False) for name, rows in looks().items() if isinstance(rows, list)},
        "atlas-minutes": ([look["fill"] for look in looks()["minutes"].values()], False),
        "atlas-eligible": ([look["fill"] for look in looks()["eligible"].values()], False),
        "atlas-streets": ([look["line"] for look in looks()["network"].values()], False),
        "web-context": ([look["fill"] for look in web["context"].values()], False),
    }


def _lab(colours: Sequence[str], vision: str | None) -> NDArray[np.float64]:
    rgb = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours]) / 255
    if vision:
        space = {"name": "sRGB1+CVD", "cvd_type": vision, "severity": 100}
        rgb = np.clip(colorspacious.cspace_convert(rgb, space, "sRGB1"), 0, 1)
    return np.asarray(colorspacious.cspace_convert(rgb, "sRGB1", "CIELab"))


def nearest_pair(colours: Sequence[str], *, again: bool, vision: str | None) -> float:
    lab = _lab([*colours, colours[0]] if again and len(colours) > 2 else colours, vision)
    return min(float(np.linalg.norm(one - other)) for one, other in pairwise(lab))


@pytest.mark.parametrize("vision", VISIONS.values(), ids=VISIONS)
@pytest.mark.parametrize("name", palettes())
def test_neighbours_in_a_legend_differ(name: str, vision: str | None) -> None:
    colours, again = palettes()[name]
    assert nearest_pair(colours, again=again, vision=vision) >= LEAST


def test_red_and_green_of_one_lightness_are_found_too_near() -> None:
    red_green = ["#b4675d", "#8a7f3f"]
    assert nearest_pair(red_green, again=False, vision=None) > 25
    assert nearest_pair(red_green, again=False, vision="deuteranomaly") < nearest_pair(
        red_green, again=False, vision=None
    )


def test_every_palette_of_the_files_is_measured() -> None:
    read = tomllib.loads(files("maps").joinpath("styles.toml").read_text("utf-8"))
    assert set(read["palette"]) - {"single"} <= set(palettes())
    assert {name for name, rows in style().items() if isinstance(rows, list)} - {"isochrones"} == {
        "count",
        "built",
        "years",
    }
