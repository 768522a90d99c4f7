r"""A flat map in metres around one point (local equirectangular projection).

.. math:: x = R \cos\varphi_0 \,(\lambda - \lambda_0), \qquad y = R\,(\varphi - \varphi_0)

x grows to the east, y to the north. Within 100 km of the origin below 45 degrees of latitude
distances are right to one per cent; good for plumes and snapping, not for surveying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.constants import EARTH_RADIUS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["distance", "downwind_to_lonlat", "lonlat_to_downwind", "to_lonlat", "to_metres"]


def to_metres(
    lon: ArrayLike, lat: ArrayLike, *, lon0: float, lat0: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return east and north of the origin.

    Parameters
    ----------
    lon, lat : array_like
        Points, WGS 84. [deg]
    lon0, lat0 : float
        Origin, WGS 84. [deg]

    Returns
    -------
    tuple of ndarray
        East and north. [m]
    """
    east = np.radians(np.asarray(lon, dtype=np.float64) - lon0)
    north = np.radians(np.asarray(lat, dtype=np.float64) - lat0)
    return east * EARTH_RADIUS * np.cos(np.radians(lat0)), north * EARTH_RADIUS


def to_lonlat(
    east: ArrayLike, north: ArrayLike, *, lon0: float, lat0: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of points given in metres from the origin.

    Parameters
    ----------
    east, north : array_like
        Distances from the origin. [m]
    lon0, lat0 : float
        Origin, WGS 84. [deg]

    Returns
    -------
    tuple of ndarray
        Longitude and latitude. [deg]
    """
    lon = np.degrees(np.asarray(east, dtype=np.float64) / EARTH_RADIUS) / np.cos(np.radians(lat0))
    lat = np.degrees(np.asarray(north, dtype=np.float64) / EARTH_RADIUS)
    return lon0 + lon, lat0 + lat


def downwind_to_lonlat(
    downwind: ArrayLike, crosswind: ArrayLike, *, lon0: float, lat0: float, wind_from_deg: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude of points given along and across the wind.

    Parameters
    ----------
    downwind : array_like
        Distance in the direction the wind blows to. [m]
    crosswind : array_like
        Distance to the left, seen along the wind. [m]
    lon0, lat0 : float
        Source, WGS 84. [deg]
    wind_from_deg : float
        Direction the wind comes from, clockwise from north. [deg]

    Returns
    -------
    tuple of ndarray
        Longitude and latitude. [deg]

    Examples
    --------
    A north wind carries to the south:

    >>> lon, lat = downwind_to_lonlat(1000, 0, lon0=117.0, lat0=36.6, wind_from_deg=0)
    >>> round(float(lon), 6), round(float(lat), 6)
    (117.0, 36.591007)
    """
    to = np.radians(wind_from_deg + 180.0)
    x = np.asarray(downwind, dtype=np.float64)
    y = np.asarray(crosswind, dtype=np.float64)
    east = x * np.sin(to) - y * np.cos(to)
    north = x * np.cos(to) + y * np.sin(to)
    return to_lonlat(east, north, lon0=lon0, lat0=lat0)


def lonlat_to_downwind(
    lon: ArrayLike, lat: ArrayLike, *, lon0: float, lat0: float, wind_from_deg: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the distances along and across the wind of points on the map.

    Parameters
    ----------
    lon, lat : array_like
        Points, WGS 84. [deg]
    lon0, lat0 : float
        Source, WGS 84. [deg]
    wind_from_deg : float
        Direction the wind comes from, clockwise from north. [deg]

    Returns
    -------
    tuple of ndarray
        Downwind, and crosswind to the left seen along the wind. [m]
    """
    to = np.radians(wind_from_deg + 180.0)
    east, north = to_metres(lon, lat, lon0=lon0, lat0=lat0)
    return (
        east * np.sin(to) + north * np.cos(to),
        north * np.sin(to) - east * np.cos(to),
    )


def distance(
    lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike
) -> NDArray[np.float64]:
    """Return the great-circle distance on the sphere of the mean radius (haversine).

    Parameters
    ----------
    lon_a, lat_a : array_like
        Points, WGS 84. [deg]
    lon_b, lat_b : array_like
        Other points, WGS 84. [deg]

    Returns
    -------
    ndarray
        Distance; within 0.6 % of the distance on the ellipsoid. [m]

    Examples
    --------
    One degree of a great circle is R pi/180:

    >>> round(float(distance(117, 36, 117, 37)), 1)
    111195.1
    """
    p, q = np.radians(np.asarray(lat_a, float)), np.radians(np.asarray(lat_b, float))
    half = np.radians(np.asarray(lon_b, float) - np.asarray(lon_a, float)) / 2
    h = np.sin((q - p) / 2) ** 2 + np.cos(p) * np.cos(q) * np.sin(half) ** 2
    return np.asarray(2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0))))
