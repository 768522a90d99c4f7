"""A plan as data. Nothing here reads a file or asks a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from anlan.core.numerals import regulated

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = [
    "CHANNELS",
    "CRITERION",
    "LEVELS",
    "LEVEL_NAMES",
    "NATIONWIDE",
    "Closure",
    "Condition",
    "Evacuation",
    "Finding",
    "Level",
    "Metric",
    "OnePage",
    "OnePageSection",
    "Plan",
    "PlanMatch",
    "PlannedResource",
    "PlannedTask",
    "ReportRule",
    "Resource",
    "Task",
    "Vocabulary",
]

LEVELS: Final = (1, 2, 3, 4)
"""Response levels, the highest first. A smaller number is a higher level."""

SAID_UNITS: Final[Mapping[str, str]] = {"M": "级"}
"""Units that a file writes in another way than people."""

LEVEL_NAMES: Final[Mapping[int, str]] = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}

NATIONWIDE: Final = "000000000000"
"""The scope of a shipped example: any city may try it. A plan of a city names its division."""

CRITERION: Final = "criterion"
"""The metric of a condition that a person decides."""

CHANNELS: Final[Mapping[str, str]] = {
    "in_app": "平台任务",
    "phone": "电话",
    "radio": "集群电台",
    "sms": "短信",
    "fax": "传真",
    "video": "视频会商",
    "public": "公众渠道",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong in a plan file, and where."""

    file: str
    line: int
    key: str
    rule: str
    value: str
    message: str
    severity: Literal["error", "notice"] = "error"

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.key}: {self.message}（{self.rule}；现值 {self.value}）"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What a condition may measure. `worse` says in which direction the number grows worse."""

    code: str
    name: str
    unit: str
    worse: Literal["up", "down"] = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names a plan may use. A city passes its own; `rules.vocabulary.shipped` has ours."""

    posts: Mapping[str, str]
    resource_kinds: Mapping[str, str]
    event_codes: frozenset[str]
    metrics: Mapping[str, Metric]
    measures: Mapping[str, str]
    zones: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A row: the level is met when `minimum <= value < maximum`, or when a person says so."""

    level: int
    metric: str
    unit: str
    minimum: float | None
    maximum: float | None
    text: str
    clause: str
    conf: str
    line: int

    @property
    def to_confirm(self) -> bool:
        """Say whether the row must be shown as 待确认."""
        return self.conf != "V"

    @property
    def range_text(self) -> str:
        """Return the range in the words of the plan, or else of the regulations."""
        low, high = self.minimum, self.maximum
        if self.text or (low is None and high is None):
            return self.text
        above = "" if low is None else f"{self.said(low)}以上"
        below = "" if high is None else f"{self.said(high)}以下"
        return above + below

    def said(self, value: float) -> str:
        """Say a value of the metric as a regulation writes it: `50万人`, `7.2级`."""
        return regulated(value, SAID_UNITS.get(self.unit, self.unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A response level: who decides it and who leads."""

    level: int
    decider: str
    leader: str
    expected_hours: float
    summary: str
    line: int

    @property
    def name(self) -> str:
        """Return 一级…四级."""
        return LEVEL_NAMES[self.level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one post does. It belongs to every level from `highest` (1) down to `lowest` (4)."""

    id: str
    title: str
    owner: str
    offset_min: float
    action: str
    phase: str
    channel: str
    receipt: bool
    depends: tuple[str, ...]
    highest: int
    lowest: int
    measures: tuple[str, ...]
    line: int

    def active_at(self, level: int) -> bool:
        """Say whether the task belongs to the level."""
        return self.highest <= level <= self.lowest


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What a level needs: a fixed number by level, or so many for each person of a metric."""

    kind: str
    quantity: Mapping[int, float]
    per_person: float | None
    people_metric: str
    days: float
    note: str
    clause: str
    conf: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """What is closed at a level: roads, sites, activities; named by zone or by text."""

    id: str
    subject: str
    zone: str
    owner: str
    highest: int
    lowest: int
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evacuation:
    """Who moves, from which zone, how soon; or stays indoors."""

    id: str
    zone: str
    mode: Literal["evacuate", "shelter_in_place"]
    owner: str
    within_min: float
    highest: int
    lowest: int
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRule:
    """A report that the plan demands: kind, to whom, within how many minutes of which moment."""

    kind: str
    to: str
    within_min: float
    clock_start: str
    owner: str
    clause: str
    conf: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan that has passed every check."""

    id: str
    version: str
    title: str
    scope: str
    hazards: tuple[str, ...]
    example: bool
    basis: tuple[str, ...]
    summary: str
    source: str
    levels: tuple[Level, ...]
    conditions: tuple[Condition, ...]
    tasks: tuple[Task, ...]
    resources: tuple[Resource, ...]
    closures: tuple[Closure, ...]
    evacuations: tuple[Evacuation, ...]
    reports: tuple[ReportRule, ...]
    file: str = field(compare=False)

    @property
    def nationwide(self) -> bool:
        """Say whether any city may try the plan: a shipped example."""
        return self.scope == NATIONWIDE

    def level(self, level: int) -> Level:
        """Return a declared level, or raise `KeyError`."""
        for candidate in self.levels:
            if candidate.level == level:
                return candidate
        raise KeyError(level)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMatch:
    """Which plan and level are proposed, why, and what could not be judged."""

    plan: Plan | None
    level: int | None
    reasons: tuple[str, ...]
    shortfalls: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTask:
    """A task with its moment. `depends` holds ids of tasks in the same tuple."""

    id: str
    title: str
    owner: str
    action: str
    phase: str
    offset_min: float
    due: datetime
    depends: tuple[str, ...]
    receipt: bool
    channel: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedResource:
    """What is needed now. `quantity` is None when the number of people is not known."""

    kind: str
    group: str
    quantity: float | None
    reason: str
    clause: str
    conf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePageSection:
    """A titled table of the one-page view."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePage:
    """一张纸预案: what fits on one sheet, from the same source as the tasks."""

    title: str
    subtitle: str
    level: int | None
    watermark: str
    sections: tuple[OnePageSection, ...]
    notes: tuple[str, ...]
