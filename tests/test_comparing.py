"""What two results differ in."""

import copy
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from geo.comparing.comparison import compare_results
from geo.comparing.estates import join_estates
from geo.comparing.gap_changes import ACCOUNT
from geo.comparing.matching import match_groups
from geo.comparing.settings import compare_inputs, compare_settings
from tests.compared_cases import MANIFEST, NAN, frame, manifest, result_a, result_b


def groups(**estates: str | None) -> pd.Series:
    return pd.Series(estates, dtype=object)


PEOPLE = pd.Series({"E1": 300.0, "E2": 400.0, "E3": 900.0, "E4": NAN})


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"E1": "C1", "E2": "C1"}, {"E1": "C9", "E2": "C9"}, [("C1", "C9", 700.0, "same")]),
        ({"E1": "C1", "E2": "C1"}, {"E1": "C1", "E2": "C2"},
         [("C1", "C2", 400.0, "changed"), (None, "C1", 0.0, "only_b")]),
        ({"E1": "C1"}, {"E2": "C1"}, [("C1", None, 0.0, "only_a"), (None, "C1", 0.0, "only_b")]),
        ({"E4": "C1"}, {"E4": "C2"}, [("C1", "C2", 0.0, "same")]),
        ({"E1": None}, {"E1": None}, []),
        # One by one, C1 would take C2 of B; together the pairs share more people the other way.
        ({"E1": "C1", "E2": "C1", "E3": "C2"}, {"E1": "C1", "E2": "C2", "E3": "C2"},
         [("C1", "C1", 300.0, "changed"), ("C2", "C2", 900.0, "changed")]),
    ],
    ids=["renumbered", "split", "nothing shared", "people unknown", "no groups", "best as a whole"],
)  # fmt: skip
def test_groups_are_matched_by_the_people_that_they_share(
    before: dict[str, str | None], after: dict[str, str | None], told: list[tuple[str | None, ...]]
) -> None:
    found = match_groups(groups(**before), groups_b=groups(**after), people=PEOPLE)
    found = found.astype(object).where(found.notna(), None)
    assert list(found[["group_a", "group_b", "people_shared", "match"]].itertuples(index=False, name=None)) == told


def test_every_change_of_a_gap_has_its_kind_and_the_account_is_even() -> None:
    found = compare_results(result_a(), b=result_b())
    told = found.changes.set_index(["estate_id", "service"])["change"].to_dict()
    assert told == {
        ("E1", "market"): "closed",
        ("E2", "market"): "opened",
        ("E1", "elder_care"): "unclear",
        ("E2", "elder_care"): "closed",
        ("E3", "elder_care"): "found",
    }
    table = found.services
    assert (table["gap_a"] + sum(sign * table[kind] for kind, sign in ACCOUNT.items())).tolist() == table[
        "gap_b"
    ].tolist()
    assert table.set_index("service").loc["elder_care", ["closed", "unclear", "found", "people_served_b"]].tolist() == [
        1, 1, 1, 400.0,
    ]  # fmt: skip


def test_estates_and_services_of_one_result_are_listed_and_accounted_for() -> None:
    a, b = result_a(), result_b()
    b = replace(b, estates=b.estates[b.estates["estate_id"] != "E1"], gaps=b.gaps[b.gaps["estate_id"] != "E1"])
    market = b.gaps["service"] == "market"
    b = replace(b, gaps=b.gaps[~market], services=b.services[b.services["service"] != "market"])
    found = compare_results(a, b=b)
    assert found.estates.set_index("estate_id")["which"].to_dict() == {"E1": "only_a", "E2": "both", "E3": "both"}
    assert found.changes["change"].tolist() == ["gone", "gone", "closed", "found"]
    market_row = found.services.set_index("service").loc["market"]
    assert market_row[["gap_b", "people_served_b", "people_within_b"]].isna().all()
    back = compare_results(b, b=a).changes
    assert back["change"].tolist() == ["new", "opened", "unclear", "new"]
    only = replace(b, gaps=a.gaps[a.gaps["service"] == "elder_care"], estates=a.estates)
    assert set(compare_results(a, b=only).changes["change"]) == {"not_assessed"}
    assert set(compare_results(only, b=a).changes["change"]) == {"newly_assessed"}


def test_estates_that_move_join_and_leave_are_told_with_their_reason() -> None:
    a, b = result_a(), result_b()
    assert compare_results(a, b=b).moves.empty
    moved = replace(b, estates=b.estates.assign(cluster_id=["C7", "C8", "C8"], reason=None))
    told = compare_results(a, b=moved).moves.set_index("estate_id")
    assert told["change"].to_dict() == {"E1": "moved", "E3": "joined"}
    assert told.loc["E3", "reason"] == "no_neighbour"
    assert compare_results(moved, b=a).moves["change"].tolist() == ["moved", "left"]


def test_estates_of_one_identifier_and_two_names_are_marked() -> None:
    a = result_a().estates
    found = join_estates(a, estates_b=a.assign(label=["机械厂宿舍", "别处", None]))
    assert found["renamed"].tolist() == [False, True, True]


def test_proposals_are_matched_by_service_and_site_and_unknown_costs_stay_unknown() -> None:
    found = compare_results(result_a(), b=result_b())
    told = found.proposals.set_index(["service", "site_id"])["which"].to_dict()
    assert told == {("elder_care", "S1"): "both", ("market", "S2"): "only_a", ("market", "S9"): "only_b"}
    sums = found.proposal_sums.set_index("service")
    assert sums.loc["elder_care", ["cost_yuan_a", "cost_yuan_b"]].tolist() == [700000.0, 500000.0]
    assert pd.isna(sums.loc["market", "cost_yuan_b"])
    assert sums.loc["market", "unpriced_b"] == 1
    assert sums["proposals_a"].tolist() == [1, 1, 2]


def test_what_was_not_worked_out_is_unknown_and_never_nought() -> None:
    a = result_a()
    b = replace(result_b(), proposals=None, phases=None, services=a.services[:0], gaps=a.gaps[:0])
    found = compare_results(a, b=b)
    figures = found.figures.set_index("figure")
    lacking = ["proposals", "proposals_cost_yuan", "programme_projects", "programme_planned", "gaps"]
    assert figures.loc[lacking, ["b", "change"]].isna().all(axis=None)
    assert set(figures.loc[lacking, "lack_b"]) == {"not_worked_out"}
    assert found.proposal_sums.filter(regex="_b$").isna().all(axis=None)
    assert found.years.filter(regex="_b$").isna().all(axis=None)
    assert found.projects.empty
    assert "packages" not in figures.index


def test_none_to_propose_and_none_to_build_are_nought() -> None:
    a = result_a()
    b = replace(a, proposals=frame(a.proposals)[:0], phases=frame(a.phases)[:0])
    figures = compare_results(a, b=b).figures.set_index("figure")
    assert figures.loc[["proposals", "proposals_cost_yuan", "programme_projects_cost_yuan"], "b"].tolist() == [0, 0, 0]
    assert figures.loc["proposals", "change"] == -2


def test_projects_follow_their_estates_whatever_their_identifiers() -> None:
    found = compare_results(result_a(), b=result_b())
    told = found.projects.set_index("group_a")["change"].to_dict()
    assert told == {"C1": "later", "E3": "to_reserve"}
    back = compare_results(result_b(), b=result_a()).projects.set_index("group_b")["change"].to_dict()
    assert back == {"C1": "earlier", "E3": "from_reserve"}
    years = found.years.set_index("year")
    assert years.loc[2026.0, ["projects_a", "projects_b", "cost_yuan_b"]].tolist() == [1, 0, 0]
    assert years.loc[2027.0, "unpriced_a"] == 1
    assert pd.isna(years.loc[2027.0, "cost_yuan_a"])
    assert found.years["kind"].tolist() == ["year", "year", "reserve", "planned"]


def test_years_that_a_result_does_not_plan_for_are_unknown() -> None:
    a, b = result_a(), replace(result_b(), manifest=manifest(phases={"years": [2027]}))
    assert compare_results(a, b=b).years.set_index("year").loc[2026.0].filter(regex="_b$").isna().all()
    undated = replace(b, manifest=manifest(phases={"years": []}), phases=frame(b.phases).assign(year=NAN))
    found = compare_results(a, b=undated)
    assert found.projects["change"].isna().all()
    assert found.figures.set_index("figure").loc["programme_reserve", "lack_b"] == "no_years"
    assert compare_results(undated, b=undated).years.empty


def test_settings_that_differ_are_told_by_their_path() -> None:
    other = copy.deepcopy(MANIFEST)
    other["options"]["clusters"]["max_street_width_m"] = 20.0
    other["options"]["project"]["language"] = "en"
    other["options"]["siting"] = {"enabled": True, "rounds": None}
    other["scenario"] = {"name": "开门", "edits": [{"action": "add_gate", "at": [116.5, 28.0]}]}
    other["standard"]["services"]["canteen"] = {"name": {"zh": "助餐", "en": "Canteen"}}
    found = compare_settings(MANIFEST, manifest_b=other).fillna("")
    assert found.to_numpy().tolist() == [
        ["standard", "own_services", "", "canteen"],
        ["scenario", "edits[1]", "", "action = add_gate; at = 116.5, 28"],
        ["scenario", "name", "", "开门"],
        ["options", "clusters.max_street_width_m", "30", "20"],
        ["options", "siting", "", "enabled = true"],
    ]
    assert compare_settings(MANIFEST, manifest_b=MANIFEST).empty


def test_parts_of_lists_of_tables_are_compared_one_by_one() -> None:
    told = [manifest(sites=[{"path": "a.gpkg", "layer": None}, {"path": path}]) for path in ("b.gpkg", "c.gpkg")]
    found = compare_settings(told[0], manifest_b=told[1])
    assert found.to_numpy().tolist() == [["options", "sites[2].path", "b.gpkg", "c.gpkg"]]


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ([("estates", "a.shp", "1")], {"a.shp": "same"}),
        ([("estates", "renamed.shp", "1")], {"a.shp": "same"}),
        ([("estates", "a.shp", "2")], {"a.shp": "content"}),
        ([("estates", "c.shp", "2")], {"a.shp": "other"}),
        ([("sites", "s.gpkg", "3")], {"a.shp": "only_a", None: "only_b"}),
    ],
    ids=["same", "renamed", "other content", "another file", "another role"],
)
def test_inputs_are_matched_by_content_and_name(after: list[tuple[str, str, str]], told: dict[str | None, str]) -> None:
    sides: list[list[dict[str, Any]]] = [
        [dict(zip(("role", "name", "sha256"), one, strict=True)) for one in files]
        for files in ([("estates", "a.shp", "1")], after)
    ]
    found = compare_inputs(sides[0], inputs_b=sides[1])
    assert {
        key if isinstance(key, str) else None: value
        for key, value in zip(found["name_a"], found["change"], strict=True)
    } == told


def test_other_standards_systems_versions_and_names_are_warned_of() -> None:
    other = copy.deepcopy(MANIFEST)
    other["standard"]["key"] = "heilongjiang"
    other["crs"]["code"] = "EPSG:4549"
    other["versions"]["lianpian"] = "0.2.0"
    b = result_b()
    renamed = replace(b, manifest=other, estates=b.estates.assign(label="别处"))
    told = [one.code for one in compare_results(result_a(), b=renamed).problems]
    assert told == ["compare_standards", "compare_crs", "compare_versions", "compare_renamed"]
    assert compare_results(result_a(), b=b).problems == ()
    faster = copy.deepcopy(MANIFEST)
    faster["standard"]["profiles"]["adult"]["metres"] = 1200.0
    strange = replace(b, manifest=faster, estates=b.estates.assign(estate_id=["X1", "X2", "X3"]))
    told = [one.code for one in compare_results(result_a(), b=strange).problems]
    assert told == ["compare_standard_parts", "compare_no_common"]
