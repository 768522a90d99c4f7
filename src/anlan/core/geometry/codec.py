"""Geometry <-> GeoPackage binary (header with envelope + WKB). The envelope makes bbox tests and index triggers cheap."""

import json
import struct
from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

_HEAD = struct.Struct("<2sBBi4d")  # 'GP', version 0, flags, srid, minx maxx miny maxy
_PT = struct.Struct("<dd")
_WKB_POINT = b"\x01\x01\x00\x00\x00"


def to_geom(v, srid=4326):
    """Anything a user may hand in -> Shapely geometry (or None)."""
    if v is None or isinstance(v, BaseGeometry):
        return v
    if isinstance(v, (bytes, bytearray, memoryview)):
        v = bytes(v)
        return decode(v) if v[:2] == b"GP" else shapely.from_wkb(v)
    if isinstance(v, dict):
        return shapely.from_geojson(json.dumps(v.get("geometry", v)))
    if isinstance(v, str):
        s = v.strip()
        return (
            shapely.from_geojson(s)
            if s[:1] == "{"
            else shapely.from_wkt(s.split(";", 1)[-1])
            if s[:2] not in ("00", "01")
            else shapely.from_wkb(s)
        )
    if isinstance(v, (tuple, list)) and len(v) == 2:
        return shapely.Point(v)
    raise TypeError(f"not a geometry: {type(v).__name__}")


def encode(g, srid=4326):
    if g is None:
        return None
    if g.is_empty:
        return struct.pack("<2sBBi", b"GP", 0, 0b00010001, srid) + shapely.to_wkb(
            g, byte_order=1, flavor="iso"
        )
    minx, miny, maxx, maxy = g.bounds
    return _HEAD.pack(b"GP", 0, 0b00000011, srid, minx, maxx, miny, maxy) + shapely.to_wkb(
        g, byte_order=1, flavor="iso"
    )


_ENV = (0, 32, 48, 48, 64)


def wkb_offset(b):
    return 8 + _ENV[(b[3] >> 1) & 7]


def decode(b):
    return None if b is None else shapely.from_wkb(b[wkb_offset(b) :])


def envelope(b):
    """(minx, maxx, miny, maxy) without parsing the geometry where the header has it."""
    if (b[3] >> 1) & 7 == 1:
        return struct.unpack_from("<4d", b, 8)
    if b[3] & 0b00010000:
        return None
    x0, y0, x1, y1 = decode(b).bounds
    return x0, x1, y0, y1


def point_xy(b):
    """(x, y) of a 2D point blob, else None: the fast path of every predicate."""
    o = wkb_offset(b)
    return _PT.unpack_from(b, o + 5) if len(b) == o + 21 and b[o : o + 5] == _WKB_POINT else None


@lru_cache(maxsize=64)
def prepared(b):
    """The query geometry arrives as the same bytes for every row: parse and prepare it once."""
    g = decode(b)
    shapely.prepare(g)
    return g
