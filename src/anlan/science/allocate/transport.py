r"""Send goods or people from sources to sinks at the least total cost.

.. math::

   \min \sum_{ij} c_{ij} x_{ij} + \sum_j p_j s_j, \quad
   \sum_j x_{ij} \le a_i, \quad \sum_i x_{ij} + s_j = b_j, \quad x, s \ge 0

The shortage :math:`s_j` is a variable with a penalty above every cost, so the program always has
an answer and the answer says what is missing. Whole supplies and demands give whole flows,
because the vertices of this polytope are whole. Pure; solved by HiGHS through scipy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy
from scipy.sparse import coo_matrix, csr_matrix, hstack, identity

from anlan.science.common.checks import not_negative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Allocation", "allocate"]


@dataclass(frozen=True, slots=True)
class Allocation:
    """What goes from where to where, and what nobody can send.

    Parameters
    ----------
    amount : ndarray, shape (sources, sinks)
        What each source sends to each sink. [unit of the goods]
    shortage : ndarray, shape (sinks,)
        What each sink does not get. [unit of the goods]
    cost : float
        Total cost without the penalty. [unit of cost times unit of the goods]
    """

    amount: NDArray[np.float64]
    shortage: NDArray[np.float64]
    cost: float


def allocate(
    cost: ArrayLike, supply: ArrayLike, demand: ArrayLike, *, weight: ArrayLike = 1.0
) -> Allocation:
    """Serve the demands at the least cost; an infinite cost forbids a pair.

    Parameters
    ----------
    cost : array_like, shape (sources, sinks)
        Cost of one unit for each pair, such as travel time. [s]
    supply : array_like, shape (sources,)
        What each source can give. [unit of the goods]
    demand : array_like, shape (sinks,)
        What each sink needs. [unit of the goods]
    weight : array_like
        Weight of a sink's shortage against the others; larger is served first. [-]

    Returns
    -------
    Allocation
        Flows, shortages and cost.

    Raises
    ------
    ValueError
        If a supply or demand is negative or the shapes do not fit.

    Examples
    --------
    Two depots, one nearer, and a demand that neither can meet alone:

    >>> found = allocate([[60.0], [300.0]], [10, 10], [15])
    >>> found.amount.ravel().tolist(), found.shortage.tolist()
    ([10.0, 5.0], [0.0])
    """
    c = np.asarray(cost, dtype=np.float64)
    a = not_negative(supply, name="supply", unit="unit of the goods")
    b = not_negative(demand, name="demand", unit="unit of the goods")
    if c.shape != (a.size, b.size):
        raise ValueError(
            f"cost must have shape (sources, sinks) = {(a.size, b.size)}, got {c.shape}"
        )
    amount = np.zeros_like(c)
    if not a.size or not b.size:
        return Allocation(amount, b.copy(), 0.0)
    source, sink = np.nonzero(np.isfinite(c))
    arcs, sinks = c[source, sink], b.size
    penalty = 10.0 * (arcs.max(initial=1.0) + 1.0) * np.broadcast_to(weight, (sinks,))
    count, column = len(arcs), np.arange(len(arcs))
    ones = np.ones(count)
    leaves = coo_matrix((ones, (source, column)), shape=(a.size, count + sinks))
    arrives = hstack([coo_matrix((ones, (sink, column)), shape=(sinks, count)), identity(sinks)])
    result = scipy.optimize.linprog(
        np.r_[arcs, penalty],
        A_ub=csr_matrix(leaves),
        b_ub=a,
        A_eq=csr_matrix(arrives),
        b_eq=b,
        method="highs",
    )
    if result.x is None:
        raise RuntimeError(f"the transport problem has no answer: {result.message}")
    amount[source, sink] = result.x[:count]
    return Allocation(amount, result.x[count:], float(arcs @ result.x[:count]))
