r"""Blow-down of a long gas pipe after a full break (Wilson), with a valve that closes.

.. math:: q(t) = \frac{q_0}{1 + a}\left(e^{-t/(a^2 b)} + a\,e^{-t/b}\right), \qquad
   a = \frac{m}{b\,q_0}

with the initial choked flow :math:`q_0`, the mass m between the break and the valve and the
time constant of the pipe

.. math:: b = \frac23 \frac{L}{c} \sqrt{\frac{\gamma f L}{d}}, \qquad c = \sqrt{\gamma R T / M}

Until the valve closes the feed is added: it arrives at the break. The whole outflow is exactly
the mass in the section plus what was fed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative, positive
from anlan.science.common.constants import GAS_CONSTANT
from anlan.science.release.orifice import critical_pressure_ratio, gas_density, gas_rate, hole_area

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "BrokenPipe", "outflow", "outflow_rate"]

CARD = ModelCard(
    key="release.pipeline",
    version=1,
    title="Blow-down of a long gas pipe (Wilson)",
    title_zh="长输气管道全断面破裂泄放（Wilson）",
    inputs=(
        Quantity(name="diameter", title="内径", unit="m", low=0.02, high=1.6),
        Quantity(name="length", title="破口至阀室长度", unit="m", low=100.0, high=100_000.0),
        Quantity(name="pressure", title="绝对压力", unit="Pa", low=2e5, high=1.5e7),
        Quantity(name="temperature", title="气体温度", unit="K", low=250.0, high=350.0),
        Quantity(
            name="friction", title="达西摩阻系数", unit="1", low=0.005, high=0.05, default=0.015
        ),
        Quantity(name="feed", title="阀门关闭前来气", unit="kg/s", low=0.0, high=1e4, default=0.0),
        Quantity(name="valve_closes", title="阀门关闭时刻", unit="s", low=0.0, high=86_400.0),
    ),
    outputs=(Quantity(name="rate", title="泄放速率", unit="kg/s", low=0.0),),
    references=(
        "CPR 14E (2005) Yellow Book, section 2.5.2.5, equations 2.34 to 2.36 (Wilson)",
        (
            "Wilson, D. J. (1979) The release and dispersion of gas from pipeline ruptures,"
            " Alberta Environment"
        ),
    ),
    limits=(
        "只用于全断面破裂、长径比很大的单根管；小孔泄漏用孔口公式",
        "理想气体；单侧流出，双侧断裂时两侧分别计算后相加",
        "阀门关闭前来气按恒定值直接加到破口流量：这一步是我们的简化",
    ),
    unconfirmed=("Wilson 时间常数的系数 2/3 凭记忆录入",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPipe:
    """A gas pipe broken across, from the break to the next valve.

    Parameters
    ----------
    diameter : float
        Inner diameter, 0.02 to 1.6. [m]
    length : float
        From the break to the valve, 100 to 1e5. [m]
    pressure : float
        Absolute pressure before the break. [Pa]
    temperature : float
        Of the gas. [K]
    molar_mass : float
        Of the gas, > 0. [kg/mol]
    gamma : float
        Ratio of heat capacities, above 1 to 1.7. [1]
    friction : float
        Darcy friction factor. [1]
    feed : float
        Flow into the section until the valve closes. [kg/s]
    valve_closes : float
        When the valve closes, after the break. [s]
    discharge_coefficient : float
        Of the open end, 0 to 1. [1]
    """

    diameter: float
    length: float
    pressure: float
    temperature: float
    molar_mass: float
    gamma: float
    friction: float = 0.015
    feed: float = 0.0
    valve_closes: float = 0.0
    discharge_coefficient: float = 1.0

    def __post_init__(self) -> None:
        CARD.check(
            diameter=self.diameter,
            length=self.length,
            pressure=self.pressure,
            temperature=self.temperature,
            friction=self.friction,
            feed=self.feed,
            valve_closes=self.valve_closes,
        )
        positive(self.molar_mass, name="molar_mass", unit="kg/mol")
        critical_pressure_ratio(self.gamma)  # refuses what is no ratio of heat capacities
        between(self.discharge_coefficient, 0, 1, name="discharge_coefficient", unit="")

    @property
    def area(self) -> float:
        """Cross-section in square metres."""
        return float(hole_area(self.diameter))

    @property
    def mass(self) -> float:
        """Gas in the section before the break, in kg."""
        rho = gas_density(self.pressure, self.temperature, self.molar_mass)
        return float(rho * self.area * self.length)

    @property
    def initial_rate(self) -> float:
        """Choked flow at the break at the start, in kg/s."""
        rho = gas_density(self.pressure, self.temperature, self.molar_mass)
        return float(
            gas_rate(
                self.area,
                self.pressure,
                rho,
                gamma=self.gamma,
                discharge_coefficient=self.discharge_coefficient,
            )
        )

    @property
    def time_constant(self) -> float:
        """The b of Wilson's formula, in seconds."""
        sound = math.sqrt(self.gamma * GAS_CONSTANT * self.temperature / self.molar_mass)
        drag = math.sqrt(self.gamma * self.friction * self.length / self.diameter)
        return 2.0 / 3.0 * self.length / sound * drag


def outflow_rate(time: ArrayLike, pipe: BrokenPipe) -> NDArray[np.float64]:
    """Return the flow out of the break.

    Parameters
    ----------
    time : array_like
        Since the break, >= 0. [s]
    pipe : BrokenPipe
        The pipe. [-]

    Returns
    -------
    ndarray
        Mass flow. [kg/s]
    """
    t = not_negative(time, name="time", unit="s")
    q0, b = pipe.initial_rate, pipe.time_constant
    a = pipe.mass / (b * q0)
    emptying = q0 / (1.0 + a) * (np.exp(-t / (a * a * b)) + a * np.exp(-t / b))
    return np.asarray(emptying + np.where(t < pipe.valve_closes, pipe.feed, 0.0))


def outflow(time: ArrayLike, pipe: BrokenPipe) -> NDArray[np.float64]:
    """Return the gas that has left by a time.

    Parameters
    ----------
    time : array_like
        Since the break, >= 0. [s]
    pipe : BrokenPipe
        The pipe. [-]

    Returns
    -------
    ndarray
        Mass; in the end that of the section and of the feed. [kg]
    """
    t = not_negative(time, name="time", unit="s")
    q0, b = pipe.initial_rate, pipe.time_constant
    a = pipe.mass / (b * q0)
    fast = a * a * b * -np.expm1(-t / (a * a * b))
    slow = a * b * -np.expm1(-t / b)
    return np.asarray(q0 / (1.0 + a) * (fast + slow) + pipe.feed * np.minimum(t, pipe.valve_closes))
