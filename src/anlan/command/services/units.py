"""Units come back: what a package took for an incident is free again when its task ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.register.choices import UnitStatus
from anlan.register.models import ResponseUnit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anlan.command.models import Task

__all__ = ["units_release"]

UNIT_TASK = "unit-"
"""How the key of a task that sends a unit out begins; the unit's number follows."""
OUT = (UnitStatus.DISPATCHED, UnitStatus.ON_SCENE, UnitStatus.RETURNING)


def units_release(tasks: Iterable[Task]) -> list[str]:
    """Make the units of these tasks available again; return their names.

    An exercise takes no unit, so it gives none back: the unit may be out for something real.
    """
    numbers = [
        int(task.key.removeprefix(UNIT_TASK))
        for task in tasks
        if task.key.startswith(UNIT_TASK)
        and task.key.removeprefix(UNIT_TASK).isdecimal()
        and not task.is_exercise
    ]
    out = ResponseUnit.objects.filter(pk__in=numbers, status__in=OUT)
    names = list(out.values_list("name", flat=True))
    out.update(status=UnitStatus.AVAILABLE)
    return names
