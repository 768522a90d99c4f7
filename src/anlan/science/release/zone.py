r"""The area in which a plume exceeds a threshold, and where it lies on the map.

At the ground the plume exceeds C wherever

.. math:: |y| \le \sigma_y(x) \sqrt{2 \ln \frac{C(x, 0)}{C}}

so the zone is found exactly along x and drawn as a polygon in metres along and across the wind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely import MultiPolygon, Polygon, affinity, get_parts, unary_union

from anlan.science.common.checks import between, positive
from anlan.science.common.local import downwind_to_lonlat
from anlan.science.release.plume import concentration
from anlan.science.release.sigma import plume_widths, reach_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Zone", "place_zone", "plume_zone", "rotated_zone"]

NEAREST = 1.0
"""Where the search along the wind begins. [m]"""

STEPS = 400
"""Points of the first search along the wind, evenly spaced in the logarithm. [-]"""

SIDE_POINTS = 80
"""Points drawn along each side of a zone. [-]"""

TURN = 1.0
"""Largest angle between two copies of a zone that is swept by the wind. [deg]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The area at the ground in which a threshold is exceeded.

    Parameters
    ----------
    threshold : float
        Concentration at the edge. [kg/m3]
    start, length : float
        Nearest and farthest point along the wind; both 0 where nothing exceeds it. [m]
    half_width : float
        Largest distance from the axis. [m]
    outline : ndarray, shape (n, 2)
        Closed ring: along the wind, and to its left. [m]
    truncated : bool
        Whether the zone ends only because the model does. [-]
    reasons : tuple of str
        What to know about it, in Chinese. [-]
    """

    threshold: float
    start: float
    length: float
    half_width: float
    outline: NDArray[np.float64]
    truncated: bool
    reasons: tuple[str, ...]

    @property
    def polygon(self) -> Polygon:
        """The zone in metres along and across the wind; empty if nothing exceeds."""
        return Polygon(self.outline) if len(self.outline) else Polygon()

    @property
    def area(self) -> float:
        """Area of the zone in square metres."""
        return float(self.polygon.area)


def plume_zone(
    threshold: float,
    *,
    rate: float,
    wind_speed: float,
    stability: str,
    scheme: str = "briggs_rural",
    height: float = 0.0,
    averaging_time: float = 600.0,
) -> Zone:
    """Return the area at the ground in which a Gaussian plume exceeds a threshold.

    Parameters
    ----------
    threshold : float
        Concentration, > 0; `substances.ppm_to_density` turns a guideline level into it. [kg/m3]
    rate : float
        Release. [kg/s]
    wind_speed : float
        Wind at the height of the release. [m/s]
    stability : str
        Class A to F. [-]
    scheme : str
        Widths, see `sigma.PLUME_SCHEMES`. [-]
    height : float
        Height of the release. [m]
    averaging_time : float
        Time of the mean, 600 to 3600. [s]

    Returns
    -------
    Zone
        Empty (length 0) when nothing exceeds the threshold.

    Examples
    --------
    The zone of CCPS p. 97 ends where the plume has just the threshold:

    >>> zone = plume_zone(1.1721755e-4, rate=0.1, wind_speed=2, stability="F")
    >>> round(zone.length)
    500
    """
    limit = float(positive(threshold, name="threshold", unit="kg/m3"))
    end = reach_of(scheme)

    def axis(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return concentration(
            x,
            rate=rate,
            wind_speed=wind_speed,
            stability=stability,
            scheme=scheme,
            height=height,
            averaging_time=averaging_time,
        )

    x = np.geomspace(NEAREST, end, STEPS)
    above = axis(x) > limit
    if not above.any():
        return Zone(
            threshold=limit,
            start=0.0,
            length=0.0,
            half_width=0.0,
            outline=np.empty((0, 2)),
            truncated=False,
            reasons=("地面浓度处处低于该阈值",),
        )
    first, last = int(np.argmax(above)), len(x) - 1 - int(np.argmax(above[::-1]))
    truncated = last == len(x) - 1
    far = end if truncated else _edge(axis, limit, x[last], x[last + 1])
    near = 0.0 if first == 0 else _edge(axis, limit, x[first], x[first - 1])
    reasons = [f"稳定度 {stability}，风速 {wind_speed:g} m/s，{averaging_time / 60:g} 分钟平均"]
    if truncated:
        reasons.append(f"超过模型适用距离 {end / 1000:g} km，范围只画到此处，实际更远")

    share = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, SIDE_POINTS))  # denser towards both ends
    along = near + (far - near) * share
    inner = np.maximum(along, NEAREST * 1e-3)
    ratio = np.maximum(axis(inner) / limit, 1.0)
    widths = plume_widths(inner, stability=stability, scheme=scheme, averaging_time=averaging_time)
    side = widths.y * np.sqrt(2 * np.log(ratio))
    if near == 0.0:
        side[0] = 0.0
    upper = np.column_stack([along, side])
    lower = np.column_stack([along, -side])[::-1]
    outline = np.vstack([upper, lower, upper[:1]])
    return Zone(
        threshold=limit,
        start=float(near),
        length=float(far),
        half_width=float(side.max()),
        outline=outline,
        truncated=truncated,
        reasons=tuple(reasons),
    )


def place_zone(zone: Zone, *, lon: float, lat: float, wind_from_deg: float) -> Polygon:
    """Return a zone as a polygon on the map.

    Parameters
    ----------
    zone : Zone
        The zone. [-]
    lon, lat : float
        Source, WGS 84. [deg]
    wind_from_deg : float
        Direction the wind comes from, clockwise from north. [deg]

    Returns
    -------
    Polygon
        Longitude and latitude, WGS 84; empty if the zone is.
    """
    between(lon, -180, 180, name="lon", unit="deg")
    between(lat, -85, 85, name="lat", unit="deg")
    between(wind_from_deg, 0, 360, name="wind_from_deg", unit="deg")
    return _on_map(zone.polygon, lon=lon, lat=lat, wind_from_deg=wind_from_deg)


def rotated_zone(
    zone: Zone, *, lon: float, lat: float, wind_from_deg: float, spread_deg: float
) -> Polygon | MultiPolygon:
    """Return the area a zone may cover when the wind turns by up to `spread_deg` each way.

    Parameters
    ----------
    zone : Zone
        The zone. [-]
    lon, lat : float
        Source, WGS 84. [deg]
    wind_from_deg : float
        Mean direction the wind comes from, clockwise from north. [deg]
    spread_deg : float
        Turn to either side, 0 to 180. [deg]

    Returns
    -------
    Polygon or MultiPolygon
        Longitude and latitude, WGS 84.
    """
    between(lon, -180, 180, name="lon", unit="deg")
    between(lat, -85, 85, name="lat", unit="deg")
    between(wind_from_deg, 0, 360, name="wind_from_deg", unit="deg")
    spread = float(between(spread_deg, 0, 180, name="spread_deg", unit="deg"))
    half = int(np.ceil(spread / TURN))
    count = 1 + 2 * half
    turned = [
        affinity.rotate(zone.polygon, angle, origin=(0, 0))
        for angle in np.linspace(-spread, spread, count)
    ]
    swept = unary_union(turned)
    if half and not swept.is_empty:
        # Narrow tips of neighbouring copies leave teeth between them: close those gaps.
        gap = 3.0 * zone.length * np.radians(spread / half)
        swept = unary_union([swept, swept.buffer(gap).buffer(-gap)])
    parts = [p for p in get_parts(swept) if isinstance(p, Polygon)]
    placed = [_on_map(p, lon=lon, lat=lat, wind_from_deg=wind_from_deg) for p in parts]
    return placed[0] if len(placed) == 1 else MultiPolygon(placed)


def _on_map(shape: Polygon, *, lon: float, lat: float, wind_from_deg: float) -> Polygon:
    def ring(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(
            downwind_to_lonlat(
                points[:, 0], points[:, 1], lon0=lon, lat0=lat, wind_from_deg=wind_from_deg
            )
        )

    if shape.is_empty:
        return Polygon()
    holes = [ring(np.asarray(hole.coords)) for hole in shape.interiors]
    return Polygon(ring(np.asarray(shape.exterior.coords)), holes)


def _edge(axis, limit: float, inside: float, outside: float) -> float:  # type: ignore[no-untyped-def]
    """Return where the axis falls to the limit, by bisection to a millimetre."""
    while abs(outside - inside) > 1e-3:
        middle = 0.5 * (inside + outside)
        if axis(np.array([middle]))[0] > limit:
            inside = middle
        else:
            outside = middle
    return 0.5 * (inside + outside)
