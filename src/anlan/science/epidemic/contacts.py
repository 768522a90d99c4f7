"""Who meets whom among the ages of all districts, and what measures leave of it.

`mixing_matrix` gives the contacts of `anlan.science.epidemic.seir`, `contact_multiplier` their
change by day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.checks import not_negative, positive, whole
from anlan.science.common.refusal import Kind, RefusalError, Rule, RuleError
from anlan.science.epidemic import seir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Measure", "contact_multiplier", "mixing_matrix"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure that changes all contacts for some days.

    Parameters
    ----------
    first_day, last_day : int
        Days on which it holds, both within, counted from 0. [d]
    factor : float
        What is left of the contacts, 0 to 2. [1]
    """

    first_day: int
    last_day: int
    factor: float

    def __post_init__(self) -> None:
        if not 0 <= self.first_day <= self.last_day:
            raise RefusalError(
                f"last_day must be >= first_day >= 0 d, got {self.last_day!r}",
                zh="措施的最后一天应不早于第一天",
            )
        if not 0.0 <= self.factor <= 2.0:
            raise RuleError("factor", Rule(Kind.BETWEEN, (0, 2)), self.factor, title="接触倍数")


def contact_multiplier(days: int, measures: Sequence[Measure]) -> NDArray[np.float64]:
    """Return what measures leave of the contacts on each day; several at once multiply.

    Parameters
    ----------
    days : int
        Number of days, 1 to 3650. [d]
    measures : sequence of Measure
        What is done and when. [-]

    Returns
    -------
    ndarray
        Factor of each day. [1]

    Examples
    --------
    >>> contact_multiplier(4, [Measure(first_day=1, last_day=2, factor=0.5)]).tolist()
    [1.0, 0.5, 0.5, 1.0]
    """
    seir.CARD.check(days=days)
    factor = np.ones(whole(days, name="days", unit="d"))
    for measure in measures:
        factor[measure.first_day : measure.last_day + 1] *= measure.factor
    return factor


def mixing_matrix(
    contacts: ArrayLike, mobility: ArrayLike, population: ArrayLike
) -> NDArray[np.float64]:
    """Return who meets whom among the ages of all districts.

    Parameters
    ----------
    contacts : array_like
        Contacts a day of age a with age b, shape (ages, ages). [1/d]
    mobility : array_like
        Share of time that people of district d spend in c, rows add up to 1. [1]
    population : array_like
        People of each district and age, shape (districts, ages). [1]

    Returns
    -------
    ndarray
        Contacts of group d, a with e, b, groups in the order of `population` laid flat. [1/d]

    Raises
    ------
    ValueError
        If the shapes do not fit, or a row of the mobility does not add up to 1.

    Examples
    --------
    Two districts that do not mix:

    >>> mixing_matrix([[2.0]], np.eye(2), [[10], [30]]).tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """
    c = not_negative(contacts, name="contacts", unit="1/d")
    m = not_negative(mobility, name="mobility", unit="")
    n = positive(population, name="population", unit="people")
    if n.ndim != 2 or c.shape != (n.shape[1],) * 2 or m.shape != (n.shape[0],) * 2:
        raise ValueError(
            "population must be (districts, ages), contacts (ages, ages), mobility (districts,"
            f" districts), got {n.shape}, {c.shape}, {m.shape}"
        )
    if not np.allclose(m.sum(axis=1), 1.0, atol=1e-9):
        raise ValueError(f"mobility must have rows that add up to 1, got {m.sum(axis=1)!r}")
    present = m.T @ n
    met = np.einsum("dc,ec,eb,cb->deb", m, m, n, 1.0 / np.where(present > 0, present, 1.0))
    groups = n.size
    return np.asarray(np.einsum("ab,deb->daeb", c, met).reshape(groups, groups))
