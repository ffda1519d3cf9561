"""One record for each place: what several sources say of it put together, and told."""

import re

import geopandas as gpd

from data.facilities.accounts import contradictions, doubts, merged_notes
from data.facilities.composing import composed, ranked
from data.facilities.decisions import decided_pairs
from data.facilities.grouping import group_places
from data.facilities.likeness import Limits
from data.facilities.naming import merging_rules
from data.problems import Problem
from data.project import FacilitiesMergeTable

OFFICIAL, PLAIN, WEB, OSM = range(4)
# What a record has beside the columns of the layer.
RECORD_COLUMNS = ("list", "origin", "trust")


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
    declared, problems = decided_pairs(places, table=table, file=file)
    groups = group_places(places, limits=_limits(table), declared=declared, enabled=table.enabled)
    own = ranked(places, of_row=groups.of_row)
    merged = composed(places, own=own).drop(columns=list(RECORD_COLUMNS)).reset_index(drop=True)
    told = (*merged_notes(own, groups=groups), *contradictions(own), *doubts(places, groups=groups))
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
    shipped = merging_rules()
    likeness, given = shipped["likeness"], table.distance_m
    # A general distance that a project sets narrower than that of a service holds for the service, too.
    base = {key: min(metres, given.get("any", metres)) for key, metres in shipped["distance_m"].items()}
    return Limits(
        distance_m={**base, **given},
        same=likeness["same"] if table.same_likeness is None else table.same_likeness,
        doubtful=likeness["doubtful"] if table.doubtful_likeness is None else table.doubtful_likeness,
        unnamed_m=likeness["unnamed_m"],
        far_factor=likeness["far_factor"],
    )
