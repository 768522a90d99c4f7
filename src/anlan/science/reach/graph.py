"""A road network as a sparse matrix of travel times.

Of parallel edges the fastest is kept (a plain sparse matrix would add their times), loops are
dropped, and only the largest strongly connected part stays, so that every node can reach every
other. What was dropped is counted, never silent. A closed edge has infinite time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely import linestrings, prepare

from anlan.science.common.constants import EARTH_RADIUS
from anlan.science.common.local import distance
from anlan.science.common.refusal import RefusalError, received

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["ROAD_CLASSES", "SPEED_KMH", "RoadGraph", "Snap", "build_graph"]

SPEED_KMH = {
    "motorway": 90.0,
    "motorway_link": 50.0,
    "trunk": 70.0,
    "trunk_link": 45.0,
    "primary": 50.0,
    "primary_link": 35.0,
    "secondary": 45.0,
    "secondary_link": 35.0,
    "tertiary": 40.0,
    "tertiary_link": 30.0,
    "unclassified": 35.0,
    "residential": 30.0,
    "living_street": 15.0,
    "service": 15.0,
    "road": 30.0,
}
"""Free-flow speed by road class: an assumption (confidence M), to be calibrated on real response
times. Against a routing engine on a city in Portugal the ranking agreed (Spearman 0.98) and its
times were 0.88 of these in the median. [km/h]"""

ROAD_CLASSES = tuple(SPEED_KMH)
"""Road classes in the order of their codes in `RoadGraph.road_class`. [-]"""

SHORTEST_EDGE = 0.05
"""Lower bound of an edge's time: two junctions on one spot stay apart. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snap:
    """The nodes nearest to places.

    Parameters
    ----------
    node : ndarray of int
        Index of the nearest node. [-]
    metres : ndarray
        How far it is. A depot 3 km from its node has a wrong coordinate; one 300 to 700 m off
        may be in GCJ-02. [m]
    """

    node: NDArray[np.int64]
    metres: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class RoadGraph:
    """A directed road network; edge arrays are in the order of the sparse matrix.

    Parameters
    ----------
    lon, lat : ndarray
        Position of each node, WGS 84. [deg]
    indptr, indices : ndarray of int
        Compressed rows: row = from, column = to. [-]
    seconds : ndarray
        Travel time of each edge; infinite where closed. [s]
    metres : ndarray
        Length of each edge. [m]
    road_class : ndarray of int
        Index into `ROAD_CLASSES`. [-]
    bridge : ndarray of bool
        Whether the edge is a bridge. [-]
    name : ndarray of int
        Index into `names`. [-]
    names : tuple of str
        Names of roads; the first is empty. [-]
    shape_start, shape_lon, shape_lat : ndarray
        Points between the ends of each edge: those of edge e stand at
        shape_start[e] to shape_start[e + 1]. [-], [deg], [deg]
    synthetic : bool
        Whether the network was made up (示例数据). [-]
    dropped_nodes : int
        Nodes outside the largest strongly connected part, left out. [-]
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]
    road_class: NDArray[np.int8]
    bridge: NDArray[np.bool_]
    name: NDArray[np.int32]
    names: tuple[str, ...] = ("",)
    shape_start: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    shape_lon: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    shape_lat: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    synthetic: bool = False
    dropped_nodes: int = 0

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.lon)

    @property
    def edges(self) -> int:
        """Number of directed edges."""
        return len(self.indices)

    @cached_property
    def matrix(self) -> csr_matrix:
        """Travel times in seconds as a sparse matrix, without a copy."""
        shape = (self.nodes, self.nodes)
        return csr_matrix((self.seconds, self.indices, self.indptr), shape=shape)

    @cached_property
    def reversed_matrix(self) -> csr_matrix:
        """The same with every edge turned round."""
        return self.matrix.T.tocsr()

    @cached_property
    def edge_from(self) -> NDArray[np.int64]:
        """Node at which each edge begins."""
        return np.repeat(np.arange(self.nodes), np.diff(self.indptr))

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(_unit_vectors(self.lon, self.lat))

    def snap(self, lon: ArrayLike, lat: ArrayLike) -> Snap:
        """Return the node nearest to each place, and how far it is.

        Parameters
        ----------
        lon, lat : array_like
            Places, WGS 84. [deg]
        """
        chord, node = self._tree.query(
            _unit_vectors(
                np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
            )
        )
        return Snap(
            node=np.asarray(node, dtype=np.int64),
            metres=np.asarray(2 * EARTH_RADIUS * np.arcsin(np.clip(chord / 2, 0, 1))),
        )

    def with_factor(self, factor: ArrayLike) -> RoadGraph:
        """Return the network with the time of each edge multiplied.

        Parameters
        ----------
        factor : array_like
            One number, or one for each edge, > 0. Infinite closes an edge; below 1 lets an
            emergency vehicle drive faster. [1]
        """
        f = np.broadcast_to(np.asarray(factor, dtype=np.float64), self.seconds.shape)
        if not np.all(f > 0):
            raise RefusalError(
                f"factor must be > 0 (inf closes an edge), got {factor!r}",
                zh=f"通行时间的倍数应大于 0{received(factor)}",
            )
        changed = replace(self, seconds=self.seconds * f)
        for name in ("edge_from", "_tree", "_between", "_boxes"):  # geometry stays as it was
            if name in vars(self):
                vars(changed)[name] = vars(self)[name]
        return changed

    def edges_in(self, area: BaseGeometry) -> NDArray[np.int64]:
        """Return the edges that touch an area.

        Parameters
        ----------
        area : geometry
            Polygon or multipolygon, WGS 84. [deg]
        """
        if area.is_empty:
            return np.zeros(0, dtype=np.int64)
        west, south, east, north = area.bounds
        box = self._boxes
        near = np.flatnonzero(
            (box[0] <= east) & (box[2] >= west) & (box[1] <= north) & (box[3] >= south)
        )
        if len(near) == 0:
            return near
        prepare(area)
        hit = np.asarray(area.intersects(self._lines(near)), dtype=bool)
        return np.asarray(near[hit], dtype=np.int64)

    @cached_property
    def _between(self) -> NDArray[np.int64]:
        """Number of points between the ends of each edge."""
        if len(self.shape_start) == 0:
            return np.zeros(self.edges, dtype=np.int64)
        return np.diff(self.shape_start).astype(np.int64)

    @cached_property
    def _boxes(self) -> NDArray[np.float64]:
        """West, south, east and north of every edge."""
        a, b = self.edge_from, self.indices
        box = np.stack(
            [
                np.minimum(self.lon[a], self.lon[b]),
                np.minimum(self.lat[a], self.lat[b]),
                np.maximum(self.lon[a], self.lon[b]),
                np.maximum(self.lat[a], self.lat[b]),
            ]
        )
        bent = np.flatnonzero(self._between)
        if len(bent):
            start = self.shape_start[bent]  # edges without points lie between two equal starts
            for row, least, values in (
                (0, np.minimum, self.shape_lon),
                (1, np.minimum, self.shape_lat),
                (2, np.maximum, self.shape_lon),
                (3, np.maximum, self.shape_lat),
            ):
                box[row, bent] = least(box[row, bent], least.reduceat(values, start))
        return box

    def _lines(self, edges: NDArray[np.int64]) -> NDArray[np.object_]:
        """Return the courses of some edges as shapely lines, without a loop."""
        between = self._between[edges]
        size = between + 2
        last = np.cumsum(size) - 1
        first = last - size + 1
        points = np.empty((int(size.sum()), 2))
        points[first, 0], points[first, 1] = (
            self.lon[self.edge_from[edges]],
            self.lat[self.edge_from[edges]],
        )
        points[last, 0], points[last, 1] = (
            self.lon[self.indices[edges]],
            self.lat[self.indices[edges]],
        )
        if between.any():
            inner = np.ones(len(points), dtype=bool)
            inner[first] = inner[last] = False
            before = np.cumsum(between) - between
            at = np.repeat(self.shape_start[edges] - before, between) + np.arange(between.sum())
            points[inner, 0], points[inner, 1] = self.shape_lon[at], self.shape_lat[at]
        return np.asarray(linestrings(points, indices=np.repeat(np.arange(len(edges)), size)))

    def closed(self, edges: ArrayLike) -> RoadGraph:
        """Return the network with some edges closed.

        Parameters
        ----------
        edges : array_like of int
            Their numbers; `edges_in` finds those of an area. [-]
        """
        factor = np.ones(self.edges)
        factor[np.asarray(edges, dtype=np.int64)] = np.inf
        return self.with_factor(factor)

    def avoiding(self, area: BaseGeometry) -> RoadGraph:
        """Return the network with every edge that touches an area closed.

        Parameters
        ----------
        area : geometry
            Polygon or multipolygon such as a plume, WGS 84. [deg]
        """
        return self.closed(self.edges_in(area))

    def edge_points(self, edge: int) -> NDArray[np.float64]:
        """Return the course of one edge.

        Parameters
        ----------
        edge : int
            Its number. [-]

        Returns
        -------
        ndarray, shape (points, 2)
            Longitude and latitude. [deg]
        """
        a, b = int(self.edge_from[edge]), int(self.indices[edge])
        between = slice(0, 0)
        if len(self.shape_start):
            between = slice(int(self.shape_start[edge]), int(self.shape_start[edge + 1]))
        lon = np.r_[self.lon[a], self.shape_lon[between], self.lon[b]]
        lat = np.r_[self.lat[a], self.shape_lat[between], self.lat[b]]
        return np.column_stack([lon, lat])

    def as_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the network as plain arrays, ready for `numpy.savez`."""
        return {
            "lon": self.lon,
            "lat": self.lat,
            "indptr": self.indptr,
            "indices": self.indices,
            "seconds": self.seconds,
            "metres": self.metres,
            "road_class": self.road_class,
            "bridge": self.bridge,
            "name": self.name,
            "names": np.array(self.names),
            "shape_start": self.shape_start,
            "shape_lon": self.shape_lon,
            "shape_lat": self.shape_lat,
            "synthetic": np.array(self.synthetic),
            "dropped_nodes": np.array(self.dropped_nodes),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> RoadGraph:
        """Return the network that `as_arrays` took apart.

        Parameters
        ----------
        arrays : mapping
            From `as_arrays`, or an open `.npz` file. [-]
        """
        plain = {key: np.asarray(arrays[key]) for key in arrays}
        names = tuple(str(name) for name in plain.pop("names"))
        synthetic = bool(plain.pop("synthetic"))
        dropped = int(plain.pop("dropped_nodes"))
        return cls(**plain, names=names, synthetic=synthetic, dropped_nodes=dropped)


def build_graph(
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    source: ArrayLike,
    target: ArrayLike,
    road_class: Sequence[str],
    metres: ArrayLike | None = None,
    oneway: ArrayLike = False,
    speed_kmh: ArrayLike | None = None,
    bridge: ArrayLike = False,
    name: Sequence[str] | None = None,
    shapes: Sequence[ArrayLike] | None = None,
    synthetic: bool = False,
) -> RoadGraph:
    """Build a network from lists of roads.

    Parameters
    ----------
    lon, lat : array_like
        Nodes, WGS 84. [deg]
    source, target : array_like of int
        Node at which each road begins and ends. [-]
    road_class : sequence of str
        Class of each road, a key of `SPEED_KMH`. [-]
    metres : array_like or None
        Length of each road, >= 0; None takes the great circle along its points. [m]
    oneway : array_like of bool
        Whether it may only be driven from source to target. [-]
    speed_kmh : array_like or None
        Speed on each road, > 0; None takes that of its class. [km/h]
    bridge : array_like of bool
        Whether it is a bridge. [-]
    name : sequence of str or None
        Name of each road. [-]
    shapes : sequence of array_like or None
        Points of each road between its ends, shape (points, 2), longitude and latitude. [deg]
    synthetic : bool
        Whether the network is made up. [-]

    Returns
    -------
    RoadGraph
        The largest strongly connected part.

    Raises
    ------
    ValueError
        If a class is unknown, a node does not exist, or a number is out of range.

    Examples
    --------
    >>> g = build_graph([117.0, 117.01], [36.6, 36.6], source=[0], target=[1],
    ...     road_class=["primary"])
    >>> g.nodes, g.edges, round(float(g.seconds[0]))
    (2, 2, 64)
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    u, v = np.asarray(source, dtype=np.int64), np.asarray(target, dtype=np.int64)
    roads = len(u)
    if not np.all((np.abs(x) <= 180) & (np.abs(y) <= 90)):
        raise ValueError("lon and lat must be WGS 84 degrees, some are not")
    if roads == 0 or len(v) != roads or len(road_class) != roads:
        raise ValueError(
            f"source, target and road_class must have one length > 0, got {roads}, {len(v)},"
            f" {len(road_class)}"
        )
    if not np.all((u >= 0) & (u < len(x)) & (v >= 0) & (v < len(x))):
        raise ValueError(f"source and target must be nodes 0 to {len(x) - 1}, some are not")
    unknown = set(road_class) - set(SPEED_KMH)
    if unknown:
        raise ValueError(
            f"road_class {sorted(unknown)[0]!r} is unknown; use {', '.join(SPEED_KMH)}"
        )
    code = np.array([ROAD_CLASSES.index(c) for c in road_class], dtype=np.int8)
    points = [np.reshape(np.asarray(p, float), (-1, 2)) for p in shapes] if shapes else None
    length = _lengths(x, y, u, v, points) if metres is None else np.asarray(metres, float)
    per_class = np.array([SPEED_KMH[c] for c in ROAD_CLASSES])
    speed = per_class[code] if speed_kmh is None else np.broadcast_to(speed_kmh, (roads,))
    if not (np.all(length >= 0) and np.all(np.asarray(speed) > 0)):
        raise ValueError("metres must be >= 0 m and speed_kmh > 0 km/h, some are not")

    back = np.flatnonzero(~np.broadcast_to(np.asarray(oneway, dtype=bool), (roads,)))
    road = np.r_[np.arange(roads), back]
    forward = np.r_[np.ones(roads, dtype=bool), np.zeros(len(back), dtype=bool)]
    a, b = np.r_[u, v[back]], np.r_[v, u[back]]
    seconds = np.maximum(length / (np.asarray(speed, float) / 3.6), SHORTEST_EDGE)[road]

    order = np.lexsort((seconds, b, a))
    same = np.r_[False, (np.diff(a[order]) == 0) & (np.diff(b[order]) == 0)]
    order = order[~same & (a[order] != b[order])]
    kept = _largest_part(a[order], b[order], len(x))
    number = np.full(len(x), -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    order = order[(number[a[order]] >= 0) & (number[b[order]] >= 0)]
    a, b, road, forward = number[a[order]], number[b[order]], road[order], forward[order]

    words = list(name) if name is not None else [""] * roads
    names = ("", *sorted(set(words) - {""}))
    place = {word: i for i, word in enumerate(names)}
    courses = (
        [points[r] if f else points[r][::-1] for r, f in zip(road, forward, strict=True)]
        if points
        else []
    )
    flat = np.concatenate(courses) if courses else np.zeros((0, 2))
    return RoadGraph(
        lon=x[kept],
        lat=y[kept],
        indptr=np.r_[0, np.bincount(a, minlength=len(kept)).cumsum()].astype(np.int32),
        indices=b.astype(np.int32),
        seconds=seconds[order],
        metres=length[road],
        road_class=code[road],
        bridge=np.broadcast_to(np.asarray(bridge, dtype=bool), (roads,))[road],
        name=np.array([place[w] for w in words], dtype=np.int32)[road],
        names=names,
        shape_start=np.r_[0, np.cumsum([len(c) for c in courses])].astype(np.int32)
        if courses
        else np.zeros(0, np.int32),
        shape_lon=flat[:, 0],
        shape_lat=flat[:, 1],
        synthetic=synthetic,
        dropped_nodes=len(x) - len(kept),
    )


def _largest_part(a: NDArray[np.int64], b: NDArray[np.int64], nodes: int) -> NDArray[np.int64]:
    links = csr_matrix((np.ones(len(a)), (a, b)), shape=(nodes, nodes))
    _, label = connected_components(links, connection="strong")
    return np.flatnonzero(label == np.bincount(label).argmax())


def _lengths(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    points: list[NDArray[np.float64]] | None,
) -> NDArray[np.float64]:
    if points is None:
        return distance(x[u], y[u], x[v], y[v])
    out = np.empty(len(u))
    for i, (a, b, between) in enumerate(zip(u, v, points, strict=True)):
        course = np.vstack([(x[a], y[a]), between, (x[b], y[b])])
        out[i] = distance(course[:-1, 0], course[:-1, 1], course[1:, 0], course[1:, 1]).sum()
    return out


def _unit_vectors(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    a, b = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(b) * np.cos(a), np.cos(b) * np.sin(a), np.sin(b)], axis=-1)
