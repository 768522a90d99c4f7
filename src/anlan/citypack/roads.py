"""The road network of a city as arrays: directed edges between junctions, one strongly connected part.

Pure data. Travel times, closures and searches belong to `anlan.science.reach`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from anlan.science.reach.graph import SPEED_KMH

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["EDGE_FIELDS", "EMPTY_NAME_INDEX", "ROAD_CLASSES", "Edges", "Roads", "assemble_roads"]

ROAD_CLASSES = SPEED_KMH
"""Road classes of OpenStreetMap with the free-flow speed that travel times use. [km/h]"""

SHORTEST_EDGE_S = 0.05
"""Lower bound of an edge's travel time: two junctions on one spot stay apart, in [s]."""

EMPTY_NAME_INDEX = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roads:
    """A directed road network. Edges are sorted by start, then end; no two have the same pair.

    Parameters
    ----------
    node_lon, node_lat : ndarray of float64
        Junctions, WGS 84, in [deg].
    edge_from, edge_to : ndarray of int32
        Rows of the nodes that an edge joins; a two-way road is two edges. [-]
    length_m : ndarray of float64
        Length of each edge. [m]
    road_class : ndarray of uint8
        Row of `class_names`. [-]
    bridge : ndarray of bool
        Whether the edge crosses a river or is tagged as a bridge. [-]
    name_index : ndarray of int32
        Row of `names`, or -1. [-]
    way_id : ndarray of int64
        OpenStreetMap way, or -1. [-]
    shape_start : ndarray of int64
        The points between an edge's two nodes are `shape_lon[shape_start[e]:shape_start[e + 1]]`. [-]
    shape_lon, shape_lat : ndarray of float64
        Points between the nodes, WGS 84; empty in a synthetic network, in [deg].
    names : ndarray of str
        Names of roads. [-]
    class_names : ndarray of str
        Names of road classes, as OpenStreetMap has them. [-]
    class_speed_kmh : ndarray of float64
        Assumed free-flow speed by class. [km/h]
    """

    node_lon: NDArray[np.float64]
    node_lat: NDArray[np.float64]
    edge_from: NDArray[np.int32]
    edge_to: NDArray[np.int32]
    length_m: NDArray[np.float64]
    road_class: NDArray[np.uint8]
    bridge: NDArray[np.bool_]
    name_index: NDArray[np.int32]
    way_id: NDArray[np.int64]
    shape_start: NDArray[np.int64]
    shape_lon: NDArray[np.float64]
    shape_lat: NDArray[np.float64]
    names: NDArray[np.str_]
    class_names: NDArray[np.str_]
    class_speed_kmh: NDArray[np.float64]

    @property
    def seconds(self) -> NDArray[np.float64]:
        """Return the free-flow travel time of every edge, in [s]."""
        metres_per_second = self.class_speed_kmh[self.road_class] / 3.6
        return np.maximum(self.length_m / metres_per_second, SHORTEST_EDGE_S)

    def name_of(self, edge: int) -> str:
        """Return the name of the road an edge belongs to, or nothing."""
        index = int(self.name_index[edge])
        return "" if index == EMPTY_NAME_INDEX else str(self.names[index])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edges:
    """Directed edges in any order, before the network is assembled; arrays as in `Roads`."""

    edge_from: NDArray[np.int64]
    edge_to: NDArray[np.int64]
    length_m: NDArray[np.float64]
    road_class: NDArray[np.uint8]
    bridge: NDArray[np.bool_]
    name_index: NDArray[np.int32]
    way_id: NDArray[np.int64]

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Edges:
        """Return some of the edges."""
        return Edges(**{name: getattr(self, name)[rows] for name in EDGE_FIELDS})


EDGE_FIELDS = tuple(field.name for field in fields(Edges))


def assemble_roads(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    edges: Edges,
    names: list[str],
    shapes: list[NDArray[np.float64]] | None = None,
) -> Roads:
    """Keep the fastest of parallel edges and the largest strongly connected part.

    A sparse matrix would add parallel edges up: the commonest silent error in code of this kind.

    Parameters
    ----------
    lon, lat : ndarray
        Junctions, in [deg].
    edges : Edges
        Directed edges between rows of the junctions. [-]
    names : list of str
        What `name_index` points to. [-]
    shapes : list of ndarray, optional
        The points between the ends of each edge, shape (points, 2), in [deg].
    """
    speed = np.array(list(ROAD_CLASSES.values()))
    seconds = np.maximum(edges.length_m / (speed[edges.road_class] / 3.6), SHORTEST_EDGE_S)
    order = np.lexsort((seconds, edges.edge_to, edges.edge_from))
    u, v = edges.edge_from[order], edges.edge_to[order]
    kept = order[np.r_[True, (np.diff(u) != 0) | (np.diff(v) != 0)] & (u != v)]
    largest = _largest_part(len(lon), edges.edge_from[kept], edges.edge_to[kept])
    number = np.full(len(lon), -1, dtype=np.int32)
    number[largest] = np.arange(len(largest))
    kept = kept[(number[edges.edge_from[kept]] >= 0) & (number[edges.edge_to[kept]] >= 0)]
    chosen = edges.take(kept)
    points = [shapes[e] for e in kept.tolist()] if shapes else []
    flat = np.concatenate([*points, np.empty((0, 2))])
    counts = [len(p) for p in points] if shapes else np.zeros(len(kept), dtype=np.int64)
    return Roads(
        node_lon=lon[largest],
        node_lat=lat[largest],
        edge_from=number[chosen.edge_from],
        edge_to=number[chosen.edge_to],
        length_m=chosen.length_m,
        road_class=chosen.road_class,
        bridge=chosen.bridge,
        name_index=chosen.name_index,
        way_id=chosen.way_id,
        shape_start=np.r_[0, np.cumsum(counts)].astype(np.int64),
        shape_lon=flat[:, 0].copy(),
        shape_lat=flat[:, 1].copy(),
        names=np.array(names, dtype=np.str_),
        class_names=np.array(list(ROAD_CLASSES)),
        class_speed_kmh=speed,
    )


def _largest_part(
    nodes: int, source: NDArray[np.int64], target: NDArray[np.int64]
) -> NDArray[np.intp]:
    matrix = csr_matrix((np.ones(len(source)), (source, target)), shape=(nodes, nodes))
    _, label = connected_components(matrix, connection="strong")
    return np.flatnonzero(label == np.bincount(label).argmax())
