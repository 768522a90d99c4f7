"""Forecast of failing lifelines: what fails next, who is without service, what to repair first.

Stations inside the stricken circle stop at once. In the power grid the load moves to the lines that
are left and may trip others, round by round; everything else stops when its last provider has stopped
and its backup is used up.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.fields import CHOICE, FILE, Field, Inputs, Spread, read_fields
from anlan.forecast.hazards.lifeline_net import (
    SERVICES,
    Network,
    network_of,
    people_by_node,
    service_areas,
)
from anlan.forecast.model import ForecastModel
from anlan.forecast.types import Assumption, Figure, Footprint, Forecast, Frame, Mark, Series, Table
from anlan.science.common.local import distance
from anlan.science.network import cascade, dependency
from anlan.science.network.cascade import load_cascade
from anlan.science.network.dependency import failure_times, restoration_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from anlan.forecast.setting import Setting
    from anlan.science.network.dependency import Restoration

__all__ = ["MODEL", "run_lifeline"]

KIND: Final = "lifeline"
TITLE: Final = "生命线依存失效与级联"
VERSION: Final = f"v{dependency.CARD.version}.{cascade.CARD.version}"
SOURCE: Final = f"{TITLE} {VERSION}"

ROUND_S: Final = 900.0
"""Time between two rounds of overload, an example (示例). [s]"""

RESTART_S: Final = 7200.0
"""Time to close a tripped substation again, an example (示例). [s]"""

HOURS: Final = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0, 36.0, 48.0)
LESS_BACKUP: Final = 0.5
TOLERANCES: Final = (0.5, 2.0)
"""Factors on backup and on the spare capacity of the grid that are tried for the range. [1]"""

SHOWN: Final = ("power", "communications", "water", "gas", "heat")
"""Services drawn on the map and in the series, the gravest first."""

ROWS: Final = 20

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


def parse(content: Mapping[str, Any], _temperature_c: float = 25.0) -> Inputs:
    """Read a failure of lifelines."""
    return read_fields(KIND, FIELDS, content)


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
    weaker = network_of(setting, backup_share=share * LESS_BACKUP)
    tried = [
        _times(weaker, tripped),
        *(
            _times(network, _tripped(network, first, inputs.number("tolerance") * factor))
            for factor in TOLERANCES
        ),
    ]
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
        _footprint(service, network, areas[service], times, tried)
        for service in SHOWN
        if any(np.isfinite(times[k]) for k in network.of(service))
    )
    series = tuple(
        _series(service, network, people, times, tried) for service in SHOWN if network.of(service)
    )
    return Forecast(
        model=KIND,
        version=VERSION,
        title=TITLE,
        footprints=footprints,
        figures=_figures(first, tripped, times, series),
        assumptions=(*inputs.assumptions, *_made_up(network)),
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
        frames=_frames(footprints, network, areas, times),
        series=series,
        tables=(_failures(network, times, tripped, people), _repairs(network, repair, people)),
        marks=_marks(network, times, first),
        summary=_summary(network, first, tripped, times, series, repair),
        uncertainty="依存关系和备用电源能撑多久",
        would_change=(
            "备用发电机和油料到位：停运推迟",
            "供电公司转供方案：少停几座变电站",
            "换成各单位填报的依存关系表",
        ),
    )


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


def _footprint(
    service: str,
    network: Network,
    areas: Mapping[int, Any],
    times: NDArray[np.float64],
    tried: Sequence[NDArray[np.float64]],
) -> Footprint:
    def out(when: NDArray[np.float64]) -> Any:
        return _joined([areas[k] for k in network.of(service) if np.isfinite(when[k])], areas)

    area = out(times)
    members = tuple(out(other) for other in tried)
    title = SERVICES[service]
    return Footprint(
        key=f"no_{service}",
        label=f"停止{title}区",
        threshold=Figure(value=f"{title}设施停运", unit="", source=SOURCE),
        area=area,
        envelope=unary_union([area, *members]),
        members=members,
    )


def _joined(parts: Sequence[Any], areas: Mapping[int, Any]) -> Any:
    return unary_union(list(parts)) if parts and areas else Polygon()


def _frames(
    footprints: Sequence[Footprint],
    network: Network,
    areas: Mapping[str, Mapping[int, Any]],
    times: NDArray[np.float64],
) -> tuple[Frame, ...]:
    frames = []
    for hour in HOURS:
        reached = {}
        for footprint in footprints:
            service = footprint.key.removeprefix("no_")
            mine = areas[service]
            parts = [mine[k] for k in network.of(service) if times[k] <= hour * 3600.0]
            reached[footprint.key] = _joined(parts, mine)
        frames.append(Frame(minutes=hour * 60.0, areas=reached))
    return tuple(frames)


def _series(
    service: str,
    network: Network,
    people: NDArray[np.float64],
    times: NDArray[np.float64],
    tried: Sequence[NDArray[np.float64]],
) -> Series:
    mine = network.of(service)

    def out(when: NDArray[np.float64]) -> list[float]:
        return [float(people[mine][when[mine] <= hour * 3600.0].sum()) for hour in HOURS]

    rows = np.array([out(times), *(out(other) for other in tried)])
    return Series(
        key=f"without_{service}",
        label=f"没有{SERVICES[service]}的人口",
        unit="人",
        minutes=tuple(hour * 60.0 for hour in HOURS),
        values=_people(rows[0]),
        low=_people(rows.min(axis=0)),
        high=_people(rows.max(axis=0)),
        source=SOURCE,
    )


def _people(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(np.round(values).tolist())


def _figures(
    first: set[int],
    tripped: Mapping[int, float],
    times: NDArray[np.float64],
    series: Sequence[Series],
) -> dict[str, Figure]:
    found = {
        "当即停运设施": Figure(value=len(first), unit="处", source="登记表与受损范围"),
        "因超负荷停运": Figure(
            value=len(tripped) - len(first), unit="处", source=SOURCE, to_confirm=True
        ),
        "48小时内停运设施": Figure(
            value=int((times <= HOURS[-1] * 3600.0).sum()), unit="处", source=SOURCE
        ),
    }
    for one in series:
        found[one.label] = Figure(
            value=one.values[-1],
            unit="人",
            source=SOURCE,
            low=one.low[-1],
            high=one.high[-1],
            note="48 小时内不抢修时的最大值；区间为备电减半、电网裕度减半或加倍",
        )
    return found


def _made_up(network: Network) -> tuple[Assumption, ...]:
    return tuple(
        Assumption(field="scenario.links", title="生命线网络", value="示例", unit="", basis=text)
        for text in network.made_up
    )


def _failures(
    network: Network,
    times: NDArray[np.float64],
    tripped: Mapping[int, float],
    people: NDArray[np.float64],
) -> Table:
    order = sorted(np.flatnonzero(np.isfinite(times)).tolist(), key=lambda k: (times[k], k))
    rows = []
    for k in order[:ROWS]:
        node = network.nodes[k]
        reason = "受损" if tripped.get(k) == 0.0 else "超负荷" if k in tripped else "失去供应"
        rows.append(
            (
                _when(float(times[k])),
                node.name,
                SERVICES[node.service],
                reason,
                Figure(value=float(round(people[k])), unit="人", source=SOURCE),
            )
        )
    return Table(
        title="接下来停什么",
        columns=("时间", "设施", "行业", "原因", "服务人口"),
        rows=tuple(rows),
        note=f"共 {len(order)} 处，列前 {len(rows)} 处；服务人口按最近设施推定",
    )


def _repairs(network: Network, repair: Restoration, people: NDArray[np.float64]) -> Table:
    total = float(people.sum())
    rows = tuple(
        (
            str(place),
            network.nodes[k].name,
            SERVICES[network.nodes[k].service],
            Figure(value=round(float(done) / 3600.0, 1), unit="h", source=SOURCE),
            Figure(
                value=round(100.0 * float(served) / total, 1) if total else None,
                unit="%",
                source=SOURCE,
            ),
        )
        for place, (k, done, served) in enumerate(
            zip(repair.order, repair.finished, repair.served, strict=True), start=1
        )
    )
    return Table(
        title="抢修次序",
        columns=("次序", "设施", "行业", "完成时间", "恢复后服务比例"),
        rows=rows[:ROWS],
        note="一支队伍逐处抢修，使恢复服务的人时最多；各行业服务人次合计",
    )


def _marks(network: Network, times: NDArray[np.float64], first: set[int]) -> tuple[Mark, ...]:
    return tuple(
        Mark(
            lon=network.nodes[k].lon,
            lat=network.nodes[k].lat,
            label=f"{network.nodes[k].name} {_when(float(times[k]))}停运",
            state="danger" if k in first else "watch",
            minutes=float(times[k]) / 60.0,
            source=network.nodes[k].source,
        )
        for k in sorted(np.flatnonzero(np.isfinite(times)).tolist(), key=lambda k: times[k])
    )


def _when(seconds: float) -> str:
    if seconds <= 0:
        return "当即"
    if seconds < 7200.0:
        return f"{seconds / 60:.0f} 分钟后"
    return f"{math.floor(seconds / 360.0) / 10:g} 小时后"


def _summary(
    network: Network,
    first: set[int],
    tripped: Mapping[int, float],
    times: NDArray[np.float64],
    series: Sequence[Series],
    repair: Restoration,
) -> tuple[str, ...]:
    if not first:
        return ("受损范围内没有生命线设施，服务不受影响。",)
    later = sorted(
        (float(times[k]), k) for k in np.flatnonzero(np.isfinite(times)).tolist() if k not in first
    )
    said = [
        f"{len(first)} 处设施当即停运，另有 {len(tripped) - len(first)} 处变电站可能超负荷跳闸。"
    ]
    if later:
        time, k = later[0]
        said.append(f"{_when(time)}下一处停运的是{network.nodes[k].name}。")
    for one in series[:3]:
        if one.values[-1] > 0:
            said.append(
                f"48 小时内{one.label}约 {one.values[-1] / 1e4:.1f} 万"
                f"（{one.low[-1] / 1e4:.1f}–{one.high[-1] / 1e4:.1f} 万）。"
            )
    if repair.order:
        said.append(f"先抢修{network.nodes[repair.order[0]].name}，恢复服务最快。")
    return tuple(said)


MODEL: Final = ForecastModel(
    kind=KIND,
    family="lifeline",
    title="生命线与网络瘫痪",
    about="停了几处以后接着停什么、多少人没有水电通信、先修哪里",
    cards=("network.dependency", "network.cascade"),
    fields=FIELDS,
    parse=parse,
    run=run_lifeline,
    event_codes=("12D",),
    members=20,
)
