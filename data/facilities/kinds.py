"""Which services the rows of one list are: declared for all, or told row by row by code, tags, type or name."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import MissingColumnError
from data.facilities.status import living_tags, status_rules
from data.problems import Problem, error, note, warning
from data.standards.classify import classify_amap, classify_tags, classify_words
from data.standards.files import vocabulary
from data.standards.rules import Rules, facility_rules
from data.tables.aliases import aliases
from data.words import LANGUAGES

_SHOWN = 3
_CODE = r"(?<!\d)\d{5,6}(?!\d)"
_WORDS = ("service", "type_code", "type_text", "name")
# Keys that say nothing of a service by themselves, such as opening_hours; they count beside one that does.
_BESIDE = ("name", "name:zh", "name:en", "official_name", "opening_date", "end_date")


@dataclass(frozen=True)
class Kinds:
    """Hold the services of a list.

    Parameters
    ----------
    found : DataFrame
        ``row`` (int64, position) and ``kind`` (str, service), one line per row and service.
    life : array of object
        What tags of OpenStreetMap say of operation: ``closed``, ``planned`` or None, row by row.
    problems : tuple of Problem
        What is no facility, and what was declared and looks like something else.
    """

    found: pd.DataFrame
    life: np.ndarray
    problems: tuple[Problem, ...]


def facility_kinds(frame: pd.DataFrame, *, declared: str | None, place: str, date: str = "") -> Kinds:
    """Tell the services of the rows of a list.

    Where the project declares no service, the first of these that a row has decides: its service, its type code, its
    tags of OpenStreetMap, its type, its name.

    Parameters
    ----------
    frame : DataFrame
        Any of ``service``, ``type_code``, ``type_text``, ``name`` and columns called by keys of OpenStreetMap.
    declared : str or None
        Service that the project declares for the whole list.
    place : str
        What problems call the file.
    date : str
        Day of the plan, ISO; empty where it has none.

    Returns
    -------
    Kinds
        The services; gates and other parts of a place are none, whatever is declared.

    Raises
    ------
    MissingColumnError
        When nothing is declared and no column says what the rows are.
    """
    rules = facility_rules()
    names = texts_of(frame, "name")
    tags, life = living_tags(row_tags(frame), date=date)
    if declared is None and not any(column in frame for column in _WORDS) and not any(tags):
        raise MissingColumnError(_no_column(frame, place))
    is_part = np.array([_is_part(name, rules) for name in names], bool)
    told = classify_words(pd.Series(None, frame.index, dtype=object), names, rules=rules)
    if declared is not None:
        found = pd.DataFrame({"row": np.flatnonzero(~is_part), "kind": declared})
        unlike = _unlike(frame, told, declared, place) if declared in rules.kinds else ()
        problems = [*_parts(frame, is_part, place), *unlike]
        return Kinds(found.astype({"row": np.int64}), life, tuple(problems))
    found, decided = _row_by_row(frame, tags, told, rules)
    is_part &= ~np.isin(np.arange(len(frame)), found["row"])
    word = _deciding_words(frame, tags, decided)
    problems = [*_parts(frame, is_part, place), *_unknown(frame, found, is_part, word, place)]
    return Kinds(found, life, tuple(problems))


def texts_of(frame: pd.DataFrame, name: str) -> "pd.Series[str]":
    """Return a column of texts, None throughout where there is none.

    Parameters
    ----------
    frame : DataFrame
        The rows.
    name : str
        The column.

    Returns
    -------
    Series of str
        Of the index of the frame.
    """
    return frame[name] if name in frame else pd.Series(None, frame.index, dtype=object)


def row_tags(frame: pd.DataFrame) -> list[dict[str, str]]:
    """Collect the tags of OpenStreetMap that columns of a list hold, as other tools export them.

    Parameters
    ----------
    frame : DataFrame
        The rows.

    Returns
    -------
    list of dict of str to str
        Row by row; empty where no column is called by a key that tells a service.
    """
    rules, life = facility_rules(), status_rules()["osm"]
    telling = {key for rule in rules.tag_rules for key, _ in rule.tags}
    prefixes = [*life["closed_prefixes"], *life["planned_prefixes"]]
    telling |= {f"{prefix}:{key}" for prefix in prefixes for key in life["keys"]}
    beside = {key for rule in rules.tag_rules for key, _ in rule.unless}
    beside |= {*_BESIDE, *life["closed_if"], *life["planned_if"]}
    columns = [column for column in frame.columns if column in telling]
    if not columns:
        return [{} for _ in range(len(frame))]
    wanted = [*columns, *(column for column in frame.columns if column in beside - telling)]
    cells = [frame[column].astype(object).where(frame[column].notna(), None).to_list() for column in wanted]
    told = [
        {key: str(cell) for key, cell in zip(wanted, row, strict=True) if cell is not None}
        for row in zip(*cells, strict=True)
    ]
    return [own if any(column in own for column in columns) else {} for own in told]


def _row_by_row(
    frame: pd.DataFrame, tags: Sequence[Mapping[str, str]], by_name: pd.DataFrame, rules: Rules
) -> tuple[pd.DataFrame, np.ndarray]:
    """Let the first column that says something decide, and tell for each row which one that was."""
    names = texts_of(frame, "name")
    codes = texts_of(frame, "type_code")
    coded = codes.astype(object).where(codes.astype("str").str.contains(_CODE).fillna(False), None)
    deciding: dict[str, tuple[np.ndarray, Callable[[], pd.DataFrame]]] = {
        "service": (_filled(texts_of(frame, "service")), lambda: _words(frame, "service", names, rules)),
        "type_code": (_filled(coded), lambda: classify_amap(coded, names, rules=rules)),
        "tags": (np.array([bool(own) for own in tags], bool), lambda: classify_tags(tags, rules=rules)),
        "type_text": (_filled(texts_of(frame, "type_text")), lambda: _words(frame, "type_text", names, rules)),
        "name": (np.ones(len(frame), bool), lambda: by_name),
    }
    decided = np.full(len(frame), "", object)
    found = []
    for column, (says, classify) in deciding.items():
        mine = says & (decided == "")
        decided[mine] = column
        if mine.any():
            own = classify()
            found.append(own[mine[own["row"].to_numpy(np.int64)]])
    whole = pd.concat(found, ignore_index=True) if found else by_name
    return whole.sort_values("row", kind="stable", ignore_index=True), decided


def _words(frame: pd.DataFrame, column: str, names: "pd.Series[str]", rules: Rules) -> pd.DataFrame:
    return classify_words(texts_of(frame, column), names, rules=rules)


def _filled(cells: "pd.Series[str]") -> np.ndarray:
    empty = aliases().words["missing"]
    said: np.ndarray = cells.notna().to_numpy() & ~cells.astype("str").str.strip().isin(empty).to_numpy()
    return said


def _is_part(name: object, rules: Rules) -> bool:
    return isinstance(name, str) and rules.is_part(name.strip())


def _no_column(frame: pd.DataFrame, place: str) -> Problem:
    expected = ", ".join(
        f"{column.name} ({'、'.join(column.headers[:_SHOWN])})"
        for column in aliases().layers["facilities"]
        if column.name in _WORDS
    )
    columns = ", ".join(str(column) for column in frame.columns if column not in ("geometry", "row"))
    return error("facility_no_kind", file=place, expected=expected, allowed=columns or "—")


def _shown(frame: pd.DataFrame, rows: np.ndarray) -> dict[str, object]:
    names = texts_of(frame.iloc[rows], "name").dropna().astype(str)
    return {"count": len(rows), "names": "、".join(names.iloc[:_SHOWN]) or "—"}


def _parts(frame: pd.DataFrame, is_part: np.ndarray, place: str) -> Iterator[Problem]:
    if is_part.any():
        yield note("facility_part", file=place, **_shown(frame, np.flatnonzero(is_part)))


def _unlike(frame: pd.DataFrame, told: pd.DataFrame, declared: str, place: str) -> Iterator[Problem]:
    """Tell of rows whose names say another service than the one that is declared for all of them."""
    fits = set(told.loc[told["kind"] == declared, "row"])
    others = told[~told["row"].isin(fits)]
    for kind, rows in others.groupby("kind", sort=True)["row"]:
        shown = _shown(frame, rows.to_numpy(np.int64))
        yield warning("facility_not_as_declared", file=place, field="service", value=declared,
                      declared=_label(declared), looks=_label(kind), **shown)  # fmt: skip


def _label(service: str) -> Mapping[str, str]:
    known = vocabulary()
    return known[service].name if service in known else dict.fromkeys(LANGUAGES, service)


def _deciding_words(frame: pd.DataFrame, tags: Sequence[Mapping[str, str]], decided: np.ndarray) -> np.ndarray:
    """Return the word that decided on each row, a dash where the name did."""
    word = np.full(len(frame), "—", object)
    for column in ("service", "type_code", "type_text"):
        mine = decided == column
        word[mine] = texts_of(frame, column).astype(object).fillna("—").astype(str).to_numpy()[mine]
    for row in np.flatnonzero(decided == "tags").tolist():
        word[row] = next((f"{key}={value}" for key, value in tags[row].items() if key not in _BESIDE), "—")
    return word


def _unknown(
    frame: pd.DataFrame, found: pd.DataFrame, is_part: np.ndarray, word: np.ndarray, place: str
) -> Iterator[Problem]:
    """Tell, once per word, which rows are of no service; parts of a place are told of elsewhere."""
    rest = ~is_part
    rest[found["row"].to_numpy(np.int64)] = False
    path = facility_rules().type_path
    # A web map holds much that is no service; a list that somebody drew up should not.
    from_map = "type_code" in frame
    for kind, rows in pd.Series(np.flatnonzero(rest)).groupby(word[rest], sort=True):
        is_usual = from_map or "=" in kind or (path is not None and path.search(kind) is not None)
        make = note if is_usual else warning
        yield make("facility_unclassified", file=place, value=kind, **_shown(frame, rows.to_numpy()))


def service_key(said: str) -> str:
    """Return the key of a service that is called by its key or its name in either language.

    Parameters
    ----------
    said : str
        ``elder_care``, ``养老服务设施`` or ``Elder care``.

    Returns
    -------
    str
        The key; what was said where no service is called so.
    """
    rules, label = facility_rules(), unicodedata.normalize("NFKC", said).strip().casefold()
    return next((key for key, labels in zip(rules.kinds, rules.labels, strict=True) if label in labels), said)
