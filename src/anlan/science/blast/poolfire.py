r"""Pool fire as a tilted, radiating cylinder.

Length of the flame in calm air and in wind (Thomas 1963):

.. math:: \frac{L}{D} = 42 \left(\frac{\dot m''}{\rho_a \sqrt{g D}}\right)^{0.61}, \qquad
   \frac{L}{D} = 55 \left(\frac{\dot m''}{\rho_a \sqrt{g D}}\right)^{0.67} u_*^{-0.21}

with :math:`u_* = u / (g \dot m'' D / \rho_a)^{1/3}`, at least 1. Tilt (American Gas Association):
:math:`\cos\theta = u_*^{-1/2}`. Emissive power of sooty flames (Mudan 1984):

.. math:: E = E_m e^{-sD} + E_s (1 - e^{-sD}), \quad E_m = 140, E_s = 20\ \mathrm{kW/m^2},
   s = 0.12\ \mathrm{m^{-1}}

The view factor is the vector sum over the surface of the cylinder (quadrature), so it is that
of the target turned for the most heat. SI units throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.blast.distance import reach
from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite, positive
from anlan.science.common.constants import GRAVITY
from anlan.science.common.refusal import Kind, Rule, RuleError
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "FUELS",
    "Fuel",
    "PoolFire",
    "cylinder_view_factor",
    "emissive_power",
    "flame_length",
    "flame_tilt_deg",
    "fuel",
    "pool_fire",
]

AIR_DENSITY = 1.2
"""Density of air at 20 °C, with which Thomas's examples are computed. [kg/m3]"""

CLEAR_POWER, SOOT_POWER, SOOT_LENGTH = 140e3, 20e3, 1.0 / 0.12
"""Mudan (1984): emissive power of clear flame and of smoke [W/m2], and the diameter scale. [m]"""

AROUND, UP = 180, 60
"""Points of the quadrature around the cylinder and along it."""

FUELS = (
    "lng", "lpg", "methanol", "ethanol", "butane", "benzene", "hexane", "heptane", "xylene",
    "acetone", "gasoline", "kerosene", "diesel", "crude_oil",
)  # fmt: skip
"""Fuels of `data/burning_rates.csv`."""

CARD = ModelCard(
    key="blast.poolfire",
    version=1,
    title="Pool fire (Thomas, tilted cylinder)",
    title_zh="池火（Thomas 火焰、倾斜圆柱）",
    inputs=(
        Quantity(name="diameter", title="液池直径", unit="m", low=1.0, high=150.0),
        Quantity(
            name="burning_rate", title="单位面积燃烧速率", unit="kg/(m2 s)", low=0.005, high=0.2
        ),
        Quantity(name="wind_speed", title="风速", unit="m/s", low=0.0, high=30.0, default=2.0),
        Quantity(
            name="transmissivity", title="大气透射率", unit="1", low=0.1, high=1.0, default=1.0
        ),
    ),
    outputs=(
        Quantity(name="length", title="火焰长度", unit="m", low=0.0),
        Quantity(name="tilt_deg", title="火焰倾角", unit="deg", low=0.0, high=90.0),
        Quantity(name="flux", title="热辐射通量", unit="W/m2", low=0.0),
    ),
    references=(
        "Thomas, P. H. (1963) The size of flames from natural fires, 9th Symp. on Combustion, 844",
        (
            "Mudan, K. S. (1984) Thermal radiation hazards from hydrocarbon pool fires,"
            " doi:10.1016/0360-1285(84)90119-9"
        ),
        "CPR 14E (2005) Methods for the calculation of physical effects (Yellow Book), chapter 6",
    ),
    limits=(
        "只用于直径 1 m 以上的烃类液池；LNG、醇类火焰少烟，表面热辐射通量应另给",
        "目标取受热最大的朝向；靠近火焰边缘一个液池直径内误差大",
        "不计围堰、罐壁和建筑遮挡；透射率取 1 为保守取值",
    ),
    unconfirmed=("各燃料燃烧速率与燃烧热凭记忆录入（Babrauskas 1983）",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuel:
    """What burns.

    Parameters
    ----------
    key, title : str
        English key and Chinese name. [-]
    burning_rate : float
        Of a large pool, > 0. [kg/(m2 s)]
    heat_of_combustion : float
        Net, > 0. [J/kg]
    """

    key: str
    title: str
    burning_rate: float
    heat_of_combustion: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFire:
    """A burning pool.

    Parameters
    ----------
    diameter : float
        Of the pool. [m]
    length : float
        Of the flame, along its axis. [m]
    tilt_deg : float
        From the vertical, with the wind. [deg]
    emissive_power : float
        Of the surface of the flame. [W/m2]
    """

    diameter: float
    length: float
    tilt_deg: float
    emissive_power: float

    def flux(
        self, downwind: ArrayLike, crosswind: ArrayLike = 0.0, *, transmissivity: float = 1.0
    ) -> NDArray[np.float64]:
        """Return the heat flux on a target on the ground turned towards the flame.

        Parameters
        ----------
        downwind, crosswind : array_like
            From the centre of the pool; outside the pool. [m]
        transmissivity : float
            Of the air, 0.1 to 1. [1]

        Returns
        -------
        ndarray
            Flux; of the bare flame where its shadow covers the place. [W/m2]
        """
        CARD.check(transmissivity=transmissivity)
        view = cylinder_view_factor(
            downwind,
            crosswind,
            radius=self.diameter / 2.0,
            length=self.length,
            tilt_deg=self.tilt_deg,
        )
        return np.asarray(transmissivity * self.emissive_power * view)

    def distance(self, flux: float, *, transmissivity: float = 1.0) -> float:
        """Return how far downwind of the centre a heat flux reaches.

        Parameters
        ----------
        flux : float
            Threshold, > 0. [W/m2]
        transmissivity : float
            Of the air, 0.1 to 1. [1]

        Returns
        -------
        float
            Distance from the centre, at least as far as the flame leans; 0 where even its
            surface radiates less than the threshold. [m]
        """
        level = float(positive(flux, name="flux", unit="W/m2"))

        def at(x: float) -> float:
            return float(self.flux(x, transmissivity=transmissivity))

        if level > transmissivity * self.emissive_power:
            return 0.0
        foot = self.diameter / 2.0 + self.length * float(np.sin(np.radians(self.tilt_deg)))
        return max(reach(at, level, nearest=1.2 * foot, farthest=1e5), foot)


@cache
def fuel(key: str) -> Fuel:
    """Return a fuel of the table (confidence M).

    Parameters
    ----------
    key : str
        One of `FUELS`. [-]

    Raises
    ------
    ValueError
        If the table has none.
    """
    for row in read_rows("anlan.science.blast", "burning_rates.csv"):
        if key in {row["fuel"], row["fuel_zh"]}:
            return Fuel(
                key=row["fuel"],
                title=row["fuel_zh"],
                burning_rate=float(row["burning_rate"]),
                heat_of_combustion=float(row["heat_of_combustion"]) * 1000.0,
            )
    raise RuleError("fuel", Rule(Kind.ONE_OF, tuple(FUELS)), key)


def flame_length(
    diameter: ArrayLike, burning_rate: ArrayLike, *, wind_speed: ArrayLike = 0.0
) -> NDArray[np.float64]:
    """Return the mean length of the flame (Thomas).

    Parameters
    ----------
    diameter : array_like
        Of the pool, 1 to 150. [m]
    burning_rate : array_like
        Mass burnt per area and time, 0.005 to 0.2. [kg/(m2 s)]
    wind_speed : array_like
        At 10 m, 0 to 30; at 0 the formula for calm air. [m/s]

    Returns
    -------
    ndarray
        Length. [m]

    Examples
    --------
    Gasoline, 20 m: L/D = 1.28.

    >>> round(float(flame_length(20, 0.055)) / 20, 2)
    1.28
    """
    CARD.check(diameter=diameter, burning_rate=burning_rate, wind_speed=wind_speed)
    d, m, u = (np.asarray(v, dtype=np.float64) for v in (diameter, burning_rate, wind_speed))
    ratio = m / (AIR_DENSITY * np.sqrt(GRAVITY * d))
    calm = 42.0 * ratio**0.61
    windy = 55.0 * ratio**0.67 * _relative_wind(d, m, u) ** -0.21
    return np.asarray(d * np.where(u > 0.0, windy, calm))


def flame_tilt_deg(
    diameter: ArrayLike, burning_rate: ArrayLike, *, wind_speed: ArrayLike
) -> NDArray[np.float64]:
    """Return the angle of the flame from the vertical (American Gas Association).

    Parameters
    ----------
    diameter : array_like
        Of the pool, 1 to 150. [m]
    burning_rate : array_like
        Mass burnt per area and time, 0.005 to 0.2. [kg/(m2 s)]
    wind_speed : array_like
        0 to 30. [m/s]

    Returns
    -------
    ndarray
        Tilt, with the density of air in u*. [deg]
    """
    CARD.check(diameter=diameter, burning_rate=burning_rate, wind_speed=wind_speed)
    d, m, u = (np.asarray(v, dtype=np.float64) for v in (diameter, burning_rate, wind_speed))
    return np.asarray(np.degrees(np.arccos(_relative_wind(d, m, u) ** -0.5)))


def emissive_power(diameter: ArrayLike) -> NDArray[np.float64]:
    """Return the mean emissive power of a smoky hydrocarbon flame (Mudan 1984).

    Parameters
    ----------
    diameter : array_like
        Of the pool, 1 to 150. [m]

    Returns
    -------
    ndarray
        Emissive power, 20 000 to 140 000. [W/m2]
    """
    CARD.check(diameter=diameter)
    clear = np.exp(-np.asarray(diameter, dtype=np.float64) / SOOT_LENGTH)
    return np.asarray(CLEAR_POWER * clear + SOOT_POWER * (1.0 - clear))


def pool_fire(
    diameter: float,
    burning_rate: float,
    *,
    wind_speed: float = 2.0,
    surface_power: float | None = None,
) -> PoolFire:
    """Return the flame above a burning pool.

    Parameters
    ----------
    diameter : float
        Of the pool, 1 to 150. [m]
    burning_rate : float
        Mass burnt per area and time; `fuel(key).burning_rate`. [kg/(m2 s)]
    wind_speed : float
        0 to 30. [m/s]
    surface_power : float or None
        Emissive power, for clear flames (LNG, alcohols); None takes `emissive_power`. [W/m2]

    Returns
    -------
    PoolFire
        Its `flux` and `distance` give the heat around it.

    Examples
    --------
    >>> fire = pool_fire(20, 0.055, wind_speed=5)
    >>> fire.length < 2 * fire.diameter
    True
    """
    power = emissive_power(diameter) if surface_power is None else surface_power
    return PoolFire(
        diameter=float(diameter),
        length=float(flame_length(diameter, burning_rate, wind_speed=wind_speed)),
        tilt_deg=float(flame_tilt_deg(diameter, burning_rate, wind_speed=wind_speed)),
        emissive_power=float(positive(power, name="surface_power", unit="W/m2")),
    )


def cylinder_view_factor(
    downwind: ArrayLike,
    crosswind: ArrayLike = 0.0,
    *,
    radius: float,
    length: float,
    tilt_deg: float = 0.0,
) -> NDArray[np.float64]:
    """Return the largest view factor of a tilted cylinder from places on the ground.

    The horizontal sections stay circles (Mudan 1984). For an upright cylinder this is
    sqrt(Fv^2 + Fh^2) of the closed forms, within 0.2 % beyond 1.2 radii.

    Parameters
    ----------
    downwind, crosswind : array_like
        From the centre of the foot, the flame leaning downwind. [m]
    radius : float
        Of the cylinder, > 0. [m]
    length : float
        Along its axis, > 0. [m]
    tilt_deg : float
        From the vertical, 0 to 85. [deg]

    Returns
    -------
    ndarray
        View factor, 0 to 1; 1 on the pool. [1]
    """
    r = float(positive(radius, name="radius", unit="m"))
    h = float(positive(length, name="length", unit="m"))
    lean = np.radians(float(between(tilt_deg, 0, 85, name="tilt_deg", unit="deg")))
    x, y = np.broadcast_arrays(
        finite(downwind, name="downwind", unit="m"), finite(crosswind, name="crosswind", unit="m")
    )
    angle = (np.arange(AROUND) + 0.5) * 2.0 * np.pi / AROUND
    nodes, weights = np.polynomial.legendre.leggauss(UP)
    along = 0.5 * h * (nodes + 1.0)
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    px = r * c + along * np.sin(lean)
    py = r * s + 0.0 * along
    pz = 0.0 * c + along * np.cos(lean)
    area = r * 2.0 * np.pi / AROUND * 0.5 * h * weights  # times the unit normal below
    nx, ny, nz = c * np.cos(lean), s * np.cos(lean), -c * np.sin(lean)
    flat = np.empty(x.size)
    for i, (tx, ty) in enumerate(zip(x.ravel(), y.ravel(), strict=True)):
        dx, dy, dz = tx - px, ty - py, -pz
        square = dx * dx + dy * dy + dz * dz
        seen = np.maximum(nx * dx + ny * dy + nz * dz, 0.0) * area / (np.pi * square * square)
        total = [float((seen * d).sum()) for d in (dx, dy, dz)]
        flat[i] = np.sqrt(sum(t * t for t in total))
    flat = np.where(np.hypot(x, y).ravel() <= r, 1.0, np.minimum(flat, 1.0))
    return flat.reshape(x.shape)


def _relative_wind(
    d: NDArray[np.float64], m: NDArray[np.float64], u: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return Thomas's u*, at least 1."""
    return np.maximum(u / np.cbrt(GRAVITY * m * d / AIR_DENSITY), 1.0)
