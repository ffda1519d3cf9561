"""Write the sample town: ``python -m data.samples.generate [FOLDER]``."""

import random
import sys
from dataclasses import dataclass
from pathlib import Path

from shapely import Point, Polygon

from data.samples import story
from data.samples.estates import Estate, settle
from data.samples.files import (
    DAY,
    PROJECT,
    SCENARIO,
    store_zip,
    write_estates,
    write_facilities,
    write_network,
    write_sites,
)
from data.samples.grounds import furnish
from data.samples.landscape import landscape
from data.samples.ledger import write_ledger
from data.samples.parcels import divide
from data.samples.places import Place, at_limit, facilities, fronts, sites
from data.samples.streets import closed_ground, streets
from data.samples.ways import Mark, Way, barrier_ways, foot_ways, join_ways, street_ways

SEED = 11


@dataclass(frozen=True)
class Town:
    """Hold the whole town, metres from its south-western corner.

    Parameters
    ----------
    estates : tuple of Estate
        In the order of their codes.
    ways : tuple of Way
        Ways, water and walls; equal spots are one node.
    marks : tuple of Mark
        Gates and the level crossing.
    places : tuple of Place
        Facilities.
    sites : tuple of (str, str, Polygon)
        Name, kind and ground.
    """

    estates: tuple[Estate, ...]
    ways: tuple[Way, ...]
    marks: tuple[Mark, ...]
    places: tuple[Place, ...]
    sites: tuple[tuple[str, str, Polygon], ...]


def build() -> Town:
    """Draw the town, the same one at each call.

    Returns
    -------
    Town
        The town.
    """
    rng = random.Random(SEED)
    drawn = streets()
    ground = divide(drawn, rng=rng)
    estates = settle(ground.parcels, drawn, rng=rng)
    all_streets = [*drawn, *ground.lanes]
    inner, gates = furnish(estates, all_streets, rng=rng)
    park = min(ground.parcels, key=lambda parcel: parcel.distance(Point(story.PARK[1])))
    barriers, crossings = barrier_ways(drawn)
    outer = [*street_ways(all_streets), *foot_ways(drawn), *landscape(park, all_streets)]
    ways = join_ways([*barriers, *outer, *inner])
    free = fronts(all_streets, closed_ground().union(park))
    limit = at_limit(estates, drawn, ways, gates)
    places = facilities(free, estates, limit=limit, rng=rng)
    return Town(tuple(estates), tuple(ways), (*crossings, *gates), tuple(places), tuple(sites(ground.parcels, estates)))


def write(town: Town, folder: Path) -> None:
    """Write the files of the town.

    Parameters
    ----------
    town : Town
        The town.
    folder : Path
        Where to; it is made when it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_estates(folder / "小区.shp", town.estates)
    write_ledger(folder / "台账.xlsx", town.estates, day=DAY)
    store_zip(folder / "台账.xlsx")
    write_facilities(folder / "设施POI.csv", town.places)
    write_network(folder / "路网.osm.pbf", town.ways, town.marks)
    write_sites(folder / "可利用资源.gpkg", town.sites)
    (folder / "project.toml").write_text(PROJECT, encoding="utf-8", newline="\n")
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8", newline="\n")


def main() -> None:
    """Write the town into the folder named, else next to this file."""
    write(build(), Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "town")


if __name__ == "__main__":
    main()
