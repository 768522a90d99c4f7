"""A later version of a part takes the place of an earlier one: what still fits stays.

Until the new part is decided nothing changes. Then: a task that both versions order alike goes on;
one that the new version orders otherwise, or no longer, is cancelled, and its unit and its stock
are given back. A unit that is already on its way is never called back by the platform: the
sentence names it, and a person decides.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anlan.command.choices import TaskStatus
from anlan.command.rules.tasks import FINISHED, UNIT_TASK, base_key, versioned_key
from anlan.command.services.tasks import task_cancel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from anlan.command.models import Incident, PackagePart, Task
    from anlan.command.rules.tasks import TaskDraft
    from anlan.core.models import User

__all__ = ["drafts_to_make", "tasks_superseded"]

NOT_OUT = (TaskStatus.WAITING, TaskStatus.READY)
MOST_NAMES = 5


def tasks_superseded(
    prefix: str,
    drafts: Sequence[TaskDraft],
    *,
    part: PackagePart,
    by: User,
    now: datetime,
) -> list[str]:
    """Cancel the tasks of earlier versions that `drafts` do not order again; say so in words."""
    wanted = {draft.key: draft for draft in drafts}
    cancelled: list[Task] = []
    recalled: list[Task] = []
    left: list[Task] = []
    running = part.package.incident.tasks.filter(key__startswith=prefix)
    for task in running.exclude(status__in=FINISHED):
        draft = wanted.get(base_key(task.key))
        if draft is not None and (prefix == UNIT_TASK or draft.text == task.text):
            continue
        if task.status in NOT_OUT:
            cancelled.append(task)
        elif prefix == UNIT_TASK:
            left.append(task)
        else:
            recalled.append(task)
    reason = f"由响应方案第{part.package.version}版取代"
    for task in (*cancelled, *recalled):
        task_cancel(task_id=task.pk, reason=reason, by=by, now=now)
    said = []
    if cancelled:
        said.append(f"撤销原方案尚未下达的任务：{_names(cancelled)}")
    if recalled:
        said.append(f"原方案已下达的任务作废，请通知责任人：{_names(recalled)}")
    if left:
        said.append(f"已出动、新方案不再列入：{_names(left)}；不需要的请在任务跟踪中取消")
    return said


def drafts_to_make(
    drafts: Sequence[TaskDraft], *, incident: Incident, version: int
) -> list[TaskDraft]:
    """Return the drafts that no running or done task answers yet, each with a free key."""
    stands = {
        base_key(task.key): task
        for task in incident.tasks.exclude(status__in=(TaskStatus.CANCELLED, TaskStatus.FAILED))
    }
    used = set(incident.tasks.values_list("key", flat=True))
    new = []
    for draft in drafts:
        before = stands.get(draft.key)
        if before is not None and (before.status != TaskStatus.DONE or before.text == draft.text):
            continue
        key = versioned_key(draft.key, version) if draft.key in used else draft.key
        new.append(replace(draft, key=key))
    return new


def _names(tasks: Sequence[Task]) -> str:
    more = f"等{len(tasks)}项" if len(tasks) > MOST_NAMES else ""
    return "、".join(task.title for task in tasks[:MOST_NAMES]) + more
