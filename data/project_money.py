"""The settings of money and years: what things cost, who pays, and what is done when."""

import datetime
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from data.settings_table import SettingsTable

Source = Literal["central", "provincial", "city", "owners", "utilities", "market", "maintenance_fund"]
SOURCES: tuple[Source, ...] = get_args(Source)
List = Literal["basic", "improvement", "upgrade"]
# What a price is for: an estate, household or person; a square metre of floor area, of ground or of the facility; a
# building, a stairwell (or one without a lift), or a household without a parking space.
Per = Literal[
    "estate", "household", "person", "floor_m2", "building", "unit", "walk_up_unit", "ground_m2", "short_space",
    "facility_m2",
]  # fmt: skip
Yuan = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Year = Annotated[int, Field(ge=1949, le=2100)]


def _listed(given: object) -> object:
    """Read one figure as that of every year."""
    return (given,) if isinstance(given, int | float) else given


Budgets = Annotated[tuple[Yuan, ...], BeforeValidator(_listed)]


class PriceTable(SettingsTable):
    """Hold one ``[costs.items.KEY]``: what one unit of an item costs, by whose figures.

    ``per`` says what is counted; ``revenue_yuan`` and ``running_yuan`` are what one unit brings and costs in a year
    once it runs.
    """

    yuan: Yuan
    per: Per
    source: str = ""
    date: datetime.date | None = None
    revenue_yuan: Yuan = 0
    running_yuan: Yuan = 0


class CostsTable(SettingsTable):
    """Hold ``[costs]``: the project's own figures; no price ships with the program.

    ``source`` and ``date`` hold for every item that has none of its own. ``partial_share`` is the part of the whole
    that is left to do where an item is there in part; ``unknown`` says whether items that nobody surveyed are left out
    or counted as lacking.
    """

    source: str = ""
    date: datetime.date | None = None
    partial_share: Share = 0.5
    unknown: Literal["leave_out", "as_lacking"] = "leave_out"
    items: dict[str, PriceTable] = Field(default_factory=dict)


class FundingTable(SettingsTable):
    """Hold ``[funding]``: which source pays which part of what.

    ``shares`` is by list of the guideline, ``items`` by item and goes before it; ``caps_yuan`` is what a source has in
    all. What nobody pays is the gap to be funded.
    """

    shares: dict[List, dict[Source, Share]] = Field(default_factory=dict)
    items: dict[str, dict[Source, Share]] = Field(default_factory=dict)
    caps_yuan: dict[Source, Yuan] = Field(default_factory=dict)


class BalanceTable(SettingsTable):
    """Hold ``[balance]``: over how many years a project has to pay for itself, and at which rate of discount."""

    years: int = Field(default=20, ge=1, le=60)
    discount_rate: float = Field(default=0.04, ge=0, le=1)
    swing: float = Field(default=0.2, ge=0, lt=1)


class PhasesTable(SettingsTable):
    """Hold ``[phases]``: the years of the plan, and what may be spent in each.

    ``budget_yuan`` is one figure for every year, or one for each. What is left of a year is carried over unless
    ``carry_over`` is false. A project is ready when at least ``min_willing_percent`` of its households agree and, where
    ``needs_management``, a property company is there or named; ``unknown_ready`` says whether one of which nobody
    knows is. ``weights`` are those of the order, ``fixed`` gives projects a year.
    """

    years: tuple[Year, ...] = ()
    budget_yuan: Budgets = ()
    carry_over: bool = True
    min_willing_percent: float = Field(default=0, ge=0, le=100)
    needs_management: bool = False
    unknown_ready: bool = True
    weights: dict[Literal["willingness", "management", "safety", "need"], Annotated[float, Field(ge=0)]] = Field(
        default={"willingness": 0.3, "management": 0.1, "safety": 0.3, "need": 0.3}
    )
    fixed: dict[str, Year] = Field(default_factory=dict)
    split: bool = True


class ProgressTable(SettingsTable):
    """Hold ``[progress]``: what percent of the work of a year is to be finished by a day.

    ``year`` is the year of the plan that the target speaks of; without it the year of ``by``.
    """

    target_percent: float = Field(gt=0, le=100, allow_inf_nan=False)
    by: datetime.date
    year: int | None = Field(default=None, ge=2000, le=2100)
