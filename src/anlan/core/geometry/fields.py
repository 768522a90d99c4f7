"""The model fields. A value is a Shapely geometry, whatever was assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from anlan.core.geometry.codec import SRID, decode, encode, to_geometry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

    Field = models.Field[Any, Any]
else:
    Field = models.Field  # Django's own class takes no type arguments at run time

__all__ = [
    "GeometryField",
    "GeometryFormField",
    "LineStringField",
    "MultiPolygonField",
    "PointField",
]

PROMOTE: dict[str, Callable[[list[Any]], Any]] = {
    "Point": shapely.multipoints,
    "LineString": shapely.multilinestrings,
    "Polygon": shapely.multipolygons,
}


class GeometryFormField(forms.CharField):
    """Geometry as text: GeoJSON or WKT."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """Return the geometry, or None for an empty input."""
        if not value:
            return None
        try:
            return to_geometry(value)
        except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise ValidationError(_("请输入 GeoJSON 或 WKT 格式的几何图形")) from error

    def prepare_value(self, value: Any) -> Any:
        """Return GeoJSON for the input element."""
        return shapely.to_geojson(value) if isinstance(value, BaseGeometry) else value


class GeometryField(Field):
    """Any geometry in longitude and latitude; subclasses fix the type."""

    description = "Geometry (longitude, latitude)"
    empty_strings_allowed = False  # a new row has None, not "", where a geometry is missing
    geom_type = "Geometry"

    def __init__(
        self,
        *args: Any,
        geom_type: str | None = None,
        srid: int = SRID,
        spatial_index: bool = True,
        **kwargs: Any,
    ) -> None:
        self.geom_type = geom_type or type(self).geom_type
        self.srid, self.spatial_index = srid, spatial_index
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Return what a migration needs to make the field again."""
        name, path, args, kwargs = super().deconstruct()
        if self.geom_type != type(self).geom_type:
            kwargs["geom_type"] = self.geom_type
        if self.srid != SRID:
            kwargs["srid"] = self.srid
        if not self.spatial_index:
            kwargs["spatial_index"] = False
        return name, path, args, kwargs

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column type."""
        if connection.vendor == "postgresql":
            return f"geometry({self.geom_type},{self.srid})"
        return "BLOB"

    def to_python(self, value: Any) -> BaseGeometry | None:
        """Return the geometry, or raise ValidationError."""
        try:
            return to_geometry(value)
        except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise ValidationError(_("不是有效的几何图形：%s") % error) from error

    def get_prep_value(self, value: Any) -> Any:
        """Return the geometry, or the expression that stands for it."""
        value = super().get_prep_value(value)
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return to_geometry(value)

    def get_db_prep_value(
        self,
        value: Any,
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: ARG002, FBT001, FBT002 - Django's signature
    ) -> Any:
        """Return what the driver stores."""
        geometry = to_geometry(value)
        if geometry is None:
            return None
        return self.adapt(self._of_own_type(geometry), connection)

    def adapt(self, geometry: BaseGeometry, connection: BaseDatabaseWrapper) -> bytes | str:
        """Return hexadecimal EWKB for PostGIS, a GeoPackage blob elsewhere."""
        if connection.vendor == "postgresql":
            return shapely.to_wkb(
                shapely.set_srid(geometry, self.srid), hex=True, include_srid=True
            )
        return encode(geometry, self.srid)

    def from_db_value(
        self,
        value: Any,
        _expression: Any,
        _connection: BaseDatabaseWrapper,
    ) -> BaseGeometry | None:
        """Return the geometry of a stored value."""
        if value is None:
            return None
        return shapely.from_wkb(value) if isinstance(value, str) else decode(value)

    def _of_own_type(self, geometry: BaseGeometry) -> BaseGeometry:
        """Promote a simple geometry into a Multi* column; refuse any other mismatch."""
        if self.geom_type in {"Geometry", geometry.geom_type}:
            return geometry
        if self.geom_type == f"Multi{geometry.geom_type}":
            promoted: BaseGeometry = PROMOTE[geometry.geom_type]([geometry])
            return promoted
        raise ValueError(f"{self.name}: expected {self.geom_type}, got {geometry.geom_type}")

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse a wrong type, an invalid shape and coordinates that are not degrees."""
        super().validate(value, model_instance)
        if value is None or value.is_empty:
            return
        try:
            self._of_own_type(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if not shapely.is_valid(value):
            raise ValidationError(_("几何图形无效：%s") % shapely.is_valid_reason(value))
        west, south, east, north = value.bounds
        if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
            raise ValidationError(_("坐标超出经纬度范围，请检查坐标系和经纬度的先后次序"))

    def pre_save(
        self,
        model_instance: models.Model,
        add: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> Any:
        """Leave a geometry on the instance, whatever was assigned to it."""
        value = getattr(model_instance, self.attname)
        if value is not None and not hasattr(value, "resolve_expression"):
            value = to_geometry(value)
            setattr(model_instance, self.attname, value)
        return value

    def value_to_string(self, obj: models.Model) -> Any:
        """Return GeoJSON for a fixture."""
        geometry = to_geometry(self.value_from_object(obj))
        return None if geometry is None else shapely.to_geojson(geometry)

    def formfield(self, **kwargs: Any) -> Any:
        """Return the form field."""
        return super().formfield(**{"form_class": GeometryFormField, **kwargs})


class PointField(GeometryField):
    """A point."""

    description = geom_type = "Point"


class LineStringField(GeometryField):
    """A line."""

    description = geom_type = "LineString"


class MultiPolygonField(GeometryField):
    """Polygons; a single one is promoted."""

    description = geom_type = "MultiPolygon"
