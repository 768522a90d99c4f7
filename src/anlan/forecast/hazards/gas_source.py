"""How much comes out of a leak, and three readings of how much of it goes into the air."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import Field, Spread
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Assumption
from anlan.science.release import leak
from anlan.science.release.flash import airborne_fraction

if TYPE_CHECKING:
    from anlan.forecast.scenarios import GasRelease, Weather
    from anlan.science.release import substances

__all__ = [
    "CALM",
    "HOLE",
    "TORN_PIPE",
    "SourceTerm",
    "calm_assumed",
    "check_air",
    "drawn_reading",
    "source_term",
]

UNKNOWN_MASS: Final = 100_000.0
"""Mass taken where nobody knows it: a large tank. Platform default, 待确认. [kg]"""

UNKNOWN_HEAD: Final = 3.0
"""Height of liquid over the hole of a vessel without pressure. Platform default. [m]"""

AMBIENT_UP_TO: Final = 110_000.0
"""Up to this absolute pressure only the liquid's own height drives the flow. [Pa]"""

CALM: Final = 0.5
"""Below this wind the plume model does not hold: this is used, in all directions. [m/s]"""

STRONGEST_WIND: Final = 40.0
COLDEST_C, WARMEST_C = -43.0, 51.0
"""Air for which the models of clouds are stated. [m/s], [°C]"""

TORN_PIPE: Final = 1 / 0.62
"""Flow of a torn pipe over that of a sharp-edged hole (discharge coefficients 1 and 0.62)."""

HOLE: Final = Field(
    key="hole_diameter_m",
    title="孔径",
    unit="mm",
    scale=0.001,
    low=0.0005,
    high=1.0,
    default=0.05,
    basis="管径10%、上限50 mm（HJ 169-2018 附录，待确认）",
    spread=Spread(low=0.7, high=1.4),
)
"""The hole through which a vessel or a pipe leaks, of every model of a leak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTerm:
    """How much comes out, and three readings of how much of it goes into the air."""

    outflow: float
    least: leak.SourceTerm
    likely: leak.SourceTerm
    most: leak.SourceTerm
    reasons: tuple[str, ...]


def check_air(weather: Weather) -> None:
    """Refuse air in which the models of clouds were never tried.

    Raises
    ------
    ScenarioError
        Naming the field of the weather.
    """
    if weather.wind_speed > STRONGEST_WIND:
        raise ScenarioError(
            "weather.wind_speed", f"不大于 {STRONGEST_WIND:g} m/s（扩散模型）", weather.wind_speed
        )
    if not COLDEST_C <= weather.temperature_c <= WARMEST_C:
        raise ScenarioError(
            "weather.temperature_c",
            f"为 {COLDEST_C:g} 至 {WARMEST_C:g} ℃（扩散模型）",
            weather.temperature_c,
        )


def calm_assumed(weather: Weather) -> tuple[Assumption, ...]:
    """Say which wind is taken where the measured one is below what the models know."""
    if weather.wind_speed >= CALM:
        return ()
    return (
        Assumption(
            field="weather.wind_speed",
            title="静风风速",
            value=CALM,
            unit=" m/s",
            basis=f"实测 {weather.wind_speed:g} m/s 低于模型下限，各方向都可能",
        ),
    )


def drawn_reading(seed: int) -> int:
    """Return which of least, likely, most (0, 1, 2) a member takes; half of them the likely."""
    return (0, 1, 1, 2)[int(np.random.default_rng(seed).integers(4))]


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
