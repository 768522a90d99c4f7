"""The city pack in memory: people, roads, districts. Read once for each state of the files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from anlan.citypack import CityPack, NotAPack
from anlan.forecast.districts import District
from anlan.forecast.exposure import PeopleGrid
from anlan.support.transport.network import RoadNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CityData", "city_data"]

FILES = ("city.toml", "population.npz", "roads.npz", "divisions.geojson")


@dataclass(frozen=True, slots=True, kw_only=True)
class CityData:
    """What the pack gives, and what is missing in words."""

    code: str = ""
    name: str = ""
    people: PeopleGrid | None = None
    network: RoadNetwork | None = None
    districts: tuple[District, ...] = ()
    missing: tuple[str, ...] = ()
    about: dict[str, str] | None = None


def city_data(path: Path) -> CityData:
    """Return the pack in a folder; without one, say what is missing."""
    return _read(str(path), _state(path))


def _state(path: Path) -> tuple[int, ...]:
    """Return what tells one state of the pack from another: the times of its files."""
    files = [path / name for name in FILES]
    return tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)


@lru_cache(maxsize=2)
def _read(path: str, _state: tuple[int, ...]) -> CityData:
    try:
        pack = CityPack.open(Path(path))
    except NotAPack as error:
        return CityData(missing=(str(error),))
    population = pack.population
    cell_lon, cell_lat = _step(population.lon), _step(population.lat)
    people = PeopleGrid(
        lon=population.lon,
        lat=population.lat,
        people=population.people.astype(np.float64),
        cell_lon=cell_lon,
        cell_lat=cell_lat,
        source=_source(pack, "population", "人口网格"),
    )
    network = RoadNetwork(pack.roads, source=_source(pack, "roads", "路网"))
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
    return CityData(
        code=pack.info.code,
        name=pack.info.name,
        people=people,
        network=network,
        districts=districts,
        about={"code": pack.info.code, "built_at": pack.info.built_at.isoformat()},
    )


def _step(values: NDArray[np.float64]) -> float:
    """Return the width of a cell: the commonest distance between neighbouring centres."""
    gaps = np.diff(np.unique(np.round(values, 7)))
    gaps = gaps[gaps > 1e-6]
    return float(np.median(gaps)) if gaps.size else 0.005


def _source(pack: CityPack, part: str, title: str) -> str:
    return f"{title}（{pack.info.synthetic.get(part) or '城市数据包'}）"
