"""The order of tasks and the ways a task may move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.command.types import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = [
    "FINISHED",
    "MOVES",
    "UNIT_TASK",
    "TaskDraft",
    "base_key",
    "problems_of_tasks",
    "unit_of_key",
    "versioned_key",
]

MOVES: dict[str, frozenset[str]] = {
    "waiting": frozenset({"ready", "cancelled"}),
    "ready": frozenset({"sent", "cancelled"}),
    "sent": frozenset({"accepted", "doing", "done", "failed", "cancelled"}),
    "accepted": frozenset({"doing", "done", "failed", "cancelled"}),
    "doing": frozenset({"done", "failed", "cancelled"}),
    "done": frozenset(),
    "failed": frozenset({"ready", "cancelled"}),
    "cancelled": frozenset(),
}
"""From which state to which. A failed task may be given out again."""

FINISHED = frozenset({"done", "failed", "cancelled"})

UNIT_TASK = "unit-"
"""How the key of a task that sends a unit out begins; the unit's number follows."""
VERSION_MARK = "@v"
LONGEST_KEY = 60


def base_key(key: str) -> str:
    """Return the key without the version of the package that ordered the task anew."""
    return key.partition(VERSION_MARK)[0]


def versioned_key(key: str, version: int) -> str:
    """Return the key of the same task as a later version of the package orders it."""
    mark = f"{VERSION_MARK}{version}"
    return f"{base_key(key)[: LONGEST_KEY - len(mark)]}{mark}"


def unit_of_key(key: str) -> int | None:
    """Return the number of the unit that a task sends out, if it does."""
    number = base_key(key).removeprefix(UNIT_TASK)
    return int(number) if key.startswith(UNIT_TASK) and number.isdecimal() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """A task as a plan or a person wants it. Offsets count from the start of the response."""

    key: str
    title: str
    text: str = ""
    owner_post: str = ""
    owner_unit_id: int | None = None
    owner_label: str = ""
    start_offset_min: int = 0
    due_offset_min: int | None = None
    depends_on: tuple[str, ...] = ()
    receipt_required: bool = True
    basis: str = ""


def problems_of_tasks(
    drafts: Sequence[TaskDraft], *, existing: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Return what is wrong with a set of tasks: names, offsets, dependencies, circles."""
    problems: list[Problem] = []
    keys = [draft.key for draft in drafts]
    known = {*keys, *existing}
    for draft in drafts:
        if not draft.key or not draft.title.strip():
            problems.append(Problem("title", "任务", "代码和名称都必须填写", draft.key))
        if keys.count(draft.key) > 1:
            problems.append(Problem("key", "任务代码", "不能重复", draft.key))
        if draft.start_offset_min < 0:
            problems.append(
                Problem("start_offset_min", "开始时间", "不能为负数", draft.start_offset_min)
            )
        due = draft.due_offset_min
        if due is not None and due < draft.start_offset_min:
            problems.append(Problem("due_offset_min", "完成期限", "不能早于开始时间", due))
        problems.extend(
            Problem("depends_on", f"任务“{draft.title}”的前置任务", "没有这个任务", other)
            for other in draft.depends_on
            if other not in known
        )
    circle = _circle({draft.key: draft.depends_on for draft in drafts})
    if circle:
        problems.append(Problem("depends_on", "前置任务", "不能互相等待成圈", " → ".join(circle)))
    return tuple(dict.fromkeys(problems))


def _circle(needs: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return one circle of dependencies, or nothing."""
    done: set[str] = set()
    for start in needs:
        path: list[str] = []
        stack = [(start, iter(needs[start]))]
        path.append(start)
        while stack:
            key, rest = stack[-1]
            after = next((k for k in rest if k in needs and k not in done), None)
            if after is None:
                done.add(key)
                path.pop()
                stack.pop()
            elif after in path:
                return (*path[path.index(after) :], after)
            else:
                path.append(after)
                stack.append((after, iter(needs[after])))
    return ()
