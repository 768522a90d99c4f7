r"""Vapour from a pool of liquid on the ground.

Below its boiling point the wind carries the vapour off (Mackay & Matsugu 1973):

.. math:: \dot m = A\, k\, \frac{M p_v}{R T}, \qquad
   k = 0.004786\, u^{0.78} d^{-0.11} \mathrm{Sc}^{-0.67}

with the diameter d of the pool, times :math:`-\frac{p}{p_v}\ln(1 - p_v/p)` for a vapour
pressure that is not small. At its boiling point the heat of the ground boils it:

.. math:: \dot m = A\, \frac{k_s (T_g - T_b)}{\Delta H_v \sqrt{\pi \alpha_s t}}

HJ 169-2018 (附录 F.1.4) has the wind carry it off after Sutton and Pasquill, with the radius r:

.. math:: \dot m = \alpha \frac{M p_v}{R T} u^{(2-n)/(2+n)} r^{(4+n)/(2+n)}

SI units throughout. Every function is pure, takes scalars or arrays, and broadcasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative, positive
from anlan.science.common.constants import ATMOSPHERE, GAS_CONSTANT
from anlan.science.common.refusal import Kind, RefusalError, Rule, RuleError, received

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "GROUNDS",
    "Ground",
    "boiling_rate",
    "boiling_rate_mean",
    "evaporation_rate",
    "evaporation_rate_hj169",
    "pool_area",
]

CARD = ModelCard(
    key="release.pool",
    version=2,
    title="Evaporation and boiling of a pool",
    title_zh="液池蒸发与沸腾",
    inputs=(
        Quantity(name="area", title="液池面积", unit="m2", low=1e-4, high=1e8),
        Quantity(name="wind_speed", title="10 米高风速", unit="m/s", low=0.1, high=40.0),
        Quantity(name="vapour_pressure", title="饱和蒸气压", unit="Pa", low=0.0, high=101_000.0),
        Quantity(name="temperature", title="液体温度", unit="K", low=20.0, high=700.0),
        Quantity(name="time", title="沸腾历时", unit="s", low=0.0, high=86_400.0),
    ),
    outputs=(Quantity(name="rate", title="蒸发速率", unit="kg/s", low=0.0),),
    references=(
        (
            "Mackay, D., Matsugu, R. S. (1973) Evaporation rates of liquid hydrocarbon spills on"
            " land and water, doi:10.1002/cjce.5450510407"
        ),
        "CPR 14E (2005) Yellow Book, section 3.5 (heat from the ground)",
        "HJ 169-2018 建设项目环境风险评价技术导则, 附录 F.1.4, 表 F.2 和 F.3",
    ),
    limits=(
        "液体温度按给定值不变：不算蒸发冷却，大液池后期偏高",
        "平地、无围堰外流；面积由用户或围堰给定，或按最小液层厚度估计",
        "水面上的沸腾和溶解不适用",
    ),
    unconfirmed=("地面导热系数与扩散率凭记忆录入；HJ 169 各行与一处公开程序一致，未见标准原文",),
)

LEAST_DEPTH = 0.005
"""Depth to which a pool spreads on flat ground (Yellow Book, smooth surface; M). [m]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """How a ground gives off heat.

    Parameters
    ----------
    conductivity : float
        Thermal conductivity. [W/(m K)]
    diffusivity : float
        Thermal diffusivity. [m2/s]
    """

    conductivity: float
    diffusivity: float


GROUNDS = {
    "concrete": Ground(conductivity=0.92, diffusivity=4.16e-7),
    "dry soil": Ground(conductivity=0.3, diffusivity=2.0e-7),
    "wet sand": Ground(conductivity=0.6, diffusivity=3.3e-7),
    "gravel": Ground(conductivity=2.5, diffusivity=1.1e-6),
    "hj169_cement": Ground(conductivity=1.1, diffusivity=1.29e-7),
    "hj169_soil": Ground(conductivity=0.9, diffusivity=4.3e-7),
    "hj169_dry_soil": Ground(conductivity=0.3, diffusivity=2.3e-7),
    "hj169_wet_land": Ground(conductivity=0.6, diffusivity=3.3e-7),
    "hj169_gravel": Ground(conductivity=2.5, diffusivity=1.1e-6),
}
"""Grounds by name (concrete as in CCPS, the others of the Yellow Book, those of HJ 169-2018, table
F.2: 水泥, 土地 8 %, 干涸土地, 湿地, 砂砾地; from memory, to be confirmed). The cement of HJ 169
boils 2.1 times as fast as concrete: its diffusivity fits no concrete, but it is what the standard
prints."""

TURBULENCE = {"A": (0.2, 3.846e-3), "D": (0.25, 4.685e-3), "E": (0.3, 5.285e-3)}
TURBULENCE |= {"B": TURBULENCE["A"], "F": TURBULENCE["E"]}
"""n and alpha of HJ 169-2018, table F.3, by class; C has none. [1]"""


def pool_area(volume: ArrayLike, *, depth: float = LEAST_DEPTH) -> NDArray[np.float64]:
    """Return the area over which a liquid spreads to a depth.

    Parameters
    ----------
    volume : array_like
        Liquid, >= 0. [m3]
    depth : float
        Depth of the pool, > 0. [m]

    Returns
    -------
    ndarray
        Area. [m2]
    """
    v = not_negative(volume, name="volume", unit="m3")
    return np.asarray(v / positive(depth, name="depth", unit="m"))


def evaporation_rate(
    area: ArrayLike,
    wind_speed: ArrayLike,
    *,
    vapour_pressure: ArrayLike,
    molar_mass: ArrayLike,
    temperature: ArrayLike,
    schmidt: ArrayLike = 0.8,
    pressure: float = ATMOSPHERE,
) -> NDArray[np.float64]:
    """Return the vapour that the wind takes from a pool below its boiling point.

    Parameters
    ----------
    area : array_like
        Area of the pool, 1e-4 to 1e8. [m2]
    wind_speed : array_like
        Wind at 10 m, 0.1 to 40. [m/s]
    vapour_pressure : array_like
        Of the liquid at its temperature, below the pressure of the air. [Pa]
    molar_mass : array_like
        Molar mass, > 0. [kg/mol]
    temperature : array_like
        Temperature of the liquid, 20 to 700. [K]
    schmidt : array_like
        Schmidt number of the vapour in air, > 0; 0.8 is usual. [1]
    pressure : float
        Pressure of the air, > 0. [Pa]

    Returns
    -------
    ndarray
        Mass flow. [kg/s]

    References
    ----------
    Mackay & Matsugu (1973).
    """
    a = positive(area, name="area", unit="m2")
    u = positive(wind_speed, name="wind_speed", unit="m/s")
    pv = not_negative(vapour_pressure, name="vapour_pressure", unit="Pa")
    positive(pressure, name="pressure", unit="Pa")
    if not np.all(pv < pressure):
        raise RefusalError(
            f"vapour_pressure must be below {pressure:g} Pa (else it boils), got"
            f" {vapour_pressure!r}",
            zh=f"饱和蒸气压应小于 {pressure:g} Pa{received(vapour_pressure)}，否则沸腾",
        )
    m = positive(molar_mass, name="molar_mass", unit="kg/mol")
    t = positive(temperature, name="temperature", unit="K")
    sc = positive(schmidt, name="schmidt", unit="")
    CARD.check(area=area, wind_speed=wind_speed, temperature=temperature)
    diameter = np.sqrt(4.0 * a / np.pi)
    k = 0.004786 * u**0.78 * diameter**-0.11 * sc**-0.67
    share = pv / pressure
    stefan = np.where(share > 1e-9, -np.log1p(-share) / np.maximum(share, 1e-300), 1.0)
    return np.asarray(a * k * m * pv / (GAS_CONSTANT * t) * stefan)


def evaporation_rate_hj169(
    radius: ArrayLike,
    wind_speed: ArrayLike,
    *,
    vapour_pressure: ArrayLike,
    molar_mass: ArrayLike,
    temperature: ArrayLike,
    stability: str,
) -> NDArray[np.float64]:
    """Return the vapour that the wind takes from a pool after HJ 169-2018 (质量蒸发).

    It is a fifth to a half of `evaporation_rate`, which agrees with the rule of the EPA (1999); where
    no report asks for this one take that.

    Parameters
    ----------
    radius : array_like
        Of the pool, 0.005 to 5000. [m]
    wind_speed : array_like
        Wind at 10 m, 0.1 to 40. [m/s]
    vapour_pressure : array_like
        Of the liquid, >= 0. [Pa]
    molar_mass : array_like
        Molar mass, > 0. [kg/mol]
    temperature : array_like
        Of the surroundings, 20 to 700. [K]
    stability : str
        `A`, `B`, `D`, `E` or `F`; the standard has no row for C: take the larger of B and D. [-]

    Returns
    -------
    ndarray
        Mass flow. [kg/s]

    Examples
    --------
    Benzene at 25 °C, 5 m, class F, 1.5 m/s, the worst weather of the standard:

    >>> round(float(evaporation_rate_hj169(5.0, 1.5, vapour_pressure=12.7e3, molar_mass=0.0781,
    ...     temperature=298.15, stability="F")), 4)
    0.0578
    """
    if stability not in TURBULENCE:
        raise RuleError("stability", Rule(Kind.ONE_OF, tuple(sorted(TURBULENCE))), stability)
    n, alpha = TURBULENCE[stability]
    r = between(radius, 0.005, 5000, name="radius", unit="m")
    u = positive(wind_speed, name="wind_speed", unit="m/s")
    pv = not_negative(vapour_pressure, name="vapour_pressure", unit="Pa")
    m = positive(molar_mass, name="molar_mass", unit="kg/mol")
    t = positive(temperature, name="temperature", unit="K")
    CARD.check(wind_speed=wind_speed, vapour_pressure=vapour_pressure, temperature=temperature)
    strength = u ** ((2.0 - n) / (2.0 + n)) * r ** ((4.0 + n) / (2.0 + n))
    return np.asarray(alpha * pv * m / (GAS_CONSTANT * t) * strength)


def boiling_rate(
    area: ArrayLike,
    time: ArrayLike,
    *,
    boiling_point: float,
    ground_temperature: float,
    heat_of_vaporisation: float,
    ground: Ground,
) -> NDArray[np.float64]:
    """Return the vapour from a pool that the ground boils, at a moment.

    Parameters
    ----------
    area : array_like
        Area of the pool, 1e-4 to 1e8. [m2]
    time : array_like
        Since the liquid touched the ground, above 0 to 86 400. [s]
    boiling_point : float
        Of the liquid, below the temperature of the ground. [K]
    ground_temperature : float
        Temperature of the ground before. [K]
    heat_of_vaporisation : float
        Latent heat, > 0. [J/kg]
    ground : Ground
        One of `GROUNDS`, or your own. [-]

    Returns
    -------
    ndarray
        Mass flow. [kg/s]
    """
    t = positive(time, name="time", unit="s")
    CARD.check(time=time)
    strength = _strength(area, boiling_point, ground_temperature, heat_of_vaporisation, ground)
    return np.asarray(strength / np.sqrt(t))


def boiling_rate_mean(
    area: ArrayLike,
    duration: ArrayLike,
    *,
    boiling_point: float,
    ground_temperature: float,
    heat_of_vaporisation: float,
    ground: Ground,
) -> NDArray[np.float64]:
    """Return the mean of `boiling_rate` over the time from the start, twice its last value.

    Parameters
    ----------
    area : array_like
        Area of the pool, 1e-4 to 1e8. [m2]
    duration : array_like
        Time of the mean, above 0 to 86 400. [s]
    boiling_point : float
        Of the liquid, below the temperature of the ground. [K]
    ground_temperature : float
        Temperature of the ground before. [K]
    heat_of_vaporisation : float
        Latent heat, > 0. [J/kg]
    ground : Ground
        One of `GROUNDS`, or your own. [-]

    Returns
    -------
    ndarray
        Mass flow. [kg/s]
    """
    t = positive(duration, name="duration", unit="s")
    between(duration, 0, 86_400, name="duration", unit="s")
    strength = _strength(area, boiling_point, ground_temperature, heat_of_vaporisation, ground)
    return np.asarray(2.0 * strength / np.sqrt(t))


def _strength(
    area: ArrayLike,
    boiling_point: float,
    ground_temperature: float,
    heat_of_vaporisation: float,
    ground: Ground,
) -> NDArray[np.float64]:
    """Return the boiling rate times the root of time."""
    a = positive(area, name="area", unit="m2")
    hv = positive(heat_of_vaporisation, name="heat_of_vaporisation", unit="J/kg")
    CARD.check(area=area)
    positive(boiling_point, name="boiling_point", unit="K")
    positive(ground_temperature, name="ground_temperature", unit="K")
    if not ground_temperature > boiling_point:
        raise RefusalError(
            f"ground_temperature must be above boiling_point {boiling_point:g} K, got"
            f" {ground_temperature!r}",
            zh=f"地面温度应高于沸点 {boiling_point:g} K",
        )
    flux = ground.conductivity * (ground_temperature - boiling_point)
    return np.asarray(a * flux / hv / np.sqrt(np.pi * ground.diffusivity))
