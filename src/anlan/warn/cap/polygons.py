"""Shapes for a message: rings of latitude and longitude, closed, few points, nobody left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely import Polygon, box, make_valid
from shapely.geometry.base import BaseMultipartGeometry

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from anlan.warn.types import LatLon

__all__ = ["MAX_POINTS", "polygons_of", "ring_text"]

MAX_POINTS = 200
"""Points of a ring: receivers on small devices read it. Platform default."""

DECIMALS = 5
"""About one metre. Rounding may move the edge by that much."""

FIRST_TOLERANCE, LAST_TOLERANCE = 1e-4, 1.0
"""Widening tried, in degrees: ten metres first, then more. After that the bounding box must do."""


def polygons_of(
    geometry: BaseGeometry, *, max_points: int = MAX_POINTS
) -> tuple[tuple[LatLon, ...], ...]:
    """Return the outer rings of a polygon or multipolygon in longitude and latitude.

    A ring with too many points is widened a little and then thinned, so that the result covers the
    whole shape. Holes are left out, because CAP has none: the warning covers them.

    Raises
    ------
    ValueError
        If the shape is empty, has no area, or cannot be written.
    """
    parts = list(geometry.geoms) if isinstance(geometry, BaseMultipartGeometry) else [geometry]
    rings: list[tuple[LatLon, ...]] = []
    for part in parts:
        if isinstance(part, Polygon) and not part.is_empty:
            sound = _sound(Polygon(part.exterior))
            rings += [_ring(whole, max_points) for whole in sound if whole.area > 0]
    if not rings:
        raise ValueError(f"a warning area needs a polygon with an area, got {geometry.geom_type}")
    return tuple(rings)


def _sound(polygon: Polygon) -> list[Polygon]:
    """Return the polygon, or the valid parts of one whose edge crosses itself."""
    if polygon.is_valid:
        return [polygon]
    mended = make_valid(polygon)
    parts = mended.geoms if isinstance(mended, BaseMultipartGeometry) else [mended]
    return [Polygon(part.exterior) for part in parts if isinstance(part, Polygon)]


def _ring(polygon: Polygon, max_points: int) -> tuple[LatLon, ...]:
    """Return the ring with rounded places; rounding may cross a narrow neck, which is then filled."""
    for shape in (
        _thinned(polygon, max_points),
        _thinned(polygon.buffer(FIRST_TOLERANCE), max_points),
        polygon.convex_hull.buffer(FIRST_TOLERANCE, quad_segs=2),
    ):
        rounded = tuple(
            (round(lat, DECIMALS), round(lon, DECIMALS)) for lon, lat in shape.exterior.coords
        )
        if Polygon([(lon, lat) for lat, lon in rounded]).is_valid:
            return rounded
    raise ValueError("a warning area is too small or too odd to be written as a polygon")


def ring_text(ring: tuple[LatLon, ...]) -> str:
    """Return a ring as CAP writes it: `lat,lon` pairs, a blank between, the first repeated last."""
    pairs = list(ring)
    if pairs[0] != pairs[-1]:
        pairs.append(pairs[0])
    return " ".join(f"{lat:.{DECIMALS}f},{lon:.{DECIMALS}f}" for lat, lon in pairs)


def _thinned(polygon: BaseGeometry, max_points: int) -> Polygon:
    """Return a polygon of at most `max_points` points that covers `polygon`."""
    if not isinstance(polygon, Polygon):
        return box(*polygon.bounds)
    if len(polygon.exterior.coords) <= max_points:
        return polygon
    tolerance = FIRST_TOLERANCE
    while tolerance < LAST_TOLERANCE:
        wide = polygon.buffer(tolerance + 2 * 10**-DECIMALS, quad_segs=4)
        thin = wide.simplify(0.6 * tolerance)
        if isinstance(thin, Polygon):
            shape = Polygon(thin.exterior)
            if len(shape.exterior.coords) <= max_points and shape.covers(polygon):
                return shape
        tolerance *= 1.5
    return box(*polygon.buffer(FIRST_TOLERANCE).bounds)
