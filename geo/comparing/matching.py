"""Groups of estates in two results, matched by the people that they share."""

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

# An estate of which nobody counted the people still ties two groups.
_LEAST_WEIGHT = 1e-3
MATCH_COLUMNS = ["group_a", "group_b", "estates_shared", "people_shared", "match"]


def match_groups(groups_a: pd.Series, *, groups_b: pd.Series, people: pd.Series) -> pd.DataFrame:
    """Match groups one to one so that the pairs share as many people as can be.

    Parameters
    ----------
    groups_a, groups_b : Series of str
        Index ``estate_id``: the group of each estate, missing for none.
    people : Series of float
        Index ``estate_id``: people of each estate of either; NaN where nobody counted them.

    Returns
    -------
    DataFrame
        ``MATCH_COLUMNS``, one row per pair and per group without a partner, by the first identifier, those only in the
        second result last: ``group_a``, ``group_b`` (str, missing without a partner), ``estates_shared`` (int),
        ``people_shared`` (float), ``match`` (``same``: the same estates, ``changed``, ``only_a``, ``only_b``).
    """
    a, b = groups_a.dropna(), groups_b.dropna()
    both = pd.DataFrame({"a": a, "b": b}).dropna()
    shared = both.assign(people=people.reindex(both.index).fillna(0.0), estates=1).groupby(["a", "b"])
    pairs = _best_pairs(shared[["people", "estates"]].sum().reset_index())
    sizes_a, sizes_b = (pairs[side].map(groups.value_counts()) for side, groups in (("a", a), ("b", b)))
    is_same = (pairs["estates"] == sizes_a) & (pairs["estates"] == sizes_b)
    told = pairs.assign(match=np.where(is_same, "same", "changed"))
    alone_a = pd.DataFrame({"a": sorted(set(a) - set(pairs["a"])), "match": "only_a"})
    alone_b = pd.DataFrame({"b": sorted(set(b) - set(pairs["b"])), "match": "only_b"})
    # A row without the first identifier comes last.
    rows = [one for part in (told, alone_a, alone_b) for one in part.astype(object).to_dict("records")]
    table = pd.DataFrame(rows, columns=["a", "b", "estates", "people", "match"]).sort_values(["a", "b"], kind="stable")
    table = table.fillna({"estates": 0, "people": 0.0}).set_axis(MATCH_COLUMNS, axis=1).reset_index(drop=True)
    return table.astype(
        {"group_a": object, "group_b": object, "estates_shared": np.int64, "people_shared": float, "match": object}
    )


def _best_pairs(shared: pd.DataFrame) -> pd.DataFrame:
    """Choose the pairs; groups that are tied to each other by no estate are looked at apart, which is as exact."""
    if shared.empty:
        return shared
    at_a, ids_a = pd.factorize(shared["a"])
    at_b, ids_b = pd.factorize(shared["b"])
    ties = coo_array((np.ones(len(shared)), (at_a, at_b + len(ids_a))), shape=(len(ids_a) + len(ids_b),) * 2)
    part = connected_components(ties, directed=False)[1][at_a]
    chosen = [_assign(own) for _, own in shared.groupby(part, sort=True)]
    return pd.concat(chosen, ignore_index=True)


def _assign(shared: pd.DataFrame) -> pd.DataFrame:
    at_a, ids_a = pd.factorize(shared["a"])
    at_b, ids_b = pd.factorize(shared["b"])
    weight, row_of = np.zeros((len(ids_a), len(ids_b))), np.full((len(ids_a), len(ids_b)), -1)
    weight[at_a, at_b] = shared["people"].to_numpy(float) + _LEAST_WEIGHT * shared["estates"].to_numpy(float)
    row_of[at_a, at_b] = np.arange(len(shared))
    rows = row_of[linear_sum_assignment(weight, maximize=True)]
    return shared.iloc[rows[rows >= 0]]
