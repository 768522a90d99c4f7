"""Figures of people change by statements; a decrease needs a reason (迟报瞒报谎报漏报)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.command.rules.intake import problems_of_figures
from anlan.command.types import FIGURE_LABELS, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Change", "changes_of", "check_update"]

MAY_FALL = {"trapped", "missing"}
"""These fall in the ordinary course, when people are found or freed; the reason is still asked."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure before and after. None: not known."""

    field: str
    old: int | None
    new: int | None

    @property
    def label(self) -> str:
        """Return what the figure is called."""
        return FIGURE_LABELS[self.field]

    @property
    def falls(self) -> bool:
        """Tell whether a number that was stated becomes smaller, or is withdrawn."""
        return self.old is not None and (self.new is None or self.new < self.old)

    def __str__(self) -> str:
        old = "未知" if self.old is None else f"{self.old} 人"
        new = "未知" if self.new is None else f"{self.new} 人"
        return f"{self.label}由 {old}变为 {new}"


def changes_of(
    previous: Mapping[str, int | None], new: Mapping[str, int | None]
) -> tuple[Change, ...]:
    """Return the figures that change, in the order in which they are read out."""
    return tuple(
        Change(name, previous.get(name), new[name])
        for name in FIGURE_LABELS
        if name in new and new[name] != previous.get(name)
    )


def check_update(
    previous: Mapping[str, int | None],
    new: Mapping[str, int | None],
    *,
    source: str,
    decrease_reason: str,
) -> tuple[Problem, ...]:
    """Return what is wrong with a statement of figures; a decrease without a reason is."""
    problems = list(problems_of_figures(new))
    if problems:
        return tuple(problems)
    if not source.strip():
        problems.append(Problem("source", "来源", "必须写明数字从哪里来", source))
    changes = changes_of(previous, new)
    if not changes:
        problems.append(Problem("figures", "伤亡数字", "与现有数字相同，无需更新", dict(new)))
    for change in changes:
        if change.falls and not decrease_reason.strip():
            how = "（人员已找到或获救时也须写明）" if change.field in MAY_FALL else ""
            rule = f"{change}，减少必须写明理由{how}"
            problems.append(Problem("decrease_reason", "减少理由", rule, decrease_reason))
    return tuple(problems)
