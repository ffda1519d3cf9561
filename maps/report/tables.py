"""Tables of the chapter: rows of the annex tables, or sums of them, with fewer columns."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from data.words import Words
from geo.plan import Plan
from maps.report.blocks import Block, Table, Text
from maps.report.frames import OWN_FRAMES
from maps.report.settings import layout
from maps.workbook.annex_frames import FRAMES
from maps.workbook.sheets import NUMBER_FORMATS
from maps.workbook.wording import worded_table

_ABOVE = ">0"


def table_blocks(key: str, *, plan: Plan, say: Words) -> list[Block]:
    """Make one table of the chapter.

    Parameters
    ----------
    key : str
        Key of the table in ``report.toml``.
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    list of Block
        The table, and a line below it where not all rows are shown; nothing where there are no rows.
    """
    spec = layout()["table"][key]
    rows = _rows(key, spec, plan, say)
    if rows.empty:
        return []
    columns, frame = worded_table(rows, specs=spec["columns"], plan=plan, say=say)
    kept = [column for column in columns if column.kind in NUMBER_FORMATS or _has_text(frame[column.key])]
    limit = spec.get("limit", len(frame))
    is_whole = len(frame) <= limit
    # A total below some of the rows would be read as that of the rows above it.
    total = say("tables.book.total") if spec.get("total") and is_whole else ""
    table = Table(say(f"docx.table.{key}"), tuple(kept), frame.iloc[:limit], spec.get("wide", False), total)
    if is_whole:
        return [table]
    facts = {"shown": limit, "all": f"{len(frame):,}", "sheet": say(f"tables.sheet.{spec['sheet']}")}
    return [table, Text(say("docx.rest", **facts), "note")]


def _rows(key: str, spec: Mapping[str, Any], plan: Plan, say: Words) -> pd.DataFrame:
    make = FRAMES[spec["frame"]] if "frame" in spec else OWN_FRAMES[key]
    rows = make(plan, say)
    for column, value in spec.get("where", {}).items():
        rows = rows[rows[column] > 0 if value == _ABOVE else rows[column] == value]
    return rows.reset_index(drop=True)


def _has_text(values: pd.Series) -> bool:
    """Tell whether a column of words says anything: marks of estimates are not shown where nothing is estimated."""
    return bool((values.notna() & (values != "")).any())
