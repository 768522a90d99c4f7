"""Check the chains of the whole journal: at once when it is short, else in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Sum

from anlan.core.jobs.models import Job, JobState
from anlan.core.jobs.services import enqueue_job
from anlan.core.journal.chain import verify
from anlan.core.journal.services import verified_note
from anlan.core.models.journal import JournalHead

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from anlan.core.models.account import User
    from anlan.core.models.journal import JournalEntry

__all__ = ["AT_ONCE", "JOB", "check_running", "journal_check", "journal_check_begin"]

JOB = "core.verify_journal"
AT_ONCE = 20_000
"""Entries that are checked while somebody waits: about a second. Platform default."""


def journal_length() -> int:
    """Return how many entries the heads promise."""
    return JournalHead.objects.aggregate(total=Sum("seq"))["total"] or 0


def check_running() -> Job | None:
    """Return the check that is under way or waits."""
    return Job.objects.filter(kind=JOB, state__in=(JobState.QUEUED, JobState.RUNNING)).first()


def journal_check_begin(*, by: User, now: datetime) -> JournalEntry | None:
    """Check a short journal now and return what was noted; else leave it to a job: None."""
    if check_running() is not None:
        return None
    if journal_length() <= AT_ONCE:
        return journal_check(by=by, now=now)
    enqueue_job(kind=JOB, payload={"by": by.pk}, by=by, now=now)
    return None


def journal_check(
    *, by: User | None, now: datetime, progress: Callable[..., None] | None = None
) -> JournalEntry:
    """Check every chain and note in the journal what was found."""
    total = journal_length()

    def report(count: int) -> None:
        if progress is not None:
            progress(min(count / max(total, 1), 1.0), f"{count} / {total}")

    bad = verify(progress=report)
    return verified_note(entries=total, bad=bad, by=by, now=now)
