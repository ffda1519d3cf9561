"""All inputs from the files that a project names."""

from collections.abc import Callable, Sequence

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from data.coordinates.crs import analysis_crs, centre, to_analysis
from data.errors import EmptyLayerError, InputError, ProjectError
from data.exclusions import Exclusion, mark_excluded
from data.files.vectors import read_vector
from data.inputs import Inputs
from data.layers import as_layer
from data.problems import Problem, blocking, error
from data.project import LayerTable, Project
from data.project_layers import (
    Reader,
    Reading,
    join_layers,
    read_barriers,
    read_estates,
    read_facilities,
    read_gates,
    read_sites,
)
from data.project_network import Make, open_network
from data.renovation import read_renovation
from data.repair import overlaps, repair_polygons
from data.standards.model import Standard
from data.tables.join import join_ledger
from data.tables.ledgers import read_ledger
from data.words import LANGUAGES


def read_project_inputs(project: Project, standard: Standard, *, stage: Callable[[str], None]) -> Inputs:
    """Read the files that a project names.

    Parameters
    ----------
    project : Project
        The settings.
    standard : Standard
        The standard.
    stage : callable
        Called with the key of each stage as it begins.

    Returns
    -------
    Inputs
        The layers; what could not be read is empty and its errors stand in the problems.

    Raises
    ------
    InputError
        When no estate can be read, so that nothing says where the town is, or no network; it holds all problems found.
    """
    reading = Reading(project, _undeclarable(project, standard))
    estates = _estates(reading)
    others = {
        "facilities": _all(reading, read_facilities, project.facilities, "facilities"),
        "sites": _all(reading, read_sites, project.sites, "sites"),
        "gates": _all(reading, read_gates, project.gates, "gates"),
        "barriers": _all(reading, read_barriers, project.barriers, "barriers"),
    }
    make_network = _opened(reading)
    if make_network is None or estates.empty:
        raise _stopped(reading)
    stage("classify")
    lon, lat = centre(estates)
    crs = analysis_crs(lon, lat, declared=project.project.crs)
    network = make_network(crs)
    estates = as_layer(estates, layer="estates", crs=crs)
    estates = _judged_by_files(reading, estates, standard)
    reading.problems += overlaps(estates, place=project.estates.path if project.estates else "")
    joined = {
        layer: join_layers(frames, layer=layer, prefix=prefix, crs=crs)
        for (layer, frames), prefix in zip(others.items(), "FSGB", strict=True)
    }
    boundary = _boundary(reading, crs)
    return Inputs(
        project=project,
        standard=standard,
        crs=crs,
        estates=estates,
        buildings=network.layers["buildings"],
        facilities=joined["facilities"],
        entrances=network.layers["entrances"],
        sites=joined["sites"],
        gates=_together(joined["gates"], network.layers["gates"]),
        barriers=_together(joined["barriers"], network.layers["barriers"]),
        context=network.layers["context"],
        walkways=network.walkways,
        boundary=boundary,
        problems=tuple(reading.problems),
        sources=tuple(reading.sources),
        facts={"date": str(project.project.date or network.date), "licence": network.licence},
    )


def _undeclarable(project: Project, standard: Standard) -> list[Problem]:
    """Tell which layers declare a service that the standard does not have."""
    names = {service.key: service.name for service in standard.services}
    walked = {service.key: service.name for service in standard.services if service.measure == "walk"}
    allowed = {lang: ", ".join(f"{key} ({name[lang]})" for key, name in walked.items()) for lang in LANGUAGES}
    return [
        error("service_undeclarable", file=project.file_name, field=f"facilities[{number}].service",
              value=table.service, allowed=allowed)
        for number, table in enumerate(project.facilities, 1)
        if table.service is not None and table.service not in names
    ]  # fmt: skip


def _stopped(reading: Reading) -> InputError:
    """Say why nothing can be worked out; a layer of estates that was read and holds none is told, too."""
    if blocking(reading.problems):
        return InputError(*reading.problems)
    table = reading.project.estates
    return EmptyLayerError(*reading.problems, error("no_estates", file=table.path if table else ""))


def _estates(reading: Reading) -> gpd.GeoDataFrame:
    """Read the estate polygons and join the ledger."""
    table = reading.project.estates
    if table is None:
        raise ProjectError(error("project_without_estates", file=reading.project.file_name))
    estates = reading.attempt(read_estates, table, "estates")
    if table.ledger is None or estates.empty:
        return estates
    ledger = table.ledger
    fields = {**({"estate_id": ledger.key} if ledger.key else {}), **ledger.fields}
    try:
        rows, problems = read_ledger(
            reading.project.path(ledger.path), sheet=ledger.sheet, fields=fields, place=ledger.path
        )
    except InputError as fault:
        reading.problems += fault.problems
        return estates
    reading.problems += problems
    reading.source("ledger", ledger.path, {})
    return reading.keep(join_ledger(estates, rows, place=ledger.path))


def _judged_by_files(reading: Reading, estates: gpd.GeoDataFrame, standard: Standard) -> gpd.GeoDataFrame:
    """Read what was renovated before, and lay the areas of exclusion over the estates."""
    table = reading.project.estates
    ledger = table.ledger if table else None
    place = ledger.path if ledger else table.path if table else ""
    estates = reading.keep(read_renovation(estates, standard=standard, place=place))
    layers = [
        Exclusion(reading.keep(repair_polygons(areas, place=one.path)), one.reason, one.min_share, one.path)
        for one in reading.project.exclusions
        if (areas := _areas(reading, one, estates.crs, role="exclusions")) is not None
    ]
    return reading.keep(mark_excluded(estates, layers))


def _all(reading: Reading, reader: Reader, tables: Sequence[LayerTable], layer: str) -> list[gpd.GeoDataFrame]:
    return [reading.attempt(reader, table, layer) for table in tables]


def _opened(reading: Reading) -> Make | None:
    """Read the file of the network; None when that fails."""
    try:
        return open_network(reading)
    except InputError as fault:
        reading.problems += fault.problems
        return None


def _together(own: gpd.GeoDataFrame, found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.concat([own, found], ignore_index=True), geometry="geometry", crs=own.crs)


def _boundary(reading: Reading, crs: CRS) -> shapely.Polygon | None:
    """Read the planning area as one polygon."""
    table = reading.project.boundary
    areas = _areas(reading, table, crs, role="boundary") if table is not None else None
    return None if areas is None else shapely.union_all(areas.geometry.to_numpy())


def _areas(reading: Reading, table: LayerTable, crs: CRS, *, role: str) -> gpd.GeoDataFrame | None:
    """Read polygons of which nothing but the ground counts; None when that fails."""
    try:
        raw, problems, facts = read_vector(
            reading.project.path(table.path), layer=table.layer, encoding=table.encoding, place=table.path
        )
        areas, moved = to_analysis(raw, coordinates=table.coordinates, crs=crs, place=table.path)
    except InputError as fault:
        reading.problems += fault.problems
        return None
    reading.problems += [*problems, *moved]
    reading.source(role, table.path, facts)
    return areas
