from pathlib import Path

import pytest

from data.errors import ProjectError
from data.project import Project
from data.project_file import read_settings
from data.project_map import TilesTable

WGS84 = "https://tiles.example/{z}/{x}/{y}.png"
AMAP = "https://webrd0{s}.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}"


@pytest.mark.parametrize(
    ("settings", "shifted"),
    [
        ({"url": WGS84}, False),
        ({"url": WGS84, "coordinates": "gcj02"}, True),
        ({"url": AMAP}, True),
        ({"url": "https://rt0.map.gtimg.com/tile?z={z}&x={x}&y={-y}"}, True),
        ({"url": ["tiles/{z}/{x}/{y}.png"]}, False),
        ({"preset": "tianditu_vec"}, False),
    ],
    ids=["plain", "declared", "amap", "tencent", "beside-the-map", "preset"],
)
def test_tiles_in_gcj02_are_known_by_what_is_said_and_by_their_host(settings: dict[str, str], shifted: bool) -> None:
    assert TilesTable.model_validate(settings).is_shifted is shifted


@pytest.mark.parametrize(
    ("lines", "field", "allowed"),
    [
        (f'url = "{AMAP}"\ncoordinates = "wgs84"', "map.tiles.url", 'coordinates = "gcj02"'),
        ('url = "https://maponline0.bdimg.com/tile/?x={x}&y={y}&z={z}"', "map.tiles.url", "EPSG:3857"),
        (f'url = "{WGS84}?tk=0123456789"', "map.tiles.url", "{key}"),
        ('url = "javascript:{z}{x}{y}"', "map.tiles.url", "https://"),
        ('url = "https://tiles.example/{z}.png"', "map.tiles.url", "{x}/{y}"),
        (f'url = "{WGS84}"\npreset = "tianditu_img"', "map.tiles.url", "preset | url"),
        ("min_zoom = 3", "map.tiles.url", "preset | url"),
        ('preset = "google"', "map.tiles.preset", "tianditu_vec"),
    ],
    ids=["gcj02-as-wgs84", "baidu", "key-in-url", "scheme", "no-place", "two-sources", "no-source", "preset"],
)
def test_tiles_that_would_be_drawn_wrong_are_refused(tmp_path: Path, lines: str, field: str, allowed: str) -> None:
    (tmp_path / "project.toml").write_text(f"[map.tiles]\n{lines}\n", encoding="utf-8")
    _, problems = read_settings(tmp_path / "project.toml")
    found = [problem for problem in problems if str(problem.field).startswith("map")]
    assert [problem.field for problem in found] == [field]
    assert allowed in str(found[0].facts)
    with pytest.raises(ProjectError, match=r"map\.tiles"):
        raise ProjectError(*found)


def test_key_is_in_no_dump_of_the_settings() -> None:
    project = Project.model_validate(
        {"map": {"tiles": {"preset": "tianditu_vec", "key": "SECRET-KEY"}}, "file_name": "project.toml"}
    )
    assert "SECRET-KEY" not in project.model_dump_json() + repr(project)
