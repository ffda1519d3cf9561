"""The parts of the town that figures are summed up over."""

from collections.abc import Mapping, Sequence

import pandas as pd

from data.administrative import place_names


def scale_units(estates: pd.DataFrame, *, scales: Sequence[str]) -> Mapping[str, pd.Series]:
    """Tell which unit of each scale an estate belongs to.

    Parameters
    ----------
    estates : DataFrame
        ``district``, ``subdistrict``, ``community``, ``cluster_id`` (str, may be missing).
    scales : sequence of {"whole", "district", "subdistrict", "community", "cluster"}
        The scales that are asked for.

    Returns
    -------
    mapping of str to Series
        By scale, in the order asked for; the name of the unit, None for an estate of none and for the whole.
    """
    whole = pd.Series(None, estates.index, dtype=object)
    cluster = estates["cluster_id"].astype(object)
    units = {"whole": whole, **place_names(estates), "cluster": cluster.where(cluster.notna(), None)}
    return {scale: units[scale] for scale in scales}
