"""Rows from a program: a city pack, a scenario. Same checks, one entry of the journal."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction

from anlan.core.models import RecordImport
from anlan.core.records.checks import Checker
from anlan.core.records.registry import record_type
from anlan.core.records.resources import resource_for
from anlan.core.records.services.imports import BATCH, write_ready

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from anlan.core.models import User

__all__ = ["BadRowsError", "records_load"]


class BadRowsError(ValueError):
    """Raised when a program hands over rows that the checks refuse."""


@transaction.atomic
def records_load(
    key: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    by: User | None,
    now: datetime,
    note: str = "",
) -> RecordImport:
    """Create or update the records of one type from dicts by field name, or write nothing.

    Values are what the model holds, or what a file would say: a division by code, another record
    by name or key, a geometry as Shapely, WKT, GeoJSON or (lon, lat), codes as labels or codes.

    Parameters
    ----------
    key
        Key of the record type.
    rows
        Dicts by field name; `synthetic` and `confirmed_at` may be among them.
    note
        Where the rows come from, kept with the run.

    Raises
    ------
    BadRowsError
        If a row is refused; the message names the first ones, their fields and their values.
    """
    declared = record_type(key)
    resource = resource_for(declared, Checker(declared, user=None, now=now))
    headers = {name: field.column_name for name, field in resource.fields.items()}
    columns: set[str] = set()

    def by_header(line: int, row: Mapping[str, Any]) -> dict[str, Any]:
        unknown = sorted(row.keys() - headers.keys())
        if unknown:
            raise BadRowsError(f"{key}: row {line} names unknown fields {unknown}")
        columns.update(headers[name] for name in row)
        return {"#": line, **{headers[name]: _cell(value) for name, value in row.items()}}

    numbered = (by_header(line, row) for line, row in enumerate(rows, 1))
    while batch := list(islice(numbered, BATCH)):
        resource.read(batch)
    if resource.rejected:
        first = "; ".join(
            f"row {row['#']} {header} {row.get(header)!r}: {text}"
            for row, complaints in resource.rejected[:5]
            for header, text in complaints
        )
        raise BadRowsError(f"{key}: {len(resource.rejected)} rows refused: {first}")
    run = RecordImport.objects.create(
        type_key=key,
        file_name=note[:200],
        by=by,
        started_at=now,
        finished_at=now,
        status=RecordImport.Status.DONE,
    )
    write_ready(resource, run=run, columns=columns, now=now)
    run.rows_read = run.created + run.updated
    run.save()
    return run


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(value) if isinstance(value, (list, tuple, set)) and _words(value) else value


def _words(value: Iterable[Any]) -> bool:
    return all(isinstance(part, str) for part in value)
