"""The settings of what is drawn and printed: the keys of ``[map]`` and ``[atlas]``."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from data.settings_table import SettingsTable

KEY_PLACE = "{key}"
_SCHEMES = ("http", "https", "file", "")
_ROW = re.compile(r"\{-?y\}")
# A key that stands in the address itself would be written into every map.
_KEY_IN_URL = re.compile(r"[?&](?:tk|key|ak|token|access_token|api_?key)=(?!\{key\})[^&]+", re.IGNORECASE)


@cache
def tile_rules() -> Mapping[str, Any]:
    """Read the services of map tiles.

    Returns
    -------
    mapping
        ``preset`` and ``hosts`` of ``tiles.toml``.
    """
    read: dict[str, Any] = tomllib.loads(files("data").joinpath("tiles.toml").read_text("utf-8"))
    return read


def _addresses(given: object) -> object:
    """Read one address as a list of one."""
    return (given,) if isinstance(given, str) else given


def _refused(allowed: str) -> PydanticCustomError:
    return PydanticCustomError("literal_error", "not allowed", {"expected": allowed})


def _is_of(host: str, family: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in tile_rules()["hosts"][family])


class TilesTable(SettingsTable):
    """Hold ``map.tiles``: a base map of the user's own.

    ``preset`` names one of ``tiles.toml``, ``url`` gives addresses with ``{z}``, ``{x}`` and ``{y}`` (drawn in their
    order; ``{s}`` stands for a subdomain, ``{key}`` for the key). ``key``, or the environment variable ``key_env``, is
    written into the map only with ``embed_key``; otherwise the map asks for it. Tiles in GCJ-02 are drawn shifted back.
    """

    preset: Literal["tianditu_vec", "tianditu_img"] | None = None
    coordinates: Literal["wgs84", "gcj02"] | None = None
    url: Annotated[tuple[str, ...], BeforeValidator(_addresses)] = Field(default=(), validate_default=True)
    attribution: str = ""
    key: SecretStr | None = None
    key_env: str | None = None
    embed_key: bool = False
    min_zoom: int = Field(default=0, ge=0, le=22)
    max_zoom: int = Field(default=18, ge=0, le=22)
    subdomains: tuple[str, ...] = ()

    @field_validator("url")
    @classmethod
    def _drawable(cls, given: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if "preset" in info.data and bool(info.data["preset"]) == bool(given):
            raise _refused("preset | url")
        for address in given:
            parts = urlsplit(address)
            host = (parts.hostname or "").lower()
            if parts.scheme not in _SCHEMES or not ("{z}" in address and "{x}" in address and _ROW.search(address)):
                raise _refused("https://…/{z}/{x}/{y}.png")
            if _KEY_IN_URL.search(address):
                raise _refused("…={key}")
            if _is_of(host, "unusable"):
                raise _refused("EPSG:3857")
            if info.data.get("coordinates") == "wgs84" and _is_of(host, "gcj02"):
                raise _refused('coordinates = "gcj02"')
        return given

    @property
    def is_shifted(self) -> bool:
        """Tell whether the tiles are in GCJ-02, as declared or by their host."""
        hosts = [(urlsplit(address).hostname or "").lower() for address in self.url]
        return self.coordinates == "gcj02" or any(_is_of(host, "gcj02") for host in hosts)


class TitleBlockTable(SettingsTable):
    """Hold ``[map.title_block]``: what stands in the title block of every sheet; what is left out stays blank to sign.

    ``plan`` and ``period`` are the name and the years of the plan, ``client`` and ``institute`` who ordered and who
    made it; ``review_number`` is the number under which the map was reviewed for publication.
    """

    plan: str = ""
    period: str = ""
    client: str = ""
    institute: str = ""
    lead: str = ""
    drawn: str = ""
    checked: str = ""
    approved: str = ""
    review_number: str = ""


class MapTable(SettingsTable):
    """Hold ``[map]``."""

    title: str = ""
    tiles: TilesTable | None = None
    title_block: TitleBlockTable = TitleBlockTable()


class AtlasTable(SettingsTable):
    """Hold ``[atlas]``.

    ``sheets`` is a file of sheets that takes the place of those of the package, ``only`` the keys of the sheets that
    are made; ``fonts`` are font files for characters that the font of the package does not have.
    """

    paper: Literal["A4", "A3", "A1"] = "A3"
    sheets: str | None = None
    only: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()
