r"""Cascade of overload: what fails next when load moves to the paths that are left (Motter and Lai).

The load of a node is the number of shortest paths between others that run through it (betweenness, each
pair once, shared among equal paths); its capacity is :math:`C = (1 + a) L_0`. When nodes fail the paths
move; every node above its capacity fails, and so on until none does.

Pure. Nodes are numbered from 0; edges run both ways and count the same. Compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba as nb
import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.network.graph import checked_edges, giant_component

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "Cascade", "betweenness", "load_cascade", "warm_up"]

ROUNDING = 1e-9
"""Part of its capacity by which a load may exceed it by rounding. [1]"""

CARD = ModelCard(
    key="network.cascade",
    version=1,
    title="Cascade of overload with redistribution (Motter-Lai)",
    title_zh="负荷重分配级联失效（Motter–Lai）",
    inputs=(
        Quantity(name="nodes", title="节点数", unit="1", low=2, high=100_000),
        Quantity(name="tolerance", title="容量裕度 a", unit="1", low=0.0, high=100.0, default=0.2),
        Quantity(name="failed", title="初始失效节点", unit="1", low=0),
    ),
    outputs=(
        Quantity(name="round", title="失效轮次", unit="1", low=-1.0),
        Quantity(name="giant", title="最大连通片占比", unit="1", low=0.0, high=1.0),
    ),
    references=(
        (
            "Motter, A. E., Lai, Y.-C. (2002) Cascade-based attacks on complex networks,"
            " doi:10.1103/PhysRevE.66.065102"
        ),
        (
            "Brandes, U. (2001) A faster algorithm for betweenness centrality,"
            " doi:10.1080/0022250X.2001.9990249"
        ),
    ),
    limits=(
        "负荷按最短路数目计，不是潮流、水力或话务计算：用于找薄弱点，不作停电范围结论",
        "容量裕度须由运行单位给出；真实设备有保护动作与人工调度",
        "所有连线等价，不含距离与电压等级",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """What a first failure brings about.

    Parameters
    ----------
    round : ndarray of int
        Round in which each node failed: 0 for the first ones, -1 for those that hold. [1]
    load : ndarray
        Load of each node at the end; 0 where it failed. [1]
    capacity : ndarray
        Capacity of each node. [1]
    giant : float
        Share of all nodes in the largest component at the end. [1]
    """

    round: NDArray[np.int64]
    load: NDArray[np.float64]
    capacity: NDArray[np.float64]
    giant: float


def betweenness(
    nodes: int, edges: ArrayLike, *, alive: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return the number of shortest paths through each node.

    Parameters
    ----------
    nodes : int
        Number of nodes, 2 to 100 000. [1]
    edges : array_like
        Pairs of node numbers. [-]
    alive : array_like of bool or None
        Which nodes work; None for all. [-]

    Returns
    -------
    ndarray
        Paths between other nodes, each pair once. [1]

    Examples
    --------
    A line of four:

    >>> betweenness(4, [[0, 1], [1, 2], [2, 3]]).tolist()
    [0.0, 2.0, 2.0, 0.0]
    """
    CARD.check(nodes=nodes)
    start, other = _rows(nodes, checked_edges(nodes, edges))
    works = np.ones(nodes, dtype=np.bool_) if alive is None else np.array(alive, dtype=np.bool_)
    if works.shape != (nodes,):
        raise ValueError(f"alive must have shape {(nodes,)}, got {works.shape}")
    load: NDArray[np.float64] = _brandes(start, other, works)
    return load


def load_cascade(
    nodes: int, edges: ArrayLike, *, failed: ArrayLike, tolerance: float = 0.2
) -> Cascade:
    """Return what fails after some nodes have failed.

    Parameters
    ----------
    nodes : int
        Number of nodes, 2 to 100 000. [1]
    edges : array_like
        Pairs of node numbers. [-]
    failed : array_like of int
        Nodes that fail first. [-]
    tolerance : float
        Spare part a of every capacity, 0 to 100. [1]

    Returns
    -------
    Cascade
        Round by round.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    A ring of six with one node lost is a line; its middle cannot carry it:

    >>> ring = [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 0]]
    >>> load_cascade(6, ring, failed=[0], tolerance=0.2).round.tolist()
    [0, -1, 1, 1, 1, -1]
    """
    CARD.check(nodes=nodes, tolerance=tolerance)
    pairs = checked_edges(nodes, edges)
    first = np.asarray(failed, dtype=np.int64).ravel()
    if not np.all((first >= 0) & (first < nodes)):
        raise ValueError(f"failed must name nodes between 0 and {nodes - 1}, got {failed!r}")
    start, other = _rows(nodes, pairs)
    works = np.ones(nodes, dtype=np.bool_)
    capacity = (1.0 + tolerance) * _brandes(start, other, works)
    when = np.full(nodes, -1, dtype=np.int64)
    over = np.zeros(nodes, dtype=np.bool_)
    over[first] = True
    load = capacity
    turn = 0
    while over.any():
        when[over] = turn
        works &= ~over
        turn += 1
        load = _brandes(start, other, works)
        over = works & (load > capacity * (1.0 + ROUNDING) + ROUNDING)
    return Cascade(
        round=when, load=load, capacity=capacity, giant=giant_component(nodes, pairs, alive=works)
    )


def warm_up() -> None:
    """Compile the kernel, see `anlan.science.common.compiled`."""
    betweenness(2, [[0, 1]])


def _rows(nodes: int, pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the neighbours of all nodes, one after the other; an edge named twice counts once."""
    proper = pairs[pairs[:, 0] != pairs[:, 1]]
    once = np.unique(np.sort(proper, axis=1), axis=0).reshape(-1, 2)
    both = np.concatenate([once, once[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    start = np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=nodes))])
    return start.astype(np.int64), np.ascontiguousarray(both[:, 1])


@nb.njit(cache=True)
def _brandes(start, other, works):  # type: ignore[no-untyped-def]
    n = works.size
    load = np.zeros(n)
    far = np.empty(n, dtype=np.int64)
    paths = np.empty(n)
    share = np.empty(n)
    queue = np.empty(n, dtype=np.int64)
    for s in range(n):
        if not works[s]:
            continue
        far[:] = -1
        paths[:] = 0.0
        share[:] = 0.0
        far[s] = 0
        paths[s] = 1.0
        queue[0] = s
        head, tail = 0, 1
        while head < tail:
            v = queue[head]
            head += 1
            for k in range(start[v], start[v + 1]):
                w = other[k]
                if not works[w]:
                    continue
                if far[w] < 0:
                    far[w] = far[v] + 1
                    queue[tail] = w
                    tail += 1
                if far[w] == far[v] + 1:
                    paths[w] += paths[v]
        for q in range(tail - 1, 0, -1):
            w = queue[q]
            for k in range(start[w], start[w + 1]):
                v = other[k]
                if works[v] and far[v] == far[w] - 1:
                    share[v] += paths[v] / paths[w] * (1.0 + share[w])
            load[w] += 0.5 * share[w]
    return load
