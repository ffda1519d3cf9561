"""What speaks for a guess, as comments of the project file, and the keys that follow from it."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.folder.files import folder_rules
from data.folder.guess import Candidate
from data.folder.looks import Look
from data.folder.roles import typed_rows
from data.folder.toml_text import toml_comment, toml_inline, toml_string
from data.problems import Severity
from data.tables.aliases import Column, aliases, plain
from data.tables.matching import match_headings
from data.words import Words

Place = tuple[float, float]
DOUBT = "??"
_SPLIT = "/／、或"
_READING = re.compile(r"(-?[\d.]+)°E (-?[\d.]+)°N")
_SHIFTS = ("gcj02", "bd09", "wgs84")


@dataclass(frozen=True)
class Keys:
    """Hold the keys of one table of the project, and what is said of them.

    Parameters
    ----------
    comments : tuple of str
        Evidence and doubts, each a comment.
    lines : tuple of str
        The keys, and such as are commented out.
    """

    comments: tuple[str, ...]
    lines: tuple[str, ...]


def doubt(text: str) -> str:
    """Write a comment that asks to be looked at."""
    return toml_comment(f"{DOUBT} {text}")


def describe(look: Look, *, say: Words) -> str:
    """Tell in one line what a layer is.

    Parameters
    ----------
    look : Look
        The layer.
    say : Words
        The text catalogue.

    Returns
    -------
    str
        File, number and kind of its features, format, encoding and coordinate system.
    """
    file = f"{look.file} / {look.layer}" if look.layer else look.file
    if look.kind == "osm" and len(look.rows):
        counts = dict(zip(look.rows["what"], look.rows["count"], strict=True))
        return say("init.look", file=file, what=say("init.osm_parts", **counts))
    parts = [say("init.kind.uncounted")] if look.count < 0 and look.kind in ("point", "table") else []
    if look.count >= 0 or look.kind in ("graph", "raster"):
        parts = [say(f"init.kind.{look.kind}", count=look.count)]
    parts += [look.how.format, _decided(look.how.encoding, "encoding_by", look.how.encoding_by, say)]
    parts += [_decided(look.how.crs, "crs_by", look.how.crs_by, say)]
    parts += [] if look.is_whole or look.kind == "graph" else [say("init.head_only")]
    return say("init.look", file=file, what=say("cli.list_mark").join(part for part in parts if part))


def keys_of(candidate: Candidate, *, path: str, near: Place | None, say: Words) -> Keys:
    """Write the keys that a layer of places has.

    Parameters
    ----------
    candidate : Candidate
        The layer and what it is taken for.
    path : str
        Its path from the project file.
    near : tuple of float, optional
        Longitude and latitude of where the other layers lie, when they say.
    say : Words
        The text catalogue.

    Returns
    -------
    Keys
        Path, layer, service, fields; and coordinates where they are open.
    """
    look, role = candidate.look, candidate.role
    lines = [f"path = {toml_string(path)}"]
    if look.layer:
        lines.append(f"layer = {toml_string(look.layer)}")
    if role.service:
        lines += [doubt(say("init.service")), f"service = {toml_string(role.service)}"]
    guessed = guessed_fields(look, candidate)
    if guessed:
        lines += [doubt(say("init.fields")), f"fields = {toml_inline(guessed)}"]
    lines += _coordinates(look, role.role, near=near, say=say)
    return Keys((*evidence(candidate, say=say),), tuple(lines))


def evidence(candidate: Candidate, *, say: Words) -> Iterator[str]:
    """Yield the comments that say what speaks for a guess, and what is doubtful in it."""
    look, role = candidate.look, candidate.role
    yield toml_comment(describe(look, say=say))
    reasons = [say(f"init.reason.{key}") for key in role.reasons if say.get(f"init.reason.{key}")]
    if reasons:
        yield toml_comment(say("init.reasons", reasons=say("cli.list_mark").join(reasons)))
    if role.columns:
        told = [say("init.column", heading=heading, name=name) for name, heading in role.columns.items()]
        yield toml_comment(say("init.columns", columns=say("cli.list_mark").join(told)))
    guessed = guessed_fields(look, candidate).values()
    left = [heading for heading in role.left if heading not in guessed]
    if left:
        yield toml_comment(say("init.left", left=_listed(left, say)))
    names = _names(candidate)
    if names:
        yield toml_comment(say("init.names", names=_listed(names, say)))
    yield from _doubts(candidate, say)


def guessed_fields(look: Look, candidate: Candidate) -> dict[str, str]:
    """Return columns that are probably meant by headings that list several names, such as 床位/托位/学位.

    Parameters
    ----------
    look : Look
        The layer.
    candidate : Candidate
        What it is taken for.

    Returns
    -------
    dict of str to str
        Heading by column of the layer.
    """
    layer = "estates" if candidate.role.role == "ledger" else candidate.role.role
    if layer not in aliases().layers or not look.headings:
        return {}
    found: dict[str, str] = {}
    for column in aliases().layers[layer]:
        if column.name in candidate.role.columns:
            continue
        meant = [text for text in candidate.role.left if _lists(text, column) and text not in found.values()]
        if len(meant) == 1:
            found[column.name] = meant[0]
    return found


def _lists(text: str, column: Column) -> bool:
    """Tell whether a heading lists several names of one column and nothing else."""
    parts = [text]
    for sign in _SPLIT:
        parts = [piece for part in parts for piece in part.split(sign)]
    known = [plain(part) in column.headers or f"{plain(part)}数" in column.headers for part in parts]
    return len(parts) > 1 and sum(known) > len(parts) / 2


def _doubts(candidate: Candidate, say: Words) -> Iterator[str]:
    look = candidate.look
    if candidate.others:
        roles = say("cli.list_mark").join(say(f"init.role.{role}") for role in candidate.others)
        yield doubt(say("init.others", roles=roles))
    layer = "estates" if candidate.role.role == "ledger" else candidate.role.role
    if layer in aliases().layers and look.headings:
        _, told = match_headings(look.headings, layers=[layer], fields={}, place=look.file)
        for problem in told:
            yield doubt(f"{problem.what(say)}{problem.done(say)}")
    shown = folder_rules()["limits"]["shown"]
    serious = [one for one in look.problems if one.severity is not Severity.NOTE and not one.code.startswith("crs_")]
    for problem in list(dict.fromkeys(serious))[:shown]:
        yield doubt(problem.line(say))


def _coordinates(look: Look, role: str, *, near: Place | None, say: Words) -> list[str]:
    """Write what is open about the coordinate system, each choice commented out."""
    if look.readings:
        readings = _nearest(look.readings, near)
        listed = say("init.more", listed="; ".join(readings), count=look.readings.count(";") + 1)
        codes = [reading.split(" ")[0] for reading in readings]
        lines = [doubt(say("init.open_crs", readings=listed))]
        return lines + [toml_comment(f"coordinates = {toml_string(code)}") for code in dict.fromkeys(codes)]
    if look.kind in ("osm", "graph", "raster", "table"):
        return []
    if look.how.crs_by == "assumed" and role != "ledger":
        lines = [doubt(say("init.shift"))]
        return lines + [toml_comment(f"coordinates = {toml_string(system)}") for system in _SHIFTS]
    if look.how.crs_by == "numbers":
        code = look.how.crs.rpartition("(")[2].rstrip(")")
        return [doubt(say("init.assumed_crs")), toml_comment(f"coordinates = {toml_string(code)}")]
    return []


def _nearest(readings: str, near: Place | None) -> list[str]:
    """Return the readings that put a layer nearest to the others, or those in the middle of all."""
    listed = readings.split("; ")
    shown = folder_rules()["limits"]["shown"]
    if near is None:
        start = max((len(listed) - shown) // 2, 0)
        return listed[start : start + shown]
    return sorted(listed, key=lambda reading: _degrees_off(reading, near))[:shown]


def _degrees_off(reading: str, near: Place) -> float:
    found = _READING.search(reading)
    return abs(float(found[1]) - near[0]) + abs(float(found[2]) - near[1]) if found else math.inf


def _names(candidate: Candidate) -> list[str]:
    look = candidate.look
    role = {"ledger": "estates", "network": "roads"}.get(candidate.role.role, candidate.role.role)
    if look.rows.empty or "name" not in candidate.role.columns or role not in aliases().layers:
        return []
    names = typed_rows(look, role)["name"].dropna().astype(str)
    return list(dict.fromkeys(names))


def _listed(texts: Sequence[str], say: Words) -> str:
    shown = folder_rules()["limits"]["shown"]
    listed = say("cli.list_mark").join(texts[:shown])
    return listed if len(texts) <= shown else say("init.more", listed=listed, count=len(texts))


def _decided(name: str, table: str, decision: str, say: Words) -> str:
    if not name:
        return ""
    return say("report.value.decided", name=name, why=say(f"report.{table}.{decision}")) if decision else name
