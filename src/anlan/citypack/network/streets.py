"""Junctions where people live, and the streets that join neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import Delaunay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["cut_by_rivers", "join_neighbours", "place_junctions"]

CROWDING = 0.62
"""Junctions of a cell grow with its people to this power: towns are denser, not that much. [-]"""

LAND_SHARE = 0.3
"""Share of the junctions that is spread over the cells whoever lives there: rural lanes. [-]"""

LOOP_SHARE = 0.42
"""Share of the streets beyond the spanning tree that exists: about 2.8 directed edges a node. [-]"""

MINOR_RIVER_FACTOR = 4.0
MAJOR_RIVER_FACTOR = 1e4
"""How much longer a street counts that would cross a river: the tree then goes round. [-]"""

POCKET_NODES = 150
"""A piece cut off by a major river is joined by a pontoon bridge if it has so many nodes. [-]"""


def place_junctions(
    xy: NDArray[np.float64],
    people: NDArray[np.int64],
    cell_m: float,
    count: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return about `count` junctions: a jittered lattice in every cell, finer where people live.

    Parameters
    ----------
    xy : ndarray, shape (cells, 2)
        Centres of the cells on the plane. [m]
    people : ndarray
        Residents of each cell. [-]
    cell_m : float
        Width of a cell. [m]
    count : int
        How many junctions are wanted. [-]
    rng : numpy.random.Generator
        Source of chance. [-]
    """
    weight = people.astype(np.float64) ** CROWDING
    expected = count * ((1 - LAND_SHARE) * weight / weight.sum() + LAND_SHARE / len(people))
    number = np.floor(expected + rng.random(len(people))).astype(np.int64)
    side = np.ceil(np.sqrt(number)).astype(np.int64)
    cell = np.repeat(np.arange(len(people)), number)
    within = np.arange(len(cell)) - np.repeat(np.cumsum(number) - number, number)
    turn = rng.integers(0, 1 << 30, len(people))[cell]
    slot = (within + turn) % (side[cell] ** 2)
    grid = np.stack([slot % side[cell], slot // side[cell]], axis=1) + 0.5
    jitter = rng.uniform(-1.0, 1.0, (len(cell), 2)) * np.where(side[cell] > 2, 0.14, 0.38)[:, None]
    offset = (grid + jitter) / side[cell][:, None] - 0.5
    return np.asarray(xy[cell] + offset * cell_m)


def join_neighbours(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the Gabriel graph: pairs with no third junction in the circle between them.

    It contains the shortest spanning tree, so it is connected, and it is planar.
    """
    triangles = Delaunay(xy).simplices.astype(np.int64)
    pairs, blocked = [], []
    for a, b, opposite in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        u, v, w = triangles[:, a], triangles[:, b], triangles[:, opposite]
        pairs.append(np.sort(np.stack([u, v], axis=1), axis=1))
        blocked.append(np.einsum("ij,ij->i", xy[u] - xy[w], xy[v] - xy[w]) < 0)
    pair, block = np.concatenate(pairs), np.concatenate(blocked)
    key = pair[:, 0] * len(xy) + pair[:, 1]
    unique, row = np.unique(key, return_inverse=True)
    is_blocked = np.bincount(row, weights=block, minlength=len(unique)) > 0
    free = unique[~is_blocked]
    return np.stack([free // len(xy), free % len(xy)], axis=1)


def cut_by_rivers(
    xy: NDArray[np.float64],
    pairs: NDArray[np.int64],
    rivers: Sequence[tuple[shapely.LineString, bool]],
    bridges: NDArray[np.float64],
    inside: shapely.Geometry,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.intp]]:
    """Choose which streets exist, so that rivers have few bridges and all places stay joined.

    Parameters
    ----------
    xy : ndarray, shape (nodes, 2)
        Junctions. [m]
    pairs : ndarray, shape (streets, 2)
        Possible streets. [-]
    rivers : sequence of (LineString, bool)
        Courses on the plane [m], and whether the river is a major one.
    bridges : ndarray, shape (bridges, 2)
        Where major rivers may be crossed. [m]
    inside : shapely.Geometry
        The city on the plane: streets that leave it count longer. [m]
    rng : numpy.random.Generator
        Source of chance. [-]

    Returns
    -------
    tuple
        The streets, whether each is a bridge, and for every given bridge its row of the streets.
    """
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    middle = (xy[pairs[:, 0]] + xy[pairs[:, 1]]) / 2
    minor, major = _crossings(xy, pairs, rivers)
    shapely.prepare(inside)
    leaves = minor | ~shapely.contains_xy(inside, middle[:, 0], middle[:, 1])
    chosen = _nearest(middle, np.flatnonzero(major), bridges)
    is_banned = major.copy()
    is_banned[chosen] = False
    factor = np.where(is_banned, MAJOR_RIVER_FACTOR, np.where(leaves, MINOR_RIVER_FACTOR, 1.0))
    in_tree = _tree(len(xy), pairs, length * factor)
    chance = rng.random(len(pairs)) * np.where(leaves, MINOR_RIVER_FACTOR, 1.0)
    exists = in_tree | (chance < LOOP_SHARE)
    exists[chosen] = True
    pontoon = in_tree & is_banned & _worth_joining(len(xy), pairs, exists & ~is_banned, is_banned)
    exists &= ~is_banned | pontoon
    rows = np.flatnonzero(exists)
    return pairs[rows], (minor | major)[rows], np.searchsorted(rows, chosen)


def _crossings(
    xy: NDArray[np.float64],
    pairs: NDArray[np.int64],
    rivers: Sequence[tuple[shapely.LineString, bool]],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which streets cross a minor and which a major river."""
    minor, major = np.zeros(len(pairs), dtype=np.bool_), np.zeros(len(pairs), dtype=np.bool_)
    low, high = np.minimum(*xy[pairs].transpose(1, 0, 2)), np.maximum(*xy[pairs].transpose(1, 0, 2))
    for line, is_major in rivers:
        west, south, east, north = line.bounds
        near = np.flatnonzero(
            (high[:, 0] >= west)
            & (low[:, 0] <= east)
            & (high[:, 1] >= south)
            & (low[:, 1] <= north)
        )
        shapely.prepare(line)
        crosses = shapely.intersects(line, shapely.linestrings(xy[pairs[near]]))
        (major if is_major else minor)[near[crosses]] = True
    return minor, major


def _nearest(
    middle: NDArray[np.float64], rows: NDArray[np.intp], bridges: NDArray[np.float64]
) -> NDArray[np.intp]:
    if len(rows) == 0 or len(bridges) == 0:
        return np.zeros(0, dtype=np.intp)
    gap = np.hypot(*(middle[rows][None, :, :] - bridges[:, None, :]).transpose(2, 0, 1))
    return np.asarray(rows[gap.argmin(axis=1)])


def _tree(nodes: int, pairs: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which streets belong to the shortest spanning tree."""
    matrix = csr_matrix((weight, (pairs[:, 0], pairs[:, 1])), shape=(nodes, nodes))
    tree = minimum_spanning_tree(matrix).tocoo()
    u, v = tree.row.astype(np.int64), tree.col.astype(np.int64)
    key = np.minimum(u, v) * nodes + np.maximum(u, v)
    return np.isin(pairs[:, 0] * nodes + pairs[:, 1], key)


def _worth_joining(
    nodes: int,
    pairs: NDArray[np.int64],
    exists: NDArray[np.bool_],
    is_banned: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Tell which forbidden crossings would join two pieces that are both large."""
    u, v = pairs[exists].T
    matrix = csr_matrix((np.ones(len(u)), (u, v)), shape=(nodes, nodes))
    _, label = connected_components(matrix, directed=False)
    size = np.bincount(label)
    a, b = label[pairs[:, 0]], label[pairs[:, 1]]
    return np.asarray(is_banned & (a != b) & (np.minimum(size[a], size[b]) >= POCKET_NODES))
