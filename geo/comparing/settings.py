"""What differs in the settings, the standard and the inputs of two runs: the reasons for all else that differs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

SETTING_COLUMNS = ["group", "key", "value_a", "value_b"]
INPUT_COLUMNS = ["role", "name_a", "name_b", "sha256_a", "sha256_b", "change"]
# Where a file was named and in which language was asked for changes no figure.
_NO_REASON = ("file_name", "language", "project.language")


def compare_settings(manifest_a: Mapping[str, Any], *, manifest_b: Mapping[str, Any]) -> pd.DataFrame:
    """List what two runs were told differently.

    Parameters
    ----------
    manifest_a, manifest_b : mapping
        What the manifests say.

    Returns
    -------
    DataFrame
        ``SETTING_COLUMNS``, one row per value that differs: ``group`` (``standard``, ``crs``, ``scenario``,
        ``options``, ``versions``), ``key`` (str: the path with dots, places in a list from 1), ``value_a``, ``value_b``
        (str, missing where nothing is set; a table that only one run has is one value). Groups in that order, keys by
        name.
    """
    rows = []
    was, now = _grouped(manifest_a, manifest_b), _grouped(manifest_b, manifest_a)
    for group in was:
        rows += [(group, *told) for told in _differing(was[group], now[group], "")]
    return pd.DataFrame(rows, columns=SETTING_COLUMNS, dtype=object)


def compare_inputs(inputs_a: Sequence[Mapping[str, Any]], *, inputs_b: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """List the files that two runs read, and which of them differ.

    Parameters
    ----------
    inputs_a, inputs_b : sequence of mapping
        ``inputs`` of the manifests: ``role``, ``name``, ``sha256``.

    Returns
    -------
    DataFrame
        ``INPUT_COLUMNS``, by role: ``change`` is ``same`` (the content is, whatever the name), ``content`` (one name,
        other content), ``other`` (another file), ``only_a``, ``only_b``; names and checksums are missing where there
        is no file.
    """
    left = [list(map(_file, inputs)) for inputs in (inputs_a, inputs_b)]
    rows = []
    for change, same in (("same", (0, 1, 2)), ("same", (0, 2)), ("content", (0, 1)), ("other", (0,))):
        rows += [(*_pair(one, other), change) for one, other in _take_pairs(left, same)]
    rows += [(*_pair(one, None), "only_a") for one in left[0]]
    rows += [(*_pair(None, one), "only_b") for one in left[1]]
    table = pd.DataFrame(rows, columns=INPUT_COLUMNS, dtype=object)
    table = table.assign(name=table["name_a"].where(table["name_a"].notna(), table["name_b"]))
    return table.sort_values(["role", "name"], kind="stable", ignore_index=True)[INPUT_COLUMNS]


def _grouped(manifest: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    standard = manifest["standard"]
    scenario = manifest.get("scenario") or {}
    own = [key for key in standard["services"] if key not in other["standard"]["services"]]
    return {
        "standard": {key: standard.get(key) for key in ("key", "source", "profiles")} | {"own_services": own},
        "crs": manifest.get("crs") or {},
        "scenario": {key: scenario.get(key) for key in ("name", "edits")},
        "options": manifest["options"],
        "versions": manifest["versions"],
    }


def _differing(was: Any, now: Any, key: str) -> Iterator[tuple[str, str | None, str | None]]:  # noqa: ANN401 - JSON
    """Yield what differs by its path: a table that only one side has is told as one value."""
    if key in _NO_REASON or _text(was) == _text(now):
        return
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for name in sorted(was.keys() | now.keys()):
            yield from _differing(was.get(name), now.get(name), f"{key}.{name}" if key else str(name))
    elif _is_tables(was) and _is_tables(now):
        for number in range(max(len(was or ()), len(now or ()))):
            one, other = ((side or ())[number : number + 1] for side in (was, now))
            yield from _differing(one[0] if one else None, other[0] if other else None, f"{key}[{number + 1}]")
    else:
        yield key, _text(was) or None, _text(now) or None


def _is_tables(value: Any) -> bool:  # noqa: ANN401 - what JSON holds
    """Tell whether a value is a list of tables, or none."""
    return not value or (isinstance(value, list) and all(isinstance(part, Mapping) for part in value))


def _text(value: Any) -> str:  # noqa: ANN401 - what JSON holds
    """Write a value much as the project file would: a whole number without its point, nothing where nothing is set."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        told = ((name, _text(part)) for name, part in sorted(value.items()))
        return "; ".join(f"{name} = {part}" for name, part in told if part)
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_File = tuple[str, str, str]


def _file(told: Mapping[str, Any]) -> _File:
    return str(told.get("role", "")), str(told.get("name", "")), str(told.get("sha256", ""))


def _take_pairs(left: list[list[_File]], same: Sequence[int]) -> list[tuple[_File, _File]]:
    """Take out the files that are alike in some parts."""
    pairs = []
    for one in list(left[0]):
        alike = [other for other in left[1] if all(one[part] == other[part] for part in same)]
        if alike:
            pairs.append((one, alike[0]))
            left[0].remove(one)
            left[1].remove(alike[0])
    return pairs


def _pair(one: _File | None, other: _File | None) -> tuple[str, str | None, str | None, str | None, str | None]:
    known = one or other or ("", "", "")
    return (
        known[0],
        one[1] if one else None,
        other[1] if other else None,
        one[2] if one else None,
        other[2] if other else None,
    )
