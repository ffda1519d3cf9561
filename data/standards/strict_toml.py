"""TOML files that are checked whole: every wrong key and value is told at once, with what is allowed."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from data.errors import StandardError
from data.problems import Problem, error

_Model = TypeVar("_Model", bound="Table")
_MAX_VALUE_LENGTH = 80
# What a value looks like in TOML, by the kind of error that asks for it.
_WANTED = {
    "string": '"..."',
    "list": "[...]",
    "dict": "[...]",
    "model": "{ ... }",
    "bool": "true, false",
    "int": "1",
    "float": "1.5",
}


class Table(BaseModel):
    """Hold one table of a file; unknown keys and values of another type are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def read_toml(source: Traversable, *, name: str) -> dict[str, Any]:
    """Read a TOML file.

    Parameters
    ----------
    source : Traversable
        The file; a ``Path`` is one.
    name : str
        What messages call it.

    Returns
    -------
    dict
        Its tables.

    Raises
    ------
    StandardError
        When the file is missing, is not UTF-8 or is not TOML.
    """
    if not source.is_file():
        raise StandardError(error("missing_file", file=name))
    try:
        return tomllib.loads(source.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise StandardError(error("standard_not_utf8", file=name, position=fault.start)) from fault
    except tomllib.TOMLDecodeError as fault:
        raise StandardError(error("standard_not_toml", file=name, why=str(fault))) from fault


def check_tables(
    tables: Mapping[str, Any], *, model: type[_Model], name: str, context: Mapping[str, object] | None = None
) -> _Model:
    """Check the tables of a file against a model.

    Parameters
    ----------
    tables : mapping
        The tables as read.
    model : type of Table
        What they must be.
    name : str
        What messages call the file.
    context : mapping, optional
        What the validators of the model need to know.

    Returns
    -------
    Table
        The checked tables.

    Raises
    ------
    StandardError
        With one problem for each wrong key or value.
    """
    try:
        return model.model_validate(tables, context=context)
    except ValidationError as fault:
        problems = [_problem(detail, model=model, tables=tables, name=name) for detail in fault.errors()]
        raise StandardError(*problems) from fault


def _problem(detail: ErrorDetails, *, model: type[Table], tables: Mapping[str, Any], name: str) -> Problem:
    code, facts = _told(detail, model)
    value = "" if detail["type"] == "missing" else _shortened(detail["input"])
    feature, field = _label(tables, detail["loc"]), _place(detail["loc"])
    return error(code, file=name, feature=feature, field=field, value=value, **facts)


def _told(detail: ErrorDetails, model: type[Table]) -> tuple[str, dict[str, str]]:
    """Return the code of the problem and its facts."""
    kind, facts = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return "standard_unknown_key", {"allowed": ", ".join(_fields(model, detail["loc"][:-1]))}
    if kind == "missing":
        return "standard_missing_key", {}
    if kind in ("literal_error", "not_allowed"):
        return "standard_not_allowed", {"allowed": str(facts.get("allowed", facts.get("expected", "")))}
    if kind == "bad_regex":
        return "standard_bad_regex", {"why": str(facts["why"])}
    if kind.startswith("date"):
        return "standard_bad_date", {}
    if kind in ("finite_number", "greater_than", "greater_than_equal"):
        return "standard_bad_number", {}
    if kind in ("string_too_short", "too_short"):
        return "standard_empty", {}
    return "standard_bad_type", {"wanted": _WANTED.get(kind.split("_")[0], detail["msg"])}


def _fields(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """Return the keys that the table at a place may have."""
    for part in place:
        if part in model.model_fields:
            model = _inner(model.model_fields[str(part)].annotation) or model
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _inner(annotation: object) -> type[BaseModel] | None:
    """Return the model inside an annotation such as ``list[Row]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_inner(part) for part in get_args(annotation))
    return next((model for model in found if model), None)


def _place(parts: Sequence[int | str]) -> str:
    """Return the place as ``thresholds[2].value``; rows count from 1."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


def _label(tables: Mapping[str, Any], place: Sequence[int | str]) -> str:
    """Return what the row at a place calls itself."""
    row: Any = tables
    for part in place[:2]:
        inside = row.get(part) if isinstance(row, dict) else None
        row = row[part] if isinstance(row, list) and isinstance(part, int) else inside
    named = row if isinstance(row, dict) else {}
    label = named.get("key") or named.get("service") or ""
    return label if isinstance(label, str) else ""


def _shortened(value: object) -> str:
    text = str(value)
    return text if len(text) <= _MAX_VALUE_LENGTH else text[: _MAX_VALUE_LENGTH - 3] + "..."
