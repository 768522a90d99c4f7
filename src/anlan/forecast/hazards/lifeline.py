"""Forecast of failing lifelines: what fails next, who is without service, what to repair first.

Stations inside the stricken circle stop at once. In the power grid the load moves to the lines that
are left and may trip others, round by round; everything else stops when its last provider has stopped
and its backup is used up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.fields import CHOICE, FILE, Field, Inputs, Spread
from anlan.forecast.hazards import lifeline_told as told
from anlan.forecast.hazards.lifeline_net import (
    SERVICES,
    Network,
    network_of,
    people_by_node,
    service_areas,
)
from anlan.forecast.hazards.lifeline_told import TITLE, VERSION
from anlan.forecast.model import ForecastModel
from anlan.forecast.types import Forecast
from anlan.science.common.local import distance
from anlan.science.network import cascade, dependency
from anlan.science.network.cascade import load_cascade
from anlan.science.network.dependency import failure_times, restoration_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "run_lifeline"]

KIND: Final = "lifeline"

ROUND_S: Final = 900.0
"""Time between two rounds of overload, an example (示例). [s]"""

RESTART_S: Final = 7200.0
"""Time to close a tripped substation again, an example (示例). [s]"""

LESS_BACKUP: Final = 0.5
TOLERANCES: Final = (0.5, 2.0)
"""Factors on backup and on the spare capacity of the grid that are tried for the range. [1]"""

SHOWN: Final = ("power", "communications", "water", "gas", "heat")
"""Services drawn on the map and in the series, the gravest first."""

FIELDS: Final = (
    Field(
        key="radius_m",
        title="受损范围半径",
        unit="km",
        scale=1000.0,
        low=100.0,
        high=50_000.0,
        default=3000.0,
        basis="以标定点为中心，范围内的设施当即停运",
        spread=Spread(low=0.7, high=1.3, basis="受损范围待核实"),
    ),
    Field(
        key="hit",
        title="先停运的设施",
        kind=CHOICE,
        choices={"all": "全部", **{k: v for k, v in SERVICES.items() if k in SHOWN}},
        default="all",
        basis="未说明，按全部，谨慎读法",
    ),
    Field(
        key="tolerance",
        title="电网容量裕度",
        unit="%",
        scale=0.01,
        low=0.0,
        high=5.0,
        default=0.3,
        basis="示例值，由供电公司给出",
        spread=Spread(low=0.5, high=2.0, basis="示例值的上下浮动"),
    ),
    Field(
        key="backup_share",
        title="备用电源可用比例",
        unit="%",
        scale=0.01,
        low=0.0,
        high=2.0,
        default=1.0,
        basis="登记的备电时间全部可用",
        spread=Spread(low=0.5, high=1.0, basis="蓄电池老化、油料不足，待确认"),
    ),
    Field(
        key="repair_s",
        title="单处抢修时长",
        unit="h",
        scale=3600.0,
        low=600.0,
        high=30 * 86_400.0,
        default=43_200.0,
        basis="示例值，由抢修单位给出",
        spread=Spread(low=0.5, high=2.0, basis="示例值的上下浮动"),
    ),
    Field(
        key="links",
        title="依存关系表",
        kind=FILE,
        help="CSV，表头：设施,需要,供应者,备用小时；供应者用顿号隔开，任一即可",
    ),
)


def run_lifeline(inputs: Inputs, setting: Setting) -> Forecast:
    """Return the areas without service over time, the order of failure and of repair."""
    share = inputs.number("backup_share")
    network = network_of(setting, backup_share=share)
    if not network.nodes:
        return Forecast(
            model=KIND,
            version=VERSION,
            title=TITLE,
            footprints=(),
            shortfalls=("没有生命线设施也没有区县边界；请装载城市数据包或登记生命线设施",),
        )
    first = _first(network, inputs, setting)
    tripped = _tripped(network, first, inputs.number("tolerance"))
    times = _times(network, tripped)
    tried = [] if setting.member else _tried(network, first, tripped, inputs, setting)
    people = people_by_node(network, setting)
    repair = restoration_order(
        len(network.nodes),
        network.supplies,
        repair_time={
            k: inputs.number("repair_s") if k in first else RESTART_S for k in sorted(tripped)
        },
        people=people,
    )
    areas = {service: service_areas(network, setting, service) for service in SHOWN}
    footprints = tuple(
        told.footprint(service, network, areas[service], times, tried)
        for service in SHOWN
        if any(np.isfinite(times[k]) for k in network.of(service))
    )
    series = tuple(
        told.series(service, network, people, times, tried)
        for service in SHOWN
        if network.of(service)
    )
    return Forecast(
        model=KIND,
        version=VERSION,
        title=TITLE,
        footprints=footprints,
        figures=told.figures(first, tripped, times, series),
        assumptions=(*inputs.assumptions, *told.made_up(network)),
        reasons=(
            f"{len(network.nodes)} 处设施，{len(network.supplies)} 条依存关系",
            f"电网 {len(network.grid)} 条联络线，按最近的变电站推定（示例）",
            f"超负荷每轮按 {ROUND_S / 60:g} 分钟（示例）；服务区按最近设施划分",
            "各帧为到该时刻已停止服务的范围，累积，不含抢修恢复",
        ),
        limits=tuple(dict.fromkeys((*dependency.CARD.limits, *cascade.CARD.limits))),
        shortfalls=(
            *network.made_up,
            *(() if setting.people is not None else ("没有人口网格，不统计受影响人口",)),
            *(() if first else ("受损范围内没有生命线设施；请核对标定点和半径",)),
        ),
        frames=told.frames(footprints, network, areas, times),
        series=series,
        tables=(
            told.failures(network, times, tripped, people),
            told.repairs(network, repair, people),
        ),
        marks=told.marks(network, times, first),
        summary=told.summary(network, first, tripped, times, series, repair),
        uncertainty="依存关系和备用电源能撑多久",
        would_change=(
            "备用发电机和油料到位：停运推迟",
            "供电公司转供方案：少停几座变电站",
            "换成各单位填报的依存关系表",
        ),
    )


def _tried(
    network: Network,
    first: set[int],
    tripped: Mapping[int, float],
    inputs: Inputs,
    setting: Setting,
) -> list[NDArray[np.float64]]:
    """Return when nodes stop with half the backup, and with less and more spare capacity."""
    weaker = network_of(setting, backup_share=inputs.number("backup_share") * LESS_BACKUP)
    tolerances = (inputs.number("tolerance") * factor for factor in TOLERANCES)
    return [
        _times(weaker, tripped),
        *(_times(network, _tripped(network, first, tolerance)) for tolerance in tolerances),
    ]


def _first(network: Network, inputs: Inputs, setting: Setting) -> set[int]:
    """Return the nodes that stop at once: inside the circle, or reported out of order."""
    hit, radius = inputs.word("hit"), inputs.number("radius_m")
    place = setting.place
    return {
        k
        for k, node in enumerate(network.nodes)
        if not node.working
        or (
            (hit in ("all", node.service))
            and float(distance(node.lon, node.lat, place.lon, place.lat)) <= radius
        )
    }


def _tripped(network: Network, first: set[int], tolerance: float) -> dict[int, float]:
    """Return when nodes stop of themselves: the first ones, and overloaded substations after."""
    found = dict.fromkeys(sorted(first), 0.0)
    power = [k for k, n in enumerate(network.nodes) if n.service == "power"]
    failed = [k for k, node in enumerate(power) if node in first]
    if failed and len(power) > 2 and len(failed) < len(power):
        rounds = load_cascade(len(power), network.grid, failed=failed, tolerance=tolerance).round
        for k, turn in zip(power, rounds.tolist(), strict=True):
            if turn > 0:
                found[k] = turn * ROUND_S
    return found


def _times(network: Network, tripped: Mapping[int, float]) -> NDArray[np.float64]:
    return failure_times(len(network.nodes), network.supplies, damaged=tripped)


MODEL: Final = ForecastModel(
    kind=KIND,
    family="lifeline",
    title="生命线与网络瘫痪",
    about="停了几处以后接着停什么、多少人没有水电通信、先修哪里",
    cards=("network.dependency", "network.cascade"),
    fields=FIELDS,
    run=run_lifeline,
    event_codes=("12D",),
    members=20,
)
