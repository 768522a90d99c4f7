r"""Outbreak detection by the cumulative sum of standardised counts (CUSUM).

.. math:: S_t = \max\Bigl(0,\; S_{t-1} + \frac{y_t - m}{\sqrt m} - k\Bigr), \qquad S_t \ge h

alarms. The expected count m is the mean of a reference period. Small shifts that last add up, which
a single comparison misses. The sum is not set back after an alarm, as in the R package surveillance
(`algo.cusum`, `trans="standard"`), unless asked for. Where the spread of the series is known, it takes
the place of the Poisson :math:`\sqrt m` (`sd`).

Pure; the last axis is time, every other axis is another series.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "CusumResult", "cusum"]

CARD = ModelCard(
    key="detect.cusum",
    version=1,
    title="CUSUM of standardised counts",
    title_zh="累积和（CUSUM）异常探测",
    inputs=(
        Quantity(name="counts", title="病例数序列", unit="1", low=0.0),
        Quantity(name="expected", title="期望病例数", unit="1", low=1e-9),
        Quantity(name="sd", title="标准差", unit="1", low=1e-9),
        Quantity(name="reference", title="参考值 k", unit="1", low=0.0, high=10.0, default=1.04),
        Quantity(name="decision", title="判定值 h", unit="1", low=0.1, high=100.0, default=2.26),
    ),
    outputs=(
        Quantity(name="total", title="累积和", unit="1", low=0.0),
        Quantity(name="alarm", title="是否报警", unit="1", low=0, high=1),
    ),
    references=(
        "Page, E. S. (1954) Continuous inspection schemes, doi:10.1093/biomet/41.1-2.100",
        (
            "Rossi, G., Lampugnani, L., Marchi, M. (1999) An approximate CUSUM procedure for"
            " surveillance of health events, doi:10.1002/(SICI)1097-0258(19990830)18:16<2111"
            "::AID-SIM171>3.0.CO;2-Q"
        ),
        "Montgomery, D. C. (2013) Introduction to Statistical Quality Control, 7th ed., sec. 9.1",
    ),
    limits=(
        "期望病例数小于 2 时正态近似差，误报率偏高",
        "不含季节：参考期须取同季，或先给出逐期期望值",
        "暴发结束后累积和仍会在阈值上停留一段时间，除非报警后清零",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CusumResult:
    """The cumulative sum of a series.

    Parameters
    ----------
    total : ndarray
        The sum at each point. [1]
    alarm : ndarray of bool
        Whether it has reached the decision value. [-]
    """

    total: NDArray[np.float64]
    alarm: NDArray[np.bool_]


def cusum(
    counts: ArrayLike,
    expected: ArrayLike,
    *,
    sd: ArrayLike | None = None,
    reference: float = 1.04,
    decision: float = 2.26,
    restart: bool = False,
) -> CusumResult:
    """Return the cumulative sum of the excess over what is expected.

    Parameters
    ----------
    counts : array_like
        Cases, >= 0; the last axis is time. [1]
    expected : array_like
        Expected cases, > 0; broadcast against counts, so give one column for one mean a series. [1]
    sd : array_like or None
        Standard deviation of the counts, > 0, broadcast like `expected`; None takes the root of
        `expected`, as for Poisson counts. [1]
    reference : float
        Excess k that is let pass, in standard deviations, 0 to 10. [1]
    decision : float
        Value h of the sum that alarms, 0.1 to 100. [1]
    restart : bool
        Whether the sum starts again at zero after an alarm. [-]

    Returns
    -------
    CusumResult
        Of the shape of counts.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> cusum([4, 4, 8, 8], 4.0, reference=0.5, decision=2.5).total.tolist()
    [0.0, 0.0, 1.5, 3.0]
    """
    y = not_negative(counts, name="counts", unit="cases")
    m = positive(expected, name="expected", unit="cases")
    CARD.check(counts=y, expected=m, reference=reference, decision=decision)
    spread = np.sqrt(m) if sd is None else positive(sd, name="sd", unit="cases")
    if y.ndim == 0:
        raise ValueError(f"counts must be a series, got {counts!r}")
    excess = (y - m) / spread - reference
    if excess.shape != y.shape:
        raise ValueError(f"expected must broadcast to {y.shape} cases, got shape {m.shape}")
    total = np.empty(y.shape)
    held = np.zeros(y.shape[:-1])
    for t in range(y.shape[-1]):
        held = np.maximum(held + excess[..., t], 0.0)
        total[..., t] = held
        if restart:
            held = np.where(held >= decision, 0.0, held)
    return CusumResult(total=total, alarm=total >= decision)
