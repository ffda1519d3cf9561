"""Rows of the annex tables, as they are printed: names instead of keys, and what rests on estimates marked."""

from collections.abc import Callable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from data.words import Words
from geo.plan import Plan
from maps.web.street_names import street_names
from maps.workbook.cell_words import mapped, marks, names_of_services, service_names
from maps.workbook.indicator_sheet import indicators_frame
from maps.workbook.inventory_sheets import amounts_frame, shares_frame
from maps.workbook.programme_sheets import (
    balance_frame,
    costs_frame,
    phases_frame,
    reserve_frame,
    wan,
)
from maps.workbook.siting_sheets import (
    alternatives_frame,
    candidates_frame,
    proposal_served_frame,
    proposals_frame,
)
from maps.workbook.town_sheets import completeness_frame, priorities_frame, scaled_frame

# Figures of size are per household or person, and so rest on estimates where those do.
_PER_HEAD = "_per_"


def _estates(plan: Plan, say: Words) -> pd.DataFrame:
    estates = plan.estates
    return _bare(estates).assign(
        estimated=marks(estates["estimated"].to_numpy(bool), "estimated"),
        **{name: _item_names(estates[name], plan, say) for name in ("done_items", "funded_items")},
    )


def _item_names(keys: pd.Series, plan: Plan, say: Words) -> pd.Series:
    names = names_of_services(plan, say)
    return _parts_mapped(keys, lambda key: names.get(key, key), say)


def _parts_mapped(joined: pd.Series, word: Callable[[str], str], say: Words) -> pd.Series:
    """Turn keys joined by semicolons into words."""
    comma = say("tables.book.separator")
    return mapped(joined, lambda keys: comma.join(word(key) for key in keys.split(";") if key))


def _stand_alone(plan: Plan, say: Words) -> pd.DataFrame:
    return _estates(plan, say)[plan.estates["cluster_id"].isna()]


def _survey(plan: Plan, say: Words) -> pd.DataFrame:
    """List the estates of which something is missing, those without a sure year of completion first."""
    listed = _estates(plan, say)[plan.estates["missing"].notna()]
    years = listed["missing"].str.startswith("built_year")
    order = listed.assign(later=~years).sort_values("later", kind="stable").index
    unclear = listed[["excluded_unclear", "items_unclear"]].astype(object)
    texts = ["；".join(part for part in row if isinstance(part, str)) for row in unclear.to_numpy()]
    made = listed.assign(
        missing=_parts_mapped(listed["missing"], lambda key: say(f"terms.missing.{key}"), say),
        unclear=pd.Series(texts, listed.index, dtype="str"),
    )
    return made.loc[order].reset_index(drop=True)


def _funded(plan: Plan, say: Words) -> pd.DataFrame:
    of_estate = plan.estates.set_index("estate_id")[["label", "subdistrict", "eligibility"]]
    rows = plan.funded.join(of_estate, on="estate_id")
    return rows.assign(
        item=service_names(rows["item"], plan, say).where(rows["item"].notna(), say("tables.book.unknown"))
    )


def _packages(plan: Plan, say: Words) -> pd.DataFrame:
    members = plan.estates.dropna(subset=["package_id"]).groupby("package_id")["label"]
    made = _bare(plan.packages).assign(
        members=plan.packages["package_id"].map(members.agg(say("tables.book.separator").join)),
        cluster_ids=_parts_mapped(plan.packages["cluster_ids"], str, say),
    )
    return made.assign(estimated=marks(made["estimated"].to_numpy(bool), "partly"))


def _facilities(plan: Plan, say: Words) -> pd.DataFrame:
    made = _described(plan.facilities, plan, say)
    served = (plan.facilities["people_within"] > 0).to_numpy()
    return _marked(made, served, mark="maybe", method=_methods(plan.estates, say))


def _facilities_aside(plan: Plan, say: Words) -> pd.DataFrame:
    return _described(plan.inputs.facilities_aside, plan, say)


def _described(facilities: gpd.GeoDataFrame, plan: Plan, say: Words) -> pd.DataFrame:
    """Tell category, unit and place of facilities."""
    services = {service.key: service for service in plan.inputs.standard.services}
    spots = facilities.geometry.representative_point()
    return _bare(facilities).assign(
        category=mapped(facilities["service"], lambda key: services[key].category if key in services else "context"),
        capacity_unit=mapped(facilities["service"], lambda key: services[key].capacity_unit if key in services else ""),
        service=service_names(facilities["service"], plan, say),
        east_m=spots.x,
        north_m=spots.y,
    )


def _gaps(plan: Plan, say: Words) -> pd.DataFrame:
    of_estate = plan.estates.set_index("estate_id")[
        ["label", "subdistrict", "cluster_id", "estimated", "estimate_method"]
    ]
    guessed = plan.walks[["estate_id", "service", "assumed"]]
    gaps = plan.gaps.join(of_estate, on="estate_id").merge(guessed, on=["estate_id", "service"], how="left")
    rests = gaps["estimated"].to_numpy(bool) & _per_head(gaps["metric"]) & gaps["measured"].notna().to_numpy()
    made = gaps.assign(service=service_names(gaps["service"], plan, say))
    return _marked(made, rests, mark="estimated", method=gaps["estimate_method"])


def _clusters(plan: Plan, say: Words) -> pd.DataFrame:
    clusters = plan.clusters
    members = plan.estates.dropna(subset=["cluster_id"]).groupby("cluster_id")
    comma = say("tables.book.separator")
    names = names_of_services(plan, say)
    made = _bare(clusters).assign(
        members=clusters["cluster_id"].map(members["label"].agg(comma.join)),
        gaps=mapped(clusters["gaps"], lambda keys: comma.join(names.get(key, key) for key in keys.split(";"))),
    )
    return _marked(made, clusters["estimated"].to_numpy(bool), mark="partly", method=_cluster_methods(plan, say))


def _pooled(plan: Plan, say: Words) -> pd.DataFrame:
    of_cluster = plan.clusters.set_index("cluster_id")[["name", "estimated"]]
    methods = pd.Series(_cluster_methods(plan, say).to_numpy(), index=plan.clusters["cluster_id"])
    pooled = plan.pooled.join(of_cluster, on="cluster_id")
    rests = pooled["estimated"].to_numpy(bool) & _per_head(pooled["metric"]) & pooled["measured"].notna().to_numpy()
    made = pooled.assign(service=service_names(pooled["service"], plan, say))
    return _marked(made, rests, mark="partly", method=pooled["cluster_id"].map(methods))


def _services(plan: Plan, say: Words) -> pd.DataFrame:
    known = ~plan.services["thin"].astype(bool)  # a share of people says nothing where the layer is thin
    made = plan.services.assign(
        service=service_names(plan.services["service"], plan, say),
        people_within=plan.services["people_within"].where(known),
        people_share=plan.services["people_share"].where(known),
    )
    rests = made["people_share"].notna().to_numpy() & plan.estates["estimated"].any()
    return _marked(made, rests, mark="partly", method=_methods(plan.estates, say))


def _adjacency(plan: Plan, say: Words) -> pd.DataFrame:
    labels = plan.estates.set_index("estate_id")["label"]
    sites = plan.inputs.sites.set_index("site_id")["name"]
    pairs = plan.adjacency
    tied = pairs["site_id"].str.split(";").explode().map(sites).dropna().groupby(level=0)
    return _bare(pairs).assign(
        label_a=pairs["estate_a"].map(labels),
        label_b=pairs["estate_b"].map(labels),
        street=street_names(pairs, say),
        site_name=tied.agg(say("tables.book.separator").join).reindex(pairs.index),
    )


def _memberships(plan: Plan, say: Words) -> pd.DataFrame:
    of_estate = plan.estates.set_index("estate_id")[["label", "reason"]]
    comma = say("tables.book.separator")
    names = names_of_services(plan, say)

    def named(keys: str) -> str:
        return comma.join(names.get(key, key) for key in keys.split(";"))

    made = plan.memberships.join(of_estate, on="estate_id")
    streets = mapped(made["streets"], lambda text: text.replace(";", comma))
    return made.assign(streets=streets, shared_gaps=mapped(made["shared_gaps"], named))


def _join_curve(plan: Plan, say: Words) -> pd.DataFrame:
    rests = pd.Series(plan.estates.loc[plan.estates["eligible"], "estimated"].any(), plan.join_curve.index)
    return _marked(plan.join_curve, rests.to_numpy(), mark="partly", method=_methods(plan.estates, say))


def _bare(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.drop(columns=frame.geometry.name))


def _per_head(metrics: pd.Series) -> np.ndarray:
    found: np.ndarray = metrics.str.contains(_PER_HEAD, regex=False, na=False).to_numpy(bool)
    return found


def _marked(frame: pd.DataFrame, rests: np.ndarray, *, mark: str, method: pd.Series | str) -> pd.DataFrame:
    """Mark the rows that rest on estimates, with the method; other rows stay empty."""
    if not isinstance(method, pd.Series):
        method = pd.Series(method, index=frame.index, dtype="str")
        rests = rests & (method != "").to_numpy()
    return frame.assign(estimated=marks(rests, mark), estimate_method=method.where(rests).astype("str"))


def _methods(estates: pd.DataFrame, say: Words) -> str:
    """Name the methods by which any of these estates were estimated."""
    keys = sorted(set(estates.loc[estates["estimated"], "estimate_method"].dropna()))
    return say("tables.book.separator").join(say.get(f"terms.estimate.{key}", key) for key in keys)


def _cluster_methods(plan: Plan, say: Words) -> pd.Series:
    groups = plan.estates.dropna(subset=["cluster_id"]).groupby("cluster_id")
    methods = {cluster_id: _methods(members, say) for cluster_id, members in groups}
    return plan.clusters["cluster_id"].map(methods).astype("str")


FRAMES: Mapping[str, Callable[[Plan, Words], pd.DataFrame]] = {
    "estates": _estates,
    "facilities": _facilities,
    "facilities_aside": _facilities_aside,
    "gaps": _gaps,
    "clusters": _clusters,
    "pooled": _pooled,
    "services": _services,
    "completeness": completeness_frame,
    "coverage": lambda plan, say: scaled_frame(plan.coverage, plan=plan, say=say),
    "sharing": lambda plan, say: scaled_frame(plan.sharing, plan=plan, say=say),
    "priorities": priorities_frame,
    "priority_tests": lambda plan, _: plan.priority_tests,
    "equity": lambda plan, say: scaled_frame(plan.equity, plan=plan, say=say),
    "stand_alone": _stand_alone,
    "adjacency": _adjacency,
    "memberships": _memberships,
    "cluster_parts": lambda plan, _: plan.cluster_parts,
    "moves": lambda plan, _: plan.moves,
    "join_curve": _join_curve,
    "survey": _survey,
    "funded": _funded,
    "packages": _packages,
    "alternatives": alternatives_frame,
    "proposals": proposals_frame,
    "proposal_served": proposal_served_frame,
    "candidates": candidates_frame,
    "costs": costs_frame,
    "phases": phases_frame,
    "phase_years": lambda plan, _: wan(plan.programme.phase_years),
    "reserve": reserve_frame,
    "balance": balance_frame,
    "inventory_shares": shares_frame,
    "amounts": amounts_frame,
    "indicators": indicators_frame,
}
