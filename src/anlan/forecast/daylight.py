"""The sun over a place, and the stability class that wind, cloud and sun make likely.

Two published readings are asked: Pasquill (1961) with the strength of the sun after Turner
(EPA-454/R-99-005, tables 6-5 and 6-6), and GB/T 13201-91 annex B. Where they disagree, or cloud is
of unknown height, the more stable class is taken: it carries further. For the same reason a high
sun never makes a class less stable than a moderate one: that would rest on a cloud seen by eye.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from anlan.science.release.stability import (
    insolation_class,
    pasquill_class,
    pasquill_turner_class,
    solar_elevation,
)

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.forecast.types import Place

__all__ = ["Sun", "ground_of_class", "pasquill", "sun_at"]

TWILIGHT: Final = timedelta(hours=1)
"""Night lasts until an hour after sunrise, and begins an hour before sunset (Pasquill 1961)."""

OCTAS_TO_TENTHS: Final = 10.0 / 8.0
GROUND: Final = "Pasquill–Turner 与 GB/T 13201-91 取较稳定者"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sun:
    """Height of the sun, and the lowest that it has within an hour, in degrees."""

    height_deg: float
    lowest_deg: float

    @property
    def is_up(self) -> bool:
        """Tell whether it is light."""
        return self.height_deg > 0

    @property
    def text(self) -> str:
        """Say how high it stands."""
        return f"太阳高度 {self.height_deg:.0f}°".replace("-", "−")


def sun_at(place: Place, *moments: datetime) -> Sun:
    """Return the sun over a place, to a tenth of a degree; of several moments, the lowest.

    Raises
    ------
    ValueError
        If a moment has no time zone.
    """
    return min((_sun(place, moment) for moment in moments), key=lambda sun: sun.height_deg)


def _sun(place: Place, moment: datetime) -> Sun:
    height, *around = (
        round(solar_elevation(place.lon, place.lat, when=when), 1)
        for when in (moment, moment - TWILIGHT, moment + TWILIGHT)
    )
    return Sun(height_deg=height, lowest_deg=min(height, *around))


def pasquill(wind_speed: float, *, cloud_octas: float, is_day: bool, sun: Sun | None = None) -> str:
    """Return the Pasquill class from wind, cloud, daylight and the sun, where it is known.

    Without the sun a day is taken as moderate under half cloud and weak above. The sun can only
    make the class more stable than that; it does so too where it contradicts `is_day`: the clock
    of an exercise may be wrong either way, and the longer zone covers both.
    """
    readings = [pasquill_class(wind_speed, insolation=_sky(cloud_octas, is_day=is_day))]
    if sun is not None:
        cloud = cloud_octas * OCTAS_TO_TENTHS
        height = sun.height_deg if sun.lowest_deg > 0 else min(sun.height_deg, 0.0)
        strength = insolation_class(height, total_cloud=cloud)
        readings.append(pasquill_class(wind_speed, insolation=strength))
        readings += [
            pasquill_turner_class(
                wind_speed, solar_elevation_deg=height, total_cloud=cloud, low_cloud=low
            )
            for low in (0.0, cloud)
        ]
    return max(readings)


def _sky(cloud_octas: float, *, is_day: bool) -> str:
    """Return the column of Pasquill's table where nobody knows how high the sun stands."""
    if not is_day:
        return "night cloudy" if cloud_octas >= 4 else "night clear"
    if cloud_octas >= 7:
        return "overcast"
    return "moderate" if cloud_octas <= 4 else "slight"


def ground_of_class(
    wind_speed: float, *, cloud_octas: float, entered_day: bool | None, sun: Sun
) -> str:
    """Say what a class was read from; `entered_day` is None where nobody said day or night."""
    said = f"风速 {wind_speed:g} m/s、云量 {cloud_octas:g}/8、{sun.text}"
    if entered_day is not None and entered_day != sun.is_up:
        day = "白天" if entered_day else "夜间"
        said += f"；填的是{day}，与推算的太阳高度不符，请核对时间"
    elif sun.is_up and sun.lowest_deg <= 0 and entered_day is not False:
        said += "；日出后、日落前一小时内按夜间计"
    return f"{said}；{GROUND}"
