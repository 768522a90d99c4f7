r"""How long a place takes to empty, and what a closed gate or another exit changes.

An exit of clear width w passes :math:`C = J_s\,(w - 2b)`, where :math:`J_s` is the largest specific flow and
b the strip along each side that nobody uses. People of a zone reach exit e after the walking time
:math:`\tau_{ze} = d_{ze}/v`. At an exit with a queue the last leaves at

.. math:: T_e = \max_\tau \Bigl(\tau + \frac{1}{C_e}\sum_{z:\,\tau_{ze}\ge\tau} x_{ze}\Bigr)

exactly. `nearest` sends every zone to its nearest open exit; `balanced` finds the shares :math:`x_{ze}` for
which the last person leaves soonest (a linear programme for each time, the time by bisection): what
good stewards could reach. The truth lies between.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative, positive
from anlan.science.common.refusal import RefusalError
from anlan.science.crowd.flow import FREE_SPEED, RELATIONS, largest_flow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "Egress",
    "GateEffect",
    "chain_flow",
    "egress",
    "exit_capacity",
    "filling_time",
    "gate_effect",
]

CARD = ModelCard(
    key="crowd.egress",
    version=1,
    title="Exit capacity and egress time",
    title_zh="出口通行能力与疏散时间",
    inputs=(
        Quantity(name="people", title="各区人数", unit="1", low=0.0, high=1e7),
        Quantity(name="width", title="出口净宽", unit="m", low=0.0, high=200.0),
        Quantity(name="distance", title="到出口步行距离", unit="m", low=0.0, high=20_000.0),
        Quantity(name="speed", title="步行速度", unit="m/s", low=0.1, high=2.5, default=FREE_SPEED),
        Quantity(name="edge", title="边界层宽度", unit="m", low=0.0, high=0.5, default=0.15),
        Quantity(
            name="choice",
            title="出口选择",
            unit="1",
            choices=("nearest", "balanced"),
            default="nearest",
        ),
        Quantity(
            name="relation",
            title="速度密度关系",
            unit="1",
            choices=RELATIONS,
            default="weidmann",
        ),
    ),
    outputs=(
        Quantity(name="time", title="疏散时间", unit="s", low=0.0),
        Quantity(name="capacity", title="出口通行能力", unit="1/s", low=0.0),
    ),
    references=(
        "Gwynne, S., Rosenbaum, E. (2016) Hydraulic model, SFPE Handbook, 5th ed., chapter 59",
        "Weidmann, U. (1993) Transporttechnik der Fussgaenger, IVT-Schriftenreihe 90, ETH Zurich",
        "RiMEA (2016) Guideline for microscopic evacuation analysis, version 3.0.0, tests 1, 2, 3, 9",
        "Hamacher, H. W., Tjandra, S. A. (2001) Mathematical modelling of evacuation problems, ITWM 24",
    ),
    limits=(
        "不含反应时间：从开始走算起，反应时间另加",
        "出口前不能积压到危险密度；疏散时间长不等于安全，须同看人群压力",
        "不含恐慌、摔倒、逆行；拐弯与楼梯须以较低速度和较窄净宽给出",
        "“最近出口”为无引导，“均衡”为理想引导，实际在两者之间",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress:
    """How a place empties.

    Parameters
    ----------
    time : float
        When the last person is out. [s]
    exit_time : ndarray
        When the last person is through each exit; 0 where nobody uses it. [s]
    share : ndarray
        People of each zone (rows) through each exit (columns). [1]
    capacity : ndarray
        Of each exit. [1/s]
    """

    time: float
    exit_time: NDArray[np.float64]
    share: NDArray[np.float64]
    capacity: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateEffect:
    """What other gates change.

    Parameters
    ----------
    before, after : Egress
        With the gates as they are and as proposed. [-]
    longer : float
        Time after less time before; below 0 where it is quicker. [s]
    """

    before: Egress
    after: Egress
    longer: float


def exit_capacity(
    width: ArrayLike, *, edge: float = 0.15, relation: str = "weidmann"
) -> NDArray[np.float64]:
    """Return how many people an exit passes in a second.

    Parameters
    ----------
    width : array_like
        Clear width, 0 to 200; 0 is a closed exit. [m]
    edge : float
        Strip along each side that is not used, 0 to 0.5. [m]
    relation : str
        One of `flow.RELATIONS`: `weidmann`, `sfpe`, or a stair such as `sfpe_stair_178_279`. [-]

    Returns
    -------
    ndarray
        Capacity. [1/s]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> round(float(exit_capacity(2.3)), 3)
    2.45
    """
    CARD.check(width=width, edge=edge, relation=relation)
    used = np.maximum(np.asarray(width, dtype=np.float64) - 2.0 * edge, 0.0)
    return np.asarray(used * largest_flow(relation)[0])


def chain_flow(inflow: float, capacities: ArrayLike) -> NDArray[np.float64]:
    """Return the flow out of each of several narrow places one behind the other.

    Parameters
    ----------
    inflow : float
        People who arrive, >= 0. [1/s]
    capacities : array_like
        Capacity of each place, in the order of the way. [1/s]

    Returns
    -------
    ndarray
        Flow behind each place; where it is less than the flow before, a queue grows. [1/s]

    Examples
    --------
    >>> chain_flow(5.0, [4.0, 2.5, 3.0]).tolist()
    [4.0, 2.5, 2.5]
    """
    start = float(not_negative(inflow, name="inflow", unit="1/s"))
    limits = not_negative(capacities, name="capacities", unit="1/s")
    return np.minimum(np.minimum.accumulate(limits), start)


def egress(
    people: ArrayLike,
    distance: ArrayLike,
    width: ArrayLike,
    *,
    choice: str = "nearest",
    speed: float = FREE_SPEED,
    edge: float = 0.15,
    relation: str = "weidmann",
) -> Egress:
    """Return how long a place takes to empty.

    Parameters
    ----------
    people : array_like
        People in each zone, 0 to 1e7. [1]
    distance : array_like
        Way from each zone (rows) to each exit (columns), 0 to 20 km. [m]
    width : array_like
        Clear width of each exit; 0 is closed. [m]
    choice : str
        `nearest` or `balanced`. [-]
    speed : float
        Walking speed on the way, 0.1 to 2.5. [m/s]
    edge : float
        Strip along each side of an exit that is not used. [m]
    relation : str
        One of `flow.RELATIONS`, for the flow at the exits. [-]

    Returns
    -------
    Egress
        Times and shares.

    Raises
    ------
    ValueError
        If an argument is out of range, or no exit is open.

    Examples
    --------
    A thousand people 50 m from one exit of 2.3 m:

    >>> round(egress([1000], [[50.0]], [2.3]).time)
    446
    """
    CARD.check(
        people=people, distance=distance, width=width, choice=choice, speed=speed, edge=edge,
        relation=relation,
    )  # fmt: skip
    crowd = np.atleast_1d(np.asarray(people, dtype=np.float64))
    capacity = np.atleast_1d(exit_capacity(width, edge=edge, relation=relation))
    walk = np.atleast_2d(np.asarray(distance, dtype=np.float64)) / speed
    if walk.shape != (len(crowd), len(capacity)):
        raise ValueError(
            f"distance must have shape {(len(crowd), len(capacity))} (zones, exits),"
            f" got {walk.shape}"
        )
    usable = capacity > 0
    if not usable.any():
        raise RefusalError(
            f"width must leave one exit open at least, got {width!r} m", zh="至少要有一个出口开着"
        )
    reach = np.where(usable, walk, np.inf)
    share = np.zeros(walk.shape)
    share[np.arange(len(crowd)), np.argmin(reach, axis=1)] = crowd
    if choice == "balanced":
        share = _balanced(crowd, reach, capacity, _times(share, reach, capacity).max())
    times = _times(share, reach, capacity)
    return Egress(time=float(times.max()), exit_time=times, share=share, capacity=capacity)


def gate_effect(
    people: ArrayLike,
    distance: ArrayLike,
    width: ArrayLike,
    *,
    new_width: ArrayLike,
    choice: str = "nearest",
    speed: float = FREE_SPEED,
) -> GateEffect:
    """Return what closing, narrowing, widening or opening exits changes.

    Parameters
    ----------
    people : array_like
        People in each zone. [1]
    distance : array_like
        Way from each zone to each exit, those now closed as well. [m]
    width : array_like
        Clear width of each exit as it is; 0 is closed. [m]
    new_width : array_like
        As proposed, 0 to 200. [m]
    choice : str
        `nearest` or `balanced`. [-]
    speed : float
        Walking speed. [m/s]

    Returns
    -------
    GateEffect
        Before, after, and the difference.
    """
    between(new_width, 0, 200, name="new_width", unit="m")
    before, after = (
        egress(people, distance, w, choice=choice, speed=speed) for w in (width, new_width)
    )
    return GateEffect(before=before, after=after, longer=after.time - before.time)


def filling_time(
    density: float,
    *,
    area: float,
    inflow: float,
    outflow: float,
    thresholds: Sequence[float],
) -> NDArray[np.float64]:
    """Return when a place that fills reaches given densities.

    Parameters
    ----------
    density : float
        Density now, 0 to 15. [1/m2]
    area : float
        Area that can be stood on, > 0. [m2]
    inflow : float
        People who come, >= 0. [1/s]
    outflow : float
        People who leave, >= 0; of a closed gate 0. [1/s]
    thresholds : sequence of float
        Densities asked for. [1/m2]

    Returns
    -------
    ndarray
        Time to each; 0 where it is reached already, inf where it will not be. [s]

    Examples
    --------
    >>> filling_time(1.5, area=1000, inflow=3.0, outflow=2.0, thresholds=[1, 2, 3.5]).tolist()
    [0.0, 500.0, 2000.0]
    """
    now = float(between(density, 0, 15, name="density", unit="1/m2"))
    room = float(positive(area, name="area", unit="m2"))
    rise = float(not_negative(inflow, name="inflow", unit="1/s"))
    rise = (rise - float(not_negative(outflow, name="outflow", unit="1/s"))) / room
    gap = not_negative(list(thresholds), name="thresholds", unit="1/m2") - now
    later = gap / rise if rise > 0 else np.full(gap.shape, np.inf)
    return np.where(gap <= 0, 0.0, later)


def _times(
    share: NDArray[np.float64], walk: NDArray[np.float64], capacity: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return when the last person is through each exit."""
    times = np.zeros(len(capacity))
    for e in range(len(capacity)):
        used = share[:, e] > 1e-9
        if used.any():
            order = np.argsort(-walk[used, e])
            behind = np.cumsum(share[used, e][order])
            times[e] = np.max(walk[used, e][order] + behind / capacity[e])
    return times


def _balanced(
    crowd: NDArray[np.float64],
    walk: NDArray[np.float64],
    capacity: NDArray[np.float64],
    upper: float,
) -> NDArray[np.float64]:
    """Return the shares for which the last person leaves soonest."""
    low, high = 0.0, float(upper)
    best = None
    for _ in range(40):
        if best is not None and high - low <= 1e-4 * high:
            break
        middle = high if best is None else 0.5 * (low + high)
        found = _shares(crowd, walk, capacity, middle * (1.0 + 1e-12) + 1e-9)
        if found is None:
            low = middle
        else:
            best, high = found, middle
    return np.zeros(walk.shape) if best is None else best


def _shares(
    crowd: NDArray[np.float64],
    walk: NDArray[np.float64],
    capacity: NDArray[np.float64],
    time: float,
) -> NDArray[np.float64] | None:
    """Return shares with which everybody is out by a time, None where there are none."""
    zones, exits = walk.shape
    rows, limits = [], []
    for e in range(exits):
        for z in np.flatnonzero(walk[:, e] <= time):
            row = np.zeros((zones, exits))
            row[walk[:, e] >= walk[z, e], e] = 1.0
            rows.append(row.ravel())
            limits.append(capacity[e] * (time - walk[z, e]))
    if not rows:
        return None
    everybody = np.kron(np.eye(zones), np.ones(exits))
    most = np.where(walk <= time, crowd[:, None], 0.0).ravel()
    found = scipy.optimize.linprog(
        np.where(np.isfinite(walk), walk, 0.0).ravel(),
        A_ub=np.array(rows), b_ub=np.array(limits), A_eq=everybody, b_eq=crowd,
        bounds=np.column_stack([np.zeros(most.size), most]), method="highs",
    )  # fmt: skip
    return found.x.reshape(zones, exits) if found.status == 0 else None
