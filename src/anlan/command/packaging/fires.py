"""What is particular to fires, explosions and radiation: what the register knows, the warning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from anlan.command.packaging.areas import AreaWarning
from anlan.forecast.types import Assumption
from anlan.science.common.local import distance

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build
    from anlan.forecast.exposure import Facility
    from anlan.forecast.types import Footprint

__all__ = [
    "blast_warning",
    "fireball_from_register",
    "forest_warning",
    "gas_warning",
    "heat_warning",
    "pool_from_register",
    "radiation_warning",
]

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


def _place(build: Build) -> str:
    return build.situation.place.name or "事发地"


def _reach(zone: Footprint, name: str) -> str:
    figure = zone.figures.get(name)
    return f"{figure.high or figure.value:g}米" if figure else "周边"


def _heat(build: Build, zone: Footprint) -> str:
    return f"{_place(build)}发生火灾，{_reach(zone, '距离')}内可能受热辐射影响"


def _blast(build: Build, zone: Footprint) -> str:
    return f"{_place(build)}发生爆炸，{_reach(zone, '距离')}内门窗可能破碎，不排除再次爆炸"


def _forest(build: Build, zone: Footprint) -> str:
    return f"{_place(build)}发生森林火灾，预计{zone.threshold.value:g}小时内可能蔓延至预警范围"


def _radiation(build: Build, zone: Footprint) -> str:
    return f"{_place(build)}发生放射性物质释放，下风向{_reach(zone, '下风向距离')}内可能受影响"


def _gas(build: Build, zone: Footprint) -> str:
    reach = _reach(zone, "下风向距离" if "下风向距离" in zone.figures else "距离")
    return f"{_place(build)}发生燃气泄漏，{reach}内禁止明火和启动车辆，可能燃烧爆炸"


gas_warning: Final = AreaWarning(
    hazard="危险化学品泄漏",
    colours=(("heat_injury", "red"), ("lfl", "red"), ("lfl_half", "orange")),
    ground="爆炸下限区或点燃后重伤区有人为红，警戒区有人为橙",
    what=_gas,
)
heat_warning: Final = AreaWarning(
    hazard="火灾爆炸",
    colours=(("heat_injury", "red"), ("heat_pain", "orange"), ("heat_caution", "yellow")),
    ground="重伤区有人为红，灼痛区有人为橙",
    what=_heat,
)
blast_warning: Final = AreaWarning(
    hazard="火灾爆炸",
    colours=(("blast_severe", "red"), ("blast_minor", "orange"), ("blast_glass", "yellow")),
    ground="重伤区有人为红，轻伤区有人为橙",
    what=_blast,
)
forest_warning: Final = AreaWarning(
    hazard="森林火灾",
    colours=(("burn_1h", "red"), ("burn_3h", "orange"), ("burn_6h", "yellow")),
    ground="1小时内烧到居民为红，3小时内为橙",
    what=_forest,
)
radiation_warning: Final = AreaWarning(
    hazard="核与辐射",
    colours=(("rad_evacuate", "red"), ("rad_shelter", "orange"), ("rad_iodine", "yellow")),
    ground="撤离区有人为红，隐蔽区有人为橙",
    what=_radiation,
)
