r"""Fireball of a BLEVE (CCPS).

.. math:: D = 5.8 M^{1/3}, \qquad t = 0.45 M^{1/3}\;(M < 30\,\mathrm{t}),\quad
   t = 2.6 M^{1/6}\;(M \ge 30\,\mathrm{t})

The flux on a target that faces it, the fireball resting on the ground, X from its centre
on the ground:

.. math:: q = \tau E F, \qquad F = \frac{X R^2}{(X^2 + R^2)^{3/2}}

which is the view factor of a sphere of the radius R, its centre at the height R, on a vertical
target. SI units throughout; pure, broadcasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.blast.distance import reach
from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "fireball_diameter",
    "fireball_distance",
    "fireball_duration",
    "fireball_flux",
    "fireball_view_factor",
]

LARGE = 30_000.0
"""Mass from which the duration grows with the sixth root (CCPS). [kg]"""

CARD = ModelCard(
    key="blast.fireball",
    version=1,
    title="Fireball of a BLEVE",
    title_zh="沸腾液体扩展蒸气爆炸（BLEVE）火球",
    inputs=(
        Quantity(name="mass", title="参与火球的燃料质量", unit="kg", low=0.1, high=5e6),
        Quantity(name="distance", title="距火球地面中心", unit="m", low=0.0, high=1e6),
        Quantity(
            name="emissive_power",
            title="表面热辐射通量",
            unit="W/m2",
            low=5e4,
            high=4.5e5,
            default=3.5e5,
        ),
        Quantity(
            name="transmissivity", title="大气透射率", unit="1", low=0.1, high=1.0, default=1.0
        ),
    ),
    outputs=(
        Quantity(name="diameter", title="火球直径", unit="m", low=0.0),
        Quantity(name="duration", title="持续时间", unit="s", low=0.0),
        Quantity(name="flux", title="热辐射通量", unit="W/m2", low=0.0),
    ),
    references=(
        (
            "CCPS (1994) Guidelines for Evaluating the Characteristics of Vapor Cloud Explosions,"
            " Flash Fires and BLEVEs, chapter 6"
        ),
        "CCPS (1999) Guidelines for Consequence Analysis of Chemical Releases, section 2.2.5",
    ),
    limits=(
        "火球按贴地球体计算，不随时间升空变化：近处偏大",
        "不含爆炸冲击波和罐体碎片，碎片可飞出数百米",
        "全部燃料参与火球为保守取值；透射率取 1 为保守取值",
    ),
)


def fireball_diameter(mass: ArrayLike) -> NDArray[np.float64]:
    """Return the largest diameter of the fireball.

    Parameters
    ----------
    mass : array_like
        Fuel in the fireball, 0.1 to 5e6. [kg]

    Returns
    -------
    ndarray
        Diameter. [m]

    Examples
    --------
    CCPS: 22.7 m3 of propane, 90 % full:

    >>> round(float(fireball_diameter(22.7 * 0.9 * 585.3)), 1)
    132.6
    """
    return np.asarray(5.8 * np.cbrt(_mass(mass)))


def fireball_duration(mass: ArrayLike) -> NDArray[np.float64]:
    """Return how long the fireball burns.

    Parameters
    ----------
    mass : array_like
        Fuel in the fireball, 0.1 to 5e6. [kg]

    Returns
    -------
    ndarray
        Duration; from 30 t with the sixth root of the mass. [s]

    Examples
    --------
    >>> round(float(fireball_duration(22.7 * 0.9 * 585.3)), 2)
    10.29
    """
    m = _mass(mass)
    return np.where(m < LARGE, 0.45 * np.cbrt(m), 2.6 * m ** (1.0 / 6.0))


def fireball_view_factor(distance: ArrayLike, radius: ArrayLike) -> NDArray[np.float64]:
    """Return the view factor of a fireball that rests on the ground, vertical target.

    Parameters
    ----------
    distance : array_like
        From the point below its centre, 0 to 1e6. [m]
    radius : array_like
        Radius of the fireball, > 0. [m]

    Returns
    -------
    ndarray
        View factor, 0 to 0.385. [1]

    Examples
    --------
    >>> round(float(fireball_view_factor(100, 66.3154)), 4)
    0.2546
    """
    CARD.check(distance=distance)
    x = not_negative(distance, name="distance", unit="m")
    r = positive(radius, name="radius", unit="m")
    return np.asarray(x * r * r / (x * x + r * r) ** 1.5)


def fireball_flux(
    distance: ArrayLike,
    mass: ArrayLike,
    *,
    emissive_power: ArrayLike = 3.5e5,
    transmissivity: ArrayLike = 1.0,
) -> NDArray[np.float64]:
    """Return the heat flux on a vertical target while the fireball burns.

    Parameters
    ----------
    distance : array_like
        From the point below its centre, 0 to 1e6. [m]
    mass : array_like
        Fuel in the fireball, 0.1 to 5e6. [kg]
    emissive_power : array_like
        Of the surface, 50 000 to 450 000. [W/m2]
    transmissivity : array_like
        Of the air, 0.1 to 1. [1]

    Returns
    -------
    ndarray
        Flux. [W/m2]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    CCPS: 89.1 kW/m2 at 100 m:

    >>> round(float(fireball_flux(100, 22.7 * 0.9 * 585.3)) / 1000, 1)
    89.1
    """
    CARD.check(emissive_power=emissive_power)
    tau = between(transmissivity, 0.1, 1, name="transmissivity", unit="")
    power = np.asarray(emissive_power, dtype=np.float64)
    f = fireball_view_factor(distance, fireball_diameter(mass) / 2.0)
    return np.asarray(tau * power * f)


def fireball_distance(
    flux: float, mass: float, *, emissive_power: float = 3.5e5, transmissivity: float = 1.0
) -> float:
    """Return how far a heat flux reaches, for a zone.

    Parameters
    ----------
    flux : float
        Threshold, > 0. [W/m2]
    mass : float
        Fuel in the fireball, 0.1 to 5e6. [kg]
    emissive_power : float
        Of the surface. [W/m2]
    transmissivity : float
        Of the air. [1]

    Returns
    -------
    float
        Distance from the point below the centre, 0 where it is not reached. [m]
    """
    level = float(positive(flux, name="flux", unit="W/m2"))
    radius = float(fireball_diameter(mass)) / 2.0

    def at(x: float) -> float:
        return float(
            fireball_flux(x, mass, emissive_power=emissive_power, transmissivity=transmissivity)
        )

    # the view factor is largest at x = R / sqrt 2 and falls from there
    return reach(at, level, nearest=radius / 2.0**0.5, farthest=1e5)


def _mass(mass: ArrayLike) -> NDArray[np.float64]:
    m = positive(mass, name="mass", unit="kg")
    CARD.check(mass=mass)
    return m
