"""Reading the table of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from anlan.core.jobs.models import Job, JobState

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["next_runnable"]


def next_runnable(now: datetime) -> Job | None:
    """Return the job that has waited longest: queued and due, or left behind by a dead worker."""
    due = Q(state=JobState.QUEUED, run_after__lte=now)
    abandoned = Q(state=JobState.RUNNING, lease_until__lt=now)
    return Job.objects.filter(due | abandoned).order_by("run_after", "pk").first()
