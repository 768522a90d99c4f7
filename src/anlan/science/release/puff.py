r"""Gaussian puff of a sudden release, and a release of finite duration.

Puff of the mass M whose centre has travelled u t, widths at that distance:

.. math:: C = \frac{M}{(2\pi)^{3/2} \sigma_x \sigma_y \sigma_z} e^{-(x-ut)^2/2\sigma_x^2}
   e^{-y^2/2\sigma_y^2} \left[e^{-(z-H)^2/2\sigma_z^2} + e^{-(z+H)^2/2\sigma_z^2}\right]

Release at a steady rate for the time T (Palazzi et al. 1982): the plume of
`anlan.science.release.plume` times, with :math:`\sigma_x = \sigma_y`,

.. math:: \tfrac12\left[\operatorname{erf}\frac{x - u\,\max(t-T,0)}{\sqrt2\,\sigma_x}
   - \operatorname{erf}\frac{x - ut}{\sqrt2\,\sigma_x}\right]

SI units throughout. Every function is pure, takes scalars or arrays, and broadcasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import erf

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import finite, not_negative, positive
from anlan.science.common.refusal import RefusalError, received
from anlan.science.release.plume import concentration
from anlan.science.release.sigma import plume_widths, puff_widths, reach_of
from anlan.science.release.stability import CLASSES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "finite_release", "puff_concentration"]

CARD = ModelCard(
    key="release.puff",
    version=1,
    title="Gaussian puff and release of finite duration",
    title_zh="高斯烟团与有限时长泄漏",
    inputs=(
        Quantity(name="mass", title="瞬时泄漏质量", unit="kg", low=1e-9, high=1e7),
        Quantity(name="wind_speed", title="泄放高度处风速", unit="m/s", low=0.5, high=40.0),
        Quantity(name="stability", title="稳定度", unit="1", choices=CLASSES, default="D"),
        Quantity(name="height", title="泄放高度", unit="m", low=0.0, high=300.0, default=0.0),
    ),
    outputs=(Quantity(name="concentration", title="质量浓度", unit="kg/m3", low=0.0),),
    references=(
        "CCPS (1999) Guidelines for Consequence Analysis of Chemical Releases, section 2.1.3.1",
        (
            "Palazzi, E., De Faveri, M., Fumarola, G., Ferraiolo, G. (1982) Diffusion from a steady"
            " source of short duration, doi:10.1016/0004-6981(82)90029-2"
        ),
    ),
    limits=(
        "烟团参数为单个烟团的均值，不含多次实现的摆动；一次真实烟团可偏离数倍",
        "比空气重的气云近场不适用",
        "风速低于 0.5 m/s 不可用；只用到 10 km",
    ),
)


def puff_concentration(
    x: ArrayLike,
    y: ArrayLike,
    z: ArrayLike,
    *,
    time: ArrayLike,
    mass: float,
    wind_speed: float,
    stability: str,
    height: float = 0.0,
) -> NDArray[np.float64]:
    """Return the concentration in a puff.

    Parameters
    ----------
    x, y, z : array_like
        Place: along the wind, across it, above the ground (>= 0). [m]
    time : array_like
        Since the release, > 0; the centre must be within 10 km. [s]
    mass : float
        Released at once, 1e-9 to 1e7. [kg]
    wind_speed : float
        Wind at the height of the release, 0.5 to 40. [m/s]
    stability : str
        Class A to F. [-]
    height : float
        Height of the release. [m]

    Returns
    -------
    ndarray
        Concentration. [kg/m3]

    Examples
    --------
    In the centre of one kilogram at the ground, class D, after 100 s in 3 m/s:

    >>> c = puff_concentration(300, 0, 0, time=100, mass=1.0, wind_speed=3, stability="D")
    >>> round(float(c) * 1e6)
    120
    """
    CARD.check(mass=mass, wind_speed=wind_speed, stability=stability, height=height)
    t = positive(time, name="time", unit="s")
    if not np.all(wind_speed * t <= reach_of("ccps_puff")):
        farthest = reach_of("ccps_puff") / wind_speed
        raise RefusalError(
            f"time must be <= {farthest:g} s, when the centre has gone"
            f" {reach_of('ccps_puff'):g} m, got {time!r}",
            zh=f"时间应不大于 {farthest:g} s，那时烟团中心已走 {reach_of('ccps_puff'):g} m"
            f"{received(time)}",
        )
    zs = not_negative(z, name="z", unit="m")
    xs, ys = finite(x, name="x", unit="m"), finite(y, name="y", unit="m")
    w = puff_widths(wind_speed * t, stability=stability)
    over = np.exp(-((zs - height) ** 2) / (2 * w.z**2))
    under = np.exp(-((zs + height) ** 2) / (2 * w.z**2))
    along = np.exp(-((xs - wind_speed * t) ** 2) / (2 * w.y**2))
    across = np.exp(-(ys**2) / (2 * w.y**2))
    peak = mass / ((2 * np.pi) ** 1.5 * w.y * w.y * w.z)
    return np.asarray(peak * along * across * (over + under))


def finite_release(
    x: ArrayLike,
    y: ArrayLike,
    z: ArrayLike,
    *,
    time: ArrayLike,
    rate: float,
    duration: float,
    wind_speed: float,
    stability: str,
    scheme: str = "briggs_rural",
    height: float = 0.0,
) -> NDArray[np.float64]:
    """Return the concentration during and after a release of finite duration.

    Parameters
    ----------
    x, y, z : array_like
        Place: along the wind, across it, above the ground (>= 0). [m]
    time : array_like
        Since the release began, >= 0. [s]
    rate : float
        Release while it lasts. [kg/s]
    duration : float
        How long it lasts, > 0. [s]
    wind_speed : float
        Wind at the height of the release. [m/s]
    stability : str
        Class A to F. [-]
    scheme : str
        Widths, see `sigma.PLUME_SCHEMES`. [-]
    height : float
        Height of the release. [m]

    Returns
    -------
    ndarray
        Concentration; at and upwind of the source zero. [kg/m3]

    References
    ----------
    Palazzi et al. (1982).
    """
    end = float(positive(duration, name="duration", unit="s"))
    xs, ys, zs, ts = np.broadcast_arrays(
        finite(x, name="x", unit="m"),
        finite(y, name="y", unit="m"),
        not_negative(z, name="z", unit="m"),
        not_negative(time, name="time", unit="s"),
    )
    steady = concentration(
        xs,
        ys,
        zs,
        rate=rate,
        wind_speed=wind_speed,
        stability=stability,
        scheme=scheme,
        height=height,
    )
    after = xs > 0
    passed = np.zeros(xs.shape)
    if np.any(after):
        width = plume_widths(xs[after], stability=stability, scheme=scheme).y * np.sqrt(2.0)
        front = xs[after] - wind_speed * ts[after]
        back = xs[after] - wind_speed * np.maximum(ts[after] - end, 0.0)
        passed[after] = 0.5 * (erf(back / width) - erf(front / width))
    return np.asarray(steady * passed)
