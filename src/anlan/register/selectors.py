"""Reads for analysis and search: whole columns as arrays, facilities in an area, places by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from django.db.models import CharField, F, Value

from anlan.core.models import Division
from anlan.core.permissions import may, restrict
from anlan.core.records.registry import record_type, record_types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.core.models import User

__all__ = ["FacilityArrays", "Place", "facilities_within", "facility_arrays", "search_places"]


@dataclass(frozen=True, slots=True)
class FacilityArrays:
    """One type of record as columns, in the order of the primary key."""

    ids: NDArray[np.int64]
    names: NDArray[np.object_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    attrs: dict[str, NDArray[Any]]
    """Columns asked for: numbers as float64 (unknown as NaN), anything else as objects."""

    def __len__(self) -> int:
        return len(self.ids)


def facility_arrays(key: str, *attrs: str, rows: QuerySet[Any] | None = None) -> FacilityArrays:
    """Return a record type as arrays: identity, name, place, and the fields in `attrs`.

    A line or an area stands at its centroid.

    Parameters
    ----------
    key
        Key of the record type.
    attrs
        Names of fields: `beds_free`, `capabilities`, `division_id`, `station_id`.
    rows
        The rows to take; all of the type where not given.
    """
    declared = record_type(key)
    if declared.geometry is None:
        raise ValueError(f"{key}: the type has no place on the map")
    chosen = declared.model._default_manager.all() if rows is None else rows
    columns = ("pk", "name", declared.geometry.name, *attrs)
    table = list(chosen.order_by("pk").values_list(*columns))
    cells = list(zip(*table, strict=True)) or [() for _ in columns]
    middle = shapely.centroid(np.array(cells[2], dtype=object))
    return FacilityArrays(
        ids=np.array(cells[0], dtype=np.int64),
        names=np.array(cells[1], dtype=object),
        lon=shapely.get_x(middle),
        lat=shapely.get_y(middle),
        attrs={name: _column(values) for name, values in zip(attrs, cells[3:], strict=True)},
    )


def _column(values: Sequence[Any]) -> NDArray[Any]:
    numbers = all(v is None or isinstance(v, (int, float)) for v in values)
    if numbers and not all(isinstance(v, bool) for v in values):
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def facilities_within(key: str, polygon: BaseGeometry, *attrs: str) -> FacilityArrays:
    """Return the records of a type that touch `polygon` (WGS 84), as arrays."""
    declared = record_type(key)
    if declared.geometry is None:
        raise ValueError(f"{key}: the type has no place on the map")
    inside = {f"{declared.geometry.name}__intersects": polygon}
    return facility_arrays(key, *attrs, rows=declared.model._default_manager.filter(**inside))


@dataclass(frozen=True, slots=True)
class Place:
    """Something with a name and a place on the map."""

    name: str
    kind: str
    """Key of the record type."""
    label: str
    """Chinese name of the type."""
    lon: float
    lat: float
    division: str
    """Code of the division."""
    pk: int


def search_places(text: str, user: User, *, limit: int = 20) -> list[Place]:
    """Return places whose name contains `text`: exact ones first, then those that begin with it.

    Divisions are found by name or code all over the city; records only where the account sees
    them.
    """
    text = text.strip()
    if not text or not may(user, "register.view"):
        return []
    parts = [_divisions(text)]
    for declared in record_types():
        if declared.has_division and declared.geometry is not None:
            rows = restrict(
                declared.model._default_manager.order_by(), user, declared.action("view")
            )
            parts.append(
                rows.filter(name__contains=text).values_list(
                    "pk",
                    "name",
                    Value(declared.key, output_field=CharField()),
                    F("division_id"),
                    F(declared.geometry.name),
                )
            )
    first, *others = parts
    found = list(first.union(*(p for p in others if not p.query.is_empty()), all=True)[:500])
    ranked = sorted(found, key=lambda row: (_rank(row[1], text), len(row[1]), row[1]))
    return [place for row in ranked[:limit] if (place := _place(row)) is not None]


def _divisions(text: str) -> QuerySet[Any, Any]:
    places = Division.objects.order_by().exclude(centre=None)
    named = places.filter(code__startswith=text) if text.isdecimal() else None
    return (places.filter(name__contains=text) if named is None else named).values_list(
        "pk", "name", Value("division", output_field=CharField()), F("code"), F("centre")
    )


def _rank(name: str, text: str) -> int:
    return 0 if name == text else 1 if name.startswith(text) else 2


def _place(row: tuple[Any, ...]) -> Place | None:
    pk, name, key, division, geometry = row
    if geometry is None:
        return None
    middle = geometry if geometry.geom_type == "Point" else geometry.centroid
    return Place(name, key, record_type(key).label, middle.x, middle.y, division, pk)
