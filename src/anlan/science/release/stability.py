r"""Stability of the air after Pasquill and Turner, wind over height, height of the sun.

Classes A (very unstable) to F (stable). Two ways:

* Pasquill (1961): wind at 10 m with incoming sun by day or cloud by night.
* Pasquill-Turner in the form of GB/T 13201-91 annex B: height of the sun and cloud give a
  radiation index from -2 to +3, wind and index give the class.

How strong the sun is in Pasquill's sense follows from its height and the cloud after Turner
(`insolation_class`).

Where a table gives two classes ("A-B") the more stable one is taken: it carries farther.

.. math:: u(z) = u_0 (z / z_0)^{p}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative, positive
from anlan.science.common.refusal import Kind, Rule, RuleError
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "CLASSES",
    "insolation_class",
    "pasquill_class",
    "pasquill_turner_class",
    "solar_elevation",
    "wind_at_height",
    "wind_exponent",
]

CLASSES = ("A", "B", "C", "D", "E", "F")
"""Stability classes, from very unstable to stable. [-]"""

INSOLATION = ("strong", "moderate", "slight", "overcast", "night cloudy", "night clear")
"""Columns of Pasquill's table; night cloudy is at least 4/8 of low cloud. [-]"""

CARD = ModelCard(
    key="release.stability",
    version=1,
    title="Atmospheric stability class and wind profile",
    title_zh="大气稳定度与风廓线",
    inputs=(
        Quantity(name="wind_speed", title="10 米高风速", unit="m/s", low=0.0, high=60.0),
        Quantity(name="solar_elevation_deg", title="太阳高度角", unit="deg", low=-90.0, high=90.0),
        Quantity(name="total_cloud", title="总云量", unit="1/10", low=0.0, high=10.0),
        Quantity(name="low_cloud", title="低云量", unit="1/10", low=0.0, high=10.0),
    ),
    outputs=(Quantity(name="stability", title="稳定度", unit="1", choices=CLASSES),),
    references=(
        (
            "Pasquill, F. (1961) The estimation of the dispersion of windborne material,"
            " Meteorological Magazine 90, 33-49, table 1"
        ),
        (
            "Turner, D. B. (1964) A diffusion model for an urban area, J. Appl. Meteorology 3,"
            " 83-91; the form of EPA-454/R-99-005 (2000), tables 6-5 and 6-6"
        ),
        "GB/T 13201-91 制定地方大气污染物排放标准的技术方法, 附录 B",
        "EPA (1995) ISC3 User's Guide volume II, EPA-454/B-95-003b (wind profile exponents)",
    ),
    limits=(
        "静风、强逆温、海陆风和山谷风时分类不可靠",
        "无云量观测时不要猜：用保守的 F 类另算一次",
    ),
    unconfirmed=("GB/T 13201-91 附录 B 表 B2（风速与辐射等级）凭记忆录入",),
)

_PASQUILL = {  # wind below 2, 3, 5, 6 m/s and above, columns as INSOLATION
    2.0: "ABBDFF",
    3.0: "BBCDEF",
    5.0: "BCCDDE",
    6.0: "CDDDDD",
    np.inf: "CDDDDD",
}
"""Pasquill (1961), table 1; of two classes the more stable one; F for the empty calm night."""

_RADIATION = (  # total <=, low <=, index at night and for sun <= 15, 35, 65, 90 degrees
    (4.0, 4.0, (-2, -1, 1, 2, 3)),
    (7.0, 4.0, (-1, 0, 1, 2, 3)),
    (10.0, 4.0, (-1, 0, 0, 1, 1)),
    (10.0, 7.0, (0, 0, 0, 0, 1)),
    (10.0, 10.0, (0, 0, 0, 0, 0)),
)
"""GB/T 13201-91, table B1; agrees with the transcription in Hans Publishers file 14-1750504."""

_TURNER = {  # wind up to; class for index 3, 2, 1, 0, -1, -2
    1.95: "ABBDEF",
    2.95: "BBCDEF",
    4.95: "BCCDDE",
    5.95: "CDDDDD",
    np.inf: "DDDDDD",
}
"""GB/T 13201-91, table B2 (from memory, to be confirmed); of two classes the more stable one."""


_STRENGTHS = ("overcast", "slight", "moderate", "strong")
"""Columns of Pasquill's table for Turner's insolation class numbers 1 to 4."""

_SUN_LIMITS = (15.0, 35.0, 60.0)
"""EPA-454/R-99-005, table 6-5: slight above 15, moderate above 35, strong above 60. [deg]"""


def insolation_class(solar_elevation_deg: float, *, total_cloud: float) -> str:
    """Return how strong the sun is in Pasquill's sense, from its height and the cloud (Turner).

    Parameters
    ----------
    solar_elevation_deg : float
        Height of the sun; night at and below the horizon. [deg]
    total_cloud : float
        Share of the sky covered, 0 to 10. [1/10]

    Returns
    -------
    str
        A column for `pasquill_class`. [-]

    Notes
    -----
    Up to 5/10 of cloud changes nothing. More takes two from the class number, as Turner has it for
    a ceiling below 7000 feet: nobody tells the height of the cloud, and low cloud gives the more
    stable air. Class number 1 (weak: the sun up to 15 degrees, or behind such cloud) has no column
    in Pasquill's table; Turner's own gives C in a calm and D above 1.9 m/s: D is taken. The hour
    after sunrise and before sunset, which both count as night, is for the caller to tell.

    Examples
    --------
    A summer noon, the same behind broken cloud, and a December morning in Jinan:

    >>> insolation_class(70, total_cloud=2), insolation_class(70, total_cloud=7)
    ('strong', 'slight')
    >>> insolation_class(23, total_cloud=2)
    'slight'
    """
    sun = float(between(solar_elevation_deg, -90, 90, name="solar_elevation_deg", unit="deg"))
    cloud = float(between(total_cloud, 0, 10, name="total_cloud", unit="1/10"))
    if sun <= 0:
        return "night cloudy" if cloud >= 5 else "night clear"
    if cloud >= 10:
        return "overcast"
    number = int(np.searchsorted(_SUN_LIMITS, sun)) - (2 if cloud > 5 else 0)
    return _STRENGTHS[max(number, 0)]


def pasquill_class(wind_speed: float, *, insolation: str) -> str:
    """Return the stability class from wind and sun, or cloud by night (Pasquill 1961).

    Parameters
    ----------
    wind_speed : float
        Wind at 10 m, 0 to 60. [m/s]
    insolation : str
        `strong`, `moderate`, `slight`, `overcast`, `night cloudy` or `night clear`. [-]

    Returns
    -------
    str
        Class A to F.

    Examples
    --------
    >>> pasquill_class(1.5, insolation="strong"), pasquill_class(2.5, insolation="night clear")
    ('A', 'F')
    """
    u = float(not_negative(wind_speed, name="wind_speed", unit="m/s"))
    CARD.check(wind_speed=wind_speed)
    if insolation not in INSOLATION:
        raise RuleError("insolation", Rule(Kind.ONE_OF, tuple(INSOLATION)), insolation)
    if insolation == "overcast":
        return "D"
    row = next(classes for limit, classes in _PASQUILL.items() if u < limit)
    return row[INSOLATION.index(insolation)]


def pasquill_turner_class(
    wind_speed: float, *, solar_elevation_deg: float, total_cloud: float, low_cloud: float
) -> str:
    """Return the stability class from wind, sun and cloud (GB/T 13201-91, annex B).

    Parameters
    ----------
    wind_speed : float
        Wind at 10 m, ten-minute mean, 0 to 60. [m/s]
    solar_elevation_deg : float
        Height of the sun; negative at night. [deg]
    total_cloud : float
        Share of the sky covered, 0 to 10. [1/10]
    low_cloud : float
        Share covered by low cloud, 0 to `total_cloud`. [1/10]

    Returns
    -------
    str
        Class A to F.

    Examples
    --------
    A clear night with 1 m/s, and noon in summer with 3 m/s:

    >>> pasquill_turner_class(1.0, solar_elevation_deg=-20, total_cloud=1, low_cloud=0)
    'F'
    >>> pasquill_turner_class(3.0, solar_elevation_deg=70, total_cloud=2, low_cloud=0)
    'B'
    """
    u = float(not_negative(wind_speed, name="wind_speed", unit="m/s"))
    CARD.check(wind_speed=wind_speed)
    sun = float(between(solar_elevation_deg, -90, 90, name="solar_elevation_deg", unit="deg"))
    total = float(between(total_cloud, 0, 10, name="total_cloud", unit="1/10"))
    low = float(between(low_cloud, 0, total, name="low_cloud", unit="1/10"))
    column = 0 if sun <= 0 else 1 + int(np.searchsorted((15.0, 35.0, 65.0), sun))
    index = next(row[column] for t, lo, row in _RADIATION if total <= t and low <= lo)
    classes = next(row for limit, row in _TURNER.items() if u <= limit)
    return classes[3 - index]


def solar_elevation(lon: float, lat: float, *, when: datetime) -> float:
    """Return the height of the sun above the horizon, without refraction.

    Parameters
    ----------
    lon, lat : float
        Place, WGS 84. [deg]
    when : datetime
        Moment, with its zone. [-]

    Returns
    -------
    float
        Elevation, good to 0.5 degrees; negative at night. [deg]

    References
    ----------
    Spencer, J. W. (1971) Fourier series representation of the position of the sun, Search 2(5).
    """
    offset = when.utcoffset()
    if offset is None:
        raise ValueError(f"when must carry its time zone, got {when!r}")
    utc = when - offset
    hours = utc.hour + utc.minute / 60 + utc.second / 3600
    g = 2 * np.pi * (utc.timetuple().tm_yday - 1 + (hours - 12) / 24) / 365
    declination = (
        0.006918
        - 0.399912 * np.cos(g)
        + 0.070257 * np.sin(g)
        - 0.006758 * np.cos(2 * g)
        + 0.000907 * np.sin(2 * g)
        - 0.002697 * np.cos(3 * g)
        + 0.00148 * np.sin(3 * g)
    )
    equation = 229.18 * (
        0.000075
        + 0.001868 * np.cos(g)
        - 0.032077 * np.sin(g)
        - 0.014615 * np.cos(2 * g)
        - 0.040849 * np.sin(2 * g)
    )
    hour_angle = np.radians((hours * 60 + equation + 4 * lon) / 4 - 180)
    phi = np.radians(lat)
    sine = np.sin(phi) * np.sin(declination)
    sine += np.cos(phi) * np.cos(declination) * np.cos(hour_angle)
    return float(np.degrees(np.arcsin(np.clip(sine, -1, 1))))


def wind_exponent(stability: str, *, terrain: str = "rural") -> float:
    """Return the exponent of the wind profile.

    Parameters
    ----------
    stability : str
        Class A to F. [-]
    terrain : str
        `rural`, `urban_ISC3` or `urban_CCPS_Irwin`; the two urban rows differ for E and F. [-]

    Returns
    -------
    float
        Exponent p. [1]

    Examples
    --------
    >>> wind_exponent("F"), wind_exponent("F", terrain="urban_ISC3")
    (0.55, 0.3)
    """
    rows = {row["terrain"]: row for row in read_rows("anlan.science.release", "wind_power_law.csv")}
    if terrain not in rows:
        raise RuleError("terrain", Rule(Kind.ONE_OF, tuple(rows)), terrain)
    if stability not in CLASSES:
        raise RuleError("stability", Rule(Kind.ONE_OF, tuple(CLASSES)), stability)
    return float(rows[terrain][stability])


def wind_at_height(
    wind_speed: ArrayLike,
    height: ArrayLike,
    *,
    stability: str,
    terrain: str = "rural",
    measured_at: float = 10.0,
) -> NDArray[np.float64]:
    """Return the wind at another height (power law).

    Parameters
    ----------
    wind_speed : array_like
        Wind at the height of measurement, 0 to 60. [m/s]
    height : array_like
        Height wanted, > 0; below 200 m. [m]
    stability : str
        Class A to F. [-]
    terrain : str
        See `wind_exponent`. [-]
    measured_at : float
        Height of the measurement, > 0. [m]

    Returns
    -------
    ndarray
        Wind. [m/s]
    """
    u = not_negative(wind_speed, name="wind_speed", unit="m/s")
    CARD.check(wind_speed=wind_speed)
    z = positive(height, name="height", unit="m")
    if not np.all(z <= 200):
        raise RuleError("height", Rule(Kind.AT_MOST, (200,), "m"), height, title="高度")
    z0 = positive(measured_at, name="measured_at", unit="m")
    return np.asarray(u * (z / z0) ** wind_exponent(stability, terrain=terrain))
