"""Rows of the register as the facilities that a forecast may hit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F

from anlan.core.freshness import freshness
from anlan.core.records.registry import record_type
from anlan.forecast.exposure import Facility

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import timedelta

__all__ = [
    "DETAILS",
    "PROVENANCE",
    "facilities_between",
    "facilities_of",
    "freshness_of",
    "pipes_between",
    "pipes_of",
    "source_of",
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
    "major_hazard_source": {"substance": "substance", "cas": "cas", "quantity_t": "quantity_t"},
    "storage_tank": {
        "substance": "substance",
        "cas": "cas",
        "phase": "phase",
        "bund_m2": "bund_area_m2",
        "inventory_kg": "inventory_kg",
        "pressure_pa": "pressure_pa",
        "temperature_k": "temperature_k",
        "volume_m3": "volume_m3",
    },
    "gas_station": {},
    "reservoir": {
        "level_m": "level_m",
        "flood_limit_m": "flood_limit_m",
        "dam_height_m": "dam_height_m",
        "capacity_m3": "capacity_m3",
        "storage_m3": "storage_m3",
    },
    "geological_hazard": {"people": "people"},
    "flood_prone_point": {},
    "tailings_dam": {
        "people": "people_below",
        "dam_height_m": "dam_height_m",
        "capacity_m3": "volume_m3",
    },
    "transit_station": {"people": "capacity"},
    "warehouse": {},
    "fire_station": {},
    "lifeline_facility": {
        "people": "people_served",
        "sort": "kind",
        "backup_h": "backup_power_h",
        "working": "working",
    },
}
"""Kinds of record that forecasts name, and the fields they read: ours → theirs."""


PIPES: Final = ("medium", "diameter_mm", "pressure_pa", "route")
"""What forecasts read of a registered pipe. Pipes are lines: no forecast counts them as points."""


def facilities_of(key: str, rows: Iterable[Mapping[str, Any]], now: datetime) -> list[Facility]:
    """Return the records of one kind as facilities; those without a place are left out."""
    declared = record_type(key)
    label, names = declared.label, tuple(DETAILS[key].items())  # a label is translated each time
    found = []
    for row in rows:
        point = row.get("location")
        if point is None:
            continue
        details = {ours: row.get(theirs) for ours, theirs in names}
        details["freshness"] = freshness_of(row, declared.half_life, now)
        details["contact"] = f"{row.get('contact_name', '')} {row.get('contact_phone', '')}".strip()
        found.append(
            Facility(
                id=row["pk"],
                kind=key,
                name=row["name"],
                lon=point.x,
                lat=point.y,
                division=row["place"],
                source=source_of(label, row),
                observed_at=_known_at(row),
                synthetic=row["synthetic"],
                details=details,
            )
        )
    return found


def facilities_between(
    first: str, last: str, now: datetime, *, kinds: Iterable[str] = tuple(DETAILS)
) -> tuple[Facility, ...]:
    """Return the facilities of the register in a range of division codes."""
    return tuple(
        facility for key in kinds for facility in facilities_of(key, _rows(key, first, last), now)
    )


def pipes_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Facility, ...]:
    """Return registered pipes, each with its `route`; its point is the middle of it."""
    label = record_type("pipeline").label
    found = []
    for row in rows:
        middle = row["route"].interpolate(0.5, normalized=True)
        found.append(
            Facility(
                id=row["pk"],
                kind="pipeline",
                name=row["name"],
                lon=middle.x,
                lat=middle.y,
                division=row["place"],
                source=source_of(label, row),
                observed_at=_known_at(row),
                synthetic=row["synthetic"],
                details={name: row[name] for name in PIPES},
            )
        )
    return tuple(found)


def pipes_between(first: str, last: str) -> tuple[Facility, ...]:
    """Return the pipes of the register in a range of division codes."""
    model = record_type("pipeline").model
    rows = model._default_manager.filter(division_id__gte=first, division_id__lte=last)
    return pipes_of(rows.order_by("pk").values(*PROVENANCE, *PIPES, place=F("division_id")))


def _rows(key: str, first: str, last: str) -> Iterator[dict[str, Any]]:
    model = record_type(key).model
    known = {f.name for f in model._meta.concrete_fields}
    contact = [name for name in ("contact_name", "contact_phone") if name in known]
    yield from (
        model._default_manager.filter(division_id__gte=first, division_id__lte=last)
        .order_by("pk")
        .values(*PROVENANCE, "location", *DETAILS[key].values(), *contact, place=F("division_id"))
        .iterator(chunk_size=5000)
    )


def _known_at(row: Mapping[str, Any]) -> datetime | None:
    known = row.get("confirmed_at") or row.get("observed_at")
    return datetime.fromisoformat(known) if isinstance(known, str) else known


def freshness_of(row: Mapping[str, Any], half_life: timedelta, now: datetime) -> float:
    """Return how far a row can still be relied on, from 0 to 1."""
    known = _known_at(row)
    if known is None:
        return UNKNOWN_AGE
    return freshness(known_at=known, now=now, half_life=half_life)


def source_of(label: str, row: Mapping[str, Any]) -> str:
    """Return where a row comes from, in words."""
    at = _known_at(row)
    when = f"，{at.date().isoformat()}" if at else "，时间未注明"
    mark = "，示例数据" if row["synthetic"] else ""
    return f"{label}登记表{when}{mark}"
