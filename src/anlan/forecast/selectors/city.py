"""The city pack as models see it: people, districts, roads. Read once for each state of the files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.citypack import CityPack, NotAPack
from anlan.forecast.districts import District
from anlan.forecast.exposure import PeopleGrid
from anlan.forecast.setting import RoadLines

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["CitySurroundings", "city_surroundings", "pack_source", "pack_state"]

FILES = ("city.toml", "population.npz", "roads.npz", "divisions.geojson")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CitySurroundings:
    """What the pack gives to models, and what is missing in words."""

    people: PeopleGrid | None = None
    districts: tuple[District, ...] = ()
    roads: RoadLines | None = None
    missing: tuple[str, ...] = ()


def city_surroundings(path: Path) -> CitySurroundings:
    """Return the pack in a folder; without one, say what is missing."""
    return _read(path, pack_state(path))


def pack_state(path: Path) -> tuple[int, ...]:
    """Return what tells one state of the pack from another: the times of its files."""
    files = [path / name for name in FILES]
    return tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)


def pack_source(pack: CityPack, part: str, title: str) -> str:
    """Return where a part of the pack comes from, in words."""
    return f"{title}（{pack.info.synthetic.get(part) or '城市数据包'}）"


@lru_cache(maxsize=2)
def _read(path: Path, _state: tuple[int, ...]) -> CitySurroundings:
    try:
        pack = CityPack.open(path)
    except NotAPack as error:
        return CitySurroundings(missing=(str(error),))
    population, roads = pack.population, pack.roads
    people = PeopleGrid(
        lon=population.lon,
        lat=population.lat,
        people=population.people.astype(np.float64),
        cell_lon=_step(population.lon),
        cell_lat=_step(population.lat),
        source=pack_source(pack, "population", "人口网格"),
    )
    lines = RoadLines(
        lon_from=roads.node_lon[roads.edge_from],
        lat_from=roads.node_lat[roads.edge_from],
        lon_to=roads.node_lon[roads.edge_to],
        lat_to=roads.node_lat[roads.edge_to],
        metres=roads.length_m.astype(np.float64),
        source=pack_source(pack, "roads", "路网"),
    )
    districts = tuple(
        District(
            code=d.code,
            name=d.name,
            area=d.boundary,
            people=d.population,
            people_source=d.population_source,
        )
        for d in pack.divisions
        if d.level == "county" and d.boundary is not None
    )
    return CitySurroundings(people=people, districts=districts, roads=lines)


def _step(values: NDArray[np.float64]) -> float:
    """Return the width of a cell: the commonest distance between neighbouring centres."""
    gaps = np.diff(np.unique(np.round(values, 7)))
    gaps = gaps[gaps > 1e-6]
    return float(np.median(gaps)) if gaps.size else 0.005
