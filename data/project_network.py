"""The walking network of a project: an OpenStreetMap extract, an OSMnx graph or road lines."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
from pyproj import CRS

from data.errors import InputError, MissingFileError, ProjectError, UnreadableFileError
from data.inputs import Source, Walkways, no_walkways
from data.layers import empty_layer
from data.osm.extract import SUFFIXES, open_extract
from data.osm.features import read_features
from data.osm.inputs import LICENCE
from data.osm.places import barriers_of, buildings_of, context_of, entrances_of, gates_of, hazards_of
from data.osm.unwalked import unwalked_ways
from data.osm.walkways import read_walkways
from data.problems import Problem, error
from data.project import NetworkTable
from data.project_coordinates import Standing
from data.project_layers import Reading
from data.roads.graphml import GRAPH_SUFFIX, graph_walkways, read_graph
from data.roads.lines import LINE_SUFFIXES, line_walkways, read_lines
from data.roads.settling import naming_the_stated

_READERS = {
    "buildings": buildings_of,
    "gates": gates_of,
    "barriers": barriers_of,
    "entrances": entrances_of,
    "context": context_of,
    "hazards": hazards_of,
}
# Keys of [network] that say nothing of a kind of file.
_UNFIT = {
    "osm": ("layer", "encoding", "coordinates", "fields", "control_points", "join_gap_m"),
    "graph": ("layer", "encoding", "fields", "control_points", "join_gap_m"),
}


@dataclass(frozen=True)
class Network:
    """Hold a walking network and the layers that come with it.

    Parameters
    ----------
    walkways : Walkways
        The ways.
    layers : dict of str to GeoDataFrame
        ``buildings``, ``gates``, ``barriers``, ``entrances``, ``context``, ``hazards``; empty unless the
        file is an extract.
    date, licence : str
        What the data says of itself; empty where it says nothing.
    """

    walkways: Walkways
    layers: dict[str, gpd.GeoDataFrame]
    date: str = ""
    licence: str = ""


Make = Callable[[CRS], Network]


@dataclass(frozen=True)
class Opened:
    """Hold a network that was read and not yet made in a coordinate system.

    Parameters
    ----------
    make : callable
        Makes the network in a coordinate system.
    frame : GeoDataFrame
        What lies where the network does, in its own system.
    standing : Standing, optional
        How road lines came to their system; None for an extract or a graph, which state theirs.
    """

    make: Make
    frame: gpd.GeoDataFrame
    standing: Standing | None = None


def open_network(reading: Reading) -> Opened:
    """Read the file of the network; what it is, its ending tells.

    Parameters
    ----------
    reading : Reading
        The project; what is found, and the file, are kept in it.

    Returns
    -------
    Opened
        The network.

    Raises
    ------
    ProjectError
        When the project names no network.
    InputError
        When the file cannot be read, or a key does not fit it.
    """
    project = reading.project
    if project.network is None:
        raise ProjectError(error("project_without_network", file=project.file_name))
    path = project.path(project.network.path)
    kind, opener = _kind(path, project.network)
    unfit = sorted(project.network.model_fields_set.intersection(_UNFIT.get(kind, ())))
    if unfit:
        told = {"file": project.file_name, "value": path.name}
        raise InputError(*(error("network_key_unfit", field=f"network.{key}", **told) for key in unfit))
    return opener(reading, path, project.network)


def _kind(path: Path, table: NetworkTable) -> tuple[str, Callable[[Reading, Path, NetworkTable], Opened]]:
    name = path.name.lower()
    if name.endswith(SUFFIXES):
        return "osm", _open_extract
    if name.endswith(GRAPH_SUFFIX):
        return "graph", _open_graph
    if name.endswith(LINE_SUFFIXES):
        return "lines", _open_lines
    allowed = " ".join((*SUFFIXES, GRAPH_SUFFIX, *LINE_SUFFIXES))
    raise UnreadableFileError(error("format_unknown", file=table.path, value=path.suffix, allowed=allowed))


def _open_extract(reading: Reading, path: Path, table: NetworkTable) -> Opened:
    extract = open_extract(path, name=Path(table.path).as_posix())
    features = reading.keep(read_features(extract))

    def make(crs: CRS) -> Network:
        layers = {name: read(features, crs=crs) for name, read in _READERS.items()}
        reading.problems += unwalked_ways(features, crs=crs, place=extract.name)
        reading.sources.append(Source("network", extract.name, extract.sha256(), {"date": extract.date}))
        return Network(read_walkways(extract, crs=crs), layers, extract.date, LICENCE)

    return Opened(make, features)


def _open_graph(reading: Reading, path: Path, table: NetworkTable) -> Opened:
    if not path.is_file():
        raise MissingFileError(error("missing_file", file=table.path))
    content = path.read_bytes()
    edges, problems, facts = read_graph(content, coordinates=table.coordinates, place=table.path)
    reading.problems += problems

    def make(crs: CRS) -> Network:
        walkways, told = graph_walkways(edges, crs=crs, place=table.path)
        said = {"format": facts["format"], "crs": facts["crs"], "edges": str(len(walkways.edges))}
        reading.problems += told
        digest = hashlib.sha256(content).hexdigest()
        reading.sources.append(Source("network", Path(table.path).as_posix(), digest, said))
        return Network(walkways, _no_layers(crs), facts["date"], LICENCE if facts["osm"] else "")

    return Opened(make, edges)


def _open_lines(reading: Reading, path: Path, table: NetworkTable) -> Opened:
    def settle(frame: gpd.GeoDataFrame, facts: Mapping[str, str]) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
        with naming_the_stated(frame, place=table.path):
            return reading.settle(frame, table=table, facts=facts), ()

    lines, problems, facts = read_lines(path, table=table, settle=settle)
    standing = reading.standing
    reading.problems += problems

    def make(crs: CRS) -> Network:
        walkways, told = line_walkways(lines, crs=crs, join_gap_m=table.join_gap_m, place=table.path)
        reading.problems += told
        reading.source("network", table.path, {**facts, "edges": str(len(walkways.edges))})
        return Network(walkways, _no_layers(crs))

    return Opened(make, lines, standing)


def no_network(crs: CRS) -> Network:
    """Return a network without any way, for when its file cannot be read.

    Parameters
    ----------
    crs : CRS
        Projected coordinate system, metres.

    Returns
    -------
    Network
        All columns, no rows.
    """
    return Network(no_walkways(crs), _no_layers(crs))


def _no_layers(crs: CRS) -> dict[str, gpd.GeoDataFrame]:
    return {name: empty_layer(name, crs=crs) for name in _READERS}
