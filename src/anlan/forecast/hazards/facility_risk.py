"""Individual risk around a tank against GB 36894: contours, and which protected sites lie inside.

Every direction of the wind is taken as equally likely, so the risk depends on the distance alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from anlan.core.numerals import power_of_ten
from anlan.forecast.fields import CHOICE, Field, Inputs, Spread
from anlan.forecast.hazards import registered
from anlan.forecast.hazards.explosion import blast_pressure
from anlan.forecast.hazards.rings import ring, text_range
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.types import Figure, Forecast, Mark, Table
from anlan.science.blast import fireball, harm, poolfire, risk, tnt
from anlan.science.common.local import distance
from anlan.science.release import leak, plume, substances, toxic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.forecast.setting import Setting

    Curve = NDArray[np.float64]

__all__ = ["MODEL", "run_facility_risk"]

TITLE: Final = "个人风险模型（GB 36894—2018）"
SOURCE: Final = f"{TITLE} v{risk.CARD.version}"
RADII = np.geomspace(5.0, 8000.0, 110)
"""Distances at which the risk is found. [m]"""

EXPOSURE = 20.0
"""How long people stay in the heat. [s]"""

DELAYED, LETHAL_BLAST = 0.4, 30e3
"""Share of unlit ruptures that explode later [1], overpressure taken as lethal [Pa] (M)."""

HEAT_LPG, DENSITY, DEPTH = 46.0e6, 750.0, 0.05
"""Heat of combustion [J/kg]; density of a liquid [kg/m3]; depth of its pool [m] (M)."""

AIR: Final = ((0.7, 5.0, "D"), (0.3, 2.0, "F"))
"""Share of the year, wind in m/s and stability: a usual pair where no statistics are at hand (M)."""

TEN_MINUTES, HALF_HOUR = 600.0, 1800.0
ERROR_FACTOR = 3.0
"""Frequencies may be so much lower or higher, for the range. Platform default."""

TOXIC: Final = {"chlorine": ("液氯", "Cl2"), "ammonia": ("液氨", "NH3")}

FIELDS: Final = (
    Field(
        key="storage",
        title="储存物",
        kind=CHOICE,
        choices={
            "lpg": "加压液化可燃气",
            "liquid": "常压可燃液体",
            **{key: name for key, (name, _formula) in TOXIC.items()},
        },
        default="lpg",
        basis="请按重大危险源登记改",
    ),
    Field(
        key="mass_kg",
        title="单罐存量",
        unit="t",
        scale=1000.0,
        low=100,
        high=5e6,
        default=50_000.0,
        basis="100 m³ 级储罐，请按登记改",
        spread=Spread(low=0.5, high=1.0),
    ),
    Field(
        key="rupture_per_year",
        title="破裂频率",
        unit="1/年",
        low=1e-9,
        high=1e-2,
        default=1e-6,
        basis="CPR 18E 紫皮书：瞬时破裂与10分钟泄放各 5×10⁻⁷，待确认",
        spread=Spread(low=1 / ERROR_FACTOR, high=ERROR_FACTOR),
    ),
    Field(
        key="leak_per_year",
        title="小孔泄漏频率（10 mm）",
        unit="1/年",
        low=1e-9,
        high=1e-1,
        default=1e-5,
        basis="CPR 18E 紫皮书，待确认",
        spread=Spread(low=1 / ERROR_FACTOR, high=ERROR_FACTOR),
    ),
    Field(
        key="ignition",
        title="立即点火概率",
        low=0,
        high=1,
        default=0.5,
        basis="CPR 18E 对中等泄放 0.5 左右，待确认",
    ),
    Field(
        key="tanks",
        title="同类储罐数",
        unit="座",
        low=1,
        high=100,
        default=10.0,
        basis="罐区常见十座以内，请按登记改",
    ),
    Field(
        key="status",
        title="装置类别",
        kind=CHOICE,
        choices={"in_service": "在役", "new": "新建、改建、扩建"},
        default="in_service",
        basis="应急评估针对已有装置",
    ),
)

GUARDED: Final = {
    "school": "high_sensitive",
    "hospital": "high_sensitive",
    "care_institution": "high_sensitive",
    "crowded_place": "important",
    "transit_station": "important",
}
"""Kinds of facility, and as which target of GB 36894 they are taken (待确认)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One way in which it goes wrong: how often in a year, who dies at each distance."""

    title: str
    frequency: float
    death: NDArray[np.float64]


def run_facility_risk(inputs: Inputs, setting: Setting) -> Forecast:
    """Return the contours of individual risk at the limits of GB 36894."""
    with refused("scenario.mass_kg", inputs.number("mass_kg")):
        cases = _cases(inputs)
    found = risk.individual_risk(
        [case.frequency for case in cases], np.stack([case.death for case in cases])
    )
    # Nearer is never safer: hollows come from the shape of the view factors.
    curve = np.maximum.accumulate(found[::-1])[::-1]
    limits: dict[float, list[str]] = {}
    new = inputs.word("status") == "new"
    for target in risk.TARGETS:
        held = risk.criterion(target)
        limits.setdefault(held.new if new else held.in_service, []).append(held.title)
    footprints = []
    for level, titles in sorted(limits.items(), reverse=True):
        reach = _reach(curve, level)
        if reach <= 0:
            continue
        footprints.append(
            ring(
                setting.place,
                key=f"risk_{level:.0e}".replace("-0", "-"),
                label=f"{power_of_ten(level)}/年 线（{'、'.join(titles)}）",
                threshold=Figure(value=level, unit="1/年", source="GB 36894—2018", to_confirm=True),
                likely=reach,
                readings=(
                    _reach(curve / ERROR_FACTOR, level),
                    _reach(curve * ERROR_FACTOR, level),
                ),
                source=SOURCE,
            )
        )
    marks, table = _sites(setting, curve, new=new)
    return Forecast(
        model="facility_risk",
        version=f"v{risk.CARD.version}.{harm.CARD.version}.{tnt.CARD.version}",
        title=TITLE,
        footprints=tuple(footprints),
        figures={
            "厂界附近（50 m）个人风险": _risk_figure(float(np.interp(50.0, RADII, curve))),
            "500 m 处个人风险": _risk_figure(float(np.interp(500.0, RADII, curve))),
        },
        assumptions=inputs.assumptions,
        reasons=(
            *(f"{case.title}：{case.frequency:.2g}/年" for case in cases),
            "全年各风向等概率（没有风频统计）；区间取频率的三分之一至三倍",
        ),
        limits=tuple(dict.fromkeys((*risk.CARD.limits, *harm.CARD.limits))),
        marks=marks,
        tables=(_case_table(cases), *table),
        summary=_summary(footprints, len(marks)),
        uncertainty="事故频率（通用统计值，可差数倍）和情景是否齐全",
        would_change=(
            "按企业安全评价报告的频率和存量重算",
            "加装紧急切断、喷淋和安全仪表：频率下降",
        ),
    )


def _cases(inputs: Inputs) -> tuple[Case, ...]:
    storage, mass = inputs.word("storage"), inputs.number("mass_kg")
    tanks = round(inputs.number("tanks"))
    rupture = inputs.number("rupture_per_year") * tanks
    small = inputs.number("leak_per_year") * tanks
    lit = inputs.number("ignition")
    if storage in TOXIC:
        name, formula = TOXIC[storage]
        return _toxic(name, formula, mass, rupture, small)
    if storage == "liquid":
        full = min(float(np.sqrt(4.0 * mass / DENSITY / DEPTH / np.pi)), 150.0)
        return (
            Case(title="破裂后大面积池火", frequency=rupture * lit, death=_pool(full)),
            Case(title="小孔泄漏后池火", frequency=small * lit, death=_pool(min(10.0, full))),
        )
    charge = float(tnt.tnt_equivalent(mass, HEAT_LPG, ground_factor=1.0))
    blast = np.where(blast_pressure(RADII, min(charge, 1e7)) >= LETHAL_BLAST, 1.0, 0.0)
    seconds = min(float(fireball.fireball_duration(mass)), 3600.0)
    flux = fireball.fireball_flux(RADII, mass)
    inside = float(fireball.fireball_diameter(mass)) / 2.0 >= RADII
    burnt = np.where(inside, 1.0, harm.heat_death(flux, seconds))
    return (
        Case(title="破裂后火球", frequency=rupture * lit, death=burnt),
        Case(title="破裂后延迟爆炸", frequency=rupture * (1 - lit) * DELAYED, death=blast),
        Case(title="小孔泄漏后池火", frequency=small * lit, death=_pool(10.0)),
    )


@lru_cache(maxsize=32)
def _pool(diameter: float) -> Curve:
    """Return who dies around a pool fire, the mean over the directions of the wind.

    Kept: the members of an ensemble ask for the same small pool.
    """
    fire = poolfire.pool_fire(
        max(diameter, 1.0), poolfire.fuel("gasoline").burning_rate, wind_speed=3.0
    )
    turn = np.radians(np.linspace(0.0, 180.0, 7))[:, None]
    near = RADII[RADII <= 1000.0]
    flux = fire.flux(near * np.cos(turn), near * np.sin(turn))
    found = np.zeros(len(RADII))
    found[: len(near)] = harm.heat_death(flux, EXPOSURE).mean(axis=0)
    curve = np.where(diameter / 2.0 >= RADII, 1.0, found)
    curve.flags.writeable = False
    return curve


def _toxic(name: str, formula: str, mass: float, rupture: float, small: float) -> tuple[Case, ...]:
    """Return who dies of a toxic gas: the mean over all directions of the wind."""
    held = substances.find(name)
    drip = leak.vessel_leak(held, mass=mass, hole_diameter=0.01, temperature=293.15).rate
    probit = toxic.probit_for(formula)
    turn = np.radians(np.linspace(0.0, 90.0, 181))[:, None]
    along, across = RADII * np.cos(turn), RADII * np.sin(turn)
    cases = []
    for share, wind, stability in AIR:
        for title, rate, seconds, frequency in (
            ("10分钟全部泄放", mass / TEN_MINUTES, TEN_MINUTES, rupture),
            ("小孔泄漏", drip, min(HALF_HOUR, mass / drip), small),
        ):
            density = plume.concentration(
                np.maximum(along, 1.0), across, rate=rate, wind_speed=wind, stability=stability
            )
            load = np.minimum(density * 1e6, 1e7) ** probit.n * seconds / 60.0
            killed = toxic.death_fraction(load, probit)
            # A quarter of the circle stands for the half downwind; nobody dies upwind.
            cases.append(
                Case(
                    title=f"{title}（{stability}，{wind:g} m/s）",
                    frequency=frequency * share,
                    death=np.asarray(killed.mean(axis=0) / 2.0),
                )
            )
    return tuple(cases)


def _reach(curve: Curve, level: float) -> float:
    above = np.flatnonzero(curve >= level)
    if not above.size:
        return 0.0
    k = int(above[-1])
    if k == len(curve) - 1:
        return float(RADII[-1])
    if curve[k + 1] <= 0.0:
        return float(RADII[k])
    part = np.log(curve[k] / level) / np.log(curve[k] / curve[k + 1])
    return float(RADII[k] * (RADII[k + 1] / RADII[k]) ** part)


def _risk_figure(value: float) -> Figure:
    return Figure(
        value=float(f"{value:.2g}"),
        unit="1/年",
        source=SOURCE,
        low=float(f"{value / ERROR_FACTOR:.2g}"),
        high=float(f"{value * ERROR_FACTOR:.2g}"),
        to_confirm=True,
    )


def _sites(
    setting: Setting, curve: Curve, *, new: bool
) -> tuple[tuple[Mark, ...], tuple[Table, ...]]:
    """Return the protected sites at which the risk exceeds their limit, the worst first."""
    place = setting.place
    over = []
    for facility in setting.facilities:
        target = GUARDED.get(facility.kind)
        if target is None:
            continue
        metres = float(distance(place.lon, place.lat, facility.lon, facility.lat))
        value = float(np.interp(metres, RADII, curve, right=0.0))
        held = risk.criterion(target)
        if value > (held.new if new else held.in_service):
            over.append((value, metres, held.title, facility))
    over.sort(key=lambda row: (-row[0], row[3].id))
    marks = tuple(
        Mark(
            lon=f.lon,
            lat=f.lat,
            label=f"{f.name}：个人风险 {value:.1e}/年 超过{title}基准",
            state="danger",
            source=SOURCE,
        )
        for value, _metres, title, f in over
    )
    if not over:
        return marks, ()
    rows = tuple(
        (
            f.name,
            title,
            Figure(value=round(metres), unit="m", source=f.source),
            Figure(value=float(f"{value:.2g}"), unit="1/年", source=SOURCE, to_confirm=True),
        )
        for value, metres, title, f in over[:30]
    )
    columns = ("防护目标", "类别", "距离", "个人风险")
    note = "防护目标类别按设施种类推定，待确认"
    return marks, (Table(title="超过基准的防护目标", columns=columns, rows=rows, note=note),)


def _case_table(cases: tuple[Case, ...]) -> Table:
    def half(case: Case) -> float:
        above = np.flatnonzero(case.death >= 0.01)
        return float(RADII[above[-1]]) if above.size else 0.0

    return Table(
        title="计入的事故情景",
        columns=("情景", "频率", "死亡概率 1% 处"),
        rows=tuple(
            (
                case.title,
                Figure(
                    value=float(f"{case.frequency:.2g}"),
                    unit="1/年",
                    source="录入或通用统计值",
                    to_confirm=True,
                ),
                Figure(value=round(half(case)), unit="m", source=SOURCE),
            )
            for case in cases
        ),
    )


def _summary(footprints: list[Any], sites: int) -> tuple[str, ...]:
    if not footprints:
        return ("按录入的频率和存量，任何距离都达不到 GB 36894 的基准值",)
    said = [f"{f.label}到 {text_range(f.figures['距离'])}" for f in footprints]
    said.append(
        f"有 {sites} 处登记的学校、医院、养老机构或人员密集场所超过基准"
        if sites
        else "没有登记的防护目标超过基准"
    )
    return tuple(said)


MODEL: Final = ForecastModel(
    kind="facility_risk",
    family="explosion",
    title="危险化学品设施个人风险",
    about="罐区周围个人风险等值线，哪些防护目标超过 GB 36894 基准",
    cards=(
        "blast.risk",
        "blast.fireball",
        "blast.poolfire",
        "blast.kingery",
        "blast.harm",
        "release.plume",
        "release.toxic",
    ),
    fields=FIELDS,
    run=run_facility_risk,
    event_codes=("12A04", "12B09"),
    registered=registered.RISK,
)
