"""The sums that a ledger prints, compared with the rows they stand for."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.problems import Problem, note, warning
from data.tables.aliases import aliases
from data.tables.cells import cell_text
from data.tables.ledger_rows import SUMMED, SUMS, Body
from data.tables.values import parse_numbers

_MAX_DECIMALS = 6
_Spans = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]


def check_sums(body: Body, typed: pd.DataFrame) -> tuple[Problem, ...]:
    """Compare each printed sum with the rows above it, or below it where sums stand first.

    A sum may stand for the rows since any earlier sum; it is right when one of these spans gives it.

    Parameters
    ----------
    body : Body
        All rows.
    typed : DataFrame
        The estates with their figures, index as in ``body``.

    Returns
    -------
    tuple of Problem
        A warning for each figure that differs, and a note where rows without a figure leave it open.
    """
    names = [name for name in SUMMED if name in body.columns and name in typed]
    is_sum = body.kinds.isin(SUMS) | (body.kinds == "section")
    if not is_sum.any() or not names:
        return ()
    printed, told = _printed(body, names, is_sum)
    printed = printed[printed.notna().any(axis=1)]
    estates = np.flatnonzero((body.kinds == "estate").to_numpy())
    columns = [_Column(typed[name], body.cells.loc[typed.index, body.columns[name]]) for name in names]
    # How many estates stand above each sum.
    ranks = np.searchsorted(estates, printed.index.to_numpy())
    problems: list[Problem] = []
    for number, row in enumerate(printed.index):
        spans = _spans(ranks, number, len(estates), is_total=body.kinds[row] == "total", before=_stand_first(ranks))
        stated = printed.loc[row].to_numpy(np.float64)
        misses = np.sum(
            [column.excess(spans, value) != 0 for column, value in zip(columns, stated, strict=True)], axis=0
        )
        span = spans[[int(np.argmin(misses))]]
        problems += _differences(body, row, names, columns, stated, span)
    return (*told, *problems)


class _Column:
    """Add up the figures of one column over any span of rows."""

    def __init__(self, values: pd.Series, cells: pd.Series) -> None:
        figures = values.to_numpy(np.float64)
        self.sums = np.concatenate([[0.0], np.nancumsum(figures)])
        self.gaps = np.concatenate([[0], np.isnan(figures).cumsum()])
        self.step = _step(cells, values)

    def total(self, spans: _Spans) -> _Floats:
        """Return the sums of what is known."""
        return np.asarray(self.sums[spans[:, 1]] - self.sums[spans[:, 0]])

    def unknown(self, spans: _Spans) -> int:
        """Return how many rows of the first span have no figure."""
        return int(self.gaps[spans[0, 1]] - self.gaps[spans[0, 0]])

    def excess(self, spans: _Spans, stated: float) -> _Floats:
        """Return by how much the printed sum exceeds the known rows, 0 within what rounding explains."""
        if np.isnan(stated):
            return np.zeros(len(spans))
        difference = stated - self.total(spans)
        allowed = np.maximum(self.step * (spans[:, 1] - spans[:, 0] + 1) / 2, 1e-9 * abs(stated))
        return np.where(np.abs(difference) <= allowed, 0.0, difference)


def _printed(body: Body, names: Sequence[str], is_sum: pd.Series) -> tuple[pd.DataFrame, list[Problem]]:
    """Read the printed sums; what is likely for one estate is no limit for them."""
    known = {column.name: column for column in aliases().layers["estates"]}
    printed: dict[str, pd.Series] = {}
    problems = []
    for name in names:
        at = body.columns[name]
        measure, heading = known[name].measure, body.headings[at]
        cells = body.cells.loc[is_sum, at]
        values = parse_numbers(cells, measure=measure, factor=aliases().units[measure].get(heading.unit, 1.0))
        printed[name] = values["low"]
        unread = values["quality"] == "unreadable"
        for row, cell in cells[unread].items():
            told = {"feature": body.labels()[row], "field": heading.text, "value": cell_text(cell)}
            code = "value_formula" if str(cell).startswith("=") else "value_unreadable"
            problems.append(warning(code, file=body.place, **told))
    return pd.DataFrame(printed), problems


def _stand_first(ranks: npt.NDArray[np.int64]) -> bool:
    return bool(ranks[0] == 0)


def _spans(ranks: npt.NDArray[np.int64], number: int, estates: int, *, is_total: bool, before: bool) -> _Spans:
    """Return the rows that a sum may stand for, from and to, the likeliest first."""
    here = int(ranks[number])
    starts = np.unique(np.append(ranks[:number], 0))
    ends = np.unique(np.append(ranks[number + 1 :], estates))
    starts, ends = starts[starts < here], ends[ends > here]
    above = np.column_stack([starts if is_total else starts[::-1], np.full(len(starts), here)])
    below = np.column_stack([np.full(len(ends), here), ends[::-1] if is_total else ends])
    spans = np.concatenate([below, above] if before else [above, below])
    return spans if len(spans) else np.array([[here, here]])


def _differences(
    body: Body, row: int, names: Sequence[str], columns: Sequence[_Column], stated: _Floats, span: _Spans
) -> list[Problem]:
    problems = []
    for name, column, value in zip(names, columns, stated, strict=True):
        excess, unknown = float(column.excess(span, value)[0]), column.unknown(span)
        if not excess:
            continue
        # What rows without a figure add is not known, but no row takes anything away.
        is_open = unknown and excess > 0
        say = note if is_open else warning
        problems.append(
            say("ledger_sum_open" if is_open else "ledger_sum_differs", file=body.place, feature=body.labels()[row],
                field=body.headings[body.columns[name]].text, value=f"{value:.10g}",
                computed=f"{column.total(span)[0]:.10g}", unknown=unknown)
        )  # fmt: skip
    return problems


def _step(cells: pd.Series, values: pd.Series) -> float:
    """Return the last digit that figures are rounded to, in their own unit; 0 for whole numbers."""
    written = pd.to_numeric(cells, errors="coerce").astype("float64")
    known = written.dropna()
    places = next((n for n in range(_MAX_DECIMALS) if np.allclose(known, known.round(n))), _MAX_DECIMALS)
    if places == 0:
        return 0.0
    ratio = (values / written).replace([np.inf, -np.inf], np.nan).median()
    return float(10.0**-places * (ratio if np.isfinite(ratio) else 1.0))
