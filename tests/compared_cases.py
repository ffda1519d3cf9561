"""Two small results: a town of three estates, and the same town a little later, or another one."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from pyogrio import write_dataframe

from data.compared_results import ComparedResult

NAN = float("nan")
HOSTILE = "{{7*7}}</td><script>alert(1)</script>=1+1"
SERVICES = {"market": ("农贸市场", "Market"), "elder_care": ("养老服务设施", "Elder care")}
MANIFEST: dict[str, Any] = {
    "crs": {"code": "EPSG:4548", "name": "CGCS2000"},
    "inputs": [
        {"role": "estates", "name": "小区.shp", "sha256": "a" * 64},
        {"role": "ledger", "name": "台账.xlsx", "sha256": "b" * 64},
    ],
    "options": {
        "clusters": {"max_street_width_m": 30.0},
        "phases": {"years": [2026, 2027]},
        "project": {"name": "云渡", "date": "2026-06-30", "language": "zh"},
    },
    "scenario": None,
    "standard": {
        "key": "jiangxi",
        "title": {"zh": "江西", "en": "Jiangxi"},
        "source": "jiangxi.toml",
        "profiles": {"adult": {"metres": 1000.0, "minutes": 15.0}},
        "services": {key: {"name": {"zh": zh, "en": en}} for key, (zh, en) in SERVICES.items()},
    },
    "versions": {"lianpian": "0.1.0"},
}
STATES_A = {"market": ["gap", "met", "met"], "elder_care": ["gap", "gap", "no_data"]}
STATES_B = {"market": ["met", "gap", "met"], "elder_care": ["size_unknown", "borderline", "gap"]}


def manifest(**options: object) -> dict[str, Any]:
    """Return what the manifest says, with other options."""
    told = copy.deepcopy(MANIFEST)
    told["options"] |= options
    return told


def result_a() -> ComparedResult:
    """Make the first result: E1 and E2 are cluster C1, and both projects have a year."""
    return _result("A", STATES_A, ["C1", "C1", None])


def result_b() -> ComparedResult:
    """Make the second result: E1 and E2 are C7, E3 alone still; the cluster is put off, and one site is another."""
    later = _result("B", STATES_B, ["C7", "C7", None])
    phases = frame(later.phases).assign(year=[2027.0, NAN], status=["planned", "reserve"])
    proposals = frame(later.proposals).assign(site_id=["S1", "S9"], cost_yuan=[500000.0, NAN])
    return replace(later, phases=phases, proposals=proposals)


def frame(table: pd.DataFrame | None) -> pd.DataFrame:
    """Return a table that is there."""
    assert table is not None
    return table


def _result(label: str, states: dict[str, list[str]], clusters: list[str | None]) -> ComparedResult:
    ids = ["E1", "E2", "E3"]
    gaps = pd.DataFrame(
        {
            "estate_id": ids * 2,
            "service": ["market"] * 3 + ["elder_care"] * 3,
            "state": [*states["market"], *states["elder_care"]],
            "walk_minutes": [20.0, 5.0, 6.0, 17.0, 18.0, NAN],
            "facility_name": pd.Series(["东市场"] * 5 + [None], dtype=object),
        }
    )
    return ComparedResult(
        label,
        manifest(),
        estates=_estates(ids, clusters, gaps),
        gaps=gaps,
        services=_services(gaps),
        clusters=pd.DataFrame(
            {"cluster_id": [one for one in dict.fromkeys(clusters) if one], "name": "城南", "estates": 2,
             "households": 250.0, "people": 700.0, "fixed": False}
        ),
        cluster_parts=pd.DataFrame({"bound": [1]}),
        join_curve=pd.DataFrame({"in_use": [False, True], "people": [500.0, 700.0]}),
        packages=None,
        proposals=_proposals(),
        phases=_phases(clusters[0] or ""),
    )  # fmt: skip


def _estates(ids: list[str], clusters: list[str | None], gaps: pd.DataFrame) -> pd.DataFrame:
    count = gaps[gaps["state"] == "gap"].groupby("estate_id").size().reindex(ids).fillna(0)
    return pd.DataFrame(
        {
            "estate_id": ids,
            "label": ["机械厂宿舍", HOSTILE, "滨河新村"],
            "subdistrict": "城南街道",
            "households": [100.0, 150.0, 200.0],
            "people": [300.0, 400.0, NAN],
            "estimated": [False, False, True],
            "eligible": True,
            "eligibility": "built_in_time",
            "missing": pd.Series([None] * 3, dtype=object),
            "funded_items": pd.Series([None] * 3, dtype=object),
            "cluster_id": pd.Series(clusters, dtype=object),
            "reason": pd.Series([None if one else "no_neighbour" for one in clusters], dtype=object),
            "gap_count": count.to_numpy(int),
        }
    )


def _services(gaps: pd.DataFrame) -> pd.DataFrame:
    states = ["met", "borderline", "gap", "size_unknown", "no_data"]
    counts = pd.crosstab(gaps["service"], gaps["state"]).reindex(index=list(SERVICES), columns=states, fill_value=0)
    told = {"facilities": [2, 1], "thin": False, "limit_minutes": 15.0, "people_within": 400.0, "people_share": 0.5}
    return counts.rename_axis(columns=None).reset_index().assign(category="upgrade", **told)


def _proposals() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "proposal_id": ["P1", "P2"],
            "service": ["elder_care", "market"],
            "site_id": ["S1", "S2"],
            "site_name": pd.Series(["老厂房", None], dtype=object),
            "people_served": [300.0, 400.0],
            "gaps_closed": [1, 1],
            "floor_area_m2": [200.0, 80.0],
            "cost_yuan": [700000.0, 200000.0],
        }
    )


def _phases(cluster: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "project_id": [cluster, "E3"],
            "name": ["城南", "滨河新村"],
            "kind": ["cluster", "estate"],
            "status": "planned",
            "year": [2026.0, 2027.0],
            "estate_ids": ["E1;E2", "E3"],
            "households": [250.0, 200.0],
            "people": [700.0, NAN],
            "cost_yuan": [3e6, NAN],
        }
    )


def write_compared(result: ComparedResult, folder: Path) -> Path:
    """Write the folder of a result, and return it."""
    folder.mkdir(parents=True)
    names = ("estates", "gaps", "services", "clusters", "cluster_parts", "join_curve", "proposals", "phases")
    for name in names:
        table = getattr(result, name)
        if table is not None:
            write_dataframe(table, folder / "plan.gpkg", layer=name, driver="GPKG")
    folder.joinpath("manifest.json").write_text(json.dumps(dict(result.manifest), ensure_ascii=False), encoding="utf-8")
    return folder
