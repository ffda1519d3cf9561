"""Columns of annex frames as they are described in TOML: which of them are shown, their headings, their words."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from data.words import Words
from geo.plan import Plan
from maps.workbook.cell_words import mapped
from maps.workbook.sheets import Column

Spec = Mapping[str, Any]
_ABOVE = ">0"


def is_shown(only: str | None, plan: Plan) -> bool:
    """Tell whether there is anything of what a sheet or column is shown for.

    Parameters
    ----------
    only : str or None
        A frame of the plan or the programme, ``frame.column``, or that with ``>0`` behind it; None to show it always.
    plan : Plan
        The results.

    Returns
    -------
    bool
        Whether the frame has rows, the column a value, or a value above nothing.
    """
    if only is None:
        return True
    frame, _, column = only.removesuffix(_ABOVE).partition(".")
    rows = getattr(plan if hasattr(plan, frame) else plan.programme, frame)
    if only.endswith(_ABOVE):
        return bool((rows[column] > 0).any())
    return bool(rows[column].notna().any()) if column else not rows.empty


def worded_table(
    rows: pd.DataFrame, *, specs: Sequence[Spec], plan: Plan, say: Words
) -> tuple[tuple[Column, ...], pd.DataFrame]:
    """Choose the columns of a table, and turn keys in them into words.

    Parameters
    ----------
    rows : DataFrame
        The rows, with every column of ``specs`` that is shown.
    specs : sequence of mapping
        ``key``, ``kind``, and where there are such ``words``, ``head``, ``total``, ``only``.
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    tuple of tuple of Column and DataFrame
        The columns, and the rows with these alone.
    """
    shown = [spec for spec in specs if is_shown(spec.get("only"), plan)]
    columns = tuple(
        Column(
            key=spec["key"],
            title=say(f"tables.column.{spec.get('head', spec['key'])}"),
            kind="text" if spec["kind"] == "yes" else spec["kind"],
            total=spec.get("total", False),
        )
        for spec in shown
    )
    return columns, pd.DataFrame({spec["key"]: _said(rows[spec["key"]], spec, say) for spec in shown}, index=rows.index)


def _said(values: pd.Series, spec: Spec, say: Words) -> pd.Series:
    """Turn the keys of a column into words; a key without words is shown as it is."""
    if spec["kind"] == "yes":
        return values.map({True: say("tables.book.yes"), False: say("tables.book.no")})
    if "words" in spec:
        return mapped(values, lambda key: say.get(f"{spec['words']}.{key}", key))
    return values
