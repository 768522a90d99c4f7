"""Measures and conversions for annotate() and aggregate(). Lengths in metres, areas in m²."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, FloatField, Func, TextField, Value

from anlan.core.geometry.codec import SRID, to_geometry
from anlan.core.geometry.fields import GeometryField

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

__all__ = ["Area", "AsGeoJSON", "Centroid", "Distance", "GeometryValue", "Length", "Union"]


class GeometryValue(Value):
    """A geometry as a parameter of a function."""

    def __init__(self, geometry: Any, srid: int = SRID) -> None:
        super().__init__(to_geometry(geometry), output_field=GeometryField(srid=srid))

    def as_postgresql(
        self, _compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_kw: Any
    ) -> tuple[str, list[Any]]:
        """Return a parameter with its type, which a function call would not infer."""
        field = self.output_field
        assert isinstance(field, GeometryField)  # noqa: S101 - set in the constructor
        return "%s::geometry", [field.adapt(self.value, connection)]


class _Geodetic(Func):
    """On PostgreSQL the arguments are cast to geography, so that the result is in metres."""

    output_field = FloatField()

    def as_postgresql(
        self, compiler: SQLCompiler, _connection: BaseDatabaseWrapper, **_kw: Any
    ) -> tuple[str, list[Any]]:
        """Return the call with every argument as geography."""
        parts: list[str] = []
        params: list[Any] = []
        for expression in self.get_source_expressions():
            sql, more = compiler.compile(expression)
            parts.append(f"{sql}::geography")
            params += more
        return f"{self.function}({', '.join(parts)})", params


class Distance(_Geodetic):
    """Metres between a geometry column and a geometry or another column."""

    function = "ST_Distance"
    arity = 2

    def __init__(self, expression: Any, geometry: Any, **extra: Any) -> None:
        is_expression = hasattr(geometry, "resolve_expression")
        super().__init__(
            expression, geometry if is_expression else GeometryValue(geometry), **extra
        )


class Area(_Geodetic):
    """Square metres."""

    function = "ST_Area"
    arity = 1


class Length(_Geodetic):
    """Metres along a line; 0 for a polygon on PostgreSQL."""

    function = "ST_Length"
    arity = 1


class AsGeoJSON(Func):
    """GeoJSON text."""

    function = "ST_AsGeoJSON"
    arity = 1
    output_field = TextField()


class Centroid(Func):
    """The point in the middle."""

    function = "ST_Centroid"
    arity = 1
    output_field = GeometryField()


class Union(Aggregate):
    """All geometries of a group in one."""

    function = "ST_Union"
    name = "GeometryUnion"
    output_field = GeometryField()
