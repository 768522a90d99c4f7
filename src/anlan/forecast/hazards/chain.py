"""Forecast of a chain of consequences: what one event brings about in the next system, and how surely.

The links and their sources are the table of `science.chain`; what is exposed comes from the register,
the people grid, or rough shares that are marked 示例 and can be replaced by an uploaded list.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import CHOICE, FILE, Field, Inputs, Spread
from anlan.forecast.hazards import chain_told as told
from anlan.forecast.hazards.chain_told import STARTS, TITLE, VERSION
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Assumption, Forecast
from anlan.science.chain import run as chain_run
from anlan.science.chain.links import shipped_table
from anlan.science.chain.run import run_chain
from anlan.science.flood.breach import peak_flows
from anlan.science.seismic import motion

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "exposure_of", "run_chain_forecast", "start_of"]

KIND: Final = "chain"

MEMBERS: Final = 2000
SPREAD_RAIN: Final = 0.3

USES: Final = {
    "earthquake": ("magnitude", "distance_m"),
    "rain": ("rain_hour_m", "rain_day_m"),
    "wind": ("wind_m_s",),
    "dam": ("volume_m3", "height_m", "below_dam"),
    "gas": ("leaks",),
    "chemical": ("leaks",),
}
"""Fields that matter for each start."""

FIELDS: Final = (
    Field(key="start", title="起始事件", kind=CHOICE, choices=STARTS, required=True),
    Field(
        key="magnitude",
        title="震级 Ms（地震）",
        low=4.0,
        high=8.5,
        default=6.5,
        basis="示例值，只在起始为地震时用",
        spread=Spread(low=-0.2, high=0.2, how="add", basis="速报震级后续修订，待确认"),
    ),
    Field(
        key="distance_m",
        title="震中到主城区距离（地震）",
        unit="km",
        scale=1000.0,
        low=0.0,
        high=300_000.0,
        default=15_000.0,
        basis="示例值，只在起始为地震时用",
    ),
    Field(
        key="rain_hour_m",
        title="最大小时雨强（暴雨）",
        unit="mm",
        scale=1e-3,
        low=1e-3,
        high=0.3,
        default=0.08,
        basis="示例值，只在起始为暴雨时用",
        spread=Spread(low=1 - SPREAD_RAIN, high=1 + SPREAD_RAIN),
    ),
    Field(
        key="rain_day_m",
        title="24 小时雨量（暴雨）",
        unit="mm",
        scale=1e-3,
        low=1e-3,
        high=1.5,
        default=0.18,
        basis="示例值，只在起始为暴雨时用",
    ),
    Field(
        key="wind_m_s",
        title="十米高最大风速（大风）",
        unit="m/s",
        low=5.0,
        high=80.0,
        default=28.0,
        basis="示例值，只在起始为大风时用",
    ),
    Field(
        key="volume_m3",
        title="溃决库容（溃坝）",
        unit="万 m³",
        scale=1e4,
        low=1e4,
        high=1e10,
        default=5e6,
        basis="示例值，只在起始为溃坝时用",
    ),
    Field(
        key="height_m",
        title="坝前水深（溃坝）",
        unit="m",
        low=2.0,
        high=150.0,
        default=20.0,
        basis="示例值，只在起始为溃坝时用",
    ),
    Field(
        key="below_dam",
        title="溃坝下游受淹人口",
        unit="人",
        low=0.0,
        high=5e6,
        default=3000.0,
        basis="示例值，用溃坝模型的结果代替",
    ),
    Field(
        key="leaks",
        title="泄漏处数（燃气、危化品）",
        low=1.0,
        high=1000.0,
        default=1.0,
        basis="报告一处",
    ),
    Field(
        key="exposures",
        title="暴露量清单",
        kind=FILE,
        help="CSV，表头：名称,数值；名称如 water_pipe_km、substations，代替估算",
    ),
)


def run_chain_forecast(inputs: Inputs, setting: Setting) -> Forecast:
    """Return every event that may follow: how likely, how large, how soon, by which link."""
    exposed, notes = exposure_of(inputs, setting)
    start = start_of(inputs)
    with refused("scenario.start", inputs.word("start"), "在各链接的适用范围内"):
        result = run_chain(start, context=exposed, members=MEMBERS, seed=setting.seed)
    follows = [n for n in result.nodes if n.key not in result.start]
    follows.sort(key=lambda n: -n.probability)
    outside = sorted({r.link for n in result.nodes for r in n.reasons if r.outside > 0 and r.link})
    return Forecast(
        model=KIND,
        version=VERSION,
        title=TITLE,
        footprints=(),
        figures=told.figures(follows),
        assumptions=(
            *(a for a in inputs.assumptions if _used(a, inputs.word("start"))),
            *_assumed(notes),
        ),
        reasons=(
            "起始："
            + "；".join(
                f"{shipped_table().nodes[k].title_zh} {mid:.3g}（{low:.3g}–{high:.3g}）"
                for k, (low, mid, high) in result.start.items()
            ),
            f"{result.members} 次随机试验；概率的区间是对链接系数不了解的程度",
        ),
        limits=chain_run.CARD.limits,
        shortfalls=(
            *(
                f"缺暴露量 {'、'.join(s.missing)}，链接 {s.link} 未计算；可在暴露量清单里给出"
                for s in result.skipped
            ),
            *(f"“{_link_words(link)}”的起因超出公式的适用范围，只作量级参考" for link in outside),
        ),
        tables=(told.node_table(follows), told.link_table(follows)),
        marks=told.marks(follows, inputs, setting),
        summary=told.summary(follows, inputs),
        uncertainty="链接系数（多为示例或待核对）和暴露量",
        would_change=(
            "用本地台账替换暴露量和示例链接",
            "单灾种模型（地震、内涝、溃坝）给出更准的起始强度",
            "提前处置：断气、转供、加固，链上不计处置作用",
        ),
    )


def _used(assumption: Assumption, start: str) -> bool:
    return assumption.field.removeprefix("scenario.") in USES[start]


def start_of(inputs: Inputs) -> dict[str, tuple[float, float, float]]:
    """Return the sizes from which the chain starts: low, middle, high."""
    made: dict[str, Callable[[], dict[str, tuple[float, float, float]]]] = {
        "earthquake": lambda: _shaking(inputs),
        "rain": lambda: {
            "hourly_rain": _around(inputs.number("rain_hour_m"), SPREAD_RAIN),
            "daily_rain": _around(inputs.number("rain_day_m"), SPREAD_RAIN),
        },
        "wind": lambda: {"wind": _around(inputs.number("wind_m_s"), 0.15)},
        "dam": lambda: {"dam_breach": _peak(inputs)},
        "gas": lambda: {"gas_leaks": _around(inputs.number("leaks"), 0.0)},
        "chemical": lambda: {"chemical_release": _around(inputs.number("leaks"), 0.0)},
    }
    return made[inputs.word("start")]()


def _around(value: float, share: float) -> tuple[float, float, float]:
    return value * (1.0 - share), value, value * (1.0 + share)


def _shaking(inputs: Inputs) -> dict[str, tuple[float, float, float]]:
    """Return velocity and acceleration at the distance, with the scatter of the relation (90 %)."""
    magnitude, far = inputs.number("magnitude"), inputs.number("distance_m")
    found = {}
    for key, quantity, law in (
        ("shaking_velocity", "pgv", motion.pgv),
        ("shaking_acceleration", "pga", motion.pga),
    ):
        middle = float(law(far, 45.0, magnitude=magnitude, region="eastern"))
        factor = 10.0 ** (1.645 * motion.SIGMA[quantity])
        found[key] = (middle / factor, middle, middle * factor)
    return found


def _peak(inputs: Inputs) -> tuple[float, float, float]:
    flows = peak_flows(inputs.number("volume_m3"), inputs.number("height_m"))
    values = [flow.value for flow in flows]
    return min(values), float(np.median(values)), max(values)


def exposure_of(inputs: Inputs, setting: Setting) -> tuple[dict[str, float], list[str]]:
    """Return what is exposed, and how the parts that nobody counted were estimated."""
    people = setting.people.total if setting.people is not None else 0.0
    kinds = [f.kind for f in setting.facilities]
    stations = sum(
        f.kind == "lifeline_facility" and f.details.get("sort") == "substation"
        for f in setting.facilities
    )
    roads = float(setting.roads.metres.sum()) / 2000.0 if setting.roads is not None else 0.0
    found: dict[str, float] = {
        "drain_capacity_m_per_h": 0.036,
        "underpasses": 20.0,
        "people_below_dam": inputs.number("below_dam"),
        "substations_below_dam": 1.0,
    }
    notes = ["排水管网设计能力按 36 mm/h、下穿通道 20 处、溃坝淹没区变电站 1 座计"]
    if people:
        found |= {
            "water_pipe_km": people * 1.0e-3,
            "gas_pipe_km": people * 0.8e-3,
            "floor_area_km2": people * 40.0 / 1e6,
        }
        notes.append("供水管道按每人 1.0 m、燃气管道 0.8 m、建筑面积 40 m² 折算")
    if roads:
        found["mountain_road_km"] = 0.1 * roads
        notes.append("山区公路按路网的一成计")
    if stations:
        found |= {"substations": float(stations), "substations_in_lowland": 0.1 * stations}
        notes.append("低洼处的变电站按登记数的一成计")
    if tanks := kinds.count("storage_tank"):
        found |= {"chemical_tanks": float(tanks), "chemical_tanks_in_lowland": 0.1 * tanks}
        notes.append("低洼处的储罐按登记数的一成计")
    if hospitals := kinds.count("hospital"):
        found["hospitals"] = float(hospitals)
    return found | _uploaded(setting.files.get("exposures", "")), notes


def _uploaded(text: str) -> dict[str, float]:
    """Read a list of exposures; every wrong line is named."""
    if not text.strip():
        return {}
    field = "scenario.exposures"
    rows = csv.DictReader(text.lstrip("\ufeff").splitlines())
    if not {"名称", "数值"} <= set(rows.fieldnames or ()):
        raise ScenarioError(field, "表头为 名称、数值", "、".join(rows.fieldnames or ()))
    known = {name for link in shipped_table().links for name in link.exposures}
    found = {}
    for line, row in enumerate(rows, start=2):
        name = (row["名称"] or "").strip()
        if name not in known:
            raise ScenarioError(
                field, f"第 {line} 行的名称为 {'、'.join(sorted(known))} 之一", name
            )
        try:
            value = float(row["数值"])
        except (TypeError, ValueError):
            value = -1.0
        if not (np.isfinite(value) and value >= 0):
            raise ScenarioError(field, f"第 {line} 行的数值为不小于 0 的数字", row["数值"])
        found[name] = value
    return found


def _assumed(notes: list[str]) -> tuple[Assumption, ...]:
    return tuple(
        Assumption(field="scenario.exposures", title="暴露量", value="示例", unit="", basis=note)
        for note in notes
    )


def _link_words(key: str) -> str:
    """Return a link as people read it: the cause and what follows, not its key."""
    table = shipped_table()
    link = next(one for one in table.links if one.key == key)
    return f"{table.nodes[link.cause].title_zh} → {table.nodes[link.effect].title_zh}"


MODEL: Final = ForecastModel(
    kind=KIND,
    family="chain",
    title="灾害链",
    about="一个事件接着会引发什么：概率、规模、时间和每一环的来源",
    cards=("chain.run",),
    fields=FIELDS,
    run=run_chain_forecast,
    event_codes=("11A", "11B", "11C", "12D02"),
    members=20,
)
