"""What changed when somebody corrected what is assumed about a hazard and the weather."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from anlan.command.types import Problem
from anlan.core.numerals import written
from anlan.forecast.models_registry import parse_scenario
from anlan.forecast.scenarios import ScenarioError, Weather

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "INPUT_LABELS",
    "INPUT_WORDS",
    "InputChange",
    "fingerprint",
    "input_changes",
    "problems_of_inputs",
]

INPUT_LABELS = {
    "substance": "泄漏物质",
    "phase": "相态",
    "hole_diameter_m": "孔径（m）",
    "inventory_kg": "可泄漏量（kg）",
    "terrain": "周边地形",
    "track": "台风路径",
    "start": "推演起",
    "end": "推演止",
    "rain": "雨量",
    "wind_speed": "风速（m/s）",
    "wind_from_deg": "风向（来向，°）",
    "temperature_c": "气温（℃）",
    "cloud_octas": "云量（八分量）",
    "is_day": "白天",
    "source": "来源",
}
"""What the inputs of a forecast are called."""

INPUT_WORDS = {
    "liquid": "液相",
    "gas": "气相",
    "rural": "开阔",
    "urban": "城镇建筑",
    True: "是",
    False: "否",
}
UNKNOWN = "不明"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputChange:
    """One input before and after. None: not known."""

    section: str
    field: str
    old: Any
    new: Any

    def as_dict(self) -> dict[str, Any]:
        """Return the change as the journal keeps it."""
        return asdict(self)

    def __str__(self) -> str:
        label = INPUT_LABELS.get(self.field, self.field)
        return f"{label}：{_word(self.old)} → {_word(self.new)}"


def input_changes(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> tuple[InputChange, ...]:
    """Return what differs, section by section (`scenario`, `weather`), in the order of the fields."""
    found = []
    for section, new in after.items():
        old = before.get(section, {})
        for field in dict.fromkeys((*old, *new)):
            if field != "kind" and not _same(old.get(field), new.get(field)):
                found.append(
                    InputChange(
                        section=section, field=field, old=old.get(field), new=new.get(field)
                    )
                )
    return tuple(found)


def problems_of_inputs(
    scenario: Mapping[str, Any], weather: Mapping[str, Any]
) -> tuple[Problem, ...]:
    """Return what no forecast could read, by field, rule and value.

    What is not known yet is not wrong: the package says what it lacks.
    """
    problems = []
    readings = ((weather, Weather.parse),) + (((scenario, parse_scenario),) if scenario else ())
    for content, read in readings:
        try:
            read(content)
        except ScenarioError as error:
            if error.value in (None, ""):
                continue
            field = error.field.rpartition(".")[2]
            label = INPUT_LABELS.get(field, field)
            problems.append(Problem(field, label, f"应{error.rule}", error.value))
    return tuple(problems)


def fingerprint(scenario: Mapping[str, Any], weather: Mapping[str, Any]) -> str:
    """Return a short sign of what somebody saw: two who correct at once do not overwrite."""
    text = json.dumps([scenario, weather], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _same(old: Any, new: Any) -> bool:
    """Tell whether two values are one; a hole of 12.7 mm is the same read back in metres."""
    numbers = isinstance(old, int | float) and isinstance(new, int | float)
    if numbers and not isinstance(old, bool) and not isinstance(new, bool):
        return math.isclose(old, new, rel_tol=1e-9)
    return bool(old == new)


def _word(value: Any) -> str:
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, bool | str):
        return INPUT_WORDS.get(value, str(value))
    return written(value) if isinstance(value, int | float) else "（已填）"
