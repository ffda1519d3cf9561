"""One layer of a project at a time: read, given a sure coordinate system, named, classified, identified."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count, islice
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from data.assumed_outlines import without_label_points
from data.coordinates.readings import Box
from data.errors import CrsError, EmptyLayerError, InputError
from data.facilities.kinds import service_key, texts_of
from data.facilities.records import Listing, facility_records
from data.gate_states import gate_states
from data.inputs import Source
from data.inventory import with_sources
from data.layer_accounts import Declared, LayerAccount, account_layer, failed_account
from data.layer_files import read_layer_file
from data.layers import COLUMNS, as_layer, empty_layer
from data.osm.extract import SUFFIXES, open_extract
from data.osm.features import read_features
from data.osm.places import facility_records_of
from data.problems import Problem, error, note, warning
from data.project import FacilitiesTable, LayerTable, Project
from data.project_coordinates import Standing, is_ambiguous, settle_table
from data.repair import repair_polygons
from data.site_columns import SITE_TEXTS, read_site_columns
from data.standards.classify import classify_words
from data.standards.rules import Rules, barrier_rules, hazard_rules, site_rules
from data.tables.aliases import usual_heading
from data.tables.cells import listed
from data.usable_shapes import usable_shapes

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
    accounts : list of LayerAccount
        What became of the rows of each layer so far.
    near : tuple of float, optional
        West, south, east, north in degrees of the town, once the layers that are sure of themselves have told it.
    standing : Standing, optional
        How the layer read last came to its coordinate system.
    """

    project: Project
    problems: list[Problem] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    accounts: list[LayerAccount] = field(default_factory=list)
    near: Box | None = None
    standing: Standing | None = None

    def keep(self, result: tuple[gpd.GeoDataFrame, Sequence[Problem]]) -> gpd.GeoDataFrame:
        """Keep the problems of a step and hand on its frame."""
        self.problems += result[1]
        return result[0]

    def attempt(self, reader: Reader, table: LayerTable, layer: str) -> "Layer":
        """Read a layer; when that fails keep why and go on with an empty one, so that all faults are told at once."""
        told, named, self.standing = len(self.problems), len(self.sources), None
        declared = declared_by(table, role=layer)
        empty = empty_layer(layer if layer in COLUMNS else "context", crs=CRS("EPSG:4326"))
        try:
            frame = reader(self, table)
        except InputError as fault:
            if self.near is None and isinstance(fault, CrsError) and is_ambiguous(fault):
                # Read again once the other layers have told where the town lies; what was told is told then.
                del self.problems[told:], self.sources[named:]
                again = partial(self.attempt, reader, table, layer)
                return Layer(layer, empty, fault=fault, again=again, declared=declared)
            self.problems += fault.problems
            self.accounts.append(failed_account(declared))
            return Layer(layer, empty, declared=declared)
        self.account(declared, frame, since=told)
        return Layer(layer, frame, self.standing, declared=declared)

    def account(self, declared: Declared, frame: gpd.GeoDataFrame, *, since: int = 0, kept: int | None = None) -> None:
        """Draw up what became of a layer; ``since`` is how many problems there were before it was read."""
        own = (source.facts for source in reversed(self.sources) if source.role == declared.role)
        account, untold = account_layer(
            declared, frame=frame, kept=kept, facts=next(own, {}), problems=self.problems[since:]
        )
        self.accounts.append(account)
        self.problems += untold

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


def declared_by(table: LayerTable, *, role: str) -> Declared:
    """Return what a table of the project says of its layer."""
    return Declared(role, table.path, table.layer or "", encoding=table.encoding, coordinates=table.coordinates)


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
    declared : Declared, optional
        What the project says of it.
    """

    kind: str
    frame: gpd.GeoDataFrame
    standing: Standing | None = None
    fault: CrsError | None = None
    again: Callable[[], "Layer"] | None = None
    declared: Declared | None = None


def read_estates(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read the estates, outlines mended and points as they are, with the columns of the estates that the file has."""
    frame = reading.keep(repair_polygons(_read(reading, table, "estates"), place=table.path, with_points=True))
    frame = reading.keep(without_label_points(frame, place=table.path))
    frame = _with_ids(reading, frame, table.path)
    doubled = frame.loc[frame["estate_id"].duplicated(keep=False), "estate_id"]
    reading.problems += [
        error("estate_id_double", file=table.path, feature=identifier, value=count)
        for identifier, count in doubled.value_counts(sort=False).items()
    ]
    return with_sources(frame, place=table.path).assign(source=table.path)


def _with_ids(reading: Reading, estates: gpd.GeoDataFrame, place: str) -> gpd.GeoDataFrame:
    """Give numbers to the estates that have no code, and tell of it where that matters."""
    given = texts_of(estates, "estate_id").astype(object)
    missing = given.isna()
    names = _numbered("E", estates, taken=set(given[~missing]))
    numbers = pd.Series(names, estates.index, dtype=object)
    if missing.all() and len(estates) and texts_of(estates, "name").isna().all():
        span = f"{numbers.iloc[0]} – {numbers.iloc[-1]}"
        reading.problems.append(warning("estates_nameless", file=place, value=span))
    elif missing.any() and not missing.all():
        reading.problems.append(warning("estates_without_id", file=place, value=int(missing.sum())))
    return estates.assign(estate_id=given.where(~missing, numbers))


def read_facilities(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read records of facilities; a place of several services has one row each."""
    path, project = reading.project.path(table.path), reading.project.project
    if path.name.lower().endswith(SUFFIXES):
        return _read_extract(reading, table)
    declared = _declared(table)
    listing = Listing(table.path, declared, str(project.date or ""))
    return reading.keep(facility_records(_read(reading, table, "facilities"), listing=listing))


def _declared(table: LayerTable) -> str | None:
    said = table.service if isinstance(table, FacilitiesTable) else None
    return said if said is None else service_key(said)


def _read_extract(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read records of facilities from an extract of OpenStreetMap."""
    extract = open_extract(reading.project.path(table.path), name=table.path)
    features = reading.keep(read_features(extract))
    reading.sources.append(Source("facilities", extract.name, extract.sha256(), {"date": extract.date}))
    records = facility_records_of(features, crs=features.crs, date=extract.date, source=table.path)
    declared = _declared(table)
    return records if declared is None else records[records["service"] == declared].reset_index(drop=True)


def read_sites(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read the places that can be put to use."""
    rules = site_rules()
    places, kind = _of_one_kind(reading, table, "sites", rules)
    area_m2 = places["area_m2"] if "area_m2" in places else pd.Series(np.nan, places.index)
    links = np.isin(kind, sorted(rules.links))
    texts = pd.DataFrame({name: texts_of(places, name) for name in SITE_TEXTS})
    told, problems = read_site_columns(texts, labels=_labels(places), place=table.path)
    reading.problems += problems
    own = {name: told[name] for name in told}
    return places.assign(kind=kind, links=links, area_m2=area_m2, from_map=False, source=table.path, **own)


def read_hazards(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read what some services may not stand beside; other places of the file are passed by."""
    frame, rules = _read(reading, table, "hazards"), hazard_rules()
    found = classify_words(texts_of(frame, "kind"), texts_of(frame, "name"), rules=rules).drop_duplicates("row")
    if len(found) < len(frame):
        count = len(frame) - len(found)
        reading.problems.append(note("hazards_passed_by", file=table.path, value=count, count=len(found)))
    return frame.iloc[found["row"]].reset_index(drop=True).assign(kind=found["kind"].to_numpy(object))


def _labels(places: gpd.GeoDataFrame) -> pd.Series:
    """Return what problems call each row: its number in the file, and its name."""
    numbers = places["row"] if "row" in places else pd.Series(range(1, len(places) + 1), places.index)
    return ("#" + numbers.astype(str) + " " + texts_of(places, "name").fillna("").astype(str)).str.strip()


def read_barriers(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read what nobody walks across."""
    places, kind = _of_one_kind(reading, table, "barriers", barrier_rules())
    return places.assign(kind=kind)


def read_gates(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read gates that the planner knows of, with the state that the words of the layer tell."""
    frame = _read(reading, table, "gates")
    state, problems = gate_states(texts_of(frame, "state"), place=table.path)
    reading.problems += problems
    return frame.assign(state=state)


def read_boundary(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read the outline of the planning area, mended."""
    areas = _mended_ground(reading, table, "boundary")
    if areas.empty:
        raise EmptyLayerError(error("boundary_no_area", file=table.path))
    return areas


def read_ground(reading: Reading, table: LayerTable) -> gpd.GeoDataFrame:
    """Read areas whose estates may not be renovated, mended; a layer without any leaves all estates as they are."""
    return _mended_ground(reading, table, "exclusions")


def _mended_ground(reading: Reading, table: LayerTable, layer: str) -> gpd.GeoDataFrame:
    return reading.keep(repair_polygons(_read(reading, table, layer), place=table.path))


def join_layers(
    frames: Sequence[gpd.GeoDataFrame], *, layer: str, prefix: str, crs: CRS, beside: Sequence[str] = ()
) -> gpd.GeoDataFrame:
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
    beside : sequence of str
        Further columns that are kept.

    Returns
    -------
    GeoDataFrame
        The layer, in the order of the files; identifiers are unique, and do not depend on the order of rows in a file.
    """
    if not frames:
        return empty_layer(layer, crs=crs).assign(**dict.fromkeys(beside))
    whole = pd.concat([frame.to_crs(crs).assign(file=number) for number, frame in enumerate(frames)], ignore_index=True)
    key = next(name for name in as_layer(whole.iloc[:0], layer=layer, crs=crs) if name.endswith("_id"))
    own = whole[key] if key in whole else pd.Series(None, whole.index, dtype=object)
    taken = own.notna() & ~own.duplicated(keep=False)
    names = own.astype(object)
    names[~taken] = _numbered(prefix, whole[~taken], taken=set(own[taken]))
    joined = as_layer(whole.assign(**{key: names}), layer=layer, crs=crs)
    return joined.assign(**{name: texts_of(whole, name).to_numpy() for name in beside})


def _read(reading: Reading, table: LayerTable, layer: str) -> gpd.GeoDataFrame:
    """Read one file in a sure coordinate system, its columns named as those of a layer."""
    frame, problems, facts = read_layer_file(reading.project.path(table.path), role=layer, table=table)
    reading.problems += problems
    reading.source(layer, table.path, {"rows": str(len(frame)), **facts})
    settled = reading.settle(frame, table=table, facts=facts)
    return reading.keep(usable_shapes(settled, role=layer, place=table.path, layer=table.layer or ""))


def _of_one_kind(reading: Reading, table: LayerTable, layer: str, rules: Rules) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Read places and take the first kind that their words tell."""
    frame = _read(reading, table, layer)
    found = classify_words(texts_of(frame, "kind"), texts_of(frame, "name"), rules=rules).drop_duplicates("row")
    reading.problems += _unknown_kinds(frame, found, layer, table.path)
    return frame.iloc[found["row"]].reset_index(drop=True), found["kind"].to_numpy(object)


def _unknown_kinds(frame: gpd.GeoDataFrame, found: pd.DataFrame, layer: str, place: str) -> list[Problem]:
    """Tell, once per word of kind, which rows are of no kind that is used."""
    rest = frame.drop(index=frame.index[found["row"].unique()])
    kinds = texts_of(rest, "kind").astype(object).fillna("—")
    problems = []
    for kind, rows in rest.groupby(kinds, sort=True).groups.items():
        names = texts_of(rest.loc[rows], "name").dropna().astype(str)
        shown = "、".join(names.iloc[:3]) or "—"
        told = listed(_labels(rest.loc[rows]))
        facts = {"feature": told, "field": usual_heading("kind", layer=layer), "value": kind}
        problems.append(warning(f"{layer}_unclassified", file=place, count=len(rows), names=shown, **facts))
    return problems


def _numbered(prefix: str, frame: gpd.GeoDataFrame, *, taken: Collection[object] = ()) -> list[str]:
    """Give rows numbers by what they hold, file by file, so that their order in a file does not matter."""
    keys = [frame[name].fillna("\uffff").astype("str") for name in ("name", "service", "kind") if name in frame]
    bounds = frame.bounds.fillna(np.inf)
    order = np.lexsort((bounds["maxy"], bounds["maxx"], bounds["miny"], bounds["minx"], *map(np.asarray, keys[::-1]),
                        frame.get("file", np.zeros(len(frame)))))  # fmt: skip
    free = (name for number in count(1) if (name := f"{prefix}{number:05d}") not in taken)
    names = np.empty(len(frame), object)
    names[order] = list(islice(free, len(frame)))
    return [str(name) for name in names]
