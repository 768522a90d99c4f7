"""Forecast of a toxic gas release: source term, Gaussian plume, AEGL zones on the map.

The likeliest area uses the entered values. The envelope adds what is uncertain: how much of the
liquid becomes airborne (from what flashes to all of it) and the swing of the wind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.scenarios import KELVIN, ScenarioError
from anlan.forecast.types import Assumption, Figure, Footprint, Forecast
from anlan.science.common.constants import ATMOSPHERE
from anlan.science.common.local import to_lonlat
from anlan.science.release import flash, orifice, plume, stability, substances
from anlan.science.release.zone import Zone, place_zone, plume_zone, rotated_zone

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
CALM: Final = 0.5
"""Below this wind the plume model does not hold: this is used, in all directions. [m/s]"""

SCHEMES: Final = {
    "rural": ("briggs_rural", "rural"),
    "urban": ("briggs_urban", "urban_ISC3"),
}
TITLE: Final = "高斯烟羽扩散模型"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTerm:
    """How much comes out and how much of it goes into the air, in kg/s."""

    total: float
    airborne: float
    least: float
    most: float
    reasons: tuple[str, ...]


def run_gas_release(
    scenario: GasRelease, weather: Weather, place: Place, _districts: Sequence[District] = ()
) -> Forecast:
    """Return the AEGL zones of a release, the gravest first.

    Raises
    ------
    ScenarioError
        If the substance is unknown or a property that the model needs is not held.
    """
    try:
        substance = substances.find(scenario.substance)
    except ValueError:
        known = "、".join(s.name_zh for s in substances.substances()[:12])
        raise ScenarioError(
            "scenario.substance", f"为物质表中的物质（如{known}）", scenario.substance
        ) from None
    try:
        source = source_term(scenario, substance)
    except substances.NotHeldError as error:
        raise ScenarioError(
            "scenario.substance",
            f"有完整物性数据，或直接填写泄漏速率 rate_kg_s（{error}）",
            scenario.substance,
        ) from None
    scheme, terrain = SCHEMES[scenario.terrain]
    calm = weather.wind_speed < CALM
    wind = float(
        stability.wind_at_height(
            max(weather.wind_speed, CALM),
            max(scenario.height_m, 1.0),
            stability=weather.stability,
            terrain=terrain,
        )
    )
    wind = max(wind, CALM)
    version = f"v{plume.CARD.version}"
    text = f"{TITLE} {version}"
    footprints, shortfalls = [], []
    for level, label in AEGL_LABELS.items():
        try:
            guide = substance.aegl(level, MINUTES)
        except substances.NotHeldError:
            shortfalls.append(
                f"{substance.name_zh}没有 AEGL-{level}（{MINUTES} 分钟）数据，不画该区"
            )
            continue
        limit = float(
            substances.ppm_to_density(
                guide.ppm, substance.molar_mass, temperature=weather.temperature_c + KELVIN
            )
        )
        zones = [
            plume_zone(
                limit,
                rate=rate,
                wind_speed=wind,
                stability=weather.stability,
                scheme=scheme,
                height=scenario.height_m,
            )
            for rate in (source.least, source.airborne, source.most)
        ]
        from_deg = None if calm else weather.wind_from_deg
        area, envelope, members = _areas(zones, place, from_deg, weather.wind_spread_deg)
        threshold = Figure(
            value=guide.ppm,
            unit="ppm",
            source=f"AEGL {MINUTES} 分钟（EPA）",
            to_confirm=guide.confidence != "V",
        )
        footprints.append(
            Footprint(
                key=f"aegl{level}",
                label=label,
                threshold=threshold,
                area=area,
                envelope=envelope,
                figures=_zone_figures(zones, wind, text),
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
    return Forecast(
        model="gas_release",
        version=version,
        title=TITLE,
        footprints=tuple(footprints),
        figures=_figures(scenario, weather, source, wind, text),
        assumptions=tuple(assumptions),
        reasons=(
            *source.reasons,
            f"稳定度 {weather.stability}，泄漏高度处风速 {wind:.1f} m/s，{scheme} 扩散参数",
        ),
        limits=plume.CARD.limits,
        shortfalls=tuple(shortfalls),
    )


def source_term(scenario: GasRelease, substance: substances.Substance) -> SourceTerm:
    """Return how much comes out, and how much of it becomes airborne."""
    if scenario.rate_kg_s is not None:
        rate = scenario.rate_kg_s
        return SourceTerm(
            total=rate,
            airborne=rate,
            least=rate * 0.5,
            most=rate * 2.0,
            reasons=(f"泄漏速率按录入 {rate:g} kg/s，范围取一半至两倍",),
        )
    area = float(orifice.hole_area(scenario.hole_diameter_m))
    t = scenario.temperature_k
    if scenario.phase == "gas":
        pressure = scenario.pressure_pa or float(substance.vapour_pressure(t))
        density = float(substance.vapour_density(t, pressure))
        rate = float(orifice.gas_rate(area, pressure, density, gamma=substance.gamma))
        return SourceTerm(
            total=rate,
            airborne=rate,
            least=rate * 0.5,
            most=rate * 1.5,
            reasons=(f"气相泄漏 {rate:.2f} kg/s（压力 {pressure / 1e6:.2f} MPa）",),
        )
    pressure = scenario.pressure_pa or float(substance.vapour_pressure(t))
    over = max(pressure - ATMOSPHERE, 0.0)
    density = float(substance.liquid_density(t))
    total = float(orifice.liquid_rate(area, density, over))
    vapour = float(
        flash.flash_fraction(
            t,
            substance.boiling_point,
            heat_capacity=substance.liquid_heat_capacity(t),
            heat_of_vaporisation=substance.heat_of_vaporisation(substance.boiling_point),
        )
    )
    share = float(flash.airborne_fraction(vapour))
    flow = f"液相泄漏 {total:.2f} kg/s（孔径 {scenario.hole_diameter_m * 1000:.0f} mm"
    return SourceTerm(
        total=total,
        airborne=max(total * share, 1e-6),
        least=max(total * vapour, 1e-6),
        most=total,
        reasons=(
            f"{flow}，压力 {pressure / 1e6:.2f} MPa）",
            f"闪蒸 {vapour:.0%}，连同夹带液滴进入空气 {share:.0%}；范围取仅闪蒸至全部进入空气",
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
    swept = rotated_zone(most, **at, wind_from_deg=from_deg, spread_deg=min(spread, 180.0))
    return area, unary_union([swept, area]), members


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
            low=float(round(zones[0].half_width)),
            high=float(round(zones[2].half_width)),
        ),
        "到达边缘时间": Figure(
            value=round(likely / wind / 60.0, 1),
            unit="min",
            source=f"{text}，按平均风速",
            low=round(least / wind / 60.0, 1),
            high=round(most / wind / 60.0, 1),
        ),
    }


def _figures(
    scenario: GasRelease, weather: Weather, source: SourceTerm, wind: float, text: str
) -> dict[str, Figure]:
    ground = f"孔口泄漏与闪蒸模型 v{orifice.CARD.version}"
    if scenario.rate_kg_s is not None:
        ground = "录入"
    found = {
        "泄漏速率": Figure(
            value=round(source.total, 3),
            unit="kg/s",
            source=ground,
            low=round(source.total, 3),
            high=round(source.total / 0.62, 3),
            note="流量系数 0.62（锐边孔）至 1（撕裂管口）",
        ),
        "进入空气速率": Figure(
            value=round(source.airborne, 3),
            unit="kg/s",
            source=ground,
            low=round(source.least, 3),
            high=round(source.most, 3),
        ),
        "风速": Figure(value=weather.wind_speed, unit="m/s", source=weather.source),
        "泄漏高度处风速": Figure(value=round(wind, 2), unit="m/s", source=text),
        "稳定度": Figure(value=weather.stability, unit="", source="风速、云量与昼夜"),
    }
    if weather.wind_from_deg is not None:
        found["来风方向"] = Figure(
            value=weather.wind_from_deg,
            unit="°",
            source=weather.source,
            low=weather.wind_from_deg - weather.wind_spread_deg,
            high=weather.wind_from_deg + weather.wind_spread_deg,
        )
    if scenario.inventory_kg is not None:
        found["可持续时间"] = Figure(
            value=round(scenario.inventory_kg / source.total / 60.0, 1),
            unit="min",
            source="可泄漏量 ÷ 泄漏速率（初始流量，实际更长）",
            low=round(scenario.inventory_kg / source.most / 60.0, 1),
            high=round(scenario.inventory_kg / max(source.least, 1e-6) / 60.0, 1),
        )
    return found
