"""The columns of every layer, and how an empty or an incomplete frame gets them."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

_TEXT, _NUMBER, _FLAG, _WHOLE = "text", "number", "flag", "whole"

_FACILITIES = {
    "facility_id": _TEXT,
    "name": _TEXT,
    "service": _TEXT,
    "status": _TEXT,
    "capacity": _NUMBER,
    "night_spaces": _NUMBER,
    "floor_area_m2": _NUMBER,
    "source": _TEXT,
}

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "estates": {
        "estate_id": _TEXT,
        "name": _TEXT,
        "district": _TEXT,
        "subdistrict": _TEXT,
        "community": _TEXT,
        "households": _NUMBER,
        "people": _NUMBER,
        "elderly": _NUMBER,
        "children": _NUMBER,
        "infants": _NUMBER,
        "willing_percent": _NUMBER,
        "floor_area_m2": _NUMBER,
        "buildings": _NUMBER,
        "built_year_min": _NUMBER,
        "built_year_max": _NUMBER,
        "parking_spaces": _NUMBER,
        "units": _NUMBER,
        "lift_units": _NUMBER,
        "storeys": _NUMBER,
        "green_area_m2": _NUMBER,
        "ebike_ports": _NUMBER,
        "ev_chargers": _NUMBER,
        "property_room_m2": _NUMBER,
        "managed": _TEXT,
        "pipe_year": _NUMBER,
        "road_year": _NUMBER,
        "excluded": _TEXT,
        "excluded_by": _TEXT,
        "excluded_unclear": _TEXT,
        "renovation": _TEXT,
        "subsidised": _TEXT,
        "done_items": _TEXT,
        "funded_items": _TEXT,
        "items_unclear": _TEXT,
        "outline": _TEXT,
        "source": _TEXT,
    },
    "buildings": {"building_id": _TEXT, "use": _TEXT, "levels": _NUMBER, "flats": _NUMBER},
    "facilities": _FACILITIES,
    "facilities_aside": _FACILITIES,
    "entrances": {"osm_id": _WHOLE},
    "sites": {
        "site_id": _TEXT,
        "name": _TEXT,
        "kind": _TEXT,
        "links": _FLAG,
        "area_m2": _NUMBER,
        "owner": _TEXT,
        "allows": _TEXT,
        "storey": _NUMBER,
        "cost_yuan": _NUMBER,
        "rent_yuan": _NUMBER,
        "from_map": _FLAG,
        "source": _TEXT,
    },
    "hazards": {"hazard_id": _TEXT, "kind": _TEXT, "name": _TEXT},
    "gates": {"gate_id": _TEXT, "name": _TEXT, "state": _TEXT, "osm_id": _WHOLE},
    "barriers": {"barrier_id": _TEXT, "kind": _TEXT, "name": _TEXT},
    "context": {"kind": _TEXT, "name": _TEXT},
}
_EMPTY = {_TEXT: None, _NUMBER: np.nan, _FLAG: False, _WHOLE: -1}
_DTYPE = {_TEXT: object, _NUMBER: np.float64, _FLAG: bool, _WHOLE: np.int64}


def as_layer(frame: gpd.GeoDataFrame, *, layer: str, crs: CRS) -> gpd.GeoDataFrame:
    """Give a frame exactly the columns of a layer, in its coordinate system.

    Parameters
    ----------
    frame : GeoDataFrame
        Any of the columns; a text that is missing becomes None, a column that is missing becomes empty.
    layer : str
        Key of ``COLUMNS``.
    crs : CRS
        Coordinate system wanted.

    Returns
    -------
    GeoDataFrame
        Rows in the order given, index 0..n-1.
    """
    columns = {}
    for name, kind in COLUMNS[layer].items():
        given = frame[name] if name in frame else pd.Series(_EMPTY[kind], frame.index, dtype=_DTYPE[kind])
        if kind == _TEXT:
            given = given.astype(object).where(given.notna(), None)
        # A bare array of texts would become a column of another type, whose missing texts are NaN.
        columns[name] = pd.Series(given.to_numpy(), dtype=_DTYPE[kind])
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.to_numpy(), crs=frame.crs).to_crs(crs)


def empty_layer(layer: str, *, crs: CRS) -> gpd.GeoDataFrame:
    """Return a layer without rows.

    Parameters
    ----------
    layer : str
        Key of ``COLUMNS``.
    crs : CRS
        Its coordinate system.

    Returns
    -------
    GeoDataFrame
        All columns of the layer, no row.
    """
    return as_layer(gpd.GeoDataFrame(geometry=[], crs=crs), layer=layer, crs=crs)
