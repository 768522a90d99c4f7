"""The city pack as packages see it: what models see, and the road network that units drive on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from anlan.citypack import CityPack, NotAPack
from anlan.forecast.selectors.city import city_surroundings, pack_source, pack_state
from anlan.support.transport.network import RoadNetwork

if TYPE_CHECKING:
    from pathlib import Path

    from anlan.forecast.districts import District
    from anlan.forecast.exposure import PeopleGrid
    from anlan.forecast.setting import RoadLines

__all__ = ["CityData", "city_data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityData:
    """What the pack gives, and what is missing in words."""

    code: str = ""
    name: str = ""
    people: PeopleGrid | None = None
    network: RoadNetwork | None = None
    roads: RoadLines | None = None
    path: Path | None = None
    districts: tuple[District, ...] = ()
    missing: tuple[str, ...] = ()
    about: dict[str, str] | None = None


def city_data(path: Path) -> CityData:
    """Return the pack in a folder; without one, say what is missing."""
    return _read(path, pack_state(path))


@lru_cache(maxsize=2)
def _read(path: Path, _state: tuple[int, ...]) -> CityData:
    around = city_surroundings(path)
    try:
        pack = CityPack.open(path)
    except NotAPack:
        return CityData(missing=around.missing)
    return CityData(
        code=pack.info.code,
        name=pack.info.name,
        people=around.people,
        roads=around.roads,
        path=path,
        network=RoadNetwork(pack.roads, source=pack_source(pack, "roads", "路网")),
        districts=around.districts,
        about={"code": pack.info.code, "built_at": pack.info.built_at.isoformat()},
    )
