from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from anlan.command.selectors import DutyStatistics, duty_statistics
from anlan.command.services import clock_meet, incident_regrade, report_verify
from kit.leak import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.command.models import Incident, Report
    from anlan.core.models import User
    from kit.people import People


def tonight(user: User, lane: str = "actual") -> DutyStatistics:
    start = NOW - timedelta(hours=1)
    return duty_statistics(user, since=start, until=NOW + timedelta(hours=12), lane=lane)


def test_the_night_is_counted(
    leak: Incident, receive: Callable[..., Report], people: People
) -> None:
    receive(text="待核实")
    incident_regrade(incident_id=leak.pk, grade=4, reason="", by=people.lin_lan, now=NOW)
    clock = leak.clocks.get(mode_zh="直报")
    clock_meet(clock_id=clock.pk, note="电话报告", by=people.lin_lan, now=NOW)
    seen = tonight(people.lin_lan)
    assert (seen.reports, seen.decided, seen.median_decision_s) == (2, 1, 120.0)
    assert (seen.incidents, seen.by_grade) == (1, {"一般": 1})
    assert seen.clocks_due == leak.clocks.exclude(kind="window").count()
    assert seen.clocks_kept == 1


def test_exercises_are_counted_apart(receive: Callable[..., Report], people: People) -> None:
    report_verify(report_id=receive(lane="ex-1").pk, by=people.lin_lan, now=NOW)
    real, drill = tonight(people.lin_lan), tonight(people.lin_lan, lane="ex-1")
    assert (real.reports, real.incidents, real.clocks_due) == (0, 0, 0)
    assert (drill.reports, drill.incidents) == (1, 1)


def test_another_division_counts_nothing(leak: Incident, people: People) -> None:
    assert tonight(people.sun_yuan).incidents == 0
