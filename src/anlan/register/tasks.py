"""What runs in the background: files of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import override

from anlan.core.jobs.registry import job
from anlan.core.jobs.worker import JobStopped
from anlan.core.models import RecordImport
from anlan.core.records.services import JOB, import_abandon, import_run

if TYPE_CHECKING:
    from anlan.core.jobs.registry import JobRun, Payload

__all__ = ["run_import"]


@job(JOB)
def run_import(payload: Payload, run: JobRun) -> Any:
    """Read the file of one import."""
    row = RecordImport.objects.get(pk=payload["import"])
    try:
        with override(payload.get("language")):  # errors are said to the person who sent the file
            import_run(run=row, now=timezone.now(), progress=run.progress)
    except JobStopped:  # another worker has it: the run and its file are his
        raise
    except Exception:
        import_abandon(run=row)
        raise
    return {"created": row.created, "updated": row.updated, "rejected": row.rejected}
