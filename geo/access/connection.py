"""How the places of a town are connected: the network, and where estates and facilities meet it."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.inputs import Inputs, Walkways
from geo.access.access_points import estate_access, facility_access, sealed
from geo.access.doors import Surroundings
from geo.access.inside import Homes, OwnGround, own_ground, with_inside
from geo.access.kept_points import keep_points
from geo.judgement.people import homes_of
from geo.streets.network import build_network
from geo.streets.shut_gates import Parted, part_at_gates


@dataclass(frozen=True)
class Connection:
    """Hold the network and the access points.

    Parameters
    ----------
    walkways : Walkways
        The ways; those with a shut gate on them are split there.
    around : Surroundings
        The network of these ways, and the barriers.
    points : GeoDataFrame
        Columns as ``Plan.access_points``.
    homes : Homes
        Residential buildings of the estates.
    own : OwnGround
        Facilities that lie in an estate.
    unclear : tuple of str
        Gates that are shut and part nothing, because nothing tells which side of a junction they shut.
    """

    walkways: Walkways
    around: Surroundings
    points: gpd.GeoDataFrame
    homes: Homes
    own: OwnGround
    unclear: tuple[str, ...]


def connect(inputs: Inputs, *, estates: gpd.GeoDataFrame) -> Connection:
    """Connect the estates and facilities with the network.

    Parameters
    ----------
    inputs : Inputs
        The layers.
    estates : GeoDataFrame
        The estates, in the order that the results are to have.

    Returns
    -------
    Connection
        The network and the access points.
    """
    parted = part_at_gates(inputs.walkways, gates=inputs.gates, estates=estates)
    around = _surroundings(inputs, parted, estates)
    points = _points(inputs, estates, around)
    homes = _homes(inputs, estates)
    return Connection(
        parted.walkways,
        around,
        with_inside(points, estates=estates, homes=homes),
        homes,
        own_ground(inputs.facilities, estates=estates, homes=homes),
        tuple(inputs.gates["gate_id"].iloc[parted.unclear]),
    )


def _points(inputs: Inputs, estates: gpd.GeoDataFrame, around: Surroundings) -> gpd.GeoDataFrame:
    """Find where estates and facilities meet the network; what was assumed before a scenario stays a way in."""
    gates = inputs.gates
    of_estates = estate_access(estates, gates=gates, around=around)
    of_facilities = facility_access(
        inputs.facilities,
        entrances=inputs.entrances,
        gates=gates,
        around=around,
        estates=estates,
        estate_points=of_estates,
    )
    points = gpd.GeoDataFrame(pd.concat([of_estates, of_facilities], ignore_index=True), crs=inputs.crs)
    if inputs.before is None:
        return points
    shut_in = estates["estate_id"].iloc[sealed(estates, gates=gates)]
    earlier = connect(inputs.before, estates=estates).points
    earlier = earlier[(earlier["owner"] != "estate") | ~earlier["owner_id"].isin(shut_in)]
    return keep_points(points, earlier=earlier, owners=_owners(estates, inputs.facilities), around=around)


def _owners(estates: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> pd.MultiIndex:
    """Return who may have access points, in their order."""
    kinds = np.repeat(np.array(["estate", "facility"], object), [len(estates), len(facilities)])
    ids = np.concatenate([estates["estate_id"].to_numpy(object), facilities["facility_id"].to_numpy(object)])
    return pd.MultiIndex.from_arrays([kinds, ids], names=["owner", "owner_id"])


def _surroundings(inputs: Inputs, parted: Parted, estates: gpd.GeoDataFrame) -> Surroundings:
    edges, kinds = parted.walkways.edges, inputs.barriers["kind"]
    return Surroundings(
        network=build_network(parted.walkways, parted=parted.ends, grounds=estates.geometry.to_numpy()),
        nodes=parted.walkways.nodes,
        lines=edges.geometry.to_numpy(),
        raised=(edges["bridge"] | edges["tunnel"]).to_numpy(bool),
        barriers=inputs.barriers[kinds != "wall"].geometry.to_numpy(),
        walls=inputs.barriers[kinds == "wall"].geometry.to_numpy(),
        max_snap_m=inputs.project.walking.max_snap_m,
        crs=inputs.crs,
        gate_nodes=pd.Series(parted.node, index=inputs.gates["gate_id"].iloc[parted.gate], dtype=np.int64),
    )


def _homes(inputs: Inputs, estates: gpd.GeoDataFrame) -> Homes:
    found = homes_of(estates, buildings=inputs.buildings, assumed=inputs.project.estimates)
    footprints = inputs.buildings.geometry.to_numpy()[found["building"].to_numpy(np.int64)]
    return Homes(
        found["estate"].to_numpy(np.int64), shapely.centroid(footprints), found["floor_area_m2"].to_numpy(float)
    )
