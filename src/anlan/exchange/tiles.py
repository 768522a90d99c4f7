"""Mapbox vector tiles of a layer, encoded with NumPy and Shapely on either database.

A tile with more than `FEATURES_MOST` features shows one in each cell of a grid of 256 cells a side,
and their property `thinned` says so: nothing is left out silently. Which one is shown depends on
its key alone, so that every cell that holds anything shows something, and the same again tomorrow.

Every feature carries `known_at`, the time its facts are known from, in seconds since 1970: who
draws the tile can fade what is stale without asking again.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import Model, QuerySet
    from numpy.typing import NDArray

__all__ = ["MVT", "encode_tile", "tile_bounds"]

MVT = "application/vnd.mapbox-vector-tile"
EXTENT = 4096
MARGIN = 64
FEATURES_MOST = 20_000
THIN_CELLS = 256
CHUNK = 5_000
KNOWN = ("confirmed_at", "observed_at", "created_at")
"""What tells the age of a fact, the best first."""

MIX = 0x9E3779B97F4A7C15
"""Odd, near 2**64 over the golden ratio: its multiples scatter neighbouring keys."""

EARTH_RADIUS = 6_378_137.0
"""Of the sphere of Web Mercator. [m]"""


def tile_bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a tile, in degrees."""
    count = 2**z
    south, north = (
        math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / count)))) for row in (y + 1, y)
    )
    return x / count * 360 - 180, south, (x + 1) / count * 360 - 180, north


def encode_tile(
    rows: QuerySet[Model], *, name: str, geometry: str, names: Sequence[str], z: int, x: int, y: int
) -> bytes:
    """Return the tile of `rows` as bytes; empty when nothing lies in it."""
    west, south, east, north = tile_bounds(z, x, y)
    pad_x = (east - west) * MARGIN / EXTENT
    pad_y = (north - south) * MARGIN / EXTENT
    box = (west - pad_x, south - pad_y, east + pad_x, north + pad_y)
    inside = rows.filter(**{f"{geometry}__bbox": box}).order_by("pk")
    bounds = (west, south, east, north)
    thinned = inside[FEATURES_MOST : FEATURES_MOST + 1].exists()
    if thinned:
        inside = inside.filter(pk__in=_one_in_each_cell(inside, geometry, bounds))
    known = [name for name in KNOWN if hasattr(rows.model, name)]
    values = list(inside.values_list("pk", geometry, *known, *names))
    if not values:
        return b""
    shapes = _to_tile(np.array([value[1] for value in values]), bounds)
    features = []
    for value, shape in zip(values, shapes, strict=True):
        if shape.is_empty:
            continue
        times, attributes = value[2 : 2 + len(known)], value[2 + len(known) :]
        drawn = _properties(times, dict(zip(names, attributes, strict=True)))
        if thinned:
            drawn["thinned"] = True
        features.append({"id": value[0], "geometry": shape, "properties": drawn})
    encoded: bytes = mapbox_vector_tile.encode(
        [{"name": name, "features": features}], default_options={"extents": EXTENT}
    )
    return encoded


def _one_in_each_cell(
    rows: QuerySet[Model], geometry: str, bounds: tuple[float, float, float, float]
) -> list[int]:
    """Return the keys to show: in each cell of the tile the one whose scattered key is least."""
    taken: dict[tuple[int, int], tuple[int, int]] = {}
    places = rows.values_list("pk", geometry).iterator(chunk_size=CHUNK)
    while chunk := list(islice(places, CHUNK)):
        shapes = _to_tile(np.array([place for _key, place in chunk]), bounds)
        corners = shapely.bounds(shapes)[:, :2]
        for (key, _place), (west, south) in zip(chunk, corners, strict=True):
            if math.isnan(west):
                continue
            cell = (int(west * THIN_CELLS // EXTENT), int(south * THIN_CELLS // EXTENT))
            candidate = (key * MIX % 2**64, key)
            if cell not in taken or candidate < taken[cell]:
                taken[cell] = candidate
    return [key for _scattered, key in taken.values()]


def _properties(times: Sequence[datetime | None], attributes: dict[str, Any]) -> dict[str, Any]:
    drawn = {key: _plain(item) for key, item in attributes.items() if item is not None}
    at = next((time for time in times if time is not None), None)
    if at is not None:
        drawn["known_at"] = int(at.timestamp())
    return drawn


def _plain(value: object) -> bool | int | float | str:
    """Return what a tile can carry: several codes become words with commas."""
    if isinstance(value, (bool, int, float, str)):
        return value
    return ",".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _to_tile(
    geometries: NDArray[np.object_], bounds: tuple[float, float, float, float]
) -> NDArray[np.object_]:
    """Project to Web Mercator, scale to the tile's own grid, cut at its margin."""
    corners = _mercator(np.array([bounds[:2], bounds[2:]]))
    scale = EXTENT / (corners[1, 0] - corners[0, 0])

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.round((_mercator(points) - corners[0]) * scale))

    drawn = shapely.transform(geometries, place)
    cut = shapely.clip_by_rect(drawn, -MARGIN, -MARGIN, EXTENT + MARGIN, EXTENT + MARGIN)
    return np.asarray(cut)


def _mercator(points: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack([lon, np.log(np.tan(np.pi / 4 + lat / 2))]) * EARTH_RADIUS
