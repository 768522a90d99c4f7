"""Depths on a grid as areas, frames, series and figures: what every flood model shows alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import ndimage
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.shapes import area_above
from anlan.forecast.types import Figure, Footprint, Frame, Mark
from anlan.science.flood.hazard import LIMITS
from anlan.science.flood.hydrograph import Hydrograph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.hazards.flood_ground import Ground
    from anlan.forecast.setting import Setting

__all__ = [
    "DEPTHS",
    "Ticks",
    "WatchedRain",
    "Water",
    "arrival_marks",
    "depth_frames",
    "flood_zones",
    "near_depth",
    "wet_km2",
]

DEPTHS: Final = (
    ("depth100", "水深 1 m 以上区", 1.0),
    ("depth50", "水深 0.5 m 以上区", 0.5),
    ("depth15", "水深 0.15 m 以上区", 0.15),
)
"""Key, name and least depth of the zones, the most severe first. [m]"""

RATING: Final = ("rating", "对多数人危险的急流区", LIMITS[1])
SHALLOWEST: Final = 0.15
"""From this depth walking and driving are hindered. [m]"""

NEAR: Final = 150.0
"""The pin stands for the deepest place within this distance. [m]"""

MARKED: Final = {
    "school": "学校",
    "hospital": "医院",
    "care_institution": "养老机构",
    "transit_station": "交通站点",
    "flood_prone_point": "易涝点",
    "lifeline_facility": "生命线设施",
}
MOST_MARKS: Final = 60
EVERY: Final = 0.02
"""Share of the work between two words on how far it is."""


class Ticks:
    """Tells how far a run of several simulations is, at most once in fifty steps of the whole.

    Parameters
    ----------
    tell
        Told the share done and the note.
    costs
        What each simulation costs, in any unit: the cube of the cells along a side.
    note
        A word for who waits.
    """

    def __init__(
        self, tell: Callable[[float, str], None], costs: Sequence[float], note: str
    ) -> None:
        self._tell, self._note = tell, note
        self._ends = np.cumsum([0.0, *costs]) / sum(costs)
        self._told = 0.0

    def part(self, index: int) -> Callable[[float], None]:
        """Return what one simulation tells its own share to."""
        low, high = self._ends[index], self._ends[index + 1]

        def tell(share: float) -> None:
            done = float(low + (high - low) * min(share, 1.0))
            if done - self._told >= EVERY:
                self._told = done
                self._tell(done, self._note)

        return tell


@dataclass(frozen=True)
class WatchedRain(Hydrograph):
    """Rain that tells how far the simulation has asked for it: the kernel asks step by step."""

    duration: float
    tell: Callable[[float], None]

    def between(self, start: float, end: float) -> float:
        """Return the exact integral over a span of time, and say that it was reached."""
        self.tell(end / self.duration)
        return super().between(start, end)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Water:
    """What a run of either kernel gives on its ground.

    `depths` are those at `minutes`; `largest_depth`, `largest_rating` and `arrival` over the run.
    """

    ground: Ground
    minutes: tuple[float, ...]
    depths: tuple[NDArray[np.float64], ...]
    largest_depth: NDArray[np.float64]
    largest_rating: NDArray[np.float64]
    arrival: NDArray[np.float64]

    def area(self, field: NDArray[np.float64], level: float) -> BaseGeometry:
        """Return where a field on land reaches a level; puddles of single cells are left out."""
        dry = np.where(self.ground.river, 0.0, field)
        flooded = _joined(dry >= level)
        if not flooded.any():
            return Polygon()
        lon, lat = self.ground.lon, self.ground.lat
        # a grown mask keeps the contour where it is between wet and dry cells
        near = ndimage.binary_dilation(flooded)
        return area_above(np.where(near, dry, 0.0), lon, lat, level)


def _joined(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Drop groups of fewer than three cells: below what a grid of this size can tell."""
    labels, count = ndimage.label(mask)
    if count == 0:
        return mask
    sizes = np.bincount(labels.ravel())
    return np.asarray((sizes >= 3)[labels] & mask)


def flood_zones(
    likely: Water, tried: Sequence[Water], source: str, note: str
) -> tuple[Footprint, ...]:
    """Return the zones by depth and by danger to people, the most severe first.

    `tried` are the runs over the uncertain inputs: their areas are the members, their union with
    the likely one the envelope.
    """
    found = []
    ordered = (DEPTHS[0], RATING, *DEPTHS[1:])
    for key, label, level in ordered:
        danger = key == RATING[0]
        unit = "m²/s" if danger else "m"
        fields = [w.largest_rating if danger else w.largest_depth for w in (likely, *tried)]
        area, *members = (
            water.area(field, level) for water, field in zip((likely, *tried), fields, strict=True)
        )
        if area.is_empty and all(m.is_empty for m in members):
            continue
        found.append(
            Footprint(
                key=key,
                label=label,
                threshold=Figure(
                    value=level,
                    unit=unit,
                    source="DEFRA FD2321 表4" if danger else source,
                    note=note,
                ),
                area=area,
                envelope=unary_union([area, *members]),
                members=tuple(members),
            )
        )
    return tuple(found)


def depth_frames(water: Water, keys: Sequence[str]) -> tuple[Frame, ...]:
    """Return the zones by depth as they lie at each moment."""
    levels = {key: level for key, _label, level in DEPTHS if key in keys}
    return tuple(
        Frame(
            minutes=minute,
            areas={key: water.area(depth, level) for key, level in levels.items()},
        )
        for minute, depth in zip(water.minutes, water.depths, strict=True)
    )


def wet_km2(water: Water, depth: NDArray[np.float64]) -> float:
    """Return the land under more than 0.15 m, in square kilometres."""
    wet = (depth >= SHALLOWEST) & ~water.ground.river
    return float(wet.sum()) * (water.ground.grid.cell_size / 1000.0) ** 2


def near_depth(water: Water, lon: float, lat: float) -> tuple[float, ...]:
    """Return the depth over time at the deepest place near a point."""
    grid = water.ground.grid
    row, column = (int(v) for v in grid.cell_of(lon, lat))
    reach = max(int(NEAR // grid.cell_size), 0)
    window = (
        slice(max(row - reach, 0), row + reach + 1),
        slice(max(column - reach, 0), column + reach + 1),
    )
    land = ~water.ground.river[window]
    if not land.any():
        return tuple(0.0 for _ in water.depths)
    return tuple(round(float(depth[window][land].max()), 3) for depth in water.depths)


def arrival_marks(water: Water, setting: Setting) -> tuple[Mark, ...]:
    """Return facilities that stand in 0.15 m of water and more, from when the water is there."""
    grid = water.ground.grid
    west, east = float(water.ground.lon[0]), float(water.ground.lon[-1])
    south, north = float(water.ground.lat[0]), float(water.ground.lat[-1])
    marks = []
    for one in setting.facilities:
        if one.kind not in MARKED or not (west < one.lon < east and south < one.lat < north):
            continue
        row, column = (int(v) for v in grid.cell_of(one.lon, one.lat))
        depth = float(water.largest_depth[row, column])
        if depth < SHALLOWEST or water.ground.river[row, column]:
            continue
        minutes = float(water.arrival[row, column]) / 60.0
        marks.append(
            Mark(
                lon=one.lon,
                lat=one.lat,
                label=f"{MARKED[one.kind]} {one.name}：约 {minutes:.0f} 分钟进水，最深 {depth:.1f} m",
                state="danger" if depth >= 0.5 else "watch",
                minutes=round(minutes, 1),
                source=one.source,
            )
        )
    marks.sort(key=lambda mark: mark.minutes)
    return tuple(marks[:MOST_MARKS])
