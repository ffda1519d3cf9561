import tomllib
from importlib.resources import files

import geopandas as gpd
import pytest
from shapely import Point

from data.layer_accounts import (
    Declared,
    LayerAccount,
    account_layer,
    account_ledger,
    bounds_of,
    count_told,
    crs_decision,
    encoding_decision,
    settled_account,
)
from data.problems import Problem, note, warning
from data.words import read_entries

FILE = Declared("facilities", "点.csv")
RULES = tomllib.loads(files("data").joinpath("layer_accounts.toml").read_text("utf-8"))


def layer(count: int) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[Point(117 + i / 100, 28) for i in range(count)], crs="EPSG:4326")


def test_every_code_that_is_counted_has_a_sentence() -> None:
    codes = {key.split(".")[1] for key in read_entries() if key.startswith("problems.")}
    for table in ("dropped", "repaired", "encoding"):
        assert set(RULES[table]) <= codes
    assert all(any(code.startswith(beginning) for code in codes) for beginning in RULES["crs"])
    assert set(RULES["crs"].values()) | {"stated", "table"} == {
        key.rpartition(".")[2] for key in read_entries() if key.startswith("report.crs_by.")
    }


def test_rows_are_counted_by_what_each_line_says() -> None:
    problems = [
        warning("point_unusable", file="a"),
        warning("sites_unclassified", file="a", count=3, names="甲"),
        note("shapefile_deleted", file="a", value=2),
        warning("missing_file", file="a"),
    ]
    assert count_told(problems, kind="dropped") == 4
    assert count_told([note("point_swapped")], kind="repaired") == 1


def test_rows_that_nothing_tells_of_are_told() -> None:
    lost = warning("point_unusable", file="点.csv")
    other = warning("point_unusable", file="另.csv")
    account, told = account_layer(FILE, frame=layer(3), facts={"rows": "6"}, problems=[lost, other])
    assert (account.read, account.kept, account.dropped) == (6, 3, 3)
    assert [(one.code, one.value) for one in told] == [("rows_untold", "2")]
    _, told = account_layer(FILE, frame=layer(3), facts={"rows": "4"}, problems=[lost])
    assert told == ()


def test_a_row_of_several_services_is_one_row() -> None:
    frame = layer(3).assign(origin=["点.csv #1", "点.csv #1", "点.csv #2"])
    account, told = account_layer(FILE, frame=frame, facts={"rows": "2"}, problems=[])
    assert (account.kept, account.dropped, told) == (2, 0, ())


def test_a_place_that_cannot_be_put_on_the_map_is_left_out_after_all() -> None:
    account = LayerAccount("facilities", "点.csv", read=3, kept=3)
    settled = settled_account(account, problems=[warning("facility_unplaced", file="点.csv")])
    assert (settled.kept, settled.dropped) == (2, 1)


def test_the_ledger_adds_up() -> None:
    account = account_ledger(
        Declared("ledger", "台账.xlsx", "一"), rows=5, problems=[note("ledger_sum_rows", file="台账.xlsx", value=2)]
    )
    assert (account.read, account.kept, account.dropped, account.format) == (7, 5, 2, "XLSX")


@pytest.mark.parametrize(
    ("coordinates", "facts", "codes", "expected"),
    [
        ("auto", {"format": "GPKG", "crs": "WGS 84"}, [], "stated"),
        ("auto", {"format": "CSV"}, [], "assumed"),
        ("auto", {}, [], "stated"),
        ("gcj02", {"format": "CSV"}, ["crs_shift_removed"], "shifted"),
        ("EPSG:4548", {"format": "GPKG", "crs": "WGS 84"}, ["crs_overridden"], "declared"),
        ("wgs84", {"format": "CSV"}, [], "declared"),
        ("auto", {"format": "CSV", "coordinates": "wgs84"}, ["coordinates_stated"], "table"),
        ("auto", {"format": "SHP"}, ["crs_swapped", "crs_assumed"], "numbers"),
    ],
)
def test_how_a_system_was_decided(coordinates: str, facts: dict[str, str], codes: list[str], expected: str) -> None:
    problems = [Problem(warning("x").severity, code) for code in codes]
    assert crs_decision(Declared("", "", coordinates=coordinates), facts=facts, problems=problems) == expected


@pytest.mark.parametrize(
    ("encoding", "facts", "codes", "expected"),
    [
        ("auto", {"format": "GPKG", "encoding": "UTF-8"}, [], "stated"),
        ("auto", {"format": "CSV", "encoding": "GB18030"}, [], "bytes"),
        ("auto", {"format": "ESRI Shapefile", "encoding": "GB18030"}, ["encoding_detected"], "bytes"),
        ("auto", {"format": "ESRI Shapefile", "encoding": "GB18030"}, ["encoding_claim_wrong"], "against_claim"),
        ("gbk", {"format": "CSV", "encoding": "GBK"}, [], "declared"),
        ("auto", {"format": "ESRI Shapefile", "encoding": ""}, [], ""),
    ],
)
def test_how_an_encoding_was_decided(encoding: str, facts: dict[str, str], codes: list[str], expected: str) -> None:
    problems = [Problem(warning("x").severity, code) for code in codes]
    assert encoding_decision(Declared("", "", encoding=encoding), facts=facts, problems=problems) == expected


def test_the_place_is_in_degrees_and_none_where_there_is_none() -> None:
    assert bounds_of(layer(2).to_crs("EPSG:4548")) == pytest.approx((117, 28, 117.01, 28))
    assert bounds_of(layer(0)) is None
    assert bounds_of(layer(1).set_crs(None, allow_override=True)) is None
