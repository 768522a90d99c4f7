"""Areas in which a gas in the air may burn: the lower limit and half of it, on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shapely.ops import unary_union

from anlan.forecast.hazards.gas_source import CALM, check_air
from anlan.forecast.hazards.rings import distance_figure
from anlan.forecast.scenarios import KELVIN
from anlan.forecast.shapes import disc
from anlan.forecast.types import Figure, Footprint
from anlan.science.release import heavy, plume, threat
from anlan.science.release.zone import place_zone, rotated_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.setting import Setting
    from anlan.science.release.leak import SourceTerm
    from anlan.science.release.zone import Zone

__all__ = ["LABELS", "air_over", "flammable_area", "flammable_footprints"]

LABELS: Final = (("lfl", "爆炸下限区"), ("lfl_half", "半爆炸下限警戒区"))
SOURCE: Final = f"可燃气云（高斯烟羽 v{plume.CARD.version}、重气 v{heavy.CARD.version}）"


def air_over(setting: Setting, scheme: str = "briggs_rural") -> threat.Weather:
    """Return the weather as the cloud models take it; calm air as the least wind they hold."""
    weather = setting.weather
    check_air(weather)
    return threat.Weather(
        wind_speed=max(weather.wind_speed, CALM),
        wind_from_deg=weather.wind_from_deg or 0.0,
        temperature=weather.temperature_c + KELVIN,
        stability=weather.stability,
        scheme=scheme,
    )


def flammable_area(zone: Zone, setting: Setting) -> BaseGeometry:
    """Return a zone on the map; without a known wind the circle of its length."""
    weather, place = setting.weather, setting.place
    if weather.wind_from_deg is None or weather.wind_speed < CALM:
        return disc(place, zone.length)
    return place_zone(zone, lon=place.lon, lat=place.lat, wind_from_deg=weather.wind_from_deg)


def flammable_footprints(
    terms: Sequence[SourceTerm], setting: Setting, over: threat.Weather, *, height: float = 0.0
) -> tuple[Footprint, ...]:
    """Return the areas above the lower flammable limit and above half of it.

    Parameters
    ----------
    terms
        What gets into the air, the likeliest first, then the ends of its range.
    height
        Of the release. [m]
    """
    if setting.member:
        terms = terms[:1]
    readings = [threat.flammable_zones(term, over, height=height) for term in terms]
    weather, place = setting.weather, setting.place
    found = []
    for (key, label), *zones in zip(LABELS, *readings, strict=True):
        likely = zones[0]
        if likely.zone.length <= 0:
            continue
        areas = [flammable_area(z.zone, setting) for z in zones]
        swept = areas
        if weather.wind_from_deg is not None and weather.wind_speed >= CALM and not setting.member:
            swept = [
                rotated_zone(
                    z.zone,
                    lon=place.lon,
                    lat=place.lat,
                    wind_from_deg=weather.wind_from_deg,
                    spread_deg=min(weather.wind_spread_deg, 180.0),
                )
                for z in zones
            ]
        lengths = [z.zone.length for z in zones]
        found.append(
            Footprint(
                key=key,
                label=label,
                threshold=Figure(
                    value=round(likely.guideline.ppm / 1e4, 3), unit="%（体积）", source="物性表"
                ),
                area=areas[0],
                envelope=unary_union([*swept, *areas]),
                figures={
                    "下风向距离": distance_figure(lengths[0], lengths, SOURCE),
                    "最大半宽": distance_figure(
                        likely.zone.half_width, [z.zone.half_width for z in zones], SOURCE
                    ),
                },
                members=tuple(areas),
            )
        )
    return tuple(found)
