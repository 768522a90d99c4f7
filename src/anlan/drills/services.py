"""Begin and end exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from anlan.command.choices import IncidentStatus
from anlan.command.models import Incident
from anlan.command.services import incident_close
from anlan.core.journal import record
from anlan.core.permissions import require
from anlan.drills.choices import ExerciseStatus
from anlan.drills.models import Exercise

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.core.models import Division, User

__all__ = ["ExerciseOver", "exercise_end", "exercise_start"]


class ExerciseOver(Exception):
    """The exercise has ended; its lane takes no more changes."""


@transaction.atomic
def exercise_start(
    *, title: str, kind: str, division: Division, aim: str, by: User, now: datetime
) -> Exercise:
    """Begin an exercise; its lane is open from now on.

    Raises
    ------
    PermissionDenied
        If the account may not lead exercises.
    """
    require(by, "exercise.create")
    exercise = Exercise.objects.create(
        title=title, kind=kind, division=division, aim=aim, started_at=now, led_by=by
    )
    record(
        verb="exercise.started",
        subject=exercise,
        by=by,
        now=now,
        lane=exercise.lane,
        payload={"title": title, "kind": kind},
    )
    return exercise


@transaction.atomic
def exercise_end(*, exercise_id: int, review: str, by: User, now: datetime) -> Exercise:
    """End an exercise and close its incidents. Its rows stay for the replay.

    Raises
    ------
    ExerciseOver
        If it has ended already, or does not exist.
    """
    require(by, "exercise.create")
    running = Exercise.objects.filter(pk=exercise_id, status=ExerciseStatus.RUNNING)
    if not running.update(status=ExerciseStatus.ENDED, ended_at=now, review=review):
        raise ExerciseOver(f"演练 {exercise_id} 已结束或不存在，不能再次结束")
    exercise = Exercise.objects.get(pk=exercise_id)
    for incident in Incident.objects.filter(lane=exercise.lane, status=IncidentStatus.OPEN):
        incident_close(
            incident_id=incident.pk, reason="演练结束", by=by, now=now, cancel_open_tasks=True
        )
    record(
        verb="exercise.ended",
        subject=exercise,
        by=by,
        now=now,
        lane=exercise.lane,
        payload={"review": review},
    )
    return exercise
