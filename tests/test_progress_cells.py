"""Cells of reports on projects."""

import datetime

import pandas as pd
import pytest

from data.progress.cells import STATES, read_days, read_percents, read_progress_states
from data.words import LANGUAGES, Language, words

NAN = float("nan")
JUNE = pd.Timestamp(2023, 6, 3)


def cells(*values: object) -> pd.Series:
    return pd.Series(values, dtype=object)


@pytest.mark.parametrize(
    "cell",
    ["2023-06-03", "2023/6/3", "2023.6.3", "２０２３年6月3日", "2023年06月03日 08:30", "20230603", 20230603.0, 45080.0,
     datetime.date(2023, 6, 3), datetime.datetime(2023, 6, 3, 9)],
    ids=str,
)  # fmt: skip
def test_days_as_people_write_them(cell: object) -> None:
    days, wrong = read_days(cells(cell))
    assert (days.tolist(), wrong.tolist()) == ([JUNE], [False])


@pytest.mark.parametrize("cell", ["2023-02-30", "6月30日", "2023年6月", "上月底", True, 12.5, "1999-01-01"], ids=str)
def test_what_is_no_day_is_told(cell: object) -> None:
    days, wrong = read_days(cells(cell))
    assert (days.isna().tolist(), wrong.tolist()) == ([True], [True])


def test_an_empty_cell_is_no_wrong_day() -> None:
    days, wrong = read_days(cells(None, "-", ""))
    assert (days.isna().all(), wrong.any()) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_the_words_of_the_form_are_read_back(state: str, language: Language) -> None:
    assert read_progress_states(cells(words(language)(f"progress.state.{state}"))).tolist() == [state]


def test_other_words_of_states() -> None:
    said = cells("竣工", "施 工 中", "完工（未验收）", "竣工验收", "停工", None, "不详")
    read = ["finished", "in_progress", "finished", "accepted", "unreadable", None, None]
    assert read_progress_states(said).tolist() == read


@pytest.mark.parametrize(
    ("column", "percents", "faults"),
    [
        pytest.param([60, "60%", "60％", "约60"], [60.0] * 4, [""] * 4, id="percents"),
        pytest.param([0.6, 0, 0.25], [60.0, 0.0, 25.0], [""] * 3, id="all as fractions"),
        pytest.param([0.6, 60, "0.6%"], [NAN, 60.0, 0.6], ["fraction", "", ""], id="both"),
        pytest.param([120, -3, "abc", None], [NAN] * 4, ["outside", "outside", "unreadable", ""], id="no percents"),
        pytest.param([0, 100, 100.1], [0.0, 100.0, NAN], ["", "", "outside"], id="limits"),
    ],
)
def test_percents(column: list[object], percents: list[float], faults: list[str]) -> None:
    read = read_percents(cells(*column), done=pd.Series([False] * len(column)))
    pd.testing.assert_series_equal(read["percent"], pd.Series(percents), check_names=False)
    assert read["fault"].tolist() == faults


@pytest.mark.parametrize(("done", "percent"), [(True, 100.0), (False, 1.0)])
def test_a_one_is_the_whole_where_the_state_says_so(done: bool, percent: float) -> None:
    read = read_percents(cells(1), done=pd.Series([done]))
    assert (read["percent"].tolist(), read["as_fraction"].tolist()) == ([percent], [done])
