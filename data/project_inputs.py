"""All inputs from the files that a project names."""

from collections.abc import Callable, Mapping, Sequence

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from data.coordinates.crs import analysis_crs, centre, extent
from data.coordinates.readings import Box
from data.errors import CrsError, EmptyLayerError, InputError, ProjectError
from data.inputs import Inputs
from data.layers import as_layer
from data.problems import Problem, blocking, error
from data.project import LayerTable, Project
from data.project_coordinates import far_off, is_ambiguous
from data.project_layers import (
    Layer,
    Reader,
    Reading,
    join_layers,
    read_barriers,
    read_boundary,
    read_estates,
    read_facilities,
    read_gates,
    read_sites,
)
from data.project_network import Opened, open_network
from data.project_streets import ask_streets
from data.repair import overlaps
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
    layers, opened = _read_all(reading)
    estates = _of_kind(layers, "estates")
    if opened is None or not estates or estates[0].empty:
        raise _stopped(reading)
    stage("classify")
    crs = analysis_crs(*centre(estates[0]), declared=project.project.crs)
    network = opened.make(crs)
    if project.boundary is not None:
        layers.append(_read_again(reading, reading.attempt(read_boundary, project.boundary, "boundary")))
    for layer in layers:
        reading.problems += far_off(layer.standing, near=reading.near)
    layers = ask_streets(reading, layers, edges=network.walkways.edges, network=opened.standing)
    estates = as_layer(_of_kind(layers, "estates")[0], layer="estates", crs=crs)
    reading.problems += overlaps(estates, place=project.estates.path if project.estates else "")
    joined = {
        layer: join_layers(_of_kind(layers, layer), layer=layer, prefix=prefix, crs=crs)
        for layer, prefix in _PREFIXES.items()
    }
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
        boundary=_boundary(layers, crs),
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


def _read_all(reading: Reading) -> tuple[list[Layer], Opened | None]:
    """Read all layers and open the network; those whose system is open are read again when the others are."""
    project = reading.project
    if project.estates is None:
        raise ProjectError(error("project_without_estates", file=project.file_name))
    tables = {"facilities": project.facilities, "sites": project.sites, "gates": project.gates}
    layers = [reading.attempt(_read_estates, project.estates, "estates")]
    layers += [
        reading.attempt(_READERS[kind], table, kind)
        for kind, rows in {**tables, "barriers": project.barriers}.items()
        for table in rows
    ]
    opened, fault = _opened(reading)
    reading.near = _town(layers, opened)
    layers = [_read_again(reading, layer) for layer in layers]
    if fault is not None and reading.near is not None:
        opened, fault = _opened(reading)
    reading.problems += fault.problems if fault is not None else ()
    return layers, opened


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
    return layer


def _read_estates(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read the estate polygons and join the ledger."""
    estates = read_estates(reading, table)
    ledger = reading.project.estates.ledger if reading.project.estates else None
    if ledger is None or estates.empty:
        return estates
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


_READERS: Mapping[str, Reader] = {
    "facilities": read_facilities,
    "sites": read_sites,
    "gates": read_gates,
    "barriers": read_barriers,
}
_PREFIXES = {"facilities": "F", "sites": "S", "gates": "G", "barriers": "B"}


def _of_kind(layers: Sequence[Layer], kind: str) -> list[gpd.GeoDataFrame]:
    return [layer.frame for layer in layers if layer.kind == kind]


def _opened(reading: Reading) -> tuple[Opened | None, CrsError | None]:
    """Read the file of the network; when its system is open and the town's place not known yet, return why."""
    told, named = len(reading.problems), len(reading.sources)
    try:
        return open_network(reading), None
    except InputError as fault:
        if reading.near is None and isinstance(fault, CrsError) and is_ambiguous(fault):
            del reading.problems[told:], reading.sources[named:]
            return None, fault
        reading.problems += fault.problems
        return None, None


def _together(own: gpd.GeoDataFrame, found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.concat([own, found], ignore_index=True), geometry="geometry", crs=own.crs)


def _boundary(layers: Sequence[Layer], crs: CRS) -> shapely.Polygon | None:
    """Return the planning area as one polygon."""
    given = next((frame for frame in _of_kind(layers, "boundary") if not frame.empty), None)
    return None if given is None else shapely.union_all(given.to_crs(crs).geometry.to_numpy())
