"""Sheets of the programme: works and costs, projects and years, the reserve, and what pays for itself."""

import pandas as pd

from data.words import Words
from geo.phasing.projects import MERITS
from geo.plan import Plan
from maps.workbook.cell_words import mapped, marks, service_names

WAN = 10_000
_YUAN = "_yuan"
_KEPT = "price_yuan"


def wan(frame: pd.DataFrame) -> pd.DataFrame:
    """Add every sum of money in ten thousands of yuan, as plans print them.

    Parameters
    ----------
    frame : DataFrame
        With columns that end in ``_yuan``.

    Returns
    -------
    DataFrame
        With a column that ends in ``_wan`` for each, prices aside.
    """
    sums = [name for name in frame.columns if name.endswith(_YUAN) and name != _KEPT]
    return frame.assign(**{name.removesuffix(_YUAN) + "_wan": frame[name] / WAN for name in sums})


def costs_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """Name the estates and items of the lines of cost.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        Columns as ``Plan.programme.costs``, with ``label`` and sums in ten thousands.
    """
    table = wan(plan.programme.costs)
    labels = plan.estates.set_index("estate_id")["label"]
    return table.assign(label=table["estate_id"].map(labels), item=service_names(table["item"], plan, say))


def phases_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """List all projects.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        Columns as ``Plan.programme.phases`` without the geometry, with ``members`` and sums in ten thousands.
    """
    phases = plan.programme.phases
    table = wan(pd.DataFrame(phases.drop(columns=phases.geometry.name)))
    labels = plan.estates.set_index("estate_id")["label"].to_dict()
    comma = say("tables.book.separator")
    return table.assign(
        members=mapped(table["estate_ids"], lambda ids: comma.join(str(labels[one]) for one in ids.split(";"))),
        subdistricts=mapped(table["subdistricts"], lambda names: names.replace(";", comma)),
        estimated=marks(table["estimated"].to_numpy(bool), "partly"),
    )


def reserve_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """List the projects that have no year.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        Columns as :func:`phases_frame`.
    """
    table = phases_frame(plan, say)
    return table[table["status"] == "reserve"].reset_index(drop=True)


def annual_frame(plan: Plan, say: Words, *, year: int) -> pd.DataFrame:
    """List the projects of one year.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.
    year : int
        The year.

    Returns
    -------
    DataFrame
        Columns as :func:`phases_frame`.
    """
    table = phases_frame(plan, say)
    return table[table["year"] == year].reset_index(drop=True)


def balance_frame(plan: Plan, _: Words) -> pd.DataFrame:
    """Name the projects of the balance.

    Parameters
    ----------
    plan : Plan
        The results.

    Returns
    -------
    DataFrame
        Columns as ``Plan.programme.balance``, with ``name`` and sums in ten thousands.
    """
    table = wan(plan.programme.balance)
    names = plan.programme.phases.set_index("project_id")["name"]
    return table.assign(name=table["project_id"].map(names))


def programme_facts(plan: Plan, say: Words) -> dict[str, object]:
    """Return what the lines above the sheets of the programme name: the project's own figures.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    dict of str to object
        ``partial``, ``unsurveyed``, ``unknown``, ``weights``, ``method``, ``years``, ``rate``, ``swing``.
    """
    project, comma = plan.inputs.project, say("tables.book.separator")
    given = {str(key): value for key, value in project.phases.weights.items()}
    weights = (f"{say(f'tables.merit.{one}')} {given[one]:g}" for one in MERITS if given.get(one))
    return {
        "partial": f"{project.costs.partial_share:.0%}",
        "unsurveyed": f"{plan.programme.phases['unsurveyed'].sum():,.0f}",
        "unknown": say(
            "tables.programme.as_lacking" if project.costs.unknown == "as_lacking" else "tables.programme.left_out"
        ),
        "weights": comma.join(weights),
        "method": _methods(plan, say),
        "years": project.balance.years,
        "rate": f"{project.balance.discount_rate:.1%}",
        "swing": f"{project.balance.swing:.0%}",
    }


def _methods(plan: Plan, say: Words) -> str:
    """Say how the years were found, and what the other way came to."""
    rows = plan.programme.phase_methods
    if rows.empty:
        return say("tables.method.none")
    said = {row.method: f"{row.worth:,.0f}" + _limit(row.bound, say) for row in rows.itertuples()}
    used = str(rows.loc[rows["used"], "method"].iloc[0])
    others = "".join(
        say("tables.programme.other", name=say(f"tables.method.{name}"), worth=worth)
        for name, worth in said.items()
        if name != used
    )
    return say("tables.programme.methods", used=say(f"tables.method.{used}"), worth=said[used], others=others)


def _limit(bound: float, say: Words) -> str:
    return say("tables.programme.limit", bound=f"{bound:,.0f}") if bound > 0 else ""
