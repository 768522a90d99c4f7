"""Geometry to GeoPackage binary and back: a header with the envelope, then ISO WKB.

The envelope makes window tests and the triggers of the index cheap, and a point is read without
parsing WKB at all. Pure; no Django.
"""

from __future__ import annotations

import json
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import shapely
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "SRID",
    "decode",
    "encode",
    "envelope",
    "is_empty",
    "point_xy",
    "prepared",
    "to_geometry",
]

SRID = 4326
"""WGS84 longitude-latitude; CGCS2000 (4490) is the same within centimetres."""

HEADER = struct.Struct("<2sBBi4d")  # "GP", version 0, flags, srid, minx maxx miny maxy
SHORT_HEADER = struct.Struct("<2sBBi")
POINT = struct.Struct("<dd")
WKB_POINT = b"\x01\x01\x00\x00\x00"
WITH_ENVELOPE, EMPTY = 0b0000_0011, 0b0001_0001
ENVELOPE_BYTES = (0, 32, 48, 48, 64)


def to_geometry(value: Any) -> BaseGeometry | None:
    """Return the Shapely geometry behind anything a caller may hand in.

    Raises
    ------
    TypeError, ValueError, shapely.errors.ShapelyError
        If it is no geometry.
    """
    if value is None or isinstance(value, BaseGeometry):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
        return decode(data) if data[:2] == b"GP" else shapely.from_wkb(data)
    if isinstance(value, dict):
        feature = cast("Mapping[str, Any]", value)
        return _from_document(feature.get("geometry", feature))
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, tuple | list) and len(value) == 2:
        return shapely.Point(value)
    raise TypeError(f"not a geometry: {type(value).__name__}")


def _from_document(document: object) -> BaseGeometry:
    try:
        return shapely.from_geojson(json.dumps(document))
    except RecursionError as error:
        raise ValueError("nested too deeply for a geometry") from error


def _from_text(text: str) -> BaseGeometry | None:
    if text.startswith("{"):
        try:
            document = json.loads(text)
        except RecursionError as error:
            raise ValueError("nested too deeply for a geometry") from error
        return to_geometry(document) if isinstance(document, dict) else None
    if text[:2] in {"00", "01"}:
        return shapely.from_wkb(text)
    return shapely.from_wkt(text.split(";", 1)[-1])


def encode(geometry: BaseGeometry, srid: int = SRID) -> bytes:
    """Return the GeoPackage blob of a geometry."""
    wkb = shapely.to_wkb(geometry, byte_order=1, flavor="iso")
    if geometry.is_empty:
        return SHORT_HEADER.pack(b"GP", 0, EMPTY, srid) + wkb
    minx, miny, maxx, maxy = geometry.bounds
    return HEADER.pack(b"GP", 0, WITH_ENVELOPE, srid, minx, maxx, miny, maxy) + wkb


def _wkb_offset(blob: bytes) -> int:
    """Return where the WKB begins."""
    return 8 + ENVELOPE_BYTES[(blob[3] >> 1) & 7]


def decode(blob: bytes) -> BaseGeometry:
    """Return the geometry of a GeoPackage blob."""
    return shapely.from_wkb(blob[_wkb_offset(blob) :])


def is_empty(blob: bytes) -> bool:
    """Tell whether the blob holds an empty geometry, from its header alone."""
    return bool(blob[3] & 0b0001_0000)


def envelope(blob: bytes) -> tuple[float, float, float, float] | None:
    """Return (minx, maxx, miny, maxy), without parsing the geometry where the header has it."""
    if (blob[3] >> 1) & 7 == 1:
        minx, maxx, miny, maxy = struct.unpack_from("<4d", blob, 8)
        return minx, maxx, miny, maxy
    if is_empty(blob):
        return None
    minx, miny, maxx, maxy = decode(blob).bounds
    return minx, maxx, miny, maxy


def point_xy(blob: bytes) -> tuple[float, float] | None:
    """Return (x, y) of a two-dimensional point, else None: the fast path of every predicate."""
    start = _wkb_offset(blob)
    if len(blob) == start + 21 and blob[start : start + 5] == WKB_POINT:
        x, y = POINT.unpack_from(blob, start + 5)
        return x, y
    return None


@lru_cache(maxsize=64)
def prepared(blob: bytes) -> BaseGeometry:
    """Return the prepared geometry of a query.

    It arrives as the same bytes for every row, so it is parsed and prepared once.
    """
    geometry = decode(blob)
    shapely.prepare(geometry)
    return geometry
