"""Geometry fields for plain Django: Shapely values, WGS84 longitude-latitude.

On SQLite a value is a GeoPackage blob and an R*Tree is the index; on PostgreSQL it is a PostGIS
geometry and a GiST index. The same QuerySet runs on both, without GDAL, GEOS bindings of Django
or SpatiaLite::

    Site.objects.filter(location__intersects=polygon)        # also within, contains, bbox
    Site.objects.filter(location__dwithin=(point, 500))      # metres

A value may be a Shapely geometry, GeoJSON (text or dict), WKT, WKB or a pair (lon, lat).

Limits, each for a reason:

- rows with a geometry cannot be written from a bare sqlite3 shell, because the triggers of the
  index call Python functions; reading works. `PRAGMA trusted_schema=OFF` must not be set;
- the R*Tree is keyed by rowid: keep BigAutoField primary keys, and single-table models;
- a migration that changes geometry after a table was remade in the same run must call
  `ensure_indexes` first;
- the metres of `dwithin` are a local approximation on SQLite (relative error 1e-7 within 0.1
  degree, 3e-6 within 0.5, 3e-5 within 1.5) and geodesic on PostgreSQL;
- an invalid geometry surfaces as an SQL error: run `shapely.make_valid` on import. Forms and
  `full_clean()` refuse it;
- `dwithin` against F() or OuterRef() cannot use the index on SQLite;
- table and trigger names that begin with `rtree_` are ours.
"""

from anlan.core.geometry.codec import to_geometry
from anlan.core.geometry.fields import (
    GeometryField,
    LineStringField,
    MultiPolygonField,
    PointField,
)
from anlan.core.geometry.metric import metre_scale

__all__ = [
    "GeometryField",
    "LineStringField",
    "MultiPolygonField",
    "PointField",
    "metre_scale",
    "to_geometry",
]
