"""Cases of tables, points and joins that are kept outside the repository, and variants of them made in code."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from data.coordinates.crs import settle
from data.files.points import read_points
from data.files.vectors import read_vector
from data.problems import Problem
from data.tables.columns import layer_columns
from data.tables.join import join_ledger
from data.tables.ledgers import read_ledger
from tests.shared_cases import case


def _codes(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.feature) for problem in problems]


def _places(frame: gpd.GeoDataFrame) -> dict[str, list[float]]:
    return dict(zip(frame["facility_id"], shapely.get_coordinates(frame.geometry).tolist(), strict=True))


def test_encodings_give_the_same_table() -> None:
    folder, expect = case("03-csv-encodings")
    for path in sorted(folder.iterdir()):
        frame, problems, _ = read_points(path)
        places = shapely.get_coordinates(frame.geometry).tolist()
        rows = list(zip(frame["facility_id"], frame["name"], places, frame["capacity"], strict=True))
        wanted = [(code, name, [float(x), float(y)], float(beds)) for code, name, x, y, beds in expect["rows"]]
        assert (path.name, rows, problems) == (path.name, wanted, ())


def test_exchanged_rows_are_turned_round() -> None:
    folder, expect = case("09-lonlat-swapped-rows")
    frame, problems, _ = read_points(folder / "poi.csv")
    assert _places(frame) == expect["good_or_fixable_lonlat"]
    assert [problem.code for problem in problems] == ["point_swapped"] * len(expect["swapped"])


def test_exchanged_table_with_slips(tmp_path: Path) -> None:
    folder, expect = case("09-lonlat-swapped-rows")
    rows = pd.read_csv(folder / "poi.csv", dtype=str)
    places = expect["good_or_fixable_lonlat"]
    rows["lon"], rows["lat"] = ([str(places[code][at]) for code in rows.iloc[:, 0]] for at in (1, 0))
    rows.loc[len(rows)] = {rows.columns[0]: "零", "lon": "0", "lat": "0"}
    rows.loc[len(rows)] = {rows.columns[0]: "点", "lon": "28.68", "lat": "1149712.0"}
    rows.to_csv(tmp_path / "poi.csv", index=False)
    frame, problems, facts = read_points(
        tmp_path / "poi.csv", fields={"facility_id": rows.columns[0], "lon": "lon", "lat": "lat"}
    )
    settled, told = settle(frame, coordinates=facts["coordinates"], place="poi.csv")
    assert shapely.get_coordinates(settled.geometry) == pytest.approx(np.array(list(places.values())))
    assert _codes(problems) == [("point_unusable", "#6"), ("point_unusable", "#7")]
    assert [problem.code for problem in told if problem.code == "crs_swapped"] == ["crs_swapped"]


def test_degrees_in_mixed_styles() -> None:
    folder, expect = case("10-dms-text")
    frame, problems, _ = read_points(folder / "poi.csv")
    found = _places(frame)
    assert found.keys() == expect["values"].keys()
    for code, place in expect["values"].items():
        assert found[code] == pytest.approx(place, abs=expect["tolerance_deg"])
    assert [problem.code for problem in problems] == ["point_unusable"] * len(expect["reject"])


def test_merged_headings_and_totals() -> None:
    folder, expect = case("14-xlsx-merged-header-totals")
    ledger, problems = read_ledger(folder / "ledger.xlsx")
    columns = ["subdistrict", "name", "buildings", "households", "floor_area_m2", "built_year_min"]
    assert ledger[columns].to_numpy().tolist() == expect["records"]
    assert ledger[columns[2:5]].sum().tolist() == expect["sum_buildings_households_area"]
    assert any(problem.code == "ledger_sum_differs" for problem in problems) == expect["warn_total_mismatch"]


def test_wrong_printed_total_is_told(tmp_path: Path) -> None:
    folder, expect = case("14-xlsx-merged-header-totals")
    printed = expect["printed_total_households"]
    book = openpyxl.load_workbook(folder / "ledger.xlsx")
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == printed]
    for cell in cells:
        cell.value = printed + 18
    book.save(tmp_path / "ledger.xlsx")
    ledger, problems = read_ledger(tmp_path / "ledger.xlsx")
    assert len(ledger) == len(expect["records"])
    assert [(p.code, p.feature, p.value, p.facts["computed"]) for p in problems if p.code == "ledger_sum_differs"] == [
        ("ledger_sum_differs", f"#{cell.row}", str(printed + 18), str(printed)) for cell in cells
    ]
    assert len(cells) == 1


def test_typed_values() -> None:
    folder, expect = case("15-ledger-free-text-values")
    ledger, problems = read_ledger(folder / "ledger.xlsx")
    assert len(ledger) == expect["row_count"]
    found = ledger.set_index("name")[["households", "floor_area_m2", "built_year_min", "built_year_max"]]
    for name, (households, note, area, years) in expect["values"].items():
        wanted = pd.Series([households, area, *years], found.columns, dtype="float64")
        pd.testing.assert_series_equal(found.loc[name], wanted, check_names=False)
        row = f"#{ledger.loc[ledger['name'] == name, 'row'].iloc[0]}"
        told = {problem.code for problem in problems if row in problem.feature.split(", ") and problem.field == "户数"}
        if note:
            assert told == {"value_zero" if "zero" in note else "value_approx"}


def test_names_with_phases_and_brackets() -> None:
    folder, expect = case("17-name-join-phases-brackets")
    raw, _, _ = read_vector(folder / "estates.geojson")
    columns, _ = layer_columns(raw, layer="estates", fields={}, place="estates.geojson")
    ledger, _ = read_ledger(folder / "ledger.csv")
    joined, problems = join_ledger(gpd.GeoDataFrame(columns, geometry=raw.geometry), ledger)
    assert len(joined) == len(raw)
    assert dict(zip(joined["estate_id"], joined["households"], strict=True)) == expect["households_by_id"]
    assert joined["households"].sum() == expect["total_households_matched"]
    assert [problem.value for problem in problems if problem.code == "join_row_left"] == expect["unmatched_ledger"]
    assert not [problem for problem in problems if problem.code == "join_estate_left"]


def test_same_name_in_two_subdistricts_is_ambiguous_without_them() -> None:
    folder, expect = case("17-name-join-phases-brackets")
    raw, _, _ = read_vector(folder / "estates.geojson")
    columns, _ = layer_columns(raw, layer="estates", fields={}, place="estates.geojson")
    estates = gpd.GeoDataFrame(columns, geometry=raw.geometry).drop(columns="subdistrict")
    ledger, _ = read_ledger(folder / "ledger.csv")
    joined, problems = join_ledger(estates, ledger)
    open_ones = joined[joined["households"].isna()]
    assert (len(joined), len(open_ones)) == (len(raw), 2)
    assert joined["households"].dropna().isin(expect["households_by_id"].values()).all()
    assert [problem.code for problem in problems].count("join_ambiguous") == 1
