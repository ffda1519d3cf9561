"""Styles of GIS layers as QGIS reads them (QML)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

Shape = Literal["point", "line", "area"]
_SYMBOLS = {"point": ("marker", "SimpleMarker"), "line": ("line", "SimpleLine"), "area": ("fill", "SimpleFill")}
_GEOMETRY = {"point": "0", "line": "1", "area": "2"}
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


@dataclass(frozen=True)
class Category:
    """Hold one line of a legend.

    Parameters
    ----------
    value : str
        Value of the column; empty for all others.
    label : str
        What the legend says.
    colour : str
        ``#rrggbb``.
    """

    value: str
    label: str
    colour: str


def categorised(
    column: str, *, shape: Shape, categories: tuple[Category, ...], outline: str, opacity: float = 1
) -> str:
    """Style a layer by the values of a column.

    Parameters
    ----------
    column : str
        Column that decides.
    shape : {"point", "line", "area"}
        Kind of geometry.
    categories : tuple of Category
        Lines of the legend.
    outline : str
        Colour of outlines, ``#rrggbb``.
    opacity : float
        0 to 1, of the fill.

    Returns
    -------
    str
        A QML document.
    """
    renderer = ElementTree.Element("renderer-v2", _renderer("categorizedSymbol", attr=column))
    listed = ElementTree.SubElement(renderer, "categories")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for number, category in enumerate(categories):
        place = {"value": category.value, "symbol": str(number), "label": category.label, "render": "true"}
        ElementTree.SubElement(listed, "category", {**place, "type": "string"})
        symbols.append(_symbol(str(number), shape=shape, colour=category.colour, outline=outline, opacity=opacity))
    return _document(renderer, shape)


def single(colour: str, *, shape: Shape, outline: str, opacity: float = 1) -> str:
    """Style a layer in one colour.

    Parameters
    ----------
    colour, outline : str
        ``#rrggbb``.
    shape : {"point", "line", "area"}
        Kind of geometry.
    opacity : float
        0 to 1, of the fill.

    Returns
    -------
    str
        A QML document.
    """
    renderer = ElementTree.Element("renderer-v2", _renderer("singleSymbol"))
    symbols = ElementTree.SubElement(renderer, "symbols")
    symbols.append(_symbol("0", shape=shape, colour=colour, outline=outline, opacity=opacity))
    return _document(renderer, shape)


def _renderer(type_: str, **more: str) -> dict[str, str]:
    return {"type": type_, "symbollevels": "0", "enableorderby": "0", "forceraster": "0", **more}


def _symbol(name: str, *, shape: Shape, colour: str, outline: str, opacity: float) -> ElementTree.Element:
    kind, layer_class = _SYMBOLS[shape]
    symbol = ElementTree.Element("symbol", {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1"})
    layer = ElementTree.SubElement(symbol, "layer", {"class": layer_class, "enabled": "1", "locked": "0", "pass": "0"})
    options = ElementTree.SubElement(layer, "Option", {"type": "Map"})
    for key, value in _properties(shape, colour=_rgba(colour, opacity), outline=_rgba(outline, 1)).items():
        ElementTree.SubElement(options, "Option", {"type": "QString", "name": key, "value": value})
        ElementTree.SubElement(layer, "prop", {"k": key, "v": value})
    return symbol


def _properties(shape: Shape, *, colour: str, outline: str) -> Mapping[str, str]:
    if shape == "line":
        return {"line_color": colour, "line_width": "0.5", "line_width_unit": "MM", "line_style": "solid"}
    edge = {"outline_color": outline, "outline_width": "0.26", "outline_width_unit": "MM", "outline_style": "solid"}
    if shape == "area":
        return {"color": colour, "style": "solid", **edge}
    return {"color": colour, "name": "circle", "size": "2.4", "size_unit": "MM", **edge}


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def _document(renderer: ElementTree.Element, shape: Shape) -> str:
    root = ElementTree.Element("qgis", {"version": "3.22", "styleCategories": "Symbology"})
    root.append(renderer)
    ElementTree.SubElement(root, "layerGeometryType").text = _GEOMETRY[shape]
    return _DOCTYPE + ElementTree.tostring(root, encoding="unicode")
