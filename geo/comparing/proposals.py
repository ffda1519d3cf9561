"""The proposed facilities of two results side by side."""

import pandas as pd

PROPOSAL_KEYS = ["service", "site_id", "site_name"]
PROPOSAL_FIGURES = ["people_served", "gaps_closed", "floor_area_m2", "cost_yuan"]
SUM_FIGURES = ["proposals", *PROPOSAL_FIGURES, "unpriced"]
_NONE = pd.DataFrame(columns=["proposal_id", *PROPOSAL_KEYS, *PROPOSAL_FIGURES])


def compare_proposals(sides: tuple[pd.DataFrame | None, pd.DataFrame | None]) -> pd.DataFrame:
    """Set the proposals of two results side by side: those of one service on one site are the same.

    Parameters
    ----------
    sides : tuple of DataFrame or None
        ``proposals`` of both, None where no site was looked for.

    Returns
    -------
    DataFrame
        One row per proposal of either, by service and site: ``PROPOSAL_KEYS``, ``which`` (``both``, ``only_a``,
        ``only_b``), and with endings ``_a`` and ``_b`` ``proposal_id`` (str) and ``PROPOSAL_FIGURES`` (float),
        missing where it is not proposed.
    """
    frames = []
    for side, end in zip(sides, ("a", "b"), strict=True):
        own = (_NONE if side is None else side)[["proposal_id", *PROPOSAL_KEYS, *PROPOSAL_FIGURES]]
        own = own.astype({**dict.fromkeys(PROPOSAL_KEYS, object), **dict.fromkeys(PROPOSAL_FIGURES, float)})
        # A site has no name where nobody gave one: that is no difference.
        own = own.assign(site_name=own["site_name"].where(own["site_name"].notna(), ""))
        frames.append(own.rename(columns={name: f"{name}_{end}" for name in ("proposal_id", *PROPOSAL_FIGURES)}))
    table = frames[0].merge(frames[1], on=PROPOSAL_KEYS, how="outer", indicator="which", sort=True)
    words = {"both": "both", "left_only": "only_a", "right_only": "only_b"}
    return table.assign(which=table["which"].astype(object).map(words).astype(object))


def sum_proposals(sides: tuple[pd.DataFrame | None, pd.DataFrame | None]) -> pd.DataFrame:
    """Sum up the proposals of two results by service, and all of them.

    Parameters
    ----------
    sides : tuple of DataFrame or None
        ``proposals`` of both, None where no site was looked for.

    Returns
    -------
    DataFrame
        One row per service by its key, the sum of all last: ``service`` (str, missing of the sum), and with endings
        ``_a`` and ``_b`` ``proposals``, ``people_served`` (those who get several services count for each),
        ``gaps_closed``, ``floor_area_m2``, ``cost_yuan`` (NaN when nothing is priced), ``unpriced`` (float: proposals
        without a price); all NaN where no site was looked for.
    """
    services = sorted({str(key) for side in sides if side is not None for key in side["service"]})
    table = pd.DataFrame({"service": pd.Series([*services, None], dtype=object)})
    for side, end in zip(sides, ("a", "b"), strict=True):
        sums = pd.DataFrame(float("nan"), index=table.index, columns=SUM_FIGURES)
        if side is not None:
            rows = [side[side["service"] == service] for service in services]
            sums = pd.DataFrame([_sums(own) for own in (*rows, side)], columns=SUM_FIGURES)
        table = table.assign(**{f"{name}_{end}": sums[name].to_numpy(float) for name in SUM_FIGURES})
    return table


def _sums(own: pd.DataFrame) -> list[float]:
    cost = own["cost_yuan"].astype(float)
    figures = own[PROPOSAL_FIGURES[:3]].astype(float).sum().tolist()
    # Nothing to build costs nothing; what has no price costs nobody knows how much.
    total = 0.0 if own.empty else cost.sum(min_count=1)
    return [float(len(own)), *figures, float(total), float(cost.isna().sum())]
