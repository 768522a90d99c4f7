r"""Fit of an epidemic to reported cases, with its uncertainty (approximate Bayesian computation).

Reproduction number, number infected at the start (on the logarithm) and reported share are drawn evenly
from their ranges; each draw is followed by chance and its reported cases
:math:`x_t \sim \mathrm{Bin}(\mathrm{cases}_t, q)` are compared with those observed:

.. math:: D^2 = \frac1n \sum_t \bigl(\sqrt{x_t} - \sqrt{y_t}\bigr)^2

on the square root, where Poisson counts have the same spread. The draws with the least D are kept: they
stand for what is consistent with the report, and their courses run on as the forecast.

Pure; the source of chance is an argument.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative, whole
from anlan.science.epidemic.seir import simulate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from anlan.science.epidemic.seir import Disease

__all__ = ["CARD", "Calibration", "calibrate"]

CARD = ModelCard(
    key="epidemic.calibration",
    version=1,
    title="Fit of an epidemic to reported cases",
    title_zh="疫情模型校准（近似贝叶斯）",
    inputs=(
        Quantity(name="observed", title="每日报告病例", unit="1", low=0.0),
        Quantity(name="r0", title="再生数范围", unit="1", low=0.1, high=30.0),
        Quantity(name="infected", title="初始感染范围", unit="1", low=1.0, high=1e7),
        Quantity(name="reported", title="报告率范围", unit="1", low=0.001, high=1.0),
        Quantity(name="count", title="抽样次数", unit="1", low=20, high=100_000, default=2000),
        Quantity(name="keep", title="保留次数", unit="1", low=5, high=10_000, default=100),
        Quantity(name="ahead", title="向后天数", unit="1", low=0, high=365, default=28),
    ),
    outputs=(
        Quantity(name="r0", title="再生数后验样本", unit="1", low=0.0),
        Quantity(name="cases", title="每日发病（含向后）", unit="1", low=0.0),
    ),
    references=(
        (
            "Beaumont, M. A., Zhang, W., Balding, D. J. (2002) Approximate Bayesian computation in"
            " population genetics, doi:10.1093/genetics/162.4.2025"
        ),
        (
            "Minter, A., Retkute, R. (2019) Approximate Bayesian computation for infectious disease"
            " modelling, doi:10.1016/j.epidem.2019.100368"
        ),
    ),
    limits=(
        "结果受先验范围约束：后验贴近范围端点时须放宽重算",
        "初始感染数与报告率难以分开，早期只有再生数可信",
        "假定期间接触不变；有干预时分段校准",
        "保留比例有限，区间略宽于精确后验",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The draws that fit best, the best first.

    Parameters
    ----------
    r0 : ndarray
        Reproduction number. [1]
    infected : ndarray
        Infected at the start. [1]
    reported : ndarray
        Share of the cases that is reported. [1]
    misfit : ndarray
        Distance D. [1]
    cases : ndarray
        Cases by day, reported or not, with the days ahead; shape (keep, days). [1]
    """

    r0: NDArray[np.float64]
    infected: NDArray[np.float64]
    reported: NDArray[np.float64]
    misfit: NDArray[np.float64]
    cases: NDArray[np.float64]


def calibrate(
    observed: ArrayLike,
    disease: Disease,
    *,
    population: float,
    r0: tuple[float, float],
    infected: tuple[float, float],
    reported: tuple[float, float],
    rng: np.random.Generator,
    count: int = 2000,
    keep: int = 100,
    ahead: int = 28,
) -> Calibration:
    """Return epidemics that are consistent with the cases reported.

    Parameters
    ----------
    observed : array_like
        Reported cases by day, whole numbers, >= 0. [1]
    disease : Disease
        How the infection runs; its R0 is not used. [-]
    population : float
        People, all in one group. [1]
    r0 : (float, float)
        Range of the reproduction number, within 0.1 to 30. [1]
    infected : (float, float)
        Range of the number infected at the start, within 1 to 1e7. [1]
    reported : (float, float)
        Range of the share reported, within 0.001 to 1. [1]
    rng : numpy.random.Generator
        Source of chance; the same seed gives the same fit. [-]
    count : int
        Number of draws, 20 to 100 000. [1]
    keep : int
        Number kept, 5 to 10 000 and at most half of the draws. [1]
    ahead : int
        Days to follow beyond the report, 0 to 365. [d]

    Returns
    -------
    Calibration
        Take quantiles over the draws.

    Raises
    ------
    ValueError
        If a range is empty or out of bounds, or more is kept than half of the draws.
    """
    y = not_negative(observed, name="observed", unit="cases")
    CARD.check(
        observed=y, r0=r0, infected=infected, reported=reported, count=count, keep=keep, ahead=ahead
    )
    count, keep = whole(count, name="count"), whole(keep, name="keep")
    ahead = whole(ahead, name="ahead", unit="d")
    if y.ndim != 1 or not len(y):
        raise ValueError(f"observed must be one series of cases, got shape {y.shape}")
    for name, (low, high) in (("r0", r0), ("infected", infected), ("reported", reported)):
        if low > high:
            raise ValueError(f"{name} must rise, got {(low, high)!r}")
    if 2 * keep > count:
        raise ValueError(f"keep must be <= half of count {count}, got {keep!r}")
    strength = rng.uniform(*r0, count)
    spread = rng.uniform(math.log(infected[0]), math.log(infected[1]), count)
    start: NDArray[np.float64] = np.asarray(np.round(np.exp(spread)), dtype=np.float64)
    share = rng.uniform(*reported, count)
    days = len(y) + ahead
    cases = np.empty((count, days))
    for k, own in enumerate(rng.spawn(count)):
        course = simulate(
            replace(disease, r0=float(strength[k])), population=[population],
            infected=[start[k]], days=days, steps_a_day=1, rng=own,
        )  # fmt: skip
        cases[k] = course.cases[:, 0]
    seen = rng.binomial(cases[:, : len(y)].astype(np.int64), share[:, None])
    misfit = np.sqrt(np.mean((np.sqrt(seen) - np.sqrt(y)) ** 2, axis=1))
    best = np.argsort(misfit, kind="stable")[:keep]
    return Calibration(
        r0=strength[best],
        infected=start[best],
        reported=share[best],
        misfit=misfit[best],
        cases=cases[best],
    )
