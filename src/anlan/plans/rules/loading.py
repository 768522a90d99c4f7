"""Read a plan file: TOML to `Plan`, with every mistake named by file, line, key, rule and value.

Syntax errors carry the line that `tomllib` reports. Everything else is placed by our own index of
the text (`positions.py`), since `tomllib` gives no positions for what it accepts.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from anlan.plans.rules.checking import check_plan
from anlan.plans.rules.fields import Notes, Table
from anlan.plans.rules.positions import line_index
from anlan.plans.types import (
    CHANNELS,
    CRITERION,
    NATIONWIDE,
    Closure,
    Condition,
    Evacuation,
    Finding,
    Level,
    Plan,
    ReportRule,
    Resource,
    Task,
    Vocabulary,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAX_BYTES", "PlanRefusedError", "Reading", "load_plan", "read_plan", "scope_finding"]

MAX_BYTES = 1_000_000
"""A plan is text that a person reads; a larger file is a mistake."""

CONFIDENCES = ("V", "M-high", "M-med", "M-low", "platform")
CLOCKS = ("receipt", "occurrence", "discovery", "assessment", "response", "stable")
MODES = ("evacuate", "shelter_in_place")
Part = TypeVar("Part")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_SCOPE = re.compile(r"[1-9][0-9]{11}")


class PlanRefusedError(ValueError):
    """The plan file has errors; `findings` names each with its line."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("预案未通过检查：\n" + "\n".join(str(f) for f in findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of a file: a plan, or findings, or a plan with notices."""

    plan: Plan | None
    findings: tuple[Finding, ...]


def load_plan(text: str, *, file: str, vocabulary: Vocabulary) -> Plan:
    """Return the plan of a text.

    Raises
    ------
    PlanRefusedError
        If anything is wrong. All errors are collected, not only the first.
    """
    reading = read_plan(text, file=file, vocabulary=vocabulary)
    if reading.plan is None:
        raise PlanRefusedError(reading.findings)
    return reading.plan


def read_plan(text: str, *, file: str, vocabulary: Vocabulary) -> Reading:
    """Read and check a text. The plan is None as soon as one finding is an error."""
    if len(text.encode()) > MAX_BYTES:
        notes = Notes(file, {})
        notes.add_at(1, "", "size", f"{len(text)} 字", "预案文本超过1 MB，请拆分")
        return Reading(plan=None, findings=tuple(notes.findings))
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        notes = Notes(file, {})
        notes.add_at(_error_line(error, text), "", "toml", error, "不是合法的TOML文本")
        return Reading(plan=None, findings=tuple(notes.findings))
    except RecursionError:
        notes = Notes(file, {})
        notes.add_at(1, "", "toml", "嵌套过深", "列表或表嵌套过深，不是预案文本")
        return Reading(plan=None, findings=tuple(notes.findings))
    # tomllib takes "\r\n" for a line end and counts it once, so do we.
    notes = Notes(file, line_index(text.replace("\r\n", "\n")))
    root = Table(notes, (), content)
    plan = _plan(root, file, vocabulary)
    check_plan(plan, root, vocabulary)
    findings = sorted(notes.findings, key=lambda f: (f.line, f.key))
    refused = any(f.severity == "error" for f in findings)
    return Reading(plan=None if refused else plan, findings=tuple(findings))


def scope_finding(plan: Plan, text: str, *, place: str) -> Finding:
    """Return what is wrong with a plan that holds beyond the place of whoever brings it."""
    return Finding(
        file=plan.file,
        line=line_index(text.replace("\r\n", "\n"))["plan", "scope"],
        key="plan.scope",
        rule="scope",
        value=plan.scope,
        message=f"适用区划不在您的管辖范围（{place}）内，请填写本地及以下的12位区划代码",
    )


def _error_line(error: tomllib.TOMLDecodeError, text: str) -> int:
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else text.count("\n") + 1


def _plan(root: Table, file: str, words: Vocabulary) -> Plan:
    head = root.table("plan")
    plan_id = head.text("id")
    if plan_id and not _ID.fullmatch(plan_id):
        head.wrong("id", "id", plan_id, "编号以字母开头，只用字母、数字、-、_，不超过40个")
    scope = head.text("scope")
    example = head.truth("example", default=False)
    if scope == NATIONWIDE:
        if not example:
            head.wrong("scope", "division", scope, "全国范围只用于示例，请填写本市12位区划代码")
    elif scope and not _SCOPE.fullmatch(scope):
        head.wrong("scope", "division", scope, "适用区划应为12位统计用区划代码")
    hazards = head.texts("hazards", names=words.event_codes, kind="event")
    if "hazards" not in head.content or head.content["hazards"] == []:
        head.wrong("hazards", "required", "无", "至少写一个事件代码")

    def each(
        key: str, read: Callable[[Table, Vocabulary], Part], *, required: bool
    ) -> tuple[Part, ...]:
        found = []
        for row in root.tables(key, required=required):
            found.append(read(row, words))
            row.close()
        return tuple(found)

    plan = Plan(
        id=plan_id,
        version=head.text("version"),
        title=head.text("title"),
        scope=scope,
        hazards=hazards,
        example=example,
        basis=head.texts("basis"),
        summary=head.text("summary"),
        source=head.text("source"),
        levels=each("levels", _level, required=True),
        conditions=each("conditions", _condition, required=True),
        tasks=each("tasks", _task, required=True),
        resources=each("resources", _resource, required=False),
        closures=each("closures", _closure, required=False),
        evacuations=each("evacuations", _evacuation, required=False),
        reports=each("reports", _report, required=True),
        file=file,
    )
    head.close()
    root.close()
    return plan


def _level(row: Table, words: Vocabulary) -> Level:
    return Level(
        level=row.level("level"),
        decider=row.name_of("decider", words.posts, "post"),
        leader=row.name_of("leader", words.posts, "post"),
        expected_hours=row.number("expected_hours", default=24.0) or 0.0,
        summary=row.text("summary"),
        line=row.line,
    )


def _condition(row: Table, words: Vocabulary) -> Condition:
    metric = row.name_of("metric", (*words.metrics, CRITERION), "metric")
    by_person = metric == CRITERION
    low = row.number("min", required=False)
    high = row.number("max", required=False)
    unit = row.text("unit", default="" if by_person else None)
    known = words.metrics.get(metric)
    if known and unit and unit != known.unit:
        row.wrong("unit", "unit", unit, f"指标“{known.name}”的单位是{known.unit}")
    if by_person and not (low is None and high is None):
        row.wrong("min", "criterion", low, "由人判定的条件不写数值范围")
    if not by_person and metric and low is None and high is None:
        row.wrong("min", "required", "无", "数值条件至少写 min 或 max")
    if low is not None and high is not None and not low < high:
        row.wrong(
            "max", "empty-range", f"[{low:g}, {high:g})", "上限应大于下限；以上含本数，以下不含"
        )
    return Condition(
        level=row.level("level"),
        metric=metric,
        unit=unit,
        minimum=low,
        maximum=high,
        text=row.text("text", default=None if by_person else ""),
        clause=row.text("clause"),
        conf=_confidence(row),
        line=row.line,
    )


def _task(row: Table, words: Vocabulary) -> Task:
    task_id = row.text("id")
    if task_id and not _ID.fullmatch(task_id):
        row.wrong("id", "id", task_id, "编号以字母开头，只用字母、数字、-、_，不超过40个")
    highest, lowest = row.level_range()
    return Task(
        id=task_id,
        title=row.text("title"),
        owner=row.name_of("owner", words.posts, "post"),
        offset_min=row.number("offset_min") or 0.0,
        action=row.text("action"),
        phase=row.text("phase"),
        channel=row.name_of("channel", CHANNELS, "channel", default="in_app"),
        receipt=row.truth("receipt", default=True),
        depends=row.texts("depends"),
        highest=highest,
        lowest=lowest,
        measures=row.texts("measures", names=words.measures, kind="measure"),
        line=row.line,
    )


def _resource(row: Table, words: Vocabulary) -> Resource:
    quantity = row.by_level("quantity")
    per_person = row.number("per_person", required=False)
    people = row.name_of("people_metric", words.metrics, "metric", default="")
    if bool(quantity) == (per_person is not None):
        row.wrong("quantity", "either", "两者都有或都无", "quantity 与 per_person 写一个")
    if (per_person is not None) != bool(people):
        row.wrong("people_metric", "pair", people or "无", "per_person 与 people_metric 同时写")
    if people and people in words.metrics and words.metrics[people].unit != "人":
        row.wrong("people_metric", "unit", people, "按人配给的指标单位应为人")
    return Resource(
        kind=row.name_of("kind", words.resource_kinds, "resource"),
        quantity=quantity,
        per_person=per_person,
        people_metric=people,
        days=row.number("days", default=1.0) or 0.0,
        note=row.text("note", default=""),
        clause=row.text("clause"),
        conf=_confidence(row),
        line=row.line,
    )


def _closure(row: Table, words: Vocabulary) -> Closure:
    highest, lowest = row.level_range()
    return Closure(
        id=row.text("id"),
        subject=row.text("subject"),
        zone=row.name_of("zone", words.zones, "zone"),
        owner=row.name_of("owner", words.posts, "post"),
        highest=highest,
        lowest=lowest,
        text=row.text("text"),
        line=row.line,
    )


def _evacuation(row: Table, words: Vocabulary) -> Evacuation:
    highest, lowest = row.level_range()
    mode = row.name_of("mode", MODES, "mode")
    return Evacuation(
        id=row.text("id"),
        zone=row.name_of("zone", words.zones, "zone"),
        mode=cast("Literal['evacuate', 'shelter_in_place']", mode),
        owner=row.name_of("owner", words.posts, "post"),
        within_min=row.number("within_min") or 0.0,
        highest=highest,
        lowest=lowest,
        text=row.text("text"),
        line=row.line,
    )


def _report(row: Table, words: Vocabulary) -> ReportRule:
    return ReportRule(
        kind=row.text("kind"),
        to=row.text("to"),
        within_min=row.number("within_min") or 0.0,
        clock_start=row.name_of("clock_start", CLOCKS, "clock"),
        owner=row.name_of("owner", words.posts, "post"),
        clause=row.text("clause"),
        conf=_confidence(row),
        line=row.line,
    )


def _confidence(row: Table) -> str:
    return row.name_of("conf", CONFIDENCES, "conf", default="platform")
