"""A job is taken by one worker, kept while it lives, and taken again when it died."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from anlan.core.jobs.models import Job, JobState
from anlan.core.jobs.registry import UnknownJob, job, routine_of
from anlan.core.jobs.services import (
    LEASE,
    cancel_job,
    claim_job,
    drop_finished_jobs,
    enqueue_job,
    fail_job,
    finish_job,
    renew_lease,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
LATER = NOW + LEASE + timedelta(seconds=1)


def queue(now: datetime = NOW, **changes: object) -> Job:
    values = {"kind": "workshop.add", "payload": {"a": 1, "b": 2}, "by": None, "now": now}
    return enqueue_job(**(values | changes))  # type: ignore[arg-type]


def state(row: Job) -> str:
    row.refresh_from_db()
    return row.state


def test_a_job_goes_from_queue_to_result() -> None:
    row = queue()
    claimed = claim_job(owner="w1", now=NOW)
    assert claimed == row
    assert claim_job(owner="w2", now=NOW) is None
    assert renew_lease(job=claimed, now=NOW, progress=0.5, note="一半")
    assert finish_job(job=claimed, result=3, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.result, row.progress, row.attempt) == (JobState.DONE, 3, 1, 1)


def test_a_kind_that_nobody_declared_is_refused() -> None:
    with pytest.raises(UnknownJob, match=r"workshop\.dance"):
        queue(kind="workshop.dance")
    with pytest.raises(ValueError, match="twice"):
        job("workshop.add")(lambda _payload, _run: None)
    assert routine_of("workshop.add").every_seconds == 0


def test_jobs_run_in_the_order_they_came_and_not_too_early() -> None:
    late = queue(run_after=NOW + timedelta(hours=1))
    first, second = queue(), queue()
    assert claim_job(owner="w", now=NOW) == first
    assert claim_job(owner="w", now=NOW) == second
    assert claim_job(owner="w", now=NOW) is None
    assert claim_job(owner="w", now=late.run_after) in {late, first, second}


def test_a_key_makes_a_job_once() -> None:
    assert queue(key="2026-11-21") == queue(key="2026-11-21")
    assert queue(key="2026-11-22") != queue(key="2026-11-21")
    assert queue() != queue()


def test_a_job_of_a_dead_worker_is_taken_again_and_the_dead_one_is_not_heard() -> None:
    queue()
    dead = claim_job(owner="dead", now=NOW)
    assert dead is not None
    assert claim_job(owner="w", now=NOW + LEASE / 2) is None
    alive = claim_job(owner="w", now=LATER)
    assert alive is not None
    assert (alive.pk, alive.attempt) == (dead.pk, 2)
    for late_word in (
        renew_lease(job=dead, now=LATER),
        finish_job(job=dead, result="old", now=LATER),
        fail_job(job=dead, error="old", now=LATER),
    ):
        assert not late_word
    assert finish_job(job=alive, result="new", now=LATER)
    alive.refresh_from_db()
    assert alive.result == "new"


def test_a_renewed_job_is_not_taken_away() -> None:
    queue()
    row = claim_job(owner="w1", now=NOW)
    assert row is not None
    assert renew_lease(job=row, now=NOW + LEASE)
    assert claim_job(owner="w2", now=LATER) is None


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    row = queue(attempts_allowed=2)
    now = NOW
    for _ in range(2):
        assert claim_job(owner="w", now=now) is not None
        now += LEASE * 2
    assert claim_job(owner="w", now=now) is None
    row.refresh_from_db()
    assert row.state == JobState.FAILED
    assert "2 次中断" in row.error


def test_a_cancelled_job_is_neither_taken_nor_kept() -> None:
    waiting, running = queue(run_after=LATER), queue()
    taken = claim_job(owner="w", now=NOW)
    assert taken == running
    for row in (waiting, running):
        assert cancel_job(job_id=row.pk, now=NOW)
        assert not cancel_job(job_id=row.pk, now=NOW)
    assert taken is not None
    assert not renew_lease(job=taken, now=NOW)
    assert claim_job(owner="w", now=LATER) is None


def test_old_jobs_are_dropped_and_open_ones_kept() -> None:
    done, periodic, waiting = queue(), queue(key="every:1"), queue(run_after=LATER)
    for _ in range(2):
        row = claim_job(owner="w", now=NOW)
        assert row is not None
        finish_job(job=row, result=None, now=NOW)
    day = timedelta(days=1)
    assert drop_finished_jobs(before=NOW - day, periodic_before=NOW + day) == 1
    assert not Job.objects.filter(pk=periodic.pk).exists()
    assert drop_finished_jobs(before=NOW + day, periodic_before=NOW + day) == 1
    assert list(Job.objects.all()) == [waiting]
    assert done.pk


@given(st.floats(allow_nan=False))
def test_progress_stays_a_fraction(fraction: float) -> None:
    row = queue()
    claimed = claim_job(owner="w", now=NOW)
    assert claimed is not None
    assert renew_lease(job=claimed, now=NOW, progress=fraction, note="x" * 500)
    finish_job(job=claimed, result=None, now=NOW)
    row.refresh_from_db()
    assert 0 <= row.progress <= 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_share_the_jobs_without_doing_one_twice() -> None:
    for _ in range(40):
        queue()
    taken: list[int] = []

    def worker(name: str) -> None:
        try:
            while (row := claim_job(owner=name, now=NOW)) is not None:
                taken.append(row.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker, args=(f"w{k}",)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(Job.objects.values_list("pk", flat=True))
    assert connection.vendor
