"""What each part of a package holds. These classes document the JSON of `PackagePart.content`.

Every number is a `Figure`: `{"value", "unit", "source"}`, with `low` and `high` where it is
uncertain, `to_confirm` where its ground is 待确认. Areas are GeoJSON geometries (WGS 84), points
are `lon` and `lat`. `plain` turns any of these into values for JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

    from anlan.command.types import Fact
    from anlan.forecast.types import Assumption, Figure, Isoline

__all__ = [
    "Alternative",
    "ClosurePoint",
    "ClosuresContent",
    "Condition",
    "Consignment",
    "District",
    "ExposureContent",
    "FacilityRow",
    "ForecastContent",
    "HospitalRow",
    "HospitalsContent",
    "LevelContent",
    "NeedRow",
    "Part",
    "ReportContent",
    "ShelterRow",
    "SheltersContent",
    "Signal",
    "SuppliesContent",
    "TaskRow",
    "TasksContent",
    "UnitRow",
    "UnitsContent",
    "WarningContent",
    "Zone",
    "ZonePeople",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part as it is proposed."""

    kind: str
    content: Any
    reasons: tuple[str, ...] = ()
    shortfalls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """An area of the forecast. `envelope` is what may be hit over the uncertain inputs."""

    key: str
    label: str
    threshold: Figure
    area_km2: Figure
    figures: Mapping[str, Figure]
    polygon: BaseGeometry
    envelope: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """What a forecast says for one division, and the signal that the table proposes for it."""

    code: str
    name: str
    figures: Mapping[str, Figure]
    signal: str = ""
    colour: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastContent:
    """`forecast`: model, areas (the worst first), numbers by Chinese title, what was assumed.

    `isolines` draw a field; nobody is counted by them.
    """

    model: str
    version: str
    title: str
    lon: float
    lat: float
    zones: tuple[Zone, ...]
    figures: Mapping[str, Figure]
    districts: tuple[District, ...] = ()
    isolines: tuple[Isoline, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityRow:
    """A facility inside an area; `sure` False: only inside the envelope."""

    zone: str
    kind: str
    kind_name: str
    id: int
    name: str
    lon: float
    lat: float
    sure: bool
    people: Figure | None
    contact: str
    source: str
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonePeople:
    """People and counts of facilities inside one area."""

    key: str
    label: str
    people: Figure
    counts: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureContent:
    """`exposure`: who and what lies inside; the most important facilities are named."""

    zones: tuple[ZonePeople, ...]
    facilities: tuple[FacilityRow, ...]
    roads_km: Figure | None = None
    road_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition of the plan that is met."""

    text: str
    clause: str
    to_confirm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelContent:
    """`level`: the plan, the proposed response level, who decides, and the metrics judged."""

    plan: str
    plan_title: str
    plan_version: str
    example: bool
    level: int | None
    level_name: str
    decider: str
    leader: str
    expected_hours: float | None
    summary: str
    conditions: tuple[Condition, ...]
    metrics: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task of the plan with its owner found in the register and its moment."""

    key: str
    title: str
    text: str
    phase: str
    owner_post: str
    owner_name: str
    unit_id: int | None
    unit: str
    person: str
    phone: str
    offset_min: float
    due_at: datetime
    depends_on: tuple[str, ...]
    receipt_required: bool
    channel: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksContent:
    """`tasks`: what the plan asks of whom, by when."""

    plan: str
    level: int | None
    tasks: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """What is needed of a kind and how much of it is met."""

    kind: str
    name: str
    quantity: Figure
    met: Figure
    unit: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit that is proposed: what it brings, when it arrives, and why it."""

    record: str
    id: int
    name: str
    base: str
    lon: float
    lat: float
    contact: str
    brings: tuple[tuple[str, float], ...]
    eta_min: Figure
    distance_km: Figure | None
    freshness: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Something passed over, and why."""

    id: int
    name: str
    reason: str
    lon: float
    lat: float
    need: str = ""
    eta_min: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsContent:
    """`units`: where they gather, who goes, who could have gone."""

    staging_lon: float
    staging_lat: float
    units: tuple[UnitRow, ...]
    needs: tuple[NeedRow, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalRow:
    """A hospital and how many it is asked to take."""

    id: int
    name: str
    level: str
    lon: float
    lat: float
    serious: Figure
    minor: Figure
    free_beds: Figure
    eta_min: Figure
    specialties: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalsContent:
    """`hospitals`: how many to prepare for, who takes them."""

    serious: Figure
    minor: Figure
    specialties: tuple[str, ...]
    hospitals: tuple[HospitalRow, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterRow:
    """A shelter and how many go there."""

    id: int
    name: str
    lon: float
    lat: float
    people: Figure
    room: Figure
    distance_km: Figure
    by_bus: Figure
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheltersContent:
    """`shelters`: who must move, where to."""

    people: Figure
    unplaced: Figure
    by_bus: Figure
    buses: Figure
    shelters: tuple[ShelterRow, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """So much of an item from one warehouse to one place."""

    item: str
    name: str
    stock_id: int
    warehouse: str
    place: str
    quantity: Figure
    eta_min: Figure
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliesContent:
    """`supplies`: needs by norm and plan, what comes whence."""

    people: Figure
    days: int
    needs: tuple[NeedRow, ...]
    consignments: tuple[Consignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosurePoint:
    """Where a road is closed."""

    road: str
    road_class: str
    side: str
    lon: float
    lat: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosuresContent:
    """`closures`: where traffic is stopped, and what the plan closes besides."""

    zone: str
    points: tuple[ClosurePoint, ...]
    small_roads: Figure
    inside_km: Figure
    road_names: tuple[str, ...]
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A proposed warning signal for one division."""

    code: str
    name: str
    hazard: str
    colour: str
    colour_name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningContent:
    """`warning`: the draft of a warning; `colour` empty: a forecaster or leader must decide."""

    hazard: str
    event_code: str
    colour: str
    colour_name: str
    issuer: str
    what: str
    headline: str
    text: str
    instruction: str
    short: str
    onset: datetime
    expires: datetime
    area_text: str
    areas: tuple[tuple[str, str], ...]
    polygon: BaseGeometry | None
    signals: tuple[Signal, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """`report`: the first report (初报) in words, and the facts behind it, each with its source."""

    title: str
    text: str
    facts: tuple[Fact, ...]
    missing: tuple[str, ...] = ()
