"""Estates gathered into projects: clusters whole, others alone, and what each project is and deserves."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.project_money import PhasesTable

Floats = npt.NDArray[np.float64]

MERITS = ("willingness", "management", "safety", "need")
_SUMS = ("buildings", "households", "people", "floor_area_m2")


def project_of(estates: pd.DataFrame) -> pd.Series:
    """Return the project of each estate that may be renovated: its cluster, or itself where it stands alone.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id``, ``cluster_id``, ``eligible``.

    Returns
    -------
    Series of str
        Index ``estate_id``, missing for estates that may not.
    """
    mine = estates["cluster_id"].where(estates["cluster_id"].notna(), estates["estate_id"])
    mine = mine.where(estates["eligible"].astype(bool) | estates["cluster_id"].notna(), None)
    return pd.Series(mine.to_numpy(object), estates["estate_id"].to_numpy(object), dtype=object)


def project_table(
    estates: gpd.GeoDataFrame, *, project: pd.Series, names: pd.Series, lots: pd.Series
) -> gpd.GeoDataFrame:
    """Sum up the estates of each project.

    Parameters
    ----------
    estates : GeoDataFrame
        The estates with ``label``.
    project : Series of str
        Index ``estate_id``: the cluster or estate that each belongs to, missing for none.
    names : Series of str
        Index ``cluster_id``: names of the clusters.
    lots : Series of str
        Index ``estate_id``: the project, a lot where a cluster is done in several.

    Returns
    -------
    GeoDataFrame
        One row per project, by identifier: ``project_id``, ``name``, ``kind`` (``cluster``, ``lot`` or ``estate``),
        ``cluster_id``, ``estates`` (int), ``estate_ids``, ``subdistricts`` (str, joined by ``;``), ``buildings``,
        ``households``, ``people``, ``floor_area_m2`` (float, NaN where nobody knows that of any estate), ``estimated``
        (bool), ``geometry``.
    """
    own = estates.assign(project_id=estates["estate_id"].map(lots), cluster=estates["estate_id"].map(project))
    own = own[own["project_id"].notna()]
    groups = own.groupby("project_id", sort=True)
    table = groups[list(_SUMS)].sum(min_count=1)
    first = groups[["cluster_id", "label", "cluster"]].first()
    is_cluster = first["cluster_id"].notna()
    is_lot = is_cluster & (first.index != first["cluster"])
    label = names.reindex(first["cluster_id"]).to_numpy(object)
    table = table.assign(
        name=np.where(is_cluster, label, first["label"]),
        kind=np.select([is_lot, is_cluster], ["lot", "cluster"], "estate").astype(object),
        cluster_id=first["cluster_id"],
        estates=groups.size(),
        estate_ids=groups["estate_id"].agg(";".join),
        subdistricts=groups["subdistrict"].agg(lambda own: ";".join(sorted(set(own.dropna())))),
        estimated=groups["estimated"].any(),
    ).reset_index()
    shapes = own.dissolve(by="project_id", sort=True).geometry.reindex(table["project_id"])
    return gpd.GeoDataFrame(table, geometry=shapes.to_numpy(), crs=estates.crs)


def merits(estates: pd.DataFrame, *, priorities: pd.DataFrame, lots: pd.Series) -> pd.DataFrame:
    """Work out what speaks for each project, as means over its households.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id``, ``households``, ``willing_percent``, ``managed``.
    priorities : DataFrame
        Columns as ``Plan.priorities``.
    lots : Series of str
        Index ``estate_id``: the project.

    Returns
    -------
    DataFrame
        Index ``project_id``, columns ``MERITS``, each 0..1 or NaN where nobody knows it of any estate: households that
        agree, estates with a property company, what lacks in safety, and need.
    """
    need = priorities.set_index("estate_id") if len(priorities) else pd.DataFrame(columns=["safety", "score"])
    ids = estates["estate_id"]
    parts = pd.DataFrame(
        {
            "willingness": estates["willing_percent"].to_numpy(float) / 100,
            "management": estates["managed"].map({"yes": 1.0, "no": 0.0}).to_numpy(float),
            "safety": need["safety"].astype(float).reindex(ids).to_numpy(float),
            "need": need["score"].astype(float).reindex(ids).to_numpy(float),
        }
    )
    weight = estates["households"].to_numpy(float)
    owner = ids.map(lots).to_numpy(object)
    means = {}
    for name in MERITS:
        known = parts[name].notna().to_numpy() & (weight > 0)
        sums = pd.DataFrame({"value": (parts[name] * weight)[known], "weight": weight[known]})
        total = sums.groupby(owner[known]).sum()
        means[name] = total["value"] / total["weight"]
    return pd.DataFrame(means, index=pd.Index(sorted(set(lots.dropna())), name="project_id"))


def urgency(parts: pd.DataFrame, *, settings: PhasesTable) -> Floats:
    """Weigh what speaks for each project.

    Parameters
    ----------
    parts : DataFrame
        Columns ``MERITS``.
    settings : PhasesTable
        ``weights``.

    Returns
    -------
    array of float
        0..1: the weighted mean of the parts that are known; half where none is.

    Notes
    -----
    赣府厅发〔2020〕37号 二(二): 将居民改造意愿、参与积极性、实施物业管理等因素作为重要参考，确定项目改造时序. The
    guideline names no weights; those of the project count.
    """
    given = {str(key): value for key, value in settings.weights.items()}
    weights = np.array([given.get(name, 0.0) for name in MERITS])
    known = parts[list(MERITS)].notna().to_numpy()
    total = (known * weights).sum(axis=1)
    weighed = np.nansum(parts[list(MERITS)].to_numpy(float) * weights, axis=1)
    merit: Floats = np.where(total > 0, weighed / np.where(total > 0, total, 1.0), 0.5)
    return merit


def readiness(parts: pd.DataFrame, *, settings: PhasesTable) -> npt.NDArray[np.object_]:
    """Tell which projects may be begun.

    Parameters
    ----------
    parts : DataFrame
        Columns ``MERITS``.
    settings : PhasesTable
        What is asked of a project.

    Returns
    -------
    array of str
        ``ready``, or the first of ``unwilling``, ``unmanaged``, ``willingness_unknown``, ``management_unknown``.
    """
    willing, managed = parts["willingness"].to_numpy(float), parts["management"].to_numpy(float)
    asks = settings.min_willing_percent > 0
    strict = not settings.unknown_ready
    cases = {
        "unwilling": asks & (willing * 100 < settings.min_willing_percent - 1e-9),
        "unmanaged": settings.needs_management & (managed <= 0),
        "willingness_unknown": np.isnan(willing) & asks & strict,
        "management_unknown": np.isnan(managed) & settings.needs_management & strict,
    }
    return np.select(list(cases.values()), list(cases), "ready").astype(object)


def split_lots(project: pd.Series, *, costs: pd.Series, most_yuan: float) -> pd.Series:
    """Part the clusters that no year can pay for into lots of whole estates.

    Parameters
    ----------
    project : Series of str
        Index ``estate_id``: cluster or estate, missing for none.
    costs : Series of float
        Index ``estate_id``: what its lines cost; NaN counts as nothing.
    most_yuan : float
        The most that a year has.

    Returns
    -------
    Series of str
        Index ``estate_id``: the project, ``<cluster>-1``, ``-2``, ... for lots; an estate that is dearer than a year
        makes a lot of its own.
    """
    yuan = costs.reindex(project.index).fillna(0.0)
    lots = project.copy()
    for cluster, members in project.dropna().groupby(project.dropna()).groups.items():
        own = yuan.loc[list(members)]
        if own.sum() <= most_yuan or len(own) == 1:
            continue
        lots.loc[list(members)] = [f"{cluster}-{lot}" for lot in _filled(own.tolist(), most_yuan)]
    return lots


def _filled(costs: list[float], most: float) -> list[int]:
    """Return the number of the lot that each estate goes to, in their order, each lot as full as it can be."""
    lot, spent, numbers = 1, 0.0, []
    for cost in costs:
        if spent > 0 and spent + cost > most:
            lot, spent = lot + 1, 0.0
        spent += cost
        numbers.append(lot)
    return numbers
