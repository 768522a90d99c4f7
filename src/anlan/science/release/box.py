r"""Steady box model of a dense plume: width, height, temperature and concentration downwind.

The cross-section is a box of half width B and height h moving with the wind at 0.45 h. Its front
spreads under gravity, air enters through the top, and both die out as the cloud thins:

.. math:: \frac{dB}{dx} = \sqrt{\left(\frac{C_E\sqrt{g'h}}{u}\right)^2
   + \left(\sqrt3\,\frac{d\sigma_y}{dx}\right)^2}, \qquad
   \frac{dM}{dx} = 2 B \rho_a w_e

.. math:: w_e = \frac{k\,u_*\,(1+\alpha)}{\varphi}, \qquad
   \varphi = 0.74 + 0.25\,\mathrm{Ri}^{0.7} + 1.2\times10^{-7}\,\mathrm{Ri}^3
   + 4.7\,h/L, \qquad \mathrm{Ri} = g' h / u_*^2

with :math:`C_E = 1.15`, k = 0.35 and :math:`\alpha = 0.15` as in DEGADIS, nothing tuned here.
The mixture is an ideal gas that mixes adiabatically with the air. The mass flow M u B h and the
flow of the substance are conserved exactly. It is a second opinion beside Britter & McQuaid and
the only one that gives a width from its own physics.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, positive
from anlan.science.common.constants import (
    ATMOSPHERE,
    DRY_AIR_MOLAR_MASS,
    GAS_CONSTANT,
    GRAVITY,
)
from anlan.science.release.heavy import DenseSource, air_density
from anlan.science.release.sigma import briggs_coefficients, meander
from anlan.science.release.stability import CLASSES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "BoxPlume", "box_plume"]

FRONT, ENTRAINMENT, PROFILE, KARMAN = 1.15, 0.35, 0.15, 0.40
"""C_E, k and alpha of DEGADIS (Havens & Spicer 1985); von Karman's constant. [1]"""

AIR_HEAT = 1005.0
"""Heat capacity of air. [J/(kg K)]"""

INVERSE_LENGTH = {
    "A": (-0.096, 0.029),
    "B": (-0.037, 0.029),
    "C": (-0.002, 0.018),
    "D": (0.0, 0.0),
    "E": (0.004, -0.018),
    "F": (0.035, -0.036),
}
"""1/L = a + b lg z0 (Golder 1972, doi:10.1007/BF00769106; from memory). [1/m]"""

CARD = ModelCard(
    key="release.box",
    version=1,
    title="Steady box plume of a dense gas",
    title_zh="重气箱式烟羽",
    inputs=(
        Quantity(name="stability", title="稳定度", unit="1", choices=CLASSES, default="D"),
        Quantity(name="roughness", title="地面粗糙度", unit="m", low=0.0001, high=2.0, default=0.1),
        Quantity(name="reach", title="计算距离", unit="m", low=100.0, high=10_000.0),
        Quantity(
            name="heat_capacity", title="气体比热容", unit="J/(kg K)", low=200.0, high=16_000.0
        ),
    ),
    outputs=(
        Quantity(name="fraction", title="体积分数", unit="1", low=0.0, high=1.0),
        Quantity(name="half_width", title="半宽", unit="m", low=0.0),
    ),
    references=(
        (
            "Havens, J. A., Spicer, T. O. (1985) Development of an atmospheric dispersion model for"
            " heavier-than-air gas mixtures (DEGADIS), US Coast Guard CG-D-22-85"
        ),
        (
            "Ermak, D. L. (1990) User's manual for SLAB, UCRL-MA-105607 (the run it is compared"
            " with)"
        ),
    ),
    limits=(
        "地面连续源；不含喷射动量、液滴和地面传热",
        "箱内浓度均匀：给出的是断面平均值，轴线峰值更高",
        "平坦地形、无障碍物；最远 10 km",
        "没有现场试验数据可比对：不声称经过现场验证",
    ),
    unconfirmed=("DEGADIS 夹卷系数与 Golder 稳定度长度凭记忆录入",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxPlume:
    """A dense plume along the wind.

    Parameters
    ----------
    x : ndarray
        Distance along the wind. [m]
    fraction : ndarray
        Volume fraction of the substance, mean over the box. [1]
    half_width, height : ndarray
        Of the box. [m]
    temperature : ndarray
        Of the mixture. [K]
    density : ndarray
        Of the mixture. [kg/m3]
    speed : ndarray
        With which the box moves. [m/s]
    """

    x: NDArray[np.float64]
    fraction: NDArray[np.float64]
    half_width: NDArray[np.float64]
    height: NDArray[np.float64]
    temperature: NDArray[np.float64]
    density: NDArray[np.float64]
    speed: NDArray[np.float64]

    def distance_to(self, fraction: float) -> float:
        """Return how far the plume keeps above a volume fraction.

        Parameters
        ----------
        fraction : float
            Volume fraction, > 0. [1]

        Returns
        -------
        float
            Distance; 0 where the source is below it, the end of x where the plume is still
            above it there. [m]
        """
        c = float(positive(fraction, name="fraction", unit=""))
        if c >= self.fraction[0]:
            return 0.0
        if c <= self.fraction[-1]:
            return float(self.x[-1])
        lg = np.log(self.fraction[::-1])
        return float(np.exp(np.interp(math.log(c), lg, np.log(self.x[::-1]))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mixing:
    """What does not change along the plume."""

    gas: float
    molar_mass: float
    heat_capacity: float
    start: float
    cold: float
    ambient: float
    friction: float
    roughness: float
    inverse_length: float

    def state(self, mass: float) -> tuple[float, float, float]:
        """Return density, temperature and volume fraction of a mass flow."""
        air = mass - self.gas
        heat = self.gas * self.heat_capacity + air * AIR_HEAT
        temperature = self.ambient + self.cold / heat
        substance = self.gas / self.molar_mass
        moles = substance + air / DRY_AIR_MOLAR_MASS
        volume = moles * GAS_CONSTANT * temperature / ATMOSPHERE
        return mass / volume, temperature, substance / moles

    def speed(self, height: float) -> float:
        """Return the wind at 0.45 of the height of the box (logarithmic, stable correction)."""
        z = max(0.45 * height, 10.0 * self.roughness)
        stable = 4.7 * z * self.inverse_length
        return self.friction / KARMAN * (math.log(z / self.roughness) + stable)

    def height(self, section: float) -> float:
        """Return the height whose flow through one metre of width is `section`."""
        h = section / self.speed(1.0)
        for _ in range(30):  # a contraction: the wind grows slowly with height
            h = 0.5 * (h + section / self.speed(h))
        return h


def box_plume(
    source: DenseSource,
    *,
    molar_mass: float,
    heat_capacity: float,
    stability: str,
    roughness: float = 0.1,
    reach: float = 10_000.0,
    inverse_length: float | None = None,
    averaging_time: float = 600.0,
    points: ArrayLike | None = None,
) -> BoxPlume:
    """Return a steady dense plume along the wind.

    Parameters
    ----------
    source : DenseSource
        The source: pure gas, or gas already mixed with air. [-]
    molar_mass : float
        Of the substance, > 0. [kg/mol]
    heat_capacity : float
        Of the substance as a gas. [J/(kg K)]
    stability : str
        Class A to F. [-]
    roughness : float
        Of the ground, 1e-4 to 2. [m]
    reach : float
        How far, 100 to 10 000. [m]
    inverse_length : float or None
        Inverse of the Monin-Obukhov length, -0.2 to 0.2, where it was measured; None takes
        Golder (1972) for the class. Unstable air is treated as neutral. [1/m]
    averaging_time : float
        Of the passive spread across the wind, 600 to 3600. [s]
    points : array_like or None
        Distances wanted, within 1 m to `reach`; None takes 200 from 1 m on. [m]

    Returns
    -------
    BoxPlume
        At those distances.

    Raises
    ------
    ValueError
        If an argument is out of range or the cloud is lighter than air.
    """
    CARD.check(stability=stability, roughness=roughness, reach=reach, heat_capacity=heat_capacity)
    if not source.reduced_gravity > 0:
        raise ValueError(
            f"density must be above that of air, {float(air_density(source.ambient_temperature)):.3f}"
            f" kg/m3, got {source.density!r}"
        )
    if inverse_length is None:
        slope, per_decade = INVERSE_LENGTH[stability]
        inverse_length = slope + per_decade * math.log10(roughness)
    stable = max(float(between(inverse_length, -0.2, 0.2, name="inverse_length", unit="1/m")), 0.0)
    mixing = _mixing(source, molar_mass, heat_capacity, roughness, stable)
    air = float(air_density(source.ambient_temperature))
    a, b, _ = briggs_coefficients("briggs_rural", stability)[0]
    a *= meander(averaging_time)

    def slopes(x: float, y: NDArray[np.float64]) -> list[float]:
        mass, width = float(y[0]), float(y[1])
        density, _, _ = mixing.state(mass)
        h = mixing.height(mass / (density * 2.0 * width))
        buoyant = max(GRAVITY * (density - air) / air, 0.0)
        richardson = buoyant * h / mixing.friction**2
        phi = 0.74 + 0.25 * richardson**0.7 + 1.2e-7 * richardson**3
        phi += 4.7 * h * mixing.inverse_length
        entrained = ENTRAINMENT * mixing.friction * (1.0 + PROFILE) / phi
        front = FRONT * math.sqrt(buoyant * h) / mixing.speed(h)
        passive = math.sqrt(3.0) * a * (1.0 + 0.5 * b * x) / (1.0 + b * x) ** 1.5
        return [2.0 * width * air * entrained, math.hypot(front, passive)]

    wanted = np.geomspace(1.0, reach, 200) if points is None else np.asarray(points, float)
    if not np.all((wanted >= 1.0) & (wanted <= reach)):
        raise ValueError(f"points must be between 1 and {reach:g} m, got {points!r}")
    start = [mixing.start, max(0.5 * source.length, 0.1)]
    solved = scipy.integrate.solve_ivp(slopes, (1.0, reach), start, rtol=1e-6, dense_output=True)
    mass, width = solved.sol(wanted)
    rows = []
    for m, w in zip(mass.tolist(), width.tolist(), strict=True):
        density, temperature, fraction = mixing.state(m)
        h = mixing.height(m / (density * 2.0 * w))
        rows.append((fraction, w, h, temperature, density, mixing.speed(h)))
    fraction, half, height, temperature, density, speed = np.array(rows).T
    return BoxPlume(
        x=wanted,
        fraction=fraction,
        half_width=half,
        height=height,
        temperature=temperature,
        density=density,
        speed=speed,
    )


def _mixing(
    source: DenseSource,
    molar_mass: float,
    heat_capacity: float,
    roughness: float,
    inverse_length: float,
) -> _Mixing:
    m = float(positive(molar_mass, name="molar_mass", unit="kg/mol"))
    moles = ATMOSPHERE * source.volume_rate / (GAS_CONSTANT * source.temperature)
    gas = moles * source.fraction * m
    air = moles * (1.0 - source.fraction) * DRY_AIR_MOLAR_MASS
    heat = gas * heat_capacity + air * AIR_HEAT
    profile = math.log(10.0 / roughness) + 4.7 * 10.0 * inverse_length
    return _Mixing(
        gas=gas,
        molar_mass=m,
        heat_capacity=heat_capacity,
        start=gas + air,
        cold=heat * (source.temperature - source.ambient_temperature),
        ambient=source.ambient_temperature,
        friction=KARMAN * source.wind_speed / profile,
        roughness=roughness,
        inverse_length=inverse_length,
    )
