"""The ground under a run: uploaded with it, of the city, or invented and marked so."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import ndimage

from anlan.citypack import CityPack, NotAPack
from anlan.citypack.pack import terrain_file
from anlan.forecast.refusals import in_chinese, refused
from anlan.science.flood.synthetic import RiverCourse, SyntheticTerrain
from anlan.science.flood.terrain import NotATerrainError, Terrain, read_terrain

if TYPE_CHECKING:
    from pathlib import Path

    from anlan.citypack.rivers import River
    from anlan.forecast.setting import Setting
    from anlan.science.flood.terrain import TerrainGrid

__all__ = [
    "FIELD",
    "city_terrain_around",
    "ground_around",
    "invented_terrain",
    "rivers_of_city",
    "terrain_fault",
]

FIELD: Final = "terrain"
"""Key of the uploaded ground: an ESRI ASCII grid in WGS 84."""

COARSE: Final = 100
"""Cells along a side that are computed of invented ground."""


def ground_around(setting: Setting, *, width: float, cell_size: float) -> TerrainGrid:
    """Return the ground around the place: uploaded, else of the city, else invented.

    Parameters
    ----------
    width
        Side of the square. [m]
    cell_size
        Side of a cell. [m]

    Raises
    ------
    ScenarioError
        If what was uploaded is no terrain, or does not hold the place.
    """
    place = setting.place
    uploaded = setting.files.get(FIELD)
    if uploaded:
        rule = "为覆盖事发地的经纬度 ESRI ASCII 高程网格"
        with refused(f"scenario.{FIELD}", uploaded[:60], rule):
            ground = read_terrain(uploaded.encode(), name="上传的高程")
            return ground.around(place.lon, place.lat, width=width, cell_size=cell_size)
    own = city_terrain_around(setting, width=width, cell_size=cell_size)
    if own is not None:
        return own
    return _invented(rivers_of_city(setting.city), place.lon, place.lat, width, cell_size)


def city_terrain_around(setting: Setting, *, width: float, cell_size: float) -> TerrainGrid | None:
    """Return the city's own heights around the place; None where it has none or they end there."""
    own = _terrain_of_city(setting.city)
    if own is None:
        return None
    try:
        return own.around(setting.place.lon, setting.place.lat, width=width, cell_size=cell_size)
    except ValueError:  # the place lies at its edge: rather invented than half missing
        return None


def rivers_of_city(city: Path | None) -> tuple[River, ...]:
    """Return the rivers of a city pack; none without a pack."""
    if city is None:
        return ()
    file = city / "rivers.geojson"
    return _rivers(city, file.stat().st_mtime_ns if file.is_file() else 0)


@lru_cache(maxsize=4)
def _rivers(city: Path, _state: int) -> tuple[River, ...]:
    try:
        return tuple(CityPack.open(city).rivers)
    except NotAPack:
        return ()


def _terrain_of_city(city: Path | None) -> Terrain | None:
    """Return the ground of a city pack; None where it has none, or none that can be read."""
    held = _held(city)
    return held if isinstance(held, Terrain) else None


def terrain_fault(city: Path | None) -> str:
    """Say why the ground of a city pack was not used; nothing where it has none, or a good one."""
    held = _held(city)
    return held if isinstance(held, str) else ""


def _held(city: Path | None) -> Terrain | str | None:
    file = terrain_file(city) if city else None
    return None if file is None else _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(file: Path, _state: int) -> Terrain | str:
    try:
        return read_terrain(file)
    except NotATerrainError as error:
        return f"城市数据包的 {file.name} 读不出（{in_chinese(error)}），请联系系统管理员更换"


@lru_cache(maxsize=8)
def _invented(
    rivers: tuple[River, ...], lon: float, lat: float, width: float, cell_size: float
) -> TerrainGrid:
    """Return invented ground; it is smooth, so a coarse grid of it is drawn finer.

    Kept, because the members of an ensemble stand on the same ground.
    """
    fine = max(2, round(width / cell_size))
    step = max(1, fine // COARSE)
    coarse = invented_terrain(rivers).around(
        lon, lat, width=fine * cell_size, cell_size=step * cell_size
    )
    share = fine / len(coarse.elevation)
    drawn = ndimage.zoom(coarse.elevation, share, order=1, mode="nearest", grid_mode=True)
    drawn.flags.writeable = False
    return replace(coarse, elevation=drawn, cell_size=width / fine)


@lru_cache(maxsize=2)
def invented_terrain(rivers: tuple[River, ...]) -> SyntheticTerrain:
    """Return the ground that is invented around rivers: the same for the same rivers."""
    courses = [
        RiverCourse(points=np.asarray(r.line.coords)[:, :2], major=r.rank == "major")
        for r in rivers
    ]
    return SyntheticTerrain(rivers=courses, seed=1)
