r"""Travel times, routes and isochrones on a road network (shortest paths of Dijkstra).

.. math:: t(a, b) = \min_{\text{paths}} \sum_{e} \frac{\ell_e}{v_e} f_e

with the length, speed and factor of each edge; a closed edge has an infinite factor.

Directions matter. Fire engine to incident: from the stations. People to a shelter: towards it,
on the network with every edge turned round (`towards=True`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import dijkstra
from shapely import MultiPoint, Polygon, concave_hull

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import positive
from anlan.science.common.local import to_lonlat, to_metres

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_matrix
    from shapely.geometry.base import BaseGeometry

    from anlan.science.reach.graph import RoadGraph

__all__ = [
    "CARD",
    "Nearest",
    "Route",
    "isochrone",
    "nearest_facility",
    "route",
    "route_between",
    "travel_seconds",
]

CHUNK = 64
"""Sources of one call: 64 trees over 60 000 nodes are 31 MB. [-]"""

HULL_CELL = 100.0
"""Spacing to which reached nodes are thinned before an isochrone is drawn. [m]"""

CARD = ModelCard(
    key="reach.travel",
    version=1,
    title="Travel times and routes on the road network",
    title_zh="路网行程时间与路径",
    inputs=(
        Quantity(name="speed", title="路段速度", unit="km/h", low=1.0, high=130.0),
        Quantity(name="factor", title="通行系数（无穷大为封闭）", unit="1", low=0.0),
        Quantity(name="limit", title="时间上限", unit="s", low=0.0),
    ),
    outputs=(Quantity(name="seconds", title="行程时间", unit="s", low=0.0),),
    references=(
        (
            "Dijkstra, E. W. (1959) A note on two problems in connexion with graphs,"
            " doi:10.1007/BF01386390"
        ),
    ),
    limits=(
        "各等级道路用一个自由流速度，未用本地实测响应时间标定前不可当作承诺时间",
        "不计转弯限制、信号延误、限高限重",
        "起止点吸附到最近路口，偏差随结果给出",
        "不随时刻变化：拥堵需另给通行系数",
    ),
    unconfirmed=("各等级道路的自由流速度为假定值，待用本地数据标定",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The nearest facility of every node.

    Parameters
    ----------
    seconds : ndarray
        Time between node and facility; infinite where none is reached. [s]
    facility : ndarray of int
        Which one; -1 where none is reached. [-]
    """

    seconds: NDArray[np.float64]
    facility: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A fastest path.

    Parameters
    ----------
    seconds, metres : float
        Time and length along the network. [s], [m]
    nodes, edges : tuple of int
        What it passes. [-]
    points : ndarray, shape (n, 2)
        Its course: longitude and latitude. [deg]
    roads : tuple of (str, float)
        Names of the roads in order, with the metres on each. [-], [m]
    access_metres : tuple of float
        Distance of the places asked for from the first and last node. [m]
    """

    seconds: float
    metres: float
    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    points: NDArray[np.float64]
    roads: tuple[tuple[str, float], ...]
    access_metres: tuple[float, float] = (0.0, 0.0)


def travel_seconds(
    graph: RoadGraph, sources: ArrayLike, targets: ArrayLike, *, limit: float = np.inf
) -> NDArray[np.float64]:
    """Return the travel time from every source to every target.

    Parameters
    ----------
    graph : RoadGraph
        The network. [-]
    sources, targets : array_like of int
        Nodes. [-]
    limit : float
        Search no farther; with 300 s a search costs a fifteenth of a full one. [s]

    Returns
    -------
    ndarray, shape (sources, targets)
        Time; infinite beyond the limit or where no road leads. [s]
    """
    positive(limit, name="limit", unit="s", endless=True)
    a = _nodes(graph, sources, "sources")
    b = _nodes(graph, targets, "targets")
    if len(b) < len(a):  # fewer searches backwards
        return _rows(graph.reversed_matrix, b, a, limit).T
    return _rows(graph.matrix, a, b, limit)


def nearest_facility(
    graph: RoadGraph, facilities: ArrayLike, *, towards: bool = False, limit: float = np.inf
) -> Nearest:
    """Return for every node its nearest facility, in one search for all facilities together.

    Parameters
    ----------
    graph : RoadGraph
        The network. [-]
    facilities : array_like of int
        Nodes of the facilities. [-]
    towards : bool
        Travel from the node to the facility (shelter, hospital) instead of from it. [-]
    limit : float
        Search no farther. [s]
    """
    positive(limit, name="limit", unit="s", endless=True)
    at = _nodes(graph, facilities, "facilities")
    seconds, _, source = dijkstra(
        graph.reversed_matrix if towards else graph.matrix,
        indices=at,
        min_only=True,
        return_predecessors=True,
        limit=limit,
    )
    place = np.full(graph.nodes, -1, dtype=np.int64)
    place[at[::-1]] = np.arange(len(at))[::-1]  # of two on one node the first counts
    return Nearest(
        seconds=seconds, facility=np.where(source >= 0, place[np.maximum(source, 0)], -1)
    )


def route(graph: RoadGraph, source: int, target: int) -> Route | None:
    """Return the fastest path between two nodes, None if no road leads there.

    Parameters
    ----------
    graph : RoadGraph
        The network. [-]
    source, target : int
        Nodes. [-]
    """
    _nodes(graph, [source, target], "source and target")
    seconds, previous = dijkstra(graph.matrix, indices=source, return_predecessors=True)
    if not np.isfinite(seconds[target]):
        return None
    nodes = [int(target)]
    while nodes[-1] != source:
        nodes.append(int(previous[nodes[-1]]))
    nodes.reverse()
    edges = [_edge(graph, a, b) for a, b in itertools.pairwise(nodes)]
    courses = [graph.edge_points(edge) for edge in edges]
    start = np.array([[graph.lon[source], graph.lat[source]]])
    roads: list[tuple[str, float]] = []
    for edge in edges:
        word, metres = graph.names[graph.name[edge]], float(graph.metres[edge])
        if roads and roads[-1][0] == word:
            metres += roads.pop()[1]
        roads.append((word, metres))
    return Route(
        seconds=float(seconds[target]),
        metres=float(graph.metres[edges].sum()) if edges else 0.0,
        nodes=tuple(nodes),
        edges=tuple(edges),
        points=np.concatenate([start, *(course[1:] for course in courses)]),
        roads=tuple(roads),
    )


def route_between(
    graph: RoadGraph,
    *,
    from_lon: float,
    from_lat: float,
    to_lon: float,
    to_lat: float,
    avoid: BaseGeometry | None = None,
) -> Route | None:
    """Return the fastest path between two places, if wanted around an area.

    Parameters
    ----------
    graph : RoadGraph
        The network. [-]
    from_lon, from_lat, to_lon, to_lat : float
        The places, WGS 84; each goes to its nearest junction. [deg]
    avoid : geometry or None
        Area whose roads are closed. [deg]

    Returns
    -------
    Route or None
        With the distances of the places from the network in `access_metres`; None if no road
        leads there.
    """
    ends = graph.snap([from_lon, to_lon], [from_lat, to_lat])
    usable = graph if avoid is None else graph.avoiding(avoid)
    found = route(usable, int(ends.node[0]), int(ends.node[1]))
    if found is None:
        return None
    return Route(
        seconds=found.seconds,
        metres=found.metres,
        nodes=found.nodes,
        edges=found.edges,
        points=found.points,
        roads=found.roads,
        access_metres=(float(ends.metres[0]), float(ends.metres[1])),
    )


def isochrone(
    graph: RoadGraph, sources: ArrayLike, *, limit: float, towards: bool = False
) -> BaseGeometry:
    """Return the area that can be reached within a time.

    Parameters
    ----------
    graph : RoadGraph
        The network. [-]
    sources : array_like of int
        Nodes from which it is measured; the nearest counts. [-]
    limit : float
        Time, > 0. [s]
    towards : bool
        The area from which the sources are reached instead. [-]

    Returns
    -------
    geometry
        Concave hull of the junctions reached, thinned to 100 m, WGS 84. Empty if fewer than
        three are reached. It says nothing of places off the roads.
    """
    seconds = nearest_facility(graph, sources, towards=towards, limit=limit).seconds
    reached = np.flatnonzero(seconds <= limit)
    if len(reached) < 3:
        return Polygon()
    lon0, lat0 = float(graph.lon[reached].mean()), float(graph.lat[reached].mean())
    x, y = to_metres(graph.lon[reached], graph.lat[reached], lon0=lon0, lat0=lat0)
    cells = np.unique(np.column_stack([x, y]).round(-2) / HULL_CELL, axis=0) * HULL_CELL
    lon, lat = to_lonlat(cells[:, 0], cells[:, 1], lon0=lon0, lat0=lat0)
    return concave_hull(MultiPoint(np.column_stack([lon, lat])), ratio=0.15)


def _nodes(graph: RoadGraph, nodes: ArrayLike, name: str) -> NDArray[np.int64]:
    found = np.atleast_1d(np.asarray(nodes, dtype=np.int64))
    if len(found) == 0 or not np.all((found >= 0) & (found < graph.nodes)):
        raise ValueError(f"{name} must be nodes 0 to {graph.nodes - 1}, got {nodes!r}")
    return found


def _rows(
    matrix: csr_matrix, sources: NDArray[np.int64], targets: NDArray[np.int64], limit: float
) -> NDArray[np.float64]:
    out = np.empty((len(sources), len(targets)))
    for i in range(0, len(sources), CHUNK):
        trees = dijkstra(matrix, indices=sources[i : i + CHUNK], limit=limit)
        out[i : i + CHUNK] = trees[:, targets]
    return out


def _edge(graph: RoadGraph, a: int, b: int) -> int:
    """Return the number of the edge from a to b."""
    start, stop = int(graph.indptr[a]), int(graph.indptr[a + 1])
    return start + int(np.flatnonzero(graph.indices[start:stop] == b)[0])
