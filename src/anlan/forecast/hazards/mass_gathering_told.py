"""What is told of a gathering: its areas, figures, tables, marks and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.hazards import mass_gathering_tables as tables
from anlan.forecast.hazards.gathering_egress import QUEUED, queue_area
from anlan.forecast.hazards.gathering_fields import CONCENTRATION, KIND, PEOPLE
from anlan.forecast.hazards.gathering_venue import PACKED
from anlan.forecast.hazards.mass_gathering_tables import CARDS, COLOURS, SOURCE, TITLE, Run
from anlan.forecast.types import Assumption, Figure, Footprint, Forecast, Frame, Mark, Series
from anlan.science.common.local import to_lonlat
from anlan.science.crowd import flow
from anlan.science.crowd.egress import filling_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry


__all__ = ["Run", "tell"]


def tell(run: Run, assumed: Sequence[Assumption], *, member: bool = False) -> Forecast:
    """Return the whole result of a run; of one of many what the others are compared with."""
    shortfalls = []
    if run.pressure is None:
        shortfalls.append("没有视频或定位数据：不算人群压力，只按密度预警")
    wanted = run.inputs.number("concentration")
    extra = []
    if run.crowd.concentration < wanted - 0.05:
        extra.append(
            Assumption(
                field="scenario.concentration",
                title="最密处与平均之比",
                value=round(run.crowd.concentration, 2),
                unit="",
                basis=f"按 {wanted:g} 倍计会超过能站下的 {PACKED:g} 人/m²，已摊开",
            )
        )
    return Forecast(
        model=KIND,
        version="v" + ".".join(str(card.version) for card in CARDS),
        title=TITLE,
        footprints=_footprints(run),
        figures=tables.figures(run),
        assumptions=(*assumed, *extra),
        reasons=(
            (
                f"场地 {run.venue.area:,.0f} m²，满员平均密度"
                f" {run.inputs.number('people') / run.venue.area:.2f} 人/m²"
            ),
            f"密度从聚集处向外指数下降；出口前排队按 {QUEUED:g} 人/m² 估占地（示例，待确认）",
            "疏散时间：下限为均衡引导，取值为各自就近，上限为人多两成、走得慢两成且就近；不含反应时间",
            "时间轴第 0 分钟为开始入场，为当时的密度区和出口排队区",
        ),
        limits=tuple(dict.fromkeys(limit for card in CARDS for limit in card.limits)),
        shortfalls=tuple(shortfalls),
        frames=() if member else _frames(run),
        series=_series(run),
        tables=() if member else (tables.zones(run), tables.effects(run), tables.gate_table(run)),
        marks=_marks(run),
        summary=_summary(run),
        uncertainty="实际到场人数和人往哪里聚（最密处与平均之比）",
        would_change=(
            "分时段、分区限流：最密处下降",
            "出口临时封闭或围挡变窄：见“出口变化”表",
            "现场计数或航拍给出实际密度：录入后重算",
        ),
    )


def _footprints(run: Run) -> tuple[Footprint, ...]:
    """Return the zones at full occupancy, and where queues stand at their longest."""
    least, most = (
        run.crowd.density * p * c
        for p, c in ((PEOPLE.low, CONCENTRATION.low), (PEOPLE.high, CONCENTRATION.high))
    )
    found = []
    for colour, level in reversed(flow.WARNINGS):
        area = run.venue.above(run.crowd.density, level)
        wide = run.venue.above(most, level)
        found.append(
            Footprint(
                key=colour,
                label=f"{COLOURS[colour]}色密度区（≥ {level:g} 人/m²）",
                threshold=Figure(
                    value=level, unit="人/m²", source="建议阈值，须按当地规定", to_confirm=True
                ),
                area=area,
                envelope=unary_union([area, wide]),
                figures={"面积": _area_figure(run, level, least, most)},
                members=(run.venue.above(least, level), area, wide),
                present=_present(run, level, least, most),
            )
        )
    longest = run.waiting.waiting.max(axis=0)
    standing = _queued(run, longest)
    found.append(
        Footprint(
            key="queue",
            label="散场时出口排队区（最长时）",
            threshold=Figure(value=QUEUED, unit="人/m²", source="示例", to_confirm=True),
            area=standing,
            envelope=standing,
            present=Figure(value=round(float(longest.sum())), unit="人", source=SOURCE),
        )
    )
    return tuple(found)


def _area_figure(
    run: Run, level: float, least: NDArray[np.float64], most: NDArray[np.float64]
) -> Figure:
    sizes = [
        float((density >= level).sum()) * run.venue.cell**2
        for density in (least, run.crowd.density, most)
    ]
    low, value, high = sizes
    return Figure(value=round(value), unit="m²", source=SOURCE, low=round(low), high=round(high))


def _present(
    run: Run, level: float, least: NDArray[np.float64], most: NDArray[np.float64]
) -> Figure:
    """Return the people of the crowd who stand at least so close."""
    low, value, high = (
        round(float(density[density >= level].sum()) * run.venue.cell**2)
        for density in (least, run.crowd.density, most)
    )
    return Figure(
        value=value,
        unit="人",
        source=f"{SOURCE}，满员时在场人数",
        low=float(min(low, value)),
        high=float(max(high, value)),
    )


def _queued(run: Run, waiting: NDArray[np.float64]) -> BaseGeometry:
    areas = [
        queue_area(run.venue, gate, float(count))
        for gate, count in zip(run.gates, waiting, strict=True)
        if count >= 1.0
    ]
    return unary_union(areas) if areas else Polygon()


def _frames(run: Run) -> tuple[Frame, ...]:
    """Return the zones while people come, stay and leave."""
    fill, end = run.inputs.number("fill_min"), run.end
    coming = [(fill * part, part, None) for part in np.linspace(0.0, 1.0, 7).tolist()]
    staying = [(end, 1.0, None)] if end > fill else []
    lasts = run.now.nearest.time
    leaving = [
        (end + second / 60.0, run.waiting.at(second)[1] / run.inputs.number("people"), second)
        for second in np.linspace(lasts / 9.0, lasts, 9).tolist()
    ]
    frames = []
    for minutes, part, second in (*coming, *staying, *leaving):
        areas = {
            colour: run.venue.above(run.crowd.density * part, level)
            for colour, level in flow.WARNINGS
        }
        areas["queue"] = Polygon() if second is None else _queued(run, run.waiting.at(second)[0])
        frames.append(Frame(minutes=round(float(minutes), 2), areas=areas))
    return tuple(frames)


def _series(run: Run) -> tuple[Series, ...]:
    people, fill, end = run.inputs.number("people"), run.inputs.number("fill_min"), run.end
    left = run.waiting.walking + run.waiting.waiting.sum(axis=1)
    shown = slice(None, None, 12)
    minutes = (0.0, fill, end, *(end + run.waiting.seconds[shown] / 60.0).tolist()[1:])
    inside = (0.0, people, people, *left[shown].round().tolist()[1:])
    found = [
        Series(
            key="people",
            label="场内人数",
            unit="人",
            minutes=minutes,
            values=inside,
            low=tuple(round(v * PEOPLE.low) for v in inside),
            high=tuple(round(v * PEOPLE.high) for v in inside),
            source=SOURCE,
        )
    ]
    for k, gate in enumerate(run.gates):
        line = run.waiting.waiting[shown, k]
        if line.max() < 1:
            continue
        found.append(
            Series(
                key=f"queue:{gate.name}",
                label=f"{gate.name}前排队",
                unit="人",
                minutes=tuple((end + run.waiting.seconds[shown] / 60.0).round(2).tolist()),
                values=tuple(line.round().tolist()),
                source=SOURCE,
            )
        )
    return tuple(found)


def _marks(run: Run) -> tuple[Mark, ...]:
    found = []
    worst = int(np.argmax(run.now.nearest.exit_time))
    for k, gate in enumerate(run.gates):
        lon, lat = to_lonlat(gate.x, gate.y, lon0=run.venue.place.lon, lat0=run.venue.place.lat)
        shut = gate.width == 0
        word = "关闭" if shut else f"{gate.width:g} m"
        state = "danger" if shut else "watch" if k == worst else "fact"
        found.append(
            Mark(
                lon=float(lon),
                lat=float(lat),
                label=f"{gate.name}（{word}）" + ("，瓶颈" if k == worst else ""),
                state=state,
                source="录入",
            )
        )
    if run.pressure is not None:
        found.append(run.pressure.mark)
    return tuple(found)


def _summary(run: Run) -> tuple[str, ...]:
    figures = tables.figures(run)
    dense, leave, queue = figures["最密处密度"], figures["疏散时间"], figures["最长排队"]
    said = []
    times = filling_time(
        0.0,
        area=run.venue.area,
        inflow=run.inputs.number("people") / (run.inputs.number("fill_min") * 60.0),
        outflow=0.0,
        thresholds=[level / run.crowd.concentration for _colour, level in flow.WARNINGS],
    )
    fill = run.inputs.number("fill_min")
    for (colour, level), second in reversed(list(zip(flow.WARNINGS, times, strict=True))):
        if second / 60.0 <= fill:
            said.append(
                f"入场 {second / 60.0:.0f} 分钟后最密处达到{COLOURS[colour]}色（{level:g} 人/m²）"
            )
            break
    said.append(
        f"满员时最密处 {dense.value} 人/m²（{dense.low}–{dense.high}），"
        f"密度预警{figures['密度预警'].value}"
    )
    said.append(
        f"散场需 {leave.value} 分钟（{leave.low}–{leave.high}，不含反应时间），"
        f"{queue.note.split('前')[0]}前最多约 {float(str(queue.value)):,.0f} 人排队，"
        f"最后走完的是{run.now.bottleneck}"
    )
    if run.gates != run.before:
        longer = (run.now.nearest.time - run.usual.nearest.time) / 60.0
        word = "延长" if longer >= 0 else "缩短"
        said.append(f"本次录入的出口变化使疏散{word} {abs(longer):.1f} 分钟")
    if run.pressure is not None:
        said.append(run.pressure.text)
    return tuple(said)
