"""How each layer of a project comes to its coordinate system: by its control points, or as its file and numbers say."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from data.coordinates.crs import centre, middle_half, settle
from data.coordinates.gcj02 import Floats
from data.coordinates.readings import GEOGRAPHIC, Box, is_in_degrees, km_between, possible_readings
from data.coordinates.rules import coordinate_rules
from data.coordinates.strays import find_strays
from data.coordinates.street_test import unsettled
from data.errors import CrsError
from data.files.control_points import fit_layer, read_control_points
from data.files.points import TABLE_SUFFIXES
from data.problems import Problem, error, note, warning
from data.project import LayerTable, Project

BY_CONTROL = "control"
# Formats that leave no room for another system than WGS-84, so that what they state says nothing of the numbers.
_FIXED_FORMATS = ("GeoJSON", "KML", "LIBKML")


@dataclass(frozen=True)
class Standing:
    """Hold how one layer came to its system, for what the other layers may say of it.

    Parameters
    ----------
    file : str
        What problems call it.
    frame : GeoDataFrame
        Its geometries, settled.
    declared : str
        What the project or the table itself declares: ``"auto"`` for nothing, ``"control"`` for control points.
    said : bool
        Whether the file states a system of its own accord.
    numbers : tuple of float
        West, south, east, north of its middle half as the file has them.
    """

    file: str
    frame: gpd.GeoDataFrame
    declared: str
    said: bool
    numbers: Box

    @property
    def is_open(self) -> bool:
        """Tell whether web map shifts may lie in its degrees, and nobody has said so or said not."""
        return self.declared == "auto" and is_in_degrees(self.frame.crs)

    @property
    def shapes(self) -> int | None:
        """Return how many lines and polygons it has; None where all are points."""
        kinds = shapely.get_type_id(self.frame.geometry.to_numpy())
        present = kinds[kinds >= 0]
        return None if (present == shapely.GeometryType.POINT).all() else len(present)

    def lonlat(self) -> Floats:
        """Return its corners in degrees as its file has them, a declared web map shift still in them; shape (n, 2)."""
        degrees = self.frame.to_crs(GEOGRAPHIC).geometry.to_numpy()
        points: Floats = np.asarray(shapely.get_coordinates(degrees), dtype=np.float64)
        return unsettled(points, system=self.declared)


def settle_table(
    frame: gpd.GeoDataFrame, *, table: LayerTable, project: Project, facts: Mapping[str, str], near: Box | None
) -> tuple[Standing, tuple[Problem, ...], Mapping[str, str]]:
    """Give the layer of a project a sure coordinate system.

    Parameters
    ----------
    frame : GeoDataFrame
        The layer as read; ``crs`` None where the file states none.
    table : LayerTable
        What the project says of it.
    project : Project
        The project.
    facts : mapping of str to str
        Decisions of the reading: ``format``, and ``coordinates`` where the table declares a system itself.
    near : tuple of float, optional
        West, south, east, north in degrees of where the town is known to lie.

    Returns
    -------
    Standing, tuple of Problem, and mapping
        The layer in its system; what was assumed or done; and what was decided on its control points, empty without.

    Raises
    ------
    InputError
        When the system is not sure, or the control points cannot be used.
    """
    # A local grid may be in any unit and start anywhere, so that no number in it is odd by itself.
    frame, odd = _without_strays(frame, table.path) if table.control_points is None else (frame, [])
    coordinates, place = facts.get("coordinates", table.coordinates), table.path
    said = frame.crs is not None and facts.get("format") not in _FIXED_FORMATS
    numbers = middle_half(frame) if shapely.get_num_coordinates(frame.geometry.to_numpy()).any() else (0.0,) * 4
    told: tuple[Problem, ...] = ()
    control: Mapping[str, str] = {}
    if table.control_points is not None:
        path = project.path(table.control_points.path)
        points, told, control = read_control_points(
            path, table=table.control_points, coordinates=coordinates, near=near
        )
        settled, fitted = fit_layer(frame, points, place=place, is_table=place.lower().endswith(TABLE_SUFFIXES))
        told, coordinates = (*told, *fitted), BY_CONTROL
    else:
        settled, told = settle(frame, coordinates=coordinates, place=place, near=near)
    west, south, east, north = numbers
    bare = gpd.GeoDataFrame(geometry=settled.geometry)
    return Standing(place, bare, coordinates, said, (west, south, east, north)), (*odd, *told), control


def _without_strays(frame: gpd.GeoDataFrame, place: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Turn round the features whose numbers are exchanged, and take the shape from those that are nowhere."""
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    present = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    boxes = shapely.bounds(shapes[present])
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    strays, fixed = find_strays(middles), shapes.copy()
    swapped, lost = present[strays.swapped], present[strays.lost]
    fixed[swapped] = shapely.transform(shapes[swapped], lambda points: points[:, ::-1])
    fixed[lost] = None
    found = (
        (note, "point_swapped", swapped, middles[strays.swapped]),
        (warning, "feature_nowhere", lost, middles[strays.lost]),
    )
    told = [
        make(code, file=place, feature=f"#{row + 1}", value=f"{x:.8g}, {y:.8g}")
        for make, code, rows, places in found
        for row, (x, y) in zip(rows, places, strict=True)
    ]
    return frame.set_geometry(gpd.GeoSeries(fixed, frame.index, crs=frame.crs)) if told else frame, told


def is_ambiguous(fault: CrsError) -> bool:
    """Tell whether the numbers of a layer leave its system open, so that the other layers may decide.

    Parameters
    ----------
    fault : CrsError
        What settling it raised.

    Returns
    -------
    bool
        Whether they do.
    """
    return any(problem.code == "crs_unknown_reading" for problem in fault.problems)


def far_off(standing: Standing | None, *, near: Box | None) -> tuple[Problem, ...]:
    """Tell of a layer that lies far from the town, and would not by another reading of its numbers.

    Parameters
    ----------
    standing : Standing, optional
        The layer; None where it could not be read.
    near : tuple of float, optional
        West, south, east, north in degrees of the town, where it is known.

    Returns
    -------
    tuple of Problem
        One error, or none.
    """
    if standing is None or near is None or standing.frame.geometry.is_empty.all() or standing.declared == BY_CONTROL:
        return ()
    max_km = coordinate_rules().neighbours.max_km
    km = km_between(*centre(standing.frame), near)
    if km <= max_km:
        return ()
    better = [reading.text() for reading in possible_readings(standing.numbers) if reading.km_from(near) <= max_km]
    if not better:
        return ()
    name, readings = standing.frame.crs.name, "; ".join(better)
    return (error("crs_far_off", file=standing.file, value=name, km=f"{km:.0f}", readings=readings),)
