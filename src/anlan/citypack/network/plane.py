"""A flat map of one city in metres, so that distances and circles mean something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.citypack.divisions import METRES_PER_DEGREE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Plane"]


@dataclass(frozen=True, slots=True)
class Plane:
    """An equirectangular plane about the city's middle latitude; over 150 km it is true to 1 %."""

    lon: float
    lat: float

    def to_metres(self, lonlat: ArrayLike) -> NDArray[np.float64]:
        """Return points, shape (n, 2), in metres east and north of the middle, in [m]."""
        xy = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2) - (self.lon, self.lat)
        return np.asarray(xy * METRES_PER_DEGREE * (np.cos(np.radians(self.lat)), 1.0))

    def to_degrees(self, metres: ArrayLike) -> NDArray[np.float64]:
        """Return points, shape (n, 2), as longitude and latitude, in [deg]."""
        xy = np.asarray(metres, dtype=np.float64).reshape(-1, 2)
        scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(self.lat)), 1.0])
        return np.asarray(xy / scale + (self.lon, self.lat))
