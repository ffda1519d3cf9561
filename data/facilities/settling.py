"""All records of a run settled: one per place, those in operation apart from those that are closed or to come.

Only what is in operation is a destination, so the layer of facilities holds nothing else and whoever works with it need
not ask; closed and planned places have a layer of their own with the same columns. One layer with a column to ask by
would count a closed place wherever the question was forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.facilities.merging import merge_facilities
from data.facilities.status import CLOSED, OPEN, PLANNED
from data.layers import as_layer
from data.problems import Problem, note, warning
from data.project import FacilitiesMergeTable

# Nobody walks that far; a place beyond it is most likely a slip in its coordinates, or the file is of another town.
FAR_KM = 50.0
_SHOWN = 3


@dataclass(frozen=True)
class Settled:
    """Hold the facilities of a run.

    Parameters
    ----------
    running : GeoDataFrame
        Layer ``facilities``, those in operation.
    aside : GeoDataFrame
        Layer ``facilities_aside``, those that are closed or planned.
    problems : tuple of Problem
        What was put together, what is doubtful, what is not in operation and what lies far off.
    """

    running: gpd.GeoDataFrame
    aside: gpd.GeoDataFrame
    problems: tuple[Problem, ...]


def settle_facilities(
    records: gpd.GeoDataFrame, *, estates: gpd.GeoDataFrame, table: FacilitiesMergeTable, file: str
) -> Settled:
    """Settle the records of all lists.

    Parameters
    ----------
    records : GeoDataFrame
        In metres: the columns of the layer ``facilities`` with unique identifiers, and what
        :func:`data.facilities.merging.merge_facilities` asks for.
    estates : GeoDataFrame
        The estates, in the same system; may be empty.
    table : FacilitiesMergeTable
        Settings of the run.
    file : str
        Project file.

    Returns
    -------
    Settled
        The layers.
    """
    placed = np.isfinite(shapely.get_x(shapely.centroid(np.asarray(records.geometry.array, dtype=object))))
    problems = [*_unplaced(records[~placed]), *_far(records[placed], estates)]
    merged, told = merge_facilities(records[placed], table=table, file=file)
    said = merged["status"].where(merged["status"].notna(), OPEN)
    whole = as_layer(merged.assign(status=said), layer="facilities", crs=records.crs)
    running = (whole["status"] == OPEN).to_numpy()
    aside = as_layer(whole[~running], layer="facilities_aside", crs=records.crs)
    return Settled(whole[running].reset_index(drop=True), aside, (*problems, *told, *_not_open(aside)))


def _unplaced(records: gpd.GeoDataFrame) -> Iterator[Problem]:
    for origin, name in zip(records["origin"], records["name"], strict=True):
        yield warning("facility_unplaced", file=_file(origin), feature=origin, value=name or origin)


def _far(records: gpd.GeoDataFrame, estates: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Tell, once per file, of places that lie so far from all estates that their coordinates must be wrong."""
    if estates.empty or records.empty:
        return
    around = shapely.box(*estates.total_bounds)
    away_km = shapely.distance(np.asarray(records.geometry.array, dtype=object), around) / 1000
    far = records.assign(away_km=away_km)[away_km > FAR_KM]
    for file, rows in far.groupby(far["origin"].map(_file), sort=True):
        first = rows.drop_duplicates("origin")
        shown = [
            f"{name or '—'} ({origin}, {km:.0f} km)"
            for name, origin, km in zip(first["name"], first["origin"], first["away_km"], strict=True)
        ]
        names = "、".join(shown[:_SHOWN])
        yield warning("facility_far", file=file, value=len(first), limit=f"{FAR_KM:.0f}", names=names)


def _file(origin: str) -> str:
    return origin.rpartition(" #")[0] or origin


def _not_open(aside: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Tell, once per state and source, which places are not in operation."""
    for status in (CLOSED, PLANNED):
        mine = aside[aside["status"] == status]
        labels = mine["name"].where(mine["name"].notna(), mine["facility_id"])
        # A place of several services is one place.
        once = ~pd.DataFrame({"name": labels, "shape": mine.geometry.to_wkb()}).duplicated()
        for source, names in labels[once].groupby(mine["source"], sort=True):
            yield note(f"not_open_{status}", file=source, value=len(names), names="、".join(names.iloc[:_SHOWN]))
