"""The sheets of an atlas as written down: what each shows, and how each layer is classed and named."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from data.errors import ProjectError
from data.problems import Problem, error
from data.settings_table import SettingsTable
from maps.atlas.frames import SOURCES

# Looks that are shared with the other outputs.
SHARED_LOOKS = ("state", "services", "proposals", "clusters")
Scalar = str | bool | int | float


class LayerRule(SettingsTable):
    """Hold one ``[layer.<key>]``.

    ``source`` names what is drawn, ``where`` keeps rows by value; ``classes`` says how rows get their look: ``one``
    for all, ``values`` by the words of ``column``, ``breaks`` between the edges of numbers, ``spread`` looks handed
    out to the values of ``column`` in turn. ``legend`` tells whether the layer stands in the legend, ``counts`` whether
    with numbers, ``label`` how its features are named on the map, ``side_by_side`` whether signs at one place are moved
    apart.
    """

    source: str
    where: dict[str, Scalar] = Field(default_factory=dict)
    classes: Literal["one", "values", "breaks", "spread"] = "one"
    column: str = ""
    edges: tuple[float, ...] = ()
    look: str
    words: str
    legend: bool = True
    counts: bool = True
    label: Literal["", "estate", "cluster", "code", "name"] = ""
    side_by_side: bool = False

    @model_validator(mode="after")
    def _has_a_column(self) -> "LayerRule":
        if self.classes != "one" and not self.column:
            raise ValueError("column is needed to class by")
        if self.classes == "breaks" and (not self.edges or list(self.edges) != sorted(set(self.edges))):
            raise ValueError("edges must rise")
        return self


class SheetRule(SettingsTable):
    """Hold one ``[[sheet]]``.

    ``each`` makes one sheet per assessed service, category, cluster or facility group; ``about`` is what the map is
    fitted to; ``table`` what stands beside the map; ``needs`` a source without which there is nothing to show.
    """

    key: str
    each: Literal["", "service", "category", "cluster"] = ""
    about: Literal["town", "surroundings", "cluster"] = "town"
    layers: tuple[str, ...]
    table: Literal["", "numbers", "clusters", "members", "services", "prospects", "proposals", "years", "coverage"] = ""
    note: str = ""
    needs: str = ""
    title: dict[Literal["zh", "en"], str] = Field(default_factory=dict)
    streets: bool = True


class AtlasRules(SettingsTable):
    """Hold a file of sheets; ``ground`` are the layers that lie under every one."""

    ground: tuple[str, ...] = ()
    layer: dict[str, LayerRule]
    sheet: tuple[SheetRule, ...]


def read_rules(path: Path | None = None) -> AtlasRules:
    """Read the sheets of the package, or those of an institute.

    Parameters
    ----------
    path : Path, optional
        A file of the institute; its layers go beside those of the package, its sheets take their place.

    Returns
    -------
    AtlasRules
        The rules.

    Raises
    ------
    ProjectError
        When the file is not there, is no TOML, or has a key or value that is not allowed; it names every one.
    """
    own = {} if path is None else _read(path)
    shipped = _shipped()
    merged = {
        "ground": own.get("ground", shipped["ground"]),
        "layer": {**shipped["layer"], **_table(own.get("layer", {}))},
        "sheet": own.get("sheet", shipped["sheet"]),
    }
    unknown = {key: value for key, value in own.items() if key not in merged}
    try:
        rules = AtlasRules.model_validate({**merged, **unknown})
    except ValidationError as wrong:
        raise ProjectError(*_told(wrong, path)) from wrong
    lacking = [*_unknown_layers(rules, path), *_unknown_parts(rules, path)]
    if lacking:
        raise ProjectError(*lacking)
    return rules


@cache
def looks() -> Mapping[str, Any]:
    """Read how the layers are drawn.

    Returns
    -------
    mapping of str to Any
        The tables of ``looks.toml``.
    """
    return tomllib.loads(files("maps.atlas").joinpath("looks.toml").read_text("utf-8"))


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(files("maps.atlas").joinpath("sheets.toml").read_text("utf-8"))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as missing:
        raise ProjectError(error("atlas_rules_missing", file=path)) from missing
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as broken:
        raise ProjectError(error("atlas_rules_broken", file=path, reason=str(broken))) from broken


def _table(given: object) -> dict[str, Any]:
    return dict(given) if isinstance(given, Mapping) else {"": given}


def _told(wrong: ValidationError, path: Path | None) -> list[Problem]:
    return [
        error(
            "atlas_rules_value",
            file=path or "sheets.toml",
            field=".".join(str(part) for part in one["loc"]),
            value=one["input"],
            reason=one["msg"],
        )
        for one in wrong.errors()
    ]


def _unknown_parts(rules: AtlasRules, path: Path | None) -> Iterator[Problem]:
    """Tell sources and looks that there are not."""
    for key, layer in rules.layer.items():
        told = {"file": path or "sheets.toml", "layer": key}
        if layer.source not in SOURCES:
            yield error("atlas_rules_source", **told, field="source", value=layer.source, known="、".join(SOURCES))
        if layer.look not in SHARED_LOOKS and look_of(layer.look) is None:
            known = "、".join((*SHARED_LOOKS, *looks()))
            yield error("atlas_rules_source", **told, field="look", value=layer.look, known=known)


def look_of(name: str) -> Any:  # noqa: ANN401 - a table or a list of tables
    """Find a look, or the looks of several classes.

    Parameters
    ----------
    name : str
        Names of tables in ``looks.toml``, parted by dots.

    Returns
    -------
    dict, list of dict or None
        None where there is none.
    """
    found: Any = looks()
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _unknown_layers(rules: AtlasRules, path: Path | None) -> list[Problem]:
    known = "、".join(rules.layer)
    used = [("ground", name) for name in rules.ground]
    used += [(sheet.key, name) for sheet in rules.sheet for name in sheet.layers]
    return [
        error("atlas_rules_layer", file=path or "sheets.toml", sheet=sheet, layer=name, known=known)
        for sheet, name in used
        if name not in rules.layer
    ]
