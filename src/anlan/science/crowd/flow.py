r"""How fast a crowd walks and flows at a density, its level of service and its warning level.

After Weidmann and after the SFPE handbook, with the density :math:`\rho` in persons per m²:

.. math:: v_W = 1.34\,\bigl(1 - e^{-1.913\,(1/\rho - 1/5.4)}\bigr), \qquad
   v_S = k\,(1 - 0.266\,\rho)

k is 1.40 m/s on the flat and at doors, and on stairs 1.00 to 1.23 by riser and tread (`STAIRS`).
The flow across a metre of width is :math:`\rho v`: at most 1.225 /(m s) at 1.75 /m² (Weidmann) or
1.316 /(m s) at 1.88 /m² (SFPE, flat). Levels of service A to F after Fruin, bands after Still; the four warning
colours stand on a judgement and can be replaced.

Pure, broadcasts.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative
from anlan.science.common.tables import number, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "RELATIONS",
    "STAIRS",
    "WARNINGS",
    "crowd_band",
    "largest_flow",
    "level_of_service",
    "specific_flow",
    "walking_speed",
    "warning_level",
]

FREE_SPEED = 1.34
"""Mean free walking speed (Weidmann 1993). [m/s]"""

JAM_DENSITY = 5.4
"""Density at which nobody walks (Weidmann 1993). [1/m2]"""

STAIRS = {
    "sfpe_stair_191_254": 1.00,
    "sfpe_stair_178_279": 1.08,
    "sfpe_stair_165_305": 1.16,
    "sfpe_stair_165_330": 1.23,
}
"""k of the SFPE relation on stairs, by riser and tread in millimetres (7.5 in over 10 in and so on).
[m/s]"""

RELATIONS = ("weidmann", "sfpe", *STAIRS)
"""Relations of speed and density. [-]"""

FREE_DENSITY = 0.54
"""Density below which the SFPE speed no longer rises. [1/m2]"""

WARNINGS = (("blue", 2.0), ("yellow", 3.5), ("orange", 4.5), ("red", 5.5))
"""Colour and the density from which it holds; judgement, to be replaced by the local rule. [1/m2]"""

CARD = ModelCard(
    key="crowd.flow",
    version=1,
    title="Walking speed, flow and level of service of a crowd",
    title_zh="人群速度、流量与服务水平",
    inputs=(
        Quantity(name="density", title="人群密度", unit="1/m2", low=0.0, high=15.0),
        Quantity(
            name="relation",
            title="速度密度关系",
            unit="1",
            choices=RELATIONS,
            default="weidmann",
        ),
        Quantity(
            name="facility",
            title="设施",
            unit="1",
            choices=("walkway", "stair", "queue"),
            default="walkway",
        ),
    ),
    outputs=(
        Quantity(name="speed", title="步行速度", unit="m/s", low=0.0),
        Quantity(name="flow", title="单位宽度流量", unit="1/(m s)", low=0.0),
    ),
    references=(
        "Weidmann, U. (1993) Transporttechnik der Fussgaenger, IVT-Schriftenreihe 90, ETH Zurich",
        "Gwynne, S., Rosenbaum, E. (2016) Hydraulic model, SFPE Handbook, 5th ed., chapter 59",
        "Fruin, J. J. (1971) Designing for pedestrians: a level-of-service concept, HRR 355",
        "Still, G. K. (2014) Introduction to Crowd Science, CRC Press",
    ),
    limits=(
        "单向行走的平均关系；对向、交叉、坡道与儿童老人为主的人群更慢",
        "密度取局部最大处，不可用全场平均代替",
        "高于 5 人/m² 时步行关系不再成立，看人群压力",
    ),
    unconfirmed=(
        "Fruin 服务水平界限凭记忆核对，楼梯三档有一处公开规则印证",
        "蓝黄橙红密度阈值为建议值，须按当地规定设定",
    ),
)


def walking_speed(density: ArrayLike, *, relation: str = "weidmann") -> NDArray[np.float64]:
    """Return the mean walking speed at a density.

    Parameters
    ----------
    density : array_like
        Persons per area, 0 to 15. [1/m2]
    relation : str
        One of `RELATIONS`: `weidmann`, `sfpe`, or a stair of `STAIRS`. [-]

    Returns
    -------
    ndarray
        Speed, 0 from the density of a jam on. [m/s]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> walking_speed([0.5, 1, 2, 3, 4, 5]).round(4).tolist()
    [1.2984, 1.0581, 0.6062, 0.3307, 0.1563, 0.0374]
    """
    CARD.check(density=density, relation=relation)
    d = np.asarray(density, dtype=np.float64)
    if relation != "weidmann":
        k = STAIRS.get(relation, 1.4)
        return np.asarray(np.maximum(k * (1.0 - 0.266 * np.maximum(d, FREE_DENSITY)), 0.0))
    room = 1.0 / np.maximum(d, 1e-9) - 1.0 / JAM_DENSITY
    return np.asarray(FREE_SPEED * -np.expm1(-1.913 * np.maximum(room, 0.0)))


def specific_flow(density: ArrayLike, *, relation: str = "weidmann") -> NDArray[np.float64]:
    """Return the flow across a metre of width at a density.

    Parameters
    ----------
    density : array_like
        Persons per area, 0 to 15. [1/m2]
    relation : str
        One of `RELATIONS`: `weidmann`, `sfpe`, or a stair of `STAIRS`. [-]

    Returns
    -------
    ndarray
        Flow. [1/(m s)]
    """
    speed = walking_speed(density, relation=relation)
    return np.asarray(density, dtype=np.float64) * speed


@cache
def largest_flow(relation: str = "weidmann") -> tuple[float, float]:
    """Return the largest flow across a metre of width and the density at which it stands.

    Parameters
    ----------
    relation : str
        One of `RELATIONS`: `weidmann`, `sfpe`, or a stair of `STAIRS`. [-]

    Returns
    -------
    tuple of float
        Flow and density. [1/(m s)], [1/m2]

    Examples
    --------
    >>> flow, density = largest_flow("sfpe")
    >>> round(flow, 3), round(density, 2)
    (1.316, 1.88)
    """
    CARD.check(relation=relation)
    if relation != "weidmann":
        density = 1.0 / (2.0 * 0.266)
        return STAIRS.get(relation, 1.4) * density / 2.0, density
    grid = np.linspace(1.5, 2.0, 500_001)
    flow = specific_flow(grid, relation=relation)
    best = int(np.argmax(flow))
    return float(flow[best]), float(grid[best])


def level_of_service(density: ArrayLike, *, facility: str = "walkway") -> NDArray[np.str_]:
    """Return the level of service after Fruin.

    Parameters
    ----------
    density : array_like
        Persons per area, 0 to 15. [1/m2]
    facility : str
        `walkway`, `stair` or `queue`. [-]

    Returns
    -------
    ndarray of str
        `A` (free) to `F` (breakdown).

    Examples
    --------
    >>> level_of_service([0.2, 0.5, 1.5, 3.0]).tolist()
    ['A', 'C', 'E', 'F']
    """
    CARD.check(density=density, facility=facility)
    letters, limits = _levels()[facility]
    return letters[np.searchsorted(limits, np.asarray(density, dtype=np.float64), side="left")]


def crowd_band(density: ArrayLike) -> NDArray[np.str_]:
    """Return the band after Still.

    Parameters
    ----------
    density : array_like
        Persons per area, 0 to 15. [1/m2]

    Returns
    -------
    ndarray of str
        `free`, `stable`, `capacity`, `unstable` or `congested`.

    Examples
    --------
    >>> crowd_band([0.5, 3.0, 5.0]).tolist()
    ['free', 'capacity', 'congested']
    """
    CARD.check(density=density)
    names, limits = _bands()
    return names[np.searchsorted(limits, np.asarray(density, dtype=np.float64), side="right") - 1]


def warning_level(
    density: ArrayLike, *, thresholds: Sequence[tuple[str, float]] = WARNINGS
) -> NDArray[np.str_]:
    """Return the warning colour of a density.

    Parameters
    ----------
    density : array_like
        Persons per area, 0 to 15. [1/m2]
    thresholds : sequence of (str, float)
        Colours with the density from which each holds, rising. [-], [1/m2]

    Returns
    -------
    ndarray of str
        The colour; empty below the first.

    Examples
    --------
    >>> warning_level([1.0, 2.0, 4.0, 6.0]).tolist()
    ['', 'blue', 'yellow', 'red']
    """
    CARD.check(density=density)
    limits = not_negative([t[1] for t in thresholds], name="thresholds", unit="1/m2")
    between(np.diff(limits), 1e-9, 15, name="thresholds, each above the one before,", unit="1/m2")
    names = np.array(["", *(t[0] for t in thresholds)])
    return names[np.searchsorted(limits, np.asarray(density, dtype=np.float64), side="right")]


@cache
def _levels() -> dict[str, tuple[NDArray[np.str_], NDArray[np.float64]]]:
    rows = read_rows("anlan.science.crowd", "fruin_los.csv")
    found = {}
    for facility in CARD.input("facility").choices:
        mine = [row for row in rows if row["facility"] == facility]
        limits = np.array([float(row["max_density_ped_per_m2"]) for row in mine])
        found[facility] = (np.array([row["LOS"] for row in mine]), limits)
    return found


@cache
def _bands() -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    rows = [
        r for r in read_rows("anlan.science.crowd", "crowd_density.csv") if r["kind"] == "still"
    ]
    limits = np.array([number(row["from_p_m2"]) for row in rows], dtype=np.float64)
    return np.array([row["band"] for row in rows]), limits
