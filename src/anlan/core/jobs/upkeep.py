"""The jobs that look after the platform's own tables and files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from anlan.core.jobs.registry import every, job
from anlan.core.sqlite.library import sqlite3
from anlan.core.sqlite.maintenance import Checkpointer

if TYPE_CHECKING:
    from anlan.core.jobs.registry import JobRun, Payload

__all__ = ["checkpoint_log", "drop_old_rows", "verify_journal"]

KEPT_EVENTS = timedelta(days=7)
KEPT_JOBS = timedelta(days=30)
KEPT_PERIODIC_JOBS = timedelta(days=1)


@every(60, "core.checkpoint")
def checkpoint_log(_payload: Payload, _run: JobRun) -> dict[str, Any]:
    """Move the write-ahead log into the database, so that it stays short when the lane is idle."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "anlan.core.sqlite" or "memory" in str(database["NAME"]):
        return {"copied": False}
    try:
        with Checkpointer(database["NAME"]) as checkpointer:
            return {"copied": checkpointer.run()}
    except sqlite3.OperationalError as error:  # busy: the next minute tries again
        return {"copied": False, "error": str(error)}


@every(3600, "core.drop_old_rows")
def drop_old_rows(_payload: Payload, _run: JobRun) -> dict[str, int]:
    """Delete events, and jobs that ended, when they are old enough."""
    from anlan.core.jobs.services import drop_finished_jobs  # noqa: PLC0415 - needs the models
    from anlan.core.live.services import trim_outbox  # noqa: PLC0415

    now = timezone.now()
    return {
        "events": trim_outbox(before=now - KEPT_EVENTS),
        "jobs": drop_finished_jobs(
            before=now - KEPT_JOBS, periodic_before=now - KEPT_PERIODIC_JOBS
        ),
    }


@job("core.verify_journal")
def verify_journal(payload: Payload, run: JobRun) -> dict[str, Any]:
    """Check every chain of the journal, and note in it what was found."""
    from anlan.core.journal.checking import journal_check  # noqa: PLC0415 - needs the models
    from anlan.core.models import User  # noqa: PLC0415

    by = User.objects.filter(pk=payload["by"]).first()
    found = journal_check(by=by, now=timezone.now(), progress=run.progress)
    return {"entry": found.pk}
