"""CAD drawings (DXF): what stands in the model space, its texts in the right encoding, and which layers are meant."""

import re
import tempfile
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.errors import InputError, MissingFileError, UnreadableFileError
from data.files.encodings import Encoding, decide_encoding, foreign, known_encoding
from data.files.reading import read_frame
from data.problems import Problem, error, warning
from data.tables.aliases import plain

DRAWING_SUFFIXES = (".dxf", ".dwg")
LAYER_COLUMN = "CAD图层"
_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+(\S+)")
_VERSION = re.compile(rb"\$ACADVER\s+1\s+AC(\d+)")
# From AutoCAD 2007 on the texts of a drawing are UTF-8, whatever code page it states.
_UTF8_VERSION = 1021
_DWG, _BINARY = re.compile(rb"AC1\d\d\d|AC2\.\d|MC0\.0"), b"AutoCAD Binary DXF"
_ESCAPED = re.compile(r"\\U\+([0-9A-Fa-f]{4})|\\M\+5([0-9A-Fa-f]{4})")
# Kinds of objects that can hold ground or lines, and that the reader passes by without a word.
_UNREAD = re.compile(
    r"^[ \t]*0[ \t]*\r?\n(REGION|MPOLYGON|ACAD_PROXY_ENTITY|MLINE|3DSOLID|BODY|SURFACE)[ \t]*\r?\n"
    r"(?:(?![ \t]*[08][ \t]*\r?\n).*\r?\n.*\r?\n)*?[ \t]*8[ \t]*\r?\n(.*?)\r?$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Drawing:
    """Hold what stands in the model space of a drawing.

    Parameters
    ----------
    entities : GeoDataFrame
        ``layer`` (str), ``kind`` (str: classes of the object, joined by colons), ``text`` (str, missing where it is no
        text), ``tags`` (list of str such as ``"名称 东门"``: attributes of a block, missing where it is none), two-
        dimensional ``geometry``; in the order of the file.
    unread : mapping of (str, str) to int
        How many objects of a kind on a layer the reader cannot read.
    encoding : Encoding
        Of its texts.
    """

    entities: gpd.GeoDataFrame
    unread: Mapping[tuple[str, str], int]
    encoding: Encoding

    def facts(self, layers: Sequence[str]) -> dict[str, str]:
        """Return the decisions worth keeping."""
        return {"format": "DXF", "layer": ", ".join(layers), "encoding": self.encoding.label}

    def unread_on(self, layers: Sequence[str], place: str) -> list[Problem]:
        """Tell of the objects on some layers that cannot be read."""
        return [
            warning("drawing_kind_unread", file=place, layer=layer, value=kind, count=count)
            for (kind, layer), count in sorted(self.unread.items())
            if layer in layers
        ]


def read_drawing(path: Path, *, encoding: str, place: str, blocks_as_places: bool = False) -> Drawing:
    """Read a drawing.

    Parameters
    ----------
    path : Path
        A ``.dxf`` file.
    encoding : str
        ``"auto"`` or the encoding of its texts.
    place : str
        What problems call the file.
    blocks_as_places : bool
        Whether a block is the point where it is inserted, and not the lines that are drawn in it.

    Returns
    -------
    Drawing
        Arcs, circles, ellipses and bulges are made of straight pieces.

    Raises
    ------
    MissingFileError
        When the file is not there.
    UnreadableFileError
        When it is a DWG, a binary or broken drawing, or not in the declared encoding.
    """
    if not path.is_file():
        raise MissingFileError(error("missing_file", file=place))
    content = path.read_bytes()
    if _DWG.match(content) or path.suffix.lower() == ".dwg":
        raise UnreadableFileError(error("drawing_dwg", file=place))
    if content.startswith(_BINARY):
        raise UnreadableFileError(error("drawing_binary", file=place))
    claim, source = _claim(content)
    texts = foreign(dict.fromkeys(content.splitlines()))
    decided = decide_encoding(texts, claim=claim, source=source, encoding=encoding, place=place)
    said = _ESCAPED.sub(_meant, content.decode(decided.name, errors="replace"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "drawing.dxf"
        copy.write_text(said, "utf-8", newline="")
        options = {"INLINE_BLOCKS": "NO"} if blocks_as_places else {"MERGE_BLOCK_GEOMETRIES": "NO"}
        # What the reader warns of are kinds of objects it passes by; those that matter are told by name.
        drawn, _ = read_frame(copy, place=place, layer="entities", ENCODING="UTF-8", **options)
        entities = _model_space(drawn)
    return Drawing(entities, Counter((found[1], found[2]) for found in _UNREAD.finditer(said)), decided)


@cache
def drawing_rules() -> Mapping[str, Any]:
    """Read ``drawings.toml``."""
    return tomllib.loads(files("data.files").joinpath("drawings.toml").read_text("utf-8"))


def named_layers(layer: str, *, known: Sequence[str], place: str) -> list[str]:
    """Return the layers that a project names.

    Parameters
    ----------
    layer : str
        One layer, or several with commas between.
    known : sequence of str
        Layers of the drawing.
    place : str
        What problems call the file.

    Returns
    -------
    list of str
        In the order given.

    Raises
    ------
    InputError
        When one is not in the drawing.
    """
    if layer in known:
        return [layer]
    names = [name.strip() for name in re.split("[,，、;；]", layer)]
    for name in names:
        if name not in known:
            raise InputError(error("layer_unknown", file=place, value=name, allowed=", ".join(known)))
    return names


def likely_layers(counts: Mapping[str, int], *, role: str, place: str) -> list[str]:
    """Choose the layers whose names speak of what is wanted.

    Parameters
    ----------
    counts : mapping of str to int
        How many shapes of the wanted kind each layer has, zero included.
    role : str
        Table below ``layers`` of ``drawings.toml``.
    place : str
        What problems call the file.

    Returns
    -------
    list of str
        Layers, sorted; where no name says anything, the only one that has such shapes.

    Raises
    ------
    InputError
        When it is open which one is meant; the layers are listed with their counts.
    """
    rules = drawing_rules()["layers"][role]
    usable = [name for name in sorted(counts) if not re.search(rules["not"], plain(name))]
    for rank in ("best", "good"):
        named = [name for name in usable if re.search(rules[rank], plain(name))]
        found = [name for name in named if counts[name]] or named
        if len(found) == 1 or (found and rules["several"]):
            return found
        if found:
            raise _unclear(found, counts, place)
    filled = [name for name in sorted(counts) if counts[name]]
    if len(filled) == 1 and filled[0] in usable:
        return filled
    raise _unclear(filled or sorted(counts), counts, place)


def _unclear(layers: Sequence[str], counts: Mapping[str, int], place: str) -> InputError:
    listed = ", ".join(f"{name} ({counts[name]})" for name in layers)
    return InputError(error("drawing_layer_unclear", file=place, allowed=listed))


def _claim(content: bytes) -> tuple[str, str]:
    """Return the encoding that the head of a drawing claims, and by which entry."""
    version = _VERSION.search(content)
    if version and int(version[1]) >= _UTF8_VERSION:
        return "utf-8", "$ACADVER"
    page = _PAGE.search(content)
    return (known_encoding(page[1].decode("ascii", "replace")) if page else ""), "$DWGCODEPAGE"


def _meant(found: re.Match[str]) -> str:
    r"""Return the character that an escape such as ``\U+5C0F`` stands for."""
    if found[1]:
        character = chr(int(found[1], 16))
        return character if character.isprintable() else found[0]
    return bytes.fromhex(found[2]).decode("gbk", errors="replace")


def _model_space(drawn: pd.DataFrame) -> gpd.GeoDataFrame:
    paper = drawn["PaperSpace"].isin([True])
    kept = drawn[~paper.to_numpy(bool)].reset_index(drop=True)
    empty = pd.Series(None, kept.index, dtype=object)
    shapes = np.asarray(kept["geometry"], dtype=object)
    columns = {
        "layer": kept["Layer"].fillna("0").to_numpy(object),
        "kind": kept["SubClasses"].fillna("").to_numpy(object),
        "text": kept["Text"].astype(object).where(kept["Text"].notna(), None).to_numpy(object),
        "tags": kept.get("BlockAttributes", empty).to_numpy(object),
    }
    return gpd.GeoDataFrame(columns, geometry=shapely.force_2d(shapes))
