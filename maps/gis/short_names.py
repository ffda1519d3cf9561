"""Short names of fields for dBASE, which holds 10 bytes: ASCII, so that joins and scripts of every ArcGIS take them.

Chinese names would hold five characters, and programs that miss the code page show them broken and cannot be told so.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

LONGEST = 10


def short_names(columns: Iterable[str]) -> dict[str, str]:
    """Give every column a name of at most 10 characters that no other has, whatever the case.

    Parameters
    ----------
    columns : iterable of str
        Names of the columns of one layer, ASCII.

    Returns
    -------
    dict of str to str
        Short names by column, in the order given; a column that is short enough keeps its name.
    """
    wanted = list(columns)
    names = {column: column for column in wanted if len(column) <= LONGEST}
    taken = {name.lower() for name in names.values()}
    for column in wanted:
        if column not in names:
            names[column] = _free(_shortened(column), taken)
            taken.add(names[column].lower())
    return {column: names[column] for column in wanted}


@cache
def _abbreviations() -> Mapping[str, str]:
    read = tomllib.loads(files("maps.gis").joinpath("shapefiles.toml").read_text("utf-8"))
    return dict(read["short"])


def _shortened(column: str) -> str:
    """Abbreviate the words of a name, and shorten the longest one as long as it is too long."""
    words = [_abbreviations().get(word, word) for word in column.split("_")]
    while len("_".join(words)) > LONGEST:
        longest = max(range(len(words)), key=lambda number: len(words[number]))
        if len(words[longest]) == 1:
            return "".join(words)[:LONGEST]
        words[longest] = words[longest][:-1]
    return "_".join(words)


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free.lower() in taken:
        number += 1
        free = f"{name[: LONGEST - len(str(number))]}{number}"
    return free
