"""What is told of records that were put together, contradict each other, or may be one place."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from data.facilities.composing import SIZES
from data.facilities.grouping import Groups
from data.facilities.naming import merging_rules
from data.problems import Problem, note, warning
from data.words import LANGUAGES, Language, in_each_language


def merged_notes(own: pd.DataFrame, *, groups: Groups) -> tuple[Problem, ...]:
    """Tell which records were put together; a place of several services is told of once.

    Parameters
    ----------
    own : DataFrame
        The records that share a group, by group, as :func:`data.facilities.composing.ranked` gives them.
    groups : Groups
        The groups.

    Returns
    -------
    tuple of Problem
        A note per place.
    """
    joined = groups.joined.assign(group=groups.of_row[groups.joined["a"].to_numpy()])
    worst = joined.groupby("group").agg(metres=("metres", "max"), likeness=("likeness", "min"))
    figures = {group: (metres, likeness) for group, metres, likeness in worst.itertuples()}
    columns = own[["group", "origin", "name", "facility_id", "list"]].sort_values(["group", "origin"], kind="stable")
    told: set[tuple[str, ...]] = set()
    problems = []
    for group, rows in _by_group(columns):
        origins, names, ids, lists = (tuple(column) for column in zip(*rows, strict=True))
        if origins in told:
            continue
        told.add(origins)
        metres, likeness = figures[group]
        problems.append(
            note(
                "facility_merged",
                file=", ".join(dict.fromkeys(lists)),
                feature=", ".join(ids),
                value=" = ".join(dict.fromkeys(name for name in names if isinstance(name, str)) or ids),
                rows=", ".join(origins),
                metres=_figure(metres, 0),
                likeness=_figure(likeness, 2),
            )
        )
    return tuple(problems)


def _by_group(columns: pd.DataFrame) -> Iterator[tuple[int, list[tuple[str, ...]]]]:
    """Yield the rows of each group as plain tuples: thousands of small frames would take their time."""
    rows: list[tuple[str, ...]] = []
    before: int | None = None
    for group, *row in columns.itertuples(index=False, name=None):
        if before is not None and group != before:
            yield before, rows
            rows = []
        rows.append(tuple(row))
        before = group
    if before is not None:
        yield before, rows


def contradictions(own: pd.DataFrame) -> tuple[Problem, ...]:
    """Tell where the records of one place say different things.

    Parameters
    ----------
    own : DataFrame
        As for :func:`merged_notes`; of what is known in a group the first was taken.

    Returns
    -------
    tuple of Problem
        A warning for each size and each state that differs.
    """
    by_group = own.groupby("group", sort=False)
    problems: list[Problem] = []
    for size in SIZES:
        values = by_group[size]
        differs = values.max() - values.min() > merging_rules()["likeness"]["size_share"] * values.max().abs()
        for group in differs.index[differs]:
            known = own[(own["group"] == group) & own[size].notna()]
            texts = [f"{value:.10g}" for value in known[size]]
            problems.append(
                warning("facility_sizes_unlike", field=size, said=_said(known, texts), taken=texts[0], **_place(known))
            )
    closed = (own["status"] == "closed").groupby(own["group"], sort=False)
    differs = closed.max() & ~closed.min()
    for group in differs.index[differs]:
        rows = own[own["group"] == group]
        words = [_status_words(state) for state in rows["status"].where(rows["status"].notna(), "unsaid")]
        said = {lang: _said(rows, [one[lang] for one in words]) for lang in LANGUAGES}
        taken = _status_words(rows["status"].dropna().iloc[0])
        problems.append(warning("facility_states_unlike", field="status", said=said, taken=taken, **_place(rows)))
    return tuple(problems)


def doubts(places: pd.DataFrame, *, groups: Groups) -> tuple[Problem, ...]:
    """Ask about pairs that may be one place; of a place of several services once.

    Parameters
    ----------
    places : DataFrame
        All records, index 0..n-1.
    groups : Groups
        The groups.

    Returns
    -------
    tuple of Problem
        A warning per pair.
    """
    told: dict[tuple[str, ...], Problem] = {}
    for pair in groups.doubtful.itertuples(index=False):
        own = places.iloc[[pair.a, pair.b]]
        first, second = own["name"].where(own["name"].notna(), own["facility_id"])
        ids = own["facility_id"].tolist()
        rows = tuple(sorted(own["origin"]))
        if rows not in told:
            told[rows] = warning(
                "facility_doubtful",
                file=", ".join(dict.fromkeys(own["list"])),
                feature=", ".join(ids),
                value=first,
                other=second,
                rows=", ".join(rows),
                metres=_figure(pair.metres, 0),
                likeness=_figure(pair.likeness, 2),
                why=in_each_language(f"terms.doubt.{pair.why}", default=pair.why),
                pair="[" + ", ".join(f'"{identifier}"' for identifier in ids) + "]",
            )
    return tuple(told.values())


def _place(rows: pd.DataFrame) -> dict[str, str]:
    identifier = str(rows["facility_id"].iloc[0])
    names = rows["name"].dropna()
    file = ", ".join(dict.fromkeys(rows["list"]))
    return {"file": file, "feature": identifier, "value": names.iloc[0] if len(names) else identifier}


def _said(rows: pd.DataFrame, values: Sequence[str]) -> str:
    return ", ".join(f"{value} ({origin})" for value, origin in zip(values, rows["origin"], strict=True))


def _status_words(status: str) -> dict[Language, str]:
    return in_each_language(f"terms.status.{status}", default=status)


def _figure(value: float, digits: int) -> str:
    return "—" if np.isnan(value) else f"{value:.{digits}f}"
