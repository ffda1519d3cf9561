"""Contiguous clusters of estates within a band of people and within walking reach, and why others stand alone."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import networkx as nx

LEAST_ESTATES = 2


@dataclass(frozen=True)
class ClusterLimits:
    """Hold what a cluster must keep to.

    Parameters
    ----------
    floor_people, ceiling_people : float
        Least and greatest number of people.
    rounds : int
        How many times growth starts anew; the best round counts.
    seed : int
        Seed of the order in which clusters grow.
    """

    floor_people: float
    ceiling_people: float
    rounds: int
    seed: int


@dataclass(frozen=True)
class Town:
    """Hold the estates that take part, by rows 0..n-1 in the order of their identifiers.

    Parameters
    ----------
    people : sequence of float
        People of each estate.
    neighbours : Graph
        Neighbours that may share a cluster, with ``facing_m`` on the edges; a node per estate that takes part.
    reach : sequence of frozenset of int
        Estates within walking reach of each estate, both ways, itself included.
    """

    people: Sequence[float]
    neighbours: nx.Graph
    reach: Sequence[frozenset[int]]


@dataclass(frozen=True)
class Clustering:
    """Hold a set of clusters.

    Parameters
    ----------
    members : tuple of tuple of int
        Rows of the estates of each cluster, sorted.
    reasons : mapping of int to str
        Why each other estate that takes part is in none.
    bound : int
        No more clusters than this are possible: people over floor, component by component.
    """

    members: tuple[tuple[int, ...], ...]
    reasons: Mapping[int, str]
    bound: int


def grow_clusters(town: Town, *, limits: ClusterLimits) -> Clustering:
    """Propose clusters that hold as many people as possible.

    Parameters
    ----------
    town : Town
        The estates that take part.
    limits : ClusterLimits
        What a cluster must keep to.

    Returns
    -------
    Clustering
        Disjoint connected clusters, each within the band and with every two estates within reach; the same for the same
        town and limits on any machine.
    """
    best: list[set[int]] = []
    components = sorted((sorted(part) for part in nx.connected_components(town.neighbours)), key=lambda part: part[0])
    for component in components:
        if sum(town.people[i] for i in component) >= limits.floor_people:
            rounds = [_grow_once(town, component, limits, number) for number in range(limits.rounds)]
            best += max(rounds, key=partial(_score, town))
    members = tuple(sorted(tuple(sorted(cluster)) for cluster in best))
    bound = sum(int(sum(town.people[i] for i in part) // limits.floor_people) for part in components)
    return Clustering(members, _reasons(town, members, limits), bound)


def _grow_once(town: Town, component: Sequence[int], limits: ClusterLimits, number: int) -> list[set[int]]:
    """Grow clusters from every estate of a component in a shuffled order that starts with the least connected."""
    chance = random.Random(f"{limits.seed}/{number}/{component[0]}")
    jitter = {i: chance.random() for i in component}
    order = sorted(component, key=lambda i: (town.neighbours.degree(i) + 3 * jitter[i], i))
    free = {i for i in component if town.people[i] <= limits.ceiling_people}
    clusters = []
    for start in order:
        if start in free:
            cluster = _grow_from(town, start, free, limits, jitter)
            if len(cluster) >= LEAST_ESTATES and sum(town.people[i] for i in cluster) >= limits.floor_people:
                clusters.append(cluster)
                free -= cluster
    return _absorb(town, clusters, free, limits)


def _grow_from(town: Town, start: int, free: set[int], limits: ClusterLimits, jitter: Mapping[int, float]) -> set[int]:
    """Add the neighbour with the longest shared front until the floor is reached and it is no estate alone."""
    cluster, people, common = {start}, town.people[start], town.reach[start]
    while people < limits.floor_people or len(cluster) < LEAST_ESTATES:
        fronts = _fronts(town, cluster, free & common)
        fit = [
            (front * (0.75 + jitter[j] / 2), -j)
            for j, front in fronts
            if people + town.people[j] <= limits.ceiling_people
        ]
        if not fit:
            break
        chosen = -max(fit)[1]
        cluster.add(chosen)
        people += town.people[chosen]
        common &= town.reach[chosen]
    return cluster


def _fronts(town: Town, cluster: set[int], allowed: set[int] | frozenset[int]) -> Iterator[tuple[int, float]]:
    """Yield each neighbour of a cluster with the length it faces the cluster."""
    fronts: dict[int, float] = {}
    for i in sorted(cluster):
        for j, link in town.neighbours.adj[i].items():
            if j in allowed and j not in cluster:
                fronts[j] = fronts.get(j, 0.0) + link["facing_m"]
    yield from sorted(fronts.items())


def _absorb(town: Town, clusters: list[set[int]], free: set[int], limits: ClusterLimits) -> list[set[int]]:
    """Add what is left to the cluster it fits best, until nothing moves."""
    moved = True
    while moved:
        moved = False
        for i in sorted(free):
            fits = [
                (-sum(town.people[j] for j in cluster), -k)
                for k, cluster in enumerate(clusters)
                if _fits(town, i, cluster, limits)
            ]
            if fits:
                clusters[-max(fits)[1]].add(i)
                free = free - {i}
                moved = True
    return clusters


def _fits(town: Town, i: int, cluster: set[int], limits: ClusterLimits) -> bool:
    touches = any(j in cluster for j in town.neighbours.adj[i])
    return touches and not _hindrance(town, i, cluster, limits)


def _hindrance(town: Town, i: int, cluster: set[int], limits: ClusterLimits) -> str:
    """Return why an estate cannot join a cluster it touches; empty when it can."""
    if not cluster <= town.reach[i]:
        return "would_exceed_walk"
    if town.people[i] + sum(town.people[j] for j in cluster) > limits.ceiling_people:
        return "would_exceed_ceiling"
    return ""


def _score(town: Town, clusters: list[set[int]]) -> tuple[float, int, float]:
    """Rank a set of clusters: people in clusters, then how many, then the length of fronts inside them."""
    people = sum(town.people[i] for cluster in clusters for i in cluster)
    inside = sum(
        link["facing_m"]
        for cluster in clusters
        for i in cluster
        for j, link in town.neighbours.adj[i].items()
        if j in cluster
    )
    return (round(people, 3), len(clusters), round(inside, 3))


def _reasons(town: Town, members: Sequence[Sequence[int]], limits: ClusterLimits) -> dict[int, str]:
    home = {i: k for k, cluster in enumerate(members) for i in cluster}
    alone = town.neighbours.subgraph(i for i in town.neighbours if i not in home)
    reasons = {}
    for i in sorted(alone):
        touched = [set(members[k]) for k in _touched(town, i, home)]
        reasons[i] = _reason(town, i, touched, limits) or _reason_together(town, i, alone, limits)
    return reasons


def _touched(town: Town, i: int, home: Mapping[int, int]) -> list[int]:
    return sorted({home[j] for j in town.neighbours.adj[i] if j in home})


def _reason(town: Town, i: int, touched: Sequence[set[int]], limits: ClusterLimits) -> str:
    """Return why an estate stands alone as far as it and the clusters it touches tell; empty when they do not."""
    if town.people[i] > limits.ceiling_people:
        return "above_ceiling"
    if not town.neighbours.degree(i):
        return "no_neighbour"
    if not touched and town.people[i] >= limits.floor_people:
        return "alone_above_floor"
    hindrances = {_hindrance(town, i, cluster, limits) for cluster in touched}
    if "would_exceed_ceiling" in hindrances:
        return "would_exceed_ceiling"
    return "would_exceed_walk" if hindrances else ""


def _reason_together(town: Town, i: int, alone: nx.Graph, limits: ClusterLimits) -> str:
    """Return why an estate makes no cluster with the others that stand alone."""
    others: set[int] = nx.node_connected_component(alone, i)
    if sum(town.people[j] for j in sorted(others)) < limits.floor_people:
        return "below_floor"
    endless = replace(limits, ceiling_people=math.inf)
    within_reach = _grow_from(town, i, others, endless, dict.fromkeys(others, 0.5))
    enough = sum(town.people[j] for j in sorted(within_reach)) >= limits.floor_people
    return "would_exceed_ceiling" if enough else "would_exceed_walk"
