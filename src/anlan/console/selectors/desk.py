"""What the duty desk shows: everything that waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anlan.command.choices import TaskStatus
from anlan.command.models import Task
from anlan.command.selectors import Desk, desk, duty_statistics
from anlan.core.choices import ACTUAL
from anlan.core.permissions import may, restrict
from anlan.core.records.registry import record_types
from anlan.core.records.selectors import known_since
from anlan.drills.choices import ExerciseStatus
from anlan.drills.selectors import exercises_visible_to
from anlan.plans.choices import PlanStatus
from anlan.plans.selectors import plans_visible_to

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from anlan.command.selectors import DutyStatistics
    from anlan.core.models import User
    from anlan.drills.models import Exercise
    from anlan.plans.models import PlanVersion

__all__ = ["DeskPage", "DutySpan", "StaleType", "desk_of"]

SHOWN = 12
STALE_SHOWN = 6
STALE_KEPT_S = 300
STATISTICS_KEPT_S = 60
SPANS = ((_("近 24 小时"), timedelta(hours=24)), (_("近 7 天"), timedelta(days=7)))
MINE = (TaskStatus.SENT, TaskStatus.ACCEPTED, TaskStatus.DOING)


@dataclass(frozen=True, slots=True)
class StaleType:
    """How many records of a type have outlived their half-life."""

    label: str
    stale: int
    total: int


@dataclass(frozen=True, slots=True)
class DutySpan:
    """How the duty was done in a span of time that ends now."""

    label: _StrPromise
    done: DutyStatistics


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """One look at what waits."""

    now: Desk
    tasks: list[Task]
    exercises: list[Exercise]
    stale: list[StaleType]
    plans: list[PlanVersion]
    statistics: list[DutySpan]


def desk_of(*, user: User, lane: str, now: datetime) -> DeskPage:
    """Return what `user` should see first in a lane."""
    running = exercises_visible_to(user).filter(status=ExerciseStatus.RUNNING)
    return DeskPage(
        now=desk(user, now=now, lane=lane),
        tasks=_tasks_of(user, lane),
        exercises=list(running[:SHOWN]) if lane == ACTUAL else [],
        stale=_stale(user, now),
        plans=_plans_for(user) if lane == ACTUAL else [],
        statistics=_statistics(user, lane, now),
    )


def _plans_for(user: User) -> list[PlanVersion]:
    """Return the drafts that this account may approve: not its own."""
    if not may(user, "plan.approve"):
        return []
    drafts = plans_visible_to(user).filter(status=PlanStatus.DRAFT).exclude(imported_by=user)
    return list(drafts.select_related("imported_by")[:SHOWN])


def _statistics(user: User, lane: str, now: datetime) -> list[DutySpan]:
    """Return the figures of the last day and week. Counted anew every minute."""
    key = f"desk-statistics-{user.division_id}-{user.role}-{lane}-{get_language()}"
    spans = cache.get_or_set(
        key,
        lambda: [
            duty_statistics(user, since=now - span, until=now, lane=lane) for _label, span in SPANS
        ],
        STATISTICS_KEPT_S,
    )
    return [DutySpan(label, done) for (label, _span), done in zip(SPANS, spans or (), strict=True)]


def _tasks_of(user: User, lane: str) -> list[Task]:
    """Return the tasks that were given to the account's own post or unit."""
    person = user.person
    if person is None:
        return []
    tasks = Task.objects.filter(lane=lane, status__in=MINE).select_related("incident")
    if person.post is not None:
        tasks = tasks.filter(owner_post=person.post.code)
    else:
        tasks = tasks.filter(owner_unit=person.unit_id)
    return list(tasks.order_by("due_at")[:SHOWN])


def _stale(user: User, now: datetime) -> list[StaleType]:
    """Return the types with the most stale records. Counted anew every few minutes."""
    key = f"desk-stale-{user.division_id}-{user.role}-{get_language()}"
    counted = cache.get_or_set(key, lambda: _count_stale(user, now), STALE_KEPT_S)
    return counted or []


def _count_stale(user: User, now: datetime) -> list[StaleType]:
    """Count. One query a type."""
    found = []
    for kind in record_types():
        if kind.read_only or not may(user, kind.action("confirm")):
            continue
        stale = ~known_since(now - kind.half_life)
        rows = restrict(kind.model._default_manager.order_by(), user, kind.action("view"))
        counts = rows.aggregate(total=Count("pk"), stale=Count("pk", filter=stale))
        if counts["stale"]:
            found.append(StaleType(kind.label, counts["stale"], counts["total"]))
    found.sort(key=lambda row: -row.stale)
    return found[:STALE_SHOWN]
