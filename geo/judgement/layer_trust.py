"""Whether the facility layers of each district are full enough for the absence of a place to prove anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.administrative import WHOLE, Units, find_units
from data.problems import Problem, note, warning
from data.project import GapsTable, Project
from data.standards.model import Standard
from geo.judgement.assessment import expected_places
from geo.judgement.gaps import Question

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

# Of fewer places expected, none at all may be chance: a Poisson count of mean 3 is nought in one case of twenty.
LEAST_EXPECTED = 3.0
# The ways that belong to a district are those near its estates.
AROUND_ESTATES_M = 300.0
# A circle of so many corners by quarter is a hundredth too small, finer than a density is told.
_CORNERS = 4
COLUMNS = [
    "unit", "unit_kind", "service", "category", "estates", "people", "facilities", "expected", "found_share",
    "others_share", "thin", "reason", "walk_km_per_km2", "assumed_share",
]  # fmt: skip


@dataclass(frozen=True)
class Districts:
    """Hold the districts of a town and what lies in them, whatever the standard asks.

    Parameters
    ----------
    units : Units
        The districts.
    home : array of int, shape (facilities,)
        District of the estate nearest to each facility, -1 where that has none.
    ground : DataFrame
        ``unit``, ``walk_km_per_km2``, ``assumed_share``: the whole first.
    """

    units: Units
    home: Ints
    ground: pd.DataFrame


def lay_out(estates: gpd.GeoDataFrame, *, facilities: gpd.GeoDataFrame, ways: gpd.GeoDataFrame) -> Districts:
    """Find the districts of a town, the facilities of each, and the ways around its estates.

    Parameters
    ----------
    estates : GeoDataFrame
        ``district``, ``subdistrict``, ``access_kind``; polygons, metres.
    facilities : GeoDataFrame
        Metres.
    ways : GeoDataFrame
        ``length_mm``; lines, metres.

    Returns
    -------
    Districts
        The same for every standard.
    """
    units = find_units(estates)
    home = units.estate[_nearest(facilities, estates)] if len(estates) and len(facilities) else np.zeros(0, np.int64)
    return Districts(units, home, _ground(units, estates, ways))


def trust_layers(
    questions: Sequence[Question],
    *,
    districts: Districts,
    estates: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    people: float,
    settings: GapsTable,
) -> tuple[tuple[Question, ...], pd.DataFrame]:
    """Decide for each district and service whether the absence of a facility proves anything.

    Parameters
    ----------
    questions : sequence of Question
        The services, judged by the whole of the data.
    districts : Districts
        As of :func:`lay_out`.
    estates : GeoDataFrame
        ``people``.
    facilities : GeoDataFrame
        ``service``.
    people : float
        People whom the facilities serve; it only tells how many places to expect.
    settings : GapsTable
        ``thin_share``, and what the planner declares ``complete`` or ``incomplete``.

    Returns
    -------
    questions : tuple of Question
        The same, with ``thin`` told for each estate.
    table : DataFrame
        Columns as ``Plan.completeness``: the whole first, then one block per district.

    Notes
    -----
    A facility counts for the district of the estate nearest to it. A district whose people let one expect fewer than
    three places is judged by the whole: there, none found may be chance.
    """
    table = _decided(_counted(questions, districts, estates, facilities, people), settings)
    table = table.merge(districts.ground, on="unit", how="left")
    return tuple(replace(one, thin=_of_estates(one, districts.units, table)) for one in questions), table[COLUMNS]


def tell_layers(completeness: pd.DataFrame, *, standard: Standard, project: Project) -> tuple[Problem, ...]:
    """Tell which layers are too thin, where, and what the planner declares of them.

    Parameters
    ----------
    completeness : DataFrame
        Columns as ``Plan.completeness``.
    standard : Standard
        Names of the services.
    project : Project
        The settings.

    Returns
    -------
    tuple of Problem
        One warning per layer that is too thin, or too thin in some districts, and one problem per declaration.
    """
    names = {service.key: service.name for service in standard.services}
    problems: list[Problem] = []
    for key, rows in completeness.groupby("service", sort=False):
        problems += _tell_thin(rows, names[str(key)])
        problems += _tell_set(rows, names[str(key)], project.file_name)
    return tuple(problems)


def _tell_thin(rows: pd.DataFrame, name: Mapping[str, str]) -> Iterator[Problem]:
    thin = rows[rows["thin"] & (rows["reason"] != "set_incomplete")]
    whole, units = thin[thin["unit"].isna()], thin[thin["unit"].notna() & (thin["reason"] != "as_the_whole")]
    if len(whole):
        row = whole.iloc[0]
        if row["facilities"] == 0:
            yield warning("service_none", service=name)
        else:
            yield warning("service_thin", service=name, value=row["facilities"], expected=f"{row['expected']:.0f}")
    elif len(units):
        listed = (f"{row.unit} ({row.facilities}/{row.expected:.0f})" for row in units.itertuples(index=False))
        yield warning("service_thin_units", service=name, value=", ".join(listed))


def _tell_set(rows: pd.DataFrame, name: Mapping[str, str], file: str) -> Iterator[Problem]:
    for key, tell in (("complete", warning), ("incomplete", note)):
        declared = rows[rows["reason"] == f"set_{key}"]
        if len(declared):
            units = ", ".join(declared["unit"].dropna()) or "—"
            found = f"{declared['facilities'].iloc[0]}/{declared['expected'].iloc[0]:.0f}"
            yield tell(f"layer_set_{key}", file=file, field=f"gaps.{key}", value=units, service=name, found=found)


def _counted(
    questions: Sequence[Question],
    districts: Districts,
    estates: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    people: float,
) -> pd.DataFrame:
    """Count what is there and what one would expect, for the whole (row -1) and for each district."""
    keys = [question.service.key for question in questions]
    column = pd.Index(keys).get_indexer(facilities["service"])
    units, home = districts.units, districts.home
    found = np.zeros((len(units.names) + 1, len(keys)), np.int64)
    np.add.at(found, (home[(column >= 0) & (home >= 0)] + 1, column[(column >= 0) & (home >= 0)]), 1)
    found[0] = np.bincount(column[column >= 0], minlength=len(keys))
    weight, inside = estates["people"].fillna(0).to_numpy(float), units.estate >= 0
    lives = np.append(weight.sum(), np.bincount(units.estate[inside], weight[inside], len(units.names)))
    count = np.append(len(estates), np.bincount(units.estate[inside], minlength=len(units.names)))
    served = lives * (people / lives[0] if lives[0] else 1.0)
    rows = len(found)
    return pd.DataFrame(
        {
            "unit": np.repeat(np.array([None, *units.names], object), len(keys)),
            "unit_kind": np.repeat([WHOLE, *[units.kind] * len(units.names)], len(keys)),
            "service": keys * rows,
            "category": [question.service.category for question in questions] * rows,
            "estates": np.repeat(count, len(keys)),
            "people": np.repeat(np.rint(lives), len(keys)),
            "facilities": found.ravel(),
            "expected": np.array([expected_places(one.service, each) for each in served for one in questions], float),
            "thin_whole": [bool(np.all(question.thin)) for question in questions] * rows,
        }
    )


def _nearest(facilities: gpd.GeoDataFrame, estates: gpd.GeoDataFrame) -> Ints:
    """Return the row of the estate nearest to each facility."""
    tree = shapely.STRtree(estates.geometry.to_numpy())
    found: Ints = tree.nearest(facilities.geometry.representative_point().to_numpy())
    return found


def _decided(table: pd.DataFrame, settings: GapsTable) -> pd.DataFrame:
    """Add whether each layer is too thin, and why it is said to be."""
    found, expected = table["facilities"].to_numpy(float), table["expected"].to_numpy(float)
    judged = (expected >= LEAST_EXPECTED) | table["unit"].isna().to_numpy()
    few = (found == 0) | (found < settings.thin_share * expected)
    thin = np.where(judged, np.where(table["unit"].isna(), table["thin_whole"], few), table["thin_whole"])
    reason = np.where(thin, np.where(found == 0, "none_found", "too_few"), "enough")
    reason = np.where(judged, reason, "as_the_whole")
    for key, verdict in (("complete", False), ("incomplete", True)):
        named = _named(table, getattr(settings, key))
        thin, reason = np.where(named, verdict, thin), np.where(named, f"set_{key}", reason)
    share = np.divide(found, expected, out=np.full(len(table), np.nan), where=expected > 0)
    made = table.assign(found_share=share.round(2), thin=thin.astype(bool), reason=reason)
    return made.assign(expected=table["expected"].round(1), others_share=_others(made))


def _named(table: pd.DataFrame, names: Sequence[str]) -> Bools:
    """Tell which rows the planner names: a service everywhere, or ``service@district``."""
    both = table["service"].astype(str) + "@" + table["unit"].fillna("").astype(str)
    chosen: Bools = (table["service"].isin(names) | both.isin(names)).to_numpy(bool)
    return chosen


def _others(table: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the median share found of all other services of the same district that enough are expected of."""
    sure = table["found_share"].where(table["expected"] >= LEAST_EXPECTED)
    shares = sure.to_numpy(float).reshape(-1, max(table["service"].nunique(), 1))
    others = np.full(shares.shape, np.nan)
    for column in range(shares.shape[1]):
        rest = np.delete(shares, column, axis=1)
        known = np.isfinite(rest).any(axis=1)
        others[known, column] = np.nanmedian(rest[known], axis=1)
    return others.ravel().round(2)


def _ground(units: Units, estates: gpd.GeoDataFrame, ways: gpd.GeoDataFrame) -> pd.DataFrame:
    """Measure the mapped ways around the estates of each district, and how many estates have an assumed access."""
    assumed = (estates["access_kind"] == "assumed").to_numpy(float)
    middle = shapely.line_interpolate_point(ways.geometry.to_numpy(), 0.5, normalized=True)
    shapes = estates.geometry.to_numpy()
    way, estate = shapely.STRtree(shapes).query(middle, predicate="dwithin", distance=AROUND_ESTATES_M)
    length_km = ways["length_mm"].to_numpy(float) / 1e6
    around = shapely.buffer(shapes, AROUND_ESTATES_M, quad_segs=_CORNERS)
    ground = [shapely.union_all(around[units.estate == number]) for number in range(len(units.names))]
    alone = around[units.estate < 0]
    rows = []
    for number, name in enumerate([None, *units.names], start=-1):
        mine = np.ones(len(estates), bool) if name is None else units.estate == number
        area = shapely.union_all([*ground, *alone]) if name is None else ground[number]
        area_km2 = shapely.area(area) / 1e6
        walked_km = length_km[np.unique(way[mine[estate]])].sum()
        figures = (walked_km / area_km2, assumed[mine].mean()) if area_km2 else (np.nan, np.nan)
        rows.append((name, *figures))
    frame = pd.DataFrame(rows, columns=["unit", "walk_km_per_km2", "assumed_share"])
    return frame.assign(
        walk_km_per_km2=frame["walk_km_per_km2"].round(1), assumed_share=frame["assumed_share"].round(4)
    )


def _of_estates(question: Question, units: Units, table: pd.DataFrame) -> Bools:
    """Return the verdict of each estate's district; of an estate of none that of the whole."""
    mine = table.loc[table["service"] == question.service.key, "thin"].to_numpy(bool)
    thin: Bools = mine[units.estate + 1]
    return thin
