"""The warning of each hazard whose areas say it all: which area is which colour, and the words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from anlan.command.packaging.areas import AreaWarning

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build
    from anlan.forecast.types import Footprint

__all__ = ["BLAST", "DAM_BREAK", "EARTHQUAKE", "FLOOD", "FOREST_FIRE", "GAS", "HEAT", "RADIATION"]


def _place(build: Build, unnamed: str = "事发地") -> str:
    return build.situation.place.name or unnamed


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


def _shaken(build: Build, _zone: Footprint) -> str:
    magnitude = build.scenario.get("magnitude") if build.scenario else None
    size = "" if magnitude is None else f"{magnitude:g}级"
    return f"{_place(build, '本市')}发生{size}地震，可能有余震和山体滑坡"


def _flooded(build: Build, _zone: Footprint) -> str:
    deepest = build.forecast.figures.get("最大积水面积") if build.forecast else None
    wide = (
        f"，预计积水面积{deepest.low:g}至{deepest.high:g}平方公里"
        if deepest is not None and deepest.low is not None and deepest.high is not None
        else ""
    )
    return f"{_place(build, '本市')}强降雨引发内涝{wide}"


def _burst(build: Build, _zone: Footprint) -> str:
    wet = build.forecast.figures.get("最大淹没面积") if build.forecast else None
    wide = f"，预计淹没{wet.low:g}至{wet.high:g}平方公里" if wet and wet.low and wet.high else ""
    return f"{_place(build, '上游水库')}可能溃坝或已溃坝{wide}"


GAS: Final = AreaWarning(
    hazard="危险化学品泄漏",
    colours=(("heat_injury", "red"), ("lfl", "red"), ("lfl_half", "orange")),
    ground="爆炸下限区或点燃后重伤区有人为红，警戒区有人为橙",
    what=_gas,
)
HEAT: Final = AreaWarning(
    hazard="火灾爆炸",
    colours=(("heat_injury", "red"), ("heat_pain", "orange"), ("heat_caution", "yellow")),
    ground="重伤区有人为红，灼痛区有人为橙",
    what=_heat,
)
BLAST: Final = AreaWarning(
    hazard="火灾爆炸",
    colours=(("blast_severe", "red"), ("blast_minor", "orange"), ("blast_glass", "yellow")),
    ground="重伤区有人为红，轻伤区有人为橙",
    what=_blast,
)
FOREST_FIRE: Final = AreaWarning(
    hazard="森林火灾",
    colours=(("burn_1h", "red"), ("burn_3h", "orange"), ("burn_6h", "yellow")),
    ground="1小时内烧到居民为红，3小时内为橙",
    what=_forest,
)
RADIATION: Final = AreaWarning(
    hazard="核与辐射",
    colours=(("rad_evacuate", "red"), ("rad_shelter", "orange"), ("rad_iodine", "yellow")),
    ground="撤离区有人为红，隐蔽区有人为橙",
    what=_radiation,
)
DAM_BREAK: Final = AreaWarning(
    hazard="水库重大险情",
    colours=(("depth100", "red"), ("depth50", "red"), ("depth15", "orange")),
    ground="水深0.5米以上区有人为红",
    what=_burst,
)
EARTHQUAKE: Final = AreaWarning(
    hazard="天然地震",
    colours=(("intensity8", "red"), ("intensity7", "orange"), ("intensity6", "yellow")),
    ground="VIII度区有人为红，VII度区有人为橙",
    what=_shaken,
)
FLOOD: Final = AreaWarning(
    hazard="内涝",
    colours=(("depth100", "red"), ("depth50", "orange"), ("depth15", "yellow")),
    ground="水深1米以上区有人为红，0.5米以上区有人为橙",
    what=_flooded,
)
