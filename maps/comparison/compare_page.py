"""The page of a comparison: one HTML file that needs neither network nor script, and prints."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pandas as pd
from jinja2 import Environment, StrictUndefined

from data.words import Words
from geo.comparing.comparison import Comparison
from geo.comparing.gap_changes import ACCOUNT
from maps.comparison.compare_bars import Bar, state_bars, state_legend, year_bars
from maps.comparison.compare_brief import brief_lines
from maps.comparison.compare_sheets import paints, project_of
from maps.plain_text import plain_text
from maps.styles import Paint
from maps.web.webmap import HTML_LANGUAGES
from maps.workbook.sheets import NUMBER_FORMATS, Column, Sheet

ROWS = {"settings": 30, "estates": 30, "proposals": 40}
_ROWS = 60
# What was told differently comes first, because it is why the rest differs.
_FIRST = "settings"
# Columns that the page leaves to the workbook, and kinds of rows that it does.
_LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "services": ("people_share_a", "people_share_b", "people_share_change"),
    "service_states": ("category",),
    "gaps": ("estate_id",),
    "clusters": ("households_a", "households_b"),
    "moves": ("estate_id",),
    "proposals": ("floor_area_m2_a", "floor_area_m2_b"),
    "proposal_sums": ("floor_area_m2_a", "floor_area_m2_b", "floor_area_m2_change"),
    "projects": ("group_a", "group_b"),
    "years": ("people_a", "people_b", "people_change", "unpriced_a", "unpriced_b"),
}  # fmt: skip
_WHEN_NOT_ZERO = {"services": tuple(ACCOUNT), "proposal_sums": ("unpriced_a", "unpriced_b")}
_UNCHANGED = {"clusters": ("same",), "projects": ("same",), "gaps": ("other", "not_assessed", "newly_assessed")}


@dataclass(frozen=True)
class Cell:
    """Hold one cell of the page: its text, how it stands, its colours, and the bars instead of a text."""

    text: str
    kind: str = "text"
    paint: Paint | None = None
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class Section:
    """Hold one table of the page: key, title, lines above, headings, rows, what is said of rows left out."""

    key: str
    title: str
    lines: tuple[str, ...]
    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: str


def render_comparison(comparison: Comparison, *, tables: Mapping[str, Sheet], workbook: str, say: Words) -> str:
    """Write the page.

    Parameters
    ----------
    comparison : Comparison
        Both results.
    tables : mapping of str to Sheet
        Its tables.
    workbook : str
        Name of the workbook that holds every row.
    say : Words
        The text catalogue.

    Returns
    -------
    str
        A whole HTML page that loads nothing else; the same comparison gives the same text.
    """
    static = files("maps.comparison")
    engine = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = engine.from_string(static.joinpath("compare.html").read_text("utf-8"))
    page = template.render(
        language=HTML_LANGUAGES[say.language],
        style=static.joinpath("compare.css").read_text("utf-8"),
        title=title_of(comparison, say=say),
        warnings=[one.line(say) for one in comparison.problems],
        brief=brief_lines(comparison, say=say),
        cards=[_card(comparison, number, say) for number in (0, 1)],
        sections=[_section(key, tables[key], comparison, (workbook, say)) for key in sorted(tables, key=_FIRST.__ne__)],
        legend=state_legend(say=say),
        say=say,
        workbook=workbook,
    )
    return plain_text(page)


def title_of(comparison: Comparison, *, say: Words) -> str:
    """Return the title of page and workbook."""
    a, b = comparison.results
    return say("compare.title.page", a=a.label, b=b.label)


def _card(comparison: Comparison, number: int, say: Words) -> dict[str, object]:
    """Tell what one result is."""
    result = comparison.results[number]
    manifest, about = result.manifest, project_of(result.manifest)
    scenario = manifest.get("scenario") or {}
    facts = {
        "folder": result.label,
        "project": about.get("name") or "—",
        "date": about.get("date") or "—",
        "scenario": scenario.get("name") or say("compare.about.none"),
        "standard": manifest["standard"]["title"].get(say.language, manifest["standard"]["key"]),
        "crs": (manifest.get("crs") or {}).get("name") or "—",
        "version": manifest["versions"]["lianpian"],
    }
    rows = [(say(f"compare.about.{key}"), str(value)) for key, value in facts.items()]
    return {"side": "AB"[number], "rows": rows}


def _section(key: str, sheet: Sheet, comparison: Comparison, told: tuple[str, Words]) -> Section:
    workbook, say = told
    columns = list(_columns(key, sheet))
    frame = sheet.frame
    if key in _UNCHANGED and not frame.empty:
        frame = frame[~frame["kind"].isin(_UNCHANGED[key])]
    shown = frame.head(ROWS.get(key, _ROWS))
    left = len(sheet.frame) - len(shown)
    painted = paints(say)
    cells = [[_cell(value, column.kind, painted) for value in shown[column.key]] for column in columns]
    if columns[0].key == "group":
        again = shown["group"].eq(shown["group"].shift())
        cells[0] = [Cell("") if is_again else one for one, is_again in zip(cells[0], again, strict=True)]
    bars = _bars(key, comparison, shown)
    heads = [Cell(column.title, _stands(column.kind)) for column in columns]
    if bars:
        heads.insert(1, Cell(say(f"compare.page.bars_{bars[0]}"), "bars"))
        cells.insert(1, [Cell("", "bars", bars=one) for one in bars[1]])
    more = say("compare.page.more", count=left, file=workbook, sheet=sheet.name) if left else ""
    rows = tuple(zip(*cells, strict=True))
    return Section(key, sheet.name, sheet.preface[1:], tuple(heads), rows, more)


def _columns(key: str, sheet: Sheet) -> Iterator[Column]:
    """Choose the columns that the page shows."""
    for column in sheet.columns:
        if column.key in _LEFT_OUT.get(key, ()):
            continue
        if column.key in _WHEN_NOT_ZERO.get(key, ()):
            numbers = pd.to_numeric(sheet.frame[column.key], errors="coerce")
            if not (numbers > 0).any():
                continue
        yield column


def _bars(key: str, comparison: Comparison, shown: pd.DataFrame) -> tuple[str, Sequence[tuple[Bar, ...]]] | None:
    """Return the bars beside the rows of a table, and what they show."""
    if key == "services":
        return "states", state_bars(comparison.services.iloc[shown.index])
    if key == "years" and not shown.empty:
        return year_bars(comparison.years.iloc[shown.index])
    return None


def _stands(kind: str) -> str:
    return "number" if kind in NUMBER_FORMATS else "text"


def _cell(value: object, kind: str, painted: Mapping[str, Paint]) -> Cell:
    text = shown_number(value, kind)
    if kind not in NUMBER_FORMATS:
        return Cell(text, "text", painted.get(text) if kind == "state" else None)
    if isinstance(value, str):
        return Cell(text, "word")
    return Cell(text, "change" if text[0] in "+\u2212" else "number")


def shown_number(value: object, kind: str) -> str:
    """Write the value of a cell as the workbook shows it.

    Parameters
    ----------
    value : object
        A number, a text, or missing.
    kind : str
        Kind of the column, see :class:`maps.workbook.sheets.Column`.

    Returns
    -------
    str
        A number with its separators, a dash for one that is missing, a text as it is.
    """
    if isinstance(value, str):
        return value
    number = float("nan") if value is None else float(str(value))
    if np.isnan(number):
        return "—" if kind in NUMBER_FORMATS else ""
    return _number(number, kind)


def _number(number: float, kind: str) -> str:
    sign = "+" if kind.startswith("change") else ""
    what = kind.removeprefix("change_")
    if what == "year":
        return f"{number:.0f}"
    text = {"one": f"{number:{sign},.1f}", "two": f"{number:{sign},.2f}", "share": f"{number * 100:{sign}.1f}%"}.get(
        what, f"{number:{sign},.0f}"
    )
    # What rounds to nothing has no sign.
    is_none = not any(digit in text for digit in "123456789")
    return text.lstrip("+-") if is_none else text.replace("-", "\u2212")
