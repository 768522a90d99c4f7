"""Which reporting duties run on an event, and until when.

Several run side by side (level by level and direct). A rule's clock starts at the moment the rule
names: receipt, occurrence, discovery, … What only a person can say (研判, 情形) starts no clock by
itself but is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from anlan.command.rules.grading import GRADE_WORDS, _of_code

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from anlan.core.dictionaries import Row

__all__ = ["Clock", "ClockPlan", "Situation", "domains_of", "duties", "tiers_of"]

SERIOUS, MAJOR = 3, 2
SHORT_WINDOW_CODES = ("12B", "12C02")
"""Road accidents and fires: figures are supplemented within 7 days, others within 30."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the conditions of the rules ask for."""

    event_code: str
    grade: int | None = None
    casualties: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One running duty: who reports to whom, by when, under which rule."""

    rule_key: str
    domain: str
    kind: str
    from_zh: str
    to_zh: str
    mode_zh: str
    condition_zh: str
    basis: str
    to_confirm: bool
    note: str
    minutes: int
    starts_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPlan:
    """The clocks that run, and in words what else the rules say."""

    clocks: tuple[Clock, ...]
    to_judge: tuple[str, ...]
    """Duties whose condition only a person can judge."""
    routes: tuple[str, ...]
    """How far up the report must go."""


def domains_of(domains: Iterable[Row], event_code: str) -> tuple[str, ...]:
    """Return the domains of reporting rules that a code falls under."""
    return _of_code(domains, event_code, "report_domains")


def tiers_of(parties: Iterable[Row]) -> dict[str, frozenset[str]]:
    """Return whose duty each rule is: unit, county, city, province."""
    return {row.text("from_zh"): frozenset(row.text("tiers").split(";")) for row in parties}


def duties(
    rows: Iterable[Row],
    *,
    domains: Collection[str],
    situation: Situation,
    starts: Mapping[str, datetime],
    parties: Mapping[str, frozenset[str]],
    tiers: Collection[str] = ("county", "city"),
) -> ClockPlan:
    """Return the duties of the given tiers of government, earliest deadline first.

    `starts` gives the moments that are known: receipt, occurrence, discovery, diagnosis, signal,
    assessment, stable. A rule whose moment is not known yet has no clock yet.
    """
    clocks: list[Clock] = []
    to_judge: list[str] = []
    routes: list[str] = []
    for row in rows:
        who = row.text("from_zh")
        if row.text("domain") not in domains or not parties.get(who, frozenset()) & set(tiers):
            continue
        if row.text("kind") == "route":
            routes.append(f"{row.text('to_zh')}（依据：{row.source}）")
            continue
        applies = _applies(row, situation)
        if applies is None:
            to_judge.append(
                f"{row.text('condition')}：{who}应向{row.text('to_zh')}报告（{row.source}）"
            )
        minutes = row.whole("minutes")
        # An interval counts from the last report, at first from the receipt.
        start = starts.get(row.text("clock_start") or "receipt")
        if row.text("kind") == "immediate" and start is not None:
            # Nobody can report what he has not been told yet.
            start = max(start, starts.get("receipt", start))
        if applies and start is not None and minutes is not None:
            clocks.append(_clock(row, situation, start, minutes))
    clocks.sort(key=lambda clock: (clock.due_at, clock.rule_key))
    return ClockPlan(clocks=tuple(clocks), to_judge=tuple(to_judge), routes=tuple(routes))


def _clock(row: Row, situation: Situation, start: datetime, minutes: int) -> Clock:
    notes = []
    if "较大" in row.text("condition") or "重大" in row.text("condition"):
        notes.append(f"按事件等级{GRADE_WORDS.get(situation.grade or 0, '（未定）')}计时")
    if row.mark:
        notes.append("各地时限不一，请按本地规定核对")
    return Clock(
        rule_key=row.key,
        domain=row.text("domain"),
        kind=row.text("kind"),
        from_zh=row.text("from_zh"),
        to_zh=row.text("to_zh"),
        mode_zh=row.text("mode_zh"),
        condition_zh=row.text("condition"),
        basis=row.source,
        to_confirm=bool(row.mark),
        note="；".join(notes),
        minutes=minutes,
        starts_at=start,
        due_at=start + timedelta(minutes=minutes),
    )


def _applies(row: Row, situation: Situation) -> bool | None:
    """Tell whether the condition of a rule holds; None: a person must judge."""
    condition = row.text("condition")
    grade = situation.grade
    answers: dict[str, bool] = {
        "": True,
        "grade>=较大": grade is not None and grade <= SERIOUS,
        "特别重大、重大": grade is not None and grade <= MAJOR,
        "grade>=较大 or sensitive (default)": situation.sensitive
        or (grade is not None and grade <= SERIOUS),
        "casualties changed": situation.casualties
        and not situation.event_code.startswith(SHORT_WINDOW_CODES),
        "casualties changed; 道路交通事故、火灾事故": situation.casualties
        and situation.event_code.startswith(SHORT_WINDOW_CODES),
        "人员伤亡或较大财产损失": situation.casualties,
        "灾情稳定前": True,
        "市级、省级接报后各2小时": True,
        "市级3日内、省级3日内": True,
    }
    return answers.get(condition)
