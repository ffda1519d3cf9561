"""Rules that tell from tags, type codes and words what kind of place a feature is."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from data.standards.strict_toml import check_tables, read_toml
from data.standards.tables import BarriersFile, CodeTable, KindTable, NamesFile, ServicesFile, SitesFile, TagTable

# Values of one key; None for any value but "no".
Values = frozenset[str] | None


@dataclass(frozen=True)
class NameRule:
    """Ask what a name contains.

    Parameters
    ----------
    include, exclude : re.Pattern or None
        What must and must not be found in it.
    """

    include: re.Pattern[str] | None = None
    exclude: re.Pattern[str] | None = None

    def holds(self, name: str) -> bool:
        """Tell whether a name passes."""
        if self.include is not None and not self.include.search(name):
            return False
        return self.exclude is None or not self.exclude.search(name)


@dataclass(frozen=True)
class TagRule:
    """Tell a kind from tags.

    Parameters
    ----------
    kind : int
        Row number of the kind.
    tags : tuple of (str, Values)
        All of these hold.
    unless : tuple of (str, Values)
        None of these holds.
    name : NameRule
        What the name must be like.
    """

    kind: int
    tags: tuple[tuple[str, Values], ...]
    unless: tuple[tuple[str, Values], ...]
    name: NameRule


@dataclass(frozen=True)
class CodeRule:
    """Tell a kind from type codes.

    Parameters
    ----------
    kind : int
        Row number of the kind.
    codes, not_codes : tuple of str
        First digits a code must have, and must not have.
    name : NameRule
        What the name must be like.
    """

    kind: int
    codes: tuple[str, ...]
    not_codes: tuple[str, ...]
    name: NameRule

    def holds(self, code: str) -> bool:
        """Tell whether a code passes."""
        return code.startswith(self.codes) and not (self.not_codes and code.startswith(self.not_codes))


@dataclass(frozen=True)
class Rules:
    """Hold the rules of one family of kinds.

    Parameters
    ----------
    kinds : tuple of str
        Keys of the kinds, in the order of the file.
    tag_rules : tuple of TagRule
        Rules on tags.
    code_rules : tuple of CodeRule
        Rules on type codes.
    word_rules : tuple of (int, NameRule)
        Row number of the kind and its rule on words.
    labels : tuple of frozenset of str
        Key and names of each kind, in lower case.
    links : frozenset of str
        Kinds of site that may tie two estates together.
    parts : tuple of (re.Pattern, frozenset of int)
        Names of what belongs to a place, and row numbers of the kinds that may bear them none the less.
    other : re.Pattern or None
        Names that are of none of the kinds where nothing but the name tells.
    type_path : re.Pattern or None
        Beginnings of type texts of which only the last part counts.
    type_codes : mapping of str to str
        Type code by the last part of a type text: the two mean the same, so that the name decides alike.
    """

    kinds: tuple[str, ...]
    tag_rules: tuple[TagRule, ...]
    code_rules: tuple[CodeRule, ...]
    word_rules: tuple[tuple[int, NameRule], ...]
    labels: tuple[frozenset[str], ...]
    links: frozenset[str] = frozenset()
    parts: tuple[tuple[re.Pattern[str], frozenset[int]], ...] = ()
    other: re.Pattern[str] | None = None
    type_path: re.Pattern[str] | None = None
    type_codes: Mapping[str, str] = field(default_factory=dict)

    def is_part(self, name: str) -> bool:
        """Tell whether a name is that of a gate, an entrance or another part of a place."""
        return self.allowed(name) is not None

    def allowed(self, name: str) -> frozenset[int] | None:
        """Return the kinds that something of a name may be: None for any, none of them for a mere part of a place."""
        return next((kinds for pattern, kinds in self.parts if pattern.search(name)), None)


@cache
def facility_rules() -> Rules:
    """Build the rules that tell the service of a facility.

    Returns
    -------
    Rules
        The kinds are the keys of the services; the same object at each call.
    """
    return read_facility_rules(_shipped() / "services.toml")


def read_facility_rules(source: Traversable) -> Rules:
    """Read the rules of a file written like ``services.toml``.

    Parameters
    ----------
    source : Traversable
        The file; a ``Path`` is one.

    Returns
    -------
    Rules
        The compiled rules.

    Raises
    ------
    StandardError
        With all faults of the file.
    """
    rows = check_tables(read_toml(source, name=source.name), model=ServicesFile, name=source.name).kind
    labels = [(row.key, *row.name.both().values()) for row in rows]
    return _compiled(rows, labels=labels, names=_names(), services=True)


@cache
def site_rules() -> Rules:
    """Build the rules that tell the kind of a site; ``links`` says which may tie two estates together.

    Returns
    -------
    Rules
        The same object at each call.
    """
    rows = check_tables(
        read_toml(_shipped() / "sites.toml", name="sites.toml"), model=SitesFile, name="sites.toml"
    ).kind
    links = frozenset(row.key for row in rows if row.links)
    return _compiled(rows, labels=[(row.key,) for row in rows], names=_names(), links=links)


@cache
def barrier_rules() -> Rules:
    """Build the rules that tell the kind of a barrier.

    Returns
    -------
    Rules
        The same object at each call.
    """
    tables = read_toml(_shipped() / "barriers.toml", name="barriers.toml")
    rows = check_tables(tables, model=BarriersFile, name="barriers.toml").kind
    return _compiled(rows, labels=[(row.key,) for row in rows])


@cache
def hazard_rules() -> Rules:
    """Build the rules that tell what some services may not stand beside.

    Returns
    -------
    Rules
        The same object at each call.
    """
    tables = read_toml(_shipped() / "hazards.toml", name="hazards.toml")
    rows = check_tables(tables, model=BarriersFile, name="hazards.toml").kind
    return _compiled(rows, labels=[(row.key,) for row in rows])


def _shipped() -> Traversable:
    return files("data").joinpath("standards")


def _names() -> NamesFile:
    return check_tables(read_toml(_shipped() / "names.toml", name="names.toml"), model=NamesFile, name="names.toml")


def _compiled(
    rows: Sequence[KindTable],
    *,
    labels: Sequence[tuple[str, ...]],
    names: NamesFile | None = None,
    links: frozenset[str] = frozenset(),
    services: bool = False,
) -> Rules:
    return Rules(
        kinds=tuple(row.key for row in rows),
        tag_rules=tuple(_tag_rule(kind, rule) for kind, row in enumerate(rows) for rule in row.osm),
        code_rules=tuple(_code_rule(kind, rule) for kind, row in enumerate(rows) for rule in row.amap),
        word_rules=tuple((kind, _name_rule(row.words, row.not_words)) for kind, row in enumerate(rows) if row.words),
        labels=tuple(frozenset(unicodedata.normalize("NFKC", label).casefold() for label in own) for own in labels),
        links=links,
        parts=_parts(rows, names, services=services) if names else (),
        other=re.compile(names.other) if names and services else None,
        type_path=re.compile(names.type_path) if names else None,
        type_codes=names.type_codes if names else {},
    )


def _parts(
    rows: Sequence[KindTable], names: NamesFile, *, services: bool
) -> tuple[tuple[re.Pattern[str], frozenset[int]], ...]:
    kinds = {
        "none": frozenset[int](),
        "at_gates": frozenset(kind for kind, row in enumerate(rows) if row.at_gates),
        "inside": frozenset(kind for kind, row in enumerate(rows) if row.inside),
    }
    return tuple((re.compile(part.names), kinds[part.of]) for part in names.part if services or part.sites)


def _tag_rule(kind: int, rule: TagTable) -> TagRule:
    return TagRule(kind, _conditions(rule.tags), _conditions(rule.not_), _name_rule(rule.name, rule.not_name))


def _conditions(tags: Mapping[str, Sequence[str]]) -> tuple[tuple[str, Values], ...]:
    return tuple((key, None if "*" in values else frozenset(values)) for key, values in tags.items())


def _code_rule(kind: int, rule: CodeTable) -> CodeRule:
    return CodeRule(kind, tuple(rule.codes), tuple(rule.not_codes), _name_rule(rule.name, rule.not_name))


def _name_rule(include: str | None, exclude: str | None) -> NameRule:
    return NameRule(re.compile(include) if include else None, re.compile(exclude) if exclude else None)
