"""What is told of a join: how much was joined, what is left, doubtful, or at odds."""

from collections.abc import Callable

import geopandas as gpd
import pandas as pd

from data.problems import Problem, note, warning
from data.tables.aliases import item_keys
from data.tables.cells import listed
from data.tables.name_likeness import nearest_names
from data.tables.names import name_keys
from data.tables.pairing import Pairs, plain_codes, unlike_names

_COMPARED = ("households", "people", "floor_area_m2", "buildings", "built_year_min", "built_year_max")
_SHOWN = 5


def pairing_problems(
    pairs: Pairs, estates: gpd.GeoDataFrame, ledger: pd.DataFrame, *, code: str, place: str
) -> tuple[Problem, ...]:
    """Tell how the ledger fits the estates.

    Parameters
    ----------
    pairs : Pairs
        Ledger row by estate.
    estates, ledger : DataFrame
        What was joined.
    code : str
        Column of the code.
    place : str
        What problems call the ledger.

    Returns
    -------
    tuple of Problem
        The share that was joined first; then one for each row and estate without a partner, for each that could have
        several, for each pair that another mark denies, and for each column that says something else on the map.
    """
    told = _Told(pairs, estates, ledger, place)
    return (
        *told.unrelated_codes(),
        told.result(),
        *told.left_rows(),
        *told.left_estates(),
        *told.ambiguous(),
        *told.contradictions(code),
        *told.differences(),
        *told.other_states(),
    )


class _Told:
    """Look at a join from all sides."""

    def __init__(self, pairs: Pairs, estates: gpd.GeoDataFrame, ledger: pd.DataFrame, place: str) -> None:
        self.pairs, self.estates, self.ledger, self.place = pairs, estates, ledger, place
        self.joined = pairs.found[pairs.found != -1]
        self.kinds = pairs.kinds[self.joined.index]
        self.rows = ledger.get("sheet", "") + "#" + ledger["row"].astype("str")
        columns = [column for column in ("estate_id", "name") if column in estates]
        labels = [" ".join(str(part) for part in row if not pd.isna(part)) for row in estates[columns].to_numpy(object)]
        self.names = pd.Series(labels, estates.index, dtype=object)
        self.has_names = "name" in estates and "name" in ledger

    def unrelated_codes(self) -> list[Problem]:
        """Tell that codes were given up."""
        count = self.pairs.line_numbers
        return [warning("join_codes_unrelated", file=self.place, value=count)] if count else []

    def result(self) -> Problem:
        """Count what was joined, and by what."""
        count, estates = len(self.joined), len(self.estates)
        by = {name: int(self.kinds.isin(kinds).sum()) for name, kinds in _BY.items()}
        share = f"{count / estates:.0%}" if estates else "—"
        say = note if 2 * count >= estates else warning
        return say(
            "join_result", file=self.place, value=count, estates=estates, rows=len(self.ledger), share=share, **by
        )

    def left_rows(self) -> list[Problem]:
        """List the ledger rows without an estate, with the names nearest to theirs."""
        left = self.ledger.index[~self.ledger.index.isin(self.joined)]
        names = self.ledger.loc[left, "name"] if "name" in self.ledger else pd.Series(None, left, dtype=object)
        near = self._near(names, self.estates.index[self.pairs.found == -1])
        return [
            warning("join_row_left", file=self.place, feature=self.rows[row], value="" if pd.isna(name) else name,
                    near=like)
            for row, name, like in zip(left, names, near, strict=True)
        ]  # fmt: skip

    def _near(self, names: pd.Series, estates: pd.Index) -> list[str]:
        """Return the estates left over that are called much like each row."""
        if not self.has_names or names.empty or estates.empty:
            return ["—"] * len(names)
        found = nearest_names(name_keys(names).tolist(), name_keys(self.estates.loc[estates, "name"]).tolist())
        return [", ".join(self.names[estates[positions]]) or "—" for positions in found]

    def left_estates(self) -> list[Problem]:
        """List the estates without a ledger row."""
        return [
            warning("join_estate_left", file=self.place, feature=name) for name in self.names[self.pairs.found == -1]
        ]

    def ambiguous(self) -> list[Problem]:
        """Tell of rows and estates that match several times and were not told apart by a later search."""
        told: dict[tuple[str, str], Problem] = {}
        for group in self.pairs.shared:
            rows = ", ".join(self.rows[group.rows.difference(self.pairs.found)])
            names = ", ".join(self.names[group.estates[self.pairs.found[group.estates] == -1]])
            if rows and names:
                told[rows, names] = warning("join_ambiguous", file=self.place, feature=rows, value=names)
        return list(told.values())

    def contradictions(self, code: str) -> list[Problem]:
        """Tell of pairs that another mark denies, and of those joined by less than a whole name."""
        by_code = self.kinds.str.startswith("code")
        problems: list[Problem] = []
        if self.has_names and by_code.any():
            unlike = unlike_names(self.joined[by_code], self.estates, self.ledger)
            problems += self._each(warning, "join_names_differ", unlike.index[unlike])
        if (self.kinds == "code").any() and not by_code.all():
            named = self.joined[~by_code]
            own = plain_codes(self.estates.loc[named.index, code])
            other = plain_codes(self.ledger.loc[named, code]).set_axis(named.index)
            problems += self._each(
                warning, "join_codes_differ", named.index[(own != "") & (other != "") & (own != other)]
            )
        for kind in ("code_zeros", "other_name"):
            problems += self._each(note, f"join_by_{kind}", self.kinds.index[self.kinds == kind])
        short = self.kinds.index[self.kinds == "short_name"]
        return [*problems, *self._short(short)]

    def _each(self, say: Callable[..., Problem], kind: str, estates: pd.Index) -> list[Problem]:
        rows = self.joined[estates]
        names = self.ledger.get("name", self.rows)
        return [
            say(kind, file=self.place, feature=self.rows[row], value=names[row], estate=self.names[estate])
            for estate, row in rows.items()
        ]

    def _short(self, estates: pd.Index) -> list[Problem]:
        """Tell in one line of names that agree but for an ending such as 小区."""
        if estates.empty:
            return []
        rows = self.joined[estates]
        shown = ", ".join(
            f"{self.ledger.loc[row, 'name']} = {self.estates.loc[estate, 'name']}"
            for estate, row in rows.iloc[:_SHOWN].items()
        )
        return [note("join_by_short_name", file=self.place, feature=listed(self.rows[rows]), value=shown)]

    def differences(self) -> list[Problem]:
        """Tell where the map has a figure of its own that differs from the ledger's."""
        problems = []
        for column in _COMPARED:
            if column not in self.estates or column not in self.ledger:
                continue
            own = pd.to_numeric(self.estates.loc[self.joined.index, column], errors="coerce")
            other = self.ledger.loc[self.joined, column].set_axis(self.joined.index).astype("float64")
            odd = own.index[own.notna() & other.notna() & ((own - other).abs() > 1e-6 * other.abs())]
            if len(odd):
                shown = ", ".join(f"{self.names[at]}: {own[at]:.10g} / {other[at]:.10g}" for at in odd[:_SHOWN])
                rows = listed(self.rows[self.joined[odd]])
                problems.append(
                    warning("join_figures_differ", file=self.place, feature=rows, field=column, value=shown)
                )
        return problems

    def other_states(self) -> list[Problem]:
        """Tell where the map says another state of an item than the ledger."""
        problems = []
        for column in item_keys():
            if column not in self.estates or column not in self.ledger:
                continue
            own = self.estates.loc[self.joined.index, column]
            other = self.ledger.loc[self.joined, column].set_axis(self.joined.index)
            odd = own.index[own.notna() & other.notna() & (own != other)]
            if len(odd):
                shown = ", ".join(f"{self.names[at]}: {own[at]} / {other[at]}" for at in odd[:_SHOWN])
                rows = listed(self.rows[self.joined[odd]])
                problems.append(warning("join_states_differ", file=self.place, feature=rows, field=column, value=shown))
        return problems


_BY = {
    "by_code": ("code", "code_zeros"),
    "by_name": ("name",),
    "by_less": ("short_name", "other_name"),
}
