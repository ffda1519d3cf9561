"""All inputs from the files that a project names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from data.assumed_outlines import assume_outlines
from data.coordinates.crs import analysis_crs, centre, extent
from data.coordinates.readings import Box
from data.errors import CrsError, InputError
from data.exclusions import Exclusion, mark_excluded
from data.facilities.kinds import service_key
from data.facilities.merging import RECORD_COLUMNS
from data.facilities.settling import settle_facilities
from data.inputs import Inputs
from data.inventory import read_inventory, with_sources
from data.layer_accounts import Declared, account_ledger, bounds_of, failed_account
from data.layers import as_layer, empty_layer
from data.management import read_management
from data.problems import Problem, error
from data.project import LedgerTable, Project
from data.project_coordinates import far_off, is_ambiguous
from data.project_layers import (
    Layer,
    Reader,
    Reading,
    declared_by,
    join_layers,
    read_barriers,
    read_boundary,
    read_estates,
    read_facilities,
    read_gates,
    read_ground,
    read_hazards,
    read_sites,
)
from data.project_network import Network, Opened, no_network, open_network
from data.project_streets import ask_streets
from data.renovation import read_renovation
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
    layers, opened = _read_all(reading)
    stage("classify")
    crs = _analysis_crs(reading, [*(layer.frame for layer in layers), *([opened.frame] if opened else [])])
    network = _network(reading, opened, crs=crs)
    layers += [_read_again(reading, layer) for layer in _outlines(reading)]
    for layer in layers:
        reading.problems += far_off(layer.standing, near=reading.near)
    standing = opened.standing if opened else None
    layers = ask_streets(reading, layers, edges=network.walkways.edges, network=standing)
    read = _of_kind(layers, "estates")[0]
    inventory = read_inventory(read, standard=standard)
    estates = as_layer(read, layer="estates", crs=crs)
    place = project.estates.path if project.estates else ""
    buildings = network.layers["buildings"]
    estates = reading.keep(assume_outlines(estates, buildings=buildings, assumed=project.estimates, place=place))
    estates = _judged_by_files(reading, estates, areas=_of_kind(layers, "exclusions"), standard=standard)
    reading.problems += overlaps(estates, place=place)
    lists = _of_kind(layers, "facilities")
    records = join_layers(lists, layer="facilities", prefix="F", crs=crs, beside=RECORD_COLUMNS)
    facilities = settle_facilities(records, estates=estates, table=project.facilities_merge, file=project.file_name)
    reading.problems += facilities.problems
    joined = {
        layer: join_layers(_of_kind(layers, layer), layer=layer, prefix=prefix, crs=crs)
        for layer, prefix in _PREFIXES.items()
    }
    return Inputs(
        project=project,
        standard=standard,
        crs=crs,
        estates=estates,
        buildings=buildings,
        facilities=facilities.running,
        facilities_aside=facilities.aside,
        entrances=network.layers["entrances"],
        sites=joined["sites"],
        gates=_together(joined["gates"], network.layers["gates"]),
        barriers=_together(joined["barriers"], network.layers["barriers"]),
        context=network.layers["context"],
        hazards=_together(joined["hazards"], network.layers["hazards"]),
        walkways=network.walkways,
        boundary=_boundary(layers, crs),
        problems=tuple(reading.problems),
        sources=tuple(reading.sources),
        facts={"date": str(project.project.date or network.date), "licence": network.licence},
        inventory=inventory,
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
    if located is None:
        return analysis_crs(*_NOWHERE)
    place, declared = centre(located), reading.project.project.crs
    try:
        return analysis_crs(*place, declared=declared)
    except CrsError as fault:
        reading.problems += fault.problems
        return analysis_crs(*place)


def _network(reading: Reading, opened: Opened | None, *, crs: CRS) -> Network:
    """Make the network, and draw up what became of its ways."""
    table = reading.project.network
    if opened is None or table is None:
        return no_network(crs)
    declared = declared_by(table, role="network")
    try:
        network = opened.make(crs)
    except InputError as fault:
        reading.problems += fault.problems
        reading.accounts.append(failed_account(declared))
        return no_network(crs)
    ways = network.walkways.edges["way_id"]
    kept = int(ways.nunique()) if (ways >= 0).any() else len(ways)
    reading.account(declared, opened.frame, kept=kept)
    return network


def _read_all(reading: Reading) -> tuple[list[Layer], Opened | None]:
    """Read all layers and open the network; those whose system is open are read again when the others are."""
    project = reading.project
    tables = {"facilities": project.facilities, "sites": project.sites, "gates": project.gates}
    if project.estates is None:
        reading.problems.append(error("project_without_estates", file=project.file_name))
        layers = [Layer("estates", empty_layer("estates", crs=CRS("EPSG:4326")))]
    else:
        layers = [reading.attempt(read_estates, project.estates, "estates")]
    rows = _read_ledger(reading)
    layers += [
        reading.attempt(_READERS[kind], table, kind)
        for kind, rows in {**tables, "barriers": project.barriers, "hazards": project.hazards}.items()
        for table in rows
    ]
    opened, fault = _opened(reading)
    reading.near = _town(layers, opened)
    layers = [_read_again(reading, layer) for layer in layers]
    if fault is not None and reading.near is not None:
        opened, fault = _opened(reading)
    if fault is not None and project.network is not None:
        reading.problems += fault.problems
        reading.accounts.append(failed_account(declared_by(project.network, role="network")))
    return [_with_ledger(reading, layers[0], rows), *layers[1:]], opened


def _town(layers: Sequence[Layer], opened: Opened | None) -> Box | None:
    """Return where the town lies: where the network does, else the first layer whose system is sure."""
    frames = [opened.frame] if opened is not None else []
    frames += [layer.standing.frame for layer in layers if layer.standing is not None]
    return next((extent(frame) for frame in frames if not frame.geometry.is_empty.all()), None)


def _read_again(reading: Reading, layer: Layer) -> Layer:
    if layer.again is None or layer.fault is None:
        return layer
    if reading.near is not None:
        return layer.again()
    reading.problems += layer.fault.problems
    reading.accounts += [failed_account(layer.declared)] if layer.declared else []
    return layer


def _read_ledger(reading: Reading) -> pd.DataFrame | None:
    """Read the rows of the ledger; None where there is none, or it cannot be read."""
    estates = reading.project.estates
    if estates is None or estates.ledger is None:
        return None
    ledger = estates.ledger
    declared = Declared("ledger", ledger.path, ledger.sheet or "")
    try:
        rows, problems = read_ledger(
            reading.project.path(ledger.path), sheet=ledger.sheet, fields=_ledger_fields(ledger), place=ledger.path
        )
    except InputError as fault:
        reading.problems += fault.problems
        reading.accounts.append(failed_account(declared))
        return None
    reading.problems += problems
    reading.accounts.append(account_ledger(declared, rows=len(rows), problems=problems))
    reading.source("ledger", ledger.path, {})
    return with_sources(rows, place=ledger.path)


def _ledger_fields(ledger: LedgerTable) -> dict[str, str]:
    return {**({"estate_id": ledger.key} if ledger.key else {}), **ledger.fields}


def _with_ledger(reading: Reading, layer: Layer, rows: pd.DataFrame | None) -> Layer:
    """Join the ledger; without estates every row would be left over, which the fault of their layer explains."""
    table = reading.project.estates
    if rows is None or table is None or table.ledger is None or layer.frame.empty:
        return layer
    is_key_declared = "estate_id" in _ledger_fields(table.ledger)
    joined = join_ledger(layer.frame, rows, is_key_declared=is_key_declared, place=table.ledger.path)
    return replace(layer, frame=reading.keep(joined))


_READERS: Mapping[str, Reader] = {
    "facilities": read_facilities,
    "sites": read_sites,
    "gates": read_gates,
    "barriers": read_barriers,
    "hazards": read_hazards,
}
_PREFIXES = {"sites": "S", "gates": "G", "barriers": "B", "hazards": "D"}


def _judged_by_files(
    reading: Reading, estates: gpd.GeoDataFrame, *, areas: Sequence[gpd.GeoDataFrame], standard: Standard
) -> gpd.GeoDataFrame:
    """Read what was renovated before, and lay the areas of exclusion over the estates."""
    table = reading.project.estates
    ledger = table.ledger if table else None
    place = ledger.path if ledger else table.path if table else ""
    estates = read_management(reading.keep(read_renovation(estates, standard=standard, place=place)))
    layers = [
        Exclusion(frame.to_crs(estates.crs), one.reason, one.min_share, one.path)
        for one, frame in zip(reading.project.exclusions, areas, strict=True)
        if not frame.empty
    ]
    return reading.keep(mark_excluded(estates, layers))


def _outlines(reading: Reading) -> list[Layer]:
    """Read the layers of which nothing but the ground counts."""
    project = reading.project
    layers = [reading.attempt(read_ground, table, "exclusions") for table in project.exclusions]
    if project.boundary is not None:
        layers.append(reading.attempt(read_boundary, project.boundary, "boundary"))
    return layers


def _of_kind(layers: Sequence[Layer], kind: str) -> list[gpd.GeoDataFrame]:
    return [layer.frame for layer in layers if layer.kind == kind]


def _opened(reading: Reading) -> tuple[Opened | None, CrsError | None]:
    """Read the file of the network; when its system is open and the town's place not known yet, return why."""
    table = reading.project.network
    if table is None:
        reading.problems.append(error("project_without_network", file=reading.project.file_name))
        return None, None
    told, named = len(reading.problems), len(reading.sources)
    try:
        return open_network(reading), None
    except InputError as fault:
        if reading.near is None and isinstance(fault, CrsError) and is_ambiguous(fault):
            del reading.problems[told:], reading.sources[named:]
            return None, fault
        reading.problems += fault.problems
        reading.accounts.append(failed_account(declared_by(table, role="network")))
        return None, None


def _together(own: gpd.GeoDataFrame, found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.concat([own, found], ignore_index=True), geometry="geometry", crs=own.crs)


def _boundary(layers: Sequence[Layer], crs: CRS) -> shapely.Polygon | None:
    """Return the planning area as one polygon."""
    given = next((frame for frame in _of_kind(layers, "boundary") if not frame.empty), None)
    return None if given is None else shapely.union_all(given.to_crs(crs).geometry.to_numpy())
