"""What the plans ask about fires and radiation: people in the gravest area, how much burns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.command.packaging.areas import area_metrics

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build
    from anlan.forecast.types import Figure

__all__ = ["forest_metrics", "heat_metrics", "radiation_metrics"]


def heat_metrics(build: Build) -> dict[str, Figure]:
    """Return what every fire tells, and the people where the heat injures gravely."""
    return _with_people(build, "people_heat_injury", "heat_injury")


def radiation_metrics(build: Build) -> dict[str, Figure]:
    """Return what every area tells, and the people who would have to leave for the dose."""
    return _with_people(build, "people_rad_evacuate", "rad_evacuate")


def forest_metrics(build: Build) -> dict[str, Figure]:
    """Return what every area tells, and how much burns in the time that is forecast."""
    found = area_metrics(build)
    if build.forecast is not None and build.forecast.footprints:
        burnt = build.forecast.footprints[-1].figures.get("过火面积")
        if burnt is not None:
            found["burnt_area_ha"] = burnt
    return found


def _with_people(build: Build, metric: str, zone: str) -> dict[str, Figure]:
    found = area_metrics(build)
    exposure = build.exposures.get(zone)
    if exposure is not None and exposure.people.value is not None:
        found[metric] = exposure.people
    return found
