r"""How well a network holds together: components, connectivity, removal of nodes.

The connectivity :math:`\kappa` is the least number of nodes whose loss parts the network (Menger: the
largest number of paths between two nodes that share no other). The curve of removal is the share of all
nodes in the largest component after each node of an order is gone; nodes that tie keep the order of their
numbers, so that the curve is repeatable.

Pure. Nodes are numbered from 0; edges run both ways.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import whole

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "checked_edges",
    "degree_order",
    "giant_component",
    "node_connectivity",
    "removal_curve",
]

CARD = ModelCard(
    key="network.graph",
    version=1,
    title="Connectivity of a network and its loss under removal",
    title_zh="网络连通性与节点失效",
    inputs=(
        Quantity(name="nodes", title="节点数", unit="1", low=1, high=1_000_000),
        Quantity(name="edges", title="连线", unit="1", low=0),
    ),
    outputs=(
        Quantity(name="connectivity", title="点连通度", unit="1", low=0.0),
        Quantity(name="share", title="最大连通片占比", unit="1", low=0.0, high=1.0),
    ),
    references=(
        "Menger, K. (1927) Zur allgemeinen Kurventheorie, Fundamenta Mathematicae 10, 96-115",
        "Erdos, P., Renyi, A. (1960) On the evolution of random graphs, Publ. Math. Inst. Hung. 5, 17-61",
        (
            "Albert, R., Jeong, H., Barabasi, A.-L. (2000) Error and attack tolerance of complex"
            " networks, doi:10.1038/35019019"
        ),
    ),
    limits=(
        "只看拓扑：不含容量、距离与切换时间",
        "图上没有的备用线路不会被发现：结论取决于台账是否完整",
    ),
)


def checked_edges(nodes: int, edges: ArrayLike) -> NDArray[np.int64]:
    """Return edges as pairs of node numbers, or raise.

    Parameters
    ----------
    nodes : int
        Number of nodes, 1 to 1 000 000. [1]
    edges : array_like
        Pairs of node numbers, shape (n, 2). [-]

    Returns
    -------
    ndarray of int
        The pairs. [-]
    """
    CARD.check(nodes=nodes)
    whole(nodes, name="nodes")
    pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    if pairs.size and not (pairs.min() >= 0 and pairs.max() < nodes):
        wrong = pairs[(pairs < 0).any(axis=1) | (pairs >= nodes).any(axis=1)][0]
        raise ValueError(f"edges must name nodes between 0 and {nodes - 1}, got {wrong.tolist()}")
    return pairs


def giant_component(nodes: int, edges: ArrayLike, *, alive: ArrayLike | None = None) -> float:
    """Return the share of all nodes that lie in the largest component.

    Parameters
    ----------
    nodes : int
        Number of nodes. [1]
    edges : array_like
        Pairs of node numbers. [-]
    alive : array_like of bool or None
        Which nodes work; None for all. [-]

    Returns
    -------
    float
        Share, 0 to 1. [1]

    Examples
    --------
    >>> giant_component(5, [[0, 1], [1, 2], [3, 4]])
    0.6
    """
    pairs = checked_edges(nodes, edges)
    works = np.ones(nodes, dtype=bool) if alive is None else np.asarray(alive, dtype=bool)
    if works.shape != (nodes,):
        raise ValueError(f"alive must have shape {(nodes,)}, got {works.shape}")
    kept = pairs[works[pairs].all(axis=1)]
    links = sparse.coo_array((np.ones(len(kept)), (kept[:, 0], kept[:, 1])), (nodes, nodes))
    _, label = csgraph.connected_components(links, directed=False)
    return float(np.bincount(label[works], minlength=1).max(initial=0)) / nodes


def node_connectivity(nodes: int, edges: ArrayLike) -> int:
    """Return the least number of nodes whose loss parts the network.

    Parameters
    ----------
    nodes : int
        Number of nodes, at least 2. [1]
    edges : array_like
        Pairs of node numbers. [-]

    Returns
    -------
    int
        Connectivity; 0 where the network is in parts, nodes - 1 where all are joined. [1]

    Examples
    --------
    >>> node_connectivity(4, [[0, 1], [1, 2], [2, 3], [3, 0]])
    2
    """
    pairs = checked_edges(nodes, edges)
    joined = {frozenset(p) for p in pairs.tolist() if p[0] != p[1]}
    near: list[set[int]] = [set() for _ in range(nodes)]
    for a, b in map(tuple, joined):
        near[a].add(b)
        near[b].add(a)
    # node i is split into an entry i and an exit i + nodes: only one path may pass
    big = nodes
    rows = [*range(nodes), *(a + nodes for a in range(nodes) for _ in near[a])]
    columns = [*range(nodes, 2 * nodes), *(b for a in range(nodes) for b in near[a])]
    capacity = np.array([1] * nodes + [big] * (len(rows) - nodes), dtype=np.int32)
    split = sparse.csr_array((capacity, (rows, columns)), (2 * nodes, 2 * nodes))
    pivot = min(range(nodes), key=lambda i: (len(near[i]), i))
    best = len(near[pivot])
    asked = [(pivot, w) for w in range(nodes) if w != pivot and w not in near[pivot]]
    asked += [(a, b) for a, b in combinations(sorted(near[pivot]), 2) if b not in near[a]]
    for a, b in asked:
        best = min(best, int(csgraph.maximum_flow(split, a + nodes, b).flow_value))
    return best


def degree_order(nodes: int, edges: ArrayLike) -> NDArray[np.int64]:
    """Return the nodes from the most to the least connected, ties by number.

    Parameters
    ----------
    nodes : int
        Number of nodes. [1]
    edges : array_like
        Pairs of node numbers. [-]

    Returns
    -------
    ndarray of int
        Node numbers. [-]
    """
    pairs = checked_edges(nodes, edges)
    return np.argsort(-np.bincount(pairs.ravel(), minlength=nodes), kind="stable")


def removal_curve(nodes: int, edges: ArrayLike, order: ArrayLike) -> NDArray[np.float64]:
    """Return the share in the largest component before and after each removal.

    Parameters
    ----------
    nodes : int
        Number of nodes. [1]
    edges : array_like
        Pairs of node numbers. [-]
    order : array_like of int
        Nodes in the order of their loss. [-]

    Returns
    -------
    ndarray
        One value more than the order has nodes. [1]

    Examples
    --------
    >>> removal_curve(4, [[0, 1], [0, 2], [0, 3]], [0, 1]).tolist()
    [1.0, 0.25, 0.25]
    """
    pairs = checked_edges(nodes, edges)
    lost = np.asarray(order, dtype=np.int64)
    if len(set(lost.tolist())) != len(lost) or not np.all((lost >= 0) & (lost < nodes)):
        raise ValueError(f"order must name each node at most once, got {order!r}")
    # adding the nodes in the reverse order, joined by union-find, takes one pass
    parent = np.arange(nodes)
    size = np.ones(nodes, dtype=np.int64)
    near: list[list[int]] = [[] for _ in range(nodes)]
    for a, b in pairs.tolist():
        near[a].append(b)
        near[b].append(a)
    here = np.ones(nodes, dtype=bool)
    here[lost] = False
    largest = 0

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i

    def join(i: int) -> int:
        top = root(i)
        for other in near[i]:
            if here[other]:
                base = root(other)
                if base != top:
                    parent[base] = top
                    size[top] += size[base]
        return int(size[top])

    for i in np.flatnonzero(here).tolist():
        largest = max(largest, join(i))
    curve = [largest]
    for i in reversed(lost.tolist()):
        here[i] = True
        largest = max(largest, join(i))
        curve.append(largest)
    return np.array(curve[::-1]) / nodes
