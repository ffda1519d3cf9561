"""What the streets of a project say of the coordinate systems of its layers."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np

from data.coordinates.crs import centre
from data.coordinates.gcj02 import Floats
from data.coordinates.readings import GEOGRAPHIC
from data.coordinates.rules import coordinate_rules
from data.coordinates.street_test import SYSTEMS, Evidence, Streets, distances_m, settled, shift_m, streets_of, weigh
from data.inputs import Source
from data.problems import Problem, note, warning
from data.project_coordinates import BY_CONTROL, Standing
from data.project_layers import Layer, Reading

AS_THEY_ARE = "wgs84"
_NAMES = {"wgs84": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
_SHIFTED_STREETS = {"streets_gcj02": "gcj02", "streets_bd09": "bd09"}


def ask_streets(
    reading: Reading, layers: Sequence[Layer], *, edges: gpd.GeoDataFrame, network: Standing | None
) -> list[Layer]:
    """Compare every layer with the streets, and take a web map shift off where they leave no doubt of it.

    Parameters
    ----------
    reading : Reading
        The project; what is found is kept in it.
    layers : sequence of Layer
        The layers as read.
    edges : GeoDataFrame
        The streets, in metres.
    network : Standing, optional
        How the streets came to their system; None for an extract or a graph of OpenStreetMap, which is WGS-84.

    Returns
    -------
    list of Layer
        The same, in the same order; those that were shifted are in WGS-84.
    """
    streets = streets_of(edges, sure=network is None or not network.is_open)
    verdicts = [_verdict(layer, streets) for layer in layers]
    for layer, evidence in zip(layers, verdicts, strict=True):
        if layer.standing is not None and evidence is not None:
            reading.problems += _told(layer.standing, evidence, network)
            _keep(reading, layer.standing, evidence)
    if network is not None:
        reading.problems += _of_streets(network, layers, verdicts)
    return [_unshifted(layer, evidence) for layer, evidence in zip(layers, verdicts, strict=True)]


def tell_open(standing: Standing) -> Iterator[Problem]:
    """Tell of a layer whose degrees nobody speaks for and no streets can be asked about.

    Parameters
    ----------
    standing : Standing
        The layer.

    Yields
    ------
    Problem
        One or none.
    """
    if standing.is_open and _shift_m(standing) >= coordinate_rules().streets.min_shift_m:
        yield _open(standing, Evidence({}, 0, 0))


def _shift_m(standing: Standing) -> float:
    """Return how far GCJ-02 lies off at the middle of a layer; 0 for an empty one."""
    if standing.frame.geometry.is_empty.all():
        return 0.0
    return shift_m(*centre(standing.frame))


def _verdict(layer: Layer, streets: Streets) -> Evidence | None:
    """Return what the streets say; None where the readings are the same or there is nothing to compare."""
    standing, rules = layer.standing, coordinate_rules().streets
    if standing is None or _shift_m(standing) < rules.min_shift_m:
        return None
    return weigh(standing.lonlat(), shapes=standing.shapes, streets=streets, rules=rules)


def _told(standing: Standing, evidence: Evidence, network: Standing | None) -> Iterator[Problem]:
    """Say what the streets say of one layer."""
    taken = standing.declared if standing.declared in SYSTEMS else AS_THEY_ARE
    if evidence.clear and evidence.best in _SHIFTED_STREETS:
        return
    if not standing.is_open:
        if evidence.clear and evidence.best != taken:
            value = "CONTROL" if standing.declared == BY_CONTROL else _NAMES.get(taken, taken)
            stated = value if standing.declared != "auto" else standing.frame.crs.name
            yield warning("crs_streets_contradict", **_facts(standing, evidence, value=stated))
    elif not evidence.clear:
        yield _open(standing, evidence)
    elif evidence.best != AS_THEY_ARE:
        metres = f"{np.median(_moved_m(standing, evidence.best)):.0f}"
        yield warning("crs_shift_found", **_facts(standing, evidence), metres=metres)
    elif network is not None and network.is_open:
        yield note("crs_like_streets", **_facts(standing, evidence, value=network.file))
    else:
        yield note("crs_wgs84_found", **_facts(standing, evidence))


def _open(standing: Standing, evidence: Evidence) -> Problem:
    make = note if standing.said else warning
    rules = coordinate_rules().streets
    told = {**_facts(standing, evidence, value=standing.frame.crs.name), "metres": f"{_shift_m(standing):.0f}"}
    if not evidence.enough:
        return make("crs_open_few", **told, needed=rules.min_places, shapes=rules.min_shapes)
    return make("crs_open", **told, needed=f"{rules.min_ratio:g}")


def _facts(standing: Standing, evidence: Evidence, *, value: str = "") -> dict[str, object]:
    best = _NAMES.get(evidence.best, "")
    return {
        "file": standing.file,
        "value": value or best,
        "best": best,
        "declare": evidence.best,
        "medians": _medians(evidence),
        "count": evidence.places,
        "ratio": f"{evidence.ratio:.2f}",
        "chance": f"{evidence.chance_m:.1f}",
    }


def _medians(evidence: Evidence) -> str:
    shown = ((name, evidence.medians_m[key]) for key, name in _NAMES.items() if key in evidence.medians_m)
    return ", ".join(f"{name} {metres:.1f} m" for name, metres in shown)


def _of_streets(network: Standing, layers: Sequence[Layer], verdicts: Sequence[Evidence | None]) -> Iterator[Problem]:
    """Say what the layers say of streets that nobody speaks for, or that are said to be what they are not."""
    confirmed = False
    for layer, evidence in zip(layers, verdicts, strict=True):
        if layer.standing is None or evidence is None or not evidence.clear:
            continue
        shifted = _SHIFTED_STREETS.get(evidence.best)
        if shifted is not None:
            metres = f"{evidence.medians_m[evidence.best]:.1f}"
            told = {**_facts(layer.standing, evidence, value=_NAMES[shifted]), "file": network.file, "declare": shifted}
            yield warning("crs_streets_shifted", **told, layer_file=layer.standing.file, metres=metres)
            confirmed = True
        confirmed |= not layer.standing.is_open or evidence.best != AS_THEY_ARE
    if network.is_open and not confirmed:
        yield from tell_open(network)


def _keep(reading: Reading, standing: Standing, evidence: Evidence) -> None:
    """Write the evidence beside the file that it is about."""
    if not evidence.medians_m:
        return
    told = {
        "streets_medians": _medians(evidence),
        "streets_places": str(evidence.places),
        "streets_ratio": f"{evidence.ratio:.2f}",
        "streets_clear": evidence.best if evidence.clear else "",
    }
    for at, source in enumerate(reading.sources):
        if source.name == Path(standing.file).as_posix() and "streets_places" not in source.facts:
            reading.sources[at] = Source(source.role, source.name, source.sha256, {**source.facts, **told})
            return


def _moved_m(standing: Standing, system: str) -> Floats:
    """Return how far each corner is moved when a shift is taken off."""
    lonlat = standing.lonlat()
    lonlat = lonlat[np.isfinite(lonlat).all(axis=1)]
    return distances_m(lonlat, np.column_stack(SYSTEMS[system](*lonlat.T)))


def _unshifted(layer: Layer, evidence: Evidence | None) -> Layer:
    """Take the shift off a layer where it is nobody's word against the streets'."""
    if evidence is None or layer.standing is None or not layer.standing.is_open or not evidence.clear:
        return layer
    if evidence.best in _SHIFTED_STREETS or evidence.best == AS_THEY_ARE:
        return layer
    degrees = layer.frame.to_crs(GEOGRAPHIC)
    shapes = settled(degrees.geometry.to_numpy(), system=evidence.best)
    frame = degrees.set_geometry(gpd.GeoSeries(shapes, degrees.index, crs=GEOGRAPHIC))
    return dataclasses.replace(layer, frame=frame)
