"""Colours and type of the outputs, read from ``styles.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Paint:
    """Hold the fill of a state and the colour of text upon it, both as ``#rrggbb``."""

    fill: str
    ink: str


@dataclass(frozen=True)
class TableType:
    """Hold the type and fills of tables.

    Parameters
    ----------
    font, header_font : str
        Font names.
    font_size : float
        Points.
    header_fill, total_fill : str
        ``#rrggbb``.
    """

    font: str
    font_size: float
    header_font: str
    header_fill: str
    total_fill: str


@dataclass(frozen=True)
class Styles:
    """Hold the colours of all outputs.

    Parameters
    ----------
    state : mapping of str to Paint
        By state of a gap, from worst to best.
    clusters, services, isochrones : tuple of str
        Colours handed out in order, and again from the start.
    severities, aside, barriers, gates, single : mapping of str to str
        Colours by severity, by state of a facility that is not in operation, by kind of barrier, by state of a gate,
        and of layers of one colour.
    table : TableType
        Type and fills of tables.
    inventory : mapping of str to Paint
        By state of an item that is counted in an estate; what does not apply has none.
    progress, schedule : mapping of str to Paint
        By state of a project, and by what is said of its schedule.
    """

    state: Mapping[str, Paint]
    clusters: tuple[str, ...]
    services: tuple[str, ...]
    isochrones: tuple[str, ...]
    severities: Mapping[str, str]
    aside: Mapping[str, str]
    barriers: Mapping[str, str]
    gates: Mapping[str, str]
    single: Mapping[str, str]
    table: TableType
    inventory: Mapping[str, Paint]
    progress: Mapping[str, Paint]
    schedule: Mapping[str, Paint]


@cache
def styles() -> Styles:
    """Read the styles.

    Returns
    -------
    Styles
        The same object at each call.
    """
    read = tomllib.loads(files("maps").joinpath("styles.toml").read_text("utf-8"))
    palette = read["palette"]
    frozen = {key: MappingProxyType(palette[key]) for key in ("severities", "aside", "barriers", "gates", "single")}
    states = {key: Paint(**paint) for key, paint in read["state"].items()}
    return Styles(
        state=MappingProxyType(states),
        clusters=tuple(palette["clusters"]),
        services=tuple(palette["services"]),
        isochrones=tuple(palette["isochrones"]),
        **frozen,
        table=TableType(**read["table"]),
        inventory=_painted(read["inventory"], states),
        progress=_painted(read["progress"], states),
        schedule=_painted(read["schedule"], states),
    )


def _painted(likes: Mapping[str, str], states: Mapping[str, Paint]) -> Mapping[str, Paint]:
    """Return paints by the state whose colours they share."""
    return MappingProxyType({key: states[like] for key, like in likes.items()})


def worst_states(estates: pd.DataFrame) -> pd.Series:
    """Name the worst state that any service of each estate is in.

    Parameters
    ----------
    estates : DataFrame
        With one column ``<state>_count`` per state.

    Returns
    -------
    Series of str
        ``gap`` before ``borderline``, ``size_unknown``, ``no_data`` and ``met``; missing where nothing was assessed.
        Index of ``estates``.
    """
    order = list(styles().state)
    present = [(estates[f"{state}_count"] > 0).to_numpy() for state in order]
    worst = np.select(present, order, default="")
    return pd.Series(worst, index=estates.index, dtype="str").replace("", np.nan)
