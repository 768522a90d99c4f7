"""The grade of an event, proposed from the table of thresholds. A person decides.

Every row of the event's kinds is looked at; the highest level that any metric meets wins
(以上 includes the number, 以下 does not). Warning colour and response level are other things and
are never derived from it.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anlan.command.types import Reason
from anlan.core.numerals import regulated, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from anlan.core.dictionaries import Row

__all__ = [
    "GRADE_WORDS",
    "GradeProposal",
    "hazards_of",
    "is_toxic",
    "metrics_of",
    "propose_grade",
]

GRADE_WORDS = {1: "特别重大", 2: "重大", 3: "较大", 4: "一般"}

METRIC_LABELS = {
    "deaths": "死亡",
    "serious_injuries": "重伤（含急性工业中毒）",
    "direct_loss": "直接经济损失",
    "poisoned_or_serious_injuries": "中毒或重伤",
    "evacuated": "疏散转移",
    "burned_forest_area": "受害森林面积",
    "people_to_relocate": "需搬迁转移",
    "potential_loss": "潜在经济损失",
    "magnitude_populated_area": "震级（人口较密集地区）",
    "acute_deaths": "急性死亡",
    "severe_radiation_sickness": "急性重度放射病、局部器官残疾",
    "over_annual_dose_limit": "受到超过年剂量限值的照射",
    "evacuated_toxic_release": "有毒介质泄漏转移",
    "aerial_stranded_100p_hours": "高空滞留 100 人以上",
    "aerial_stranded_hours": "高空滞留",
    "ropeway_stranded_hours": "客运索道滞留",
    "ride_stranded_hours": "大型游乐设施高空滞留",
    "lift_stranded_hours": "电梯轿厢滞留",
    "load_shed_pct": "减供负荷",
    "outage_users_pct": "停电用户",
    "cases": "病例",
    "cases_1week_city": "全市 1 周内病例",
    "cases_1week_county": "全县 1 周内病例",
    "cases_incubation": "一个平均潜伏期内病例",
    "weekly_ratio_to_5y_mean": "周发病与前 5 年同期均值之比",
    "participants": "参与人数",
}
"""What the metrics of the table are called."""

HUMAN = "human_judgement"
OPERATORS = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
TERM = re.compile(r"\s*(\w+)\s*(>=|<=|>|<|=)\s*(.+?)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeProposal:
    """The grade that the figures meet, why, and what only a person can say."""

    grade: int | None
    reasons: tuple[Reason, ...]
    to_judge: tuple[Reason, ...] = ()
    """Criteria in words: a person decides whether they hold."""

    @property
    def to_confirm(self) -> bool:
        """Tell whether a row that carried the proposal is still to be confirmed (待确认)."""
        return any(reason.mark for reason in self.reasons)

    @property
    def word(self) -> str:
        """Return the grade in words; below every threshold that is said plainly."""
        return "未达等级" if self.grade is None else GRADE_WORDS[self.grade]

    def as_list(self) -> list[dict[str, str]]:
        """Return the reasons as they are stored with the incident."""
        return [reason.as_dict() for reason in (*self.reasons, *self.to_judge)]


def hazards_of(domains: Iterable[Row], event_code: str) -> tuple[str, ...]:
    """Return the kinds of the grading table that a code falls under; the longest prefix rules."""
    return _of_code(domains, event_code, "grading_hazards")


def _of_code(domains: Iterable[Row], event_code: str, column: str) -> tuple[str, ...]:
    fitting = [row for row in domains if event_code.startswith(row.text("code_prefix"))]
    if not fitting:
        return ()
    nearest = max(fitting, key=lambda row: len(row.text("code_prefix")))
    return tuple(part for part in nearest.text(column).split(";") if part)


def is_toxic(substance: str, chemicals: Iterable[Row]) -> bool:
    """Tell whether a substance is one of the toxic gases of GB 18218 (table 3 of the standard)."""
    name = substance.strip()
    if not name:
        return False
    for row in chemicals:
        names = {row.text("name_zh"), *row.text("aliases_zh").split(";")}
        if name in names:
            return row.text("beta_basis").startswith("表3")
    return False


def metrics_of(
    figures: Mapping[str, int | None],
    details: Mapping[str, Any],
    *,
    toxic: bool = False,
) -> tuple[dict[str, float], tuple[Reason, ...]]:
    """Return the metrics that are known, and what was assumed to get them.

    Under order 493 acute industrial poisoning counts as serious injury. Where a toxic substance
    is loose and nobody knows yet how grave the injuries are, the injured are counted so, marked
    待核实, because a grade proposed too low starts the wrong clock.
    """
    metrics = {
        name: float(value)
        for name, value in details.items()
        if name in METRIC_LABELS and isinstance(value, int | float) and not isinstance(value, bool)
    }
    assumed: list[Reason] = []
    for name in ("deaths", "missing", "evacuated"):
        value = figures.get(name)
        if value is not None:
            metrics[name] = float(value)
    serious, injured = figures.get("serious"), figures.get("injured")
    if serious is None and toxic and injured:
        serious = injured
        text = f"有毒物质泄漏，伤情未明，受伤 {injured} 人按急性工业中毒计入重伤，待核实"
        assumed.append(Reason(text, "生产安全事故报告和调查处理条例第三条", "待核实"))
    if serious is not None:
        metrics["serious_injuries"] = float(serious)
        metrics["poisoned_or_serious_injuries"] = float(serious)
    return metrics, tuple(assumed)


def propose_grade(
    rows: Iterable[Row],
    *,
    hazards: Sequence[str],
    metrics: Mapping[str, float],
    conditions: Mapping[str, float | str] | None = None,
) -> GradeProposal:
    """Return the highest level that any metric meets, with the rows that fired.

    `conditions` are what further conditions of rows ask for (city_class, grid_load_mw, …); the
    metrics count as such too. A row whose condition is not known does not fire but is named.
    """
    known = {**metrics, **(conditions or {})}
    fired: list[tuple[int, Reason]] = []
    to_judge: list[Reason] = []
    for row in rows:
        if row.text("hazard") not in hazards:
            continue
        level = row.whole("level") or 0
        if row.text("extra_condition") == HUMAN:
            text = f"若符合“{row.text('note_zh')}”，为{GRADE_WORDS[level]}，由值班人员判定"
            to_judge.append(Reason(text, row.source, row.mark))
            continue
        value = _value(row, metrics)
        if value is None or not _reached(row, value):
            continue
        holds = _holds(row.text("extra_condition"), known)
        reason = Reason(_sentence(row, level, value, known_condition=holds), row.source, row.mark)
        if holds is None:
            to_judge.append(reason)
        elif holds:
            fired.append((level, reason))
    if not fired:
        return GradeProposal(grade=None, reasons=(_nothing_met(hazards),), to_judge=tuple(to_judge))
    fired.sort(key=lambda pair: pair[0])
    return GradeProposal(
        grade=fired[0][0],
        reasons=tuple(reason for _level, reason in fired),
        to_judge=tuple(to_judge),
    )


def _value(row: Row, metrics: Mapping[str, float]) -> float | None:
    value = metrics.get(row.text("metric"))
    if "含失踪" in row.text("unit") and (value is not None or "missing" in metrics):
        return (value or 0.0) + metrics.get("missing", 0.0)
    return value


def _reached(row: Row, value: float) -> bool:
    """Tell whether the value lies in [min, max). Nothing at all (0) meets no row."""
    low, high = row.number("min_incl"), row.number("max_excl")
    return value > 0 and (low is None or value >= low) and (high is None or value < high)


def _holds(condition: str, known: Mapping[str, float | str]) -> bool | None:
    """Tell whether all terms hold; None when one of them is not known and none fails."""
    answer: bool | None = True
    for term in re.split(r";| and ", condition):
        if not term.strip():
            continue
        matched = TERM.fullmatch(term)
        if matched is None:
            return None
        name, sign, wanted = matched.groups()
        if name not in known:
            answer = None
            continue
        fits = _fits(known[name], sign, wanted)
        if fits is None:
            answer = None
        elif not fits:
            return False
    return answer


def _fits(have: float | str, sign: str, wanted: str) -> bool | None:
    """Compare a known value with what the row asks for; None: the two cannot be compared."""
    if isinstance(have, str):
        return have == wanted
    try:
        return bool(OPERATORS[sign](float(have), float(wanted)))
    except ValueError:
        return None


def _sentence(row: Row, level: int, value: float, *, known_condition: bool | None) -> str:
    unit = row.text("unit").partition("(")[0]
    label = METRIC_LABELS.get(row.text("metric"), row.text("metric"))
    low, high = row.number("min_incl"), row.number("max_excl")
    limits = f"{regulated(low, unit)}以上" if low else ""
    limits += f"{regulated(high, unit)}以下" if high is not None else ""
    text = (
        f"{label} {written(value)} {unit}，{limits}为{GRADE_WORDS[level]}（{row.text('hazard')}）"
    )
    condition = row.text("extra_condition")
    if condition and known_condition is None:
        text += f"，但须核实条件 {condition}"
    return text


def _nothing_met(hazards: Sequence[str]) -> Reason:
    if not hazards:
        return Reason("这类事件没有分级标准，由值班人员判定等级")
    return Reason(f"现有数字未达到{'、'.join(hazards)}的任何等级，暂按一般以下处理，随情况更新")
