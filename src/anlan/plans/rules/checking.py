"""What a plan must be beyond its form: no contradictions, no gaps, nothing out of reach."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from anlan.plans.types import CRITERION, LEVEL_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anlan.plans.rules.fields import Notes, Table
    from anlan.plans.types import Condition, Plan, Task, Vocabulary

__all__ = ["check_plan"]


def check_plan(plan: Plan, root: Table, vocabulary: Vocabulary) -> None:
    """Note every contradiction of a plan that was read from `root`.

    Fields that could not be read hold empty values; they have their own findings and are skipped.
    """
    notes = root.notes
    _check_unique(plan, notes)
    _check_levels(plan, notes)
    for metric in {c.metric for c in plan.conditions if c.metric not in {CRITERION, ""}}:
        if metric in vocabulary.metrics:
            worse_is_more = vocabulary.metrics[metric].worse == "up"
            _check_ranges(plan, metric, notes, worse_is_more=worse_is_more)
    _check_tasks(plan, root)
    _check_resources(plan, notes)
    _check_evacuations(plan, notes)
    if not any(rule.kind == "初报" for rule in plan.reports):
        notes.add(("reports",), "first-report", "无", "报告规则缺少“初报”")


def _check_unique(plan: Plan, notes: Notes) -> None:
    groups: dict[str, tuple[str, Sequence[tuple[object, int]]]] = {
        "levels": ("level", [(x.level, x.line) for x in plan.levels]),
        "tasks": ("id", [(x.id, x.line) for x in plan.tasks]),
        "resources": ("kind", [(x.kind, x.line) for x in plan.resources]),
        "closures": ("id", [(x.id, x.line) for x in plan.closures]),
        "evacuations": ("id", [(x.id, x.line) for x in plan.evacuations]),
    }
    for key, (field, rows) in groups.items():
        first: dict[object, int] = {}
        for number, (value, line) in enumerate(rows):
            if not value:
                continue
            if value in first:
                message = f"重复，已在第{first[value]}行使用"
                notes.add((key, number, field), "duplicate-id", value, message)
            first.setdefault(value, line)


def _check_levels(plan: Plan, notes: Notes) -> None:
    declared = sorted({x.level for x in plan.levels if x.level})
    for high, low in pairwise(declared):
        if low != high + 1:
            missing = "、".join(LEVEL_NAMES[x] for x in range(high + 1, low))
            message = f"响应级别不连续，缺{missing}"
            notes.add(("levels",), "level-gap", declared, message)
    for number, condition in enumerate(plan.conditions):
        if condition.level and condition.level not in declared:
            message = f"未定义{LEVEL_NAMES[condition.level]}响应，缺少决定人"
            notes.add(("conditions", number, "level"), "unknown-level", condition.level, message)
    for number, level in enumerate(plan.levels):
        if not level.level:
            continue
        if not any(c.level == level.level for c in plan.conditions):
            message = f"{level.name}响应没有任何启动条件，永远不会启动"
            notes.add(("levels", number, "level"), "unreachable-level", level.level, message)
        if not any(t.active_at(level.level) for t in plan.tasks):
            message = f"{level.name}响应没有任何任务"
            notes.add(("levels", number, "level"), "no-tasks", level.level, message)
    ranged: list[tuple[str, Iterable[tuple[int, int]]]] = [
        ("tasks", [(x.highest, x.lowest) for x in plan.tasks]),
        ("closures", [(x.highest, x.lowest) for x in plan.closures]),
        ("evacuations", [(x.highest, x.lowest) for x in plan.evacuations]),
    ]
    for key, ranges in ranged:
        for number, (highest, lowest) in enumerate(ranges):
            if declared and not any(highest <= level <= lowest for level in declared):
                message = "所列级别均未定义，永远不会执行"
                notes.add((key, number, "levels"), "unreachable", [highest, lowest], message)


def _check_ranges(plan: Plan, metric: str, notes: Notes, *, worse_is_more: bool) -> None:
    """Demand that the rows of one metric follow each other from mild to grave without a gap."""
    rows = [
        (number, c)
        for number, c in enumerate(plan.conditions)
        if c.metric == metric and c.level and _is_range(c)
    ]
    rows.sort(key=lambda row: _low(row[1]))
    for (_, mild), (number, grave) in pairwise(rows):
        path = ("conditions", number, "min")
        pair = f"第{mild.line}行 {mild.range_text}，第{grave.line}行 {grave.range_text}"
        if _high(mild) > _low(grave):
            notes.add(path, "range-overlap", pair, "两行范围重叠；以上含本数，以下不含")
        elif _high(mild) < _low(grave):
            notes.add(path, "range-gap", pair, "两行范围之间有空档，空档内的数值不会触发响应")
        worsens = grave.level < mild.level if worse_is_more else grave.level > mild.level
        if not worsens:
            text = "数值更重而响应级别不更高" if worse_is_more else "数值更轻而响应级别不更低"
            notes.add(path, "contradiction", pair, text)
    if rows:
        number, worst = rows[-1] if worse_is_more else rows[0]
        if (worst.maximum if worse_is_more else _open_low(worst)) is not None:
            key = "max" if worse_is_more else "min"
            message = "最重一行应不设界限，否则更重的情形反而不触发"
            notes.add(("conditions", number, key), "range-end", worst.range_text, message)


def _is_range(condition: Condition) -> bool:
    return not (condition.minimum is None and condition.maximum is None) and _low(
        condition
    ) < _high(condition)


def _low(condition: Condition) -> float:
    return float("-inf") if condition.minimum is None else condition.minimum


def _high(condition: Condition) -> float:
    return float("inf") if condition.maximum is None else condition.maximum


def _open_low(condition: Condition) -> float | None:
    """Return the lower bound unless it is open; a scale that begins at 1 has nothing below it."""
    return None if _low(condition) <= 1 else condition.minimum


# ---- tasks


def _check_tasks(plan: Plan, root: Table) -> None:
    notes = root.notes
    known = {task.id: task for task in plan.tasks if task.id}
    declared = {x.level for x in plan.levels}
    for number, task in enumerate(plan.tasks):
        for name in task.depends:
            path = ("tasks", number, "depends", _place(root, number, name))
            before = known.get(name)
            if before is None:
                notes.add(path, "unknown-task", name, "依赖的任务不存在")
                continue
            missing = [
                LEVEL_NAMES[level]
                for level in sorted(declared)
                if task.active_at(level) and level in LEVEL_NAMES and not before.active_at(level)
            ]
            if missing:
                message = f"依赖的任务在{'、'.join(missing)}不执行，本任务永远等不到"
                notes.add(path, "unreachable", name, message)
            if before.offset_min > task.offset_min:
                message = (
                    f"依赖的任务 T+{before.offset_min:g} 分才到期，本任务 T+{task.offset_min:g} 分"
                )
                notes.add(path, "order", name, message)
    for cycle in _cycles(known):
        number = next(n for n, t in enumerate(plan.tasks) if t.id == cycle[0])
        text = " → ".join((*cycle, cycle[0]))
        notes.add(("tasks", number, "depends"), "cycle", text, "任务互相等待，无法开始")


def _place(root: Table, number: int, name: str) -> int:
    """Return where `name` stands in the file's own list, which may hold refused items too."""
    return int(root.content["tasks"][number]["depends"].index(name))


def _cycles(tasks: dict[str, Task]) -> list[tuple[str, ...]]:
    """Return each cycle of dependencies once, beginning with its first task in the file."""
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in tasks:
        trail: list[str] = []
        stack = [(start, iter(tasks[start].depends))]
        on_trail = {start}
        trail.append(start)
        while stack and start not in done:
            name, rest = stack[-1]
            following = next((x for x in rest if x in tasks and x not in done), None)
            if following is None:
                stack.pop()
                trail.pop()
                on_trail.discard(name)
                done.add(name)
            elif following in on_trail:
                found.append(tuple(trail[trail.index(following) :]))
            else:
                trail.append(following)
                on_trail.add(following)
                stack.append((following, iter(tasks[following].depends)))
    order = {name: number for number, name in enumerate(tasks)}
    turned = []
    for cycle in found:
        first = min(range(len(cycle)), key=lambda n: order[cycle[n]])
        turned.append(cycle[first:] + cycle[:first])
    return turned


# ---- resources and evacuation


def _check_resources(plan: Plan, notes: Notes) -> None:
    declared = {x.level for x in plan.levels}
    for number, resource in enumerate(plan.resources):
        path = ("resources", number, "quantity")
        for level in resource.quantity:
            if level not in declared:
                message = f"未定义{LEVEL_NAMES[level]}响应"
                notes.add((*path, str(level)), "unknown-level", level, message)
        for high, low in pairwise(sorted(resource.quantity)):
            if resource.quantity[high] < resource.quantity[low]:
                pair = f"{resource.quantity[high]:g} < {resource.quantity[low]:g}"
                message = f"{LEVEL_NAMES[high]}的数量少于{LEVEL_NAMES[low]}，请核对"
                notes.remark((*path, str(high)), "level-order", pair, message)


def _check_evacuations(plan: Plan, notes: Notes) -> None:
    for number, rule in enumerate(plan.evacuations):
        for other in plan.evacuations[:number]:
            both = rule.highest <= other.lowest and other.highest <= rule.lowest
            if both and rule.zone and rule.zone == other.zone and rule.mode != other.mode:
                message = f"与第{other.line}行对同一区域的要求相反（撤离与就地避险）"
                notes.add(("evacuations", number, "mode"), "contradiction", rule.mode, message)
