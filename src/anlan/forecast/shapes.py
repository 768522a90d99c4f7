"""Areas on the map from what models give: circles, grids with a threshold, a front that moves."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import contourpy
import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.ops import unary_union

from anlan.forecast.types import Frame
from anlan.science.common.local import to_lonlat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.types import Footprint, Place

__all__ = ["area_above", "disc", "moving_front", "size_km2"]

CORNERS = 72
KM_PER_DEGREE = 111.195
SMALLEST = 1e-12
"""Areas below this are specks of rounding. [deg²]"""


def disc(place: Place, radius: float) -> BaseGeometry:
    """Return the circle of a radius in metres around a place, in degrees."""
    if radius <= 0:
        return Polygon()
    turn = np.linspace(0.0, 2.0 * np.pi, CORNERS, endpoint=False)
    lon, lat = to_lonlat(
        radius * np.sin(turn), radius * np.cos(turn), lon0=place.lon, lat0=place.lat
    )
    return Polygon(np.column_stack([lon, lat]))


def area_above(
    values: NDArray[np.float64], lon: ArrayLike, lat: ArrayLike, level: float
) -> BaseGeometry:
    """Return where a field on a grid reaches a level.

    Parameters
    ----------
    values
        Field, shape (rows, columns); what is not finite counts as far below.
    lon, lat
        Coordinates of the columns and of the rows, or of every point, in degrees.
    level
        The threshold, in the unit of the field.
    """
    field = np.where(np.isfinite(values), values, -np.inf)
    if not (field >= level).any():
        return Polygon()
    finite = field[np.isfinite(field)]
    floor = min(float(finite.min()), level) - 1.0
    lines = contourpy.contour_generator(
        lon, lat, np.where(np.isfinite(field), field, floor), fill_type="OuterOffset"
    )
    filled: Any = lines.filled(level, float(finite.max()) + 1.0)
    rings = []
    for outline, start in zip(filled[0], filled[1], strict=True):
        parts = [outline[a:b] for a, b in itertools.pairwise(start)]
        rings.append(Polygon(parts[0], parts[1:]))
    return unary_union([shapely.make_valid(p) for p in rings if p.area > SMALLEST])


def moving_front(
    footprints: Sequence[Footprint],
    place: Place,
    *,
    speed: float,
    minutes: Sequence[float],
    lasts_s: float | None = None,
) -> tuple[Frame, ...]:
    """Return how far each area has filled when its front moves out from the place.

    Parameters
    ----------
    speed
        Speed of the front. [m/s]
    minutes
        The times shown. [min]
    lasts_s
        After this time the source is empty and the near end clears at the same speed. [s]
    """
    frames = []
    for minute in minutes:
        front = disc(place, speed * minute * 60.0)
        cleared: BaseGeometry = Polygon()
        if lasts_s is not None and minute * 60.0 > lasts_s:
            cleared = disc(place, speed * (minute * 60.0 - lasts_s))
        areas = {
            f.key: shapely.difference(shapely.intersection(f.area, front), cleared)
            for f in footprints
        }
        frames.append(Frame(minutes=float(minute), areas=areas))
    return tuple(frames)


def size_km2(area: BaseGeometry) -> float:
    """Return the size of an area given in degrees; right to one per cent for a city."""
    if area.is_empty:
        return 0.0
    squeeze = float(shapely.area(area)) * KM_PER_DEGREE**2
    return squeeze * float(np.cos(np.radians(shapely.centroid(area).y)))
