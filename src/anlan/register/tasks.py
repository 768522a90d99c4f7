"""What runs in the background: files of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import override

from anlan.core.jobs.registry import job
from anlan.core.models import RecordImport
from anlan.core.records.services import JOB, import_abandon, import_run

if TYPE_CHECKING:
    from anlan.core.jobs.registry import JobRun, Payload

__all__ = ["end_import", "run_import"]


def end_import(payload: Payload) -> None:
    """End an import whose job failed, so that nobody waits for it."""
    row = RecordImport.objects.filter(pk=payload["import"]).first()
    if row is not None:
        import_abandon(run=row)


@job(JOB, failed=end_import)
def run_import(payload: Payload, run: JobRun) -> Any:
    """Read the file of one import."""
    row = RecordImport.objects.get(pk=payload["import"])
    with override(payload.get("language")):  # errors are said to the person who sent the file
        import_run(run=row, now=timezone.now(), progress=run.progress)
    return {"created": row.created, "updated": row.updated, "rejected": row.rejected}
