"""Forecast of a dam that breaks: how much water, how deep, and how many minutes until it is there.

The outflow comes from several published relations side by side, never one number; the flow over the
ground is the full shallow water model. Tailings flow with a yield stress.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import CHOICE, FILE, Field, Inputs, Spread
from anlan.forecast.hazards import dam_break_told as told
from anlan.forecast.hazards import registered
from anlan.forecast.hazards.dam_break_told import SOURCE, TITLE, VERSION
from anlan.forecast.hazards.flood_ground import flood_ground
from anlan.forecast.hazards.flooding import Ticks, Water, arrival_marks, depth_frames, flood_zones
from anlan.forecast.known import known_here
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.types import Assumption, Forecast
from anlan.science.flood import breach, shallow, tailings
from anlan.science.flood.breach import breach_shape, peak_flows, triangular_hydrograph
from anlan.science.flood.inertial import Inflow
from anlan.science.flood.shallow import simulate_shallow
from anlan.science.flood.tailings import tailings_estimates, tailings_hydrograph

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from anlan.forecast.hazards.flood_ground import Ground
    from anlan.forecast.setting import Setting
    from anlan.science.flood.hydrograph import Hydrograph

__all__ = ["MODEL", "outflows", "run_dam_break"]

KIND: Final = "dam_break"

USUAL: Final = {"volume_m3": 5e6, "height_m": 20.0}
"""Taken when neither the form nor the register knows the dam: an example (示例)."""

NOT_KNOWN: Final = "示例值：登记表 2 km 内没有，请核实"

MOMENTS: Final = 12
ARRIVES: Final = 0.15
ROUGHNESS: Final = 0.06
CELLS: Final = {"coarse": 90, "fine": 180}
CELLS_TRIED: Final = 60
"""Cells along a side, of the run that is shown and of those for the range."""

RISE_SHARE: Final = 0.45
"""The peak comes at the latest after this share of the time of the triangle. [1]"""

FIELDS: Final = (
    Field(
        key="content",
        title="库内物料",
        kind=CHOICE,
        choices={"water": "水库（水）", "tailings": "尾矿库（尾砂）"},
        default="water",
        basis="未说明按水库",
    ),
    Field(
        key="volume_m3",
        title="溃口以上库容",
        unit="万 m³",
        scale=1e4,
        low=1e4,
        high=1e9,
        help="不填取标定点 2 km 内登记的水库或尾矿库",
    ),
    Field(
        key="height_m",
        title="坝前水深（坝高）",
        unit="m",
        low=2.0,
        high=150.0,
        help="不填取登记的坝高",
    ),
    Field(
        key="released_share",
        title="溃泄比例",
        unit="%",
        scale=0.01,
        low=0.05,
        high=1.0,
        default=1.0,
        basis="水库按全部泄空，谨慎读法；尾矿库按回归公式",
        spread=Spread(low=0.6, high=1.0, basis="溃口底高程未知"),
    ),
    Field(
        key="cause",
        title="溃决方式",
        kind=CHOICE,
        choices={"overtopping": "漫顶", "piping": "管涌"},
        default="overtopping",
        basis="汛期多为漫顶",
    ),
    Field(
        key="duration_s",
        title="模拟时长",
        unit="h",
        scale=3600.0,
        low=600.0,
        high=43_200.0,
        default=7200.0,
        basis="先看前 2 小时",
    ),
    Field(
        key="width_m",
        title="计算范围边长",
        unit="km",
        scale=1000.0,
        low=2000.0,
        high=60_000.0,
        default=14_000.0,
        basis="以坝址为中心",
    ),
    Field(
        key="yield_stress_pa",
        title="尾砂屈服应力",
        unit="Pa",
        low=0.0,
        high=5000.0,
        default=100.0,
        basis="示例值，须由试验确定；只在尾矿库时用",
        spread=Spread(low=0.3, high=3.0, basis="试验值离散大，待确认"),
    ),
    Field(
        key="detail",
        title="精细程度",
        kind=CHOICE,
        choices={"coarse": "快算（90×90 格）", "fine": "细算（180×180 格，数分钟）"},
        default="coarse",
        basis="先快算，再细算",
    ),
    Field(
        key="terrain",
        title="高程文件",
        kind=FILE,
        help="ESRI ASCII 网格；不上传用城市数据包的地形，没有则用示例地形",
    ),
)

TAILINGS_DENSITY: Final = 1600.0
"""Of flowing tailings, confidence M. [kg/m3]"""


def run_dam_break(inputs: Inputs, setting: Setting) -> Forecast:
    """Return depth, danger and arrival downstream, with the range of the published outflows."""
    dam = _dam(inputs, setting)
    with refused("scenario.volume_m3", dam.volume, "在公式范围内"):
        rows, (likely_flow, *tried_flows) = outflows(
            dam.volume,
            dam.height,
            tailings=dam.tailings,
            share=inputs.number("released_share"),
            overtopping=inputs.word("cause") == "overtopping",
        )
    rough = _ground(inputs, setting, CELLS_TRIED)
    detail = "coarse" if setting.member else inputs.word("detail")
    ground = rough if setting.first else _ground(inputs, setting, CELLS[detail])
    runs = [(ground, likely_flow)]
    if not (setting.member or setting.first):
        runs += [(rough, flow) for flow in tried_flows]
    ticks = Ticks(
        setting.progress, [len(g.grid.elevation) ** 3 for g, _flow in runs], "水流逐步推算"
    )
    likely, *tried = [
        _water(inputs, setting, on, flow, tailings=dam.tailings, tell=ticks.part(k))
        for k, (on, flow) in enumerate(runs)
    ]
    zones = flood_zones(likely, tried, SOURCE, "区间为洪峰公式及其误差的最小与最大")
    flow_series = told.flow_series(likely.minutes, (likely_flow, *tried_flows))
    wet = told.wet_series(likely, tried)
    figures = told.figures(rows, wet, tailings=dam.tailings)
    limits = (*shallow.CARD.limits, *breach.CARD.limits)
    return Forecast(
        model=KIND,
        version=VERSION,
        title=TITLE,
        footprints=zones,
        figures=figures,
        assumptions=(*told.relevant(inputs, dam), *dam.assumptions, *ground.assumptions),
        reasons=(
            f"{'尾矿库' if dam.tailings else '水库'}：{dam.volume / 1e4:g} 万 m³，{dam.height:g} m",
            f"{inputs.number('width_m') / 1000:g} km 见方，{ground.grid.cell_size:.0f} m 网格，四边敞开",
            "各帧为当时水深，不累积；河道内的水不计为受淹",
            f"地形：{ground.grid.source}",
            *(("先行结果：粗网格、中位洪峰，尚无区间",) if setting.first else ()),
            *(("区间和集合按快算网格计算",) if detail != "coarse" and not setting.first else ()),
        ),
        limits=tuple(dict.fromkeys((*limits, *(tailings.CARD.limits if dam.tailings else ())))),
        shortfalls=(
            *(
                f"{a.title}没有录入，登记表也没有：按示例值 {a.value:,g}{a.unit} 计算，不可用于决策"
                for a in dam.assumptions
                if a.basis == NOT_KNOWN
            ),
            *ground.shortfalls,
            *(() if zones else ("计算时长内没有 0.15 m 以上的淹没；请核对坝址和地形",)),
        ),
        frames=() if setting.member else depth_frames(likely, [zone.key for zone in zones]),
        series=(flow_series, wet),
        tables=(told.peak_table(rows), told.arrival_table(likely, tried, setting)),
        marks=arrival_marks(likely, setting),
        summary=told.summary(likely, tried, setting, figures["溃口洪峰"], wet),
        uncertainty="溃口洪峰（经验公式的误差达数倍）和下游地形",
        would_change=(
            "降低库水位、开挖溢洪道：库容和水深变小，重算",
            "换成实测高程：水走哪条沟、几分钟到都会变",
            "查明溃口底高程和溃决方式",
        ),
    )


def _dam(inputs: Inputs, setting: Setting) -> told.Dam:
    """Return the dam: as entered, else the nearest registered one, else an example."""
    is_tailings = inputs.word("content") == "tailings"
    known = known_here(MODEL, inputs.values, setting.place, setting.facilities)
    found, assumed = {}, []
    for key, title, unit in (("volume_m3", "溃口以上库容", " m³"), ("height_m", "坝高", " m")):
        value = inputs.get(key)
        if value is None:
            held = known.get(key)
            value = float(held.value if held else USUAL[key])
            ground = held.origin if held else NOT_KNOWN
            assumed.append(
                Assumption(
                    field=f"scenario.{key}", title=title, value=value, unit=unit, basis=ground
                )
            )
        found[key] = value
    return told.Dam(
        volume=found["volume_m3"],
        height=found["height_m"],
        tailings=is_tailings,
        assumptions=tuple(assumed),
    )


def outflows(
    volume: float, height: float, *, tailings: bool, share: float, overtopping: bool
) -> tuple[tuple[tuple[str, float], ...], tuple[Hydrograph, Hydrograph, Hydrograph]]:
    """Return the peak by each relation, and the outflow in time: middle, least and most.

    Parameters
    ----------
    volume, height
        In cubic metres and metres.
    tailings
        Whether it is a tailings dam.
    share
        Share of the volume that runs out, where the relations do not say it.
    overtopping
        How it breaks, for the time of formation.
    """
    if tailings:
        found = tailings_estimates(volume, height)
        released = [e.released * share for e in found]
        flows = [tailings_hydrograph(volume, height, released=out) for out in released]
        rows = tuple(
            (estimate.relation, float(flow.values.max()))
            for estimate, flow in zip(found, flows, strict=True)
        )
        ordered = sorted(zip(released, flows, strict=True), key=lambda pair: pair[0])
        return rows, (ordered[0][1], ordered[0][1], ordered[-1][1])
    peaks = peak_flows(volume, height)
    rows = tuple((p.relation, p.value) for p in peaks)
    values = [p.value for p in peaks]
    formed = breach_shape(volume, height, overtopping=overtopping).formation_time
    middle, least, most = (
        _triangle(volume * share, peak, formed)
        for peak in (
            float(np.median(values)),
            min(values) * told.PEAK_ERROR[0],
            max(values) * told.PEAK_ERROR[1],
        )
    )
    return rows, (middle, least, most)


def _triangle(volume: float, peak: float, formed: float) -> Hydrograph:
    whole = 2.0 * volume / peak
    return triangular_hydrograph(volume, peak=peak, rise_time=min(formed, RISE_SHARE * whole))


def _ground(inputs: Inputs, setting: Setting, cells: int) -> Ground:
    width = inputs.number("width_m")
    return flood_ground(setting, width=width, cell_size=width / cells)


def _at_once(inputs: Inputs, _setting: Setting) -> Inputs:
    """Return the same inputs: the first answer is computed on the roughest grid, without a range."""
    return inputs


def _water(
    inputs: Inputs,
    setting: Setting,
    ground: Ground,
    flow: Hydrograph,
    *,
    tailings: bool,
    tell: Callable[[float], None],
) -> Water:
    """Run the shallow water model in spans: it starts again exactly where it stopped."""
    z = ground.grid.elevation
    row, column = (int(v) for v in ground.grid.cell_of(setting.place.lon, setting.place.lat))
    cells = np.array([(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    span = inputs.number("duration_s") / MOMENTS
    depth = qx = qy = np.zeros(z.shape)
    largest, rating = np.zeros(z.shape), np.zeros(z.shape)
    arrival = np.full(z.shape, np.inf)
    depths: list[NDArray[np.float64]] = []
    for k in range(MOMENTS):
        found = simulate_shallow(
            z,
            cell_size=ground.grid.cell_size,
            duration=span,
            depth=depth,
            discharge_x=qx,
            discharge_y=qy,
            roughness=ROUGHNESS,
            inflows=(Inflow(cells=cells, hydrograph=_part(flow, k * span, span)),),
            yield_stress=inputs.number("yield_stress_pa") if tailings else 0.0,
            density=TAILINGS_DENSITY if tailings else 1000.0,
            open_edges=True,
            wet_depth=ARRIVES,
        )
        depth, qx, qy = found.depth, found.discharge_x, found.discharge_y
        depths.append(depth)
        largest = np.maximum(largest, found.largest_depth)
        rating = np.maximum(rating, found.largest_rating)
        arrival = np.minimum(arrival, found.arrival + k * span)
        tell((k + 1) / MOMENTS)
    return Water(
        ground=ground,
        minutes=tuple((k + 1) * span / 60.0 for k in range(MOMENTS)),
        depths=tuple(depths),
        largest_depth=largest,
        largest_rating=rating,
        arrival=arrival,
    )


def _part(flow: Hydrograph, start: float, span: float) -> Hydrograph:
    """Return the outflow of one span, its time counted from the start of the span."""
    inner = flow.times[(flow.times > start) & (flow.times < start + span)]
    times = np.concatenate([[start], inner, [start + span]])
    return type(flow)(times - start, flow.at(times))


MODEL: Final = ForecastModel(
    kind=KIND,
    family="flood",
    title="水库、尾矿库溃坝",
    about="坝溃以后水往哪里去、几分钟到、多深",
    cards=("flood.shallow", "flood.breach", "flood.tailings", "flood.hazard"),
    fields=FIELDS,
    run=run_dam_break,
    event_codes=("11A03", "11A04", "12A07"),
    registered=registered.DAM,
    members=10,
    quick=_at_once,
    seconds=8.0,
)
