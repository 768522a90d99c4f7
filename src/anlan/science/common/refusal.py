"""What the science refuses, as data: English for programmers, Chinese for those who fill in forms.

    RuleError       a quantity, its rule, and the value that broke it; what `checks` raises
    RefusalError    a sentence of its own, given in both languages where it is raised
    LineError       a line of a file, and what is wrong in it

Each is a ValueError, and `str(error)` is the English. The Chinese is `sentence(error, titles)`: it
takes the names that people give to quantities. Any other ValueError is a mistake of a programmer
and has no Chinese of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "UNSAID",
    "Kind",
    "LineError",
    "RefusalError",
    "Rule",
    "RuleError",
    "received",
    "sentence",
]

UNSAID = "超出公式或格式的适用范围"
"""All that can be said of an error that carries no Chinese."""

HELD = 40
"""Characters of a line that are repeated. [1]"""

UNITS = {
    "1": "",
    "1/10": " 成",
    "beds": " 张",
    "cases": " 例",
    "counts": " 次",
    "deg": "°",
    "m/s or m3/s": " m/s 或 m3/s",
    "m/s2 or m/s": " m/s2 或 m/s",
    "people": " 人",
    "tracks": " 条",
    "unit of the goods": "",
}
"""What follows a number in Chinese; any other unit follows as it is, after a space."""


class Kind(Enum):
    """How a quantity is bounded, in English and in Chinese."""

    AT_LEAST = (">= {0}", "应不小于 {0}{unit}")
    ABOVE = ("> {0}", "应大于 {0}{unit}")
    AT_MOST = ("<= {0}", "应不大于 {0}{unit}")
    BETWEEN = ("between {0} and {1}", "应在 {0} 至 {1}{unit} 之间")
    FINITE = ("finite", "应为有限的数")
    WHOLE = ("a whole number", "应为整数")
    NUMBER = ("a number or an array in", "应为数字")
    ONE_OF = ("one of {all}", "应为 {all} 之一")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a quantity must be.

    Parameters
    ----------
    kind : Kind
        How it is bounded. [-]
    bounds : tuple of float or str
        The numbers or words of the kind. [unit]
    unit : str or None
        Unit of the quantity; None where the rule names none. [-]
    """

    kind: Kind
    bounds: tuple[float | str, ...] = ()
    unit: str | None = None

    @property
    def english(self) -> str:
        """The rule after "must be"."""
        words = _filled(self.kind.value[0], self.bounds, ", ")
        return words if self.unit is None else f"{words} {self.unit}"

    @property
    def chinese(self) -> str:
        """The rule after the name of the quantity."""
        unit = UNITS.get(self.unit, f" {self.unit}") if self.unit else ""
        return _filled(self.kind.value[1], self.bounds, "、", unit)


class RuleError(ValueError):
    """A quantity that breaks its rule.

    Parameters
    ----------
    name : str
        Name of the argument. [-]
    rule : Rule
        What it must be. [-]
    value : object
        What was given. [unit of the rule]
    title : str
        Chinese name, where another quantity is better known by this name. [-]
    """

    def __init__(self, name: str, rule: Rule, value: object, title: str = "") -> None:
        super().__init__(name, rule, value, title)
        self.name = name
        self.rule = rule
        self.value = value
        self.title = title

    def __str__(self) -> str:
        return f"{self.name} must be {self.rule.english}, got {self.value!r}"


class RefusalError(ValueError):
    """An input that is refused in a sentence of its own.

    Parameters
    ----------
    english : str
        Name, rule, unit and value, for programmers. [-]
    zh : str
        The same for those who fill in a form or upload a file. [-]
    """

    def __init__(self, english: str, zh: str) -> None:
        super().__init__(english, zh)
        self.english = english
        self.zh = zh

    def __str__(self) -> str:
        return self.english


class LineError(ValueError):
    """A line of a file that cannot be read.

    Parameters
    ----------
    number : int
        Of the line, from 1. [-]
    why : Exception
        What is wrong in it. [-]
    held : str
        What stands there, where the sentence shall repeat it. [-]
    """

    def __init__(self, number: int, why: Exception, held: str = "") -> None:
        super().__init__(number, why, held)
        self.number = number
        self.why = why
        self.held = held

    def __str__(self) -> str:
        return f"line {self.number}: {self.why}" + (f" in {self.held!r}" if self.held else "")


def sentence(error: Exception, titles: Mapping[str, str]) -> str:
    """Return in Chinese what was refused: the quantity or line, the rule, and the value.

    Parameters
    ----------
    error : Exception
        What was raised. [-]
    titles : mapping
        Chinese name of each argument that has one. [-]

    Examples
    --------
    >>> error = RuleError("depth", Rule(Kind.ABOVE, (0,), "m"), -2.0)
    >>> str(error), sentence(error, {"depth": "水深"})
    ('depth must be > 0 m, got -2.0', '水深应大于 0 m，算得 -2')
    >>> sentence(LineError(7, error, "-2.0"), {"depth": "水深"})
    '第 7 行“-2.0”：水深应大于 0 m，算得 -2'
    """
    match error:
        case RefusalError():
            return error.zh
        case RuleError() if title := error.title or titles.get(error.name):
            return f"{title}{error.rule.chinese}{received(error.value)}"
        case LineError():
            place = f"第 {error.number} 行" + (f"“{error.held[:HELD]}”" if error.held else "")
            why = sentence(error.why, titles)
            return f"{place}读不懂" if why == UNSAID else f"{place}：{why}"
    return UNSAID


def received(value: object) -> str:
    """Return the end of a Chinese sentence: the value if it is one number, else nothing.

    Parameters
    ----------
    value : object
        What was given; an array would say nothing to a reader. [unit]
    """
    number = value[()] if isinstance(value, np.ndarray) else value  # a number, if it has no shape
    if not isinstance(number, int | float | np.integer | np.floating) or not np.isfinite(number):
        return ""
    return f"，算得 {float(number):.4g}"


def _filled(words: str, bounds: tuple[float | str, ...], comma: str, unit: str = "") -> str:
    said = [bound if isinstance(bound, str) else f"{bound:g}" for bound in bounds]
    return words.format(*said, all=comma.join(said), unit=unit)
