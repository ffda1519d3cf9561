"""Whether a property company looks after an estate, out of the words of a ledger."""

import re

import geopandas as gpd

from data.tables.aliases import aliases, plain

# A name of a company says that there is one; these say that there is none, though they are no plain no.
_NONE = re.compile(r"无物业|没有物业|未实施|未引入|失管|弃管|无人管理|无管理|三无|自治|自管|代管|托管|兜底")


def read_management(estates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Turn what is written about property management into yes and no.

    Parameters
    ----------
    estates : GeoDataFrame
        ``managed`` (str: words, or the name of a company; missing where nothing is written).

    Returns
    -------
    GeoDataFrame
        ``managed`` is ``yes``, ``no``, or missing where nobody knows. Estates that residents or the subdistrict look
        after have no company.
    """
    said = {text: _answer(plain(str(text))) for text in estates["managed"].dropna().unique()}
    answer = estates["managed"].map(said).astype(object)
    return estates.assign(managed=answer.where(answer.notna(), None))


def _answer(text: str) -> str | None:
    words = aliases().words
    if text in words["no"] or _NONE.search(text):
        return "no"
    return None if text in words["missing"] else "yes"
