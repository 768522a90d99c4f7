"""The rows of a norm table that are in force in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.core.dictionaries.tables import table
from anlan.core.models import DictionaryOverride
from anlan.core.rules import CODE_LENGTH, ENDS, code_stem

if TYPE_CHECKING:
    from anlan.core.dictionaries.tables import Row

__all__ = ["rows_in_force"]


def rows_in_force(name: str, division_code: str) -> tuple[Row, ...]:
    """Return the table with what the place, or a place above it, has put instead.

    The nearest place wins: the district before its city, the city before its province.
    """
    rows = table(name)
    found = DictionaryOverride.objects.filter(
        table=name, division_id__in=_places(division_code)
    ).order_by("division_id")
    nearest: dict[str, DictionaryOverride] = {}
    for override in found:
        held = nearest.get(override.row_key)
        if held is None or len(code_stem(held.division_id)) < len(code_stem(override.division_id)):
            nearest[override.row_key] = override
    return tuple(_in_force(row, nearest.get(row.key)) for row in rows)


def _in_force(row: Row, override: DictionaryOverride | None) -> Row:
    if override is None:
        return row
    return row.replaced(override.values, document=override.document, place=override.division_id)


def _places(code: str) -> list[str]:
    """Return the code itself and those of every place above it."""
    return sorted({code[:end].ljust(CODE_LENGTH, "0") for end in ENDS.values()} | {code})
