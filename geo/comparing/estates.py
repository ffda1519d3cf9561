"""The estates of two results: which are in both, and which cluster each is in."""

import numpy as np
import pandas as pd

ESTATE_COLUMNS = ["estate_id", "label", "label_b", "subdistrict", "households", "people", "which", "renamed"]
MOVE_COLUMNS = ["estate_id", "label", "subdistrict", "people", "cluster_a", "cluster_b", "change", "reason"]


def join_estates(estates_a: pd.DataFrame, *, estates_b: pd.DataFrame) -> pd.DataFrame:
    """Join the estates of two results by their identifier.

    Parameters
    ----------
    estates_a, estates_b : DataFrame
        ``estate_id``, ``label``, ``subdistrict``, ``households``, ``people``.

    Returns
    -------
    DataFrame
        ``ESTATE_COLUMNS``, by identifier; what is known of an estate of both is that of the first result, or else that
        of the second. ``label_b`` is the name in the second, ``which`` is ``both``, ``only_a`` or ``only_b``, and
        ``renamed`` (bool) tells of an estate of both that has another name in each.
    """
    columns = ["label", "subdistrict", "households", "people"]
    a, b = (one.set_index("estate_id")[columns] for one in (estates_a, estates_b))
    ids = a.index.union(b.index, sort=True)
    in_a, in_b = ids.isin(a.index), ids.isin(b.index)
    table = a.reindex(ids).astype({"label": object, "subdistrict": object})
    table = table.combine_first(b.astype({"label": object, "subdistrict": object})).reindex(ids)[columns]
    label_a, label_b = a["label"].reindex(ids), b["label"].reindex(ids)
    renamed = in_a & in_b & (label_a.fillna("") != label_b.fillna("")).to_numpy()
    which = np.select([in_a & in_b, in_a], ["both", "only_a"], "only_b").astype(object)
    table = table.assign(label_b=label_b, which=which, renamed=renamed).rename_axis("estate_id").reset_index()
    return table.astype({"label": object, "label_b": object, "subdistrict": object, "estate_id": object})[
        ESTATE_COLUMNS
    ]


def cluster_of(estates: pd.DataFrame) -> pd.Series:
    """Return the cluster of each estate, missing for none; index ``estate_id``."""
    return pd.Series(estates["cluster_id"].to_numpy(object), estates["estate_id"].to_numpy(object), dtype=object)


def moved_estates(
    estates: pd.DataFrame, *, sides: tuple[pd.DataFrame, pd.DataFrame], matches: pd.DataFrame
) -> pd.DataFrame:
    """List the estates of both results whose cluster is another one.

    Parameters
    ----------
    estates : DataFrame
        ``ESTATE_COLUMNS``.
    sides : tuple of DataFrame
        ``estates`` of both results: ``estate_id``, ``cluster_id``, ``reason``.
    matches : DataFrame
        Clusters of both, matched: ``group_a``, ``group_b``.

    Returns
    -------
    DataFrame
        ``MOVE_COLUMNS``, by identifier: ``change`` is ``moved`` (the cluster is not the one that its former cluster is
        matched with), ``joined`` or ``left``; ``reason`` tells why it stands alone in the result where it does.
    """
    both = estates[estates["which"] == "both"]
    a, b = (cluster_of(side).reindex(both["estate_id"]).to_numpy(object) for side in sides)
    why_a, why_b = (side.set_index("estate_id")["reason"].reindex(both["estate_id"]).to_numpy(object) for side in sides)
    pairs = matches.dropna(subset=["group_a", "group_b"]).set_index("group_a")["group_b"]
    has_a, has_b = pd.notna(a), pd.notna(b)
    follows = pd.Series(a).map(pairs).to_numpy(object) == b
    change = np.select([has_a & has_b & ~follows, ~has_a & has_b, has_a & ~has_b], ["moved", "joined", "left"], "")
    reason = np.where(change == "joined", why_a, np.where(change == "left", why_b, None))
    table = both.assign(cluster_a=a, cluster_b=b, change=change.astype(object), reason=reason)
    return table[table["change"] != ""].reset_index(drop=True)[MOVE_COLUMNS]
