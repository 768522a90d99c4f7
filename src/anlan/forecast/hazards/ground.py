"""The ground under a flood: an uploaded grid, the terrain of the city pack, or an invented one."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from anlan.forecast.refusals import in_chinese
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Assumption
from anlan.science.common.local import to_metres
from anlan.science.flood.synthetic import RiverCourse, SyntheticTerrain
from anlan.science.flood.terrain import NotATerrainError, Terrain, read_terrain

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Place
    from anlan.science.flood.terrain import TerrainGrid

__all__ = ["Ground", "ground_around"]

TERRAIN_FILES: Final = ("terrain.tif", "terrain.tiff", "terrain.asc")
"""Names under which a city pack holds its terrain."""

RIVERS: Final = "rivers.geojson"
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


def ground_around(
    setting: Setting, place: Place, *, width: float, cell_size: float, key: str = "terrain"
) -> Ground:
    """Return the ground of a square around a place.

    Parameters
    ----------
    width, cell_size
        Side of the square and of its cells, in metres.
    key
        Field of an uploaded grid.

    Raises
    ------
    ScenarioError
        If an uploaded grid cannot be read or does not cover the square.
    """
    text = setting.files.get(key, "")
    terrain = _uploaded(text, key) if text.strip() else _of_city(setting.city)
    try:
        grid = terrain.around(place.lon, place.lat, width=width, cell_size=cell_size)
    except ValueError as error:
        if text.strip():
            raise ScenarioError(
                f"scenario.{key}",
                f"覆盖计算范围（{in_chinese(error)}）",
                f"{place.lon:g},{place.lat:g}",
            ) from None
        grid = _invented(setting.city, _state(setting.city)).around(
            place.lon, place.lat, width=width, cell_size=cell_size
        )
    assumed, lacking = [], []
    if grid.synthetic:
        assumed.append(
            Assumption(
                field=f"scenario.{key}",
                title="地形",
                value="示例数据",
                unit="",
                basis=f"合成地形，不是实测高程；{HINT}",
            )
        )
        lacking.append(f"地形为示例数据，淹没位置不可用于决策；{HINT}")
    if grid.filled:
        lacking.append(f"高程缺 {grid.filled:.0%}，按最近点补齐")
    return Ground(
        grid=grid,
        river=_river_mask(grid, setting.city),
        assumptions=tuple(assumed),
        shortfalls=tuple(lacking),
    )


def _uploaded(text: str, key: str) -> Terrain:
    try:
        return read_terrain(text.encode(), name="上传的高程")
    except NotATerrainError as error:
        raise ScenarioError(
            f"scenario.{key}", f"为 ESRI ASCII 高程网格（{in_chinese(error)}）", text[:40]
        ) from None


def _of_city(city: Path | None) -> Terrain | SyntheticTerrain:
    """Return the terrain of the pack, else an invented one around its rivers."""
    for name in TERRAIN_FILES:
        if city is not None and (city / name).is_file():
            file = city / name
            return _read(file, file.stat().st_mtime_ns)
    return _invented(city, _state(city))


@lru_cache(maxsize=1)
def _read(file: Path, _state: int) -> Terrain:
    return read_terrain(file)


def _state(city: Path | None) -> int:
    file = city / RIVERS if city is not None else None
    return file.stat().st_mtime_ns if file is not None and file.is_file() else 0


@lru_cache(maxsize=2)
def _invented(city: Path | None, state: int) -> SyntheticTerrain:
    rivers = _rivers(city, state)
    return SyntheticTerrain(
        rivers=[RiverCourse(line, major=rank == "major") for line, rank in rivers], seed=1
    )


@lru_cache(maxsize=2)
def _rivers(city: Path | None, state: int) -> tuple[tuple[NDArray[np.float64], str], ...]:
    """Return the courses of the pack's rivers with their rank."""
    if city is None or not state:
        return ()
    document: dict[str, Any] = json.loads((city / RIVERS).read_text(encoding="utf-8"))
    return tuple(
        (np.array(f["geometry"]["coordinates"], dtype=np.float64), f["properties"]["rank"])
        for f in document["features"]
        if f["geometry"]["type"] == "LineString"
    )


def _river_mask(grid: TerrainGrid, city: Path | None) -> NDArray[np.bool_]:
    """Tell which cells are river: within half its width, or half a cell where that is more."""
    lon, lat = grid.lonlat()
    east, north = to_metres(lon, lat, lon0=grid.lon0, lat0=grid.lat0)
    mask = np.zeros(grid.elevation.shape, dtype=bool)
    reach = math.hypot(*grid.elevation.shape) * grid.cell_size / 2.0
    for line, rank in _rivers(city, _state(city)):
        x, y = to_metres(line[:, 0], line[:, 1], lon0=grid.lon0, lat0=grid.lat0)
        course = shapely.LineString(np.column_stack([x, y]))
        half = max(WIDTHS.get(rank, WIDTHS["minor"]), grid.cell_size / 2.0)
        if shapely.distance(course, shapely.Point(0.0, 0.0)) <= reach + half:
            channel = shapely.buffer(course, half)
            shapely.prepare(channel)
            mask |= shapely.contains_xy(channel, east, north)
    return mask
