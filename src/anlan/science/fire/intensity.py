r"""Intensity and flame length of a fire front (Byram 1959).

.. math:: I = H w R, \qquad L = 0.0775\, I^{0.46}

with I in kW/m and L in m inside; arguments and results are SI.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "attack", "fireline_intensity", "flame_length"]

ATTACK = ((500e3, "hand"), (2000e3, "engine"), (4000e3, "aircraft"), (float("inf"), "none"))
"""Upper end of the intensity [W/m] up to which hand tools, engines and bulldozers, aircraft can
hold the head; above 4000 kW/m none can (Andrews & Rothermel 1982, rounded)."""

CARD = ModelCard(
    key="fire.intensity",
    version=1,
    title="Fireline intensity and flame length (Byram)",
    title_zh="火线强度与火焰长度（Byram）",
    inputs=(
        Quantity(name="rate", title="蔓延速度", unit="m/s", low=0.0, high=20.0),
        Quantity(name="fuel_load", title="有效可燃物载量", unit="kg/m2", low=0.0, high=50.0),
        Quantity(
            name="heat_content", title="热值", unit="J/kg", low=1e7, high=2.5e7, default=1.8e7
        ),
    ),
    outputs=(
        Quantity(name="intensity", title="火线强度", unit="W/m", low=0.0),
        Quantity(name="flame_length", title="火焰长度", unit="m", low=0.0),
    ),
    references=(
        "Byram, G. M. (1959) Combustion of forest fuels, in Davis: Forest fire control and use",
        "Andrews, P. L., Rothermel, R. C. (1982) Charts for interpreting wildland fire behavior",
    ),
    limits=("火焰长度式用于地表火；树冠火偏低", "载量应为火头经过时烧掉的部分"),
)


def fireline_intensity(
    rate: ArrayLike, fuel_load: ArrayLike, *, heat_content: ArrayLike = 1.8e7
) -> NDArray[np.float64]:
    """Return the heat that a metre of the front gives off.

    Parameters
    ----------
    rate : array_like
        Rate of spread, 0 to 20. [m/s]
    fuel_load : array_like
        Fuel consumed in the front, 0 to 50. [kg/m2]
    heat_content : array_like
        Low heat of combustion, 1e7 to 2.5e7. [J/kg]

    Returns
    -------
    ndarray
        Intensity; 1 kW/m is 1000 W/m. [W/m]

    Examples
    --------
    20 m/min through 0.8 kg/m2: 4800 kW/m.

    >>> round(float(fireline_intensity(20 / 60, 0.8)) / 1000)
    4800
    """
    CARD.check(rate=rate, fuel_load=fuel_load, heat_content=heat_content)
    r, w, h = (np.asarray(x, dtype=np.float64) for x in (rate, fuel_load, heat_content))
    return np.asarray(h * w * r)


def flame_length(intensity: ArrayLike) -> NDArray[np.float64]:
    """Return the length of the flames.

    Parameters
    ----------
    intensity : array_like
        Fireline intensity, >= 0. [W/m]

    Returns
    -------
    ndarray
        Length. [m]

    Examples
    --------
    >>> round(float(flame_length(4800e3)), 2)
    3.83
    """
    kw = not_negative(intensity, name="intensity", unit="W/m") / 1000.0
    return np.asarray(0.0775 * kw**0.46)


def attack(intensity: float) -> str:
    """Return what can still hold the head of the fire.

    Parameters
    ----------
    intensity : float
        Fireline intensity, >= 0. [W/m]

    Returns
    -------
    str
        `hand`, `engine`, `aircraft` or `none` (only the flanks and the rear).
    """
    i = float(not_negative(intensity, name="intensity", unit="W/m"))
    return next(means for end, means in ATTACK if i <= end)
