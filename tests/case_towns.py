"""A town around the files of a case: two streets and a clinic near Nanchang, and the estates that the case brings."""

import json
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely import Geometry, LineString, Point, Polygon, box

from data.inputs import Inputs
from data.load import load_project
from data.problems import Problem
from data.project_file import read_project

# The lower left corner of the estates in EPSG:4548, metres.
X, Y = 391508.0, 3174307.0


def load(folder: Path, estates: str, *, settings: str = "", alone: bool = False, meridian: float = 0) -> Inputs:
    """Write streets, a clinic and a project.toml beside the files of a folder, and load it.

    ``settings`` are further lines of the estates; ``alone`` leaves out whatever would tell where the town lies;
    ``meridian`` moves the streets by so many degrees east.
    """
    crs = None if alone else 4548 + int(meridian // 3)
    streets = [LineString([(X - 900, Y - 10), (X + 900, Y - 10)]), LineString([(X - 10, Y - 900), (X - 10, Y + 900)])]
    shapefile(folder / "路.shp", frame(streets, crs=crs, name=["东西路", "南北路"]))
    shapefile(folder / "医.shp", frame([Point(X + 300, Y)], crs=crs, 名称=["养老站"]))
    path = json.dumps(estates, ensure_ascii=False)
    (folder / "project.toml").write_text(
        f"""[project]
name = "例"
[estates]
path = {path}
{settings}
[[facilities]]
path = "医.shp"
service = "elder_care"
[network]
path = "路.shp"
""",
        encoding="utf-8",
    )
    return load_project(read_project(folder / "project.toml"))


def told(inputs: Inputs, *files: str) -> list[Problem]:
    """Return what was found in the files of the estates, in the order told."""
    return [problem for problem in inputs.problems if problem.file in files]


def codes(problems: Sequence[Problem], *, beginning: str = "") -> list[str]:
    return [problem.code for problem in problems if problem.code.startswith(beginning)]


def areas(inputs: Inputs, *, key: str = "name") -> dict[str, float]:
    """Return the area of each estate, in tenths of a square metre."""
    return {
        str(name): round(float(area), 1) for name, area in zip(inputs.estates[key], inputs.estates.area, strict=True)
    }


def lonlat(inputs: Inputs) -> list[list[float]]:
    """Return the middles of the estates in degrees."""
    middles = gpd.GeoSeries(inputs.estates.centroid, crs=inputs.crs).to_crs(4326)
    return [list(point) for point in shapely.get_coordinates(middles).tolist()]


def blocks(*sizes: tuple[float, float], gap: float = 20.0, east: float = X) -> list[Polygon]:
    """Return rectangles side by side, in metres."""
    lefts = [east + sum(size[0] + gap for size in sizes[:at]) for at in range(len(sizes))]
    return [box(left, Y, left + wide, Y + high) for left, (wide, high) in zip(lefts, sizes, strict=True)]


def frame(
    shapes: Sequence[Geometry | None], *, crs: int | None = 4548, **columns: Sequence[object]
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=list(shapes), crs=crs)


def shapefile(
    path: Path, given: gpd.GeoDataFrame, *, encoding: str = "GB18030", cpg: str | None = None, language: int = 0
) -> Path:
    """Write a shapefile as it comes by chat: a table in any encoding, any claim of it, a .prj if there is a system."""
    given.set_crs(given.crs or 4548).to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    if given.crs is None:
        path.with_suffix(".prj").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    raw[29] = language
    path.with_suffix(".dbf").write_bytes(raw)
    return path
