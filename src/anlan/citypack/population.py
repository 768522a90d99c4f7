"""People on a grid. The totals are real, where they live inside a district is not.

The cells are about 500 m wide. Within a district the urban share of its people is drawn towards the
centres of its streets and towns, the rest is spread over the land with some unevenness; then whole people
are dealt out so that every district's sum is its census figure exactly. A development zone that
the census counts apart lies in cells of its host district: such a place has two rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from anlan.citypack.divisions import METRES_PER_DEGREE, area_km2, largest_remainder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from anlan.citypack.divisions import Division

__all__ = ["Population", "centres_of", "spread_people"]

CELL_M = 500.0
"""Width of a cell at scale 1, in [m]."""

TOWN_REACH_M = 1_600.0
"""Distance over which the density around a centre falls to 1/e, in [m]."""

ZONE_REACH_M = 6_000.0
"""How far from its centres the people of a development zone are placed at most, in [m]."""

SHARE_URBAN = 0.64
"""Urban share where none is known: that of China in 2020 (第七次全国人口普查公报（第七号）). [-]"""

TOWN_AREA_KM2 = 75.0
"""One synthetic centre for so much land where no town is known, in [km2]."""

KNOWN_TOWNS = 3
"""A district with fewer known centres than this gets synthetic ones. [-]"""


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """People on a grid, one row for a cell and division.

    Parameters
    ----------
    lon, lat : ndarray of float64
        Centre of the cell, WGS 84, in [deg].
    people : ndarray of int64
        Residents. [-]
    division_index : ndarray of int32
        Row of `division_codes`. [-]
    division_codes : ndarray of str
        Twelve-digit codes of the counties. [-]
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    people: NDArray[np.int64]
    division_index: NDArray[np.int32]
    division_codes: NDArray[np.str_]

    @property
    def total(self) -> int:
        """Return how many people live in the city."""
        return int(self.people.sum())

    def people_in(self, area: shapely.Geometry) -> int:
        """Return how many people live in cells whose centre lies in the area (WGS 84)."""
        return int(self.people[self._inside(area)].sum())

    def _inside(self, area: shapely.Geometry) -> NDArray[np.intp]:
        west, south, east, north = shapely.bounds(area)
        near = np.flatnonzero(
            (self.lon >= west) & (self.lon <= east) & (self.lat >= south) & (self.lat <= north)
        )
        shapely.prepare(area)
        return near[shapely.contains_xy(area, self.lon[near], self.lat[near])]


def spread_people(
    divisions: Sequence[Division], rng: np.random.Generator, *, scale: float = 1.0
) -> Population:
    """Place the people of all counties on a grid of about 500 m / sqrt(scale).

    Every county keeps its total exactly, at every scale.
    """
    counties = [d for d in divisions if d.population is not None and d.level != "township"]
    counties = [d for d in counties if d.level == "county"] or counties
    lon, lat, owner = _grid(counties, CELL_M / np.sqrt(scale))
    towns = centres_of(divisions, rng)
    columns: list[tuple[NDArray[np.intp], NDArray[np.int64], int]] = []
    for index, county in enumerate(counties):
        rows = np.flatnonzero(owner == index)
        if county.boundary is None:
            rows = _rows_of_zone(county, towns, lon, lat, owner, counties)
        weights = _weights(county, lon[rows], lat[rows], towns[county.code], rng)
        people = largest_remainder(weights, county.population or 0)
        columns.append((rows, people, index))
    place = np.concatenate([rows for rows, _, _ in columns])
    people = np.concatenate([share for _, share, _ in columns])
    division = np.concatenate([np.full(len(rows), index) for rows, _, index in columns])
    order = np.lexsort((division, lon[place], lat[place]))
    order = order[people[order] > 0]
    return Population(
        lon=lon[place][order],
        lat=lat[place][order],
        people=people[order],
        division_index=division[order].astype(np.int32),
        division_codes=np.array([county.code for county in counties]),
    )


def centres_of(
    divisions: Sequence[Division], rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """Return the centres of every county's streets and towns: longitude and latitude, in [deg].

    Where too few are known, synthetic ones are placed in the polygon.
    """
    known: dict[str, list[tuple[float, float]]] = {}
    boundaries = {d.code: d.boundary for d in divisions if d.boundary is not None}
    for d in divisions:
        if d.level == "township" and d.centre is not None:
            known.setdefault(f"{d.code[:6]}000000", []).append((d.centre.x, d.centre.y))
    found = {}
    for county in divisions:
        if county.level == "township" or (county.level == "city" and len(divisions) > 1):
            continue
        places = known.get(county.code, [])
        boundary = boundaries.get(county.code) or boundaries[county.host]
        wanted = 2 if county.boundary is None else round(area_km2(boundary) / TOWN_AREA_KM2)
        if len(places) < KNOWN_TOWNS or (county.boundary is not None and len(places) < wanted / 3):
            places = places + _scatter(boundary, int(np.clip(wanted, 2, 40)) - len(places), rng)
        found[county.code] = np.array(places)
    return found


def _scatter(
    boundary: shapely.MultiPolygon, count: int, rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Return points in a polygon that keep away from each other (best of eight candidates)."""
    west, south, east, north = boundary.bounds
    shapely.prepare(boundary)
    xy = rng.uniform((west, south), (east, north), (max(count, 1) * 400, 2))
    xy = xy[shapely.contains_xy(boundary, xy[:, 0], xy[:, 1])]
    if len(xy) == 0:
        point = boundary.representative_point()
        return [(point.x, point.y)]
    chosen = [xy[0]]
    pool = iter(xy[1:])
    while len(chosen) < count:
        candidates = np.array([c for c, _ in zip(pool, range(8), strict=False)])
        if len(candidates) == 0:
            break
        gaps = np.hypot(*(candidates[:, None, :] - np.array(chosen)).T).min(axis=0)
        chosen.append(candidates[np.argmax(gaps)])
    return [(round(float(x), 5), round(float(y), 5)) for x, y in chosen]


def _grid(
    counties: Sequence[Division], cell_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    """Return the cells of the counties' polygons: centre, and row of the county."""
    shapes = [c.boundary for c in counties]
    bounds = np.array([shapely.bounds(s) for s in shapes if s is not None])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    step_lat = cell_m / METRES_PER_DEGREE
    step_lon = step_lat / np.cos(np.radians((south + north) / 2))
    x = west + step_lon * (0.5 + np.arange(int(np.ceil((east - west) / step_lon))))
    y = south + step_lat * (0.5 + np.arange(int(np.ceil((north - south) / step_lat))))
    lons, lats, owners = [], [], []
    for index, shape in enumerate(shapes):
        if shape is None:
            continue
        w, s, e, n = shape.bounds
        gx, gy = np.meshgrid(x[(x >= w) & (x <= e)], y[(y >= s) & (y <= n)])
        shapely.prepare(shape)
        inside = shapely.contains_xy(shape, gx.ravel(), gy.ravel())
        here = np.c_[gx.ravel(), gy.ravel()][inside]
        if len(here) == 0:
            point = shape.representative_point()
            here = np.array([[point.x, point.y]])
        lons.append(here[:, 0])
        lats.append(here[:, 1])
        owners.append(np.full(len(here), index, dtype=np.int32))
    lon, lat = np.round(np.concatenate(lons), 6), np.round(np.concatenate(lats), 6)
    return lon, lat, np.concatenate(owners)


def _rows_of_zone(
    zone: Division,
    towns: dict[str, NDArray[np.float64]],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    owner: NDArray[np.int32],
    counties: Sequence[Division],
) -> NDArray[np.intp]:
    """Return the cells near the zone's centres, in the districts that hold one of them."""
    holders = {
        i
        for i, county in enumerate(counties)
        if county.boundary is not None
        and shapely.contains_xy(county.boundary, *towns[zone.code].T).any()
    }
    is_near = _distance_m(lon, lat, towns[zone.code]).min(axis=1) <= ZONE_REACH_M
    rows = np.flatnonzero(is_near & np.isin(owner, list(holders)))
    if len(rows):
        return rows
    host = next(i for i, county in enumerate(counties) if county.code == zone.host)
    return np.flatnonzero(owner == host)


def _weights(
    county: Division,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    towns: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    urban = SHARE_URBAN if county.share_urban is None else county.share_urban
    size = rng.lognormal(0.0, 0.4, len(towns))
    pull = (np.exp(-_distance_m(lon, lat, towns) / TOWN_REACH_M) * size).sum(axis=1) + 1e-12
    land = rng.lognormal(0.0, 0.9, len(lon))
    return np.asarray(urban * pull / pull.sum() + (1.0 - urban) * land / land.sum())


def _distance_m(
    lon: NDArray[np.float64], lat: NDArray[np.float64], towns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the distance of every cell from every centre, on a plane, in [m]."""
    east = (lon[:, None] - towns[:, 0]) * np.cos(np.radians(towns[:, 1]))
    north = lat[:, None] - towns[:, 1]
    return np.asarray(np.hypot(east, north) * METRES_PER_DEGREE)
