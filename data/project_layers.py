"""One layer of a project at a time: read, given a sure coordinate system, named, classified, identified."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from data.coordinates.readings import Box
from data.errors import CrsError, InputError
from data.files.points import TABLE_SUFFIXES, read_points
from data.files.vectors import read_vector
from data.inputs import Source
from data.layers import COLUMNS, as_layer, empty_layer
from data.problems import Problem, error, note, warning
from data.project import FacilitiesTable, LayerTable, Project
from data.project_coordinates import Standing, is_ambiguous, settle_table
from data.repair import repair_polygons
from data.standards.classify import classify_amap, classify_words
from data.standards.rules import Rules, barrier_rules, facility_rules, site_rules
from data.tables.columns import layer_columns

Reader = Callable[["Reading", LayerTable], gpd.GeoDataFrame]


@dataclass
class Reading:
    """Gather problems and sources while the files of one project are read.

    Parameters
    ----------
    project : Project
        The settings.
    problems : list of Problem
        Everything found so far.
    sources : list of Source
        Every file read so far.
    near : tuple of float, optional
        West, south, east, north in degrees of the town, once the layers that are sure of themselves have told it.
    standing : Standing, optional
        How the layer read last came to its coordinate system.
    """

    project: Project
    problems: list[Problem] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    near: Box | None = None
    standing: Standing | None = None

    def keep(self, result: tuple[gpd.GeoDataFrame, Sequence[Problem]]) -> gpd.GeoDataFrame:
        """Keep the problems of a step and hand on its frame."""
        self.problems += result[1]
        return result[0]

    def attempt(self, reader: Reader, table: LayerTable, layer: str) -> "Layer":
        """Read a layer; when that fails keep why and go on with an empty one, so that all faults are told at once."""
        told, named, self.standing = len(self.problems), len(self.sources), None
        empty = Layer(layer, empty_layer(layer if layer in COLUMNS else "context", crs=CRS("EPSG:4326")))
        try:
            return Layer(layer, reader(self, table), self.standing)
        except InputError as fault:
            if self.near is None and isinstance(fault, CrsError) and is_ambiguous(fault):
                # Read again once the other layers have told where the town lies; what was told is told then.
                del self.problems[told:], self.sources[named:]
                return replace(empty, fault=fault, again=lambda: self.attempt(reader, table, layer))
            self.problems += fault.problems
            return empty

    def settle(self, frame: gpd.GeoDataFrame, *, table: LayerTable, facts: Mapping[str, str]) -> gpd.GeoDataFrame:
        """Give a layer a sure coordinate system, and keep how it came to it."""
        standing, problems, control = settle_table(
            frame, table=table, project=self.project, facts=facts, near=self.near
        )
        self.problems += problems
        if table.control_points is not None:
            self.source("control_points", table.control_points.path, control)
        self.standing = standing
        return frame.set_geometry(standing.frame.geometry)

    def source(self, role: str, name: str, facts: Mapping[str, str]) -> None:
        """Keep which file was read, with the checksum of it and of what belongs to it."""
        path = self.project.path(name)
        parts = sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix.lower() == ".shp" else [path]
        digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts if part.is_file()))
        self.sources.append(Source(role, Path(name).as_posix(), digest.hexdigest(), dict(facts)))


@dataclass(frozen=True)
class Layer:
    """Hold a layer as one file of the project has it.

    Parameters
    ----------
    kind : str
        Key of :data:`data.layers.COLUMNS`.
    frame : GeoDataFrame
        Its rows, in the system of the file; empty where it could not be read.
    standing : Standing, optional
        How it came to its system; None where it could not be read.
    fault : CrsError, optional
        Why its system is open.
    again : callable, optional
        Reads it again, where the other layers may decide on its system.
    """

    kind: str
    frame: gpd.GeoDataFrame
    standing: Standing | None = None
    fault: CrsError | None = None
    again: Callable[[], "Layer"] | None = None


def read_estates(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read the estate polygons, mended, with the columns of the estates that the file has."""
    frame = reading.keep(repair_polygons(_read(reading, table, "estates"), place=table.path))
    if "estate_id" not in frame:
        frame = frame.assign(estate_id=_numbered("E", len(frame)))
    doubled = frame.loc[frame["estate_id"].duplicated(keep=False), "estate_id"]
    reading.problems += [
        error("estate_id_double", file=table.path, feature=identifier, value=count)
        for identifier, count in doubled.value_counts(sort=False).items()
    ]
    return frame.assign(source=table.path)


def read_facilities(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read facilities; a place of several services has one row each."""
    frame = _read(reading, table, "facilities")
    declared = table.service if isinstance(table, FacilitiesTable) else None
    if declared is not None:
        found = pd.DataFrame({"row": np.arange(len(frame)), "kind": declared})
    elif "type_code" in frame:
        found = classify_amap(frame["type_code"], _texts(frame, "name"), rules=facility_rules())
    else:
        words = _texts(frame, "service" if "service" in frame else "type_text")
        found = classify_words(words, _texts(frame, "name"), rules=facility_rules())
    reading.problems += _unknown_kinds(frame, found, "facility_unclassified", table.path)
    places = frame.iloc[found["row"]].reset_index(drop=True)
    return places.assign(service=found["kind"].to_numpy(object), source=table.path)


def read_sites(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read the places that can be put to use."""
    rules = site_rules()
    places, kind = _of_one_kind(reading, table, "sites", rules)
    area_m2 = places["area_m2"] if "area_m2" in places else pd.Series(np.nan, places.index)
    links = np.isin(kind, sorted(rules.links))
    return places.assign(kind=kind, links=links, area_m2=area_m2, source=table.path)


def read_barriers(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read what nobody walks across."""
    places, kind = _of_one_kind(reading, table, "barriers", barrier_rules())
    return places.assign(kind=kind)


def read_gates(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read gates that the planner knows of, with the state that the words of the layer tell."""
    frame = _read(reading, table, "gates")
    said = _texts(frame, "state").fillna("").astype(str)
    patterns = tomllib.loads(files("data").joinpath("layers.toml").read_text("utf-8"))["gate_words"]
    closed, residents = (said.str.contains(patterns[name], flags=re.IGNORECASE) for name in ("closed", "residents"))
    return frame.assign(state=np.where(closed, "closed", np.where(residents, "residents", "open")))


def read_boundary(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read the outline of the planning area."""
    raw, problems, facts = read_vector(
        reading.project.path(table.path), layer=table.layer, encoding=table.encoding, place=table.path
    )
    reading.problems += problems
    reading.source("boundary", table.path, facts)
    return reading.settle(raw, table=table, facts=facts)


def join_layers(frames: Sequence[gpd.GeoDataFrame], *, layer: str, prefix: str, crs: CRS) -> gpd.GeoDataFrame:
    """Put the layers of several files one below the other and give each row an identifier.

    Parameters
    ----------
    frames : sequence of GeoDataFrame
        As read, each in its own system.
    layer : str
        Key of :data:`data.layers.COLUMNS`.
    prefix : str
        What an identifier starts with where the file has none.
    crs : CRS
        System of the result.

    Returns
    -------
    GeoDataFrame
        The layer, in the order of the files; identifiers are unique.
    """
    if not frames:
        return empty_layer(layer, crs=crs)
    whole = pd.concat([frame.to_crs(crs) for frame in frames], ignore_index=True)
    key = next(name for name in as_layer(whole.iloc[:0], layer=layer, crs=crs) if name.endswith("_id"))
    own = whole[key] if key in whole else pd.Series(None, whole.index, dtype=object)
    taken = own.notna() & ~own.duplicated(keep=False)
    numbered = pd.Series(_numbered(prefix, len(whole)), whole.index, dtype=object)
    return as_layer(whole.assign(**{key: own.where(taken, numbered)}), layer=layer, crs=crs)


def _read(reading: Reading, table: LayerTable, layer: str) -> gpd.GeoDataFrame:
    """Read one file in a sure coordinate system, its columns named as those of a layer."""
    path = reading.project.path(table.path)
    if path.suffix.lower() in TABLE_SUFFIXES:
        frame, problems, facts = read_points(
            path,
            layer=layer,
            sheet=table.layer,
            encoding=table.encoding,
            coordinates=table.coordinates,
            fields=table.fields,
            place=table.path,
        )
    else:
        raw, problems, facts = read_vector(path, layer=table.layer, encoding=table.encoding, place=table.path)
        columns, named = layer_columns(raw, layer=layer, fields=table.fields, place=table.path)
        frame = gpd.GeoDataFrame(columns, geometry=raw.geometry.to_numpy(), crs=raw.crs)
        problems = (*problems, *named)
    reading.problems += problems
    reading.source(layer, table.path, facts)
    settled = reading.settle(frame, table=table, facts=facts)
    return settled if layer == "estates" else reading.keep(_with_shapes(settled, table.path))


def _with_shapes(frame: gpd.GeoDataFrame, place: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Leave out the rows without a shape; those of estates are told of where polygons are mended."""
    missing = frame.geometry.isna() | frame.geometry.is_empty
    told = [warning("feature_without_shape", file=place, feature=f"#{row + 1}") for row in np.flatnonzero(missing)]
    return (frame[~missing].reset_index(drop=True), told) if told else (frame, told)


def _of_one_kind(reading: Reading, table: LayerTable, layer: str, rules: Rules) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Read places and take the first kind that their words tell."""
    frame = _read(reading, table, layer)
    found = classify_words(_texts(frame, "kind"), _texts(frame, "name"), rules=rules).drop_duplicates("row")
    reading.problems += _unknown_kinds(frame, found, f"{layer}_unclassified", table.path)
    return frame.iloc[found["row"]].reset_index(drop=True), found["kind"].to_numpy(object)


def _unknown_kinds(frame: gpd.GeoDataFrame, found: pd.DataFrame, code: str, place: str) -> list[Problem]:
    """Tell, once per word of kind, which rows are of no kind that is used."""
    rest = frame.drop(index=frame.index[found["row"].unique()])
    word = next((name for name in ("kind", "service", "type_text", "type_code") if name in rest), "name")
    kinds = rest[word].fillna("—") if word in rest else pd.Series("—", rest.index)
    problems = []
    for kind, rows in rest.groupby(kinds, sort=True).groups.items():
        names = _texts(rest.loc[rows], "name").dropna().astype(str)
        shown = "、".join(names.iloc[:3]) or "—"
        # A file of points of interest holds much that is no service; a layer that somebody drew up should not.
        make = note if "type_code" in rest else warning
        problems.append(make(code, file=place, value=kind, count=len(rows), names=shown))
    return problems


def _texts(frame: pd.DataFrame, name: str) -> "pd.Series[str]":
    return frame[name] if name in frame else pd.Series(None, frame.index, dtype=object)


def _numbered(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number:05d}" for number in range(1, count + 1)]
