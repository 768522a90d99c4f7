"""Which reports and incidents may be the same event. Offered with a score, never merged."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["FAR_M", "LONG_MIN", "Candidate", "Likeness", "Sighting", "compare", "likely_duplicates"]

EARTH_RADIUS_M = 6_371_008.8
NEAR_M = 800.0
"""Distance at which nearness has fallen to 1/e. Callers name a plant or a crossing, not a door."""
FAR_M = 5_000.0
"""Farther apart, two reports are not compared."""
SOON_MIN = 60.0
"""Difference in time at which it has fallen to 1/e."""
LONG_MIN = 6 * 60.0
"""Longer apart, two reports are not compared."""
WEIGHTS = {"place": 0.45, "type": 0.35, "time": 0.20}
SAME_CALLER = 0.15
LIKELY = 0.6
STRONG = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What is compared: where [degrees], when, what kind, who called."""

    longitude: float
    latitude: float
    at: datetime
    event_code: str
    type_name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two sightings are, from 0 to 1, and why."""

    score: float
    reasons: tuple[str, ...]
    """As they are kept with the decision."""
    grounds: tuple[tuple[str, float | str], ...] = ()
    """The same without words: `metres`, `minutes`, `type`, `group`, `class`, `caller`."""

    @property
    def word(self) -> str:
        """Return how to call it: 很可能重复, 可能重复, 不像."""
        if self.score >= STRONG:
            return "很可能重复"
        return "可能重复" if self.score >= LIKELY else "不像"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something already known that a new report may repeat."""

    kind: str
    """`report` or `incident`."""
    pk: int
    title: str
    likeness: Likeness


def compare(one: Sighting, other: Sighting) -> Likeness:
    """Return how alike two sightings are. The order does not matter."""
    metres = _distance(one, other)
    minutes = abs((one.at - other.at).total_seconds()) / 60
    if metres > FAR_M or minutes > LONG_MIN:
        return Likeness(0.0, ())
    kind, kind_reason, ground = _type_likeness(one, other)
    if kind == 0:
        return Likeness(0.0, ())
    score = (
        WEIGHTS["place"] * math.exp(-metres / NEAR_M)
        + WEIGHTS["time"] * math.exp(-minutes / SOON_MIN)
        + WEIGHTS["type"] * kind
    )
    reasons = [f"相距 {_metres(metres)}", f"时间相差 {minutes:.0f} 分钟", kind_reason]
    grounds: list[tuple[str, float | str]] = [("metres", metres), ("minutes", minutes), ground]
    if one.phone and one.phone == other.phone:
        score += SAME_CALLER
        reasons.append("同一联系电话")
        grounds.append(("caller", ""))
    return Likeness(round(min(score, 1.0), 3), tuple(reasons), tuple(grounds))


def likely_duplicates(
    new: Sighting,
    known: Iterable[tuple[str, int, str, Sighting]],
    *,
    limit: int = 5,
) -> tuple[Candidate, ...]:
    """Return what the new report may repeat, likest first: (kind, pk, title, sighting)."""
    candidates = (
        Candidate(kind=kind, pk=pk, title=title, likeness=compare(new, sighting))
        for kind, pk, title, sighting in known
    )
    likely = [c for c in candidates if c.likeness.score >= LIKELY]
    # An incident stands for its reports: it comes before a report of the same score.
    likely.sort(key=lambda c: (-c.likeness.score, c.kind, c.pk))
    return tuple(likely[:limit])


def _type_likeness(one: Sighting, other: Sighting) -> tuple[float, str, tuple[str, float | str]]:
    a, b = one.event_code, other.event_code
    if a == b:
        name = one.type_name or other.type_name or a
        return 1.0, f"同为{name}", ("type", name)
    if a[:3] == b[:3]:
        return 0.7, "同一类事件", ("group", "")
    if a[:2] == b[:2]:
        return 0.4, "同一大类事件", ("class", "")
    return 0.0, "不同大类", ("", "")


def _distance(one: Sighting, other: Sighting) -> float:
    """Return the great-circle distance [m] (haversine)."""
    phi1, phi2 = math.radians(one.latitude), math.radians(other.latitude)
    half_phi = (phi2 - phi1) / 2
    half_lambda = math.radians(other.longitude - one.longitude) / 2
    h = math.sin(half_phi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def _metres(metres: float) -> str:
    return f"{metres:.0f} 米" if metres < 1000 else f"{metres / 1000:.1f} 公里"
