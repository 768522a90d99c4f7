"""Forecast of a forest fire: danger of the day, isochrones over the ground, what a firebreak saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.ground import terrain_fault
from anlan.forecast.hazards import forest_fire_told as told
from anlan.forecast.hazards.forest_fields import FIELDS, parse_forest_fire
from anlan.forecast.hazards.forest_fire_tables import STRONGEST_WIND, TITLE, Run, tables
from anlan.forecast.hazards.forest_fire_told import FAST
from anlan.forecast.hazards.forest_ground import (
    FireGround,
    fire_ground,
    firebreak_line,
    firebreak_points,
)
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Forecast
from anlan.science.fire import arrival, intensity, wang

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.forecast.fields import Inputs
    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "run_forest_fire"]

CELLS = 150
"""Cells along a side of the grid."""

SMALLEST_CELL = 10.0
NARROWEST, WIDEST = 1500.0, 40_000.0
"""Sides of the grid. [m]"""

HOURS: Final = (1, 3, 6, 12, 24)
"""Isochrones."""

ALL_ROUND: Final = (0.0, 60.0, 120.0, 180.0, 240.0, 300.0)
"""Directions tried when nobody knows the wind. [deg]"""


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
    if setting.member and weather.wind_from_deg is not None:
        turns = turns[:1]  # the others only give a range
    with refused("scenario", inputs.word("fuel")):
        runs = [_spread(inputs, setting, ground, broken, turn, FAST * limit) for turn in turns]
        without = None
        if broken is not None:
            nothing = np.zeros_like(broken)
            without = [_spread(inputs, setting, ground, nothing, turn, limit) for turn in turns[:1]]
    hours = [h for h in HOURS if h * 3600.0 < limit] + [inputs.number("hours")]
    footprints = [told.footprint(hour, runs, ground, setting) for hour in hours]
    head = told.head(runs[0], ground, flat)
    shortfalls = told.shortfalls(runs[0].times, ground, limit, weather.wind_speed)
    if fault := ground.terrain.synthetic and terrain_fault(setting.city):
        shortfalls += (fault,)
    return Forecast(
        model="forest_fire",
        version=f"v{wang.CARD.version}.{arrival.CARD.version}.{intensity.CARD.version}",
        title=TITLE,
        footprints=tuple(footprints),
        figures=told.figures(inputs, setting, head),
        assumptions=(
            *weather.assumptions,
            *told.strong_wind(weather.wind_speed),
            *inputs.assumptions,
        ),
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
        frames=()
        if setting.member
        else told.frames(footprints, hours, runs, ground, setting, limit),
        series=told.series(runs[0], without, ground, limit),
        tables=tables(inputs, setting, runs, without, ground, hours),
        marks=told.marks(inputs),
        summary=told.summary(inputs, footprints, head, runs, without, ground, limit),
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


MODEL: Final = ForecastModel(
    kind="forest_fire",
    family="wildfire",
    title="森林火灾蔓延",
    about="几小时后烧到哪里、多猛，隔离带能少烧多少",
    cards=("fire.danger", "fire.wang", "fire.rothermel", "fire.arrival", "fire.intensity"),
    fields=FIELDS,
    reader=parse_forest_fire,
    run=run_forest_fire,
    event_codes=("11G", "11B25"),
    uses_weather=True,
    members=20,
    seconds=2.0,
)
