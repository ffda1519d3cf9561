"""What the files say of a site beside its kind: whose it is, what may come there, and on which storey it lies."""

import re
import unicodedata
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from data.facilities.kinds import service_key
from data.problems import Problem, warning
from data.standards.classify import classify_words
from data.standards.rules import facility_rules
from data.tables.aliases import usual_heading
from data.tables.cells import listed
from data.tables.numerals import figure

SITE_TEXTS = ("owner", "allows", "storey")
_PARTS = re.compile(r"[、,;/|+&和及与或\s]+")
_ANY = re.compile(r"不限|均可|任意|都可以|any|all")
_GROUND = re.compile(r"首层|底层|地面层?|沿街|ground")
_STOREY = re.compile(r"(地下|负|-|b)?第?([0-9一二两三四五六七八九十.]+)(层|楼|f|storey|st|nd|rd|th)?.*")


def read_site_columns(
    texts: pd.DataFrame, *, labels: pd.Series, place: str
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read the columns of sites that are written in words.

    Parameters
    ----------
    texts : DataFrame
        ``owner``, ``allows``, ``storey`` (str, missing where nothing is written).
    labels : Series of str
        What problems call each row.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of DataFrame and tuple of Problem
        ``owner`` as written, ``allows`` (keys of services joined by ``;``, missing where any may come), ``storey``
        (float: 1 at street level, below 0 under it, NaN where nobody told); a warning per text that was not understood.
    """
    problems: list[Problem] = []
    read: Mapping[str, Callable[[str], object]] = {"allows": _services, "storey": _storey}
    made = {"owner": texts["owner"].astype(object).where(texts["owner"].notna(), None)}
    for name, reader in read.items():
        said = {text: reader(text) for text in texts[name].dropna().astype(str).unique()}
        for text in [text for text, value in said.items() if value is None]:
            rows = labels[texts[name] == text]
            problems.append(
                warning(
                    f"site_{name}_unread",
                    file=place,
                    feature=listed(rows),
                    field=usual_heading(name, layer="sites"),
                    value=text,
                )
            )
        made[name] = texts[name].map(said)
    made["storey"] = made["storey"].astype(float)
    made["allows"] = made["allows"].astype(object).where(made["allows"].notna() & (made["allows"] != ""), None)
    return pd.DataFrame(made), tuple(problems)


def _services(text: str) -> str | None:
    """Return the services a text names, empty for any, None where a part of it names none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _ANY.search(plain.casefold()):
        return ""
    parts = [part for part in _PARTS.split(plain) if part]
    keys = [_service(part) for part in parts]
    return ";".join(dict.fromkeys(filter(None, keys))) if all(keys) and keys else None


def _service(said: str) -> str | None:
    key = service_key(said)
    if key in facility_rules().kinds:
        return key
    found = classify_words(pd.Series([said]), pd.Series([None], dtype=object), rules=facility_rules())
    return str(found["kind"].iloc[0]) if len(found) else None


def _storey(text: str) -> float | None:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if _GROUND.search(plain):
        return 1.0
    found = _STOREY.fullmatch(plain)
    number = figure(found[2]) if found else np.nan
    if found is None or not np.isfinite(number) or number == 0:
        return None
    return -number if found[1] else number
