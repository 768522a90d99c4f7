"""What is told of a failure of supply networks: its areas, figures, tables and sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.hazards.lifeline_net import SERVICES, Network
from anlan.forecast.types import Assumption, Figure, Footprint, Frame, Mark, Series, Table
from anlan.forecast.wording import people as people_said
from anlan.science.network import cascade, dependency

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from anlan.science.network.dependency import Restoration

__all__ = [
    "TITLE",
    "VERSION",
    "failures",
    "figures",
    "footprint",
    "frames",
    "made_up",
    "marks",
    "repairs",
    "series",
    "summary",
]

TITLE: Final = "生命线依存失效与级联"
VERSION: Final = f"v{dependency.CARD.version}.{cascade.CARD.version}"
SOURCE: Final = f"{TITLE} {VERSION}"
HOURS: Final = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0, 36.0, 48.0)
ROWS: Final = 20


def footprint(
    service: str,
    network: Network,
    areas: Mapping[int, Any],
    times: NDArray[np.float64],
    tried: Sequence[NDArray[np.float64]],
) -> Footprint:
    """Return where a service is out, likely and in each member."""

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


def frames(
    footprints: Sequence[Footprint],
    network: Network,
    areas: Mapping[str, Mapping[int, Any]],
    times: NDArray[np.float64],
) -> tuple[Frame, ...]:
    """Return the map at each moment of the time slider."""
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


def series(
    service: str,
    network: Network,
    people: NDArray[np.float64],
    times: NDArray[np.float64],
    tried: Sequence[NDArray[np.float64]],
) -> Series:
    """Return the people without a service over time."""
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


def figures(
    first: set[int],
    tripped: Mapping[int, float],
    times: NDArray[np.float64],
    series: Sequence[Series],
) -> dict[str, Figure]:
    """Return the figures of the first page."""
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


def made_up(network: Network) -> tuple[Assumption, ...]:
    """Say which parts of the network are examples."""
    return tuple(
        Assumption(field="scenario.links", title="生命线网络", value="示例", unit="", basis=text)
        for text in network.made_up
    )


def failures(
    network: Network,
    times: NDArray[np.float64],
    tripped: Mapping[int, float],
    people: NDArray[np.float64],
) -> Table:
    """Return what fails, when and why."""
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


def repairs(network: Network, repair: Restoration, people: NDArray[np.float64]) -> Table:
    """Return in which order to repair, and whom that serves."""
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


def marks(network: Network, times: NDArray[np.float64], first: set[int]) -> tuple[Mark, ...]:
    """Mark the facilities that fail, in their order."""
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


def summary(
    network: Network,
    first: set[int],
    tripped: Mapping[int, float],
    times: NDArray[np.float64],
    series: Sequence[Series],
    repair: Restoration,
) -> tuple[str, ...]:
    """Return the result in sentences."""
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
            least, most = people_said(one.low[-1]), people_said(one.high[-1])
            ends = "" if least == most else f"（{least}–{most}）"
            said.append(f"48 小时内{one.label}约 {people_said(one.values[-1])}{ends}。")
    if repair.order:
        said.append(f"先抢修{network.nodes[repair.order[0]].name}，恢复服务最快。")
    return tuple(said)
