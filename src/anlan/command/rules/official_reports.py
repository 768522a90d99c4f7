"""The text of 初报, 续报 and 终报. Every number carries its source; what is missing is named.

A report is a frozen rendering of one record of figures. The numbers in the sentences must equal
the structured ones: `problems_of_text` checks it before anything is signed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from anlan.command.types import FIGURE_LABELS, Fact, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from anlan.core.dictionaries import Row

__all__ = [
    "KIND_WORDS",
    "FactChange",
    "ReportText",
    "chinese_number",
    "compose_report",
    "diff_facts",
    "missing_elements",
    "problems_of_text",
    "problems_since_draft",
]

KIND_WORDS = {"initial": "初报", "follow_up": "续报", "final": "终报"}

ELEMENTS = {
    "事发时间": ("occurred_at",),
    "事发地点(行政区划码+坐标)": ("place", "division", "coordinates"),
    "单位名称": ("unit_name",),
    "联系方式": ("contact",),
    "信息来源": ("info_source",),
    "事件类别": ("event_type",),
    "伤亡(含下落不明)": ("deaths", "missing", "injured|serious"),
    "经济损失初步评估": ("direct_loss",),
    "影响范围": ("affected",),
    "发展态势": ("trend",),
    "处置情况": ("actions",),
    "接报时间(24小时制)、报告单位、签发人": ("received_at", "reporting_unit"),
    "事故发生单位概况、简要经过、已采取措施": ("unit_outline", "course", "actions"),
    "处置结果、损失核定、原因初判、响应终止时间、评估": (
        *("result", "verified_loss", "cause", "response_ended_at", "assessment"),
    ),
}
"""Which facts answer each mandatory element of the table. `a|b`: one of them is enough."""

FACT_LABELS = {
    "occurred_at": "事发时间",
    "place": "事发地点",
    "division": "行政区划代码",
    "coordinates": "坐标",
    "unit_name": "单位名称",
    "contact": "联系方式",
    "info_source": "信息来源",
    "event_type": "事件类别",
    "deaths": "死亡人数",
    "missing": "失踪人数",
    "injured": "受伤人数",
    "serious": "重伤人数",
    "trapped": "被困人数",
    "evacuated": "转移人数",
    "direct_loss": "直接经济损失初步评估",
    "affected": "影响范围",
    "trend": "发展态势",
    "actions": "处置情况",
    "received_at": "接报时间",
    "reporting_unit": "报告单位",
    "unit_outline": "事故单位概况",
    "course": "简要经过",
    "grade": "事件等级",
    "response": "应急响应",
    "result": "处置结果",
    "verified_loss": "损失核定",
    "cause": "原因初判",
    "response_ended_at": "响应终止时间",
    "assessment": "评估",
}
"""What the facts are called. A fact with another key brings its own label."""

DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportText:
    """An official report in words."""

    title: str
    paragraphs: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the body as one text, a paragraph a line."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """One fact before and after, with both sources."""

    key: str
    label: str
    unit: str
    old: Any
    new: Any
    old_source: str
    new_source: str
    reason: str = ""

    @property
    def falls(self) -> bool:
        """Tell whether a figure became smaller."""
        numbers = isinstance(self.old, int | float) and isinstance(self.new, int | float)
        return numbers and self.new < self.old

    def __str__(self) -> str:
        old, new = (self._said(value) for value in (self.old, self.new))
        because = f"，减少原因：{self.reason}" if self.reason else ""
        return f"{self.label}由{old}变为{new}（来源：{self.new_source}{because}）"

    def _said(self, value: Any) -> str:
        """Return a number with its unit, words in quotes: two sentences must not run together."""
        if value in (None, ""):
            return "不详"
        return f"{value}{self.unit}" if self.unit or not isinstance(value, str) else f"“{value}”"

    def as_dict(self) -> dict[str, Any]:
        """Return the change as it is stored."""
        names = ("key", "label", "unit", "old", "new", "old_source", "new_source", "reason")
        return {**{name: getattr(self, name) for name in names}, "falls": self.falls}


def chinese_number(number: int) -> str:
    """Return a serial number from 1 to 99 as it is written in titles: 一, 十二, 二十."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{DIGITS[tens]}十")
    return head + (DIGITS[ones] if ones else "")


def compose_report(
    facts: Sequence[Fact],
    *,
    kind: str,
    serial: int,
    incident_title: str,
    as_of: str,
    elements: Iterable[Row],
    domains: Sequence[str],
    changes: Sequence[FactChange] = (),
) -> ReportText:
    """Return the report. A 续报 tells only what changed; a 初报 or 终报 tells everything known.

    Parameters
    ----------
    facts
        What is known, each with its source. Facts without a value count as missing.
    kind
        `initial`, `follow_up` or `final`.
    serial
        Which 续报 this is, from 1.
    incident_title
        What the event is called.
    as_of
        The moment at which the figures stand, in words.
    elements
        The table of mandatory elements.
    domains
        The reporting domains of the event: some elements are asked for in one domain only.
    changes
        What changed since the report before.
    """
    by_key = {fact.key: fact for fact in facts if fact.value not in (None, "")}
    word = KIND_WORDS[kind] + (chinese_number(serial) if kind == "follow_up" else "")
    missing = missing_elements(by_key, kind=kind, elements=elements, domains=domains)
    composers = {"initial": _initial, "follow_up": _follow_up, "final": _final}
    paragraphs = composers[kind](by_key, as_of, changes)
    if missing:
        paragraphs.append(f"以下要素正在核实，核实后续报：{'、'.join(missing)}。")
    return ReportText(
        title=f"关于{incident_title}的信息报告（{word}）",
        paragraphs=tuple(paragraphs),
        missing=missing,
    )


def missing_elements(
    facts: Mapping[str, Fact],
    *,
    kind: str,
    elements: Iterable[Row],
    domains: Sequence[str],
) -> tuple[str, ...]:
    """Return the mandatory elements that nobody has stated yet, by name."""
    wanted: list[str] = []
    for row in elements:
        if row.text("report_type") != KIND_WORDS[kind] or not row["required"]:
            continue
        if row.text("applies_to") and row.text("applies_to") not in domains:
            continue
        for key in ELEMENTS.get(row.text("field_zh"), ()):
            names = key.split("|")
            if not any(name in facts for name in names):
                wanted.append(FACT_LABELS[names[0]])
    return tuple(dict.fromkeys(wanted))


def diff_facts(
    old: Iterable[Fact], new: Iterable[Fact], *, reasons: Mapping[str, str] | None = None
) -> tuple[FactChange, ...]:
    """Return what changed between two sets of facts, in the order of the new one."""
    before = {fact.key: fact for fact in old}
    changes = []
    for fact in new:
        was = before.get(fact.key)
        if was is not None and was.value == fact.value:
            continue
        if was is None and fact.value in (None, ""):
            continue
        changes.append(
            FactChange(
                key=fact.key,
                label=fact.label,
                unit=fact.unit,
                old=was.value if was else None,
                new=fact.value,
                old_source=was.source if was else "",
                new_source=fact.source,
                reason=(reasons or {}).get(fact.key, ""),
            )
        )
    return tuple(changes)


def problems_of_text(text: str, facts: Iterable[Fact]) -> tuple[Problem, ...]:
    """Return the figures of people in the text that differ from the structured ones."""
    values = {fact.key: fact.value for fact in facts}
    problems = []
    for name, label in FIGURE_LABELS.items():
        pattern = rf"{label}\s*(?:由\s*[^，。；]*?变为\s*)?(\d+)\s*人"
        for stated in re.findall(pattern, text):
            if values.get(name) is None or int(stated) != values[name]:
                held = "未知" if values.get(name) is None else f"{values[name]} 人"
                rule = f"正文中的{label}人数必须与登记的数字一致（登记：{held}）"
                problems.append(Problem("text", "正文", rule, f"{label}{stated}人"))
    return tuple(problems)


def problems_since_draft(drafted: Iterable[Fact], now: Iterable[Fact]) -> tuple[Problem, ...]:
    """Return the figures of people that changed after the draft, also where no words name them."""
    before = {fact.key: fact.value for fact in drafted}
    problems = []
    for fact in now:
        if fact.key not in FIGURE_LABELS or fact.value == before.get(fact.key):
            continue
        old = _people(before.get(fact.key))
        rule = f"起草后有更新（起草时{old}，登记：{_people(fact.value)}），请按最新情况重新起草"
        problems.append(Problem("text", f"{fact.label}人数", rule, old))
    return tuple(problems)


def _people(value: object) -> str:
    return "未知" if value in (None, "") else f"{value} 人"


def _initial(facts: Mapping[str, Fact], as_of: str, _changes: Sequence[FactChange]) -> list[str]:
    said = partial(_say, facts)
    source = said("info_source", "（信息来源待核实）")
    unit = said("reporting_unit", "")
    reporter = f"据{unit}报告，" if unit else ""
    first = (
        f"【{source}】{said('received_at', '（接报时间待核实）')}，{reporter}"
        f"{said('occurred_at', '（时间待核实）')}，{said('place', '（地点待核实）')}"
        f"{_bracketed(facts, 'coordinates')}发生{said('event_type', '（类别待核实）')}。"
    )
    paragraphs = [first + _course(facts)]
    paragraphs.extend(_labelled(facts, ("unit_name", "unit_outline")))
    paragraphs.append(f"截至{as_of}，{_figures(facts)}。{_one(facts, 'direct_loss')}".rstrip())
    paragraphs.extend(_labelled(facts, ("affected", "trend")))
    paragraphs.extend(_labelled(facts, ("actions", "grade", "response")))
    paragraphs.extend(_labelled(facts, _others(facts)))
    if "contact" in facts:
        paragraphs.append(f"联系人及电话：{facts['contact'].value}。")
    paragraphs.append("有关情况正在进一步核实和处置，将及时续报。")
    return paragraphs


def _follow_up(_facts: Mapping[str, Fact], as_of: str, changes: Sequence[FactChange]) -> list[str]:
    if not changes:
        return [f"截至{as_of}，与上次报告相比，各项情况无变化。"]
    lead = f"截至{as_of}，与上次报告相比，有关情况变化如下："
    return [lead, *(f"{number}. {change}。" for number, change in enumerate(changes, 1))]


def _final(facts: Mapping[str, Fact], as_of: str, _changes: Sequence[FactChange]) -> list[str]:
    said = partial(_say, facts)
    first = (
        f"{said('occurred_at', '（时间待核实）')}，{said('place', '（地点待核实）')}"
        f"发生{said('event_type', '（类别待核实）')}。截至{as_of}，{_figures(facts)}。"
    )
    rest = ("result", "verified_loss", "cause", "response_ended_at", "assessment")
    return [first, *_labelled(facts, (*rest, "grade", "response"))]


def _say(facts: Mapping[str, Fact], key: str, otherwise: str) -> str:
    """Return the value of a fact, or what to say without it."""
    fact = facts.get(key)
    return otherwise if fact is None else str(fact.value)


def _bracketed(facts: Mapping[str, Fact], key: str) -> str:
    return f"（{facts[key].value}）" if key in facts else ""


def _course(facts: Mapping[str, Fact]) -> str:
    if "course" not in facts:
        return ""
    return f"{str(facts['course'].value).rstrip('。')}。"


def _figures(facts: Mapping[str, Fact]) -> str:
    known = [
        f"{label}{facts[name].value}人（{facts[name].status}，来源：{facts[name].source}）"
        for name, label in FIGURE_LABELS.items()
        if name in facts
    ]
    return "，".join(known) or "伤亡情况正在核实"


def _one(facts: Mapping[str, Fact], key: str) -> str:
    return "".join(_labelled(facts, (key,)))


def _labelled(facts: Mapping[str, Fact], keys: Iterable[str]) -> list[str]:
    return [
        f"{fact.label}：{fact.value}{fact.unit}（来源：{fact.source}）。"
        for fact in (facts[key] for key in keys if key in facts)
    ]


def _others(facts: Mapping[str, Fact]) -> list[str]:
    """Return the facts that have no fixed place: those the package brings."""
    return [key for key in facts if key not in FACT_LABELS]
