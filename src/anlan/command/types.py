"""Values that travel between the rules, the services and the pages of this room. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "CASUALTY_FIELDS",
    "FIGURE_LABELS",
    "ConflictError",
    "Fact",
    "Problem",
    "Reason",
    "RefusedError",
    "figures_sentence",
]

FIGURE_LABELS = {
    "deaths": "死亡",
    "missing": "失踪",
    "serious": "重伤",
    "injured": "受伤",
    "trapped": "被困",
    "evacuated": "转移",
}
"""The figures of people that an incident carries, in the order in which they are read out.

Empty means unknown, not zero.
"""

CASUALTY_FIELDS = tuple(name for name in FIGURE_LABELS if name != "evacuated")
"""The figures that a report may carry, and by which an event is graded."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: the field, the rule, the value."""

    field: str
    label: str
    rule: str
    value: object = None

    def __str__(self) -> str:
        said = "" if self.value is None else str(self.value).strip()
        return f"{self.label}：{self.rule}，收到 {said or '空值'}"


class RefusedError(ValueError):
    """The input does not keep to the rules. Nothing was changed. Each problem names its field."""

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        given = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.problems: tuple[Problem, ...] = given
        super().__init__("；".join(str(problem) for problem in given))


class ConflictError(RuntimeError):
    """Somebody else was faster, or the thing is no longer in a state that allows this."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is proposed: a sentence, the clause behind it (依据), and how sure we are."""

    text: str
    basis: str = ""
    mark: str = ""

    def __str__(self) -> str:
        basis = (
            f"（依据：{self.basis}{'，' + self.mark if self.mark else ''}）" if self.basis else ""
        )
        return f"{self.text}{basis}"

    def as_dict(self) -> dict[str, str]:
        """Return the reason as it is stored and shown."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One element of an official report: what, how much, from whom, as of when."""

    key: str
    label: str
    value: str | int | float | None
    source: str
    unit: str = ""
    at: str = ""
    confirmed: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the fact as it is stored."""
        return asdict(self)

    @property
    def status(self) -> str:
        """Return 已确认 or 待核实."""
        return "已确认" if self.confirmed else "待核实"


def figures_sentence(figures: Mapping[str, int | None]) -> str:
    """Return the known figures as words: 死亡2人、受伤3人. Unknown ones are not mentioned."""
    known = [
        f"{label}{figures[name]}人"
        for name, label in FIGURE_LABELS.items()
        if figures.get(name) is not None
    ]
    return "、".join(known) or "伤亡情况待核实"
