"""Forecast of rain on a city: where water stands, how deep, when, and how it drains.

The local inertial model runs on a square around the place, three times: for the rain as it was
entered and for three tenths less and more (once only where it is itself one member of many).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import CHOICE, FILE, Field, Inputs, Spread
from anlan.forecast.hazards.flood_ground import flood_ground
from anlan.forecast.hazards.flooding import (
    DEPTHS,
    Ticks,
    WatchedRain,
    Water,
    arrival_marks,
    depth_frames,
    flood_zones,
    near_depth,
    wet_km2,
)
from anlan.forecast.model import ForecastModel
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Figure, Forecast, Series, Table
from anlan.science.flood import hazard, inertial
from anlan.science.flood.hydrograph import Hydrograph
from anlan.science.flood.inertial import simulate_flood

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anlan.forecast.hazards.flood_ground import Ground
    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "design_storm", "run_flood"]

KIND: Final = "flood"
TITLE: Final = "城市内涝（局部惯性二维模型）"
VERSION: Final = f"v{inertial.CARD.version}.{hazard.CARD.version}"
SOURCE: Final = f"{TITLE} {VERSION}"

MM_H: Final = 1e-3 / 3600.0
RAIN_LOW, RAIN_HIGH = 0.7, 1.3
PEAK_AT: Final = 0.4
"""Where the peak of a single-peaked storm lies in its time (Yen & Chow 1980 form). [1]"""

AFTER_RAIN_S: Final = 3600.0
"""How long the water is followed after the rain. [s]"""

MOMENTS: Final = 16
ROUGHNESS: Final = 0.06
"""Manning's n of built land at this cell size, confidence M. [s m^(-1/3)]"""

EDGE_SLOPE: Final = 1e-3
LARGEST_STEP: Final = 20.0
RECORD_EVERY: Final = 120.0
ARRIVES: Final = 0.15
"""Depth that counts as water being there. [m]"""

CELLS: Final = {"coarse": 120, "fine": 320}
"""Cells along a side of the square."""

FIELDS: Final = (
    Field(
        key="rain_m",
        title="过程雨量",
        unit="mm",
        scale=1e-3,
        low=0.005,
        high=1.0,
        required=True,
        spread=Spread(low=RAIN_LOW, high=RAIN_HIGH, basis="短时强降雨预报误差约三成，待确认"),
        help="已降加预报",
    ),
    Field(
        key="duration_s",
        title="降雨历时",
        unit="h",
        scale=3600.0,
        low=600.0,
        high=86_400.0,
        default=10_800.0,
        basis="短历时强降雨常见 3 小时",
    ),
    Field(
        key="shape",
        title="雨型",
        kind=CHOICE,
        choices={"peaked": "单峰（峰在 40% 处）", "even": "均匀"},
        default="peaked",
        basis="单峰积水更深，谨慎读法",
    ),
    Field(
        key="drain_m_s",
        title="排水能力（全区平均）",
        unit="mm/h",
        scale=MM_H,
        low=0.0,
        high=100 * MM_H,
        default=15 * MM_H,
        basis="含无管网地块的平均，待换成本地排水规划",
        spread=Spread(low=0.3, high=1.7, basis="雨水口堵塞至管网完好，待确认"),
    ),
    Field(
        key="infiltration_m_s",
        title="下渗能力（全区平均）",
        unit="mm/h",
        scale=MM_H,
        low=0.0,
        high=100 * MM_H,
        default=5 * MM_H,
        basis="建成区多为硬化地面，待确认",
        spread=Spread(low=0.2, high=2.0, basis="前期干湿未知"),
    ),
    Field(
        key="width_m",
        title="计算范围边长",
        unit="km",
        scale=1000.0,
        low=1500.0,
        high=40_000.0,
        default=9000.0,
        basis="以标定点为中心",
    ),
    Field(
        key="detail",
        title="精细程度",
        kind=CHOICE,
        choices={"coarse": "快算（120×120 格）", "fine": "细算（320×320 格，约半分钟）"},
        default="coarse",
        basis="先快算，再细算",
    ),
    Field(
        key="terrain",
        title="高程文件",
        kind=FILE,
        help="ESRI ASCII 网格；不上传用城市数据包的地形，没有则用示例地形",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Volumes:
    """Where the water went, in cubic metres."""

    rain: float
    drained: float
    infiltrated: float
    left: float
    stands: float


def design_storm(amount: float, duration: float, shape: str) -> Hydrograph:
    """Return the rain in time: one peak at two fifths (a triangle), or even.

    Parameters
    ----------
    amount, duration
        Depth in metres, time in seconds.
    shape
        `peaked` or `even`.
    """
    if shape == "peaked":
        top = 2.0 * amount / duration
        return Hydrograph(np.array([0.0, PEAK_AT * duration, duration]), np.array([0.0, top, 0.0]))
    level = amount / (duration + 0.5)  # the fall within one second after the end counts half
    return Hydrograph(np.array([0.0, duration, duration + 1.0]), np.array([level, level, 0.0]))


def run_flood(inputs: Inputs, setting: Setting) -> Forecast:
    """Return where the rain stands, over time, with the range of the amount of rain."""
    detail = "coarse" if setting.member else inputs.word("detail")
    width = inputs.number("width_m")
    coarse = _ground(setting, width, CELLS["coarse"])
    ground = coarse if detail == "coarse" else _ground(setting, width, CELLS[detail])
    runs = [(ground, 1.0)]
    if not setting.member:
        runs += [(coarse, factor) for factor in (RAIN_LOW, RAIN_HIGH)]
    ticks = Ticks(
        setting.progress, [len(g.grid.elevation) ** 3 for g, _factor in runs], "水流逐步推算"
    )
    (likely, volumes), *others = [
        _water(inputs, on, factor, ticks.part(k)) for k, (on, factor) in enumerate(runs)
    ]
    tried = [water for water, _volumes in others]
    zones = flood_zones(likely, tried, SOURCE, f"区间为雨量 ±30%，网格 {ground.grid.cell_size:g} m")
    place = setting.place
    depths = _ranged_series(
        "depth",
        f"{place.name or '标定点'}附近水深",
        "m",
        likely.minutes,
        [near_depth(w, place.lon, place.lat) for w in (likely, *tried)],
    )
    wet = _ranged_series(
        "wet_area",
        "0.15 m 以上积水面积",
        "km²",
        likely.minutes,
        [tuple(round(wet_km2(w, d), 3) for d in w.depths) for w in (likely, *tried)],
    )
    figures = {
        "标定点附近最大水深": _peak(depths, "m", "标定点 150 m 内最深处"),
        "最大积水面积": _peak(wet, "km²", "水深 0.15 m 以上，不含河道"),
        "排水带走": Figure(
            value=round(100 * volumes.drained / volumes.rain),
            unit="%",
            source=SOURCE,
            note="占降雨的比例",
        ),
    }
    shortfalls = list(ground.shortfalls)
    if not zones:
        shortfalls.append("雨量加三成也没有 0.15 m 以上的积水")
    return Forecast(
        model=KIND,
        version=VERSION,
        title=TITLE,
        footprints=zones,
        figures=figures,
        assumptions=(*inputs.assumptions, *ground.assumptions),
        reasons=(
            f"{width / 1000:g} km 见方，{ground.grid.cell_size:g} m 网格，糙率 {ROUGHNESS:g}，四边自由出流",
            "各帧为当时水深，不累积；河道内的水不计为受淹",
            f"雨停后再算 {AFTER_RAIN_S / 3600:g} 小时；地形：{ground.grid.source}",
            *(("区间和集合按快算网格计算",) if detail != "coarse" else ()),
        ),
        limits=tuple(dict.fromkeys((*inertial.CARD.limits, *hazard.CARD.limits))),
        shortfalls=tuple(shortfalls),
        frames=() if setting.member else depth_frames(likely, [zone.key for zone in zones]),
        series=(depths, wet),
        tables=(_area_table(likely, tried), _volume_table(volumes)),
        marks=arrival_marks(likely, setting),
        summary=_summary(inputs, depths, wet, volumes),
        uncertainty="雨量和排水能力；地形不准时位置也不准",
        would_change=(
            "雨带移动或雨量修订：改雨量重算",
            "泵站停运、雨水口堵塞：把排水能力调低",
            "换成实测高程和街区细网格",
        ),
    )


def _ground(setting: Setting, width: float, cells: int) -> Ground:
    return flood_ground(setting, width=width, cell_size=width / cells)


def _quick(inputs: Inputs, _setting: Setting) -> Inputs | None:
    """Return the coarse grid as the first answer where the fine one was asked for."""
    if inputs.word("detail") == "coarse":
        return None
    return replace(inputs, values={**inputs.values, "detail": "coarse"})


def _water(
    inputs: Inputs, ground: Ground, factor: float, tell: Callable[[float], None]
) -> tuple[Water, _Volumes]:
    duration = inputs.number("duration_s")
    rain = design_storm(inputs.number("rain_m") * factor, duration, inputs.word("shape"))
    most = inertial.CARD.input("rain").high
    if rain.values.max() > most:
        raise ScenarioError(
            "scenario.rain_m",
            f"使峰值雨强（含三成误差）不超过 {most / MM_H:g} mm/h",
            f"{rain.values.max() / MM_H:.0f} mm/h",
        )
    whole = duration + AFTER_RAIN_S
    return _simulated(
        ground,
        WatchedRain(rain.times, rain.values, duration=whole, tell=tell),
        duration=whole,
        drain=inputs.number("drain_m_s"),
        infiltration=inputs.number("infiltration_m_s"),
    )


def _simulated(
    ground: Ground, rain: Hydrograph, *, duration: float, drain: float, infiltration: float
) -> tuple[Water, _Volumes]:
    """Run the local inertial model and keep the depth at even moments."""
    moments = np.linspace(0.0, duration, MOMENTS + 1)[1:]
    flood = simulate_flood(
        ground.grid.elevation,
        cell_size=ground.grid.cell_size,
        duration=duration,
        roughness=ROUGHNESS,
        rain=rain,
        infiltration=infiltration,
        drain=drain,
        edge_slope=EDGE_SLOPE,
        largest_step=LARGEST_STEP,
        record_every=RECORD_EVERY,
        wet_depth=ARRIVES,
        keep_at=moments,
        precision="single",
    )
    water = Water(
        ground=ground,
        minutes=tuple((moments / 60.0).tolist()),
        depths=flood.kept,
        largest_depth=np.maximum(flood.largest_depth, np.max(flood.kept, axis=0)),
        largest_rating=flood.largest_rating,
        arrival=flood.arrival,
    )
    return water, _Volumes(
        rain=flood.rain,
        drained=flood.drained,
        infiltrated=flood.infiltrated,
        left=flood.outflow,
        stands=flood.stored_after,
    )


def _ranged_series(
    key: str,
    label: str,
    unit: str,
    minutes: Sequence[float],
    values: Sequence[tuple[float, ...]],
) -> Series:
    columns = np.array(values)
    return Series(
        key=key,
        label=label,
        unit=unit,
        minutes=tuple(minutes),
        values=values[0],
        low=tuple(columns.min(axis=0).tolist()),
        high=tuple(columns.max(axis=0).tolist()),
        source=SOURCE,
    )


def _peak(series: Series, unit: str, note: str) -> Figure:
    return Figure(
        value=max(series.values),
        unit=unit,
        source=SOURCE,
        low=max(series.low),
        high=max(series.high),
        note=f"{note}；区间为雨量 ±30%",
    )


def _area_table(likely: Water, tried: Sequence[Water]) -> Table:
    rows: list[tuple[str | Figure, ...]] = []
    for _key, label, level in reversed(DEPTHS):
        areas = [
            float(((w.largest_depth >= level) & ~w.ground.river).sum())
            * (w.ground.grid.cell_size / 1000.0) ** 2
            for w in (likely, *tried)
        ]
        land = (likely.largest_depth >= level) & ~likely.ground.river
        first = next(
            (
                f"{minute:.0f} 分钟"
                for minute, depth in zip(likely.minutes, likely.depths, strict=True)
                if (depth[land] >= level).any()
            ),
            "—",
        )
        rows.append(
            (
                label,
                Figure(
                    value=round(areas[0], 2),
                    unit="km²",
                    source=SOURCE,
                    low=round(min(areas), 2),
                    high=round(max(areas), 2),
                ),
                first,
            )
        )
    return Table(
        title="积水面积",
        columns=("水深", "最大面积", "最早出现"),
        rows=tuple(rows),
        note="不含河道；区间为雨量 ±30%",
    )


def _volume_table(volumes: _Volumes) -> Table:
    rows = tuple(
        (
            title,
            Figure(value=round(value / 1e4, 1), unit="万m³", source=SOURCE),
            Figure(value=round(100 * value / volumes.rain), unit="%", source=SOURCE),
        )
        for title, value in (
            ("降雨", volumes.rain),
            ("排水带走", volumes.drained),
            ("下渗", volumes.infiltrated),
            ("流出范围", volumes.left),
            ("结束时积存", volumes.stands),
        )
    )
    return Table(title="水量平衡", columns=("去向", "水量", "占降雨"), rows=rows)


def _summary(inputs: Inputs, depths: Series, wet: Series, volumes: _Volumes) -> tuple[str, ...]:
    mm = inputs.number("rain_m") * 1000.0
    hours = inputs.number("duration_s") / 3600.0
    deepest = max(depths.values)
    when = next(
        (m for m, v in zip(depths.minutes, depths.values, strict=True) if v >= ARRIVES), None
    )
    here = f"{depths.label}最深约 {deepest:.2f} m（{max(depths.low):.2f}–{max(depths.high):.2f} m）"
    arrives = (
        f"约 {when:.0f} 分钟后标定点附近积水到 {ARRIVES:g} m；{here}。"
        if when is not None
        else f"标定点附近积水不到 {ARRIVES:g} m；{here}。"
    )
    at = wet.minutes[int(np.argmax(wet.values))]
    share = 100.0 * (volumes.drained + volumes.infiltrated) / volumes.rain
    return (
        arrives,
        (
            f"{mm:g} mm 雨量（{hours:g} 小时）下，第 {at:.0f} 分钟积水最广："
            f"0.15 m 以上 {max(wet.values):.1f} km²（{max(wet.low):.1f}–{max(wet.high):.1f} km²）。"
        ),
        f"排水和下渗约带走 {share:.0f}%，雨停 1 小时后还积 {volumes.stands / 1e4:.0f} 万 m³。",
    )


MODEL: Final = ForecastModel(
    kind=KIND,
    family="flood",
    title="暴雨内涝",
    about="雨下来以后哪里积水、多深、几分钟到、多久退",
    cards=("flood.inertial", "flood.hazard"),
    fields=FIELDS,
    run=run_flood,
    event_codes=("11A01", "11A02", "11A06", "11B03"),
    members=20,
    quick=_quick,
    seconds=5.0,
)
