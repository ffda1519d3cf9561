"""Legends of the GIS layers: which column decides, in which colours."""

from collections.abc import Callable, Iterable, Mapping

from data.words import Words
from geo.plan import Plan
from maps.gis.qml import Category, categorised, single
from maps.styles import styles
from maps.workbook.cell_words import names_of_services

OPACITY = 0.75


def legend(layer: str, *, plan: Plan, say: Words) -> str:
    """Make the style of a layer.

    Parameters
    ----------
    layer : str
        Name of the layer.
    plan : Plan
        The results.
    say : Words
        Language of the legend.

    Returns
    -------
    str
        A QML document, empty where the layer has none.
    """
    return _LEGENDS[layer](plan, say) if layer in _LEGENDS else ""


def _estates(_plan: Plan, say: Words) -> str:
    kinds = [Category(state, say(f"terms.state.{state}"), paint.fill) for state, paint in styles().state.items()]
    others = Category("", say("tables.layer.not_assessed"), "#ffffff")
    return categorised("worst_state", shape="area", categories=(*kinds, others), outline=_outline(), opacity=OPACITY)


def _clusters(plan: Plan, _say: Words) -> str:
    rows = zip(plan.clusters["cluster_id"], plan.clusters["name"], strict=True)
    kinds = _handed_out(((key, f"{key} {name}") for key, name in rows), styles().clusters)
    return categorised("cluster_id", shape="area", categories=kinds, outline=_outline(), opacity=OPACITY)


def _packages(plan: Plan, _say: Words) -> str:
    rows = zip(plan.packages["package_id"], plan.packages["subdistrict"], strict=True)
    named = ((key, f"{key} {name}" if isinstance(name, str) else key) for key, name in rows)
    kinds = _handed_out(named, styles().clusters)
    return categorised("package_id", shape="area", categories=kinds, outline=_outline(), opacity=OPACITY)


def _facilities(plan: Plan, say: Words) -> str:
    names = names_of_services(plan, say)
    present = set(plan.facilities["service"])
    keys = [*(key for key in names if key in present), *sorted(present - names.keys())]
    kinds = _handed_out(((key, names.get(key, key)) for key in keys), styles().services)
    return categorised("service", shape="point", categories=kinds, outline="#ffffff")


def _facilities_aside(_plan: Plan, say: Words) -> str:
    kinds = tuple(Category(status, say(f"terms.status.{status}"), colour) for status, colour in styles().aside.items())
    return categorised("status", shape="point", categories=kinds, outline=_outline())


def _gates(_plan: Plan, say: Words) -> str:
    kinds = tuple(Category(state, say(f"terms.gate.{state}"), colour) for state, colour in styles().gates.items())
    return categorised("state", shape="point", categories=kinds, outline=_outline())


def _barrier_lines(_plan: Plan, say: Words) -> str:
    return categorised("kind", shape="line", categories=_barrier_kinds(say), outline=_outline())


def _barrier_areas(_plan: Plan, say: Words) -> str:
    return categorised("kind", shape="area", categories=_barrier_kinds(say), outline=_outline(), opacity=OPACITY)


def _barrier_kinds(say: Words) -> tuple[Category, ...]:
    return tuple(Category(kind, say(f"terms.barrier.{kind}"), colour) for kind, colour in styles().barriers.items())


def _sites(_plan: Plan, _say: Words) -> str:
    return single(styles().single["site"], shape="area", outline=_outline(), opacity=OPACITY)


def _site_points(_plan: Plan, _say: Words) -> str:
    return single(styles().single["site"], shape="point", outline=_outline())


def _access_points(_plan: Plan, _say: Words) -> str:
    return single(styles().single["access_point"], shape="point", outline="#ffffff")


def _adjacency(_plan: Plan, _say: Words) -> str:
    return single(styles().single["adjacency"], shape="line", outline=_outline())


def _network(_plan: Plan, _say: Words) -> str:
    return single(styles().single["network"], shape="line", outline=_outline())


def _walks(_plan: Plan, _say: Words) -> str:
    return single(styles().single["walk"], shape="line", outline=_outline())


def _openings(_plan: Plan, _say: Words) -> str:
    return single(styles().single["opening"], shape="point", outline=_outline())


def _proposals(plan: Plan, say: Words) -> str:
    keys = list(dict.fromkeys(plan.proposals["service"]))
    names = names_of_services(plan, say)
    return categorised(
        "service",
        shape="point",
        categories=_handed_out([(key, names.get(key, key)) for key in keys], styles().services),
        outline=_outline(),
    )


def _phases(plan: Plan, say: Words) -> str:
    years = sorted(plan.programme.phases["year"].dropna().unique())
    kinds = _handed_out(((f"{year:.0f}", f"{year:.0f}") for year in years), styles().clusters)
    reserve = Category("", say("tables.project_status.reserve"), "#ffffff")
    return categorised("year", shape="area", categories=(*kinds, reserve), outline=_outline(), opacity=OPACITY)


def _isochrones(plan: Plan, say: Words) -> str:
    minutes = sorted(set(plan.isochrones["minutes"]), reverse=True)
    named = [(f"{one:g}", say("map.isochrone.within", minutes=f"{one:g}")) for one in minutes]
    return categorised(
        "minutes",
        shape="area",
        categories=_handed_out(named, styles().isochrones),
        outline=_outline(),
        opacity=OPACITY,
    )


def _outline() -> str:
    return styles().single["outline"]


def _handed_out(named: Iterable[tuple[str, str]], colours: tuple[str, ...]) -> tuple[Category, ...]:
    return tuple(Category(key, name, colours[turn % len(colours)]) for turn, (key, name) in enumerate(named))


_LEGENDS: Mapping[str, Callable[[Plan, Words], str]] = {
    "estates": _estates,
    "clusters": _clusters,
    "packages": _packages,
    "facilities": _facilities,
    "facilities_aside": _facilities_aside,
    "gates": _gates,
    "barriers": _barrier_lines,
    "barrier_areas": _barrier_areas,
    "sites": _sites,
    "site_points": _site_points,
    "access_points": _access_points,
    "adjacency": _adjacency,
    "network": _network,
    "walks": _walks,
    "isochrones": _isochrones,
    "openings": _openings,
    "proposals": _proposals,
    "phases": _phases,
}
