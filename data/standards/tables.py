"""The tables of a standard file and of the vocabulary, as they stand in TOML."""

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

from data.standards.model import Category, Confidence, Measure, ProfileConfidence, Role, Scope
from data.standards.strict_toml import Table


def refuse(*allowed: str) -> PydanticCustomError:
    """Make the error that says which values are allowed instead.

    Parameters
    ----------
    *allowed : str
        What may stand there.

    Returns
    -------
    PydanticCustomError
        To be raised in a validator.
    """
    return PydanticCustomError("not_allowed", "not allowed", {"allowed": ", ".join(allowed)})


def one_of(name: str) -> AfterValidator:
    """Check that a text is one of those the context names.

    Parameters
    ----------
    name : str
        Key of the context.

    Returns
    -------
    AfterValidator
        The check.
    """

    def check(value: str, info: ValidationInfo) -> str:
        allowed = _context(info)[name]
        if value not in allowed:
            raise refuse(*allowed)
        return value

    return AfterValidator(check)


def _context(info: ValidationInfo) -> dict[str, Any]:
    return info.context or {}


def _check_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as fault:
        raise PydanticCustomError("bad_regex", "no regular expression", {"why": str(fault)}) from fault
    return value


def _number_or_false(least: float, most: float) -> PlainValidator:
    """Check that a value is a number between two limits, or false."""

    def check(value: object) -> float | Literal[False]:
        if value is False:
            return False
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise PydanticKnownError("literal_error", {"expected": f"{least:g} … {most:g}, false"})
        return float(value)

    return PlainValidator(check)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1)]
Pattern = Annotated[str, AfterValidator(_check_pattern)]
Texts = Annotated[list[Text], BeforeValidator(_listed), Field(min_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
StepsFactor = Annotated[float | Literal[False], _number_or_false(1, 100)]
MaxGrade = Annotated[float | Literal[False], _number_or_false(0.001, 1)]


class NameTable(Table):
    """Hold a name in both languages; the English one may be left out."""

    zh: Text
    en: str = ""

    def both(self) -> dict[str, str]:
        """Return the name by language."""
        return {"zh": self.zh, "en": self.en or self.zh}


class TagTable(Table):
    """Hold one rule on tags."""

    tags: Annotated[dict[str, Texts], Field(min_length=1)]
    not_: dict[str, Texts] = Field(alias="not", default_factory=dict)
    name: Pattern | None = None
    not_name: Pattern | None = None


class CodeTable(Table):
    """Hold one rule on type codes."""

    codes: Texts
    not_codes: list[Text] = Field(default_factory=list)
    name: Pattern | None = None
    not_name: Pattern | None = None


class KindTable(Table):
    """Hold the rules of one kind of place."""

    key: Text
    osm: list[TagTable] = Field(default_factory=list)
    amap: list[CodeTable] = Field(default_factory=list)
    words: Pattern | None = None
    not_words: Pattern | None = None
    at_gates: bool = False
    inside: bool = False


class SiteTable(KindTable):
    """Hold one kind of site."""

    links: bool


class ServiceTable(KindTable):
    """Hold one service of the vocabulary."""

    name: NameTable
    category: Category
    item: str = ""
    measure: Measure
    profile: str = "adult"
    capacity_unit: Literal["", "places", "beds", "spaces"] = ""
    people_per_place: Positive | None = None


class BarriersFile(Table):
    """Hold ``barriers.toml`` or ``hazards.toml``."""

    kind: list[KindTable]


class SitesFile(Table):
    """Hold ``sites.toml``."""

    kind: list[SiteTable]


class ServicesFile(Table):
    """Hold ``services.toml``."""

    kind: list[ServiceTable]


class PartTable(Table):
    """Hold names of what belongs to a place, and the flag of the kinds that may bear them."""

    of: Literal["none", "at_gates", "inside"]
    sites: bool = False
    names: Pattern


class NamesFile(Table):
    """Hold ``names.toml``."""

    part: Annotated[list[PartTable], Field(min_length=1)]
    other: Pattern
    type_path: Pattern
    type_codes: dict[Text, Annotated[str, Field(pattern=r"^\d{6}$")]] = Field(default_factory=dict)


class MetricTable(Table):
    """Hold one metric."""

    unit: Text
    op: Literal["le", "ge"]


class ProfileTable(Table):
    """Hold one walking profile, or what is changed of one; see ``profiles.toml``."""

    name: NameTable | None = None
    metres: Positive | None = None
    minutes: Positive | None = None
    steps: StepsFactor | None = None
    slope: bool | None = None
    max_grade: MaxGrade | None = None
    source: NameTable | None = None
    confidence: ProfileConfidence | None = None


class ProfilesFile(Table):
    """Hold ``profiles.toml``."""

    profiles: dict[str, ProfileTable]


class EligibilityTable(Table):
    """Hold ``[eligibility]``."""

    built_by: Annotated[int, Field(gt=0)] | None = None
    min_age_years: Annotated[int, Field(gt=0)] | None = None
    excluded: list[Text] = Field(default_factory=list)
    document: Annotated[str, one_of("documents")]
    clause: Text
    leeway: str = ""


class ManagementTable(Table):
    """Hold ``[management]``."""

    floor_area_m2: Positive
    document: Annotated[str, one_of("documents")]
    clause: Text
    confidence: Confidence
    note: str = ""


class ListTable(Table):
    """Hold one of ``[lists]``: where a standard lists the items of a category."""

    document: Annotated[str, one_of("documents")]
    clause: Text


class WeightsTable(Table):
    """Hold ``[priority.weights]``."""

    gaps: NotNegative = 0.0
    basic: NotNegative = 0.0
    safety: NotNegative = 0.0
    people: NotNegative = 0.0
    age: NotNegative = 0.0
    willingness: NotNegative = 0.0

    @model_validator(mode="after")
    def _something(self) -> "WeightsTable":
        if not any(self.model_dump().values()):
            raise refuse("> 0")
        return self


class PriorityTable(Table):
    """Hold ``[priority]``: how the need of an estate is scored."""

    weights: WeightsTable
    safety_items: list[Annotated[str, one_of("services")]]
    full_age_years: Positive
    note: Text


class DocumentTable(Table):
    """Hold one document: its short name, its title and where its figures were read."""

    name: Text
    title: Text
    read_in: str = ""


class ItemTable(Table):
    """Place a service in the lists of the standard, or name an item of its own."""

    key: Text
    category: Category
    item: Text
    name: NameTable | None = None
    measure: Measure | None = None
    profile: str | None = None
    capacity_unit: Literal["", "places", "beds", "spaces"] | None = None
    people_per_place: Positive | None = None

    @model_validator(mode="after")
    def _named(self, info: ValidationInfo) -> "ItemTable":
        if self.name is None and self.key not in _context(info)["vocabulary"]:
            raise refuse(*_context(info)["vocabulary"])
        return self


class ThresholdTable(Table):
    """Hold one ``[[thresholds]]``: a figure for one service, or the same for several."""

    service: Annotated[list[Annotated[str, one_of("services")]], BeforeValidator(_listed), Field(min_length=1)]
    metric: Annotated[str, one_of("metrics")]
    op: Literal["le", "ge"]
    value: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    unit: Text
    document: Annotated[str, one_of("documents")]
    clause: Text
    scope: Scope
    role: Role
    confidence: Confidence
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> "ThresholdTable":
        metric: MetricTable = _context(info)["metrics"][self.metric]
        if (self.op, self.unit) != (metric.op, metric.unit):
            raise refuse(f'op = "{metric.op}", unit = "{metric.unit}"')
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise refuse("valid_from <= valid_to")
        return self


class StandardFile(Table):
    """Hold a standard file."""

    title: NameTable | None = None
    scope: Literal["new", "existing"] | None = None
    extends: Text | None = None
    info_from: list[Text] = Field(default_factory=list)
    profiles: dict[str, ProfileTable] = Field(default_factory=dict)
    eligibility: EligibilityTable | None = None
    management: ManagementTable | None = None
    priority: PriorityTable | None = None
    lists: dict[Literal["basic", "improvement", "upgrade"], ListTable] = Field(default_factory=dict)
    documents: list[DocumentTable] = Field(default_factory=list)
    items: list[ItemTable] = Field(default_factory=list)
    thresholds: list[ThresholdTable] = Field(default_factory=list)


class RootFile(StandardFile):
    """Hold a standard file that extends none, and so has to say more."""

    title: NameTable
    scope: Literal["new", "existing"]
