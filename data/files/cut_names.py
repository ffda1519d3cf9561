"""Column names that the shapefile format has cut after ten bytes, made whole where only one is possible."""

import re
from collections.abc import Mapping, Sequence

from data.files.encodings import Encoding
from data.problems import Problem, note, warning

# A name holds ten bytes; programs that cut between characters leave nine of Chinese in UTF-8.
_MIN_CUT_BYTES, _MAX_BYTES = 9, 10
_NUMBERED = re.compile(rb"^(.+)_\d+$", re.DOTALL)


def complete_names(
    raw_names: Sequence[bytes], *, encoding: Encoding, known: Mapping[str, str], place: str
) -> tuple[list[str], tuple[Problem, ...]]:
    """Decode the column names of a table, and complete those that were cut.

    The bytes of half a character tell more than the characters before it. A name that begins only one known heading is
    that heading; one that begins headings of several columns stays as it is.

    Parameters
    ----------
    raw_names : sequence of bytes
        As they stand in the file.
    encoding : Encoding
        Of the texts of the table.
    known : mapping of str to str
        Column of the layer by each heading it can have.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of list of str and tuple of Problem
        Names, each different; which were cut, completed, or could mean several columns.
    """
    # Half a character is left out, so that the name can be typed under fields.
    names = _unique([raw.decode(encoding.name, errors="ignore") for raw in raw_names])
    wanted = [_candidates(raw, raw_names, encoding, known) for raw in raw_names]
    meanings = [{known[heading] for heading in headings} for headings in wanted]
    cut, completed, unclear = [], [], []
    for at, (name, raw) in enumerate(zip(names, raw_names, strict=True)):
        if not wanted[at]:
            cut += [name] if encoding.is_cut(raw) else []
        elif len(meanings[at]) == 1 and meanings.count(meanings[at]) == 1:
            completed.append(f"{name} → {wanted[at][0]}")
            names[at] = wanted[at][0]
        else:
            unclear.append(warning("shapefile_name_unclear", file=place, field=name, value=", ".join(wanted[at])))
    told = [note("shapefile_names_cut", file=place, value=", ".join(cut))] if cut else []
    told += [warning("shapefile_names_completed", file=place, value=", ".join(completed))] if completed else []
    return _unique(names), (*told, *unclear)


def _candidates(raw: bytes, raw_names: Sequence[bytes], encoding: Encoding, known: Mapping[str, str]) -> list[str]:
    """Return the known headings that a name can be the beginning of; none for a name that is whole."""
    if len(raw) < _MIN_CUT_BYTES or encoding.text(raw) in known:
        return []
    numbered = _NUMBERED.match(raw)
    if numbered and len(raw) == _MAX_BYTES:
        # A number is put on a name that came out like an earlier one, so it began like that one.
        alike = [other for other in raw_names if other != raw and other.startswith(numbered[1])]
        return list(dict.fromkeys(heading for other in alike for heading in _begun(other, encoding, known)))
    return _begun(raw, encoding, known)


def _begun(raw: bytes, encoding: Encoding, known: Mapping[str, str]) -> list[str]:
    written = {heading: heading.encode(encoding.name, errors="ignore") for heading in known}
    return [heading for heading, whole in written.items() if len(whole) > len(raw) and whole.startswith(raw)]


def _unique(names: Sequence[str]) -> list[str]:
    """Return the names with numbers where they came out alike, so that no column takes the place of another."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return unique
