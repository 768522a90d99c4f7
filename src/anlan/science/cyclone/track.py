"""Tracks of tropical cyclones, and the averaging period behind every wind.

A wind is worth nothing without its averaging period: JMA states ten-minute means, CMA two
minutes, the American centres one minute. Each fix carries it; `convert_wind` converts openly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.checks import between, not_negative
from anlan.science.common.refusal import Kind, RefusalError, Rule, RuleError

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Fix", "Track", "convert_wind", "decayed_wind"]

ONE_MINUTE_RATIO = 1.08
"""One-minute over ten-minute wind at sea, WMO/TD-1555 (Harper et al. 2010), confidence M; older
practice used 1.12 to 1.14. [1]"""

LANDFALL_FACTOR, DECAY_RATE, BACKGROUND_WIND = 0.9, 0.095, 26.7 * 1852 / 3600
"""Kaplan & DeMaria (1995), doi:10.1175/1520-0450(1995)034<2499:ASEMFP>2.0.CO;2: R, alpha per
hour, and background wind (26.7 kt). Fitted in the south-east of the United States. [1], [1/h],
[m/s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One position of a cyclone.

    Parameters
    ----------
    time : datetime
        Moment, UTC. [-]
    lon, lat : float
        Position of the centre, WGS 84. [deg]
    pressure : float or None
        Pressure in the centre; None where not analysed. [Pa]
    wind : float or None
        Largest sustained wind at 10 m; None where not analysed, which is not calm. [m/s]
    averaging_minutes : int
        Averaging period of that wind. [min]
    grade : str
        The agency's own grade. [-]
    gale_radius, storm_radius : tuple of float or None
        Longest and shortest radius of 30 kt and of 50 kt wind. [m]
    """

    time: datetime
    lon: float
    lat: float
    pressure: float | None
    wind: float | None
    averaging_minutes: int
    grade: str = ""
    gale_radius: tuple[float, float] | None = None
    storm_radius: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for name, title, value, low, high, unit in (  # plain: ensembles make many fixes
            ("lon", "经度", self.lon, -180, 180, "deg"),
            ("lat", "纬度", self.lat, -90, 90, "deg"),
            ("pressure", "中心气压", self.pressure, 85_000, 105_000, "Pa"),
            ("wind", "最大风速", self.wind, 0, 120, "m/s"),
        ):
            if value is not None and not low <= value <= high:
                raise RuleError(name, Rule(Kind.BETWEEN, (low, high), unit), value, title)
        if self.time.utcoffset() is None:
            raise ValueError(f"time must carry its zone, got {self.time!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The positions of one cyclone in the order of time.

    Parameters
    ----------
    agency : str
        Who analysed it: `JMA`, `CMA`, `USA`, … [-]
    number : str
        The agency's or the international number, such as 1909. [-]
    name : str
        International name in capitals. [-]
    fixes : tuple of Fix
        At least two, in the order of time. [-]
    """

    agency: str
    number: str
    name: str
    fixes: tuple[Fix, ...]

    def __post_init__(self) -> None:
        if len(self.fixes) < 2:
            raise RefusalError(
                f"{self.name}: a track needs at least two fixes", zh="路径至少要有两个定位"
            )
        times = [fix.time for fix in self.fixes]
        if any(b <= a for a, b in zip(times, times[1:], strict=False)):  # noqa: RUF007
            raise RefusalError(
                f"{self.name}: the fixes are not in the order of time",
                zh="定位没有按时间先后排列",
            )

    @property
    def hours(self) -> NDArray[np.float64]:
        """Time of each fix after the first, in hours; the spacing is irregular."""
        first = self.fixes[0].time
        return np.array([(fix.time - first).total_seconds() / 3600 for fix in self.fixes])

    @property
    def strongest_wind(self) -> float:
        """Largest wind of all fixes, in m/s, in the agency's averaging period."""
        return max((fix.wind for fix in self.fixes if fix.wind is not None), default=float("nan"))

    @property
    def lowest_pressure(self) -> float:
        """Lowest pressure of all fixes, in Pa."""
        known = (fix.pressure for fix in self.fixes if fix.pressure is not None)
        return min(known, default=float("nan"))


def convert_wind(
    wind: ArrayLike,
    *,
    from_minutes: float,
    to_minutes: float,
    one_minute_ratio: float = ONE_MINUTE_RATIO,
) -> NDArray[np.float64]:
    """Return a sustained wind in another averaging period.

    Between one and ten minutes the ratio is interpolated in the logarithm of the period; that
    is ours, not the WMO's. Every value is to be confirmed (待确认).

    Parameters
    ----------
    wind : array_like
        Wind, >= 0. [m/s]
    from_minutes, to_minutes : float
        Averaging periods, 1 to 10. [min]
    one_minute_ratio : float
        One-minute over ten-minute wind, 1 to 1.3. [1]

    Returns
    -------
    ndarray
        Wind. [m/s]

    Examples
    --------
    >>> round(float(convert_wind(40.0, from_minutes=10, to_minutes=1)), 1)
    43.2
    """
    v = not_negative(wind, name="wind", unit="m/s")
    a = between(from_minutes, 1, 10, name="from_minutes", unit="min")
    b = between(to_minutes, 1, 10, name="to_minutes", unit="min")
    ratio = between(one_minute_ratio, 1, 1.3, name="one_minute_ratio", unit="")
    return np.asarray(v * ratio ** np.log10(a / b))


def decayed_wind(wind: ArrayLike, hours_on_land: ArrayLike) -> NDArray[np.float64]:
    """Return the largest wind after hours on land (Kaplan & DeMaria 1995).

    For forecasts only: a best track has the decay in it already.

    Parameters
    ----------
    wind : array_like
        One-minute wind at landfall, >= 0. [m/s]
    hours_on_land : array_like
        Time since landfall, >= 0. [h]

    Returns
    -------
    ndarray
        One-minute wind; below the background it stays as it was. [m/s]
    """
    v = not_negative(wind, name="wind", unit="m/s")
    t = not_negative(hours_on_land, name="hours_on_land", unit="h")
    rest = np.maximum(LANDFALL_FACTOR * v - BACKGROUND_WIND, 0.0) * np.exp(-DECAY_RATE * t)
    return np.asarray(np.minimum(BACKGROUND_WIND + rest, v))
