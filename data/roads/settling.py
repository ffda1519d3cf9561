"""The coordinate system of a network, and what is said when the stated one cannot be right."""

import geopandas as gpd

from data.coordinates.crs import settle
from data.errors import CrsError
from data.problems import Problem, error


def settle_stated(
    frame: gpd.GeoDataFrame, *, coordinates: str, place: str
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

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        The lines in their system, and what was assumed or done.

    Raises
    ------
    CrsError
        When the system is not known or not possible; a stated one that the numbers contradict is named.
    """
    try:
        return settle(frame, coordinates=coordinates, place=place)
    except CrsError as fault:
        open_ = any(problem.code == "crs_unknown_reading" for problem in fault.problems)
        if frame.crs is None or not open_:
            raise
        stated = error("network_crs_contradicted", file=place, value=frame.crs.name)
        raise CrsError(stated, *fault.problems) from fault
