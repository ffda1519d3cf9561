"""The settings of a run: the keys of ``project.toml`` and what each may hold."""

import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from data.standards.tables import ProfileTable
from data.words import Language

COORDINATES_PATTERN = r"^(auto|wgs84|gcj02|bd09|EPSG:\d{4,6})$"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _with_reasons(value: object) -> object:
    """Read a bare list of estates as estates without a reason."""
    return dict.fromkeys(map(str, value), "") if isinstance(value, list) else value


# Reasons by estate, which is named by identifier or by exact name.
Choices = Annotated[dict[str, str], BeforeValidator(_with_reasons)]


class ProjectTable(_Table):
    """Hold ``[project]``."""

    name: str = ""
    author: str = ""
    date: datetime.date | None = None
    crs: str = Field(default="auto", pattern=r"^(auto|EPSG:\d{4,6})$")
    language: Language = "zh"
    standard: str = "jiangxi_existing"


class LedgerTable(_Table):
    """Hold ``estates.ledger``: the household ledger and the columns that tie it to the estates."""

    path: str
    sheet: str | None = None
    key: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)


class LayerTable(_Table):
    """Hold the keys that every layer of places has."""

    path: str
    layer: str | None = None
    encoding: str = "auto"
    coordinates: str = Field(default="auto", pattern=COORDINATES_PATTERN)
    fields: dict[str, str] = Field(default_factory=dict)


class EstatesTable(LayerTable):
    """Hold ``[estates]``."""

    ledger: LedgerTable | None = None


class FacilitiesTable(LayerTable):
    """Hold one ``[[facilities]]``; without ``service`` the kind is told by the rules of the service table."""

    service: str | None = None


class NetworkTable(LayerTable):
    """Hold ``[network]``: an extract of OpenStreetMap, a GraphML file of OSMnx, or road lines.

    ``join_gap_m`` is the widest gap between ends of road lines that is closed; an extract needs none of the keys but
    ``path``, a GraphML file may have ``coordinates`` beside it.
    """

    join_gap_m: float = Field(default=1.0, ge=0, allow_inf_nan=False)


class ClustersTable(_Table):
    """Hold ``[clusters]``.

    The guideline gives no size for a cluster; the default band is that of a five-minute living circle, 5,000 to 12,000
    people (GB 50437-2007, 2018 edition, table 3.1.2).
    """

    floor_people: float = Field(default=5_000, gt=0)
    ceiling_people: float = Field(default=12_000, gt=0)
    max_walk_minutes: float = Field(default=15, gt=0)
    max_street_width_m: float = Field(default=30, gt=0)
    min_facing_m: float = Field(default=15, ge=0)
    keep_within: Literal["subdistrict", "community", "none"] = "subdistrict"
    include_unknown_year: bool = False
    seed: int = 0
    rounds: int = Field(default=24, ge=1)


class ExclusionTable(LayerTable):
    """Hold one ``[[exclusions]]``: areas whose estates may not be renovated, for one reason.

    An estate is excluded when at least ``min_share`` of its area lies inside.
    """

    reason: Literal["expropriation", "shantytown", "dangerous_d"]
    min_share: float = Field(default=0.5, gt=0, le=1)


class EligibilityTable(_Table):
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


class GapsTable(_Table):
    """Hold ``[gaps]``."""

    use_unverified: bool = False
    thin_share: float = Field(default=0.5, ge=0, le=1)


class WalkingTable(_Table):
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


class EstimatesTable(_Table):
    """Hold ``[estimates]``: what is assumed where nobody counted households; none of it is an official figure.

    ``levels`` gives the storeys of a residential building by its use where none are recorded; a use that is not listed
    is not residential. ``household_people`` is the national mean of the 2020 census.
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


class MapTable(_Table):
    """Hold ``[map]``."""

    title: str = ""


class Project(_Table):
    """Hold the settings of one run.

    Relative paths are taken from ``folder``, the folder of the file the settings were read from.
    """

    project: ProjectTable = ProjectTable()
    osm: str | None = None
    estates: EstatesTable | None = None
    facilities: tuple[FacilitiesTable, ...] = ()
    sites: tuple[LayerTable, ...] = ()
    gates: tuple[LayerTable, ...] = ()
    barriers: tuple[LayerTable, ...] = ()
    network: NetworkTable | None = None
    boundary: LayerTable | None = None
    exclusions: tuple[ExclusionTable, ...] = ()
    eligibility: EligibilityTable = EligibilityTable()
    clusters: ClustersTable = ClustersTable()
    gaps: GapsTable = GapsTable()
    walking: WalkingTable = WalkingTable()
    estimates: EstimatesTable = EstimatesTable()
    map: MapTable = MapTable()
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
