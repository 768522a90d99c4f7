"""The inputs of a model, declared once: form, check, default with its ground, uncertainty.

A field that nobody filled in takes its default, and the `Assumption` says on what ground. A
field that is wrong is refused with its name, the rule and the value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from anlan.forecast.scenarios import Reader, ScenarioError
from anlan.forecast.types import Assumption

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["RULES", "Field", "Inputs", "Spread", "number_rule", "read_fields"]

NUMBER, CHOICE, TEXT, FILE = "number", "choice", "text", "file"

RULES: Final = (
    "为有限的数字",
    "为不小于 %(low)s 的数字",
    "为不大于 %(high)s 的数字",
    "为 %(low)s 至 %(high)s 的数字",
    "为整数",
    "为不小于 %(low)s 的整数",
    "为不大于 %(high)s 的整数",
    "为 %(low)s 至 %(high)s 的整数",
)
"""What a number must be: without bounds, with the lower, the upper, both; then the same whole."""


def number_rule(
    low: float | None, high: float | None, unit: str = "", *, whole: bool = False
) -> tuple[str, dict[str, str]]:
    """Return what a number must be, as one of `RULES` and what fills it; None is no bound."""
    at = 4 * whole + (low is not None) + 2 * (high is not None)
    tail = f" {unit}" if unit else ""
    last = {"high": f"{high:.10g}{tail}"} if high is not None else {}
    first = {"low": f"{low:.10g}{'' if last else tail}"} if low is not None else {}
    return RULES[at], first | last


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far an input may be from what was entered.

    `how` is `factor` (the value times low to high) or `add` (the value plus low to high). Half of
    an ensemble is drawn evenly below the entered value, half above it: what was entered is the
    middle, also where it may be half as much or twice as much. A spread to one side is drawn
    evenly.
    """

    low: float
    high: float
    how: str = "factor"
    basis: str = "平台默认，待确认"

    def apply(self, value: float, share: float) -> float:
        """Return the value for a share of the range between 0 and 1."""
        middle = 1.0 if self.how == "factor" else 0.0
        if self.low < middle < self.high:
            near, far = (self.low, middle) if share < 0.5 else (middle, self.high)
            step = near + (far - near) * (2.0 * share % 1.0 if share < 1.0 else 1.0)
        else:
            step = self.low + (self.high - self.low) * share
        return value * step if self.how == "factor" else value + step


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input of a model.

    Parameters
    ----------
    key
        Name in the scenario; values there are in SI units.
    title
        Chinese name on the form.
    unit
        Unit shown on the form; `scale` turns a shown number into SI (shown × scale = SI).
    low, high
        Range in which the model may be used, in SI.
    default
        Taken when nobody filled it in, in SI; None with `required` False: the model copes.
    basis
        On what ground the default rests, in Chinese.
    choices
        Allowed words and what they are called; makes it a choice.
    kind
        `number`, `choice`, `text`, or `file` (a text file uploaded for this run).
    required
        Whether the form insists.
    spread
        How uncertain the value is; None: taken as certain.
    help
        One sentence for the person who fills it in.
    """

    key: str
    title: str
    unit: str = ""
    scale: float = 1.0
    low: float = -math.inf
    high: float = math.inf
    default: float | str | None = None
    basis: str = "平台默认，待确认"
    choices: Mapping[str, str] = field(default_factory=dict)
    kind: str = NUMBER
    required: bool = False
    spread: Spread | None = None
    help: str = ""

    @property
    def rule(self) -> str:
        """The allowed numbers as the form shows them."""
        words, parts = number_rule(*self.bounds, self.unit)
        return words % parts

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The least and the largest number as the form shows them; None is no bound."""
        low, high = (None if math.isinf(v) else self.shown(v) for v in (self.low, self.high))
        return low, high

    def shown(self, value: float) -> float:
        """Return a value in SI as the form shows it."""
        return float(f"{value / self.scale:.6g}")

    def si(self, shown: float) -> float:
        """Return a shown number in SI; an end of the range as shown is that end to the last bit."""
        low, high = self.bounds
        if shown == low:
            return self.low
        return self.high if shown == high else shown * self.scale

    def words(self, value: float | str) -> str:
        """Return a value as the form shows it: a number in the field's unit, without a tail.

        Every digit that somebody typed: who saves the form again must not change the number.
        """
        if isinstance(value, str) or self.choices:
            return str(value)
        return f"{float(value) / self.scale:.12g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The fields of a scenario after reading: values in SI, and what was assumed."""

    kind: str
    values: Mapping[str, Any]
    assumptions: tuple[Assumption, ...] = ()

    def number(self, key: str) -> float:
        """Return a number that is there; a field without default must be asked for with `get`."""
        return float(self.values[key])

    def word(self, key: str) -> str:
        """Return a word or a text; empty when nobody gave one."""
        return str(self.values.get(key) or "")

    def get(self, key: str) -> float | None:
        """Return a number, or None when nobody gave one."""
        value = self.values.get(key)
        return None if value is None else float(value)

    def stored(self) -> dict[str, Any]:
        """Return what reading again gives the same inputs from: defaults filled in."""
        return {"kind": self.kind, **{k: v for k, v in self.values.items() if v is not None}}


def read_fields(kind: str, fields: Sequence[Field], content: Mapping[str, Any]) -> Inputs:
    """Read a scenario by the declared fields.

    Raises
    ------
    ScenarioError
        Naming the field, the rule and the value.
    """
    read = Reader(content, "scenario")
    values: dict[str, Any] = {}
    assumed: list[Assumption] = []
    for one in fields:
        value = _read(read, one)
        if value is None or value == "":
            if one.required:
                raise ScenarioError(f"scenario.{one.key}", f"填写{one.title}", value)
            if one.default is not None:
                value = one.default
                assumed.append(_assumption(one, value))
        values[one.key] = value
    read.close()
    return Inputs(kind=kind, values=values, assumptions=tuple(assumed))


def _read(read: Reader, one: Field) -> Any:
    if one.choices:
        return read.word(one.key, one.choices)
    if one.kind in (TEXT, FILE):
        return read.text(one.key)
    return _number(read, one)


def _number(read: Reader, one: Field) -> float | None:
    """Return a number in SI; a wrong one is refused as the form shows it."""
    value = read.raw(one.key)
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ScenarioError(read.name(one.key), one.rule, value) from None
    if isinstance(value, bool) or not (math.isfinite(number) and one.low <= number <= one.high):
        raise ScenarioError(read.name(one.key), one.rule, one.shown(number))
    return number


def _assumption(one: Field, value: float | str) -> Assumption:
    if isinstance(value, str):
        shown: float | str = one.choices.get(value, value)
    else:
        shown = one.shown(value)
    unit = f" {one.unit}" if one.unit else ""
    return Assumption(
        field=f"scenario.{one.key}", title=one.title, value=shown, unit=unit, basis=one.basis
    )
