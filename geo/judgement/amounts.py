"""Parking, lifts and green space of the estates, estate by estate and summed up."""

import numpy as np
import pandas as pd

from data.problems import Problem, warning
from geo.judgement.inventory import SCALES
from geo.judgement.scales import scale_units

# Stairwells without a lift are told from here on. Our own choice: 有条件的楼栋 of the guideline has no number.
LIFT_STOREYS = 4
_SUMMED = [
    "estates", "households", "parking_estates", "parking_spaces", "parking_households",
    "lift_estates", "units", "lift_units", "walk_up_units", "green_estates", "green_area_m2", "green_people",
    "ebike_estates", "ebike_ports", "ev_estates", "ev_chargers", "room_estates", "property_room_m2", "room_floor_m2",
]  # fmt: skip
_PARTS = {
    "parking_spaces": "parking_estates",
    "parking_households": "parking_estates",
    "units": "lift_estates",
    "lift_units": "lift_estates",
    "walk_up_units": "lift_estates",
    "green_area_m2": "green_estates",
    "green_people": "green_estates",
    "ebike_ports": "ebike_estates",
    "ev_chargers": "ev_estates",
    "property_room_m2": "room_estates",
    "room_floor_m2": "room_estates",
}


def sum_amounts(estates: pd.DataFrame, *, nearest: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    """Sum up parking, lifts and green space; nothing is judged, because no figure is asked of old estates.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id``, the places of :func:`geo.judgement.scales.scale_units`, ``households``, ``people``,
        ``parking_spaces``, ``units``, ``lift_units``, ``storeys``, ``green_area_m2``, ``ebike_ports``,
        ``ev_chargers``, ``property_room_m2``, ``floor_area_m2`` (float, NaN when unknown),
        ``estimated`` (bool).
    nearest : DataFrame
        Columns as ``Plan.nearest``.
    facilities : DataFrame
        ``facility_id``, ``service``, ``capacity``, ``night_spaces``.

    Returns
    -------
    DataFrame
        One row per unit, the whole first, then subdistricts, clusters and estates: ``scale`` (``whole``,
        ``subdistrict``, ``cluster``, ``estate``), ``unit`` (str, missing of the whole and of estates without a
        subdistrict), ``estates`` (int), ``households`` (float), ``parking_estates`` (int: those whose spaces and
        households are known), ``parking_spaces``, ``parking_households`` (float, of those; NaN when there is none, as
        of the others), ``spaces_per_household`` (float: the former by the latter), ``lift_estates`` (int: those whose
        stairwells, lifts and storeys are known), ``units``, ``lift_units``, ``walk_up_units`` (float: stairwells
        without a lift in estates of ``LIFT_STOREYS`` storeys or more), ``green_estates`` (int), ``green_area_m2``,
        ``green_people``, ``green_m2_per_person`` (float), ``ebike_estates``,
        ``ev_estates``, ``room_estates`` (int: those whose figure is known), ``ebike_ports``, ``ev_chargers``,
        ``property_room_m2``, ``room_floor_m2`` (float), ``property_room_share`` (float: of the floor area),
        ``car_park_minutes`` (float: walk to the nearest public car park), ``car_park_spaces``,
        ``car_park_night_spaces`` (float, NaN when unknown; all three of single estates only), ``estimated`` (bool: some
        of the households or people are).
    """
    units = {**scale_units(estates, scales=SCALES), "estate": estates["estate_id"].astype(object)}
    rows = _by_estate(estates)
    sums = pd.concat([_summed(rows, scale, unit) for scale, unit in units.items()], ignore_index=True)
    for column, known in _PARTS.items():
        sums[column] = sums[column].where(sums[known] > 0)
    sums["spaces_per_household"] = sums["parking_spaces"] / sums["parking_households"]
    sums["green_m2_per_person"] = sums["green_area_m2"] / sums["green_people"]
    sums["property_room_share"] = sums["property_room_m2"] / sums["room_floor_m2"]
    parks = _car_parks(nearest, facilities).reindex(sums["unit"].where(sums["scale"] == "estate"))
    sums = sums.assign(**{name: parks[name].to_numpy(float) for name in parks})
    order = list(_SUMMED)
    order.insert(order.index("parking_households") + 1, "spaces_per_household")
    return sums[["scale", "unit", *order, "green_m2_per_person", "property_room_share", *parks, "estimated"]]


def tell_lifts(estates: pd.DataFrame) -> tuple[Problem, ...]:
    """Tell of estates that have more stairwells with a lift than stairwells.

    Parameters
    ----------
    estates : DataFrame
        ``label``, ``units``, ``lift_units``, ``source``.

    Returns
    -------
    tuple of Problem
        One per estate.
    """
    odd = estates[estates["lift_units"] > estates["units"]]
    facts = odd[["estate_id", "label", "source", "units", "lift_units"]].itertuples(index=False)
    return tuple(
        warning("lifts_above_units", file=row.source, feature=f"{row.estate_id} {row.label}", field="lift_units",
                value=f"{row.lift_units:g}", count=f"{row.units:g}")
        for row in facts
    )  # fmt: skip


def _by_estate(estates: pd.DataFrame) -> pd.DataFrame:
    """Return the amounts of each estate, zero where one of those that belong together is not known."""
    parking = estates["parking_spaces"].notna() & (estates["households"] > 0)
    lifts = estates[["units", "lift_units", "storeys"]].notna().all(axis=1)
    lifts &= estates["lift_units"] <= estates["units"]
    green = estates["green_area_m2"].notna() & (estates["people"] > 0)
    rooms = estates["property_room_m2"].notna() & (estates["floor_area_m2"] > 0)
    high = lifts & (estates["storeys"] >= LIFT_STOREYS)
    return estates[["estimated"]].assign(
        estates=1,
        households=estates["households"].fillna(0.0),
        parking_estates=parking.astype(np.int64),
        parking_spaces=estates["parking_spaces"].where(parking, 0.0),
        parking_households=estates["households"].where(parking, 0.0),
        lift_estates=lifts.astype(np.int64),
        units=estates["units"].where(lifts, 0.0),
        lift_units=estates["lift_units"].where(lifts, 0.0),
        walk_up_units=(estates["units"] - estates["lift_units"]).where(high, 0.0),
        green_estates=green.astype(np.int64),
        green_area_m2=estates["green_area_m2"].where(green, 0.0),
        green_people=estates["people"].where(green, 0.0),
        ebike_estates=estates["ebike_ports"].notna().astype(np.int64),
        ebike_ports=estates["ebike_ports"].fillna(0.0),
        ev_estates=estates["ev_chargers"].notna().astype(np.int64),
        ev_chargers=estates["ev_chargers"].fillna(0.0),
        room_estates=rooms.astype(np.int64),
        property_room_m2=estates["property_room_m2"].where(rooms, 0.0),
        room_floor_m2=estates["floor_area_m2"].where(rooms, 0.0),
    )


def _summed(rows: pd.DataFrame, scale: str, unit: pd.Series) -> pd.DataFrame:
    placed = rows.assign(scale=scale, unit=unit)
    groups = placed[unit.notna() | (scale != "cluster")].groupby(["scale", "unit"], dropna=False, sort=True)
    return groups[_SUMMED].sum().assign(estimated=groups["estimated"].any()).reset_index()


def _car_parks(nearest: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    """Return by estate the walk to the nearest public car park, and its spaces."""
    first = nearest[(nearest["service"] == "parking") & (nearest["rank"] == 1)].set_index("estate_id")
    spaces = facilities[facilities["service"] == "parking"].set_index("facility_id")["capacity"]
    night = facilities[facilities["service"] == "parking"].set_index("facility_id")["night_spaces"]
    found = {
        "car_park_minutes": first["walk_minutes"],
        "car_park_spaces": first["facility_id"].map(spaces),
        "car_park_night_spaces": first["facility_id"].map(night),
    }
    return pd.DataFrame(found).astype(float)
