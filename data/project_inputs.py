"""All inputs from the files that a project names."""

from collections.abc import Callable, Sequence

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from data.coordinates.crs import analysis_crs, centre
from data.errors import CrsError, InputError
from data.facilities.kinds import service_key
from data.facilities.merging import RECORD_COLUMNS
from data.facilities.settling import settle_facilities
from data.inputs import Inputs
from data.layer_accounts import GEOGRAPHIC, Declared, account_ledger, bounds_of, failed_account
from data.layers import as_layer, empty_layer
from data.problems import Problem, error
from data.project import LayerTable, Project
from data.project_layers import (
    Reader,
    Reading,
    declared_by,
    join_layers,
    read_barriers,
    read_boundary,
    read_estates,
    read_facilities,
    read_gates,
    read_sites,
)
from data.project_network import Network, Opened, no_network, open_network
from data.repair import overlaps
from data.standards.model import Standard
from data.tables.join import join_ledger
from data.tables.ledgers import read_ledger
from data.words import LANGUAGES

# The middle of the town where no layer says where it is, and nothing will be worked out.
_NOWHERE = (117.0, 28.0)


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
        The layers; what could not be read is empty and its errors stand in the problems, so that all faults of all
        files are told at once.
    """
    reading = Reading(project, _undeclarable(project, standard))
    estates = _estates(reading)
    others = {
        "facilities": _all(reading, read_facilities, project.facilities, "facilities"),
        "sites": _all(reading, read_sites, project.sites, "sites"),
        "gates": _all(reading, read_gates, project.gates, "gates"),
        "barriers": _all(reading, read_barriers, project.barriers, "barriers"),
    }
    told = len(reading.problems)
    opened = _opened(reading)
    stage("classify")
    frames = [estates, *([opened.frame] if opened else []), *(frame for layer in others.values() for frame in layer)]
    crs = _analysis_crs(reading, frames)
    network = _network(reading, opened, crs=crs, since=told)
    estates = as_layer(estates, layer="estates", crs=crs)
    reading.problems += overlaps(estates, place=project.estates.path if project.estates else "")
    records = join_layers(others.pop("facilities"), layer="facilities", prefix="F", crs=crs, beside=RECORD_COLUMNS)
    facilities = settle_facilities(records, estates=estates, table=project.facilities_merge, file=project.file_name)
    reading.problems += facilities.problems
    joined = {
        layer: join_layers(frames, layer=layer, prefix=prefix, crs=crs)
        for (layer, frames), prefix in zip(others.items(), "SGB", strict=True)
    }
    boundary = _boundary(reading, crs)
    return Inputs(
        project=project,
        standard=standard,
        crs=crs,
        estates=estates,
        buildings=network.layers["buildings"],
        facilities=facilities.running,
        facilities_aside=facilities.aside,
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
        accounts=tuple(reading.accounts),
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
        if table.service is not None and service_key(table.service) not in names
    ]  # fmt: skip


def _analysis_crs(reading: Reading, frames: Sequence[gpd.GeoDataFrame]) -> CRS:
    """Choose the system of the analysis by the first layer that says where the town is."""
    located = next((frame for frame in frames if bounds_of(frame) is not None), None)
    lon, lat = _NOWHERE if located is None else centre(located)
    try:
        return analysis_crs(lon, lat, declared="auto" if located is None else reading.project.project.crs)
    except CrsError as fault:
        reading.problems += fault.problems
        return analysis_crs(lon, lat)


def _network(reading: Reading, opened: Opened | None, *, crs: CRS, since: int) -> Network:
    """Make the network, and draw up what became of its ways."""
    table = reading.project.network
    if opened is None or table is None:
        return no_network(crs)
    try:
        network = opened.make(crs)
    except InputError as fault:
        reading.problems += fault.problems
        reading.accounts.append(failed_account(declared_by(table, role="network")))
        return no_network(crs)
    ways = network.walkways.edges["way_id"]
    kept = int(ways.nunique()) if (ways >= 0).any() else len(ways)
    reading.account(declared_by(table, role="network"), opened.frame, since=since, kept=kept)
    return network


def _estates(reading: Reading) -> gpd.GeoDataFrame:
    """Read the estate polygons and join the ledger."""
    table = reading.project.estates
    if table is None:
        reading.problems.append(error("project_without_estates", file=reading.project.file_name))
        return empty_layer("estates", crs=CRS(GEOGRAPHIC))
    estates = reading.attempt(read_estates, table, "estates")
    if table.ledger is None:
        return estates
    ledger = table.ledger
    fields = {**({"estate_id": ledger.key} if ledger.key else {}), **ledger.fields}
    declared = Declared("ledger", ledger.path, ledger.sheet or "")
    try:
        rows, problems = read_ledger(
            reading.project.path(ledger.path), sheet=ledger.sheet, fields=fields, place=ledger.path
        )
    except InputError as fault:
        reading.problems += fault.problems
        reading.accounts.append(failed_account(declared))
        return estates
    reading.problems += problems
    reading.accounts.append(account_ledger(declared, rows=len(rows), problems=problems))
    reading.source("ledger", ledger.path, {})
    # Without estates every row would be left over, which the fault of their layer explains already.
    if estates.empty:
        return estates
    return reading.keep(join_ledger(estates, rows, is_key_declared="estate_id" in fields, place=ledger.path))


def _all(reading: Reading, reader: Reader, tables: Sequence[LayerTable], layer: str) -> list[gpd.GeoDataFrame]:
    return [reading.attempt(reader, table, layer) for table in tables]


def _opened(reading: Reading) -> Opened | None:
    """Read the file of the network; None when that fails."""
    table = reading.project.network
    if table is None:
        reading.problems.append(error("project_without_network", file=reading.project.file_name))
        return None
    try:
        return open_network(reading)
    except InputError as fault:
        reading.problems += fault.problems
        reading.accounts.append(failed_account(declared_by(table, role="network")))
        return None


def _together(own: gpd.GeoDataFrame, found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.concat([own, found], ignore_index=True), geometry="geometry", crs=own.crs)


def _boundary(reading: Reading, crs: CRS) -> shapely.Polygon | None:
    """Read the planning area as one polygon."""
    table = reading.project.boundary
    if table is None:
        return None
    areas = reading.attempt(read_boundary, table, "boundary").to_crs(crs)
    return None if areas.empty else shapely.union_all(areas.geometry.to_numpy())
