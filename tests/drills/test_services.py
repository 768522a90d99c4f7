from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import shapely
from django.core.exceptions import PermissionDenied

from anlan.command.rules.intake import ReportInput
from anlan.command.services import report_receive, report_verify
from anlan.core.models import JournalEntry
from anlan.drills.selectors import exercise_of_lane, exercises_visible_to, lane_is_open
from anlan.drills.services import ExerciseOver, exercise_end, exercise_start

if TYPE_CHECKING:
    from anlan.command.models import Incident
    from anlan.core.models import User
    from anlan.drills.models import Exercise
    from kit.people import People, Places

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


def start(places: Places, by: User) -> Exercise:
    return exercise_start(
        title="液氨泄漏双盲演练",
        kind="functional",
        division=places.zhangqiu,
        aim="检验初报时限",
        by=by,
        now=NOW,
    )


def test_an_exercise_has_a_lane_that_closes_with_it(places: Places, people: People) -> None:
    exercise = start(places, people.lin_lan)
    assert lane_is_open(exercise.lane)
    exercise_end(exercise_id=exercise.pk, review="初报 18 分钟", by=people.gao_feng, now=LATER)
    assert not lane_is_open(exercise.lane)
    assert lane_is_open("actual")


def test_both_ends_stand_in_the_journal_of_its_lane(places: Places, people: People) -> None:
    exercise = start(places, people.lin_lan)
    exercise_end(exercise_id=exercise.pk, review="", by=people.lin_lan, now=LATER)
    entries = JournalEntry.objects.filter(lane=exercise.lane)
    assert [entry.verb for entry in entries] == ["exercise.started", "exercise.ended"]


def test_an_exercise_ends_once(places: Places, people: People) -> None:
    exercise = start(places, people.lin_lan)
    exercise_end(exercise_id=exercise.pk, review="", by=people.lin_lan, now=LATER)
    with pytest.raises(ExerciseOver, match="已结束"):
        exercise_end(exercise_id=exercise.pk, review="", by=people.lin_lan, now=LATER)


def test_the_end_of_an_exercise_closes_its_incidents_and_no_others(
    places: Places, people: People
) -> None:
    exercise = start(places, people.lin_lan)

    def happen(lane: str) -> Incident:
        entered = ReportInput(event_code="12A04", text="泄漏", longitude=117.5, latitude=36.7)
        report = report_receive(entered=entered, by=people.lin_lan, now=NOW, lane=lane)
        return report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)

    for place in (places.jinan, places.zhangqiu):
        place.boundary = shapely.MultiPolygon([shapely.box(117, 36, 118, 37)])
        place.save()
    played, real = happen(exercise.lane), happen("actual")
    exercise_end(exercise_id=exercise.pk, review="", by=people.gao_feng, now=LATER)
    played.refresh_from_db()
    real.refresh_from_db()
    assert (played.status, played.closing_reason) == ("closed", "演练结束")
    assert real.status == "open"


def test_a_grid_worker_leads_no_exercise(places: Places, people: People) -> None:
    with pytest.raises(PermissionDenied):
        start(places, people.wang_guilan)


def test_an_exercise_of_another_city_is_not_there(places: Places, people: People) -> None:
    exercise = start(places, people.lin_lan)
    assert exercise_of_lane(exercise.lane, people.lin_lan) == exercise
    assert exercise_of_lane(exercise.lane, people.sun_yuan) is None
    assert not exercises_visible_to(people.sun_yuan).exists()


@pytest.mark.parametrize("lane", ["actual", "ex-", "ex-1x", "nonsense", "ex-999999"])
def test_a_lane_that_names_no_exercise_has_none(people: People, lane: str) -> None:
    assert exercise_of_lane(lane, people.lin_lan) is None


def test_a_lane_is_written_in_one_way_only(places: Places, people: People) -> None:
    exercise = start(places, people.lin_lan)
    for lane in (
        str(exercise.pk),
        f"ex-0{exercise.pk}",
        f"ex-ex-{exercise.pk}",
        "ex-" + "9" * 5000,
    ):
        assert exercise_of_lane(lane, people.lin_lan) is None
        assert not lane_is_open(lane)
