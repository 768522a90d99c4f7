"""Reads of exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.core.choices import ACTUAL
from anlan.core.permissions import restrict
from anlan.core.rules import whole_number
from anlan.drills.choices import ExerciseStatus
from anlan.drills.models import Exercise

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from anlan.core.models import User

__all__ = ["exercise_of_lane", "exercises_visible_to", "lane_is_open"]


def exercises_visible_to(user: User | AnonymousUser) -> QuerySet[Exercise]:
    """Return the exercises inside the account's division, newest first."""
    return restrict(Exercise.objects.select_related("division"), user, "incident.view")


def exercise_of_lane(lane: str, user: User | AnonymousUser) -> Exercise | None:
    """Return the exercise behind a lane, or None if there is none that the account may see."""
    number = _number_of(lane)
    return None if number is None else exercises_visible_to(user).filter(pk=number).first()


def lane_is_open(lane: str) -> bool:
    """Tell whether the lane still takes changes: reality always, an exercise while it runs."""
    if lane == ACTUAL:
        return True
    number = _number_of(lane)
    running = Exercise.objects.filter(status=ExerciseStatus.RUNNING)
    return number is not None and running.filter(pk=number).exists()


def _number_of(lane: str) -> int | None:
    """Return the number of the exercise, if this is just how its lane is written."""
    number = whole_number(lane.removeprefix("ex-"))
    return number if lane == f"ex-{number}" else None
