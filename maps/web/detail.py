"""How much of a town the interactive map carries, so that its file opens at once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Detail:
    """Hold what the map of a town of some size carries.

    Parameters
    ----------
    name : str
        ``full``, ``large`` or ``huge``.
    estates : int
        The most estates that it is for.
    walk_states : tuple of str
        States of gaps whose walks are drawn.
    street_classes : tuple of str
        Classes of streets that are drawn.
    unit : int
        Millionths of a degree that all but estates, clusters, sites and facilities are rounded to.
    reach_tolerance_m, reach_hole_m2 : float
        How far the outline of a reach may be off, and the smallest hole in it that is drawn.
    reach_rings : int
        How many reaches of a cluster are drawn, the widest first.
    """

    name: str
    estates: int
    walk_states: tuple[str, ...]
    street_classes: tuple[str, ...]
    unit: int
    reach_tolerance_m: float
    reach_hole_m2: float
    reach_rings: int


def detail_for(estates: int) -> Detail:
    """Choose what the map of a town carries.

    Parameters
    ----------
    estates : int
        Estates of the town.

    Returns
    -------
    Detail
        The fullest that is for so many estates; the last one for any more.
    """
    rows = _details()
    return next((row for row in rows if estates <= row.estates), rows[-1])


@cache
def _details() -> tuple[Detail, ...]:
    read = tomllib.loads(files("maps.web").joinpath("static", "detail.toml").read_text("utf-8"))
    lists = ("walk_states", "street_classes")
    return tuple(Detail(**{**row, **{name: tuple(row[name]) for name in lists}}) for row in read["detail"])
