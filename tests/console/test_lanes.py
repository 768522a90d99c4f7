from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from anlan.command.models import Report
from anlan.drills.services import exercise_end, exercise_start

if TYPE_CHECKING:
    from django.test import Client

    from kit.people import People, Places

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_an_exercise_that_has_ended_takes_no_more_reports(
    client: Client, people: People, places: Places
) -> None:
    exercise = exercise_start(
        title="演练", kind="tabletop", division=places.jinan, aim="", by=people.lin_lan, now=NOW
    )
    exercise_end(
        exercise_id=exercise.pk, review="", by=people.lin_lan, now=NOW + timedelta(hours=1)
    )
    client.force_login(people.lin_lan)
    assert client.get(f"/reports/?lane={exercise.lane}").status_code == 200
    answer = client.post("/reports/new/", {"lane": exercise.lane, "text": "泄漏"})
    assert answer.status_code == 403
    assert "演练已结束" in answer.content.decode()
    assert not Report.objects.exists()
