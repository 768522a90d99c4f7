"""emit(), the journal's use of it, and the reports that wait in the intake."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.utils import timezone

from anlan.core.journal import record
from anlan.core.live import Topic, emit, revoke_streams
from anlan.core.live.models import IntakeReport, IntakeState, OutboxEvent
from anlan.core.live.selectors import pending_reports
from anlan.core.live.services import mark_refused, mark_taken, trim_outbox

if TYPE_CHECKING:
    from django.test import Client

    from kit.people import People, Places

pytestmark = pytest.mark.django_db


def newest() -> OutboxEvent:
    event = OutboxEvent.objects.order_by("-pk").first()
    assert event is not None
    return event


def test_an_event_exists_when_its_transaction_commits() -> None:
    with transaction.atomic():
        emit(Topic.TASK, {"id": 7, "名称": "转移"}, division="370102000000", lane="ex-1")
    event = newest()
    assert (event.topic, event.division, event.lane) == ("task", "370102000000", "ex-1")
    assert json.loads(event.payload) == {"id": 7, "名称": "转移"}
    assert "\n" not in event.payload
    assert abs(event.emitted_at - timezone.now()) < timedelta(minutes=1)


def test_an_event_is_gone_with_its_transaction() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        emit("task", {}, division="", lane="actual")
        raise KeyError
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_emit_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        emit("task", {}, division="", lane="actual")


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(ValueError, match="gossip"):
        emit("gossip", {}, division="", lane="actual")
    with pytest.raises(ValueError, match="revoked"):
        emit("revoked", {"user": 1}, division="", lane="actual")


def test_a_revocation_names_the_account() -> None:
    revoke_streams(7)
    assert (newest().topic, newest().payload) == ("revoked", '{"user": 7}')


def test_the_journal_tells_browsers_what_concerns_them(places: Places, people: People) -> None:
    now = timezone.now()
    entry = record(
        verb="incident.verified", subject=people.lin_lan, by=people.lin_lan, now=now, lane="ex-2"
    )
    event = newest()
    assert (event.topic, event.lane) == ("incident", "ex-2")
    assert event.division == people.lin_lan.division_id
    assert json.loads(event.payload)["seq"] == entry.seq
    record(verb="plan.imported", subject=people.lin_lan, by=people.lin_lan, now=now)
    assert OutboxEvent.objects.count() == 1


def test_old_events_are_dropped() -> None:
    emit("clock", {}, division="", lane="actual")
    assert trim_outbox(before=timezone.now() - timedelta(days=1)) == 0
    assert trim_outbox(before=timezone.now() + timedelta(days=1)) == 1


def test_a_number_is_never_given_twice() -> None:
    """A browser that remembers number n must not miss a new n."""
    emit("clock", {}, division="", lane="actual")
    last = newest().pk
    trim_outbox(before=timezone.now() + timedelta(days=1))
    emit("clock", {}, division="", lane="actual")
    assert newest().pk > last


def intake(key: str) -> IntakeReport:
    return IntakeReport.objects.create(key=key, digest=b"d", division="370102000000", body={})


def test_a_pending_report_is_taken_once() -> None:
    first, second = intake("a"), intake("b")
    assert list(pending_reports()) == [first, second]
    now = timezone.now()
    assert mark_taken(intake_id=first.pk, reference="command.report:9", now=now)
    assert not mark_taken(intake_id=first.pk, reference="command.report:10", now=now)
    assert mark_refused(intake_id=second.pk, reason="重复", now=now)
    assert not pending_reports().exists()
    first.refresh_from_db()
    assert (first.state, first.reference) == (IntakeState.TAKEN, "command.report:9")


def test_the_raw_lane_knows_the_tables() -> None:
    """The lane writes SQL of its own: names and defaults must be those of the models."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO live_intakereport (key, digest, division, body) VALUES (%s, %s, %s, %s)",
            ["raw", b"d", "", "{}"],
        )
    row = IntakeReport.objects.get(key="raw")
    assert (row.state, row.reference, row.taken_at) == (IntakeState.NEW, "", None)
    assert abs(row.received_at - timezone.now()) < timedelta(minutes=1)


def revoked() -> list[int]:
    events = OutboxEvent.objects.filter(topic="revoked").order_by("pk")
    return [json.loads(event.payload)["user"] for event in events]


def test_an_account_that_logs_out_or_is_changed_loses_its_streams(
    people: People, client: Client
) -> None:
    assert revoked() == []
    officer = people.lin_lan
    client.force_login(officer)
    assert revoked() == []
    client.logout()
    assert revoked() == [officer.pk]
    officer.is_active = False
    officer.save()
    assert revoked() == [officer.pk] * 2
