"""One record for each place: what several sources say of it put together, and told."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.facilities.grouping import Declared, Groups, group_places
from data.facilities.likeness import Limits
from data.facilities.naming import merging_rules, parts_of
from data.problems import Problem, error, note, warning
from data.project import FacilitiesMergeTable
from data.words import LANGUAGES, Language, in_each_language

OFFICIAL, PLAIN, WEB, OSM = range(4)
# What a record has beside the columns of the layer.
RECORD_COLUMNS = ("list", "origin", "trust")
_SIZES = ("capacity", "floor_area_m2")
_BETWEEN = "; "


@dataclass(frozen=True)
class _Settings:
    """Hold the settings of a run and where they stand."""

    table: FacilitiesMergeTable
    file: str


def merge_facilities(
    places: gpd.GeoDataFrame, *, table: FacilitiesMergeTable, file: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Make one record of the records of one place.

    The name and the sizes are those of the most trusted source that has them: what was declared or comes from an
    office, then any other list, then web maps, then OpenStreetMap. A size that only one source knows is kept. The shape
    is an area where there is one, because a walk ends at its entrance and not in its middle; of several areas of one
    list all parts are kept; else it is the point of the most trusted source. The identifier is that of the record the
    name comes from.

    Parameters
    ----------
    places : GeoDataFrame
        In metres: the columns of the layer ``facilities``; besides ``list`` (str: which list a record is from),
        ``origin`` (str: where it stands in the list) and ``trust`` (int: see :func:`trust_of`); ``status`` is None
        where nothing is said.
    table : FacilitiesMergeTable
        The settings.
    file : str
        Project file that problems of the settings name.

    Returns
    -------
    GeoDataFrame
        One row per place and service, in the order of the first record of each, index 0..n-1; ``source`` lists all.
    tuple of Problem
        A note for each place that was put together, warnings where sources contradict each other and for pairs that
        are left apart and may be one place; errors of the settings.
    """
    places = places.reset_index(drop=True)
    declared, problems = _declared(places, _Settings(table, file))
    groups = group_places(places, limits=_limits(table), declared=declared, enabled=table.enabled)
    merged, contradictions = _merged(places, groups)
    told = (*_told_merged(places, groups), *contradictions, *_told_doubtful(places, groups))
    return merged, (*problems, *told)


def trust_of(source: str, *, declared: bool = False, coded: bool = False) -> int:
    """Tell how far a source is trusted.

    Parameters
    ----------
    source : str
        Its name: what the rows say, or the name of the file.
    declared : bool
        Whether the project declares what the file holds, so that somebody drew it up for the purpose.
    coded : bool
        Whether it has the type codes of a web map.

    Returns
    -------
    int
        0 for an office or survey, 1 for any other list, 2 for a web map, 3 for OpenStreetMap.
    """
    rules = merging_rules()["trust"]
    for level, name in ((OSM, "osm"), (WEB, "web"), (OFFICIAL, "official")):
        if re.search(rules[name], source):
            return level
    if declared:
        return OFFICIAL
    return WEB if coded else PLAIN


def _limits(table: FacilitiesMergeTable) -> Limits:
    shipped: Mapping[str, Any] = merging_rules()
    likeness = shipped["likeness"]
    given = table.distance_m
    # A general distance that a project sets narrower than that of a service holds for the service, too.
    base = {key: min(metres, given.get("any", metres)) for key, metres in shipped["distance_m"].items()}
    return Limits(
        distance_m={**base, **given},
        same=likeness["same"] if table.same_likeness is None else table.same_likeness,
        doubtful=likeness["doubtful"] if table.doubtful_likeness is None else table.doubtful_likeness,
        unnamed_m=likeness["unnamed_m"],
        far_factor=likeness["far_factor"],
    )


def _declared(places: gpd.GeoDataFrame, settings: _Settings) -> tuple[Declared, list[Problem]]:
    """Find the rows that the planner declared to be one place or two."""
    problems: list[Problem] = []
    found: dict[str, set[tuple[int, int]]] = {"same": set(), "apart": set()}
    for key, pairs in found.items():
        for number, group in enumerate(getattr(settings.table, key), 1):
            told = {"file": settings.file, "field": f"facilities_merge.{key}[{number}]"}
            rows = [_rows_of(places, name) for name in group]
            faults = list(_faults(places, dict(zip(group, rows, strict=True)), key))
            problems += [error(code, value=value, **told) for code, value in faults]
            pairs |= set() if faults else _pairs_of(places, rows)
    both = found["same"] & found["apart"]
    if both:
        value = ", ".join(places["facility_id"].iloc[list(min(both))])
        problems.append(error("merge_contradictory", file=settings.file, field="facilities_merge", value=value))
    problems += _unknown_services(places, settings)
    return Declared(frozenset(found["same"] - both), frozenset(found["apart"])), problems


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


def _unknown_services(places: gpd.GeoDataFrame, settings: _Settings) -> Iterator[Problem]:
    known = {"any", *merging_rules()["distance_m"], *places["service"].dropna()}
    for key in settings.table.distance_m:
        if key not in known:
            field = f"facilities_merge.distance_m.{key}"
            yield warning("merge_service_unknown", file=settings.file, field=field, value=key)


def _rows_of(places: gpd.GeoDataFrame, name: str) -> list[int]:
    """Return the rows that have an identifier, or else a name."""
    own = np.flatnonzero((places["facility_id"] == name).to_numpy())
    found = own if len(own) else np.flatnonzero((places["name"] == name).to_numpy())
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


def _merged(places: gpd.GeoDataFrame, groups: Groups) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Put the records of each group together."""
    many = np.bincount(groups.of_row, minlength=len(places))[groups.of_row] > 1
    if not many.any():
        return _without_extras(places), []
    rows = places[many].assign(group=groups.of_row[many])
    ranked = rows.assign(rank=_ranks(rows)).sort_values(["group", "rank"], kind="stable")
    by_group = ranked.groupby("group", sort=True)
    # The first that is known, column by column.
    first = pd.DataFrame(ranked[["group", "name", "status", *_SIZES]]).groupby("group", sort=True).first()
    lead = ranked.drop_duplicates("group").set_index("group")
    shapes = {group: _shape(own) for group, own in by_group}
    sources = {group: _BETWEEN.join(dict.fromkeys(own["source"].dropna())) for group, own in by_group}
    made = lead.assign(
        name=first["name"],
        status=first["status"],
        **{size: first[size] for size in _SIZES},
        source=pd.Series(sources),
    )
    made = made.set_geometry(gpd.GeoSeries(pd.Series(shapes), crs=places.crs))
    made.index = made.index.to_numpy()
    whole = pd.concat([places[~many], made[places.columns]]).sort_index()
    problems = [told for _, own in by_group for told in _contradictions(own)]
    return _without_extras(gpd.GeoDataFrame(whole, geometry="geometry", crs=places.crs)), problems


def _ranks(rows: gpd.GeoDataFrame) -> np.ndarray:
    """Order records by how much they are to be believed; their order in the files settles nothing."""
    shapes = np.asarray(rows.geometry.array, dtype=object)
    middles = shapely.centroid(shapes)
    unnamed = np.array([parts_of(name or "").unnamed for name in rows["name"].where(rows["name"].notna(), "")], bool)
    keys = (
        rows["facility_id"].astype(str).to_numpy(),
        shapely.get_y(middles),
        shapely.get_x(middles),
        rows["name"].fillna("").astype(str).to_numpy(),
        -shapely.area(shapes),
        -rows[list(_SIZES)].notna().sum(axis=1).to_numpy(),
        rows["trust"].to_numpy(),
        unnamed,
    )
    rank = np.empty(len(rows), np.int64)
    rank[np.lexsort(keys)] = np.arange(len(rows))
    return rank


def _shape(own: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return the shape of a place: the areas of the list that comes first, else the point that comes first."""
    shapes = own.geometry.to_numpy()
    is_area = shapely.get_dimensions(shapes) == 2
    if not is_area.any():
        return shapes[0]
    lists = own["list"].to_numpy(object)
    return shapely.union_all(shapes[is_area & (lists == lists[is_area.argmax()])])


def _without_extras(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return places.drop(columns=list(RECORD_COLUMNS)).reset_index(drop=True)


def _contradictions(own: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Tell where the records of one place say different things."""
    identifier = str(own["facility_id"].iloc[0])
    names = own["name"].dropna()
    told = {"file": _files(own), "feature": identifier, "value": names.iloc[0] if len(names) else identifier}
    share = merging_rules()["likeness"]["size_share"]
    for size in _SIZES:
        known = own[own[size].notna()]
        values = known[size].to_numpy()
        if len(values) and (np.abs(values - values[0]) > share * np.abs(values).max()).any():
            said = _said(known, [f"{value:.10g}" for value in values])
            yield warning("facility_sizes_unlike", field=size, said=said, taken=f"{values[0]:.10g}", **told)
    states = own[own["status"].notna()]
    closed = (states["status"] == "closed").any() and (len(states) < len(own) or states["status"].nunique() > 1)
    if closed:
        said_of = [_status_words(state) for state in own["status"].where(own["status"].notna(), "unsaid")]
        told_of = {lang: _said(own, [one[lang] for one in said_of]) for lang in LANGUAGES}
        taken = _status_words(states["status"].iloc[0])
        yield warning("facility_states_unlike", field="status", said=told_of, taken=taken, **told)


def _status_words(status: str) -> dict[Language, str]:
    return in_each_language(f"terms.status.{status}", default=status)


def _said(rows: pd.DataFrame, values: Sequence[str]) -> str:
    return ", ".join(f"{value} ({origin})" for value, origin in zip(values, rows["origin"], strict=True))


def _files(rows: pd.DataFrame) -> str:
    return ", ".join(dict.fromkeys(rows["list"]))


def _told_merged(places: gpd.GeoDataFrame, groups: Groups) -> Iterator[Problem]:
    """Tell which records were put together; a place of several services is told of once."""
    joined = groups.joined.assign(group=groups.of_row[groups.joined["a"].to_numpy()])
    worst = joined.groupby("group").agg(
        metres=("metres", "max"), likeness=("likeness", "min"), declared=("declared", "any")
    )
    told: dict[tuple[str, ...], list[int]] = {}
    rows_of = pd.Series(groups.of_row).groupby(groups.of_row).groups
    for group in worst.index:
        told.setdefault(tuple(sorted(places["origin"].iloc[rows_of[group]])), []).append(int(group))
    for same in told.values():
        own, figures = places.iloc[rows_of[same[0]]], worst.loc[same[0]]
        names = own["name"].dropna().drop_duplicates().tolist() or own["facility_id"].tolist()
        yield note(
            "facility_merged",
            file=_files(own),
            feature=", ".join(own["facility_id"]),
            value=" = ".join(names),
            rows=", ".join(own["origin"]),
            metres=_figure(figures["metres"], 0),
            likeness=_figure(figures["likeness"], 2),
        )


def _told_doubtful(places: gpd.GeoDataFrame, groups: Groups) -> Iterator[Problem]:
    """Ask about pairs that may be one place; of a place of several services once."""
    seen = set()
    for pair in groups.doubtful.itertuples(index=False):
        own = places.iloc[[pair.a, pair.b]]
        rows = tuple(sorted(own["origin"]))
        if rows in seen:
            continue
        seen.add(rows)
        first, second = own["name"].where(own["name"].notna(), own["facility_id"])
        ids = own["facility_id"].tolist()
        yield warning(
            "facility_doubtful",
            file=_files(own),
            feature=", ".join(ids),
            value=first,
            other=second,
            rows=", ".join(own["origin"]),
            metres=_figure(pair.metres, 0),
            likeness=_figure(pair.likeness, 2),
            why=in_each_language(f"terms.doubt.{pair.why}", default=pair.why),
            pair="[" + ", ".join(f'"{identifier}"' for identifier in ids) + "]",
        )


def _figure(value: float, digits: int) -> str:
    return "—" if np.isnan(value) else f"{value:.{digits}f}"
