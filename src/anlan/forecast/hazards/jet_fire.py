"""Forecast of a jet fire: flame length and heat zones around a leak under pressure that burns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import CHOICE, Field, Inputs, Spread
from anlan.forecast.hazards import registered
from anlan.forecast.hazards.fuels import GASES, Gas, gas
from anlan.forecast.hazards.gas_source import HOLE
from anlan.forecast.hazards.heat import LEVELS, death_figure, death_table
from anlan.forecast.hazards.neighbours import heat_neighbours, tanks_said
from anlan.forecast.hazards.rings import ring, text_range
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.types import Figure, Forecast
from anlan.science.blast import harm, jetfire
from anlan.science.release import orifice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "Jet", "run_jet_fire"]

TITLE: Final = "喷射火热辐射模型（API 点源）"
SOURCE: Final = f"{TITLE} v{jetfire.CARD.version}"
SHARP, TORN = 0.62, 1.0
"""Discharge coefficients of a sharp-edged hole and of a torn pipe, for the range."""

EXPOSURE: Final = 20.0
"""How long people stay in the heat, 待确认. [s]"""

FIELDS: Final = (
    Field(
        key="gas",
        title="泄漏气体",
        kind=CHOICE,
        choices=GASES,
        default="methane",
        basis="管道与储配站最常见，请核实",
    ),
    HOLE,
    Field(
        key="pressure_pa",
        title="绝对压力",
        unit="MPa",
        scale=1e6,
        low=1.1e5,
        high=5e7,
        default=1.7e6,
        basis="次高压管道 1.6 MPa（表压）级，请按现场改",
        spread=Spread(low=0.9, high=1.1),
    ),
    Field(
        key="temperature_k",
        title="气体温度",
        unit="K",
        low=230,
        high=500,
        default=293.15,
        basis="常温",
    ),
    Field(
        key="rate_kg_s",
        title="已知泄漏速率",
        unit="kg/s",
        low=0.01,
        high=2000,
        help="有流量计读数时填，填了就不再按孔径计算",
        spread=Spread(low=0.5, high=2.0),
    ),
    Field(
        key="direction",
        title="喷射方向",
        kind=CHOICE,
        choices={"horizontal": "水平或不明", "vertical": "竖直向上"},
        default="horizontal",
        basis="水平喷射影响最远且方向不明，按各方向都可能画圈",
    ),
    Field(
        key="radiant_fraction",
        title="辐射系数",
        low=0.05,
        high=0.5,
        default=0.3,
        basis="API RP 521 常用值，待确认",
        spread=Spread(low=0.5, high=1.2),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jet:
    """A burning jet: how it heats the ground around.

    Parameters
    ----------
    rate
        Release. [kg/s]
    heat_of_combustion
        Net. [J/kg]
    radiant_fraction
        Share of the heat that is radiated. [1]
    vertical
        Whether it stands upright; a lying one may point anywhere.
    """

    rate: float
    heat_of_combustion: float
    radiant_fraction: float = 0.3
    vertical: bool = False

    @property
    def length(self) -> float:
        """Length of the flame, in m."""
        return float(jetfire.jet_length(self.rate, self.heat_of_combustion))

    def distance(self, flux: float) -> float:
        """Return how far from the leak a heat flux in W/m2 may reach on the ground, in m."""
        away = float(
            jetfire.jet_distance(
                flux,
                self.rate,
                heat_of_combustion=self.heat_of_combustion,
                radiant_fraction=self.radiant_fraction,
            )
        )
        half = self.length / 2.0
        if not self.vertical:
            return max(half + away, self.length)
        return math.sqrt(away**2 - half**2) if away > half else 0.0

    def flux(self, distance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the heat flux at distances in m from the leak, in the worst direction, in W/m2."""
        half = self.length / 2.0
        away = np.hypot(distance, half) if self.vertical else np.abs(distance - half)
        # Inside the flame the point source has no meaning: the flux at a tenth of the length.
        return jetfire.jet_flux(
            np.maximum(away, max(self.length / 10.0, 0.1)),
            self.rate,
            heat_of_combustion=self.heat_of_combustion,
            radiant_fraction=self.radiant_fraction,
        )


def run_jet_fire(inputs: Inputs, setting: Setting) -> Forecast:
    """Return the heat zones of a burning leak, the gravest first."""
    burning = gas(inputs.word("gas"))
    with refused("scenario.hole_diameter_m", inputs.get("hole_diameter_m")):
        rates = _rates(inputs, burning)
        jets = [
            Jet(
                rate=rate,
                heat_of_combustion=burning.heat_of_combustion,
                radiant_fraction=inputs.number("radiant_fraction"),
                vertical=inputs.word("direction") == "vertical",
            )
            for rate in rates
        ]
        reaches = {level.key: [jet.distance(level.flux) for jet in jets] for level in LEVELS}
    least, likely, most = jets
    footprints = [
        ring(
            setting.place,
            key=level.key,
            label=level.label,
            threshold=level.threshold,
            likely=reaches[level.key][1],
            readings=(reaches[level.key][0], reaches[level.key][2]),
            source=SOURCE,
            figures={"边缘死亡比例": death_figure(level.flux, EXPOSURE)},
        )
        for level in LEVELS
        if reaches[level.key][1] > 0
    ]
    shown = {f.key for f in footprints}
    marks, tables = heat_neighbours(setting, lambda e, n: likely.flux(np.hypot(e, n)))
    return Forecast(
        model="jet_fire",
        version=f"v{jetfire.CARD.version}.{orifice.CARD.version}.{harm.CARD.version}",
        title=TITLE,
        footprints=tuple(footprints),
        figures={
            "泄漏速率": Figure(
                value=round(likely.rate, 3),
                unit="kg/s",
                source="录入" if inputs.get("rate_kg_s") else f"孔口流量 v{orifice.CARD.version}",
                low=round(least.rate, 3),
                high=round(most.rate, 3),
            ),
            "火焰长度": Figure(
                value=round(likely.length, 1),
                unit="m",
                source=SOURCE,
                low=round(least.length, 1),
                high=round(most.length, 1),
                to_confirm=True,
            ),
            "燃烧热": Figure(
                value=round(burning.heat_of_combustion / 1e6, 1),
                unit="MJ/kg",
                source="SFPE 手册",
                to_confirm=True,
            ),
        },
        assumptions=inputs.assumptions,
        reasons=(
            f"{burning.title}喷射燃烧，初始流量视为恒定",
            "竖直喷射：按火焰中点高度换算地面距离"
            if likely.vertical
            else "喷射方向不明：各方向按火焰中点外推，画成圆",
            *tanks_said(marks),
        ),
        limits=tuple(dict.fromkeys((*jetfire.CARD.limits, *orifice.CARD.limits))),
        shortfalls=tuple(
            f"地面达不到 {level.flux / 1000:g} kW/m²，不画{level.label}"
            for level in LEVELS
            if level.key not in shown
        ),
        tables=(death_table(LEVELS, EXPOSURE), *tables),
        marks=marks,
        summary=(
            f"火焰长约 {likely.length:.0f} m（{least.length:.0f}–{most.length:.0f} m），其内直接受火",
            *(f"{f.label}到 {text_range(f.figures['距离'])}" for f in footprints[:3]),
            *((f"周边 {len(marks)} 座储罐受热超过升级阈值，需优先冷却",) if marks else ()),
        ),
        uncertainty="实际流量（孔的形状和压力）与喷射方向",
        would_change=(
            "关阀断气：压力下降，火焰随之缩短",
            "先灭火而不断气：会形成可燃气云，可能爆炸",
        ),
    )


def _rates(inputs: Inputs, burning: Gas) -> tuple[float, float, float]:
    """Return least, likely and most flow, in kg/s."""
    known = inputs.get("rate_kg_s")
    if known is not None:
        return known * 0.5, known, known * 2.0
    pressure, temperature = inputs.number("pressure_pa"), inputs.number("temperature_k")
    held = burning.substance
    density = orifice.gas_density(pressure, temperature, held.molar_mass)
    area = orifice.hole_area(inputs.number("hole_diameter_m"))
    found = [
        float(orifice.gas_rate(area, pressure, density, gamma=held.gamma, discharge_coefficient=c))
        for c in (SHARP, 0.85, TORN)
    ]
    return found[0], found[1], found[2]


MODEL: Final = ForecastModel(
    kind="jet_fire",
    family="explosion",
    title="喷射火（带压气体泄漏燃烧）",
    about="带压泄漏点着后火焰多长、热到多远",
    cards=("blast.jetfire", "release.orifice", "blast.harm", "blast.domino"),
    fields=FIELDS,
    run=run_jet_fire,
    event_codes=("12B09", "12D02", "12D10", "12A04"),
    registered=registered.PIPE_JET,
)
