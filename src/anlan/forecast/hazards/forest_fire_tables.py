"""The tables that are told of a forest fire, and the runs they are told from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.hazards.forest_ground import FireGround, lonlat_of
from anlan.forecast.shapes import area_above
from anlan.forecast.types import Figure, Table
from anlan.science.fire import arrival, rothermel, wang

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.fields import Inputs
    from anlan.forecast.setting import Setting

__all__ = ["SOURCE", "STRONGEST_WIND", "TITLE", "Run", "burned", "hectares", "tables"]

TITLE: Final = "林火蔓延模型（王正非—毛贤敏、到达时间）"
SOURCE: Final = f"{TITLE} v{wang.CARD.version}.{arrival.CARD.version}"
STRONGEST_WIND = 12.0
"""End of the range of the spread model; stronger wind is read as this, and said. [m/s]"""
MIDFLAME = 0.4
"""Wind at the flames over that at 10 m in open fuel, for the second model (M). [1]"""
SECOND: Final = {
    0.4: "8", 0.7: "10", 0.8: "8", 1.0: "9", 1.2: "9", 1.6: "3", 1.8: "6", 2.0: "1",
}  # fmt: skip
"""Fuel model of Anderson (1982) for each Ks. Platform default, 待确认."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """Arrival times with one wind."""

    times: NDArray[np.float64]
    rate: NDArray[np.float64]


def burned(run: Run, ground: FireGround, seconds: float) -> BaseGeometry:
    """Return the area burned by a time."""
    lon, lat = lonlat_of(ground)
    return area_above(-run.times, lon, lat, -seconds)


def hectares(run: Run, ground: FireGround, seconds: float) -> float:
    """Return how many hectares have burned by then."""
    found = arrival.burned_area(run.times, cell_size=ground.terrain.cell_size, at=seconds)
    return float(found) / 1e4


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


def tables(
    inputs: Inputs,
    setting: Setting,
    runs: Sequence[Run],
    without: Sequence[Run] | None,
    ground: FireGround,
    hours: Sequence[float],
) -> tuple[Table, ...]:
    """Return the tables: the two models side by side, and what a firebreak saves."""
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
            bare = hectares(without[0], ground, hour * 3600.0)
            kept = hectares(runs[0], ground, hour * 3600.0)
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
