r"""Hospital beds, intensive care, isolation rooms and protective sets that an epidemic asks for.

Of the cases of each group a share is admitted after a delay, a share of these needs critical care, and
each stays for a while; those in bed are the admissions of the past who are still there:

.. math:: B(t) = \sum_g \sum_{k\ge 0} a_g(t-k)\, \bar S(k), \qquad \bar S(k) = \int_k^{k+1} P(L > x)\,dx

Delays and stays L have gamma distributions. So a steady flow of admissions fills exactly flow times
mean stay (Little's law). Cases may be a mean course or many courses: quantiles are taken afterwards.

Pure; the last axis of the cases is the group, the one before it the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import scipy
from scipy import special

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative, positive
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "CareTimes",
    "Demand",
    "Severity",
    "care_demand",
    "example_severity",
    "protective_sets",
]

CARD = ModelCard(
    key="epidemic.demand",
    version=1,
    title="Bed, intensive-care and protective-supply demand of an epidemic",
    title_zh="疫情床位、重症、防护物资需求",
    inputs=(
        Quantity(name="cases", title="每日新发病例", unit="1", low=0.0),
        Quantity(name="hospital", title="住院比例", unit="1", low=0.0, high=1.0),
        Quantity(name="critical", title="住院者重症比例", unit="1", low=0.0, high=1.0),
        Quantity(name="delay", title="发病至入院", unit="d", low=0.0, high=60.0, default=5.0),
        Quantity(
            name="ward_stay", title="普通床位日数", unit="d", low=0.5, high=120.0, default=8.0
        ),
        Quantity(
            name="care_stay", title="重症床位日数", unit="d", low=0.5, high=120.0, default=10.0
        ),
        Quantity(name="sets_a_bed_day", title="每床日防护用品", unit="1", low=0.0, high=200.0),
    ),
    outputs=(
        Quantity(name="admissions", title="每日入院", unit="1", low=0.0),
        Quantity(name="ward_beds", title="普通（隔离）床位", unit="1", low=0.0),
        Quantity(name="care_beds", title="重症床位", unit="1", low=0.0),
    ),
    references=(
        "Little, J. D. C. (1961) A proof for the queuing formula L = lambda W, doi:10.1287/opre.9.3.383",
        (
            "Ferguson, N. M. et al. (2020) Impact of non-pharmaceutical interventions to reduce"
            " COVID-19 mortality and healthcare demand (Report 9), doi:10.25561/77482 (example table)"
        ),
    ),
    limits=(
        "不限床位：给出的是需求，不是收治；超出床位后的死亡增加未计",
        "住院与重症比例随病种、毒株、疫苗差别很大：必须换成当前病种的数据",
        "重症者全程计入重症床位，不含转回普通床位的时段",
    ),
    unconfirmed=("示例分年龄比例（新冠 2020 首波）凭记忆录入，仅供演练",),
)

SHAPE = 2.0
"""Shape of the gamma distribution of delays and stays; a choice, the mean decides. [1]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """How many of the cases of each group need a bed.

    Parameters
    ----------
    hospital : ndarray
        Share of the cases that is admitted, 0 to 1. [1]
    critical : ndarray
        Share of those admitted that needs critical care, 0 to 1. [1]
    """

    hospital: NDArray[np.float64]
    critical: NDArray[np.float64]

    def __post_init__(self) -> None:
        CARD.check(hospital=self.hospital, critical=self.critical)


@dataclass(frozen=True, slots=True, kw_only=True)
class CareTimes:
    """Mean delays and stays.

    Parameters
    ----------
    delay : float
        From falling ill to admission, 0 to 60. [d]
    ward_stay : float
        Of those who need no critical care, 0.5 to 120. [d]
    care_stay : float
        Of those who need critical care, 0.5 to 120. [d]
    """

    delay: float = 5.0
    ward_stay: float = 8.0
    care_stay: float = 10.0

    def __post_init__(self) -> None:
        CARD.check(delay=self.delay, ward_stay=self.ward_stay, care_stay=self.care_stay)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is needed on each day, all groups together.

    Parameters
    ----------
    admissions : ndarray
        Admitted on each day. [1/d]
    ward_beds : ndarray
        In ward or isolation beds. [1]
    care_beds : ndarray
        In intensive care. [1]
    """

    admissions: NDArray[np.float64]
    ward_beds: NDArray[np.float64]
    care_beds: NDArray[np.float64]


def care_demand(cases: ArrayLike, severity: Severity, *, times: CareTimes | None = None) -> Demand:
    """Return the beds that cases ask for.

    Parameters
    ----------
    cases : array_like
        New cases, shape (..., days, groups), >= 0. [1]
    severity : Severity
        Shares of each group. [1]
    times : CareTimes or None
        Mean delays and stays; None for the defaults. [d]

    Returns
    -------
    Demand
        Of the shape (..., days).

    Raises
    ------
    ValueError
        If a share or a count is out of range, or the groups do not fit.

    Examples
    --------
    A hundred cases a day, one in ten admitted for eight days:

    >>> some = Severity(hospital=np.array([0.1]), critical=np.array([0.0]))
    >>> round(float(care_demand(np.full((200, 1), 100.0), some).ward_beds[-1]), 3)
    80.0
    """
    ill = not_negative(cases, name="cases", unit="people")
    CARD.check(cases=ill)
    span = CareTimes() if times is None else times
    if ill.ndim < 2 or ill.shape[-1] != np.size(severity.hospital):
        raise ValueError(
            f"cases must have shape (..., days, {np.size(severity.hospital)}), got {ill.shape}"
        )
    days = ill.shape[-2]
    delay = _delay(span.delay, days)
    admitted = _fold(ill @ severity.hospital, delay)
    critical = _fold(ill @ (severity.hospital * severity.critical), delay)
    return Demand(
        admissions=admitted,
        ward_beds=_fold(admitted - critical, _staying(span.ward_stay, days)),
        care_beds=_fold(critical, _staying(span.care_stay, days)),
    )


def protective_sets(
    beds: ArrayLike, *, sets_a_bed_day: float, reserve: float = 0.0
) -> NDArray[np.float64]:
    """Return how many protective sets are used up to each day.

    Parameters
    ----------
    beds : array_like
        Beds in use, the last axis is the day. [1]
    sets_a_bed_day : float
        Sets for one bed and day, 0 to 200; a rule of the hospital, there is no default. [1/d]
    reserve : float
        Part added for loss and spare, 0 to 2. [1]

    Returns
    -------
    ndarray
        Sets used up to the end of each day. [1]

    Examples
    --------
    >>> protective_sets([10, 20], sets_a_bed_day=3.0).tolist()
    [30.0, 90.0]
    """
    used = not_negative(beds, name="beds", unit="beds")
    CARD.check(sets_a_bed_day=sets_a_bed_day)
    between(reserve, 0, 2, name="reserve", unit="")
    return np.asarray(np.cumsum(used, axis=-1) * sets_a_bed_day * (1.0 + reserve))


@cache
def example_severity() -> Severity:
    """Return example shares for the ages 0 to 9, 10 to 19, ... 80 and above (示例，待确认).

    Returns
    -------
    Severity
        Nine groups.
    """
    rows = read_rows("anlan.science.epidemic", "severity_example.csv")
    return Severity(
        hospital=np.array([float(row["hospital"]) for row in rows]),
        critical=np.array([float(row["critical_of_hospital"]) for row in rows]),
    )


def _fold(flow: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sum_k flow(t - k) weight(k) along the last axis."""
    return np.asarray(scipy.signal.lfilter(weight, [1.0], flow, axis=-1))


def _delay(mean: float, days: int) -> NDArray[np.float64]:
    """Return the share of each delay, in whole days."""
    if mean == 0.0:
        return np.ones(1)
    edge = np.concatenate([[0.0], np.arange(days) + 0.5])
    return np.diff(special.gammainc(SHAPE, edge * SHAPE / positive(mean, name="mean", unit="d")))


def _staying(mean: float, days: int) -> NDArray[np.float64]:
    """Return the mean share still there during each day: the integral of the survival."""
    x = np.arange(days + 1.0)
    rate = SHAPE / mean
    # integral of P(L > u) from 0 to x is x P(L > x) + mean P(L' <= x), L' of shape SHAPE + 1
    below = x * special.gammaincc(SHAPE, x * rate) + mean * special.gammainc(SHAPE + 1.0, x * rate)
    return np.diff(below)
