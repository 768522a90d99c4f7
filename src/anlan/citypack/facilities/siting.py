"""Where facilities stand: inside the real polygon, where people live, beside a road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from anlan.citypack.divisions import METRES_PER_DEGREE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from anlan.citypack.divisions import Division
    from anlan.citypack.population import Population
    from anlan.citypack.roads import Roads

__all__ = ["Siting"]

BESIDE_M = (15.0, 60.0)
"""A facility stands so far from a junction. [m]"""

CANDIDATES = 6
"""Facilities that keep apart are the best of so many candidates. [-]"""

URBAN, MIXED, RURAL = 1.0, 0.6, -0.7
"""Power of the people of a cell that decides where a kind of facility stands. [-]"""


@dataclass(frozen=True, slots=True)
class Pool:
    """Places of one county where something can be built, and the people around each."""

    lonlat: NDArray[np.float64]
    people: NDArray[np.float64]
    boundary: shapely.MultiPolygon


class Siting:
    """Draws places in counties; every place is used once."""

    def __init__(
        self,
        divisions: Sequence[Division],
        population: Population,
        roads: Roads,
        rng: np.random.Generator,
    ) -> None:
        self.rng = rng
        self.shrink = float(
            np.cos(np.radians(np.mean(population.lat))) if len(population.lat) else 1.0
        )
        cells = np.c_[population.lon, population.lat]
        people = population.people.astype(np.float64)
        tree = cKDTree(self._plane(cells))
        nodes = np.c_[roads.node_lon, roads.node_lat]
        self.pools: dict[str, Pool] = {}
        for division in divisions:
            if division.boundary is None or (division.level == "city" and len(divisions) > 1):
                continue
            shapely.prepare(division.boundary)
            lonlat = nodes[shapely.contains_xy(division.boundary, *nodes.T)]
            if len(lonlat) == 0:  # an extract that does not reach this county
                lonlat = cells[shapely.contains_xy(division.boundary, *cells.T)]
            if len(lonlat) == 0:
                point = division.boundary.representative_point()
                lonlat = np.array([[point.x, point.y]])
            _, nearest = tree.query(self._plane(lonlat))
            self.pools[division.code] = Pool(lonlat, people[nearest], division.boundary)

    def draw(
        self, county: str, count: int, *, crowd: float = URBAN, apart: bool = False
    ) -> list[tuple[float, float]]:
        """Return places in a county: longitude and latitude, in [deg].

        Parameters
        ----------
        county : str
            Its twelve-digit code; a zone without a boundary has no places of its own. [-]
        count : int
            How many. [-]
        crowd : float
            1 where people are, 0 anywhere, below 0 away from them. [-]
        apart : bool
            Whether they keep away from each other. [-]
        """
        pool = self.pools[county]
        weight = np.maximum(pool.people, 1.0) ** crowd
        wanted = count * (CANDIDATES if apart else 1)
        rows = self.rng.choice(len(weight), wanted, p=weight / weight.sum())
        if apart:
            rows = self._spread(pool.lonlat, rows, count)
        return self._beside(pool, rows)

    def near(
        self, lon: float, lat: float, count: int, *, within_m: tuple[float, float]
    ) -> list[tuple[float, float]]:
        """Return places at a distance from a point, in the same county as the point."""
        pool = next(p for p in self.pools.values() if p.boundary.contains(shapely.Point(lon, lat)))
        found: list[tuple[float, float]] = []
        while len(found) < count:
            angle = self.rng.uniform(0, 2 * np.pi)
            reach = self.rng.uniform(*within_m)
            step = reach / METRES_PER_DEGREE
            x = lon + step * np.cos(angle) / self.shrink
            y = lat + step * np.sin(angle)
            if pool.boundary.contains(shapely.Point(x, y)):
                found.append((round(float(x), 6), round(float(y), 6)))
        return found

    def people_within(self, lon: float, lat: float, radius_m: float, population: Population) -> int:
        """Return how many people live within a radius, in cells whose centre lies in it."""
        gap = np.hypot((population.lon - lon) * self.shrink, population.lat - lat)
        return int(population.people[gap * METRES_PER_DEGREE <= radius_m].sum())

    def _plane(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(lonlat * np.array([self.shrink, 1.0]))

    def _spread(
        self, lonlat: NDArray[np.float64], rows: NDArray[np.intp], count: int
    ) -> NDArray[np.intp]:
        """Choose, one after the other, the candidate farthest from all chosen."""
        chosen = np.empty(count, dtype=np.intp)
        xy = self._plane(lonlat)
        for i in range(count):
            candidates = rows[i * CANDIDATES : (i + 1) * CANDIDATES]
            if i == 0:
                chosen[0] = candidates[0]
                continue
            gap = np.linalg.norm(xy[candidates][:, None] - xy[chosen[:i]][None], axis=2)
            chosen[i] = candidates[gap.min(axis=1).argmax()]
        return chosen

    def _beside(self, pool: Pool, rows: NDArray[np.intp]) -> list[tuple[float, float]]:
        angle = self.rng.uniform(0, 2 * np.pi, len(rows))
        step = self.rng.uniform(*BESIDE_M, len(rows)) / METRES_PER_DEGREE
        lonlat = pool.lonlat[rows]
        moved = lonlat + np.c_[step * np.cos(angle) / self.shrink, step * np.sin(angle)]
        inside = shapely.contains_xy(pool.boundary, *moved.T)
        places = np.where(inside[:, None], moved, lonlat)
        return [(round(x, 6), round(y, 6)) for x, y in places.tolist()]
