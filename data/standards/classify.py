"""Classification: which kinds a place is, by its tags, its type codes or its declared words.

Each kernel returns the same frame: ``row`` (int64, position in what was given) and ``kind`` (str), one line per place
and kind, in the order of the places and, within one, of the rules. A place may be of several kinds, or of none.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from data.standards.rules import CodeRule, NameRule, Rules, TagRule, Values

_CODE = re.compile(r"(?<!\d)\d{5,6}(?!\d)")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_SEPARATORS = re.compile(r"[;|、,/>\\+]")
_STEPS = re.compile(r"[;:>/\\]|--|(?<=[一-龥])-(?=[一-龥])")
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
    if not candidates:
        return set()
    allowed = rules.allowed(tags.get("name:zh") or tags.get("name") or "")
    name = "\n".join(tags[key] for key in _NAME_KEYS if key in tags)
    kinds = {rule.kind for rule in candidates if _rule_holds(rule, tags, name)}
    return kinds if allowed is None else kinds & allowed


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
    if len(codes) != len(named):
        raise ValueError(f"codes are {'shorter' if len(codes) < len(named) else 'longer'} than names")
    allowed = [rules.allowed(name) for name in named]
    cell_of_row, cells = pd.factorize(np.array(_texts(codes), object))
    cell_codes = [[code.zfill(6) for code in _CODE.findall(cell)] for cell in cells]
    pairs: list[tuple[int, int]] = []
    for rule in rules.code_rules:
        is_hit = np.array([any(map(rule.holds, own)) for own in cell_codes], bool)
        rows = np.flatnonzero(is_hit[cell_of_row]).tolist()
        pairs.extend(
            (row, rule.kind) for row in rows if rule.name.holds(named[row]) and _may_be(rule.kind, allowed[row])
        )
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
    declared = {text: _said(text, rules) for text in dict.fromkeys(texts) if text}
    pairs: list[tuple[int, int]] = []
    for row, (text, name) in enumerate(zip(texts, named, strict=True)):
        allowed = rules.allowed(name)
        kinds = _of_said(declared[text], name) if text else _kinds_of_name(name, allowed, rules)
        pairs.extend((row, kind) for kind in kinds if _may_be(kind, allowed))
    return _frame(pairs, rules)


def _may_be(kind: int, allowed: frozenset[int] | None) -> bool:
    return allowed is None or kind in allowed


def _of_said(said: tuple[frozenset[int], tuple[CodeRule, ...]], name: str) -> frozenset[int]:
    """Return the kinds that a text declares, and those that it leaves to the name."""
    kinds, coded = said
    return kinds | {rule.kind for rule in coded if rule.name.holds(name)}


def _said(text: str, rules: Rules) -> tuple[frozenset[int], tuple[CodeRule, ...]]:
    """Return the kinds that a text declares by its words, and the rules on codes that it stands for."""
    is_path, parts = _declared(text, rules)
    by_words = {part: _kinds_of_part(part, rules) for part in parts}
    # The last part of a path stands for a type code; what somebody wrote into a list means what it says.
    left = [part for part in parts if part in rules.type_codes and (is_path or not by_words[part])]
    codes = [rules.type_codes[part] for part in left]
    kinds = {kind for part in parts if part not in left for kind in by_words[part]}
    return frozenset(kinds), tuple(rule for rule in rules.code_rules if any(map(rule.holds, codes)))


def _declared(text: str, rules: Rules) -> tuple[bool, list[str]]:
    """Return whether a text is a path, and the kinds it declares: the last part of each, or every part of a list."""
    plain = unicodedata.normalize("NFKC", text)
    pieces = [piece.strip() for piece in plain.split("|")]
    if rules.type_path is not None and rules.type_path.search(plain):
        return True, [_STEPS.split(piece)[-1].strip() for piece in pieces]
    # A colon leads from the general to the particular in any list.
    return False, [part.split(":")[-1].strip() for part in _SEPARATORS.split(plain)]


def _kinds_of_part(part: str, rules: Rules) -> list[int]:
    label = part.casefold()
    return [kind for kind, words in rules.word_rules if words.holds(part) or label in rules.labels[kind]]


def _kinds_of_name(name: str, allowed: frozenset[int] | None, rules: Rules) -> frozenset[int]:
    """Return the kinds whose word stands last in a name, brackets aside: 中学路便利店 is a shop."""
    head = name if allowed is not None else _BRACKETS.sub("", name)
    if rules.other is not None and rules.other.search(head):
        return frozenset()
    words_of = [(kind, words) for kind, words in rules.word_rules if _may_be(kind, allowed)]
    ends = {kind: _end(words, head) for kind, words in words_of if words.holds(head)}
    last = max(ends.values(), default=0)
    return frozenset(kind for kind, end in ends.items() if end == last)


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
