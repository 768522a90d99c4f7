r"""Individual risk around a plant, against GB 36894-2018, and societal risk.

.. math:: \mathrm{IR}(x, y) = \sum_i f_i\, p_i(x, y)

with :math:`f_i` the frequency of a scenario (times that of its weather) and :math:`p_i` the
probability that a person who stays there unprotected is killed. Societal risk: the frequency of
N or more deaths against two lines of slope -1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite, not_negative
from anlan.science.common.refusal import Kind, Rule, RuleError
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "TARGETS",
    "Criterion",
    "criterion",
    "exceedance",
    "individual_risk",
    "societal_verdict",
]

TARGETS = ("high_sensitive", "important", "general_1", "general_2", "general_3")
"""高敏感, 重要, 一般一类, 一般二类, 一般三类防护目标."""

UNACCEPTABLE, ACCEPTABLE, MOST_DEATHS = 1e-3, 1e-5, 1000.0
"""F at one death of the two lines of GB 36894-2018, and the N that is never acceptable."""

CARD = ModelCard(
    key="blast.risk",
    version=1,
    title="Individual and societal risk (GB 36894-2018)",
    title_zh="个人风险与社会风险（GB 36894—2018）",
    inputs=(
        Quantity(name="frequencies", title="情景频率", unit="1/a", low=0.0, high=1.0),
        Quantity(name="probabilities", title="死亡概率", unit="1", low=0.0, high=1.0),
        Quantity(name="target", title="防护目标", unit="1", choices=TARGETS),
    ),
    outputs=(Quantity(name="risk", title="个人风险", unit="1/a", low=0.0),),
    references=(
        "GB 36894-2018 危险化学品生产装置和储存设施风险基准",
        "GB/T 37243-2019 危险化学品生产装置和储存设施外部安全防护距离确定方法",
        "CPR 18E (2005) Guidelines for quantitative risk assessment (Purple Book), chapter 6",
    ),
    limits=(
        "频率和情景的完整性决定结果：缺情景则偏低",
        "个人风险按全年无防护停留计算",
        "用于规划布局，不用于应急现场划定警戒区",
    ),
    unconfirmed=("GB 36894—2018 基准值和社会风险曲线端点待核对标准原文",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """The limit for a kind of protected target.

    Parameters
    ----------
    target, title : str
        Key and Chinese name. [-]
    new, in_service : float
        Largest individual risk of new and of existing plants. [1/a]
    """

    target: str
    title: str
    new: float
    in_service: float


def individual_risk(frequencies: ArrayLike, probabilities: ArrayLike) -> NDArray[np.float64]:
    """Return the individual risk at places.

    Parameters
    ----------
    frequencies : array_like
        Of each scenario, shape (scenarios,). [1/a]
    probabilities : array_like
        Of death at each place in each scenario, shape (scenarios, ...). [1]

    Returns
    -------
    ndarray
        Risk, of the shape of the places. [1/a]

    Raises
    ------
    ValueError
        If the shapes do not fit or a value is out of range.

    Examples
    --------
    >>> float(individual_risk([1e-5, 1e-6], [0.5, 1.0]))
    6e-06
    """
    f = not_negative(frequencies, name="frequencies", unit="1/a")
    p = between(probabilities, 0, 1, name="probabilities", unit="")
    if f.ndim != 1 or p.ndim < 1 or len(f) != len(p):
        raise ValueError(
            f"probabilities must have one row for each of {f.shape} frequencies, got {p.shape}"
        )
    return np.asarray(np.tensordot(f, p, axes=1))


@cache
def criterion(target: str) -> Criterion:
    """Return the limit of GB 36894-2018 for a kind of target (待确认).

    Parameters
    ----------
    target : str
        One of `TARGETS`. [-]

    Examples
    --------
    >>> criterion("general_2").in_service
    1e-05
    """
    CARD.check(target=target)
    row = next(
        r for r in read_rows("anlan.science.blast", "individual_risk.csv") if r["target"] == target
    )
    return Criterion(
        target=target,
        title=row["target_zh"],
        new=float(row["new_per_year"]),
        in_service=float(row["in_service_per_year"]),
    )


def exceedance(
    frequencies: ArrayLike, deaths: ArrayLike, *, at_least: ArrayLike
) -> NDArray[np.float64]:
    """Return the frequency of accidents with at least so many deaths (F-N curve).

    Parameters
    ----------
    frequencies : array_like
        Of each scenario. [1/a]
    deaths : array_like
        Expected in each scenario, >= 0. [1]
    at_least : array_like
        Numbers of deaths N. [1]

    Returns
    -------
    ndarray
        Frequency of N or more deaths. [1/a]
    """
    f = not_negative(frequencies, name="frequencies", unit="1/a")
    n = not_negative(deaths, name="deaths", unit="")
    level = not_negative(at_least, name="at_least", unit="")
    return np.asarray(np.where(n >= level[..., None], f, 0.0).sum(axis=-1))


def societal_verdict(deaths: float, frequency: float) -> str:
    """Return in which region of the F-N diagram a point lies.

    Parameters
    ----------
    deaths : float
        N, >= 1. [1]
    frequency : float
        Of N or more deaths. [1/a]

    Returns
    -------
    str
        `unacceptable`, `reduce` (尽可能降低区) or `acceptable`.

    Examples
    --------
    >>> societal_verdict(10, 1e-5)
    'reduce'
    """
    n = float(finite(deaths, name="deaths", unit=""))
    if not n >= 1:
        raise RuleError("deaths", Rule(Kind.AT_LEAST, (1,)), deaths)
    f = float(not_negative(frequency, name="frequency", unit="1/a"))
    if f > UNACCEPTABLE / n or (n >= MOST_DEATHS and f > 0):
        return "unacceptable"
    return "reduce" if f > ACCEPTABLE / n else "acceptable"
