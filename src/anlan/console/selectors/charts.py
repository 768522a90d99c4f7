"""Lines over time as drawings: a page, a print and a reader with a table all get the same numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

__all__ = ["Chart", "chart_of"]

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 70, 12, 12, 30
TICKS = 4
DAY_MINUTES = 1440
FEW_MINUTES = 5
"""Below this an axis in hours and minutes says the same everywhere."""

MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and what stands there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing of `WIDTH` by `HEIGHT` points."""

    title: str
    unit: str
    source: str
    line: str
    band: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    rows: tuple[tuple[str, float, float | None, float | None], ...]
    minutes: tuple[float, float]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def chart_of(series: Mapping[str, Any], start: datetime) -> Chart:
    """Return the drawing of one series of a stored run."""
    minutes: list[float] = series["minutes"]
    values: list[float] = series["values"]
    low: list[float] = series.get("low") or []
    high: list[float] = series.get("high") or []
    last = max(minutes[-1], minutes[0] + 1e-9)
    largest = max([*values, *high])
    top = _round_up(largest) if largest > 0 else 1.0
    bottom = min(0.0, *values, *(low or [0.0]))

    def x(minute: float) -> float:
        return LEFT + (minute - minutes[0]) / (last - minutes[0]) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - bottom) / (top - bottom) * (HEIGHT - TOP - BOTTOM)

    def path(points: Sequence[float]) -> list[str]:
        return [f"{x(m):.1f},{y(v):.1f}" for m, v in zip(minutes, points, strict=True)]

    band = " ".join([*path(high), *reversed(path(low))]) if low and high else ""
    at = timezone.localtime(start)
    steps = [minutes[0] + (last - minutes[0]) * i / TICKS for i in range(TICKS + 1)]
    levels = [bottom + (top - bottom) * i / TICKS for i in range(TICKS + 1)]
    shape = "m-d" if last - minutes[0] > 2 * DAY_MINUTES else "H:i"
    if last - minutes[0] < FEW_MINUTES:
        shape = "H:i:s"
    return Chart(
        title=series["label"],
        unit=series["unit"],
        source=series.get("source", ""),
        line=" ".join(path(values)),
        band=band,
        x_ticks=tuple(Tick(round(x(m), 1), _clock(at, m, shape)) for m in steps),
        y_ticks=tuple(Tick(round(y(v), 1), _level(v, top)) for v in levels),
        rows=tuple(
            (
                _clock(at, m, "H:i:s" if shape == "H:i:s" else "m-d H:i"),
                v,
                low[i] if low else None,
                high[i] if high else None,
            )
            for i, (m, v) in enumerate(zip(minutes, values, strict=True))
        ),
        minutes=(float(minutes[0]), float(last)),
    )


def _level(value: float, top: float) -> str:
    """Return a level of the axis; millions of people in 万, or they run out of the drawing."""
    if top >= MANY:
        return _("%(n)s 万") % {"n": f"{value / 10_000:,.4g}"} if value else "0"
    return f"{value:,.4g}" if value < 1e4 else f"{value:,.0f}"


def _clock(start: datetime, minutes: float, shape: str) -> str:
    return date_format(start + timedelta(minutes=minutes), shape)


def _round_up(value: float) -> float:
    """Return the next 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if value <= step * power * (1 + 1e-9))
