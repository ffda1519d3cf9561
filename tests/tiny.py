"""A hand-made plan of a tiny town: five estates on both banks of a river, with every state a result can be in.

The town, in metres east and north of ``EAST, NORTH``::

    y 500 ┌────E4────┐  ┌────E5────┐        C2 = E4 + E5 (E5 estimated, E4 without a name)
    y 400 └──────────┘  └──────────┘
    y 380 ────────────┬──────────────────   back lane
    y 350 ~~~~~~~~~~~~│~~~~~~~~~~~~~~~~~~   river, one bridge at x 105
    y 310 ~~~~~~~~~~~~│~~~~~~~~~~~~~~~~~~
    y 100 ┌───E1───┐  │  ┌─E2─┬─E3─┐ wall   C1 = E1 + E2 (E2 has a hostile name), E3 stands alone
    y   0 └───G1───┘  │  └─G2─┴────┘ S1
    y -20 ────────────┴──────────────────   main road
"""

import datetime
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import Geometry, LineString, MultiPolygon, Point, Polygon, box
from shapely.affinity import translate

from data.inputs import Inputs, Source, Walkways
from data.problems import error, note, warning
from data.profiles import load_profiles
from data.project import Project
from data.standards.model import Category, Confidence, Eligibility, Management, Measure, Service, Standard, Threshold
from geo.contiguity.wishes import MOVE_COLUMNS
from geo.judgement.amounts import sum_amounts
from geo.judgement.coverage import COLUMNS as COVERAGE_COLUMNS
from geo.judgement.equity import COLUMNS as EQUITY_COLUMNS
from geo.judgement.inventory import count_items, judge_inventory, share_inventory
from geo.judgement.priorities import COLUMNS as PRIORITY_COLUMNS
from geo.judgement.priorities import TEST_COLUMNS as PRIORITY_TEST_COLUMNS
from geo.judgement.sharing import COLUMNS as SHARING_COLUMNS
from geo.plan import Plan
from geo.siting.prospects import count_prospects, prospects
from tests.tiny_proposals import tiny_programme, tiny_proposals
from tests.tiny_walks import tiny_walks

EAST, NORTH = 500_000.0, 3_150_000.0
TINY_CRS = CRS.from_epsg(4548)
HOSTILE = "{{7*7}}</script><b>\"'"
STATES = ("met", "borderline", "gap", "size_unknown", "no_data")
NAN = float("nan")


def tiny_plan() -> Plan:
    """Make the plan of the tiny town; every call makes new frames."""
    gaps = _gaps()
    inputs = tiny_inputs()
    estates = _estates(inputs.estates, gaps)
    nearest, clusters = _nearest(gaps), _clusters(estates)
    proposed = tiny_proposals(inputs, at=_point(360, 40))
    then = prospects(gaps, served=proposed["proposal_served"])
    inventory = judge_inventory(inputs.inventory, estates=estates, standard=inputs.standard)
    done = {"estate_id": ["E1"], "item": ["parking"], "category": ["improvement"], "how": ["done"]}
    found = {
        "inventory": inventory,
        "funded": pd.DataFrame(done, dtype=object),
        "priorities": pd.DataFrame(columns=PRIORITY_COLUMNS),
    }
    return Plan(
        inputs=inputs,
        estates=count_prospects(estates.assign(number=range(1, len(estates) + 1)), table=then),
        facilities=inputs.facilities.assign(
            access_kind=_texts(["entrance", *["assumed"] * 6, "none"]),
            people_within=[1900.0, 1350.0, 3000.0, 3000.0, 1350.0, 3000.0, 1350.0, 0.0],
            households_within=[630.0, 450.0, 1000.0, 1000.0, 450.0, 1000.0, 450.0, 0.0],
        ),
        gaps=gaps,
        prospects=then,
        nearest=nearest,
        services=_services(gaps),
        coverage=_coverage(),
        sharing=_sharing(),
        equity=_equity(),
        priorities=found["priorities"],
        priority_tests=pd.DataFrame(columns=PRIORITY_TEST_COLUMNS),
        completeness=_completeness(),
        clusters=clusters,
        cluster_parts=_cluster_parts(),
        moves=pd.DataFrame({name: pd.Series(dtype=object) for name in MOVE_COLUMNS}),
        memberships=_memberships(),
        pooled=_pooled(),
        adjacency=_adjacency(),
        join_curve=pd.DataFrame(
            {
                "width_m": [10.0, 30.0],
                "in_use": [False, True],
                "pairs": [1, 3],
                "estates": [0, 2],
                "people": [0.0, 1500.0],
                "people_share": [0.0, 0.5],
            }
        ),
        access_points=_access_points(),
        network=inputs.walkways.edges.assign(component=[0] * 7 + [1], used=[True] * 7 + [False]),
        components=pd.DataFrame(
            {
                "component": [0, 1],
                "edges": [7, 1],
                "length_m": [1800.0, 50.0],
                "used": [True, False],
                "street": _texts(["解放路", None]),
                "lon": [117.0, 117.0],
                "lat": [28.47, 28.47],
            }
        ),
        **tiny_walks(east=EAST, north=NORTH, crs=TINY_CRS),
        summary=_summary(),
        problems=inputs.problems,
        funded=found["funded"],
        packages=_packages(estates),
        inventory=inventory,
        inventory_counts=count_items(inventory),
        inventory_shares=share_inventory(inventory, estates=estates),
        **proposed,
        programme=tiny_programme(inputs, estates=estates, clusters=clusters, found={**found, **proposed}),
        amounts=sum_amounts(estates, nearest=nearest, facilities=inputs.facilities),
    )


def tiny_inputs() -> Inputs:
    """Make the inputs of the tiny town."""
    return Inputs(
        project=Project.model_validate(
            {
                "project": {"name": "小城老旧小区连片改造", "author": "某规划院", "date": datetime.date(2026, 3, 1)},
                "estates": {"path": "数据/小区.shp", "fields": {"name": "小区名称"}},
                "costs": {
                    "source": "示例单价",
                    "items": {
                        "roof": {"yuan": 50, "per": "floor_m2"},
                        "elder_care": {"yuan": 3500, "per": "facility_m2", "revenue_yuan": 400, "running_yuan": 300},
                    },
                },
                "funding": {"shares": {"basic": {"central": 0.5, "city": 0.3}, "upgrade": {"market": 0.5}}},
                "phases": {"years": [2026, 2027], "budget_yuan": 1500000},
                "clusters": {"floor_people": 1200, "ceiling_people": 3000, "include_unknown_year": True},
                "file_name": "project.toml",
            }
        ),
        standard=tiny_standard(),
        crs=TINY_CRS,
        estates=_estates_read(),
        buildings=_buildings(),
        facilities=_facilities_read(),
        facilities_aside=_facilities_aside(),
        entrances=_frame({"osm_id": [501]}, [_point(60, -28)]),
        sites=_sites(),
        gates=_gates(),
        barriers=_barriers(),
        context=_frame(
            {"kind": _texts(["green", "water"]), "name": _texts(["江滨公园", None])},
            [_box(-300, 290, 90, 310), _box(420, 100, 460, 140)],
        ),
        walkways=_walkways(),
        boundary=_box(-350, -150, 1000, 700),
        problems=(
            error("missing_file", file="停车.csv"),
            warning("missing_file", file="数据/小区.shp", layer="小区", feature="E4", field="小区名称"),
            note("missing_file", file="town.osm.pbf", feature="E5", field="层数", value="=1+1"),
        ),
        sources=(
            Source("estates", "数据/小区.shp", "a" * 64, {"encoding": "gb18030", "crs": "EPSG:4548"}),
            Source("osm", "town.osm.pbf", "b" * 64, {"date": "2026-02-01"}),
        ),
        facts={"osm_date": "2026-02-01", "licence": "© OpenStreetMap contributors, ODbL 1.0"},
        inventory=pd.DataFrame(
            {
                "estate_id": ["E1", "E2", "E4"],
                "item": ["roof", "roof", "lift"],
                "state": ["no", "partial", "not_applicable"],
                "source": ["数据/小区.shp"] * 3,
            },
            dtype=object,
        ),
    )


def tiny_standard() -> Standard:
    """Make a standard of four assessed services and one that is only shown."""
    return Standard(
        key="tiny_standard",
        title={"zh": "示例标准", "en": "Sample standard"},
        scope="existing",
        services=(
            _service("elder_care", "养老服务设施", "Elder care", "upgrade", threshold=_walk_threshold()),
            _service("childcare", "托育机构", "Childcare", "upgrade", threshold=_walk_threshold()),
            _service("parking", "停车位", "Parking", "improvement", threshold=_parking_threshold()),
            _service("canteen", "社区食堂", "Canteen", "upgrade", threshold=_walk_threshold("unverified")),
            _service("market", "菜市场", "Food market", "context"),
            _service("roof", "屋面维修", "Roofs", "basic"),
            _service("lift", "加装电梯", "Lifts", "improvement"),
        ),
        eligibility=Eligibility(
            2000, None, ("expropriation", "shantytown", "dangerous_d"), "赣府厅发〔2020〕37号", "一(三)"
        ),
        profiles={key: load_profiles()[key] for key in ("adult", "elderly")},
        source_name="tiny_standard.toml",
        management=Management(40000.0, "示例文件", "五", "verified"),
    )


def _service(key: str, zh: str, en: str, category: Category, *, threshold: Threshold | None = None) -> Service:
    measure: Measure = "inventory" if key in ("parking", "roof", "lift") else "walk"
    profile = "elderly" if key in ("elder_care", "canteen") else "adult"
    units = {"elder_care": "beds", "childcare": "places", "parking": "spaces"}
    return Service(
        key=key,
        name={"zh": zh, "en": en},
        category=category,
        item=zh,
        measure=measure,
        profile=profile,
        capacity_unit=units.get(key, ""),
        people_per_place=2000.0,
        thresholds=(threshold,) if threshold else (),
    )


def _walk_threshold(confidence: Confidence = "verified") -> Threshold:
    return Threshold("walk_minutes", "le", 15, "min", "赣府厅发〔2020〕37号", "二(三)", "existing", "gap", confidence)


def _parking_threshold() -> Threshold:
    return Threshold(
        "spaces_per_household", "ge", 1, "spaces/hh", "GB 50180-2018", "5.0.6", "existing", "gap", "verified"
    )


def _estates_read() -> gpd.GeoDataFrame:
    return _frame(
        {
            "estate_id": _texts(["E1", "E2", "E3", "E4", "E5"]),
            "name": _texts(["机械厂宿舍", HOSTILE, "=2+3号院", None, "滨河新村"]),
            "district": _texts(["示例区"] * 5),
            "subdistrict": _texts(["城南街道"] * 3 + ["城北街道"] * 2),
            "community": _texts(["一社区", "一社区", None, "二社区", "二社区"]),
            "households": [300.0, 250.0, 400.0, 200.0, NAN],
            "people": [900.0, 750.0, 1000.0, 600.0, NAN],
            "elderly": [200.0, NAN, NAN, NAN, NAN],
            "children": [NAN] * 5,
            "infants": [NAN] * 5,
            "willing_percent": [80.0, NAN, NAN, 40.0, NAN],
            "floor_area_m2": [24000.0, 20000.0, 36000.0, 16000.0, NAN],
            "buildings": [6.0, 5.0, 8.0, 4.0, NAN],
            "built_year_min": [1985.0, 1990.0, 2008.0, 1978.0, NAN],
            "built_year_max": [1992.0, 1990.0, 2010.0, 1996.0, NAN],
            "parking_spaces": [120.0, 275.0, NAN, 40.0, NAN],
            "units": [18.0, 12.0, NAN, NAN, NAN],
            "lift_units": [3.0, 0.0, NAN, NAN, NAN],
            "storeys": [6.0, 3.0, NAN, NAN, NAN],
            "green_area_m2": [900.0, NAN, NAN, NAN, NAN],
            "ebike_ports": [24.0, NAN, NAN, NAN, NAN],
            "ev_chargers": [NAN] * 5,
            "property_room_m2": [60.0, NAN, NAN, NAN, NAN],
            "managed": _texts(["yes", "no", None, None, None]),
            "pipe_year": [2027.0, NAN, NAN, NAN, NAN],
            "road_year": [NAN] * 5,
            **{
                name: _texts([None] * 5)
                for name in ("excluded", "excluded_by", "excluded_unclear", "renovation", "subsidised", "items_unclear")
            },
            "outline": _texts([None] * 5),
            "done_items": _texts(["parking", None, None, None, None]),
            "funded_items": _texts([None] * 5),
            "source": _texts(["数据/小区.shp"] * 5),
        },
        [_box(0, 0, 100, 100), _box(110, 0, 210, 100), _box(210, 0, 310, 100), _box(0, 400, 120, 500),
         _box(140, 400, 260, 500)],
    )  # fmt: skip


def _coverage() -> pd.DataFrame:
    """Cover four of five estates with elder care within a quarter of an hour, and one with recorded elderly."""
    sums = {"estates": (5, 4), "households": (1400.0, 1150.0), "people": (4000.0, 3250.0), "elderly": (200.0, 200.0)}
    sums |= dict.fromkeys(("children", "infants"), (0.0, 0.0))
    counted = {
        f"{name}{end}": [value]
        for name, (base, inside) in sums.items()
        for end, value in (("", base), ("_within", inside), ("_share", inside / base if base else NAN))
    }
    told = {"scale": ["whole"], "unit": _texts([None]), "service": ["elder_care"], "category": ["upgrade"]}
    told |= {"minutes": [15], "all_estates": [5], "elderly_known": [1], "children_known": [0], "infants_known": [0]}
    told |= {"people_share_proposed": [0.9], "estimated": [True]}
    return pd.DataFrame({**told, **counted})[COVERAGE_COLUMNS]


def _sharing() -> pd.DataFrame:
    """Share parking over the town and its two subdistricts: one has enough together, and one estate in it has not."""
    told = {
        "scale": _texts(["whole", "subdistrict", "subdistrict"]),
        "unit": _texts([None, "城北街道", "城南街道"]),
        "service": _texts(["parking"] * 3),
        "category": _texts(["improvement"] * 3),
        "metric": _texts(["spaces_per_household"] * 3),
        "estates": [5, 2, 3],
        "lacking": [2, 1, 1],
        "measured": [0.9, 0.5, 1.1],
        "threshold": [1.0] * 3,
        "shortfall": [0.1, 0.5, NAN],
        "metric_unit": _texts(["spaces/hh"] * 3),
        "state": _texts(["gap", "gap", "met"]),
        "shared": [False, False, True],
        "short_amount": [140.0, 225.0, NAN],
        "amount_unit": _texts(["spaces"] * 3),
        "clause": _texts(["GB 50180-2018 5.0.6"] * 3),
        "confidence": _texts(["verified"] * 3),
        "estimated": [True, True, False],
    }
    return pd.DataFrame(told)[SHARING_COLUMNS]


def _equity() -> pd.DataFrame:
    """Spread elder care over two estates of 300 and 100 households, 4 and 12 minutes away."""
    told = {"scale": ["whole"], "unit": _texts([None]), "of": ["households"], "service": ["elder_care"]}
    told |= {"category": ["upgrade"], "measure": ["walk_minutes"], "estates": [2], "left_out": [3], "weight": [400.0]}
    told |= {
        "mean": [6.0],
        "gini": [0.25],
        "gini_before": [NAN],
        "gini_proposed": [0.2],
        "mean_proposed": [5.0],
        "estimated": [False],
    }
    curve = {f"lorenz_{tenth}0": [round(min(tenth / 15, 1 - (10 - tenth) / 5), 3)] for tenth in range(1, 10)}
    return pd.DataFrame({**told, **curve})[EQUITY_COLUMNS]


def _completeness() -> pd.DataFrame:
    """Judge one layer by the whole and by the two subdistricts; nobody counts the people of one estate."""
    return pd.DataFrame(
        {
            "unit": _texts([None, "城北街道", "城南街道"]),
            "unit_kind": _texts(["whole", "subdistrict", "subdistrict"]),
            "service": _texts(["elder_care"] * 3),
            "category": _texts(["upgrade"] * 3),
            "estates": [5, 2, 3],
            "people": [4000.0, 1350.0, 2650.0],
            "facilities": [2, 1, 1],
            "expected": [2.0, 0.7, 1.3],
            "found_share": [1.0, 1.48, 0.75],
            "others_share": [NAN, NAN, NAN],
            "thin": [False, False, False],
            "reason": _texts(["enough", "as_the_whole", "as_the_whole"]),
            "walk_km_per_km2": [9.5, 4.2, 11.0],
            "assumed_share": [0.4, 0.5, 0.3333],
        }
    )


def _estates(read: gpd.GeoDataFrame, gaps: pd.DataFrame) -> gpd.GeoDataFrame:
    counts = gaps.groupby(["estate_id", "state"]).size().unstack(fill_value=0).reindex(read["estate_id"])
    estates = read.assign(
        label=_texts(["机械厂宿舍", HOSTILE, "=2+3号院", "未命名小区 E4", "滨河新村"]),
        estimated=[False, False, False, False, True],
        estimate_method=_texts(["surveyed"] * 4 + ["levels"]),
        eligible=[True, True, False, True, True],
        eligibility=_texts(["built_in_time", "built_in_time", "built_later", "built_in_time", "year_unknown_included"]),
        cluster_id=_texts(["C1", "C1", None, "C2", "C2"]),
        reason=_texts([None, None, "not_eligible", None, None]),
        access_kind=_texts(["gate", "gate", "assumed", "assumed", "crossing"]),
        near_rim=[True] * 5,
        resources_m2=[0.0, 0.0, 2400.0, 0.0, 0.0],
        eligibility_by_standard=_texts(["built_in_time"] * 2 + ["built_later", "built_in_time", "year_unknown"]),
        eligibility_note=_texts([None] * 5),
        missing=_texts([None, None, None, "name", "built_year;households;people;floor_area_m2"]),
        package_id=_texts(["P001", "P001", None, "P002", "P002"]),
        **{f"{state}_count": counts[state].to_numpy() for state in STATES},
    )
    estates.loc[4, ["households", "people", "floor_area_m2"]] = [250.0, 750.0, 21600.0]
    return estates


def _buildings() -> gpd.GeoDataFrame:
    return _frame(
        {
            "building_id": _texts(["B1", "B2", "B3"]),
            "use": _texts(["residential", "apartments", None]),
            "levels": [6.0, 7.0, NAN],
            "flats": [36.0, NAN, NAN],
        },
        [_box(10, 10, 60, 22), _box(120, 40, 180, 52), _box(150, 420, 210, 432)],
    )


def _facilities_read() -> gpd.GeoDataFrame:
    return _frame(
        {
            "facility_id": _texts(["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8"]),
            "name": _texts(["城南养老院", "城北日间照料中心", "小星星托育园", "+停车场", "北岸停车场", "南门菜市场",
                            None, "孤岛托育点"]),
            "service": _texts(["elder_care", "elder_care", "childcare", "parking", "parking", "market", "market",
                               "childcare"]),
            "status": _texts(["open"] * 8),
            "capacity": [30.0, NAN, 60.0, 80.0, 35.0, NAN, NAN, 20.0],
            "night_spaces": [NAN, NAN, NAN, 25.0, NAN, NAN, NAN, NAN],
            "floor_area_m2": [900.0, NAN, 450.0, NAN, NAN, 1200.0, NAN, 150.0],
            "source": _texts(["town.osm.pbf"] * 8),
        },
        [_point(60, -30), _point(200, 390), _box(250, -50, 270, -30), _point(95, -10), _box(270, 385, 300, 399),
         _point(400, -40), _point(-50, 390), _point(930, 620)],
    )  # fmt: skip


def _sites() -> gpd.GeoDataFrame:
    kinds = {"kind": _texts(["factory"]), "links": [True], "area_m2": [6400.0], "source": _texts(["town.osm.pbf"])}
    kinds |= {"owner": _texts(["市国资公司"]), "allows": _texts([None]), "storey": [NAN], "cost_yuan": [NAN]}
    kinds |= {"rent_yuan": [120000.0], "from_map": [False]}
    return _frame({"site_id": _texts(["S1"]), "name": _texts(["老针织厂"]), **kinds}, [_box(320, 0, 400, 80)])


def _facilities_aside() -> gpd.GeoDataFrame:
    return _frame(
        {
            "facility_id": _texts(["F9", "F10"]),
            "name": _texts(["城东养老院(暂停营业)", None]),
            "service": _texts(["elder_care", "canteen"]),
            "status": _texts(["closed", "planned"]),
            "capacity": [40.0, NAN],
            "night_spaces": [NAN, NAN],
            "floor_area_m2": [NAN, 300.0],
            "source": _texts(["town.osm.pbf", "规划.shp"]),
        },
        [_point(180, 120), _box(300, 200, 320, 215)],
    )


def _gates() -> gpd.GeoDataFrame:
    return _frame(
        {
            "gate_id": _texts(["G1", "G2"]),
            "name": _texts(["南门", None]),
            "state": _texts(["open", "residents"]),
            "osm_id": [401, -1],
        },
        [_point(50, 0), _point(160, 0)],
    )


def _barriers() -> gpd.GeoDataFrame:
    return _frame(
        {
            "barrier_id": _texts(["R1", "W1"]),
            "kind": _texts(["river", "wall"]),
            "name": _texts(["示例河", None]),
        },
        [_box(-300, 310, 800, 350), _line((312, 0), (312, 100))],
    )


def _walkways() -> Walkways:
    spots = [(-200, -20), (105, -20), (330, -20), (700, -20), (105, 300), (105, 380), (-100, 380), (400, 380)]
    spots += [(900, 600), (950, 600)]
    xy = np.array(spots, float) + np.array([EAST, NORTH])
    u, v = np.array([0, 1, 2, 1, 4, 5, 5, 8]), np.array([1, 2, 3, 4, 5, 6, 7, 9])
    bridge = np.arange(8) == 4
    edges = gpd.GeoDataFrame(
        {
            "u": u,
            "v": v,
            "length_mm": np.rint(np.hypot(*(xy[v] - xy[u]).T) * 1000).astype(np.int64),
            "way_id": np.array([11, 11, 11, 12, 13, 14, 14, 15], np.int64),
            "highway": _texts(["tertiary"] * 3 + ["residential"] * 4 + ["footway"]),
            "name": _texts(["人民路"] * 3 + ["解放路"] * 2 + [None] * 3),
            "steps": np.zeros(8, bool),
            "private": np.zeros(8, bool),
            "bridge": bridge,
            "tunnel": np.zeros(8, bool),
            "one_way": np.zeros(8, np.int8),
            "slope_ahead": np.ones(8),
            "slope_back": np.ones(8),
            "grade_max": np.zeros(8),
        },
        geometry=[LineString([xy[a], xy[b]]) for a, b in zip(u, v, strict=True)],
        crs=TINY_CRS,
    )
    ids = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, -1], np.int64)
    return Walkways(pd.DataFrame({"osm_id": ids, "x": xy[:, 0], "y": xy[:, 1]}), edges)


def _gaps() -> pd.DataFrame:
    """Give twenty rows: estate, service, state, metres, facility, measured, shortfall."""
    rows = [
        ("E1", "canteen", "no_data", NAN, None, NAN, NAN),
        ("E1", "childcare", "met", 300.0, "F3", 4.5, 0.0),
        ("E1", "elder_care", "met", 80.0, "F1", 1.5, 0.0),
        ("E1", "parking", "gap", NAN, None, 0.4, 0.6),
        ("E2", "canteen", "no_data", NAN, None, NAN, NAN),
        ("E2", "childcare", "met", 160.0, "F3", 2.4, 0.0),
        ("E2", "elder_care", "met", 160.0, "F1", 3.0, 0.0),
        ("E2", "parking", "met", NAN, None, 1.1, 0.0),
        ("E3", "canteen", "no_data", NAN, None, NAN, NAN),
        ("E3", "childcare", "met", 100.0, "F3", 1.5, 0.0),
        ("E3", "elder_care", "borderline", 792.0, "F1", 14.85, 0.0),
        ("E3", "parking", "no_data", NAN, None, NAN, NAN),
        ("E4", "canteen", "no_data", NAN, None, NAN, NAN),
        ("E4", "childcare", "gap", 1200.0, "F3", 18.0, 3.0),
        ("E4", "elder_care", "size_unknown", 240.0, "F2", 4.5, 0.0),
        ("E4", "parking", "gap", NAN, None, 0.2, 0.8),
        ("E5", "canteen", "no_data", NAN, None, NAN, NAN),
        ("E5", "childcare", "gap", NAN, None, NAN, NAN),
        ("E5", "elder_care", "size_unknown", 40.0, "F2", 0.75, 0.0),
        ("E5", "parking", "no_data", NAN, None, NAN, NAN),
    ]
    columns = ["estate_id", "service", "state", "walk_m", "facility_id", "measured", "shortfall"]
    gaps = pd.DataFrame(rows, columns=columns).astype({"facility_id": "str"})
    standard = {service.key: service for service in tiny_standard().services}
    asked = [standard[key].thresholds[0] for key in gaps["service"]]
    slow = gaps["service"].isin(["elder_care", "canteen"])
    names = {"F1": "城南养老院", "F2": "城北日间照料中心", "F3": "小星星托育园"}
    made = gaps.assign(
        category=_texts([standard[key].category for key in gaps["service"]]),
        walk_minutes=gaps["walk_m"] * 15 / np.where(slow, 800.0, 1000.0),
        facility_name=gaps["facility_id"].map(names).astype("str"),
        metric=_texts([threshold.metric for threshold in asked]),
        threshold=[float(threshold.value) for threshold in asked],
        unit=_texts([threshold.unit for threshold in asked]),
        clause=_texts([threshold.source for threshold in asked]),
        confidence=_texts([threshold.confidence for threshold in asked]),
    )
    order = ["estate_id", "service", "category", "state", "walk_minutes", "walk_m", "facility_id", "facility_name"]
    return made[[*order, "metric", "measured", "threshold", "shortfall", "unit", "clause", "confidence"]]


def _nearest(gaps: pd.DataFrame) -> pd.DataFrame:
    columns = ["estate_id", "service", "rank", "walk_minutes", "walk_m", "facility_id"]
    walked = gaps[gaps["facility_id"].notna()].assign(rank=1)[columns]
    market = pd.DataFrame(
        {
            "estate_id": ["E1", "E2", "E3", "E4", "E5"],
            "service": "market",
            "rank": 1,
            "walk_minutes": [5.7, 4.8, 3.0, 1.5, 4.5],
            "walk_m": [380.0, 320.0, 200.0, 100.0, 300.0],
            "facility_id": ["F6", "F6", "F6", "F7", "F7"],
        }
    )
    return pd.concat([walked, market]).sort_values(["estate_id", "service"], ignore_index=True)


def _services(gaps: pd.DataFrame) -> pd.DataFrame:
    counts = gaps.groupby(["service", "state"]).size().unstack(fill_value=0)
    return pd.DataFrame(
        {
            "service": counts.index.astype("str"),
            "category": _texts(["upgrade", "upgrade", "upgrade", "improvement"]),
            "facilities": [0, 2, 2, 2],
            "expected": [2.0, 2.0, 2.0, 2.0],
            "thin": [True, False, False, False],
            **{state: counts[state].to_numpy() for state in STATES},
            "people_within": [0.0, 2650.0, 4000.0, NAN],
            "people_share": [0.0, 0.6625, 1.0, NAN],
            "limit_minutes": [15.0, 15.0, 15.0, NAN],
        }
    )


def _clusters(estates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = [MultiPolygon(list(estates.geometry.iloc[rows])) for rows in ([0, 1], [3, 4])]
    return _frame(
        {
            "cluster_id": _texts(["C1", "C2"]),
            "name": _texts(["城南片区", "城北片区"]),
            "estates": [2, 2],
            "households": [550.0, 450.0],
            "people": [1650.0, 1350.0],
            "floor_area_m2": [44000.0, 37600.0],
            "diameter_minutes": [2.1, 2.4],
            "subdistricts": _texts(["城南街道", "城北街道"]),
            "estimated": [False, True],
            "gap_count": [1, 2],
            "gaps": _texts(["parking", "childcare;parking"]),
            "fixed": [False, False],
            "proof": _texts(["whole", "exact"]),
        },
        shapes,
    )


def _cluster_parts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "part": [1, 2],
            "estates": [3, 2],
            "size": [2010.0, 1350.0],
            "unit": _texts(["people", "people"]),
            "bound": [1, 1],
            "clusters": [1, 1],
            "proof": _texts(["exact", "whole"]),
        }
    )


def _memberships() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "estate_id": _texts(["E1", "E2", "E3", "E4", "E5"]),
            "cluster_id": _texts(["C1", "C1", None, "C2", "C2"]),
            "neighbours": [1, 1, 0, 1, 1],
            "facing_m": [100.0, 100.0, 0.0, 100.0, 100.0],
            "streets": _texts(["解放路", "解放路", "", "", ""]),
            "band_without": [750.0, 900.0, NAN, 700.0, 650.0],
            "band_with": [1650.0, 1650.0, NAN, 1350.0, 1350.0],
            "unit": _texts(["people"] * 5),
            "shared_gaps": _texts(["parking", "parking", "", "parking", "parking"]),
            "alternative_id": _texts([None, None, "C1", None, None]),
            "alternative_facing_m": [NAN, NAN, 100.0, NAN, NAN],
            "alternative_why": _texts(["", "", "would_exceed_walk", "", ""]),
        }
    )


def _packages(estates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = [MultiPolygon(list(estates.geometry.iloc[rows])) for rows in ([0, 1], [3, 4])]
    return _frame(
        {
            "package_id": _texts(["P001", "P002"]),
            "subdistrict": _texts(["城南街道", "城北街道"]),
            "estates": [2, 2],
            "clusters": [1, 1],
            "cluster_ids": _texts(["C1", "C2"]),
            "households": [550.0, 450.0],
            "people": [1650.0, 1350.0],
            "floor_area_m2": [44000.0, 37600.0],
            "estimated_area_m2": [0.0, 21600.0],
            "estimated": [False, True],
            "unknown_area": [0, 0],
            "elsewhere": [0, 0],
            "threshold": [40000.0, 40000.0],
            "shortfall": [0.0, 2400.0],
            "unit": _texts(["m2"] * 2),
            "clause": _texts(["示例文件 五"] * 2),
            "confidence": _texts(["verified"] * 2),
        },
        shapes,
    )


def _pooled() -> pd.DataFrame:
    parking = _parking_threshold()
    return pd.DataFrame(
        {
            "cluster_id": _texts(["C1", "C2"]),
            "service": _texts(["parking", "parking"]),
            "metric": _texts([parking.metric] * 2),
            "measured": [395 / 550, NAN],
            "threshold": [1.0, 1.0],
            "shortfall": [155 / 550, NAN],
            "unit": _texts([parking.unit] * 2),
            "state": _texts(["gap", "no_data"]),
            "clause": _texts([parking.source] * 2),
            "confidence": _texts([parking.confidence] * 2),
        }
    )


def _adjacency() -> gpd.GeoDataFrame:
    return _frame(
        {
            "estate_a": _texts(["E1", "E2", "E4"]),
            "estate_b": _texts(["E2", "E3", "E5"]),
            "kind": _texts(["street", "shared_boundary", "open_ground"]),
            "street": _texts(["解放路", None, None]),
            "street_class": _texts(["secondary", None, None]),
            "site_id": _texts([None] * 3),
            "width_m": [10.0, 0.0, 20.0],
            "facing_m": [100.0, 100.0, 100.0],
        },
        [_line((100, 50), (110, 50)), _line((209, 50), (211, 50)), _line((120, 450), (140, 450))],
    )


def _access_points() -> gpd.GeoDataFrame:
    return _frame(
        {
            "owner": _texts(["estate"] * 5 + ["facility"] * 2),
            "owner_id": _texts(["E1", "E2", "E3", "E4", "E5", "F1", "F3"]),
            "kind": _texts(["gate", "gate", "assumed", "assumed", "crossing", "entrance", "assumed"]),
            "edge": [0, 1, 1, 5, 6, 0, 1],
            "position_mm": np.array([250_000, 55_000, 155_000, 145_000, 95_000, 260_000, 155_000], np.int64),
            "connector_mm": np.array([20_000, 20_000, 20_000, 20_000, 20_000, 8_000, 10_000], np.int64),
            "resolved": _texts(
                [
                    *["gate_given"] * 2,
                    *["nearest_way"] * 2,
                    "way_crosses",
                    "entrance_given",
                    "nearest_way",
                ]
            ),
            "gate_id": _texts(["G1", "G2", *[None] * 5]),
            "start_x": [EAST + x for x in (50, 160, 260, 60, 200, 60, 260)],
            "start_y": [NORTH + y for y in (0, 0, 0, 400, 380, -28, -10)],
            "inside_m": [60.0, 45.0, NAN, NAN, NAN, NAN, NAN],
        },
        [_point(50, -20), _point(160, -20), _point(260, -20), _point(60, 380), _point(200, 380), _point(60, -20),
         _point(260, -20)],
    )  # fmt: skip


def _summary() -> pd.DataFrame:
    figures: list[tuple[str, float, str]] = [
        ("estates", 5, ""),
        ("eligible_estates", 4, ""),
        ("people", 4000, ""),
        ("estimated_estates", 1, ""),
        ("clusters", 2, ""),
        ("clusters_bound", 2, ""),
        ("estates_in_clusters", 4, ""),
        ("gaps", 4, ""),
        ("worst_gaps", 2, "childcare"),
        ("services_without_data", 1, "canteen"),
        ("households", 1400, ""),
        ("eligible_people", 3000, ""),
        ("people_in_clusters", 3000, ""),
        ("estates_to_survey", 2, ""),
        ("services_assessed", 4, ""),
        ("estates_with_gap", 3, ""),
        *((f"problems_{severity}", 1, "") for severity in ("error", "warning", "note")),
        *((f"{owner}_access_assumed", 2, "") for owner in ("estate", "facility")),
        *((f"packages{end}", figure, "") for end, figure in (("", 2), ("_short", 1), ("_threshold", 40000))),
        *(("packages_floor_area_m2", 81600, ""), ("estates_in_packages", 4, "")),
        *(("proposals", 2, ""), ("proposal_sites", 2, ""), ("people_proposed", 1000, "")),
        *(("planned_projects", 2, ""), ("planned_households", 800, ""), ("planned_wan", 120.5, "")),
        *(("first_year", 2026, ""), ("last_year", 2027, ""), ("reserve_projects", 1, "")),
    ]
    return pd.DataFrame(figures, columns=["figure", "value", "text"]).astype({"value": float})


def _texts(values: Sequence[str | None]) -> pd.Series:
    return pd.Series(values, dtype="str")


def _frame(columns: dict[str, object], geometry: list[Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=TINY_CRS)


def _point(x: float, y: float) -> Point:
    return Point(EAST + x, NORTH + y)


def _line(*xy: tuple[float, float]) -> LineString:
    return LineString([(EAST + x, NORTH + y) for x, y in xy])


def _box(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    shape: Polygon = translate(box(x0, y0, x1, y1), EAST, NORTH)
    return shape
