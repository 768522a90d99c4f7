"""The coordinates of Chinese web maps: GCJ-02 (AMap, Tencent) and BD-09 (Baidu).

Everything inside Anlan is WGS 84 (CGCS2000 differs by centimetres). What comes from a Chinese web map
lies 300 m to 700 m off and is converted where it enters. The transformation is not published by its
owner; the formulas are those that the open libraries agree on (wandergis/coordtransform,
googollee/eviltransform). The way back has no closed form: it is solved by iteration, to far below a
millimetre, where the usual libraries stop after one step and leave metres.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "bd09_to_gcj02",
    "bd09_to_wgs84",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
]

Pair: TypeAlias = "tuple[NDArray[np.float64], NDArray[np.float64]]"

SEMI_MAJOR_AXIS_M = 6_378_245.0
"""Semi-major axis of the Krassovsky ellipsoid, which the transformation uses, in [m]."""

ECCENTRICITY_SQUARED = 0.00669342162296594323
"""Square of the first eccentricity of the Krassovsky ellipsoid. [-]"""

LON_RANGE = (72.004, 137.8347)
LAT_RANGE = (0.8293, 55.8271)
"""The box in which the transformation is defined, in [deg]."""

BD09_TURN = np.pi * 3000.0 / 180.0
STEP_ENOUGH_DEG = 1e-11
STEPS_ALLOWED = 30


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert WGS 84 to GCJ-02.

    Parameters
    ----------
    lon, lat : array_like
        Longitude and latitude, inside China's box, in [deg].

    Returns
    -------
    tuple of ndarray
        Longitude and latitude, in [deg].

    Raises
    ------
    ValueError
        If a point lies outside the box in which the transformation is defined.
    """
    return _shift(*_inside_china(lon, lat))


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert GCJ-02 to WGS 84; parameters and errors as for `wgs84_to_gcj02`."""
    return _solve(_shift, *_inside_china(lon, lat))


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert GCJ-02 to BD-09; parameters and errors as for `wgs84_to_gcj02`."""
    return _turn(*_inside_china(lon, lat))


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert BD-09 to GCJ-02; parameters and errors as for `wgs84_to_gcj02`."""
    return _solve(_turn, *_inside_china(lon, lat))


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert WGS 84 to BD-09; parameters and errors as for `wgs84_to_gcj02`."""
    return _turn(*_shift(*_inside_china(lon, lat)))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Convert BD-09 to WGS 84; parameters and errors as for `wgs84_to_gcj02`."""
    return _solve(_shift, *_solve(_turn, *_inside_china(lon, lat)))


def _inside_china(lon: ArrayLike, lat: ArrayLike) -> Pair:
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    for name, value, (low, high) in (("lon", x, LON_RANGE), ("lat", y, LAT_RANGE)):
        if not np.all((value >= low) & (value <= high)):
            raise ValueError(
                f"{name} must be in {low}..{high} deg (GCJ-02 and BD-09 exist only in China), "
                f"got {value!r}"
            )
    return x, y


def _shift(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    """Add the offset of GCJ-02 (after coordtransform, `wgs84togcj02`)."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + (waves + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north = (
        north + (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    )
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + (waves + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east = east + (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    phi = np.radians(lat)
    w = 1.0 - ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian = SEMI_MAJOR_AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (w * np.sqrt(w))
    parallel = SEMI_MAJOR_AXIS_M / np.sqrt(w) * np.cos(phi)
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def _turn(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    """Add the second offset, of BD-09 (after coordtransform, `gcj02tobd09`)."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD09_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD09_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _solve(
    forward: Callable[[NDArray[np.float64], NDArray[np.float64]], Pair],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> Pair:
    """Find the point that `forward` takes to (lon, lat): the offset varies slowly, so iterate."""
    x, y = lon, lat
    for _ in range(STEPS_ALLOWED):
        u, v = forward(x, y)
        dx, dy = lon - u, lat - v
        x, y = x + dx, y + dy
        if max(np.max(np.abs(dx), initial=0.0), np.max(np.abs(dy), initial=0.0)) < STEP_ENOUGH_DEG:
            break
    return x, y
