"""The figures and tables that are told of a gathering, and the run they are told from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.hazards.gathering_egress import changed_gates, empty_venue
from anlan.forecast.hazards.gathering_fields import CONCENTRATION, PEOPLE
from anlan.forecast.hazards.gathering_venue import PACKED
from anlan.forecast.types import Figure, Table
from anlan.science.crowd import egress as egress_model
from anlan.science.crowd import flow, pressure

if TYPE_CHECKING:
    from anlan.forecast.fields import Inputs
    from anlan.forecast.hazards.gathering_egress import Emptying, Queues
    from anlan.forecast.hazards.gathering_tracks import PressureSeen
    from anlan.forecast.hazards.gathering_venue import Crowd, Gate, Venue

__all__ = [
    "CARDS",
    "COLOURS",
    "SOURCE",
    "TITLE",
    "Run",
    "effects",
    "figures",
    "gate_table",
    "zones",
]

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
class Run:
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


def figures(run: Run) -> dict[str, Figure]:
    """Return the figures of the first page."""
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


def zones(run: Run) -> Table:
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


def effects(run: Run) -> Table:
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


def gate_table(run: Run) -> Table:
    """Return what each gate takes and how long people wait there."""
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
