"""Steps 3 and 5: the response level that the matching plan proposes, and its tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.command.packaging.contents import (
    Condition,
    LevelContent,
    Part,
    TaskRow,
    TasksContent,
)
from anlan.command.packaging.inputs import PostHolder
from anlan.core.rules import is_inside
from anlan.plans.rules import activation_tasks, match_plans
from anlan.plans.types import LEVEL_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anlan.command.packaging.build import Build
    from anlan.forecast.types import Figure
    from anlan.plans.types import Plan, PlannedTask

__all__ = ["level_step", "tasks_step"]

LOWEST = 4


def level_step(build: Build) -> Part:
    """Judge the metrics by the matching plan; say what the upper end of the ranges would mean."""
    situation = build.situation
    build.metrics = build.hazard.metrics(build)
    match = match_plans(
        build.city.plans,
        situation.event_code,
        situation.place.division,
        {code: _number(figure.value) for code, figure in build.metrics.items()},
    )
    build.match = match
    build.level = match.level
    plan = match.plan
    shortfalls = list(match.shortfalls)
    reasons = list(match.reasons)
    if plan is None:
        shortfalls.append("没有预案可依：请按总体预案先期处置，由值班领导决定响应级别")
        content = LevelContent(
            plan="",
            plan_title="",
            plan_version="",
            example=False,
            level=None,
            level_name="",
            decider="",
            leader="",
            expected_hours=None,
            summary="",
            conditions=(),
            metrics=build.metrics,
        )
        return Part(
            kind="level", content=content, reasons=tuple(reasons), shortfalls=tuple(shortfalls)
        )
    worst = _worst_level(build, plan)
    if worst is not None and (match.level is None or worst < match.level):
        reasons.append(f"按不确定范围的上限，可达{LEVEL_NAMES[worst]}响应条件，请关注实测")
    return Part(
        kind="level",
        content=_content(build, plan),
        reasons=tuple(reasons),
        shortfalls=tuple(shortfalls),
    )


def _content(build: Build, plan: Plan) -> LevelContent:
    level = build.level
    row = next((x for x in plan.levels if x.level == level), None)
    names = build.city.post_names
    conditions = build.match.conditions if build.match else ()
    return LevelContent(
        plan=plan.id,
        plan_title=plan.title,
        plan_version=plan.version,
        example=plan.example,
        level=level,
        level_name=LEVEL_NAMES.get(level, "") if level else "",
        decider=names.get(row.decider, row.decider) if row else "",
        leader=names.get(row.leader, row.leader) if row else "",
        expected_hours=row.expected_hours if row else None,
        summary=row.summary if row else plan.summary,
        conditions=tuple(
            Condition(
                text=f"{LEVEL_NAMES[c.level]}：{c.text or f'{c.metric} {c.range_text}'}",
                clause=c.clause,
                to_confirm=c.to_confirm,
            )
            for c in conditions
        ),
        metrics=build.metrics,
    )


def _worst_level(build: Build, plan: Plan) -> int | None:
    found = match_plans(
        [plan],
        build.situation.event_code,
        build.situation.place.division,
        {code: _worst(figure) for code, figure in build.metrics.items()},
    )
    return found.level


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _worst(figure: Figure) -> float | None:
    return figure.high if figure.high is not None else _number(figure.value)


def tasks_step(build: Build) -> Part:
    """Set the plan in motion at the proposed level, each post resolved to a unit and a person."""
    plan = build.match.plan if build.match else None
    if plan is None:
        return Part(
            kind="tasks",
            content=TasksContent(plan="", level=None, tasks=()),
            shortfalls=("没有适用预案，未生成任务；请值班领导口头部署并补录",),
        )
    shortfalls: list[str] = []
    level = build.level
    if level is None:
        declared = {x.level for x in plan.levels}
        level = LOWEST if LOWEST in declared else max(declared)
        shortfalls.append(f"级别未定，任务按最低的{LEVEL_NAMES[level]}列出；定级后请重新生成")
    holders = _holders(build)
    rows = []
    for task in activation_tasks(plan, level, build.situation.now):
        holder = holders.get(task.owner)
        name = build.city.post_names.get(task.owner, task.owner)
        below = _below(build, task.owner) if holder is None else 0
        if holder is None and below:
            holder = _everywhere(task.owner, name, below)
        elif holder is None:
            shortfalls.append(f"岗位“{name}”没有登记单位，任务“{task.title}”需人工指定")
        elif not holder.person:
            shortfalls.append(f"岗位“{name}”（{holder.unit}）没有登记责任人，请打单位值班电话")
        rows.append(_row(task, name, holder, plan))
    return Part(
        kind="tasks",
        content=TasksContent(plan=plan.id, level=level, tasks=tuple(rows)),
        reasons=(f"按《{plan.title}》{plan.version}{LEVEL_NAMES[level]}响应，共{len(rows)}项",),
        shortfalls=tuple(dict.fromkeys(shortfalls)),
    )


def _row(task: PlannedTask, name: str, holder: PostHolder | None, plan: Plan) -> TaskRow:
    return TaskRow(
        key=task.id,
        title=task.title,
        text=task.action,
        phase=task.phase,
        owner_post=task.owner,
        owner_name=name,
        unit_id=holder.unit_id if holder else None,
        unit=holder.unit if holder else "",
        person=holder.person if holder else "",
        phone=holder.phone if holder else "",
        offset_min=task.offset_min,
        due_at=task.due,
        depends_on=task.depends,
        receipt_required=task.receipt,
        channel=task.channel,
        basis=(f"《{plan.title}》{task.id}", *task.measures),
    )


def _below(build: Build, code: str) -> int:
    """Return how many places below the incident's have such a post."""
    division = build.situation.place.division
    return sum(p.code == code and is_inside(p.division, division) for p in build.city.posts)


def _everywhere(code: str, name: str, count: int) -> PostHolder:
    """Return a holder that stands for the same post of every place below."""
    return PostHolder(
        code=code,
        division="",
        unit_id=None,
        unit=f"各{name}（登记{count}个）",
        person="",
        phone="",
        on_duty=False,
    )


def _holders(build: Build) -> Mapping[str, PostHolder]:
    """Return who holds each post here: the nearest division first, people on duty first."""
    division = build.situation.place.division
    found: dict[str, PostHolder] = {}
    for post in build.city.posts:
        if not is_inside(division, post.division):
            continue
        held = found.get(post.code)
        rank = (len(post.division.rstrip("0")), post.on_duty, bool(post.person))
        if held is None or rank > (
            len(held.division.rstrip("0")),
            held.on_duty,
            bool(held.person),
        ):
            found[post.code] = post
    return found
