"""One record at a time: create, change, delete, confirm. Each writes the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from anlan.core.journal.services import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from anlan.core.models import User
    from anlan.core.records.types import RecordType

__all__ = [
    "RecordInUseError",
    "StaleFormError",
    "export_note",
    "record_change",
    "record_create",
    "record_delete",
    "records_confirm",
]


class StaleFormError(ValueError):
    """Raised when somebody else changed the record after the form was opened."""


class RecordInUseError(ValueError):
    """Raised when other records refer to the one that should go."""


@transaction.atomic
def record_create(
    *, declared: RecordType, row: models.Model, by: User | None, now: datetime
) -> models.Model:
    """Add a checked record. Whoever enters a fact confirms it."""
    _confirmed(row, by=by, now=now)
    row.save(force_insert=True)
    payload = {"type": declared.key, "name": str(row), "after": values_of(declared, row)}
    record(verb="record.created", subject=row, by=by, now=now, payload=payload)
    return row


@transaction.atomic
def record_change(
    *,
    declared: RecordType,
    row: models.Model,
    by: User | None,
    now: datetime,
    read_at: datetime | None = None,
) -> dict[str, Any]:
    """Keep the changes of a checked record and return them: field, before, after.

    Parameters
    ----------
    read_at
        `updated_at` of the record when the form was opened.

    Raises
    ------
    StaleFormError
        If the record was changed since `read_at`.
    """
    stored: Any = declared.model._default_manager.get(pk=row.pk)
    if read_at is not None and stored.updated_at != read_at:
        raise StaleFormError(
            _("“%(row)s”在您打开表单之后已被修改（%(at)s），请重新打开再填")
            % {"row": stored, "at": f"{timezone.localtime(stored.updated_at):%m-%d %H:%M:%S}"}
        )
    before, after = values_of(declared, stored), values_of(declared, row)
    changed = {name for name in after if after[name] != before[name]}
    _confirmed(row, by=by, now=now)
    kept = [f.name for f in declared.fields()] + ["confirmed_at", "confirmed_by", "updated_at"]
    row.save(update_fields=kept)
    payload = {
        "type": declared.key,
        "name": str(row),
        "before": {name: before[name] for name in sorted(changed)},
        "after": {name: after[name] for name in sorted(changed)},
    }
    record(verb="record.changed", subject=row, by=by, now=now, payload=payload)
    return payload["after"]  # type: ignore[return-value]


@transaction.atomic
def record_delete(
    *, declared: RecordType, row: models.Model, by: User | None, now: datetime
) -> None:
    """Delete a record.

    Raises
    ------
    RecordInUseError
        If other records refer to it.
    """
    payload = {"type": declared.key, "name": str(row), "before": values_of(declared, row)}
    record(verb="record.deleted", subject=row, by=by, now=now, payload=payload)
    try:
        row.delete()
    except ProtectedError as error:
        users = sorted({f"{o._meta.verbose_name}“{o}”" for o in error.protected_objects})
        raise RecordInUseError(
            _("“%(row)s”正被引用：%(users)s。请先修改这些记录")
            % {"row": row, "users": "、".join(users[:5])}
        ) from error


@transaction.atomic
def records_confirm(
    *, declared: RecordType, rows: Iterable[models.Model], by: User | None, now: datetime
) -> int:
    """Note that what the records say is still so, and return how many there were."""
    count = 0
    for row in rows:
        declared.model._default_manager.filter(pk=row.pk).update(confirmed_at=now, confirmed_by=by)
        payload = {"type": declared.key, "name": str(row)}
        record(verb="record.confirmed", subject=row, by=by, now=now, payload=payload)
        count += 1
    return count


@transaction.atomic
def export_note(*, declared: RecordType, form: str, rows: int, by: User, now: datetime) -> None:
    """Note in the journal who took how many records of which type out of the platform."""
    payload = {"type": declared.key, "format": form, "rows": rows}
    record(verb="record.exported", subject=by, by=by, now=now, payload=payload)


def values_of(declared: RecordType, row: models.Model) -> dict[str, Any]:
    """Return the values of a record as the journal keeps them."""
    return {f.name: _plain(getattr(row, f.attname)) for f in declared.fields()}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseGeometry):
        return value.wkt
    return list(value) if isinstance(value, tuple) else value


def _confirmed(row: Any, *, by: User | None, now: datetime) -> None:
    row.confirmed_at, row.confirmed_by = now, by
