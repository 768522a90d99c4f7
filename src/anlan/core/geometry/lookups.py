"""intersects, within, contains, bbox, dwithin: one QuerySet, an index behind it on both databases.

On SQLite a lookup is `pk IN (candidates of the R*Tree) AND exact predicate`. Boxes of the R*Tree
and PostGIS's `&&` are 32-bit floats rounded outwards, so `bbox` checks exactly on both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from django.db.models import Lookup
from django.db.models.expressions import Col

from anlan.core.geometry.codec import to_geometry
from anlan.core.geometry.fields import GeometryField
from anlan.core.geometry.metric import padded
from anlan.core.geometry.rtree import column_of, rtree_name

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    BaseLookup = Lookup[Any]
else:
    BaseLookup = Lookup

__all__ = ["BBox", "Contains", "DWithin", "Intersects", "Within"]

Bounds = tuple[float, float, float, float]
Sql = tuple[str, list[Any]]

SQLITE = ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")
POSTGIS = ("ST_XMin", "ST_XMax", "ST_YMin", "ST_YMax")
OVERLAP = "minx<={x1} AND maxx>={x0} AND miny<={y1} AND maxy>={y0}"


def _corners(sql: str) -> dict[str, str]:
    """Return the four functions that read the envelope of an SQL expression on SQLite."""
    names = {"x0": "ST_MinX", "x1": "ST_MaxX", "y0": "ST_MinY", "y1": "ST_MaxY"}
    return {corner: f"{name}({sql})" for corner, name in names.items()}


class SpatialLookup(BaseLookup):
    """A predicate between a geometry column and a geometry or an expression."""

    function = ""

    def get_prep_lookup(self) -> Any:
        """Return the right-hand side as a geometry."""
        if hasattr(self.rhs, "resolve_expression"):
            return self.rhs
        return to_geometry(self.rhs)

    def right(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any], Bounds | None]:
        """Return SQL, parameters and bounds; no bounds for F() or OuterRef()."""
        if hasattr(self.rhs, "as_sql"):
            sql, params = compiler.compile(self.rhs)
            return sql, list(params), None
        field = self.lhs.output_field
        placeholder = "%s::geometry" if connection.vendor == "postgresql" else "%s"
        return placeholder, [field.adapt(self.rhs, connection)], self.rhs.bounds

    def candidates(
        self, connection: BaseDatabaseWrapper, bounds: Bounds | None, right: str, params: list[Any]
    ) -> Sql:
        """Return the filter through the R*Tree; nothing where the left side has no index."""
        if not isinstance(self.lhs, Col) or not getattr(self.lhs.target, "spatial_index", False):
            return "", []
        meta, quote = self.lhs.target.model._meta, connection.ops.quote_name
        key = f"{quote(self.lhs.alias or meta.db_table)}.{quote(column_of(meta.pk))}"
        tree = quote(rtree_name(meta.db_table, column_of(self.lhs.target)))
        head = f"{key} IN (SELECT id FROM {tree} WHERE "  # noqa: S608 - names of our own models
        if bounds is not None:
            x0, y0, x1, y1 = bounds
            window = OVERLAP.format(x0="%s", y0="%s", x1="%s", y1="%s")
            return f"{head}{window}) AND ", [x1, x0, y1, y0]
        window = OVERLAP.format(**_corners(right))
        return f"{head}{window}) AND ", params * 4

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        """Return candidates and predicate."""
        left, left_params = self.process_lhs(compiler, connection)
        right, params, bounds = self.right(compiler, connection)
        filtered, filter_params = self.candidates(connection, bounds, right, params)
        sql = f"({filtered}{self.function}({left}, {right}))"
        return sql, [*filter_params, *left_params, *params]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        """Return the predicate; PostGIS finds its index by itself."""
        left, left_params = self.process_lhs(compiler, connection)
        right, params, _bounds = self.right(compiler, connection)
        return f"{self.function}({left}, {right})", [*left_params, *params]


@GeometryField.register_lookup
class Intersects(SpatialLookup):
    """Share at least one point."""

    lookup_name = "intersects"
    function = "ST_Intersects"


@GeometryField.register_lookup
class Within(SpatialLookup):
    """Lie inside, as DE-9IM has it: a point on the edge is not inside."""

    lookup_name = "within"
    function = "ST_Within"


@GeometryField.register_lookup
class Contains(SpatialLookup):
    """Hold the other inside."""

    lookup_name = "contains"
    function = "ST_Contains"


@GeometryField.register_lookup
class BBox(SpatialLookup):
    """Envelopes overlap. Takes a geometry or (minx, miny, maxx, maxy)."""

    lookup_name = "bbox"

    def get_prep_lookup(self) -> Any:
        """Return the window as a geometry."""
        if isinstance(self.rhs, tuple | list) and len(self.rhs) == 4:
            return shapely.box(*self.rhs)
        return super().get_prep_lookup()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        """Return candidates and the exact comparison, in one callback a row where possible."""
        left, left_params = self.process_lhs(compiler, connection)
        right, params, bounds = self.right(compiler, connection)
        filtered, filter_params = self.candidates(connection, bounds, right, params)
        if bounds is not None:
            sql = f"({filtered}ST_EnvHits({left}, %s, %s, %s, %s))"
            return sql, [*filter_params, *left_params, *bounds]
        sql = f"({filtered}{_overlap(left, right, SQLITE)})"
        return sql, [*filter_params, *[*left_params, *params] * 4]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        """Return the index operator and the exact comparison."""
        left, left_params = self.process_lhs(compiler, connection)
        right, params, _bounds = self.right(compiler, connection)
        sql = f"({left} && {right} AND {_overlap(left, right, POSTGIS)})"
        return sql, [*left_params, *params] * 5


def _overlap(left: str, right: str, names: tuple[str, str, str, str]) -> str:
    min_x, max_x, min_y, max_y = names
    return (
        f"{min_x}({left})<={max_x}({right}) AND {max_x}({left})>={min_x}({right})"
        f" AND {min_y}({left})<={max_y}({right}) AND {max_y}({left})>={min_y}({right})"
    )


@GeometryField.register_lookup
class DWithin(SpatialLookup):
    """Lie within a distance. Takes (geometry, metres)."""

    lookup_name = "dwithin"
    function = "ST_DWithin"
    metres: float

    def get_prep_lookup(self) -> Any:
        """Split geometry and radius."""
        geometry, self.metres = self.rhs
        if hasattr(geometry, "resolve_expression"):
            self.rhs = geometry
        else:
            self.rhs = to_geometry(geometry)
        return self.rhs

    @property
    def identity(self) -> tuple[Any, ...]:
        """Two radii about one geometry are two lookups."""
        return (*super().identity, self.metres)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        """Return candidates in the padded window, and the exact distance."""
        left, left_params = self.process_lhs(compiler, connection)
        right, params, bounds = self.right(compiler, connection)
        filtered: str = ""
        filter_params: list[Any] = []
        if bounds is not None:  # else the radius in degrees is unknown before the row is read
            window = padded(bounds, self.metres)
            filtered, filter_params = self.candidates(connection, window, right, params)
        sql = f"({filtered}ST_DWithin({left}, {right}, %s))"
        return sql, [*filter_params, *left_params, *params, self.metres]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        """Return the index operator on the padded window, and the geodesic distance."""
        left, left_params = self.process_lhs(compiler, connection)
        right, params, bounds = self.right(compiler, connection)
        filtered: str = ""
        filter_params: list[Any] = []
        if bounds is not None:
            srid = self.lhs.output_field.srid
            filtered = f"{left} && ST_MakeEnvelope(%s,%s,%s,%s,{srid}) AND "
            filter_params = [*left_params, *padded(bounds, self.metres)]
        sql = f"({filtered}ST_DWithin({left}::geography, {right}::geography, %s))"
        return sql, [*filter_params, *left_params, *params, self.metres]
