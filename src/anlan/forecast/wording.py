"""Numbers as people say them at night: how long, how far, how many. No digits nobody knows."""

from __future__ import annotations

import math
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.forecast.types import Figure

__all__ = ["CHINA", "after", "is_day", "people", "rounded", "span"]

CHINA: Final = timezone(timedelta(hours=8))
HOUR, DAY = 60.0, 1440.0
WAN: Final = 10_000
DAY_FROM, DAY_TO = 8, 18
"""Hours of the clock in which people are at work, at school, out. Platform default, 待确认."""


def rounded(value: float, digits: int = 2) -> float:
    """Return a number with so many leading digits; whole digits are kept up to the last one."""
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def after(minutes: float) -> str:
    """Say how long from the start: `40 秒后`, `27 分钟后`, `1.9 小时后`, `3.2 天后`."""
    if minutes < 1:
        return f"{max(round(minutes * 60), 1)} 秒后"
    if minutes < 10:
        return f"{minutes:.2g} 分钟后"
    if round(minutes) < 2 * HOUR:
        return f"{minutes:.0f} 分钟后"
    if minutes < 2 * DAY:
        return f"{rounded(minutes / HOUR):g} 小时后"
    return f"{rounded(minutes / DAY):g} 天后"


def span(figure: Figure) -> str:
    """Say a figure with its range; lengths beyond a kilometre in kilometres."""
    value, unit = figure.value, figure.unit
    if not isinstance(value, int | float):
        return f"{value} {unit}".strip()
    ends = [end for end in (figure.low, figure.high) if end is not None]
    scale = 1.0
    if unit == "m" and value >= 1000:
        scale, unit = 1000.0, "km"
    said = f"{rounded(value / scale):g} {unit}"
    if len(ends) < 2 or ends[0] == ends[1]:
        return said
    low, high = (f"{rounded(end / scale):g}" for end in ends)
    return f"{said}（{low}–{high} {unit}）"


def people(count: float) -> str:
    """Say how many people with two leading digits: `490 人`, `1.6 万人`, `920 万人`."""
    near = rounded(count) if count >= 10 else round(count)
    return f"{near / WAN:g} 万人" if near >= WAN else f"{near:.0f} 人"


def is_day(moment: datetime) -> bool:
    """Tell whether people are out by the clock of China; a weekend is not told apart."""
    return DAY_FROM <= moment.astimezone(CHINA).hour < DAY_TO
