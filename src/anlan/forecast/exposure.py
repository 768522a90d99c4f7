"""Who and what lies inside an area: people by grid, facilities by kind. Pure, vectorised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from anlan.forecast.plain import drawn
from anlan.forecast.types import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.types import Footprint

__all__ = [
    "Facility",
    "PeopleGrid",
    "ZoneExposure",
    "cells_inside",
    "contains",
    "expose",
    "people_inside",
]

CELLS_CUT: Final = 5000
"""Up to so many cells are cut at the edge of the area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleGrid:
    """People on a grid: cell centres and sizes in degrees, people in each."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    people: NDArray[np.float64]
    cell_lon: float
    cell_lat: float
    source: str

    @property
    def total(self) -> float:
        """Return everybody."""
        return float(self.people.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A thing of the register that a package may name."""

    id: int
    kind: str
    name: str
    lon: float
    lat: float
    division: str = ""
    source: str = ""
    observed_at: datetime | None = None
    synthetic: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneExposure:
    """What lies inside one footprint. The range of people comes from the uncertain inputs."""

    key: str
    label: str
    people: Figure
    facilities: Mapping[str, tuple[Facility, ...]]
    possible: Mapping[str, tuple[Facility, ...]]
    """Facilities outside the likeliest area but inside the envelope."""


def contains(
    area: BaseGeometry, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell for each point whether it lies inside; points outside the box cost nothing."""
    inside = np.zeros(lon.shape, dtype=bool)
    if area.is_empty:
        return inside
    west, south, east, north = area.bounds
    near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    shapely.prepare(area)
    inside[near] = shapely.contains_xy(area, lon[near], lat[near])
    return inside


def cells_inside(
    grid: PeopleGrid, area: BaseGeometry
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the cells that meet an area and the people of each that live inside it.

    A cell on the edge counts for the part that lies inside. Areas that meet very many cells are
    counted by cell centres and the outline that is drawn (30 m), which is as good and quicker.
    """
    if area.is_empty:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    west, south, east, north = area.bounds
    half_lon, half_lat = grid.cell_lon / 2, grid.cell_lat / 2
    near = np.flatnonzero(
        (grid.lon > west - half_lon)
        & (grid.lon < east + half_lon)
        & (grid.lat > south - half_lat)
        & (grid.lat < north + half_lat)
    )
    lon, lat, people = grid.lon[near], grid.lat[near], grid.people[near]
    if near.size > CELLS_CUT:
        inside = contains(drawn(area), lon, lat)
        return near[inside], people[inside]
    shapely.prepare(area)
    cells = shapely.box(lon - half_lon, lat - half_lat, lon + half_lon, lat + half_lat)
    meets = np.asarray(shapely.intersects(area, cells))
    near, people, cells = near[meets], people[meets], cells[meets]
    part = np.ones(near.size)
    edge = ~np.asarray(shapely.covers(area, cells), dtype=bool)  # the rest lies wholly inside
    cut = shapely.area(shapely.intersection(area, cells[edge]))
    part[edge] = np.minimum(cut / (grid.cell_lon * grid.cell_lat), 1.0)
    return near, people * part


def people_inside(grid: PeopleGrid, area: BaseGeometry) -> float:
    """Return the people inside an area; see `cells_inside`."""
    return float(cells_inside(grid, area)[1].sum())


def expose(
    footprint: Footprint, grid: PeopleGrid | None, facilities: Sequence[Facility]
) -> ZoneExposure:
    """Count people and name facilities inside one footprint, with the range of the envelope."""
    people = Figure(value=None, unit="人", source="缺人口网格", note="请装载城市数据包")
    if grid is not None:
        counts = [people_inside(grid, area) for area in footprint.members]
        value = people_inside(grid, footprint.area)
        people = Figure(
            value=round(value),
            unit="人",
            source=grid.source,
            low=float(round(min([value, *counts]))),
            high=float(round(max([value, *counts]))),
        )
    lon = np.array([f.lon for f in facilities], dtype=np.float64)
    lat = np.array([f.lat for f in facilities], dtype=np.float64)
    sure = contains(footprint.area, lon, lat)
    maybe = contains(footprint.envelope, lon, lat) & ~sure
    return ZoneExposure(
        key=footprint.key,
        label=footprint.label,
        people=people,
        facilities=_by_kind(facilities, sure),
        possible=_by_kind(facilities, maybe),
    )


def _by_kind(
    facilities: Sequence[Facility], chosen: NDArray[np.bool_]
) -> dict[str, tuple[Facility, ...]]:
    found: dict[str, list[Facility]] = {}
    for index in np.flatnonzero(chosen).tolist():
        found.setdefault(facilities[index].kind, []).append(facilities[index])
    return {kind: tuple(rows) for kind, rows in sorted(found.items())}
