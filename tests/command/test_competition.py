"""Two officers at the same moment, each with a connection of his own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from anlan.command.models import Incident, OutboxMessage, Report
from anlan.command.rules.tasks import TaskDraft
from anlan.command.services import (
    casualties_update,
    order_send_all,
    report_receive,
    report_verify,
    tasks_create,
)
from anlan.command.types import ConflictError
from anlan.core.journal import verify
from kit.leak import LEAK, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.people import People, Places


pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts side by side; return what each returned or raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            start.wait(timeout=10)
            return act()
        except ConflictError as told:
            return told
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def report(people: People, land: Places) -> Report:
    return report_receive(entered=LEAK, by=people.lin_lan, now=NOW)


def test_one_report_becomes_one_incident(report: Report, people: People) -> None:
    officers = (people.lin_lan, people.gao_feng)
    found = at_once(
        *(lambda by=by: report_verify(report_id=report.pk, by=by, now=NOW) for by in officers)
    )
    assert sorted(type(answer).__name__ for answer in found) == ["ConflictError", "Incident"]
    assert Incident.objects.count() == 1
    assert verify() is None


def test_two_reports_get_two_numbers(report: Report, people: People) -> None:
    other = report_receive(entered=replace(LEAK, text="另一起"), by=people.lin_lan, now=NOW)
    found = at_once(
        *(
            lambda pk=pk: report_verify(report_id=pk, by=people.lin_lan, now=NOW).number
            for pk in (report.pk, other.pk)
        )
    )
    assert sorted(map(str, found)) == ["370114-20260301-0001", "370114-20260301-0002"]


def test_a_ready_task_is_given_out_once(report: Report, people: People) -> None:
    incident = report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)
    drafts = [TaskDraft(key="a", title="疏散群众", owner_label="章丘区政府")]
    tasks_create(incident_id=incident.pk, drafts=drafts, by=people.lin_lan, now=NOW)
    at_once(
        *(
            lambda by=by: order_send_all(incident_id=incident.pk, by=by, now=NOW)
            for by in (people.lin_lan, people.gao_feng)
        )
    )
    assert OutboxMessage.objects.count() == 1


def test_figures_stated_at_once_are_both_kept_or_one_is_told(
    report: Report, people: People
) -> None:
    incident = report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)
    found = at_once(
        *(
            lambda n=n: casualties_update(
                incident_id=incident.pk,
                figures={"deaths": n},
                source=f"来源{n}",
                decrease_reason="复核",
                by=people.lin_lan,
                now=NOW,
            )
            for n in (3, 4)
        )
    )
    kept = [answer for answer in found if not isinstance(answer, ConflictError)]
    incident.refresh_from_db()
    assert incident.casualty_updates.count() == 1 + len(kept)
    assert incident.deaths in {3, 4}
    assert verify() is None
