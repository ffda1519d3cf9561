"""The folder of a small result, written by hand: a gap, a met service, a size nobody recorded, a thin layer."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from shapely import LineString, Point

CRS = "EPSG:4548"
WALK = ("walk_minutes", 15.0, "min", "赣府厅发〔2020〕37号 二(一)3 15分钟生活圈要求", "verified")
PLACES = ("places_per_1000_people", 10.0, "places/1000p", "“十四五”规划纲要 托育", "unverified")
Layers = dict[str, pd.DataFrame]


def write_result(folder: Path, *, layers: Layers | None = None, manifest: Mapping[str, Any] | None = None) -> Path:
    """Write the folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in (small_layers() if layers is None else layers).items():
        pyogrio.write_dataframe(frame, folder / "plan.gpkg", layer=name, driver="GPKG")
    told = small_manifest() if manifest is None else manifest
    folder.joinpath("manifest.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return folder


def small_manifest() -> dict[str, Any]:
    names = {
        "elder_care": ("养老服务设施", "Elder care", "elderly", "beds"),
        "market": ("农贸市场", "Market", "adult", ""),
        "childcare": ("托育服务设施", "Childcare", "adult", "places"),
        "canteen": ("社区食堂", "Canteen", "adult", ""),
    }
    services = {
        key: {"name": {"zh": zh, "en": en}, "profile": profile, "capacity_unit": unit}
        for key, (zh, en, profile, unit) in names.items()
    }
    profiles = {
        "adult": {"name": {"zh": "一般居民", "en": "adults"}, "metres": 1000, "minutes": 15},
        "elderly": {"name": {"zh": "老年人", "en": "the elderly"}, "metres": 800, "minutes": 15},
    }
    title = {"zh": "江西省城镇老旧小区改造", "en": "Jiangxi, old urban estates"}
    return {
        "crs": {"code": CRS, "name": "CGCS2000"},
        "options": {"project": {"name": "示例县城", "date": "2025-06-01"}},
        "standard": {"key": "jiangxi_existing", "title": title, "profiles": profiles, "services": services},
        "versions": {"lianpian": "0.2.0"},
    }


def small_layers() -> Layers:
    """Return every layer; E001 has all four services, E002 has no name and no buildings, E005 no way in reach."""
    return {
        "estates": _estates(),
        "facilities": _facilities(),
        "access_points": _access_points(),
        "services": pd.DataFrame(
            [
                ("elder_care", "upgrade", 3, 2.0, False, 15.0),
                ("market", "upgrade", 2, 2.0, False, 15.0),
                ("childcare", "upgrade", 2, 2.0, False, 15.0),
                ("canteen", "upgrade", 1, 9.6, True, 15.0),
            ],
            columns=["service", "category", "facilities", "expected", "thin", "limit_minutes"],
        ),
        "completeness": pd.DataFrame(
            [
                (None, "whole", "elder_care", 3, 2.0, False, "enough"),
                (None, "whole", "market", 2, 2.0, False, "enough"),
                (None, "whole", "childcare", 2, 2.0, False, "enough"),
                (None, "whole", "canteen", 1, 9.6, True, "too_few"),
            ],
            columns=["unit", "unit_kind", "service", "facilities", "expected", "thin", "reason"],
        ),
        "gaps": _gaps(),
        "nearest": _nearest(),
        "walks": _walks(),
        "walk_steps": _walk_steps(),
        "opportunities": pd.DataFrame(
            [
                ("E001", "elder_care", 0, 0, 0, 0.0),
                ("E001", "childcare", 1, 2, 2, 4.0),
                ("E002", "market", 1, 1, 2, None),
            ],
            columns=["estate_id", "service", "within_5", "within_10", "within_15", "per_1000"],
        ).astype({"per_1000": float}),
        "openings": gpd.GeoDataFrame(
            [
                ("O001", "gate", "E001", None, 300.0, 0, "elder_care"),
                ("O002", "passage", "E001", "E003", 1234.5, 4, "elder_care"),
                ("O003", "passage", "E003", "E001", 99.0, 2, "market;elder_care"),
                ("O004", "passage", "E003", "E004", 5000.0, 9, "elder_care"),
            ],
            columns=["opening_id", "kind", "estate_id", "other_id", "person_minutes", "gaps_closed", "services"],
            geometry=[Point(0, 50), Point(50, 100), Point(60, 100), Point(50, 300)],
            crs=CRS,
        ),
    }


def _estates() -> gpd.GeoDataFrame:
    names = {"E001": "幸福里", "E002": None, "E003": "和平小区", "E004": "和平小区", "E005": "山上新村"}
    corners = [(0, 0), (1000, 0), (0, 110), (0, 220), (0, 2000)]
    return gpd.GeoDataFrame(
        {
            "estate_id": list(names),
            "name": pd.Series(list(names.values()), dtype=object),
            "label": [name or identifier for identifier, name in names.items()],
            "district": None,
            "subdistrict": "城南街道",
            "access_kind": ["crossing", "assumed", "crossing", "crossing", "none"],
        },
        geometry=[shapely.box(x, y, x + 100, y + 100) for x, y in corners],
        crs=CRS,
    )


def _facilities() -> gpd.GeoDataFrame:
    rows = [
        ("F001", "城南市场", "market", None, None, "assumed", (1200, 300)),
        ("F002", "北门市场", "market", None, None, "assumed", (1300, 600)),
        ("F003", "阳光养老院", "elder_care", 40.0, None, "entrance", (600, 300)),
        ("F004", None, "elder_care", None, None, "assumed", (100, 1100)),
        ("F005", "康宁养老院", "elder_care", 20.0, None, "none", (3000, 3000)),
        ("F006", "小树苗托育园", "childcare", 30.0, None, "assumed", (150, 250)),
        ("F007", "启明托育园", "childcare", None, None, "assumed", (100, 500)),
        ("F008", "老邻居食堂", "canteen", None, None, "assumed", (100, 1300)),
    ]
    columns = ["facility_id", "name", "service", "capacity", "floor_area_m2", "access_kind"]
    frame = pd.DataFrame([row[:6] for row in rows], columns=columns)
    frame = frame.astype({"capacity": float, "floor_area_m2": float})
    return gpd.GeoDataFrame(frame, geometry=[Point(row[6]) for row in rows], crs=CRS)


def _access_points() -> gpd.GeoDataFrame:
    rows = [
        ("estate", "E001", "crossing", "way_crosses", None, (100, 50)),
        ("estate", "E002", "assumed", "nearest_way", None, (1100, 50)),
        ("facility", "F001", "assumed", "nearest_way", None, (1200, 300)),
        ("facility", "F003", "entrance", "entrance_on_way", None, (600, 300)),
        ("facility", "F006", "assumed", "nearest_way", None, (150, 250)),
        ("facility", "F008", "assumed", "nearest_way", None, (100, 1300)),
        ("estate", "E001", "gate", "gate_given", "G7", (50, 0)),
    ]
    frame = pd.DataFrame([row[:5] for row in rows], columns=["owner", "owner_id", "kind", "resolved", "gate_id"])
    frame["start_x"], frame["start_y"] = ([float(row[5][axis]) for row in rows] for axis in (0, 1))
    return gpd.GeoDataFrame(frame, geometry=[Point(row[5]) for row in rows], crs=CRS)


def _gaps() -> pd.DataFrame:
    rows = [
        ("E001", "elder_care", "gap", 17.46, 921.0, "F003", 17.456, 2.456, WALK),
        ("E001", "market", "gap", None, None, None, None, None, WALK),
        ("E001", "childcare", "size_unknown", 4.66, 310.0, "F006", 4.0, None, PLACES),
        ("E001", "canteen", "no_data", 20.31, 1354.0, "F008", 20.31, None, WALK),
        ("E002", "elder_care", "borderline", 15.1, 805.0, "F003", 15.094, 0.094, WALK),
        ("E002", "market", "met", 4.81, 320.6, "F001", 4.809, None, WALK),
        ("E005", "elder_care", "no_data", None, None, None, None, None, WALK),
        ("E005", "market", "no_data", None, None, None, None, None, WALK),
    ]
    records = []
    for estate_id, service, state, minutes, metres, facility_id, measured, shortfall, asked in rows:
        metric, threshold, unit, clause, confidence = asked
        records.append(
            {
                "estate_id": estate_id,
                "service": service,
                "category": "upgrade",
                "state": state,
                "walk_minutes": minutes,
                "walk_m": metres,
                "facility_id": facility_id,
                "facility_name": None,
                "metric": metric,
                "measured": measured,
                "threshold": threshold,
                "shortfall": shortfall,
                "unit": unit,
                "clause": clause,
                "confidence": confidence,
            }
        )
    numbers = ["walk_minutes", "walk_m", "measured", "threshold", "shortfall"]
    return pd.DataFrame(records).astype(dict.fromkeys(numbers, float))


def _nearest() -> pd.DataFrame:
    rows = [
        ("E001", "elder_care", 2, 20.1, 1072.0, "F004"),
        ("E001", "elder_care", 1, 17.46, 921.0, "F003"),
        ("E001", "childcare", 1, 4.66, 310.0, "F006"),
        ("E001", "childcare", 2, 8.26, 550.0, "F007"),
        ("E001", "canteen", 1, 20.31, 1354.0, "F008"),
        ("E002", "elder_care", 1, 15.1, 805.0, "F003"),
        ("E002", "market", 1, 4.81, 320.6, "F001"),
        ("E002", "market", 2, 10.5, 700.0, "F002"),
    ]
    return pd.DataFrame(rows, columns=["estate_id", "service", "rank", "walk_minutes", "walk_m", "facility_id"])


def _walks() -> gpd.GeoDataFrame:
    # inside, connector, streets, connector, whole metres and minutes
    rows = [
        ("E001", "elder_care", "F003", "elderly", 0, 3, (60.0, 3.2, 852.8, 5.0, 921.0, 17.46)),
        ("E001", "childcare", "F006", "adult", 0, 4, (60.0, 3.2, 240.0, 6.8, 310.0, 4.66)),
        ("E001", "canteen", "F008", "adult", 6, 5, (60.0, 4.0, 1280.0, 10.0, 1354.0, 20.31)),
        ("E002", "market", "F001", "adult", 1, 2, (None, 12.5, 300.1, 8.0, 320.6, 4.81)),
    ]
    lines = [
        LineString([(100, 50), (100, 300), (600, 300)]),
        LineString([(100, 50), (150, 50), (150, 250)]),
        LineString([(50, 0), (50, -20), (100, -20), (100, 1300)]),
        LineString([(1100, 50), (1200, 50), (1200, 300)]),
    ]
    numbers = ["inside_m", "from_m", "street_m", "to_m", "walk_m", "walk_minutes"]
    columns = ["estate_id", "service", "facility_id", "profile", "gate", "entrance", *numbers]
    frame = pd.DataFrame([(*row[:6], *row[6]) for row in rows], columns=columns).astype(dict.fromkeys(numbers, float))
    return gpd.GeoDataFrame(frame, geometry=lines, crs=CRS)


def _walk_steps() -> pd.DataFrame:
    # The flight takes twice its length; the rows stand in no order.
    rows = [
        ("E001", "elder_care", 2, "解放路", "residential", True, 10.0, 0.375),
        ("E001", "elder_care", 1, "人民路", "residential", False, 412.3, 412.3 * 15 / 800),
        ("E001", "elder_care", 3, None, "footway", False, 430.5, 430.5 * 15 / 800),
        ("E001", "childcare", 1, "人民路", "residential", False, 240.0, 3.6),
        ("E001", "canteen", 1, "人民路", "residential", False, 1280.0, 19.2),
        ("E002", "market", 1, None, "bus_guideway", False, 300.1, 300.1 * 15 / 1000),
    ]
    columns = ["estate_id", "service", "step", "street", "highway", "steps", "length_m", "minutes"]
    return pd.DataFrame(rows, columns=columns)
