"""What the engine must know: the situation, and the facts of the city. Filled by selectors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from anlan.core.dictionaries import Row
    from anlan.forecast.districts import District
    from anlan.forecast.exposure import Facility, PeopleGrid
    from anlan.forecast.setting import RoadLines
    from anlan.forecast.types import Place
    from anlan.plans.types import Plan
    from anlan.support.supplies.rules import ReliefNorm
    from anlan.support.transport.network import RoadNetwork

__all__ = ["CityFacts", "PostHolder", "Situation", "StockRecord", "UnitRecord"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What has happened, as far as it is known. A figure that is None is not known."""

    title: str
    event_code: str
    event_name: str
    place: Place
    occurred_at: datetime
    reported_at: datetime
    now: datetime
    figures: Mapping[str, int | None] = field(default_factory=dict)
    figures_source: str = "接报"
    scenario: Mapping[str, Any] = field(default_factory=dict)
    weather: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""
    division_name: str = ""
    grade: int | None = None

    @property
    def where(self) -> str:
        """Return the place with its division, named once."""
        if self.place.name.startswith(self.division_name):
            return self.place.name
        return f"{self.division_name}{self.place.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRecord:
    """A response unit of the register."""

    id: int
    name: str
    base: str
    kind: str
    lon: float
    lat: float
    available: bool
    status: str
    turnout_s: float
    seats: int
    freshness: float
    source: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRecord:
    """What a warehouse holds of one item and has not promised."""

    id: int
    item: str
    warehouse_id: int
    warehouse: str
    lon: float
    lat: float
    free: float
    unit: str
    freshness: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHolder:
    """Who holds a post of the plans, where."""

    code: str
    division: str
    unit_id: int | None
    unit: str
    person: str
    phone: str
    on_duty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CityFacts:
    """Everything the register and the city pack know that a package may need."""

    people: PeopleGrid | None = None
    network: RoadNetwork | None = None
    roads: RoadLines | None = None
    path: Path | None = None
    """Folder of the city pack, for models that read terrain and rivers."""
    districts: tuple[District, ...] = ()
    facilities: tuple[Facility, ...] = ()
    pipes: tuple[Facility, ...] = ()
    """Registered pipes, each with its route."""
    units: tuple[UnitRecord, ...] = ()
    stocks: tuple[StockRecord, ...] = ()
    posts: tuple[PostHolder, ...] = ()
    plans: tuple[Plan, ...] = ()
    norms: tuple[ReliefNorm, ...] = ()
    signals: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """District code → the table of warning signals in force there; absent: as published."""
    post_names: Mapping[str, str] = field(default_factory=dict)
    resource_names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Resource kind → name and unit."""
    kind_names: Mapping[str, str] = field(default_factory=dict)
    """Kind of facility → Chinese name."""
    specialty_names: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    """What could not be loaded, in words."""

    def of_kind(self, kind: str) -> tuple[Facility, ...]:
        """Return the facilities of one kind."""
        return tuple(f for f in self.facilities if f.kind == kind)
