"""What a survey of the sample town found in each estate; made up, and always the same for one estate."""

import random
import zlib
from dataclasses import dataclass

from data.samples.estates import Estate

# Share of estates by how much of a thing they have, for those built early and those built late.
_OLD, _NEWER = (0.25, 0.35), (0.6, 0.25)
_LATE = 1995
# Headings of the items, which the ledger reader knows.
ITEMS = (
    "屋面",
    "外墙",
    "供水",
    "排水",
    "道路",
    "消防通道",
    "照明",
    "安防",
    "适老设施",
    "电动自行车充电设施",
    "物业用房",
)
_UNKNOWN_SHARE = 0.06
_COMPANIES = ("清溪物业服务有限公司", "安居物业服务有限公司", "城投物业服务有限公司")


@dataclass(frozen=True)
class Survey:
    """Hold what was found in one estate.

    Parameters
    ----------
    units, lift_units : int
        Stairwells, and those that a lift serves.
    elderly, infants : int
        People of 60 and more, and under 3.
    willing_percent : float
        Households that agree to be renovated.
    management : str
        The property company, or that there is none.
    states : tuple of str
        Words for each of ``ITEMS``.
    """

    units: int
    lift_units: int
    elderly: int
    infants: int
    willing_percent: float
    management: str
    states: tuple[str, ...]


def survey(estate: Estate) -> Survey:
    """Make up what a survey found.

    Parameters
    ----------
    estate : Estate
        The estate; its code decides.

    Returns
    -------
    Survey
        The findings.
    """
    rng = random.Random(zlib.crc32(estate.code.encode()))
    units = max(estate.buildings, round(estate.households / 14))
    is_late = estate.built > _LATE
    return Survey(
        units=units,
        lift_units=rng.randint(0, units // 4) if is_late else 0,
        elderly=round(estate.people * rng.uniform(0.18, 0.32)),
        infants=round(estate.people * rng.uniform(0.015, 0.035)),
        willing_percent=float(rng.randint(58, 99)),
        management=rng.choice(_COMPANIES) if rng.random() < (0.7 if is_late else 0.3) else "无物业",
        states=tuple(_state(rng, is_late=is_late) for _ in ITEMS),
    )


def _state(rng: random.Random, *, is_late: bool) -> str:
    whole, part = _NEWER if is_late else _OLD
    at = rng.random()
    if at < _UNKNOWN_SHARE:
        return "未调查"
    if at < _UNKNOWN_SHARE + whole:
        return "完好"
    return "部分老化" if at < _UNKNOWN_SHARE + whole + part else "缺失"
