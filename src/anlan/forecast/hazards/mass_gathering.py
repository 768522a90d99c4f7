"""Forecast of a mass gathering: how dense it gets, how long it takes to leave, what a gate changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.fields import Inputs, read_fields
from anlan.forecast.hazards.gathering_egress import (
    QUEUED,
    changed_gates,
    empty_venue,
    queue_area,
    queues,
)
from anlan.forecast.hazards.gathering_fields import (
    CONCENTRATION,
    FIELDS,
    FOCUS,
    KIND,
    OUTLINE,
    PEOPLE,
    SPEED,
    TRACKS,
)
from anlan.forecast.hazards.gathering_tracks import PressureSeen, pressure_of
from anlan.forecast.hazards.gathering_venue import (
    PACKED,
    gates_of,
    names_in,
    outline_of,
    spread_crowd,
    venue_of,
)
from anlan.forecast.model import ForecastModel
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Assumption, Figure, Footprint, Forecast, Frame, Mark, Series, Table
from anlan.science.common.local import to_lonlat
from anlan.science.crowd import egress as egress_model
from anlan.science.crowd import flow, pressure
from anlan.science.crowd.egress import filling_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.hazards.gathering_egress import Emptying, Queues
    from anlan.forecast.hazards.gathering_venue import Crowd, Gate, Venue
    from anlan.forecast.setting import Setting

__all__ = ["MODEL", "run_mass_gathering"]

TITLE: Final = "大型聚集活动人群模型（密度、疏散、压力）"
CARDS: Final = (flow.CARD, egress_model.CARD, pressure.CARD)
SOURCE: Final = f"{TITLE} v" + ".".join(str(card.version) for card in CARDS)
COLOURS: Final = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝"}
BANDS: Final = {
    "free": "自由",
    "stable": "稳定",
    "capacity": "接近容量",
    "unstable": "不稳定",
    "congested": "拥堵",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Run:
    """What the parts of the result are told from."""

    inputs: Inputs
    venue: Venue
    crowd: Crowd
    before: tuple[Gate, ...]
    gates: tuple[Gate, ...]
    now: Emptying
    usual: Emptying
    crowded: Emptying
    waiting: Queues
    pressure: PressureSeen | None

    @property
    def peak(self) -> float:
        return float(self.crowd.density.max())

    @property
    def end(self) -> float:
        """Return when people begin to leave, in minutes."""
        return self.inputs.number("fill_min") + self.inputs.number("stay_min")


def run_mass_gathering(inputs: Inputs, setting: Setting) -> Forecast:
    """Return density zones over the event, the time to leave, and what gates change.

    Raises
    ------
    ScenarioError
        If a gate, an outline or a table is wrong, or more people are expected than can stand.
    """
    place = setting.place
    outline = outline_of(
        setting.files.get(OUTLINE, ""),
        place,
        length=inputs.number("length_m"),
        width=inputs.number("width_m"),
        turn_deg=inputs.number("turn_deg"),
        field=f"scenario.{OUTLINE}",
    )
    venue = venue_of(outline, place)
    people = inputs.number("people")
    most = PACKED * venue.area
    if people > most:
        rule = f"不超过场地能站下的人数（{venue.area:,.0f} m² × {PACKED:g} 人/m² = {most:,.0f}）"
        raise ScenarioError("scenario.people", rule, people)
    before, gates = _gates(inputs, outline)
    crowd = spread_crowd(
        venue,
        people,
        concentration=inputs.number("concentration"),
        focus_deg=FOCUS[inputs.word("focus")],
    )
    speed = inputs.number("speed")
    try:
        now = empty_venue(venue, crowd, gates, speed=speed)
        crowded = empty_venue(venue, crowd, gates, speed=speed * SPEED.low, factor=PEOPLE.high)
        usual = now if gates == before else empty_venue(venue, crowd, before, speed=speed)
    except ValueError as error:
        rule = f"在疏散模型的适用范围内（{error}）"
        raise ScenarioError("scenario.exits", rule, inputs.word("exits")) from None
    run = _Run(
        inputs=inputs,
        venue=venue,
        crowd=crowd,
        before=before,
        gates=gates,
        now=now,
        usual=usual,
        crowded=crowded,
        waiting=queues(venue, crowd, gates, now, speed=speed),
        pressure=pressure_of(setting.files.get(TRACKS, ""), place, f"scenario.{TRACKS}"),
    )
    return _tell(run, inputs.assumptions)


def _gates(inputs: Inputs, outline: Polygon) -> tuple[tuple[Gate, ...], tuple[Gate, ...]]:
    before = gates_of(inputs.word("exits"), outline, "scenario.exits")
    if not before:
        raise ScenarioError("scenario.exits", "至少有一个出口", inputs.word("exits"))
    extra = gates_of(inputs.word("extra"), outline, "scenario.extra")
    known = [gate.name for gate in before]
    for gate in extra:
        if gate.name in known:
            raise ScenarioError("scenario.extra", "与已有出口不同名", gate.name)
    closed = names_in(inputs.word("closed"))
    for name in closed:
        if name not in known:
            rule = f"为已有出口（{'、'.join(known)}）"
            raise ScenarioError("scenario.closed", rule, name)
    gates = changed_gates(before, closed=closed, extra=extra)
    if not any(gate.width > 0 for gate in gates):
        raise ScenarioError("scenario.closed", "至少留一个出口开放", inputs.word("closed"))
    return tuple(before), gates


def _tell(run: _Run, assumed: Sequence[Assumption]) -> Forecast:
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
        figures=_figures(run),
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
        frames=_frames(run),
        series=_series(run),
        tables=(_zones(run), _effects(run), _gate_table(run)),
        marks=_marks(run),
        summary=_summary(run),
        uncertainty="实际到场人数和人往哪里聚（最密处与平均之比）",
        would_change=(
            "分时段、分区限流：最密处下降",
            "出口临时封闭或围挡变窄：见“出口变化”表",
            "现场计数或航拍给出实际密度：录入后重算",
        ),
    )


def _footprints(run: _Run) -> tuple[Footprint, ...]:
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
        )
    )
    return tuple(found)


def _area_figure(
    run: _Run, level: float, least: NDArray[np.float64], most: NDArray[np.float64]
) -> Figure:
    sizes = [
        float((density >= level).sum()) * run.venue.cell**2
        for density in (least, run.crowd.density, most)
    ]
    low, value, high = sizes
    return Figure(value=round(value), unit="m²", source=SOURCE, low=round(low), high=round(high))


def _queued(run: _Run, waiting: NDArray[np.float64]) -> BaseGeometry:
    areas = [
        queue_area(run.venue, gate, float(count))
        for gate, count in zip(run.gates, waiting, strict=True)
        if count >= 1.0
    ]
    return unary_union(areas) if areas else Polygon()


def _frames(run: _Run) -> tuple[Frame, ...]:
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


def _series(run: _Run) -> tuple[Series, ...]:
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


def _minutes(seconds: float) -> float:
    return round(seconds / 60.0, 1)


def _egress_figure(now: Emptying, crowded: Emptying | None = None) -> Figure:
    near, shared = now.nearest.time, now.balanced.time
    most = near if crowded is None else max(near, crowded.nearest.time)
    return Figure(
        value=_minutes(near),
        unit="min",
        source=SOURCE,
        low=_minutes(min(shared, near)),
        high=_minutes(most),
    )


def _figures(run: _Run) -> dict[str, Figure]:
    low = run.peak * PEOPLE.low * CONCENTRATION.low
    high = min(run.peak * PEOPLE.high * CONCENTRATION.high, PACKED)
    colour = str(flow.warning_level(run.peak))
    longest = run.waiting.waiting.max(axis=0)
    found = {
        "最密处密度": Figure(
            value=round(run.peak, 1),
            unit="人/m²",
            source=SOURCE,
            low=round(min(low, run.peak), 1),
            high=round(max(high, run.peak), 1),
        ),
        "密度预警": Figure(
            value=COLOURS.get(colour, "未达") + ("色" if colour else ""),
            unit="",
            source="建议阈值，须按当地规定",
            to_confirm=True,
        ),
        "服务水平": Figure(
            value=str(flow.level_of_service(run.peak, facility="queue")),
            unit="级",
            source="Fruin 排队空间，最密处",
            to_confirm=True,
        ),
        "疏散时间": _egress_figure(run.now, run.crowded),
        "最长排队": Figure(
            value=round(float(longest.max())),
            unit="人",
            source=SOURCE,
            low=float(round(longest.max() * PEOPLE.low)),
            high=float(round(longest.max() * PEOPLE.high)),
            note=f"{run.gates[int(np.argmax(longest))].name}前，就近疏散",
        ),
    }
    if run.pressure is not None:
        found["最大人群压力"] = run.pressure.figure
    return found


def _zones(run: _Run) -> Table:
    """Return area, people and level of service of each band after Still."""
    band = flow.crowd_band(run.crowd.density[run.venue.inside])
    density = run.crowd.density[run.venue.inside]
    people = run.crowd.people[run.venue.inside]
    rows = []
    for key, name in BANDS.items():
        held = band == key
        if not held.any():
            continue
        worst = float(density[held].max())
        rows.append(
            (
                name,
                f"{held.sum() * run.venue.cell**2:,.0f} m²",
                f"{people[held].sum():,.0f} 人",
                f"{density[held].min():.1f}–{worst:.1f}",
                str(flow.level_of_service(worst, facility="queue")),
            )
        )
    return Table(
        title="满员时的密度分区",
        columns=("分区（Still）", "面积", "人数", "密度（人/m²）", "最差服务水平（Fruin）"),
        rows=tuple(rows),
        note="Fruin 界限待确认",
    )


def _effects(run: _Run) -> Table:
    """Return the time to leave as it is, as entered, and with each gate closed in turn."""
    speed = run.inputs.number("speed")
    rows = [_effect("现有出口全部开放", run.usual, run.usual)]
    if run.gates != run.before:
        words = [f"关闭{g.name}" for g in run.gates if g.width == 0]
        words += [f"增开{g.name}" for g in run.gates[len(run.before) :]]
        rows.append(_effect("、".join(words) + "（本次录入）", run.now, run.usual))
    open_now = [gate for gate in run.gates if gate.width > 0]
    if len(open_now) > 1:
        for gate in open_now:
            gates = changed_gates(run.gates, closed=(gate.name,))
            shut = empty_venue(run.venue, run.crowd, gates, speed=speed)
            rows.append(_effect(f"若再关闭{gate.name}", shut, run.usual))
    return Table(
        title="出口变化",
        columns=("情形", "总通行能力", "疏散时间", "比现有", "最后走完的出口"),
        rows=tuple(rows),
        note="疏散时间取各自就近，下限为均衡引导",
    )


def _effect(name: str, one: Emptying, usual: Emptying) -> tuple[str | Figure, ...]:
    longer = (one.nearest.time - usual.nearest.time) / 60.0
    return (
        name,
        f"{one.nearest.capacity.sum() * 60:,.0f} 人/min",
        _egress_figure(one),
        "—" if one is usual else f"{longer:+.1f} min",
        one.bottleneck,
    )


def _gate_table(run: _Run) -> Table:
    longest = run.waiting.waiting.max(axis=0)
    rows = tuple(
        (
            gate.name,
            f"{gate.width:g} m" if gate.width else "关闭",
            f"{run.now.nearest.capacity[k] * 60:,.0f} 人/min",
            f"{run.now.nearest.share[:, k].sum():,.0f}",
            f"{run.now.balanced.share[:, k].sum():,.0f}",
            f"{longest[k]:,.0f}",
            f"{_minutes(float(run.now.nearest.exit_time[k])):g} min",
        )
        for k, gate in enumerate(run.gates)
    )
    return Table(
        title="各出口",
        columns=("出口", "净宽", "通行能力", "就近人数", "均衡人数", "最长排队", "走完"),
        rows=rows,
    )


def _marks(run: _Run) -> tuple[Mark, ...]:
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


def _summary(run: _Run) -> tuple[str, ...]:
    figures = _figures(run)
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


def parse_mass_gathering(content: Mapping[str, Any], _temperature_c: float) -> Inputs:
    """Read the scenario."""
    return read_fields(KIND, FIELDS, content)


MODEL: Final = ForecastModel(
    kind=KIND,
    family="gathering",
    title="大型聚集活动",
    about="最密处有多挤、多久能散完、关一个门或多开一个门差多少",
    cards=("crowd.flow", "crowd.egress", "crowd.pressure"),
    fields=FIELDS,
    parse=parse_mass_gathering,
    run=run_mass_gathering,
    event_codes=("12G", "14A"),
    members=30,
)
