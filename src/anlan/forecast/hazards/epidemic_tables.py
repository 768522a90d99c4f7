"""Tables of an epidemic: beds and supplies by day, districts, what measures change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.forecast.hazards.epidemic_groups import AGES
from anlan.forecast.hazards.epidemic_told import near, ranged, ward_capacity
from anlan.forecast.types import Table
from anlan.science.epidemic.demand import protective_sets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anlan.forecast.hazards.epidemic_told import Other, Told

__all__ = ["tables"]


def tables(told: Told, others: Sequence[Other]) -> tuple[Table, ...]:
    """Return needs by day, districts, and what measures change."""
    return tuple(t for t in (_needs(told), _districts(told), _measures(told, others)) if t.rows)


def _needs(told: Told) -> Table:
    """Beds and sets at some days, with the gap."""
    care, members = told.care, told.care_members
    peak = int(np.argmax(care.ward_beds + care.care_beds))
    shown = sorted({day for day in (7, 14, 30, 60, peak) if day < told.days})
    ward, cared = ward_capacity(told), told.inputs.get("care_capacity")
    a_day = told.inputs.number("sets_a_bed_day")
    sets = protective_sets(care.ward_beds + care.care_beds, sets_a_bed_day=a_day)
    rows = []
    for day in shown:
        ward_need = ranged(care.ward_beds[day], members.ward_beds[:, day], "张", told.source)
        care_need = ranged(care.care_beds[day], members.care_beds[:, day], "张", told.source)
        rows.append(
            (
                told.when(day) + ("，峰值" if day == peak else ""),
                ward_need,
                _gap(care.ward_beds[day], ward.value if ward else None),
                care_need,
                _gap(care.care_beds[day], cared),
                f"{near(sets[day]):,.0f} 套",
            )
        )
    note = "不限床位的需求；缺口 = 需求 − 可用"
    if ward is not None:
        note += f"；普通床位可用 {ward.value:,} 张（{ward.source}）"
    return Table(
        title="床位与防护用品需求",
        columns=("时间", "普通（隔离）床位", "缺口", "重症床位", "缺口", "防护用品累计"),
        rows=tuple(rows),
        note=note,
    )


def _gap(need: float, held: float | str | None) -> str:
    if held is None:
        return "可用数未知"
    gap = need - float(held)
    return f"缺 {near(gap):,.0f} 张" if gap > 0.5 else "够用"


def _districts(told: Told) -> Table:
    """Each district: when it peaks, how many fall ill, beds."""
    courses = told.courses
    count = len(told.groups.names)
    sick = told.prevalence * told.groups.people / 1e5
    cases = courses.cases[courses.past :].reshape(-1, count, len(AGES)).sum(axis=(0, 2))
    beds = told.care_districts
    order = np.argsort(-told.prevalence.max(axis=0), kind="stable")
    rows = tuple(
        (
            told.groups.names[k],
            f"{told.groups.people[k]:,.0f}",
            f"{near(sick[:, k].max()):,.0f}",
            told.when(int(np.argmax(sick[:, k]))),
            f"{near(cases[k]):,.0f}",
            f"{near(beds.ward_beds[k].max()):,.0f}",
            f"{near(beds.care_beds[k].max()):,.0f}",
        )
        for k in order.tolist()
    )
    return Table(
        title="分区县（均值过程）",
        columns=("区县", "人口", "峰值现症", "达峰", "累计发病", "峰值普通床位", "峰值重症床位"),
        rows=rows,
        note="区县间流动为重力模型示例；单个区县的误差大于全市",
    )


def _measures(told: Told, others: Sequence[Other]) -> Table:
    """Return the mean course under other measures."""
    entered = told.inputs.number("contact_cut")
    first = round(told.inputs.number("measure_day"))
    rows = tuple(
        (
            ("不采取措施" if o.cut == 0 else f"接触减少 {o.cut:.0%}")
            + ("（本次录入）" if o.cut == entered else ""),
            f"{near(o.peak):,.0f} 人",
            told.when(o.peak_day),
            f"{near(o.infections):,.0f} 人",
            f"{near(o.ward):,.0f} 张",
            f"{near(o.care):,.0f} 张",
        )
        for o in others
    )
    return Table(
        title=f"干预对比（从第 {first} 天起）",
        columns=("措施", "峰值现症", "达峰", "新增感染", "峰值普通床位", "峰值重症床位"),
        rows=rows,
        note="均值过程；达峰在最后一天的，推演期内未到顶",
    )
