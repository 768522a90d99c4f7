"""Who and what a forecast hits: people by night and by day, facilities, roads, and when. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.exposure import contains, expose, people_inside
from anlan.forecast.plain import drawn
from anlan.forecast.shapes import size_km2
from anlan.forecast.types import Figure, Series
from anlan.forecast.wording import CHINA, is_day, people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.exposure import Facility, ZoneExposure
    from anlan.forecast.setting import RoadLines, Setting
    from anlan.forecast.types import Footprint, Forecast

__all__ = ["PEOPLE_ONLY", "Hit", "Impact", "ZoneImpact", "impact_of"]

AWAY_BY_DAY: Final = 0.45
AWAY_LOW, AWAY_HIGH = 0.30, 0.60
"""Share of residents who are not at home on a working day. Platform default, 待确认. [1]"""

COMMUTE_KM: Final = 8.0
"""How far people go to work on average; who goes out of a large area by day mostly stays inside it.
Platform default after the yearly commuting reports of Chinese cities, 待确认. [km]"""

OCCUPIED_BY_DAY: Final[Mapping[str, float]] = {
    "school": 1.0,
    "hazardous_enterprise": 1.0,
    "crowded_place": 0.3,
    "transit_station": 0.1,
    "hospital": 1.0,
    "care_institution": 0.0,
}
"""People present by day over the number recorded. Who lives in a home is in the census. [1]"""

NOT_BY_THE_HOUR: Final = {
    "epidemic", "facility_risk", "mass_gathering", "opinion_surge", "outbreak_detection",
}  # fmt: skip
"""Models of weeks or years, or of people who come: who is inside when it starts says nothing."""

PEOPLE_ONLY: Final = frozenset({"epidemic", "outbreak_detection"})
"""Models of a disease: it takes people, and leaves the roads and tanks of a district alone."""

TOLD_ZONES: Final = 3
TOLD_KINDS: Final = {"school": "学校", "care_institution": "照护机构", "hospital": "医院"}

NAMED: Final = 80
FIRST: Final = ("school", "care_institution", "hospital", "crowded_place", "storage_tank")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A facility inside an area, and the minute in which the forecast reaches it."""

    kind: str
    id: int
    name: str
    lon: float
    lat: float
    zone: str
    sure: bool
    minutes: float | None
    source: str
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneImpact:
    """What lies inside one area."""

    key: str
    label: str
    people_by_night: Figure
    people_by_day: Figure
    facilities: Mapping[str, Figure]
    roads_km: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a forecast hits, by area and over time."""

    zones: tuple[ZoneImpact, ...]
    hits: tuple[Hit, ...]
    over_time: tuple[Series, ...]
    shortfalls: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()


def impact_of(forecast: Forecast, setting: Setting) -> Impact:
    """Count what lies inside every area of a forecast and, where it grows, when it gets there."""
    people_only = forecast.model in PEOPLE_ONLY
    zones: list[ZoneImpact] = []
    hits: dict[tuple[str, int], Hit] = {}
    for footprint in forecast.footprints:
        found = expose(footprint, setting.people, setting.facilities)
        zone = _zone(footprint, found, setting)
        if people_only:
            zones.append(replace(zone, facilities={}, roads_km=None))
            continue
        zones.append(zone)
        for hit in _hits(footprint, found, forecast):
            hits.setdefault((hit.kind, hit.id), hit)
    ordered = sorted(hits.values(), key=_rank)
    shortfalls = []
    if setting.people is None:
        shortfalls.append("没有人口网格，未统计人数；请装载城市数据包")
    if len(ordered) > NAMED:
        shortfalls.append(f"范围内设施 {len(ordered)} 处，只列出前 {NAMED} 处")
    return Impact(
        zones=tuple(zones),
        hits=tuple(ordered[:NAMED]),
        over_time=_over_time(forecast, setting),
        shortfalls=tuple(shortfalls),
        summary=()
        if forecast.model in NOT_BY_THE_HOUR
        else _told(zones, forecast.starts_at or setting.moment),
    )


def _told(zones: Sequence[ZoneImpact], moment: datetime) -> tuple[str, ...]:
    """Say who is inside when it starts, the gravest areas first."""
    day = is_day(moment)
    counted = []
    first: ZoneImpact | None = None
    for zone in zones:
        who = zone.people_by_day if day else zone.people_by_night
        most = who.high if who.high is not None else who.value
        if not isinstance(who.value, int | float) or not most:
            continue
        first = first or zone
        low = who.value if who.low is None else who.low
        least, top = people(low), people(float(most))
        ends = "" if least == top else f"（{least}–{top}）"
        counted.append(f"{zone.label}内约 {people(float(who.value))}{ends}")
    if first is None:
        return ()
    when = f"{moment.astimezone(CHINA):%H:%M}，{'白天' if day else '夜间'}"
    said = f"起算时（{when}）{'；'.join(counted[:TOLD_ZONES])}"
    sites = [
        f"{name} {_sites(first.facilities[kind])} 处"
        for kind, name in TOLD_KINDS.items()
        if kind in first.facilities
    ]
    return (said, *([f"{first.label}内有{'、'.join(sites)}"] if sites else []))


def _sites(count: Figure) -> str:
    if count.low == count.high:
        return f"{count.value:g}"
    return f"{count.low:g}–{count.high:g}"


def _zone(footprint: Footprint, found: ZoneExposure, setting: Setting) -> ZoneImpact:
    night = found.people if footprint.present is None else footprint.present
    counts = {}
    for kind in sorted({*found.facilities, *found.possible}):
        sure = len(found.facilities.get(kind, ()))
        most = sure + len(found.possible.get(kind, ()))
        counts[kind] = Figure(
            value=sure, unit="处", source="登记表", low=float(sure), high=float(most)
        )
    return ZoneImpact(
        key=footprint.key,
        label=footprint.label,
        people_by_night=night,
        people_by_day=night
        if footprint.present is not None
        else _by_day(night, found, _staying(footprint.area)),
        facilities=counts,
        roads_km=None if setting.roads is None else _roads(footprint, setting.roads),
    )


def _staying(area: BaseGeometry) -> float:
    """Return which share of those who go out by day stays inside an area. [1]."""
    return 1.0 - math.exp(-math.sqrt(size_km2(area) / math.pi) / COMMUTE_KM)


def _by_day(night: Figure, found: ZoneExposure, staying: float) -> Figure:
    """Return the people by day: who is at home, and who is at school, at work, in shops.

    The latter are those recorded, or the residents who go out and stay within the area where that
    is more: a whole city is not emptier by day.
    """
    if not isinstance(night.value, int | float):
        return night
    sure, more = (_present(groups) for groups in (found.facilities, found.possible))
    low = night.value if night.low is None else night.low
    high = night.value if night.high is None else night.high
    return Figure(
        value=_by_day_of(night.value, AWAY_BY_DAY, sure, staying),
        unit="人",
        source=f"{night.source}；学校、企业和公共场所登记人数",
        low=_by_day_of(low, AWAY_HIGH, sure * 0.5, staying),
        high=_by_day_of(high, AWAY_LOW, sure + more, staying),
        note=(
            f"工作日白天约 {AWAY_BY_DAY:.0%} 居民外出（{AWAY_LOW:.0%}–{AWAY_HIGH:.0%}），"
            f"其中约 {staying:.0%} 仍在本区内"
        ),
        to_confirm=True,
    )


def _by_day_of(residents: float, away: float, recorded: float, staying: float) -> float:
    out = residents * away
    return float(round(residents - out + max(recorded, out * staying)))


def _present(groups: Mapping[str, tuple[Facility, ...]]) -> float:
    return sum(
        OCCUPIED_BY_DAY.get(kind, 0.0) * float(f.details.get("people") or 0)
        for kind, facilities in groups.items()
        for f in facilities
    )


def _roads(footprint: Footprint, roads: RoadLines) -> Figure:
    inner = outer = round(_metres_inside(footprint.area, roads) / 1000.0, 1)
    if footprint.envelope.wkb != footprint.area.wkb:
        outer = round(_metres_inside(footprint.envelope, roads) / 1000.0, 1)
    return Figure(
        value=inner,
        unit="km",
        source=roads.source,
        low=inner,
        high=outer,
        note="按路段中点计，双向分别计",
    )


def _metres_inside(area: BaseGeometry, roads: RoadLines) -> float:
    """Return the length inside; of whole districts by the outline that is drawn."""
    lon = (roads.lon_from + roads.lon_to) / 2.0
    lat = (roads.lat_from + roads.lat_to) / 2.0
    return float(roads.metres[contains(drawn(area), lon, lat)].sum())


def _hits(footprint: Footprint, found: ZoneExposure, forecast: Forecast) -> list[Hit]:
    rows: list[Hit] = []
    for sure, groups in ((True, found.facilities), (False, found.possible)):
        facilities = [f for group in groups.values() for f in group]
        arrival = _arrival(footprint.key, facilities, forecast) if sure else {}
        rows.extend(
            Hit(
                kind=f.kind,
                id=f.id,
                name=f.name,
                lon=f.lon,
                lat=f.lat,
                zone=footprint.label,
                sure=sure,
                minutes=arrival.get(index),
                source=f.source,
                synthetic=f.synthetic,
            )
            for index, f in enumerate(facilities)
        )
    return rows


def _arrival(key: str, facilities: list[Facility], forecast: Forecast) -> dict[int, float]:
    """Return the minute of the first frame that reaches each facility."""
    reached: dict[int, float] = {}
    lon = np.array([f.lon for f in facilities], dtype=np.float64)
    lat = np.array([f.lat for f in facilities], dtype=np.float64)
    for frame in forecast.frames:
        if len(reached) == len(facilities):
            break
        area = frame.areas.get(key)
        if area is None:
            continue
        for index in np.flatnonzero(contains(area, lon, lat)).tolist():
            reached.setdefault(index, frame.minutes)
    return reached


def _over_time(forecast: Forecast, setting: Setting) -> tuple[Series, ...]:
    """Return the people inside each area from frame to frame."""
    grid = setting.people
    if grid is None or len(forecast.frames) < 2:
        return ()
    minutes = tuple(frame.minutes for frame in forecast.frames)
    counted: dict[bytes, float] = {}

    def count(area: BaseGeometry) -> float:
        """Count once what lies the same in several frames, as whole districts do."""
        key = area.wkb
        if key not in counted:
            counted[key] = float(round(people_inside(grid, area)))
        return counted[key]

    found = []
    for footprint in forecast.footprints:
        if footprint.present is not None:
            continue
        areas = [frame.areas.get(footprint.key) for frame in forecast.frames]
        if all(area is None for area in areas):
            continue
        values = tuple(0.0 if a is None else count(a) for a in areas)
        if not any(values):
            continue
        found.append(
            Series(
                key=f"people_{footprint.key}",
                label=f"{footprint.label}内居民",
                unit="人",
                minutes=minutes,
                values=values,
                source=grid.source,
            )
        )
    return tuple(found)


def _rank(hit: Hit) -> tuple[bool, float, int, str]:
    order = FIRST.index(hit.kind) if hit.kind in FIRST else len(FIRST)
    return (not hit.sure, hit.minutes if hit.minutes is not None else 1e9, order, hit.name)
