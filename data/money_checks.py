"""What the settings of money and years say that cannot be, all at once."""

from collections.abc import Iterator

from data.problems import Problem, error
from data.project import Project
from data.standards.model import Standard
from data.words import LANGUAGES

_ALL = 1 + 1e-9


def check_money(project: Project, *, standard: Standard) -> tuple[Problem, ...]:
    """Check ``[costs]``, ``[funding]`` and ``[phases]`` against each other and the standard.

    Parameters
    ----------
    project : Project
        The settings.
    standard : Standard
        Whose items can have a price.

    Returns
    -------
    tuple of Problem
        One error per wrong key or value.
    """
    return (*_unknown_items(project, standard), *_shares(project), *_years(project))


def _unknown_items(project: Project, standard: Standard) -> Iterator[Problem]:
    names = {service.key: service.name for service in standard.services}
    allowed = {lang: ", ".join(f"{key} ({name[lang]})" for key, name in names.items()) for lang in LANGUAGES}
    named = {"costs.items": tuple(project.costs.items), "funding.items": tuple(project.funding.items)}
    for field, keys in named.items():
        for key in keys:
            if key not in names:
                yield error("money_item_unknown", file=project.file_name, field=field, value=key, allowed=allowed)
    for key, price in project.costs.items.items():
        for name in ("source", "date"):
            if not (getattr(price, name) or getattr(project.costs, name)):
                field = f"costs.items.{key}.{name}"
                yield error(f"price_without_{name}", file=project.file_name, field=field, value=price.yuan)


def _shares(project: Project) -> Iterator[Problem]:
    """Tell where sources pay more than everything."""
    whole = {f"funding.shares.{key}": sum(shares.values()) for key, shares in project.funding.shares.items()}
    whole |= {f"funding.items.{key}": sum(shares.values()) for key, shares in project.funding.items.items()}
    for field, total in whole.items():
        if total > _ALL:
            yield error("shares_over_one", file=project.file_name, field=field, value=f"{total:g}")


def _years(project: Project) -> Iterator[Problem]:
    phases, file = project.phases, project.file_name
    years, budgets = phases.years, phases.budget_yuan
    if list(years) != sorted(set(years)):
        yield error("years_out_of_order", file=file, field="phases.years", value=", ".join(map(str, years)))
    if budgets and not years:
        yield error("budget_without_years", file=file, field="phases.years", value="")
    if len(budgets) > 1 and len(budgets) != len(years):
        yield error("budgets_count", file=file, field="phases.budget_yuan", value=len(budgets), count=len(years))
    for name, year in phases.fixed.items():
        if year not in years:
            allowed = ", ".join(map(str, years)) or "-"
            yield error("year_not_planned", file=file, field=f"phases.fixed.{name}", value=year, allowed=allowed)
