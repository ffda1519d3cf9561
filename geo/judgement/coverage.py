"""Coverage as plans quote it: which share of estates, households and people reaches a service within some minutes."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from geo.judgement.gaps import Question
from geo.judgement.scales import scale_units
from geo.walking.walks import US_PER_MINUTE, Walks

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

MINUTES = (5, 10, 15)
# What shares are of; of the ages those estates count whose number is recorded.
COUNTED = ("estates", "households", "people", "elderly", "children", "infants")
_PARTS = ("district", "subdistrict", "community", "cluster")
AGES = ("elderly", "children", "infants")
COLUMNS = [
    "scale", "unit", "service", "category", "minutes", "all_estates",
    *(f"{name}{end}" for name in COUNTED for end in ("", "_within", "_share")),
    *(f"{name}_known" for name in AGES), "people_share_proposed", "estimated",
]  # fmt: skip


def coverage(questions: Sequence[Question], *, walks: Walks, estates: pd.DataFrame) -> pd.DataFrame:
    """Work out the share within 5, 10 and 15 minutes of each service, for the whole and each part of it.

    Parameters
    ----------
    questions : sequence of Question
        The services that are assessed.
    walks : Walks
        Walks of the town, each at the pace of those who use the service.
    estates : DataFrame
        ``district``, ``subdistrict``, ``community``, ``cluster_id`` (str, may be missing), ``households``, ``people``,
        ``elderly``, ``children``, ``infants`` (float, NaN when unknown), ``access_kind``, ``estimated``; rows as in the
        walks.

    Returns
    -------
    DataFrame
        Columns as ``Plan.coverage``, the whole first, then districts, subdistricts, communities and clusters by name,
        the estates of none last. An estate that is not connected, or whose layer is too thin for absence to prove
        anything, is neither in the shares nor in what they are of.
    """
    keys = [question.service.key for question in questions]
    thin = [np.broadcast_to(question.thin, len(estates)) for question in questions]
    connected = (estates["access_kind"] != "none").to_numpy()
    judged = connected[:, None] & ~np.array(thin, bool).reshape(len(keys), len(estates)).T
    within = _within(keys, walks, len(estates)) & judged[:, :, None]
    parts = [
        _sums(scale, names, unit, (judged, within), estates).assign(
            service=np.tile(np.repeat(np.array(keys, object), len(MINUTES)), len(names)),
            category=np.tile(np.repeat([one.service.category for one in questions], len(MINUTES)), len(names)),
        )
        for scale, names, unit in _units(estates)
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _within(keys: Sequence[str], walks: Walks, count: int) -> Bools:
    """Tell which estates reach which service within how many minutes."""
    cost_us = np.full((count, len(keys)), np.inf)
    for column, key in enumerate(keys):
        if key in walks.services:
            cost_us[:, column] = walks.cost_us[:, walks.services.index(key)]
    reached: Bools = cost_us[:, :, None] <= np.array(MINUTES) * US_PER_MINUTE
    return reached


def _units(estates: pd.DataFrame) -> Iterator[tuple[str, list[str | None], Ints]]:
    """Yield each scale with its units, and the unit of each estate; those of none make a unit of their own, last."""
    yield "whole", [None], np.zeros(len(estates), np.int64)
    for scale, unit in scale_units(estates, scales=_PARTS).items():
        rows, names = pd.factorize(unit, sort=True)
        known: list[str | None] = [str(name) for name in names]
        if known:
            known += [None] * int((rows < 0).any())
            yield scale, known, np.where(rows < 0, len(names), rows).astype(np.int64)


def _sums(
    scale: str, names: Sequence[str | None], unit: Ints, answers: tuple[Bools, Bools], estates: pd.DataFrame
) -> pd.DataFrame:
    """Sum up what is judged and what is within reach, by unit, service and minutes."""
    judged, within = answers
    count, services = len(estates), judged.shape[1]
    member = csr_array((np.ones(count), (unit, np.arange(count))), shape=(len(names), count))
    columns: dict[str, object] = {
        "scale": scale,
        "unit": np.repeat(np.array(names, object), services * len(MINUTES)),
        "minutes": np.tile(MINUTES, len(names) * services),
        "all_estates": np.repeat(np.bincount(unit, minlength=len(names)), services * len(MINUTES)),
        "estimated": np.repeat(member @ estates["estimated"].to_numpy(float) > 0, services * len(MINUTES)),
    }
    for name in COUNTED:
        number = np.ones(count) if name == "estates" else estates[name].to_numpy(float)
        known = np.isfinite(number)
        weight = np.where(known, number, 0.0)
        base = np.repeat((member @ (weight[:, None] * judged)).ravel(), len(MINUTES))
        inside = (member @ (weight[:, None, None] * within).reshape(count, services * len(MINUTES))).ravel()
        share = np.divide(inside, base, out=np.full(len(base), np.nan), where=base > 0)
        columns |= {name: base.round(1), f"{name}_within": inside.round(1), f"{name}_share": share.round(4)}
        if name in AGES:
            told = (member @ (known[:, None] & judged).astype(float)).ravel().astype(np.int64)
            columns[f"{name}_known"] = np.repeat(told, len(MINUTES))
    frame = pd.DataFrame(columns).assign(people_share_proposed=np.nan)
    return frame.astype({"estates": np.int64, "estates_within": np.int64})
