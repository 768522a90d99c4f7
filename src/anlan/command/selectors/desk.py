"""What the duty officer has in front of him: who is on shift, what is open, what runs out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q

from anlan.command.choices import (
    ClockKind,
    IncidentStatus,
    MessageStatus,
    ReportStatus,
    TaskStatus,
)
from anlan.command.models import Incident, OutboxMessage, Report, ReportingClock
from anlan.core.choices import ACTUAL
from anlan.core.models import Person
from anlan.core.permissions import restrict

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.core.models import User

__all__ = ["ClockView", "Desk", "clocks_running", "desk"]

SOON_S = 10 * 60
"""A clock with less than this left asks for attention, whatever its length."""
SOON_SHARE = 0.25
MOST_ROWS = 100
OUTLINES = ("division__boundary", "division__centre")
"""A district's outline has thousands of corners: the desk shows its name."""
OUT = (TaskStatus.SENT, TaskStatus.ACCEPTED, TaskStatus.DOING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """A running clock as the desk shows it."""

    clock: ReportingClock
    remaining_seconds: int
    """Below zero: overdue by so much."""

    @property
    def state(self) -> str:
        """Return `overdue`, `soon` or `running`."""
        if self.remaining_seconds < 0:
            return "overdue"
        length = (self.clock.minutes or 0) * 60
        near = self.remaining_seconds < max(SOON_S, SOON_SHARE * length)
        return "soon" if near else "running"

    @property
    def word(self) -> str:
        """Return the state in words, with the time that is left or gone."""
        minutes, seconds = divmod(abs(self.remaining_seconds), 60)
        hours, minutes = divmod(minutes, 60)
        left = f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分 {seconds:02d} 秒"
        if self.remaining_seconds < 0:
            return f"已超时 {left}"
        return f"还剩 {left}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The duty desk of one account in one lane."""

    on_shift: tuple[Person, ...]
    reports: tuple[Report, ...]
    """Not decided yet, the longest waiting first."""
    incidents: tuple[Incident, ...]
    """Open; each with `tasks_out`, `tasks_late`, `tasks_total`, `next_due`."""
    clocks: tuple[ClockView, ...]
    failed_messages: int

    @property
    def overdue(self) -> int:
        """Return how many clocks have run out."""
        return sum(1 for view in self.clocks if view.state == "overdue")


def desk(user: User, *, now: datetime, lane: str = ACTUAL) -> Desk:
    """Return the desk of an account. Five queries, whatever is open."""
    people = restrict(Person.objects.filter(on_duty=True), user, "contact.view")
    reports = restrict(
        Report.objects.filter(lane=lane, status=ReportStatus.NEW), user, "incident.view"
    )
    messages = restrict(
        OutboxMessage.objects.filter(lane=lane, status=MessageStatus.FAILED),
        user,
        "outbox.view",
        field="incident__division_id",
    )
    return Desk(
        on_shift=tuple(people.select_related("unit", "post")[:MOST_ROWS]),
        reports=tuple(
            reports.select_related("division").defer(*OUTLINES).order_by("received_at")[:MOST_ROWS]
        ),
        incidents=_incidents(user, lane, now),
        clocks=clocks_running(user, now=now, lane=lane),
        failed_messages=messages.count(),
    )


def clocks_running(user: User, *, now: datetime, lane: str = ACTUAL) -> tuple[ClockView, ...]:
    """Return the clocks that run, the most urgent first; windows for supplements are left out.

    One query.
    """
    clocks = ReportingClock.objects.filter(
        incident__lane=lane,
        incident__status=IncidentStatus.OPEN,
        met_at=None,
        withdrawn_at=None,
    ).exclude(kind=ClockKind.WINDOW)
    seen = restrict(clocks, user, "incident.view", field="incident__division_id")
    return tuple(
        ClockView(clock=clock, remaining_seconds=int((clock.due_at - now).total_seconds()))
        for clock in seen.select_related("incident").order_by("due_at", "pk")[:MOST_ROWS]
    )


def _incidents(user: User, lane: str, now: datetime) -> tuple[Incident, ...]:
    seen = restrict(
        Incident.objects.filter(lane=lane, status=IncidentStatus.OPEN), user, "incident.view"
    )
    counted = seen.annotate(
        tasks_total=Count("tasks"),
        tasks_out=Count("tasks", filter=Q(tasks__status__in=OUT)),
        tasks_late=Count("tasks", filter=Q(tasks__status__in=OUT, tasks__due_at__lt=now)),
        next_due=Min("tasks__due_at", filter=Q(tasks__status__in=OUT)),
    )
    rows = counted.select_related("division").defer(*OUTLINES)
    return tuple(rows.order_by("-reported_at", "-pk")[:MOST_ROWS])
