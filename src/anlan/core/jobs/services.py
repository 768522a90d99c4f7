"""Every change of a job. What competes for a job is a guarded update: the count decides."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from anlan.core.jobs.models import Job, JobState
from anlan.core.jobs.registry import UnknownJob, routine_of
from anlan.core.jobs.selectors import next_runnable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from anlan.core.models import User

__all__ = [
    "LEASE",
    "PERIODIC",
    "cancel_job",
    "claim_job",
    "drop_finished_jobs",
    "enqueue_job",
    "fail_job",
    "finish_job",
    "renew_lease",
]

LEASE = timedelta(seconds=30)
"""How long a job waits after its worker died. Renewed every third of it."""

LONGEST_ERROR = 4000
PERIODIC = "every:"
"""How the key of a periodic job begins; the start of its period follows."""


@transaction.atomic
def enqueue_job(
    *,
    kind: str,
    payload: Mapping[str, Any] | None = None,
    by: User | None,
    now: datetime,
    key: str = "",
    run_after: datetime | None = None,
    attempts_allowed: int = 3,
) -> Job:
    """Queue a job; it exists exactly when the transaction around it commits.

    Parameters
    ----------
    key
        Not empty: a second job of this kind with this key is not made, the first is returned.

    Raises
    ------
    UnknownJob
        If no routine of this kind is registered.
    """
    routine_of(kind)
    values = {
        "payload": dict(payload or {}),
        "requested_by": by,
        "created_at": now,
        "run_after": run_after or now,
        "attempts_allowed": attempts_allowed,
    }
    if not key:
        return Job.objects.create(kind=kind, **values)
    job, _created = Job.objects.get_or_create(kind=kind, key=key, defaults=values)
    return job


def claim_job(*, owner: str, now: datetime, lease: timedelta = LEASE) -> Job | None:
    """Take the job that has waited longest; None when there is none.

    A job whose workers died too often is failed instead of being taken once more.
    """
    while (job := next_runnable(now)) is not None:
        exhausted = job.attempt >= job.attempts_allowed
        as_seen = Job.objects.filter(pk=job.pk, state=job.state, attempt=job.attempt)
        if job.state == JobState.RUNNING:
            as_seen = as_seen.filter(lease_until=job.lease_until)
        with transaction.atomic():
            if exhausted:
                error = f"执行进程 {job.attempt} 次中断，不再重试"
                if as_seen.update(state=JobState.FAILED, error=error, finished_at=now):
                    _tell_failed(job)
                continue
            taken = as_seen.update(
                state=JobState.RUNNING,
                owner=owner,
                attempt=job.attempt + 1,
                lease_until=now + lease,
                started_at=now,
                progress=0,
                note="",
            )
        if taken:
            job.refresh_from_db()
            return job
    return None


@transaction.atomic
def renew_lease(
    *,
    job: Job,
    now: datetime,
    progress: float | None = None,
    note: str = "",
    lease: timedelta = LEASE,
) -> bool:
    """Keep a job; False when it is no longer this worker's (cancelled, or taken over)."""
    values: dict[str, Any] = {"lease_until": now + lease}
    if progress is not None:
        values |= {"progress": min(max(progress, 0.0), 1.0), "note": note[:200]}
    return _own(job).update(**values) == 1


@transaction.atomic
def finish_job(*, job: Job, result: Any, now: datetime) -> bool:
    """Store the result; False when the job is no longer this worker's: the result is dropped."""
    return _own(job).update(state=JobState.DONE, result=result, progress=1, finished_at=now) == 1


@transaction.atomic
def fail_job(*, job: Job, error: str, now: datetime) -> bool:
    """Store the error. A job that raised is not tried again: it would raise again."""
    text = error[-LONGEST_ERROR:]
    if not _own(job).update(state=JobState.FAILED, error=text, finished_at=now):
        return False
    _tell_failed(job)
    return True


def _tell_failed(job: Job) -> None:
    """End what waits for the job, if its kind says how."""
    with suppress(UnknownJob):  # a kind that this version has no more
        failed = routine_of(job.kind).failed
        if failed is not None:
            failed(job.payload)


@transaction.atomic
def cancel_job(*, job_id: int, now: datetime) -> bool:
    """Cancel a job; a running one stops at its next report of progress."""
    open_states = (JobState.QUEUED, JobState.RUNNING)
    jobs = Job.objects.filter(pk=job_id, state__in=open_states)
    return jobs.update(state=JobState.CANCELLED, finished_at=now) == 1


@transaction.atomic
def drop_finished_jobs(*, before: datetime, periodic_before: datetime) -> int:
    """Delete jobs that ended before a time, periodic ones sooner; return how many."""
    old = Q(finished_at__lt=before)
    old_periodic = Q(finished_at__lt=periodic_before, key__startswith=PERIODIC)
    deleted, _by_model = Job.objects.filter(old | old_periodic).delete()
    return deleted


def _own(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(
        pk=job.pk, state=JobState.RUNNING, owner=job.owner, attempt=job.attempt
    )
