"""What the chapter is made of before it is a document: headings, paragraphs, tables and pictures in reading order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from maps.workbook.sheets import Column


@dataclass(frozen=True)
class Heading:
    """Hold a heading.

    Parameters
    ----------
    text : str
        The words, without a number.
    level : int
        1 for a section, 2 for what stands in it.
    """

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """Hold one paragraph.

    Parameters
    ----------
    text : str
        The words.
    role : {"body", "list", "note"}
        Running text, a point of a list, or small print below a table.
    """

    text: str
    role: Literal["body", "list", "note"] = "body"


@dataclass(frozen=True)
class Table:
    """Hold one table.

    Parameters
    ----------
    title : str
        What stands above it.
    columns : tuple of Column
        Columns in order.
    frame : DataFrame
        The rows.
    wide : bool
        Whether it needs a page that lies on its side.
    total : str
        Label of the row of totals, empty without one.
    """

    title: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    wide: bool = False
    total: str = ""


@dataclass(frozen=True)
class Picture:
    """Hold one picture, which takes a page that lies on its side.

    Parameters
    ----------
    title : str
        What stands below it.
    image : bytes
        A PNG or JPEG file.
    """

    title: str
    image: bytes


Block = Heading | Text | Table | Picture


def wide_last(blocks: Iterable[Block]) -> list[Block]:
    """Put what is wide behind what is not, so that pages turn once.

    Parameters
    ----------
    blocks : iterable of Block
        The blocks of one section.

    Returns
    -------
    list of Block
        The same blocks; a note stays below its table.
    """
    upright, wide = list[Block](), list[Block]()
    before: list[Block] = upright
    for block in blocks:
        before = before if is_note(block) else wide if is_wide(block) else upright
        before.append(block)
    return upright + wide


def is_wide(block: Block) -> bool:
    """Tell whether a block stands on a page that lies on its side.

    Parameters
    ----------
    block : Block
        The block.

    Returns
    -------
    bool
        Whether it does.
    """
    return isinstance(block, Picture) or (isinstance(block, Table) and block.wide)


def is_note(block: Block) -> bool:
    """Tell whether a block is small print that stays with the table above it.

    Parameters
    ----------
    block : Block
        The block.

    Returns
    -------
    bool
        Whether it is.
    """
    return isinstance(block, Text) and block.role == "note"
