"""Elements of official reports that an officer states, beside what the first call said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from anlan.command.rules.words import problem_of_words
from anlan.command.types import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ELEMENTS_STATED",
    "LARGEST_LOSS",
    "ElementChange",
    "StatedElement",
    "check_elements",
    "element_changes",
    "element_words",
]

LONGEST: Final = 1000
LARGEST_LOSS: Final = 1e8
"""A trillion yuan in 万元: more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class StatedElement:
    """What an element is called; `unit` only where it is a number."""

    label: str
    unit: str = ""


ELEMENTS_STATED: Final[Mapping[str, StatedElement]] = {
    "unit_name": StatedElement("单位名称"),
    "unit_outline": StatedElement("事故单位概况"),
    "trend": StatedElement("发展态势"),
    "actions": StatedElement("处置情况"),
    "affected": StatedElement("影响范围"),
    "direct_loss": StatedElement("直接经济损失初步评估", "万元"),
    "result": StatedElement("处置结果"),
    "cause": StatedElement("原因初判"),
    "verified_loss": StatedElement("损失核定", "万元"),
    "assessment": StatedElement("评估"),
}
"""In the order in which they become known."""


@dataclass(frozen=True, slots=True)
class ElementChange:
    """One element before and after. None: not stated."""

    key: str
    old: str | float | None
    new: str | float | None

    def __str__(self) -> str:
        element = ELEMENTS_STATED[self.key]
        if self.new is None:
            return f"撤回{element.label}"
        return f"{element.label}：{element_words(self.new)}{element.unit}"

    def as_dict(self) -> dict[str, Any]:
        """Return the change as the journal keeps it."""
        return {"key": self.key, "old": self.old, "new": self.new}


def element_words(value: str | float) -> str:
    """Return a stated value as reports write it: no exponent, no trailing zeros."""
    return value if isinstance(value, str) else f"{value:.4f}".rstrip("0").rstrip(".")


def element_changes(
    held: Mapping[str, Any], new: Mapping[str, str | float | None]
) -> tuple[ElementChange, ...]:
    """Return what is stated otherwise than it is held, in the order of the elements."""
    return tuple(
        ElementChange(key, held.get(key), new[key])
        for key in ELEMENTS_STATED
        if key in new and new[key] != held.get(key)
    )


def check_elements(
    held: Mapping[str, Any], new: Mapping[str, str | float | None], *, source: str
) -> tuple[Problem, ...]:
    """Return what is wrong with a statement of elements; one without a source is."""
    problems = [Problem(key, key, "没有这一项要素") for key in new if key not in ELEMENTS_STATED]
    for key, value in new.items():
        element = ELEMENTS_STATED.get(key)
        if element is None or value is None:
            continue
        problem = _problem(key, element, value)
        if problem is not None:
            problems.append(problem)
    if not source.strip():
        problems.append(Problem("source", "来源", "必须写明这些情况从哪里来", source))
    if not problems and not element_changes(held, new):
        problems.append(Problem("elements", "报告要素", "与已登记的相同，无需更新", "没有改动"))
    return tuple(problems)


def _problem(key: str, element: StatedElement, value: str | float) -> Problem | None:
    if not element.unit:
        return (
            problem_of_words(key, element.label, value, LONGEST)
            if isinstance(value, str)
            else Problem(key, element.label, "应为文字", value)
        )
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= float(value) <= LARGEST_LOSS:
        rule = f"应为 0 至 {LARGEST_LOSS:.0f} 之间的数（{element.unit}）"
        return Problem(key, element.label, rule, value)
    return None
