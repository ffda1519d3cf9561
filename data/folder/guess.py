"""Which layer of a folder is used as what: the likeliest for each role, the others kept in mind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import shapely

from data.errors import InputError, LianpianError, ProjectError
from data.folder.files import FoundFile, PassedBy, find_files, folder_rules
from data.folder.looks import Look, look_at_table, look_at_vector
from data.folder.roles import Role, typed_rows, weigh_roles
from data.folder.whole_looks import (
    look_at_drawing,
    look_at_graph,
    look_at_osm,
    look_at_raster,
    look_at_settings,
)
from data.problems import Problem, error
from data.tables.join import join_ledger
from data.tables.ledgers import read_ledger

Stage = Callable[[str], None]
SINGLE = ("estates", "ledger", "network", "boundary", "dem")
MANY = ("facilities", "sites", "gates", "barriers")
_LOOKS: Mapping[str, Callable[[FoundFile], Iterator[Look]]] = {
    "vector": look_at_vector,
    "table": look_at_table,
    "osm": look_at_osm,
    "graph": look_at_graph,
    "drawing": look_at_drawing,
    "raster": look_at_raster,
    "settings": look_at_settings,
}
_ANYTHING = ".json"
_INSIDE = ("estates", "facilities", "sites", "gates")
# So many areas may be a boundary that nothing is called; and the share of all else that they must hold.
_FEW, _HOLDS = 3, 0.8
_NEEDED = ("estates", "ledger", "facilities", "sites", "gates", "barriers", "network", "boundary")


@dataclass(frozen=True)
class Candidate:
    """Hold a layer and what it is taken for.

    Parameters
    ----------
    look : Look
        The layer.
    role : Role
        What it is taken for.
    others : tuple of str
        What else it may be.
    """

    look: Look
    role: Role
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class LedgerFit:
    """Hold how a ledger fits the estates.

    Parameters
    ----------
    estates, rows, joined, by_code : int
        Estates, rows of the ledger, estates that have a row, and those of them joined by a code.
    """

    estates: int
    rows: int
    joined: int
    by_code: int


@dataclass(frozen=True)
class Guess:
    """Hold what a folder holds.

    Parameters
    ----------
    chosen : mapping of str to tuple of Candidate
        By role; of the roles that only one layer can have, that one.
    rivals : mapping of str to tuple of Candidate
        By role, those that might have been chosen as well.
    fits : mapping of (str, str) to LedgerFit
        How each ledger fits the chosen estates, by file and sheet.
    unused : tuple of Look
        Layers that are not used.
    broken : tuple of Problem
        Files that cannot be read.
    passed : tuple of PassedBy
        Files that were not looked at.
    scenarios : tuple of str
        Files of scenarios.
    """

    chosen: Mapping[str, tuple[Candidate, ...]]
    rivals: Mapping[str, tuple[Candidate, ...]]
    fits: Mapping[tuple[str, str], LedgerFit] = field(default_factory=dict)
    unused: tuple[Look, ...] = ()
    broken: tuple[Problem, ...] = ()
    passed: tuple[PassedBy, ...] = ()
    scenarios: tuple[str, ...] = ()

    def one(self, role: str) -> Candidate | None:
        """Return the layer chosen for a role, if any."""
        return next(iter(self.chosen.get(role, ())), None)


def guess_folder(folder: Path, *, stage: Stage = lambda _: None) -> Guess:
    """Look through a folder, and guess what each file is.

    Parameters
    ----------
    folder : Path
        The folder.
    stage : callable
        Called with the name of each file as it is looked at.

    Returns
    -------
    Guess
        The guesses.

    Raises
    ------
    ProjectError
        When there is no such folder, or nothing in it can be used.
    """
    if not folder.is_dir():
        raise ProjectError(error("init_no_folder", file=folder.as_posix()))
    found, passed = find_files(folder)
    looks: list[Look] = []
    broken: list[Problem] = []
    for file in found:
        stage(file.name)
        try:
            looks += _LOOKS[file.kind](file)
        except InputError as fault:
            # Many a .json is no layer, and nothing is wrong with it.
            if file.path.suffix.lower() == _ANYTHING:
                passed = (*passed, PassedBy(file.name, "unknown"))
            else:
                broken += fault.problems
    candidates = [_candidate(look) for look in looks if look.kind != "settings"]
    known = [one for one in candidates if one is not None]
    if not any(one.role.role in _NEEDED for one in known):
        raise ProjectError(error("init_nothing", file=folder.as_posix(), value=len(found)), *broken)
    guess = _chosen(_with_boundary(known, looks))
    guess = _with_fits(guess, folder)
    used = {id(one.look) for ones in (*guess.chosen.values(), *guess.rivals.values()) for one in ones}
    unused = [look for look in looks if look.kind != "settings" and id(look) not in used]
    scenarios = tuple(look.file for look in looks if look.role == "scenario")
    return replace(guess, unused=tuple(unused), broken=tuple(broken), passed=passed, scenarios=scenarios)


def _candidate(look: Look) -> Candidate | None:
    roles = weigh_roles(look)
    if not roles or (look.count == 0 and look.kind not in ("osm",)):
        return None
    return Candidate(look, roles[0], tuple(role.role for role in roles[1:]))


def _with_boundary(candidates: Sequence[Candidate], looks: Sequence[Look]) -> list[Candidate]:
    """Take a layer of very few areas that hold most of all others for the boundary, where none is called so."""
    known = list(candidates)
    if any(one.role.role == "boundary" for one in known):
        return known
    taken = {id(one.look) for one in known}
    others = [one.look for one in known if one.role.role in _INSIDE]
    free = [look for look in looks if id(look) not in taken and look.kind == "area" and 0 < look.count <= _FEW]
    shares = {id(look): holds_most(look, others) for look in free}
    best = max(free, key=lambda look: shares[id(look)], default=None)
    if best is None or shares[id(best)] < _HOLDS:
        return known
    points = folder_rules()["points"]["least"]
    left = tuple(heading.text for heading in best.headings if heading.text)
    return [*known, Candidate(best, Role("boundary", points, ("holds",), {}, left))]


def _chosen(candidates: Sequence[Candidate]) -> Guess:
    chosen: dict[str, tuple[Candidate, ...]] = {}
    rivals: dict[str, tuple[Candidate, ...]] = {}
    for role in (*SINGLE, *MANY):
        own = [one for one in candidates if one.role.role == role]
        if role in MANY:
            chosen[role] = tuple(own)
        else:
            ranked = sorted(own, key=_rank)
            chosen[role], rivals[role] = tuple(ranked[:1]), tuple(ranked[1:])
    return Guess(chosen, rivals)


def _rank(candidate: Candidate) -> tuple[float, ...]:
    """Order candidates: an extract before a graph before lines, then by what speaks for them, then by their size."""
    kinds = ("osm", "graph")
    kind = kinds.index(candidate.look.kind) if candidate.look.kind in kinds else len(kinds)
    return kind, -candidate.role.points, -candidate.look.count


def _with_fits(guess: Guess, folder: Path) -> Guess:
    """Join each ledger to the estates, and choose the one that fits best."""
    estates = guess.one("estates")
    ledgers = [*guess.chosen["ledger"], *guess.rivals["ledger"]]
    if estates is None or estates.look.frame is None or not estates.look.is_whole:
        return guess
    fits = {(one.look.file, one.look.layer): _fit(estates.look, one.look, folder) for one in ledgers}
    known = {key: fit for key, fit in fits.items() if fit is not None}
    ranked = sorted(ledgers, key=lambda one: -_joined(known, one))
    chosen = {**guess.chosen, "ledger": tuple(ranked[:1])}
    return replace(guess, chosen=chosen, rivals={**guess.rivals, "ledger": tuple(ranked[1:])}, fits=known)


def _joined(fits: Mapping[tuple[str, str], LedgerFit], ledger: Candidate) -> int:
    fit = fits.get((ledger.look.file, ledger.look.layer))
    return -1 if fit is None else fit.joined


def _fit(estates: Look, ledger: Look, folder: Path) -> LedgerFit | None:
    try:
        rows, _ = read_ledger(folder / ledger.file, sheet=ledger.layer or None, place=ledger.file)
    except LianpianError:
        return None
    typed = typed_rows(estates, "estates")
    if estates.frame is None or len(typed) != len(estates.frame):
        return None
    frame = estates.frame[["geometry"]].assign(**{name: typed[name].to_numpy() for name in typed})
    _, problems = join_ledger(frame, rows, place=ledger.file)
    told = next((one for one in problems if one.code == "join_result"), None)
    if told is None:
        return None
    return LedgerFit(len(frame), len(rows), int(told.value), int(str(told.facts["by_code"])))


def holds_most(look: Look, others: Sequence[Look]) -> float:
    """Return which share of other layers lies in the areas of one.

    Parameters
    ----------
    look : Look
        A layer of areas.
    others : sequence of Look
        The others.

    Returns
    -------
    float
        Between 0 and 1; 0 where nothing can be compared.
    """
    frames = [other.frame for other in others if other.frame is not None and len(other.frame)]
    if look.frame is None or look.frame.empty or not frames:
        return 0.0
    ground = shapely.union_all(shapely.make_valid(look.frame.to_crs(4326).geometry.to_numpy()))
    inside = [
        float(np.mean(shapely.intersects(ground, shapely.centroid(frame.to_crs(4326).geometry.to_numpy()))))
        for frame in frames
    ]
    return float(np.mean(inside))
