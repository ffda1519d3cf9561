"""Small plans and reports for the tests of progress."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pyogrio import write_dataframe
from shapely import MultiPolygon, box

from data.progress.plan import ProgressPlan, Target
from data.progress.reports import Reports

NAN = float("nan")
MANIFEST = {
    "options": {"project": {"name": "云渡", "author": "规划院", "date": "2023-06-30"}},
    "standard": {"title": {"zh": "江西", "en": "Jiangxi"}},
}


def small_plan(target: Target | None = None, **columns: list[Any]) -> ProgressPlan:
    """Make a plan of three projects, two of 2023 and one of 2024, and one in reserve."""
    frame = {
        "project_id": ["C1", "C2", "C3"],
        "name": ["城南片区", "城北片区", "老街"],
        "year": [2023, 2023, 2024],
        "estates": [3, 2, 1],
        "buildings": [12.0, 8.0, NAN],
        "households": [300.0, 100.0, 50.0],
        "floor_area_m2": [24000.0, 8000.0, 4000.0],
        "cost_yuan": [6e6, 4e6, NAN],
        **columns,
    }
    return ProgressPlan(MANIFEST, pd.DataFrame(frame), ("R1",), target)


def write_result(folder: Path, *, target: dict[str, object] | None = None, **columns: list[Any]) -> Path:
    """Write the folder of a result with the projects of :func:`small_plan` and the one in reserve, in another order."""
    folder.mkdir(parents=True)
    planned = small_plan().projects.assign(status="planned", rank=[1.0, 2.0, 1.0])
    reserve = pd.DataFrame([{"project_id": "R1", "name": "河西", "status": "reserve", "estates": 1}])
    frame = pd.concat([reserve, planned.iloc[::-1]], ignore_index=True).astype({"estates": int}).assign(**columns)
    squares = [MultiPolygon([box(at, 0, at + 1, 1)]) for at in range(len(frame))]
    write_dataframe(gpd.GeoDataFrame(frame, geometry=squares, crs="EPSG:4548"), folder / "plan.gpkg", layer="phases")
    manifest = {
        "options": {**MANIFEST["options"], "progress": target},
        "standard": {**MANIFEST["standard"], "key": "k", "profiles": {}, "services": {}},
        "versions": {"lianpian": "0"},
    }
    folder.joinpath("manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def reports(
    *rows: tuple[str, str, str, float],
    plans: dict[str, tuple[str | None, str | None]] | None = None,
    weights: dict[str, float] | None = None,
) -> Reports:
    """Make reports of project, day, state and percent, and planned days by project."""
    frame = pd.DataFrame(rows, columns=["project_id", "report_date", "state", "percent"]).assign(note=None)
    frame["report_date"] = pd.to_datetime(frame["report_date"]).astype("datetime64[s]")
    ids = list(dict.fromkeys([row[0] for row in rows]))
    days = {one: (plans or {}).get(one, (None, None)) for one in ids}
    schedule = pd.DataFrame(
        {
            "planned_start": _days([days[one][0] for one in ids]),
            "planned_finish": _days([days[one][1] for one in ids]),
            "weight": [(weights or {}).get(one, NAN) for one in ids],
        },
        index=pd.Index(ids, name="project_id"),
    )
    return Reports("进度.xlsx", frame, schedule.assign(first_finish=schedule["planned_finish"]), ())


def _days(days: Sequence[str | None]) -> pd.Series:
    return pd.to_datetime(pd.Series(days, dtype=object)).astype("datetime64[s]").to_numpy()
