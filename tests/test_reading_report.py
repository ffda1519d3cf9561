import pandas as pd
import pytest

from data.problems import Severity, error, note, warning
from data.reading_report import ReadingReport, network_figures

PROBLEMS = (
    note("missing_file", file="1"),
    error("missing_file", file="2"),
    warning("layer_none"),
    error("missing_file"),
)


def test_kinds_are_the_first_of_each_severity_and_code_errors_first() -> None:
    kinds = ReadingReport("project.toml", PROBLEMS).kinds()
    assert [(first.severity, first.code, first.file, count) for first, count in kinds] == [
        (Severity.ERROR, "missing_file", "2", 2),
        (Severity.WARNING, "layer_none", "", 1),
        (Severity.NOTE, "missing_file", "1", 1),
    ]


@pytest.mark.parametrize(("problems", "usable"), [(PROBLEMS, False), (PROBLEMS[:1], True), ((), True)])
def test_errors_alone_stop_a_plan(problems: tuple[()], usable: bool) -> None:
    assert ReadingReport("project.toml", problems).is_usable is usable


def test_the_network_is_summed_up() -> None:
    components = pd.DataFrame({"length_m": [900.0, 100.0], "used": [True, False]})
    edges = pd.DataFrame({"length_mm": [900_000, 100_000, 50_000]})
    figures = network_figures(components, edges=edges)
    assert figures is not None
    assert (figures.km, figures.components, figures.share_used) == (1.05, 2, 0.9)


@pytest.mark.parametrize("used", [[], [True]])
def test_no_way_has_no_figures(used: list[bool]) -> None:
    components = pd.DataFrame({"length_m": [0.0] * len(used), "used": used})
    assert network_figures(components, edges=pd.DataFrame({"length_mm": []})) is None
