"""Which streets are trunk, primary, secondary or tertiary roads: those that routes between places use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from anlan.citypack.roads import ROAD_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = ["Places", "Streets", "class_streets", "straighten"]

CODE = {name: index for index, name in enumerate(ROAD_CLASSES)}

URBAN_GAP_M = 3_500.0
"""Two streets' centres nearer than this are joined by a primary road, towns by a secondary one, in [m]."""

RESIDENTIAL_M = 300.0
"""A minor street shorter than this is residential, a longer one a rural lane, in [m]."""

NODES_A_VILLAGE = 45
"""One in so many junctions is a village or quarter that a tertiary road reaches. [-]"""

REUSE = 0.6
"""A road that is already of a higher class counts so much of its length: routes merge. [-]"""

SEARCH_FACTOR = 4.0
"""A route is looked for up to so many times the straight distance. [-]"""

ROUNDS = 12
"""How often a larger road is drawn straighter. [-]"""

SHIFT_M = 120.0
"""How far a junction may move when a road is drawn straighter. [m]"""

ARTERIES = (
    "人民", "解放", "建设", "和平", "胜利", "文化", "光明", "振兴", "迎宾", "团结", "工业", "新华",
    "中山", "青年", "朝阳", "幸福", "友谊", "民生", "科技", "创新", "学府", "体育", "园林", "滨河",
)  # fmt: skip
ENDINGS = ("路", "大街", "东路", "西路", "南路", "北路", "大道")
"""Parts of the names that arteries get: common ones, not those of the real city."""


@dataclass(frozen=True, slots=True)
class Places:
    """Seats of counties and centres of towns on the plane [m], and the first character of each name."""

    seats: NDArray[np.float64]
    seat_names: Sequence[str]
    towns: NDArray[np.float64]
    town_names: Sequence[str]


@dataclass(slots=True)
class Streets:
    """The undirected streets while they get their class and name."""

    xy: NDArray[np.float64]
    pairs: NDArray[np.int64]
    length: NDArray[np.float64]
    road_class: NDArray[np.uint8]
    name_index: NDArray[np.int32]
    names: list[str] = field(default_factory=list)
    keys: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare to find a street by its ends."""
        self.keys = self.pairs[:, 0] * len(self.xy) + self.pairs[:, 1]

    def matrix(self) -> csr_matrix:
        """Return the lengths both ways, higher roads shortened so that routes keep to them, in [m]."""
        weight = np.where(self.road_class <= CODE["secondary"], REUSE, 1.0) * self.length
        u, v = self.pairs.T
        n = len(self.xy)
        return csr_matrix((np.r_[weight, weight], (np.r_[u, v], np.r_[v, u])), shape=(n, n))

    def upgrade(self, path: Sequence[int], road_class: int, name: str) -> None:
        """Give the streets along a path of nodes this class and name, unless they are higher."""
        if len(path) < 2:
            return
        u, v = np.array(path[:-1]), np.array(path[1:])
        key = np.minimum(u, v) * len(self.xy) + np.maximum(u, v)
        rows = np.searchsorted(self.keys, key)
        rows = rows[self.road_class[rows] > road_class]
        self.road_class[rows] = road_class
        if name and len(rows):
            self.name_index[rows] = len(self.names)
            self.names.append(name)


def class_streets(streets: Streets, places: Places, rng: np.random.Generator) -> None:
    """Class and name the streets in place."""
    streets.road_class[:] = np.where(
        streets.length < RESIDENTIAL_M, CODE["residential"], CODE["unclassified"]
    )
    tree = cKDTree(streets.xy)
    seats, towns = tree.query(places.seats)[1], tree.query(places.towns)[1]
    trunks = [
        (a, b, _joint(places.seat_names[a], places.seat_names[b]))
        for a, b in _neighbours(places.seats, 3)
    ]
    _route(streets, seats, trunks, CODE["trunk"])
    gap = np.hypot(*(places.towns[:, None] - places.towns[None]).transpose(2, 0, 1))
    near = _neighbours(places.towns, 3)
    arteries = iter(_artery_names(rng))
    urban = [(a, b, next(arteries, "")) for a, b in near if gap[a, b] < URBAN_GAP_M]
    rural = [
        (a, b, _joint(places.town_names[a], places.town_names[b]))
        for a, b in near
        if gap[a, b] >= URBAN_GAP_M
    ]
    _route(streets, towns, urban, CODE["primary"])
    _route(streets, towns, rural, CODE["secondary"])
    _reach_villages(streets, rng)


def straighten(streets: Streets, is_fixed: NDArray[np.bool_]) -> None:
    """Draw the larger roads straighter, in place; fixed junctions and forks stay where they are."""
    rows = np.flatnonzero(streets.road_class <= CODE["secondary"])
    u, v = streets.pairs[rows].T
    nodes = len(streets.xy)
    degree = np.bincount(u, minlength=nodes) + np.bincount(v, minlength=nodes)
    moves = np.flatnonzero((degree == 2) & ~is_fixed)
    start, xy = streets.xy[moves], streets.xy.copy()
    for _ in range(ROUNDS):
        total = np.zeros_like(xy)
        np.add.at(total, u, xy[v])
        np.add.at(total, v, xy[u])
        step = (xy[moves] + total[moves] / 2) / 2 - start
        far = np.maximum(np.hypot(*step.T), SHIFT_M)
        xy[moves] = start + step * (SHIFT_M / far)[:, None]
    streets.xy = xy
    streets.length = np.hypot(*(xy[streets.pairs[:, 0]] - xy[streets.pairs[:, 1]]).T)


def _joint(one: str, other: str) -> str:
    return f"{one}{other}路" if one != other else f"{one}中路"


def _artery_names(rng: np.random.Generator) -> Iterable[str]:
    names = [f"{stem}{ending}" for ending in ENDINGS for stem in ARTERIES]
    return [names[i] for i in rng.permutation(len(names))]


def _neighbours(xy: NDArray[np.float64], count: int) -> list[tuple[int, int]]:
    """Return each place with its nearest ones, each pair once, in a fixed order."""
    if len(xy) < 2:
        return []
    _, near = cKDTree(xy).query(xy, k=min(count + 1, len(xy)))
    pairs = {(min(a, b), max(a, b)) for a, row in enumerate(near.tolist()) for b in row if a != b}
    return sorted(pairs)


def _route(
    streets: Streets,
    nodes: NDArray[np.intp],
    wanted: Sequence[tuple[int, int, str]],
    road_class: int,
) -> None:
    """Find the shortest way for every wanted pair of places and upgrade it."""
    matrix = streets.matrix()
    by_start: dict[int, list[tuple[int, str]]] = {}
    for a, b, name in wanted:
        by_start.setdefault(a, []).append((b, name))
    for a, ends in by_start.items():
        reach = max(
            float(np.hypot(*(streets.xy[nodes[a]] - streets.xy[nodes[b]]))) for b, _ in ends
        )
        far, before = dijkstra(
            matrix,
            indices=int(nodes[a]),
            return_predecessors=True,
            limit=SEARCH_FACTOR * reach + 5_000.0,
        )
        for b, name in ends:
            if np.isfinite(far[nodes[b]]):
                streets.upgrade(_path(before, int(nodes[b])), road_class, name)


def _reach_villages(streets: Streets, rng: np.random.Generator) -> None:
    """Join one junction in `NODES_A_VILLAGE` to the nearest higher road by a tertiary road."""
    on_route = np.unique(streets.pairs[streets.road_class <= CODE["secondary"]])
    if len(on_route) == 0:
        return
    _, before, _ = dijkstra(
        streets.matrix(), indices=on_route, min_only=True, return_predecessors=True
    )
    nodes = len(streets.xy)
    count = max(1, nodes // NODES_A_VILLAGE)
    for village in rng.choice(nodes, count, replace=False).tolist():
        streets.upgrade(_path(before, village), CODE["tertiary"], "")


def _path(before: NDArray[np.int32], end: int) -> list[int]:
    """Follow predecessors from the end of a route to its start."""
    path = [end]
    while (node := int(before[path[-1]])) >= 0:
        path.append(node)
    return path
