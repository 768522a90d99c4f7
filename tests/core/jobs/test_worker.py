"""The loop, in this process and as `anlan work` under kill -9."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.utils import timezone

from anlan.core.jobs import registry
from anlan.core.jobs.models import Job, JobState
from anlan.core.jobs.registry import JobRun, Payload, every, job
from anlan.core.jobs.services import cancel_job, enqueue_job
from anlan.core.jobs.worker import run_next, work
from kit.databases import alias_for, sqlite_settings
from kit.servers import migrate
from kit.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django import DjangoDbBlocker


@pytest.fixture
def routines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a test register its own jobs."""
    monkeypatch.setattr(registry, "_ROUTINES", {})
    return iter(())


def run_one(function: Callable[[Payload, JobRun], Any], lease: float = 30) -> Job:
    job("test.one")(function)
    row = enqueue_job(kind="test.one", by=None, now=timezone.now())
    assert run_next(owner="w", lease=timedelta(seconds=lease))
    row.refresh_from_db()
    return row


@pytest.mark.django_db
@pytest.mark.usefixtures("routines")
def test_a_result_is_kept() -> None:
    row = run_one(lambda _payload, run: {"attempt": run.attempt})
    assert (row.state, row.result) == (JobState.DONE, {"attempt": 1})


@pytest.mark.django_db
@pytest.mark.usefixtures("routines")
def test_an_error_is_kept_with_its_place_and_not_tried_again() -> None:
    def broken(_payload: Payload, _run: JobRun) -> None:
        raise KeyError("no such river")

    row = run_one(broken)
    assert row.state == JobState.FAILED
    assert "in broken" in row.error
    assert "no such river" in row.error
    assert not run_next(owner="w")


@pytest.mark.django_db
@pytest.mark.usefixtures("routines")
def test_a_job_whose_room_is_gone_fails_with_a_reason() -> None:
    Job.objects.create(kind="old.room", run_after=timezone.now(), created_at=timezone.now())
    assert run_next(owner="w")
    assert "old.room" in Job.objects.get().error


@pytest.mark.django_db
@pytest.mark.usefixtures("routines")
def test_a_cancelled_job_stops_at_its_next_report() -> None:
    steps = []

    def counting(_payload: Payload, run: JobRun) -> None:
        for step in range(5):
            run.progress(step / 5)
            steps.append(step)
            if step == 1:
                cancel_job(job_id=Job.objects.get().pk, now=timezone.now())

    assert run_one(counting).state == JobState.CANCELLED
    assert steps == [0, 1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("routines")
def test_a_job_that_is_silent_for_long_keeps_its_lease() -> None:
    def silent(_payload: Payload, _run: JobRun) -> bool:
        time.sleep(0.5)
        return run_next(owner="other")

    row = run_one(silent, lease=0.3)
    assert (row.state, row.result) == (JobState.DONE, False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("routines")
def test_a_periodic_job_runs_once_in_its_period_however_many_workers() -> None:
    ran = []
    every(3600 * 24 * 365, "test.yearly")(lambda _payload, _run: ran.append(1))
    for _ in range(3):
        work(stop=threading.Event(), until_empty=True)
    assert ran == [1]


@pytest.mark.slow
def test_a_job_survives_kill_9_of_its_worker(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    environment = {
        "ANLAN_VAR": str(tmp_path),
        "ANLAN_TEST_DB": "",
        "TMPDIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "kit.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")]),
    }
    migrate(tmp_path, environment)
    lines = tmp_path / "lines"

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "anlan", "work", "--until-empty", "--lease", "1"]
        return subprocess.Popen(command, env=os.environ | environment, cwd=tmp_path)

    settings = sqlite_settings(tmp_path / "anlan.sqlite3")
    with django_db_blocker.unblock(), alias_for("work", settings):
        row = Job(
            kind="workshop.count",
            payload={"steps": 10, "seconds": 0.1, "file": str(lines)},
            run_after=timezone.now(),
            created_at=timezone.now(),
        )
        row.save(using="work")
        first = start()
        try:
            while not lines.exists():
                time.sleep(0.02)
            time.sleep(0.2)
        finally:
            first.kill()
            first.wait()
        row.refresh_from_db(using="work")
        assert row.state == JobState.RUNNING
        time.sleep(1.1)
        assert start().wait(90) == 0
        row.refresh_from_db(using="work")
        connections["work"].close()
    assert (row.state, row.attempt, row.result) == (JobState.DONE, 2, {"steps": 10})
    assert [line for line in lines.read_text().split() if line.startswith("2:")] == [
        f"2:{step}" for step in range(10)
    ]
