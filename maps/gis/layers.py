"""The layers of a plan as one GeoPackage, styled for QGIS.

Every layer holds one kind of geometry, because ArcGIS opens no others: facilities are points (``drawn_as`` tells what
they were), those that are closed or planned in a layer of their own, and barriers and sites come as a layer of areas
and one of lines or points. Version 1.2 of the format is what QGIS of every age opens without a warning.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pandas.api.types import is_numeric_dtype

from data.words import Language, words
from geo.plan import Plan
from maps.gis.legends import legend
from maps.gis.qml import Shape
from maps.plain_text import plain_text, plain_texts
from maps.styles import worst_states

GEOMETRY_COLUMN = "geom"
# GDAL stamps every layer with the clock, and the same plan must give the same bytes.
STAMP = "2000-01-01T00:00:00.000Z"
_DATASET = {"VERSION": "1.2"}
_TYPES: dict[Shape, str] = {"point": "Point", "line": "MultiLineString", "area": "MultiPolygon"}
SIMPLER_M = 1.0
_DIMENSIONS: dict[Shape, int] = {"point": 0, "line": 1, "area": 2}


@dataclass(frozen=True)
class Layer:
    """Describe one layer.

    Parameters
    ----------
    name : str
        Name in the GeoPackage.
    shape : {"point", "line", "area"} or None
        Kind of geometry; None for a table without geometry.
    frame : DataFrame
        The rows.
    """

    name: str
    shape: Shape | None
    frame: pd.DataFrame


def write_layers(plan: Plan, *, path: Path, language: Language) -> None:
    """Write the layers of a plan; the same plan gives the same bytes.

    Parameters
    ----------
    plan : Plan
        The results.
    path : Path
        The .gpkg file; it must not exist.
    language : {"zh", "en"}
        Language of legends; names of layers and columns are the same in both.
    """
    layers = plan_layers(plan)
    say = words(language)
    styled = [(layer, legend(layer.name, plan=plan, say=say)) for layer in layers if layer.shape]
    with _pinned_stamp():
        for layer in layers:
            _write_layer(layer, path)
        pyogrio.write_dataframe(_style_rows(styled), path, layer="layer_styles", layer_options={"FID": "id"})


def plan_layers(plan: Plan) -> tuple[Layer, ...]:
    """List the layers of a plan.

    Parameters
    ----------
    plan : Plan
        The results.

    Returns
    -------
    tuple of Layer
        The estates first, then the other layers, then the tables; packages where there are any. Columns as in
        ``Plan``; besides, estates have ``worst_state``, facilities have ``drawn_as``. Walks and their steps are those
        to services that are assessed; isochrones are simplified to a metre.
    """
    inputs = plan.inputs
    estates = plan.estates.assign(worst_state=worst_states(plan.estates))
    return (
        Layer("estates", "area", estates),
        Layer("clusters", "area", plan.clusters),
        *([] if plan.packages.empty else [Layer("packages", "area", plan.packages)]),
        Layer("facilities", "point", plan.facilities.assign(drawn_as=_shapes(plan.facilities))),
        Layer("facilities_aside", "point", inputs.facilities_aside.assign(drawn_as=_shapes(inputs.facilities_aside))),
        Layer("sites", "area", _only(inputs.sites, "area")),
        Layer("site_points", "point", _only(inputs.sites, "point")),
        Layer("gates", "point", inputs.gates),
        Layer("barriers", "line", _only(inputs.barriers, "line")),
        Layer("barrier_areas", "area", _only(inputs.barriers, "area")),
        Layer("adjacency", "line", plan.adjacency),
        Layer("access_points", "point", plan.access_points),
        Layer("network", "line", plan.network),
        Layer("walks", "line", _assessed(plan.walks, plan)),
        Layer("isochrones", "area", _lighter(plan.isochrones)),
        Layer("openings", "point", plan.openings),
        Layer("proposals", "point", plan.proposals),
        Layer("phases", "area", plan.programme.phases),
        Layer("phase_years", None, plan.programme.phase_years),
        Layer("phase_methods", None, plan.programme.phase_methods),
        Layer("costs", None, plan.programme.costs),
        Layer("balance", None, plan.programme.balance),
        Layer("proposal_served", None, plan.proposal_served),
        Layer("prospects", None, plan.prospects),
        Layer("candidates", None, plan.candidates),
        Layer("siting_figures", None, plan.siting_figures),
        Layer("alternatives", None, plan.alternatives),
        Layer("memberships", None, plan.memberships),
        Layer("cluster_parts", None, plan.cluster_parts),
        Layer("moves", None, plan.moves),
        Layer("gaps", None, plan.gaps),
        Layer("pooled", None, plan.pooled),
        Layer("funded", None, plan.funded),
        Layer("inventory", None, plan.inventory),
        Layer("inventory_counts", None, plan.inventory_counts),
        Layer("inventory_shares", None, plan.inventory_shares),
        Layer("amounts", None, plan.amounts),
        Layer("services", None, plan.services),
        Layer("completeness", None, plan.completeness),
        Layer("coverage", None, plan.coverage),
        Layer("sharing", None, plan.sharing),
        Layer("equity", None, plan.equity),
        Layer("priorities", None, plan.priorities),
        Layer("priority_tests", None, plan.priority_tests),
        Layer("join_curve", None, plan.join_curve),
        Layer("nearest", None, plan.nearest),
        Layer("opportunities", None, plan.opportunities),
        Layer("walk_steps", None, _assessed(plan.walk_steps, plan)),
        Layer("components", None, plan.components),
        *([Layer("changes", None, plan.changes)] if plan.scenario else []),
    )


def _assessed(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the rows of the services that are assessed; those of all others would treble the file."""
    return frame[frame["service"].isin(plan.services["service"])]


def _lighter(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return areas without the points that turn their outline by less than a metre."""
    return frame.set_geometry(frame.geometry.simplify(SIMPLER_M))


def _shapes(frame: gpd.GeoDataFrame) -> pd.Series:
    named = np.array(list(_DIMENSIONS))[shapely.get_dimensions(frame.geometry.array)]
    return pd.Series(named, index=frame.index, dtype="str")


def _only(frame: gpd.GeoDataFrame, shape: Shape) -> gpd.GeoDataFrame:
    return frame[shapely.get_dimensions(frame.geometry.array) == _DIMENSIONS[shape]]


def _write_layer(layer: Layer, path: Path) -> None:
    """Append a layer to the file, which is made when it is not there."""
    columns = {str(key): _storable(layer.frame[key]) for key in layer.frame.columns if key != "geometry"}
    table = pd.DataFrame(columns, index=layer.frame.index)
    if layer.shape is None:
        pyogrio.write_dataframe(table, path, layer=layer.name, driver="GPKG", dataset_options=_dataset_options(path))
        return
    flat = gpd.GeoSeries(shapely.force_2d(layer.frame.geometry.array), index=table.index, crs=layer.frame.crs)
    pyogrio.write_dataframe(
        gpd.GeoDataFrame(table, geometry=flat.representative_point() if layer.shape == "point" else flat),
        path,
        layer=layer.name,
        driver="GPKG",
        geometry_type=_TYPES[layer.shape],
        promote_to_multi=layer.shape != "point",
        dataset_options=_dataset_options(path),
        layer_options={"GEOMETRY_NAME": GEOMETRY_COLUMN},
    )


def _dataset_options(path: Path) -> dict[str, str]:
    return {} if path.exists() else _DATASET


def _storable(values: pd.Series) -> pd.Series:
    return values if is_numeric_dtype(values) else plain_texts(values)


def _style_rows(styled: Sequence[tuple[Layer, str]]) -> pd.DataFrame:
    """List the styles as QGIS looks them up: by the names of the table and of its geometry column."""
    return pd.DataFrame(
        [
            {
                "f_table_catalog": "",
                "f_table_schema": "",
                "f_table_name": layer.name,
                "f_geometry_column": GEOMETRY_COLUMN,
                "styleName": layer.name,
                "styleQML": plain_text(style),
                "styleSLD": "",
                "useAsDefault": True,
                "description": "",
                "owner": "",
                "ui": None,
                "update_time": pd.Timestamp(STAMP),
            }
            for layer, style in styled
        ]
    )


@contextmanager
def _pinned_stamp() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
