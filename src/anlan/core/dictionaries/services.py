"""A place puts its own value for a row of a norm table, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from anlan.core import journal
from anlan.core.dictionaries.tables import row_of, typed
from anlan.core.models import DictionaryOverride

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.core.dictionaries.tables import Row, Value
    from anlan.core.models import User

__all__ = ["OverrideRefusedError", "row_override", "row_override_withdraw"]


class OverrideRefusedError(ValueError):
    """The new value does not fit the row, or nobody says on whose authority it stands."""


@transaction.atomic
def row_override(
    *,
    table: str,
    row_key: str,
    division_code: str,
    values: Mapping[str, str],
    document: str,
    by: User,
    now: datetime,
) -> DictionaryOverride:
    """Put a place's own values for one row. Who, when and by which document is kept.

    Raises
    ------
    OverrideRefusedError
        If the document is not named, or a column or value does not fit the table.
    LookupError
        If the table or the row does not exist.
    """
    row = row_of(table, row_key)
    if not document.strip():
        raise OverrideRefusedError("依据文件：必须写明，收到空值")
    new = {column: _fitting(row, column, cell) for column, cell in values.items()}
    if not new:
        raise OverrideRefusedError("新值：至少改一列，收到空值")
    replaced = {column: row[column] for column in new}
    override, _created = DictionaryOverride.objects.update_or_create(
        table=table,
        row_key=row_key,
        division_id=division_code,
        defaults={
            "values": new,
            "replaced": replaced,
            "document": document.strip(),
            "decided_by": by,
            "decided_at": now,
        },
    )
    journal.record(
        verb="dictionary.overridden",
        subject=override,
        by=by,
        now=now,
        payload={"table": table, "row": row_key, "from": replaced, "to": new},
        reasons=(document.strip(),),
    )
    return override


@transaction.atomic
def row_override_withdraw(*, override_id: int, reason: str, by: User, now: datetime) -> None:
    """Let the published row be in force again."""
    override = DictionaryOverride.objects.get(pk=override_id)
    if not reason.strip():
        raise OverrideRefusedError("撤销理由：必须写明，收到空值")
    journal.record(
        verb="dictionary.override_withdrawn",
        subject=override,
        by=by,
        now=now,
        payload={"table": override.table, "row": override.row_key, "from": override.values},
        reasons=(reason.strip(),),
    )
    override.delete()


def _fitting(row: Row, column: str, cell: str) -> Value:
    if column not in row.values:
        raise OverrideRefusedError(f"{column}：表中没有这一列，可改：{'、'.join(row.values)}")
    try:
        value = typed(column, str(cell).strip())
    except ValueError as problem:
        raise OverrideRefusedError(f"{column}：类型不符，收到 {cell!r}") from problem
    if isinstance(value, int | float) and value < 0:
        raise OverrideRefusedError(f"{column}：不能为负数，收到 {cell!r}")
    return value
