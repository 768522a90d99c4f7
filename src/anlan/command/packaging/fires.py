"""What the register knows of a fire whose content nobody entered: the nearest tank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from anlan.forecast.types import Assumption
from anlan.science.common.local import distance

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build
    from anlan.forecast.exposure import Facility

__all__ = ["fireball_from_register", "pool_from_register"]

NEAR_M: Final = 500.0
"""A tank within this distance is taken as the one that burns. Platform default."""


def fireball_from_register(build: Build) -> tuple[dict[str, Any], tuple[Assumption, ...]]:
    """Take the content of the nearest pressurised tank where nobody entered the mass."""
    return _from_tank(build, "mass_kg", "参与火球的燃料量", pressurised=True)


def pool_from_register(build: Build) -> tuple[dict[str, Any], tuple[Assumption, ...]]:
    """Take the content of the nearest tank without pressure where nobody entered it."""
    return _from_tank(build, "inventory_kg", "可燃物存量", pressurised=False)


def _from_tank(
    build: Build, name: str, title: str, *, pressurised: bool
) -> tuple[dict[str, Any], tuple[Assumption, ...]]:
    entered, place = dict(build.situation.scenario), build.situation.place
    if entered.get(name) not in (None, ""):
        return entered, ()
    near = sorted(
        (float(distance(t.lon, t.lat, place.lon, place.lat)), t.id, t)
        for t in build.city.of_kind("storage_tank")
        if _pressurised(t) is pressurised and t.details.get("inventory_kg")
    )
    if not near or near[0][0] > NEAR_M:
        return entered, ()
    metres, _id, tank = near[0]
    entered[name] = tank.details["inventory_kg"]
    return entered, (
        Assumption(
            field=f"scenario.{name}",
            title=title,
            value=entered[name],
            unit=" kg",
            basis=f"登记表：{tank.name}，距事发点{metres:.0f} m，请现场核实",
        ),
    )


def _pressurised(tank: Facility) -> bool:
    return float(tank.details.get("pressure_pa") or 0.0) >= 2.0e5
