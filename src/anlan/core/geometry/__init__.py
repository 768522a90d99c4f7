"""Geometry fields for plain Django: GeoPackage blobs and an R*Tree on SQLite, PostGIS on PostgreSQL.

Values are Shapely geometries in WGS84 longitude-latitude. Lookups: `intersects`, `within`,
`contains`, `bbox`, `dwithin` (metres). The same QuerySet answers the same on both databases.
"""

from anlan.core.geometry.fields import (
    GeometryField,
    LineStringField,
    MultiPolygonField,
    PointField,
    PolygonField,
)

__all__ = [
    "GeometryField",
    "LineStringField",
    "MultiPolygonField",
    "PointField",
    "PolygonField",
]
