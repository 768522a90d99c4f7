r"""Jet fire as a point that radiates (API RP 521).

.. math:: q = \frac{\tau F \dot m \Delta H_c}{4 \pi r^2}, \qquad
   L = 0.00326\,(\dot m \Delta H_c)^{0.478}

The point stands in the middle of the flame. SI units throughout; pure, broadcasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "jet_distance", "jet_flux", "jet_length"]

CARD = ModelCard(
    key="blast.jetfire",
    version=1,
    title="Jet fire (API point source)",
    title_zh="喷射火（API 点源）",
    inputs=(
        Quantity(name="rate", title="泄漏速率", unit="kg/s", low=0.01, high=2000.0),
        Quantity(name="heat_of_combustion", title="燃烧热", unit="J/kg", low=5e6, high=1.5e8),
        Quantity(
            name="radiant_fraction", title="辐射系数", unit="1", low=0.05, high=0.5, default=0.3
        ),
        Quantity(name="distance", title="距火焰中点", unit="m", low=0.1, high=1e5),
        Quantity(
            name="transmissivity", title="大气透射率", unit="1", low=0.1, high=1.0, default=1.0
        ),
    ),
    outputs=(
        Quantity(name="flux", title="热辐射通量", unit="W/m2", low=0.0),
        Quantity(name="length", title="火焰长度", unit="m", low=0.0),
    ),
    references=(
        "API RP 521 (2007) Pressure-relieving and depressuring systems, section 6.4.2, annex C",
        "CCPS (2000) Guidelines for Chemical Process Quantitative Risk Analysis, section 2.2.6",
    ),
    limits=(
        "点源：距离小于火焰长度时不可用，直接按火焰接触处理",
        "不分喷射方向；水平喷射时目标可能落在火焰内",
    ),
)


def jet_length(rate: ArrayLike, heat_of_combustion: ArrayLike) -> NDArray[np.float64]:
    """Return the length of the flame of a burning jet.

    Parameters
    ----------
    rate : array_like
        Release, 0.01 to 2000. [kg/s]
    heat_of_combustion : array_like
        Net, 5e6 to 1.5e8. [J/kg]

    Returns
    -------
    ndarray
        Length. [m]
    """
    CARD.check(rate=rate, heat_of_combustion=heat_of_combustion)
    power = np.asarray(rate, dtype=np.float64) * np.asarray(heat_of_combustion, dtype=np.float64)
    return np.asarray(0.00326 * power**0.478)


def jet_flux(
    distance: ArrayLike,
    rate: ArrayLike,
    *,
    heat_of_combustion: ArrayLike,
    radiant_fraction: ArrayLike = 0.3,
    transmissivity: ArrayLike = 1.0,
) -> NDArray[np.float64]:
    """Return the heat flux around a burning jet.

    Parameters
    ----------
    distance : array_like
        From the middle of the flame, 0.1 to 100 000. [m]
    rate : array_like
        Release, 0.01 to 2000. [kg/s]
    heat_of_combustion : array_like
        Net, 5e6 to 1.5e8. [J/kg]
    radiant_fraction : array_like
        Share of the heat that is radiated, 0.05 to 0.5. [1]
    transmissivity : array_like
        Of the air, 0.1 to 1. [1]

    Returns
    -------
    ndarray
        Flux on a target turned towards the flame. [W/m2]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    10 kg/s of methane at 100 m:

    >>> round(float(jet_flux(100, 10, heat_of_combustion=50e6)))
    1194
    """
    CARD.check(
        distance=distance,
        rate=rate,
        heat_of_combustion=heat_of_combustion,
        radiant_fraction=radiant_fraction,
        transmissivity=transmissivity,
    )
    r, m, heat, share, tau = (
        np.asarray(v, dtype=np.float64)
        for v in (distance, rate, heat_of_combustion, radiant_fraction, transmissivity)
    )
    return np.asarray(tau * share * m * heat / (4.0 * np.pi * r * r))


def jet_distance(
    flux: ArrayLike,
    rate: ArrayLike,
    *,
    heat_of_combustion: ArrayLike,
    radiant_fraction: ArrayLike = 0.3,
    transmissivity: ArrayLike = 1.0,
) -> NDArray[np.float64]:
    """Return how far from the middle of the flame a heat flux reaches.

    Parameters
    ----------
    flux : array_like
        Threshold, > 0. [W/m2]
    rate : array_like
        Release, 0.01 to 2000. [kg/s]
    heat_of_combustion : array_like
        Net, 5e6 to 1.5e8. [J/kg]
    radiant_fraction : array_like
        Share of the heat that is radiated, 0.05 to 0.5. [1]
    transmissivity : array_like
        Of the air, 0.1 to 1. [1]

    Returns
    -------
    ndarray
        Distance. [m]
    """
    level = positive(flux, name="flux", unit="W/m2")
    at_one_metre = jet_flux(
        1.0,
        rate,
        heat_of_combustion=heat_of_combustion,
        radiant_fraction=radiant_fraction,
        transmissivity=transmissivity,
    )
    return np.asarray(np.sqrt(at_one_metre / level))
