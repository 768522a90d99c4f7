"""From a leaking vessel to the areas it threatens: the models of this package in one row.

`vessel_leak` finds how much comes out and in which form; `threat_zones` carries it downwind with
the Gaussian plume and, where the cloud is dense, with Britter & McQuaid, and keeps the longer.
Every choice is said in `reasons` (Chinese), so that a person can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.checks import between, not_negative, positive
from anlan.science.common.constants import ATMOSPHERE
from anlan.science.release.flash import aerosol_cloud, flash_fraction
from anlan.science.release.heavy import (
    DenseSource,
    half_width,
    is_dense,
    is_extrapolated,
    plume_distance,
)
from anlan.science.release.orifice import gas_density, gas_rate, hole_area, liquid_rate
from anlan.science.release.pool import evaporation_rate, pool_area
from anlan.science.release.substances import AEGL_MINUTES, NotHeldError, ppm_to_density
from anlan.science.release.zone import Zone, plume_zone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.science.release.substances import Guideline, Substance

__all__ = [
    "SourceTerm",
    "ThreatZone",
    "Weather",
    "exposure_minutes",
    "flashed_share",
    "threat_zones",
    "vessel_leak",
]

PHASES = ("liquid", "gas")
"""What stands behind the hole. [-]"""

LONGEST = 8 * 3600.0
"""Longest release that is considered. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """The weather over a release.

    Parameters
    ----------
    wind_speed : float
        Wind at 10 m, 0.5 to 40. [m/s]
    wind_from_deg : float
        Direction it comes from, clockwise from north, 0 to 360. [deg]
    temperature : float
        Temperature of the air, 230 to 325. [K]
    stability : str
        Class A to F, see `stability`. [-]
    scheme : str
        Widths of the plume: `briggs_rural`, `briggs_urban`, … [-]
    """

    wind_speed: float
    wind_from_deg: float
    temperature: float
    stability: str
    scheme: str = "briggs_rural"

    def __post_init__(self) -> None:
        between(self.wind_speed, 0.5, 40, name="wind_speed", unit="m/s")
        between(self.wind_from_deg, 0, 360, name="wind_from_deg", unit="deg")
        between(self.temperature, 230, 325, name="temperature", unit="K")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTerm:
    """What gets into the air.

    Parameters
    ----------
    substance : Substance
        What it is. [-]
    rate : float
        Flow into the air. [kg/s]
    outflow : float
        Flow out of the vessel. [kg/s]
    duration : float
        How long it lasts at this rate. [s]
    vapour_fraction : float
        Share of the airborne flow that is vapour, the rest droplets. [1]
    temperature : float
        Temperature of what gets into the air. [K]
    reasons : tuple of str
        How it was found, in Chinese. [-]
    """

    substance: Substance
    rate: float
    outflow: float
    duration: float
    vapour_fraction: float
    temperature: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatZone:
    """The area threatened at one level.

    Parameters
    ----------
    guideline : Guideline
        The threshold, with its confidence. [-]
    zone : Zone
        The area; `zone.place_zone` puts it on the map. [-]
    model : str
        `plume` or `heavy`, whichever reaches farther. [-]
    plume_length : float
        Reach by the Gaussian plume. [m]
    heavy_length : float or None
        Reach by Britter & McQuaid; None where it does not apply. [m]
    reasons : tuple of str
        What decided, in Chinese. [-]
    """

    guideline: Guideline
    zone: Zone
    model: str
    plume_length: float
    heavy_length: float | None
    reasons: tuple[str, ...]


def exposure_minutes(duration: float) -> int:
    """Return the exposure time of the guideline levels that covers a release.

    Parameters
    ----------
    duration : float
        Of the release, > 0. [s]

    Returns
    -------
    int
        10, 30, 60, 240 or 480 minutes; the last also for longer releases.

    Examples
    --------
    >>> exposure_minutes(25 * 60), exposure_minutes(3600), exposure_minutes(1e6)
    (30, 60, 480)
    """
    minutes = float(positive(duration, name="duration", unit="s")) / 60.0
    return next((m for m in AEGL_MINUTES if m >= minutes), AEGL_MINUTES[-1])


def flashed_share(substance: Substance, temperature: float) -> float:
    """Return the share of a liquefied gas that flashes when it is let out.

    The heat capacity is taken half-way to the boiling point, or at the end of its table where
    the table ends before.

    Parameters
    ----------
    substance : Substance
        What it is. [-]
    temperature : float
        Temperature in the vessel. [K]

    Returns
    -------
    float
        Vapour over all, 0 at or below the boiling point. [1]

    Raises
    ------
    NotHeldError
        If the heat capacity or the heat of vaporisation is not held.
    """
    boiling = substance.boiling_point
    low, high = substance.range_of("liquid_heat_capacity")
    middle = min(max(0.5 * (temperature + boiling), low), high)
    return float(
        flash_fraction(
            temperature,
            boiling,
            heat_capacity=substance.liquid_heat_capacity(middle),
            heat_of_vaporisation=substance.heat_of_vaporisation(boiling),
        )
    )


def vessel_leak(
    substance: Substance,
    *,
    mass: float,
    hole_diameter: float,
    temperature: float,
    phase: str = "liquid",
    pressure: float | None = None,
    head: float = 0.0,
    wind_speed: float = 2.0,
    pool_limit: float | None = None,
    discharge_coefficient: float | None = None,
) -> SourceTerm:
    """Return what gets into the air from a hole in a vessel.

    Parameters
    ----------
    substance : Substance
        What the vessel holds. [-]
    mass : float
        How much, > 0. [kg]
    hole_diameter : float
        Diameter of the hole, 1e-4 to 2. [m]
    temperature : float
        Of the content. [K]
    phase : str
        `liquid` or `gas`: what stands behind the hole. [-]
    pressure : float or None
        Absolute pressure inside. None takes the vapour pressure for a liquefied gas and one
        atmosphere for other liquids; a gas needs it. [Pa]
    head : float
        Height of liquid above the hole, >= 0. [m]
    wind_speed : float
        Wind at 10 m over a pool, > 0. [m/s]
    pool_limit : float or None
        Area of the bund; None lets a pool spread to 5 mm. [m2]
    discharge_coefficient : float or None
        Share of the ideal flow; None takes 0.62 for a liquid, 0.85 for a gas. [1]

    Returns
    -------
    SourceTerm
        Initial flow, taken as steady until the content is spent, at most eight hours.

    Raises
    ------
    ValueError
        If an argument is out of range.
    NotHeldError
        If a property that is needed is not held.

    Examples
    --------
    Liquid ammonia at 20 °C through 20 mm:

    >>> from anlan.science.release.substances import find
    >>> leak = vessel_leak(find("液氨"), mass=10e3, hole_diameter=0.02, temperature=293.15)
    >>> round(leak.rate, 1), round(leak.vapour_fraction, 2)
    (5.9, 0.16)
    """
    m = float(positive(mass, name="mass", unit="kg"))
    between(hole_diameter, 1e-4, 2, name="hole_diameter", unit="m")
    if phase not in PHASES:
        raise ValueError(f"phase must be one of {', '.join(PHASES)}, got {phase!r}")
    area = float(hole_area(hole_diameter))
    if phase == "gas":
        return _gas_leak(substance, m, area, temperature, pressure, discharge_coefficient or 0.85)
    cd = 0.62 if discharge_coefficient is None else discharge_coefficient
    if temperature > substance.boiling_point:
        return _flashing_leak(substance, m, area, temperature, pressure, head, cd)
    return _pool_leak(substance, m, area, temperature, pressure, head, cd, wind_speed, pool_limit)


def threat_zones(
    source: SourceTerm,
    weather: Weather,
    *,
    minutes: int | None = None,
    levels: tuple[int, ...] = (3, 2, 1),
    height: float = 0.0,
) -> tuple[ThreatZone, ...]:
    """Return the areas in which guideline levels are exceeded, the most dangerous first.

    Parameters
    ----------
    source : SourceTerm
        What gets into the air. [-]
    weather : Weather
        The weather. [-]
    minutes : int or None
        Exposure time of the levels; None takes the one that covers the release. [min]
    levels : tuple of int
        Which levels; those the table does not hold are left out. [-]
    height : float
        Height of the release, >= 0; only a release at the ground can be dense. [m]

    Returns
    -------
    tuple of ThreatZone
        One for each level that is held.

    Raises
    ------
    NotHeldError
        If no level is held for the substance.
    """
    not_negative(height, name="height", unit="m")
    exposure = exposure_minutes(source.duration) if minutes is None else minutes
    held = []
    for level in levels:
        try:
            held.append(source.substance.aegl(level, exposure))
        except NotHeldError:
            continue
    if not held:
        raise NotHeldError(f"{source.substance.name_en}: no AEGL for {exposure} min is held")
    cloud, why = _dense_source(source, weather, height)
    return tuple(_threat(guideline, source, weather, height, cloud, why) for guideline in held)


def _gas_leak(
    substance: Substance,
    mass: float,
    area: float,
    temperature: float,
    pressure: float | None,
    cd: float,
) -> SourceTerm:
    if pressure is None:
        raise ValueError("pressure must be given in Pa for a gas, got None")
    rho = gas_density(pressure, temperature, substance.molar_mass)
    rate = float(gas_rate(area, pressure, rho, gamma=substance.gamma, discharge_coefficient=cd))
    return _term(
        substance,
        rate,
        rate,
        mass,
        1.0,
        temperature,
        f"气相泄漏：绝对压力 {pressure / 1e3:.0f} kPa，按理想气体孔口流量，初始 {rate:.3g} kg/s",
    )


def _flashing_leak(
    substance: Substance,
    mass: float,
    area: float,
    temperature: float,
    pressure: float | None,
    head: float,
    cd: float,
) -> SourceTerm:
    inside = float(substance.vapour_pressure(temperature)) if pressure is None else pressure
    if not inside >= ATMOSPHERE:
        raise ValueError(f"pressure must be >= {ATMOSPHERE:g} Pa (absolute), got {pressure!r}")
    boiling = substance.boiling_point
    rate = float(
        liquid_rate(
            area,
            substance.liquid_density(temperature),
            inside - ATMOSPHERE,
            head=head,
            discharge_coefficient=cd,
        )
    )
    vapour = flashed_share(substance, temperature)
    return _term(
        substance,
        rate,
        rate,
        mass,
        vapour,
        boiling,
        f"液化气体：容器内 {inside / 1e3:.0f} kPa（绝对），液相孔口流量 {rate:.3g} kg/s",
        f"闪蒸 {vapour:.0%}，其余成雾滴；保守地认为全部留在空气中",
    )


def _pool_leak(
    substance: Substance,
    mass: float,
    area: float,
    temperature: float,
    pressure: float | None,
    head: float,
    cd: float,
    wind_speed: float,
    pool_limit: float | None,
) -> SourceTerm:
    inside = ATMOSPHERE if pressure is None else pressure
    if not inside >= ATMOSPHERE:
        raise ValueError(f"pressure must be >= {ATMOSPHERE:g} Pa (absolute), got {pressure!r}")
    rho = float(substance.liquid_density(temperature))
    outflow = float(
        liquid_rate(area, rho, inside - ATMOSPHERE, head=head, discharge_coefficient=cd)
    )
    if outflow == 0:
        raise ValueError(f"head must be > 0 m when the pressure inside is ambient, got {head!r}")
    surface = float(pool_area(mass / rho))
    if pool_limit is not None:
        surface = min(surface, float(positive(pool_limit, name="pool_limit", unit="m2")))
    evaporated = float(
        evaporation_rate(
            surface,
            wind_speed,
            vapour_pressure=substance.vapour_pressure(temperature),
            molar_mass=substance.molar_mass,
            temperature=temperature,
        )
    )
    return _term(
        substance,
        min(evaporated, outflow),
        outflow,
        mass,
        1.0,
        temperature,
        f"液体低于沸点：流出 {outflow:.3g} kg/s，形成液池",
        f"液池按全部流出估计 {surface:.0f} 平方米，蒸发 {evaporated:.3g} kg/s",
    )


def _term(
    substance: Substance,
    rate: float,
    outflow: float,
    mass: float,
    vapour: float,
    temperature: float,
    *reasons: str,
) -> SourceTerm:
    if not rate > 0:
        raise ValueError(f"the release must have a rate > 0 kg/s, got {rate!r}")
    duration = min(mass / rate, LONGEST)
    return SourceTerm(
        substance=substance,
        rate=rate,
        outflow=outflow,
        duration=duration,
        vapour_fraction=vapour,
        temperature=temperature,
        reasons=(
            *reasons,
            f"按初始速率不变计，{mass:.0f} kg 可持续 {duration / 60:.0f} 分钟",
        ),
    )


def _dense_source(
    source: SourceTerm, weather: Weather, height: float
) -> tuple[DenseSource | None, str]:
    """Return the source of the heavy-gas model, or None and why not."""
    if height > 0:
        return None, "泄放口高于地面，不用重气模型"
    if source.vapour_fraction < 1.0:
        cloud = aerosol_cloud(
            source.rate,
            source.vapour_fraction,
            molar_mass=source.substance.molar_mass,
            boiling_point=source.temperature,
            heat_of_vaporisation=float(source.substance.heat_of_vaporisation(source.temperature)),
            ambient_temperature=weather.temperature,
        )
        volume, density, fraction = cloud.volume_rate, cloud.density, cloud.fraction
    else:
        density = float(source.substance.vapour_density(source.temperature))
        volume, fraction = source.rate / density, 1.0
    try:
        dense = DenseSource(
            volume_rate=volume,
            density=density,
            wind_speed=weather.wind_speed,
            temperature=source.temperature,
            ambient_temperature=weather.temperature,
            fraction=fraction,
        )
        if not is_dense(dense):
            return None, f"重气判据 {dense.number:.2f}，小于 0.15，按高斯烟羽"
        plume_distance(1e-6, dense)  # refuses what lies beyond the nomogram
    except ValueError as error:
        return None, f"重气模型不适用：{error}"
    return dense, f"初始气云密度 {density:.2f} kg/m³，重气判据 {dense.number:.2f}，两种模型都算"


def _threat(
    guideline: Guideline,
    source: SourceTerm,
    weather: Weather,
    height: float,
    cloud: DenseSource | None,
    why: str,
) -> ThreatZone:
    limit = float(
        ppm_to_density(guideline.ppm, source.substance.molar_mass, temperature=weather.temperature)
    )
    passive = plume_zone(
        limit,
        rate=source.rate,
        wind_speed=weather.wind_speed,
        stability=weather.stability,
        scheme=weather.scheme,
        height=height,
    )
    reasons = [f"{guideline.name} = {guideline.ppm:g} ppm", why]
    if guideline.confidence != "V":
        reasons.append("该阈值待确认")
    if cloud is None:
        return ThreatZone(
            guideline=guideline,
            zone=passive,
            model="plume",
            plume_length=passive.length,
            heavy_length=None,
            reasons=(*reasons, *passive.reasons),
        )
    heavy = plume_distance(guideline.ppm * 1e-6, cloud)
    if is_extrapolated(guideline.ppm * 1e-6, cloud):
        reasons.append("该浓度低于诺模图最末一条曲线，按距离平方外推")
    reasons.append(f"高斯烟羽 {passive.length:.0f} m，重气 {heavy:.0f} m，取较长者")
    if heavy <= passive.length:
        zone, model = passive, "plume"
        reasons.extend(passive.reasons)
    else:
        zone, model = _heavy_zone(limit, heavy, cloud), "heavy"
        reasons.extend(zone.reasons)
    return ThreatZone(
        guideline=guideline,
        zone=zone,
        model=model,
        plume_length=passive.length,
        heavy_length=heavy,
        reasons=tuple(reasons),
    )


def _heavy_zone(limit: float, length: float, cloud: DenseSource) -> Zone:
    """Return the zone of a dense plume, rounded at its end."""
    along = length * (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, 60)))
    side = half_width(along, cloud)
    cap = np.sqrt(np.clip(1.0 - (along / length) ** 4, 0.0, 1.0))  # closes the far end
    upper: NDArray[np.float64] = np.column_stack([along, side * cap])
    outline = np.vstack([upper, (upper * (1, -1))[::-1], upper[:1]])
    return Zone(
        threshold=limit,
        start=0.0,
        length=length,
        half_width=float((side * cap).max()),
        outline=outline,
        truncated=False,
        reasons=("重气云宽度按 Britter–McQuaid 经验式，系数待确认",),
    )
