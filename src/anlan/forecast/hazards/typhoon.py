"""Forecast of a typhoon for a city: wind by district from the track, rain as it is known.

The wind is Holland's over the whole time asked about, largest over points inside each district,
turned into the two-minute mean that Chinese warnings use. Rain is not modelled: what was
observed or forecast is taken, with what it implies for shorter windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.fields import CHOICE, FILE, Field, Spread
from anlan.forecast.hazards.typhoon_track import (
    MEMBERS,
    TRACK_NAMES,
    NearTime,
    clock,
    fix_marks,
    members_of,
    near_time,
    scenario_track,
)
from anlan.forecast.hazards.typhoon_wind import (
    LAND_HIGH,
    LAND_LOW,
    REACH,
    WindMap,
    odds_table,
    strongest_at,
    track_odds,
    wind_areas,
    wind_frames,
    wind_isolines,
    wind_series,
    wind_zones,
)
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import Typhoon
from anlan.forecast.types import Figure, Footprint, Forecast, Table
from anlan.science.cyclone import ensemble, wind
from anlan.science.cyclone.beaufort import wind_force

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from anlan.forecast.districts import District
    from anlan.forecast.scenarios import RainObservation
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Place

__all__ = ["MODEL", "RAIN_WINDOWS", "run_typhoon"]

GUST: Final = 1.25
RAIN_WINDOWS: Final = (3, 6, 12, 24)
"""Hours of the windows that warnings ask about."""

FEWEST: Final = 2
"""Tracks that the science draws at least; a member of an ensemble follows the first."""

TITLE: Final = "台风参数化风场（Holland）"

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

    @property
    def reached(self) -> bool:
        """Tell whether the centre came near enough for the model to give a wind."""
        return self.speed > 0


def run_typhoon(scenario: Typhoon, setting: Setting) -> Forecast:
    """Return wind and rain by district, the zones of wind, how they pass, how likely they are.

    Raises
    ------
    ScenarioError
        If the track is not known or cannot be read, or has no fixes in the time asked about.
    """
    districts = setting.districts
    track, name = scenario_track(scenario, setting)
    version = f"v{wind.CARD.version}.{ensemble.CARD.version}"
    source = f"{TITLE} {version}"
    if not districts:
        return Forecast(
            model="typhoon",
            version=version,
            title=TITLE,
            footprints=(),
            shortfalls=("没有区县边界，无法计算各区县风力；请装载城市数据包",),
        )
    factor = scenario.surface_factor
    with refused("scenario.track", scenario.track, "能算风场"):
        storm = wind.storm_from_track(track)
        near = near_time(storm, setting.place)
        count = FEWEST if setting.member else MEMBERS
        members, issued = members_of(track, scenario, setting, near, count=count)
    if setting.member:
        return _on_one_track(scenario, setting, members[0], version)
    rows = _rows(scenario, storm, factor, districts)
    grid = WindMap.over(districts, factor)
    odds = track_odds(grid, members, districts)
    windy = wind_zones(grid, storm, odds, source)
    footprints = (
        *windy,
        *_zones(rows, RAIN_ZONES, "rain", "mm", "实况或预报雨量", lambda r: r.rain.get(24, 0.0)),
    )
    strongest = max(rows, key=lambda r: r.speed)
    rainiest = max(rows, key=lambda r: r.rain.get(24, 0.0))
    figures = {"最近距离": _closest(members, setting.place, near, source)}
    if strongest.reached:
        figures = {"最大平均风速": _wind_figure(strongest, source), **figures}
    if rainiest.rain:
        figures["最大24小时雨量"] = _rain_figure(rainiest, 24)
    shortfalls = [] if scenario.rain else ["没有雨量资料，只判断大风"]
    beyond = [row.district.name for row in rows if not row.reached]
    if beyond:
        where = "全市" if len(beyond) == len(rows) else "、".join(beyond)
        shortfalls.append(
            f"{where}始终距台风中心 {REACH} 以外，超出模型范围，没有计算风力（不等于没有风），"
            "以气象台预报为准"
        )
    if not windy and strongest.reached:
        shortfalls.append("算得的平均风力都不到6级，不画大风区")
    chances = odds_table(odds, districts, source)
    return Forecast(
        model="typhoon",
        version=version,
        title=TITLE,
        footprints=footprints,
        figures=figures,
        rows=tuple(_as_row(row, source) for row in rows),
        isolines=wind_isolines(grid, storm, districts, source),
        assumptions=scenario.assumptions,
        reasons=(
            f"路径：{name}，{len(track.fixes)}个定位点",
            f"10 m 风与梯度风之比取 {factor:g}（陆地，区间 {LAND_LOW}–{LAND_HIGH}，待确认）",
            f"第 0 分钟为 {clock(near.start)}（北京时间）；各帧为当时的风，不累积",
            f"路径集合自 {clock(issued)} 起分开，{len(members)} 条",
            "集合计算的每个成员各取一条可能路径",
        ),
        limits=tuple(dict.fromkeys((*wind.CARD.limits, *ensemble.CARD.limits))),
        shortfalls=tuple(shortfalls),
        starts_at=near.start,
        frames=wind_frames(grid, storm, near.start, near.end, [f.key for f in windy]),
        series=wind_series(
            storm,
            members,
            place=setting.place,
            start=near.start,
            end=near.end,
            factor=factor,
            source=source,
        ),
        tables=(chances,),
        marks=fix_marks(track, near.start, name),
        summary=_summary(strongest, rainiest, near, chances),
        uncertainty="路径误差（越早越大）和地面折减系数",
        would_change=(
            "路径北抬或西折：换新的预报路径重算",
            "变性为温带气旋：本模型风场不再适用，以气象台为准",
            "有分区县雨量实况或预报：录入后重判暴雨",
        ),
    )


def _on_one_track(scenario: Typhoon, setting: Setting, storm: wind.Storm, version: str) -> Forecast:
    """Return what one of the possible tracks brings: a member of an ensemble, and no more."""
    source, factor = f"{TITLE} {version}", scenario.surface_factor
    grid = WindMap.over(setting.districts, factor)
    rows = _rows(scenario, storm, factor, setting.districts)
    strongest = max(rows, key=lambda r: r.speed)
    way = near_time(storm, setting.place).distance / 1000.0
    return Forecast(
        model="typhoon",
        version=version,
        title=TITLE,
        footprints=wind_areas(grid, storm, source),
        figures={
            "最大平均风速": _wind_figure(strongest, source),
            "最近距离": Figure(value=round(way), unit="km", source=source),
        },
    )


def _closest(members: Sequence[wind.Storm], place: Place, near: NearTime, source: str) -> Figure:
    ways = [near_time(m, place).distance / 1000.0 for m in members]
    value = near.distance / 1000.0
    low, high = np.quantile(ways, (0.1, 0.9)).tolist()
    return Figure(
        value=round(value),
        unit="km",
        source=source,
        low=float(round(min(low, value))),
        high=float(round(max(high, value))),
        note=f"台风中心 {clock(near.closest)} 最近；区间为路径集合",
    )


def _percent(cell: str | Figure) -> float:
    return float(cell.value or 0.0) if isinstance(cell, Figure) else 0.0


def _second(row: tuple[object, float]) -> float:
    return row[1]


def _summary(strongest: _Row, rainiest: _Row, near: NearTime, chances: Table) -> tuple[str, ...]:
    force = [int(wind_force(v)) for v in (strongest.speed, strongest.low, strongest.high)]
    said = [f"台风中心 {clock(near.closest)} 前后最近，距标定点约 {near.distance / 1000:.0f} km。"]
    if strongest.reached:
        said.append(
            f"{strongest.district.name}风力最大，平均 {force[0]} 级"
            f"（{force[1]}–{force[2]} 级），阵风再高 1–2 级。"
        )
    else:
        said.append(f"全市始终在中心 {REACH} 以外，本模型没有计算风力，以气象台预报为准。")
    for level, column in (("8", -2), ("6", -1)):
        name, percent = max(((row[0], _percent(row[column])) for row in chances.rows), key=_second)
        if strongest.reached or percent > 0:
            said.append(f"按路径集合，{name}最可能出现 {level} 级以上平均风，概率 {percent:g}%。")
    if rainiest.rain.get(24):
        said.append(f"24 小时雨量最大的{rainiest.district.name}至少 {rainiest.rain[24]:g} mm。")
    return tuple(said)


def _rows(
    scenario: Typhoon, storm: wind.Storm, factor: float, districts: Sequence[District]
) -> list[_Row]:
    low, high = min(LAND_LOW, factor), max(LAND_HIGH, factor)
    speeds = strongest_at(storm, districts, (factor, low, high))
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
    figures = {}
    if row.reached:
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
    cards=("cyclone.wind", "cyclone.ensemble"),
    fields=(
        Field(
            key="track",
            title="台风路径",
            kind=CHOICE,
            choices=TRACK_NAMES,
            required=True,
        ),
        Field(
            key="track_file",
            title="路径文件",
            kind=FILE,
            help="中国气象局、日本气象厅或 IBTrACS 的最佳路径文本，选“上传的路径文件”时用",
        ),
        Field(
            key="rain_amount_m",
            title="全市雨量（实况或预报）",
            unit="mm",
            scale=0.001,
            low=0.0,
            high=2.0,
            help="不填只判断大风",
        ),
        Field(
            key="rain_duration_s",
            title="雨量时段",
            unit="h",
            scale=3600.0,
            low=360.0,
            high=864_000.0,
            help="不填按 24 小时",
        ),
        Field(
            key="lead_s",
            title="预报提前量",
            unit="h",
            scale=3600.0,
            low=0.0,
            high=432_000.0,
            help="预报发布距台风最近本市的时间，决定路径误差；不填按 24 小时，0 为事后分析",
        ),
        Field(
            key="surface_factor",
            title="地面折减系数",
            low=0.4,
            high=1.0,
            default=wind.LAND_FACTOR,
            basis="陆地 0.6–0.8 的中值，待确认",
            spread=Spread(low=-0.1, high=0.1, how="add", basis="陆地 0.6–0.8，待确认"),
        ),
    ),
    reader=Typhoon.parse,
    run=run_typhoon,
    event_codes=("11B01",),
)
