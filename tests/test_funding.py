import pandas as pd
import pytest

from data.standards.files import load_standard
from geo.judgement.funding import funded_contents
from geo.judgement.survey import missing_facts

JIANGXI = load_standard("jiangxi_existing")


def estates(**columns: list[str | None]) -> pd.DataFrame:
    count = len(next(iter(columns.values())))
    names = ("renovation", "subsidised", "done_items", "funded_items", "items_unclear")
    empty = {name: [None] * count for name in names}
    return pd.DataFrame({"estate_id": [f"E{i}" for i in range(count)], **empty, **columns}, dtype=object)


def rows(frame: pd.DataFrame) -> list[tuple[str, str | None, str]]:
    found = funded_contents(frame, standard=JIANGXI)
    items = found["item"].where(found["item"].notna(), None)
    return list(zip(found["estate_id"], items, found["how"], strict=True))


def test_an_item_that_was_funded_stands_once() -> None:
    frame = estates(done_items=["roof;lift", None], funded_items=["roof", "road"], subsidised=["yes", None])
    assert rows(frame) == [("E0", "roof", "funded"), ("E0", "lift", "done"), ("E1", "road", "funded")]


def test_what_was_done_where_the_subsidy_paid_for_nobody_knows_what_may_have_been_funded() -> None:
    assert rows(estates(done_items=["roof"], subsidised=["yes"])) == [("E0", "roof", "maybe_funded")]


@pytest.mark.parametrize(
    ("column", "value", "how"),
    [
        ("subsidised", "yes", "maybe_funded"),
        ("renovation", "part", "done"),
        ("renovation", "underway", "done"),
        ("items_unclear", "管网", "done"),
    ],
)
def test_contents_that_nobody_told_are_a_row_without_an_item(column: str, value: str, how: str) -> None:
    assert rows(estates(**{column: [value, None]})) == [("E0", None, how)]


def test_items_stand_in_the_order_of_the_standard_with_their_list() -> None:
    found = funded_contents(estates(done_items=["lift;roof"]), standard=JIANGXI)
    assert found[["item", "category"]].to_numpy().tolist() == [["roof", "basic"], ["lift", "improvement"]]


def test_what_is_missing_is_named_estate_by_estate() -> None:
    recorded = estates(subsidised=[None, "yes", None]).assign(
        name=["甲", None, "丙"],
        subdistrict="城南街道",
        households=[1.0, 2.0, 3.0],
        people=[3.0, float("nan"), 9.0],
        floor_area_m2=[1.0, 1.0, 1.0],
        built_year_min=[1990.0, float("nan"), 1998.0],
        built_year_max=[1990.0, float("nan"), 2001.0],
        excluded_unclear=[None, None, "是"],
    )
    judged = recorded.assign(eligibility=["built_in_time", "year_unknown", "year_straddles"])
    found = missing_facts(judged, recorded=recorded.iloc[::-1])
    assert found.tolist() == [None, "built_year;name;people;contents", "built_year_straddles;excluded"]
