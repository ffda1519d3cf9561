"""What stands in the survey form: its columns with headings that the reader of ledgers knows, and what is known."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pandas as pd

from data.results import SurveyResults
from data.tables.aliases import aliases
from data.tables.headers import heading_of
from data.tables.states import STATES
from data.words import Words

_FIGURES = (
    "households", "people", "elderly", "children", "infants", "floor_area_m2", "buildings", "built_year_min",
    "built_year_max", "storeys", "units", "lift_units", "parking_spaces", "green_area_m2", "ebike_ports",
    "ev_chargers", "property_room_m2", "willing_percent", "pipe_year", "road_year",
)  # fmt: skip


@dataclass(frozen=True)
class FormColumn:
    """Describe one column of the form.

    Parameters
    ----------
    key : str
        Column of the ledger.
    title : str
        What the heading says.
    group : str
        What stands above the headings of its group.
    kind : {"text", "number", "state", "choice"}
        What its cells may hold.
    choices : tuple of str
        Words to choose from; empty where any text or number may stand.
    values : tuple
        Text, number or None by estate.
    """

    key: str
    title: str
    group: str
    kind: str
    choices: tuple[str, ...]
    values: tuple[object, ...]


@dataclass(frozen=True)
class Form:
    """Hold the form.

    Parameters
    ----------
    columns : tuple of FormColumn
        Columns in order.
    left_out : tuple of str
        Names of items that the reader of ledgers does not know.
    clauses : mapping of str to str
        By category where its items stand.
    known, unknown : int
        States of items that are filled in, and that are not.
    """

    columns: tuple[FormColumn, ...]
    left_out: tuple[str, ...]
    clauses: Mapping[str, str]
    known: int
    unknown: int


def make_form(results: SurveyResults, *, say: Words) -> Form:
    """Make the form of a result.

    Parameters
    ----------
    results : SurveyResults
        What is known.
    say : Words
        The text catalogue in the language of the form.

    Returns
    -------
    Form
        One value per estate and column, in the order of the estates; what was estimated is left empty.
    """
    layout = tomllib.loads(files("maps.forms").joinpath("survey_form.toml").read_text("utf-8"))
    names = {key: service["name"] for key, service in results.manifest["standard"]["services"].items()}
    estates = _with_texts(results.estates)
    before, behind = ([_fact(row, estates, names, say) for row in layout[part]] for part in ("before", "behind"))
    listed = results.inventory.drop_duplicates("item")
    states = results.inventory.pivot(index="estate_id", columns="item", values="state")
    states = states.reindex(results.estates["estate_id"])
    items = [_item(row, names, states[row["item"]], say) for row in listed.to_dict("records")]
    found = tuple(item for item in items if item is not None)
    missed = [row["item"] for row, item in zip(listed.to_dict("records"), items, strict=True) if item is None]
    known = sum(value is not None for item in found for value in item.values)
    return Form(
        columns=(*before, *found, *behind),
        left_out=tuple(names[key][say.language] for key in missed),
        clauses=listed.drop_duplicates("category").set_index("category")["clause"].to_dict(),
        known=known,
        unknown=len(found) * len(results.estates) - known,
    )


def _with_texts(estates: pd.DataFrame) -> pd.DataFrame:
    """Make every column but those of figures one of texts: an empty one comes back from the file as figures."""
    texts = [name for name in estates if name not in _FIGURES]
    plain = estates[texts].astype(object)
    return estates.assign(**plain.where(plain.notna(), None))


def _item(row: Mapping[str, Any], names: Mapping[str, Any], states: pd.Series, say: Words) -> FormColumn | None:
    """Return the column of an item under the first of its names that the reader knows; None where it knows none."""
    column = next((one for one in aliases().layers["estates"] if one.name == row["item"]), None)
    if column is None:
        return None
    own = [names[row["item"]][say.language], *([row["wording"]] if say.language == "zh" else [])]
    known = [name for name in reversed(own) if name and heading_of(name).labels[0] in column.headers]
    words = {state: say(f"terms.inventory.{state}") for state in STATES}
    values = tuple(None if state == "unknown" else words[state] for state in states)
    title = known[0] if known else column.headers[0]
    return FormColumn(
        column.name, title, say(f"survey.group.{row['category']}"), "state", tuple(words.values()), values
    )


def _fact(row: Mapping[str, Any], estates: pd.DataFrame, names: Mapping[str, Any], say: Words) -> FormColumn:
    key, kind = row["key"], row["kind"]
    table = row.get("choices", "")
    choices = {one.removeprefix(f"{table}."): word for one, word in say.entries.items() if one.startswith(f"{table}.")}
    values = _values(key, kind, estates, names if kind == "items" else choices, say)
    if kind == "place" and any(values):
        # An empty cell below a name that is written once would be read as the same name.
        values = tuple(value or say("terms.inventory.unknown") for value in values)
    shown = {"number": "number", "choice": "choice"}.get(kind, "text")
    title, group = say(f"survey.column.{key}"), say(f"survey.group.{row['group']}")
    return FormColumn(key, title, group, shown, tuple(choices.values()) if kind == "choice" else (), values)


def _values(key: str, kind: str, estates: pd.DataFrame, words: Mapping[str, Any], say: Words) -> tuple[object, ...]:
    """Return what is recorded of each estate; figures that were estimated are not."""
    if kind == "year":
        return tuple(
            _year(first, last, say)
            for first, last in zip(estates["built_year_min"], estates["built_year_max"], strict=True)
        )
    if kind == "items":
        unclear = estates["items_unclear"] if key == "done_items" else [None] * len(estates)
        named = {one: name[say.language] for one, name in words.items()}
        return tuple(_listed(keys, more, named, say) for keys, more in zip(estates[key], unclear, strict=True))
    if kind == "exclusions":
        # What a layer of areas excludes is told by the layer again.
        keys = estates[key].where(estates["excluded_by"].isna(), None)
        named = {one: say(f"terms.exclusion.{one}") for one in ("expropriation", "shantytown", "dangerous_d")}
        return tuple(
            _listed(own, more, named, say) for own, more in zip(keys, estates["excluded_unclear"], strict=True)
        )
    missing = estates["missing"].fillna("").str.split(";")
    values = [None if key in gone else value for gone, value in zip(missing, estates[key], strict=True)]
    return tuple(_plain(words.get(str(value), value) if kind == "choice" else value) for value in values)


def _year(first: float, last: float, say: Words) -> str | None:
    if math.isnan(first) and math.isnan(last):
        return None
    facts = {"first": f"{first:.0f}", "last": f"{last:.0f}"}
    if first == last:
        return facts["first"]
    side = "until" if math.isnan(first) else "since" if math.isnan(last) else "span"
    return say(f"survey.year.{side}", **facts)


def _listed(keys: str | None, more: str | None, words: Mapping[str, str], say: Words) -> str | None:
    parts = [words.get(key, key) for key in (keys or "").split(";") if key]
    return say("tables.book.separator").join([*parts, *([more] if more else [])]) or None


def _plain(value: object) -> object:
    return None if value is None or value == "" or (isinstance(value, float) and math.isnan(value)) else value


def guide_lines(form: Form, *, facts: Mapping[str, str], say: Words) -> Sequence[tuple[str, str]]:
    """Say how the form is filled in.

    Parameters
    ----------
    form : Form
        The form.
    facts : mapping of str to str
        ``standard``, ``file`` and ``code``: title of the standard, name of the file, heading of the codes.
    say : Words
        The text catalogue.

    Returns
    -------
    sequence of (str, str)
        Lines: a text, or a word and its meaning.
    """
    lines = [
        (say(f"survey.guide.{key}", **facts), "")
        for key in ("purpose", "blank", "key", "figures", "years", "past", "back")
    ]
    lines += [(say("survey.guide.words"), "")]
    lines += [(say(f"terms.inventory.{state}"), say(f"survey.meaning.{state}")) for state in STATES]
    clauses = {key: clause for key, clause in form.clauses.items() if clause}
    if clauses:
        lines += [(say("survey.guide.clauses"), "")]
        lines += [(say(f"terms.category.{key}"), clause) for key, clause in clauses.items()]
    if form.left_out:
        items = say("tables.book.separator").join(form.left_out)
        lines += [(say("survey.guide.left_out", items=items), "")]
    return lines
