"""What files say of sites in words."""

import pandas as pd
import pytest

from data.site_columns import read_site_columns


def read(**texts: str) -> tuple[pd.Series, list[str]]:
    frame = pd.DataFrame({name: [texts.get(name)] for name in ("owner", "allows", "storey")}, dtype=object)
    table, problems = read_site_columns(frame, labels=pd.Series(["#1 粮库"]), place="资源.shp")
    return table.iloc[0], [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        pytest.param("养老服务设施、托育", "elder_care;childcare", id="names in a list"),
        pytest.param("elder_care;childcare", "elder_care;childcare", id="keys"),
        pytest.param("社区食堂/便民市场", "canteen;market", id="words with a stroke"),
        pytest.param("养老、养老", "elder_care", id="the same twice"),
        pytest.param("不限", None, id="anything"),
    ],
)
def test_allowed_services_are_read_in_any_words(text: str, keys: str | None) -> None:
    row, problems = read(allows=text)
    assert row["allows"] == keys
    assert problems == []


def test_a_service_that_nobody_knows_is_told_and_decides_nothing() -> None:
    row, problems = read(allows="养老、太空港")
    assert row["allows"] is None
    assert problems == ["site_allows_unread"]


@pytest.mark.parametrize(
    ("text", "storey"),
    [
        pytest.param("1", 1.0, id="a number"),
        pytest.param("3层", 3.0, id="with its unit"),
        pytest.param("第二层", 2.0, id="in Chinese"),
        pytest.param("首层", 1.0, id="the first"),
        pytest.param("沿街底层", 1.0, id="along the street"),
        pytest.param("地下一层", -1.0, id="under the ground"),
        pytest.param("-2", -2.0, id="below nought"),
        pytest.param("B1", -1.0, id="as lifts write it"),
        pytest.param("2F", 2.0, id="as floors are written"),
    ],
)
def test_storeys_are_read_in_any_words(text: str, storey: float) -> None:
    row, problems = read(storey=text)
    assert (row["storey"], problems) == (storey, [])


@pytest.mark.parametrize("text", ["0", "若干", "东侧"], ids=["nought", "some", "no storey"])
def test_a_storey_that_cannot_be_read_is_told(text: str) -> None:
    row, problems = read(storey=text)
    assert pd.isna(row["storey"])
    assert problems == ["site_storey_unread"]


def test_what_is_not_written_is_not_known() -> None:
    row, problems = read(owner="粮食局")
    assert row["owner"] == "粮食局"
    assert row["allows"] is None
    assert pd.isna(row["storey"])
    assert problems == []
