"""Standards as data: which service must be how near and how large, by which clause, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Category = Literal["basic", "improvement", "upgrade", "context"]
Measure = Literal["walk", "inventory"]
Scope = Literal["new", "existing", "any"]
Role = Literal["gap", "info"]
Confidence = Literal["verified", "unverified"]
ProfileConfidence = Literal["verified", "unverified", "assumed"]


@dataclass(frozen=True)
class Profile:
    """Say how one kind of person walks.

    Parameters
    ----------
    key : str
        Such as ``"elderly"``.
    name : mapping of {"zh", "en"} to str
        What a reader sees.
    metres, minutes : float
        How far on the level in how long: 1,000 m in 15 min.
    steps : float
        How many times slower a metre of steps is, at least 1; infinite when steps are not walked at all.
    slope : bool
        Whether slopes slow the walk.
    max_grade : float or None
        Ways steeper than this (rise over run) are not walked; None when any is.
    source : mapping of {"zh", "en"} to str
        Where the figures come from.
    confidence : {"verified", "unverified", "assumed"}
        Whether the speed was read in a source, in a restatement of one, or is our own assumption.
    """

    key: str
    name: Mapping[str, str]
    metres: float
    minutes: float
    steps: float
    slope: bool
    max_grade: float | None
    source: Mapping[str, str]
    confidence: ProfileConfidence


@dataclass(frozen=True)
class Threshold:
    """Ask one figure of one service.

    Parameters
    ----------
    metric : str
        ``walk_minutes``, ``walk_m``, ``floor_area_per_100_households``, ``facility_floor_area_m2``,
        ``places_per_1000_people``,
        ``beds_per_1000_elderly``, ``spaces_per_household``, ...
    op : {"le", "ge"}
        Whether the measured figure must be at most or at least the value.
    value : float
        The figure asked for, in ``unit``.
    unit : str
        ``min``, ``m``, ``m2/100hh``, ``m2``, ``places/1000p``, ``beds/1000e``, ``spaces/hh``, ...
    document, clause : str
        Where it is asked, in Chinese, as printed.
    scope : {"new", "existing", "any"}
        The kind of estate it binds.
    role : {"gap", "info"}
        Whether falling short is a gap, or only told.
    confidence : {"verified", "unverified"}
        Whether the figure was read in a source that states it for that document.
    valid_from, valid_to : date or None
        When the figure binds.
    note : str
        What a reader must know besides.
    """

    metric: str
    op: Literal["le", "ge"]
    value: float
    unit: str
    document: str
    clause: str
    scope: Scope
    role: Role
    confidence: Confidence
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""

    @property
    def source(self) -> str:
        """Document and clause as one text."""
        return f"{self.document} {self.clause}".strip()


@dataclass(frozen=True)
class Service:
    """Name one service or item of the three lists.

    Parameters
    ----------
    key : str
        Such as ``"elder_care"``.
    name : mapping of {"zh", "en"} to str
        What a reader sees.
    category : {"basic", "improvement", "upgrade", "context"}
        The list it stands in; ``context`` for services the guideline does not list.
    item : str
        The words of the guideline.
    measure : {"walk", "inventory"}
        Reached on foot, or counted in the estate.
    profile : str
        Walking profile of its users, such as ``adult`` or ``elderly``.
    capacity_unit : str
        What its capacity counts: ``places``, ``beds``, ``spaces``, or empty.
    people_per_place : float or None
        One facility per so many people is what a complete map of a Chinese city would show at the least. It only
        tells a
        thin layer from a lacking service and is no standard.
    thresholds : tuple of Threshold
        What is asked, in the order of the file.
    """

    key: str
    name: Mapping[str, str]
    category: Category
    item: str
    measure: Measure
    profile: str
    capacity_unit: str
    people_per_place: float | None
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True)
class Eligibility:
    """Say which estates may be renovated.

    Parameters
    ----------
    built_by : int or None
        Latest year of completion.
    min_age_years : int or None
        Least age in the year of the plan.
    excluded : tuple of str
        Kinds of exclusion: ``expropriation``, ``shantytown``, ``dangerous_d``, ...
    document, clause : str
        Where it is said.
    leeway : str
        The words of the document that let others in, or leave the rule to the city; empty when it has none.
    """

    built_by: int | None
    min_age_years: int | None
    excluded: tuple[str, ...]
    document: str
    clause: str
    leeway: str = ""

    @property
    def source(self) -> str:
        """Document and clause as one text."""
        return f"{self.document} {self.clause}".strip()


@dataclass(frozen=True)
class Management:
    """Say how old estates are bundled for one property company.

    Parameters
    ----------
    floor_area_m2 : float
        Least floor area of a bundle.
    document, clause : str
        Where it is said, in Chinese, as printed.
    confidence : {"verified", "unverified"}
        Whether the figure was read in the document.
    note : str
        What a reader must know besides.
    """

    floor_area_m2: float
    document: str
    clause: str
    confidence: Confidence
    note: str = ""

    @property
    def source(self) -> str:
        """Document and clause as one text."""
        return f"{self.document} {self.clause}".strip()


@dataclass(frozen=True)
class Priority:
    """Say how the need of an estate is scored; no document sets these figures.

    Parameters
    ----------
    weights : mapping of str to float
        Weight of each part: ``gaps``, ``basic``, ``safety``, ``people``, ``age``, ``willingness``.
    safety_items : tuple of str
        Items of the lists that safety is judged by.
    full_age_years : float
        Age from which on age counts in full.
    note : str
        Whose figures they are.
    """

    weights: Mapping[str, float]
    safety_items: tuple[str, ...]
    full_age_years: float
    note: str


@dataclass(frozen=True)
class Document:
    """Name a document that figures are taken from.

    Parameters
    ----------
    name : str
        Its short name, as clauses print it.
    title : str
        Its full title, in Chinese.
    read_in : str
        Where its figures were read: in the document itself, or in what restates it.
    """

    name: str
    title: str
    read_in: str


@dataclass(frozen=True)
class Standard:
    """Hold one standard, whole.

    Parameters
    ----------
    key : str
        Such as ``"jiangxi_existing"``.
    title : mapping of {"zh", "en"} to str
        What a reader sees.
    scope : {"new", "existing"}
        The kind of estate it is for; thresholds of the other kind only inform.
    services : tuple of Service
        Every service and item, in the order of the guideline.
    eligibility : Eligibility
        Which estates may be renovated.
    profiles : mapping of str to Profile
        Walking profiles by key.
    source_name : str
        File it was read from.
    management : Management or None
        How old estates are bundled for property management; None where the standard does not say.
    priority : Priority or None
        How the need of an estate is scored; None where nobody says.
    documents : tuple of Document
        The documents its clauses name, inherited ones first.
    lists : mapping of str to str
        Document and clause that list the items of a category, by category; those it does not say are left out.
    """

    key: str
    title: Mapping[str, str]
    scope: Literal["new", "existing"]
    services: tuple[Service, ...]
    eligibility: Eligibility
    profiles: Mapping[str, Profile]
    source_name: str
    management: Management | None = None
    documents: tuple[Document, ...] = ()
    priority: Priority | None = None
    lists: Mapping[str, str] = field(default_factory=dict)
