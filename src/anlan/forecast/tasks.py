"""Background work: the runs of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from anlan.core.jobs.registry import job
from anlan.forecast.models import ModelRun
from anlan.forecast.services import JOB, run_abandon, run_compute

if TYPE_CHECKING:
    from anlan.core.jobs.registry import JobRun, Payload

__all__ = ["compute_run", "end_run"]


def end_run(payload: Payload) -> None:
    """End a run whose job failed, so that nobody waits for it."""
    row = ModelRun.objects.filter(pk=payload["run"]).first()
    if row is not None:
        run_abandon(run=row, now=timezone.now(), error="平台内部错误，计算中断。请联系系统管理员")


@job(JOB, failed=end_run)
def compute_run(payload: Payload, run: JobRun) -> Any:
    """Compute one run of a model."""
    row = ModelRun.objects.get(pk=payload["run"])
    run_compute(run=row, now=timezone.now(), progress=run.progress)
    return {"status": str(row.status), "digest": row.digest}
