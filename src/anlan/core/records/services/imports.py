"""Whole files: check every row first, then write in one short transaction."""

from __future__ import annotations

import hashlib
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.core.jobs.services import enqueue_job
from anlan.core.journal.services import record
from anlan.core.models import RecordImport
from anlan.core.records.checks import Checker
from anlan.core.records.error_file import write_error_file
from anlan.core.records.files import SUFFIXES, BadFileError, read_rows
from anlan.core.records.registry import record_type
from anlan.core.records.resources import RecordResource, resource_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from anlan.core.models import User
    from anlan.core.records.types import RecordType

__all__ = [
    "JOB",
    "error_file",
    "import_abandon",
    "import_begin",
    "import_run",
    "import_take",
    "write_ready",
]

JOB = "register.import"
AT_ONCE = 200_000
"""A file up to this many bytes is read while the sender waits: some 3,000 rows. Platform default."""


BATCH = 500
"""Rows between two signs of progress."""


def import_begin(
    *,
    declared: RecordType,
    upload: UploadedFile[Any],
    mode: str,
    refuse_existing: bool,
    datum: str,
    by: User,
    now: datetime,
) -> RecordImport:
    """Keep the file and return the run, which `import_run` then carries out."""
    digest = hashlib.sha256()
    run = RecordImport.objects.create(
        type_key=declared.key,
        file_name=Path(upload.name or "").name[-200:],
        mode=mode,
        refuse_existing=refuse_existing,
        datum=datum,
        by=by,
        started_at=now,
    )
    path = kept_file(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as kept:
        for chunk in upload.chunks():
            digest.update(chunk)
            kept.write(chunk)
    run.sha256 = digest.hexdigest()
    run.save(update_fields=["sha256"])
    return run


def import_take(
    *,
    declared: RecordType,
    upload: UploadedFile[Any],
    mode: str,
    refuse_existing: bool,
    datum: str,
    by: User,
    now: datetime,
    language: str | None,
) -> RecordImport:
    """Keep the file; carry a small one out at once, leave a larger one to a job."""
    run = import_begin(
        declared=declared,
        upload=upload,
        mode=mode,
        refuse_existing=refuse_existing,
        datum=datum,
        by=by,
        now=now,
    )
    if (upload.size or 0) > AT_ONCE:
        enqueue_job(kind=JOB, payload={"import": run.pk, "language": language}, by=by, now=now)
        return run
    try:
        return import_run(run=run, now=now)
    except Exception:
        import_abandon(run=run)
        raise


def import_run(
    *, run: RecordImport, now: datetime, progress: Callable[[float], None] | None = None
) -> RecordImport:
    """Read, check and write the file of a run, and note the outcome on the run.

    Safe to repeat: a run that was cut off begins again, one that has ended stays as it is.
    """
    if run.status != RecordImport.Status.RUNNING:
        return run
    run.rows_read = run.rejected = 0
    declared = record_type(run.type_key)
    resource = resource_for(declared, Checker(declared, user=run.by, now=now))
    resource.refuse_existing = run.refuse_existing
    path = kept_file(run)
    try:
        suffix = Path(run.file_name).suffix.lower()[:10]
        read = read_rows(path, suffix=suffix, resource=resource, datum=run.datum)
        run.rows_expected = read.expected
        for batch in _batches(read.rows):
            resource.read(batch)
            run.rows_read += len(batch)
            run.rejected = len(resource.rejected)
            run.save(update_fields=["rows_read", "rows_expected", "rejected", "touched_at"])
            if progress is not None:
                progress(min(run.rows_read / max(run.rows_expected or run.rows_read, 1), 0.99))
    except BadFileError as error:
        return _finish(run, RecordImport.Status.REFUSED, str(error))
    if resource.rejected:
        write_error_file(error_file(run), resource, read.headers)
    if not run.rows_read:
        return _finish(run, RecordImport.Status.REFUSED, _("文件里没有数据行"))
    if resource.rejected and (run.mode == RecordImport.Mode.ALL or not resource.ready):
        message = _("%(n)s 行有错误，没有写入任何数据。请按错误文件改正后再导入") % {
            "n": run.rejected
        }
        return _finish(run, RecordImport.Status.REFUSED, message)
    with transaction.atomic():
        write_ready(resource, run=run, columns=set(read.headers), now=now)
        _finish(run, RecordImport.Status.DONE, "")
    return run


def import_abandon(*, run: RecordImport) -> RecordImport:
    """End a run that broke by a fault of ours, so that nobody waits for it.

    A run that has ended stays as it is.
    """
    if run.status != RecordImport.Status.RUNNING:
        return run
    message = "平台内部错误，导入中断，没有写入任何数据。请联系系统管理员"
    return _finish(run, RecordImport.Status.REFUSED, message)


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _finish(run: RecordImport, status: str, message: str) -> RecordImport:
    run.status, run.message, run.finished_at = status, message[:500], timezone.now()
    run.save()
    transaction.on_commit(lambda: kept_file(run).unlink(missing_ok=True))
    return run


def write_ready(
    resource: RecordResource, *, run: RecordImport, columns: set[str], now: datetime
) -> None:
    """Write the checked rows of a resource, and one entry of the journal about all of them."""
    model = resource.declared.model
    new = [row for row, is_new in resource.ready if is_new]
    known = [row for row, is_new in resource.ready if not is_new]
    model._default_manager.bulk_create(new, batch_size=BATCH)
    kept = [name for name, f in resource.fields.items() if f.column_name in columns]
    geometry = resource.declared.geometry
    if geometry is not None and geometry.name not in kept:
        kept.append(geometry.name)  # unchanged where the file has no such column
    if known:
        model._default_manager.bulk_create(
            known,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*kept, "updated_at"],
        )
    run.created, run.updated = len(new), len(known)
    payload = {
        "type": resource.declared.key,
        "file": run.file_name,
        "sha256": run.sha256,
        "mode": run.mode,
        "created": run.created,
        "updated": run.updated,
        "rejected": run.rejected,
        "rows_sha256": _digest(resource, (row for row, _new in resource.ready)),
    }
    record(verb="record.imported", subject=run, by=run.by, now=now, payload=payload)


def _digest(resource: RecordResource, rows: Iterable[Any]) -> str:
    names = [f.attname for f in resource.declared.fields()]
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr([str(getattr(row, name)) for name in names]).encode())
    return digest.hexdigest()


def kept_file(run: RecordImport) -> Path:
    """Return where the file of a run waits until it is read."""
    suffix = Path(run.file_name).suffix.lower()  # chosen by the sender: only known ones are used
    name = f"{run.pk}{suffix if suffix in SUFFIXES else '.upload'}"
    return Path(settings.VAR) / "imports" / name


def error_file(run: RecordImport) -> Path:
    """Return where the error file of a run is."""
    return Path(settings.VAR) / "imports" / f"{run.pk}-errors.xlsx"
