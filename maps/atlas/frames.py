"""What can be drawn on a sheet, by the name that ``sheets.toml`` uses for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.plan import Plan
from maps.needs import needs
from maps.street_classes import STREET_CLASSES, street_classes

# Times of the circles of living, in minutes.
_REACHES = (5, 10, 15)


@dataclass(frozen=True)
class Subject:
    """Hold what a sheet of several alike is about; empty where it is about all.

    Parameters
    ----------
    service, category, cluster : str
        Key of a service, of a category of renovation, identifier of a cluster.
    """

    service: str = ""
    category: str = ""
    cluster: str = ""


def frame_of(source: str, *, plan: Plan, subject: Subject) -> gpd.GeoDataFrame:
    """Return what is drawn.

    Parameters
    ----------
    source : str
        Name of a source, one of ``SOURCES``.
    plan : Plan
        The results.
    subject : Subject
        What the sheet is about.

    Returns
    -------
    GeoDataFrame
        Rows with the columns of the frame of the plan.
    """
    return SOURCES[source](plan, subject)


def _assessed(plan: Plan, _subject: Subject) -> gpd.GeoDataFrame:
    """Leave the counts of estates out of which nothing was assessed."""
    estates = plan.estates
    judged = estates["estate_id"].isin(plan.gaps["estate_id"])
    counted = ("gap_count", "gap_count_proposed")
    return estates.assign(**{name: estates[name].where(judged) for name in counted})


def _unsure(plan: Plan, _subject: Subject) -> gpd.GeoDataFrame:
    estates = plan.estates
    return estates[estates["no_data_count"] + estates["size_unknown_count"] > 0]


def _needs(plan: Plan, subject: Subject) -> gpd.GeoDataFrame:
    """Count what each estate lacks of a list; what nobody surveyed at all has no number, which is not nought."""
    lacks = needs(plan)[f"lacks_{subject.category}"].to_numpy(float)
    counts = plan.inventory_counts
    rows = counts[counts["category"] == subject.category].set_index("estate_id")
    is_known = plan.estates["estate_id"].map(rows["unknown"] < rows["items"]).eq(True).to_numpy()
    return plan.estates.assign(lacking=np.where(is_known | (lacks > 0), lacks, np.nan))


def _of_service(plan: Plan, subject: Subject) -> gpd.GeoDataFrame:
    rows = plan.gaps[plan.gaps["service"] == subject.service].set_index("estate_id")
    estates = plan.estates
    told = estates.assign(
        state=estates["estate_id"].map(rows["state"]), walk_minutes=estates["estate_id"].map(rows["walk_minutes"])
    )
    return told.assign(reach=_reach(told))


def _reach(estates: pd.DataFrame) -> pd.Series:
    """Class minutes; where the layer is too thin to tell, a long walk proves nothing."""
    minutes = estates["walk_minutes"].to_numpy(float)
    beyond = np.where(estates["state"].eq("no_data"), "no_data", np.where(np.isnan(minutes), "none", "beyond"))
    names = np.select([minutes <= limit for limit in _REACHES], [f"within_{limit}" for limit in _REACHES], beyond)
    return pd.Series(names, index=estates.index).where(estates["state"].notna())


def _members(plan: Plan, subject: Subject) -> gpd.GeoDataFrame:
    estates = plan.estates
    return estates[estates["cluster_id"] == subject.cluster]


def _cluster_estates(plan: Plan, _subject: Subject) -> gpd.GeoDataFrame:
    return plan.estates.dropna(subset=["cluster_id"])


def _cluster(plan: Plan, subject: Subject) -> gpd.GeoDataFrame:
    """Return the outline of the cluster, grown over the streets between its estates."""
    rows = plan.clusters[plan.clusters["cluster_id"] == subject.cluster]
    return rows.set_geometry([_grown(shape) for shape in rows.geometry], crs=rows.crs)


def _clusters(plan: Plan, _subject: Subject) -> gpd.GeoDataFrame:
    return plan.clusters.set_geometry([_grown(shape) for shape in plan.clusters.geometry], crs=plan.clusters.crs)


def _grown(shape: shapely.Geometry, by_m: float = 18.0) -> shapely.Geometry:
    return shapely.buffer(shapely.buffer(shape, by_m, quad_segs=4), 6.0 - by_m, quad_segs=4)


def _adjacency_here(plan: Plan, subject: Subject) -> gpd.GeoDataFrame:
    here = set(_members(plan, subject)["estate_id"])
    pairs = plan.adjacency
    return pairs[pairs["estate_a"].isin(here) & pairs["estate_b"].isin(here)]


def _facilities(plan: Plan, _subject: Subject) -> gpd.GeoDataFrame:
    """Return the facilities of the assessed services as points, whatever was mapped of them."""
    chosen = plan.facilities[plan.facilities["service"].isin(plan.services["service"])]
    points = shapely.point_on_surface(np.asarray(chosen.geometry.array, dtype=object))
    return chosen.set_geometry(gpd.GeoSeries(points, index=chosen.index, crs=chosen.crs))


def _facilities_of_service(plan: Plan, subject: Subject) -> gpd.GeoDataFrame:
    facilities = _facilities(plan, subject)
    return facilities[facilities["service"] == subject.service]


def _openings(plan: Plan, _subject: Subject) -> gpd.GeoDataFrame:
    return plan.openings[plan.openings["gaps_closed"] > 0]


def _network(plan: Plan, _subject: Subject) -> gpd.GeoDataFrame:
    drawn = np.asarray(STREET_CLASSES, dtype=object)[street_classes(plan.network)]
    return plan.network.assign(drawn=drawn)


def _streets(plan: Plan, subject: Subject) -> gpd.GeoDataFrame:
    network = _network(plan, subject)
    return network[network["drawn"] != "isolated"]


def _ground(kind: str) -> Callable[[Plan, Subject], gpd.GeoDataFrame]:
    def frame(plan: Plan, _subject: Subject) -> gpd.GeoDataFrame:
        return plan.inputs.context[plan.inputs.context["kind"] == kind]

    return frame


def _boundary(plan: Plan, _subject: Subject) -> gpd.GeoDataFrame:
    boundary = plan.inputs.boundary
    return gpd.GeoDataFrame(geometry=[] if boundary is None else [boundary], crs=plan.inputs.crs)


SOURCES: Mapping[str, Callable[[Plan, Subject], gpd.GeoDataFrame]] = {
    "green": _ground("green"),
    "water": _ground("water"),
    "streets": _streets,
    "barriers": lambda plan, _: plan.inputs.barriers,
    "boundary": _boundary,
    "estates": lambda plan, _: plan.estates,
    "estates_assessed": _assessed,
    "estates_unsure": _unsure,
    "estate_needs": _needs,
    "estate_service": _of_service,
    "members": _members,
    "cluster_estates": _cluster_estates,
    "cluster": _cluster,
    "clusters": _clusters,
    "adjacency": lambda plan, _: plan.adjacency,
    "adjacency_here": _adjacency_here,
    "facilities": _facilities,
    "facilities_of_service": _facilities_of_service,
    "network": _network,
    "gates": lambda plan, _: plan.inputs.gates,
    "openings": _openings,
    "sites": lambda plan, _: plan.inputs.sites,
    "proposals": lambda plan, _: plan.proposals,
    "phases": lambda plan, _: plan.programme.phases,
}
