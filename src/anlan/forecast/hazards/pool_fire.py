"""Forecast of a pool fire: heat zones that lean with the wind, neighbouring tanks, how long it burns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.fields import CHOICE, Field, Inputs, Spread
from anlan.forecast.hazards import registered
from anlan.forecast.hazards.heat import LEVELS, death_figure, death_table
from anlan.forecast.hazards.neighbours import heat_neighbours, tanks_said
from anlan.forecast.hazards.rings import distance_figure, text_range
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.shapes import disc
from anlan.forecast.types import Figure, Footprint, Forecast
from anlan.science.blast import domino, harm, poolfire
from anlan.science.common.local import downwind_to_lonlat

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.hazards.heat import HeatLevel
    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "run_pool_fire"]

TITLE: Final = "池火热辐射模型（Thomas–Mudan）"
SOURCE: Final = f"{TITLE} v{poolfire.CARD.version}"
STRONGEST_WIND: Final = 30.0
"""End of the range of the model. [m/s]"""

DIRECTIONS, DISTANCES = 9, 24
"""Rays over half of the circle and points along each, for the outline of a zone."""

CLEAR_POWER: Final = {"lng": 220e3, "methanol": 70e3, "ethanol": 70e3}
"""Emissive power of flames with little smoke (Yellow Book 6, confidence M). [W/m2]"""

FIELDS: Final = (
    Field(
        key="fuel",
        title="燃烧物",
        kind=CHOICE,
        choices={key: poolfire.fuel(key).title for key in poolfire.FUELS},
        default="gasoline",
        basis="最常见的可燃液体储罐介质，请核实",
    ),
    Field(
        key="diameter_m",
        title="液池（或储罐、防火堤等效）直径",
        unit="m",
        low=1,
        high=150,
        default=30.0,
        basis="5000 m³ 级储罐直径约 20–30 m，请按现场改",
        spread=Spread(low=0.8, high=1.25),
        help="防火堤内全面积着火时取 √(4·面积/π)",
    ),
    Field(
        key="inventory_kg",
        title="可燃物存量",
        unit="t",
        scale=1000.0,
        low=10,
        high=2e8,
        help="填了才估算燃烧时间",
    ),
    Field(
        key="exposure_s",
        title="人员暴露时间",
        unit="s",
        low=1,
        high=3600,
        default=20.0,
        basis="能自行躲避的人员通常按 20 s，待确认",
    ),
)


def run_pool_fire(inputs: Inputs, setting: Setting) -> Forecast:
    """Return the heat zones around a burning pool, the gravest first.

    Raises
    ------
    ScenarioError
        If the wind is beyond the model.
    """
    weather = setting.weather
    if weather.wind_speed > STRONGEST_WIND:
        raise ScenarioError(
            "weather.wind_speed", f"不大于 {STRONGEST_WIND:g} m/s（池火模型）", weather.wind_speed
        )
    diameter, key = inputs.number("diameter_m"), inputs.word("fuel")
    burning = poolfire.fuel(key)
    with refused("scenario.diameter_m", diameter):
        fires = [
            poolfire.pool_fire(
                float(np.clip(diameter * share, 1.0, 150.0)),
                burning.burning_rate,
                wind_speed=weather.wind_speed,
                surface_power=CLEAR_POWER.get(key),
            )
            for share in ((1.0,) if setting.member else (1.0, 0.8, 1.25))
        ]
    likely = fires[0]
    rays = [_rays(fire) for fire in fires]
    footprints = []
    for level in LEVELS:
        outlines = [_outline(ray, level.flux) for ray in rays]
        if outlines[0] is not None:
            footprints.append(_footprint(level, outlines, inputs, setting))
    shown = {f.key for f in footprints}
    marks, tables = heat_neighbours(setting, _flux_at(likely, setting))
    return Forecast(
        model="pool_fire",
        version=f"v{poolfire.CARD.version}.{harm.CARD.version}.{domino.CARD.version}",
        title=TITLE,
        footprints=tuple(footprints),
        figures=_figures(inputs, fires),
        assumptions=(*weather.assumptions, *inputs.assumptions),
        reasons=(
            f"{burning.title}池火，直径 {diameter:g} m，风速 {weather.wind_speed:g} m/s",
            "范围为实际接受的最大热辐射；区间取直径的 0.8 至 1.25 倍和风向摆动",
            *tanks_said(marks),
        ),
        limits=tuple(
            dict.fromkeys((*poolfire.CARD.limits, *harm.CARD.limits, *domino.CARD.limits))
        ),
        shortfalls=tuple(
            f"火焰表面热辐射 {likely.emissive_power / 1000:.0f} kW/m²（大池多烟），"
            f"达不到 {level.flux / 1000:g} kW/m²，不画{level.label}"
            for level in LEVELS
            if level.key not in shown
        ),
        tables=(death_table(LEVELS, inputs.number("exposure_s")), *tables),
        marks=marks,
        summary=_summary(footprints, burning.title, len(marks)),
        uncertainty="燃烧面积和火焰多烟程度（表面热辐射通量）",
        would_change=(
            "风向或风速改变：火焰倾斜，下风侧更远",
            "沸溢、罐体坍塌或流淌火：燃烧面积增大，须重算",
            "冷却、泡沫覆盖：热辐射下降，相邻罐失效时间延长",
        ),
    )


def _rays(fire: poolfire.PoolFire) -> tuple[NDArray[np.float64], ...]:
    """Return angles off the wind, distances, and the flux along each ray."""
    turn = np.radians(np.linspace(0.0, 180.0, DIRECTIONS))
    radius = fire.diameter / 2.0
    far = np.geomspace(radius * 1.02, (radius + fire.length) * 40.0, DISTANCES)
    flux = fire.flux(np.cos(turn)[:, None] * far, np.sin(turn)[:, None] * far)
    return turn, far, flux


def _outline(rays: tuple[NDArray[np.float64], ...], level: float) -> NDArray[np.float64] | None:
    """Return the reach of a level along each ray, None where it is reached nowhere."""
    _turn, far, flux = rays
    reach = np.zeros(len(flux))
    for i, along in enumerate(flux):
        above = np.flatnonzero(along >= level)
        if not above.size:
            continue
        k = int(above[-1])
        if k == len(far) - 1:
            reach[i] = far[k]
            continue
        share = math.log(along[k] / level) / math.log(along[k] / max(along[k + 1], 1e-9))
        reach[i] = far[k] * (far[k + 1] / far[k]) ** share
    return None if not reach.any() else np.maximum(reach, far[0] / 1.02)


def _on_map(reach: NDArray[np.float64], setting: Setting, from_deg: float) -> Polygon:
    turn = np.radians(np.linspace(0.0, 180.0, DIRECTIONS))
    fine = np.radians(np.linspace(0.0, 180.0, 37))
    smooth = np.interp(fine, turn, reach)
    along, across = smooth * np.cos(fine), smooth * np.sin(fine)
    lon, lat = downwind_to_lonlat(
        np.concatenate([along, along[-2:0:-1]]),
        np.concatenate([across, -across[-2:0:-1]]),
        lon0=setting.place.lon,
        lat0=setting.place.lat,
        wind_from_deg=from_deg,
    )
    return Polygon(np.column_stack([lon, lat]))


def _footprint(
    level: HeatLevel,
    outlines: list[NDArray[np.float64] | None],
    inputs: Inputs,
    setting: Setting,
) -> Footprint:
    weather = setting.weather
    held = [outline for outline in outlines if outline is not None]
    farthest = [float(outline.max()) for outline in held]
    area: BaseGeometry
    members: list[BaseGeometry]
    if weather.wind_from_deg is None:
        area = disc(setting.place, farthest[0])
        members = [disc(setting.place, radius) for radius in farthest]
    else:
        turns = [
            (weather.wind_from_deg + step) % 360.0
            for step in (0.0, -weather.wind_spread_deg, weather.wind_spread_deg)
        ]
        members = [_on_map(outline, setting, turn) for outline in held for turn in turns]
        area = members[0]
    return Footprint(
        key=level.key,
        label=level.label,
        threshold=level.threshold,
        area=area,
        envelope=unary_union(members),
        figures={
            "距离": distance_figure(farthest[0], farthest, f"{SOURCE}，自液池中心向下风"),
            "边缘死亡比例": death_figure(level.flux, inputs.number("exposure_s")),
        },
        members=tuple(members),
    )


def _flux_at(fire: poolfire.PoolFire, setting: Setting) -> Any:
    """Return the flux as a function of east and north; without a wind, the worst direction."""
    from_deg = setting.weather.wind_from_deg

    def at(east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.float64]:
        if from_deg is None:
            return fire.flux(np.hypot(east, north))
        to = np.radians(from_deg + 180.0)
        downwind = east * np.sin(to) + north * np.cos(to)
        crosswind = north * np.sin(to) - east * np.cos(to)
        return fire.flux(downwind, crosswind)

    return at


def _figures(inputs: Inputs, fires: list[poolfire.PoolFire]) -> dict[str, Figure]:
    likely = fires[0]
    burning = poolfire.fuel(inputs.word("fuel"))
    lengths = [round(fire.length, 1) for fire in fires]
    powers = [round(fire.emissive_power / 1000.0, 1) for fire in fires]
    rates = [burning.burning_rate * math.pi * fire.diameter**2 / 4.0 for fire in fires]
    found = {
        "火焰长度": Figure(
            value=lengths[0], unit="m", source=SOURCE, low=min(lengths), high=max(lengths)
        ),
        "火焰倾角": Figure(value=round(likely.tilt_deg), unit="°", source=SOURCE),
        "火焰表面热辐射": Figure(
            value=powers[0], unit="kW/m²", source=SOURCE, low=min(powers), high=max(powers)
        ),
        "燃烧速率": Figure(
            value=round(rates[0], 1),
            unit="kg/s",
            source="燃烧速率表（Babrauskas 1983）",
            low=round(min(rates), 1),
            high=round(max(rates), 1),
            to_confirm=True,
        ),
    }
    inventory = inputs.get("inventory_kg")
    if inventory is not None:
        hours = [inventory / rate / 3600.0 for rate in rates]
        found["可燃烧时间"] = Figure(
            value=round(hours[0], 1),
            unit="h",
            source="存量 ÷ 燃烧速率",
            low=round(min(hours), 1),
            high=round(max(hours), 1),
            to_confirm=True,
        )
    return found


def _summary(footprints: list[Footprint], fuel: str, tanks: int) -> tuple[str, ...]:
    said = [f"{fuel}池火：{f.label}到 {text_range(f.figures['距离'])}" for f in footprints[:3]]
    if tanks:
        said.append(f"周边 {tanks} 座储罐受热超过升级阈值，需优先冷却")
    return tuple(said)


MODEL: Final = ForecastModel(
    kind="pool_fire",
    family="explosion",
    title="池火（储罐、液池火灾）",
    about="烧到多大、热到多远、哪些相邻储罐先顶不住",
    cards=("blast.poolfire", "blast.harm", "blast.domino"),
    fields=FIELDS,
    run=run_pool_fire,
    event_codes=("12B09", "12B02", "12B01", "12A04", "12D10", "12A08"),
    registered=registered.POOL,
    uses_weather=True,
)
