r"""Rate of spread of a forest fire after 王正非 and 毛贤敏.

.. math:: R = R_0 K_s K_w K_\varphi, \qquad
   R_0 = 0.03 T + 0.05 W + 0.01 (100 - RH) - 0.3

.. math:: K_w = e^{0.1783 V \cos\vartheta}, \qquad
   K_\varphi = e^{\pm 3.533 |\tan\varphi|^{1.2}}

in m/min, with T in °C, RH in %, V in m/s, the wind force
:math:`W = \lfloor (V/0.836)^{2/3} \rfloor`, the angle :math:`\vartheta` between wind and spread,
the slope :math:`\varphi` along the spread (+ uphill). Results are SI. Copies of the formula with
3.553, with tan(1.2 φ) or with V in km/h are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "DANGEROUS_RATE",
    "Spread",
    "fuel_factors",
    "initial_rate",
    "spread_field",
    "spread_rate",
]

MINUTE = 60.0
"""Seconds in the minute of the published rates. [s]"""

DANGEROUS_RATE = 0.6 / MINUTE
"""R0 from which danger was declared in 北京房山 (北京林业大学学报 2008 S1). [m/s]"""

WIND, SLOPE = 0.1783, 3.533
"""Exponents of the wind [s/m] and of the slope [1]."""

DIRECTIONS = 72
"""Directions in which the fastest spread is sought."""

CARD = ModelCard(
    key="fire.wang",
    version=1,
    title="Rate of spread of a forest fire (王正非-毛贤敏)",
    title_zh="林火蔓延速度（王正非—毛贤敏模型）",
    inputs=(
        Quantity(name="temperature_c", title="气温", unit="degC", low=-30.0, high=45.0),
        Quantity(name="wind_speed", title="风速", unit="m/s", low=0.0, high=12.0),
        Quantity(name="humidity_percent", title="相对湿度", unit="%", low=0.0, high=100.0),
        Quantity(
            name="fuel_factor", title="可燃物系数 Ks", unit="1", low=0.0, high=2.5, default=1.0
        ),
        Quantity(name="wind_angle_deg", title="蔓延方向与风向夹角", unit="deg"),
        Quantity(name="slope_deg", title="沿蔓延方向坡度", unit="deg", low=-60.0, high=60.0),
    ),
    outputs=(Quantity(name="rate", title="蔓延速度", unit="m/s", low=0.0),),
    references=(
        "王正非 (1983) 山火初始蔓延速度测算法, 山地研究 1(2), 42-51",
        "毛贤敏 (1993) 风和地形对林火蔓延速度的作用, 应用气象学报 4(1), 100-104",
        "林业科学 46(1) (2010), 北京西山林火行为：地表火 0.01—0.22 m/s",
    ),
    limits=(
        "坡度不超过 60°、风速不超过 12 m/s；更大风速下指数增长失真，拒绝计算",
        "地表火；树冠火和飞火不在内",
        "Kw 已含风向余弦，不可再乘椭圆",
        "R0 为负（低温、高湿、静风）时取 0：不蔓延",
    ),
    unconfirmed=("可燃物系数 Ks 的中文名称待核对 王正非 1983",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Directional spread of each cell, for `anlan.science.fire.arrival`.

    Parameters
    ----------
    rate : ndarray
        Of the head. [m/s]
    direction_deg : ndarray
        In which the head runs, clockwise from north. [deg]
    eccentricity : ndarray
        Of the ellipse, 0 to below 1. [1]
    """

    rate: NDArray[np.float64]
    direction_deg: NDArray[np.float64]
    eccentricity: NDArray[np.float64]


@cache
def fuel_factors() -> tuple[tuple[float, str, str], ...]:
    """Return Ks, Chinese and English name of each kind of fuel (Chinese names 待确认)."""
    return tuple(
        (float(row["ks"]), row["fuel_zh"], row["fuel_en"])
        for row in read_rows("anlan.science.fire", "fuel_factor.csv")
    )


def initial_rate(
    temperature_c: ArrayLike, wind_speed: ArrayLike, humidity_percent: ArrayLike
) -> NDArray[np.float64]:
    """Return the initial rate of spread R0.

    Parameters
    ----------
    temperature_c : array_like
        Temperature, -30 to 45. [degC]
    wind_speed : array_like
        0 to 12. [m/s]
    humidity_percent : array_like
        Relative humidity, 0 to 100. [%]

    Returns
    -------
    ndarray
        Rate, not below 0. [m/s]

    Examples
    --------
    20 °C, 3 m/s, 40 %: 1 m/min.

    >>> round(float(initial_rate(20, 3, 40)) * 60, 6)
    1.0
    """
    CARD.check(
        temperature_c=temperature_c, wind_speed=wind_speed, humidity_percent=humidity_percent
    )
    t, v, rh = (
        np.asarray(x, dtype=np.float64) for x in (temperature_c, wind_speed, humidity_percent)
    )
    force = np.floor((v / 0.836) ** (2.0 / 3.0))
    r0 = 0.03 * t + 0.05 * force + 0.01 * (100.0 - rh) - 0.3
    return np.asarray(np.maximum(r0, 0.0) / MINUTE)


def spread_rate(
    temperature_c: ArrayLike,
    wind_speed: ArrayLike,
    humidity_percent: ArrayLike,
    *,
    fuel_factor: ArrayLike = 1.0,
    wind_angle_deg: ArrayLike = 0.0,
    slope_deg: ArrayLike = 0.0,
) -> NDArray[np.float64]:
    """Return the rate of spread in one direction.

    Parameters
    ----------
    temperature_c : array_like
        Temperature, -30 to 45. [degC]
    wind_speed : array_like
        0 to 12. [m/s]
    humidity_percent : array_like
        Relative humidity, 0 to 100. [%]
    fuel_factor : array_like
        Ks, 0.4 (needles) to 2.0 (grassland); 0 does not burn. [1]
    wind_angle_deg : array_like
        Between the spread and where the wind blows to; 0 with the wind. [deg]
    slope_deg : array_like
        Along the spread, uphill positive, -60 to 60. [deg]

    Returns
    -------
    ndarray
        Rate. [m/s]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    With 3 m/s up a slope of 20 degrees: 4.8816 m/min.

    >>> round(float(spread_rate(20, 3, 40, slope_deg=20)) * 60, 4)
    4.8816
    """
    CARD.check(fuel_factor=fuel_factor, slope_deg=slope_deg, wind_speed=wind_speed)
    angle = np.radians(finite(wind_angle_deg, name="wind_angle_deg", unit="deg"))
    up = np.tan(np.radians(np.asarray(slope_deg, dtype=np.float64)))
    wind = np.exp(WIND * np.asarray(wind_speed, dtype=np.float64) * np.cos(angle))
    hill = np.exp(SLOPE * np.sign(up) * np.abs(up) ** 1.2)
    r0 = initial_rate(temperature_c, wind_speed, humidity_percent)
    return np.asarray(r0 * np.asarray(fuel_factor, dtype=np.float64) * wind * hill)


def spread_field(
    temperature_c: ArrayLike,
    wind_speed: ArrayLike,
    humidity_percent: ArrayLike,
    *,
    wind_to_deg: ArrayLike,
    fuel_factor: ArrayLike = 1.0,
    slope_deg: ArrayLike = 0.0,
    uphill_deg: ArrayLike = 0.0,
) -> Spread:
    """Return head, direction and eccentricity of the spread of each cell.

    The head is the fastest of 72 directions; the ellipse is the one that runs through it and
    through the rate in the opposite direction, so wind and slope are not counted twice.

    Parameters
    ----------
    temperature_c : array_like
        Temperature, -30 to 45. [degC]
    wind_speed : array_like
        0 to 12. [m/s]
    humidity_percent : array_like
        Relative humidity, 0 to 100. [%]
    wind_to_deg : array_like
        Where the wind blows to, clockwise from north. [deg]
    fuel_factor : array_like
        Ks; 0 does not burn. [1]
    slope_deg : array_like
        Steepest slope of the ground, 0 to 60. [deg]
    uphill_deg : array_like
        Direction of the steepest ascent, clockwise from north. [deg]

    Returns
    -------
    Spread
        Of the broadcast shape.
    """
    to = finite(wind_to_deg, name="wind_to_deg", unit="deg")
    uphill = finite(uphill_deg, name="uphill_deg", unit="deg")
    steep = np.tan(np.radians(between(slope_deg, 0, 60, name="slope_deg", unit="deg")))

    def at(direction: ArrayLike) -> NDArray[np.float64]:
        d = np.asarray(direction, dtype=np.float64)
        along = np.degrees(np.arctan(steep * np.cos(np.radians(d - uphill))))
        return spread_rate(
            temperature_c,
            wind_speed,
            humidity_percent,
            fuel_factor=fuel_factor,
            wind_angle_deg=d - to,
            slope_deg=along,
        )

    at(uphill)  # the steepest way decides whether the ground is in range
    shape = np.broadcast_shapes(
        *(np.shape(x) for x in (temperature_c, humidity_percent, fuel_factor, steep, to, uphill)),
        np.shape(wind_speed),
    )
    # Only what changes with the direction is compared: the exponents of wind and slope.
    pull = WIND * np.asarray(wind_speed, dtype=np.float64)
    climb = SLOPE * np.abs(steep) ** 1.2 * np.sign(steep)
    best, head = np.full(shape, -np.inf), np.zeros(shape)
    for direction in np.arange(DIRECTIONS) * 360.0 / DIRECTIONS:
        rise = np.cos(np.radians(direction - uphill))
        here = pull * np.cos(np.radians(direction - to)) + climb * (
            np.sign(rise) * np.abs(rise) ** 1.2
        )
        faster = here > best
        head = np.where(faster, direction, head)
        best = np.where(faster, here, best)
    best, back = at(head), at(head + 180.0)
    total = np.where(best > 0, best + back, 1.0)
    return Spread(rate=best, direction_deg=head, eccentricity=(best - back) / total)
