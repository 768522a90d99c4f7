r"""How much heat radiation the air lets through.

.. math:: \tau = 2.02\,(p_w x)^{-0.09}

with the partial pressure of water :math:`p_w` in Pa and the path x in m, fitted for
:math:`10^4 < p_w x < 10^5` N/m; at most 1. The other models of this room take the result as their
`transmissivity`; without it they let all heat through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.checks import between, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["air_transmissivity", "water_pressure"]


def water_pressure(temperature: ArrayLike, relative_humidity: ArrayLike) -> NDArray[np.float64]:
    """Return the partial pressure of water in the air.

    Parameters
    ----------
    temperature : array_like
        Of the air, 230 to 330. [K]
    relative_humidity : array_like
        0 to 1. [1]

    Returns
    -------
    ndarray
        Pressure. [Pa]

    References
    ----------
    CCPS (2000) Guidelines for Chemical Process Quantitative Risk Analysis (Mudan & Croce 1988).

    Examples
    --------
    >>> round(float(water_pressure(298.0, 0.5)))
    1580
    """
    t = between(temperature, 230, 330, name="temperature", unit="K")
    rh = between(relative_humidity, 0, 1, name="relative_humidity", unit="")
    return np.asarray(101_325.0 * rh * np.exp(14.4114 - 5328.0 / t))


def air_transmissivity(
    path: ArrayLike, temperature: ArrayLike, relative_humidity: ArrayLike
) -> NDArray[np.float64]:
    """Return the share of the heat that passes the air between a flame and a target.

    Parameters
    ----------
    path : array_like
        From the surface of the flame to the target, > 0. [m]
    temperature : array_like
        Of the air, 230 to 330. [K]
    relative_humidity : array_like
        Above 0 to 1. [1]

    Returns
    -------
    ndarray
        Transmissivity, at most 1. [1]

    References
    ----------
    Yellow Book CPR 14E (2005), chapter 6; CCPS (2000).

    Examples
    --------
    >>> round(float(air_transmissivity(65.6, 298.0, 0.5)), 3)
    0.714
    """
    x = positive(path, name="path", unit="m")
    pw = positive(
        water_pressure(temperature, relative_humidity), name="the pressure of water", unit="Pa"
    )
    return np.asarray(np.minimum(2.02 * (pw * x) ** -0.09, 1.0))
