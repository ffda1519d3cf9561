"""Classification: which kinds a place is, by its tags, its type codes or its declared words.

Each kernel returns the same frame: ``row`` (int64, position in what was given) and ``kind`` (str), one line per place
and kind, in the order of the places and, within one, of the rules. A place may be of several kinds, or of none.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from data.standards.rules import NameRule, Rules, TagRule, Values

_CODE = re.compile(r"(?<!\d)\d{5,6}(?!\d)")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_SEPARATORS = re.compile(r"[;；|、,，]")
_NAME_KEYS = ("name", "name:zh", "official_name", "name:en")

_Pairs = Iterable[tuple[int, int]]
_TagIndex = dict[str, dict[str | None, list[TagRule]]]


def classify_tags(tags: Sequence[Mapping[str, str]], *, rules: Rules) -> pd.DataFrame:
    """Tell the kinds of features from their OpenStreetMap tags.

    Parameters
    ----------
    tags : sequence of mapping
        Tags of each feature.
    rules : Rules
        Such as :func:`data.standards.rules.facility_rules`.

    Returns
    -------
    DataFrame
        ``row`` and ``kind``.
    """
    index = _index_by_tag(rules.tag_rules)
    pairs = ((row, kind) for row, own in enumerate(tags) for kind in _kinds_of_tags(own, index, rules))
    return _frame(pairs, rules)


def _index_by_tag(tag_rules: Iterable[TagRule]) -> _TagIndex:
    """Return the rules by the key and value of their first condition; None stands for any value."""
    index: _TagIndex = {}
    for rule in tag_rules:
        key, values = rule.tags[0]
        for value in values or (None,):
            index.setdefault(key, {}).setdefault(value, []).append(rule)
    return index


def _kinds_of_tags(tags: Mapping[str, str], index: _TagIndex, rules: Rules) -> set[int]:
    candidates: list[TagRule] = []
    for key in index.keys() & tags.keys():
        by_value = index[key]
        for value in (None, *_values(tags[key])):
            candidates.extend(by_value.get(value, ()))
    if not candidates or rules.is_part(tags.get("name:zh") or tags.get("name") or ""):
        return set()
    name = "\n".join(tags[key] for key in _NAME_KEYS if key in tags)
    return {rule.kind for rule in candidates if _rule_holds(rule, tags, name)}


def _rule_holds(rule: TagRule, tags: Mapping[str, str], name: str) -> bool:
    if not all(_holds(tags, key, values) for key, values in rule.tags):
        return False
    return not any(_holds(tags, key, values) for key, values in rule.unless) and rule.name.holds(name)


def _holds(tags: Mapping[str, str], key: str, values: Values) -> bool:
    if key not in tags:
        return False
    if values is None:
        return tags[key] != "no"
    return not values.isdisjoint(_values(tags[key]))


def _values(text: str) -> list[str]:
    """Return the values of a tag; a semicolon separates several."""
    return [part.strip() for part in text.split(";")] if ";" in text else [text]


def classify_amap(codes: pd.Series, names: pd.Series, *, rules: Rules) -> pd.DataFrame:
    """Tell the kinds of places from their Amap type codes, and from their names where a code is a catch-all.

    Parameters
    ----------
    codes : Series
        Type codes, as texts or numbers; a cell may hold several joined by ``|``.
    names : Series
        Names, row by row.
    rules : Rules
        Such as :func:`data.standards.rules.facility_rules`.

    Returns
    -------
    DataFrame
        ``row`` and ``kind``.
    """
    named = _texts(names)
    coded = ["" if rules.is_part(name) else cell for cell, name in zip(_texts(codes), named, strict=True)]
    cell_of_row, cells = pd.factorize(np.array(coded, object))
    cell_codes = [[code.zfill(6) for code in _CODE.findall(cell)] for cell in cells]
    pairs: list[tuple[int, int]] = []
    for rule in rules.code_rules:
        is_hit = np.array([any(map(rule.holds, own)) for own in cell_codes], bool)
        rows = np.flatnonzero(is_hit[cell_of_row]).tolist()
        pairs.extend((row, rule.kind) for row in rows if rule.name.holds(named[row]))
    return _frame(pairs, rules)


def classify_words(type_text: pd.Series, names: pd.Series, *, rules: Rules) -> pd.DataFrame:
    """Tell the kinds of places from declared words of kind, and from the name where none is declared.

    Parameters
    ----------
    type_text : Series
        Declared words: ``养老``, ``elder_care``, ``养老、助餐``, ``科教文化服务;学校;幼儿园``; may be missing.
    names : Series
        Names, row by row.
    rules : Rules
        Such as :func:`data.standards.rules.facility_rules`.

    Returns
    -------
    DataFrame
        ``row`` and ``kind``.
    """
    texts, named = _texts(type_text), _texts(names)
    declared = {text: _kinds_of_text(text, rules) for text in dict.fromkeys(texts) if text}
    pairs: list[tuple[int, int]] = []
    for row, (text, name) in enumerate(zip(texts, named, strict=True)):
        if not rules.is_part(name):
            pairs.extend((row, kind) for kind in (declared[text] if text else _kinds_of_name(name, rules)))
    return _frame(pairs, rules)


def _kinds_of_text(text: str, rules: Rules) -> list[int]:
    found = {kind for part in _declared(text, rules) for kind in _kinds_of_part(part, rules)}
    return sorted(found)


def _declared(text: str, rules: Rules) -> list[str]:
    """Return the kinds a text declares: the last part of each path, or every part of a list."""
    pieces = text.split("|")
    if rules.type_path is not None and rules.type_path.search(text):
        return [piece.split(";")[-1].strip() for piece in pieces]
    return [part.strip() for part in _SEPARATORS.split(text)]


def _kinds_of_part(part: str, rules: Rules) -> list[int]:
    label = part.casefold()
    return [kind for kind, words in rules.word_rules if words.holds(part) or label in rules.labels[kind]]


def _kinds_of_name(name: str, rules: Rules) -> list[int]:
    """Return the kinds whose word stands last in a name, brackets aside: 中学路便利店 is a shop."""
    head = _BRACKETS.sub("", name)
    ends = {kind: _end(words, head) for kind, words in rules.word_rules if words.holds(head)}
    last = max(ends.values(), default=0)
    return [kind for kind, end in ends.items() if end == last]


def _end(words: NameRule, name: str) -> int:
    assert words.include is not None
    return max(match.end() for match in words.include.finditer(name))


def _texts(column: pd.Series) -> list[str]:
    """Return the cells as texts, empty where missing."""
    return ["" if missing else str(cell).strip() for cell, missing in zip(column, column.isna(), strict=True)]


def _frame(pairs: _Pairs, rules: Rules) -> pd.DataFrame:
    ordered = np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)
    kinds = np.array(rules.kinds, object)[ordered[:, 1]]
    return pd.DataFrame({"row": ordered[:, 0], "kind": pd.Series(kinds, dtype="str")})
