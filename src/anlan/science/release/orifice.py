r"""Flow through a hole: liquid, gas, and liquid that flashes.

Liquid (Bernoulli), with the pressure difference and the height of liquid above the hole:

.. math:: \dot m = C_d A \sqrt{2 \rho \Delta p + 2 \rho^2 g h}

Gas, choked when :math:`p_a / p \le \left(\frac{2}{\gamma+1}\right)^{\gamma/(\gamma-1)}`:

.. math:: \dot m = C_d A \sqrt{\gamma \rho p \left(\frac{2}{\gamma+1}\right)^{(\gamma+1)/(\gamma-1)}}

and otherwise, with :math:`r = p_a/p`:

.. math:: \dot m = C_d A \sqrt{2 \rho p \frac{\gamma}{\gamma-1}
   \left(r^{2/\gamma} - r^{(\gamma+1)/\gamma}\right)}

Liquid at its boiling pressure that flashes in a passage of at least 0.1 m (equilibrium, Fauske):

.. math:: \dot m = A \frac{\Delta H_v}{v_g - v_l} \sqrt{\frac{1}{T c_p}}

Liquid that flashes before the hole, as HJ 169-2018 (appendix F.1.3) has it:

.. math:: \dot m = C_d A \sqrt{2 \rho_m (p - 0.55 p)}, \qquad
   \rho_m = \left(\frac{x}{\rho_v} + \frac{1 - x}{\rho_l}\right)^{-1}

SI units throughout. Every function is pure, takes scalars or arrays, and broadcasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite, not_negative, positive
from anlan.science.common.constants import ATMOSPHERE, GAS_CONSTANT, GRAVITY
from anlan.science.common.refusal import RefusalError, received

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "critical_pressure_ratio",
    "flashing_rate",
    "gas_density",
    "gas_rate",
    "hole_area",
    "liquid_rate",
    "two_phase_rate",
]

CARD = ModelCard(
    key="release.orifice",
    version=1,
    title="Flow through a hole: liquid, gas, flashing liquid",
    title_zh="孔口泄漏流量（液体、气体、闪蒸液体）",
    inputs=(
        Quantity(name="diameter", title="孔径", unit="m", low=1e-4, high=2.0, default=0.02),
        Quantity(
            name="discharge_coefficient",
            title="流量系数",
            unit="1",
            low=0.0,
            high=1.0,
            default=0.62,
        ),
        Quantity(name="pressure", title="容器内绝对压力", unit="Pa", low=1e4, high=1e8),
        Quantity(name="temperature", title="容器内温度", unit="K", low=20.0, high=1500.0),
        Quantity(name="head", title="孔上方液位高度", unit="m", low=0.0, high=100.0, default=0.0),
    ),
    outputs=(Quantity(name="rate", title="质量流量", unit="kg/s", low=0.0),),
    references=(
        "CCPS (1999) Guidelines for Consequence Analysis of Chemical Releases, pp. 40 and 47",
        "CPR 14E (2005) Methods for the calculation of physical effects (Yellow Book), chapter 2",
        (
            "Fauske, H. K. (1985) Flashing flows, Plant/Operations Progress 4(3), 132-134,"
            " doi:10.1002/prsb.720040305"
        ),
        "HJ 169-2018 建设项目环境风险评价技术导则, 附录 F.1.3",
    ),
    limits=(
        "气体按理想气体计算：数十个大气压的甲烷约偏低几个百分点",
        "不计容器压力和液位随时间下降：结果是初始（最大）流量",
        "闪蒸式只用于长度不小于 0.1 m 的通道；薄壁小孔按液体公式",
    ),
)


def hole_area(diameter: ArrayLike) -> NDArray[np.float64]:
    """Return the area of a round hole.

    Parameters
    ----------
    diameter : array_like
        Diameter, 1e-4 to 2. [m]

    Returns
    -------
    ndarray
        Area. [m2]
    """
    d = positive(diameter, name="diameter", unit="m")
    CARD.check(diameter=diameter)
    return np.asarray(np.pi * d * d / 4.0)


def liquid_rate(
    area: ArrayLike,
    density: ArrayLike,
    overpressure: ArrayLike,
    *,
    head: ArrayLike = 0.0,
    discharge_coefficient: ArrayLike = 0.62,
) -> NDArray[np.float64]:
    """Return the mass flow of a liquid through a hole (Bernoulli).

    Parameters
    ----------
    area : array_like
        Area of the hole, > 0. [m2]
    density : array_like
        Density of the liquid, > 0. [kg/m3]
    overpressure : array_like
        Pressure above the liquid less that outside, >= 0. [Pa]
    head : array_like
        Height of liquid above the hole, 0 to 100. [m]
    discharge_coefficient : array_like
        Share of the ideal flow, 0 to 1; sharp edge 0.62, rounded or torn pipe 1. [1]

    Returns
    -------
    ndarray
        Mass flow. [kg/s]

    Raises
    ------
    ValueError
        If an argument lies outside the stated range.

    References
    ----------
    CCPS (1999), p. 40.

    Examples
    --------
    CCPS p. 40: 490 kg/m3, 10 mm hole, 2 m of liquid as 19 610 Pa:

    >>> round(float(liquid_rate(hole_area(0.01), 490, 19610.0368, discharge_coefficient=0.63)), 4)
    0.2169
    """
    a = positive(area, name="area", unit="m2")
    rho = positive(density, name="density", unit="kg/m3")
    dp = not_negative(overpressure, name="overpressure", unit="Pa")
    h = not_negative(head, name="head", unit="m")
    CARD.check(head=head)
    cd = between(discharge_coefficient, 0, 1, name="discharge_coefficient", unit="")
    return np.asarray(cd * a * np.sqrt(2.0 * rho * (dp + rho * GRAVITY * h)))


def gas_density(
    pressure: ArrayLike, temperature: ArrayLike, molar_mass: ArrayLike
) -> NDArray[np.float64]:
    """Return the density of an ideal gas.

    Parameters
    ----------
    pressure : array_like
        Absolute pressure, 1e4 to 1e8. [Pa]
    temperature : array_like
        Temperature, 20 to 1500. [K]
    molar_mass : array_like
        Molar mass, > 0. [kg/mol]

    Returns
    -------
    ndarray
        Density. [kg/m3]
    """
    p = positive(pressure, name="pressure", unit="Pa")
    t = positive(temperature, name="temperature", unit="K")
    m = positive(molar_mass, name="molar_mass", unit="kg/mol")
    CARD.check(pressure=pressure, temperature=temperature)
    return np.asarray(p * m / (GAS_CONSTANT * t))


def critical_pressure_ratio(gamma: ArrayLike) -> NDArray[np.float64]:
    """Return the ratio of outer to inner pressure below which the flow of a gas is choked.

    Parameters
    ----------
    gamma : array_like
        Ratio of heat capacities, > 1. [1]

    Returns
    -------
    ndarray
        Pressure ratio. [1]

    Examples
    --------
    >>> round(float(critical_pressure_ratio(1.4)), 4)
    0.5283
    """
    k = _gamma(gamma)
    return np.asarray((2.0 / (k + 1.0)) ** (k / (k - 1.0)))


def gas_rate(
    area: ArrayLike,
    pressure: ArrayLike,
    density: ArrayLike,
    *,
    gamma: ArrayLike,
    ambient_pressure: ArrayLike = ATMOSPHERE,
    discharge_coefficient: ArrayLike = 0.85,
) -> NDArray[np.float64]:
    """Return the mass flow of a gas through a hole, choked or not.

    Parameters
    ----------
    area : array_like
        Area of the hole, > 0. [m2]
    pressure : array_like
        Absolute pressure inside, at least that outside, 1e4 to 1e8. [Pa]
    density : array_like
        Density inside, > 0; `gas_density` gives it for an ideal gas. [kg/m3]
    gamma : array_like
        Ratio of heat capacities, > 1. [1]
    ambient_pressure : array_like
        Absolute pressure outside, > 0. [Pa]
    discharge_coefficient : array_like
        Share of the ideal flow, 0 to 1. [1]

    Returns
    -------
    ndarray
        Mass flow. [kg/s]

    Raises
    ------
    ValueError
        If an argument lies outside the stated range.

    References
    ----------
    CCPS (1999), p. 47.

    Examples
    --------
    CCPS p. 47: propane at 501 kPa through 10 mm:

    >>> round(float(gas_rate(hole_area(0.01), 501e3, 8.90, gamma=1.15)), 3)
    0.09
    """
    a = positive(area, name="area", unit="m2")
    p = positive(pressure, name="pressure", unit="Pa")
    rho = positive(density, name="density", unit="kg/m3")
    k = _gamma(gamma)
    CARD.check(pressure=pressure)
    pa = positive(ambient_pressure, name="ambient_pressure", unit="Pa")
    cd = between(discharge_coefficient, 0, 1, name="discharge_coefficient", unit="")
    if not np.all(p >= pa):
        raise RefusalError(
            f"pressure must be >= ambient_pressure {pa!r} Pa, got {pressure!r}",
            zh=f"容器压力应不小于环境气压{received(pressure)}",
        )
    ratio = np.maximum(pa / p, (2.0 / (k + 1.0)) ** (k / (k - 1.0)))
    flux = 2.0 * rho * p * k / (k - 1.0) * (ratio ** (2.0 / k) - ratio ** ((k + 1.0) / k))
    return np.asarray(cd * a * np.sqrt(np.maximum(flux, 0.0)))


def flashing_rate(
    area: ArrayLike,
    temperature: ArrayLike,
    *,
    heat_of_vaporisation: ArrayLike,
    heat_capacity: ArrayLike,
    volume_change: ArrayLike,
) -> NDArray[np.float64]:
    """Return the mass flow of a saturated liquid that flashes in a passage >= 0.1 m long.

    Parameters
    ----------
    area : array_like
        Area of the passage, > 0. [m2]
    temperature : array_like
        Temperature of the saturated liquid, 20 to 1500. [K]
    heat_of_vaporisation : array_like
        Latent heat, > 0. [J/kg]
    heat_capacity : array_like
        Heat capacity of the liquid, > 0. [J/(kg K)]
    volume_change : array_like
        Specific volume of the vapour less that of the liquid, > 0. [m3/kg]

    Returns
    -------
    ndarray
        Mass flow. [kg/s]

    References
    ----------
    Fauske (1985), equation for equilibrium flow.

    Examples
    --------
    Propylene at 25 °C through 1 cm (Crowl & Louvar, Chemical Process Safety, section 4-7):

    >>> round(float(flashing_rate(hole_area(0.01), 298, heat_of_vaporisation=334e3,
    ...     heat_capacity=2180, volume_change=0.042)), 3)
    0.775
    """
    a = positive(area, name="area", unit="m2")
    t = positive(temperature, name="temperature", unit="K")
    hv = positive(heat_of_vaporisation, name="heat_of_vaporisation", unit="J/kg")
    cp = positive(heat_capacity, name="heat_capacity", unit="J/(kg K)")
    v = positive(volume_change, name="volume_change", unit="m3/kg")
    CARD.check(temperature=temperature)
    return np.asarray(a * hv / v / np.sqrt(t * cp))


def two_phase_rate(
    area: ArrayLike,
    pressure: ArrayLike,
    *,
    vapour_fraction: ArrayLike,
    vapour_density: ArrayLike,
    liquid_density: ArrayLike,
    discharge_coefficient: ArrayLike = 0.8,
    critical_ratio: ArrayLike = 0.55,
) -> NDArray[np.float64]:
    """Return the mass flow of a mixture of liquid and vapour (HJ 169-2018, 两相流泄漏).

    Parameters
    ----------
    area : array_like
        Area of the hole, > 0. [m2]
    pressure : array_like
        Absolute pressure inside, 1e4 to 1e8. [Pa]
    vapour_fraction : array_like
        Share that has turned to vapour, 0 to 1: `flash.flash_fraction` with the boiling point at
        the critical pressure and `in_one_step=True`. [1]
    vapour_density : array_like
        Density of the vapour at the critical pressure, > 0. [kg/m3]
    liquid_density : array_like
        Density of the liquid, > 0. [kg/m3]
    discharge_coefficient : array_like
        Share of the ideal flow, 0 to 1; 0.8 in the standard. [1]
    critical_ratio : array_like
        Critical pressure over that inside, 0 to 1; 0.55 in the standard, which prints it as
        "0.55 Pa". [1]

    Returns
    -------
    ndarray
        Mass flow. [kg/s]

    Examples
    --------
    Ammonia at 857 kPa, a tenth of it vapour, through 20 mm:

    >>> round(float(two_phase_rate(hole_area(0.02), 857e3, vapour_fraction=0.1,
    ...     vapour_density=3.7, liquid_density=630)), 2)
    1.31
    """
    a = positive(area, name="area", unit="m2")
    p = positive(pressure, name="pressure", unit="Pa")
    CARD.check(pressure=pressure)
    x = between(vapour_fraction, 0, 1, name="vapour_fraction", unit="")
    vapour = positive(vapour_density, name="vapour_density", unit="kg/m3")
    liquid = positive(liquid_density, name="liquid_density", unit="kg/m3")
    cd = between(discharge_coefficient, 0, 1, name="discharge_coefficient", unit="")
    ratio = between(critical_ratio, 0, 1, name="critical_ratio", unit="")
    mixture = 1.0 / (x / vapour + (1.0 - x) / liquid)
    return np.asarray(cd * a * np.sqrt(2.0 * mixture * p * (1.0 - ratio)))


def _gamma(gamma: ArrayLike) -> NDArray[np.float64]:
    k = finite(gamma, name="gamma", unit="")
    if not np.all((k > 1.0) & (k <= 1.7)):
        raise ValueError(f"gamma must be above 1 and at most 1.7, got {gamma!r}")
    return k
