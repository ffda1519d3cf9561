import pandas as pd
import pytest

from data.gate_states import gate_states
from data.problems import Problem
from data.words import words


def read(*said: object) -> tuple[list[str], tuple[Problem, ...]]:
    states, problems = gate_states(pd.Series(said, dtype=object), place="门.shp")
    return states.tolist(), problems


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("open", "开 常开 开放 未关闭 未上锁 不封闭 无门禁 开放，非封闭 开放（无门禁） 24小时开放 正常使用 是 open"),
        ("open", "Unlocked not_locked"),
        ("closed", "关 常闭 关闭 已封堵 已砌筑 禁止通行 不通行 不开放 未开放 暂未启用 关闭（不开放） 否"),
        ("closed", "closed LOCKED"),
        ("residents", "门禁 有门禁 刷卡进出 仅供居民 业主专用 内部使用 private Residents"),
    ],
)  # fmt: skip
def test_words_of_a_state(state: str, said: str) -> None:
    texts = [text.replace("_", " ") for text in said.split()]
    assert read(*texts) == ([state] * len(texts), ())


def test_a_gate_about_which_nothing_is_written_is_open() -> None:
    assert read(None, "", " ") == (["open"] * 3, ())


def test_words_that_tell_no_state_are_told_and_taken_as_open() -> None:
    states, (problem,) = read("不详", "开放", "3", "已拆除", "人行门常开，车行门关闭", "3")
    assert states == ["open"] * 6
    assert (problem.code, problem.file, problem.value) == (
        "gate_state_unread", "门.shp", "不详、3、已拆除、人行门常开，车行门关闭"
    )  # fmt: skip
    assert problem.facts == {"count": 5}


def test_states_of_some_hours_are_told_with_what_they_were_taken_as() -> None:
    states, problems = read("夜间关闭", "限时开放", "06:00-22:00开放", "关闭")
    assert states == ["closed", "open", "open", "closed"]
    assert [(one.code, one.value) for one in problems] == [
        ("gate_hours", "夜间关闭"), ("gate_hours", "限时开放、06:00-22:00开放")
    ]  # fmt: skip
    assert "taken as closed" in problems[0].done(words("en"))
    assert "“开放”" in problems[1].done(words("zh"))


def test_no_gates_have_no_states() -> None:
    assert read() == ([], ())
