"""A place puts its own value for a row of a norm table, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from anlan.core import journal
from anlan.core.dictionaries.tables import adjustable, row_of, typed
from anlan.core.models import DictionaryOverride
from anlan.core.permissions import require
from anlan.core.rules import is_inside

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.core.dictionaries.tables import Row, Value
    from anlan.core.models import User

__all__ = ["OverrideRefusedError", "row_override", "row_override_withdraw"]

BOUNDS = ("min_incl", "max_excl")
"""Empty means open: no lower, no upper bound."""
LARGEST = {"minutes": 525_600}
"""A year of minutes."""
LARGEST_NUMBER = 1_000_000_000
LONGEST_TEXT = 300


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

    Values as published may be put, too: a document then confirms what was 待确认.

    Raises
    ------
    PermissionDenied
        If `by` may not change norms.
    OverrideRefusedError
        If the document is not named, a column or value does not fit the table, or the place is
        not one of `by`.
    LookupError
        If the table or the row does not exist.
    """
    require(by, "norm.change")
    _demand_reach(by, division_code)
    row = row_of(table, row_key)
    if not document.strip():
        raise OverrideRefusedError("依据文件：必须写明，收到空值")
    new = {column: _fitting(row, column, cell) for column, cell in values.items()}
    if not new:
        raise OverrideRefusedError("新值：至少改一列，收到空值")
    _demand_order({**row.values, **new})
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
        payload={
            "table": table,
            "row": row_key,
            "division": division_code,
            "from": replaced,
            "to": new,
        },
        reasons=(document.strip(),),
    )
    return override


@transaction.atomic
def row_override_withdraw(*, override_id: int, reason: str, by: User, now: datetime) -> None:
    """Let the published row be in force again.

    Raises
    ------
    PermissionDenied
        If `by` may not change norms.
    OverrideRefusedError
        If no reason is given, or the place is not one of `by`.
    """
    require(by, "norm.change")
    override = DictionaryOverride.objects.get(pk=override_id)
    _demand_reach(by, override.division_id)
    if not reason.strip():
        raise OverrideRefusedError("撤销理由：必须写明，收到空值")
    journal.record(
        verb="dictionary.override_withdrawn",
        subject=override,
        by=by,
        now=now,
        payload={
            "table": override.table,
            "row": override.row_key,
            "division": override.division_id,
            "from": override.values,
        },
        reasons=(reason.strip(),),
    )
    override.delete()


def _fitting(row: Row, column: str, cell: str) -> Value:
    if column not in row.values:
        raise OverrideRefusedError(f"{column}：表中没有这一列，可改：{'、'.join(adjustable(row))}")
    if column not in adjustable(row):
        may = "、".join(adjustable(row)) or "无"
        raise OverrideRefusedError(f"{column}：这一列不能按地方调整，可改：{may}")
    text = str(cell).strip()
    try:
        value = typed(column, text)
    except ValueError as problem:
        raise OverrideRefusedError(f"{column}：类型不符，收到 {cell!r}") from problem
    if value in (None, "") and column not in BOUNDS:
        raise OverrideRefusedError(f"{column}：必须填写，收到空值")
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise OverrideRefusedError(f"{column}：不超过 {LONGEST_TEXT} 字，收到 {len(value)} 字")
    if isinstance(value, int | float):
        largest = LARGEST.get(column, LARGEST_NUMBER)
        if value < 0:
            raise OverrideRefusedError(f"{column}：不能为负数，收到 {cell!r}")
        if not value <= largest:  # also what is not a number
            raise OverrideRefusedError(f"{column}：不超过 {largest:,}，收到 {cell!r}")
    return value


def _demand_order(values: Mapping[str, Value]) -> None:
    """Refuse a range that is empty, or open at both ends."""
    if not set(BOUNDS) <= set(values):
        return
    low, high = (values[column] for column in BOUNDS)
    if low is None and high is None:
        raise OverrideRefusedError("min_incl：上下限至少填一个，收到空值")
    if low is not None and high is not None and float(low) >= float(high):
        raise OverrideRefusedError(f"max_excl：应大于下限 {low}，收到 {high}")


def _demand_reach(by: User, division_code: str) -> None:
    if by.division_id is None or not is_inside(division_code, by.division_id):
        raise OverrideRefusedError(f"适用地区：不在您的管辖范围内，收到 {division_code}")
