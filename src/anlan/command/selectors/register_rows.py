"""Turn rows of the register into what the engine reads, whether from tables or from a pack."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from anlan.command.packaging.inputs import StockRecord, UnitRecord
from anlan.core.freshness import freshness
from anlan.core.records.registry import record_type
from anlan.forecast.exposure import Facility
from anlan.plans.rules.vocabulary import rows_of
from anlan.register.choices import Specialty, UnitKind, UnitStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

__all__ = [
    "DETAILS",
    "PROVENANCE",
    "facilities_of",
    "names_of_codes",
    "stocks_of",
    "units_of",
]

PROVENANCE: Final = ("pk", "name", "source", "observed_at", "confirmed_at", "synthetic")
"""Fields of every row: which record, and how we know."""

UNKNOWN_AGE: Final = 0.5
"""Weight of a fact without a date: as if one half-life had passed. Platform default."""

DETAILS: Final[dict[str, dict[str, str]]] = {
    "school": {"people": "pupils"},
    "care_institution": {"people": "residents"},
    "crowded_place": {"people": "capacity"},
    "hospital": {
        "people": "beds_total",
        "beds_free": "beds_free",
        "specialties": "specialties",
        "grade": "grade",
    },
    "shelter": {"capacity": "capacity", "occupied": "occupied"},
    "hazardous_enterprise": {"people": "employees", "substances": "main_substances"},
    "major_hazard_source": {},
    "storage_tank": {
        "cas": "cas",
        "inventory_kg": "inventory_kg",
        "pressure_pa": "pressure_pa",
        "temperature_k": "temperature_k",
    },
    "gas_station": {},
    "reservoir": {"level_m": "level_m", "flood_limit_m": "flood_limit_m"},
    "geological_hazard": {"people": "people"},
    "flood_prone_point": {},
    "tailings_dam": {"people": "people_below"},
    "transit_station": {"people": "capacity"},
    "warehouse": {},
    "fire_station": {},
    "lifeline_facility": {"people": "people_served"},
}
"""Kinds of record that a package names, and the fields it reads: ours → theirs."""


def facilities_of(key: str, rows: Iterable[Mapping[str, Any]], now: datetime) -> list[Facility]:
    """Return the records of one kind as facilities; those without a place are left out."""
    declared = record_type(key)
    found = []
    for row in rows:
        point = row.get("location")
        if point is None:
            continue
        details = {ours: row.get(theirs) for ours, theirs in DETAILS[key].items()}
        details["freshness"] = _freshness(row, declared.half_life, now)
        details["contact"] = f"{row.get('contact_name', '')} {row.get('contact_phone', '')}".strip()
        found.append(
            Facility(
                id=row["pk"],
                kind=key,
                name=row["name"],
                lon=point.x,
                lat=point.y,
                division=row["place"],
                source=_source(declared.label, row),
                observed_at=_known_at(row),
                synthetic=row["synthetic"],
                details=details,
            )
        )
    return found


def units_of(rows: Iterable[Mapping[str, Any]], now: datetime) -> tuple[UnitRecord, ...]:
    """Return the response units."""
    declared = record_type("response_unit")
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
            freshness=_freshness(row, declared.half_life, now),
            source=_source(declared.label, row),
            contact=row["phone"],
        )
        for row in rows
    )


def stocks_of(rows: Iterable[Mapping[str, Any]], now: datetime) -> tuple[StockRecord, ...]:
    """Return what warehouses hold and have not promised."""
    declared = record_type("stock")
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
            freshness=_freshness(row, declared.half_life, now),
            source=_source(declared.label, row),
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


def _known_at(row: Mapping[str, Any]) -> datetime | None:
    known = row.get("confirmed_at") or row.get("observed_at")
    return datetime.fromisoformat(known) if isinstance(known, str) else known


def _freshness(row: Mapping[str, Any], half_life: timedelta, now: datetime) -> float:
    known = _known_at(row)
    if known is None:
        return UNKNOWN_AGE
    return freshness(known_at=known, now=now, half_life=half_life)


def _source(label: str, row: Mapping[str, Any]) -> str:
    at = _known_at(row)
    when = f"，{at:%Y-%m-%d}" if at else "，时间未注明"
    mark = "，示例数据" if row["synthetic"] else ""
    return f"{label}登记表{when}{mark}"
