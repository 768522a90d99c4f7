"""The spatial functions that SQLite lacks, answered by Shapely.

In a predicate the first argument is the row's geometry and the second that of the query.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import shapely

from anlan.core.geometry.codec import decode, envelope, is_empty, point_xy, prepared
from anlan.core.geometry.metric import metre_scale, plane_scale, to_metric

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

__all__ = ["distance", "register"]

Blob = bytes | None


def _intersects(row: Blob, query: Blob) -> int | None:
    if row is None or query is None:
        return None
    xy = point_xy(row)
    if xy is not None:
        return int(shapely.intersects_xy(prepared(query), *xy))
    return int(shapely.intersects(prepared(query), decode(row)))


def _within(row: Blob, query: Blob) -> int | None:
    if row is None or query is None:
        return None
    xy = point_xy(row)
    if xy is not None:
        return int(shapely.contains_xy(prepared(query), *xy))
    return int(shapely.contains(prepared(query), decode(row)))


def _contains(row: Blob, query: Blob) -> int | None:
    if row is None or query is None:
        return None
    return int(shapely.within(prepared(query), decode(row)))


@lru_cache(maxsize=64)
def _on_plane(blob: bytes) -> tuple[BaseGeometry, tuple[float, float]]:
    """Return the query geometry in metres, and the scale that made it so."""
    geometry = decode(blob)
    scale = plane_scale(geometry)
    return to_metric(geometry, scale), scale


def distance(row: Blob, query: Blob) -> float | None:
    """Return metres in a local projection about the query geometry."""
    if row is None or query is None or is_empty(row) or is_empty(query):
        return None
    here, there = point_xy(row), point_xy(query)
    if here and there:
        per_lon, per_lat = metre_scale((here[1] + there[1]) / 2)
        return math.hypot((here[0] - there[0]) * per_lon, (here[1] - there[1]) * per_lat)
    plane, scale = _on_plane(query)
    if here:
        return float(shapely.distance(plane, shapely.Point(here[0] * scale[0], here[1] * scale[1])))
    return float(shapely.distance(plane, to_metric(decode(row), scale)))


def _within_distance(row: Blob, query: Blob, metres: float) -> int | None:
    found = distance(row, query)
    return None if found is None else int(found <= metres)


def _envelope_hits(row: Blob, x0: float, y0: float, x1: float, y1: float) -> int | None:
    box = envelope(row) if row is not None else None
    if box is None or x0 is None:
        return None
    return int(box[0] <= x1 and box[1] >= x0 and box[2] <= y1 and box[3] >= y0)


def _corner(index: int) -> Callable[[Blob], float | None]:
    def corner(blob: Blob) -> float | None:
        box = envelope(blob) if blob is not None else None
        return box[index] if box else None

    return corner


FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "ST_MinX": (1, _corner(0)),
    "ST_MaxX": (1, _corner(1)),
    "ST_MinY": (1, _corner(2)),
    "ST_MaxY": (1, _corner(3)),
    "ST_EnvHits": (5, _envelope_hits),
    "ST_IsEmpty": (1, lambda blob: None if blob is None else int(is_empty(blob))),
    "ST_Intersects": (2, _intersects),
    "ST_Within": (2, _within),
    "ST_Contains": (2, _contains),
    "ST_DWithin": (3, _within_distance),
}


def register(connection: sqlite3.Connection) -> None:
    """Give a connection the functions. Deterministic, so that SQLite may call them once."""
    for name, (arguments, function) in FUNCTIONS.items():
        connection.create_function(name, arguments, function, deterministic=True)
