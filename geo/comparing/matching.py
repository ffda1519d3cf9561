"""Groups of estates in two results, matched by the people that they share."""

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

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
    ids_a, ids_b = sorted(a.unique()), sorted(b.unique())
    both = pd.DataFrame({"a": a, "b": b}).dropna()
    weight = people.reindex(both.index).fillna(0.0)
    shared = _table(both.assign(value=weight), ids_a, ids_b)
    count = _table(both.assign(value=1.0), ids_a, ids_b)
    row, column = linear_sum_assignment(shared + _LEAST_WEIGHT * count, maximize=True)
    sizes_a, sizes_b = a.value_counts(), b.value_counts()
    rows = []
    for one, other in zip(row.tolist(), column.tolist(), strict=True):
        if count[one, other] > 0:
            key_a, key_b, number = ids_a[one], ids_b[other], int(count[one, other])
            is_same = number == sizes_a[key_a] == sizes_b[key_b]
            rows.append((key_a, key_b, number, float(shared[one, other]), "same" if is_same else "changed"))
    rows += [(key, None, 0, 0.0, "only_a") for key in ids_a if key not in {one[0] for one in rows}]
    rows.sort(key=lambda one: str(one[0]))
    rows += [(None, key, 0, 0.0, "only_b") for key in ids_b if key not in {one[1] for one in rows}]
    return pd.DataFrame(rows, columns=MATCH_COLUMNS).astype(
        {"group_a": object, "group_b": object, "estates_shared": np.int64, "people_shared": float, "match": object}
    )


def _table(both: pd.DataFrame, ids_a: list[str], ids_b: list[str]) -> np.ndarray:
    """Sum up the values by both groups."""
    sums = both.groupby(["a", "b"])["value"].sum()
    table = np.zeros((len(ids_a), len(ids_b)))
    at_a, at_b = {key: at for at, key in enumerate(ids_a)}, {key: at for at, key in enumerate(ids_b)}
    for (key_a, key_b), value in sums.items():
        table[at_a[key_a], at_b[key_b]] = value
    return table
