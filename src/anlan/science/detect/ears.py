r"""Outbreak detection on short series: EARS C1, C2 and C3 in their published form.

A count is compared with the seven before it (C1), or with the seven that end two before it (C2):

.. math:: C_{1,2}(t) = \frac{y_t - \bar y}{s}, \qquad
   C_3(t) = \sum_{i=0}^{2} \max\bigl(0,\; C_2(t-i) - 1\bigr)

C1 and C2 alarm above 3, C3 above 2. The R package surveillance takes the 0.999 quantile of the
normal distribution (3.0902) in the place of 3, and its C3 is another rule (today's count cancels out
of it): give `threshold=3.0902` for its C1 and C2; its C3 is not offered.

Pure; the last axis is time, every other axis is another series.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative, whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "EarsResult", "ears"]

GAP = {"C1": 0, "C2": 2, "C3": 2}
"""Counts left out between the baseline and today (Hutwagner et al. 2003). [1]"""

THRESHOLD = {"C1": 3.0, "C2": 3.0, "C3": 2.0}
"""Classic limits of the three statistics (Hutwagner et al. 2003). [1]"""

TERMS = 3
"""Days that C3 adds up. [1]"""

CARD = ModelCard(
    key="detect.ears",
    version=1,
    title="EARS C1, C2 and C3 for short series",
    title_zh="EARS C1–C3 早期异常探测",
    inputs=(
        Quantity(name="counts", title="病例数序列", unit="1", low=0.0),
        Quantity(name="method", title="方法", unit="1", choices=("C1", "C2", "C3"), default="C1"),
        Quantity(name="threshold", title="报警阈值", unit="1", low=0.5, high=20.0, default=3.0),
        Quantity(name="baseline", title="基线期数", unit="1", low=3, high=60, default=7),
        Quantity(name="least_sd", title="标准差下限", unit="1", low=0.0, high=1000.0, default=0.0),
    ),
    outputs=(
        Quantity(name="statistic", title="统计量", unit="1", low=0.0),
        Quantity(name="bound", title="报警上界", unit="1", low=0.0),
        Quantity(name="alarm", title="是否报警", unit="1", low=0, high=1),
    ),
    references=(
        (
            "Hutwagner, L. et al. (2003) The bioterrorism preparedness and response Early Aberration"
            " Reporting System (EARS), J. Urban Health 80, i89-i96, doi:10.1007/PL00022319"
        ),
        (
            "Fricker, R. D., Hegler, B. L., Dunfee, D. A. (2008) Comparing syndromic surveillance"
            " detection methods: EARS' versus a CUSUM-based methodology, doi:10.1002/sim.3197"
        ),
    ),
    limits=(
        "只看最近几期：不含季节、星期、节假日效应，春节前后易误报",
        "基线全为零时任何一例都会报警，稀有病种应设标准差下限",
        "基线内若已有暴发，会抬高阈值而漏报",
        "未考虑报告延迟：最近几天的计数偏低",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarsResult:
    """What each point of a series is compared with. NaN where the history is too short.

    Parameters
    ----------
    expected : ndarray
        Mean of the baseline. [1]
    sd : ndarray
        Standard deviation of the baseline, not below the floor. [1]
    statistic : ndarray
        C1, C2 or C3; inf for a count above a baseline that does not vary. [1]
    bound : ndarray
        Count above which it alarms; for C3 given the two days before, 0 where they alarm alone. [1]
    alarm : ndarray of bool
        Whether it alarms; False where the history is too short. [-]
    """

    expected: NDArray[np.float64]
    sd: NDArray[np.float64]
    statistic: NDArray[np.float64]
    bound: NDArray[np.float64]
    alarm: NDArray[np.bool_]


def ears(
    counts: ArrayLike,
    *,
    method: str = "C1",
    threshold: float | None = None,
    baseline: int = 7,
    least_sd: float = 0.0,
) -> EarsResult:
    """Return the EARS statistic of every point of one or many series.

    Parameters
    ----------
    counts : array_like
        Cases by day (or week), >= 0; the last axis is time. [1]
    method : str
        `C1`, `C2` or `C3`. [-]
    threshold : float or None
        Limit of the statistic; None for 3 (C1, C2) and 2 (C3). [1]
    baseline : int
        Points in the baseline, 3 to 60. [1]
    least_sd : float
        Floor of the standard deviation; 0 for none, as published. [1]

    Returns
    -------
    EarsResult
        Of the shape of counts.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> found = ears([2, 3, 1, 2, 2, 3, 1, 9])
    >>> bool(found.alarm[7]), round(float(found.bound[7]), 3)
    (True, 4.449)
    """
    y = not_negative(counts, name="counts", unit="cases")
    CARD.check(counts=y, method=method, baseline=baseline, least_sd=least_sd)
    limit = THRESHOLD[method] if threshold is None else threshold
    CARD.check(threshold=limit)
    if y.ndim == 0:
        raise ValueError(f"counts must be a series, got {counts!r}")
    expected, sd = _baseline(y, whole(baseline, name="baseline"), GAP[method])
    sd = np.maximum(sd, least_sd)
    statistic = _standardised(y, expected, sd)
    bound = expected + limit * sd
    if method == "C3":
        excess = np.maximum(statistic - 1.0, 0.0)
        before = np.full(y.shape, np.nan)
        before[..., TERMS - 1 :] = excess[..., 1:-1] + excess[..., :-2]
        statistic = excess + before
        # above the bound the sum of the three terms exceeds the limit
        rest = limit - before
        with np.errstate(invalid="ignore"):  # a flat baseline: no spread, an endless excess
            bound = np.where(rest >= 0, expected + (rest + 1.0) * sd, 0.0)
        bound = np.where(np.isnan(rest), np.nan, bound)
    with np.errstate(invalid="ignore"):
        alarm = statistic > limit
    return EarsResult(expected=expected, sd=sd, statistic=statistic, bound=bound, alarm=alarm)


def _baseline(
    y: NDArray[np.float64], width: int, gap: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    mean = np.full(y.shape, np.nan)
    sd = np.full(y.shape, np.nan)
    first = width + gap
    if y.shape[-1] > first:
        windows = sliding_window_view(y, width, axis=-1)[..., : y.shape[-1] - first, :]
        mean[..., first:] = windows.mean(axis=-1)
        sd[..., first:] = windows.std(axis=-1, ddof=1)
    return mean, sd


def _standardised(
    y: NDArray[np.float64], mean: NDArray[np.float64], sd: NDArray[np.float64]
) -> NDArray[np.float64]:
    flat = sd == 0
    with np.errstate(invalid="ignore"):
        still = np.where(y > mean, np.inf, 0.0)
    return np.where(flat, still, (y - mean) / np.where(flat, 1.0, sd))
