"""Turn rows of the register into what the engine reads, whether from tables or from a pack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.command.packaging.inputs import StockRecord, UnitRecord
from anlan.core.records.registry import record_type
from anlan.forecast.selectors.facilities import DETAILS, freshness_of, source_of
from anlan.plans.rules.vocabulary import rows_of
from anlan.register.choices import Specialty, UnitKind, UnitStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

__all__ = [
    "names_of_codes",
    "stocks_of",
    "units_of",
]


def units_of(rows: Iterable[Mapping[str, Any]], now: datetime) -> tuple[UnitRecord, ...]:
    """Return the response units."""
    declared = record_type("response_unit")
    name = declared.label  # translated each time it is asked for
    statuses = {code: str(label) for code, label in UnitStatus.choices}
    return tuple(
        UnitRecord(
            id=row["pk"],
            name=row["name"],
            base=row["station_name"] or row["team_name"] or row["hospital_name"] or "",
            kind=row["kind"],
            lon=row["location"].x,
            lat=row["location"].y,
            available=row["status"] == UnitStatus.AVAILABLE,
            status=statuses.get(row["status"], row["status"]),
            turnout_s=float(row["turnout_s"]),
            seats=row["seats"],
            freshness=freshness_of(row, declared.half_life, now),
            source=source_of(name, row),
            contact=row["phone"],
        )
        for row in rows
    )


def stocks_of(rows: Iterable[Mapping[str, Any]], now: datetime) -> tuple[StockRecord, ...]:
    """Return what warehouses hold and have not promised."""
    declared = record_type("stock")
    label = declared.label
    return tuple(
        StockRecord(
            id=row["pk"],
            item=row["item"],
            warehouse_id=row["warehouse_id"],
            warehouse=row["warehouse_name"],
            lon=row["location"].x,
            lat=row["location"].y,
            free=float(row["quantity"] - row["reserved"]),
            unit=row["measure"],
            freshness=freshness_of(row, declared.half_life, now),
            source=source_of(label, row),
        )
        for row in rows
    )


def names_of_codes() -> dict[str, Any]:
    """Return the Chinese names of posts, resources, kinds of record and specialties."""
    kinds = {row["code"]: (row["name_zh"], row["unit"]) for row in rows_of("resource_kinds")}
    return {
        "post_names": {row["code"]: row["name_zh"] for row in rows_of("posts")},
        "resource_names": {**{c: (str(label), "") for c, label in UnitKind.choices}, **kinds},
        "kind_names": {key: record_type(key).label for key in DETAILS},
        "specialty_names": {code: str(label) for code, label in Specialty.choices},
    }
