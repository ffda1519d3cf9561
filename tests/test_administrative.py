"""Names of districts, subdistricts and communities."""

import pandas as pd
import pytest

from data.administrative import find_units, place_codes, place_names

NONE: list[str | None] = [None, None, None]


def estates(district: list[str | None], subdistrict: list[str | None], community: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({"district": district, "subdistrict": subdistrict, "community": community}, dtype=object)


@pytest.mark.parametrize(
    ("given", "level", "named"),
    [
        ((["东区", "西区", "西区"], ["解放街道", "解放街道", "新华街道"], NONE), "subdistrict",
         ["东区 解放街道", "西区 解放街道", "新华街道"]),
        ((["东区"] * 3, ["甲", "乙", "乙"], ["一社区", "一社区", "二社区"]), "community",
         ["甲 一社区", "乙 一社区", "二社区"]),
        ((["东区", "西区", None], ["甲", "甲", "甲"], ["一"] * 3), "community", ["东区 甲 一", "西区 甲 一", "甲 一"]),
        ((["东区", "西区", ""], ["甲", "甲", "甲"], NONE), "subdistrict", ["东区 甲", "西区 甲", "甲"]),
        (([None] * 3, ["", None, "甲"], NONE), "subdistrict", [None, None, "甲"]),
    ],
    ids=["two districts", "two subdistricts", "all the way up", "a district nobody recorded", "nothing recorded"],
)  # fmt: skip
def test_no_name_stands_for_two_places(
    given: tuple[list[str | None], list[str | None], list[str | None]], level: str, named: list[str | None]
) -> None:
    assert place_names(estates(*given))[level].tolist() == named


def test_layers_are_judged_by_districts_where_there_are_several() -> None:
    found = find_units(estates(["西区", "东区", None], ["甲"] * 3, NONE))
    assert (found.kind, found.names, found.estate.tolist()) == ("district", ("东区", "西区"), [1, 0, -1])
    assert find_units(estates(["西区"] * 3, ["甲", "乙", ""], NONE)).kind == "subdistrict"
    assert find_units(estates(["西区"] * 3, ["甲"] * 3, NONE)).names == ()


def test_places_of_one_name_in_two_districts_have_numbers_of_their_own() -> None:
    """A subdistrict whose district nobody recorded may be either, and is neither."""
    places = pd.DataFrame(
        {
            "district": ["东区", "西区", "东区", None],
            "subdistrict": ["解放街道", "解放街道", "解放街道", None],
            "community": None,
        }
    )
    found = place_codes(places, level="subdistrict").tolist()
    assert found[0] == found[2]
    assert found[0] != found[1]
    assert found[3] == -1
