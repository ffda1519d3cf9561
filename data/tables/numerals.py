"""Chinese numerals, and figures with Chinese powers: 三百二十, 二百五, 1千2百, 3.2万, 一万二千, 四五十."""

import math
import re

DIGITS = {character: index for index, row in enumerate(("零〇○", *"一二三四五六七八九")) for character in row} | {
    "两": 2
}
POWERS = {"十": 10, "百": 100, "千": 1_000}
MYRIADS = {"亿": 100_000_000, "万": 10_000}
NUMERAL = r"[\d.零〇○一二两三四五六七八九十百千万亿]"
_DIGIT = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九])"
_SECTION = re.compile(
    rf"(?:(?P<q>{_DIGIT})千)?(?P<z1>零)?(?:(?P<b>{_DIGIT})百)?(?P<z2>零)?(?:(?P<s>{_DIGIT})?(?P<ten>十))?(?P<z3>零)?"
    rf"(?P<g>{_DIGIT}|0)?"
)
_SPELLED = re.compile(r"[零〇○一二三四五六七八九]{2,}")
_NEIGHBOURS = re.compile(r"([一二两三四五六七八九])([一二三四五六七八九])")


def figure(text: str) -> float:
    """Read a numeral, Arabic, Chinese or mixed.

    Parameters
    ----------
    text : str
        Such as ``"3.2万"``, ``"一万二千三百"``, ``"二百五"`` (250) or ``"一九九二"`` (1992).

    Returns
    -------
    float
        Its value; NaN when it is no numeral.
    """
    if _SPELLED.fullmatch(text):
        # Two digits side by side are more often a guess (五六户) than a number spelled out.
        is_spelled = len(text) > 2 or any(DIGITS[character] == 0 for character in text)
        return float("".join(str(DIGITS[character]) for character in text)) if is_spelled else math.nan
    total, rest, before = 0.0, text, 1
    for sign, power in MYRIADS.items():
        head, found, tail = rest.partition(sign)
        if found:
            total += _section(head) * power
            rest, before = tail, power
    if not rest:
        return total if before > 1 else math.nan
    if before > 1 and re.fullmatch(r"[一二三四五六七八九1-9]", rest):
        # 三万二 is 32,000; 三万零二 is 30,002.
        return total + _digit(rest) * before / 10
    if before > 1 and rest.isdigit() and len(rest) not in (3, 4):
        return math.nan
    return total + _section(rest)


def spread_guess(text: str) -> str:
    """Write a guess between two neighbouring digits as a range: 四五十户 as 四十-五十户, 十七八 as 十七-十八.

    Parameters
    ----------
    text : str
        Any text, half-width.

    Returns
    -------
    str
        The text with the first such guess written out; unchanged where there is none.
    """
    for found in re.finditer(r"[一二两三四五六七八九十百千万]{2,}", text):
        run = found.group()
        pair = _NEIGHBOURS.search(run)
        if pair and DIGITS[pair[2]] == DIGITS[pair[1]] + 1:
            low, high = (run[: pair.start()] + digit + run[pair.end() :] for digit in pair.groups())
            if not math.isnan(figure(low) + figure(high)):
                return text[: found.start()] + f"{low}-{high}" + text[found.end() :]
    return text


def _section(text: str) -> float:
    """Read what is below ten thousand, or an Arabic figure of any size."""
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text)
    found = _SECTION.fullmatch(text.replace("〇", "零").replace("○", "零"))
    if not found or not text:
        return math.nan
    parts = found.groupdict()
    if not any(parts[name] for name in ("q", "b", "ten", "g")):
        return 0.0 if text in ("零", "〇") else math.nan
    tens = 10 * _digit(parts["s"] or "1") if parts["ten"] else 0
    total = 1_000 * _digit(parts["q"] or "0") + 100 * _digit(parts["b"] or "0") + tens
    ones = parts["g"] or "0"
    # 二百五 is 250 and 一千二 is 1,200; 二百零五 and 1千200 say what they mean.
    last = next((sign for sign in reversed(text) if sign in POWERS or sign == "零"), "")
    is_short = len(ones) == 1 and last in ("百", "千") and text.endswith(last + ones)
    return total + _digit(ones) * (POWERS[last] // 10 if is_short else 1)


def _digit(text: str) -> float:
    return float(DIGITS.get(text, -1)) if text in DIGITS else float(text)
