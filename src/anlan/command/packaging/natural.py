"""What is particular to earthquakes and waterlogging: the numbers that plans ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from anlan.command.packaging.areas import area_metrics
from anlan.command.packaging.storm import danger_points
from anlan.forecast.types import Figure

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build
    from anlan.forecast.types import Footprint

__all__ = ["earthquake_metrics", "flood_metrics", "quake_points"]

DAY_H: Final = 24.0
SHORT_H: Final = 3.0


def earthquake_metrics(build: Build) -> dict[str, Figure]:
    """Return magnitude, the highest intensity, people at VII and above, people to move."""
    found = area_metrics(build)
    if build.forecast is None:
        return found
    magnitude = build.scenario.get("magnitude") if build.scenario else None
    if magnitude is not None:
        found["magnitude"] = Figure(value=magnitude, unit="M", source="录入的速报震级")
    top = build.forecast.figures.get("震中烈度")
    if top is not None:
        found["intensity"] = top
    people = build.exposures.get("intensity7")
    if people is not None and people.people.value is not None:
        found["people_intensity7"] = people.people
    return found


def quake_points(build: Build) -> tuple[Footprint, ...]:
    """Return the surroundings of registered danger points that shaking may set off."""
    return tuple(f for f in danger_points(build) if f.key in {"geohazard_point", "below_dam"})


def flood_metrics(build: Build) -> dict[str, Figure]:
    """Return the rain that was entered by the windows of the plans, people to move, reservoirs."""
    found = area_metrics(build)
    if build.scenario is not None:
        amount = build.scenario.number("rain_m") * 1000.0
        hours = build.scenario.number("duration_s") / 3600.0
        for metric, window in (("rain_24h_mm", DAY_H), ("rain_3h_mm", SHORT_H)):
            least = amount * min(1.0, window / hours)
            found[metric] = Figure(
                value=round(least, 1),
                unit="mm",
                source="录入雨量",
                note=f"{window:g}小时窗口至少有这么多",
            )
    dams = build.footprint("below_dam")
    found["reservoirs_in_danger"] = (
        dams.figures["登记点数"] if dams else Figure(value=0, unit="座", source="登记表水位")
    )
    return found
