"""A city pack into the database, and out of it again without loss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import ForeignKey

from anlan.citypack.pack import PackContents, write_pack
from anlan.core.journal import record
from anlan.core.models import Division
from anlan.core.records.registry import record_types
from anlan.core.records.services import records_load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.db.models import Model

    from anlan.citypack.divisions import Division as PackDivision
    from anlan.citypack.pack import CityPack
    from anlan.core.models import User
    from anlan.core.records.types import RecordType

__all__ = ["CityLoaded", "city_export", "city_load"]

DIVISION = "division"
DIVISION_FIELDS = (
    *("name", "level", "boundary", "centre", "population", "population_source", "synthetic"),
)
HIDDEN = ("synthetic", "confirmed_at")
"""Fields that people do not fill in and a pack carries all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CityLoaded:
    """How much came in."""

    divisions: int
    records: dict[str, int]


@transaction.atomic
def city_load(
    *,
    pack: CityPack,
    by: User | None,
    now: datetime,
    progress: Callable[[str, float], None] | None = None,
) -> CityLoaded:
    """Create or update the divisions and records of a pack: all of it, or nothing.

    Raises
    ------
    BadRowsError
        If the checks refuse a row; the message names the first ones.
    """
    divisions = [_division_row(division) for division in pack.divisions]
    Division.objects.bulk_create(
        divisions, update_conflicts=True, unique_fields=["code"], update_fields=DIVISION_FIELDS
    )
    counts: dict[str, int] = {}
    present = set(pack.record_keys)
    kinds = [kind for kind in record_types() if kind.key in present and kind.key != DIVISION]
    for number, kind in enumerate(kinds):
        if progress is not None:
            progress(kind.label, number / len(kinds))
        note = f"城市数据包 {pack.info.name}（{pack.info.built_at:%Y-%m-%d}）"
        run = records_load(kind.key, pack.records(kind.key), by=by, now=now, note=note)
        counts[kind.key] = run.created + run.updated
    city = Division.objects.get(code=pack.info.code.ljust(12, "0"))
    payload = {"pack": pack.info.name, "divisions": len(divisions), "records": counts}
    record(verb="city.loaded", subject=city, by=by, now=now, payload=payload)
    return CityLoaded(divisions=len(divisions), records=counts)


def city_export(*, pack: CityPack, out: Path, now: datetime) -> dict[str, int]:
    """Write what the database holds now as a pack; people, roads, ground come from `pack`.

    Returns the number of records by type.
    """
    stored = {row.code: row for row in Division.objects.all()}
    records = {
        kind.key: [_record_row(kind, row) for row in _rows(kind)]
        for kind in record_types()
        if kind.key != DIVISION
    }
    contents = PackContents(
        info=replace(pack.info, built_at=now),
        divisions=[_refreshed(division, stored.get(division.code)) for division in pack.divisions],
        population=pack.population,
        roads=pack.roads,
        rivers=pack.rivers,
        terrain=pack.terrain,
        records={key: rows for key, rows in records.items() if rows},
    )
    write_pack(out, contents)
    return {key: len(rows) for key, rows in records.items()}


def _division_row(division: PackDivision) -> Division:
    values = {name: getattr(division, name) for name in DIVISION_FIELDS}
    return Division(code=division.code, **values)


def _refreshed(division: PackDivision, row: Division | None) -> PackDivision:
    if row is None:
        return division
    changed: dict[str, Any] = {name: getattr(row, name) for name in DIVISION_FIELDS}
    return replace(division, **changed)


def _rows(kind: RecordType) -> list[Model]:
    names = [f.name for f in kind.fields() if isinstance(f, ForeignKey)]
    return list(kind.model._default_manager.select_related(*names).order_by("pk"))


def _record_row(kind: RecordType, row: Model) -> dict[str, Any]:
    """Return a record by field name, as `records_load` reads it; what is empty is left out."""
    values = {}
    for field in kind.fields():
        value = getattr(row, field.attname)
        if isinstance(field, ForeignKey) and field.name != DIVISION and value is not None:
            value = str(getattr(row, field.name).name)
        values[field.name] = _plain(value)
    values |= {name: _plain(getattr(row, name)) for name in HIDDEN if hasattr(row, name)}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value
