import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import MultiPolygon, Polygon, box

from geo.plan import Plan
from maps.web.detail import detail_for
from maps.web.reach_payload import reach_payload
from tests.tiny import EAST, NORTH, TINY_CRS, tiny_plan


def _plan() -> Plan:
    """Give the first cluster three reaches, each a block with a courtyard of a hectare."""
    yard = box(EAST + 10, NORTH + 10, EAST + 110, NORTH + 110).exterior
    shapes = [
        MultiPolygon([Polygon(box(EAST - wide, NORTH - wide, EAST + 400 + wide, NORTH + 400 + wide).exterior, [yard])])
        for wide in (0, 200, 400)
    ]
    texts = {"owner": ["cluster"] * 3, "owner_id": ["C1"] * 3}
    reach = gpd.GeoDataFrame(
        {**{name: pd.Series(values, dtype="str") for name, values in texts.items()}, "minutes": [5.0, 10.0, 15.0]},
        geometry=shapes,
        crs=TINY_CRS,
    )
    return dataclasses.replace(tiny_plan(), isochrones=reach)


@pytest.mark.parametrize(
    ("estates", "minutes", "rings"),
    [(1, [15, 10, 5], [2, 2, 2]), (5_000, [15, 10, 5], [1, 1, 1]), (20_000, [15], [1])],
    ids=["full", "large", "huge"],
)
def test_reaches_are_drawn_as_fine_as_the_town_allows(estates: int, minutes: list[int], rings: list[int]) -> None:
    found = reach_payload(_plan(), detail=detail_for(estates))
    assert found["minutes"] == minutes
    assert found["shapes"]["rings"] == rings
    assert found["cluster"] == [0] * len(minutes)


def test_rounded_places_are_within_a_metre() -> None:
    fine, coarse = (reach_payload(_plan(), detail=detail_for(size))["shapes"] for size in (1, 20_000))
    first = [np.array(shape["steps"][:2]) * shape["unit"] for shape in (fine, coarse)]
    assert np.abs(first[0] - first[1]).max() <= 10
