"""The bars of the page that sets two results side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.words import Words
from geo.comparing.gap_changes import STATES
from maps.styles import styles

WIDTH, HEIGHT, STEP = 180.0, 9.0, 11.0
_YEAR_FILLS = {"a": "#9ecae1", "b": "#0072b2"}
_ORDER = ("gap", "borderline", "size_unknown", "no_data", "met")


@dataclass(frozen=True)
class Bar:
    """Hold one rectangle: left, top, width and height in pixels, colour, and what it stands for."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    title: str


def state_legend(*, say: Words) -> list[tuple[str, str]]:
    """List the colours of the states with their words."""
    return [(styles().state[state].fill, say(f"terms.state.{state}")) for state in _ORDER]


def state_bars(services: pd.DataFrame) -> list[tuple[Bar, ...]]:
    """Draw the estates of each service by state, those of the first result above those of the second.

    Parameters
    ----------
    services : DataFrame
        Columns of :func:`geo.comparing.gap_changes.compare_services`.

    Returns
    -------
    list of tuple of Bar
        One tuple per row; a result that does not assess the service has no bar. All share one scale.
    """
    names = [f"{state}_{side}" for side in ("a", "b") for state in STATES]
    counts = services[names].fillna(0.0)
    most = max((counts[[f"{state}_{side}" for state in STATES]].sum(axis=1).max() for side in ("a", "b")), default=0.0)
    scale = WIDTH / most if most > 0 else 0.0
    return [_stack(row, scale) for row in counts.to_dict("records")]


def _stack(row: dict[str, float], scale: float) -> tuple[Bar, ...]:
    bars = []
    for side, top in (("a", 0.0), ("b", STEP)):
        left = 0.0
        for state in _ORDER:
            count = row[f"{state}_{side}"]
            if count > 0:
                width = round(count * scale, 2)
                bars.append(Bar(round(left, 2), top, width, HEIGHT, styles().state[state].fill, f"{count:.0f}"))
                left += width
    return tuple(bars)


def year_bars(years: pd.DataFrame) -> tuple[str, Sequence[tuple[Bar, ...]]]:
    """Draw what each year costs in both results, or its households where nothing is priced.

    Parameters
    ----------
    years : DataFrame
        Columns of :func:`geo.comparing.programme.compare_years`.

    Returns
    -------
    tuple of str and sequence of tuple of Bar
        ``years`` (cost) or ``households``, and one tuple per row; the reserve and the sum have no bar.
    """
    priced = years[["cost_yuan_a", "cost_yuan_b"]].to_numpy(float)
    what, name = ("years", "cost_yuan") if (np.nan_to_num(priced) > 0).any() else ("households", "households")
    values = years[[f"{name}_a", f"{name}_b"]].to_numpy(float)
    values = np.where((years["kind"] == "year").to_numpy()[:, None], np.nan_to_num(values), np.nan)
    most = np.nanmax(values, initial=0.0)
    drawn = []
    for row in values:
        told = zip(("a", "b"), row.tolist(), (0.0, STEP), strict=True)
        drawn.append(
            tuple(
                Bar(0.0, top, round(value / most * WIDTH, 2), HEIGHT, _YEAR_FILLS[side], f"{value:,.0f}")
                for side, value, top in told
                if value > 0
            )
        )
    return what, drawn
