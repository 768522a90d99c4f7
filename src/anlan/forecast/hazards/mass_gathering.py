"""Forecast of a mass gathering: how dense it gets, how long it takes to leave, what a gate changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from anlan.forecast.hazards import mass_gathering_told as told
from anlan.forecast.hazards import registered
from anlan.forecast.hazards.gathering_egress import changed_gates, empty_venue, queues
from anlan.forecast.hazards.gathering_fields import (
    FIELDS,
    FOCUS,
    KIND,
    OUTLINE,
    PEOPLE,
    SPEED,
    TRACKS,
)
from anlan.forecast.hazards.gathering_tracks import pressure_of
from anlan.forecast.hazards.gathering_venue import (
    PACKED,
    gates_of,
    names_in,
    outline_of,
    spread_crowd,
    venue_of,
)
from anlan.forecast.model import ForecastModel
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import ScenarioError

if TYPE_CHECKING:
    from shapely.geometry import Polygon

    from anlan.forecast.fields import Inputs
    from anlan.forecast.hazards.gathering_venue import Gate
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Forecast

__all__ = ["MODEL", "run_mass_gathering"]


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
    with refused("scenario.exits", inputs.word("exits"), "在疏散模型的适用范围内"):
        now = empty_venue(venue, crowd, gates, speed=speed)
        crowded = now
        if not setting.member:  # it only gives the upper end of the range
            crowded = empty_venue(venue, crowd, gates, speed=speed * SPEED.low, factor=PEOPLE.high)
        usual = now if gates == before else empty_venue(venue, crowd, before, speed=speed)
    run = told.Run(
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
    return told.tell(run, inputs.assumptions, member=setting.member)


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


MODEL: Final = ForecastModel(
    kind=KIND,
    family="gathering",
    title="大型聚集活动",
    about="最密处有多挤、多久能散完、关一个门或多开一个门差多少",
    cards=("crowd.flow", "crowd.egress", "crowd.pressure"),
    fields=FIELDS,
    run=run_mass_gathering,
    event_codes=("12G", "14A"),
    registered=registered.CROWD,
    members=30,
)
