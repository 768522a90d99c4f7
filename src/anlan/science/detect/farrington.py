r"""Outbreak detection by the improved Farrington method (Farrington flexible).

The counts of the same weeks of the b years before, w weeks on either side, are fitted by a
log-linear quasi-Poisson model, with a linear trend where it is significant (p < 0.05), plausible
(the forecast does not exceed the largest count) and b is at least 3. Weeks whose Anscombe residual s
is above 2.58 are given the weight :math:`s^{-2}`, so that past outbreaks do not raise the bound. The
bound of today stands on the two-thirds power:

.. math:: U = \Bigl(\mu_0^{2/3} + z_{1-\alpha}\sqrt{\tfrac49 \mu_0^{1/3}
   \bigl(\hat\phi + \mathrm{var}(\hat\mu_0)/\mu_0\bigr)}\Bigr)^{3/2}

The R package surveillance computes the dispersion behind the standard error and the trend test from
the Anscombe weights of its stored fit. `compat="surveillance"` (the default) does the same and gives
its bounds; `compat="textbook"` takes the quasi-Poisson dispersion of the fit; its bound differs by
4 % (median), up to 49 % where the decision on the trend flips.

Pure; the last axis is time, every other axis is another series. Compiled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba as nb
import numpy as np
import scipy

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "FarringtonResult", "farrington", "warm_up"]

TOLERANCE = 1e-8
"""Relative change of the deviance at which a fit stops (as glm of R). [1]"""

STEPS = 25
"""Largest number of steps of a fit (as glm of R). [1]"""

FLAT = 1e-9
"""Slope below which a trend is rounding. [1]"""

FEWEST = 5
"""Fewest weeks of baseline from which a bound is given. [1]"""

CARD = ModelCard(
    key="detect.farrington",
    version=1,
    title="Farrington flexible",
    title_zh="Farrington 灵活法暴发探测",
    inputs=(
        Quantity(name="counts", title="病例数序列", unit="1", low=0.0),
        Quantity(name="years", title="基线年数 b", unit="1", low=1, high=20, default=4),
        Quantity(name="half_width", title="前后周数 w", unit="1", low=1, high=12, default=3),
        Quantity(name="alpha", title="显著性水平", unit="1", low=1e-6, high=0.5, default=0.01),
        Quantity(name="left_out", title="最近不计入的周数", unit="1", low=0, high=52, default=3),
        Quantity(name="reweight", title="残差降权界", unit="1", low=0.5, high=10.0, default=2.58),
        Quantity(name="trend_p", title="趋势显著性", unit="1", low=0.0, high=1.0, default=0.05),
        Quantity(name="period", title="每年期数", unit="1", low=4, high=366, default=52),
        Quantity(
            name="compat",
            title="离散度算法",
            unit="1",
            choices=("surveillance", "textbook"),
            default="surveillance",
        ),
    ),
    outputs=(
        Quantity(name="expected", title="期望病例数", unit="1", low=0.0),
        Quantity(name="bound", title="报警上界", unit="1", low=0.0),
        Quantity(name="alarm", title="是否报警", unit="1", low=0, high=1),
    ),
    references=(
        (
            "Noufaily, A. et al. (2013) An improved algorithm for outbreak detection in multiple"
            " surveillance systems, doi:10.1002/sim.5595"
        ),
        (
            "Farrington, C. P. et al. (1996) A statistical algorithm for the early detection of"
            " outbreaks of infectious disease, doi:10.2307/2983331"
        ),
        (
            "Salmon, M., Schumacher, D., Hoehle, M. (2016) Monitoring count time series in R:"
            " aberration detection in public health surveillance, doi:10.18637/jss.v070.i10"
        ),
    ),
    limits=(
        "需要至少三年周病例数；少于五周基线不给出上界",
        "未含季节因子（noPeriods = 1）与人口偏移；nbPlugin、muan 阈值未提供",
        "未考虑报告延迟；春节逐年移动，节后易误报漏报",
        "最近四周合计不足五例时不报警（limit54）",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FarringtonResult:
    """What points of a series are compared with.

    Parameters
    ----------
    at : ndarray of int
        The points, counted from 0. [-]
    expected : ndarray
        Expected count; NaN where the history is too short. [1]
    bound : ndarray
        Upper bound; NaN where the history is too short. [1]
    trend : ndarray of bool
        Whether the trend was kept. [-]
    alarm : ndarray of bool
        Whether the count is above the bound and enough cases were seen of late. [-]
    """

    at: NDArray[np.int64]
    expected: NDArray[np.float64]
    bound: NDArray[np.float64]
    trend: NDArray[np.bool_]
    alarm: NDArray[np.bool_]


def farrington(
    counts: ArrayLike,
    *,
    at: Sequence[int] | None = None,
    years: int = 4,
    half_width: int = 3,
    alpha: float = 0.01,
    left_out: int = 3,
    reweight: float = 2.58,
    trend_p: float = 0.05,
    period: int = 52,
    enough: tuple[int, int] = (5, 4),
    compat: str = "surveillance",
) -> FarringtonResult:
    """Return the bound of points of one or many series.

    Parameters
    ----------
    counts : array_like
        Cases by week, >= 0; the last axis is time. [1]
    at : sequence of int or None
        Points asked for, counted from 0; None for the last one. [-]
    years : int
        Years of history b, 1 to 20. [yr]
    half_width : int
        Weeks w on either side of the same week, 1 to 12. [1]
    alpha : float
        Level of the one-sided bound, 1e-6 to 0.5. [1]
    left_out : int
        Latest weeks that do not enter the baseline, 0 to 52. [1]
    reweight : float
        Anscombe residual above which a week loses weight, 0.5 to 10. [1]
    trend_p : float
        Level below which a trend is kept, 0 to 1; 0 for no trend. [1]
    period : int
        Points in a year, 4 to 366. [1]
    enough : (int, int)
        No alarm with fewer than so many cases in so many latest weeks, this one included. [1]
    compat : str
        `surveillance` or `textbook`. [-]

    Returns
    -------
    FarringtonResult
        Of the shape of counts, with the points asked for as the last axis.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> found = farrington([3.0, 5.0] * 130)
    >>> round(float(found.expected[0]), 2), round(float(found.bound[0]), 2)
    (3.86, 9.24)
    """
    y = not_negative(counts, name="counts", unit="cases")
    CARD.check(
        counts=y, years=years, half_width=half_width, alpha=alpha, left_out=left_out,
        reweight=reweight, trend_p=trend_p, period=period, compat=compat,
    )  # fmt: skip
    years, half_width = whole(years, name="years"), whole(half_width, name="half_width")
    left_out, period = whole(left_out, name="left_out"), whole(period, name="period")
    if y.ndim == 0:
        raise ValueError(f"counts must be a series, got {counts!r}")
    last = y.shape[-1] - 1
    if last < 0:
        raise ValueError("counts must be a series of one point or more, got none")
    points = np.array([last] if at is None else at, dtype=np.int64)
    if not np.all((points >= 0) & (points <= last)):
        raise ValueError(f"at must be between 0 and {last} points, got {at!r}")
    if not (enough[0] >= 0 and enough[1] >= 1):
        raise ValueError(f"enough must be (cases >= 0, weeks >= 1), got {enough!r}")
    series = np.ascontiguousarray(y.reshape(-1, y.shape[-1]))
    freedom = np.arange(years * (2 * half_width + 1) + 1) - 2.0
    tail = np.full(freedom.shape, np.inf)
    if trend_p > 0:
        tail[3:] = scipy.stats.t.isf(trend_p / 2.0, freedom[3:])
    z = float(scipy.stats.norm.isf(alpha))
    expected, bound, trend = _bounds(
        series, points, int(years), int(half_width), z, int(left_out), float(reweight), tail,
        int(period), compat == "surveillance",
    )  # fmt: skip
    shape = (*y.shape[:-1], len(points))
    total = np.cumsum(np.concatenate([np.zeros((len(series), 1)), series], axis=1), axis=1)
    lately = total[:, points + 1] - total[:, np.maximum(points + 1 - enough[1], 0)]
    with np.errstate(invalid="ignore"):
        alarm = (series[:, points] > bound) & (lately >= enough[0])
    return FarringtonResult(
        at=points,
        expected=expected.reshape(shape),
        bound=bound.reshape(shape),
        trend=trend.reshape(shape),
        alarm=alarm.reshape(shape),
    )


def warm_up() -> None:
    """Compile the kernel, see `anlan.science.common.compiled`."""
    farrington(np.ones(250))


@nb.njit(cache=True)
def _fit(t, y, w, n, trend, mu, hat):  # type: ignore[no-untyped-def]
    """Fit log mu = a + b t; fill mu and hat; return a, b, the covariance, the dispersion, ok."""
    for i in range(n):
        mu[i] = y[i] + 0.1
        hat[i] = math.log(mu[i])
    a = b = 0.0
    s0 = s1 = s2 = 0.0
    last = math.inf
    for _ in range(STEPS):
        s0 = s1 = s2 = r0 = r1 = 0.0
        for i in range(n):
            v = w[i] * mu[i]
            work = hat[i] + (y[i] - mu[i]) / mu[i]
            s0 += v
            s1 += v * t[i]
            s2 += v * t[i] * t[i]
            r0 += v * work
            r1 += v * t[i] * work
        if trend:
            det = s0 * s2 - s1 * s1
            a = (s2 * r0 - s1 * r1) / det
            b = (s0 * r1 - s1 * r0) / det
        else:
            a = r0 / s0
        deviance = 0.0
        for i in range(n):
            hat[i] = a + b * t[i]
            mu[i] = math.exp(hat[i])
            part = mu[i] - y[i]
            if y[i] > 0.0:
                part += y[i] * math.log(y[i] / mu[i])
            deviance += 2.0 * w[i] * part
        if not math.isfinite(deviance):
            return a, b, 0.0, 0.0, 0.0, 1.0, False
        if abs(deviance - last) < TOLERANCE * (abs(deviance) + 0.1):
            break
        last = deviance
    s0 = s1 = s2 = 0.0
    for i in range(n):
        v = w[i] * mu[i]
        s0 += v
        s1 += v * t[i]
        s2 += v * t[i] * t[i]
    if trend:
        det = s0 * s2 - s1 * s1
        if not det > 0.0:
            return a, b, 0.0, 0.0, 0.0, 1.0, False
        c00, c01, c11 = s2 / det, -s1 / det, s0 / det
    else:
        c00, c01, c11 = 1.0 / s0, 0.0, 0.0
    phi = 0.0
    for i in range(n):
        hat[i] = w[i] * mu[i] * (c00 + 2.0 * c01 * t[i] + c11 * t[i] * t[i])
        phi += w[i] * (y[i] - mu[i]) ** 2 / mu[i]
    return a, b, c00, c01, c11, phi / (n - (2 if trend else 1)), True


@nb.njit(cache=True)
def _refit(t, y, w, n, trend, reweight, compat, mu, hat):  # type: ignore[no-untyped-def]
    """Fit, weigh past outbreaks down, fit again; return as _fit and the dispersion of the errors."""
    w[:n] = 1.0
    a, b, c00, c01, c11, phi, ok = _fit(t, y, w, n, trend, mu, hat)
    if not ok:
        return a, b, c00, c01, c11, phi, phi, False
    root = math.sqrt(max(phi, 1.0))
    total = 0.0
    for i in range(n):
        # a week that the fit runs through exactly has no residual to judge
        free = math.sqrt(max(1.0 - hat[i], 1e-12))
        s = 1.5 * (y[i] ** (2.0 / 3.0) * mu[i] ** (-1.0 / 6.0) - math.sqrt(mu[i])) / (root * free)
        w[i] = s**-2.0 if s > reweight else 1.0
        total += w[i]
    for i in range(n):
        w[i] *= n / total
    a, b, c00, c01, c11, phi, ok = _fit(t, y, w, n, trend, mu, hat)
    spread = phi
    if compat and ok:
        spread = 0.0
        for i in range(n):
            spread += w[i] * ((y[i] - mu[i]) / mu[i]) ** 2
        spread /= n - (2 if trend else 1)
    return a, b, c00, c01, c11, phi, spread, ok


@nb.njit(cache=True)
def _bounds(series, points, years, half, z, left_out, reweight, tail, period, compat):  # type: ignore[no-untyped-def]
    rows = series.shape[0]
    expected = np.full((rows, points.size), np.nan)
    bound = np.full((rows, points.size), np.nan)
    kept = np.zeros((rows, points.size), dtype=np.bool_)
    size = years * (2 * half + 1)
    t, y, w, mu, hat = (
        np.empty(size),
        np.empty(size),
        np.empty(size),
        np.empty(size),
        np.empty(size),
    )
    for p in range(points.size):
        k = points[p]
        for row in range(rows):
            n = 0
            most = 0.0
            for year in range(years, 0, -1):
                for j in range(k - year * period - half, k - year * period + half + 1):
                    if 0 <= j <= k - left_out - 1:
                        # centred on today: the forecast is exp(a), and its variance that of a
                        t[n] = float(j - k)
                        y[n] = series[row, j]
                        most = max(most, y[n])
                        n += 1
            if n < FEWEST:
                continue
            if most == 0.0:
                expected[row, p] = 0.0
                bound[row, p] = 0.0
                continue
            trend = False
            a = c00 = phi = spread = 0.0
            if years >= 3 and math.isfinite(tail[n]):
                a, b, c00, _, c11, phi, spread, ok = _refit(
                    t, y, w, n, 1, reweight, compat, mu, hat
                )
                # a flat history has a slope of rounding and no dispersion to judge it by
                sharp = abs(b) > max(tail[n] * math.sqrt(spread * c11), FLAT)
                trend = ok and sharp and a <= math.log(most)
            if not trend:
                a, _, c00, _, _, phi, spread, _ = _refit(t, y, w, n, 0, reweight, compat, mu, hat)
            mu0 = math.exp(a)
            var = c00 * spread * mu0 * mu0
            error = math.sqrt(4.0 / 9.0 * mu0 ** (1.0 / 3.0) * (max(phi, 1.0) + var / mu0))
            expected[row, p] = mu0
            bound[row, p] = (mu0 ** (2.0 / 3.0) + z * error) ** 1.5
            kept[row, p] = trend
    return expected, bound, kept
