r"""Parametric wind of a tropical cyclone (Holland 1980) with the motion of the storm.

Gradient wind at the distance r from the centre:

.. math:: V(r) = \sqrt{\frac{B}{\rho} \Delta p \left(\frac{R_m}{r}\right)^B
   e^{-(R_m/r)^B} + \left(\frac{r f}{2}\right)^2} - \frac{r f}{2}

with the radius of maximum wind in km (:math:`\Delta p` in hPa, latitude in degrees)

.. math:: \ln R_m = 3.015 - 6.291\times10^{-5} \Delta p^2 + 0.0337\,\varphi

and B from the wind of the track, so that the model has the wind the agency analysed:

.. math:: B = \rho e (V_{max}/k - V_t)^2 / \Delta p, \qquad 0.5 \le B \le 2.5

The wind turns inwards by the inflow angle; the velocity of the storm, weighted
:math:`\min(1, R_m/r)`, is added; the sum times the surface factor k is the wind at 10 m. The
result has the averaging period of the track. North of the equator only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba as nb
import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative, positive
from anlan.science.common.constants import EARTH_RADIUS, EARTH_ROTATION
from anlan.science.common.refusal import RefusalError

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import ArrayLike, NDArray

    from anlan.science.cyclone.track import Track

__all__ = [
    "CARD",
    "LargestWind",
    "Storm",
    "WindField",
    "gradient_wind",
    "gust",
    "largest_wind",
    "radius_of_maximum_wind",
    "storm_from_track",
    "warm_up",
    "wind_field",
]

AIR_DENSITY = 1.15
"""Density of air in the boundary layer of a cyclone (Holland 1980). [kg/m3]"""

LAND_FACTOR, SEA_FACTOR = 0.70, 0.85
"""10 m over gradient wind; 0.6-0.8 over land and 0.8-0.9 over sea, confidence M. [1]"""

B_RANGE = (0.5, 2.5)
"""Limits of Holland's B. [1]"""

UNKNOWN_WIND = 15.0
"""Taken for B where the agency analysed no wind (tropical depression), confidence M. [m/s]"""

FARTHEST = 500_000.0
"""Distance from the centre beyond which no wind is given. [m]"""

TABLE_STEP = 500.0
"""Spacing of the tabulated profile that the compiled kernel reads. [m]"""

CARD = ModelCard(
    key="cyclone.wind",
    version=1,
    title="Parametric wind of a tropical cyclone (Holland)",
    title_zh="热带气旋参数化风场（Holland）",
    inputs=(
        Quantity(name="pressure", title="中心气压", unit="Pa", low=87_000.0, high=101_300.0),
        Quantity(
            name="environment_pressure",
            title="外围气压",
            unit="Pa",
            low=99_000.0,
            high=102_500.0,
            default=101_000.0,
        ),
        Quantity(name="lat", title="中心纬度", unit="deg", low=1.0, high=60.0),
        Quantity(
            name="surface_factor",
            title="地面折减系数",
            unit="1",
            low=0.4,
            high=1.0,
            default=SEA_FACTOR,
        ),
        Quantity(name="inflow_deg", title="入流角", unit="deg", low=0.0, high=45.0, default=20.0),
    ),
    outputs=(Quantity(name="speed", title="10 米高平均风速", unit="m/s", low=0.0, high=120.0),),
    references=(
        (
            "Holland, G. J. (1980) An analytic model of the wind and pressure profiles in"
            " hurricanes, doi:10.1175/1520-0493(1980)108<1212:AAMOTW>2.0.CO;2"
        ),
        (
            "Vickery, P. J., Wadhera, D. (2008) Statistical models of Holland pressure profile"
            " parameter and radius to maximum winds, doi:10.1175/2008JAMC1837.1"
        ),
    ),
    limits=(
        "对称涡旋：变性为温带气旋后（山东纬度常见）和渤海回旋时偏差大",
        "距中心 500 km 以外不给结果",
        "不计地形加速和街区遮挡；阵风另乘阵风系数",
        "风速的平均时段与所用路径资料一致：CMA 2 分钟、JMA 10 分钟、JTWC 1 分钟，不可混比",
    ),
    unconfirmed=("地面折减系数 0.85（海）、0.70（陆），入流角 20°",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """A cyclone in even steps of time, ready for the wind.

    Parameters
    ----------
    start : datetime
        Moment of the first step. [-]
    seconds : ndarray
        Time of each step after the start. [s]
    lon, lat : ndarray
        Centre, WGS 84. [deg]
    deficit : ndarray
        Pressure outside less that in the centre. [Pa]
    east, north : ndarray
        Velocity of the centre. [m/s]
    radius : ndarray
        Radius of maximum wind. [m]
    b : ndarray
        Holland's B. [1]
    averaging_minutes : int
        Averaging period of the winds. [min]
    surface_factor : float
        The k with which B was found. [1]
    """

    start: datetime
    seconds: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    deficit: NDArray[np.float64]
    east: NDArray[np.float64]
    north: NDArray[np.float64]
    radius: NDArray[np.float64]
    b: NDArray[np.float64]
    averaging_minutes: int
    surface_factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WindField:
    """Wind at places.

    Parameters
    ----------
    speed : ndarray
        Sustained wind at 10 m. [m/s]
    from_deg : ndarray
        Direction it comes from, clockwise from north. [deg]
    """

    speed: NDArray[np.float64]
    from_deg: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LargestWind:
    """The strongest wind of a storm at places, and when.

    Parameters
    ----------
    speed : ndarray
        Sustained wind at 10 m. [m/s]
    step : ndarray of int
        Step of the storm at which it blows; -1 where it never comes within 500 km. [-]
    """

    speed: NDArray[np.float64]
    step: NDArray[np.int64]


def radius_of_maximum_wind(
    deficit: ArrayLike, lat: ArrayLike, *, fit: str = "vickery_wadhera_2008"
) -> NDArray[np.float64]:
    """Return the radius of maximum wind from the pressure deficit and the latitude.

    Parameters
    ----------
    deficit : array_like
        Pressure outside less that in the centre, >= 0. [Pa]
    lat : array_like
        Latitude of the centre, 1 to 60. [deg]
    fit : str
        `vickery_wadhera_2008` (equation 11) or `vickery_2000`. [-]

    Returns
    -------
    ndarray
        Radius. [m]

    Examples
    --------
    A storm of 925 hPa at 24.9 N; a slip of ten in the coefficient would give 1 km:

    >>> round(float(radius_of_maximum_wind(8500, 24.9)) / 1000)
    30
    """
    hpa = between(deficit, 0, 15_000, name="deficit", unit="Pa") / 100.0
    phi = between(lat, 1, 60, name="lat", unit="deg")
    if fit == "vickery_wadhera_2008":
        log = 3.015 - 6.291e-5 * hpa**2 + 0.0337 * phi
    elif fit == "vickery_2000":
        log = 2.636 - 5.086e-5 * hpa**2 + 0.0394899 * phi
    else:
        raise ValueError(f"fit must be vickery_wadhera_2008 or vickery_2000, got {fit!r}")
    return np.asarray(np.exp(log) * 1000.0)


def gradient_wind(
    r: ArrayLike,
    *,
    deficit: ArrayLike,
    radius: ArrayLike,
    b: ArrayLike,
    lat: ArrayLike,
    air_density: ArrayLike = AIR_DENSITY,
) -> NDArray[np.float64]:
    """Return the gradient wind of Holland (1980) without the motion of the storm.

    Parameters
    ----------
    r : array_like
        Distance from the centre, > 0. [m]
    deficit : array_like
        Pressure outside less that in the centre, > 0. [Pa]
    radius : array_like
        Radius of maximum wind, > 0. [m]
    b : array_like
        Holland's B, > 0. [1]
    lat : array_like
        Latitude, 0 to 60, south of the equator without its sign; 0 leaves out the rotation of the
        Earth. [deg]
    air_density : array_like
        Density of the air, > 0; 1.15 is that of Holland (1980). [kg/m3]

    Returns
    -------
    ndarray
        Wind above the boundary layer. [m/s]

    Examples
    --------
    Without rotation the maximum is sqrt(B dp / (rho e)):

    >>> v = gradient_wind(30e3, deficit=8500, radius=30e3, b=1.5, lat=0)
    >>> round(float(v), 3) == round((1.5 * 8500 / 1.15 / 2.718281828) ** 0.5, 3)
    True
    """
    d = positive(r, name="r", unit="m")
    dp = positive(deficit, name="deficit", unit="Pa")
    rm = positive(radius, name="radius", unit="m")
    shape = positive(b, name="b", unit="")
    rho = positive(air_density, name="air_density", unit="kg/m3")
    phi = np.radians(between(lat, 0, 60, name="lat", unit="deg"))
    half = d * EARTH_ROTATION * np.sin(phi)  # r f / 2
    x = (rm / d) ** shape
    return np.asarray(np.sqrt(shape / rho * dp * x * np.exp(-x) + half**2) - half)


def storm_from_track(
    track: Track,
    *,
    step_hours: float = 1.0,
    environment_pressure: float = 101_000.0,
    surface_factor: float = SEA_FACTOR,
    fit: str = "vickery_wadhera_2008",
) -> Storm:
    """Return a track in even steps of time with the parameters of its wind.

    Positions are interpolated in time: fixes are irregular near land. Fixes without pressure
    or beyond 60 degrees north are passed over; where no wind was analysed 15 m/s is taken for B.

    Parameters
    ----------
    track : Track
        The positions. [-]
    step_hours : float
        Length of a step, 0.1 to 6. [h]
    environment_pressure : float
        Pressure outside the storm. [Pa]
    surface_factor : float
        10 m over gradient wind where the track's wind was analysed (sea). [1]
    fit : str
        See `radius_of_maximum_wind`. [-]

    Returns
    -------
    Storm
        At least two steps.
    """
    between(step_hours, 0.1, 6, name="step_hours", unit="h")
    CARD.check(environment_pressure=environment_pressure, surface_factor=surface_factor)
    tropics = CARD.input("lat")
    known = [
        fix
        for fix in track.fixes
        if fix.pressure is not None and tropics.low <= fix.lat <= tropics.high
    ]
    if len(known) < 2:
        raise RefusalError(
            f"{track.name}: fewer than two fixes have a pressure and lie between"
            f" {tropics.low:g} and {tropics.high:g} degrees north",
            zh=f"北纬 {tropics.low:g}° 至 {tropics.high:g}° 之间有气压的定位不足两个",
        )
    at = np.array([(fix.time - known[0].time).total_seconds() for fix in known])
    seconds = np.arange(0.0, at[-1] + 1.0, step_hours * 3600.0)
    if len(seconds) < 2:
        raise ValueError(f"step_hours must be shorter than the track, got {step_hours!r}")

    def stepped(values: list[float]) -> NDArray[np.float64]:
        return np.interp(seconds, at, values)

    unbroken = np.unwrap([fix.lon for fix in known], period=360.0)  # across the date line
    lon, lat = stepped(unbroken.tolist()), stepped([fix.lat for fix in known])
    pressure = stepped([fix.pressure or 0.0 for fix in known])
    wind = stepped([UNKNOWN_WIND if fix.wind is None else fix.wind for fix in known])
    metres = np.radians(1.0) * EARTH_RADIUS
    east = np.gradient(lon, seconds) * metres * np.cos(np.radians(lat))
    north = np.gradient(lat, seconds) * metres
    deficit = np.maximum(environment_pressure - pressure, 100.0)
    gradient = np.maximum(wind / surface_factor - np.hypot(east, north), 5.0)
    return Storm(
        start=known[0].time,
        seconds=seconds,
        lon=(lon + 180.0) % 360.0 - 180.0,
        lat=lat,
        deficit=deficit,
        east=east,
        north=north,
        radius=radius_of_maximum_wind(deficit, lat, fit=fit),
        b=np.clip(AIR_DENSITY * math.e * gradient**2 / deficit, *B_RANGE),
        averaging_minutes=known[0].averaging_minutes,
        surface_factor=surface_factor,
    )


def wind_field(
    storm: Storm,
    step: int | NDArray[np.int64],
    *,
    lon: ArrayLike,
    lat: ArrayLike,
    surface_factor: ArrayLike | None = None,
    inflow_deg: float = 20.0,
) -> WindField:
    """Return the wind at places at one step of a storm.

    Parameters
    ----------
    storm : Storm
        The storm. [-]
    step : int or ndarray of int
        Which step, or one step for each place. [-]
    lon, lat : array_like
        Places, WGS 84. [deg]
    surface_factor : array_like or None
        10 m over gradient wind at each place, 0.4 to 1; None takes the storm's (sea). [1]
    inflow_deg : float
        Angle by which the wind turns inwards, 0 to 45. [deg]

    Returns
    -------
    WindField
        Speed 0 beyond 500 km from the centre.
    """
    factor, _ = _factor_and_inflow(storm, surface_factor, inflow_deg)
    lon_p, lat_p = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    metres = np.radians(1.0) * EARTH_RADIUS
    north = (lat_p - storm.lat[step]) * metres
    east = (lon_p - storm.lon[step]) * metres * np.cos(np.radians(storm.lat[step]))
    r = np.maximum(np.hypot(east, north), 1.0)
    v = gradient_wind(
        r,
        deficit=storm.deficit[step],
        radius=storm.radius[step],
        b=storm.b[step],
        lat=storm.lat[step],
    )
    turn = np.radians(inflow_deg)
    w = np.minimum(1.0, storm.radius[step] / r)
    to_east = v * (-np.cos(turn) * north - np.sin(turn) * east) / r + storm.east[step] * w
    to_north = v * (np.cos(turn) * east - np.sin(turn) * north) / r + storm.north[step] * w
    inside = r <= FARTHEST
    speed = np.where(inside, np.hypot(to_east, to_north) * factor, 0.0)
    return WindField(speed=speed, from_deg=np.degrees(np.arctan2(-to_east, -to_north)) % 360.0)


def largest_wind(
    storm: Storm,
    *,
    lon: ArrayLike,
    lat: ArrayLike,
    surface_factor: ArrayLike | None = None,
    inflow_deg: float = 20.0,
) -> LargestWind:
    """Return the strongest wind at many places over the whole storm.

    Compiled; the profile of each step is tabulated every 500 m, which costs less than
    0.05 m/s against `wind_field`.

    Parameters
    ----------
    storm : Storm
        The storm. [-]
    lon, lat : array_like
        Places of one shape, WGS 84. [deg]
    surface_factor : array_like or None
        10 m over gradient wind at each place, 0.4 to 1; None takes the storm's (sea). [1]
    inflow_deg : float
        Angle by which the wind turns inwards, 0 to 45. [deg]

    Returns
    -------
    LargestWind
        Of the shape of lon and lat.
    """
    factor, turn = _factor_and_inflow(storm, surface_factor, inflow_deg)
    lon_p, lat_p = np.broadcast_arrays(
        np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    )
    speed = np.zeros(lon_p.size)
    when = np.full(lon_p.size, -1, dtype=np.int64)
    metres = np.radians(1.0) * EARTH_RADIUS
    _strongest(
        storm.lon,
        storm.lat,
        metres * np.cos(np.radians(storm.lat)),
        metres,
        storm.east,
        storm.north,
        storm.radius,
        _profiles(storm),
        math.cos(turn),
        math.sin(turn),
        lon_p.ravel(),
        lat_p.ravel(),
        speed,
        when,
    )
    shape = lon_p.shape
    return LargestWind(speed=np.asarray(speed.reshape(shape) * factor), step=when.reshape(shape))


def gust(wind_speed: ArrayLike, *, factor: float = 1.25) -> NDArray[np.float64]:
    """Return the gust that belongs to a sustained wind.

    Parameters
    ----------
    wind_speed : array_like
        Sustained wind, >= 0. [m/s]
    factor : float
        Gust over sustained wind, 1 to 2; 1.2 to 1.3 over sea (confidence M), more over land. [1]

    Returns
    -------
    ndarray
        Gust. [m/s]
    """
    v = not_negative(wind_speed, name="wind_speed", unit="m/s")
    return np.asarray(v * between(factor, 1, 2, name="factor", unit=""))


def warm_up() -> None:
    """Compile the kernel, see `anlan.science.common.compiled`."""
    empty = np.zeros(0)
    _strongest(
        empty, empty, empty, 1.0, empty, empty, empty, np.zeros((0, 2)), 1.0, 0.0, empty, empty,
        np.zeros(0), np.zeros(0, dtype=np.int64),
    )  # fmt: skip


def _factor_and_inflow(
    storm: Storm, surface_factor: ArrayLike | None, inflow_deg: float
) -> tuple[NDArray[np.float64], float]:
    given = storm.surface_factor if surface_factor is None else surface_factor
    CARD.check(surface_factor=given, inflow_deg=inflow_deg)
    return np.asarray(given, dtype=np.float64), math.radians(inflow_deg)


def _profiles(storm: Storm) -> NDArray[np.float64]:
    """Return the gradient wind of every step at multiples of the table step."""
    r = np.arange(1, int(FARTHEST / TABLE_STEP) + 2) * TABLE_STEP
    table = np.zeros((len(storm.seconds), len(r) + 1))  # nothing in the very centre
    table[:, 1:] = gradient_wind(
        r[None, :],
        deficit=storm.deficit[:, None],
        radius=storm.radius[:, None],
        b=storm.b[:, None],
        lat=storm.lat[:, None],
    )
    return table


@nb.njit(cache=True)
def _strongest(  # type: ignore[no-untyped-def]
    lon, lat, east_scale, north_scale, east, north, radius, table, cosine, sine, plon, plat,
    speed, when,
):  # fmt: skip
    farthest = FARTHEST
    per_step = 1.0 / TABLE_STEP
    for i in range(plon.size):
        best = 0.0
        found = -1
        for t in range(lon.size):
            dy = (plat[i] - lat[t]) * north_scale
            if abs(dy) > farthest:
                continue
            dx = (plon[i] - lon[t]) * east_scale[t]
            square = dx * dx + dy * dy
            if square > farthest * farthest:
                continue
            r = max(math.sqrt(square), 1.0)
            inverse = 1.0 / r
            k = r * per_step
            j = int(k)
            v = (table[t, j] + (k - j) * (table[t, j + 1] - table[t, j])) * inverse
            w = min(1.0, radius[t] * inverse)
            ux = -v * (cosine * dy + sine * dx) + east[t] * w
            uy = v * (cosine * dx - sine * dy) + north[t] * w
            s = ux * ux + uy * uy
            if s > best:
                best = s
                found = t
        speed[i] = math.sqrt(best)
        when[i] = found
