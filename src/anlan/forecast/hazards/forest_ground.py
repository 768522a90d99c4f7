"""The ground of a forest fire: slopes, what does not burn, a proposed firebreak as cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely.geometry import LineString

from anlan.forecast.ground import ground_around, rivers_of_city
from anlan.forecast.scenarios import ScenarioError
from anlan.science.common.local import to_lonlat, to_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.forecast.setting import Setting
    from anlan.science.flood.terrain import TerrainGrid

__all__ = ["FireGround", "fire_ground", "firebreak_line", "firebreak_points", "lonlat_of"]

BUILT_UP: Final = 3000.0
"""From this density people live in streets, not in forest. Platform default, 待确认. [1/km2]"""

RIVER_HALF: Final = {"major": 150.0, "minor": 15.0}
"""Half of the width of a river. Platform default. [m]"""

LONGEST: Final = 50_000.0
"""Longest firebreak. [m]"""

STEEPEST: Final = 60.0
"""End of the range of the spread model. [deg]"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FireGround:
    """A square around the place of the fire.

    Parameters
    ----------
    terrain
        Heights, row 0 in the south.
    slope_deg, uphill_deg
        Steepest slope and the direction of its ascent, clockwise from north. [deg]
    barrier
        Cells that do not burn.
    notes
        What they are, in Chinese.
    """

    terrain: TerrainGrid
    slope_deg: NDArray[np.float64]
    uphill_deg: NDArray[np.float64]
    barrier: NDArray[np.bool_]
    notes: tuple[str, ...]

    @property
    def centre(self) -> tuple[int, int]:
        """Row and column of the place of the fire."""
        rows, columns = self.barrier.shape
        return rows // 2, columns // 2

    def along(self, line: LineString, half_width: float) -> NDArray[np.bool_]:
        """Return the cells that a line in metres east and north of the place touches.

        Parameters
        ----------
        half_width
            Half of its width; it is drawn at least a whole cell wide. [m]
        """
        side = self.terrain.cell_size
        rows, columns = self.barrier.shape
        reach = max(half_width, 0.75 * side)
        found = np.zeros(self.barrier.shape, dtype=bool)
        west, south, east, north = line.buffer(reach).bounds
        i0 = max(int(np.floor(west / side + columns / 2)), 0)
        i1 = min(int(np.ceil(east / side + columns / 2)) + 1, columns)
        j0 = max(int(np.floor(south / side + rows / 2)), 0)
        j1 = min(int(np.ceil(north / side + rows / 2)) + 1, rows)
        if i0 >= i1 or j0 >= j1:
            return found
        x = (np.arange(i0, i1) + 0.5 - columns / 2) * side
        y = (np.arange(j0, j1) + 0.5 - rows / 2) * side
        points = shapely.points(*np.meshgrid(x, y))
        shapely.prepare(line)
        found[j0:j1, i0:i1] = shapely.dwithin(points, line, reach)
        return found


def fire_ground(
    setting: Setting, *, width: float, cell_size: float, roads_hold: bool
) -> FireGround:
    """Return slopes and barriers around the place.

    Parameters
    ----------
    width, cell_size
        Side of the square and of its cells. [m]
    roads_hold
        Whether roads stop the fire.
    """
    terrain = ground_around(setting, width=width, cell_size=cell_size)
    north, east = np.gradient(terrain.elevation, terrain.cell_size)
    slope = np.minimum(np.degrees(np.arctan(np.hypot(north, east))), STEEPEST)
    uphill = np.degrees(np.arctan2(east, north)) % 360.0
    ground = FireGround(
        terrain=terrain,
        slope_deg=slope,
        uphill_deg=uphill,
        barrier=np.zeros(slope.shape, dtype=bool),
        notes=(),
    )
    notes = []
    barrier = ground.barrier
    square = shapely.box(-width / 2, -width / 2, width / 2, width / 2)
    rivers = 0
    for river in rivers_of_city(setting.city):
        course = _flat(np.asarray(river.line.coords)[:, :2], setting).intersection(square)
        for part in shapely.get_parts(course):
            if isinstance(part, LineString) and not part.is_empty:
                barrier |= ground.along(part, RIVER_HALF.get(river.rank, 15.0))
                rivers += 1
    if rivers:
        notes.append("河流按阻隔计")
    if (streets := _built_up(ground, setting)).any():
        barrier |= streets
        notes.append(f"人口密度 {BUILT_UP:g} 人/km² 以上的建成区不按林地蔓延（平台默认，待确认）")
    if roads_hold and (paved := _roads(ground, setting)).any():
        barrier |= paved
        notes.append("道路按阻隔计（整格）")
    row, column = ground.centre
    barrier[row - 1 : row + 2, column - 1 : column + 2] = False  # it burns there, they say
    return FireGround(
        terrain=terrain, slope_deg=slope, uphill_deg=uphill, barrier=barrier, notes=tuple(notes)
    )


def firebreak_points(text: str) -> list[tuple[float, float]]:
    """Read a firebreak: `经度,纬度; 经度,纬度; …`, at least two points.

    Raises
    ------
    ScenarioError
        Naming the point that is wrong.
    """
    points = []
    rule = "为以分号隔开的“经度,纬度”，至少两点，如 117.45,36.76; 117.47,36.77"
    for part in text.replace("；", ";").replace("，", ",").split(";"):
        if not part.strip():
            continue
        try:
            lon, lat = (float(v) for v in part.split(","))
        except ValueError:
            raise ScenarioError("scenario.firebreak", rule, part.strip()) from None
        if not (-180 <= lon <= 180 and -80 <= lat <= 80):
            raise ScenarioError("scenario.firebreak", rule, part.strip())
        points.append((lon, lat))
    if len(points) < 2:
        raise ScenarioError("scenario.firebreak", rule, text.strip())
    return points


def firebreak_line(points: list[tuple[float, float]], setting: Setting) -> LineString:
    """Return a firebreak in metres east and north of the place.

    Raises
    ------
    ScenarioError
        If it is implausibly long.
    """
    line = _flat(np.array(points), setting)
    if line.length > LONGEST:
        raise ScenarioError(
            "scenario.firebreak",
            f"不长于 {LONGEST / 1000:g} km",
            f"{line.length / 1000:.0f} km",
        )
    return line


def _flat(lonlat: NDArray[np.float64], setting: Setting) -> LineString:
    place = setting.place
    east, north = to_metres(lonlat[:, 0], lonlat[:, 1], lon0=place.lon, lat0=place.lat)
    return LineString(np.column_stack([east, north]))


def _built_up(ground: FireGround, setting: Setting) -> NDArray[np.bool_]:
    """Return the cells where people live in streets."""
    found = np.zeros(ground.barrier.shape, dtype=bool)
    people = setting.people
    if people is None:
        return found
    rows, columns = ground.terrain.elevation.shape
    side = ground.terrain.cell_size
    place = setting.place
    km2 = people.cell_lon * people.cell_lat * 111.195**2 * float(np.cos(np.radians(place.lat)))
    dense = np.flatnonzero(people.people / km2 >= BUILT_UP)
    east, north = to_metres(people.lon[dense], people.lat[dense], lon0=place.lon, lat0=place.lat)
    half_east = people.cell_lon / 2 * 111_195.0 * float(np.cos(np.radians(place.lat)))
    half_north = people.cell_lat / 2 * 111_195.0
    edge = side * rows / 2
    near = (np.abs(east) < edge + half_east) & (np.abs(north) < edge + half_north)
    for x, y in zip(east[near], north[near], strict=True):
        i0, i1 = (round((x + s * half_east) / side + columns / 2) for s in (-1, 1))
        j0, j1 = (round((y + s * half_north) / side + rows / 2) for s in (-1, 1))
        found[max(j0, 0) : max(j1, 0), max(i0, 0) : max(i1, 0)] = True
    return found


def _roads(ground: FireGround, setting: Setting) -> NDArray[np.bool_]:
    """Return the cells that a road crosses."""
    found = np.zeros(ground.barrier.shape, dtype=bool)
    roads, place = setting.roads, setting.place
    if roads is None:
        return found
    rows, columns = ground.terrain.elevation.shape
    side = ground.terrain.cell_size
    edge = side * rows / 2
    at = {"lon0": place.lon, "lat0": place.lat}
    x0, y0 = to_metres(roads.lon_from, roads.lat_from, **at)
    x1, y1 = to_metres(roads.lon_to, roads.lat_to, **at)
    near = np.flatnonzero(
        (np.minimum(x0, x1) < edge)
        & (np.maximum(x0, x1) > -edge)
        & (np.minimum(y0, y1) < edge)
        & (np.maximum(y0, y1) > -edge)
    )
    for k in near:
        steps = max(2, int(np.hypot(x1[k] - x0[k], y1[k] - y0[k]) / (0.4 * side)) + 1)
        share = np.linspace(0.0, 1.0, steps)
        i = np.floor((x0[k] + share * (x1[k] - x0[k])) / side + columns / 2).astype(int)
        j = np.floor((y0[k] + share * (y1[k] - y0[k])) / side + rows / 2).astype(int)
        inside = (i >= 0) & (i < columns) & (j >= 0) & (j < rows)
        found[j[inside], i[inside]] = True
    return found


def lonlat_of(ground: FireGround) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes of the columns and latitudes of the rows, in degrees."""
    rows, columns = ground.barrier.shape
    side = ground.terrain.cell_size
    lon, lat = to_lonlat(
        (np.arange(columns) + 0.5 - columns / 2) * side,
        (np.arange(rows) + 0.5 - rows / 2) * side,
        lon0=ground.terrain.lon0,
        lat0=ground.terrain.lat0,
    )
    return lon, lat
