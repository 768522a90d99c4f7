r"""Domino effects: whether heat or blast of one unit brings down its neighbours.

Time to failure of a vessel in a fire (Landucci et al. 2009), I in kW/m2, V in m3, t in s:

.. math:: \ln t = -1.128 \ln I - 2.667\times10^{-5} V + 9.877 \quad\text{(atmospheric)}

.. math:: \ln t = -0.947 \ln I + 8.835 V^{0.032} \quad\text{(pressurised)}

and :math:`\mathrm{Pr} = 12.54 - 1.847 \ln(t/60)`. Blast (Cozzani & Salzano 2004):
:math:`\mathrm{Pr} = a + b \ln \Delta p` by kind of vessel. Below the thresholds nothing
escalates. A chain runs level by level; units fail independently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite, not_negative, positive, whole
from anlan.science.common.refusal import Kind, Rule, RuleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "BLAST_THRESHOLD",
    "CARD",
    "HEAT_THRESHOLD",
    "VESSELS",
    "Chain",
    "blast_escalation",
    "domino_chain",
    "heat_escalation",
    "time_to_failure",
]

VESSELS = ("atmospheric", "pressurised", "elongated", "small")
"""常压储罐, 压力容器, 塔器等细长设备, 小型辅助设备."""

HEAT_THRESHOLD = {"atmospheric": 15e3, "pressurised": 45e3}
"""Cozzani, Gubinelli & Salzano (2006), exposure of 10 minutes and more; confidence M. [W/m2]"""

BLAST_THRESHOLD = {"atmospheric": 22e3, "pressurised": 16e3, "elongated": 31e3, "small": 37e3}
"""Cozzani, Gubinelli & Salzano (2006); confidence M. [Pa]"""

BLAST_PROBIT = {
    "atmospheric": (-18.96, 2.44),
    "pressurised": (-42.44, 4.33),
    "elongated": (-28.07, 3.16),
    "small": (-17.79, 2.18),
}
"""Cozzani & Salzano (2004), overpressure in Pa; confidence M."""

CARD = ModelCard(
    key="blast.domino",
    version=1,
    title="Domino effects between vessels",
    title_zh="多米诺效应（相邻设备）",
    inputs=(
        Quantity(name="vessel", title="设备类型", unit="1", choices=VESSELS, default="atmospheric"),
        Quantity(name="flux", title="热辐射通量", unit="W/m2", low=0.0, high=1e7),
        Quantity(name="volume", title="容积", unit="m3", low=1.0, high=2e5),
        Quantity(name="overpressure", title="入射超压", unit="Pa", low=0.0, high=1e8),
    ),
    outputs=(
        Quantity(name="probability", title="升级概率", unit="1", low=0.0, high=1.0),
        Quantity(name="time_to_failure", title="失效时间", unit="s", low=0.0),
    ),
    references=(
        (
            "Landucci, G., Gubinelli, G., Antonioni, G., Cozzani, V. (2009) The assessment of the"
            " damage probability of storage tanks in domino events, doi:10.1016/j.aap.2008.05.006"
        ),
        (
            "Cozzani, V., Salzano, E. (2004) The quantitative assessment of domino effects caused"
            " by overpressure, doi:10.1016/j.jhazmat.2003.09.013"
        ),
        (
            "Cozzani, V., Gubinelli, G., Salzano, E. (2006) Escalation thresholds in the assessment"
            " of domino accidental events, doi:10.1016/j.jhazmat.2005.08.012"
        ),
    ),
    limits=(
        "未喷淋冷却、无防火涂层的设备；有冷却时偏保守",
        "不含碎片撞击；各设备相互独立地失效",
        "阈值以下视为不升级",
    ),
    unconfirmed=("升级阈值、概率函数和失效时间系数凭记忆录入，待核对原文",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """How an accident spreads.

    Parameters
    ----------
    probability : ndarray
        That each unit fails, 1 for the first. [1]
    level : ndarray of int
        Step at which it may first fail, 0 for the first unit, -1 if never. [-]
    cause : ndarray of int
        The unit that most likely brings it down, -1 if none. [-]
    """

    probability: NDArray[np.float64]
    level: NDArray[np.int64]
    cause: NDArray[np.int64]


def time_to_failure(flux: ArrayLike, volume: ArrayLike, *, vessel: str) -> NDArray[np.float64]:
    """Return how long an unprotected vessel stands in the heat.

    Parameters
    ----------
    flux : array_like
        Heat flux on the vessel, above 0 to 1e7. [W/m2]
    volume : array_like
        Of the vessel, 1 to 200 000. [m3]
    vessel : str
        `atmospheric` or `pressurised`. [-]

    Returns
    -------
    ndarray
        Time. [s]
    """
    kw = positive(flux, name="flux", unit="W/m2") / 1000.0
    CARD.check(flux=flux, volume=volume)
    v = np.asarray(volume, dtype=np.float64)
    if vessel == "atmospheric":
        return np.asarray(np.exp(-1.128 * np.log(kw) - 2.667e-5 * v + 9.877))
    if vessel == "pressurised":
        return np.asarray(np.exp(-0.947 * np.log(kw) + 8.835 * v**0.032))
    raise RuleError("vessel", Rule(Kind.ONE_OF, ("atmospheric", "pressurised")), vessel)


def heat_escalation(flux: ArrayLike, volume: ArrayLike, *, vessel: str) -> NDArray[np.float64]:
    """Return the probability that heat brings down a vessel before it is cooled.

    Parameters
    ----------
    flux : array_like
        Heat flux on the vessel, 0 to 1e7. [W/m2]
    volume : array_like
        Of the vessel, 1 to 200 000. [m3]
    vessel : str
        `atmospheric` or `pressurised`. [-]

    Returns
    -------
    ndarray
        Probability, 0 below the threshold. [1]
    """
    q = not_negative(flux, name="flux", unit="W/m2")
    t = time_to_failure(np.maximum(q, 1.0), volume, vessel=vessel)
    found = ndtr(12.54 - 1.847 * np.log(t / 60.0) - 5.0)
    return np.where(q >= HEAT_THRESHOLD[vessel], found, 0.0)


def blast_escalation(overpressure: ArrayLike, *, vessel: str) -> NDArray[np.float64]:
    """Return the probability that blast breaks a vessel.

    Parameters
    ----------
    overpressure : array_like
        Incident, 0 to 1e8. [Pa]
    vessel : str
        `atmospheric`, `pressurised`, `elongated` or `small`. [-]

    Returns
    -------
    ndarray
        Probability, 0 below the threshold. [1]
    """
    CARD.check(vessel=vessel)
    p = not_negative(overpressure, name="overpressure", unit="Pa")
    CARD.check(overpressure=overpressure)
    a, b = BLAST_PROBIT[vessel]
    found = ndtr(a + b * np.log(np.maximum(p, 1.0)) - 5.0)
    return np.where(p >= BLAST_THRESHOLD[vessel], found, 0.0)


def domino_chain(first: int, escalation: ArrayLike, *, least: float = 1e-4) -> Chain:
    """Return how an accident spreads from unit to unit.

    Parameters
    ----------
    first : int
        The unit that fails at the start. [-]
    escalation : array_like
        Square; row i, column j the probability that unit i in failure brings down j. [1]
    least : float
        Probability below which a unit is taken to stand, 0 to 1. [1]

    Returns
    -------
    Chain
        Of all units.

    Raises
    ------
    ValueError
        If the table is not square or holds what is no probability.
    """
    table = finite(escalation, name="escalation", unit="")
    between(least, 0, 1, name="least", unit="")
    first = whole(first, name="first")
    count = len(table)
    if table.shape != (count, count):
        raise ValueError(f"escalation must be square, got shape {table.shape}")
    if not np.all((table >= 0) & (table <= 1)):
        raise ValueError(f"escalation must be between 0 and 1, got {escalation!r}")
    if not 0 <= first < count:
        raise ValueError(f"first must be between 0 and {count - 1}, got {first!r}")
    probability = np.zeros(count)
    level = np.full(count, -1, dtype=np.int64)
    cause = np.full(count, -1, dtype=np.int64)
    probability[first], level[first] = 1.0, 0
    step = 0
    while np.any(level == step):
        front = np.flatnonzero(level == step)
        step += 1
        for j in np.flatnonzero(level == -1):
            brings = probability[front] * table[front, j]
            reached = float(1.0 - np.prod(1.0 - brings))
            if reached >= least:
                probability[j], level[j] = reached, step
                cause[j] = front[int(np.argmax(brings))]
    return Chain(probability=probability, level=level, cause=cause)
