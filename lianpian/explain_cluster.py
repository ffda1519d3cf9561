"""One cluster taken apart: what it holds, why each estate is in it, and what it lacks as a whole."""

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from data.errors import ProjectError
from data.problems import error
from data.results import ClusterResults
from data.words import Words
from lianpian.screen import Screen

FORMAT = 1


def tell_cluster(results: ClusterResults, *, wanted: str, screen: Screen, as_json: bool) -> None:
    """Tell of one cluster.

    Parameters
    ----------
    results : ClusterResults
        The tables of a plan.
    wanted : str
        Identifier of the cluster.
    screen : Screen
        Where to tell it.
    as_json : bool
        Whether it is told as JSON, see :func:`cluster_document`.

    Raises
    ------
    ProjectError
        When there is no such cluster, with those there are.
    """
    document = cluster_document(results, wanted=wanted, say=screen.words)
    if as_json:
        screen.heading(json.dumps(_plain(document), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        _tell(document, results, screen)


def cluster_document(results: ClusterResults, *, wanted: str, say: Words) -> dict[str, Any]:
    """Gather what is recorded of one cluster.

    Parameters
    ----------
    results : ClusterResults
        The tables of a plan.
    wanted : str
        Identifier of the cluster.
    say : Words
        The text catalogue, for the list of what there is.

    Returns
    -------
    dict
        ``format`` (1), ``cluster`` (columns as ``Plan.clusters``, with ``built_year_min``, ``built_year_max`` and
        ``resources_m2`` of its estates), ``members`` (columns as ``Plan.memberships`` with ``label``), ``neighbours``
        (pairs inside, as ``Plan.adjacency``) and ``pooled`` (as ``Plan.pooled``).

    Raises
    ------
    ProjectError
        When there is no such cluster, with those there are.
    """
    clusters = results.clusters[results.clusters["cluster_id"] == wanted]
    if clusters.empty:
        allowed = say("cli.list_mark").join(results.clusters["cluster_id"]) or "—"
        raise ProjectError(error("explain_cluster_unknown", value=wanted, allowed=allowed))
    mine = results.estates[results.estates["cluster_id"] == wanted]
    pairs = results.adjacency
    inside = pairs[pairs["estate_a"].isin(mine["estate_id"]) & pairs["estate_b"].isin(mine["estate_id"])]
    members = results.memberships[results.memberships["cluster_id"] == wanted]
    members = members.merge(mine[["estate_id", "label", "people", "households"]], on="estate_id")
    own = {
        **clusters.iloc[0].to_dict(),
        "built_year_min": mine["built_year_min"].min(),
        "built_year_max": mine["built_year_max"].max(),
        "resources_m2": mine["resources_m2"].max(),
    }
    return {
        "format": FORMAT,
        "cluster": own,
        "members": members.to_dict("records"),
        "neighbours": inside.to_dict("records"),
        "pooled": results.pooled[results.pooled["cluster_id"] == wanted].to_dict("records"),
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of the document
    """Turn what nobody recorded into null, and numbers of arrays into plain ones."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _tell(document: Mapping[str, Any], results: ClusterResults, screen: Screen) -> None:
    own, say = document["cluster"], screen.words
    screen.say("cluster.title", cluster=own["cluster_id"], name=own["name"], proof=say(f"terms.proof.{own['proof']}"))
    screen.table(_facts(own, results, say))
    for key, rows in (
        ("members", [_member(row, say) for row in document["members"]]),
        ("alternatives", [_alternative(row, say) for row in document["members"] if row["alternative_id"]]),
        ("neighbours", _pairs(document, results, say)),
        ("pooled", [_pooled(row, results, say) for row in document["pooled"]]),
    ):
        screen.heading("")
        screen.say(f"cluster.heading.{key}" if rows else f"cluster.none.{key}")
        if rows:
            screen.table(rows)


def _facts(own: Mapping[str, Any], results: ClusterResults, say: Words) -> list[dict[str, str]]:
    services = results.manifest["standard"]["services"]
    lacking = [services[key]["name"][say.language] for key in str(own["gaps"] or "").split(";") if key]
    years = [_number(own[f"built_year_{end}"], grouped=False) for end in ("min", "max")]
    told = {
        "estates": _number(own["estates"]),
        "households": _number(own["households"]),
        "people": _number(own["people"]) + (say("cluster.estimated") if own["estimated"] else ""),
        "floor_area": _number(own["floor_area_m2"]),
        "years": "–".join(dict.fromkeys(years)),
        "diameter": f"{own['diameter_minutes']:.1f}",
        "subdistricts": str(own["subdistricts"] or "—").replace(";", say("cli.list_mark")),
        "resources": _number(own["resources_m2"]),
        "lacking": say("cli.list_mark").join(lacking) or "—",
    }
    return [{"item": say(f"cluster.item.{key}"), "value": value} for key, value in told.items()]


def _member(row: Mapping[str, Any], say: Words) -> dict[str, str]:
    return _headed(
        {
            "estate": f"{row['label']} ({row['estate_id']})",
            "size": _number(row["people"]),
            "faces": say("cluster.faces", count=row["neighbours"], metres=_number(row["facing_m"])),
            "streets": str(row["streets"] or "—").replace(";", say("cli.list_mark")),
            "band": f"{_number(row['band_without'])} → {_number(row['band_with'])}",
        },
        say,
    )


def _alternative(row: Mapping[str, Any], say: Words) -> dict[str, str]:
    return _headed(
        {
            "estate": f"{row['label']} ({row['estate_id']})",
            "other": str(row["alternative_id"]),
            "front": _number(row["alternative_facing_m"]),
            "why": say(f"terms.alternative.{row['alternative_why']}"),
        },
        say,
    )


def _pairs(document: Mapping[str, Any], results: ClusterResults, say: Words) -> list[dict[str, str]]:
    label = results.estates.set_index("estate_id")["label"]
    return [
        _headed(
            {
                "estate": str(label[row["estate_a"]]),
                "neighbour": str(label[row["estate_b"]]),
                "kind": say(f"terms.adjacency.{row['kind']}"),
                "street": str(row["street"] or row["site_id"] or "—"),
                "width": _number(row["width_m"]),
                "front": _number(row["facing_m"]),
            },
            say,
        )
        for row in document["neighbours"]
    ]


def _pooled(row: Mapping[str, Any], results: ClusterResults, say: Words) -> dict[str, str]:
    name = results.manifest["standard"]["services"][row["service"]]["name"][say.language]
    return _headed(
        {
            "service": name,
            "state": say(f"terms.state.{row['state']}"),
            "measured": "—" if pd.isna(row["measured"]) else f"{row['measured']:.2f}",
            "asked": f"{row['threshold']:g} {say.get('terms.unit.' + str(row['unit']), str(row['unit']))}",
            "clause": f"{row['clause']} ({say('terms.confidence.' + str(row['confidence']))})",
        },
        say,
    )


def _headed(cells: Mapping[str, str], say: Words) -> dict[str, str]:
    return {say(f"cluster.column.{key}"): text for key, text in cells.items()}


def _number(value: float, *, grouped: bool = True) -> str:
    if math.isnan(value):
        return "—"
    return f"{value:,.0f}" if grouped else f"{value:.0f}"
