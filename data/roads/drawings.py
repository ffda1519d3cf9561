"""Road lines out of a CAD drawing (DXF)."""

import re
import tempfile
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from data.errors import InputError, MissingFileError, UnreadableFileError
from data.problems import Problem, error, note
from data.roads.words import road_words
from data.tables.aliases import plain

DRAWING_SUFFIX = ".dxf"
LAYER_COLUMN = "CAD图层"
_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+(\S+)")
_VERSION = re.compile(rb"\$ACADVER\s+1\s+AC(\d+)")
_HEADER = re.compile(rb"\s*0\r?\n\s*SECTION\r?\n\s*2\r?\n\s*HEADER\r?\n")
# From AutoCAD 2007 on the texts of a drawing are UTF-8, whatever code page it states.
_UTF8_VERSION = 1021
_CHINESE = "gb18030"
# Code pages that any bytes can be read in, so that they prove nothing.
_UNPROVEN = ("", "ANSI_1252", "ANSI_1250", "ASCII", "DOS850")


def read_drawing(
    path: Path, *, layer: str | None, encoding: str, place: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Mapping[str, str]]:
    """Read the road lines of a drawing.

    Parameters
    ----------
    path : Path
        A ``.dxf`` file.
    layer : str, optional
        Layer of the drawing; without it those whose names speak of roads, or the only one that has lines.
    encoding : str
        ``"auto"`` or the encoding of the names of its layers.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of GeoDataFrame, tuple of Problem, and mapping
        Lines of the model space, closed ones among them, with their layer under ``LAYER_COLUMN``; without ``crs``.
        What was found; and the decisions ``format``, ``layer`` and ``encoding``.

    Raises
    ------
    MissingFileError, UnreadableFileError
        When the file is not there or not a drawing.
    InputError
        When the layer is not there, or it is open which layers are roads.
    """
    if not path.is_file():
        raise MissingFileError(error("missing_file", file=place))
    content = path.read_bytes()
    name, problems = _encoding(content, encoding, place)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "drawing.dxf"
        copy.write_bytes(_in_one_page(content, name) if name else content)
        drawn = _read(copy, place)
    paper = drawn["PaperSpace"].isin([True])
    lines = drawn[drawn.geom_type.isin(["LineString", "MultiLineString"]) & ~paper]
    chosen = _chosen(lines["Layer"].dropna().unique(), layer, place)
    rest = sorted(set(drawn["Layer"].dropna()) - set(chosen))
    told = (note("drawing_layers_left", file=place, value=", ".join(rest)),) if rest else ()
    kept = lines[lines["Layer"].isin(chosen)]
    frame = gpd.GeoDataFrame({LAYER_COLUMN: kept["Layer"].to_numpy(object)}, geometry=kept.geometry.to_numpy())
    facts = {"format": "DXF", "layer": ", ".join(chosen), "encoding": name.upper() or _page(content)}
    return frame, (*problems, *told), facts


def _page(content: bytes) -> str:
    found = _PAGE.search(content)
    return found[1].decode("ascii", "replace") if found else ""


def _encoding(content: bytes, encoding: str, place: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the encoding to read the texts in; empty where what the drawing states can be followed."""
    if encoding != "auto":
        return _fitting(content, encoding, place), ()
    version = _VERSION.search(content)
    if not content.isascii() and version and int(version[1]) >= _UTF8_VERSION and _fits(content, "utf-8"):
        return "utf-8", ()
    if content.isascii() or _page(content).upper() not in _UNPROVEN:
        return "", ()
    found = next((name for name in ("utf-8", _CHINESE) if _fits(content, name)), "")
    return found, (note("encoding_detected", file=place, value=found.upper()),) if found else ()


def _fitting(content: bytes, encoding: str, place: str) -> str:
    try:
        content.decode(encoding)
    except LookupError as fault:
        raise UnreadableFileError(error("encoding_no_such", file=place, value=encoding)) from fault
    except UnicodeDecodeError as fault:
        raise UnreadableFileError(error("encoding_does_not_fit", file=place, value=encoding)) from fault
    return encoding


def _fits(content: bytes, name: str) -> bool:
    try:
        content.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _in_one_page(content: bytes, name: str) -> bytes:
    """Write a drawing anew in the Chinese code page, and say so in its head."""
    body = content.decode(name).encode("gbk", errors="replace")
    if _PAGE.search(body):
        return _PAGE.sub(lambda found: found[0].replace(found[1], b"ANSI_936"), body, count=1)
    entry = b"9\n$DWGCODEPAGE\n3\nANSI_936\n"
    head = _HEADER.match(body)
    if head:
        return body[: head.end()] + entry + body[head.end() :]
    return b"0\nSECTION\n2\nHEADER\n" + entry + b"0\nENDSEC\n" + body


def _read(path: Path, place: str) -> gpd.GeoDataFrame:
    with warnings.catch_warnings():
        # The reader warns of kinds of objects it passes by; only lines are wanted.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            drawn = pyogrio.read_dataframe(path, layer="entities")
        except (DataSourceError, DataLayerError, UnicodeDecodeError) as fault:
            raise UnreadableFileError(error("file_broken", file=place, why=str(fault))) from fault
    return gpd.GeoDataFrame(drawn)


def _chosen(layers: Iterable[str], layer: str | None, place: str) -> list[str]:
    """Return the layers to read."""
    names = sorted(layers)
    if layer is not None:
        if layer not in names:
            raise InputError(error("layer_unknown", file=place, value=layer, allowed=", ".join(names)))
        return [layer]
    if not names:
        raise InputError(error("layer_none", file=place))
    words = road_words()["drawing"]
    roads = [
        name
        for name in names
        if re.search(words["roads"], plain(name)) and not re.search(words["not_roads"], plain(name))
    ]
    if not roads and len(names) > 1:
        raise InputError(error("layer_several", file=place, allowed=", ".join(names)))
    return roads or names
