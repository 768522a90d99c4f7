"""Two runs side by side: which numbers differ, which ground is won or lost. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import Polygon, shape

from anlan.forecast.models_registry import MODELS
from anlan.forecast.scenarios import WEATHER_TITLES
from anlan.forecast.shapes import size_km2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

__all__ = ["Difference", "ZoneDifference", "compare", "entered_inputs"]

WEATHER_UNITS = {
    "wind_speed": " m/s",
    "wind_from_deg": "°",
    "temperature_c": " ℃",
    "cloud_octas": " 成",
}
RECKONED = ("sun_deg", "sun_low_deg")
"""Kept with the weather, but found from place and hour: nobody entered it."""

DAY = {True: "白天", False: "夜间"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One number in both runs; None where a run does not have it."""

    title: str
    first: Mapping[str, Any] | None
    second: Mapping[str, Any] | None
    change: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneDifference:
    """One area in both runs: sizes, what only the second covers, what only the first did."""

    label: str
    first_km2: float
    second_km2: float
    gained_km2: float
    lost_km2: float
    first_people: Mapping[str, Any] | None
    second_people: Mapping[str, Any] | None


def compare(
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    *,
    entered: tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Mapping[str, Any]]] = ({}, {}),
) -> tuple[tuple[ZoneDifference, ...], tuple[Difference, ...], tuple[Difference, ...]]:
    """Return areas, figures and inputs, of two stored results; inputs only where they differ.

    An input that was assumed has a `basis`; `entered` holds those that somebody entered, by title.
    """
    zones = _zones(first, second)
    figures = _differences(first["forecast"]["figures"], second["forecast"]["figures"])
    inputs = _differences(
        *({**own, **_assumed(run)} for own, run in zip(entered, (first, second), strict=True))
    )
    return zones, figures, tuple(row for row in inputs if _told(row.first) != _told(row.second))


def entered_inputs(
    kind: str, scenario: Mapping[str, Any], weather: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return what was entered for a run, by title, each value in the unit of its form."""
    found: dict[str, dict[str, Any]] = {}
    model = MODELS.get(kind)
    for field in model.fields if model else ():
        value = scenario.get(field.key)
        if value in (None, ""):
            continue
        if field.choices:
            found[field.title] = {"value": field.choices.get(str(value), str(value)), "unit": ""}
        elif isinstance(value, int | float):
            unit = f" {field.unit}" if field.unit else ""
            found[field.title] = {"value": field.shown(float(value)), "unit": unit}
        else:
            found[field.title] = {"value": str(value), "unit": ""}
    for key, value in weather.items():
        title = WEATHER_TITLES.get(f"weather.{key}")
        if title is None or key in RECKONED or value in (None, ""):
            continue
        shown = DAY[value] if isinstance(value, bool) else value
        found[title] = {"value": shown, "unit": WEATHER_UNITS.get(key, "")}
    return found


def _told(row: Mapping[str, Any] | None) -> tuple[Any, ...]:
    return () if row is None else (row["value"], row.get("unit", "").strip())


def _zones(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[ZoneDifference, ...]:
    before, after = (_by_key(run["forecast"]["footprints"]) for run in (first, second))
    people = [_by_key(run["impact"]["zones"]) for run in (first, second)]
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = (_area(rows.get(key)) for rows in (before, after))
        counts = [rows[key]["people_by_night"] if key in rows else None for rows in people]
        found.append(
            ZoneDifference(
                label=(after.get(key) or before[key])["label"],
                first_km2=size_km2(old),
                second_km2=size_km2(new),
                gained_km2=size_km2(shapely.difference(new, old)),
                lost_km2=size_km2(shapely.difference(old, new)),
                first_people=counts[0],
                second_people=counts[1],
            )
        )
    return tuple(found)


def _differences(
    first: Mapping[str, Mapping[str, Any]], second: Mapping[str, Mapping[str, Any]]
) -> tuple[Difference, ...]:
    found = []
    for title in [*first, *(title for title in second if title not in first)]:
        old, new = first.get(title), second.get(title)
        values = [row["value"] if row else None for row in (old, new)]
        numbers = [v for v in values if isinstance(v, int | float)]
        change = numbers[1] - numbers[0] if len(numbers) == 2 else None
        found.append(Difference(title=title, first=old, second=new, change=change))
    return tuple(found)


def _assumed(run: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {row["title"]: row for row in run["forecast"]["assumptions"]}


def _by_key(rows: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {row["key"]: row for row in rows}


def _area(row: Mapping[str, Any] | None) -> BaseGeometry:
    found: BaseGeometry = shape(row["area"]) if row and row["area"] else Polygon()
    return found
