"""What the planner settled beforehand: from names to rows, whether it can be kept to, and what moved since."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import networkx as nx
import pandas as pd

from data.problems import Problem, warning
from data.project import ClustersTable
from data.words import in_each_language
from geo.contiguity.units import Wishes

MOVE_COLUMNS = ("estate_id", "label", "cluster_before", "cluster_after")
_SHOWN = 5


def wished(settings: ClustersTable, *, estates: pd.DataFrame, earlier: pd.DataFrame) -> Wishes:
    """Look up the estates that the settings keep together, hold apart, or fix.

    Parameters
    ----------
    settings : ClustersTable
        The settings; every name in them is known, as the reading stage has made sure.
    estates : DataFrame
        ``estate_id``.
    earlier : DataFrame
        ``estate_id`` and ``cluster_id`` of an earlier result.

    Returns
    -------
    Wishes
        Rows of ``estates``; of an earlier cluster those estates that are still there.
    """
    row = {identifier: number for number, identifier in enumerate(estates["estate_id"])}

    def rows(names: Iterable[str]) -> tuple[int, ...]:
        return tuple(sorted(row[name] for name in names if name in row))

    placed = earlier.dropna(subset=["cluster_id"])
    members = placed.groupby("cluster_id")["estate_id"].agg(list).to_dict()
    fixed = [rows(members.get(one, ()) if isinstance(one, str) else one) for one in settings.fixed]
    pairs = zip(placed["estate_id"], placed["cluster_id"], strict=True)
    return Wishes(
        keep=tuple(rows(group) for group in settings.keep),
        apart=tuple(rows(group) for group in settings.apart),
        fixed=tuple(one for one in fixed if one),
        before={row[estate]: cluster for estate, cluster in pairs if estate in row},
    )


def cluster_names(members: Sequence[Sequence[int]], *, size: Sequence[float], before: Mapping[int, str]) -> list[str]:
    """Name clusters, after those of an earlier result where they hold most of the same people.

    Parameters
    ----------
    members : sequence of sequence of int
        Rows of each cluster.
    size : sequence of float
        Size of each estate.
    before : mapping of int to str
        Earlier cluster by row.

    Returns
    -------
    list of str
        One name each, none twice; ``C001`` and so on for those without a forerunner, beyond all earlier numbers.
    """
    shared: dict[tuple[int, str], float] = {}
    for number, rows in enumerate(members):
        for one in rows:
            if one in before:
                shared[number, before[one]] = shared.get((number, before[one]), 0.0) + size[one]
    names: dict[int, str] = {}
    taken: set[str] = set()
    for number, name in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        if number not in names and name not in taken:
            names[number] = name
            taken.add(name)
    last = max((int(name[1:]) for name in before.values() if name[:1] == "C" and name[1:].isdigit()), default=0)
    fresh = (f"C{number:03d}" for number in range(last + 1, last + len(members) + 1))
    return [names[number] if number in names else next(fresh) for number in range(len(members))]


def moves(estates: pd.DataFrame, *, earlier: pd.DataFrame) -> pd.DataFrame:
    """List the estates whose cluster is another one than in an earlier result.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id``, ``label`` and ``cluster_id``.
    earlier : DataFrame
        ``estate_id`` and ``cluster_id`` of the earlier result.

    Returns
    -------
    DataFrame
        Columns as ``Plan.moves``, in the order of the estates; estates that are new or gone are left out.
    """
    both = estates[["estate_id", "label", "cluster_id"]].merge(earlier, on="estate_id", suffixes=("_after", "_before"))
    after, before = (both[f"cluster_id_{side}"].fillna("") for side in ("after", "before"))
    moved = both[after != before].rename(
        columns={"cluster_id_after": "cluster_after", "cluster_id_before": "cluster_before"}
    )
    return moved[list(MOVE_COLUMNS)].reset_index(drop=True)


def check_kept(
    wishes: Wishes, *, estates: pd.DataFrame, adjacency: pd.DataFrame, settings: ClustersTable
) -> tuple[Problem, ...]:
    """Tell which wishes depart from what clusters otherwise keep to.

    Parameters
    ----------
    wishes : Wishes
        What the planner settled.
    estates : DataFrame
        Columns as ``Plan.estates``.
    adjacency : DataFrame
        Columns as ``Plan.adjacency``.
    settings : ClustersTable
        Settings of the run.

    Returns
    -------
    tuple of Problem
        Warnings; the wishes are kept to all the same.
    """
    ids = estates["estate_id"].tolist()
    graph = nx.Graph()
    graph.add_nodes_from(ids)
    graph.add_edges_from(adjacency[["estate_a", "estate_b"]].itertuples(index=False))
    kept = [problem for group in wishes.keep for problem in _of_kept(group, estates, graph)]
    return (*kept, *(problem for group in wishes.fixed for problem in _of_fixed(group, estates, graph, settings)))


def _of_kept(group: Sequence[int], estates: pd.DataFrame, graph: nx.Graph) -> Iterator[Problem]:
    rows = estates.iloc[list(group)]
    able = rows["eligible"] & (rows["access_kind"] != "none")
    for estate in rows[~able].itertuples():
        why = "not_eligible" if not estate.eligible else "no_access"
        yield warning("wish_left_out", value=estate.estate_id, why=in_each_language(f"terms.reason.{why}", default=why))
    together = rows.loc[able, "estate_id"].tolist()
    if together and not nx.is_connected(graph.subgraph(together)):
        yield warning("wish_not_contiguous", value=_listed(together))


def _of_fixed(
    group: Sequence[int], estates: pd.DataFrame, graph: nx.Graph, settings: ClustersTable
) -> Iterator[Problem]:
    rows, band = estates.iloc[list(group)], settings.band
    size = float(rows[band.of].sum())
    departures = {
        "below_floor": size < band.floor,
        "above_ceiling": size > band.ceiling,
        "not_contiguous": not nx.is_connected(graph.subgraph(rows["estate_id"])),
        "not_eligible": not rows["eligible"].all(),
    }
    for key in (key for key, departs in departures.items() if departs):
        why = in_each_language(f"terms.departure.{key}", default=key)
        yield warning("wish_departs", value=_listed(rows["estate_id"].tolist()), why=why)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} … ({len(names)})"
