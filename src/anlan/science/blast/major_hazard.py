r"""Identification and grading of a major hazard installation (GB 18218-2018).

.. math:: S = \sum_i \frac{q_i}{Q_i} \ge 1, \qquad R = \alpha \sum_i \beta_i \frac{q_i}{Q_i}

q is the design maximum and Q the threshold; :math:`\alpha` follows the residents within 500 m of
the fence. First grade from R = 100, second from 50, third from 10, fourth below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative, positive

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CARD", "Holding", "Verdict", "exposure_factor", "grade_installation"]

ALPHA = ((100, 2.0), (50, 1.5), (30, 1.2), (1, 1.0), (0, 0.5))
"""Least number of residents within 500 m and alpha (GB 18218-2018, table 5)."""

GRADES = ((100.0, 1), (50.0, 2), (10.0, 3), (0.0, 4))
"""Least R and grade (GB 18218-2018, table 6)."""

CARD = ModelCard(
    key="blast.major_hazard",
    version=1,
    title="Grading of major hazard installations (GB 18218-2018)",
    title_zh="危险化学品重大危险源辨识与分级（GB 18218—2018）",
    inputs=(
        Quantity(name="quantity", title="设计最大量", unit="kg", low=0.0),
        Quantity(name="threshold", title="临界量", unit="kg", low=1.0),
        Quantity(name="beta", title="校正系数 β", unit="1", low=1.0, high=20.0),
        Quantity(name="residents", title="厂界外 500 m 常住人口", unit="1", low=0.0),
    ),
    outputs=(
        Quantity(name="s", title="辨识指标 S", unit="1", low=0.0),
        Quantity(name="r", title="分级指标 R", unit="1", low=0.0),
        Quantity(name="grade", title="级别", unit="1", low=1.0, high=4.0),
    ),
    references=("GB 18218-2018 危险化学品重大危险源辨识, 4.2, 4.3, 表 3—6",),
    limits=(
        "按单元（切断阀、防火堤、独立库房）分别计算，不可跨单元相加",
        "一种物质有多种危险性时取最低临界量；混合物按标准 4.1.3 处理",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One substance in the unit.

    Parameters
    ----------
    quantity : float
        Design maximum, >= 0. [kg]
    threshold : float
        Q of table 1 or 2, > 0. [kg]
    beta : float
        Correction of table 3 or 4, 1 to 20. [1]
    """

    quantity: float
    threshold: float
    beta: float

    def __post_init__(self) -> None:
        not_negative(self.quantity, name="quantity", unit="kg")
        positive(self.threshold, name="threshold", unit="kg")
        CARD.check(beta=self.beta)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome for a unit.

    Parameters
    ----------
    s : float
        Sum of quantity over threshold. [1]
    is_major : bool
        Whether S reaches 1. [-]
    r : float
        Index of the grade. [1]
    grade : int or None
        1 (一级, the worst) to 4; None where it is no major hazard. [-]
    reasons : tuple of str
        In Chinese, with the numbers. [-]
    """

    s: float
    is_major: bool
    r: float
    grade: int | None
    reasons: tuple[str, ...]


def exposure_factor(residents: int) -> float:
    """Return alpha of table 5.

    Parameters
    ----------
    residents : int
        Residents within 500 m of the fence, >= 0. [1]

    Examples
    --------
    >>> exposure_factor(49), exposure_factor(50)
    (1.2, 1.5)
    """
    not_negative(residents, name="residents", unit="")
    return next(alpha for least, alpha in ALPHA if residents >= least)


def grade_installation(holdings: Iterable[Holding], *, residents: int) -> Verdict:
    """Return whether a unit is a major hazard installation, and its grade.

    Parameters
    ----------
    holdings : iterable of Holding
        Everything the unit holds. [-]
    residents : int
        Residents within 500 m of the fence of the plant. [1]

    Returns
    -------
    Verdict
        With reasons.

    Examples
    --------
    40 t of ammonia among 100 residents:

    >>> verdict = grade_installation(
    ...     [Holding(quantity=40e3, threshold=10e3, beta=2)], residents=100
    ... )
    >>> verdict.s, verdict.r, verdict.grade
    (4.0, 16.0, 3)
    """
    held = tuple(holdings)
    if not held:
        raise ValueError("holdings must name at least one substance, got none")
    alpha = exposure_factor(residents)
    s = sum(h.quantity / h.threshold for h in held)
    r = alpha * sum(h.beta * h.quantity / h.threshold for h in held)
    if s < 1:
        reason = f"S = {s:.3g} < 1，不构成重大危险源（GB 18218—2018 4.2）"
        return Verdict(s=s, is_major=False, r=r, grade=None, reasons=(reason,))
    grade = next(grade for least, grade in GRADES if r >= least)
    return Verdict(
        s=s,
        is_major=True,
        r=r,
        grade=grade,
        reasons=(
            f"S = {s:.3g} ≥ 1，构成重大危险源（GB 18218—2018 4.2）",
            f"厂界外 500 m 常住人口 {residents} 人，α = {alpha:g}（表 5）",
            f"R = {r:.4g}，{'一二三四'[grade - 1]}级（表 6）",
        ),
    )
