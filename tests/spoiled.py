"""The sample town with one layer spoiled at a time, to see that nothing of it is lost without a word."""

import csv
import io
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import shapely

from data.files.vectors import read_vector

TOWN = Path(__file__).parents[1] / "data" / "samples" / "town"
Change = Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]


def copy_town(folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """Copy the sample town and return its project file."""
    shutil.copytree(TOWN, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*without))
    return folder / "project.toml"


def settings(project: Path, old: str, new: str) -> None:
    """Change the project file."""
    text = project.read_text("utf-8")
    assert old in text
    project.write_text(text.replace(old, new, 1), encoding="utf-8")


def rewrite(project: Path, name: str, change: Change) -> None:
    """Write a vector layer anew as a GeoPackage, changed, and name it in the project."""
    frame, _, _ = read_vector(project.parent / name)
    changed = change(frame.copy())
    new = f"{Path(name).stem}_改.gpkg"
    changed.to_file(project.parent / new)
    settings(project, f'path = "{name}"', f'path = "{new}"')


def rows_of_csv(project: Path, change: Callable[[list[list[str]]], list[list[str]]]) -> None:
    """Change the rows of the table of facilities."""
    path = project.parent / "设施POI.csv"
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("gb18030"), newline="")))
    text = io.StringIO(newline="")
    csv.writer(text).writerows(change(rows))
    path.write_bytes(text.getvalue().encode("gb18030"))


def shapes(rows: list[int], make: Callable[[shapely.Geometry], shapely.Geometry | None]) -> Change:
    """Return a change of the shapes of some rows."""

    def change(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        own = frame.geometry.to_numpy().copy()
        for row in rows:
            own[row] = make(own[row])
        return frame.set_geometry(gpd.GeoSeries(own, crs=frame.crs))

    return change


def crossing(shape: shapely.Geometry) -> shapely.Polygon:
    """Return a shape of the same extent whose outline crosses itself."""
    west, south, east, north = shape.bounds
    return shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])


def values(rows: list[int], column: int, value: object) -> Change:
    """Return a change of the cells of some rows."""

    def change(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        name = frame.columns[column]
        return frame.assign(**{name: frame[name].astype(object).mask(frame.index.isin(rows), value)})

    return change


def column_of(name: str, heading: str) -> int:
    """Return where a heading stands in a layer of the town."""
    return list(read_vector(TOWN / name)[0].columns).index(heading)


def add_layer(project: Path, table: str, frame: gpd.GeoDataFrame, name: str) -> None:
    """Write one more layer and name it in the project."""
    frame.to_file(project.parent / name)
    project.write_text(f'{project.read_text("utf-8")}\n[[{table}]]\npath = "{name}"\n', encoding="utf-8")


def mixture(kinds: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return one row of each kind of shape, and one without, in the middle of the town."""
    x, y = 490_000.0, 3_132_000.0
    point = shapely.Point(x, y)
    made = [
        point,
        shapely.LineString([(x, y), (x + 50, y)]),
        shapely.box(x, y, x + 40, y + 40),
        shapely.MultiPoint([point]),
        None,
    ]
    columns = {heading: [word] * len(made) for heading, word in kinds.items()}
    return gpd.GeoDataFrame(columns, geometry=made, crs="EPSG:4548")


def broken(name: str) -> Callable[[Path], None]:
    """Return a spoiler that breaks a file off."""

    def spoil(project: Path) -> None:
        path = project.parent / name
        path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 3])

    return spoil


def spoil_ledger(project: Path) -> None:
    """Put a total, an empty row, a remark and a row without a name below the ledger."""
    path = project.parent / "台账.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.append(["合计", None, None, None, None, 1])
    sheet.append([])
    sheet.append(["备注：以上为初稿"])
    book.save(path)


SPOILS: dict[str, Callable[[Path], None]] = {
    "as shipped": lambda _: None,
    "estates without shapes": lambda project: rewrite(project, "小区.shp", shapes([0, 5], lambda _: None)),
    "estates as points": lambda project: rewrite(project, "小区.shp", shapes([1, 7, 9], shapely.centroid)),
    "estates that cross themselves": lambda project: rewrite(project, "小区.shp", shapes([2], crossing)),
    "estates without names": lambda project: rewrite(project, "小区.shp", values([3, 4], 1, None)),
    "estates of one code": lambda project: rewrite(project, "小区.shp", values([0, 1], 0, "361199006003003")),
    "facilities with bad coordinates": lambda project: rows_of_csv(
        project,
        lambda rows: [*rows, ["X1", "甲", *["坏"] * (len(rows[0]) - 2)], ["X2", "乙", *[""] * (len(rows[0]) - 2)]],
    ),
    "facilities with more cells than headings": lambda project: rows_of_csv(
        project, lambda rows: [*rows, [*rows[1], "多"]]
    ),
    "facilities of all shapes": lambda project: add_layer(
        project, "facilities", mixture({"名称": "第一养老院", "类型": "养老"}), "更多.gpkg"
    ),
    "sites of an unknown kind": lambda project: rewrite(
        project, "可利用资源.gpkg", values([0, 1], column_of("可利用资源.gpkg", "类型"), "游乐园")
    ),
    "sites of all shapes": lambda project: add_layer(project, "sites", mixture({"类型": "停车场"}), "地块.gpkg"),
    "gates of all shapes": lambda project: add_layer(project, "gates", mixture({"名称": "东门"}), "门.gpkg"),
    "barriers of all shapes": lambda project: add_layer(project, "barriers", mixture({"类型": "围墙"}), "墙.gpkg"),
    "a ledger with a total and remarks": spoil_ledger,
}
FAILING: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "no coordinates": (
        lambda project: rows_of_csv(
            project, lambda rows: [[{"经度": "东", "纬度": "北"}.get(cell, cell) for cell in rows[0]], *rows[1:]]
        ),
        "facilities",
        "table_no_coordinates",
    ),
    "broken estates": (broken("小区.shp"), "estates", "shapefile_broken_off"),
    "broken sites": (broken("可利用资源.gpkg"), "sites", "file_broken"),
    "broken ledger": (broken("台账.xlsx"), "ledger", "file_broken"),
    "broken network": (broken("路网.osm.pbf"), "network", "osm_unreadable"),
    "unknown layer": (
        lambda project: settings(project, 'path = "可利用资源.gpkg"', 'path = "可利用资源.gpkg"\nlayer = "没有"'),
        "sites",
        "layer_unknown",
    ),
    "wrong encoding": (
        lambda project: settings(project, 'path = "小区.shp"', 'path = "小区.shp"\nencoding = "utf-8"'),
        "estates",
        "encoding_does_not_fit",
    ),
    "unknown sheet": (
        lambda project: settings(project, 'path = "台账.xlsx"', 'path = "台账.xlsx", sheet = "没有"'),
        "ledger",
        "sheet_unknown",
    ),
    "impossible system": (
        lambda project: settings(project, 'path = "小区.shp"', 'path = "小区.shp"\ncoordinates = "EPSG:4326"'),
        "estates",
        "crs_declared_impossible",
    ),
}


def rows_in_file(path: Path) -> int:
    """Count the rows of a file without the readers of the package."""
    if path.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("gb18030"), newline="")))
        return sum(any(cell for cell in row) for row in rows) - 1
    return len(pd.DataFrame(gpd.read_file(path, encoding="gb18030" if path.suffix == ".shp" else None)))
