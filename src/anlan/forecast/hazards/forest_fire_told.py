"""What is told of a forest fire: its areas, figures, tables, marks and sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.ops import unary_union

from anlan.forecast.hazards import forest_fire_tables as tables
from anlan.forecast.hazards.forest_fire_tables import SOURCE, STRONGEST_WIND, Run
from anlan.forecast.hazards.forest_ground import FireGround, firebreak_points
from anlan.forecast.hazards.rings import text_range
from anlan.forecast.types import Assumption, Figure, Footprint, Frame, Mark, Series
from anlan.science.cyclone.beaufort import wind_force
from anlan.science.fire import danger, intensity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from anlan.forecast.fields import Inputs
    from anlan.forecast.setting import Setting

__all__ = [
    "FAST",
    "figures",
    "footprint",
    "frames",
    "head",
    "marks",
    "series",
    "shortfalls",
    "strong_wind",
    "summary",
]

FAST = 1.5
"""The rate may be so much higher or lower, for the range. Platform default, 待确认. [1]"""
ATTACK: Final = {
    "hand": "手工具可直接扑打火头",
    "engine": "须水车、推土机，人员不可正面接近火头",
    "aircraft": "须飞机洒水，只能从侧翼和火尾扑打",
    "none": "火头不可控，只能撤离和远处开设隔离带",
}


def footprint(hour: float, runs: Sequence[Run], ground: FireGround, setting: Setting) -> Footprint:
    """Return the area burned by an hour; without a known wind that of every direction."""
    seconds = hour * 3600.0
    turned = [tables.burned(run, ground, seconds) for run in runs]
    known = setting.weather.wind_from_deg is not None
    area = turned[0] if known else unary_union(turned)
    faster = [tables.burned(run, ground, seconds * FAST) for run in runs]
    slower = tables.burned(runs[0], ground, seconds / FAST)
    likely = tables.hectares(runs[0], ground, seconds)
    sizes = [
        tables.hectares(run, ground, at)
        for run in runs
        for at in (seconds / FAST, seconds, seconds * FAST)
    ]
    return Footprint(
        key=f"burn_{hour:g}h",
        label=f"{hour:g} 小时过火范围",
        threshold=Figure(value=hour, unit="h", source=SOURCE, sign="≤"),
        area=area,
        envelope=unary_union([area, *turned, *faster]),
        figures={
            "过火面积": Figure(
                value=round(likely, 1),
                unit="公顷",
                source=SOURCE,
                low=round(min(sizes), 1),
                high=round(max(sizes), 1),
            ),
        },
        members=(slower, *turned, *faster[:1]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of the fire: how fast on the flat, and at its fastest on the slopes. [m/s]."""

    flat: float
    fastest: float


def head(run: Run, ground: FireGround, flat: float) -> Head:
    """Return how fast the head of the fire runs."""
    burned = np.isfinite(run.times) & ~ground.barrier
    return Head(flat=flat, fastest=max(flat, float(run.rate[burned].max(initial=0.0))))


def figures(inputs: Inputs, setting: Setting, head: Head) -> dict[str, Figure]:
    """Return the figures of the first page."""
    weather = setting.weather
    load = inputs.number("fuel_load_kg_m2")
    loads = (load * 0.6, min(load * 1.6, 50.0))
    likely = float(intensity.fireline_intensity(head.fastest, load))
    least = float(intensity.fireline_intensity(head.flat / FAST, loads[0]))
    most = float(intensity.fireline_intensity(min(head.fastest * FAST, 20.0), loads[1]))
    lengths = [float(intensity.flame_length(i)) for i in (least, likely, most)]
    text = f"{SOURCE}；火线强度 v{intensity.CARD.version}（Byram）"
    day = danger.fire_danger(
        float(np.clip(weather.temperature_c, -60, 60)),
        inputs.number("humidity_percent"),
        days_since_rain=int(inputs.number("days_since_rain")),
        last_rain_mm=inputs.number("last_rain_mm"),
        beaufort=int(wind_force(weather.wind_speed)),
    )
    per_minute = 60.0
    return {
        "平地火头速度": Figure(
            value=round(head.flat * per_minute, 2),
            unit="m/min",
            source=SOURCE,
            low=round(head.flat / FAST * per_minute, 2),
            high=round(head.flat * FAST * per_minute, 2),
        ),
        "最快火头速度（上坡）": Figure(
            value=round(head.fastest * per_minute, 2),
            unit="m/min",
            source=SOURCE,
            low=round(head.fastest / FAST * per_minute, 2),
            high=round(head.fastest * FAST * per_minute, 2),
        ),
        "火线强度": Figure(
            value=round(likely / 1000.0),
            unit="kW/m",
            source=text,
            low=float(round(least / 1000.0)),
            high=float(round(most / 1000.0)),
        ),
        "火焰长度": Figure(
            value=round(lengths[1], 1),
            unit="m",
            source=text,
            low=round(lengths[0], 1),
            high=round(lengths[2], 1),
        ),
        "扑救能力": Figure(
            value=ATTACK[intensity.attack(likely)], unit="", source="Andrews & Rothermel 1982"
        ),
        "火险天气等级": Figure(
            value=f"{'一二三四五'[day.level - 1]}级（{day.title}）",
            unit="",
            source=f"LY/T 1172—95，指数 {day.index}",
            note="；".join(day.reasons),
            to_confirm=True,
        ),
    }


def frames(
    footprints: Sequence[Footprint],
    hours: Sequence[float],
    runs: Sequence[Run],
    ground: FireGround,
    setting: Setting,
    limit: float,
) -> tuple[Frame, ...]:
    """Return the map at each moment of the time slider."""
    known = setting.weather.wind_from_deg is not None
    step = limit / 12.0
    frames = []
    for k in range(1, 13):
        now = k * step
        shown = runs[:1] if known else runs
        burned = unary_union([tables.burned(run, ground, now) for run in shown])
        areas = {
            f.key: burned if now <= hour * 3600.0 else f.area
            for f, hour in zip(footprints, hours, strict=True)
        }
        frames.append(Frame(minutes=round(now / 60.0, 1), areas=areas))
    return tuple(frames)


def series(
    run: Run, without: Sequence[Run] | None, ground: FireGround, limit: float
) -> tuple[Series, ...]:
    """Return the burned area over time, with and without the firebreak."""
    minutes = tuple(float(m) for m in np.linspace(0.0, limit / 60.0, 25))

    def sizes(one: Run, share: float) -> tuple[float, ...]:
        return tuple(round(tables.hectares(one, ground, m * 60.0 * share), 2) for m in minutes)

    found = [
        Series(
            key="burned",
            label="过火面积" if without is None else "过火面积（设隔离带）",
            unit="公顷",
            minutes=minutes,
            values=sizes(run, 1.0),
            low=sizes(run, 1.0 / FAST),
            high=sizes(run, FAST),
            source=SOURCE,
        )
    ]
    if without:
        found.append(
            Series(
                key="burned_without",
                label="过火面积（不设隔离带）",
                unit="公顷",
                minutes=minutes,
                values=sizes(without[0], 1.0),
                source=SOURCE,
            )
        )
    return tuple(found)


def marks(inputs: Inputs) -> tuple[Mark, ...]:
    """Mark the planned firebreak."""
    text = inputs.word("firebreak")
    if not text:
        return ()
    return tuple(
        Mark(lon=lon, lat=lat, label="拟设隔离带", state="watch", source="录入")
        for lon, lat in firebreak_points(text)
    )


def summary(
    inputs: Inputs,
    footprints: Sequence[Footprint],
    head: Head,
    runs: Sequence[Run],
    without: Sequence[Run] | None,
    ground: FireGround,
    limit: float,
) -> tuple[str, ...]:
    """Return the result in sentences."""
    if head.flat <= 0:
        return ("按当前天气（低温高湿）地表火不蔓延；以现场为准",)
    said = [
        f"{f.threshold.value:g} 小时后过火约 {text_range(f.figures['过火面积'])}"
        for f in footprints
    ]
    said.append(f"平地火头每分钟约 {head.flat * 60:.1f} m，上坡最快约 {head.fastest * 60:.1f} m")
    if without:
        saved = tables.hectares(without[0], ground, limit) - tables.hectares(runs[0], ground, limit)
        load = inputs.number("fuel_load_kg_m2")
        flame = float(intensity.flame_length(intensity.fireline_intensity(head.fastest, load)))
        width = inputs.number("firebreak_width_m")
        said.append(
            f"拟设隔离带若守得住，{limit / 3600:g} 小时内少烧约 {saved:.0f} 公顷"
            f"（火焰长约 {flame:.1f} m，带宽 {width:g} m）"
        )
    return tuple(said)


def shortfalls(
    times: NDArray[np.float64], ground: FireGround, limit: float, wind: float
) -> tuple[str, ...]:
    """Return what could not be computed, and what helps."""
    said = []
    edge = np.concatenate([times[0], times[-1], times[:, 0], times[:, -1]])
    if np.isfinite(edge).any() and float(edge[np.isfinite(edge)].min()) <= limit:
        hours = float(edge[np.isfinite(edge)].min()) / 3600.0
        said.append(
            f"约 {hours:.1f} 小时火到计算范围边缘，此后面积偏小；请缩短预测时长或更新后重算"
        )
    if ground.terrain.synthetic:
        said.append("没有实测地形：坡度来自合成地形（示例数据），请上传高程文件")
    if wind > STRONGEST_WIND:
        said.append(f"风速 {wind:g} m/s 超出模型上限 {STRONGEST_WIND:g} m/s，按上限计，实际更快")
    return tuple(said)


def strong_wind(wind: float) -> tuple[Assumption, ...]:
    """Say that a wind beyond the model's range was read as its end."""
    if wind <= STRONGEST_WIND:
        return ()
    return (
        Assumption(
            field="weather.wind_speed",
            title="用于蔓延的风速",
            value=STRONGEST_WIND,
            unit=" m/s",
            basis=f"实测 {wind:g} m/s 超出王正非模型适用范围，按上限计，结果偏小",
        ),
    )
