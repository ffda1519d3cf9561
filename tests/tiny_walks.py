"""The walks of the tiny town: two of them traced, one estate with a facility on its own ground, one opening."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import LineString, MultiPolygon, Point
from shapely.affinity import translate

from geo.what_if.changes import CHANGE_COLUMNS


def tiny_walks(*, east: float, north: float, crs: CRS) -> dict[str, Any]:
    """Make the frames of the plan that tell of walks; every call makes new ones."""

    def line(*xy: tuple[float, float]) -> LineString:
        return LineString([(east + x, north + y) for x, y in xy])

    def texts(values: Sequence[str | None]) -> pd.Series:
        return pd.Series(values, dtype="str")

    walks = {
        "estate_id": texts(["E1", "E1", "E2"]),
        "service": texts(["childcare", "elder_care", "childcare"]),
        "facility_id": texts(["F3", "F1", "F3"]),
        "profile": texts(["adult", "elderly", "adult"]),
        "gate": [0, 0, -1],
        "entrance": [6, 5, -1],
        "inside_m": [60.0, 42.0, 160.0],
        "from_m": [20.0, 20.0, 0.0],
        "street_m": [210.0, 10.0, 0.0],
        "to_m": [10.0, 8.0, 0.0],
        "walk_m": [300.0, 80.0, 160.0],
        "walk_minutes": [4.5, 1.5, 2.4],
        "assumed": texts(["entrance", "", ""]),
    }
    lines = [line((50, 0), (50, -20), (260, -20), (260, -10)), line((50, 0), (50, -20), (60, -20), (60, -28)), None]
    square = translate(Point(0, 0).buffer(90, quad_segs=1), east + 60, north + 40)
    return {
        "walks": gpd.GeoDataFrame(walks, geometry=lines, crs=crs),
        "walk_steps": pd.DataFrame(
            {
                "estate_id": texts(["E1", "E1", "E1"]),
                "service": texts(["childcare", "childcare", "elder_care"]),
                "step": [1, 2, 1],
                "street": texts(["解放路", None, "解放路"]),
                "highway": texts(["residential", "footway", "residential"]),
                "steps": [False, True, False],
                "length_m": [200.0, 10.0, 10.0],
                "minutes": [3.0, 0.3, 0.1875],
            }
        ),
        "walk_edges": pd.DataFrame(
            {
                "walk": [0, 0, 1],
                "edge": [0, 1, 0],
                "from_mm": np.array([250_000, 0, 250_000], np.int64),
                "to_mm": np.array([300_000, 155_000, 260_000], np.int64),
            }
        ),
        "opportunities": pd.DataFrame(
            {
                "estate_id": texts(["E1", "E1"]),
                "service": texts(["childcare", "elder_care"]),
                "within_5": [1, 1],
                "within_10": [1, 1],
                "within_15": [2, 1],
                "per_1000": [12.5, np.nan],
            }
        ),
        "isochrones": gpd.GeoDataFrame(
            {"owner": texts(["cluster"]), "owner_id": texts(["C1"]), "minutes": [5.0]},
            geometry=[MultiPolygon([square])],
            crs=crs,
        ),
        "openings": gpd.GeoDataFrame(
            {
                "opening_id": texts(["O001"]),
                "kind": texts(["gate"]),
                "estate_id": texts(["E4"]),
                "other_id": texts([None]),
                "person_minutes": [2700.0],
                "gaps_closed": [1],
                "services": texts(["childcare"]),
                "gate_id": texts([None]),
            },
            geometry=[Point(east + 100, north + 450)],
            crs=crs,
        ),
        "changes": pd.DataFrame(columns=list(CHANGE_COLUMNS)),
        "scenario": "",
    }
