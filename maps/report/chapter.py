"""What a section of the chapter is written from."""

from dataclasses import dataclass

from data.words import Words
from geo.plan import Plan
from maps.report.blocks import Block, Text
from maps.report.facts import Facts
from maps.report.tables import table_blocks


@dataclass(frozen=True)
class Chapter:
    """Hold what every section is written from.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.
    facts : mapping of str to object
        The figures that sentences name.
    """

    plan: Plan
    say: Words
    facts: Facts

    def text(self, key: str, **own: object) -> Text:
        """Write one paragraph.

        Parameters
        ----------
        key : str
            Key below ``docx`` in the text catalogue.
        **own : object
            Figures besides ``facts``, or in their place.

        Returns
        -------
        Text
            The paragraph.
        """
        return Text(self.say(f"docx.{key}", **{**self.facts, **own}))

    def point(self, key: str) -> Text:
        """Write one point of a list.

        Parameters
        ----------
        key : str
            Key below ``docx`` in the text catalogue.

        Returns
        -------
        Text
            The point.
        """
        return Text(self.say(f"docx.{key}", **self.facts), "list")

    def table(self, key: str) -> list[Block]:
        """Make one table; see :func:`maps.report.tables.table_blocks`.

        Parameters
        ----------
        key : str
            Key of the table in ``report.toml``.

        Returns
        -------
        list of Block
            The table, and what stands below it.
        """
        return table_blocks(key, plan=self.plan, say=self.say)
