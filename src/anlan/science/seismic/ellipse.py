r"""The ellipse on which a place lies, for relations that differ along two axes.

Along either axis a relation of the form :math:`y = a + c \lg(R + d)` holds, with :math:`c < 0`.
A place at the distance R and the angle :math:`\vartheta` from the long axis has the y of the
ellipse that passes through it:

.. math:: \left(\frac{R\cos\vartheta}{R_a(y)}\right)^2
   + \left(\frac{R\sin\vartheta}{R_b(y)}\right)^2 = 1

It is solved by Newton's method on the logarithm of the left side, kept between the values of
the two axes; to round-off. (Combining the two axes' logarithms instead loses the sign below 1.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba as nb
import numpy as np

from anlan.science.common.checks import between, finite, not_negative, whole
from anlan.science.common.local import to_lonlat

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Axis", "contour", "on_ellipses", "warm_up"]

LN10 = math.log(10.0)
ITERATIONS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A relation along one axis, y = a + c lg(R + d) with R in km.

    Parameters
    ----------
    a, c : float
        Constants; c < 0. [-]
    d : float
        Added to the distance, > 0. [km]
    """

    a: float
    c: float
    d: float

    def value(self, distance: ArrayLike) -> NDArray[np.float64]:
        """Return y on the axis.

        Parameters
        ----------
        distance : array_like
            From the epicentre, >= 0. [m]
        """
        km = np.asarray(distance, dtype=np.float64) / 1000.0
        return np.asarray(self.a + self.c * np.log10(km + self.d))

    def reach(self, y: ArrayLike) -> NDArray[np.float64]:
        """Return how far along the axis y is reached, 0 where it is nowhere reached.

        Parameters
        ----------
        y : array_like
            The value. [-]

        Returns
        -------
        ndarray
            Distance. [m]
        """
        level = np.asarray(y, dtype=np.float64)
        return np.maximum(10.0 ** ((level - self.a) / self.c) - self.d, 0.0) * 1000.0


def on_ellipses(
    distance: ArrayLike, angle_deg: ArrayLike, *, long: Axis, short: Axis
) -> NDArray[np.float64]:
    """Return the y of the ellipse through each place.

    Parameters
    ----------
    distance : array_like
        From the epicentre, >= 0. [m]
    angle_deg : array_like
        From the long axis, either way. [deg]
    long, short : Axis
        The relations along the axes. [-]

    Returns
    -------
    ndarray
        y, always between the values of the axes at this distance.
    """
    r, angle = np.broadcast_arrays(
        np.asarray(distance, dtype=np.float64) / 1000.0,
        np.radians(np.asarray(angle_deg, dtype=np.float64)),
    )
    out = np.empty(r.size)
    _solve(
        np.ascontiguousarray(r).ravel(),
        np.ascontiguousarray(angle).ravel(),
        long.a, long.c, long.d, short.a, short.c, short.d, out,
    )  # fmt: skip
    return out.reshape(r.shape)


def contour(
    long_axis: float,
    short_axis: float,
    *,
    lon: float,
    lat: float,
    long_axis_deg: float,
    points: int = 72,
) -> NDArray[np.float64]:
    """Return an ellipse on the map as a closed ring.

    Parameters
    ----------
    long_axis, short_axis : float
        Semi-axes, >= 0. [m]
    lon, lat : float
        Centre, WGS 84; latitude -89 to 89. [deg]
    long_axis_deg : float
        Direction of the long axis, clockwise from north. [deg]
    points : int
        Number of corners, at least 8. [-]

    Returns
    -------
    ndarray
        Longitude and latitude of points + 1 corners, shape (points + 1, 2). [deg]
    """
    not_negative(long_axis, name="long_axis", unit="m")
    not_negative(short_axis, name="short_axis", unit="m")
    finite(lon, name="lon", unit="deg")
    between(lat, -89, 89, name="lat", unit="deg")
    finite(long_axis_deg, name="long_axis_deg", unit="deg")
    points = whole(points, name="points")
    if points < 8:
        raise ValueError(f"points must be >= 8, got {points!r}")
    t = np.linspace(0.0, 2.0 * np.pi, points + 1)
    along, across = long_axis * np.cos(t), short_axis * np.sin(t)
    turn = np.radians(long_axis_deg)
    east = along * np.sin(turn) + across * np.cos(turn)
    north = along * np.cos(turn) - across * np.sin(turn)
    ring = np.stack(to_lonlat(east, north, lon0=lon, lat0=lat), axis=-1)
    ring[-1] = ring[0]
    return ring


def warm_up() -> None:
    """Compile the kernel, see `anlan.science.common.compiled`."""
    _solve(np.zeros(1), np.zeros(1), 1.0, -2.0, 2.0, 1.0, -2.0, 1.0, np.zeros(1))


@nb.njit(cache=True)
def _solve(r, angle, a1, c1, d1, a2, c2, d2, out):  # type: ignore[no-untyped-def]
    for i in range(r.size):
        along = r[i] * math.cos(angle[i])
        across = r[i] * math.sin(angle[i])
        p2 = along * along
        q2 = across * across
        y1 = a1 + c1 * math.log(r[i] + d1) / LN10
        y2 = a2 + c2 * math.log(r[i] + d2) / LN10
        low = min(y1, y2)
        high = max(y1, y2)
        y = (p2 * y1 + q2 * y2) / (p2 + q2) if r[i] > 0 else low
        for _ in range(ITERATIONS):
            ra = math.exp((y - a1) / c1 * LN10) - d1
            rb = math.exp((y - a2) / c2 * LN10) - d2
            if ra <= 0.0 or rb <= 0.0:
                high = y
                y = 0.5 * (low + high)
                if high - low < 1e-14:
                    break
                continue
            fa = p2 / (ra * ra)
            fb = q2 / (rb * rb)
            f = fa + fb
            if f > 1.0:
                high = y
            else:
                low = y
            # d ln f / dy, both parts positive because c < 0
            slope = (
                -2.0 * LN10 * (fa * (ra + d1) / (c1 * ra) + fb * (rb + d2) / (c2 * rb)) / f
                if f > 0.0
                else 0.0
            )
            following = y - math.log(f) / slope if slope > 0.0 else 0.5 * (low + high)
            if not low <= following <= high:
                following = 0.5 * (low + high)
            moved = abs(following - y)
            y = following
            if moved < 1e-13 or high - low < 1e-14:
                break
        out[i] = y
