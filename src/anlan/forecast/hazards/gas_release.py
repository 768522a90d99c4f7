"""Forecast of a toxic gas release: source term, plume or dense cloud, AEGL zones on the map.

The likeliest area uses the entered values. The envelope adds what is uncertain: how much of the
liquid becomes airborne (from what flashes to all of it) and the swing of the wind.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.fields import CHOICE, TEXT, Field, Spread
from anlan.forecast.hazards import registered
from anlan.forecast.hazards.gas_source import (
    CALM,
    HOLE,
    TORN_PIPE,
    calm_assumed,
    check_air,
    drawn_reading,
    source_term,
)
from anlan.forecast.hazards.shelter import shelter_table
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import KELVIN, GasRelease, ScenarioError
from anlan.forecast.shapes import moving_front
from anlan.forecast.types import Figure, Footprint, Forecast
from anlan.forecast.wording import after, span
from anlan.science.common.local import to_lonlat
from anlan.science.release import heavy, orifice, plume, substances, threat
from anlan.science.release.zone import Zone, place_zone, rotated_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.hazards.gas_source import SourceTerm
    from anlan.forecast.scenarios import Weather
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Frame, Place
    from anlan.science.release.substances import Substance
    from anlan.science.release.threat import ThreatZone

__all__ = ["AEGL_LABELS", "MODEL", "run_gas_release"]

AEGL_LABELS: Final = {
    3: "AEGL-3 可能致命区",
    2: "AEGL-2 不可逆伤害区",
    1: "AEGL-1 不适区",
}
MINUTES: Final = 60
SHOWN_MINUTES: Final = (1, 2, 3, 5, 8, 12, 15, 20, 30, 45, 60)
SCHEMES: Final = {"rural": "briggs_rural", "urban": "briggs_urban"}
TITLE: Final = "有毒气体扩散模型（高斯烟羽与重气）"
VERSION: Final = f"v{plume.CARD.version}.{heavy.CARD.version}"
MODEL_NAMES: Final = {"plume": "高斯烟羽", "heavy": "重气"}

FARTHEST: Final = 10_000.0
"""End of the widths of the plume; winds do not stay the same for longer ways. [m]"""

CUT_OFF: Final = "模型只适用到此，实际更远"
EXTRAPOLATED: Final = "10 km 以外为外推，只作量级参考"


def run_gas_release(scenario: GasRelease, setting: Setting) -> Forecast:
    """Return the AEGL zones of a release, the gravest first.

    Raises
    ------
    ScenarioError
        If the substance is unknown, or the models refuse an input.
    """
    weather = setting.weather
    substance = _substance(scenario)
    check_air(weather)
    over = _over(scenario, weather)
    with refused("scenario", scenario.substance, "在模型与物性表的适用范围内"):
        source, readings = _readings(scenario, substance, over, setting)
    footprints = _footprints(readings, over, setting)
    return Forecast(
        model="gas_release",
        version=VERSION,
        title=TITLE,
        footprints=footprints,
        figures=_figures(scenario, weather, source),
        assumptions=(*weather.assumptions, *scenario.assumptions, *calm_assumed(weather)),
        reasons=(
            *source.reasons,
            f"稳定度 {weather.stability}，10 m 高风速 {over.wind_speed:g} m/s，{over.scheme} 扩散参数",
            *dict.fromkeys(said for found in readings for said in _likely(found).reasons),
            "集合的每个成员各取一种进入空气的量（仅闪蒸、居中、全部）",
        ),
        limits=tuple(dict.fromkeys((*plume.CARD.limits, *heavy.CARD.limits))),
        shortfalls=(*_unknown_levels(substance, footprints), *_cut_off(footprints)),
        frames=() if setting.member else _frames(scenario, source, footprints, over, setting),
        tables=()
        if setting.member
        else (shelter_table(source.likely, over, height=scenario.height_m),),
        summary=_summary(footprints, substance.name_zh),
        uncertainty="实际进入空气的量（闪蒸至全部夹带）和风向摆动",
        would_change=(
            "风向或风速改变：重新录入现场风后再算",
            "堵漏或关阀：泄漏停止后云团按风速移走",
            "泄漏孔径或相态核实后与默认不同",
        ),
    )


def _substance(scenario: GasRelease) -> Substance:
    try:
        return substances.find(scenario.substance)
    except ValueError:
        known = "、".join(s.name_zh for s in substances.substances()[:12])
        raise ScenarioError(
            "scenario.substance", f"为物质表中的物质（如{known}）", scenario.substance
        ) from None


def _over(scenario: GasRelease, weather: Weather) -> threat.Weather:
    """Return the air as the science takes it."""
    return threat.Weather(
        wind_speed=max(weather.wind_speed, CALM),
        wind_from_deg=weather.wind_from_deg or 0.0,
        temperature=weather.temperature_c + KELVIN,
        stability=weather.stability,
        scheme=SCHEMES[scenario.terrain],
    )


def _readings(
    scenario: GasRelease, substance: Substance, over: threat.Weather, setting: Setting
) -> tuple[SourceTerm, list[tuple[ThreatZone, ...]]]:
    """Return what comes out, and for each AEGL level its zone by least, likely and most in the air.

    A member of an ensemble has one reading: what gets into the air is what is least known, so
    each member draws it.
    """
    source = source_term(scenario, substance, wind_speed=over.wind_speed)
    terms = [source.least, source.likely, source.most]
    if setting.member:
        source = replace(source, likely=terms[drawn_reading(setting.seed)])
        terms = [source.likely]
    by_term = (
        threat.threat_zones(term, over, minutes=MINUTES, height=scenario.height_m) for term in terms
    )
    return source, list(zip(*by_term, strict=True))


def _likely(found: tuple[ThreatZone, ...]) -> ThreatZone:
    return found[len(found) // 2]


def _footprints(
    readings: list[tuple[ThreatZone, ...]], over: threat.Weather, setting: Setting
) -> tuple[Footprint, ...]:
    """Return the areas, the gravest first; each holds the graver ones."""
    weather, place = setting.weather, setting.place
    from_deg = None if weather.wind_speed < CALM else weather.wind_from_deg
    footprints: list[Footprint] = []
    widths = [0.0, 0.0, 0.0]
    for found in readings:
        likely = _likely(found)
        level = int(likely.guideline.name[5])
        zones = [found[0].zone, likely.zone, found[-1].zone]
        if setting.member:
            area = envelope = _placed(likely.zone, place, from_deg)
            members: tuple[BaseGeometry, ...] = ()
        else:
            area, envelope, members = _areas(zones, place, from_deg, weather.wind_spread_deg)
        widths = [max(w, zone.half_width) for w, zone in zip(widths, zones, strict=True)]
        if footprints:  # near the source dense gas is wider than a plume: what kills also hurts
            graver = footprints[-1]
            area = unary_union([area, graver.area])
            envelope = unary_union([envelope, graver.envelope])
            members = tuple(unary_union(pair) for pair in zip(members, graver.members, strict=True))
        text = f"{MODEL_NAMES[likely.model]}，{TITLE} {VERSION}"
        footprints.append(
            Footprint(
                key=f"aegl{level}",
                label=AEGL_LABELS[level],
                threshold=Figure(
                    value=likely.guideline.ppm,
                    unit="ppm",
                    source=f"AEGL {MINUTES} 分钟（EPA）",
                    to_confirm=likely.guideline.confidence != "V",
                ),
                area=area,
                envelope=envelope,
                figures=_zone_figures(zones, widths, over.wind_speed, text),
                members=members,
            )
        )
    return tuple(footprints)


def _frames(
    scenario: GasRelease,
    source: SourceTerm,
    footprints: Sequence[Footprint],
    over: threat.Weather,
    setting: Setting,
) -> tuple[Frame, ...]:
    held = scenario.inventory_kg
    lasts = None if held is None else held / source.outflow
    return moving_front(
        footprints, setting.place, speed=over.wind_speed, minutes=SHOWN_MINUTES, lasts_s=lasts
    )


def _unknown_levels(substance: Substance, footprints: Sequence[Footprint]) -> list[str]:
    held = {f.key for f in footprints}
    return [
        f"{substance.name_zh}没有 AEGL-{level}（{MINUTES} 分钟）数据，不画该区"
        for level in AEGL_LABELS
        if f"aegl{level}" not in held
    ]


def _summary(footprints: Sequence[Footprint], substance: str) -> tuple[str, ...]:
    """Say for each area when its far end is reached, and how far that is."""
    said = []
    for footprint in footprints:
        arrival, length = footprint.figures.get("到达边缘时间"), footprint.figures.get("下风向距离")
        if arrival is None or length is None:
            continue
        when, far = after(float(arrival.value or 0.0)), span(length)
        if length.note == CUT_OFF:
            said.append(f"{substance}{footprint.label}超过 {far}（{length.note}），{when}到达此处")
        else:
            tail = f"；{length.note}" if length.note else ""
            said.append(f"{when}{substance}{footprint.label}达到最远，距泄漏点约 {far}{tail}")
    return tuple(said)


def _cut_off(footprints: Sequence[Footprint]) -> list[str]:
    return [
        f"{f.label}超出模型适用距离，只画到 {length.value / 1000:g} km，实际更远"
        for f in footprints
        if (length := f.figures["下风向距离"]).note == CUT_OFF
        and isinstance(length.value, int | float)
    ]


def _reach_note(zone: Zone) -> str:
    """Say what a length beyond the models is worth."""
    if zone.truncated:
        return CUT_OFF
    return EXTRAPOLATED if zone.length > FARTHEST else ""


def _areas(
    zones: list[Zone], place: Place, from_deg: float | None, spread: float
) -> tuple[BaseGeometry, BaseGeometry, tuple[BaseGeometry, ...]]:
    """Return the likeliest area, the envelope, and the areas over the uncertain inputs."""
    least, likely, most = zones
    at = {"lon": place.lon, "lat": place.lat}
    if from_deg is None:
        members = tuple(
            place_zone(likely, **at, wind_from_deg=float(angle)) for angle in range(0, 360, 45)
        )
        return _circle(likely.length, place), _circle(most.length, place), members
    turned = (from_deg, (from_deg - spread) % 360.0, (from_deg + spread) % 360.0)
    members = (
        place_zone(least, **at, wind_from_deg=from_deg),
        *(place_zone(likely, **at, wind_from_deg=angle) for angle in turned[1:]),
        *(place_zone(most, **at, wind_from_deg=angle) for angle in turned),
    )
    area = place_zone(likely, **at, wind_from_deg=from_deg)
    # A smaller cloud may be the wider one: near the source dense gas spreads more than a plume.
    swept = [
        rotated_zone(zone, **at, wind_from_deg=from_deg, spread_deg=min(spread, 180.0))
        for zone in zones
    ]
    return area, unary_union([*swept, area]), members


def _placed(zone: Zone, place: Place, from_deg: float | None) -> BaseGeometry:
    """Return one zone on the map."""
    if from_deg is None:
        return _circle(zone.length, place)
    return place_zone(zone, lon=place.lon, lat=place.lat, wind_from_deg=from_deg)


def _circle(radius: float, place: Place) -> Polygon:
    if radius <= 0:
        return Polygon()
    angle = np.linspace(0.0, 2.0 * np.pi, 91)
    lon, lat = to_lonlat(
        radius * np.sin(angle), radius * np.cos(angle), lon0=place.lon, lat0=place.lat
    )
    return Polygon(np.column_stack([lon, lat]))


def _zone_figures(
    zones: list[Zone], widths: list[float], wind: float, text: str
) -> dict[str, Figure]:
    least, likely, most = (zone.length for zone in zones)
    return {
        "下风向距离": Figure(
            value=round(likely),
            unit="m",
            source=text,
            low=float(round(least)),
            high=float(round(most)),
            note=_reach_note(zones[1]),
        ),
        "最大半宽": Figure(
            value=round(widths[1]),
            unit="m",
            source=text,
            low=float(round(min(widths))),
            high=float(round(max(widths))),
        ),
        "到达边缘时间": Figure(
            value=round(likely / wind / 60.0, 1),
            unit="min",
            source=f"{text}，按平均风速",
            low=round(least / wind / 60.0, 1),
            high=round(most / wind / 60.0, 1),
        ),
    }


def _figures(scenario: GasRelease, weather: Weather, source: SourceTerm) -> dict[str, Figure]:
    ground = f"孔口泄漏与闪蒸模型 v{orifice.CARD.version}"
    if scenario.rate_kg_s is not None:
        ground = "录入"
    found = {
        "泄漏速率": Figure(
            value=round(source.outflow, 3),
            unit="kg/s",
            source=ground,
            low=round(source.outflow, 3),
            high=round(source.outflow * TORN_PIPE, 3),
            note="流量系数 0.62（锐边孔）至 1（撕裂管口）",
        ),
        "进入空气速率": Figure(
            value=round(source.likely.rate, 3),
            unit="kg/s",
            source=ground,
            low=round(source.least.rate, 3),
            high=round(source.most.rate, 3),
        ),
        "风速": Figure(value=weather.wind_speed, unit="m/s", source=weather.source),
        "稳定度": Figure(
            value=weather.stability,
            unit="",
            source="风速、云量与昼夜" if weather.sun_deg is None else "风速、云量与太阳高度",
        ),
    }
    if weather.wind_from_deg is not None:
        found["来风方向"] = Figure(
            value=weather.wind_from_deg,
            unit="°",
            source=weather.source,
            low=(weather.wind_from_deg - weather.wind_spread_deg) % 360.0,
            high=(weather.wind_from_deg + weather.wind_spread_deg) % 360.0,
        )
    if scenario.inventory_kg is not None:
        minutes = scenario.inventory_kg / source.outflow / 60.0
        found["可持续时间"] = Figure(
            value=round(minutes, 1),
            unit="min",
            source="可泄漏量 ÷ 泄漏速率（初始流量，实际更长）",
            low=round(minutes / TORN_PIPE, 1),
            high=round(minutes * 2.0, 1),
        )
    return found


MODEL: Final = ForecastModel(
    kind="gas_release",
    family="chemical",
    title="有毒气体泄漏扩散",
    about="泄漏多少、往哪里去、各中毒等级到多远、几分钟到",
    cards=(
        "release.orifice",
        "release.flash",
        "release.plume",
        "release.heavy",
        "release.indoor",
        "release.toxic",
    ),
    fields=(
        Field(
            key="substance", title="泄漏物质", kind=TEXT, required=True, help="名称、别名或 CAS 号"
        ),
        Field(
            key="phase",
            title="相态",
            kind=CHOICE,
            choices={"liquid": "液相", "gas": "气相"},
            default="liquid",
            basis="同样孔径液相泄漏量大，谨慎读法",
        ),
        HOLE,
        Field(
            key="inventory_kg",
            title="可泄漏量",
            unit="t",
            scale=1000.0,
            low=0.1,
            high=1e8,
            help="不填按大型储罐计",
        ),
        Field(
            key="pressure_pa",
            title="容器绝对压力",
            unit="MPa",
            scale=1e6,
            low=1e5,
            high=5e7,
            help="不填按物料温度的饱和蒸气压",
            spread=Spread(low=0.9, high=1.1),
        ),
        Field(
            key="temperature_k",
            title="物料温度",
            unit="K",
            low=100,
            high=600,
            help="不填取气温",
        ),
        Field(
            key="height_m",
            title="泄漏高度",
            unit="m",
            low=0,
            high=300,
            default=0.0,
            basis="近地面泄漏影响最大，谨慎读法",
        ),
        Field(
            key="terrain",
            title="周边地形",
            kind=CHOICE,
            choices={"rural": "开阔", "urban": "城镇建筑"},
            default="rural",
            basis="开阔地扩散最慢，谨慎读法",
        ),
        Field(
            key="rate_kg_s",
            title="已知泄漏速率",
            unit="kg/s",
            low=1e-4,
            high=1e4,
            help="有流量计读数时填，填了就不再按孔径计算",
        ),
    ),
    reader=GasRelease.parse,
    run=run_gas_release,
    event_codes=("12A04", "12A10", "12B09"),
    registered=registered.TOXIC_LEAK,
    uses_weather=True,
)
