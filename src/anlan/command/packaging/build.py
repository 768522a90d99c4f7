"""Build a package: run the steps in order, each with its time, and hand over the parts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shapely.geometry import Polygon

from anlan.command.packaging.hazards import NO_FORECAST, Hazard
from anlan.command.packaging.steps import STEPS
from anlan.forecast.daylight import sun_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.command.packaging.contents import Part
    from anlan.command.packaging.inputs import CityFacts, Situation
    from anlan.forecast.exposure import ZoneExposure
    from anlan.forecast.scenarios import Weather
    from anlan.forecast.types import Figure, Footprint, Forecast
    from anlan.plans.types import PlanMatch
    from anlan.support.transport.network import RoadNetwork
    from anlan.support.transport.rules import Closures, ShelterPlan, Staging

__all__ = ["Build", "BuiltPackage", "build_package"]

EMPTY = Polygon()


@dataclass(kw_only=True)
class Build:
    """What is known while a package is built. Each step adds what later steps need."""

    situation: Situation
    city: CityFacts
    hazard: Hazard = NO_FORECAST
    scenario: Any = None
    origins: Mapping[str, str] = field(default_factory=dict)
    weather: Weather | None = None
    forecast: Forecast | None = None
    exposures: dict[str, ZoneExposure] = field(default_factory=dict)
    moving_area: BaseGeometry = EMPTY
    people_to_move: Figure | None = None
    metrics: Mapping[str, Figure] = field(default_factory=dict)
    match: PlanMatch | None = None
    level: int | None = None
    closures: Closures | None = None
    staging: Staging | None = None
    driven: RoadNetwork | None = None
    seconds_to_scene: NDArray[np.float64] | None = None
    seconds_from_scene: NDArray[np.float64] | None = None
    shelter_plan: ShelterPlan | None = None
    parts: dict[str, Part] = field(default_factory=dict)

    def footprint(self, key: str) -> Footprint | None:
        """Return an area of the forecast, if there is one."""
        return self.forecast.footprint(key) if self.forecast and key else None

    def envelope(self, key: str) -> BaseGeometry:
        """Return what may be hit in an area of the forecast; empty if there is none."""
        footprint = self.footprint(key)
        return EMPTY if footprint is None else footprint.envelope

    def dangers(self, *, widest: bool = False) -> dict[str, BaseGeometry]:
        """Return the areas that things must not lie in, by label.

        Units, hospitals and warehouses keep out of the danger area; shelters, `widest`, out of
        every area that may be hit.
        """
        keys = dict.fromkeys((self.hazard.danger, *(self.hazard.avoid if widest else ())))
        found = [self.footprint(key) for key in keys]
        return {f.label: f.envelope for f in found if f is not None}

    @property
    def is_day(self) -> bool:
        """Tell whether it is day: as the weather says, else by the sun over the place."""
        if self.weather is not None:
            return self.weather.is_day
        return sun_at(self.situation.place, self.situation.now).is_up


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPackage:
    """The parts in their order, the seconds each step took, and what the forecast run was."""

    parts: tuple[Part, ...]
    timings: Mapping[str, float]
    forecast: Forecast | None
    scenario: Any
    weather: Weather | None
    people_to_move: Any = None
    origins: Mapping[str, str] = field(default_factory=dict)
    """By field of the scenario that nobody entered: the record its value comes from."""


def build_package(situation: Situation, city: CityFacts) -> BuiltPackage:
    """Run every step. A step that cannot answer says so in its part; none stops the others."""
    build = Build(situation=situation, city=city)
    timings: dict[str, float] = {}
    for kind, step in STEPS:
        began = time.perf_counter()
        build.parts[kind] = step(build)
        timings[kind] = round(time.perf_counter() - began, 4)
    order = [kind for kind, _step in STEPS if kind != "closures"]
    order.insert(order.index("warning"), "closures")
    return BuiltPackage(
        parts=tuple(build.parts[kind] for kind in order),
        timings=timings,
        forecast=build.forecast,
        scenario=build.scenario,
        weather=build.weather,
        people_to_move=build.people_to_move,
        origins=build.origins,
    )
