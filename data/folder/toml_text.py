"""TOML written by hand, so that comments stand where they belong."""

import json
import re
import unicodedata
from collections.abc import Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_string(text: str) -> str:
    r"""Write a text as a basic string.

    Parameters
    ----------
    text : str
        Any text that can be UTF-8.

    Returns
    -------
    str
        In quotes; quotes, backslashes and control characters are escaped.
    """
    # JSON escapes all that TOML wants escaped but the sign DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(text: str) -> str:
    """Write a text as a key.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        As it is, or in quotes.
    """
    return text if _BARE.fullmatch(text) else toml_string(text)


def toml_inline(table: Mapping[str, str | Mapping[str, str]]) -> str:
    """Write a table on one line.

    Parameters
    ----------
    table : mapping of str to str or mapping
        Texts, or tables of texts.

    Returns
    -------
    str
        Such as ``{ path = "台账.xlsx", key = "编号" }``.
    """
    cells = (
        f"{toml_key(key)} = {toml_string(value) if isinstance(value, str) else toml_inline(value)}"
        for key, value in table.items()
    )
    return f"{{ {', '.join(cells)} }}"


def toml_comment(text: str) -> str:
    """Write a text as a comment.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        One line, without control characters or line breaks of any kind.
    """
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") else sign for sign in text)
    return f"# {plain}".rstrip()
