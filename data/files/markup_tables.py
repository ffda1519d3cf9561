"""Tables that are written as HTML or as an XML spreadsheet of 2003, the way many systems export what they call .xls."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree import ElementTree

Merge = tuple[tuple[int, int], tuple[int, int]]
Table = tuple[str, list[list[object]], tuple[Merge, ...]]
_SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MAX_SPAN = 1_000


@dataclass
class _Sheet:
    """Gather cells and merged ranges."""

    cells: dict[tuple[int, int], object] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)

    def put(self, row: int, column: int, value: object, spans: tuple[int, int]) -> None:
        """Put a cell that reaches over so many rows and columns."""
        down, right = (min(max(span, 1), _MAX_SPAN) for span in spans)
        self.cells[row, column] = value
        if down * right > 1:
            self.merges.append(((row, column), (row + down - 1, column + right - 1)))
            self.taken |= {(row + i, column + j) for i in range(down) for j in range(right)}

    def table(self, name: str) -> Table:
        """Return rows of one length."""
        places = self.cells.keys() | self.taken
        height = 1 + max((row for row, _ in places), default=-1)
        width = 1 + max((column for _, column in places), default=-1)
        rows = [[self.cells.get((row, column), "") for column in range(width)] for row in range(height)]
        return name, rows, tuple(sorted(self.merges))


def html_tables(text: str) -> list[Table]:
    """Read the tables of an HTML page.

    Parameters
    ----------
    text : str
        The page.

    Returns
    -------
    list of (str, list of list, tuple)
        Number of the table as its name, its rows (texts), and its merged ranges.
    """
    page = _Page()
    page.feed(text)
    page.close()
    return [sheet.table(str(number)) for number, sheet in enumerate(page.sheets, 1) if sheet.cells]


def xml_tables(text: str) -> list[Table]:
    """Read the sheets of an XML spreadsheet of 2003.

    Parameters
    ----------
    text : str
        The file.

    Returns
    -------
    list of (str, list of list, tuple)
        Name of the sheet, its rows (texts and numbers), and its merged ranges.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        When the file is no XML.
    """
    # The declaration names the encoding of the bytes, which are decoded already.
    root = ElementTree.fromstring(text[text.index("<", text.index("?>")) :] if text.startswith("<?xml") else text)
    tables = []
    for number, sheet in enumerate(root.iter(f"{_SPREADSHEET}Worksheet"), 1):
        tables.append(_xml_sheet(sheet).table(sheet.get(f"{_SPREADSHEET}Name", str(number))))
    return tables


def _xml_sheet(worksheet: ElementTree.Element) -> _Sheet:
    sheet, row = _Sheet(), -1
    for line in worksheet.iter(f"{_SPREADSHEET}Row"):
        row = _number(line, "Index", row + 2) - 1
        column = -1
        for cell in line.iter(f"{_SPREADSHEET}Cell"):
            column = _number(cell, "Index", column + 2) - 1
            right = _number(cell, "MergeAcross", 0)
            sheet.put(row, column, _xml_value(cell), (_number(cell, "MergeDown", 0) + 1, right + 1))
            column += right
    return sheet


def _number(element: ElementTree.Element, name: str, default: int) -> int:
    said = element.get(f"{_SPREADSHEET}{name}", "")
    return int(said) if said.isdecimal() else default


def _xml_value(cell: ElementTree.Element) -> object:
    found = cell.find(f"{_SPREADSHEET}Data")
    if found is None:
        return ""
    text = "".join(found.itertext()).strip()
    if found.get(f"{_SPREADSHEET}Type") == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    return text


class _Page(HTMLParser):
    """Gather the cells of all tables; a table within a cell is one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[_Sheet] = []
        self._open: list[tuple[_Sheet, int]] = []
        self._texts: list[list[str]] = []
        self._spans: list[tuple[int, int]] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell."""
        if tag in ("style", "script"):
            self._hidden += 1
        elif tag == "table":
            self.sheets.append(_Sheet())
            self._open.append((self.sheets[-1], -1))
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1] = (self._open[-1][0], self._open[-1][1] + 1)
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            said = dict(attrs)
            spans = [said.get(name) or "1" for name in ("rowspan", "colspan")]
            down, right = (int(span) if span.isdecimal() else 1 for span in spans)
            self._spans.append((down, right))
            self._texts.append([])
        elif tag == "br" and self._texts:
            self._texts[-1].append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a cell or table."""
        if tag in ("style", "script"):
            self._hidden = max(0, self._hidden - 1)
        elif tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Keep the text of the cell that is open."""
        if self._texts and not self._hidden:
            self._texts[-1].append(data)

    def close(self) -> None:
        """End what the page leaves open."""
        super().close()
        self._end_cell()

    def _end_cell(self) -> None:
        if not self._texts or not self._open:
            return
        sheet, row = self._open[-1]
        row = max(row, 0)
        column = 0
        while (row, column) in sheet.cells or (row, column) in sheet.taken:
            column += 1
        sheet.put(row, column, "".join(self._texts.pop()).strip(), self._spans.pop())
