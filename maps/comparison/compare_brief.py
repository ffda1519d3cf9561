"""A comparison in a few sentences."""

from collections import Counter

from data.words import Words
from geo.comparing.comparison import Comparison
from geo.comparing.gap_changes import ACCOUNT


def brief_lines(comparison: Comparison, *, say: Words) -> list[str]:
    """Say what matters of a comparison.

    Parameters
    ----------
    comparison : Comparison
        Both results.
    say : Words
        The text catalogue.

    Returns
    -------
    list of str
        One sentence on settings, estates, gaps, clusters, moves, proposals and years each.
    """
    differing = int((comparison.inputs["change"] != "same").sum())
    which = Counter(comparison.estates["which"])
    return [
        say("compare.brief.settings", settings=len(comparison.settings), inputs=differing),
        say("compare.brief.estates", **{key: which[key] for key in ("both", "only_a", "only_b")}),
        _gaps(comparison, say),
        *_clusters(comparison, say),
        _proposals(comparison, say),
        _projects(comparison, say),
    ]


def _without(lacking: tuple[bool, bool], say: Words) -> str:
    """Name the results that lack something."""
    return say("compare.brief.both") if all(lacking) else "A" if lacking[0] else "B"


def _gaps(comparison: Comparison, say: Words) -> str:
    a, b = comparison.results
    lacking = (a.services.empty, b.services.empty)
    if any(lacking):
        return say("compare.brief.lack_gaps", side=_without(lacking, say))
    sums = comparison.services[list(ACCOUNT)].sum()
    return say(
        "compare.brief.gaps",
        a=int((a.gaps["state"] == "gap").sum()),
        b=int((b.gaps["state"] == "gap").sum()),
        closed=int(sums["closed"]),
        opened=int(sums["opened"]),
        lost=int(sum(sums[kind] for kind, sign in ACCOUNT.items() if sign < 0 and kind != "closed")),
        gained=int(sum(sums[kind] for kind, sign in ACCOUNT.items() if sign > 0 and kind != "opened")),
    )


def _clusters(comparison: Comparison, say: Words) -> list[str]:
    match, moved = Counter(comparison.clusters["match"]), Counter(comparison.moves["change"])
    a, b = (len(result.clusters) for result in comparison.results)
    matched = {key: match[key] for key in ("same", "changed", "only_a", "only_b")}
    return [
        say("compare.brief.clusters", a=a, b=b, **matched),
        say("compare.brief.moves", **{key: moved[key] for key in ("moved", "joined", "left")}),
    ]


def _proposals(comparison: Comparison, say: Words) -> str:
    a, b = comparison.results
    lacking = (a.proposals is None, b.proposals is None)
    if any(lacking):
        return say("compare.brief.lack_proposals", side=_without(lacking, say))
    which = Counter(comparison.proposals["which"])
    return say("compare.brief.proposals", **{key: which[key] for key in ("both", "only_a", "only_b")})


def _projects(comparison: Comparison, say: Words) -> str:
    lacking = (not comparison.planned[0], not comparison.planned[1])
    if any(lacking):
        return say("compare.brief.lack_projects", side=_without(lacking, say))
    change = Counter(comparison.projects["change"])
    kinds = ("earlier", "later", "to_reserve", "from_reserve")
    return say("compare.brief.projects", **{key: change[key] for key in kinds})
