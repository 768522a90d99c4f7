"""Forecast of a broken or leaking gas pipe: flow over time, jet fire, flammable cloud, the valve."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from anlan.forecast.fields import CHOICE, Field, Inputs, Spread
from anlan.forecast.hazards import registered
from anlan.forecast.hazards.flammable import (
    LABELS,
    air_over,
    flammable_area,
    flammable_footprints,
)
from anlan.forecast.hazards.fuels import GASES, gas
from anlan.forecast.hazards.gas_source import HOLE, calm_assumed
from anlan.forecast.hazards.heat import LEVELS, death_figure, death_table
from anlan.forecast.hazards.jet_fire import Jet
from anlan.forecast.hazards.rings import ring, text_range
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import KELVIN
from anlan.forecast.shapes import disc
from anlan.forecast.types import Assumption, Figure, Forecast, Frame, Series
from anlan.science.blast import jetfire
from anlan.science.release import orifice, pipeline, threat
from anlan.science.release.leak import SourceTerm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.forecast.hazards.fuels import Gas
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Footprint

__all__ = ["MODEL", "run_gas_pipeline"]

TITLE: Final = "燃气管道泄漏模型（Wilson 泄放、喷射火、可燃气云）"
SOURCE: Final = f"{TITLE} v{pipeline.CARD.version}.{jetfire.CARD.version}"
EXPOSURE = 20.0
"""How long people stay in the heat, 待确认. [s]"""

USUAL_SPEED = 15.0
"""Speed of the gas before the break, for what feeds it until the valve closes (待确认). [m/s]"""

SHOWN_MINUTES = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0)
HORIZON = 3600.0
LEAST_RATE, MOST_RATE = 0.01, 2000.0
"""Range of the jet model. [kg/s]"""

FIELDS: Final = (
    Field(
        key="gas",
        title="介质",
        kind=CHOICE,
        choices=GASES,
        default="methane",
        basis="城镇燃气以天然气为主，请核实",
    ),
    Field(
        key="mode",
        title="破坏形式",
        kind=CHOICE,
        choices={"break": "全断面断裂", "hole": "孔洞"},
        default="break",
        basis="挖断为最常见的严重情形，谨慎读法",
    ),
    Field(
        key="diameter_m",
        title="管道内径",
        unit="mm",
        scale=0.001,
        low=0.02,
        high=1.6,
        default=0.3,
        basis="中压主干管 DN300，请按现场改",
    ),
    Field(
        key="pressure_pa",
        title="绝对压力",
        unit="MPa",
        scale=1e6,
        low=2e5,
        high=1.5e7,
        default=5e5,
        basis="中压A级 0.4 MPa（表压），请按现场改",
        spread=Spread(low=0.9, high=1.1),
    ),
    Field(
        key="valve_closes_s",
        title="关阀时间",
        unit="min",
        scale=60.0,
        low=0,
        high=86_400,
        default=1800.0,
        basis="抢修人员到场人工关阀约 30 min，待确认",
        spread=Spread(low=0.5, high=1.5),
    ),
    Field(
        key="length_m",
        title="破口至阀门长度",
        unit="km",
        scale=1000.0,
        low=100,
        high=100_000,
        default=2000.0,
        basis="城镇中压干管阀门间距约 2 km，待确认",
    ),
    replace(HOLE, title="孔径（孔洞）"),
    Field(
        key="feed_kg_s",
        title="关阀前来气",
        unit="kg/s",
        low=0,
        high=1e4,
        help="不填按断裂前流速 15 m/s 计",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A pipe that leaks: a full break blows down, a hole is fed until the valve closes."""

    pipe: pipeline.BrokenPipe
    hole_rate: float | None
    closes: float

    def rate(self, time: NDArray[np.float64], *, closing: bool = True) -> NDArray[np.float64]:
        """Return the flow at moments in s, in kg/s; `closing` False: nobody closes the valve."""
        if self.hole_rate is None:
            flow = pipeline.outflow_rate(time, self.pipe)
            late = time >= self.pipe.valve_closes
            return flow + np.where(late & (not closing), self.pipe.feed, 0.0)
        since = np.maximum(time - self.closes, 0.0) if closing else np.zeros_like(time)
        return self.hole_rate * np.exp(-since * self.hole_rate / self.pipe.mass)

    def mean(self, seconds: float) -> float:
        """Return the mean flow of the first seconds, in kg/s."""
        time = np.linspace(0.0, seconds, 201)
        return float(np.trapezoid(self.rate(time), time) / seconds)


def run_gas_pipeline(inputs: Inputs, setting: Setting) -> Forecast:
    """Return heat zones if it burns, flammable areas if it does not, and both over time."""
    burning = gas(inputs.word("gas"))
    with refused("scenario.pressure_pa", inputs.number("pressure_pa")):
        leak = _leak(inputs, setting, burning)
        rates = (leak.mean(60.0), leak.mean(600.0), float(leak.rate(np.zeros(1))[0]))
        footprints = (
            *_heat(rates, burning, setting),
            *flammable_footprints(
                [_term(rate, burning, setting) for rate in rates], setting, air_over(setting)
            ),
        )
        frames = () if setting.member else _frames(leak, burning, footprints, setting)
    return Forecast(
        model="gas_pipeline",
        version=f"v{pipeline.CARD.version}.{orifice.CARD.version}.{jetfire.CARD.version}",
        title=TITLE,
        footprints=footprints,
        figures=_figures(leak, rates, burning),
        assumptions=(
            *setting.weather.assumptions,
            *inputs.assumptions,
            *_feed_assumed(inputs, leak),
            *calm_assumed(setting.weather),
        ),
        reasons=(
            f"{burning.title}，{'全断面断裂' if leak.hole_rate is None else '孔洞泄漏'}",
            "范围按首分钟平均流量；区间为前10分钟平均至初始流量",
            "立即点燃看热辐射区，未点燃看可燃气区，两者不同时发生",
            "动画为该时刻流量下的范围（随泄放缩小）",
        ),
        limits=tuple(
            dict.fromkeys(
                (
                    "天然气轻于空气且为高速射流：地面可燃气区按烟羽计，偏大、偏谨慎",
                    "不计沿管沟、下水道和建筑内的窜入与积聚：须逐户检测",
                    *pipeline.CARD.limits,
                    *orifice.CARD.limits,
                    *jetfire.CARD.limits,
                )
            )
        ),
        frames=frames,
        series=_series(leak),
        tables=(death_table(LEVELS, EXPOSURE),),
        summary=_summary(leak, rates, footprints),
        uncertainty="破口大小、关阀时间和是否点燃",
        would_change=(
            "提前关阀：关阀后流量随管存气下降",
            "已点燃：不要在断气前灭火",
            "气体窜入建筑或管沟：爆炸危险远超本图范围",
        ),
    )


def _leak(inputs: Inputs, setting: Setting, burning: Gas) -> Leak:
    temperature = float(np.clip(setting.weather.temperature_c + KELVIN, 250.0, 350.0))
    held = burning.substance
    pressure, diameter = inputs.number("pressure_pa"), inputs.number("diameter_m")
    density = float(orifice.gas_density(pressure, temperature, held.molar_mass))
    feed = inputs.get("feed_kg_s")
    if feed is None:
        feed = density * float(orifice.hole_area(diameter)) * USUAL_SPEED
    closes = inputs.number("valve_closes_s")
    pipe = pipeline.BrokenPipe(
        diameter=diameter,
        length=inputs.number("length_m"),
        pressure=pressure,
        temperature=temperature,
        molar_mass=held.molar_mass,
        gamma=held.gamma,
        feed=min(feed, 1e4),
        valve_closes=closes,
    )
    hole = None
    if inputs.word("mode") == "hole":
        area = orifice.hole_area(min(inputs.number("hole_diameter_m"), diameter))
        hole = float(
            orifice.gas_rate(area, pressure, density, gamma=held.gamma, discharge_coefficient=0.85)
        )
    return Leak(pipe=pipe, hole_rate=hole, closes=closes)


def _feed_assumed(inputs: Inputs, leak: Leak) -> tuple[Assumption, ...]:
    """Say what flows in until the valve closes where nobody entered it: most of what leaks."""
    if inputs.get("feed_kg_s") is not None or leak.hole_rate is not None:
        return ()
    return (
        Assumption(
            field="scenario.feed_kg_s",
            title="关阀前来气",
            value=float(f"{leak.pipe.feed:.3g}"),
            unit=" kg/s",
            basis=f"按管内流速 {USUAL_SPEED:g} m/s，待确认，请向燃气公司核实",
        ),
    )


def _jet(rate: float, burning: Gas) -> Jet:
    return Jet(
        rate=float(np.clip(rate, LEAST_RATE, MOST_RATE)),
        heat_of_combustion=burning.heat_of_combustion,
    )


def _term(rate: float, burning: Gas, setting: Setting) -> SourceTerm:
    return SourceTerm(
        substance=burning.substance,
        rate=rate,
        outflow=rate,
        duration=HORIZON,
        vapour_fraction=1.0,
        temperature=max(burning.substance.boiling_point, setting.weather.temperature_c + KELVIN),
        reasons=(),
    )


def _heat(
    rates: tuple[float, float, float], burning: Gas, setting: Setting
) -> tuple[Footprint, ...]:
    likely, least, most = (_jet(rate, burning) for rate in rates)
    return tuple(
        ring(
            setting.place,
            key=level.key,
            label=f"{level.label}（点燃时）",
            threshold=level.threshold,
            likely=likely.distance(level.flux),
            readings=(least.distance(level.flux), most.distance(level.flux)),
            source=SOURCE,
            figures={"边缘死亡比例": death_figure(level.flux, EXPOSURE)},
        )
        for level in LEVELS
    )


def _frames(
    leak: Leak, burning: Gas, footprints: tuple[Footprint, ...], setting: Setting
) -> tuple[Frame, ...]:
    """Return the areas at the flow of each moment: they shrink as the pipe empties."""
    keys = {f.key for f in footprints}
    over = air_over(setting)
    frames = []
    for minute in SHOWN_MINUTES:
        rate = float(leak.rate(np.array([minute * 60.0]))[0])
        areas = {}
        if rate >= LEAST_RATE:
            jet = _jet(rate, burning)
            areas = {level.key: disc(setting.place, jet.distance(level.flux)) for level in LEVELS}
            zones = threat.flammable_zones(_term(rate, burning, setting), over)
            for (key, _label), found in zip(LABELS, zones, strict=True):
                if key in keys and found.zone.length > 0:
                    areas[key] = flammable_area(found.zone, setting)
        frames.append(Frame(minutes=minute, areas=areas))
    return tuple(frames)


def _figures(leak: Leak, rates: tuple[float, float, float], burning: Gas) -> dict[str, Figure]:
    first, ten, initial = rates
    time = np.linspace(0.0, HORIZON, 721)
    flow = leak.rate(time)
    total = float(np.trapezoid(flow, time))
    text = f"{pipeline.CARD.title_zh} v{pipeline.CARD.version}"
    return {
        "首分钟平均流量": Figure(
            value=round(first, 2),
            unit="kg/s",
            source=text,
            low=round(min(first, ten), 2),
            high=round(max(first, initial), 2),
        ),
        "1小时泄放量": Figure(value=round(total), unit="kg", source=text),
        "管段存气": Figure(value=round(leak.pipe.mass), unit="kg", source=text),
        "关阀每晚1分钟多漏": Figure(
            value=round(60.0 * (leak.pipe.feed if leak.hole_rate is None else leak.hole_rate), 1),
            unit="kg",
            source=text,
            to_confirm=True,
        ),
        "燃烧热": Figure(
            value=round(burning.heat_of_combustion / 1e6, 1),
            unit="MJ/kg",
            source="SFPE 手册",
            to_confirm=True,
        ),
    }


def _series(leak: Leak) -> tuple[Series, ...]:
    minutes = np.concatenate([np.arange(0.0, 10.0, 0.5), np.arange(10.0, 61.0, 1.0)])

    def values(*, closing: bool) -> tuple[float, ...]:
        return tuple(round(float(v), 3) for v in leak.rate(minutes * 60.0, closing=closing))

    common: dict[str, Any] = {
        "unit": "kg/s",
        "minutes": tuple(minutes.tolist()),
        "source": SOURCE,
    }
    return (
        Series(key="flow", label="泄放流量（按时关阀）", values=values(closing=True), **common),
        Series(key="flow_open", label="泄放流量（不关阀）", values=values(closing=False), **common),
    )


def _summary(
    leak: Leak, rates: tuple[float, float, float], footprints: tuple[Footprint, ...]
) -> tuple[str, ...]:
    said = [f"首分钟平均每秒泄放约 {rates[0]:.1f} kg（{rates[1]:.1f}–{rates[2]:.1f} kg）"]
    minutes = np.arange(0.0, 241.0, 1.0)
    flow = leak.rate(minutes * 60.0)
    below = np.flatnonzero(flow <= 0.1 * flow[0])
    if below.size:
        said.append(
            f"{leak.closes / 60:g} 分钟关阀，约 {minutes[below[0]]:.0f} 分钟后流量降到初始的十分之一"
        )
    for key, words in (
        ("heat_pain", "一旦点燃，灼痛区到"),
        ("lfl", "未点燃时，爆炸下限区到下风向"),
    ):
        found = next((f for f in footprints if f.key == key), None)
        if found is not None:
            figure = found.figures.get("距离") or found.figures["下风向距离"]
            said.append(f"{words} {text_range(figure)}")
    return tuple(said)


MODEL: Final = ForecastModel(
    kind="gas_pipeline",
    family="chemical",
    title="燃气管道泄漏",
    about="漏多快、关阀后多久漏完、点燃和不点燃各危险到哪里",
    cards=(
        "release.pipeline",
        "release.orifice",
        "release.plume",
        "blast.jetfire",
        "blast.harm",
    ),
    fields=FIELDS,
    run=run_gas_pipeline,
    event_codes=("12D02", "12D10"),
    registered=registered.PIPE,
    uses_weather=True,
)
