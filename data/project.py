"""The settings of a run: the keys of ``project.toml`` and what each may hold."""

import datetime
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, Field, field_validator

from data.project_map import AtlasTable, MapTable
from data.project_money import BalanceTable, CostsTable, FundingTable, PhasesTable, ProgressTable
from data.project_report import ReportTable
from data.settings_table import SettingsTable
from data.standards.tables import ProfileTable
from data.words import Language

COORDINATES_PATTERN = r"^(auto|wgs84|gcj02|bd09|EPSG:\d{4,6})$"


def _with_reasons(value: object) -> object:
    """Read a bare list of estates as estates without a reason."""
    return dict.fromkeys(map(str, value), "") if isinstance(value, list) else value


# Reasons by estate, which is named by identifier or by exact name.
Choices = Annotated[dict[str, str], BeforeValidator(_with_reasons)]


class ProjectTable(SettingsTable):
    """Hold ``[project]``."""

    name: str = ""
    author: str = ""
    date: datetime.date | None = None
    crs: str = Field(default="auto", pattern=r"^(auto|EPSG:\d{4,6})$")
    language: Language = "zh"
    standard: str = "jiangxi_existing"


class LedgerTable(SettingsTable):
    """Hold ``estates.ledger``: the household ledger and the columns that tie it to the estates."""

    path: str
    sheet: str | None = None
    key: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)


class ControlTable(SettingsTable):
    """Hold ``control_points``: a table of points known both in the local grid of a layer and in a sure system.

    ``coordinates`` is the system of the known places, ``layer`` the sheet of a workbook.
    """

    path: str
    layer: str | None = None
    encoding: str = "auto"
    coordinates: str = Field(default="auto", pattern=COORDINATES_PATTERN)
    fields: dict[str, str] = Field(default_factory=dict)


class LayerTable(SettingsTable):
    """Hold the keys that every layer of places has; ``control_points`` may be the path of its table alone."""

    path: str
    layer: str | None = None
    encoding: str = "auto"
    coordinates: str = Field(default="auto", pattern=COORDINATES_PATTERN)
    fields: dict[str, str] = Field(default_factory=dict)
    control_points: ControlTable | None = None

    @field_validator("control_points", mode="before")
    @classmethod
    def _path_alone(cls, given: object) -> object:
        return {"path": given} if isinstance(given, str) else given


class EstatesTable(LayerTable):
    """Hold ``[estates]``."""

    ledger: LedgerTable | None = None


class FacilitiesTable(LayerTable):
    """Hold one ``[[facilities]]``; without ``service`` the kind is told by the rules of the service table."""

    service: str | None = None


class FacilitiesMergeTable(SettingsTable):
    """Hold ``[facilities_merge]``: which records of facilities are one place, where several sources name it.

    ``same`` and ``apart`` list facilities, by identifier or name, that are one place or are not, whatever the rules
    say; they count also where ``enabled`` is false. ``distance_m`` is by service, ``any`` for all others; what is left
    out is as shipped in ``facilities/merging.toml``.
    """

    enabled: bool = True
    distance_m: dict[str, Annotated[float, Field(ge=0, le=500)]] = Field(default_factory=dict)
    same_likeness: float | None = Field(default=None, ge=0, le=1)
    doubtful_likeness: float | None = Field(default=None, ge=0, le=1)
    same: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()


class NetworkTable(LayerTable):
    """Hold ``[network]``: an extract of OpenStreetMap, a GraphML file of OSMnx, or road lines.

    ``join_gap_m`` is the widest gap between ends of road lines that is closed; an extract needs none of the keys but
    ``path``, a GraphML file may have ``coordinates`` beside it.
    """

    join_gap_m: float = Field(default=1.0, ge=0, allow_inf_nan=False)


class Band(NamedTuple):
    """Hold what the size of a cluster is measured by, and its limits, both included."""

    of: Literal["people", "households", "floor_area_m2"]
    floor: float
    ceiling: float


class ClustersTable(SettingsTable):
    """Hold ``[clusters]``.

    The guideline gives no size for a cluster; the default band is that of a five-minute living circle, 5,000 to 12,000
    people (GB 50437-2007, 2018 edition, table 3.1.2). Limits of households or of floor area take the place of it when
    they are given. ``keep`` names estates that belong together, ``apart`` such that may not, ``fixed`` clusters that
    stand as they are: lists of estates, or identifiers of clusters of the ``earlier`` result. ``need_per_gap`` says by
    what share each gap of an estate raises the worth of its households.
    """

    floor_people: float = Field(default=5_000, gt=0)
    ceiling_people: float = Field(default=12_000, gt=0)
    floor_households: float | None = Field(default=None, gt=0)
    ceiling_households: float | None = Field(default=None, gt=0)
    least_floor_area_m2: float | None = Field(default=None, gt=0)
    most_floor_area_m2: float | None = Field(default=None, gt=0)
    max_walk_minutes: float = Field(default=15, gt=0)
    max_street_width_m: float = Field(default=30, gt=0)
    min_facing_m: float = Field(default=15, ge=0)
    keep_within: Literal["subdistrict", "community", "none"] = "subdistrict"
    include_unknown_year: bool = False
    need_per_gap: float = Field(default=0.1, ge=0, le=10)
    keep: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    fixed: tuple[str | tuple[str, ...], ...] = ()
    earlier: str | None = None
    seed: int = 0
    rounds: int = Field(default=4, ge=1)
    improvements: int = Field(default=24, ge=0)

    @property
    def band(self) -> Band:
        """Return the band that counts."""
        if self.floor_households is not None and self.ceiling_households is not None:
            return Band("households", self.floor_households, self.ceiling_households)
        if self.least_floor_area_m2 is not None and self.most_floor_area_m2 is not None:
            return Band("floor_area_m2", self.least_floor_area_m2, self.most_floor_area_m2)
        return Band("people", self.floor_people, self.ceiling_people)


class ExclusionTable(LayerTable):
    """Hold one ``[[exclusions]]``: areas whose estates may not be renovated, for one reason.

    An estate is excluded when at least ``min_share`` of its area lies inside.
    """

    reason: Literal["expropriation", "shantytown", "dangerous_d"]
    min_share: float = Field(default=0.5, gt=0, le=1)


class EligibilityTable(SettingsTable):
    """Hold ``[eligibility]``: where the planner departs from the rule of the standard.

    ``built_by`` or ``min_age_years`` takes the place of the year of the standard, on the ``basis`` of a local document;
    ``include`` and ``exclude`` name single estates with the reason; ``include_unknown_year`` stands for
    ``clusters.include_unknown_year``, and ``include_straddling_year`` takes in estates whose years of completion lie
    on both sides of the limit.
    """

    built_by: int | None = Field(default=None, ge=1840, le=2100)
    min_age_years: int | None = Field(default=None, ge=1, le=150)
    basis: str = ""
    include: Choices = Field(default_factory=dict)
    exclude: Choices = Field(default_factory=dict)
    include_unknown_year: bool | None = None
    include_straddling_year: bool = False


class GapsTable(SettingsTable):
    """Hold ``[gaps]``.

    ``complete`` and ``incomplete`` settle what the counts of places would decide: services, or ``service@district``.
    """

    use_unverified: bool = False
    thin_share: float = Field(default=0.5, ge=0, le=1)
    complete: tuple[str, ...] = ()
    incomplete: tuple[str, ...] = ()


class SitingTable(SettingsTable):
    """Hold ``[siting]``: what is looked for, and within which limits.

    ``services`` names those that sites are looked for; all that the rules know by default. ``facilities`` is how many
    new ones there may be at most, ``budget_yuan`` what they may cost together. ``people`` says whose gaps count: those
    of the estates that may be renovated, or of all. ``objective`` is the most people, or the worst off subdistrict
    first. ``rules`` is a file of rules that go before those of ``standards/siting.toml``; ``openings_first`` leaves out
    the gaps that the gates and passages worth opening close.
    """

    enabled: bool = True
    services: tuple[str, ...] = ()
    facilities: int | None = Field(default=None, ge=0)
    budget_yuan: float | None = Field(default=None, ge=0)
    people: Literal["eligible", "all"] = "eligible"
    objective: Literal["people", "worst_first"] = "people"
    rules: str | None = None
    openings_first: bool = True
    rounds: int = Field(default=4_000, ge=0)
    seed: int = 0


class WalkingTable(SettingsTable):
    """Hold ``[walking]``.

    ``profiles`` changes the walking profiles of the standard; ``steps_pace`` sets how many times slower steps are for
    every profile that walks them and has no ``steps`` of its own in ``profiles``. ``dem`` is a raster of elevations,
    ``nearest`` how many facilities of a service are listed per estate, ``isochrones`` what is drawn reaches of, and
    ``openings`` whether new gates and passages are looked for.
    """

    max_snap_m: float = Field(default=200, gt=0)
    steps_pace: float | None = Field(default=None, ge=1, le=100)
    dem: str | None = None
    profiles: dict[str, ProfileTable] = Field(default_factory=dict)
    nearest: int = Field(default=3, ge=1, le=10)
    isochrones: Literal["clusters", "estates", "facilities", "none"] = "clusters"
    openings: bool = True


class EstimatesTable(SettingsTable):
    """Hold ``[estimates]``: what is assumed where nobody counted households; none of it is an official figure.

    ``levels`` gives the storeys of a residential building by its use where none are recorded; a use that is not listed
    is not residential. ``household_people`` is the national mean of the 2020 census. ``point_area_m2`` is the plot of
    an estate that is given as a point and of which no size is recorded.
    """

    levels: dict[str, float] = Field(
        default={
            "apartments": 6.0,
            "residential": 6.0,
            "dormitory": 5.0,
            "yes": 6.0,
            "terrace": 3.0,
            "house": 2.0,
            "detached": 2.0,
            "bungalow": 1.0,
        }
    )
    plot_ratio: float = Field(default=1.4, gt=0)
    household_floor_area_m2: float = Field(default=85.0, gt=0)
    household_people: float = Field(default=2.62, gt=0)
    min_footprint_m2: float = Field(default=60.0, ge=0)
    point_area_m2: float = Field(default=10_000.0, gt=0)


class Project(SettingsTable):
    """Hold the settings of one run.

    Relative paths are taken from ``folder``, the folder of the file the settings were read from.
    """

    project: ProjectTable = ProjectTable()
    osm: str | None = None
    estates: EstatesTable | None = None
    facilities: tuple[FacilitiesTable, ...] = ()
    facilities_merge: FacilitiesMergeTable = FacilitiesMergeTable()
    sites: tuple[LayerTable, ...] = ()
    gates: tuple[LayerTable, ...] = ()
    barriers: tuple[LayerTable, ...] = ()
    hazards: tuple[LayerTable, ...] = ()
    network: NetworkTable | None = None
    boundary: LayerTable | None = None
    exclusions: tuple[ExclusionTable, ...] = ()
    eligibility: EligibilityTable = EligibilityTable()
    clusters: ClustersTable = ClustersTable()
    gaps: GapsTable = GapsTable()
    siting: SitingTable = SitingTable()
    costs: CostsTable = CostsTable()
    funding: FundingTable = FundingTable()
    balance: BalanceTable = BalanceTable()
    phases: PhasesTable = PhasesTable()
    walking: WalkingTable = WalkingTable()
    estimates: EstimatesTable = EstimatesTable()
    progress: ProgressTable | None = None
    map: MapTable = MapTable()
    atlas: AtlasTable = AtlasTable()
    report: ReportTable = ReportTable()
    folder: Path = Path()
    file_name: str = ""

    def path(self, name: str) -> Path:
        """Return the path of a file that the project names."""
        return self.folder / name

    @property
    def includes_unknown_year(self) -> bool:
        """Whether estates of unknown year take part."""
        own = self.eligibility.include_unknown_year
        return self.clusters.include_unknown_year if own is None else own
