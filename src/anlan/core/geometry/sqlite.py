"""SQL functions (Shapely-backed) and R*Tree upkeep for SQLite; follows the GeoPackage rtree extension's table and trigger names."""

import math

import shapely

from anlan.core.geometry.codec import decode, encode, envelope, point_xy, prepared

A, E2 = 6378137.0, 0.0066943799901413165


def metre_scale(lat):
    """Metres per degree of (lon, lat) at a latitude on the WGS84/CGCS2000 ellipsoid."""
    s = math.sin(math.radians(lat))
    w = 1 - E2 * s * s
    return math.radians(1) * A * math.cos(math.radians(lat)) / math.sqrt(w), math.radians(1) * A * (
        1 - E2
    ) / w**1.5


def _pred(name, xy=None):
    f = getattr(shapely, name)

    def fn(a, b):
        if a is None or b is None:
            return None
        g = prepared(b)  # argument 2 is the query geometry
        if xy is not None:
            p = point_xy(a)
            if p is not None:
                return int(xy(g, p[0], p[1]))
        return int(f(g, decode(a)))

    return fn


def _to_metric(g, lat0):
    kx, ky = metre_scale(lat0)
    return shapely.transform(g, lambda c: c * (kx, ky))


_metric_cache = {}


def st_distance(a, b):
    """Metres in a local projection about the query geometry (city scale: error < 0.1 % inside ~50 km)."""
    if a is None or b is None:
        return None
    e = _metric_cache.get(b)
    if e is None:
        g = decode(b)
        lat0 = (g.bounds[1] + g.bounds[3]) / 2
        if len(_metric_cache) > 64:
            _metric_cache.clear()
        q = point_xy(b)
        e = _metric_cache[b] = (_to_metric(g, lat0), lat0, q)
    m, lat0, q = e
    p = point_xy(a)
    if p is not None:
        kx, ky = metre_scale((lat0 + p[1]) / 2) if q else metre_scale(lat0)
        if q:
            return math.hypot((p[0] - q[0]) * kx, (p[1] - q[1]) * ky)
        return shapely.distance(m, shapely.Point(p[0] * kx, p[1] * ky))
    return float(shapely.distance(m, _to_metric(decode(a), lat0)))


def _env(i):
    def fn(b):
        e = envelope(b) if b is not None else None
        return e[i] if e else None

    return fn


def _env_hits(b, x0, y0, x1, y1):
    e = envelope(b) if b is not None else None
    return (
        None
        if e is None or x0 is None
        else int(e[0] <= x1 and e[1] >= x0 and e[2] <= y1 and e[3] >= y0)
    )


def _measure(attr):
    def fn(b):
        if b is None:
            return None
        g = decode(b)
        return float(getattr(_to_metric(g, (g.bounds[1] + g.bounds[3]) / 2), attr))

    return fn


class _Collect:
    def __init__(self):
        self.items = []

    def step(self, b):
        if b is not None:
            self.items.append(decode(b))

    def finalize(self):
        return encode(shapely.union_all(self.items)) if self.items else None


def register(conn):
    """conn: a sqlite3.Connection."""
    f = lambda n, k, fn: conn.create_function(n, k, fn, deterministic=True)
    for i, n in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):
        f(n, 1, _env(i))
    f("ST_EnvHits", 5, _env_hits)
    f("ST_IsEmpty", 1, lambda b: None if b is None else int(bool(b[3] & 16)))
    f("ST_Intersects", 2, _pred("intersects", shapely.intersects_xy))
    f("ST_Within", 2, _pred("contains", shapely.contains_xy))  # a within b == b contains a
    f("ST_Contains", 2, _pred("within"))
    f("ST_Distance", 2, st_distance)
    f(
        "ST_DWithin",
        3,
        lambda a, b, d: None if a is None or b is None else int(st_distance(a, b) <= d),
    )
    f("ST_AsGeoJSON", 1, lambda b: None if b is None else shapely.to_geojson(decode(b)))
    f("ST_Centroid", 1, lambda b: None if b is None else encode(decode(b).centroid))
    f("ST_Area", 1, _measure("area"))
    f("ST_Length", 1, _measure("length"))
    conn.create_aggregate("ST_Union", 1, _Collect)


def rtree_name(table, column):
    return f"rtree_{table}_{column}"


def drop_stale(cursor, wanted):
    """A renamed table or column keeps its old triggers and they go on writing to the old index: remove both."""
    keep = {rtree_name(t, c) for t, c in wanted}
    rows = cursor.execute(
        "SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE 'rtree!_%%' ESCAPE '!'",
        [],
    ).fetchall()
    for (n,) in rows:
        r, _, kind = n.rpartition("_")
        if kind in ("insert", "update", "delete") and r not in keep:
            cursor.execute(f'DROP TRIGGER IF EXISTS "{n}"')
            cursor.execute(f'DROP TABLE IF EXISTS "{r}"')


def ensure_rtree(cursor, table, pk, column):
    """Create the index and its triggers, and fill it. A table remade by a migration lost its triggers: rebuild then."""
    r = rtree_name(table, column)
    trig = {
        n
        for (n,) in cursor.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=%s", [table]
        ).fetchall()
    }
    if {f"{r}_insert", f"{r}_update", f"{r}_delete"} <= trig:
        return False
    box = "ST_MinX({0}), ST_MaxX({0}), ST_MinY({0}), ST_MaxY({0})"
    cursor.execute(
        f'CREATE VIRTUAL TABLE IF NOT EXISTS "{r}" USING rtree(id, minx, maxx, miny, maxy)'
    )
    cursor.execute(f'DELETE FROM "{r}"')
    cursor.execute(
        f'INSERT INTO "{r}" SELECT "{pk}", {box.format(chr(34) + column + chr(34))} FROM "{table}" '
        f'WHERE "{column}" NOT NULL AND NOT ST_IsEmpty("{column}")'
    )
    nb = box.format(f'NEW."{column}"')
    put = f'INSERT OR REPLACE INTO "{r}" SELECT NEW."{pk}", {nb} WHERE NEW."{column}" NOT NULL AND NOT ST_IsEmpty(NEW."{column}");'
    for n, sql in (
        (f"{r}_insert", f'AFTER INSERT ON "{table}" WHEN NEW."{column}" NOT NULL BEGIN {put} END'),
        (
            f"{r}_update",
            f'AFTER UPDATE ON "{table}" WHEN OLD."{column}" IS NOT NEW."{column}" OR OLD."{pk}" != NEW."{pk}" '
            f'BEGIN DELETE FROM "{r}" WHERE id=OLD."{pk}"; {put} END',
        ),
        (
            f"{r}_delete",
            f'AFTER DELETE ON "{table}" WHEN OLD."{column}" NOT NULL BEGIN DELETE FROM "{r}" WHERE id=OLD."{pk}"; END',
        ),
    ):
        cursor.execute(f'DROP TRIGGER IF EXISTS "{n}"')
        cursor.execute(f'CREATE TRIGGER "{n}" {sql}')
    return True
