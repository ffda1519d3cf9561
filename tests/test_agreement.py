"""The outputs tell the same figures: map, atlas, tables, report and layers, each read back from what was written."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pyogrio
import pytest
from docx.document import Document
from docx.table import Table

import lianpian
from data.samples import town_project
from data.words import words
from geo.plan import Plan
from maps.atlas.atlas import make_case
from maps.atlas.drawing import Case, layers_of, view_of
from maps.atlas.legend import Entry, entries_of
from maps.atlas.sheets import sheets_of
from maps.atlas.tables import table_of
from maps.gis.layers import write_layers
from maps.needs import needs
from maps.report.report import write_report
from maps.styles import styles
from maps.web.webmap import render
from maps.workbook.tables import write_tables

SAY = words("zh")
STATES = tuple(styles().state)
WAN = 10_000
SERVICES = ("elder_care", "childcare", "canteen", "market", "housekeeping")


@dataclass(frozen=True)
class Written:
    """Hold the outputs of one plan as a reader finds them."""

    plan: Plan
    page: dict[str, Any]
    case: Case
    book: openpyxl.Workbook
    report: Document
    layers: Path

    def sheet(self, key: str) -> pd.DataFrame:
        """Return an annex table, its totals last; notes above the heads are left out."""
        rows = list(self.book[SAY(f"tables.sheet.{key}")].iter_rows(values_only=True))
        at = next(at for at, row in enumerate(rows) if sum(cell is not None for cell in row) > 2)
        return pd.DataFrame(rows[at + 1 :], columns=[str(head) for head in rows[at]], dtype=object)

    def layer(self, name: str) -> pd.DataFrame:
        """Return a layer of the GeoPackage without its shapes."""
        return pyogrio.read_dataframe(self.layers, layer=name, read_geometry=False)

    def entries(self, key: str, service: str = "") -> dict[str, Entry]:
        """Return the legend of a sheet by its words."""
        sheets = sheets_of(self.case.rules, plan=self.plan, say=SAY)
        sheet = next(one for one in sheets if one.rule.key == key and one.subject.service == service)
        layers = layers_of(sheet, view=view_of(sheet, case=self.case), case=self.case)
        return {entry.text: entry for entry in entries_of(layers, SAY)}

    def beside(self, key: str, service: str = "") -> pd.DataFrame:
        """Return the table beside the map of a sheet."""
        sheets = sheets_of(self.case.rules, plan=self.plan, say=SAY)
        sheet = next(one for one in sheets if one.rule.key == key and one.subject.service == service)
        table = table_of(sheet.rule.table, plan=self.plan, subject=sheet.subject, say=SAY)
        assert table is not None
        return pd.DataFrame(table.rows, columns=list(table.heads))

    def told(self, caption: str) -> pd.DataFrame:
        """Return a table of the report by its caption."""
        above = ""
        for element in self.report.element.body.iterchildren():
            if element.tag.endswith("}tbl") and caption in above:
                rows = [[cell.text for cell in row.cells] for row in Table(element, self.report).rows]
                return pd.DataFrame(rows[1:], columns=rows[0])
            text = "".join(part.text or "" for part in element.iter() if part.tag.endswith("}t"))
            above = text or above
        raise AssertionError(caption)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("agree")
    with town_project() as project:
        plan = lianpian.plan(lianpian.load(project))
    write_tables(plan, path=folder / "t.xlsx", language="zh")
    write_report(plan, path=folder / "r.docx", language="zh")
    write_layers(plan, path=folder / "p.gpkg", language="zh")
    found = re.search(r'id="lianpian-data">(.*?)</script>', render(plan, language="zh"), re.DOTALL)
    assert found
    return Written(
        plan=plan,
        page=json.loads(found[1]),
        case=make_case(plan, "zh"),
        book=openpyxl.load_workbook(folder / "t.xlsx", data_only=True),
        report=docx.Document(str(folder / "r.docx")),
        layers=folder / "p.gpkg",
    )


Reader = Callable[[Written], float]


def number(text: object) -> float:
    """Read a figure as printed."""
    plain = str(text).replace(",", "")
    return float(plain.removesuffix("%")) / 100 if plain.endswith("%") else float(plain)


def total(frame: pd.DataFrame, column: str) -> float:
    return number(frame[column].iloc[-1])


def row(frame: pd.DataFrame, key: str) -> pd.Series:
    return frame[frame[frame.columns[0]].eq(key) | frame[frame.columns[1]].eq(key)].iloc[0]


def map_states(written: Written, service: str, state: str) -> float:
    gaps = written.page["gaps"]
    pairs = zip(decoded(gaps["service"]), decoded(gaps["state"]), strict=True)
    return sum(pair == (service, state) for pair in pairs)


def decoded(column: Any) -> list[Any]:  # noqa: ANN401 - as coded for the map
    if isinstance(column, dict):
        words_of, at = (column[key] for key in sorted(column, key=lambda key: isinstance(column[key][0], int)))
        return [words_of[one] if one is not None and one >= 0 else None for one in at]
    return list(column)


def state_figure(service: str, state: str) -> tuple[Reader, dict[str, Reader]]:
    """Count the estates of a service in a state."""
    readers: dict[str, Reader] = {
        "map": lambda w: map_states(w, service, state),
        "atlas": lambda w: count(w, "gaps", SAY(f"terms.state.{state}"), service),
        "tables": lambda w: number(row(w.sheet("services"), name(w, service))[head(state)]),
        "report": lambda w: number(row(w.told("各类服务的评价结果"), name(w, service))[head(state)]),
        "layers": lambda w: float(w.layer("gaps")[["service", "state"]].eq([service, state]).all(axis=1).sum()),
    }
    return lambda w: w.plan.services.set_index("service").loc[service, state], readers


def need_figure(category: str) -> tuple[Reader, dict[str, Reader]]:
    """Count the estates that lack something of a list."""

    def atlas(written: Written) -> float:
        sheet = next(
            one
            for one in sheets_of(written.case.rules, plan=written.plan, say=SAY)
            if one.rule.key == "needs" and one.subject.category == category
        )
        layers = layers_of(sheet, view=view_of(sheet, case=written.case), case=written.case)
        none = {SAY("atlas.lacking.first"), SAY("atlas.lacking.unknown")}
        return sum(entry.count or 0 for entry in entries_of(layers, SAY) if entry.text not in none)

    readers: dict[str, Reader] = {
        "map": lambda w: sum(lacks > 0 for lacks in w.page["estates"][f"lacks_{category}"]),
        "atlas": atlas,
    }
    return lambda w: needs(w.plan)[f"lacks_{category}"].gt(0).sum(), readers


def name(written: Written, service: str) -> str:
    return next(one.name["zh"] for one in written.plan.inputs.standard.services if one.key == service)


def head(state: str) -> str:
    return SAY(f"tables.column.{state}")


def count(written: Written, key: str, text: str, service: str = "") -> float:
    """Read a count from a legend; a class that is not there has none."""
    entry = written.entries(key, service).get(text)
    return 0 if entry is None else float(entry.count or 0)


FIGURES: dict[str, tuple[Reader, dict[str, Reader]]] = {
    "estates": (
        lambda w: len(w.plan.estates),
        {
            "map": lambda w: w.page["estates"]["count"],
            "atlas": lambda w: sum(entry.count or 0 for entry in w.entries("estates_by_year").values()),
            "tables": lambda w: len(w.sheet("estates")) - 1,
            "report": lambda w: total(w.told("小区建成年代"), "小区数"),
            "layers": lambda w: len(w.layer("estates")),
        },
    ),
    "households": (
        lambda w: w.plan.estates["households"].sum(),
        {
            "map": lambda w: sum(w.page["estates"]["households"]),
            "atlas": lambda w: sum(e.households for e in w.entries("estates_by_year").values() if e.count),
            "tables": lambda w: total(w.sheet("estates"), "户数"),
            "report": lambda w: total(w.told("各街道小区概况"), "户数"),
            "layers": lambda w: w.layer("estates")["households"].sum(),
        },
    ),
    "people": (
        lambda w: w.plan.estates["people"].sum(),
        {
            "map": lambda w: sum(w.page["estates"]["people"]),
            "tables": lambda w: total(w.sheet("estates"), "人口"),
            "report": lambda w: total(w.told("各街道小区概况"), "人口"),
            "layers": lambda w: w.layer("estates")["people"].sum(),
        },
    ),
    "eligible estates": (
        lambda w: w.plan.estates["eligible"].sum(),
        {
            "map": lambda w: sum(w.page["estates"]["eligible"]),
            "atlas": lambda w: count(w, "eligible", SAY("atlas.eligible.true")),
            "report": lambda w: total(w.told("各街道小区概况"), "可列入改造"),
            "layers": lambda w: w.layer("estates")["eligible"].sum(),
        },
    ),
    "facilities of assessed services": (
        lambda w: w.plan.services["facilities"].sum(),
        {
            "atlas": lambda w: sum(e.count or 0 for e in w.entries("facilities").values() if e.dimension == 0),
            "tables": lambda w: sum(number(one) for one in w.sheet("services")["现有设施数"].iloc[:-1]),
            "report": lambda w: sum(number(one) for one in w.told("参与评价的服务设施")["现有设施数"]),
        },
    ),
    **{f"estates that lack of the {one} list": need_figure(one) for one in ("basic", "improvement")},
    "gaps": (
        lambda w: (w.plan.gaps["state"] == "gap").sum(),
        {
            "map": lambda w: sum(w.page["estates"]["gap_count"]),
            "atlas": lambda w: sum(number(one) for one in w.beside("gaps_combined")["缺口"]),
            "tables": lambda w: total(w.sheet("estates"), "缺口项数"),
            "report": lambda w: total(w.told("各街道设施缺口"), "缺口项数"),
            "layers": lambda w: w.layer("estates")["gap_count"].sum(),
        },
    ),
    "clusters": (
        lambda w: len(w.plan.clusters),
        {
            "map": lambda w: w.page["clusters"]["count"],
            "atlas": lambda w: count(w, "clusters", SAY("atlas.layer.clusters")),
            "tables": lambda w: len(w.sheet("clusters")) - 1,
            "report": lambda w: len(w.told("连片片区一览")) - 1,
            "layers": lambda w: len(w.layer("clusters")),
        },
    ),
    "households in clusters": (
        lambda w: w.plan.clusters["households"].sum(),
        {
            "map": lambda w: sum(w.page["clusters"]["households"]),
            "atlas": lambda w: sum(number(one) for one in w.beside("clusters")["户数"]),
            "tables": lambda w: total(w.sheet("clusters"), "户数"),
            "report": lambda w: total(w.told("连片片区一览"), "户数"),
            "layers": lambda w: w.layer("clusters")["households"].sum(),
        },
    ),
    "people that proposals serve": (
        lambda w: w.plan.proposals["people_served"].sum(),
        {
            "atlas": lambda w: sum(number(one) for one in w.beside("proposals")["服务人口"]),
            "tables": lambda w: total(w.sheet("proposals"), "服务人数"),
            "report": lambda w: total(w.told("设施选址建议"), "服务人数"),
            "layers": lambda w: w.layer("proposals")["people_served"].sum(),
        },
    ),
    "gaps that are left with the proposals": (
        lambda w: (w.plan.prospects["state_proposed"] == "gap").sum(),
        {
            "layers": lambda w: w.layer("estates")["gap_count_proposed"].sum(),
            "layer of prospects": lambda w: w.layer("prospects")["state_proposed"].eq("gap").sum(),
        },
    ),
    "projects in the years": (
        lambda w: w.plan.programme.phase_years["projects"].sum(),
        {
            "atlas": lambda w: sum(
                e.count or 0 for text, e in w.entries("phases").items() if re.fullmatch(r"20\d\d 年", text)
            ),
            "tables": lambda w: total(w.sheet("phase_years"), "项目数"),
            "report": lambda w: total(w.told("分年度汇总"), "项目数"),
            "layers": lambda w: w.layer("phases")["year"].notna().sum(),
        },
    ),
    "households in the years": (
        lambda w: w.plan.programme.phase_years["households"].sum(),
        {
            "atlas": lambda w: sum(number(one) for one in w.beside("phases")["户数"]),
            "tables": lambda w: total(w.sheet("phase_years"), "户数"),
            "report": lambda w: total(w.told("分年度汇总"), "户数"),
            "layers": lambda w: w.layer("phase_years")["households"].sum(),
        },
    ),
    **{f"{service} {state}": state_figure(service, state) for service in SERVICES for state in STATES},
}
# Where whole people are printed row by row, each may be half a person off.
ROUNDED = {"people that proposals serve": 0.5 * 14}
PAIRS = [(key, output) for key, (_, readers) in FIGURES.items() for output in readers]


@pytest.mark.parametrize(("key", "output"), PAIRS, ids=[f"{key}, {output}" for key, output in PAIRS])
def test_every_output_tells_the_figure_of_the_plan(written: Written, key: str, output: str) -> None:
    of_plan, readers = FIGURES[key]
    assert readers[output](written) == pytest.approx(float(of_plan(written)), abs=ROUNDED.get(key, 1e-6))


@pytest.mark.parametrize("minutes", [5, 10, 15])
@pytest.mark.parametrize("of", ["estates", "households", "people"])
def test_shares_are_those_of_the_plan_in_each_output(written: Written, minutes: int, of: str) -> None:
    rows = written.plan.coverage.query("scale == 'whole' and service == 'elder_care' and minutes == @minutes")
    share = float(rows[f"{of}_share"].iloc[0])
    beside = written.beside("coverage", "elder_care")
    told = beside[beside.columns[1 + ["estates", "households", "people"].index(of)]].iloc[[5, 10, 15].index(minutes)]
    assert number(told) == pytest.approx(share, abs=0.0005)
    layer = written.layer("coverage").query("scale == 'whole' and service == 'elder_care' and minutes == @minutes")
    assert float(layer[f"{of}_share"].iloc[0]) == share
    if minutes == 15:
        report = row(written.told("15分钟步行覆盖率"), name(written, "elder_care"))
        heads = {"estates": "小区覆盖率", "households": "户数覆盖率", "people": "人口覆盖率"}
        assert number(report[heads[of]]) == pytest.approx(share, abs=0.0005)


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2029, 2030])
def test_the_cost_of_a_year_is_the_same_in_each_output(written: Written, year: int) -> None:
    cost = written.plan.programme.phase_years.set_index("year").loc[year, "cost_yuan"] / WAN
    beside = written.beside("phases").set_index("年度").loc[str(year)]
    assert number(beside["投资（万元）"]) == pytest.approx(cost, abs=0.05)
    assert number(row(written.told("分年度汇总"), str(year))["投资（万元）"]) == pytest.approx(cost, abs=0.005)
    sheet = written.sheet("phase_years")
    assert float(sheet[sheet["年度"].eq(year)]["投资（万元）"].iloc[0]) == pytest.approx(cost)
