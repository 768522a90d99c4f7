"""What the pages of norm tables show."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _

from anlan.console.selectors.journal import line_of
from anlan.core.dictionaries import row_of, table, table_names
from anlan.core.dictionaries.labels import COLUMN_LABELS, TABLE_LABELS, VALUE_LABELS
from anlan.core.dictionaries.selectors import (
    override_history,
    overrides_visible_to,
    rows_in_force,
)
from anlan.core.dictionaries.tables import ADJUSTABLE, KEYS, adjustable
from anlan.core.models import Division
from anlan.core.numerals import written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anlan.core.dictionaries import Row
    from anlan.core.models import DictionaryOverride, User

__all__ = ["NormLine", "NormTable", "norm_lines", "norm_page", "norm_tables", "published_row"]


@dataclass(frozen=True, slots=True)
class NormTable:
    """A norm table: what it is called, and how sure it is."""

    name: str
    label: str
    rows: int
    to_confirm: int
    overrides: int
    adjustable: bool


@dataclass(frozen=True, slots=True)
class NormLine:
    """A row in force in the account's place, as published and as put."""

    row: Row
    cells: list[str]
    replaced: bool
    adjustable: bool


@dataclass(frozen=True, slots=True)
class Put:
    """What a place has put instead."""

    override: DictionaryOverride
    changes: list[tuple[str, str, str]]
    """Column, published, put."""


def norm_tables(user: User) -> list[NormTable]:
    """Return the tables, those that may be adjusted first."""
    put = Counter(overrides_visible_to(user).order_by().values_list("table", flat=True))
    names = sorted(table_names(), key=list(TABLE_LABELS).index)
    return [
        NormTable(
            name,
            str(TABLE_LABELS[name]),
            len(table(name)),
            sum(1 for row in table(name) if row.mark),
            put[name],
            name in ADJUSTABLE,
        )
        for name in names
    ]


def columns_of(name: str) -> list[str]:
    """Return the columns that are shown: those that name the row first."""
    first = table(name)[0].values
    shown = [column for column in first if column in COLUMN_LABELS]
    return sorted(shown, key=lambda column: column not in KEYS[name])


def norm_lines(name: str, user: User, *, query: str = "", only: str = "") -> list[NormLine]:
    """Return the rows in force in the account's place, narrowed by words and by kind.

    Raises
    ------
    Http404
        If there is no such table.
    """
    if name not in KEYS:
        raise Http404
    columns = columns_of(name)
    rows = rows_in_force(name, user.division_id) if user.division_id else table(name)
    lines = [
        NormLine(
            row,
            [words(row[column], column) for column in columns],
            bool(row.place),
            bool(adjustable(row)),
        )
        for row in rows
    ]
    if query:
        lines = [line for line in lines if _holds(line, query.lower())]
    if only == "confirm":
        lines = [line for line in lines if line.row.mark]
    elif only == "replaced":
        lines = [line for line in lines if line.replaced]
    return lines


def published_row(name: str, key: str) -> Row:
    """Return a row as published.

    Raises
    ------
    Http404
        If there is no such table or row.
    """
    try:
        return row_of(name, key)
    except LookupError as error:
        raise Http404(str(error)) from error


def norm_page(row: Row, user: User) -> dict[str, Any]:
    """Return a row as published and in force, what places have put, and what was done."""
    in_force = next(
        (r for r in rows_in_force(row.table, user.division_id) if r.key == row.key), row
    ) if user.division_id else row  # fmt: skip
    overrides = overrides_visible_to(user).filter(table=row.table, row_key=row.key)
    changed = adjustable(row)
    return {
        "facts": [
            (COLUMN_LABELS[c], words(row[c], c), words(in_force[c], c), c in changed)
            for c in columns_of(row.table)
        ],
        "in_force": in_force,
        "place": Division.objects.filter(code=in_force.place).first() if in_force.place else None,
        "overrides": [Put(o, changes_of(row, o.values)) for o in overrides],
        "history": [
            (line_of(entry, user), _history_words(entry.payload))
            for entry in override_history(row.table, row.key, user)
        ],
        "adjustable": bool(changed),
    }


def changes_of(row: Row, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what values change against the published row, by column."""
    return [(str(COLUMN_LABELS[c]), words(row[c]), words(v)) for c, v in values.items()]


def words(value: Any, column: str = "") -> str:
    """Return a value of a table as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, str):
        return str(VALUE_LABELS.get(column, {}).get(value, value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return written(value) if isinstance(value, float) else str(value)


def _holds(line: NormLine, query: str) -> bool:
    return any(query in cell.lower() for cell in (*line.cells, line.row.source))


def _history_words(payload: str) -> list[tuple[str, str, str]]:
    held = json.loads(payload)
    new = held.get("to", {})
    return [
        (str(COLUMN_LABELS.get(c, c)), words(old), words(new[c]) if c in new else "")
        for c, old in held["from"].items()
    ]
