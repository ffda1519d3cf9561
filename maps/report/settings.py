"""How the chapter is laid out, read from ``report.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@cache
def layout() -> Mapping[str, Any]:
    """Read the layout.

    Returns
    -------
    mapping of str to object
        ``page``, ``type``, ``styles``, ``pictures`` and ``table``; the same object at each call.
    """
    read = tomllib.loads(files("maps.report").joinpath("report.toml").read_text("utf-8"))
    return MappingProxyType(read)
