"""What the register knows of an input that nobody entered: from the nearest facility that fits.

A model declares which kinds of facility tell it what (`ForecastModel.registered`). The page of a
study and the package ask the same declaration, so both start from the same numbers, and each of
them says from which facility it comes and how far away that is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shapely.geometry import Point
from shapely.ops import nearest_points

from anlan.forecast.types import Assumption
from anlan.science.common.local import distance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from anlan.forecast.exposure import Facility
    from anlan.forecast.fields import Field
    from anlan.forecast.model import ForecastModel
    from anlan.forecast.types import Place

__all__ = ["Known", "Registered", "assumed_from", "known_here"]

DEGREES_LOOKED_AT = 0.05
"""Lines further away than about five kilometres are not looked at closer. [°]"""


def _any(_facility: Facility, _entered: Mapping[str, Any]) -> bool:
    """Take every facility of the kind."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """Which facilities tell a model what.

    Parameters
    ----------
    kinds
        Kinds of facility.
    tells
        By field of the model: the value of a facility in SI, None where it does not know.
    within_m
        How far from the place at most. Platform default, 待确认. [m]
    fits
        Whether a facility fits what was entered.
    """

    kinds: tuple[str, ...]
    tells: Mapping[str, Callable[[Facility], float | str | None]]
    within_m: float
    fits: Callable[[Facility, Mapping[str, Any]], bool] = _any


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A value that the register has for a field, in SI, and where it comes from."""

    value: float | str
    origin: str


def known_here(
    model: ForecastModel, entered: Mapping[str, Any], place: Place, facilities: Sequence[Facility]
) -> dict[str, Known]:
    """Return what the nearest fitting facilities say of the fields that nobody filled in.

    The first declaration that knows a field wins. A value outside the range of its field is left
    out: the register may hold a nought for what nobody measured.
    """
    fields = {field.key: field for field in model.fields}
    found: dict[str, Known] = {}
    for declared in model.registered:
        nearest = _nearest(declared, entered, place, facilities)
        if nearest is None:
            continue
        metres, facility = nearest
        origin = f"登记表：{facility.name}，距事发点{metres:.0f} m，请现场核实"
        for key, tell in declared.tells.items():
            if key in found or entered.get(key) not in (None, ""):
                continue
            value = tell(facility)
            if value is not None and _allowed(fields[key], value):
                found[key] = Known(value=value, origin=origin)
    return found


def assumed_from(
    model: ForecastModel, values: Mapping[str, Any], origins: Mapping[str, str]
) -> tuple[Assumption, ...]:
    """Return values that were not entered by a person as assumptions, each with its origin."""
    found = []
    for field in model.fields:
        if field.key in origins and field.key in values:
            value = values[field.key]
            shown = field.choices.get(value, value) if field.choices else field.words(value)
            found.append(
                Assumption(
                    field=f"scenario.{field.key}",
                    title=field.title,
                    value=shown,
                    unit=f" {field.unit}" if field.unit else "",
                    basis=origins[field.key],
                )
            )
    return tuple(found)


def _nearest(
    declared: Registered,
    entered: Mapping[str, Any],
    place: Place,
    facilities: Sequence[Facility],
) -> tuple[float, Facility] | None:
    near = [
        (metres, facility.id, facility)
        for facility in facilities
        if facility.kind in declared.kinds
        and declared.fits(facility, entered)
        and (metres := _metres(facility, place)) <= declared.within_m
    ]
    if not near:
        return None
    metres, _id, facility = min(near, key=lambda row: row[:2])
    return metres, facility


def _metres(facility: Facility, place: Place) -> float:
    """Return how far a facility is; a line from where it comes closest."""
    route = facility.details.get("route")
    if route is None:
        return float(distance(facility.lon, facility.lat, place.lon, place.lat))
    squeeze = math.cos(math.radians(place.lat))
    here = Point(place.lon, place.lat)
    if route.distance(here) * squeeze > DEGREES_LOOKED_AT:
        return math.inf
    there = nearest_points(route, here)[0]
    return float(distance(there.x, there.y, place.lon, place.lat))


def _allowed(field: Field, value: float | str) -> bool:
    if isinstance(value, str):
        return not field.choices or value in field.choices
    return math.isfinite(value) and field.low <= value <= field.high
