"""The task board: columns in the order a task is lived through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from anlan.command.choices import ReceiptKind, TaskStatus
from anlan.command.rules.tasks import FINISHED, MOVES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from anlan.command.models import Task, TaskReceipt

__all__ = ["BoardTask", "Column", "board_of", "card_of"]

COLUMNS = (
    (_("待下达"), (TaskStatus.WAITING, TaskStatus.READY)),
    (_("已下达"), (TaskStatus.SENT,)),
    (_("执行中"), (TaskStatus.ACCEPTED, TaskStatus.DOING)),
    (_("已办结"), (TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.CANCELLED)),
)
PLACE = {state: k for k, (_label, states) in enumerate(COLUMNS) for state in states}
TONES = {
    TaskStatus.READY: "care",
    TaskStatus.SENT: "info",
    TaskStatus.ACCEPTED: "info",
    TaskStatus.DOING: "info",
    TaskStatus.DONE: "good",
    TaskStatus.FAILED: "bad",
}
RECEIPTS = dict(ReceiptKind.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardTask:
    """A card: the task, whether it is late, what it waits for, what may come next."""

    row: Task
    column: int
    late: bool
    running: bool
    tone: str
    waits_for: tuple[str, ...]
    receipts: tuple[TaskReceipt, ...]
    steps: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Column:
    """One column of the board."""

    label: _StrPromise
    tasks: list[BoardTask] = field(default_factory=list)


def board_of(tasks: Iterable[Task], *, now: datetime) -> list[Column]:
    """Return the columns, or nothing when there is no task at all."""
    columns = [Column(label) for label, _states in COLUMNS]
    for task in tasks:
        card = card_of(task, now=now)
        columns[card.column].tasks.append(card)
    return columns if any(column.tasks for column in columns) else []


def card_of(task: Task, *, now: datetime) -> BoardTask:
    """Return one card."""
    running = task.status not in FINISHED
    waits = tuple(t.title for t in task.depends_on.all() if t.status not in FINISHED)
    allowed = MOVES[task.status]
    return BoardTask(
        row=task,
        column=PLACE[TaskStatus(task.status)],
        late=running and task.due_at is not None and task.due_at < now,
        running=running,
        tone=TONES.get(TaskStatus(task.status), ""),
        waits_for=waits if task.status == TaskStatus.WAITING else (),
        receipts=tuple(task.receipts.all()),
        steps=tuple(
            (kind, str(label)) for kind, label in RECEIPTS.items() if kind in allowed and running
        ),
    )
