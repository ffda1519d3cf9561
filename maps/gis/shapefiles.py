"""The layers of a plan as shapefiles for ArcGIS: GBK, short field names, and a key that says what each field is."""

import csv
import io
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from data.words import Language, words
from geo.plan import Plan
from maps.gis.dbase import dbase_field
from maps.gis.field_key import KEY_COLUMNS, ShapeLayer, field_rows
from maps.gis.layers import Layer, plan_layers
from maps.gis.short_names import short_names
from maps.workbook.sheets import Book, Column, Sheet, write_workbook

FOLDER = "shapefile"
_CODE_PAGE = "936"
# The mark of code page 936 in the header of a dBASE file, for programs that read no .cpg.
_LANGUAGE_BYTE, _LANGUAGE_ID = 29, 0x4D
_DAY = "2000-01-01"
_TYPES = {"point": "Point", "line": "MultiLineString", "area": "MultiPolygon"}
_INTEGERS = ("rows", "replaced", "cut")


def write_shapefiles(plan: Plan, *, folder: Path, language: Language) -> tuple[str, ...]:
    """Write every layer as a shapefile, every table as a .dbf, and the key of the fields.

    Parameters
    ----------
    plan : Plan
        The results.
    folder : Path
        Folder of the result; the files go into ``shapefile`` in it, which must not be there.
    language : {"zh", "en"}
        Language of the key.

    Returns
    -------
    tuple of str
        Names of the files below ``folder``, sorted.
    """
    place = folder / FOLDER
    place.mkdir()
    layers = [_shape_layer(layer) for layer in plan_layers(plan)]
    for one in layers:
        _write(one, place)
    _write_key(layers, place, plan=plan, language=language)
    return tuple(sorted(f"{FOLDER}/{file.name}" for file in place.iterdir()))


def _shape_layer(layer: Layer) -> ShapeLayer:
    columns = [str(column) for column in layer.frame.columns if column != "geometry"]
    fields = {column: dbase_field(layer.frame[column]) for column in columns}
    return ShapeLayer(layer, short_names(columns), fields)


def _write(one: ShapeLayer, place: Path) -> None:
    table = pd.DataFrame({one.names[column]: field.values for column, field in one.fields.items()})
    path = place / f"{one.layer.name}.{'shp' if one.layer.shape else 'dbf'}"
    options = {"driver": "ESRI Shapefile", "encoding": "CP936", "layer_options": {"DBF_DATE_LAST_UPDATE": _DAY}}
    if one.layer.shape is None:
        pyogrio.write_dataframe(table, path, **options)
    else:
        shapes = _flat(one.layer)
        kind = _TYPES[one.layer.shape]
        pyogrio.write_dataframe(gpd.GeoDataFrame(table, geometry=shapes), path, geometry_type=kind, **options)
    _name_code_page(path)


def _flat(layer: Layer) -> gpd.GeoSeries:
    """Return the shapes without heights; what is drawn as points is one point each."""
    flat = gpd.GeoSeries(shapely.force_2d(layer.frame.geometry.array), index=layer.frame.index, crs=layer.frame.crs)
    return flat.representative_point() if layer.shape == "point" else flat


def _name_code_page(path: Path) -> None:
    """Name the code page as ArcGIS does, in the file beside the table and in the table itself."""
    path.with_suffix(".cpg").write_text(_CODE_PAGE, encoding="ascii", newline="")
    with path.with_suffix(".dbf").open("r+b") as file:
        file.seek(_LANGUAGE_BYTE)
        file.write(bytes([_LANGUAGE_ID]))


def _write_key(layers: list[ShapeLayer], place: Path, *, plan: Plan, language: Language) -> None:
    """Write the key as a workbook, and as a table of commas that any program reads."""
    say = words(language)
    rows = pd.DataFrame([row for one in layers for row in field_rows(one, say)], columns=list(KEY_COLUMNS))
    columns = tuple(
        Column(key, say(f"fields.heading.{key}"), "integer" if key in _INTEGERS else "text") for key in KEY_COLUMNS
    )
    about = plan.inputs.project.project
    book = Book(
        title=say("fields.title"),
        author=about.author,
        date=about.date,
        total=say("tables.book.total"),
        empty=say("tables.book.empty"),
        page=say("tables.book.page"),
        footer=about.name,
    )
    frame = rows.astype({key: float if key in _INTEGERS else "str" for key in KEY_COLUMNS})
    frame = frame.assign(**{key: frame[key].replace(0, np.nan) for key in ("replaced", "cut")})
    sheet = Sheet(say("fields.sheet"), columns, frame, (say("fields.preface"),))
    write_workbook(place / "fields.xlsx", book=book, sheets=[sheet])
    text = io.StringIO()
    written = csv.writer(text, lineterminator="\r\n")
    written.writerow([column.title for column in columns])
    written.writerows(rows.itertuples(index=False))
    # The mark at the beginning lets Excel tell UTF-8.
    place.joinpath("fields.csv").write_text(text.getvalue(), encoding="utf-8-sig", newline="")
