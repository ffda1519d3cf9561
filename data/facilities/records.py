"""The rows of one list as records of facilities: service, what is said of operation, and where each comes from."""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from data.facilities.kinds import facility_kinds, texts_of
from data.facilities.merging import trust_of
from data.facilities.status import OPEN, status_of_names, status_of_words
from data.problems import Problem, warning
from data.words import in_each_language


@dataclass(frozen=True)
class Listing:
    """Name one list of facilities.

    Parameters
    ----------
    place : str
        What problems call the file.
    declared : str or None
        Service of all its rows, where the project declares one.
    date : str
        Day of the plan, ISO; empty where it has none.
    """

    place: str
    declared: str | None = None
    date: str = ""


def facility_records(frame: gpd.GeoDataFrame, *, listing: Listing) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Turn the rows of a list into records of facilities.

    Parameters
    ----------
    frame : GeoDataFrame
        As read, the columns of the layer ``facilities`` under their names; index 0..n-1.
    listing : Listing
        The list.

    Returns
    -------
    GeoDataFrame
        One row per row and service, all columns kept, with ``facility_id`` (its own, with the service behind it where a
        row is of several), ``service``, ``status`` (None where nothing is said),
        ``source`` (the file, and whom a row names as its source), ``list`` (the same), ``origin`` (where the row
        stands) and ``trust`` (see :func:`data.facilities.merging.trust_of`).
    tuple of Problem
        What is no facility, what looks like something else than declared, and states that say nothing clear.
    """
    kinds = facility_kinds(frame, declared=listing.declared, place=listing.place, date=listing.date)
    origins = _origins(frame, listing.place)
    status, problems = _status(frame, kinds.life, origins, listing.place)
    named = texts_of(frame, "source").astype(object)
    sources = [f"{listing.place}:{name}" if isinstance(name, str) and name else listing.place for name in named]
    levels = {
        source: trust_of(
            source.removeprefix(f"{listing.place}:"),
            declared=listing.declared is not None,
            coded="type_code" in frame,
        )
        for source in dict.fromkeys(sources)
    }
    described = frame.assign(
        status=status, source=sources, list=sources, origin=origins, trust=[levels[source] for source in sources]
    )
    records = described.iloc[kinds.found["row"]].assign(service=kinds.found["kind"].to_numpy(object))
    own = texts_of(records, "facility_id").astype(object)
    several = records.index.duplicated(keep=False) & own.notna().to_numpy()
    names = [
        f"{name}:{kind}" if many else name for name, kind, many in zip(own, records["service"], several, strict=True)
    ]
    records = records.assign(facility_id=pd.Series(names, records.index, dtype=object))
    return records.reset_index(drop=True), (*kinds.problems, *problems)


def _origins(frame: pd.DataFrame, place: str) -> list[str]:
    """Name the row of each record: the number in a table, else the number of the feature."""
    rows = frame["row"] if "row" in frame else pd.Series(np.arange(1, len(frame) + 1), frame.index)
    return [f"{place} #{row}" for row in rows]


def _status(
    frame: pd.DataFrame, life: np.ndarray, origins: list[str], place: str
) -> tuple["pd.Series[str]", list[Problem]]:
    """Tell what is said of operation: by the column of states, else by the name, the type or the tags."""
    cells = texts_of(frame, "status")
    column = status_of_words(cells)
    for name in ("built", "shut", "to_come"):
        answer = status_of_words(texts_of(frame, name), column=name)
        column = column.where(column.notna(), answer)
    problems = list(_unclear(cells[column == "unclear"].dropna(), place))
    column = column.where(column != "unclear", None)
    said = [status_of_names(texts_of(frame, name)) for name in ("name", "service", "type_text")]
    beside = pd.Series(life, frame.index, dtype=object)
    for one in reversed(said):
        beside = one.where(one.notna(), beside)
    # Who writes 暂停营业 behind a name means it, whatever stands in the column of states.
    unlike = column.notna() & beside.notna() & (column != beside)
    for row in np.flatnonzero(unlike.to_numpy()):
        name = frame["name"].iloc[row] if "name" in frame else origins[row]
        told = {"file": place, "feature": origins[row], "field": "status", "value": name or origins[row]}
        taken = in_each_language(f"terms.status.{beside.iloc[row]}", default=str(beside.iloc[row]))
        problems.append(warning("facility_states_unlike", said=f"{cells.iloc[row]}, {name}", taken=taken, **told))
    status = beside.where(beside.notna() & (unlike | column.isna()), column)
    return status.astype(object).where(status.notna(), None), problems


def _unclear(cells: "pd.Series[str]", place: str) -> Iterator[Problem]:
    """Tell, once per word, of states that say nothing clear."""
    for word, rows in cells.groupby(cells, sort=True):
        taken = in_each_language(f"terms.status.{OPEN}", default=OPEN)
        yield warning("facility_status_unclear", file=place, field="status", value=word, count=len(rows), taken=taken)
