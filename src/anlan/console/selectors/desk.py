"""What the duty desk shows: everything that waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Count, Q

from anlan.command.choices import TaskStatus
from anlan.command.models import Task
from anlan.command.selectors import Desk, desk
from anlan.core.choices import ACTUAL
from anlan.core.permissions import may, restrict
from anlan.core.records.registry import record_types
from anlan.drills.choices import ExerciseStatus
from anlan.drills.selectors import exercises_visible_to

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.core.models import User
    from anlan.drills.models import Exercise

__all__ = ["DeskPage", "StaleType", "desk_of"]

SHOWN = 12
STALE_SHOWN = 6
STALE_KEPT_S = 300
MINE = (TaskStatus.SENT, TaskStatus.ACCEPTED, TaskStatus.DOING)


@dataclass(frozen=True, slots=True)
class StaleType:
    """How many records of a type have outlived their half-life."""

    label: str
    stale: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """One look at what waits."""

    now: Desk
    tasks: list[Task]
    exercises: list[Exercise]
    stale: list[StaleType]


def desk_of(*, user: User, lane: str, now: datetime) -> DeskPage:
    """Return what `user` should see first in a lane."""
    running = exercises_visible_to(user).filter(status=ExerciseStatus.RUNNING)
    return DeskPage(
        now=desk(user, now=now, lane=lane),
        tasks=_tasks_of(user, lane),
        exercises=list(running[:SHOWN]) if lane == ACTUAL else [],
        stale=_stale(user, now),
    )


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
    key = f"desk-stale-{user.division_id}-{user.role}"
    counted = cache.get_or_set(key, lambda: _count_stale(user, now), STALE_KEPT_S)
    return counted or []


def _count_stale(user: User, now: datetime) -> list[StaleType]:
    """Count. One query a type."""
    found = []
    for kind in record_types():
        if kind.read_only or not may(user, kind.action("confirm")):
            continue
        before = now - kind.half_life
        stale = Q(observed_at__lt=before) & ~Q(confirmed_at__gte=before, confirmed_at__isnull=False)
        rows = restrict(kind.model._default_manager.order_by(), user, kind.action("view"))
        counts = rows.aggregate(total=Count("pk"), stale=Count("pk", filter=stale))
        if counts["stale"]:
            found.append(StaleType(kind.label, counts["stale"], counts["total"]))
    found.sort(key=lambda row: -row.stale)
    return found[:STALE_SHOWN]
