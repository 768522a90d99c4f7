r"""Surges in hourly counts (hotline, public opinion, sensors) against an hour-of-week baseline.

Each of the 168 hours of the week has its own expected count :math:`\lambda`: the median over the past
weeks of :math:`\ln(1 + y)`, so that a past burst does not raise it and a missing hour (NaN) is not taken
for a zero. The spread of all hours, :math:`\phi = 1.4826^2\,\mathrm{median}((y-\lambda)^2/\lambda)`
and not below 1, says how much rougher than Poisson the counts are. A surge is found by the
likelihood-ratio CUSUM for a rise to :math:`\rho` times the expected count:

.. math:: S_t = \max\Bigl(0,\; S_{t-1} + \frac{y_t \ln\rho - \lambda_t(\rho - 1)}{\phi}\Bigr),
   \qquad S_t \ge \ln A

with at most one false alarm in A hours on average (Lorden 1971). From the alarm back to where the sum
left zero is the onset; the end is found by the same sum turned round. Beside it stand a robust z on the
logarithms and the two-state burst model of Kleinberg, whose cheapest course of states is exact (Viterbi).

Pure; the last axis of an array of counts is time. Compiled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba as nb
import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import positive
from anlan.science.common.refusal import Kind, RefusalError, Rule, RuleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "HOURS_OF_WEEK",
    "Baseline",
    "Surge",
    "burst_states",
    "hour_of_week_baseline",
    "robust_z",
    "surges",
    "warm_up",
]

HOURS_OF_WEEK = 168
"""Hours in a week. [h]"""

NORMAL = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation. [1]"""

LEAST_EXPECTED = 0.05
"""Floor of the expected count of an hour, so that one call at night is no surge. [1]"""

CARD = ModelCard(
    key="detect.surge",
    version=1,
    title="Surge in hourly counts against an hour-of-week baseline",
    title_zh="热线与舆情突增（周小时基线）",
    inputs=(
        Quantity(name="factor", title="要探测的倍数", unit="1", low=1.1, high=20.0, default=2.0),
        Quantity(
            name="false_alarm_every",
            title="平均误报间隔",
            unit="h",
            low=10.0,
            high=1e9,
            default=8760.0,
        ),
        Quantity(name="dispersion", title="离散度", unit="1", low=1.0, high=1000.0, default=1.0),
        Quantity(name="weeks", title="基线周数", unit="1", low=3, high=520, default=8),
    ),
    outputs=(
        Quantity(name="onset", title="开始", unit="h", low=0.0),
        Quantity(name="peak", title="最高", unit="h", low=0.0),
        Quantity(name="end", title="结束", unit="h", low=0.0),
        Quantity(name="times_baseline", title="相对基线倍数", unit="1", low=0.0),
    ),
    references=(
        (
            "Lorden, G. (1971) Procedures for reacting to a change in distribution,"
            " doi:10.1214/aoms/1177693055"
        ),
        (
            "Kleinberg, J. (2003) Bursty and hierarchical structure in streams,"
            " doi:10.1023/A:1024940629314"
        ),
        (
            "Lucas, J. M. (1985) Counted data CUSUM's, Technometrics 27, 129-144,"
            " doi:10.1080/00401706.1985.10488030"
        ),
    ),
    limits=(
        "基线至少三周；节假日与平日同周小时比较，长假首日易误报",
        "缺测的小时须给空值（NaN），不可填零",
        "计数突增不等于事件：需人工核实内容，谨防重复投诉与机器发帖",
        "误报间隔在计数近似独立时成立；相邻小时强相关时偏短",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What an ordinary week looks like.

    Parameters
    ----------
    expected : ndarray
        Expected count of each of the 168 hours of the week. [1]
    dispersion : float
        Variance over mean, not below 1. [1]
    weeks : ndarray of int
        Weeks that each hour rests on. [1]
    """

    expected: NDArray[np.float64]
    dispersion: float
    weeks: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """One surge, in hours counted from the start of the series.

    Parameters
    ----------
    onset : int
        First hour of the rise. [h]
    alarm : int
        Hour at which it was certain enough to alarm. [h]
    peak : int
        Hour of the largest count over its baseline. [h]
    end : int or None
        Last hour of the rise; None while it goes on. [h]
    times_baseline : float
        Count over expected count from onset to end. [1]
    excess : float
        Count above what was expected from onset to end. [1]
    """

    onset: int
    alarm: int
    peak: int
    end: int | None
    times_baseline: float
    excess: float


def hour_of_week_baseline(counts: ArrayLike, *, first_hour: int = 0) -> Baseline:
    """Return the ordinary week behind a series of hourly counts.

    Parameters
    ----------
    counts : array_like
        Hourly counts, at least three weeks; NaN for a missing hour. [1]
    first_hour : int
        Hour of the week of the first count, 0 (Monday 0 h) to 167. [h]

    Returns
    -------
    Baseline
        Expected counts by hour of the week.

    Raises
    ------
    ValueError
        If a count is negative, or an hour of the week was seen fewer than three times.

    Examples
    --------
    >>> week = np.full(168, 4.0)
    >>> hour_of_week_baseline([*week, *week, *(10 * week)]).expected[0].round(6)
    np.float64(4.0)
    """
    y = _counts(counts)
    if y.ndim != 1:
        raise ValueError(f"counts must be one series, got shape {y.shape}")
    if first_hour not in range(HOURS_OF_WEEK):
        raise ValueError(f"first_hour must be between 0 and 167 h, got {first_hour!r}")
    lead = np.full(first_hour, np.nan)
    tail = np.full(-(first_hour + len(y)) % HOURS_OF_WEEK, np.nan)
    table = np.concatenate([lead, y, tail]).reshape(-1, HOURS_OF_WEEK)
    weeks = np.sum(~np.isnan(table), axis=0)
    fewest = CARD.input("weeks").low
    if weeks.min() < fewest:
        hour = int(np.argmin(weeks))
        raise RefusalError(
            f"counts must hold >= {fewest:g} weeks of each hour, got {weeks[hour]} of hour {hour}",
            zh=f"每个小时至少 {fewest:g} 周，{hour} 时只有 {weeks[hour]} 周",
        )
    expected = np.expm1(np.nanmedian(np.log1p(table), axis=0))
    expected = np.maximum(expected, LEAST_EXPECTED)
    squares = (table - expected) ** 2 / expected
    dispersion = max(1.0, NORMAL**2 * float(np.nanmedian(squares)))
    return Baseline(expected=expected, dispersion=dispersion, weeks=weeks)


def robust_z(counts: ArrayLike, expected: ArrayLike, *, scale: float) -> NDArray[np.float64]:
    """Return how far counts lie above the baseline on the logarithm, in robust deviations.

    Parameters
    ----------
    counts : array_like
        Counts, >= 0; NaN stays NaN. [1]
    expected : array_like
        Expected counts, > 0. [1]
    scale : float
        Robust standard deviation of ln(1 + y) about its median, > 0. [1]

    Returns
    -------
    ndarray
        z. [1]

    Examples
    --------
    >>> float(robust_z(np.e - 1, 1e-12, scale=0.5).round(6))
    2.0
    """
    y = _counts(counts)
    m = positive(expected, name="expected", unit="counts")
    s = float(positive(scale, name="scale", unit=""))
    return np.asarray((np.log1p(y) - np.log1p(m)) / s)


def surges(
    counts: ArrayLike,
    expected: ArrayLike,
    *,
    factor: float = 2.0,
    false_alarm_every: float = 8760.0,
    dispersion: float = 1.0,
) -> tuple[Surge, ...]:
    """Return the surges of a series over what is expected.

    Parameters
    ----------
    counts : array_like
        Hourly counts of one series, >= 0; NaN for a missing hour. [1]
    expected : array_like
        Expected count of each hour, > 0; broadcast. [1]
    factor : float
        Rise that is to be found soonest, 1.1 to 20. [1]
    false_alarm_every : float
        Mean time between false alarms, at the least; 10 to 1e9. [h]
    dispersion : float
        Variance over mean of the ordinary counts, 1 to 1000. [1]

    Returns
    -------
    tuple of Surge
        In the order of time.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> counts = [5] * 30 + [20] * 6 + [5] * 30
    >>> (found,) = surges(counts, 5.0)
    >>> found.onset, found.end, found.times_baseline
    (30, 35, 4.0)
    """
    y, m = _pair(counts, expected)
    CARD.check(factor=factor, false_alarm_every=false_alarm_every, dispersion=dispersion)
    gain = (y * math.log(factor) - m * (factor - 1.0)) / dispersion
    rows = _cusum(np.where(np.isnan(gain), 0.0, gain), math.log(false_alarm_every))
    found = []
    for onset, alarm, end in rows.tolist():
        stop = len(y) if end < 0 else end + 1
        part, base = y[onset:stop], m[onset:stop]
        seen = ~np.isnan(part)
        total, usual = float(part[seen].sum()), float(base[seen].sum())
        found.append(
            Surge(
                onset=onset,
                alarm=alarm,
                peak=onset + int(np.nanargmax(part / base)),
                end=None if end < 0 else end,
                times_baseline=total / usual,
                excess=total - usual,
            )
        )
    return tuple(found)


def burst_states(
    counts: ArrayLike, expected: ArrayLike, *, factor: float = 2.0, effort: float = 1.0
) -> NDArray[np.bool_]:
    """Return which hours belong to a burst, by the cheapest course of two states.

    Ordinary hours are Poisson about the expected count, hours of a burst about `factor` times it;
    every entry into a burst costs `effort * ln n`.

    Parameters
    ----------
    counts : array_like
        Counts of one series, >= 0; NaN for a missing hour. [1]
    expected : array_like
        Expected counts, > 0; broadcast. [1]
    factor : float
        Level of a burst over the expected count, 1.1 to 20. [1]
    effort : float
        Cost gamma of entering a burst, > 0. [1]

    Returns
    -------
    ndarray of bool
        True in a burst.

    Examples
    --------
    >>> burst_states([1, 1, 9, 9, 1], 1.0, factor=4.0).tolist()
    [False, False, True, True, False]
    """
    y, m = _pair(counts, expected)
    CARD.check(factor=factor)
    positive(effort, name="effort", unit="")
    # cost of the burst state above that of the ordinary state
    extra = m * (factor - 1.0) - y * math.log(factor)
    states: NDArray[np.bool_] = _viterbi(
        np.where(np.isnan(extra), 0.0, extra), effort * math.log(len(y))
    )
    return states


def warm_up() -> None:
    """Compile the kernels, see `anlan.science.common.compiled`."""
    _cusum(np.zeros(2), 1.0)
    _viterbi(np.zeros(2), 1.0)


def _counts(counts: ArrayLike) -> NDArray[np.float64]:
    try:
        y = np.asarray(counts, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"counts must be numbers, got {counts!r}") from None
    if np.any(y < 0) or np.any(np.isinf(y)):
        raise RuleError("counts", Rule(Kind.AT_LEAST, (0,), "counts"), counts, title="来件数")
    return y


def _pair(
    counts: ArrayLike, expected: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    y = _counts(counts)
    if y.ndim != 1 or not len(y):
        raise ValueError(f"counts must be one series, got shape {y.shape}")
    m = np.broadcast_to(positive(expected, name="expected", unit="counts"), y.shape)
    return y, np.ascontiguousarray(m)


@nb.njit(cache=True)
def _cusum(gain, limit):  # type: ignore[no-untyped-def]
    """Return onset, alarm, end of each surge; end -1 while it goes on."""
    n = gain.size
    rows = np.empty((n, 3), dtype=np.int64)
    found = 0
    t = 0
    held = 0.0
    onset = 0
    while t < n:
        if held == 0.0:
            onset = t
        held = max(held + gain[t], 0.0)
        if held < limit:
            t += 1
            continue
        alarm = t
        # the best end so far is where the sum is highest; it stands once the sum has fallen by the limit
        top = held
        end = t
        t += 1
        ended = False
        while t < n:
            held += gain[t]
            if held >= top:
                top = held
                end = t
            elif top - held >= limit or held <= 0.0:
                ended = True
                break
            t += 1
        rows[found, 0] = onset
        rows[found, 1] = alarm
        rows[found, 2] = end if ended else -1
        found += 1
        held = 0.0
        t = end + 1 if ended else n
    return rows[:found]


@nb.njit(cache=True)
def _viterbi(extra, entry):  # type: ignore[no-untyped-def]
    n = extra.size
    came = np.zeros((n, 2), dtype=np.bool_)
    calm = 0.0
    burst = math.inf
    for t in range(n):
        came[t, 0] = burst < calm
        came[t, 1] = not calm + entry < burst
        stay_calm = min(calm, burst)
        burst = min(burst, calm + entry) + extra[t]
        calm = stay_calm
    states = np.zeros(n, dtype=np.bool_)
    state = burst < calm
    for t in range(n - 1, -1, -1):
        states[t] = state
        state = came[t, 1] if state else came[t, 0]
    return states
