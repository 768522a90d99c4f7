"""One row of every record type, from nothing but its declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from django.db import models

from anlan.core.geometry import GeometryField
from kit.leak import NOW

if TYPE_CHECKING:
    from anlan.core.models import Division
    from anlan.core.records.types import RecordType

__all__ = ["row_of"]

PLACE = shapely.Point(117.5, 36.7)
SHAPES: dict[str, Any] = {
    "POINT": PLACE,
    "LINESTRING": shapely.LineString([(117.5, 36.7), (117.51, 36.71)]),
    "MULTILINESTRING": shapely.MultiLineString([[(117.5, 36.7), (117.51, 36.71)]]),
    "POLYGON": PLACE.buffer(0.01),
    "MULTIPOLYGON": shapely.MultiPolygon([PLACE.buffer(0.01)]),
}


def row_of(declared: RecordType, division: Division) -> Any:
    """Return a new row of a type in a division, with what it must refer to beside it."""
    if not declared.has_division:
        return division
    made = _row(declared.model, division)
    made.save()
    return made


def _row(model: type[models.Model], division: Division) -> Any:
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.name == "division":
            values["division"] = division
        elif not (field.primary_key or field.null or field.has_default()):
            values[field.name] = _value(field, division)
    return model(**values)


def _value(field: Any, division: Division) -> Any:
    if isinstance(field, models.ForeignKey):
        other = _row(field.related_model, division)
        other.save()
        return other
    if isinstance(field, GeometryField):
        return SHAPES[field.geom_type.upper()]
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, (models.IntegerField, models.FloatField, models.DecimalField)):
        return 1
    if isinstance(field, models.CharField):
        return "示例"[: field.max_length]
    if isinstance(field, models.DateTimeField):
        return NOW
    raise TypeError(f"no value for {field!r}")
