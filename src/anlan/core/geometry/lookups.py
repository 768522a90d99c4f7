"""intersects / within / contains / bbox / dwithin: one QuerySet syntax, index-backed on both databases."""

import shapely
from django.db.models import Lookup
from django.db.models.expressions import Col

from anlan.core.geometry.codec import to_geom
from anlan.core.geometry.fields import GeometryField
from anlan.core.geometry.sqlite import metre_scale, rtree_name


class SpatialLookup(Lookup):
    func = None

    def get_prep_lookup(self):
        return self.rhs if hasattr(self.rhs, "resolve_expression") else to_geom(self.rhs)

    def _rhs(self, compiler, connection):
        """SQL, params and bounds (None for an expression such as F() or OuterRef())."""
        if hasattr(self.rhs, "as_sql"):
            sql, params = compiler.compile(self.rhs)
            return sql, list(params), None
        f = self.lhs.output_field
        pg = connection.vendor == "postgresql"
        return ("%s::geometry" if pg else "%s"), [f._adapt(self.rhs, connection)], self.rhs.bounds

    def _rtree(self, connection, bounds, rhs_sql, rhs_params):
        """Candidate filter through the R*Tree; '' where the left side is no indexed column."""
        if not isinstance(self.lhs, Col) or not getattr(self.lhs.target, "spatial_index", False):
            return "", []
        meta, q = self.lhs.target.model._meta, connection.ops.quote_name
        head = f"{q(self.lhs.alias)}.{q(meta.pk.column)} IN (SELECT id FROM {q(rtree_name(meta.db_table, self.lhs.target.column))} WHERE "
        if bounds is None:
            if getattr(self, "pad", 0):
                return "", []
            return (
                head
                + "minx<=ST_MaxX({0}) AND maxx>=ST_MinX({0}) AND miny<=ST_MaxY({0}) AND maxy>=ST_MinY({0})) AND ".format(
                    rhs_sql
                ),
                rhs_params * 4,
            )
        x0, y0, x1, y1 = bounds
        return head + "minx<=%s AND maxx>=%s AND miny<=%s AND maxy>=%s) AND ", [x1, x0, y1, y0]

    def as_sqlite(self, compiler, connection):
        lhs, lp = self.process_lhs(compiler, connection)
        rhs, rp, b = self._rhs(compiler, connection)
        pre, pp = self._rtree(connection, b, rhs, rp)
        return f"({pre}{self.func}({lhs}, {rhs}))", [*pp, *lp, *rp]

    def as_postgresql(self, compiler, connection):
        lhs, lp = self.process_lhs(compiler, connection)
        rhs, rp, _ = self._rhs(compiler, connection)
        return f"{self.func}({lhs}, {rhs})", [*lp, *rp]


@GeometryField.register_lookup
class Intersects(SpatialLookup):
    lookup_name, func = "intersects", "ST_Intersects"


@GeometryField.register_lookup
class Within(SpatialLookup):
    lookup_name, func = "within", "ST_Within"


@GeometryField.register_lookup
class Contains(SpatialLookup):
    lookup_name, func = "contains", "ST_Contains"


@GeometryField.register_lookup
class BBox(SpatialLookup):
    """rhs: geometry or (minx, miny, maxx, maxy)."""

    lookup_name = "bbox"

    def get_prep_lookup(self):
        r = self.rhs
        return (
            shapely.box(*r)
            if isinstance(r, (tuple, list)) and len(r) == 4
            else super().get_prep_lookup()
        )

    def as_sqlite(self, compiler, connection):
        lhs, lp = self.process_lhs(compiler, connection)
        rhs, rp, b = self._rhs(compiler, connection)
        pre, pp = self._rtree(connection, b, rhs, rp)
        if b is not None:  # one callback a row instead of four
            return f"({pre}ST_EnvHits({lhs}, %s, %s, %s, %s))", [*pp, *lp, *b]
        c = "ST_MinX({0})<=ST_MaxX({1}) AND ST_MaxX({0})>=ST_MinX({1}) AND ST_MinY({0})<=ST_MaxY({1}) AND ST_MaxY({0})>=ST_MinY({1})".format(
            lhs, rhs
        )
        return f"({pre}{c})", [
            *pp,
            *[*lp, *rp] * 4,
        ]  # R*Tree boxes are float32, rounded outwards (~1 m): check exactly

    def as_postgresql(self, compiler, connection):
        lhs, lp = self.process_lhs(compiler, connection)
        rhs, rp, _ = self._rhs(compiler, connection)
        c = "ST_XMin({0})<=ST_XMax({1}) AND ST_XMax({0})>=ST_XMin({1}) AND ST_YMin({0})<=ST_YMax({1}) AND ST_YMax({0})>=ST_YMin({1})".format(
            lhs, rhs
        )
        return f"({lhs} && {rhs} AND {c})", [*lp, *rp] * 5  # && compares float32 boxes too


@GeometryField.register_lookup
class DWithin(SpatialLookup):
    """rhs: (geometry, metres)."""

    lookup_name, func = "dwithin", "ST_DWithin"

    def get_prep_lookup(self):
        g, self.pad = self.rhs
        self.rhs = g if hasattr(g, "resolve_expression") else to_geom(g)
        return self.rhs

    @property
    def identity(self):
        return (
            *super().identity,
            self.pad,
        )  # two radii about one geometry are two different lookups

    def _padded(self, b):
        kx, ky = metre_scale(max(abs(b[1]), abs(b[3])))
        dx, dy = self.pad / max(kx, 1) * 1.001, self.pad / ky * 1.001
        return b[0] - dx, b[1] - dy, b[2] + dx, b[3] + dy

    def as_sqlite(self, compiler, connection):
        lhs, lp = self.process_lhs(compiler, connection)
        rhs, rp, b = self._rhs(compiler, connection)
        pre, pp = self._rtree(connection, b and self._padded(b), rhs, rp)
        return f"({pre}ST_DWithin({lhs}, {rhs}, %s))", [*pp, *lp, *rp, self.pad]

    def as_postgresql(self, compiler, connection):
        lhs, lp = self.process_lhs(compiler, connection)
        rhs, rp, b = self._rhs(compiler, connection)
        pre, pp = "", []
        if b:
            pre, pp = (
                f"{lhs} && ST_MakeEnvelope(%s,%s,%s,%s,{self.lhs.output_field.srid}) AND ",
                [*lp, *self._padded(b)],
            )
        return f"({pre}ST_DWithin({lhs}::geography, {rhs}::geography, %s))", [
            *pp,
            *lp,
            *rp,
            self.pad,
        ]
