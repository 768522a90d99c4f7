r"""The effective reproduction number from counts of cases (Cori; Wallinga and Teunis).

After Cori et al. the number of cases is Poisson about :math:`R_t \Lambda_t` with
:math:`\Lambda_t = \sum_k w_k I_{t-k}`, where w is the distribution of the serial interval. With a
Gamma prior of shape a and scale b the posterior of R over a window is

.. math:: R \sim \Gamma\Bigl(a + \sum I_t,\; \bigl(1/b + \sum \Lambda_t\bigr)^{-1}\Bigr)

A window that ends at or before the mean serial interval has no estimate (NaN), as in EpiEstim. After
Wallinga and Teunis each case is shared among those who may have infected it, which tells how many
cases a case of a day brought about; the last days are too low, their offspring is not yet seen.

The basic reproduction number of a model in compartments is the largest eigenvalue of the next
generation matrix :math:`F V^{-1}` (van den Driessche and Watmough 2002).

Pure. Days are counted from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import finite, not_negative, whole
from anlan.science.common.refusal import Kind, RefusalError, Rule, RuleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "Reproduction",
    "case_reproduction",
    "discretised_serial_interval",
    "next_generation_number",
    "reproduction_number",
]

LONGEST = 3650
"""Longest serial interval that is tabulated. [d]"""

CARD = ModelCard(
    key="epidemic.reproduction",
    version=1,
    title="Effective reproduction number (Cori)",
    title_zh="实时再生数 Rt（Cori 法）",
    inputs=(
        Quantity(name="incidence", title="每日新发病例", unit="1", low=0.0),
        Quantity(name="serial_interval", title="序列间隔分布", unit="1", low=0.0, high=1.0),
        Quantity(name="window", title="窗口天数", unit="1", low=1, high=60, default=7),
        Quantity(name="mean", title="序列间隔均值", unit="d", low=1.01, high=60.0),
        Quantity(name="sd", title="序列间隔标准差", unit="d", low=0.1, high=60.0),
        Quantity(name="prior_mean", title="先验均值", unit="1", low=0.1, high=20.0, default=5.0),
        Quantity(name="prior_sd", title="先验标准差", unit="1", low=0.1, high=20.0, default=5.0),
    ),
    outputs=(
        Quantity(name="mean", title="Rt 均值", unit="1", low=0.0),
        Quantity(name="low", title="2.5 % 分位", unit="1", low=0.0),
        Quantity(name="high", title="97.5 % 分位", unit="1", low=0.0),
    ),
    references=(
        (
            "Cori, A. et al. (2013) A new framework and software to estimate time-varying"
            " reproduction numbers during epidemics, doi:10.1093/aje/kwt133"
        ),
        (
            "Wallinga, J., Teunis, P. (2004) Different epidemic curves for severe acute respiratory"
            " syndrome reveal similar impacts of control measures, doi:10.1093/aje/kwh255"
        ),
        (
            "van den Driessche, P., Watmough, J. (2002) Reproduction numbers and sub-threshold endemic"
            " equilibria, doi:10.1016/S0025-5564(02)00108-6"
        ),
    ),
    limits=(
        "窗口内病例少于约 11 例时主要反映先验：看区间，不看均值",
        "未订正报告延迟：最近几天偏低；未区分输入病例：早期偏高",
        "序列间隔取固定值，其自身不确定性未计入区间",
        "报告率恒定时不受漏报影响；检测能力突变时失真",
    ),
)

QUANTILES = (0.025, 0.5, 0.975)
"""Ends and middle of the credible interval. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """The reproduction number over windows.

    Parameters
    ----------
    first_day, last_day : ndarray of int
        The window, both days within. [d]
    mean, sd : ndarray
        Of the posterior; NaN where the window comes too early. [1]
    low, median, high : ndarray
        2.5, 50 and 97.5 per cent quantiles of the posterior. [1]
    """

    first_day: NDArray[np.int64]
    last_day: NDArray[np.int64]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    low: NDArray[np.float64]
    median: NDArray[np.float64]
    high: NDArray[np.float64]


def discretised_serial_interval(mean: float, sd: float, *, days: int = 30) -> NDArray[np.float64]:
    """Return the serial interval by day, from a gamma distribution shifted by one day.

    Parameters
    ----------
    mean : float
        Mean, above 1 to 60. [d]
    sd : float
        Standard deviation, 0.1 to 60. [d]
    days : int
        Last day, 1 to 3650. [d]

    Returns
    -------
    ndarray
        Share of each day 0 to `days`; the first is 0. [1]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> discretised_serial_interval(2.6, 1.5, days=3).round(8).tolist()
    [0.0, 0.23317213, 0.3585794, 0.19811083]
    """
    CARD.check(mean=mean, sd=sd)
    days = whole(days, name="days", unit="d")
    if not 1 <= days <= LONGEST:
        raise RuleError("days", Rule(Kind.BETWEEN, (1, LONGEST), "d"), days)
    k = np.arange(days + 1.0)
    shape = ((mean - 1.0) / sd) ** 2
    scale = sd**2 / (mean - 1.0)

    def cdf(x: NDArray[np.float64], a: float) -> NDArray[np.float64]:
        return np.asarray(special.gammainc(a, np.maximum(x, 0.0) / scale))

    share = k * cdf(k, shape) + (k - 2) * cdf(k - 2, shape) - 2 * (k - 1) * cdf(k - 1, shape)
    one = shape + 1.0
    share += shape * scale * (2 * cdf(k - 1, one) - cdf(k - 2, one) - cdf(k, one))
    return np.maximum(share, 0.0)


def next_generation_number(transmission: ArrayLike, transition: ArrayLike) -> float:
    """Return the basic reproduction number of a model in compartments, rho(F V^-1).

    Parameters
    ----------
    transmission : array_like
        F, [i, j]: rate at which one person in infected compartment j brings new infections into
        compartment i, at the state without disease, >= 0. [1/d]
    transition : array_like
        V, [i, i]: rate of leaving compartment i; [i, j]: less the rate of going from j to i. [1/d]

    Returns
    -------
    float
        Basic reproduction number. [1]

    Raises
    ------
    ValueError
        If the matrices are not square and alike, or somebody never leaves a compartment.

    Examples
    --------
    Exposed and infectious, beta 0.4, sigma 0.2, gamma 0.1 a day: beta / gamma.

    >>> round(next_generation_number([[0, 0.4], [0, 0]], [[0.2, 0], [-0.2, 0.1]]), 9)
    4.0
    """
    f = not_negative(transmission, name="transmission", unit="1/d")
    v = finite(transition, name="transition", unit="1/d")
    if f.ndim != 2 or f.shape != v.shape or f.shape[0] != f.shape[1]:
        raise ValueError(
            f"transition must be a square matrix like transmission, got {v.shape} and {f.shape}"
        )
    if np.linalg.matrix_rank(v) < len(v):
        raise ValueError(f"transition must be invertible, got {transition!r}")
    return float(np.max(np.abs(np.linalg.eigvals(f @ np.linalg.inv(v)))))


def reproduction_number(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    *,
    window: int = 7,
    prior_mean: float = 5.0,
    prior_sd: float = 5.0,
) -> Reproduction:
    """Return the reproduction number of every window of days (Cori et al.).

    Parameters
    ----------
    incidence : array_like
        New cases by day, >= 0. [1]
    serial_interval : array_like
        Share of each day from 0; the first must be 0, the sum about 1. [1]
    window : int
        Days in a window, 1 to 60. [d]
    prior_mean : float
        Mean of the prior, 0.1 to 20. [1]
    prior_sd : float
        Standard deviation of the prior, 0.1 to 20. [1]

    Returns
    -------
    Reproduction
        One window for each day from 1 on; NaN until it ends after the mean serial interval.

    Raises
    ------
    ValueError
        If an argument is out of range, or the series is shorter than a window and a day.

    Examples
    --------
    A steady number of cases, each with one successor:

    >>> found = reproduction_number([100] * 30, [0.0, 0.5, 0.5])
    >>> round(float(found.mean[-1]), 3)
    1.001
    """
    cases = not_negative(incidence, name="incidence", unit="cases")
    share = _interval(serial_interval)
    CARD.check(incidence=cases, window=window, prior_mean=prior_mean, prior_sd=prior_sd)
    window = whole(window, name="window", unit="d")
    if cases.ndim != 1 or len(cases) <= window:
        raise RefusalError(
            f"incidence must be > {window} days of cases, got shape {cases.shape}",
            zh=f"每日新发病例应多于 {window} 天",
        )
    force = np.convolve(cases, share)[: len(cases)]
    seen = np.concatenate([[0.0], cases.cumsum()])
    due = np.concatenate([[0.0], force.cumsum()])
    first = np.arange(1, len(cases) - window + 1)
    last = first + window - 1
    prior_shape = (prior_mean / prior_sd) ** 2
    shape = prior_shape + seen[last + 1] - seen[first]
    rate = prior_mean / prior_sd**2 + due[last + 1] - due[first]
    early = last + 1 <= float(share @ np.arange(len(share)))
    shape[early] = np.nan
    low, median, high = (np.asarray(special.gammaincinv(shape, q)) / rate for q in QUANTILES)
    return Reproduction(
        first_day=first,
        last_day=last,
        mean=shape / rate,
        sd=np.sqrt(shape) / rate,
        low=low,
        median=median,
        high=high,
    )


def case_reproduction(
    incidence: ArrayLike, serial_interval: ArrayLike, *, window: int = 7
) -> NDArray[np.float64]:
    """Return how many cases a case of each window brought about (Wallinga and Teunis).

    Parameters
    ----------
    incidence : array_like
        New cases by day, >= 0. [1]
    serial_interval : array_like
        Share of each day from 0; the first must be 0, the sum about 1. [1]
    window : int
        Days in a window, 1 to 60. [d]

    Returns
    -------
    ndarray
        One number for each window, from day 1 on; NaN where no case fell ill. [1]

    Examples
    --------
    >>> case_reproduction([1, 2, 4, 8], [0.0, 1.0], window=1).tolist()
    [2.0, 2.0, 0.0]
    """
    cases = not_negative(incidence, name="incidence", unit="cases")
    share = _interval(serial_interval)
    CARD.check(incidence=cases, window=window)
    window = whole(window, name="window", unit="d")
    if cases.ndim != 1 or len(cases) <= window:
        raise RefusalError(
            f"incidence must be > {window} days of cases, got shape {cases.shape}",
            zh=f"每日新发病例应多于 {window} 天",
        )
    force = np.convolve(cases, share)[: len(cases)]
    asked = np.where(force > 0, cases / np.where(force > 0, force, 1.0), 0.0)
    offspring = np.convolve(asked[::-1], share)[: len(cases)][::-1]
    made = np.concatenate([[0.0], (cases * offspring).cumsum()])
    seen = np.concatenate([[0.0], cases.cumsum()])
    first = np.arange(1, len(cases) - window + 1)
    many = seen[first + window] - seen[first]
    return np.where(
        many > 0, (made[first + window] - made[first]) / np.where(many > 0, many, 1.0), np.nan
    )


def _interval(serial_interval: ArrayLike) -> NDArray[np.float64]:
    share = finite(serial_interval, name="serial_interval", unit="")
    CARD.check(serial_interval=share)
    if share.ndim != 1 or len(share) < 2 or share[0] != 0.0:
        raise ValueError(f"serial_interval must begin with 0 on day 0, got {serial_interval!r}")
    if not 0.99 <= share.sum() <= 1.01:
        raise ValueError(f"serial_interval must add up to 1, got a sum of {share.sum():g}")
    return share
