"""What the interactive map knows of the base map that the user has set up."""

import os
from typing import Any

from data.project_map import KEY_PLACE, TilesTable, tile_rules


def tiles_payload(tiles: TilesTable | None) -> dict[str, Any] | None:
    """Say where the tiles come from; the key is among it only where the settings ask for that.

    Parameters
    ----------
    tiles : TilesTable or None
        The settings of the base map.

    Returns
    -------
    dict or None
        ``url`` (addresses, the lowest first), ``attribution``, ``subdomains``, ``min_zoom``, ``max_zoom``, ``shifted``
        (bool: they are in GCJ-02), ``needs_key`` (bool: it has to be asked for); None without a base map.
    """
    if tiles is None:
        return None
    preset = tile_rules()["preset"].get(tiles.preset, {})
    key = _key(tiles) if tiles.embed_key else ""
    url = [address.replace(KEY_PLACE, key) if key else address for address in preset.get("url", tiles.url)]
    return {
        "url": url,
        "attribution": tiles.attribution or preset.get("attribution", ""),
        "subdomains": list(tiles.subdomains or preset.get("subdomains", ["a"])),
        "min_zoom": tiles.min_zoom,
        "max_zoom": min(tiles.max_zoom, preset.get("max_zoom", tiles.max_zoom)),
        "shifted": tiles.is_shifted,
        "needs_key": any(KEY_PLACE in address for address in url),
    }


def _key(tiles: TilesTable) -> str:
    if tiles.key is not None:
        return tiles.key.get_secret_value()
    return os.environ.get(tiles.key_env, "") if tiles.key_env else ""
