"""Packages of property management: old estates of a subdistrict bundled for one company, clusters kept whole."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.problems import Problem, warning
from data.standards.model import Management
from geo.contiguity.bundling import Units, bundle_units
from geo.walking.walk_times import Pairs

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
# Pairs of neighbours, and pairs with the walk between them.
_Links = tuple[tuple[Ints, Ints], tuple[Ints, Ints, Floats]]
_COLUMNS = [
    "package_id", "subdistrict", "estates", "clusters", "cluster_ids", "households", "people", "floor_area_m2",
    "estimated_area_m2", "estimated", "unknown_area", "elsewhere", "threshold", "shortfall", "unit", "clause",
    "confidence", "geometry",
]  # fmt: skip
_UNIT = "m2"
_SHOWN = 5
# Old estates whose renovation is complete need a property company as well.
_OLD_BESIDE_ELIGIBLE = "renovated"


def bundle_estates(
    estates: gpd.GeoDataFrame,
    *,
    clusters: gpd.GeoDataFrame,
    adjacency: pd.DataFrame,
    reach: Pairs,
    rule: Management | None,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Bundle the old estates of each subdistrict, neighbours first, until a bundle is large enough.

    Parameters
    ----------
    estates : GeoDataFrame
        ``estate_id``, ``district``, ``subdistrict``, ``cluster_id``, ``eligible``, ``eligibility``, ``households``,
        ``people``, ``floor_area_m2`` (NaN where nobody knows it), ``estimated``, ``missing``; rows in any order.
    clusters : GeoDataFrame
        ``cluster_id`` and the ground of each.
    adjacency : DataFrame
        ``estate_a``, ``estate_b``.
    reach : Pairs
        Walks between estates, by their rows.
    rule : Management or None
        What the standard asks of a bundle; None makes none.

    Returns
    -------
    tuple of GeoDataFrame and GeoDataFrame
        The estates with ``package_id``, and the packages; columns as in ``Plan``.

    Notes
    -----
    Units are the clusters and the old estates in none. A cluster in two subdistricts goes with the one that holds most
    of its floor area. A floor area that nobody knows counts as nothing, one that is estimated as estimated. A
    subdistrict that has less than is asked is one bundle.
    """
    ordered = estates.sort_values("estate_id", kind="stable")
    old = (ordered["eligible"] | (ordered["eligibility"] == _OLD_BESIDE_ELIGIBLE)).to_numpy(bool)
    if rule is None or not old.any():
        return estates.assign(package_id=pd.Series(None, estates.index, dtype=object)), _table([], estates)
    mine = ordered[old]
    at = np.full(len(estates), -1)
    at[estates.index.get_indexer(mine.index)] = np.arange(len(mine))
    unit = _units(mine)
    links = _links(mine, adjacency), _walks(reach, at)
    home, names = _bundled(mine, unit, links, least=round(rule.floor_area_m2 * 1000))
    ids = np.array([f"P{number + 1:03d}" for number in range(len(names))], dtype=object)
    package_id = pd.Series(ids[home], mine.index, dtype=object).reindex(estates.index)
    mine = mine.assign(area=_areas(mine))
    bundles = zip(ids, names, strict=True)
    rows = [_row(one, mine[home == number], clusters, rule, name) for number, (one, name) in enumerate(bundles)]
    return estates.assign(package_id=package_id.astype(object).where(package_id.notna(), None)), _table(rows, estates)


def _units(estates: gpd.GeoDataFrame) -> Ints:
    """Give clusters and single estates numbers in the order of their first estates."""
    single = pd.Series([f"estate {one}" for one in estates["estate_id"]], estates.index, dtype=object)
    keys = single.where(estates["cluster_id"].isna(), "cluster " + estates["cluster_id"].astype(str))
    numbers: Ints = pd.factorize(keys)[0].astype(np.int64)
    return numbers


def _links(estates: gpd.GeoDataFrame, adjacency: pd.DataFrame) -> tuple[Ints, Ints]:
    index = pd.Index(estates["estate_id"])
    one, other = (index.get_indexer(pd.Index(adjacency[f"estate_{side}"])) for side in "ab")
    both = (one >= 0) & (other >= 0)
    return one[both], other[both]


def _walks(reach: Pairs, at: Ints) -> tuple[Ints, Ints, Floats]:
    one, other = at[reach.origin], at[reach.target]
    both = (one >= 0) & (other >= 0) & (one != other)
    return one[both], other[both], reach.cost_us[both].astype(float)


def _bundled(estates: gpd.GeoDataFrame, unit: Ints, links: _Links, *, least: int) -> tuple[Ints, list[str]]:
    """Return the number of each estate's bundle, and the subdistrict of each bundle, in the order of their names."""
    area = _area_of_units(estates, unit)
    size = np.rint(np.nan_to_num(estates["floor_area_m2"].to_numpy(float)) * 1000).astype(np.int64)
    ground = np.asarray(estates.geometry.array, dtype=object)
    weight, middle = shapely.area(ground), shapely.get_coordinates(shapely.centroid(ground))
    n = int(unit.max()) + 1
    sizes = np.zeros(n, np.int64)
    np.add.at(sizes, unit, size)
    xy = np.column_stack([np.bincount(unit, weight * middle[:, axis], n) for axis in (0, 1)])
    middles: Floats = xy / np.bincount(unit, weight, n)[:, None]
    home = np.zeros(n, np.int64)
    names: list[str] = []
    for name in sorted(set(area)):
        members = np.flatnonzero(area == name)
        borders, walk = _between(members, unit, links)
        found = bundle_units(Units(sizes[members], middles[members], borders, walk), least=least)
        home[members] = found + len(names)
        names += [name] * (int(found.max()) + 1)
    return home[unit], names


def _between(members: Ints, unit: Ints, links: _Links) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return borders and walks between the units of one subdistrict."""
    place = np.full(int(unit.max()) + 1, -1)
    place[members] = np.arange(len(members))
    borders = np.zeros((len(members), len(members)), bool)
    walk = np.full(borders.shape, np.inf)
    (one, other), (start, end, cost) = links
    a, b = place[unit[one]], place[unit[other]]
    here = (a >= 0) & (b >= 0) & (a != b)
    borders[a[here], b[here]] = borders[b[here], a[here]] = True
    a, b = place[unit[start]], place[unit[end]]
    here = (a >= 0) & (b >= 0) & (a != b)
    for i, j in ((a, b), (b, a)):
        np.minimum.at(walk, (i[here], j[here]), cost[here])
    return borders, walk


def _areas(estates: gpd.GeoDataFrame) -> pd.Series:
    """Name the subdistrict of each estate, with its district where two have one of that name; empty where unknown."""
    places = estates[["subdistrict", "district"]].astype(object)
    names, districts = (column.where(column.notna(), "") for _, column in places.items())
    several = districts[districts != ""].groupby(names[districts != ""]).nunique()
    doubled = names.isin(several.index[several > 1]) & (names != "")
    return names.where(~doubled, districts + names).astype(object)


def _area_of_units(estates: gpd.GeoDataFrame, unit: Ints) -> npt.NDArray[np.object_]:
    """Return the subdistrict of each unit: the one with most of its floor area, a named one before none."""
    size = np.rint(np.nan_to_num(estates["floor_area_m2"].to_numpy(float)) * 1000)
    table = pd.DataFrame({"unit": unit, "area": _areas(estates).to_numpy(object), "size": size, "estates": 1})
    sums = table.groupby(["unit", "area"], as_index=False)[["size", "estates"]].sum()
    sums = sums.assign(unnamed=sums["area"] == "").sort_values(
        ["unit", "unnamed", "size", "estates", "area"], ascending=[True, True, False, False, True], kind="stable"
    )
    first: npt.NDArray[np.object_] = sums.drop_duplicates("unit")["area"].to_numpy(object)
    return first


def _row(
    identifier: str, members: gpd.GeoDataFrame, clusters: gpd.GeoDataFrame, rule: Management, name: str
) -> dict[str, object]:
    """Sum up one package."""
    ids = members["cluster_id"].dropna().drop_duplicates().sort_values().tolist()
    known = members["floor_area_m2"].notna()
    guessed = known & members["missing"].fillna("").str.split(";").map(lambda keys: "floor_area_m2" in keys)
    floor_area_m2 = float(members["floor_area_m2"].sum())
    grounds = [*clusters.geometry[clusters["cluster_id"].isin(ids)], *members.geometry[members["cluster_id"].isna()]]
    return {
        "package_id": identifier,
        "subdistrict": name or None,
        "estates": len(members),
        "clusters": len(ids),
        "cluster_ids": ";".join(ids),
        "households": members["households"].sum(),
        "people": members["people"].sum(),
        "floor_area_m2": floor_area_m2,
        "estimated_area_m2": float(members.loc[guessed, "floor_area_m2"].sum()),
        "estimated": bool((members["estimated"] | guessed).any()),
        "unknown_area": int((~known).sum()),
        "elsewhere": int(((members["area"] != name) & (members["area"] != "")).sum()),
        "threshold": float(rule.floor_area_m2),
        "shortfall": max(0.0, rule.floor_area_m2 - floor_area_m2),
        "unit": _UNIT,
        "clause": rule.source,
        "confidence": rule.confidence,
        "geometry": shapely.multipolygons(shapely.get_parts(shapely.union_all(grounds))),
    }


def _table(rows: list[dict[str, object]], estates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, columns=_COLUMNS, geometry="geometry", crs=estates.crs)


def tell_packages(packages: gpd.GeoDataFrame, *, estates: pd.DataFrame) -> tuple[Problem, ...]:
    """Tell which packages are too small, or large enough by estimates alone, and who is bundled without a subdistrict.

    Parameters
    ----------
    packages, estates : DataFrame
        Columns as in ``Plan``.

    Returns
    -------
    tuple of Problem
        Warnings.
    """
    return tuple(_told(packages, estates))


def _told(packages: gpd.GeoDataFrame, estates: pd.DataFrame) -> Iterator[Problem]:
    for row in packages[packages["shortfall"] > 0].itertuples():
        facts = {"threshold": f"{row.threshold:,.0f}", "area": f"{row.floor_area_m2:,.0f}", "unknown": row.unknown_area}
        area = row.subdistrict if isinstance(row.subdistrict, str) else "—"
        yield warning("package_short", feature=row.package_id, value=f"{row.shortfall:,.0f}", subdistrict=area, **facts)
    recorded = packages["floor_area_m2"] - packages["estimated_area_m2"]
    guessed = packages[(packages["shortfall"] == 0) & (recorded < packages["threshold"])]
    if len(guessed):
        yield warning("package_by_estimate", feature=_listed(guessed["package_id"]), value=len(guessed))
    homeless = estates[estates["package_id"].notna() & estates["subdistrict"].isna()]
    if len(homeless):
        yield warning("package_no_subdistrict", feature=_listed(homeless["estate_id"]), value=len(homeless))


def _listed(identifiers: pd.Series) -> str:
    shown = ", ".join(identifiers.iloc[:_SHOWN].astype(str))
    return shown if len(identifiers) <= _SHOWN else f"{shown} …"
