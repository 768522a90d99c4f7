"""Whether a report can be taken as it was entered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeGuard

from anlan.command.rules.words import problem_of_words
from anlan.command.types import CASUALTY_FIELDS, FIGURE_LABELS, Problem
from anlan.core.words import unfit_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

__all__ = ["ReportInput", "problems_of_figures", "problems_of_report"]

CLOCK_TOLERANCE = timedelta(minutes=1)
"""A terminal's clock may be this much ahead of the server's."""
OLDEST = timedelta(days=366)
"""An event longer ago is a slip of the pen, or history."""
MOST_PEOPLE = 100_000_000
LONGEST_TEXT = 5000
MOST_DETAILS = 40
DEEPEST = 4
LARGEST = 1e15
LENGTHS = {"place": 200, "reporter_name": 50, "reporter_unit": 100, "client_key": 64}
TEXT_LABELS = {
    "text": "报告内容",
    "place": "地点",
    "reporter_name": "报告人",
    "reporter_unit": "报告单位",
    "reporter_phone": "联系电话",
    "client_key": "提交标识",
}
PHONE = re.compile(r"\+?[0-9][0-9 ()-]{2,28}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """A report as it was entered. Longitude and latitude in degrees, WGS84."""

    event_code: str
    text: str
    longitude: float
    latitude: float
    place: str = ""
    occurred_at: datetime | None = None
    received_at: datetime | None = None
    channel: str = "phone"
    reporter_name: str = ""
    reporter_unit: str = ""
    reporter_phone: str = ""
    figures: Mapping[str, int | None] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    client_key: str = ""


def problems_of_report(
    entered: ReportInput,
    *,
    now: datetime,
    known_codes: Collection[str],
    channels: Collection[str],
) -> tuple[Problem, ...]:
    """Return everything that is wrong with the report, not only the first thing."""
    problems: list[Problem] = []
    if entered.event_code not in known_codes:
        rule = "没有这个编码，请从事件类型中搜索选择"
        problems.append(Problem("event_code", "事件类型", rule, entered.event_code))
    if entered.channel not in channels:
        rule = f"应为 {'、'.join(channels)} 之一"
        problems.append(Problem("channel", "接报方式", rule, entered.channel))
    problems.extend(_text_problems(entered))
    problems.extend(_place_problems(entered))
    problems.extend(_time_problems(entered, now))
    problems.extend(problems_of_figures(entered.figures, allowed=CASUALTY_FIELDS))
    problems.extend(_detail_problems(entered.details))
    return tuple(problems)


def problems_of_figures(
    figures: Mapping[str, int | None], *, allowed: Collection[str] = tuple(FIGURE_LABELS)
) -> tuple[Problem, ...]:
    """Return what is wrong with figures of people. None is allowed: it means unknown."""
    problems: list[Problem] = []
    for name, value in figures.items():
        label = FIGURE_LABELS.get(name, name)
        if name not in allowed:
            problems.append(Problem(name, label, "没有这一项人数", value))
        elif value is None:
            continue
        elif isinstance(value, bool) or not isinstance(value, int):
            problems.append(Problem(name, label, "应为整数人数，不知道就留空", value))
        elif value < 0:
            problems.append(Problem(name, label, "不能为负数", value))
        elif value > MOST_PEOPLE:
            problems.append(Problem(name, label, f"不能超过 {MOST_PEOPLE} 人", value))
    return tuple(problems)


def _text_problems(entered: ReportInput) -> Iterator[Problem]:
    if not entered.text.strip():
        yield Problem("text", "报告内容", "必须填写", entered.text)
    for name, label in TEXT_LABELS.items():
        value = getattr(entered, name)
        problem = problem_of_words(name, label, value, LENGTHS.get(name, LONGEST_TEXT))
        if problem is not None:
            yield problem
    phone = entered.reporter_phone.strip()
    if phone and not PHONE.fullmatch(phone):
        yield Problem("reporter_phone", "联系电话", "应为 3 至 29 位数字，可含 +、-、空格", phone)


def _place_problems(entered: ReportInput) -> Iterator[Problem]:
    for name, label, most in (("longitude", "经度", 180), ("latitude", "纬度", 90)):
        value = getattr(entered, name)
        # False for NaN, and for a whole number of any length.
        if not _is_number(value) or not -most <= value <= most:
            yield Problem(name, label, f"应为 -{most} 至 {most} 之间的数", value)


def _time_problems(entered: ReportInput, now: datetime) -> Iterator[Problem]:
    for name, label in (("occurred_at", "发生时间"), ("received_at", "接报时间")):
        at = getattr(entered, name)
        if at is None:
            continue
        if at.tzinfo is None:
            yield Problem(name, label, "必须带时区", at.isoformat())
        elif at > now + CLOCK_TOLERANCE:
            yield Problem(name, label, "不能晚于现在", _clock(at, now))
        elif at < now - OLDEST:
            yield Problem(name, label, f"不能早于 {OLDEST.days} 天前", _clock(at, now))
    occurred, received = entered.occurred_at, entered.received_at
    if occurred and received and occurred.tzinfo and received.tzinfo and received < occurred:
        yield Problem("received_at", "接报时间", "不能早于发生时间", _clock(received, now))


def _detail_problems(details: Mapping[str, Any]) -> Iterator[Problem]:
    if len(details) > MOST_DETAILS:
        yield Problem("details", "其他要素", f"最多 {MOST_DETAILS} 项", f"{len(details)} 项")
    for name, value in details.items():
        field = f"details.{name}"
        if _is_number(value) and value < 0 and name not in MAY_BE_NEGATIVE:
            yield Problem(field, name, "不能为负数", value)
        yield from _value_problems(field, name, value, depth=0)


def _value_problems(field: str, label: str, value: object, depth: int) -> Iterator[Problem]:
    """Find what neither a database nor arithmetic takes, however deep it lies."""
    unfit = unfit_words(label) or (unfit_words(value) if isinstance(value, str) else None)
    if unfit is not None:
        yield Problem(field, "其他要素", *unfit)
    elif _is_number(value) and not -LARGEST <= value <= LARGEST:
        yield Problem(field, label, f"应为 ±{LARGEST:g} 以内的数", str(value)[:40])
    elif isinstance(value, dict | list):
        if depth == DEEPEST:
            yield Problem(field, label, f"最多嵌套 {DEEPEST} 层", "更深的内容")
            return
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            yield from _value_problems(f"{field}.{key}", str(key), item, depth + 1)


def _is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether it is a number. JSON true is not 1."""
    return isinstance(value, int | float) and not isinstance(value, bool)


MAY_BE_NEGATIVE = {"temperature_c", "depth_m", "altitude_m", "longitude", "latitude"}
"""Elements that are below zero without being wrong."""


def _clock(at: datetime, now: datetime) -> str:
    try:
        return at.astimezone(now.tzinfo).strftime("%Y-%m-%d %H:%M")
    except OverflowError:  # the first and the last day of the calendar
        return at.isoformat()
