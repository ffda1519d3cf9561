"""Judging a town after its walks: every service, size, scale and order, for several standards."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import KDTree

from data.profiles import load_profiles
from data.project import GapsTable, Project
from data.standards.model import Eligibility, Priority, Service, Standard, Threshold
from geo.judgement.assessment import ask, service_table
from geo.judgement.coverage import coverage
from geo.judgement.equity import equity
from geo.judgement.gaps import judge_service
from geo.judgement.layer_trust import Districts, lay_out, trust_layers
from geo.judgement.pooling import cluster_gaps, pool
from geo.judgement.priorities import PARTS, priorities
from geo.judgement.sharing import sharing
from geo.walking.walk_times import Pairs
from geo.walking.walks import US_PER_MINUTE, Walks, profile_paces

CRS = "EPSG:4548"
STANDARDS, SERVICES, ESTATES, FACILITIES = 4, 25, 5_000, 20_000
TARGET_S = 3.0
# What the target is for; the figures of the town and its parts come beside.
VERDICTS = ("districts, once for all", "completeness", "gaps", "pooled ratios, services")
SPACING_M = 150.0
METRES_PER_MINUTE = 1000 / 15
_NO_PAIRS = Pairs(*(np.zeros(0, np.int64),) * 3)


@dataclass(frozen=True)
class Town:
    """Hold a town whose walks are known."""

    estates: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    ways: gpd.GeoDataFrame
    walks: Walks
    opportunities: pd.DataFrame


def gaps(_: Path, *, small: bool) -> None:
    """Print how long it takes to judge 5,000 estates by 25 services and 4 standards, once the walks are known.

    Parameters
    ----------
    _ : Path
        Not used; nothing is read.
    small : bool
        Judge a hundredth of it.
    """
    standards = [_standard(number) for number in range(STANDARDS)]
    town = _town(standards[0], ESTATES // (100 if small else 1), FACILITIES // (100 if small else 1))
    pairs = sum(len(one.origin) for one in town.walks.within.values())
    print(
        f"\nJudging {len(town.estates):,} estates by {SERVICES} services and {STANDARDS} standards, "
        f"{len(town.facilities):,} facilities, {pairs:,} pairs within the limit\n"
    )
    seconds: dict[str, float] = {}
    start, cpu = time.perf_counter(), time.process_time()
    clock = _Clock(seconds)
    districts = lay_out(town.estates, facilities=town.facilities, ways=town.ways)
    clock.lap("districts, once for all")
    rows = sum(_judge(town, standard, districts, seconds) for standard in standards)
    whole, processor = time.perf_counter() - start, time.process_time() - cpu
    for name, spent in seconds.items():
        print(f"{name:<32}{spent:>8.2f} s")
    print(f"{'all':<32}{whole:>8.2f} s, {processor:.2f} s of processor; {rows:,} verdicts")
    judging = sum(seconds[name] for name in VERDICTS)
    verdict = "ok" if small or judging <= TARGET_S else "NOT"
    print(f"{'the verdicts alone':<32}{judging:>8.2f} s, <= {TARGET_S:g}  {verdict}")


def _judge(town: Town, standard: Standard, districts: Districts, seconds: dict[str, float]) -> int:
    """Judge the town by one standard, and add up what each step takes."""
    estates, facilities, walks = town.estates, town.facilities, town.walks
    clock = _Clock(seconds)
    people = float(estates["people"].sum())
    questions = ask(
        standard, facilities=facilities, people=people, on=date(2025, 6, 1), use_unverified=False, thin_share=0.5
    )
    around = {"estates": estates, "facilities": facilities}
    questions, _ = trust_layers(questions, districts=districts, people=people, settings=GapsTable(), **around)
    clock.lap("completeness")
    tables = [judge_service(question, walks=walks, **around) for question in questions]
    found = pd.concat(tables, ignore_index=True).sort_values("estate_id", kind="stable").reset_index(drop=True)
    clock.lap("gaps")
    ids = sorted(estates["cluster_id"].unique())
    pooled = pool(questions, walks=walks, cluster_ids=ids, **around)
    cluster_gaps(found, estates=estates, pooled=pooled)
    service_table(questions, walks=walks, gaps=found, **around)
    clock.lap("pooled ratios, services")
    coverage(questions, walks=walks, estates=estates)
    clock.lap("coverage")
    sharing(questions, walks=walks, gaps=found, **around)
    clock.lap("sharing")
    equity(questions, walks=walks, estates=estates, opportunities=town.opportunities)
    clock.lap("equity")
    order = {"gaps": found, "inventory": pd.DataFrame(columns=["estate_id", "category", "item", "state"], dtype=object)}
    rule = (standard.eligibility, standard.priority)
    project = Project.model_validate({"project": {"date": date(2025, 6, 1)}})
    priorities(estates, answers=(questions, walks), rule=rule, project=project, **order)
    clock.lap("order of need")
    return len(found)


class _Clock:
    """Add up seconds by name."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds, self.last = seconds, time.perf_counter()

    def lap(self, name: str) -> None:
        """Add the time since the last lap."""
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self.last
        self.last = now


def _standard(number: int) -> Standard:
    """Make a standard that asks a walk and two sizes of each service, stricter from one to the next."""
    walk = Threshold("walk_minutes", "le", 15.0 - number, "min", "文件", "一", "existing", "gap", "verified")
    area = Threshold(
        "floor_area_per_100_households", "ge", 20.0 + number, "m2/100hh", "文件", "二", "existing", "gap", "verified"
    )
    places = Threshold(
        "places_per_1000_people", "ge", 10.0 + number, "places/1000p", "文件", "三", "existing", "gap", "verified"
    )
    services = tuple(
        Service(f"s{row}", {"zh": f"服务{row}", "en": f"Service {row}"}, "upgrade", "", "walk", "adult", "places",
                5_000.0, (walk, area, places))
        for row in range(SERVICES)
    )  # fmt: skip
    rule = Eligibility(2000, None, (), "文件", "一")
    need = Priority(dict.fromkeys(PARTS, 1.0), (), 40.0, "")
    title = {"zh": "标准", "en": "Standard"}
    return Standard(f"n{number}", title, "existing", services, rule, load_profiles(), "", priority=need)


def _town(standard: Standard, count: int, places: int) -> Town:
    """Lay estates on a square grid and facilities among them; walks are as the crow flies."""
    chance = np.random.default_rng(1)
    side = int(np.ceil(np.sqrt(count)))
    east, north = (axis.ravel()[:count] * SPACING_M for axis in np.meshgrid(np.arange(side), np.arange(side)))
    years = chance.integers(1975, 2010, count).astype(float)
    estates = gpd.GeoDataFrame(
        {
            "estate_id": [f"E{row:05d}" for row in range(count)],
            "name": None, "district": None, "community": None,
            "subdistrict": [f"S{int(x // 3000)}{int(y // 3000)}" for x, y in zip(east, north, strict=True)],
            "cluster_id": [f"C{row // 8:04d}" for row in range(count)],
            "households": chance.integers(50, 900, count).astype(float),
            "people": chance.integers(150, 2_500, count).astype(float),
            "elderly": chance.integers(20, 500, count).astype(float),
            "children": np.nan, "infants": np.nan, "willing_percent": np.nan,
            "built_year_min": years, "built_year_max": years, "eligible": years <= 2000,
            "excluded": None, "excluded_by": None, "renovation": None, "estimated": False, "access_kind": "gate",
        },
        geometry=shapely.box(east, north, east + 100, north + 100),
        crs=CRS,
    )  # fmt: skip
    spots = chance.uniform(0, side * SPACING_M, (places, 2))
    facilities = gpd.GeoDataFrame(
        {
            "facility_id": [f"F{row:05d}" for row in range(places)],
            "name": None,
            "service": [f"s{row % SERVICES}" for row in range(places)],
            "capacity": chance.integers(20, 200, places).astype(float),
            "floor_area_m2": chance.integers(50, 1_500, places).astype(float),
        },
        geometry=shapely.points(spots),
        crs=CRS,
    )
    ends = np.column_stack([east, north - 20, east + SPACING_M, north - 20]).reshape(-1, 2, 2)
    length_mm = np.full(count, int(SPACING_M * 1000))
    ways = gpd.GeoDataFrame({"length_mm": length_mm}, geometry=shapely.linestrings(ends), crs=CRS)
    walks, reached = _walks(standard, np.column_stack([east, north]) + 50, (facilities["service"].to_numpy(), spots))
    opportunities = pd.DataFrame(
        {
            "estate_id": np.repeat(estates["estate_id"].to_numpy(), SERVICES),
            "service": [f"s{row}" for row in range(SERVICES)] * count,
            "per_1000": reached.ravel(),
        }
    )
    return Town(estates, facilities, ways, walks, opportunities)


def _walks(standard: Standard, homes: np.ndarray, places: tuple[np.ndarray, np.ndarray]) -> tuple[Walks, np.ndarray]:
    kinds, spots = places
    shape = (len(homes), SERVICES)
    cost_us, facility, within = np.zeros(shape), np.zeros(shape, np.int64), {}
    for column in range(SERVICES):
        mine = np.flatnonzero(kinds == f"s{column}")
        tree = KDTree(spots[mine])
        away_m, nearest = tree.query(homes)
        cost_us[:, column] = np.rint(away_m / METRES_PER_MINUTE * US_PER_MINUTE)
        facility[:, column] = mine[nearest]
        near = tree.query_ball_point(homes, 15 * METRES_PER_MINUTE, return_sorted=True)
        origin = np.repeat(np.arange(len(homes)), [len(one) for one in near])
        target = mine[np.concatenate([np.asarray(one, np.int64) for one in near])]
        within[f"s{column}"] = Pairs(origin.astype(np.int64), target, np.zeros(len(origin), np.int64))
    names = tuple(f"s{row}" for row in range(SERVICES))
    walks = Walks(
        names,
        cost_us,
        cost_us / US_PER_MINUTE * METRES_PER_MINUTE,
        facility,
        within,
        profile_paces(standard),
        _NO_PAIRS,
    )
    return walks, np.random.default_rng(2).uniform(0, 60, shape)
