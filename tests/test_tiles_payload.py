import pytest

from data.project_map import TilesTable
from maps.web.tiles_payload import tiles_payload

URL = "https://tiles.example/{z}/{x}/{y}?tk={key}"


def test_no_tiles_no_payload() -> None:
    assert tiles_payload(None) is None


def test_preset_has_layer_and_names() -> None:
    found = tiles_payload(TilesTable(preset="tianditu_img"))
    assert found is not None
    assert ["/img_w/" in found["url"][0], "/cia_w/" in found["url"][1]] == [True, True]
    assert (found["needs_key"], found["shifted"], found["max_zoom"]) == (True, False, 18)


@pytest.mark.parametrize(
    ("settings", "in_file"),
    [
        ({"key": "ABC"}, False),
        ({"key": "ABC", "embed_key": True}, True),
        ({"key_env": "LIANPIAN_TEST_KEY"}, False),
        ({"key_env": "LIANPIAN_TEST_KEY", "embed_key": True}, True),
        ({"key_env": "LIANPIAN_NO_KEY", "embed_key": True}, False),
    ],
    ids=["key", "key-embedded", "variable", "variable-embedded", "variable-not-set"],
)
def test_key_is_in_the_file_only_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, object], in_file: bool
) -> None:
    monkeypatch.setenv("LIANPIAN_TEST_KEY", "ABC")
    monkeypatch.delenv("LIANPIAN_NO_KEY", raising=False)
    found = tiles_payload(TilesTable.model_validate({"url": URL, **settings}))
    assert found is not None
    assert ("ABC" in str(found)) is in_file
    assert found["needs_key"] is not in_file
