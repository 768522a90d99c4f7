"""Mapbox vector tiles of a layer, encoded with NumPy and Shapely on either database.

A tile with more than `FEATURES_MOST` features shows one in each cell of a grid of 256 cells a side,
and their property `thinned` says so: nothing is left out silently.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model, QuerySet
    from numpy.typing import NDArray

__all__ = ["MVT", "encode_tile", "tile_bounds"]

MVT = "application/vnd.mapbox-vector-tile"
EXTENT = 4096
MARGIN = 64
FEATURES_MOST = 20_000
THIN_CELLS = 256
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
    inside = rows.filter(**{f"{geometry}__bbox": box})
    values = list(inside.values_list("pk", geometry, *names)[: FEATURES_MOST + 1])
    if not values:
        return b""
    shapes = _to_tile(np.array([value[1] for value in values]), (west, south, east, north))
    features, thinned = _features(values, shapes, names)
    if thinned:
        for drawn in features:
            drawn["properties"]["thinned"] = True
    encoded: bytes = mapbox_vector_tile.encode(
        [{"name": name, "features": features}], default_options={"extents": EXTENT}
    )
    return encoded


def _features(
    values: list[tuple[Any, ...]], shapes: NDArray[np.object_], names: Sequence[str]
) -> tuple[list[dict[str, Any]], bool]:
    thin = len(values) > FEATURES_MOST
    taken: set[tuple[int, int]] = set()
    features = []
    for value, shape in zip(values, shapes, strict=True):
        if shape.is_empty:
            continue
        if thin:
            west, south = shape.bounds[:2]
            cell = (int(west * THIN_CELLS // EXTENT), int(south * THIN_CELLS // EXTENT))
            if cell in taken:
                continue
            taken.add(cell)
        attributes = {
            key: _plain(item)
            for key, item in zip(names, value[2:], strict=True)
            if item is not None
        }
        features.append({"id": value[0], "geometry": shape, "properties": attributes})
    return features, thin


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
