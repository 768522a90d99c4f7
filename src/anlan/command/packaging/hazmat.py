"""What is particular to toxic releases: metrics of the plans, words of the warning."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from anlan.command.packaging.areas import AreaWarning, area_metrics
from anlan.forecast.types import Figure

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build
    from anlan.forecast.types import Footprint

__all__ = ["metrics", "warning"]


def metrics(build: Build) -> dict[str, Figure]:
    """Return reported figures, people by zone, sensitive sites, people to move, mass."""
    found = area_metrics(build)
    for level in (3, 2):
        exposure = build.exposures.get(f"aegl{level}")
        if exposure is not None and exposure.people.value is not None:
            found[f"people_aegl{level}"] = exposure.people
    rate = build.forecast.figures.get("泄漏速率") if build.forecast else None
    if rate is not None and isinstance(rate.value, int | float):
        inventory = getattr(build.scenario, "inventory_kg", None)
        mass = min(rate.value * 3600.0, inventory or float("inf")) / 1000.0
        found["release_mass_t"] = Figure(
            value=round(mass, 2), unit="t", source=f"{rate.source}，持续1小时", note="估算"
        )
    return found


def _at_most(metres: float) -> str:
    """Say a distance rounded up: no digit that nobody knows, and nobody left outside."""
    if metres < 1000:
        return f"{math.ceil(metres / 10) * 10}米"
    return f"{math.ceil(metres / 100) / 10:g}公里"


def _what(build: Build, zone: Footprint) -> str:
    substance = getattr(build.scenario, "substance", "有毒气体")
    reach = zone.figures.get("下风向距离")
    far = ""
    if reach and isinstance(reach.value, int | float):
        far = f"，下风向约{_at_most(reach.high or reach.value)}内可能受影响"
    return f"{build.situation.place.name or '事发地'}发生{substance}泄漏{far}"


warning: Final = AreaWarning(
    hazard="危险化学品泄漏",
    colours=(("aegl3", "red"), ("aegl2", "orange"), ("aegl1", "yellow")),
    ground="致命区有人为红，伤害区有人为橙",
    what=_what,
)
