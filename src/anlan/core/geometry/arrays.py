"""Whole columns of geometry as arrays.

For work over thousands of rows, where making one object a row is what costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from django.db import connections

from anlan.core.geometry.codec import wkb_offset

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from numpy.typing import NDArray

__all__ = ["geometry_array"]


def geometry_array(
    queryset: QuerySet[Any], field: str = "location"
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the primary keys and geometries of the rows that have a geometry."""
    rows_wanted = queryset.exclude(**{f"{field}__isnull": True}).order_by().values_list("pk", field)
    sql, params = rows_wanted.query.sql_with_params()
    connection = connections[queryset.db]
    # Past from_db_value, so that all WKB is parsed in one call.
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    if not rows:
        return np.empty(0, np.int64), np.empty(0, object)
    if connection.vendor == "postgresql":
        wkb = [row[1] for row in rows]
    else:
        wkb = [row[1][wkb_offset(row[1]) :] for row in rows]
    keys = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    return keys, shapely.from_wkb(np.array(wkb, dtype=object))
