"""Which service fits which site, as data: the rules that ship, and those of the planner that go before them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import Field

from data.standards.rules import facility_rules, hazard_rules, site_rules
from data.standards.strict_toml import Table, check_tables, read_toml
from data.standards.tables import one_of

Metres = Annotated[float, Field(ge=0, le=100_000)]
Share = Annotated[float, Field(ge=0, le=20)]


class RuleTable(Table):
    """Hold one ``[service.KEY]``."""

    kinds: list[Annotated[str, one_of("site kinds")]]
    least_m2: Annotated[float, Field(gt=0)]
    m2_per_person: Annotated[float, Field(gt=0)]
    least_people: Annotated[float, Field(ge=0)] = 0
    most_storey: int | None = None
    max_road_m: Metres = 100
    keep_away: dict[Annotated[str, one_of("hazard kinds")], Metres] = Field(default_factory=dict)
    outdoor: bool = False


class SitingFile(Table):
    """Hold ``siting.toml``, or a file of the planner that leaves out what is as shipped."""

    floor_share: dict[Annotated[str, one_of("site kinds")], Share] = Field(default_factory=dict)
    ground_share: dict[Annotated[str, one_of("site kinds")], Share] = Field(default_factory=dict)
    service: dict[Annotated[str, one_of("services")], RuleTable] = Field(default_factory=dict)


@dataclass(frozen=True)
class SitingRule:
    """Say what one service asks of a site.

    Parameters
    ----------
    service : str
        Its key.
    kinds : frozenset of str
        Kinds of site that it may use.
    least_m2, m2_per_person, least_people : float
        Smallest facility, area for each person served, and people below whom none is proposed.
    most_storey : float
        Highest storey; infinite where any will do.
    max_road_m : float
        How far from a walkable way it may lie.
    keep_away_m : mapping of str to float
        Metres from hazards, by kind.
    outdoor : bool
        Whether it uses open ground.
    own : bool
        Whether the planner set it.
    """

    service: str
    kinds: frozenset[str]
    least_m2: float
    m2_per_person: float
    least_people: float
    most_storey: float
    max_road_m: float
    keep_away_m: Mapping[str, float] = field(default_factory=dict)
    outdoor: bool = False
    own: bool = False


@dataclass(frozen=True)
class SitingRules:
    """Hold all rules.

    Parameters
    ----------
    services : mapping of str to SitingRule
        By service, in the order of the file.
    floor_share, ground_share : mapping of str to float
        Floor area and open ground that a square metre of a site offers, by kind of site.
    """

    services: Mapping[str, SitingRule]
    floor_share: Mapping[str, float]
    ground_share: Mapping[str, float]


def siting_rules(own: Path | None = None, *, name: str = "") -> SitingRules:
    """Read the rules.

    Parameters
    ----------
    own : Path, optional
        A file of the planner: each service and share that it holds goes before that of the shipped file.
    name : str
        What problems call that file.

    Returns
    -------
    SitingRules
        The rules.

    Raises
    ------
    StandardError
        With all faults of a file, or when it is not there.
    """
    shipped = _checked(read_toml(files("data").joinpath("standards", "siting.toml"), name="siting.toml"), "siting.toml")
    mine = _checked(read_toml(own, name=name), name) if own is not None else SitingFile()
    services = {key: _rule(key, table, own=False) for key, table in shipped.service.items()}
    services |= {key: _rule(key, table, own=True) for key, table in mine.service.items()}
    return SitingRules(services, shipped.floor_share | mine.floor_share, shipped.ground_share | mine.ground_share)


def _checked(tables: Mapping[str, object], name: str) -> SitingFile:
    allowed = {
        "site kinds": site_rules().kinds,
        "hazard kinds": hazard_rules().kinds,
        "services": facility_rules().kinds,
    }
    return check_tables(tables, model=SitingFile, name=name, context=allowed)


def _rule(key: str, table: RuleTable, *, own: bool) -> SitingRule:
    most = float("inf") if table.most_storey is None else float(table.most_storey)
    return SitingRule(
        key,
        frozenset(table.kinds),
        table.least_m2,
        table.m2_per_person,
        table.least_people,
        most,
        table.max_road_m,
        table.keep_away,
        table.outdoor,
        own,
    )
