"""The first sheet of the list of problems: what was read, and what became of every row."""

import numpy as np
import pandas as pd

from data.layer_accounts import LayerAccount
from data.reading_overview import overview_items, place_text
from data.reading_report import ReadingReport
from data.words import Words
from maps.styles import Paint, styles
from maps.workbook.sheets import Column, Sheet

# How the state of a layer is painted, by the severity it is like.
_STATES = {"whole": "note", "part": "warning", "failed": "error"}
_NUMBERS = ("read", "kept", "repaired", "dropped")
_TEXTS = ("role", "file", "layer", "format")


def overview_sheet(report: ReadingReport, *, say: Words) -> Sheet:
    """Describe the sheet.

    Parameters
    ----------
    report : ReadingReport
        The report.
    say : Words
        The text catalogue.

    Returns
    -------
    Sheet
        One row per layer, below lines on project, standard, coordinate system, ledger, facilities and network.
    """
    kinds = {
        **dict.fromkeys(_TEXTS, "text"),
        "state": "state",
        **dict.fromkeys(_NUMBERS, "integer"),
        **dict.fromkeys(("encoding", "encoding_by", "crs", "crs_by", "place"), "text"),
    }
    columns = tuple(Column(key, say(f"report.column.{key}"), kind) for key, kind in kinds.items())
    frame = pd.DataFrame([_row(account, say) for account in report.layers], columns=list(kinds))
    return Sheet(say("report.sheet"), columns, frame.astype(dict.fromkeys(_NUMBERS, "float64")), _lines(report, say))


def state_paints(say: Words) -> dict[str, Paint]:
    """Return how the states of layers are painted.

    Parameters
    ----------
    say : Words
        The text catalogue.

    Returns
    -------
    dict of str to Paint
        By the word of the state.
    """
    fills = styles().severities
    return {
        say(f"report.state.{state}"): Paint(fills[severity], "#ffffff" if severity == "error" else "#000000")
        for state, severity in _STATES.items()
    }


def _lines(report: ReadingReport, say: Words) -> tuple[str, ...]:
    items = overview_items(report, say=say)
    values = [say("report.value.decided", name=one.value, why=one.why) if one.why else one.value for one in items]
    told = (say("report.line", item=one.item, value=value) for one, value in zip(items, values, strict=True))
    return (say("report.title"), *told)


def _row(account: LayerAccount, say: Words) -> dict[str, object]:
    state = "failed" if account.failed else "part" if account.dropped else "whole"
    numbers = {key: np.nan if account.failed else getattr(account, key) for key in _NUMBERS}
    if account.read is None:
        numbers["dropped"] = np.nan
    return {
        "role": say.get(f"tables.role.{account.role}", account.role),
        "file": account.file,
        "layer": account.layer,
        "format": account.format,
        "state": say(f"report.state.{state}"),
        **numbers,
        "encoding": account.encoding,
        "encoding_by": say(f"report.encoding_by.{account.encoding_by}") if account.encoding_by else "",
        "crs": account.crs,
        "crs_by": say(f"report.crs_by.{account.crs_by}") if account.crs_by else "",
        "place": place_text(account),
    }
