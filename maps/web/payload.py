"""The data of the interactive map: every layer, figure and word it shows, as values that JSON can hold."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.inventory import LISTS
from data.project_money import SOURCES
from data.standards.model import Service
from data.words import Language, Words, words
from geo.plan import Plan
from maps.needs import needs
from maps.styles import styles
from maps.web.coding import LINE_TOLERANCE_M, Kind, layer, numbers, rows_of, table
from maps.web.detail import Detail, detail_for
from maps.web.inventory_payload import inventory_payload
from maps.web.network_payload import network_payload
from maps.web.programme_payload import programme_payload
from maps.web.proposal_payload import proposal_payload
from maps.web.reach_payload import reach_payload
from maps.web.street_names import street_names
from maps.web.tiles_payload import tiles_payload
from maps.web.walk_payload import access_starts, walk_payload

# Two walls that touch are simplified each on its own, so they part by at most twice this.
WALL_TOLERANCE_M = 0.25
# Clusters nearer than this should not have the same tint.
NEAR_M = 60.0
TINTS = 8

# Problems that bear on every figure of the map and are told on its face.
NOTICED = frozenset(
    ("estates_thin", "layers_shifted", "facilities_shifted", "estates_across_streets", "nothing_assessed")
)
WORD_TABLES = ("map.", "terms.", "tables.phase_why.")

ESTATE_COLUMNS: Mapping[str, Kind] = {
    "estate_id": "text", "label": "text", "subdistrict": "text", "community": "text", "households": 1, "people": 1,
    "floor_area_m2": 0, "built_year_min": 0, "built_year_max": 0, "estimated": "flag", "estimate_method": "text",
    "eligible": "flag", "eligibility": "text", "eligibility_note": "text", "missing": "text", "renovation": "text",
    "done_items": "text", "funded_items": "text", "reason": "text", "access_kind": "text", "gap_count": 0,
    "borderline_count": 0, "size_unknown_count": 0, "no_data_count": 0, "met_count": 0,
}  # fmt: skip
NEED_COLUMNS: Mapping[str, Kind] = {f"{name}_{one}": 0 for name in ("lacks", "open") for one in LISTS}
FACILITY_COLUMNS: Mapping[str, Kind] = {
    "facility_id": "text", "name": "text", "service": "text", "capacity": 1, "floor_area_m2": 0, "source": "text",
    "access_kind": "text", "people_within": 1,
}  # fmt: skip
ASIDE_COLUMNS: Mapping[str, Kind] = {
    "facility_id": "text", "name": "text", "service": "text", "status": "text", "capacity": 1, "floor_area_m2": 0,
    "source": "text",
}  # fmt: skip
CLUSTER_COLUMNS: Mapping[str, Kind] = {
    "cluster_id": "text", "name": "text", "estates": 0, "households": 1, "people": 1, "floor_area_m2": 0,
    "diameter_minutes": 2, "subdistricts": "text", "estimated": "flag", "gap_count": 0, "gaps": "text", "proof": "text",
}  # fmt: skip
MEMBER_COLUMNS: Mapping[str, Kind] = {
    "neighbours": 0, "facing_m": 0, "band_without": 0, "band_with": 0, "shared_gaps": "text",
    "alternative_facing_m": 0, "alternative_why": "text",
}  # fmt: skip
PACKAGE_COLUMNS: Mapping[str, Kind] = {
    "package_id": "text", "subdistrict": "text", "estates": 0, "clusters": 0, "households": 1, "people": 1,
    "floor_area_m2": 0, "estimated_area_m2": 0, "estimated": "flag", "unknown_area": 0, "elsewhere": 0, "threshold": 0,
    "shortfall": 0, "clause": "text", "confidence": "text",
}  # fmt: skip
GAP_COLUMNS: Mapping[str, Kind] = {
    "service": "text", "state": "text", "walk_minutes": 2, "walk_m": 0, "facility_name": "text", "measured": 4,
    "shortfall": 4,
}  # fmt: skip
POOLED_COLUMNS: Mapping[str, Kind] = {"service": "text", "state": "text", "measured": 4, "shortfall": 4}
RULE_COLUMNS: Mapping[str, Kind] = {
    "metric": "text", "threshold": 4, "unit": "text", "clause": "text", "confidence": "text", "op": "text",
}  # fmt: skip
SITE_COLUMNS: Mapping[str, Kind] = {"site_id": "text", "name": "text", "kind": "text", "area_m2": 0, "source": "text"}
GATE_COLUMNS: Mapping[str, Kind] = {"gate_id": "text", "name": "text", "state": "text"}
ADJACENCY_COLUMNS: Mapping[str, Kind] = {"kind": "text", "street": "text", "width_m": 1, "facing_m": 0}
NAMED_COLUMNS: Mapping[str, Kind] = {"kind": "text", "name": "text"}
OPENING_COLUMNS: Mapping[str, Kind] = {
    "opening_id": "text", "kind": "text", "person_minutes": 0, "gaps_closed": 0, "services": "text",
}  # fmt: skip


def payload(plan: Plan, *, language: Language) -> dict[str, Any]:
    """Collect all the data of the map.

    Parameters
    ----------
    plan : Plan
        The plan.
    language : {"zh", "en"}
        Language of the words.

    Returns
    -------
    dict
        Plain values: ``page``, ``words``, ``style`` and one coded table per layer (see :mod:`maps.web.coding`); a
        number that nobody knows is None.
    """
    say = words(language)
    detail = detail_for(len(plan.estates))
    return {
        "page": {**_page(plan, say), "detail": detail.name},
        "words": {key: text for key, text in say.entries.items() if key.startswith(WORD_TABLES)},
        "style": style(),
        "notices": [problem.what(say) for problem in plan.problems if problem.code in NOTICED],
        "services": [_service(service, plan, language) for service in _shown_services(plan)],
        "sources": list(SOURCES),
        "items": {service.key: service.name[language] for service in plan.inputs.standard.services},
        **_results(plan, say, detail),
        **proposal_payload(plan),
        **programme_payload(plan),
        "inventory": inventory_payload(plan),
        "tiles": tiles_payload(plan.inputs.project.map.tiles),
        **walk_payload(plan, detail=detail),
        "reach": reach_payload(plan, detail=detail),
        "network": network_payload(plan.network, crs=plan.inputs.crs, detail=detail),
        **_surroundings(plan, detail),
        "aside": _aside(plan, language),
    }


def style() -> dict[str, Any]:
    """Read how the map is drawn.

    Returns
    -------
    dict
        The tables of ``static/style.toml``, with the colours that all outputs share.
    """
    drawn: dict[str, Any] = tomllib.loads(files("maps.web").joinpath("static", "style.toml").read_text("utf-8"))
    for state, shared in styles().state.items():
        own = drawn["state"][state]
        own["ink" if "pattern" in own else "fill"] = shared.fill
    for look in drawn["opening"].values():
        look["fill"] = styles().single["opening"]
    drawn["walk"]["line"] = styles().single["walk"]
    drawn["isochrones"] = list(styles().isochrones)
    return drawn


def _page(plan: Plan, say: Words) -> dict[str, Any]:
    inputs, project = plan.inputs, plan.inputs.project
    day = project.project.date
    return {
        "language": say.language,
        "title": project.map.title or project.project.name or say("map.page.title"),
        "standard": inputs.standard.title[say.language],
        "author": project.project.author,
        "date": day.isoformat() if day else "",
        "crs": inputs.crs.name,
        "packages": inputs.standard.management.note if inputs.standard.management else "",
        "facts": [[say.get(f"map.fact.{key}", key), str(value)] for key, value in inputs.facts.items()],
    }


def _shown_services(plan: Plan) -> Iterator[Service]:
    shown = set(plan.services["service"]) | set(plan.facilities["service"].dropna())
    known = {service.key: service for service in plan.inputs.standard.services}
    yield from (service for key, service in known.items() if key in shown)
    for key in sorted(shown - set(known)):
        yield Service(key, {"zh": key, "en": key}, "context", "", "walk", "adult", "", None, ())


def _service(service: Service, plan: Plan, language: Language) -> dict[str, Any]:
    row = plan.services[plan.services["service"] == service.key]
    figures = {name: numbers(row[name], digits=4) for name in ("limit_minutes", "people_share", "expected")}
    return {
        "key": service.key,
        "name": service.name[language],
        "category": service.category,
        "capacity_unit": service.capacity_unit,
        "measure": service.measure,
        "assessed": not row.empty,
        "thin": bool(row["thin"].any()),
        **{name: values[0] if values else None for name, values in figures.items()},
    }


def _results(plan: Plan, say: Words, detail: Detail) -> dict[str, Any]:
    crs = plan.inputs.crs
    estates, clusters, facilities = plan.estates, plan.clusters, plan.facilities
    rules = _rules(plan)
    return {
        "estates": {
            **layer(estates, ESTATE_COLUMNS, crs=crs, tolerance_m=WALL_TOLERANCE_M),
            **table(needs(plan), NEED_COLUMNS),
            "cluster": rows_of(estates["cluster_id"], index=clusters["cluster_id"]),
            "package": rows_of(estates["package_id"], index=plan.packages["package_id"]),
        },
        "facilities": layer(_as_points(facilities), FACILITY_COLUMNS, crs=crs),
        "clusters": {
            **layer(clusters, CLUSTER_COLUMNS, crs=crs, tolerance_m=WALL_TOLERANCE_M),
            "tint": _tints(clusters),
        },
        "members": _members(plan),
        "packages": {
            **layer(plan.packages, PACKAGE_COLUMNS, crs=crs, tolerance_m=WALL_TOLERANCE_M),
            "tint": _tints(plan.packages),
        },
        "gaps": {
            **table(_told_once(plan.gaps), GAP_COLUMNS),
            "estate": rows_of(plan.gaps["estate_id"], index=estates["estate_id"]),
            "facility": rows_of(plan.gaps["facility_id"], index=facilities["facility_id"]),
            "rule": rules["at"][: len(plan.gaps)],
        },
        "pooled": {
            **table(plan.pooled, POOLED_COLUMNS),
            "cluster": rows_of(plan.pooled["cluster_id"], index=clusters["cluster_id"]),
            "rule": rules["at"][len(plan.gaps) :],
        },
        "rules": rules["of"],
        "adjacency": {
            **layer(
                plan.adjacency.assign(street=street_names(plan.adjacency, say)),
                ADJACENCY_COLUMNS,
                crs=crs,
                unit=detail.unit,
            ),
            "a": rows_of(plan.adjacency["estate_a"], index=estates["estate_id"]),
            "b": rows_of(plan.adjacency["estate_b"], index=estates["estate_id"]),
        },
        "access": _access(plan, detail),
        "openings": {
            **layer(plan.openings, OPENING_COLUMNS, crs=crs),
            "estate": rows_of(plan.openings["estate_id"], index=estates["estate_id"]),
            "other": rows_of(plan.openings["other_id"], index=estates["estate_id"]),
            "gate": rows_of(plan.openings["gate_id"], index=plan.inputs.gates["gate_id"]),
        },
    }


def _told_once(gaps: pd.DataFrame) -> pd.DataFrame:
    """Leave out what the page knows already: names of facilities in its table, minutes that are the figure measured."""
    known = gaps["facility_id"].notna()
    is_walk = (gaps["measured"].round(2) == gaps["walk_minutes"].round(2)) & (gaps["metric"] == "walk_minutes")
    return gaps.assign(facility_name=gaps["facility_name"].mask(known), measured=gaps["measured"].mask(is_walk))


def _members(plan: Plan) -> dict[str, Any]:
    """Explain the place of each estate, in the order of the estates."""
    rows = plan.memberships.set_index("estate_id").reindex(plan.estates["estate_id"]).reset_index(drop=True)
    return {
        **table(rows, MEMBER_COLUMNS),
        "unit": plan.inputs.project.clusters.band.of,
        "alternative": rows_of(rows["alternative_id"], index=plan.clusters["cluster_id"]),
    }


def _surroundings(plan: Plan, detail: Detail) -> dict[str, Any]:
    inputs = plan.inputs
    boundary = gpd.GeoDataFrame(geometry=[inputs.boundary] if inputs.boundary is not None else [], crs=inputs.crs)
    return {
        "sites": layer(inputs.sites, SITE_COLUMNS, crs=inputs.crs, tolerance_m=WALL_TOLERANCE_M),
        "barriers": layer(
            inputs.barriers, NAMED_COLUMNS, crs=inputs.crs, tolerance_m=LINE_TOLERANCE_M, unit=detail.unit
        ),
        "gates": layer(inputs.gates, GATE_COLUMNS, crs=inputs.crs),
        "context": layer(inputs.context, NAMED_COLUMNS, crs=inputs.crs, tolerance_m=LINE_TOLERANCE_M, unit=detail.unit),
        "boundary": layer(boundary, {}, crs=inputs.crs, tolerance_m=LINE_TOLERANCE_M),
    }


def _aside(plan: Plan, language: Language) -> dict[str, Any]:
    """Return the facilities that are not in operation; their services are told by name, for they are in no legend."""
    frame = plan.inputs.facilities_aside
    names = {service.key: service.name[language] for service in plan.inputs.standard.services}
    said = frame["service"].map(lambda key: names.get(key, key))
    return layer(_as_points(frame.assign(service=said)), ASIDE_COLUMNS, crs=plan.inputs.crs)


def _as_points(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    points = shapely.point_on_surface(np.asarray(frame.geometry.array, dtype=object))
    return frame.set_geometry(gpd.GeoSeries(points, index=frame.index, crs=frame.crs))


def _rules(plan: Plan) -> dict[str, Any]:
    # A rule is what many rows ask alike; the rows keep only its number, first those of gaps, then those of pooled.
    columns = [name for name in RULE_COLUMNS if name != "op"]
    asked = pd.concat([plan.gaps[columns], plan.pooled[columns]], ignore_index=True)
    number = asked.groupby(columns, dropna=False, sort=False).ngroup()
    ops = {limit.metric: limit.op for service in plan.inputs.standard.services for limit in service.thresholds}
    distinct = asked[~number.duplicated()]
    return {"at": number.tolist(), "of": table(distinct.assign(op=distinct["metric"].map(ops)), RULE_COLUMNS)}


def _tints(clusters: gpd.GeoDataFrame) -> list[int]:
    outlines = np.asarray(clusters.geometry.array, dtype=object)
    one, other = shapely.STRtree(outlines).query(outlines, predicate="dwithin", distance=NEAR_M)
    tints = np.full(len(outlines), -1)
    for row in range(len(outlines)):
        taken = set(tints[other[one == row]].tolist())
        wish = [(row + step) % TINTS for step in range(TINTS)]
        tints[row] = next((tint for tint in wish if tint not in taken), wish[0])
    colours: list[int] = tints.tolist()
    return colours


def _access(plan: Plan, detail: Detail) -> dict[str, Any]:
    points = plan.access_points
    estate = rows_of(points["owner_id"].where(points["owner"] == "estate"), index=plan.estates["estate_id"])
    named = dict(zip(plan.inputs.gates["gate_id"], plan.inputs.gates["name"], strict=True))
    shown = points.assign(name=points["gate_id"].map(named))
    return {
        **layer(shown, {"kind": "text", "name": "text"}, crs=plan.inputs.crs, unit=detail.unit),
        **access_starts(points),
        "estate": estate,
    }
