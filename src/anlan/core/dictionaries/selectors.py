"""The rows of a norm table that are in force in one place."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from anlan.core.dictionaries.tables import table
from anlan.core.models import DictionaryOverride, JournalEntry
from anlan.core.permissions import restrict
from anlan.core.rules import CODE_LENGTH, ENDS, code_stem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from anlan.core.dictionaries.tables import Row
    from anlan.core.models import User

__all__ = ["override_history", "overrides_visible_to", "rows_in_force", "rows_in_force_by_place"]

HISTORY = 100


def rows_in_force(name: str, division_code: str) -> tuple[Row, ...]:
    """Return the table with what the place, or a place above it, has put instead.

    The nearest place wins: the district before its city, the city before its province.
    """
    return rows_in_force_by_place(name, (division_code,))[division_code]


def rows_in_force_by_place(name: str, division_codes: Iterable[str]) -> dict[str, tuple[Row, ...]]:
    """Return the table of each place, as `rows_in_force` does, with one query for all."""
    rows = table(name)
    above = {code: set(_places(code)) for code in division_codes}
    everywhere = set().union(*above.values())
    put = list(
        DictionaryOverride.objects.filter(table=name, division_id__in=everywhere).order_by(
            "division_id"
        )
    )
    found = {}
    for code, places in above.items():
        nearest: dict[str, DictionaryOverride] = {}
        for override in put:
            held = nearest.get(override.row_key)
            if override.division_id in places and (
                held is None
                or len(code_stem(held.division_id)) < len(code_stem(override.division_id))
            ):
                nearest[override.row_key] = override
        found[code] = tuple(_in_force(row, nearest.get(row.key)) for row in rows)
    return found


def overrides_visible_to(user: User | AnonymousUser) -> QuerySet[DictionaryOverride]:
    """Return what the account's place, and those below, have put instead."""
    rows = DictionaryOverride.objects.select_related("division", "decided_by")
    return restrict(rows, user, "norm.view")


def override_history(name: str, key: str, user: User | AnonymousUser) -> list[JournalEntry]:
    """Return what was put and taken back for one row in the account's place, the latest first."""
    entries = JournalEntry.objects.filter(subject_type=DictionaryOverride._meta.label_lower)
    visible = restrict(entries, user, "norm.view", field="division_code")
    latest = visible.order_by("-physical_ms", "-logical", "-seq")
    found = (entry for entry in latest if _about(entry) == (name, key))
    return list(islice(found, HISTORY))


def _about(entry: JournalEntry) -> tuple[str, str]:
    payload = json.loads(entry.payload)
    return payload["table"], payload["row"]


def _in_force(row: Row, override: DictionaryOverride | None) -> Row:
    if override is None:
        return row
    return row.replaced(override.values, document=override.document, place=override.division_id)


def _places(code: str) -> list[str]:
    """Return the code itself and those of every place above it."""
    return sorted({code[:end].ljust(CODE_LENGTH, "0") for end in ENDS.values()} | {code})
