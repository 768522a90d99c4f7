"""Units come back: what a package took for an incident is free again when its task ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.command.rules.tasks import unit_of_key
from anlan.register.choices import UNITS_OUT, UnitStatus
from anlan.register.models import ResponseUnit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anlan.command.models import Task

__all__ = ["units_release"]


def units_release(tasks: Iterable[Task]) -> list[str]:
    """Make the units of these tasks available again; return their names.

    An exercise takes no unit, so it gives none back: the unit may be out for something real.
    """
    numbers = [unit_of_key(task.key) for task in tasks if not task.is_exercise]
    out = ResponseUnit.objects.filter(
        pk__in={n for n in numbers if n is not None}, status__in=UNITS_OUT
    )
    names = list(out.values_list("name", flat=True))
    out.update(status=UnitStatus.AVAILABLE)
    return names
