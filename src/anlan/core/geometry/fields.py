import shapely
from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from anlan.core.geometry.codec import decode, encode, to_geom


class GeometryFormField(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value):
        if not value:
            return None
        try:
            return to_geom(value)
        except Exception as e:
            raise ValidationError("请输入 GeoJSON 或 WKT 几何") from e

    def prepare_value(self, value):
        return value if value is None or isinstance(value, str) else shapely.to_geojson(value)


class GeometryField(models.Field):
    description = "Geometry (lon/lat)"

    def __init__(self, *args, geom_type="Geometry", srid=4326, spatial_index=True, **kw):
        self.geom_type, self.srid, self.spatial_index = geom_type, srid, spatial_index
        super().__init__(*args, **kw)

    def deconstruct(self):
        n, p, a, k = super().deconstruct()
        k.update(geom_type=self.geom_type, srid=self.srid, spatial_index=self.spatial_index)
        return n, p, a, k

    def db_type(self, connection):
        return (
            f"geometry({self.geom_type},{self.srid})"
            if connection.vendor == "postgresql"
            else "BLOB"
        )

    def to_python(self, v):
        try:
            return to_geom(v)
        except Exception as e:
            raise ValidationError(f"invalid geometry: {e}") from e

    def get_prep_value(self, v):
        v = super().get_prep_value(v)
        return v if v is None or hasattr(v, "resolve_expression") else to_geom(v)

    def _typed(self, v):
        """Promote a simple geometry into a Multi* column; refuse any other mismatch."""
        if self.geom_type == "Geometry" or v.geom_type.upper() == self.geom_type.upper():
            return v
        if self.geom_type.upper() == "MULTI" + v.geom_type.upper():
            return {
                "Point": shapely.multipoints,
                "LineString": shapely.multilinestrings,
                "Polygon": shapely.multipolygons,
            }[v.geom_type]([v])
        raise ValueError(f"{self.name}: expected {self.geom_type}, got {v.geom_type}")

    def get_db_prep_value(self, v, connection, prepared=False):
        v = to_geom(v)
        return None if v is None else self._adapt(self._typed(v), connection)

    def validate(self, v, instance):
        """Forms and full_clean(): type, validity and range, as messages and not as a server error."""
        super().validate(v, instance)
        if v is None or v.is_empty:
            return
        try:
            self._typed(v)
        except ValueError as e:
            raise ValidationError(str(e)) from e
        if not shapely.is_valid(v):
            raise ValidationError("几何无效：" + shapely.is_valid_reason(v))
        x0, y0, x1, y1 = v.bounds
        if x0 < -180 or x1 > 180 or y0 < -90 or y1 > 90:
            raise ValidationError("坐标超出经纬度范围，请检查坐标系与经纬度次序")

    def _adapt(self, v, connection):
        if connection.vendor == "postgresql":
            return shapely.to_wkb(shapely.set_srid(v, self.srid), hex=True, include_srid=True)
        return encode(v, self.srid)

    def from_db_value(self, v, expression, connection):
        return None if v is None else shapely.from_wkb(v) if isinstance(v, str) else decode(v)

    def pre_save(self, instance, add):
        """After save() the attribute is a geometry, whatever was assigned (GeoJSON, WKT, a pair)."""
        v = getattr(instance, self.attname)
        if v is not None and not hasattr(v, "resolve_expression"):
            v = to_geom(v)
            setattr(instance, self.attname, v)
        return v

    def value_to_string(self, obj):
        v = to_geom(self.value_from_object(obj))
        return None if v is None else shapely.to_geojson(v)

    def formfield(self, **kw):
        return super().formfield(**{"form_class": GeometryFormField, **kw})


def _alias(name):
    return type(
        f"{name}Field",
        (GeometryField,),
        {
            "__init__": lambda self, *a, **k: GeometryField.__init__(
                self, *a, **{**k, "geom_type": name}
            ),
            "__module__": __name__,
            "description": name,
        },
    )


PointField, LineStringField, PolygonField, MultiPolygonField = map(
    _alias, ("Point", "LineString", "Polygon", "MultiPolygon")
)
