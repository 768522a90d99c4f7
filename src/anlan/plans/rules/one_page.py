"""一张纸预案: the plan on one sheet, from the same source as the tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.core.numerals import written
from anlan.plans.rules.vocabulary import rows_of, shipped_vocabulary
from anlan.plans.types import CHANNELS, CRITERION, LEVEL_NAMES, OnePage, OnePageSection

if TYPE_CHECKING:
    from anlan.plans.types import Condition, Level, Plan, Resource, Vocabulary

__all__ = ["one_page"]

HOUR, DAY = 60, 1440

_CLOCK = {
    "receipt": "接报",
    "occurrence": "发生",
    "discovery": "发现",
    "assessment": "研判",
    "response": "启动响应",
    "stable": "稳定",
}
_MODE = {"evacuate": "撤离", "shelter_in_place": "就地避险"}


def one_page(
    plan: Plan, level: int | None = None, *, vocabulary: Vocabulary | None = None
) -> OnePage:
    """Return the tables of the sheet, for one level or for all."""
    words = vocabulary or shipped_vocabulary()
    if level is not None and level not in {x.level for x in plan.levels}:
        raise ValueError(f"level must be one of the plan's levels or None, got {level}")
    conditions = [c for c in plan.conditions if level in {None, c.level}]
    notes = []
    if any(c.to_confirm for c in conditions):
        notes.append("标“待确认”的条件未经核对，启用前由本市确认。")
    return OnePage(
        title=plan.title,
        subtitle=f"{plan.id} {plan.version}" + (f"　{LEVEL_NAMES[level]}响应" if level else ""),
        level=level,
        watermark="示例" if plan.example else "",
        sections=(
            _levels(plan, level, words),
            _tasks(plan, level, words),
            _evacuations(plan, level, words),
            _closures(plan, level, words),
            _resources(plan, level, words),
            _reports(plan, words),
        ),
        notes=tuple(notes),
    )


def _levels(plan: Plan, level: int | None, words: Vocabulary) -> OnePageSection:
    def row(of: Level) -> tuple[str, ...]:
        conditions = [c for c in plan.conditions if c.level == of.level]
        return (
            of.name,
            "；".join(_condition_text(c, words) for c in conditions),
            words.posts.get(of.decider, of.decider),
            words.posts.get(of.leader, of.leader),
            "；".join(dict.fromkeys(c.clause for c in conditions)),
        )

    return OnePageSection(
        title="何时启动，谁决定",
        columns=("级别", "启动条件（满足任一）", "决定人", "指挥", "依据"),
        rows=tuple(row(x) for x in plan.levels if level in {None, x.level}),
    )


def _tasks(plan: Plan, level: int | None, words: Vocabulary) -> OnePageSection:
    shown = [t for t in plan.tasks if level is None or t.active_at(level)]
    return OnePageSection(
        title="谁做什么，何时完成",
        columns=("T+（分）", "任务", "岗位", "动作", "先决", "渠道", "回执"),
        rows=tuple(
            (
                f"{t.offset_min:g}",
                f"{t.id} {t.title}",
                words.posts.get(t.owner, t.owner),
                t.action,
                "、".join(t.depends),
                CHANNELS.get(t.channel, t.channel),
                "要" if t.receipt else "否",
            )
            for t in sorted(shown, key=lambda t: (t.offset_min, t.line))
        ),
    )


def _evacuations(plan: Plan, level: int | None, words: Vocabulary) -> OnePageSection:
    return OnePageSection(
        title="撤离与避险",
        columns=("区域", "方式", "时限（分）", "负责", "要求"),
        rows=tuple(
            (
                words.zones.get(e.zone, e.zone),
                _MODE[e.mode],
                f"{e.within_min:g}",
                words.posts.get(e.owner, e.owner),
                e.text,
            )
            for e in plan.evacuations
            if level is None or e.highest <= level <= e.lowest
        ),
    )


def _closures(plan: Plan, level: int | None, words: Vocabulary) -> OnePageSection:
    return OnePageSection(
        title="封控与停止",
        columns=("对象", "区域", "负责", "要求"),
        rows=tuple(
            (
                c.subject,
                words.zones.get(c.zone, c.zone),
                words.posts.get(c.owner, c.owner),
                c.text,
            )
            for c in plan.closures
            if level is None or c.highest <= level <= c.lowest
        ),
    )


def _resources(plan: Plan, level: int | None, words: Vocabulary) -> OnePageSection:
    units = {row["code"]: row["unit"] for row in rows_of("resource_kinds")}
    return OnePageSection(
        title="力量与物资",
        columns=("种类", "数量", "说明", "依据"),
        rows=tuple(
            (
                words.resource_kinds.get(r.kind, r.kind),
                _amount(r, level, units.get(r.kind, ""), words),
                r.note,
                _marked(r.clause, r.conf),
            )
            for r in plan.resources
            if level is None or r.per_person is not None or r.quantity.get(level)
        ),
    )


def _reports(plan: Plan, words: Vocabulary) -> OnePageSection:
    return OnePageSection(
        title="报告",
        columns=("报告", "报给", "时限", "负责", "依据"),
        rows=tuple(
            (
                r.kind,
                r.to,
                f"{_CLOCK[r.clock_start]}后{_within(r.within_min)}内" if r.within_min else "立即",
                words.posts.get(r.owner, r.owner),
                _marked(r.clause, r.conf),
            )
            for r in plan.reports
        ),
    )


def _condition_text(condition: Condition, words: Vocabulary) -> str:
    mark = "（待确认）" if condition.to_confirm else ""
    if condition.metric == CRITERION:
        return condition.text + mark
    return f"{words.metrics[condition.metric].name} {condition.range_text}{mark}"


def _within(minutes: float) -> str:
    """Say a deadline as people do: 30分, 24小时, 5天."""
    for size, unit, least in ((DAY, "天", 2), (HOUR, "小时", 2)):
        if minutes % size == 0 and minutes >= least * size:
            return f"{minutes / size:g}{unit}"
    return f"{minutes:g}分"


def _marked(clause: str, conf: str) -> str:
    return (
        clause if conf == "V" else f"{clause}（{'平台默认' if conf == 'platform' else '待确认'}）"
    )


def _amount(resource: Resource, level: int | None, unit: str, words: Vocabulary) -> str:
    if resource.per_person is not None:
        days = f"，{resource.days:g}天" if resource.days != 1 else ""
        people = words.metrics[resource.people_metric].name
        return f"每人{resource.per_person:g}{unit}{days}（按“{people}”）"
    if level is not None:
        return f"{written(resource.quantity[level])}{unit}"
    return "　".join(
        f"{LEVEL_NAMES[x]}{written(n)}{unit}" for x, n in sorted(resource.quantity.items())
    )
