"""Numbers of headings, tables and pictures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from maps.report.blocks import Block, Heading, Picture, Table


@dataclass(frozen=True)
class Numbered:
    """Hold a block with its number.

    Parameters
    ----------
    block : Block
        The block.
    number : str
        Such as ``4.2`` of a heading or ``12`` of a table; empty for a paragraph.
    """

    block: Block
    number: str


def numbered(blocks: Iterable[Block]) -> Iterator[Numbered]:
    """Give headings numbers by section, and tables and pictures each from 1.

    Parameters
    ----------
    blocks : iterable of Block
        The blocks in reading order.

    Yields
    ------
    Numbered
        Each block with its number.
    """
    sections = parts = tables = pictures = 0
    for block in blocks:
        number = ""
        if isinstance(block, Heading) and block.level == 1:
            sections, parts = sections + 1, 0
            number = f"{sections}"
        elif isinstance(block, Heading):
            parts += 1
            number = f"{sections}.{parts}"
        elif isinstance(block, Table):
            tables += 1
            number = f"{tables}"
        elif isinstance(block, Picture):
            pictures += 1
            number = f"{pictures}"
        yield Numbered(block, number)
