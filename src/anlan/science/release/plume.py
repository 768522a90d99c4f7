r"""Gaussian plume of a steady release of a gas that neither sinks nor rises.

.. math:: C = \frac{Q}{2\pi u \sigma_y \sigma_z} e^{-y^2/2\sigma_y^2}
   \left[e^{-(z-H)^2/2\sigma_z^2} + e^{-(z+H)^2/2\sigma_z^2}\right]

The ground reflects. x runs with the wind, y to its left, z up; the source stands at
(0, 0, H). Upwind of it the concentration is zero. Widths: `anlan.science.release.sigma`.

SI units throughout. Every function is pure, takes scalars or arrays, and broadcasts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numba as nb
import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import finite
from anlan.science.common.refusal import Kind, Rule, RuleError
from anlan.science.release.sigma import (
    PLUME_SCHEMES,
    briggs_coefficients,
    meander,
    plume_widths,
    reach_of,
)
from anlan.science.release.stability import CLASSES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "concentration", "ground_field", "warm_up"]

CARD = ModelCard(
    key="release.plume",
    version=1,
    title="Gaussian plume of a steady release",
    title_zh="高斯烟羽（连续泄漏）",
    inputs=(
        Quantity(name="rate", title="泄漏速率", unit="kg/s", low=1e-9, high=1e5),
        Quantity(name="wind_speed", title="泄放高度处风速", unit="m/s", low=0.5, high=40.0),
        Quantity(name="stability", title="稳定度", unit="1", choices=CLASSES, default="D"),
        Quantity(
            name="scheme",
            title="扩散参数",
            unit="1",
            choices=PLUME_SCHEMES,
            default="briggs_rural",
        ),
        Quantity(name="height", title="泄放高度", unit="m", low=0.0, high=300.0, default=0.0),
        Quantity(
            name="averaging_time", title="平均时间", unit="s", low=600.0, high=3600.0, default=600.0
        ),
    ),
    outputs=(Quantity(name="concentration", title="质量浓度", unit="kg/m3", low=0.0),),
    references=(
        "Turner, D. B. (1970) Workbook of atmospheric dispersion estimates, EPA AP-26, eq. 3.1",
        "Briggs, G. A. (1973) Diffusion estimation for small emissions, doi:10.2172/5118833",
        "CCPS (1999) Guidelines for Consequence Analysis of Chemical Releases, p. 97",
    ),
    limits=(
        "风速低于 0.5 m/s（静风）不可用；1 m/s 以下结果粗略",
        "比空气重或过冷的气云（液氨、液氯、LNG 大量泄漏）近场偏窄偏长：同时看重气模型",
        "不计建筑物、地形和沉降；100 m 以内是外推",
        "10 分钟平均浓度；瞬时峰值可高出数倍",
        "没有现场试验数据可比对：不声称经过现场验证",
    ),
)

FARTHEST_EXPONENT = 700.0
"""Beyond this exponent the exponential is zero in double precision. [1]"""


def concentration(
    x: ArrayLike,
    y: ArrayLike = 0.0,
    z: ArrayLike = 0.0,
    *,
    rate: float,
    wind_speed: float,
    stability: str,
    scheme: str = "briggs_rural",
    height: float = 0.0,
    averaging_time: float = 600.0,
) -> NDArray[np.float64]:
    """Return the mean concentration in a plume.

    Parameters
    ----------
    x, y, z : array_like
        Place: along the wind, across it, above the ground (>= 0). [m]
    rate : float
        Release, 1e-9 to 1e5. [kg/s]
    wind_speed : float
        Wind at the height of the release, 0.5 to 40. [m/s]
    stability : str
        Class A to F. [-]
    scheme : str
        Widths: `briggs_rural`, `briggs_urban`, `isc3` or `tno`. [-]
    height : float
        Height of the release, with the rise of the plume if any. [m]
    averaging_time : float
        Time of the mean, 600 to 3600. [s]

    Returns
    -------
    ndarray
        Concentration; zero at and upwind of the source. [kg/m3]

    Raises
    ------
    ValueError
        If an argument is out of range or x beyond the reach of the widths.

    References
    ----------
    Turner (1970), equation 3.1.

    Examples
    --------
    CCPS (1999) p. 97: 0.1 kg/s, 2 m/s, class F, 500 m:

    >>> c = concentration(500, rate=0.1, wind_speed=2, stability="F")
    >>> round(float(c) * 1e6, 1)
    117.2
    """
    _check(rate, wind_speed, stability, scheme, height, averaging_time)
    xs, ys, zs = np.broadcast_arrays(
        finite(x, name="x", unit="m"), finite(y, name="y", unit="m"), finite(z, name="z", unit="m")
    )
    if not np.all(zs >= 0):
        raise RuleError("z", Rule(Kind.AT_LEAST, (0,), "m"), z, title="高度")
    out = np.zeros(xs.shape)
    after = xs > 0
    if not np.any(after):
        return out
    w = plume_widths(xs[after], stability=stability, scheme=scheme, averaging_time=averaging_time)
    over = np.exp(-((zs[after] - height) ** 2) / (2 * w.z**2))
    under = np.exp(-((zs[after] + height) ** 2) / (2 * w.z**2))
    across = np.exp(-(ys[after] ** 2) / (2 * w.y**2))
    out[after] = rate / (2 * np.pi * wind_speed * w.y * w.z) * across * (over + under)
    return out


def ground_field(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    *,
    rate: float,
    wind_speed: float,
    stability: str,
    scheme: str = "briggs_rural",
    height: float = 0.0,
    averaging_time: float = 600.0,
) -> NDArray[np.float64]:
    """Return the mean concentration at the ground of many places at once (Briggs widths).

    The same numbers as `concentration` at z = 0, compiled: tens of millions of places a
    second on one core. `concentration` refuses a place beyond the reach of the widths; a map
    has such corners, so here they get NaN, as do places that are no numbers.

    Parameters
    ----------
    x, y : ndarray
        Places of one shape: along the wind, and across it. [m]
    rate : float
        Release, 1e-9 to 1e5. [kg/s]
    wind_speed : float
        Wind at the height of the release, 0.5 to 40. [m/s]
    stability : str
        Class A to F. [-]
    scheme : str
        `briggs_rural` or `briggs_urban`. [-]
    height : float
        Height of the release. [m]
    averaging_time : float
        Time of the mean, 600 to 3600. [s]

    Returns
    -------
    ndarray
        Concentration, of the shape of x. [kg/m3]
    """
    _check(rate, wind_speed, stability, scheme, height, averaging_time)
    if not scheme.startswith("briggs"):
        raise ValueError(f"scheme must be briggs_rural or briggs_urban here, got {scheme!r}")
    xs = np.ascontiguousarray(x, dtype=np.float64)
    ys = np.ascontiguousarray(y, dtype=np.float64)
    if xs.shape != ys.shape:
        raise ValueError(f"x and y must have one shape, got {xs.shape} and {ys.shape}")
    cy, cz = briggs_coefficients(scheme, stability)
    out = np.empty(xs.shape)
    _ground(
        xs.ravel(),
        ys.ravel(),
        rate / (math.pi * wind_speed),
        (cy[0] * meander(averaging_time), cy[1], cy[2]),
        cz,
        height,
        reach_of(scheme),
        out.ravel(),
    )
    return out


def warm_up() -> None:
    """Compile the kernel, see `anlan.science.common.compiled`."""
    ground_field(np.ones(1), np.ones(1), rate=1.0, wind_speed=1.0, stability="D")


def _check(
    rate: float,
    wind_speed: float,
    stability: str,
    scheme: str,
    height: float,
    averaging_time: float,
) -> None:
    CARD.check(
        rate=rate,
        wind_speed=wind_speed,
        stability=stability,
        scheme=scheme,
        height=height,
        averaging_time=averaging_time,
    )


@nb.njit(cache=True, inline="always")
def _power(base: float, p: float) -> float:
    """Return base**p for the four exponents of Briggs, without the slow power function."""
    if p == 0.0:
        return 1.0
    if p == -0.5:
        return 1.0 / math.sqrt(base)
    if p == -1.0:
        return 1.0 / base
    return math.sqrt(base)  # 0.5, the only one left


@nb.njit(cache=True)
def _ground(x, y, strength, cy, cz, height, reach, out):  # type: ignore[no-untyped-def]
    for i in range(x.size):
        d = x[i]
        if not d <= reach:
            out[i] = math.nan
            continue
        if not d > 0.0:
            out[i] = 0.0 if d <= 0.0 else math.nan
            continue
        sy = cy[0] * d * _power(1.0 + cy[1] * d, cy[2])
        sz = cz[0] * d * _power(1.0 + cz[1] * d, cz[2])
        ry = y[i] / sy
        rz = height / sz
        e = 0.5 * (ry * ry + rz * rz)
        out[i] = 0.0 if e >= FARTHEST_EXPONENT else strength / (sy * sz) * math.exp(-e)
