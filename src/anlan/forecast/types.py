"""What a forecast is made of: figures with a source, places, footprints. No Django here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anlan.core.numerals import written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

__all__ = [
    "Assumption",
    "Figure",
    "Footprint",
    "Forecast",
    "Frame",
    "Isoline",
    "Mark",
    "Place",
    "Series",
    "Table",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number with its unit, its source and, where it is uncertain, its range.

    `sign` matters where the figure bounds an area: which side of it lies inside.
    """

    value: float | str | None
    unit: str
    source: str
    low: float | None = None
    high: float | None = None
    note: str = ""
    to_confirm: bool = False
    sign: str = "≥"

    def as_dict(self) -> dict[str, Any]:
        """Return the figure for JSON; what is not known is left out."""
        found: dict[str, Any] = {"value": self.value, "unit": self.unit, "source": self.source}
        if self.low is not None or self.high is not None:
            found["low"], found["high"] = self.low, self.high
        if self.note:
            found["note"] = self.note
        if self.to_confirm:
            found["to_confirm"] = True
        if self.sign != "≥":
            found["sign"] = self.sign
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """An input that nobody entered: what was taken instead, and on what ground."""

    field: str
    title: str
    value: float | str
    unit: str
    basis: str

    @property
    def text(self) -> str:
        """Say it in a sentence for the officer who reads the result."""
        value = written(self.value) if isinstance(self.value, float) else self.value
        return f"{self.title}未填，按 {value}{self.unit} 计（{self.basis}）"

    def as_dict(self) -> dict[str, Any]:
        """Return the assumption for JSON."""
        return {
            "field": self.field,
            "title": self.title,
            "value": self.value,
            "unit": self.unit,
            "source": f"谨慎默认：{self.basis}",
            "basis": self.basis,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it happens: longitude and latitude in degrees (WGS 84)."""

    lon: float
    lat: float
    name: str = ""
    division: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """An area in which a threshold is met.

    `area` is the likeliest reading, `envelope` the union over the uncertain inputs: what may be
    hit. Both are in longitude and latitude. `members` holds one area per tried input, in the
    order of the forecast's `members`, for ranges of what lies inside. `present` is who is inside
    by the model itself, where residents say nothing: a crowd.
    """

    key: str
    label: str
    threshold: Figure
    area: BaseGeometry
    envelope: BaseGeometry
    figures: Mapping[str, Figure] = field(default_factory=dict)
    members: tuple[BaseGeometry, ...] = ()
    present: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How far things have come after some minutes: the area of each footprint, by its key."""

    minutes: float
    areas: Mapping[str, BaseGeometry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values over time, with their range where the input is uncertain."""

    key: str
    label: str
    unit: str
    minutes: tuple[float, ...]
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A point on the map with a word: a tank that catches fire, a substation that fails.

    `minutes` says from when it is shown; `state` colours it: `danger`, `watch` or `fact`.
    """

    lon: float
    lat: float
    label: str
    state: str = "fact"
    minutes: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of figures under headings, such as damage by class of building."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | Figure, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isoline:
    """Along which a computed field has this value: drawn on the map, nobody is counted by it."""

    label: str
    value: Figure
    line: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a model says: areas (the most severe first), figures, rows, and its limits.

    `frames`, `series`, `tables` and `marks` are what the page shows over time and besides the
    areas; their minutes count from `starts_at`, or from the moment of the run where that is None.
    `summary` says it in plain words, the soonest first; `uncertainty` names the input
    that matters most, `would_change` what would turn the picture.
    `isolines` show a field as it varies; what counts are the footprints.
    """

    model: str
    version: str
    title: str
    footprints: tuple[Footprint, ...]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    rows: tuple[Mapping[str, Any], ...] = ()
    isolines: tuple[Isoline, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    reasons: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    shortfalls: tuple[str, ...] = ()
    starts_at: datetime | None = None
    frames: tuple[Frame, ...] = ()
    series: tuple[Series, ...] = ()
    tables: tuple[Table, ...] = ()
    marks: tuple[Mark, ...] = ()
    summary: tuple[str, ...] = ()
    uncertainty: str = ""
    would_change: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Return the model and its version, as the source of every number taken from it."""
        return f"{self.title} {self.version}"

    def footprint(self, key: str) -> Footprint | None:
        """Return the area called `key`, if the model gave it."""
        return next((f for f in self.footprints if f.key == key), None)
