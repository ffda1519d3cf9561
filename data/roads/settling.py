"""The coordinate system of a network, and what is said when the stated one cannot be right."""

from collections.abc import Iterator
from contextlib import contextmanager

import geopandas as gpd

from data.coordinates.crs import settle
from data.coordinates.readings import Box
from data.errors import CrsError
from data.problems import Problem, error


def settle_stated(
    frame: gpd.GeoDataFrame, *, coordinates: str, place: str, near: Box | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Give lines a sure coordinate system; see :func:`data.coordinates.crs.settle`.

    Parameters
    ----------
    frame : GeoDataFrame
        The lines as read; ``crs`` None where the file states none.
    coordinates : {"auto", "wgs84", "gcj02", "bd09", "EPSG:<n>"}
        What the project declares.
    place : str
        What problems call the file.
    near : tuple of float, optional
        West, south, east, north in degrees of where the town is known to lie.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        The lines in their system, and what was assumed or done.

    Raises
    ------
    CrsError
        When the system is not known or not possible; a stated one that the numbers contradict is named.
    """
    with naming_the_stated(frame, place=place):
        return settle(frame, coordinates=coordinates, place=place, near=near)


@contextmanager
def naming_the_stated(frame: gpd.GeoDataFrame, *, place: str) -> Iterator[None]:
    """Name the system that the file states, when the numbers contradict it and do not tell another.

    Parameters
    ----------
    frame : GeoDataFrame
        The lines as read.
    place : str
        What problems call the file.

    Raises
    ------
    CrsError
        What was raised within, with the stated system.
    """
    try:
        yield
    except CrsError as fault:
        open_ = any(problem.code == "crs_unknown_reading" for problem in fault.problems)
        if frame.crs is None or not open_:
            raise
        stated = error("network_crs_contradicted", file=place, value=frame.crs.name)
        raise CrsError(stated, *fault.problems) from fault
