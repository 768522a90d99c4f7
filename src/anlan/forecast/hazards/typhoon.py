"""Forecast of a typhoon for a city: wind by district from the track, rain as it is known.

The wind is Holland's over the whole time asked about, largest over points inside each district,
turned into the two-minute mean that Chinese warnings use. Rain is not modelled: what was
observed or forecast is taken, with what it implies for shorter windows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.fields import CHOICE, Field
from anlan.forecast.model import ForecastModel
from anlan.forecast.scenarios import ScenarioError, Typhoon
from anlan.forecast.types import Figure, Footprint, Forecast
from anlan.science.cyclone import wind
from anlan.science.cyclone.beaufort import wind_force
from anlan.science.cyclone.readers import lekima_2019
from anlan.science.cyclone.track import convert_wind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.districts import District
    from anlan.forecast.scenarios import RainObservation
    from anlan.forecast.setting import Setting
    from anlan.science.cyclone.track import Track

__all__ = ["MODEL", "RAIN_WINDOWS", "TRACKS", "run_typhoon"]

TRACKS: Final[Mapping[str, Callable[[], Track]]] = {"lekima_1909": lekima_2019}
"""Best tracks that are shipped, by name."""

TRACK_NAMES: Final = {"lekima_1909": "台风利奇马（1909），RSMC 东京最佳路径"}

LAND_LOW, LAND_HIGH = 0.60, 0.80
"""Range of the 10 m over gradient wind over land (M, 待确认). [1]"""

GUST: Final = 1.25
POINTS_SIDE: Final = 7
"""Points a side of the grid laid over each district."""

RAIN_WINDOWS: Final = (3, 6, 12, 24)
"""Hours of the windows that warnings ask about."""

TITLE: Final = "台风参数化风场（Holland）"

WIND_ZONES: Final = ((12, "12级以上大风区"), (10, "10级以上大风区"), (8, "8级以上大风区"))
RAIN_ZONES: Final = ((250, "特大暴雨区"), (100, "大暴雨区"), (50, "暴雨区"))
"""Lower ends of 24-hour rain (GB/T 28592)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    district: District
    speed: float
    low: float
    high: float
    rain: Mapping[int, float]
    rain_source: str


def run_typhoon(scenario: Typhoon, setting: Setting) -> Forecast:
    """Return wind and rain by district, and the areas where they pass the usual limits.

    Raises
    ------
    ScenarioError
        If the track is not one of ours, or has no fixes in the time asked about.
    """
    districts = setting.districts
    track = _track(scenario)
    version = f"v{wind.CARD.version}"
    source = f"{TITLE} {version}"
    if not districts:
        return Forecast(
            model="typhoon",
            version=version,
            title=TITLE,
            footprints=(),
            shortfalls=("没有区县边界，无法计算各区县风力；请装载城市数据包",),
        )
    rows = _rows(scenario, track, districts)
    footprints = (
        *_zones(rows, WIND_ZONES, "wind", "级", source, lambda r: float(wind_force(r.speed))),
        *_zones(rows, RAIN_ZONES, "rain", "mm", "实况或预报雨量", lambda r: r.rain.get(24, 0.0)),
    )
    strongest = max(rows, key=lambda r: r.speed)
    rainiest = max(rows, key=lambda r: r.rain.get(24, 0.0))
    figures = {"最大平均风速": _wind_figure(strongest, source)}
    if rainiest.rain:
        figures["最大24小时雨量"] = _rain_figure(rainiest, 24)
    shortfalls = [] if scenario.rain else ["没有雨量资料，只判断大风"]
    return Forecast(
        model="typhoon",
        version=version,
        title=TITLE,
        footprints=footprints,
        figures=figures,
        rows=tuple(_as_row(row, source) for row in rows),
        assumptions=scenario.assumptions,
        reasons=(
            f"路径：{TRACK_NAMES.get(scenario.track, scenario.track)}，{len(track.fixes)}个定位点",
            f"10 m 风与梯度风之比取 {wind.LAND_FACTOR}（陆地，区间 {LAND_LOW}–{LAND_HIGH}，待确认）",
        ),
        limits=wind.CARD.limits,
        shortfalls=tuple(shortfalls),
    )


@cache
def _loaded(name: str) -> Track:
    return TRACKS[name]()


def _track(scenario: Typhoon) -> Track:
    if scenario.track not in TRACKS:
        raise ScenarioError("scenario.track", f"为 {'、'.join(TRACKS)} 之一", scenario.track)
    track = _loaded(scenario.track)
    start, end = scenario.start, scenario.end
    fixes = tuple(
        f for f in track.fixes if (not start or f.time >= start) and (not end or f.time <= end)
    )
    if len(fixes) < 2:
        raise ScenarioError(
            "scenario.start", "与路径的时间有重叠（至少两个定位点）", start and start.isoformat()
        )
    return replace(track, fixes=fixes)


def _rows(scenario: Typhoon, track: Track, districts: Sequence[District]) -> list[_Row]:
    speeds = _speeds(track, districts)
    found = []
    for column, district in enumerate(districts):
        rain, rain_source = _rain(scenario.rain, district.code)
        found.append(
            _Row(
                district=district,
                speed=float(speeds[0, column]),
                low=float(speeds[1, column]),
                high=float(speeds[2, column]),
                rain=rain,
                rain_source=rain_source,
            )
        )
    return found


def _speeds(track: Track, districts: Sequence[District]) -> np.ndarray:
    """Return the strongest two-minute mean in each district: likely, low and high surface factor."""
    storm = wind.storm_from_track(track)
    places = [_points(district.area) for district in districts]
    lon, lat = (np.concatenate(column) for column in zip(*places, strict=True))
    starts = np.cumsum([0, *(len(x) for x, _y in places[:-1])])
    rows = [
        np.maximum.reduceat(
            wind.largest_wind(storm, lon=lon, lat=lat, surface_factor=factor).speed, starts
        )
        for factor in (wind.LAND_FACTOR, LAND_LOW, LAND_HIGH)
    ]
    return convert_wind(np.stack(rows), from_minutes=storm.averaging_minutes, to_minutes=2)


def _points(area: BaseGeometry) -> tuple[np.ndarray, np.ndarray]:
    west, south, east, north = area.bounds
    grid = np.meshgrid(np.linspace(west, east, POINTS_SIDE), np.linspace(south, north, POINTS_SIDE))
    lon, lat = grid[0].ravel(), grid[1].ravel()
    inside = shapely.contains_xy(area, lon, lat)
    if not inside.any():
        spot = area.representative_point()
        return np.array([spot.x]), np.array([spot.y])
    return lon[inside], lat[inside]


def _rain(observations: Sequence[RainObservation], code: str) -> tuple[dict[int, float], str]:
    """Return the least that each window must have had.

    The wettest window of a period holds at least its share of the total; a shorter period's
    total is also the least of every longer window.
    """
    least: dict[int, float] = {}
    sources = []
    for seen in observations:
        if seen.division and not code.startswith(seen.division.rstrip("0")):
            continue
        sources.append(seen.source)
        for hours in RAIN_WINDOWS:
            share = min(1.0, hours / seen.hours)
            least[hours] = max(least.get(hours, 0.0), seen.amount_mm * share)
    return least, "；".join(dict.fromkeys(sources))


def _wind_figure(row: _Row, source: str) -> Figure:
    return Figure(
        value=round(row.speed, 1),
        unit="m/s",
        source=source,
        low=round(row.low, 1),
        high=round(row.high, 1),
        note="2分钟平均",
    )


def _rain_figure(row: _Row, hours: int) -> Figure:
    return Figure(
        value=round(row.rain[hours], 1),
        unit="mm",
        source=row.rain_source,
        low=round(row.rain[hours], 1),
        note=f"{hours}小时窗口至少有这么多",
    )


def _as_row(row: _Row, source: str) -> dict[str, Any]:
    force = [int(wind_force(v)) for v in (row.speed, row.low, row.high)]
    gusts = [int(wind_force(v * GUST)) for v in (row.speed, row.low, row.high)]
    figures = {
        "wind": _wind_figure(row, source),
        "wind_mean_bft": Figure(
            value=force[0], unit="级", source=source, low=float(force[1]), high=float(force[2])
        ),
        "gust_bft": Figure(
            value=gusts[0],
            unit="级",
            source=f"{source}，阵风系数 {GUST}",
            low=float(gusts[1]),
            high=float(gusts[2]),
            to_confirm=True,
        ),
    }
    for hours in RAIN_WINDOWS:
        if hours in row.rain:
            figures[f"rain_{hours}h"] = _rain_figure(row, hours)
    return {"code": row.district.code, "name": row.district.name, "figures": figures}


def _zones(
    rows: Sequence[_Row],
    limits: Sequence[tuple[int, str]],
    prefix: str,
    unit: str,
    source: str,
    value: Callable[[_Row], float],
) -> list[Footprint]:
    found: list[Footprint] = []
    held = 0
    for limit, label in limits:
        inside = [r.district.area for r in rows if value(r) >= limit]
        if len(inside) == held:  # nowhere, or no more than above the higher limit
            continue
        held = len(inside)
        area = unary_union(inside) if len(inside) > 1 else inside[0]
        found.append(
            Footprint(
                key=f"{prefix}{limit}",
                label=label,
                threshold=Figure(value=limit, unit=unit, source=source),
                area=area if not area.is_empty else Polygon(),
                envelope=area,
            )
        )
    return found


MODEL: Final = ForecastModel(
    kind="typhoon",
    family="typhoon",
    title="台风大风与降雨",
    about="各区县的最大风力和雨量，达到哪一级预警",
    cards=("cyclone.wind",),
    fields=(
        Field(
            key="track",
            title="台风路径",
            kind=CHOICE,
            choices=TRACK_NAMES,
            required=True,
        ),
    ),
    parse=Typhoon.parse,
    run=run_typhoon,
    event_codes=("11B01",),
)
