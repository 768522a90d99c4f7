"""A plan set in motion: tasks with their moments, resources with their amounts."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from anlan.core.numerals import written
from anlan.plans.rules.vocabulary import rows_of, shipped_vocabulary
from anlan.plans.types import PlannedResource, PlannedTask

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.plans.types import Plan, Resource, Task

__all__ = ["activation_tasks", "planned_resources"]


def activation_tasks(plan: Plan, level: int, now: datetime) -> tuple[PlannedTask, ...]:
    """Return the tasks of a level with due times, each after all it depends on.

    Raises
    ------
    ValueError
        If the plan has no such level, or `now` has no time zone.
    """
    _demand_level(plan, level)
    if now.tzinfo is None:
        raise ValueError(f"now must have a time zone, got {now!r}")
    return tuple(
        PlannedTask(
            id=task.id,
            title=task.title,
            owner=task.owner,
            action=task.action,
            phase=task.phase,
            offset_min=task.offset_min,
            due=now + timedelta(minutes=task.offset_min),
            depends=task.depends,
            receipt=task.receipt,
            channel=task.channel,
            measures=task.measures,
        )
        for task in _in_order([t for t in plan.tasks if t.active_at(level)])
    )


def planned_resources(
    plan: Plan, level: int, metrics: Mapping[str, float | None]
) -> tuple[PlannedResource, ...]:
    """Return what a level needs. Where the people are not known the quantity is None.

    Raises
    ------
    ValueError
        If the plan has no such level.
    """
    _demand_level(plan, level)
    needed = (_needed(resource, level, metrics) for resource in plan.resources)
    return tuple(item for item in needed if item is not None)


def _needed(
    resource: Resource, level: int, metrics: Mapping[str, float | None]
) -> PlannedResource | None:
    row = next((r for r in rows_of("resource_kinds") if r["code"] == resource.kind), None)
    group, unit = (row["group"], row["unit"]) if row else ("", "")
    quantity: float | None
    if resource.per_person is None:
        quantity = resource.quantity.get(level)
        if not quantity:
            return None
        reason = f"本级响应定额 {written(quantity)}{unit}"
    else:
        people = metrics.get(resource.people_metric)
        name = shipped_vocabulary().metrics[resource.people_metric].name
        if people is None or people != people:
            quantity, reason = None, f"“{name}”人数未知，无法计算"
        else:
            quantity = float(math.ceil(round(people * resource.per_person * resource.days, 6)))
            days = f" × {resource.days:g} 天" if resource.days != 1 else ""
            reason = f"{name} {written(people)} 人 × {resource.per_person:g}{unit}{days}"
    note = f"；{resource.note}" if resource.note else ""
    return PlannedResource(
        kind=resource.kind,
        group=group,
        quantity=quantity,
        reason=reason + note,
        clause=resource.clause,
        conf=resource.conf,
    )


def _demand_level(plan: Plan, level: int) -> None:
    declared = [x.level for x in plan.levels]
    if level not in declared:
        raise ValueError(f"level must be one of {declared} of plan {plan.id}, got {level}")


def _in_order(tasks: list[Task]) -> list[Task]:
    """Sort by offset, and by dependency where offsets are equal. The plan has no cycles."""
    waiting = sorted(tasks, key=lambda t: (t.offset_min, t.line))
    known = {task.id for task in tasks}
    placed: dict[str, Task] = {}
    while waiting:
        task = next(
            t for t in waiting if all(name in placed for name in t.depends if name in known)
        )
        waiting.remove(task)
        placed[task.id] = task
    return list(placed.values())
