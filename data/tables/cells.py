"""Cells as texts, and the rows they stand in as problems name them."""

import numpy as np
import pandas as pd

_SHOWN_ROWS = 5


def cell_text(cell: object) -> str | None:
    """Write a cell as text.

    Parameters
    ----------
    cell : object
        What the file holds.

    Returns
    -------
    str or None
        12.0 as ``"12"``, white space made single, None for an empty cell.
    """
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    if isinstance(cell, float):
        if np.isnan(cell):
            return None
        return f"{cell:.0f}" if cell.is_integer() else repr(float(cell))
    return " ".join(str(cell).split()) or None


def listed(rows: pd.Series) -> str:
    """Return the first rows, and how many there are when there are more.

    Parameters
    ----------
    rows : Series of str
        What problems call each row.

    Returns
    -------
    str
        Such as ``"#2, #5"``.
    """
    shown = ", ".join(rows.iloc[:_SHOWN_ROWS])
    return shown if len(rows) <= _SHOWN_ROWS else f"{shown} … ({len(rows)})"
