"""Forecast of a toxic gas release: source term, plume or dense cloud, AEGL zones on the map.

The likeliest area uses the entered values. The envelope adds what is uncertain: how much of the
liquid becomes airborne (from what flashes to all of it) and the swing of the wind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.scenarios import KELVIN, ScenarioError
from anlan.forecast.types import Assumption, Figure, Footprint, Forecast
from anlan.science.common.local import to_lonlat
from anlan.science.release import heavy, leak, orifice, plume, substances, threat
from anlan.science.release.flash import airborne_fraction
from anlan.science.release.zone import Zone, place_zone, rotated_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.districts import District
    from anlan.forecast.scenarios import GasRelease, Weather
    from anlan.forecast.types import Place

__all__ = ["AEGL_LABELS", "SourceTerm", "run_gas_release", "source_term"]

AEGL_LABELS: Final = {
    3: "AEGL-3 可能致命区",
    2: "AEGL-2 不可逆伤害区",
    1: "AEGL-1 不适区",
}
MINUTES: Final = 60
UNKNOWN_MASS: Final = 100_000.0
"""Mass taken where nobody knows it: a large tank. Platform default, 待确认. [kg]"""

UNKNOWN_HEAD: Final = 3.0
"""Height of liquid over the hole of a vessel without pressure. Platform default. [m]"""

AMBIENT_UP_TO: Final = 110_000.0
"""Up to this absolute pressure only the liquid's own height drives the flow. [Pa]"""

CALM: Final = 0.5
"""Below this wind the plume model does not hold: this is used, in all directions. [m/s]"""

SCHEMES: Final = {"rural": "briggs_rural", "urban": "briggs_urban"}
TITLE: Final = "有毒气体扩散模型（高斯烟羽与重气）"
MODEL_NAMES: Final = {"plume": "高斯烟羽", "heavy": "重气"}

TORN_PIPE: Final = 1 / 0.62
"""Flow of a torn pipe over that of a sharp-edged hole (discharge coefficients 1 and 0.62)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTerm:
    """How much comes out, and three readings of how much of it goes into the air."""

    outflow: float
    least: leak.SourceTerm
    likely: leak.SourceTerm
    most: leak.SourceTerm
    reasons: tuple[str, ...]


def run_gas_release(
    scenario: GasRelease, weather: Weather, place: Place, _districts: Sequence[District] = ()
) -> Forecast:
    """Return the AEGL zones of a release, the gravest first.

    Raises
    ------
    ScenarioError
        If the substance is unknown, or the models refuse an input.
    """
    try:
        substance = substances.find(scenario.substance)
    except ValueError:
        known = "、".join(s.name_zh for s in substances.substances()[:12])
        raise ScenarioError(
            "scenario.substance", f"为物质表中的物质（如{known}）", scenario.substance
        ) from None
    calm = weather.wind_speed < CALM
    over = threat.Weather(
        wind_speed=max(weather.wind_speed, CALM),
        wind_from_deg=weather.wind_from_deg or 0.0,
        temperature=weather.temperature_c + KELVIN,
        stability=weather.stability,
        scheme=SCHEMES[scenario.terrain],
    )
    try:
        source = source_term(scenario, substance, wind_speed=over.wind_speed)
        readings = [
            threat.threat_zones(term, over, minutes=MINUTES, height=scenario.height_m)
            for term in (source.least, source.likely, source.most)
        ]
    except ValueError as error:
        raise ScenarioError(
            "scenario", f"在模型与物性表的适用范围内（{error}）", scenario.substance
        ) from None
    version = f"v{plume.CARD.version}.{heavy.CARD.version}"
    text = f"{TITLE} {version}"
    from_deg = None if calm else weather.wind_from_deg
    footprints = []
    reasons: dict[str, None] = {}
    for least, likely, most in zip(*readings, strict=True):
        level = int(likely.guideline.name[5])
        zones = [least.zone, likely.zone, most.zone]
        area, envelope, members = _areas(zones, place, from_deg, weather.wind_spread_deg)
        reasons |= dict.fromkeys(likely.reasons)
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
                figures=_zone_figures(
                    zones, over.wind_speed, f"{MODEL_NAMES[likely.model]}，{text}"
                ),
                members=members,
            )
        )
    assumptions = [*weather.assumptions, *scenario.assumptions]
    if calm:
        assumptions.append(
            Assumption(
                field="weather.wind_speed",
                title="静风风速",
                value=CALM,
                unit=" m/s",
                basis=f"实测 {weather.wind_speed:g} m/s 低于模型下限，各方向都可能",
            )
        )
    held = {f.key for f in footprints}
    return Forecast(
        model="gas_release",
        version=version,
        title=TITLE,
        footprints=tuple(footprints),
        figures=_figures(scenario, weather, source),
        assumptions=tuple(assumptions),
        reasons=(
            *source.reasons,
            f"稳定度 {weather.stability}，10 m 高风速 {over.wind_speed:g} m/s，{over.scheme} 扩散参数",
            *reasons,
        ),
        limits=tuple(dict.fromkeys((*plume.CARD.limits, *heavy.CARD.limits))),
        shortfalls=tuple(
            f"{substance.name_zh}没有 AEGL-{level}（{MINUTES} 分钟）数据，不画该区"
            for level in AEGL_LABELS
            if f"aegl{level}" not in held
        ),
    )


def source_term(
    scenario: GasRelease, substance: substances.Substance, *, wind_speed: float = 2.0
) -> SourceTerm:
    """Return how much comes out, and how much of it becomes airborne.

    Raises
    ------
    ValueError
        If the models refuse an input, or a property is not held.
    """
    if scenario.rate_kg_s is not None:
        rate = scenario.rate_kg_s
        term = leak.SourceTerm(
            substance=substance,
            rate=rate,
            outflow=rate,
            duration=3600.0,
            vapour_fraction=1.0,
            temperature=max(substance.boiling_point, 240.0),
            reasons=(),
        )
        return SourceTerm(
            outflow=rate,
            least=replace(term, rate=rate * 0.5),
            likely=term,
            most=replace(term, rate=rate * 2.0),
            reasons=(f"泄漏速率按录入 {rate:g} kg/s，范围取一半至两倍",),
        )
    pressure = scenario.pressure_pa
    if scenario.phase == "gas" and pressure is None:
        pressure = float(substance.vapour_pressure(scenario.temperature_k))
    boils = scenario.temperature_k > substance.boiling_point
    by_its_own_weight = not boils and (pressure is None or pressure <= AMBIENT_UP_TO)
    full = leak.vessel_leak(
        substance,
        mass=scenario.inventory_kg or UNKNOWN_MASS,
        hole_diameter=scenario.hole_diameter_m,
        temperature=scenario.temperature_k,
        phase=scenario.phase,
        pressure=pressure,
        wind_speed=max(wind_speed, CALM),
        head=UNKNOWN_HEAD if by_its_own_weight else 0.0,
    )
    if full.vapour_fraction >= 1.0:
        return SourceTerm(
            outflow=full.outflow,
            least=replace(full, rate=full.rate * 0.5),
            likely=full,
            most=replace(full, rate=full.rate * TORN_PIPE),
            reasons=(*full.reasons, "范围取一半至撕裂管口的流量"),
        )
    vapour = full.vapour_fraction
    share = float(airborne_fraction(vapour))
    return SourceTerm(
        outflow=full.outflow,
        least=replace(full, rate=full.rate * vapour, vapour_fraction=1.0),
        likely=replace(full, rate=full.rate * share, vapour_fraction=vapour / share),
        most=full,
        reasons=(
            *full.reasons,
            f"进入空气按蒸气与等量雾滴 {share:.0%} 计；范围取仅闪蒸 {vapour:.0%} 至全部进入空气",
        ),
    )


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


def _circle(radius: float, place: Place) -> Polygon:
    if radius <= 0:
        return Polygon()
    angle = np.linspace(0.0, 2.0 * np.pi, 91)
    lon, lat = to_lonlat(
        radius * np.sin(angle), radius * np.cos(angle), lon0=place.lon, lat0=place.lat
    )
    return Polygon(np.column_stack([lon, lat]))


def _zone_figures(zones: list[Zone], wind: float, text: str) -> dict[str, Figure]:
    least, likely, most = (zone.length for zone in zones)
    widths = [zone.half_width for zone in zones]
    return {
        "下风向距离": Figure(
            value=round(likely),
            unit="m",
            source=text,
            low=float(round(least)),
            high=float(round(most)),
        ),
        "最大半宽": Figure(
            value=round(zones[1].half_width),
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
        "稳定度": Figure(value=weather.stability, unit="", source="风速、云量与昼夜"),
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
