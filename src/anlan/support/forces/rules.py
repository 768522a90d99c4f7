"""Which units to send: the nearest by road that can do it, with a reason for every choice.

Every pick says why, every unit passed over says why not, every gap is named. Units inside the
danger area, not available, or cut off are never proposed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from anlan.core.numerals import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "ALTERNATIVES_SHOWN",
    "Candidate",
    "Dispatch",
    "Need",
    "PassedOver",
    "Pick",
    "choose_units",
]

ALTERNATIVES_SHOWN: Final = 3
"""Units passed over that are shown for each need: the next best, so that a person may swap."""

STALE_PENALTY: Final = 600.0
"""Seconds added to the time of a unit whose facts are wholly stale. Platform default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A unit that might go: what it can do, where it stands, how soon it arrives."""

    id: int
    record: str
    name: str
    base: str
    lon: float
    lat: float
    capabilities: Mapping[str, float]
    available: bool = True
    status: str = "可用"
    turnout_s: float = 60.0
    drive_s: float = math.inf
    metres: float | None = None
    eta_source: str = ""
    freshness: float = 1.0
    inside_danger: str = ""
    source: str = ""
    contact: str = ""

    @property
    def arrival_s(self) -> float:
        """Return the time from the order to the arrival."""
        return self.turnout_s + self.drive_s

    @property
    def weighted_s(self) -> float:
        """Return the arrival time, longer the staler the facts are."""
        return self.arrival_s + (1.0 - self.freshness) * STALE_PENALTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What the plan asks for: so many of a kind."""

    kind: str
    name: str
    quantity: float
    unit: str
    reason: str
    to_confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A unit that is proposed for a need."""

    need: str
    candidate: Candidate
    quantity: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A unit that could do it and is not proposed, and why not."""

    need: str
    candidate: Candidate
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """The proposal: who goes, who could have gone, what is missing."""

    picks: tuple[Pick, ...]
    passed_over: tuple[PassedOver, ...]
    shortfalls: tuple[str, ...]
    met: Mapping[str, float] = field(default_factory=dict)

    def as_rows(self) -> list[dict[str, Any]]:
        """Return one row for each unit, with all it brings."""
        rows: dict[tuple[str, int], dict[str, Any]] = {}
        for pick in self.picks:
            key = (pick.candidate.record, pick.candidate.id)
            row = rows.setdefault(key, {"candidate": pick.candidate, "brings": [], "reasons": []})
            row["brings"].append((pick.need, pick.quantity))
            row["reasons"] += [r for r in pick.reasons if r not in row["reasons"]]
        return sorted(rows.values(), key=lambda row: row["candidate"].weighted_s)


def choose_units(needs: Sequence[Need], candidates: Sequence[Candidate]) -> Dispatch:
    """Propose the units that meet the needs soonest.

    For each need in turn the available units are taken in the order of their weighted arrival
    until the quantity is met. What a unit brings for one need is not counted for it twice.
    """
    picks: list[Pick] = []
    passed: list[PassedOver] = []
    shortfalls: list[str] = []
    met: dict[str, float] = {}
    for need in needs:
        able = sorted(
            (c for c in candidates if c.capabilities.get(need.kind, 0) > 0),
            key=lambda c: (c.weighted_s, c.id),
        )
        left = need.quantity
        taken = 0
        shown = 0
        for candidate in able:
            why_not = refusal(candidate)
            if why_not:
                passed.append(PassedOver(need=need.kind, candidate=candidate, reason=why_not))
                continue
            if left <= 0:
                if shown < ALTERNATIVES_SHOWN:
                    reason = f"{need.name}已由更早到达的{taken}个单位满足；可作替补"
                    passed.append(PassedOver(need=need.kind, candidate=candidate, reason=reason))
                    shown += 1
                continue
            quantity = min(left, candidate.capabilities[need.kind])
            left -= quantity
            taken += 1
            reasons = _why(need, candidate, rank=taken)
            picks.append(
                Pick(need=need.kind, candidate=candidate, quantity=quantity, reasons=reasons)
            )
        met[need.kind] = need.quantity - max(left, 0.0)
        if left > 0:
            shortfalls.append(_gap(need, left, able))
    return Dispatch(
        picks=tuple(picks), passed_over=tuple(passed), shortfalls=tuple(shortfalls), met=met
    )


def refusal(candidate: Candidate) -> str:
    """Return why a unit must not be sent, or nothing."""
    if candidate.inside_danger:
        return f"驻地位于{candidate.inside_danger}内，应先自保、不作首派"
    if not candidate.available:
        return f"当前状态为{candidate.status}"
    if math.isinf(candidate.drive_s):
        return "封控后道路不通，无法到达集结点"
    return ""


def _why(need: Need, candidate: Candidate, *, rank: int) -> tuple[str, ...]:
    minutes = candidate.arrival_s / 60
    order = "最早到达" if rank == 1 else f"第{rank}早到达"
    found = [
        f"能承担{need.name}，{order}：出动{candidate.turnout_s / 60:.0f}分+路程，共{minutes:.0f}分"
    ]
    if candidate.eta_source:
        found.append(candidate.eta_source)
    if candidate.freshness < 0.5:
        found.append(f"资料陈旧（新鲜度{candidate.freshness:.0%}），请先电话确认")
    return tuple(found)


def _gap(need: Need, left: float, able: Sequence[Candidate]) -> str:
    have = need.quantity - left
    if not able:
        cause = "登记的力量中没有这一类"
    else:
        blocked = [c for c in able if refusal(c)]
        cause = f"能承担的{len(able)}个单位中{len(blocked)}个不能派"
    return (
        f"{need.name}：需{written(need.quantity)}{need.unit}，可派{written(have)}{need.unit}，"
        f"缺{written(left)}{need.unit}（{cause}）；请向上级或相邻地区请求增援"
    )
