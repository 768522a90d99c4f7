"""Which plan applies, and which response level its conditions propose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.core.rules import is_inside
from anlan.plans.rules.vocabulary import event_code_covers, shipped_vocabulary
from anlan.plans.types import CRITERION, LEVEL_NAMES, Condition, PlanMatch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from anlan.plans.types import Plan

__all__ = ["match_plans"]


def match_plans(
    plans: Iterable[Plan],
    event_code: str,
    division: str,
    metrics: Mapping[str, float | None],
    *,
    criteria: Collection[int] = (),
) -> PlanMatch:
    """Choose the closest plan and propose the highest level that any of its conditions meets.

    Parameters
    ----------
    plans
        Plans in force.
    event_code
        Five-character event code of the incident.
    division
        Division code of the place.
    metrics
        What is known, in the units of the plan's metrics; None or absent means not known.
    criteria
        Lines of the conditions in words that a person has declared met.

    Returns
    -------
    PlanMatch
        `plan` is None when no plan covers the event here; `level` is None when no condition is
        met. Metrics that are not known are listed as shortfalls, never taken as zero.
    """
    plan, why = _closest(plans, event_code, division)
    if plan is None:
        return PlanMatch(plan=None, level=None, reasons=(), shortfalls=(why,))
    met: list[Condition] = []
    reasons = [why]
    unknown: dict[str, None] = {}
    by_person: list[Condition] = []
    for condition in sorted(plan.conditions, key=lambda c: (c.level, c.line)):
        if condition.metric == CRITERION:
            (met if condition.line in criteria else by_person).append(condition)
            continue
        value = metrics.get(condition.metric)
        if value is None or value != value:  # NaN is not known either
            unknown[condition.metric] = None
        elif _meets(condition, value):
            met.append(condition)
    reasons += [_reason(condition, metrics) for condition in met]
    level = min((c.level for c in met), default=None)
    shortfalls = []
    if level is None:
        shortfalls.append("已知数值未达到任何启动条件；是否启动由值班领导决定")
    if unknown:
        names = "、".join(_metric_name(m) for m in unknown)
        shortfalls.append(f"下列指标未知，未参与判断：{names}")
    open_words = [c for c in by_person if level is None or c.level < level]
    shortfalls += [
        f"需人工判定{LEVEL_NAMES[c.level]}条件：{c.text}（{c.clause}）" for c in open_words
    ]
    if any(c.to_confirm for c in met):
        shortfalls.append("触发的条件中有待确认的行，启动前请核对本市预案")
    if plan.example:
        shortfalls.append("所用预案为示例，不能直接作为启动依据")
    return PlanMatch(
        plan=plan,
        level=level,
        reasons=tuple(reasons),
        shortfalls=tuple(shortfalls),
        conditions=tuple(met),
    )


def _closest(plans: Iterable[Plan], event_code: str, division: str) -> tuple[Plan | None, str]:
    """Return the plan with the closest event code; among equals the smallest area, then the newest."""
    best: tuple[tuple[int, int, bool, str], Plan] | None = None
    for plan in plans:
        cover = max(event_code_covers(code, event_code) for code in plan.hazards)
        if cover and (plan.nationwide or is_inside(division, plan.scope)):
            rank = (cover, len(plan.scope.rstrip("0")), not plan.example, plan.version)
            if best is None or rank > best[0]:
                best = (rank, plan)
    if best is None:
        return None, f"没有适用于事件代码{event_code}、区划{division}的预案；请先批准一份预案"
    words = {3: "事件代码相同", 2: "属同一类事件", 1: "属同一大类事件"}
    plan = best[1]
    return plan, f"采用《{plan.title}》{plan.version}：{words[best[0][0]]}（{event_code}）"


def _meets(condition: Condition, value: float) -> bool:
    above = condition.minimum is None or value >= condition.minimum
    below = condition.maximum is None or value < condition.maximum
    return above and below


def _reason(condition: Condition, metrics: Mapping[str, float | None]) -> str:
    mark = "，待确认" if condition.to_confirm else ""
    level = LEVEL_NAMES[condition.level]
    if condition.metric == CRITERION:
        return f"{level}：{condition.text}，人工判定（{condition.clause}{mark}）"
    name = _metric_name(condition.metric)
    value = metrics[condition.metric]
    said = "未知" if value is None else condition.said(value)
    return f"{level}：{name} {said}，达到 {condition.range_text}（{condition.clause}{mark}）"


def _metric_name(code: str) -> str:
    known = shipped_vocabulary().metrics.get(code)
    return known.name if known else code
