"""Forecast of the fireball of a BLEVE: heat zones, who dies of it, neighbouring tanks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import Field, Inputs, Spread
from anlan.forecast.hazards import registered
from anlan.forecast.hazards.heat import AUTHORS, LEVELS, death_figure, death_table
from anlan.forecast.hazards.neighbours import heat_neighbours, tanks_said
from anlan.forecast.hazards.rings import ring, text_range
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.types import Figure, Forecast
from anlan.science.blast import domino, fireball, harm
from anlan.science.blast.distance import reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "run_fireball"]

TITLE: Final = "BLEVE 火球热辐射模型（CCPS）"
SOURCE: Final = f"{TITLE} v{fireball.CARD.version}"
LEAST_SHARE: Final = 0.5
"""Of the content that is sure to burn in the fireball, for the range. Platform default. [1]"""

LONGEST_EXPOSURE: Final = 3600.0
"""End of the range of the probit functions. [s]"""

FIELDS: Final = (
    Field(
        key="mass_kg",
        title="参与火球的燃料量",
        unit="t",
        scale=1000.0,
        low=1,
        high=5e6,
        default=20_000.0,
        basis="一辆液化石油气槽车的满载量，请核实",
        spread=Spread(low=LEAST_SHARE, high=1.0, basis="容器中参与火球的份额，平台默认，待确认"),
        help="容器内全部液化气参与为谨慎取值",
    ),
    Field(
        key="emissive_power_w_m2",
        title="火球表面热辐射通量",
        unit="kW/m²",
        scale=1000.0,
        low=5e4,
        high=4.5e5,
        default=3.5e5,
        basis="CCPS（1994）取值",
        spread=Spread(low=0.6, high=1.0, basis="实测 200–350 kW/m²，待确认"),
    ),
    Field(
        key="transmissivity",
        title="大气透射率",
        low=0.1,
        high=1,
        default=1.0,
        basis="取 1 为保守取值",
    ),
)


def run_fireball(inputs: Inputs, setting: Setting) -> Forecast:
    """Return the heat zones of a fireball, the gravest first."""
    mass = inputs.number("mass_kg")
    heat = {
        "emissive_power": inputs.number("emissive_power_w_m2"),
        "transmissivity": inputs.number("transmissivity"),
    }
    seconds = float(fireball.fireball_duration(mass))
    size = float(fireball.fireball_diameter(mass))
    footprints = []
    with refused("scenario.mass_kg", mass):
        for level in LEVELS:
            likely = fireball.fireball_distance(level.flux, mass, **heat)
            if likely <= 0:
                continue
            least = fireball.fireball_distance(level.flux, mass * LEAST_SHARE, **heat)
            footprints.append(
                ring(
                    setting.place,
                    key=level.key,
                    label=level.label,
                    threshold=level.threshold,
                    likely=likely,
                    readings=(least,),
                    source=SOURCE,
                    figures={"边缘死亡比例": death_figure(level.flux, seconds)},
                )
            )
    marks, tables = heat_neighbours(
        setting,
        lambda east, north: fireball.fireball_flux(np.hypot(east, north), mass, **heat),
    )
    shown = {f.key for f in footprints}
    return Forecast(
        model="fireball",
        version=f"v{fireball.CARD.version}.{harm.CARD.version}.{domino.CARD.version}",
        title=TITLE,
        footprints=tuple(footprints),
        figures=_figures(mass, heat, seconds),
        assumptions=inputs.assumptions,
        reasons=(
            f"燃料 {mass / 1000:g} t 全部参与火球，区间下限按一半参与",
            "火球持续时间短，距离按整个持续时间内的热辐射计",
            *tanks_said(marks),
        ),
        limits=tuple(
            dict.fromkeys((*fireball.CARD.limits, *harm.CARD.limits, *domino.CARD.limits))
        ),
        shortfalls=tuple(
            f"热辐射达不到 {level.flux / 1000:g} kW/m²，不画{level.label}"
            for level in LEVELS
            if level.key not in shown
        ),
        tables=(death_table(LEVELS, seconds), *tables),
        marks=marks,
        summary=(
            f"罐体破裂后约 {seconds:.0f} 秒内火球直径可达 {size:.0f} m",
            *(f"{f.label}到 {text_range(f.figures['距离'])}" for f in footprints[:3]),
            "破裂时刻无法预报：罐体受火焰直接烘烤即应撤离人员；碎片可飞出数百米",
        ),
        uncertainty="参与火球的燃料份额和表面热辐射通量",
        would_change=(
            "罐体得到持续冷却、压力下降：可避免破裂",
            "罐内存量核实后与录入不同",
        ),
    )


def _figures(mass: float, heat: Mapping[str, float], seconds: float) -> dict[str, Figure]:
    masses = (mass * LEAST_SHARE, mass)
    diameters = [round(float(fireball.fireball_diameter(m))) for m in masses]
    times = [round(float(fireball.fireball_duration(m)), 1) for m in masses]
    found = {
        "火球直径": Figure(
            value=diameters[1],
            unit="m",
            source=SOURCE,
            low=float(diameters[0]),
            high=float(diameters[1]),
        ),
        "持续时间": Figure(value=times[1], unit="s", source=SOURCE, low=times[0], high=times[1]),
    }
    for share, name in ((0.5, "半数死亡半径"), (0.01, "百分之一死亡半径")):
        radii = [_death_radius(mass, heat, seconds, share, author) for author in AUTHORS]
        found[name] = Figure(
            value=round(radii[0]),
            unit="m",
            source=f"{SOURCE}，{AUTHORS['eisenberg']} 概率函数；区间为四种概率函数",
            low=float(round(min(radii))),
            high=float(round(max(radii))),
        )
    return found


def _death_radius(
    mass: float, heat: Mapping[str, float], seconds: float, share: float, author: str
) -> float:
    """Return how far a share of the people in the open dies; they stay while it burns."""
    radius = float(fireball.fireball_diameter(mass)) / 2.0
    exposed = min(seconds, LONGEST_EXPOSURE)

    def at(x: float) -> float:
        return float(
            harm.heat_death(fireball.fireball_flux(x, mass, **heat), exposed, author=author)
        )

    return reach(at, share, nearest=radius / 2.0**0.5, farthest=1e5)


MODEL: Final = ForecastModel(
    kind="fireball",
    family="explosion",
    title="液化气罐 BLEVE 火球",
    about="受热的液化气罐一旦破裂，火球多大、热到多远",
    cards=("blast.fireball", "blast.harm", "blast.domino"),
    fields=FIELDS,
    run=run_fireball,
    event_codes=("12B09", "12A04", "12B08"),
    registered=registered.FIREBALL,
)
