"""Columns as dBASE can hold them: GBK texts of at most 254 bytes, whole numbers, and what that did to them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from maps.plain_text import plain_text

ENCODING = "gbk"
LONGEST_BYTES = 254
# The mark of a missing type, which Chinese printers know; GBK holds it.
GETA = "〓"
# A number field of 9 digits is what ArcGIS calls a long integer; wider ones become doubles.
_MOST = 999_999_999
Kind = Literal["text", "integer", "number", "yes"]


@dataclass(frozen=True)
class Field:
    """Hold one column as it is written.

    Parameters
    ----------
    values : Series
        Texts, whole numbers (``Int32``) or numbers.
    kind : {"text", "integer", "number", "yes"}
        What it holds.
    replaced, cut : int
        Rows whose text lost characters to the mark, and whose text was too long.
    """

    values: pd.Series
    kind: Kind
    replaced: int = 0
    cut: int = 0


def dbase_field(values: pd.Series) -> Field:
    """Make a column fit.

    Parameters
    ----------
    values : Series
        Any column; what is neither number nor bool is text.

    Returns
    -------
    Field
        The column; numbers that are not finite are missing in it.
    """
    if is_bool_dtype(values):
        return Field(values.astype("Int32"), "yes")
    if is_numeric_dtype(values):
        figures = values.astype(float).where(np.isfinite(values.astype(float)))
        known = figures.dropna()
        is_whole = bool((known == known.round()).all() and (known.abs() <= _MOST).all())
        return Field(figures.astype("Int32"), "integer") if is_whole else Field(figures, "number")
    return _texts(values)


def _texts(values: pd.Series) -> Field:
    known = values.notna()
    plain = {text: gbk_text(plain_text(str(text))) for text in values[known].unique()}
    made = [plain[text] if there else None for text, there in zip(values, known, strict=True)]
    found = [one for one in made if one is not None]
    return Field(
        pd.Series([None if one is None else one[0] for one in made], index=values.index, dtype=object),
        "text",
        replaced=sum(one[1] for one in found),
        cut=sum(one[2] for one in found),
    )


def gbk_text(text: str) -> tuple[str, bool, bool]:
    """Make a text fit into a field of GBK.

    Parameters
    ----------
    text : str
        A text without control characters.

    Returns
    -------
    tuple of str, bool and bool
        The text with a mark for each character that GBK does not have, cut between characters at 254 bytes; whether any
        was replaced; whether it was cut.
    """
    held = "".join(char if _is_held(char) else GETA for char in text)
    coded = held.encode(ENCODING)
    if len(coded) <= LONGEST_BYTES:
        return held, held != text, False
    return coded[:LONGEST_BYTES].decode(ENCODING, "ignore"), held != text, True


def _is_held(char: str) -> bool:
    """Tell whether GBK holds a character, so that it comes back the same."""
    try:
        return char.encode(ENCODING).decode(ENCODING) == char
    except UnicodeEncodeError:
        return False
