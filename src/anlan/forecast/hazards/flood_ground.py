"""The ground under a flood: an uploaded grid, the terrain of the city pack, or an invented one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from anlan.forecast.ground import (
    FIELD,
    city_terrain_around,
    invented_terrain,
    rivers_of_city,
    terrain_fault,
)
from anlan.forecast.refusals import refused
from anlan.forecast.types import Assumption
from anlan.science.common.local import to_metres
from anlan.science.flood.terrain import read_terrain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.citypack.rivers import River
    from anlan.forecast.setting import Setting
    from anlan.science.flood.terrain import TerrainGrid

__all__ = ["Ground", "flood_ground"]

WIDTHS: Final = {"major": 300.0, "minor": 45.0}
"""Half of the channel by rank of a river: water there is no flood. Platform default. [m]"""

HINT: Final = "上传本地高程（ESRI ASCII），或把 terrain.tif 放进城市数据包"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """A grid of the ground, where rivers run in it, and what was assumed about it."""

    grid: TerrainGrid
    river: NDArray[np.bool_]
    assumptions: tuple[Assumption, ...]
    shortfalls: tuple[str, ...]

    @property
    def lon(self) -> NDArray[np.float64]:
        """Longitude of the columns. [deg]."""
        return np.asarray(self.grid.lonlat()[0][0])

    @property
    def lat(self) -> NDArray[np.float64]:
        """Latitude of the rows. [deg]."""
        return np.asarray(self.grid.lonlat()[1][:, 0])


def flood_ground(setting: Setting, *, width: float, cell_size: float) -> Ground:
    """Return the ground of a square around the place of a run.

    Parameters
    ----------
    width, cell_size
        Side of the square and of its cells, in metres.

    Raises
    ------
    ScenarioError
        If an uploaded grid cannot be read or does not cover the square.
    """
    rivers = rivers_of_city(setting.city)
    grid = _grid(setting, rivers, width, cell_size)
    assumed, lacking = [], []
    if grid.synthetic:
        assumed.append(
            Assumption(
                field=f"scenario.{FIELD}",
                title="地形",
                value="示例数据",
                unit="",
                basis=f"合成地形，不是实测高程；{HINT}",
            )
        )
        lacking.append(f"地形为示例数据，淹没位置不可用于决策；{HINT}")
        if fault := terrain_fault(setting.city):
            lacking.append(fault)
    if grid.filled:
        lacking.append(f"高程缺 {grid.filled:.0%}，按最近点补齐")
    return Ground(
        grid=grid,
        river=_river_mask(grid, rivers),
        assumptions=tuple(assumed),
        shortfalls=tuple(lacking),
    )


def _grid(
    setting: Setting, rivers: tuple[River, ...], width: float, cell_size: float
) -> TerrainGrid:
    """Return the uploaded ground, else that of the city, else an invented one."""
    place, text = setting.place, setting.files.get(FIELD, "")
    if text.strip():
        with refused(f"scenario.{FIELD}", text[:40], "为 ESRI ASCII 高程网格"):
            terrain = read_terrain(text.encode(), name="上传的高程")
        with refused(f"scenario.{FIELD}", f"{place.lon:g},{place.lat:g}", "覆盖计算范围"):
            return terrain.around(place.lon, place.lat, width=width, cell_size=cell_size)
    own = city_terrain_around(setting, width=width, cell_size=cell_size)
    if own is not None:
        return own
    invented = invented_terrain(rivers)
    return invented.around(place.lon, place.lat, width=width, cell_size=cell_size)


def _river_mask(grid: TerrainGrid, rivers: tuple[River, ...]) -> NDArray[np.bool_]:
    """Tell which cells are river: within half its width, or half a cell where that is more."""
    lon, lat = grid.lonlat()
    east, north = to_metres(lon, lat, lon0=grid.lon0, lat0=grid.lat0)
    mask = np.zeros(grid.elevation.shape, dtype=bool)
    reach = math.hypot(*grid.elevation.shape) * grid.cell_size / 2.0
    for river in rivers:
        line = shapely.get_coordinates(river.line)
        x, y = to_metres(line[:, 0], line[:, 1], lon0=grid.lon0, lat0=grid.lat0)
        course = shapely.LineString(np.column_stack([x, y]))
        half = max(WIDTHS.get(river.rank, WIDTHS["minor"]), grid.cell_size / 2.0)
        if shapely.distance(course, shapely.Point(0.0, 0.0)) <= reach + half:
            channel = shapely.buffer(course, half)
            shapely.prepare(channel)
            mask |= shapely.contains_xy(channel, east, north)
    return mask
