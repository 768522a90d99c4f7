"""What another version of a plan changes, part by part: for whoever has to approve it.

The lines of the text are compared elsewhere; here two plans are compared by what they say, so that
a moved paragraph is no change and a changed number is not lost among comments.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Literal

from anlan.core.numerals import written
from anlan.plans.rules.vocabulary import shipped_vocabulary
from anlan.plans.types import LEVEL_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from anlan.plans.types import Plan

__all__ = ["Difference", "plan_difference"]

PARTS: Final[Mapping[str, tuple[str, Callable[[Any], tuple[Any, ...]]]]] = {
    "levels": ("响应级别", lambda x: (x.level,)),
    "conditions": ("启动条件", lambda x: (x.level, x.metric, x.text)),
    "tasks": ("任务", lambda x: (x.id,)),
    "resources": ("力量与物资", lambda x: (x.kind, x.people_metric)),
    "closures": ("封控与停止", lambda x: (x.id,)),
    "evacuations": ("撤离与避险", lambda x: (x.id,)),
    "reports": ("报告", lambda x: (x.kind, x.to)),
}
"""The parts of a plan: what they are called, and what makes two rows of them the same row."""

FIELDS: Final[Mapping[str, str]] = {
    "title": "名称",
    "scope": "适用区划",
    "hazards": "事件代码",
    "example": "示例",
    "basis": "编制依据",
    "summary": "摘要",
    "source": "来源",
    "level": "级别",
    "decider": "决定人",
    "leader": "指挥人",
    "expected_hours": "预计时长（小时）",
    "metric": "指标",
    "unit": "单位",
    "minimum": "下限（含）",
    "maximum": "上限（不含）",
    "text": "文字",
    "clause": "依据条款",
    "conf": "可信度",
    "owner": "责任岗位",
    "offset_min": "T+（分钟）",
    "action": "动作",
    "phase": "阶段",
    "channel": "下达方式",
    "receipt": "要回执",
    "depends": "前置任务",
    "highest": "最高级别",
    "lowest": "最低级别",
    "measures": "处置措施",
    "kind": "种类",
    "quantity": "数量",
    "per_person": "人均定额",
    "people_metric": "人数指标",
    "days": "天数",
    "note": "说明",
    "subject": "对象",
    "zone": "范围",
    "mode": "方式",
    "within_min": "时限（分钟）",
    "to": "报告对象",
    "clock_start": "起算",
}
HEAD: Final = ("title", "scope", "hazards", "example", "basis", "summary", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One row of a plan that another version adds, removes or changes."""

    part: str
    change: Literal["added", "removed", "changed"]
    subject: str
    line: int
    """Line in the newer text; of what was removed, in the older one. 0: the head of the plan."""
    fields: tuple[tuple[str, str, str], ...] = ()
    """What changed in it: field, before, after."""


def plan_difference(before: Plan, after: Plan) -> tuple[Difference, ...]:
    """Return what `after` changes, in the order of the parts and of the newer text."""
    found = []
    head = tuple(_changed(before, after, HEAD))
    if head:
        found.append(
            Difference(part="预案", change="changed", subject=after.title, line=0, fields=head)
        )
    for name, (label, key) in PARTS.items():
        old = {key(row): row for row in getattr(before, name)}
        new = {key(row): row for row in getattr(after, name)}
        for identity, row in new.items():
            if identity not in old:
                found.append(_row(label, "added", row))
            elif changes := tuple(_changed(old[identity], row, _names(row))):
                found.append(_row(label, "changed", row, changes))
        found += [_row(label, "removed", row) for at, row in old.items() if at not in new]
    return tuple(found)


def _row(
    part: str,
    change: Literal["added", "removed", "changed"],
    row: Any,
    changes: tuple[tuple[str, str, str], ...] = (),
) -> Difference:
    return Difference(
        part=part, change=change, subject=_subject(row), line=row.line, fields=changes
    )


def _names(row: Any) -> Iterable[str]:
    return (field.name for field in fields(row) if field.name in FIELDS)


def _changed(before: Any, after: Any, names: Iterable[str]) -> Iterable[tuple[str, str, str]]:
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield FIELDS[name], _words(old), _words(new)


def _subject(row: Any) -> str:
    """Name a row as people do: its title, else what it is about."""
    names = shipped_vocabulary()
    if title := getattr(row, "title", ""):
        return f"{row.id} {title}"
    if hasattr(row, "metric"):
        metric = names.metrics.get(row.metric)
        return f"{LEVEL_NAMES[row.level]}：{metric.name if metric else row.text}"
    if hasattr(row, "decider"):
        return LEVEL_NAMES[row.level]
    if hasattr(row, "people_metric"):
        return names.resource_kinds.get(row.kind, row.kind)
    if hasattr(row, "to"):
        return f"{row.kind} → {row.to}"
    return f"{row.id} {getattr(row, 'subject', '') or row.text}"


def _words(value: Any) -> str:
    if value is None or value in ("", ()):
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(str(item) for item in value)
    if isinstance(value, float):
        return written(value)
    if hasattr(value, "items"):
        pairs = sorted(value.items())
        return "、".join(f"{LEVEL_NAMES.get(k, k)}{written(v)}" for k, v in pairs)
    return str(value)
