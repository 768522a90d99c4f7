"""Tasks: made from drafts, moved step by step, each step with its receipt."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from anlan.command.choices import ChannelKind, IncidentStatus, ReceiptKind, TaskStatus
from anlan.command.models import Incident, Task, TaskReceipt
from anlan.command.phrases import who
from anlan.command.rules.tasks import FINISHED, MOVES, TaskDraft, problems_of_tasks
from anlan.command.rules.words import words, words_asked_for
from anlan.command.services.announce import announce, announce_incident
from anlan.command.services.reservations import stock_release
from anlan.command.services.units import units_release
from anlan.command.types import ConflictError, Problem, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from anlan.command.models import OutboxMessage
    from anlan.core.models import User

__all__ = ["task_advance", "task_cancel", "task_receipt", "tasks_create"]

NEEDS_REASON = {TaskStatus.FAILED, TaskStatus.CANCELLED}


@transaction.atomic
def tasks_create(
    *, incident_id: int, drafts: Sequence[TaskDraft], by: User | None, now: datetime
) -> list[Task]:
    """Make the tasks of an incident. A key that exists already is left as it is.

    Returns the tasks that were made, in the order of the drafts.

    Raises
    ------
    RefusedError
        If a draft is incomplete, depends on nothing known, or tasks wait for each other.
    ConflictError
        If the incident is closed.
    """
    incident = Incident.objects.get(pk=incident_id)
    if incident.status != IncidentStatus.OPEN:
        raise ConflictError(f"事件 {incident.number} 已结束，不能再下任务")
    existing = {task.key: task for task in incident.tasks.all()}
    problems = problems_of_tasks(drafts, existing=existing)
    if problems:
        raise RefusedError(problems)
    made = {draft.key: _made(incident, draft, now) for draft in drafts if draft.key not in existing}
    Task.objects.bulk_create(made.values())
    known = {**existing, **made}
    links = [
        Task.depends_on.through(from_task_id=made[draft.key].pk, to_task_id=known[key].pk)
        for draft in drafts
        if draft.key in made
        for key in dict.fromkeys(draft.depends_on)
    ]
    Task.depends_on.through.objects.bulk_create(links)
    waits = {link.from_task_id for link in links if _unfinished(link.to_task_id, known)}
    ready = [task.pk for task in made.values() if task.pk not in waits]
    Task.objects.filter(pk__in=ready).update(status=TaskStatus.READY)
    for task in made.values():
        task.status = TaskStatus.WAITING if task.pk in waits else TaskStatus.READY
    if made:
        announce_incident(
            verb="task.created",
            incident=incident,
            by=by,
            now=now,
            payload={
                "count": len(made),
                "tasks": [
                    {"id": task.pk, "title": task.title, "owner": task.owner_label}
                    for task in made.values()
                ],
            },
        )
    return list(made.values())


@transaction.atomic
def task_advance(
    *,
    task_id: int,
    to: str,
    by: User | None,
    now: datetime,
    note: str = "",
    by_name: str = "",
    channel: str = ChannelKind.IN_APP,
    message: OutboxMessage | None = None,
) -> Task:
    """Move a task one step on: accepted, doing, done, failed. Each step leaves a receipt.

    When a task is done, those that waited only for it become ready.

    Raises
    ------
    RefusedError
        If there is no such step, or a failure is not explained.
    ConflictError
        If the task is no longer where that step begins.
    """
    task = Task.objects.select_related("incident").get(pk=task_id)
    if to not in ReceiptKind.values:
        rule = f"应为 {'、'.join(ReceiptKind.values)} 之一"
        raise RefusedError(Problem("to", "任务状态", rule, to))
    said = words("note", "说明", note)
    if to in NEEDS_REASON:
        said = words_asked_for("note", "说明", note, rule="无法完成时必须写明原因")
    name = words("by_name", "回执人", by_name, longest=80) or who(by)
    _move(task, to, now)
    TaskReceipt.objects.create(
        task=task,
        message=message,
        at=now,
        kind=to,
        channel=channel,
        by=by,
        by_name=name,
        note=said,
    )
    _told(task, to, by=by, now=now, note=said, name=name)
    if to == TaskStatus.FAILED:
        _give_back(task, said, by=by, now=now)
    if to == TaskStatus.DONE:
        _release(task, by, now)
    return task


def task_receipt(*, task: Task, **step: object) -> None:
    """Take a receipt that may come late or twice: a step already made is not made again."""
    later = {
        TaskStatus.ACCEPTED: {"accepted", "doing", "done"},
        TaskStatus.DOING: {"doing", "done"},
    }
    if task.status in later.get(TaskStatus(str(step["to"])), {str(step["to"])}):
        return
    task_advance(task_id=task.pk, **step)  # type: ignore[arg-type]


@transaction.atomic
def task_cancel(*, task_id: int, reason: str, by: User, now: datetime) -> Task:
    """Cancel a task that is not finished, with a reason. What waited for it stays waiting.

    The unit and the stock that it took are free again.
    """
    why = words_asked_for("reason", "取消理由", reason)
    task = Task.objects.select_related("incident").get(pk=task_id)
    _move(task, TaskStatus.CANCELLED, now)
    _give_back(task, f"任务“{task.title}”取消：{why}", by=by, now=now)
    _told(task, TaskStatus.CANCELLED, by=by, now=now, note=why, name=who(by))
    return task


def _give_back(task: Task, reason: str, *, by: User | None, now: datetime) -> None:
    units_release([task])
    stock_release(incident=task.incident, task_keys=[task.key], reason=reason, by=by, now=now)


def _made(incident: Incident, draft: TaskDraft, now: datetime) -> Task:
    due = draft.due_offset_min
    return Task(
        lane=incident.lane,
        incident=incident,
        key=draft.key,
        title=draft.title.strip(),
        text=draft.text,
        owner_post=draft.owner_post,
        owner_unit_id=draft.owner_unit_id,
        owner_label=draft.owner_label,
        basis=draft.basis,
        start_offset_min=draft.start_offset_min,
        due_at=None if due is None else now + timedelta(minutes=due),
        receipt_required=draft.receipt_required,
        created_at=now,
    )


def _unfinished(pk: int, known: dict[str, Task]) -> bool:
    return any(task.pk == pk and task.status != TaskStatus.DONE for task in known.values())


def _move(task: Task, to: str, now: datetime) -> None:
    """Move the task if it is still in a state from which this is a step."""
    allowed = [state for state, after in MOVES.items() if to in after]
    finished = {"finished_at": now} if to in FINISHED else {}
    if not Task.objects.filter(pk=task.pk, status__in=allowed).update(status=to, **finished):
        task.refresh_from_db()
        raise ConflictError(
            f"任务“{task.title}”现在是“{task.get_status_display()}”，"
            f"不能改为“{TaskStatus(to).label}”，请刷新后查看"
        )
    task.status = to


def _told(task: Task, to: str, *, by: User | None, now: datetime, note: str, name: str) -> None:
    announce(
        verb=f"task.{to}",
        subject=task,
        incident=task.incident,
        by=by,
        now=now,
        lane=task.lane,
        payload={"title": task.title, "owner": task.owner_label, "note": note, "name": name},
        reasons=[note] if note and to in NEEDS_REASON else [],
    )


def _release(task: Task, by: User | None, now: datetime) -> None:
    """Make ready what waited only for this task."""
    followers = task.followers.filter(status=TaskStatus.WAITING)
    for follower in followers:
        if follower.depends_on.exclude(status=TaskStatus.DONE).exists():
            continue
        waiting = Task.objects.filter(pk=follower.pk, status=TaskStatus.WAITING)
        if waiting.update(status=TaskStatus.READY):
            announce(
                verb="task.ready",
                subject=follower,
                incident=task.incident,
                by=by,
                now=now,
                lane=task.lane,
                payload={"title": follower.title, "after": task.title},
            )
