"""Forecast of an explosion: overpressure zones by two methods, glass, neighbouring tanks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import CHOICE, Field, Inputs, Spread
from anlan.forecast.hazards.neighbours import blast_neighbours, tanks_said
from anlan.forecast.hazards.rings import ring, text_range
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Figure, Forecast, Table
from anlan.science.blast import harm, kingery, poolfire, tnt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Footprint

__all__ = ["LEVELS", "MODEL", "BlastLevel", "blast_footprints", "blast_pressure", "run_explosion"]

TITLE: Final = "爆炸冲击波模型（TNT 当量、Kingery–Bulmash）"
SOURCE: Final = f"{TITLE} v{kingery.CARD.version}.{tnt.CARD.version}"
EXPLOSIVE: Final = "tnt"
LARGEST: Final = 1e7
"""Largest charge of the curves. [kg]"""

LEAST, MOST = 0.5, 2.5
"""Yield of a cloud against the entered one, for the range: 0.02 to 0.1. Platform default. [1]"""

EFFECTS: Final = {
    "肺损伤死亡": "lung_death",
    "鼓膜破裂": "eardrum",
    "建筑结构破坏": "structure",
    "玻璃破碎": "glass",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastLevel:
    """A level of overpressure, in Pa, with its area on the map."""

    key: str
    label: str
    pressure: float
    effect: str


LEVELS: Final = (
    BlastLevel(
        key="blast_severe", label="44 kPa 重伤区", pressure=tnt.SEVERE_INJURY, effect="人员重伤"
    ),
    BlastLevel(
        key="blast_minor", label="17 kPa 轻伤区", pressure=tnt.SLIGHT_INJURY, effect="人员轻伤"
    ),
    BlastLevel(
        key="blast_house", label="6.9 kPa 房屋损坏区", pressure=6.9e3, effect="房屋部分损毁"
    ),
    BlastLevel(
        key="blast_glass",
        label="2.76 kPa 玻璃破碎区",
        pressure=2.76e3,
        effect="轻微结构损坏，门窗玻璃破碎",
    ),
)
"""Levels beside the death radius (安全评价导则 and CCPS table), the gravest first."""

FIELDS: Final = (
    Field(
        key="material",
        title="爆炸物",
        kind=CHOICE,
        choices={
            EXPLOSIVE: "炸药（按 TNT 质量）",
            **{key: poolfire.fuel(key).title for key in poolfire.FUELS},
        },
        default="lpg",
        basis="最常见的蒸气云爆炸物，请核实",
    ),
    Field(
        key="mass_kg",
        title="参与爆炸的质量",
        unit="t",
        scale=1000.0,
        low=1.0,
        high=1e7,
        default=10_000.0,
        basis="平台默认，待确认，请按泄漏量改",
        spread=Spread(low=0.5, high=1.5),
        help="蒸气云取点火前泄漏并汽化的量",
    ),
    Field(
        key="efficiency",
        title="当量系数",
        low=0.002,
        high=0.2,
        default=0.04,
        basis="安全评价导则 α = 0.04（炸药不用）",
        spread=Spread(low=LEAST, high=MOST, basis="文献 0.02–0.1"),
    ),
)


def run_explosion(inputs: Inputs, setting: Setting) -> Forecast:
    """Return the overpressure zones of an explosion, the gravest first."""
    charges = _charges(inputs)
    likely = charges[0]
    with refused("scenario.mass_kg", inputs.number("mass_kg")):
        footprints = blast_footprints(charges, setting)
    marks, tables = blast_neighbours(
        setting, lambda east, north: blast_pressure(np.hypot(east, north), likely)
    )
    glass = footprints[-1].figures["距离"]
    reach = float(glass.value or 0.0)
    arrival = float(kingery.blast_wave(reach, likely, parameter="arrival_time"))
    return Forecast(
        model="explosion",
        version=f"v{kingery.CARD.version}.{tnt.CARD.version}.{harm.CARD.version}",
        title=TITLE,
        footprints=footprints,
        figures={
            "TNT 当量": Figure(
                value=round(likely),
                unit="kg",
                source=f"TNT 当量法 v{tnt.CARD.version}",
                low=float(round(min(charges))),
                high=float(round(max(charges))),
            ),
            "冲击波到达玻璃破碎区边缘": Figure(
                value=round(arrival, 1), unit="s", source=SOURCE, note="爆炸后"
            ),
        },
        assumptions=inputs.assumptions,
        reasons=(
            f"TNT 当量 {likely:,.0f} kg，地面爆炸；半球曲线已含地面反射，直接代入",
            _in_air(likely),
            "面积按 Kingery–Bulmash；区间含中国安全评价导则公式和当量系数的范围，外包取最远",
            *tanks_said(marks),
        ),
        limits=tuple(dict.fromkeys((*kingery.CARD.limits, *tnt.CARD.limits, *harm.CARD.limits))),
        tables=(_effects(), *tables),
        marks=marks,
        summary=(
            *(f"{f.label}到 {text_range(f.figures['距离'])}" for f in footprints),
            *(
                (f"周边 {len(marks)} 座储罐受到的超压超过升级阈值，可能连锁",)
                if marks
                else ("按登记表，没有储罐受到足以连锁的超压",)
            ),
        ),
        uncertainty="参与爆炸的质量和当量系数（云团拥塞程度）",
        would_change=(
            "点火前泄漏停止：参与爆炸的量减少",
            "街区、厂房内爆炸：反射和约束使超压成倍增大，模型偏低",
        ),
    )


def blast_footprints(charges: tuple[float, ...], setting: Setting) -> tuple[Footprint, ...]:
    """Return death radius and overpressure zones.

    Parameters
    ----------
    charges
        TNT without the ground factor, the likeliest first. [kg]
    """
    in_air = [tnt.GROUND_FACTOR * w for w in charges]
    deaths = [float(tnt.death_radius(w)) for w in in_air]
    found = [
        ring(
            setting.place,
            key="blast_death",
            label="死亡区",
            threshold=Figure(
                value="死亡半径公式",
                unit="",
                source="安全评价导则 13.6 (W/1000)^0.37 m，W 含地面系数 1.8",
            ),
            likely=deaths[0],
            readings=deaths[1:],
            source=SOURCE,
        )
    ]
    for level in LEVELS:
        by_curves = [kingery.blast_distance(level.pressure, w) for w in charges]
        by_formula = [float(tnt.overpressure_radius(level.pressure, w)) for w in in_air]
        found.append(
            ring(
                setting.place,
                key=level.key,
                label=level.label,
                threshold=Figure(
                    value=level.pressure / 1000.0,
                    unit="kPa",
                    source="超压伤害阈值表（安全评价导则、CCPS）",
                    note=level.effect,
                ),
                likely=by_curves[0],
                readings=(*by_curves[1:], *by_formula),
                source=SOURCE,
                figures={
                    "中国公式距离": Figure(
                        value=round(by_formula[0]),
                        unit="m",
                        source=f"TNT 当量法 v{tnt.CARD.version}",
                        low=float(round(min(by_formula))),
                        high=float(round(max(by_formula))),
                    )
                },
            )
        )
    return tuple(found)


def blast_pressure(distance: NDArray[np.float64], charge: float) -> NDArray[np.float64]:
    """Return the incident overpressure, 0 beyond the curves, that at their start nearer, in Pa.

    Parameters
    ----------
    distance
        From the burst on the ground. [m]
    charge
        TNT without the ground factor. [kg]
    """
    low, high = kingery.scaled_range("incident_pressure")
    root = float(np.cbrt(charge))
    inside = np.clip(distance, low * root, high * root)
    return np.where(distance <= high * root, kingery.blast_wave(inside, charge), 0.0)


def _charges(inputs: Inputs) -> tuple[float, float, float]:
    """Return TNT as entered, least and most, without the ground factor, in kg."""
    material, mass = inputs.word("material"), inputs.number("mass_kg")
    if material == EXPLOSIVE:
        likely = mass
        least, most = 0.8 * mass, 1.2 * mass
    else:
        heat = poolfire.fuel(material).heat_of_combustion
        share = inputs.number("efficiency")
        likely, least, most = (
            float(
                tnt.tnt_equivalent(
                    mass, heat, efficiency=float(np.clip(s, 0.002, 0.2)), ground_factor=1.0
                )
            )
            for s in (share, LEAST * share, MOST * share)
        )
    if most > LARGEST:
        raise ScenarioError(
            "scenario.mass_kg",
            f"使 TNT 当量的上限不超过 {LARGEST / 1000:,.0f} t",
            f"{mass / 1000:,.6g} t（当量上限 {most / 1000:,.0f} t）",
        )
    return likely, least, most


def _in_air(charge: float) -> str:
    """Say the charge of the Chinese relations, which are of free air."""
    counted = tnt.GROUND_FACTOR * charge
    return (
        f"中国公式是空中爆炸关系，乘地面爆炸系数 {tnt.GROUND_FACTOR:g}，按 {counted:,.0f} kg 代入"
    )


def _effects() -> Table:
    """Return the share harmed at the edge of each zone."""
    return Table(
        title="各区边缘处受影响比例",
        columns=("区域", *EFFECTS),
        rows=tuple(
            (
                level.label,
                *(
                    Figure(
                        value=round(float(harm.blast_harm(level.pressure, effect=e)) * 100.0, 1),
                        unit="%",
                        source=f"{name}概率函数（Eisenberg）",
                        to_confirm=e != "lung_death",
                    )
                    for name, e in EFFECTS.items()
                ),
            )
            for level in LEVELS
        ),
        note="不含坍塌、碎片和抛掷造成的伤亡",
    )


MODEL: Final = ForecastModel(
    kind="explosion",
    family="explosion",
    title="爆炸冲击波（蒸气云、炸药）",
    about="冲击波到多远、伤多重、碎多少玻璃、哪些储罐会连锁",
    cards=("blast.tnt", "blast.kingery", "blast.harm", "blast.domino"),
    fields=FIELDS,
    run=run_explosion,
    event_codes=("12A05", "12A04", "12B09", "12D02", "14B01", "12A09"),
)
