"""Whether the data can carry the conclusions: thin layers, missing estates, assumed access, distant connections."""

from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.problems import Problem, note, warning
from geo.gaps import Question
from geo.network import Network

AROUND_ESTATES_M = 300.0
# Of the streets of a well mapped city at least half lie near a mapped estate.
FAR_STREETS_SHARE = 0.5
STREETS = ("residential", "living_street", "tertiary", "secondary", "unclassified")
ASSUMED_SHARE = 0.5
MEDIAN_CONNECTOR_M = 50.0


def far_streets_share(estates: gpd.GeoDataFrame, *, ways: gpd.GeoDataFrame) -> float:
    """Work out which share of the town's streets has no mapped estate near it.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons, metres.
    ways : GeoDataFrame
        ``highway``, ``length_mm``, lines.

    Returns
    -------
    float
        0..1 by length; NaN when there is no street. A high share says that estates are missing from the data.
    """
    streets = ways[ways["highway"].isin(STREETS)]
    if streets.empty:
        return float("nan")
    middle = shapely.line_interpolate_point(streets.geometry.to_numpy(), 0.5, normalized=True)
    near = np.unique(
        shapely.STRtree(estates.geometry.to_numpy()).query(middle, predicate="dwithin", distance=AROUND_ESTATES_M)[0]
    )
    length = streets["length_mm"].to_numpy(float)
    return float(1 - length[near].sum() / length.sum())


def check_estates(estates: gpd.GeoDataFrame, *, ways: gpd.GeoDataFrame) -> tuple[Problem, ...]:
    """Tell that estates are missing from data that should hold all of them.

    Parameters
    ----------
    estates, ways : GeoDataFrame
        As for :func:`far_streets_share`.

    Returns
    -------
    tuple of Problem
        One warning, or none.
    """
    share = far_streets_share(estates, ways=ways)
    if not share > FAR_STREETS_SHARE:
        return ()
    reach = f"{AROUND_ESTATES_M:.0f}"
    return (warning("estates_thin", value=f"{share:.0%}", count=len(estates), reach=reach),)


def check_completeness(
    questions: Sequence[Question],
    *,
    estates: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    network: Network,
    access: gpd.GeoDataFrame,
) -> tuple[Problem, ...]:
    """Tell what the data cannot carry.

    Parameters
    ----------
    questions : sequence of Question
        Services asked about.
    estates, facilities, access : GeoDataFrame
        Columns as in ``Plan``.
    network : Network
        The network.

    Returns
    -------
    tuple of Problem
        Warnings and notes; none of them stops a run.
    """
    return (
        *_nothing_asked(questions),
        *_thin_layers(questions, facilities),
        *_loose_ends(estates, facilities, access),
        *_scraps(network),
    )


def _nothing_asked(questions: Sequence[Question]) -> Iterator[Problem]:
    if not questions:
        yield warning("nothing_assessed")


def _thin_layers(questions: Sequence[Question], facilities: gpd.GeoDataFrame) -> Iterator[Problem]:
    found = facilities["service"].value_counts()
    for question in questions:
        if question.thin:
            count = int(found.get(question.service.key, 0))
            yield warning(
                "service_thin", service=question.service.name, value=count, expected=f"{question.expected:.0f}"
            )


def _loose_ends(estates: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, access: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Tell of places that are not connected, of guessed access, and of layers that may be shifted."""
    for frame, key, name in ((estates, "estate_id", "estate"), (facilities, "facility_id", "facility")):
        mine = access[access["owner"] == name]
        for identifier, label in frame.loc[~frame[key].isin(mine["owner_id"]), [key, "name"]].itertuples(index=False):
            yield warning(f"{name}_unconnected", feature=identifier, value=identifier if pd.isna(label) else label)
    mine = access[access["owner"] == "estate"]
    assumed = mine.loc[mine["kind"] == "assumed", "owner_id"].nunique() / max(len(estates), 1)
    if assumed > ASSUMED_SHARE:
        yield warning("access_assumed", value=f"{assumed:.0%}")
    median_m = mine["connector_mm"].median() / 1000
    if median_m > MEDIAN_CONNECTOR_M:
        yield warning("layers_shifted", value=f"{median_m:.0f}")


def _scraps(network: Network) -> Iterator[Problem]:
    scrap = ~network.used & ~np.isin(network.component, _behind_gates(network))
    if scrap.any():
        count = len(np.unique(network.component[scrap]))
        km = network.length_mm[scrap].sum() / 1e6
        yield note("network_scraps", value=count, km=f"{km:.1f}")


def _behind_gates(network: Network) -> np.ndarray:
    """Return the components that a gate cuts off: a node that was cut stands there more than once."""
    ids, count = np.unique(network.osm_id[network.osm_id >= 0], return_counts=True)
    cut = np.isin(network.osm_id, ids[count > 1])
    return np.unique(network.component[cut[network.u] | cut[network.v]])
