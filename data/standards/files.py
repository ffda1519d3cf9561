"""Read standards: the shipped ones by key, a user's own by path."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import RootModel

from data.errors import StandardError
from data.problems import error
from data.profiles import load_profiles, override_profiles
from data.standards.model import Document, Eligibility, Management, Priority, Service, Standard, Threshold
from data.standards.strict_toml import check_tables, read_toml
from data.standards.tables import (
    EligibilityTable,
    ItemTable,
    MetricTable,
    PriorityTable,
    RootFile,
    ServicesFile,
    ServiceTable,
    StandardFile,
    ThresholdTable,
)

_NO_STANDARDS = (
    "barriers.toml", "hazards.toml", "metrics.toml", "names.toml", "services.toml", "sites.toml", "siting.toml",
)  # fmt: skip
_UNBOUND = Eligibility(built_by=None, min_age_years=None, excluded=(), document="", clause="")


@dataclass(frozen=True)
class _Place:
    """Where a standard is read from; ``folder`` is where its own relative paths start."""

    name: str
    source: Traversable
    folder: Path | None


def standard_keys() -> tuple[str, ...]:
    """List the standards that ship with the package.

    Returns
    -------
    tuple of str
        Their keys, in alphabetical order.
    """
    names = (file.name for file in _shipped().iterdir() if file.name.endswith(".toml"))
    return tuple(sorted(name.removesuffix(".toml") for name in names if name not in _NO_STANDARDS))


def load_standard(key_or_path: str, *, folder: Path | None = None) -> Standard:
    """Load a standard.

    Parameters
    ----------
    key_or_path : str
        Key of a shipped standard, or path of a TOML file.
    folder : Path, optional
        Where a relative path starts; the working directory by default.

    Returns
    -------
    Standard
        The standard, with everything it extends.

    Raises
    ------
    StandardError
        When the key is unknown or a file has faults; all of them are listed.
    """
    return _load(key_or_path, folder, ())


@cache
def vocabulary() -> Mapping[str, Service]:
    """Read every service and item that ships with the package, without thresholds.

    Returns
    -------
    mapping of str to Service
        By key, in the order of the guideline.
    """
    tables = read_toml(_shipped() / "services.toml", name="services.toml")
    rows = check_tables(tables, model=ServicesFile, name="services.toml").kind
    return MappingProxyType({row.key: _service(row) for row in rows})


@cache
def _metrics() -> dict[str, MetricTable]:
    tables = read_toml(_shipped() / "metrics.toml", name="metrics.toml")
    return RootModel[dict[str, MetricTable]].model_validate(tables).root


def _shipped() -> Traversable:
    return files("data").joinpath("standards")


def _load(name: str, folder: Path | None, readers: tuple[str, ...]) -> Standard:
    """Load a standard and what it extends; ``readers`` are the files that led here."""
    place = _locate(name, folder, readers)
    tables = read_toml(place.source, name=place.name)
    readers = (*readers, str(place.source))
    extends = tables.get("extends")
    base = _load(extends, place.folder, readers) if isinstance(extends, str) else None
    model = StandardFile if "extends" in tables else RootFile
    file = check_tables(tables, model=model, name=place.name, context=_context(tables, base))
    informing = [_load(other, place.folder, readers) for other in file.info_from]
    return _extended(base or _blank(file), file, place=place, informing=informing)


def _locate(name: str, folder: Path | None, readers: tuple[str, ...]) -> _Place:
    if name in standard_keys():
        place = _Place(f"{name}.toml", _shipped() / f"{name}.toml", None)
    else:
        path = (folder or Path()) / name
        place = _Place(name, path.resolve(), path.parent)
    reader = Path(readers[-1]).name if readers else ""
    if not place.name.lower().endswith(".toml"):
        raise StandardError(error("standard_unknown", file=reader, value=name, allowed=", ".join(standard_keys())))
    if str(place.source) in readers:
        raise StandardError(error("standard_loop", file=reader, value=name))
    return place


def _context(tables: Mapping[str, Any], base: Standard | None) -> dict[str, object]:
    """Return what the rows of a file may refer to."""
    inherited = (service.key for service in base.services) if base else ()
    return {
        "vocabulary": tuple(vocabulary()),
        "services": tuple(dict.fromkeys((*inherited, *vocabulary(), *_texts(tables, "items", "key")))),
        "documents": (
            *(document.name for document in (base.documents if base else ())),
            *_texts(tables, "documents", "name"),
        ),
        "metrics": _metrics(),
    }


def _texts(tables: Mapping[str, Any], table: str, key: str) -> tuple[str, ...]:
    """Return the texts under a key of the rows of a table that may be faulty elsewhere."""
    rows = tables.get(table)
    values = [row.get(key) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return tuple(value for value in values if isinstance(value, str))


def _blank(file: StandardFile) -> Standard:
    """Return what a standard that extends none starts from.

    A standard with items of its own lists those; other services stay as context, other items of the estate fall away.
    """
    services = tuple(vocabulary().values())
    if file.items:
        walked = (service for service in services if service.measure == "walk")
        services = tuple(dataclasses.replace(service, category="context", item="") for service in walked)
    return Standard("", {}, "existing", services, _UNBOUND, load_profiles(), "")


def _extended(start: Standard, file: StandardFile, *, place: _Place, informing: Sequence[Standard]) -> Standard:
    services = _with_items(start.services, file)
    standard = Standard(
        key=Path(place.name).stem,
        title=file.title.both() if file.title else start.title,
        scope=file.scope or start.scope,
        services=tuple(_with_thresholds(service, file.thresholds, informing) for service in services),
        eligibility=_eligibility(file.eligibility) if file.eligibility else start.eligibility,
        profiles=override_profiles(start.profiles, tables=file.profiles, file=place.name),
        source_name=place.name,
        management=Management(**file.management.model_dump()) if file.management else start.management,
        documents=_documents((start, *informing), file),
        priority=_priority(file.priority) if file.priority else start.priority,
        lists={**start.lists, **{key: f"{row.document} {row.clause}" for key, row in file.lists.items()}},
    )
    _check_profiles(standard)
    return standard


def _priority(table: PriorityTable) -> Priority:
    return Priority(**(table.model_dump() | {"safety_items": tuple(table.safety_items)}))


def _documents(earlier: Iterable[Standard], file: StandardFile) -> tuple[Document, ...]:
    """Return the documents of other standards and of a file; of two with one name the later counts."""
    inherited = (document for standard in earlier for document in standard.documents)
    own = (Document(row.name, row.title, row.read_in) for row in file.documents)
    return tuple({document.name: document for document in (*inherited, *own)}.values())


def _check_profiles(standard: Standard) -> None:
    """Refuse a standard whose services walk by a profile it does not have."""
    missing = sorted({service.profile for service in standard.services} - set(standard.profiles))
    if missing:
        faults = (
            error("standard_missing_key", file=standard.source_name, field=f"profiles.{name}") for name in missing
        )
        raise StandardError(*faults)


def _with_items(services: tuple[Service, ...], file: StandardFile) -> tuple[Service, ...]:
    """Return the services with the items of a file: a list of its own comes first, additions come last."""
    known = {**vocabulary(), **{service.key: service for service in services}}
    items = {row.key: _placed(row, known.get(row.key)) for row in file.items}
    if file.extends is None:
        return (*items.values(), *(service for service in services if service.key not in items))
    kept = tuple(items.get(service.key, service) for service in services)
    return (*kept, *(item for item in items.values() if item not in kept))


def _placed(row: ItemTable, known: Service | None) -> Service:
    """Return the service of a row, with what the row leaves open taken from the known one."""
    start = known or Service(row.key, {}, row.category, row.item, "inventory", "adult", "", None, ())
    return dataclasses.replace(
        start,
        name=row.name.both() if row.name else start.name,
        category=row.category,
        item=row.item,
        measure=row.measure or start.measure,
        profile=row.profile or start.profile,
        capacity_unit=start.capacity_unit if row.capacity_unit is None else row.capacity_unit,
        people_per_place=row.people_per_place or start.people_per_place,
    )


def _with_thresholds(service: Service, rows: Iterable[ThresholdTable], informing: Iterable[Standard]) -> Service:
    own = [_threshold(row) for row in rows if service.key in row.service]
    asked = _merged(service.thresholds, own)
    asked.extend(new for new in _informing(service.key, informing) if not any(_same_clause(new, old) for old in asked))
    return dataclasses.replace(service, thresholds=tuple(asked))


def _informing(key: str, standards: Iterable[Standard]) -> list[Threshold]:
    services = (service for standard in standards for service in standard.services if service.key == key)
    return [dataclasses.replace(asked, role="info") for service in services for asked in service.thresholds]


def _merged(old: Iterable[Threshold], new: list[Threshold]) -> list[Threshold]:
    """Return the old figures with the new ones in the place of those they replace, or at the end."""
    merged: list[Threshold] = []
    for threshold in old:
        newer = next((one for one in new if _replaces(one, threshold)), threshold)
        if newer not in merged:
            merged.append(newer)
    return merged + [one for one in new if one not in merged]


def _replaces(new: Threshold, old: Threshold) -> bool:
    """Tell whether a figure takes the place of another: the same clause, or a gap for the same estates."""
    if new.metric != old.metric or not (new.scope == old.scope or "any" in (new.scope, old.scope)):
        return False
    return new.role == old.role == "gap" or _same_clause(new, old)


def _same_clause(one: Threshold, other: Threshold) -> bool:
    return (one.metric, one.document, one.clause) == (other.metric, other.document, other.clause)


def _threshold(row: ThresholdTable) -> Threshold:
    return Threshold(**row.model_dump(exclude={"service"}))


def _eligibility(table: EligibilityTable) -> Eligibility:
    return Eligibility(**(table.model_dump() | {"excluded": tuple(table.excluded)}))


def _service(row: ServiceTable) -> Service:
    return Service(
        key=row.key,
        name=row.name.both(),
        category=row.category,
        item=row.item,
        measure=row.measure,
        profile=row.profile,
        capacity_unit=row.capacity_unit,
        people_per_place=row.people_per_place,
        thresholds=(),
    )
