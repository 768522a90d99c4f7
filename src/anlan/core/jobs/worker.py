"""The loop that runs jobs, one at a time. Any number of workers may share the table."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from anlan.core.jobs.registry import UnknownJob, routine_of, routines
from anlan.core.jobs.services import (
    LEASE,
    PERIODIC,
    claim_job,
    enqueue_job,
    fail_job,
    finish_job,
    renew_lease,
)

if TYPE_CHECKING:
    from datetime import timedelta

    from anlan.core.jobs.models import Job

__all__ = ["JobStopped", "run_next", "work"]

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5


class JobStopped(Exception):
    """The job was cancelled, or another worker has it: stop, and leave no trace."""


class _Run:
    """One attempt at one job. A thread renews its lease, so that long silence is no death."""

    def __init__(self, job: Job, lease: timedelta = LEASE) -> None:
        self._job, self._lease = job, lease
        self._ended, self._lost = threading.Event(), threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True, name=f"lease-{job.pk}")

    @property
    def attempt(self) -> int:
        return self._job.attempt

    def progress(self, fraction: float, note: str = "") -> None:
        kept = not self._lost.is_set() and renew_lease(
            job=self._job, now=timezone.now(), progress=fraction, note=note, lease=self._lease
        )
        if not kept:
            raise JobStopped

    def __enter__(self) -> _Run:
        self._keeper.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._ended.set()
        self._keeper.join()

    def _keep(self) -> None:
        try:
            while not self._ended.wait(self._lease.total_seconds() / 3):
                try:
                    kept = renew_lease(job=self._job, now=timezone.now(), lease=self._lease)
                except DatabaseError as error:
                    log.warning("the lease of %s was not renewed: %s", self._job, error)
                    continue
                if not kept:
                    self._lost.set()
                    return
        finally:
            connections.close_all()


def run_next(*, owner: str, lease: timedelta = LEASE) -> bool:
    """Run the job that has waited longest; tell whether there was one."""
    job = claim_job(owner=owner, now=timezone.now(), lease=lease)
    if job is None:
        return False
    log.info("%s begins, attempt %d", job, job.attempt)
    try:
        with _Run(job, lease) as run:
            result = routine_of(job.kind).function(job.payload, run)
    except JobStopped:
        log.info("%s was stopped", job)
    except UnknownJob as error:
        fail_job(job=job, error=str(error), now=timezone.now())
    except Exception:
        log.exception("%s failed", job)
        fail_job(job=job, error=traceback.format_exc(), now=timezone.now())
    else:
        finish_job(job=job, result=result, now=timezone.now())
    return True


def work(*, stop: threading.Event, until_empty: bool = False, lease: timedelta = LEASE) -> None:
    """Run jobs until `stop` is set, or with `until_empty` until none is left."""
    owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
    planned: dict[str, int] = {}
    try:
        while not stop.is_set():
            close_old_connections()
            try:
                _plan_periodic(planned)
                busy = run_next(owner=owner, lease=lease)
            except DatabaseError as error:
                log.warning("the jobs cannot be read: %s", error)
                connections.close_all()
                busy = False
            if not busy:
                if until_empty:
                    return
                stop.wait(IDLE_SECONDS)
    finally:
        connections.close_all()


def _plan_periodic(planned: dict[str, int]) -> None:
    """Enqueue what is due. The period's number is the key: many workers make one job of it."""
    now = timezone.now()
    for routine in routines():
        if not routine.every_seconds:
            continue
        period = int(now.timestamp() // routine.every_seconds)
        if planned.get(routine.kind) != period:
            start = datetime.fromtimestamp(period * routine.every_seconds, tz=UTC)
            key = f"{PERIODIC}{start:%Y%m%dT%H%M%S}"
            enqueue_job(kind=routine.kind, by=None, now=now, key=key, attempts_allowed=1)
            planned[routine.kind] = period
