from django.db.models import Aggregate, FloatField, Func, TextField, Value

from anlan.core.geometry.codec import to_geom
from anlan.core.geometry.fields import GeometryField


class GeomValue(Value):
    def __init__(self, g, srid=4326):
        super().__init__(to_geom(g), output_field=GeometryField(srid=srid))

    def as_postgresql(self, compiler, connection):
        return "%s::geometry", [self.output_field._adapt(self.value, connection)]


class _Geodetic(Func):
    output_field = FloatField()

    def as_postgresql(self, compiler, connection, **kw):
        args, params = [], []
        for e in self.get_source_expressions():
            s, p = compiler.compile(e)
            args.append(f"{s}::geography")
            params += p
        return f"{self.function}({', '.join(args)})", params


class Distance(_Geodetic):
    function, arity = "ST_Distance", 2

    def __init__(self, expr, g, **kw):
        super().__init__(expr, g if hasattr(g, "resolve_expression") else GeomValue(g), **kw)


class Area(_Geodetic):
    function, arity = "ST_Area", 1


class Length(_Geodetic):
    function, arity = "ST_Length", 1


class AsGeoJSON(Func):
    function, arity, output_field = "ST_AsGeoJSON", 1, TextField()


class Centroid(Func):
    function, arity, output_field = "ST_Centroid", 1, GeometryField()


class Union(Aggregate):
    function, name, output_field = "ST_Union", "GeoUnion", GeometryField()
