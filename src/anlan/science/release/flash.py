r"""Flash of a liquid that is warmer than its boiling point, and the aerosol it carries.

Share that turns to vapour at once, heat balance over small steps (exact) and in one step:

.. math:: x = 1 - e^{-c_p (T - T_b) / \Delta H_v}, \qquad x_1 = c_p (T - T_b) / \Delta H_v

Part of the rest stays in the air as droplets. The usual rule takes as many as vapour
(:math:`2x` airborne, at most all); for a pressurised release near the ground all of it may.
The droplets evaporate by the air they meet: with :math:`w` kilograms of air per kilogram released

.. math:: w = \frac{(1 - x)\,\Delta H_v}{c_{pa} (T_a - T_b)}

the mixture is all gas at the boiling point. That mixture is the source of the heavy-gas model.

SI units throughout. Every function is pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, positive
from anlan.science.common.constants import ATMOSPHERE, DRY_AIR_MOLAR_MASS, GAS_CONSTANT

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "GasCloud", "aerosol_cloud", "airborne_fraction", "flash_fraction"]

AIR_HEAT_CAPACITY = 1005.0
"""Heat capacity of dry air at constant pressure near 300 K (CRC handbook). [J/(kg K)]"""

CARD = ModelCard(
    key="release.flash",
    version=1,
    title="Flash fraction and aerosol of a superheated liquid",
    title_zh="过热液体闪蒸率与气溶胶",
    inputs=(
        Quantity(name="temperature", title="储存温度", unit="K", low=20.0, high=700.0),
        Quantity(name="boiling_point", title="常压沸点", unit="K", low=20.0, high=700.0),
        Quantity(name="heat_capacity", title="液体比热容", unit="J/(kg K)", low=100.0, high=2e4),
        Quantity(name="heat_of_vaporisation", title="汽化热", unit="J/kg", low=1e4, high=3e6),
    ),
    outputs=(Quantity(name="vapour_fraction", title="闪蒸率", unit="1", low=0.0, high=1.0),),
    references=(
        "CCPS (1999) Guidelines for Consequence Analysis of Chemical Releases, section 2.1.2",
        "CPR 14E (2005) Yellow Book, section 2.5.3",
        (
            "Britter, R. E., McQuaid, J. (1988) Workbook on the dispersion of dense gases,"
            " HSE report 17/1988, chapter 6 (releases with aerosol)"
        ),
    ),
    limits=(
        "单组分；不计储罐与管道内壁换热",
        "气溶胶量用经验规则：结果偏保守，不代表实测",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GasCloud:
    """A continuous source of gas, all vapour, as a dispersion model wants it.

    Parameters
    ----------
    mass_rate : float
        Substance released, without the air in the mixture. [kg/s]
    volume_rate : float
        Volume of the mixture. [m3/s]
    density : float
        Density of the mixture. [kg/m3]
    temperature : float
        Temperature of the mixture. [K]
    fraction : float
        Volume fraction of the substance in the mixture. [1]
    air_ratio : float
        Air already mixed in, per kilogram of substance. [kg/kg]
    """

    mass_rate: float
    volume_rate: float
    density: float
    temperature: float
    fraction: float
    air_ratio: float


def flash_fraction(
    temperature: ArrayLike,
    boiling_point: ArrayLike,
    *,
    heat_capacity: ArrayLike,
    heat_of_vaporisation: ArrayLike,
    in_one_step: bool = False,
) -> NDArray[np.float64]:
    """Return the share of a liquid that turns to vapour when its pressure is let off.

    Parameters
    ----------
    temperature : array_like
        Temperature before, 20 to 700. [K]
    boiling_point : array_like
        Boiling point at the outer pressure, 20 to 700. [K]
    heat_capacity : array_like
        Heat capacity of the liquid, 100 to 20 000. [J/(kg K)]
    heat_of_vaporisation : array_like
        Latent heat, 1e4 to 3e6. [J/kg]
    in_one_step : bool
        Take cp (T - Tb)/Hv, at most 1, instead of the exponential. [-]

    Returns
    -------
    ndarray
        Vapour mass over total mass; 0 at or below the boiling point. [1]

    Examples
    --------
    >>> round(float(flash_fraction(293.15, 239.8, heat_capacity=4600,
    ...     heat_of_vaporisation=1.37e6, in_one_step=True)), 3)
    0.179
    """
    t = positive(temperature, name="temperature", unit="K")
    tb = positive(boiling_point, name="boiling_point", unit="K")
    cp = positive(heat_capacity, name="heat_capacity", unit="J/(kg K)")
    hv = positive(heat_of_vaporisation, name="heat_of_vaporisation", unit="J/kg")
    CARD.check(
        temperature=temperature, boiling_point=boiling_point, heat_capacity=heat_capacity,
        heat_of_vaporisation=heat_of_vaporisation,
    )  # fmt: skip
    jakob = np.maximum(cp * (t - tb) / hv, 0.0)
    return np.asarray(np.minimum(jakob, 1.0) if in_one_step else -np.expm1(-jakob))


def airborne_fraction(vapour_fraction: ArrayLike) -> NDArray[np.float64]:
    """Return the share that stays in the air: the vapour and as many droplets, at most all.

    Parameters
    ----------
    vapour_fraction : array_like
        Share flashed, 0 to 1. [1]

    Returns
    -------
    ndarray
        Share airborne. [1]
    """
    x = between(vapour_fraction, 0, 1, name="vapour_fraction", unit="")
    return np.asarray(np.minimum(2.0 * x, 1.0))


def aerosol_cloud(
    mass_rate: float,
    vapour_fraction: float,
    *,
    molar_mass: float,
    boiling_point: float,
    heat_of_vaporisation: float,
    ambient_temperature: float,
    pressure: float = ATMOSPHERE,
) -> GasCloud:
    """Return the mixture in which the air has just evaporated all droplets.

    Parameters
    ----------
    mass_rate : float
        Substance that stays in the air, > 0. [kg/s]
    vapour_fraction : float
        Vapour share of it, 0 to 1. [1]
    molar_mass : float
        Molar mass of the substance, > 0. [kg/mol]
    boiling_point : float
        Temperature of the two-phase jet, below that of the air. [K]
    heat_of_vaporisation : float
        Latent heat at the boiling point, 1e4 to 3e6. [J/kg]
    ambient_temperature : float
        Temperature of the air. [K]
    pressure : float
        Pressure of the air, > 0. [Pa]

    Returns
    -------
    GasCloud
        The equivalent source, at the boiling point.

    Raises
    ------
    ValueError
        If the air is not warmer than the boiling point while droplets remain.
    """
    m = float(positive(mass_rate, name="mass_rate", unit="kg/s"))
    x = float(between(vapour_fraction, 0, 1, name="vapour_fraction", unit=""))
    positive(molar_mass, name="molar_mass", unit="kg/mol")
    positive(heat_of_vaporisation, name="heat_of_vaporisation", unit="J/kg")
    positive(boiling_point, name="boiling_point", unit="K")
    positive(ambient_temperature, name="ambient_temperature", unit="K")
    positive(pressure, name="pressure", unit="Pa")
    CARD.check(boiling_point=boiling_point, heat_of_vaporisation=heat_of_vaporisation)
    if x < 1 and not ambient_temperature > boiling_point:
        raise ValueError(
            f"ambient_temperature must be above boiling_point {boiling_point:g} K"
            f" while droplets remain, got {ambient_temperature!r}"
        )
    air = 0.0
    if x < 1:
        air = (1 - x) * heat_of_vaporisation / AIR_HEAT_CAPACITY
        air /= ambient_temperature - boiling_point
    moles = 1.0 / molar_mass + air / DRY_AIR_MOLAR_MASS
    volume = moles * GAS_CONSTANT * boiling_point / pressure
    return GasCloud(
        mass_rate=m,
        volume_rate=m * volume,
        density=(1.0 + air) / volume,
        temperature=boiling_point,
        fraction=1.0 / molar_mass / moles,
        air_ratio=air,
    )
