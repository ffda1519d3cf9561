"""What a planner decided about records of facilities: which are one place, and which are not."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import geopandas as gpd
import numpy as np

from data.facilities.grouping import Declared
from data.facilities.naming import merging_rules
from data.problems import Problem, error, warning
from data.project import FacilitiesMergeTable


def decided_pairs(
    places: gpd.GeoDataFrame, *, table: FacilitiesMergeTable, file: str
) -> tuple[Declared, tuple[Problem, ...]]:
    """Find the records that a project names under ``same`` and ``apart``.

    Parameters
    ----------
    places : GeoDataFrame
        ``facility_id``, ``name`` and ``service``; index 0..n-1.
    table : FacilitiesMergeTable
        The settings.
    file : str
        What problems call the project file.

    Returns
    -------
    tuple of Declared and tuple of Problem
        Pairs of rows of one service, and an error for whatever names nothing, too much, or both ways.
    """
    problems: list[Problem] = []
    found: dict[str, set[tuple[int, int]]] = {"same": set(), "apart": set()}
    for key, pairs in found.items():
        for number, group in enumerate(getattr(table, key), 1):
            told = {"file": file, "field": f"facilities_merge.{key}[{number}]"}
            rows = {name: _rows_of(places, name) for name in group}
            faults = list(_faults(places, rows, key))
            problems += [error(code, value=value, **told) for code, value in faults]
            pairs |= set() if faults else _pairs_of(places, list(rows.values()))
    both = found["same"] & found["apart"]
    if both:
        value = ", ".join(places["facility_id"].iloc[list(min(both))])
        problems.append(error("merge_contradictory", file=file, field="facilities_merge", value=value))
    problems += _unknown_services(places, table, file)
    return Declared(frozenset(found["same"] - both), frozenset(found["apart"])), tuple(problems)


def _faults(places: gpd.GeoDataFrame, rows: Mapping[str, Sequence[int]], key: str) -> Iterator[tuple[str, str]]:
    """Tell what is wrong with one group that a planner declared, as codes and values."""
    service = places["service"]
    unknown = [name for name, own in rows.items() if not own]
    yield from (("merge_unknown", name) for name in unknown)
    # A name that several places bear does not say which of them is meant.
    many = [
        name for name, own in rows.items() if key == "same" and len(rows) > 1 and service.iloc[own].duplicated().any()
    ]
    for name in many:
        yield "merge_name_many", f"{name} ({', '.join(places['facility_id'].iloc[list(rows[name])])})"
    if not unknown and not many and not _pairs_of(places, list(rows.values())):
        yield "merge_no_pair", ", ".join(rows)


def _rows_of(places: gpd.GeoDataFrame, name: str) -> list[int]:
    """Return the rows that have an identifier, or else a name."""
    own = np.flatnonzero((places["facility_id"] == name).to_numpy(bool))
    found = own if len(own) else np.flatnonzero((places["name"] == name).to_numpy(bool))
    return [int(row) for row in found]


def _pairs_of(places: gpd.GeoDataFrame, rows: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    """Return the pairs of one service among rows, of which each group stands for one name; a lone name for all its."""
    service = places["service"].to_numpy(object)
    tagged = [(turn, row) for turn, own in enumerate(rows) for row in own]
    return {
        (min(a, b), max(a, b))
        for (turn, a), (other, b) in combinations(tagged, 2)
        if a != b and (turn != other or len(rows) == 1) and service[a] == service[b]
    }


def _unknown_services(places: gpd.GeoDataFrame, table: FacilitiesMergeTable, file: str) -> Iterator[Problem]:
    known = {"any", *merging_rules()["distance_m"], *places["service"].dropna()}
    for key in table.distance_m:
        if key not in known:
            yield warning("merge_service_unknown", file=file, field=f"facilities_merge.distance_m.{key}", value=key)
