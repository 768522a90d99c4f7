"""Forecast of a forest fire: danger of the day, isochrones over the ground, what a firebreak saves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.ops import unary_union

from anlan.forecast.hazards.forest_fields import FIELDS, parse_forest_fire
from anlan.forecast.hazards.forest_ground import (
    FireGround,
    fire_ground,
    firebreak_line,
    firebreak_points,
    lonlat_of,
)
from anlan.forecast.hazards.rings import refused, text_range
from anlan.forecast.model import ForecastModel
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.shapes import area_above
from anlan.forecast.types import (
    Assumption,
    Figure,
    Footprint,
    Forecast,
    Frame,
    Mark,
    Series,
    Table,
)
from anlan.science.cyclone.beaufort import wind_force
from anlan.science.fire import arrival, danger, intensity, rothermel, wang

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.fields import Inputs
    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "run_forest_fire"]

TITLE: Final = "林火蔓延模型（王正非—毛贤敏、到达时间）"
SOURCE: Final = f"{TITLE} v{wang.CARD.version}.{arrival.CARD.version}"
STRONGEST_WIND = 12.0
"""End of the range of the spread model; stronger wind is read as this, and said. [m/s]"""

CELLS = 150
"""Cells along a side of the grid."""

SMALLEST_CELL = 10.0
NARROWEST, WIDEST = 1500.0, 40_000.0
"""Sides of the grid. [m]"""

FAST = 1.5
"""The rate may be so much higher or lower, for the range. Platform default, 待确认. [1]"""

HOURS: Final = (1, 3, 6, 12, 24)
"""Isochrones."""

ALL_ROUND: Final = (0.0, 60.0, 120.0, 180.0, 240.0, 300.0)
"""Directions tried when nobody knows the wind. [deg]"""

MIDFLAME = 0.4
"""Wind at the flames over that at 10 m in open fuel, for the second model (M). [1]"""

SECOND: Final = {
    0.4: "8", 0.7: "10", 0.8: "8", 1.0: "9", 1.2: "9", 1.6: "3", 1.8: "6", 2.0: "1",
}  # fmt: skip
"""Fuel model of Anderson (1982) for each Ks. Platform default, 待确认."""

ATTACK: Final = {
    "hand": "手工具可直接扑打火头",
    "engine": "须水车、推土机，人员不可正面接近火头",
    "aircraft": "须飞机洒水，只能从侧翼和火尾扑打",
    "none": "火头不可控，只能撤离和远处开设隔离带",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """Arrival times with one wind."""

    times: NDArray[np.float64]
    rate: NDArray[np.float64]


def run_forest_fire(inputs: Inputs, setting: Setting) -> Forecast:
    """Return where the fire is after some hours, the soonest first."""
    weather = setting.weather
    wind = min(weather.wind_speed, STRONGEST_WIND)
    ks = float(inputs.word("fuel"))
    limit = inputs.number("hours") * 3600.0
    with refused("weather.temperature_c", weather.temperature_c):
        flat = float(
            wang.spread_rate(
                weather.temperature_c, wind, inputs.number("humidity_percent"), fuel_factor=ks
            )
        )
    ground = _ground(inputs, setting, flat, limit)
    broken = _firebreak(inputs, setting, ground)
    turns = _turns(setting)
    with refused("scenario", inputs.word("fuel")):
        runs = [_spread(inputs, setting, ground, broken, turn, FAST * limit) for turn in turns]
        without = None
        if broken is not None:
            nothing = np.zeros_like(broken)
            without = [_spread(inputs, setting, ground, nothing, turn, limit) for turn in turns[:1]]
    hours = [h for h in HOURS if h * 3600.0 < limit] + [inputs.number("hours")]
    footprints = [_footprint(hour, runs, ground, setting) for hour in hours]
    head = _head(runs[0], ground, flat)
    shortfalls = _shortfalls(runs[0].times, ground, limit, weather.wind_speed)
    return Forecast(
        model="forest_fire",
        version=f"v{wang.CARD.version}.{arrival.CARD.version}.{intensity.CARD.version}",
        title=TITLE,
        footprints=tuple(footprints),
        figures=_figures(inputs, setting, head),
        assumptions=(*weather.assumptions, *_strong_wind(weather.wind_speed), *inputs.assumptions),
        reasons=(
            f"Ks {ks:g}，风速 {wind:g} m/s，网格 {ground.terrain.cell_size:.0f} m",
            f"地形：{ground.terrain.source}",
            *ground.notes,
            "动画为到该时刻累计过火范围；区间取风向摆动和蔓延速度的 1/1.5 至 1.5 倍",
        ),
        limits=tuple(
            dict.fromkeys(
                (
                    "没有林相分布数据：范围内按同一种可燃物计，农田、水面以现场为准",
                    *wang.CARD.limits,
                    *arrival.CARD.limits,
                    *intensity.CARD.limits,
                )
            )
        ),
        shortfalls=shortfalls,
        frames=_frames(footprints, hours, runs, ground, setting, limit),
        series=_series(runs[0], without, ground, limit),
        tables=_tables(inputs, setting, runs, without, ground, hours),
        marks=_marks(inputs),
        summary=_summary(inputs, footprints, head, runs, without, ground, limit),
        uncertainty="风向风速的变化和可燃物的干湿",
        would_change=(
            "风向转变：火翼变火头，是扑火队伤亡的主要原因",
            "降雨或湿度上升：蔓延显著变慢",
            "树冠火或飞火：比预测快，隔离带可能失效",
        ),
    )


def _ground(inputs: Inputs, setting: Setting, flat: float, limit: float) -> FireGround:
    """Return a square in which the fire has room, the hills making it faster."""
    width = float(np.clip(2.0 * 1.3 * FAST * flat * limit, NARROWEST, WIDEST))
    return fire_ground(
        setting,
        width=width,
        cell_size=max(width / CELLS, SMALLEST_CELL),
        roads_hold=inputs.word("roads_hold") == "yes",
    )


def _firebreak(inputs: Inputs, setting: Setting, ground: FireGround) -> NDArray[np.bool_] | None:
    text = inputs.word("firebreak")
    if not text:
        return None
    line = firebreak_line(firebreak_points(text), setting)
    found = ground.along(line, inputs.number("firebreak_width_m") / 2.0)
    if not found.any():
        reach = len(found) * ground.terrain.cell_size / 2000.0
        raise ScenarioError(
            "scenario.firebreak",
            f"经过事发地四周 {reach:.1f} km 的计算范围（由预测时长决定）",
            text,
        )
    found[ground.centre] = False
    return found


def _turns(setting: Setting) -> tuple[float, ...]:
    """Return the winds that are tried: where they come from, the likeliest first."""
    from_deg, spread = setting.weather.wind_from_deg, setting.weather.wind_spread_deg
    if from_deg is None:
        return ALL_ROUND
    return from_deg, (from_deg - spread) % 360.0, (from_deg + spread) % 360.0


def _spread(
    inputs: Inputs,
    setting: Setting,
    ground: FireGround,
    broken: NDArray[np.bool_] | None,
    from_deg: float,
    limit: float,
) -> Run:
    """Return when the fire arrives with one wind."""
    weather = setting.weather
    stopped = ground.barrier if broken is None else ground.barrier | broken
    spread = wang.spread_field(
        weather.temperature_c,
        min(weather.wind_speed, STRONGEST_WIND),
        inputs.number("humidity_percent"),
        wind_to_deg=from_deg + 180.0,
        fuel_factor=float(inputs.word("fuel")),
        slope_deg=ground.slope_deg,
        uphill_deg=ground.uphill_deg,
    )
    rate = np.where(stopped, 0.0, spread.rate)
    if not rate[ground.centre] > 0:
        times = np.full(rate.shape, np.inf)
        times[ground.centre] = 0.0
        return Run(times=times, rate=rate)
    times = arrival.arrival_time(
        np.minimum(rate, 20.0),
        spread.direction_deg,
        np.minimum(spread.eccentricity, 0.995),
        cell_size=ground.terrain.cell_size,
        start=[ground.centre],
        limit=limit,
    )
    return Run(times=times, rate=rate)


def _burned(run: Run, ground: FireGround, seconds: float) -> BaseGeometry:
    """Return the area burned by a time."""
    lon, lat = lonlat_of(ground)
    return area_above(-run.times, lon, lat, -seconds)


def _hectares(run: Run, ground: FireGround, seconds: float) -> float:
    found = arrival.burned_area(run.times, cell_size=ground.terrain.cell_size, at=seconds)
    return float(found) / 1e4


def _footprint(hour: float, runs: Sequence[Run], ground: FireGround, setting: Setting) -> Footprint:
    """Return the area burned by an hour; without a known wind that of every direction."""
    seconds = hour * 3600.0
    turned = [_burned(run, ground, seconds) for run in runs]
    known = setting.weather.wind_from_deg is not None
    area = turned[0] if known else unary_union(turned)
    faster = [_burned(run, ground, seconds * FAST) for run in runs]
    slower = _burned(runs[0], ground, seconds / FAST)
    likely = _hectares(runs[0], ground, seconds)
    sizes = [
        _hectares(run, ground, at)
        for run in runs
        for at in (seconds / FAST, seconds, seconds * FAST)
    ]
    return Footprint(
        key=f"burn_{hour:g}h",
        label=f"{hour:g} 小时过火范围",
        threshold=Figure(value=hour, unit="h", source=SOURCE),
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


def _head(run: Run, ground: FireGround, flat: float) -> Head:
    burned = np.isfinite(run.times) & ~ground.barrier
    return Head(flat=flat, fastest=max(flat, float(run.rate[burned].max(initial=0.0))))


def _second_opinion(inputs: Inputs, setting: Setting) -> rothermel.SurfaceFire:
    """Return the head of the second model on the flat: Rothermel with a like fuel.

    Dead fuel takes the moisture of the air (Simard 1968); live fuel is taken as half cured.
    """
    weather = setting.weather
    h, fahrenheit = inputs.number("humidity_percent"), weather.temperature_c * 1.8 + 32.0
    if h < 10.0:
        wet = 0.03229 + 0.281073 * h - 0.000578 * h * fahrenheit
    elif h < 50.0:
        wet = 2.22749 + 0.160107 * h - 0.014784 * fahrenheit
    else:
        wet = 21.0606 + 0.005565 * h * h - 0.00035 * h * fahrenheit - 0.483199 * h
    share = float(np.clip(wet / 100.0, 0.01, 1.0))
    moisture = rothermel.Moisture(
        one_hour=share, ten_hour=share + 0.01, hundred_hour=share + 0.02, herb=0.6, woody=0.9
    )
    return rothermel.rothermel(
        SECOND[float(inputs.word("fuel"))],
        moisture,
        wind_speed=min(MIDFLAME * weather.wind_speed, 20.0),
    )


def _figures(inputs: Inputs, setting: Setting, head: Head) -> dict[str, Figure]:
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


def _frames(
    footprints: Sequence[Footprint],
    hours: Sequence[float],
    runs: Sequence[Run],
    ground: FireGround,
    setting: Setting,
    limit: float,
) -> tuple[Frame, ...]:
    known = setting.weather.wind_from_deg is not None
    step = limit / 12.0
    frames = []
    for k in range(1, 13):
        now = k * step
        shown = runs[:1] if known else runs
        burned = unary_union([_burned(run, ground, now) for run in shown])
        areas = {
            f.key: burned if now <= hour * 3600.0 else f.area
            for f, hour in zip(footprints, hours, strict=True)
        }
        frames.append(Frame(minutes=round(now / 60.0, 1), areas=areas))
    return tuple(frames)


def _series(
    run: Run, without: Sequence[Run] | None, ground: FireGround, limit: float
) -> tuple[Series, ...]:
    minutes = tuple(float(m) for m in np.linspace(0.0, limit / 60.0, 25))

    def sizes(one: Run, share: float) -> tuple[float, ...]:
        return tuple(round(_hectares(one, ground, m * 60.0 * share), 2) for m in minutes)

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


def _tables(
    inputs: Inputs,
    setting: Setting,
    runs: Sequence[Run],
    without: Sequence[Run] | None,
    ground: FireGround,
    hours: Sequence[float],
) -> tuple[Table, ...]:
    second = _second_opinion(inputs, setting)
    weather = setting.weather
    first = float(
        wang.spread_rate(
            weather.temperature_c,
            min(weather.wind_speed, STRONGEST_WIND),
            inputs.number("humidity_percent"),
            fuel_factor=float(inputs.word("fuel")),
        )
    )
    found = [
        Table(
            title="两种模型的平地火头速度",
            columns=("模型", "速度", "可燃物"),
            rows=(
                (
                    "王正非—毛贤敏",
                    Figure(value=round(first * 60.0, 2), unit="m/min", source=SOURCE),
                    f"Ks {inputs.word('fuel')}",
                ),
                (
                    f"Rothermel v{rothermel.CARD.version}",
                    Figure(
                        value=round(second.rate * 60.0, 2),
                        unit="m/min",
                        source=f"Rothermel v{rothermel.CARD.version}",
                        to_confirm=True,
                    ),
                    rothermel.fuel_model(SECOND[float(inputs.word("fuel"))]).title,
                ),
            ),
            note="可燃物对应关系、火焰高度处风速折减 0.4 和死可燃物含水率为平台默认，待确认",
        )
    ]
    if without:
        rows: list[tuple[str | Figure, ...]] = []
        for hour in hours:
            bare = _hectares(without[0], ground, hour * 3600.0)
            kept = _hectares(runs[0], ground, hour * 3600.0)
            rows.append(
                (
                    f"{hour:g} 小时",
                    *(
                        Figure(value=round(v, 1), unit="公顷", source=SOURCE)
                        for v in (bare, kept, bare - kept)
                    ),
                )
            )
        found.append(
            Table(
                title="隔离带的效果",
                columns=("时间", "不设隔离带", "设隔离带", "少烧"),
                rows=tuple(rows),
                note="隔离带按守得住计；火焰长于带宽或有飞火时会被越过",
            )
        )
    return tuple(found)


def _marks(inputs: Inputs) -> tuple[Mark, ...]:
    text = inputs.word("firebreak")
    if not text:
        return ()
    return tuple(
        Mark(lon=lon, lat=lat, label="拟设隔离带", state="watch", source="录入")
        for lon, lat in firebreak_points(text)
    )


def _summary(
    inputs: Inputs,
    footprints: Sequence[Footprint],
    head: Head,
    runs: Sequence[Run],
    without: Sequence[Run] | None,
    ground: FireGround,
    limit: float,
) -> tuple[str, ...]:
    if head.flat <= 0:
        return ("按当前天气（低温高湿）地表火不蔓延；以现场为准",)
    said = [
        f"{f.threshold.value:g} 小时后过火约 {text_range(f.figures['过火面积'])}"
        for f in footprints
    ]
    said.append(f"平地火头每分钟约 {head.flat * 60:.1f} m，上坡最快约 {head.fastest * 60:.1f} m")
    if without:
        saved = _hectares(without[0], ground, limit) - _hectares(runs[0], ground, limit)
        load = inputs.number("fuel_load_kg_m2")
        flame = float(intensity.flame_length(intensity.fireline_intensity(head.fastest, load)))
        width = inputs.number("firebreak_width_m")
        said.append(
            f"拟设隔离带若守得住，{limit / 3600:g} 小时内少烧约 {saved:.0f} 公顷"
            f"（火焰长约 {flame:.1f} m，带宽 {width:g} m）"
        )
    return tuple(said)


def _shortfalls(
    times: NDArray[np.float64], ground: FireGround, limit: float, wind: float
) -> tuple[str, ...]:
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


def _strong_wind(wind: float) -> tuple[Assumption, ...]:
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


MODEL: Final = ForecastModel(
    kind="forest_fire",
    family="wildfire",
    title="森林火灾蔓延",
    about="几小时后烧到哪里、多猛，隔离带能少烧多少",
    cards=("fire.danger", "fire.wang", "fire.rothermel", "fire.arrival", "fire.intensity"),
    fields=FIELDS,
    parse=parse_forest_fire,
    run=run_forest_fire,
    event_codes=("11G", "11B25"),
    uses_weather=True,
    members=20,
    seconds=2.0,
)
