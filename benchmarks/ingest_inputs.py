"""Large inputs made by code: a ledger as offices keep it, a layer of estates drawn by hand, points of a web map."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xlsxwriter

_HEADINGS = ("小区编号", "小区名称", "街道", "建成年代", "楼栋数(栋)", "建筑面积(万㎡)", "户数", "人口", "车位数")
_YEARS = ("1990年代", "80年代末", "不详", "1998-2001")
_BLOCK = 125
_SPACING_M, _SIDE_M = 60.0, 54.0


def write_large_ledger(path: Path, rows: int) -> None:
    """Write a workbook with a title, merged subdistricts, a subtotal below each and a total below all.

    Parameters
    ----------
    path : Path
        The workbook.
    rows : int
        How many estates.
    """
    draw = np.random.default_rng(1)
    households = draw.integers(20, 2_000, rows)
    total = np.zeros(4)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, len(_HEADINGS) - 1, "城镇老旧小区基本情况台账")
        sheet.write_row(1, 0, _HEADINGS)
        line = 2
        for start in range(0, rows, _BLOCK):
            stop = min(start + _BLOCK, rows)
            if stop - start > 1:
                sheet.merge_range(line, 2, line + stop - start - 1, 2, f"第{start // _BLOCK + 1}街道")
            sums = np.zeros(4)
            for number in range(start, stop):
                count = int(households[number])
                figures = (int(draw.integers(1, 30)), round(count * 85 / 1e4, 2), count, int(count * 2.6))
                year = _YEARS[number % 4] if number % 5 == 0 else int(draw.integers(1970, 2005))
                sheet.write_row(line, 0, (f"361199001{number:09d}", f"和平里{number}号院"))
                sheet.write_row(line, 3, (year, *figures, int(draw.integers(0, 500))))
                sums += figures
                line += 1
            sheet.write(line, 0, "小计")
            sheet.write_row(line, 4, [round(float(value), 2) for value in sums])
            total += sums
            line += 1
        sheet.write(line, 0, "合计")
        sheet.write_row(line, 4, [round(float(value), 2) for value in total])


def write_estates(path: Path, rows: int) -> None:
    """Write polygons of eleven corners on a grid: of a thousand ten cross themselves and ten lie over a neighbour.

    Parameters
    ----------
    path : Path
        The GeoPackage.
    rows : int
        How many polygons.
    """
    draw = np.random.default_rng(2)
    side = int(np.ceil(np.sqrt(rows)))
    at = np.arange(rows)
    middle = np.column_stack([at % side, at // side]) * _SPACING_M + [500_000.0, 3_170_000.0]
    middle[at % 100 == 1, 0] += _SPACING_M / 4
    angle = np.linspace(0, 2 * np.pi, 12)[None, :-1] + draw.uniform(-0.05, 0.05, (rows, 1))
    radius = _SIDE_M / 2 * draw.uniform(0.9, 1.0, (rows, 11))
    rings = middle[:, None, :] + np.stack([np.cos(angle), np.sin(angle)], axis=-1) * radius[..., None]
    crossed = at % 100 == 0
    rings[crossed] = rings[crossed][:, [0, 2, 1, 3, 4, 5, 6, 7, 8, 9, 10]]
    columns = {"小区编号": [f"{number:09d}" for number in at], "小区名称": [f"和平里{number}号院" for number in at]}
    frame = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapely.polygons(rings), crs=4548)
    frame.to_file(path, engine="pyogrio")


def web_map_points(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return longitudes and latitudes across a province.

    Parameters
    ----------
    count : int
        How many.

    Returns
    -------
    tuple of ndarray
        Degrees.
    """
    draw = np.random.default_rng(3)
    return draw.uniform(113.6, 118.4, count), draw.uniform(24.5, 30.1, count)
