"""Write the files of the sample town, the same bytes each time."""

import csv
import datetime
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import shapely
from pyproj import Transformer
from shapely import Polygon

from data.coordinates.gcj02 import wgs84_to_gcj02
from data.samples import story
from data.samples.estates import Estate
from data.samples.lines import Spot
from data.samples.places import Place
from data.samples.streets import CRS, ORIGIN
from data.samples.ways import Mark, Way

DAY = datetime.date(2026, 6, 30)
_GDAL_DAY = f"{DAY.isoformat()}T00:00:00.000Z"


def to_lonlat(spots: Iterable[Spot]) -> np.ndarray:
    """Return longitude and latitude of spots, shape (n, 2), degrees."""
    xy = np.array(list(spots)) + ORIGIN
    lon, lat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(xy[:, 0], xy[:, 1])
    return np.column_stack([lon, lat])


def _grounded(shapes: Sequence[Polygon]) -> gpd.GeoSeries:
    moved = shapely.transform(np.array(shapes), lambda xy: np.round(xy + ORIGIN, 2))
    return gpd.GeoSeries(moved, crs=CRS)


def write_estates(path: Path, estates: Sequence[Estate]) -> None:
    """Write the estates as a shapefile in GBK that does not say so."""
    frame = gpd.GeoDataFrame(
        {
            "小区编号": [estate.code for estate in estates],
            "小区名称": [estate.name for estate in estates],
            "街道": [estate.subdistrict for estate in estates],
            "社区": [estate.community for estate in estates],
        },
        geometry=_grounded([estate.shape for estate in estates]),
    )
    frame.to_file(path, engine="pyogrio", encoding="GBK")
    path.with_suffix(".cpg").unlink()
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    content[1:4] = bytes((DAY.year - 1900, DAY.month, DAY.day))
    content[29] = 0
    table.write_bytes(content)


def write_sites(path: Path, sites: Sequence[tuple[str, str, Polygon]]) -> None:
    """Write the sites as a GeoPackage."""
    frame = gpd.GeoDataFrame(
        {
            "名称": [name for name, _, _ in sites],
            "类型": [kind for _, kind, _ in sites],
            "面积": [round(shape.area, 1) for _, _, shape in sites],
        },
        geometry=_grounded([shape for _, _, shape in sites]),
    )
    path.unlink(missing_ok=True)
    with _gdal_day():
        frame.to_file(path, layer="可利用资源", engine="pyogrio", VERSION="1.2")
    # The header of an SQLite file holds the version of the library that wrote it.
    content = bytearray(path.read_bytes())
    content[96:100] = (3_040_000).to_bytes(4, "big")
    path.write_bytes(content)


@contextmanager
def _gdal_day() -> Iterator[None]:
    before = os.environ.get("OGR_CURRENT_DATE")
    os.environ["OGR_CURRENT_DATE"] = _GDAL_DAY
    try:
        yield
    finally:
        if before is None:
            del os.environ["OGR_CURRENT_DATE"]
        else:
            os.environ["OGR_CURRENT_DATE"] = before


def write_facilities(path: Path, places: Sequence[Place]) -> None:
    """Write the facilities as a table in GB18030 with GCJ-02 coordinates."""
    lonlat = to_lonlat(place.spot for place in places)
    lon, lat = wgs84_to_gcj02(lonlat[:, 0], lonlat[:, 1])
    with path.open("w", encoding="gb18030", newline="") as stream:
        table = csv.writer(stream, lineterminator="\r\n")
        table.writerow(["名称", "类型编码", "类型", "经度", "纬度", "地址", "面积", "床位/托位/学位/泊位数"])
        for place, x, y in zip(places, lon, lat, strict=True):
            sizes = ["" if size is None else size for size in (place.area_m2, place.capacity)]
            table.writerow([place.name, place.code, place.kind, f"{x:.6f}", f"{y:.6f}", place.address, *sizes])


def write_network(path: Path, ways: Sequence[Way], marks: Sequence[Mark]) -> None:
    """Write ways and gates as an OpenStreetMap extract, numbers in order."""
    tags = {mark.spot: mark.tags for mark in marks}
    spots = dict.fromkeys(spot for way in ways for spot in way.points)
    numbers = {spot: number for number, spot in enumerate(spots, 1_000_001)}
    # The writer opens no path with Chinese names on Windows.
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "network.osm.pbf"
        _write_extract(plain, numbers, tags, ways)
        path.write_bytes(plain.read_bytes())


def _write_extract(
    path: Path, numbers: Mapping[Spot, int], tags: Mapping[Spot, Mapping[str, str]], ways: Sequence[Way]
) -> None:
    header = osmium.io.Header()
    header.set("generator", "lianpian")
    file = osmium.io.File(str(path), "pbf,pbf_compression=none,add_metadata=none")
    with osmium.SimpleWriter(file, header=header) as writer:
        for (spot, number), (lon, lat) in zip(numbers.items(), to_lonlat(numbers), strict=True):
            at = (round(float(lon), 7), round(float(lat), 7))
            writer.add_node(osmium.osm.mutable.Node(id=number, location=at, tags=dict(tags.get(spot, {}))))
        for number, way in enumerate(ways, 2_000_001):
            nodes = [numbers[spot] for spot in way.points]
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=dict(way.tags)))


def store_zip(path: Path) -> None:
    """Write the parts of a zip file again, uncompressed and of one day, so that every machine writes the same bytes."""
    day = (DAY.year, DAY.month, DAY.day, 0, 0, 0)
    buffer = BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as after:
        for name in before.namelist():
            info = zipfile.ZipInfo(name, date_time=day)
            info.create_system = 0
            after.writestr(info, before.read(name))
    path.write_bytes(buffer.getvalue())


PROJECT = f"""# 示例项目：虚构的{story.TOWN}，数据均为程序生成，不对应任何真实地点。
[project]
name = "{story.TOWN}老旧小区连片改造规划(示例)"
author = "示例编制单位"
date = {DAY.isoformat()}
standard = "jiangxi_existing"

[estates]
path = "小区.shp"
ledger = {{ path = "台账.xlsx", key = "小区编号" }}

[[facilities]]
path = "设施POI.csv"
coordinates = "gcj02"
fields = {{ capacity = "床位/托位/学位/泊位数" }}

[[sites]]
path = "可利用资源.gpkg"

[network]
path = "路网.osm.pbf"

[clusters]
floor_people = 1500
ceiling_people = 6000
max_street_width_m = 30
keep_within = "subdistrict"

# 以下单价、比例和预算均为虚构的示例，不是任何地方的价格；实际使用时请换成本项目的数字并写明来源。
[costs]
source = "示例单价，虚构，非真实价格"
date = {DAY.isoformat()}

[costs.items]
roof = {{ yuan = 60, per = "floor_m2" }}
facade = {{ yuan = 80, per = "floor_m2" }}
water_supply = {{ yuan = 1500, per = "household" }}
drainage = {{ yuan = 90, per = "ground_m2" }}
road = {{ yuan = 120, per = "ground_m2" }}
fire_lane = {{ yuan = 60000, per = "estate" }}
lighting = {{ yuan = 40000, per = "estate" }}
security = {{ yuan = 80000, per = "estate" }}
elder_friendly = {{ yuan = 8000, per = "unit" }}
ebike_charging = {{ yuan = 300, per = "household", revenue_yuan = 60, running_yuan = 15 }}
lift = {{ yuan = 500000, per = "walk_up_unit" }}
elder_care = {{ yuan = 3500, per = "facility_m2", revenue_yuan = 420, running_yuan = 300 }}
childcare = {{ yuan = 4000, per = "facility_m2", revenue_yuan = 700, running_yuan = 480 }}
canteen = {{ yuan = 3000, per = "facility_m2", revenue_yuan = 900, running_yuan = 700 }}
market = {{ yuan = 2500, per = "facility_m2", revenue_yuan = 360, running_yuan = 120 }}

[funding.shares.basic]
central = 0.4
provincial = 0.1
city = 0.4
owners = 0.05

[funding.shares.improvement]
city = 0.3
owners = 0.3
maintenance_fund = 0.2

[funding.shares.upgrade]
city = 0.2
market = 0.6

[funding.items]
water_supply = {{ utilities = 0.5, city = 0.5 }}

[funding.caps_yuan]
central = 60000000

[phases]
years = [2026, 2027, 2028, 2029, 2030]
budget_yuan = 40000000
min_willing_percent = 60
"""

SCENARIO = """# 情景：铁南片区新建一处养老服务站，并给食品公司家属院向北开一处门。
# lianpian plan project.toml --scenario scenario.toml
name = "铁南新建养老服务站并开北门"
coordinates = "wgs84"

[[edits]]
action = "add_gate"
at = [116.904981, 28.293822]
name = "食品公司家属院北门"

[[edits]]
action = "add_facility"
service = "elder_care"
name = "铁南社区养老服务站"
at = [116.90541, 28.29320]
floor_area_m2 = 800
capacity = 40
"""
