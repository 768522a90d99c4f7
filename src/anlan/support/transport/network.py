"""The road network of a city ready for questions: nearest node, times to and from one place.

A thin face over `anlan.science.reach`: it makes the graph of a city pack once and closes edges
for one question at a time.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.reach.graph import RoadGraph
from anlan.science.reach.travel import nearest_facility, travel_seconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.citypack.roads import Roads

__all__ = ["RoadNetwork"]


class RoadNetwork:
    """A city's roads with what routing needs, built once and kept."""

    def __init__(self, roads: Roads, *, source: str = "路网") -> None:
        self.roads = roads
        self.source = source
        starts = np.bincount(roads.edge_from, minlength=len(roads.node_lon)).cumsum()
        self.graph = RoadGraph(
            lon=roads.node_lon,
            lat=roads.node_lat,
            indptr=np.asarray(np.r_[0, starts], dtype=np.int32),
            indices=roads.edge_to,
            seconds=roads.seconds,
            metres=roads.length_m,
            road_class=roads.road_class.astype(np.int8),
            bridge=roads.bridge,
            name=roads.name_index + np.int32(1),
            names=("", *roads.names.tolist()),
            shape_start=roads.shape_start.astype(np.int32),
            shape_lon=roads.shape_lon,
            shape_lat=roads.shape_lat,
        )
        self.driven = self.graph

    def __len__(self) -> int:
        return len(self.roads.node_lon)

    @cached_property
    def _by_length(self) -> RoadGraph:
        """The same network weighed by metres, for people on the way to a shelter."""
        return replace(self.graph, seconds=self.graph.metres)

    def nearest(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the node nearest to each point and how far it is in metres."""
        snapped = self.graph.snap(lon, lat)
        return np.asarray(snapped.node, dtype=np.int64), np.asarray(snapped.metres)

    def closing(self, edges: NDArray[np.int64] | None) -> RoadNetwork:
        """Return the same network with some edges never driven; lengths stay those of all."""
        if edges is None or not edges.size:
            return self
        found = copy(self)
        found.driven = self.graph.closed(edges)
        return found

    def times_to(self, node: int) -> NDArray[np.float64]:
        """Return the seconds from every node to one: a single search on the turned network."""
        return nearest_facility(self.driven, [node], towards=True).seconds

    def times_from(self, node: int) -> NDArray[np.float64]:
        """Return the seconds from one node to every other."""
        return nearest_facility(self.driven, [node]).seconds

    def times_between(
        self, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the seconds from each start (rows) to each end (columns)."""
        if not starts.size or not ends.size:
            return np.zeros((starts.size, ends.size))
        return travel_seconds(self.driven, starts, ends)

    def metres_between(
        self, starts: NDArray[np.int64], ends: NDArray[np.int64], *, limit: float = np.inf
    ) -> NDArray[np.float64]:
        """Return the metres by road from each start (rows) to each end (columns)."""
        if not starts.size or not ends.size:
            return np.zeros((starts.size, ends.size))
        own, inverse = np.unique(starts, return_inverse=True)
        found = travel_seconds(self._by_length, own, ends, limit=limit)
        return found[inverse]
