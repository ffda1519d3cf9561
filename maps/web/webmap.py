"""The interactive map: one HTML file that needs no network."""

import base64
import hashlib
import html
import json
import re
import tomllib
import zlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import folium
import numpy as np
from branca.element import Figure, MacroElement
from folium.template import Template
from pyproj import Transformer

from data.words import Language, words
from geo.plan import Plan
from maps.web.coding import WGS84
from maps.web.payload import payload

SCRIPTS = (
    "decode.js", "elements.js", "symbols.js", "painter.js", "layers.js", "labels.js", "picking.js", "colouring.js",
    "sides.js", "walk.js", "membership.js", "inventory.js", "services.js", "estate_card.js", "card.js", "packages.js",
    "places.js", "proposals.js", "projects.js", "timeline.js", "swipe.js", "filters.js", "search.js", "legend.js",
    "layer_rows.js", "tiles.js", "sources.js", "panel.js", "printing.js", "main.js",
)  # fmt: skip
HTML_LANGUAGES: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}
# Data longer than this are deflated.
PLAIN_LETTERS = 1_500_000
DEFLATE_LEVEL = 6
# Where the view starts when the plan has no estate: the middle of China.
NOWHERE = (35.0, 105.0)

# What JSON allows and HTML or JavaScript would read as something else, and halves of characters that UTF-8 refuses.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_PLACE = re.compile(r"@@lianpian:(\w+)@@")
_CSS_WITH_FILES = re.compile(r"[^{}]*\{[^{}]*url\([^{}]*\}")


def render(plan: Plan, *, language: Language) -> str:
    """Write the interactive map of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.
    language : {"zh", "en"}
        Language of all words.

    Returns
    -------
    str
        A whole HTML page that loads nothing else; the same plan gives the same text.
    """
    data = payload(plan, language=language)
    # Code and data are put in after the template engine is done, in one pass, so that neither ever reads them.
    texts = {
        "language": HTML_LANGUAGES[language],
        "title": html.escape(data["page"]["title"]),
        "style": static_text("leaflet.css") + static_text("app.css"),
        "leaflet": static_text("leaflet.js"),
        **_data_texts(data, language),
        "app": "".join(static_text(name) for name in SCRIPTS),
    }
    page = _page(_centre(plan)).replace("<html>", '<html lang="@@lianpian:language@@">', 1)
    return _PLACE.sub(lambda place: texts[place[1]], page)


def _data_texts(data: dict[str, Any], language: Language) -> dict[str, str]:
    """Write the data as they are, or deflated where they would make a heavy file."""
    text = escaped_json(data)
    if len(text) <= PLAIN_LETTERS:
        return {"kind": "application/json", "data": text, "old": ""}
    packed = base64.b64encode(zlib.compress(text.encode("utf-8"), DEFLATE_LEVEL)).decode("ascii")
    said = html.escape(words(language)("map.page.too_old"))
    return {"kind": "text/plain", "data": packed, "old": f'<p id="lianpian-old" hidden>{said}</p>'}


def escaped_json(values: Any) -> str:  # noqa: ANN401
    """Write values as JSON that can stand inside a script element.

    Parameters
    ----------
    values : object
        Plain values without NaN or infinity.

    Returns
    -------
    str
        JSON without ``<``, ``>``, ``&`` and line separators, which stand as escapes.

    Raises
    ------
    ValueError
        When a number is not finite.
    """
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def static_text(name: str) -> str:
    """Read a file of the page, without the parts that would load another file.

    Parameters
    ----------
    name : str
        File in ``maps/web/static``.

    Returns
    -------
    str
        Its text.
    """
    text = files("maps.web").joinpath("static", name).read_text("utf-8")
    if name.endswith(".css"):
        return _CSS_WITH_FILES.sub("", text)
    return text.partition("//# sourceMappingURL")[0]


def checksums() -> dict[str, tuple[str, str]]:
    """Compare the vendored files with the checksums noted when they were taken in.

    Returns
    -------
    dict of str to (str, str)
        SHA-256 noted and found, by file.
    """
    folder = files("maps.web").joinpath("static")
    noted = tomllib.loads(folder.joinpath("checksums.toml").read_text("utf-8"))["sha256"]
    return {
        name: (sum_, hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest()) for name, sum_ in noted.items()
    }


class _Page(MacroElement):
    """Place the styles, the data and the code on the page of the map."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <style>@@lianpian:style@@</style>
            <script>@@lianpian:leaflet@@</script>
        {% endmacro %}
        {% macro html(this, kwargs) %}
            @@lianpian:old@@
            <script type="@@lianpian:kind@@" id="lianpian-data">@@lianpian:data@@</script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            (function (map) {
            'use strict';
            @@lianpian:app@@
            start(map);
            })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "page", "lianpian"


def _page(centre: tuple[float, float]) -> str:
    view = folium.Map(
        location=centre, zoom_start=14, tiles=None, zoom_control=False, prefer_canvas=True, attribution_control=False,
        zoom_snap=0.25, wheel_px_per_zoom_level=90,
    )  # fmt: skip
    # folium names elements at random; fixed names keep the bytes of the page the same.
    view._name, view._id = "map", "lianpian"
    view.default_js, view.default_css = [], []
    view.add_child(_Page(), name="page")
    figure = Figure(title="@@lianpian:title@@")
    figure.add_child(view)
    return figure.render()


def _centre(plan: Plan) -> tuple[float, float]:
    west, south, east, north = plan.estates.total_bounds
    if not np.isfinite(west):
        return NOWHERE
    to_degrees = Transformer.from_crs(plan.inputs.crs, WGS84, always_xy=True)
    longitude, latitude = to_degrees.transform((west + east) / 2, (south + north) / 2)
    return round(latitude, 6), round(longitude, 6)
