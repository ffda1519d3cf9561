"""The folder of an earlier result, read back: its tables, and what its manifest says of the run."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pandas.api.types import is_numeric_dtype
from pyogrio.errors import DataLayerError, DataSourceError

from data.errors import InputError, MissingFileError, UnreadableFileError
from data.problems import error

MANIFEST, PACKAGE = "manifest.json", "plan.gpkg"
# What is read, with the columns that the readers of a result need; a result of an earlier version may lack some.
LAYERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "estates": ("estate_id", "name", "label", "district", "subdistrict", "access_kind"),
        "facilities": ("facility_id", "name", "service", "capacity", "floor_area_m2", "access_kind"),
        "access_points": ("owner", "owner_id", "kind", "resolved", "gate_id", "start_x", "start_y"),
        "services": ("service", "category", "facilities", "expected", "thin", "limit_minutes"),
        "completeness": ("unit", "unit_kind", "service", "facilities", "expected", "thin", "reason"),
        "gaps": (
            "estate_id", "service", "category", "state", "walk_minutes", "walk_m", "facility_id", "facility_name",
            "metric", "measured", "threshold", "shortfall", "unit", "clause", "confidence",
        ),
        "nearest": ("estate_id", "service", "rank", "walk_minutes", "walk_m", "facility_id"),
        "walks": (
            "estate_id", "service", "facility_id", "profile", "gate", "entrance", "inside_m", "from_m", "street_m",
            "to_m", "walk_m", "walk_minutes",
        ),
        "walk_steps": ("estate_id", "service", "step", "street", "highway", "steps", "length_m", "minutes"),
        "opportunities": ("estate_id", "service", "within_5", "within_10", "within_15", "per_1000"),
        "openings": ("opening_id", "kind", "estate_id", "other_id", "person_minutes", "gaps_closed", "services"),
    }
)  # fmt: skip
CLUSTER_LAYERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "estates": (
            "estate_id", "label", "households", "people", "floor_area_m2", "built_year_min", "built_year_max",
            "subdistrict", "resources_m2", "cluster_id", "reason",
        ),
        "clusters": (
            "cluster_id", "name", "estates", "households", "people", "floor_area_m2", "diameter_minutes",
            "subdistricts", "estimated", "gaps", "fixed", "proof",
        ),
        "memberships": (
            "estate_id", "cluster_id", "neighbours", "facing_m", "streets", "band_without", "band_with", "unit",
            "shared_gaps", "alternative_id", "alternative_facing_m", "alternative_why",
        ),
        "adjacency": ("estate_a", "estate_b", "kind", "street", "site_id", "width_m", "facing_m"),
        "pooled": (
            "cluster_id", "service", "metric", "measured", "threshold", "shortfall", "unit", "state", "clause",
            "confidence",
        ),
    }
)  # fmt: skip
SURVEY_LAYERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "estates": (
            "estate_id", "name", "district", "subdistrict", "community", "households", "people", "elderly",
            "children", "infants", "floor_area_m2", "buildings", "built_year_min", "built_year_max", "storeys",
            "units", "lift_units", "parking_spaces", "green_area_m2", "ebike_ports",
            "ev_chargers", "property_room_m2", "managed", "pipe_year", "road_year", "excluded", "excluded_by",
            "excluded_unclear", "renovation", "subsidised", "done_items", "funded_items", "items_unclear", "missing",
            "willing_percent",
        ),
        "inventory": ("estate_id", "category", "item", "state", "wording", "clause"),
    }
)  # fmt: skip
_PLACES = ("estates", "facilities", "access_points", "walks", "openings")
_OF_ESTATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("gaps", "nearest", "walks", "walk_steps", "opportunities"), ("estate_id",)),
        "openings": ("estate_id", "other_id"),
    }
)
_TOLD_OF_RUN = ("options", "standard", "versions")
_TOLD_OF_STANDARD = ("key", "title", "profiles", "services")


@dataclass(frozen=True)
class Results:
    """Hold what was read back from the folder of a result; columns as in the plan it was written from.

    Numbers nobody recorded are NaN and texts nobody recorded are missing. Frames of places are in the coordinate system
    of the analysis, in metres.

    Parameters
    ----------
    manifest : mapping
        What ``manifest.json`` says: ``options``, ``standard`` (``key``, ``title``, ``profiles``, ``services``), ...
    estates, facilities, access_points : GeoDataFrame
        Every row, index 0..n-1; ``walks`` names rows of ``access_points`` by that index, -1 where there is none.
    services : DataFrame
        Every assessed service, in the order of the standard.
    completeness : DataFrame
        One row per district and assessed service, the whole first.
    gaps, nearest, walk_steps, opportunities : DataFrame
        One or more rows per estate and service.
    walks, openings : GeoDataFrame
        The walked lines, and the openings worth making.
    """

    manifest: Mapping[str, Any]
    estates: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    access_points: gpd.GeoDataFrame
    services: pd.DataFrame
    completeness: pd.DataFrame
    gaps: pd.DataFrame
    nearest: pd.DataFrame
    walks: gpd.GeoDataFrame
    walk_steps: pd.DataFrame
    opportunities: pd.DataFrame
    openings: gpd.GeoDataFrame


def read_results(folder: Path, *, estate: str | None = None) -> Results:
    """Read the folder of a result.

    Parameters
    ----------
    folder : Path
        Where the result was written.
    estate : str, optional
        Identifier or exact name of an estate; tables by estate then hold its rows only, which is quick in a large town.

    Returns
    -------
    Results
        The tables.

    Raises
    ------
    MissingFileError
        When there is no such folder.
    InputError
        When the folder holds no result, or one of a version that did not write all the tables yet.
    UnreadableFileError
        When a file of the result is broken.
    """
    manifest = read_manifest(folder)
    _check_layers(folder, LAYERS)
    estates = _read_layer(folder, "estates", ids=None)
    ids = None if estate is None else matching_estates(estates, wanted=estate)
    others = {name: _read_layer(folder, name, ids=ids) for name in LAYERS if name != "estates"}
    results = Results(manifest=manifest, estates=estates, **others)
    _check_doors(folder, results)
    return results


@dataclass(frozen=True)
class ClusterResults:
    """Hold what was read back to explain clusters; columns as in the plan it was written from.

    Parameters
    ----------
    manifest : mapping
        What ``manifest.json`` says.
    estates, clusters, memberships, adjacency, pooled : DataFrame
        Every row, without the geometry.
    """

    manifest: Mapping[str, Any]
    estates: pd.DataFrame
    clusters: pd.DataFrame
    memberships: pd.DataFrame
    adjacency: pd.DataFrame
    pooled: pd.DataFrame


def read_cluster_results(folder: Path) -> ClusterResults:
    """Read what the folder of a result says of clusters.

    Parameters
    ----------
    folder : Path
        Where the result was written.

    Returns
    -------
    ClusterResults
        The tables.

    Raises
    ------
    MissingFileError
        When there is no such folder.
    InputError
        When the folder holds no result, or one of a version that did not write all the tables yet.
    UnreadableFileError
        When a file of the result is broken.
    """
    manifest = read_manifest(folder)
    return ClusterResults(manifest=manifest, **read_tables(folder, CLUSTER_LAYERS))


@dataclass(frozen=True)
class SurveyResults:
    """Hold what was read back to survey estates; columns as in the plan it was written from.

    Parameters
    ----------
    manifest : mapping
        What ``manifest.json`` says.
    estates, inventory : DataFrame
        Every row, without the geometry.
    """

    manifest: Mapping[str, Any]
    estates: pd.DataFrame
    inventory: pd.DataFrame


def read_survey_results(folder: Path) -> SurveyResults:
    """Read what the folder of a result knows of the estates and their items.

    Parameters
    ----------
    folder : Path
        Where the result was written.

    Returns
    -------
    SurveyResults
        The tables.

    Raises
    ------
    MissingFileError
        When there is no such folder.
    InputError
        When the folder holds no result, or one of a version that did not write all the tables yet.
    UnreadableFileError
        When a file of the result is broken.
    """
    manifest = read_manifest(folder)
    return SurveyResults(manifest=manifest, **read_tables(folder, SURVEY_LAYERS))


def read_tables(folder: Path, layers: Mapping[str, tuple[str, ...]]) -> dict[str, pd.DataFrame]:
    """Read layers of a result without their geometry.

    Parameters
    ----------
    folder : Path
        Where the result was written.
    layers : mapping of str to tuple of str
        Columns by layer.

    Returns
    -------
    dict of str to DataFrame
        Every row of each layer; missing texts are None.

    Raises
    ------
    InputError
        When layers or columns are not there, all of them named.
    UnreadableFileError
        When the file is broken.
    """
    _check_layers(folder, layers)
    path = folder / PACKAGE
    try:
        frames = {
            name: pyogrio.read_dataframe(path, layer=name, columns=list(columns), read_geometry=False)
            for name, columns in layers.items()
        }
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as fault:
        raise _broken(path, fault) from fault
    return {name: _with_plain_texts(frame) for name, frame in frames.items()}


def _with_plain_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Make every missing text None."""
    texts = [name for name in frame if not is_numeric_dtype(frame[name])]
    plain = frame[texts].astype(object)
    return frame.assign(**plain.where(plain.notna(), None))


def matching_estates(estates: pd.DataFrame, *, wanted: str) -> tuple[str, ...]:
    """Find the estate of an identifier, or else those of an exact name.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id``, ``name``.
    wanted : str
        Identifier or name.

    Returns
    -------
    tuple of str
        Identifiers in the order of the rows; several when they share a name, none when nothing is called so.
    """
    by_id = estates["estate_id"] == wanted
    found = by_id if by_id.any() else estates["name"] == wanted
    return tuple(estates.loc[found, "estate_id"])


def read_manifest(folder: Path) -> Mapping[str, Any]:
    """Read the manifest of a folder that holds a result of this version; the errors are those of the readers above."""
    if not folder.exists():
        raise MissingFileError(error("result_missing", value=folder))
    for name in (MANIFEST, PACKAGE):
        if not (folder / name).is_file():
            raise InputError(error("result_not_ours", value=folder, missing=name))
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (ValueError, OSError) as fault:
        raise _broken(folder / MANIFEST, fault) from fault
    if not _says(manifest, _TOLD_OF_RUN) or not _says(manifest["versions"], ("lianpian",)):
        raise InputError(error("result_not_ours", value=folder, missing=MANIFEST))
    standard = manifest["standard"]
    if not isinstance(standard, dict):
        raise InputError(error("result_not_ours", value=folder, missing=MANIFEST))
    lacking = [f"{MANIFEST} standard.{key}" for key in _TOLD_OF_STANDARD if key not in standard]
    if lacking:
        raise _older(folder, lacking)
    return MappingProxyType(manifest)


def _says(table: object, keys: Sequence[str]) -> bool:
    return isinstance(table, dict) and all(key in table for key in keys)


def _check_layers(folder: Path, wanted: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a result without the layers or columns that are needed, and tell all of them at once."""
    path = folder / PACKAGE
    try:
        there = {str(name) for name, _ in pyogrio.list_layers(path)}
        fields = {name: set(pyogrio.read_info(path, layer=name)["fields"]) for name in wanted if name in there}
    except (DataSourceError, DataLayerError) as fault:
        raise _broken(path, fault) from fault
    lacking = [name for name in wanted if name not in there]
    lacking += [f"{name}.{column}" for name in fields for column in wanted[name] if column not in fields[name]]
    if lacking:
        raise _older(folder, lacking)


def _read_layer(folder: Path, name: str, *, ids: Sequence[str] | None) -> Any:  # noqa: ANN401 - a frame of either kind
    """Read one layer, of the asked estates only where its rows belong to estates."""
    path = folder / PACKAGE
    where = None if ids is None or name not in _OF_ESTATES else _belongs_to(ids, _OF_ESTATES[name])
    try:
        return pyogrio.read_dataframe(path, layer=name, where=where, read_geometry=name in _PLACES)
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as fault:
        raise _broken(path, fault) from fault


def _belongs_to(ids: Sequence[str], columns: Sequence[str]) -> str:
    """Return the condition that one of the columns holds one of the identifiers; nothing holds one of none."""
    listed = ", ".join("'" + one.replace("'", "''") + "'" for one in ids)
    return " OR ".join(f'"{column}" IN ({listed})' for column in columns) if ids else "1 = 0"


def _check_doors(folder: Path, results: Results) -> None:
    """Refuse walks that lead through access points which are not there."""
    count = len(results.access_points)
    for column in ("gate", "entrance"):
        rows = results.walks[column].to_numpy(float)
        if not ((rows >= -1) & (rows < count) & (rows == np.floor(rows))).all():
            raise _broken(folder / PACKAGE, f"walks.{column}")


def _broken(path: Path, why: object) -> UnreadableFileError:
    return UnreadableFileError(error("result_broken", file=path.name, value=path.parent, why=why))


def _older(folder: Path, lacking: Iterable[str]) -> InputError:
    return InputError(error("result_older", value=folder, lacking=", ".join(lacking)))
