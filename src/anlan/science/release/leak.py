"""What gets into the air from a hole in a vessel: gas, flashing liquid, or a pool that evaporates.

The flow is the one at the start, taken as steady until the content is spent. Every choice is said
in `reasons` (Chinese), so that a person can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.science.common.checks import between, positive
from anlan.science.common.constants import ATMOSPHERE
from anlan.science.common.refusal import Kind, RefusalError, Rule, RuleError, received
from anlan.science.release.flash import flash_fraction
from anlan.science.release.orifice import gas_density, gas_rate, hole_area, liquid_rate
from anlan.science.release.pool import evaporation_rate, pool_area

if TYPE_CHECKING:
    from anlan.science.release.substances import Substance

__all__ = ["SourceTerm", "flashed_share", "vessel_leak"]

PHASES = ("liquid", "gas")
"""What stands behind the hole. [-]"""

LONGEST = 8 * 3600.0
"""Longest release that is considered. [s]"""


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
        Wind at 10 m over a pool, 0.1 to 40. [m/s]
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
        raise RuleError("phase", Rule(Kind.ONE_OF, tuple(PHASES)), phase)
    positive(temperature, name="temperature", unit="K")
    between(wind_speed, 0.1, 40, name="wind_speed", unit="m/s")
    area = float(hole_area(hole_diameter))
    if phase == "gas":
        return _gas_leak(substance, m, area, temperature, pressure, discharge_coefficient or 0.85)
    cd = 0.62 if discharge_coefficient is None else discharge_coefficient
    if temperature > substance.boiling_point:
        return _flashing_leak(substance, m, area, temperature, pressure, head, cd)
    return _pool_leak(substance, m, area, temperature, pressure, head, cd, wind_speed, pool_limit)


def _gas_leak(
    substance: Substance,
    mass: float,
    area: float,
    temperature: float,
    pressure: float | None,
    cd: float,
) -> SourceTerm:
    if pressure is None:
        raise RefusalError(
            "pressure must be given in Pa for a gas, got None", zh="气相泄漏要填容器压力"
        )
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
        raise _below_ambient(pressure)
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


def _below_ambient(pressure: float | None) -> RefusalError:
    return RefusalError(
        f"pressure must be >= {ATMOSPHERE:g} Pa (absolute), got {pressure!r}",
        zh=f"压力（绝对）应不小于 {ATMOSPHERE:g} Pa{received(pressure)}",
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
        raise _below_ambient(pressure)
    rho = float(substance.liquid_density(temperature))
    outflow = float(
        liquid_rate(area, rho, inside - ATMOSPHERE, head=head, discharge_coefficient=cd)
    )
    if outflow == 0:
        raise RefusalError(
            f"head must be > 0 m when the pressure inside is ambient, got {head!r}",
            zh=f"容器内为常压时，孔上方液位高度应大于 0 m{received(head)}",
        )
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
        raise RefusalError(
            f"the release must have a rate > 0 kg/s, got {rate!r}", zh="泄漏速率应大于 0 kg/s"
        )
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
