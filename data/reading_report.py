"""What the reading stage found, in one frozen report: for the screen, for programs, and beside the list of problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from data.inputs import Inputs
from data.layer_accounts import LayerAccount, settled_account
from data.problems import Problem, Severity, blocking, count_by_severity
from data.project import Project
from data.standards.model import Standard


@dataclass(frozen=True)
class LedgerJoin:
    """Hold how the ledger fits the estates.

    Parameters
    ----------
    estates, rows, joined : int
        Estates of the map, rows of the ledger, and estates that have a row.
    """

    estates: int
    rows: int
    joined: int


@dataclass(frozen=True)
class ServiceCount:
    """Hold how many facilities of one service there are.

    Parameters
    ----------
    service : str
        Key of the service.
    running, aside : int
        Those in operation, and those that are closed or planned.
    """

    service: str
    running: int
    aside: int


@dataclass(frozen=True)
class NetworkFigures:
    """Hold what the walking network is like.

    Parameters
    ----------
    km : float
        Length of all ways.
    components : int
        How many parts the public ways fall into that are not joined to each other.
    share_used : float
        Share of the length of the public ways that estates and facilities may be connected to.
    """

    km: float
    components: int
    share_used: float


@dataclass(frozen=True)
class AnalysisCrs:
    """Hold the coordinate system of the analysis.

    Parameters
    ----------
    code, name : str
        Such as ``"EPSG:4548"``.
    why : str
        Key of ``report.crs_why``.
    """

    code: str
    name: str
    why: str


@dataclass(frozen=True)
class ReadingReport:
    """Hold what was read and all that was found.

    Parameters
    ----------
    file : str
        The project file.
    name, date : str
        Of the plan; empty where nothing says them.
    standard : Standard or None
        The standard, None when it cannot be used.
    crs : AnalysisCrs or None
        System of the analysis, None when no layer says where the town is.
    layers : tuple of LayerAccount
        In the order of reading, those that could not be read among them.
    ledger : LedgerJoin or None
        How the ledger fits, where there is one and there are estates.
    facilities : tuple of ServiceCount
        By service, in the order of the standard.
    network : NetworkFigures or None
        What the network is like, where it was looked at.
    problems : tuple of Problem
        All of them.
    """

    file: str
    problems: tuple[Problem, ...]
    name: str = ""
    date: str = ""
    standard: Standard | None = None
    crs: AnalysisCrs | None = None
    layers: tuple[LayerAccount, ...] = ()
    ledger: LedgerJoin | None = None
    facilities: tuple[ServiceCount, ...] = ()
    network: NetworkFigures | None = None

    @property
    def is_usable(self) -> bool:
        """Whether nothing stops a plan."""
        return not blocking(self.problems)

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many problems of each severity there are."""
        return count_by_severity(self.problems)

    def kinds(self) -> tuple[tuple[Problem, int], ...]:
        """Return the first problem of each severity and code, with how many there are; errors come first."""
        groups: dict[tuple[int, str], list[Problem]] = {}
        order = list(Severity)
        for problem in self.problems:
            groups.setdefault((order.index(problem.severity), problem.code), []).append(problem)
        ranked = sorted(groups.items(), key=lambda item: item[0][0])
        return tuple((own[0], len(own)) for _, own in ranked)


def report_inputs(
    inputs: Inputs,
    *,
    problems: Sequence[Problem],
    standard: Standard | None,
    network: NetworkFigures | None = None,
) -> ReadingReport:
    """Report on inputs, whole or not.

    Parameters
    ----------
    inputs : Inputs
        What was read.
    problems : sequence of Problem
        All that was found, also before and after the reading.
    standard : Standard or None
        The standard, None when that of the project cannot be used.
    network : NetworkFigures, optional
        What the network is like.

    Returns
    -------
    ReadingReport
        The report.
    """
    project = inputs.project
    layers = tuple(settled_account(account, problems=problems) for account in inputs.accounts)
    is_placed = any(account.bounds is not None for account in layers)
    return ReadingReport(
        file=project.file_name,
        problems=tuple(problems),
        name=project.project.name,
        date=inputs.facts.get("date", ""),
        standard=standard,
        crs=_analysis(inputs, project) if is_placed else None,
        layers=layers,
        ledger=_join(problems),
        facilities=_by_service(inputs),
        network=network,
    )


def network_figures(components: pd.DataFrame, *, edges: pd.DataFrame) -> NetworkFigures | None:
    """Sum up a walking network.

    Parameters
    ----------
    components : DataFrame
        One row per part of the public network: ``length_m``, ``used`` (whether places may be connected to it).
    edges : DataFrame
        All ways: ``length_mm``.

    Returns
    -------
    NetworkFigures or None
        The figures; None where there is no way.
    """
    public_m = float(components["length_m"].sum())
    if edges.empty or public_m == 0:
        return None
    used_m = float(components.loc[components["used"].astype(bool), "length_m"].sum())
    return NetworkFigures(float(edges["length_mm"].sum()) / 1e6, len(components), used_m / public_m)


def _analysis(inputs: Inputs, project: Project) -> AnalysisCrs:
    authority = inputs.crs.to_authority()
    code = ":".join(authority) if authority else ""
    chosen = "zone" if inputs.crs.name.startswith("CGCS2000") else "utm"
    return AnalysisCrs(code, inputs.crs.name, "declared" if project.project.crs == code else chosen)


def _join(problems: Sequence[Problem]) -> LedgerJoin | None:
    found = next((problem for problem in problems if problem.code == "join_result"), None)
    if found is None:
        return None
    return LedgerJoin(int(str(found.facts["estates"])), int(str(found.facts["rows"])), int(found.value))


def _by_service(inputs: Inputs) -> tuple[ServiceCount, ...]:
    running, aside = (frame["service"].value_counts() for frame in (inputs.facilities, inputs.facilities_aside))
    order = [service.key for service in inputs.standard.services]
    found = {*running.index, *aside.index}
    keys = [*(key for key in order if key in found), *sorted(found.difference(order))]
    return tuple(ServiceCount(key, int(running.get(key, 0)), int(aside.get(key, 0))) for key in keys)
