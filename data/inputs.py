"""What the reading stage hands on: one frozen set of checked layers in one metric coordinate system."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import Polygon

from data.layer_accounts import LayerAccount
from data.problems import Problem
from data.project import Project
from data.standards.model import Standard
from data.standards.siting import SitingRules, siting_rules

# What stands for the identifier of a gate that no extract has.
GIVEN_GATE, ADDED_GATE = -1, -2
# The same for a gate that an extract draws as a line.
DRAWN_GATE = 0
_WAY_COLUMNS = {
    "u": np.int64,
    "v": np.int64,
    "length_mm": np.int64,
    "way_id": np.int64,
    "highway": object,
    "name": object,
    "steps": bool,
    "private": bool,
    "bridge": bool,
    "tunnel": bool,
    "one_way": np.int8,
}

EARLIER_COLUMNS = ("estate_id", "cluster_id")
INVENTORY_COLUMNS = ("estate_id", "item", "state", "source")


def no_earlier() -> pd.DataFrame:
    """Return the clusters of no earlier result: no row."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in EARLIER_COLUMNS})


def no_inventory() -> pd.DataFrame:
    """Return the items that were surveyed where none was: no row."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in INVENTORY_COLUMNS})


@dataclass(frozen=True)
class Source:
    """Name one file that was read.

    Parameters
    ----------
    role : str
        What it was read as: ``"estates"``, ``"ledger"``, ``"facilities"``, ``"network"``, ``"osm"``, ``"dem"``, ...
    name : str
        File name as the project gives it, with forward slashes.
    sha256 : str
        Checksum of the bytes that were read.
    facts : mapping of str to str
        Decisions worth keeping: encoding, layer, coordinate system, date of the extract.
    """

    role: str
    name: str
    sha256: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Walkways:
    """Hold the ways a person may walk, split at the nodes they share.

    Parameters
    ----------
    nodes : DataFrame
        Index 0..n-1; columns ``osm_id`` (int64, -1 when not from OpenStreetMap), ``x`` and ``y`` (metres).
    edges : GeoDataFrame
        One row per piece between two shared nodes: ``u``, ``v`` (row numbers of ``nodes``), ``length_mm`` (int64),
        ``way_id`` (int64), ``highway``, ``name`` (str, may be missing), ``steps``, ``private``, ``bridge``, ``tunnel``
        (bool), ``one_way`` (int8: 1 only u to v, -1 only v to u, 0 both), ``slope_ahead``, ``slope_back`` (float: how
        many times slower than on the level the way is from u to v and from v to u, at least 1; 1 where no elevation is
        known), ``grade_max`` (float: its steepest piece, rise over run, 0 where none is known), ``geometry``
        (LineString from u to v).
    """

    nodes: pd.DataFrame
    edges: gpd.GeoDataFrame


def no_walkways(crs: CRS) -> Walkways:
    """Return ways of which there are none, the slopes aside.

    Parameters
    ----------
    crs : CRS
        Projected coordinate system, metres.

    Returns
    -------
    Walkways
        All columns, no rows.
    """
    nodes = pd.DataFrame({"osm_id": np.empty(0, np.int64), "x": np.empty(0), "y": np.empty(0)})
    columns = {name: np.empty(0, kind) for name, kind in _WAY_COLUMNS.items()}
    return Walkways(nodes, gpd.GeoDataFrame(columns, geometry=[], crs=crs))


def no_hazards() -> gpd.GeoDataFrame:
    """Return hazards of which there are none."""
    return gpd.GeoDataFrame({name: np.empty(0, object) for name in ("hazard_id", "kind", "name")}, geometry=[])


@dataclass(frozen=True)
class Inputs:
    """Hold everything that was read, checked and classified; nothing in it is mutated later.

    Every geometry is in ``crs``, in metres. Numbers that nobody recorded are NaN, texts that nobody recorded are
    missing; an empty layer has all its columns.

    Parameters
    ----------
    project : Project
        The settings of the run.
    standard : Standard
        The standard the gaps are measured against.
    crs : CRS
        Projected coordinate system of the analysis.
    estates : GeoDataFrame
        Polygons. ``estate_id`` (str, unique), ``name``, ``district``, ``subdistrict``, ``community`` (str),
        ``households``, ``people``, ``elderly`` (of 60 and more), ``children`` (of 14 and less), ``infants`` (under 3),
        ``willing_percent`` (households that agree to be renovated), ``floor_area_m2``, ``buildings``,
        ``built_year_min``, ``built_year_max``, ``parking_spaces``,
        ``units`` (stairwells of its homes), ``lift_units`` (those of them that a lift serves),
        ``storeys`` (of its tallest home), ``green_area_m2``, ``ebike_ports``, ``ev_chargers`` (places to charge e-bikes
        and cars), ``property_room_m2`` (rooms of the property company), ``pipe_year``, ``road_year`` (float: years in
        which utilities are to dig up its pipes, and its roads are laid), ``managed`` (str: ``yes``, ``no``: a property
        company is there), ``excluded`` (str: what the files say against
        renovating it, keys joined by ``;``, missing when nothing), ``excluded_by`` (str: the layer of exclusions that
        holds it, and which share of it), ``excluded_unclear`` (str: words about an exclusion that were not
        understood), ``renovation`` (str: ``none``, ``part``, ``underway``, ``whole``), ``subsidised`` (str: ``yes``,
        ``no``: by the central government), ``done_items``, ``funded_items`` (str: keys of the items renovated before,
        and of those that central subsidies paid for, joined by ``;``), ``items_unclear`` (str: words about them that
        were not understood), ``outline`` (str: ``surveyed``, or ``assumed`` where the estate was given as a point),
        ``source`` (str).
    buildings : GeoDataFrame
        Footprints. ``building_id`` (str), ``use`` (str: the tag value or the ledger's word), ``levels``, ``flats``
        (float).
    facilities : GeoDataFrame
        Points or polygons, those in operation, each place once per service. ``facility_id`` (str, unique), ``name``,
        ``service``, ``status`` (str, here always ``open``), ``capacity``, ``night_spaces``, ``floor_area_m2`` (float;
        the capacity counts what the service counts: places, beds or spaces; ``night_spaces`` are those of a car park
        that residents may use at night), ``source`` (str; several are joined by ``; ``).
    facilities_aside : GeoDataFrame
        The same columns for those that are not in operation: ``status`` is ``closed`` or ``planned``. Nobody is served
        by them.
    entrances : GeoDataFrame
        Points where a facility or building is entered. ``osm_id`` (int64).
    sites : GeoDataFrame
        Points or polygons that can be put to use. ``site_id`` (str, unique), ``name``, ``kind`` (str), ``links``
        (bool: may
        tie two estates together), ``area_m2`` (float), ``owner`` (str), ``allows`` (str: services that may come there,
        keys joined by ``;``, missing when nobody told), ``storey`` (float: 1 at street level, below 0 under it),
        ``cost_yuan`` (float: what it costs to have it), ``rent_yuan`` (float: a year), ``from_map`` (bool: taken from
        a map, so that whether it can be had is not known), ``source`` (str).
    gates : GeoDataFrame
        Points. ``gate_id`` (str, unique), ``name``, ``state`` (str: open, residents, closed), ``osm_id`` (int64, 0
        when an extract draws it as a line, -1 when a planner gave it, -2 when a scenario adds it to those
        that are known).
    barriers : GeoDataFrame
        Lines or polygons nobody walks across. ``barrier_id`` (str), ``kind`` (str: river, water, railway,
        expressway, wall),
        ``name`` (str).
    context : GeoDataFrame
        What is only drawn. ``kind`` (str: green, water), ``name`` (str).
    walkways : Walkways
        The ways a person may walk.
    boundary : Polygon or None
        The planning area, when the project names one.
    problems : tuple of Problem
        Everything found while reading.
    sources : tuple of Source
        Every file read.
    facts : mapping of str to str
        What the data says of itself, such as the date of the extract and its licence line.
    earlier : DataFrame
        ``estate_id`` and ``cluster_id`` (str, missing when in none) of an earlier result; no row when none is named.
    inventory : DataFrame
        Items of the lists of the standard that are counted in an estate, one row per estate and item of which somebody
        told the state: ``estate_id``, ``item``, ``state`` (str: ``yes``, ``partial``, ``no``, ``not_applicable``),
        ``source`` (str: the file). What is not listed is unknown.
    hazards : GeoDataFrame
        Points or polygons that some services may not stand beside. ``hazard_id``, ``kind`` (str: ``petrol_station``,
        ...), ``name`` (str).
    siting_rules : SitingRules
        Which service fits which site.
    accounts : tuple of LayerAccount
        What became of the rows of each layer.
    before : Inputs or None
        The inputs as they were read, when these are as a scenario would have them.
    """

    project: Project
    standard: Standard
    crs: CRS
    estates: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    facilities_aside: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    context: gpd.GeoDataFrame
    walkways: Walkways
    boundary: Polygon | None
    problems: tuple[Problem, ...]
    sources: tuple[Source, ...]
    facts: Mapping[str, str]
    earlier: pd.DataFrame = field(default_factory=no_earlier)
    inventory: pd.DataFrame = field(default_factory=no_inventory)
    hazards: gpd.GeoDataFrame = field(default_factory=no_hazards)
    siting_rules: SitingRules = field(default_factory=siting_rules)
    accounts: tuple[LayerAccount, ...] = ()
    before: "Inputs | None" = None
