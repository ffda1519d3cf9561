"""All inputs from one OpenStreetMap extract."""

from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from data.coordinates.crs import analysis_crs
from data.facilities.settling import settle_facilities
from data.inputs import Inputs, Source
from data.layer_accounts import LayerAccount, bounds_of
from data.osm.extract import Extract, open_extract
from data.osm.features import read_features
from data.osm.places import (
    barriers_of,
    buildings_of,
    context_of,
    entrances_of,
    estates_of,
    facility_records_of,
    gates_of,
    hazards_of,
    sites_of,
)
from data.osm.unwalked import unwalked_ways
from data.osm.walkways import read_walkways
from data.problems import Problem, warning
from data.project import Project
from data.repair import overlaps
from data.standards.model import Standard

LICENCE = "© OpenStreetMap contributors, ODbL 1.0"
LARGE_ESTATE_M2 = 500_000.0


def read_osm_inputs(project: Project, standard: Standard, *, stage: Callable[[str], None]) -> Inputs:
    """Read estates, facilities, walkways and all else from one extract.

    Parameters
    ----------
    project : Project
        The settings; ``osm`` names the extract.
    standard : Standard
        The standard.
    stage : callable
        Called with the key of each stage as it begins.

    Returns
    -------
    Inputs
        The layers, in the zone of the residential areas.

    Raises
    ------
    InputError
        When the extract cannot be read.
    """
    extract = open_extract(project.path(project.osm or ""), name=Path(project.osm or "").name)
    features, problems = read_features(extract)
    stage("classify")
    crs = analysis_crs(*_middle(features), declared=project.project.crs)
    estates = estates_of(features, crs=crs)
    records = facility_records_of(features, crs=crs, date=extract.date, source="osm")
    facilities = settle_facilities(records, estates=estates, table=project.facilities_merge, file=project.file_name)
    sites, gates, barriers = (read(features, crs=crs) for read in (sites_of, gates_of, barriers_of))
    walkways = read_walkways(extract, crs=crs)
    layers = {"estates": estates, "facilities": facilities.running, "sites": sites, "gates": gates}
    return Inputs(
        project=project,
        standard=standard,
        crs=crs,
        estates=estates,
        buildings=buildings_of(features, crs=crs),
        facilities=facilities.running,
        facilities_aside=facilities.aside,
        entrances=entrances_of(features, crs=crs),
        sites=sites,
        gates=gates,
        barriers=barriers,
        context=context_of(features, crs=crs),
        hazards=hazards_of(features, crs=crs),
        walkways=walkways,
        boundary=None,
        problems=(
            *problems,
            *facilities.problems,
            *unwalked_ways(features, crs=crs, place=extract.name),
            *_estate_problems(estates, extract),
        ),
        sources=(Source("osm", extract.name, extract.sha256(), {"date": extract.date}),),
        facts={"date": extract.date, "licence": LICENCE},
        accounts=_accounts({**layers, "barriers": barriers, "network": walkways.edges}, extract),
    )


def _accounts(layers: Mapping[str, gpd.GeoDataFrame], extract: Extract) -> tuple[LayerAccount, ...]:
    """Count what each layer takes from the extract."""
    return tuple(
        LayerAccount(
            role,
            extract.name,
            format=extract.format.upper(),
            crs="WGS 84 (EPSG:4326)",
            crs_by="stated",
            kept=int(frame["way_id"].nunique()) if role == "network" else len(frame),
            bounds=bounds_of(frame),
        )
        for role, frame in layers.items()
    )


def _middle(features: gpd.GeoDataFrame) -> tuple[float, float]:
    """Return the middle of the residential areas, or of whatever there is, as longitude and latitude."""
    homes = [tags.get("landuse") == "residential" for tags in features["tags"]]
    shapes = features.geometry.to_numpy()
    chosen = shapes[homes] if any(homes) else shapes
    points = shapely.get_coordinates(shapely.centroid(chosen))
    lon, lat = points.mean(axis=0) if len(points) else (117.0, 28.0)
    return float(lon), float(lat)


def _estate_problems(estates: gpd.GeoDataFrame, extract: Extract) -> tuple[Problem, ...]:
    """Tell of residential areas that overlap, and of those too large to be one estate."""
    large = estates[estates.area > LARGE_ESTATE_M2]
    sizes = np.round(large.area / 10_000, 1)
    told = tuple(
        warning(
            "estate_large",
            file=extract.name,
            feature=identifier,
            value=f"{size:g}",
            limit=f"{LARGE_ESTATE_M2 / 10_000:g}",
        )
        for identifier, size in zip(large["estate_id"], sizes, strict=True)
    )
    return told + overlaps(estates, place=extract.name)
