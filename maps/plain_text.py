"""Text that every file format can hold."""

import re

import pandas as pd

# What XML 1.0 forbids: control characters but tab and line feed, halves of surrogate pairs, two non-characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?")


def plain_text(text: str) -> str:
    """Take out what no spreadsheet or database can hold.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The same text with line feeds as line ends and without control characters and broken surrogates.
    """
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def plain_texts(texts: pd.Series) -> pd.Series:
    """Clean a column of texts; see :func:`plain_text`.

    Parameters
    ----------
    texts : Series of str
        Missing values are allowed.

    Returns
    -------
    Series of object
        Same index, ``str`` or None where the text is missing.
    """
    clean = [plain_text(str(text)) if known else None for text, known in zip(texts, texts.notna(), strict=True)]
    return pd.Series(clean, index=texts.index, dtype=object)
