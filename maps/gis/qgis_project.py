"""The QGIS project beside the GeoPackage: groups, order, Chinese names of layers and fields, styles, relative paths.

It is written here and not by QGIS, so that it is there for whoever gets the result, wherever the plan was made, and the
same plan gives the same bytes. QGIS writes the missing parts of the file when the project is saved.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from pyproj import CRS
from pyproj.enums import WktVersion

from data.words import Language, Words, words
from geo.plan import Plan
from maps.gis.field_key import meaning
from maps.gis.layers import Layer, plan_layers
from maps.gis.legends import legend
from maps.packing import write_package
from maps.plain_text import plain_text

# The oldest QGIS in wide use that reads all of it; newer ones read projects of older ones.
_VERSION = "3.22.0"
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_GEOMETRY = {"point": ("Point", "Point"), "line": ("Line", "MultiLineString"), "area": ("Polygon", "MultiPolygon")}
_NO_GEOMETRY = ("No geometry", "NoGeometry")
_TABLES = "tables"
# So much of the extent is left free around the estates.
_MARGIN = 0.05


def write_qgis_project(plan: Plan, *, path: Path, language: Language) -> None:
    """Write the project; the GeoPackage of the plan stands in the same folder as ``plan.gpkg``.

    Parameters
    ----------
    plan : Plan
        The results.
    path : Path
        The .qgz file; overwritten.
    language : {"zh", "en"}
        Language of the names of layers, fields and legends.
    """
    say = words(language)
    layers = plan_layers(plan)
    root = Element("qgis", {"version": _VERSION, "projectname": plain_text(plan.inputs.project.project.name)})
    SubElement(root, "title").text = plain_text(plan.inputs.project.project.name)
    _add_crs(SubElement(root, "projectCrs"), plan.inputs.crs)
    _add_tree(root, layers, say)
    _add_canvas(root, plan)
    listed = SubElement(root, "projectlayers")
    for layer in layers:
        listed.append(_map_layer(layer, plan, say))
    properties = SubElement(root, "properties")
    SubElement(SubElement(properties, "Paths"), "Absolute", {"type": "bool"}).text = "false"
    # Without it the system of the project is not read.
    SubElement(SubElement(properties, "SpatialRefSys"), "ProjectionsEnabled", {"type": "int"}).text = "1"
    text = _DOCTYPE + ElementTree.tostring(root, encoding="unicode")
    write_package(path, parts={f"{path.stem}.qgs": text.encode("utf-8")})


@cache
def _layout() -> Mapping[str, Any]:
    return tomllib.loads(files("maps.gis").joinpath("project.toml").read_text("utf-8"))


def _add_crs(parent: Element, crs: CRS) -> None:
    """Name a coordinate system by its code, and by its words for one that has none."""
    system, code = SubElement(parent, "spatialrefsys", {"nativeFormat": "Wkt"}), crs.to_authority()
    SubElement(system, "wkt").text = crs.to_wkt(WktVersion.WKT2_2019)
    SubElement(system, "authid").text = ":".join(code) if code else ""
    SubElement(system, "description").text = crs.name
    SubElement(system, "geographicflag").text = str(crs.is_geographic).lower()


def _add_tree(root: Element, layers: tuple[Layer, ...], say: Words) -> None:
    """List the layers in their groups; those that no group names are tables."""
    there = {layer.name for layer in layers}
    groups = {group["key"]: [name for name in group["layers"] if name in there] for group in _layout()["group"]}
    grouped = {name for names in groups.values() for name in names}
    groups[_TABLES] = [layer.name for layer in layers if layer.name not in grouped]
    tree = SubElement(root, "layer-tree-group")
    for key, names in groups.items():
        about = {"name": say(f"fields.group.{key}"), "checked": "Qt::Checked", "expanded": str(int(key != _TABLES))}
        group = SubElement(tree, "layer-tree-group", about)
        for name in names:
            _add_to_tree(group, name, say)


def _add_to_tree(group: Element, name: str, say: Words) -> None:
    checked = "Qt::Checked" if name in _layout()["shown"] else "Qt::Unchecked"
    about = {"id": _layer_id(name), "name": say(f"fields.layer.{name}"), "source": _source(name), "providerKey": "ogr"}
    SubElement(group, "layer-tree-layer", {**about, "checked": checked, "expanded": "0"})


def _layer_id(name: str) -> str:
    """Return the identifier of a layer; QGIS takes none of ten characters or fewer."""
    return f"lianpian_{name}"


def _source(name: str) -> str:
    return f"./plan.gpkg|layername={name}"


def _add_canvas(root: Element, plan: Plan) -> None:
    """Open the map where the estates are."""
    canvas = SubElement(root, "mapcanvas", {"name": "theMapCanvas", "annotationsVisible": "1"})
    SubElement(canvas, "units").text = "meters"
    west, south, east, north = plan.estates.total_bounds
    wide = max(east - west, north - south) * _MARGIN
    extent = SubElement(canvas, "extent")
    sides = {"xmin": west - wide, "ymin": south - wide, "xmax": east + wide, "ymax": north + wide}
    for side, figure in sides.items():
        SubElement(extent, side).text = f"{figure:.3f}"
    SubElement(canvas, "rotation").text = "0"
    _add_crs(SubElement(canvas, "destinationsrs"), plan.inputs.crs)


def _map_layer(layer: Layer, plan: Plan, say: Words) -> Element:
    geometry, shape = _GEOMETRY[layer.shape] if layer.shape else _NO_GEOMETRY
    label = _layout()["labels"].get(layer.name)
    about = {"type": "vector", "geometry": geometry, "wkbType": shape, "labelsEnabled": str(int(label is not None))}
    made = Element("maplayer", {**about, "hasScaleBasedVisibilityFlag": "0", "readOnly": "0"})
    SubElement(made, "id").text = _layer_id(layer.name)
    SubElement(made, "datasource").text = _source(layer.name)
    SubElement(made, "layername").text = say(f"fields.layer.{layer.name}")
    if layer.shape:
        _add_crs(SubElement(made, "srs"), plan.inputs.crs)
    SubElement(made, "provider", {"encoding": "UTF-8"}).text = "ogr"
    style = legend(layer.name, plan=plan, say=say) if layer.shape else ""
    if style:
        made.extend(ElementTree.fromstring(plain_text(style)))
    if label is not None:
        made.append(_labels(label))
    _add_aliases(made, layer, say)
    return made


def _add_aliases(made: Element, layer: Layer, say: Words) -> None:
    """Say what the fields are; the first is the row number of the GeoPackage."""
    aliases = SubElement(made, "aliases")
    columns = [str(column) for column in layer.frame.columns if column != "geometry"]
    for number, column in enumerate(columns, 1):
        SubElement(aliases, "alias", {"index": str(number), "field": column, "name": meaning(column, say)})


def _labels(label: Mapping[str, Any]) -> Element:
    """Write the names on the map, with a white rim."""
    labeling = Element("labeling", {"type": "simple"})
    settings = SubElement(labeling, "settings", {"calloutType": "simple"})
    type_ = {"fieldName": label["column"], "fontSize": str(label["size"]), "fontSizeUnit": "Point", "isExpression": "0"}
    colour = {"textColor": "20,20,20,255", "textOpacity": "1", "namedStyle": "Regular"}
    style = SubElement(settings, "text-style", {**type_, **colour})
    rim = {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,220"}
    SubElement(style, "text-buffer", {**rim, "bufferOpacity": "1"})
    SubElement(settings, "placement", {"placement": "1", "centroidWhole": "1", "centroidInside": "1"})
    shown = {"scaleVisibility": "1", "scaleMin": "1", "scaleMax": str(label["scale"]), "drawLabels": "1"}
    SubElement(settings, "rendering", shown)
    return labeling
