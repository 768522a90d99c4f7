"""The wind of a typhoon on a grid over the city: zones, how they pass over, how likely they are.

Beyond `FARTHEST` from the centre the science gives no wind. Its 0 there means that nothing was
computed, never that the air is calm: such places get no number (`REACH` says so).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import contourpy
import numpy as np
import shapely
from shapely.ops import unary_union

from anlan.forecast.shapes import area_above
from anlan.forecast.types import Figure, Footprint, Frame, Isoline, Series, Table
from anlan.science.cyclone.beaufort import FORCE_LOWER, wind_force
from anlan.science.cyclone.track import convert_wind
from anlan.science.cyclone.wind import FARTHEST, largest_wind, wind_field

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.districts import District
    from anlan.forecast.types import Place
    from anlan.science.cyclone.wind import Storm

__all__ = [
    "LAND_HIGH",
    "LAND_LOW",
    "REACH",
    "Odds",
    "WindMap",
    "district_points",
    "odds_table",
    "strongest_at",
    "track_odds",
    "wind_areas",
    "wind_frames",
    "wind_isolines",
    "wind_series",
    "wind_zones",
]

LAND_LOW, LAND_HIGH = 0.60, 0.80
"""Range of the 10 m over gradient wind over land (M, 待确认). [1]"""

REACH: Final = f"{FARTHEST / 1000:g} km"
"""How far from the centre the model gives wind."""

FORCES: Final = (12, 10, 8, 6)
"""Wind force from which a zone is drawn, the most severe first."""

MARGIN: Final = 0.3
"""How far the map reaches beyond the districts. [deg]"""

CELLS: Final = 44
"""Cells of the map along its longer side."""

LIKELY_ENOUGH: Final = 0.1
"""Share of the tracks that must bring the wind for a place to be in the envelope."""

POINTS_SIDE: Final = 7
"""Points a side of the grid laid over each district."""

FRAME_HOURS: Final = 3

STEPS: Final = (1, 2, 5, 10)
"""Steps between the lines of the wind: the smallest that gives few enough. [m/s]"""

LINES_MOST: Final = 6
LINE_TOLERANCE_DEG: Final = 0.002
"""About 200 m: the lines of a field are for looking at."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WindMap:
    """A grid over the city: longitudes, latitudes, and the factor of the ground."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    factor: float

    @classmethod
    def over(cls, districts: Sequence[District], factor: float) -> WindMap:
        """Return a grid over all districts and a little beyond."""
        bounds = np.array([d.area.bounds for d in districts])
        west, south = bounds[:, 0].min() - MARGIN, bounds[:, 1].min() - MARGIN
        east, north = bounds[:, 2].max() + MARGIN, bounds[:, 3].max() + MARGIN
        step = max(east - west, north - south) / CELLS
        return cls(
            lon=np.arange(west, east + step, step),
            lat=np.arange(south, north + step, step),
            factor=factor,
        )

    def strongest(self, storm: Storm, factor: float) -> NDArray[np.float64]:
        """Return the strongest two-minute mean on the grid. [m/s]."""
        lon, lat = np.meshgrid(self.lon, self.lat)
        return _strongest(storm, lon, lat, factor)

    def at(self, storm: Storm, step: int) -> NDArray[np.float64]:
        """Return the two-minute mean on the grid at one step. [m/s]."""
        lon, lat = np.meshgrid(self.lon, self.lat)
        found = wind_field(storm, step, lon=lon, lat=lat, surface_factor=self.factor)
        return convert_wind(found.speed, from_minutes=storm.averaging_minutes, to_minutes=2)

    def area(self, field: NDArray[np.float64], force: int) -> BaseGeometry:
        """Return where a wind reaches a force."""
        return area_above(field, self.lon, self.lat, FORCE_LOWER[force])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Odds:
    """The strongest wind of every track: on the grid, and in each district."""

    grid: NDArray[np.float64]
    districts: NDArray[np.float64]


def track_odds(grid: WindMap, members: Sequence[Storm], districts: Sequence[District]) -> Odds:
    """Return the strongest wind of every track, grid and districts in one pass."""
    lon, lat, starts = _points(districts)
    grid_lon, grid_lat = np.meshgrid(grid.lon, grid.lat)
    many_lon = np.concatenate([lon, grid_lon.ravel()])
    many_lat = np.concatenate([lat, grid_lat.ravel()])
    speeds = np.stack([_strongest(m, many_lon, many_lat, grid.factor) for m in members])
    return Odds(
        grid=speeds[:, lon.size :].reshape(len(members), *grid_lon.shape),
        districts=np.maximum.reduceat(speeds[:, : lon.size], starts, axis=1),
    )


def wind_zones(grid: WindMap, storm: Storm, odds: Odds, source: str) -> tuple[Footprint, ...]:
    """Return the zones of wind force, the strongest first; what is reached nowhere is left out.

    The envelope is where at least a tenth of the tracks, or the upper factor of the ground, bring
    that force.
    """
    likely = grid.strongest(storm, grid.factor)
    low, high = likely * LAND_LOW / grid.factor, likely * LAND_HIGH / grid.factor
    wide = np.maximum(np.quantile(odds.grid, 1.0 - LIKELY_ENOUGH, axis=0), high)
    found = []
    for force in FORCES:
        area = grid.area(likely, force)
        if area.is_empty:
            continue
        found.append(
            Footprint(
                key=f"wind{force}",
                label=f"{force}级以上大风区",
                threshold=Figure(value=force, unit="级", source=source, note="2分钟平均"),
                area=area,
                envelope=unary_union([area, grid.area(wide, force)]),
                members=(grid.area(low, force), grid.area(high, force)),
            )
        )
    return tuple(found)


def wind_areas(grid: WindMap, storm: Storm, source: str) -> tuple[Footprint, ...]:
    """Return the zones of wind force of one storm, without a range."""
    strongest = grid.strongest(storm, grid.factor)
    areas = ((force, grid.area(strongest, force)) for force in FORCES)
    return tuple(
        Footprint(
            key=f"wind{force}",
            label=f"{force}级以上大风区",
            threshold=Figure(value=force, unit="级", source=source, note="2分钟平均"),
            area=area,
            envelope=area,
        )
        for force, area in areas
        if not area.is_empty
    )


def wind_isolines(
    grid: WindMap, storm: Storm, districts: Sequence[District], source: str
) -> tuple[Isoline, ...]:
    """Return lines of the strongest two-minute mean inside the districts."""
    field = grid.strongest(storm, grid.factor)
    whole = unary_union([d.area for d in districts])
    lon, lat = np.meshgrid(grid.lon, grid.lat)
    inside = field[shapely.contains_xy(whole, lon, lat) & (field > 0)]
    low, high = (float(inside.min()), float(inside.max())) if inside.size else (0.0, 0.0)
    step = next((s for s in STEPS if (high - low) / s <= LINES_MOST), STEPS[-1])
    reached = np.ma.masked_equal(field, 0.0)
    contours = contourpy.contour_generator(grid.lon, grid.lat, reached)
    found = []
    for speed in range((int(low) // step + 1) * step, int(high) + 1, step):
        pieces: Any = contours.lines(speed)
        line = shapely.intersection(shapely.MultiLineString(list(pieces)), whole)
        if not line.is_empty:
            value = Figure(value=speed, unit="m/s", source=source, note="2分钟平均，期间最大")
            shown = shapely.simplify(line, LINE_TOLERANCE_DEG)
            found.append(Isoline(label=f"{speed} m/s", value=value, line=shown))
    return tuple(found)


def wind_frames(
    grid: WindMap, storm: Storm, start: datetime, end: datetime, keys: Sequence[str]
) -> tuple[Frame, ...]:
    """Return the zones as they lie every three hours: the wind then, not the strongest so far."""
    frames = []
    for step in _steps(storm, start, end, FRAME_HOURS):
        field = grid.at(storm, step)
        moment = storm.start + timedelta(seconds=float(storm.seconds[step]))
        frames.append(
            Frame(
                minutes=(moment - start).total_seconds() / 60.0,
                areas={key: grid.area(field, int(key.removeprefix("wind"))) for key in keys},
            )
        )
    return tuple(frames)


def wind_series(
    storm: Storm,
    members: Sequence[Storm],
    *,
    place: Place,
    start: datetime,
    end: datetime,
    factor: float,
    source: str,
) -> tuple[Series, ...]:
    """Return the wind at the place hour by hour, its range over the tracks and the ground.

    Hours in which the centre is beyond the reach of the model are left out; nothing where all are.
    """
    times = [
        storm.start + timedelta(seconds=float(storm.seconds[k]))
        for k in _steps(storm, start, end, 1)
    ]
    likely = _at(storm, times, place, factor)
    times = [t for t, speed in zip(times, likely.tolist(), strict=True) if speed > 0]
    likely = likely[likely > 0]
    if not times:
        return ()
    tracks = np.stack([_at(member, times, place, factor) for member in members])
    low = np.minimum(np.quantile(tracks, 0.1, axis=0), likely * LAND_LOW / factor)
    high = np.maximum(np.quantile(tracks, 0.9, axis=0), likely * LAND_HIGH / factor)
    found = Series(
        key="wind",
        label=f"{place.name or '标定点'}平均风速（2分钟）",
        unit="m/s",
        minutes=tuple((t - start).total_seconds() / 60.0 for t in times),
        values=_rounded(likely),
        low=_rounded(np.minimum(low, likely)),
        high=_rounded(np.maximum(high, likely)),
        source=source,
    )
    return (found,)


def _rounded(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(np.round(values, 1).tolist())


def _at(
    storm: Storm, times: Sequence[datetime], place: Place, factor: float
) -> NDArray[np.float64]:
    """Return the two-minute mean at the place at some moments, by the nearest step."""
    seconds = np.array([(t - storm.start).total_seconds() for t in times])
    steps = np.clip(np.rint(seconds / _step_s(storm)), 0, len(storm.seconds) - 1).astype(np.int64)
    found = wind_field(storm, steps, lon=place.lon, lat=place.lat, surface_factor=factor)
    return convert_wind(found.speed, from_minutes=storm.averaging_minutes, to_minutes=2)


def _step_s(storm: Storm) -> float:
    return float(storm.seconds[1] - storm.seconds[0])


def _steps(storm: Storm, start: datetime, end: datetime, hours: int) -> list[int]:
    """Return the steps between two moments, so many hours apart."""
    per_hour = round(3600.0 / _step_s(storm))
    first = round((start - storm.start).total_seconds() / _step_s(storm))
    last = round((end - storm.start).total_seconds() / _step_s(storm))
    return list(range(max(first, 0), min(last, len(storm.seconds) - 1) + 1, hours * per_hour))


def district_points(area: BaseGeometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points inside a district, at least one."""
    west, south, east, north = area.bounds
    grid = np.meshgrid(np.linspace(west, east, POINTS_SIDE), np.linspace(south, north, POINTS_SIDE))
    lon, lat = grid[0].ravel(), grid[1].ravel()
    inside = shapely.contains_xy(area, lon, lat)
    if not inside.any():
        spot = area.representative_point()
        return np.array([spot.x]), np.array([spot.y])
    return lon[inside], lat[inside]


def strongest_at(
    storm: Storm, districts: Sequence[District], factors: Sequence[float]
) -> NDArray[np.float64]:
    """Return the strongest two-minute mean in each district, one row a factor of the ground."""
    lon, lat, starts = _points(districts)
    likely = np.maximum.reduceat(_strongest(storm, lon, lat, factors[0]), starts)
    return np.stack([likely * factor / factors[0] for factor in factors])


def _strongest(
    storm: Storm, lon: NDArray[np.float64], lat: NDArray[np.float64], factor: float
) -> NDArray[np.float64]:
    found = largest_wind(storm, lon=lon, lat=lat, surface_factor=factor)
    return convert_wind(found.speed, from_minutes=storm.averaging_minutes, to_minutes=2)


def _points(
    districts: Sequence[District],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the points of all districts in a row, and where those of each begin."""
    places = [district_points(district.area) for district in districts]
    lon, lat = (np.concatenate(column) for column in zip(*places, strict=True))
    starts = np.cumsum([0, *(len(x) for x, _y in places[:-1])])
    return lon, lat, starts


def odds_table(odds: Odds, districts: Sequence[District], source: str) -> Table:
    """Return by district how many of the tracks bring which force, the most exposed first."""
    order = np.argsort(-odds.districts.mean(axis=0), kind="stable").tolist()
    return Table(
        title="各区县大风概率（路径集合）",
        columns=("区县", "平均风力", *(f"≥{force}级" for force in FORCES)),
        rows=tuple((districts[k].name, *_odds_row(odds.districts[:, k], source)) for k in order),
        note=f"{len(odds.districts)} 条可能路径，误差取多年平均，待换成所用预报机构的统计"
        + ("" if odds.districts.all() else f"；中心始终在 {REACH} 以外的路径没有算出风力"),
    )


def _odds_row(speeds: NDArray[np.float64], source: str) -> tuple[Figure | str, ...]:
    reached = speeds[speeds > 0]
    if not reached.size:
        return (f"{REACH} 以外，未计算", *("—" for _force in FORCES))
    low, middle, high = (int(wind_force(v)) for v in np.quantile(reached, (0.1, 0.5, 0.9)).tolist())
    force = Figure(value=middle, unit="级", source=source, low=float(low), high=float(high))
    chances = (100.0 * float(np.mean(speeds >= FORCE_LOWER[k])) for k in FORCES)
    return (
        force,
        *(Figure(value=round(c), unit="%", source=source, to_confirm=True) for c in chances),
    )
