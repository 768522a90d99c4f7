"""Who receives the order of a task: the people of its post, else its unit, else its label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.core.models import Person
from anlan.core.rules import CODE_LENGTH, ENDS, code_stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anlan.command.models import Task

__all__ = ["Recipient", "recipients_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who is told of a task."""

    key: str
    label: str
    phone: str = ""
    email: str = ""


def recipients_of(tasks: Sequence[Task], *, division_code: str) -> dict[int, list[Recipient]]:
    """Return the receivers of each task. One query.

    A post is looked for in the place of the incident first, then in the places above it; of its
    people those on duty are told, else all of them.
    """
    above = [division_code[:end].ljust(CODE_LENGTH, "0") for end in ENDS.values()]
    people = Person.objects.filter(
        post__code__in={task.owner_post for task in tasks if task.owner_post},
        division_id__in={division_code, *above},
    ).select_related("post", "unit")
    by_post: dict[str, list[Person]] = {}
    for person in people:
        if person.post is not None:
            by_post.setdefault(person.post.code, []).append(person)
    return {task.pk: _receivers(task, by_post.get(task.owner_post, [])) for task in tasks}


def _receivers(task: Task, people: list[Person]) -> list[Recipient]:
    if people:
        nearest = max(len(code_stem(person.division_id)) for person in people)
        near = [p for p in people if len(code_stem(p.division_id)) == nearest]
        told = [p for p in near if p.on_duty] or near
        return [
            Recipient(
                key=f"p{person.pk}",
                label=f"{task.owner_label or person.unit.name}（{person.name}）",
                phone=person.phone,
                email=person.email,
            )
            for person in told
        ]
    if task.owner_unit is not None:
        unit = task.owner_unit
        return [Recipient(key=f"u{unit.pk}", label=unit.name, phone=unit.duty_phone)]
    return [Recipient(key="label", label=task.owner_label or "责任单位未定")]
