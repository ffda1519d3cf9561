"""The tables of a comparison: the workbook writes all of them, and the page shows what matters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.words import Words
from geo.comparing.comparison import Comparison
from geo.comparing.gap_changes import ACCOUNT, STATES
from maps.workbook.cell_words import mapped
from maps.workbook.sheets import Column, Sheet

SIDES = ("a", "b")
GAP_ORDER = ("opened", "closed", "found", "unclear", "new", "gone", "newly_assessed", "not_assessed", "other")
PROJECT_ORDER = ("earlier", "later", "from_reserve", "to_reserve", "only_a", "only_b", "same")
_WAN = 10_000.0
_SUM_DIGITS = 12


@dataclass(frozen=True)
class Naming:
    """Hold the words of one comparison.

    Parameters
    ----------
    say : Words
        The text catalogue.
    services : mapping of str to str
        Names of services by key.
    """

    say: Words
    services: Mapping[str, str]

    def column(self, key: str, kind: str, *, title: str | None = None) -> Column:
        """Describe a column that both results share."""
        return Column(key, self.say(f"compare.column.{title or key}"), kind)

    def sided(self, key: str, kind: str, *, title: str | None = None) -> list[Column]:
        """Describe the columns of both results."""
        told = self.say(f"compare.column.{title or key}")
        return [Column(f"{key}_{side}", self.say(f"compare.side.{side}", title=told), kind) for side in SIDES]

    def changed(self, key: str, kind: str, *, title: str | None = None) -> list[Column]:
        """Describe the columns of both results and what has changed between them."""
        told = self.say("compare.side.change", title=self.say(f"compare.column.{title or key}"))
        sign = {"one": "change_one", "share": "change_share"}.get(kind, "change")
        return [*self.sided(key, kind, title=title), Column(f"{key}_change", told, sign)]

    def services_of(self, keys: pd.Series) -> pd.Series:
        """Return the names of services; a key without a name is shown as it is."""
        return mapped(keys, lambda key: self.services.get(key, key))

    def words_of(self, keys: pd.Series, table: str) -> pd.Series:
        """Return the words of keys."""
        return mapped(keys, lambda key: self.say.get(f"{table}.{key}", key))


def naming(comparison: Comparison, *, say: Words) -> Naming:
    """Gather the words of a comparison.

    Parameters
    ----------
    comparison : Comparison
        Both results.
    say : Words
        The text catalogue.

    Returns
    -------
    Naming
        Words and names of services, those of the first result before those of the second.
    """
    names: dict[str, str] = {}
    for result in reversed(comparison.results):
        told = result.manifest["standard"]["services"]
        names |= {key: service["name"].get(say.language, key) for key, service in told.items()}
    return Naming(say, names)


def compare_tables(comparison: Comparison, *, say: Words) -> dict[str, Sheet]:
    """Lay out all tables of a comparison.

    Parameters
    ----------
    comparison : Comparison
        Both results.
    say : Words
        The text catalogue.

    Returns
    -------
    dict of str to Sheet
        By key, in the order of the workbook: ``overview``, ``settings``, ``services``, ``service_states``, ``gaps``,
        ``estates``, ``clusters``, ``moves``, ``proposal_sums``, ``proposals``, ``years``, ``projects``.
    """
    words = naming(comparison, say=say)
    makers: dict[str, Callable[[Comparison, Naming], Sheet]] = {
        "overview": _overview, "settings": _settings, "services": _services, "service_states": _service_states,
        "gaps": _gaps, "estates": _estates,
        "clusters": _clusters, "moves": _moves, "proposal_sums": _proposal_sums, "proposals": _proposals,
        "years": _years, "projects": _projects,
    }  # fmt: skip
    return {key: make(comparison, words) for key, make in makers.items()}


def _sheet(key: str, columns: Sequence[Column], frame: pd.DataFrame, preface: Sequence[str], *, of: Naming) -> Sheet:
    return Sheet(of.say(f"compare.sheet.{key}"), tuple(columns), frame, tuple(preface))


def legend(comparison: Comparison, *, say: Words) -> str:
    """Say which result is A and which B."""
    a, b = comparison.results
    return say("compare.side.legend", a=a.label, b=b.label)


def _overview(comparison: Comparison, of: Naming) -> Sheet:
    say, table = of.say, comparison.figures
    is_money = table["figure"].str.endswith("_yuan").to_numpy(bool)
    shown = {key: np.where(is_money, table[key] / _WAN, table[key]) for key in (*SIDES, "change")}
    title = mapped(
        table["figure"], lambda key: say.get(f"compare.figure.{key}") or say.get(f"tables.figure.{key}", key)
    )
    frame = pd.DataFrame(
        {
            "key": table["figure"],
            "group": of.words_of(table["group"], "compare.group"),
            "figure": title,
            **{side: _with_words(shown[side], table[f"text_{side}"], table[f"lack_{side}"], of) for side in SIDES},
            "change": shown["change"],
        }
    )
    columns = [of.column("group", "text"), of.column("figure", "text")]
    columns += [*(of.column(side, "integer") for side in SIDES), of.column("change", "change")]
    return _sheet("overview", columns, frame, [legend(comparison, say=say)], of=of)


def _with_words(values: np.ndarray, texts: pd.Series, lacks: pd.Series, of: Naming) -> pd.Series:
    """Put words where a figure is not known, and the services that it names behind it."""
    cells: list[object] = []
    for value, text, lack in zip(values.tolist(), texts, lacks, strict=True):
        names = of.say("cli.list_mark").join(of.services.get(key, key) for key in text.split(";") if key)
        told = of.say("compare.value.named", value=f"{value:,.0f}", names=names) if names and not lack else value
        cells.append(of.say(f"compare.lack.{lack}") if lack else told)
    return pd.Series(cells, dtype=object)


def _settings(comparison: Comparison, of: Naming) -> Sheet:
    say, inputs = of.say, comparison.inputs
    differing = inputs[inputs["change"] != "same"]
    files = pd.DataFrame(
        {
            "group": "inputs",
            "key": of.words_of(differing["role"], "tables.role"),
            **{f"value_{side}": _files(differing, side, say) for side in SIDES},
        }
    )
    frame = pd.concat([files, comparison.settings], ignore_index=True).astype(object)
    frame = frame.assign(group=of.words_of(frame["group"], "compare.group"))
    frame = frame.fillna(dict.fromkeys(("value_a", "value_b"), say("compare.value.not_set")))
    frame = frame.rename(columns={"value_a": "a", "value_b": "b"})
    columns = [of.column(key, "text") for key in ("group", "key", *SIDES)]
    lines = [legend(comparison, say=say)]
    lines += [say("compare.preface.settings" if len(frame) else "compare.preface.settings_same")]
    lines += [say("compare.preface.inputs", same=len(inputs) - len(differing), differing=len(differing))]
    return _sheet("settings", columns, frame, lines, of=of)


def _files(inputs: pd.DataFrame, side: str, say: Words) -> list[str | None]:
    told = zip(inputs[f"name_{side}"], inputs[f"sha256_{side}"], strict=True)
    return [say("compare.input.content", name=name, sum=sum_[:_SUM_DIGITS]) if name else None for name, sum_ in told]


def _service_frame(comparison: Comparison, of: Naming) -> pd.DataFrame:
    frame = comparison.services
    names = ["facilities", "limit_minutes", *STATES, "people_within", "people_share", "people_served"]
    gained = {f"{key}_change": frame[f"{key}_b"] - frame[f"{key}_a"] for key in ("gap", *names[-3:])}
    frame = frame.assign(service=of.services_of(frame["service"]), **gained)
    frame = frame.assign(category=of.words_of(frame["category"], "terms.category"))
    for side in SIDES:
        is_assessed = frame[f"gap_{side}"].notna()
        no_data = of.say("terms.state.no_data")
        told = {f"{key}_{side}": _told(frame[f"{key}_{side}"], is_assessed, of, known=no_data) for key in names}
        frame = frame.assign(**told)
    return frame


def _services(comparison: Comparison, of: Naming) -> Sheet:
    frame = _service_frame(comparison, of)
    columns = [of.column("service", "text"), *_state_columns("gap", of)]
    columns += [Column(kind, of.say(f"compare.change.{kind}"), "integer") for kind in ACCOUNT]
    columns += [*of.changed("people_within", "integer"), *of.changed("people_share", "share")]
    columns += of.changed("people_served", "integer")
    lines = [legend(comparison, say=of.say), of.say("compare.preface.services")]
    return _sheet("services", columns, frame, [*lines, *_lacking_services(comparison, of)], of=of)


def _service_states(comparison: Comparison, of: Naming) -> Sheet:
    frame = _service_frame(comparison, of)
    columns = [of.column("service", "text"), of.column("category", "text"), *of.sided("limit_minutes", "integer")]
    columns += of.sided("facilities", "integer")
    for state in STATES:
        columns += _state_columns(state, of)[:2]
    lines = [legend(comparison, say=of.say), of.say("compare.preface.service_states")]
    return _sheet("service_states", columns, frame, [*lines, *_lacking_services(comparison, of)], of=of)


def _state_columns(state: str, of: Naming) -> list[Column]:
    word = of.say(f"terms.state.{state}")
    told = [Column(f"{state}_{side}", of.say(f"compare.side.{side}", title=word), "integer") for side in SIDES]
    return [*told, Column(f"{state}_change", of.say("compare.side.change", title=word), "change")]


def _told(values: pd.Series, is_worked_out: pd.Series, of: Naming, *, known: str = "") -> pd.Series:
    """Put words where a result did not work a figure out, and others where it did and still does not know it."""
    cells = values.astype(object).where(values.notna(), known)
    return cells.where(is_worked_out, of.say("compare.lack.cell"))


def _lacking(comparison: Comparison, of: Naming, *, layer: str) -> list[str]:
    """Say which result did not work out a layer."""
    sides = zip(SIDES, comparison.results, strict=True)
    lacking = [side.upper() for side, result in sides if getattr(result, layer) is None]
    return [of.say("compare.preface.lack", side=side) for side in lacking]


def _lacking_services(comparison: Comparison, of: Naming) -> list[str]:
    sides = zip(SIDES, comparison.results, strict=True)
    return [of.say("compare.preface.lack", side=side.upper()) for side, result in sides if result.services.empty]


def _ordered(frame: pd.DataFrame, column: str, order: Sequence[str]) -> pd.DataFrame:
    """Sort rows by the order of their kinds, and keep them within each."""
    rank = frame[column].map({kind: at for at, kind in enumerate(order)}).fillna(len(order))
    return frame.assign(rank=rank).sort_values("rank", kind="stable", ignore_index=True)


def _gaps(comparison: Comparison, of: Naming) -> Sheet:
    frame = _ordered(comparison.changes, "change", GAP_ORDER)
    frame = frame.assign(kind=frame["change"], change=of.words_of(frame["change"], "compare.change"))
    frame = frame.assign(service=of.services_of(frame["service"]))
    frame = frame.assign(**{f"state_{side}": of.words_of(frame[f"state_{side}"], "terms.state") for side in SIDES})
    columns = [of.column("change", "state", title="gap_change"), of.column("service", "text")]
    columns += [of.column(key, "text") for key in ("estate_id", "label", "subdistrict")]
    columns += [of.column("people", "integer"), *of.sided("state", "state")]
    columns += [*of.sided("walk_minutes", "one"), *of.sided("facility_name", "remark")]
    lines = [legend(comparison, say=of.say), of.say("compare.preface.gaps"), *_lacking_services(comparison, of)]
    return _sheet("gaps", columns, frame, lines, of=of)


def _estates(comparison: Comparison, of: Naming) -> Sheet:
    frame = comparison.estates
    renamed = frame["renamed"].astype(bool)
    frame = frame[(frame["which"] != "both") | renamed]
    frame = frame.assign(kind=frame["which"].where(~renamed, "renamed"))
    frame = _ordered(frame.assign(label_b=frame["label_b"].where(renamed)), "kind", ("only_a", "only_b", "renamed"))
    frame = frame.assign(which=of.words_of(frame["kind"], "compare.which"))
    columns = [of.column(key, "text") for key in ("which", "estate_id", "label", "label_b", "subdistrict")]
    columns += [of.column(key, "integer") for key in ("households", "people")]
    line = of.say("compare.preface.estates" if len(frame) else "compare.preface.estates_none")
    return _sheet("estates", columns, frame, [legend(comparison, say=of.say), line], of=of)


def _clusters(comparison: Comparison, of: Naming) -> Sheet:
    frame = comparison.clusters
    frame = frame.assign(kind=frame["match"], match=of.words_of(frame["match"], "compare.match"))
    columns = [of.column("match", "text"), *of.sided("group", "text", title="cluster")]
    columns += of.sided("name", "text", title="cluster_name")
    columns += [*of.sided("estates", "integer"), of.column("estates_shared", "integer")]
    columns += [*of.sided("households", "integer"), *of.sided("people", "integer")]
    columns += [of.column("people_shared", "integer")]
    lines = [legend(comparison, say=of.say), of.say("compare.preface.clusters")]
    return _sheet("clusters", columns, frame, lines, of=of)


def _moves(comparison: Comparison, of: Naming) -> Sheet:
    frame = comparison.moves
    frame = frame.assign(kind=frame["change"], change=of.words_of(frame["change"], "compare.move"))
    frame = frame.assign(reason=of.words_of(frame["reason"], "terms.reason"))
    columns = [of.column("change", "text", title="gap_change")]
    columns += [of.column(key, "text") for key in ("estate_id", "label", "subdistrict")]
    columns += [of.column("people", "integer"), *of.sided("cluster", "remark"), of.column("reason", "text")]
    lines = [legend(comparison, say=of.say), of.say("compare.preface.moves")]
    return _sheet("moves", columns, frame, lines, of=of)


def _in_wan(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{f"cost_wan_{side}": frame[f"cost_yuan_{side}"].astype(float) / _WAN for side in SIDES})


def _proposal_sums(comparison: Comparison, of: Naming) -> Sheet:
    frame = _in_wan(comparison.proposal_sums)
    names = ["proposals", "people_served", "gaps_closed", "floor_area_m2", "cost_wan"]
    gained = {f"{key}_change": frame[f"{key}_b"] - frame[f"{key}_a"] for key in names}
    frame = frame.assign(**gained, service=of.services_of(frame["service"]).fillna(of.say("compare.value.all")))
    no_price = of.say("compare.lack.no_price")
    for side, result in zip(SIDES, comparison.results, strict=True):
        is_known = pd.Series(result.proposals is not None, frame.index)
        told = {f"{key}_{side}": _told(frame[f"{key}_{side}"], is_known, of) for key in (*names[:-1], "unpriced")}
        told[f"cost_wan_{side}"] = _told(frame[f"cost_wan_{side}"], is_known, of, known=no_price)
        frame = frame.assign(**told)
    columns = [of.column("service", "text"), *of.changed("proposals", "integer")]
    columns += of.changed("people_served", "integer", title="people_served_times")
    columns += [*of.changed("gaps_closed", "integer"), *of.changed("floor_area_m2", "integer")]
    columns += [*of.changed("cost_wan", "one"), *of.sided("unpriced", "integer")]
    lines = [legend(comparison, say=of.say), of.say("compare.preface.proposal_sums")]
    return _sheet("proposal_sums", columns, frame, [*lines, *_lacking(comparison, of, layer="proposals")], of=of)


def _proposals(comparison: Comparison, of: Naming) -> Sheet:
    frame = _in_wan(comparison.proposals)
    frame = frame.assign(kind=frame["which"], which=of.words_of(frame["which"], "compare.which"))
    frame = frame.assign(service=of.services_of(frame["service"]))
    columns = [of.column(key, "text") for key in ("which", "service", "site_id", "site_name")]
    columns += of.sided("people_served", "integer", title="people_served_times")
    columns += [
        *of.sided("gaps_closed", "integer"),
        *of.sided("floor_area_m2", "integer"),
        *of.sided("cost_wan", "one"),
    ]
    lines = [legend(comparison, say=of.say), of.say("compare.preface.proposals")]
    return _sheet("proposals", columns, frame, [*lines, *_lacking(comparison, of, layer="proposals")], of=of)


def lacking_years(comparison: Comparison) -> tuple[str, str]:
    """Return why each result gives no years to its projects: a key, empty where it does."""
    sides = zip(comparison.results, comparison.planned, strict=True)
    a, b = ("" if years else "not_worked_out" if one.phases is None else "no_years" for one, years in sides)
    return a, b


def _undated(comparison: Comparison, of: Naming) -> list[str]:
    lines = {"not_worked_out": "compare.preface.lack", "no_years": "compare.preface.no_years"}
    sides = zip(SIDES, lacking_years(comparison), strict=True)
    return [of.say(lines[why], side=side.upper()) for side, why in sides if why]


def _years(comparison: Comparison, of: Naming) -> Sheet:
    frame = _in_wan(comparison.years)
    names = ["projects", "households", "people", "cost_wan"]
    gained = {f"{key}_change": frame[f"{key}_b"] - frame[f"{key}_a"] for key in names}
    year = frame["year"].map(lambda year: f"{year:.0f}", na_action="ignore").astype(object)
    other = frame["kind"].map({kind: of.say(f"compare.value.{kind}") for kind in ("planned", "reserve")})
    frame = frame.assign(**gained, year_value=frame["year"], year=year.where(frame["year"].notna(), other))
    for side, why in zip(SIDES, lacking_years(comparison), strict=True):
        is_planned = frame[f"projects_{side}"].notna()
        lack = of.say("compare.lack.cell" if why == "not_worked_out" else f"compare.lack.{why or 'not_planned'}")
        no_price = of.say("compare.lack.no_price")
        for key in (*names, "unpriced"):
            known = no_price if key == "cost_wan" else ""
            cells = frame[f"{key}_{side}"].astype(object).where(frame[f"{key}_{side}"].notna(), known)
            frame = frame.assign(**{f"{key}_{side}": cells.where(is_planned, lack)})
    columns = [of.column("year", "text"), *of.changed("projects", "integer"), *of.changed("households", "integer")]
    columns += [*of.changed("people", "integer"), *of.changed("cost_wan", "one"), *of.sided("unpriced", "integer")]
    lines = [legend(comparison, say=of.say), of.say("compare.preface.years"), *_undated(comparison, of)]
    return _sheet("years", columns, frame, lines, of=of)


def _projects(comparison: Comparison, of: Naming) -> Sheet:
    frame = _ordered(_in_wan(comparison.projects), "change", PROJECT_ORDER)
    frame = frame.assign(kind=frame["change"], change=of.words_of(frame["change"], "compare.project"))
    reserve = of.say("compare.value.in_reserve")
    for side, why in zip(SIDES, lacking_years(comparison), strict=True):
        year = frame[f"year_{side}"].astype(object)
        undated = of.say(f"compare.lack.{why}") if why else reserve
        cells = year.where(year.notna(), undated).where(frame[f"group_{side}"].notna(), None)
        frame = frame.assign(**{f"year_{side}": cells})
    columns = [of.column("change", "text", title="project_change"), *of.sided("year", "year")]
    columns += [*of.sided("group", "remark", title="project"), *of.sided("name", "text", title="project_name")]
    columns += [of.column("match", "text"), *of.sided("households", "integer"), *of.sided("cost_wan", "one")]
    frame = frame.assign(match=of.words_of(frame["match"], "compare.match"))
    lines = [legend(comparison, say=of.say), of.say("compare.preface.projects"), *_undated(comparison, of)]
    return _sheet("projects", columns, frame, lines, of=of)
