"""Metres on a plane that touches the ellipsoid nearby. Pure; no Django."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["metre_scale", "padded", "plane_scale", "to_metric"]

SEMI_MAJOR_AXIS = 6_378_137.0
"""Equatorial radius of WGS84 and CGCS2000 [m]."""

ECCENTRICITY_SQUARED = 0.006_694_379_990_141_3165
"""First eccentricity squared of WGS84; CGCS2000 differs in the eleventh digit [-]."""


def metre_scale(latitude: float) -> tuple[float, float]:
    """Return the length of one degree of longitude and of latitude.

    With s = sin(latitude) and w = 1 - e²s²: (pi/180) a cos(latitude) / sqrt(w) and
    (pi/180) a (1 - e²) / w^1.5.

    Parameters
    ----------
    latitude
        Geodetic latitude. [degree]

    Returns
    -------
    tuple
        Metres per degree of longitude, metres per degree of latitude. [m/degree]
    """
    phi = math.radians(latitude)
    w = 1 - ECCENTRICITY_SQUARED * math.sin(phi) ** 2
    degree = math.radians(1) * SEMI_MAJOR_AXIS
    return degree * math.cos(phi) / math.sqrt(w), degree * (1 - ECCENTRICITY_SQUARED) / w**1.5


def plane_scale(geometry: BaseGeometry) -> tuple[float, float]:
    """Return `metre_scale` at the middle latitude of a geometry."""
    _x0, south, _x1, north = geometry.bounds
    return metre_scale((south + north) / 2)


def to_metric(geometry: BaseGeometry, scale: tuple[float, float]) -> BaseGeometry:
    """Return the geometry with its degrees turned into metres by `scale`."""
    stretch: Callable[[NDArray[np.float64]], NDArray[np.float64]] = lambda xy: xy * scale  # noqa: E731
    scaled: BaseGeometry = shapely.transform(geometry, stretch)
    return scaled


def padded(
    bounds: tuple[float, float, float, float], metres: float
) -> tuple[float, float, float, float]:
    """Return bounds in degrees that surely contain everything within `metres` of `bounds`."""
    x0, y0, x1, y1 = bounds
    per_lon, per_lat = metre_scale(max(abs(y0), abs(y1)))
    dx, dy = metres / max(per_lon, 1) * 1.001, metres / per_lat * 1.001
    return x0 - dx, y0 - dy, x1 + dx, y1 + dy
