"""Whole columns of geometry as NumPy arrays: for analysis over thousands of rows, where one object a row through the ORM is the cost."""

import numpy as np
import shapely
from django.db import connections

from anlan.core.geometry.codec import wkb_offset


def geometry_array(qs, field="geom"):
    """(primary keys, geometries) of a QuerySet; rows without a geometry are left out. Parses all WKB in one call."""
    sql, params = (
        qs.exclude(**{f"{field}__isnull": True})
        .order_by()
        .values_list("pk", field)
        .query.sql_with_params()
    )
    conn = connections[qs.db]
    with conn.cursor() as c:
        c.execute(sql, params)
        rows = c.fetchall()
    if not rows:
        return np.empty(0, "i8"), np.empty(0, object)
    wkb = (
        [r[1] for r in rows]
        if conn.vendor == "postgresql"
        else [r[1][wkb_offset(r[1]) :] for r in rows]
    )
    return np.fromiter((r[0] for r in rows), "i8", len(rows)), shapely.from_wkb(wkb)
