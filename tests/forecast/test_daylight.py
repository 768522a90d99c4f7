"""The class of the air follows the sun over the place, and never asks for a shorter zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.forecast import ensemble
from anlan.forecast.daylight import Sun, pasquill, sun_at
from anlan.forecast.hazards import gas_release
from anlan.forecast.scenarios import Weather
from anlan.forecast.services import entered
from anlan.forecast.setting import Setting
from anlan.forecast.types import Forecast, Place
from anlan.science.release.stability import pasquill_class

CHINA = timezone(timedelta(hours=8))
PLACE = Place(lon=117.45, lat=36.75, name="示例化工园区")
DECEMBER = datetime(2026, 12, 20, 10, 0, tzinfo=CHINA)
JUNE = datetime(2026, 6, 20, 12, 0, tzinfo=CHINA)
WIND = {"wind_speed": 3.0, "wind_from_deg": 45.0, "temperature_c": 5.0, "cloud_octas": 2}

winds = st.floats(0, 20)
clouds = st.floats(0, 8)
heights = st.floats(-90, 90)


def under(height: float, lowest: float | None = None) -> Sun:
    return Sun(height_deg=height, lowest_deg=height if lowest is None else min(height, lowest))


def read(moment: datetime | None, **more: Any) -> Weather:
    return Weather.parse({**WIND, **more}, sun=None if moment is None else sun_at(PLACE, moment))


def forecast(moment: datetime, leak: dict[str, Any] | None = None, **more: Any) -> Forecast:
    inputs = gas_release.MODEL.parse({"substance": "液氨", **(leak or {})}, 5.0)
    return gas_release.MODEL.run(
        inputs, Setting(place=PLACE, weather=read(moment, **more), moment=moment)
    )


@given(winds, clouds, st.booleans(), st.tuples(heights, heights), st.floats(0, 30))
def test_a_lower_sun_never_makes_the_air_less_stable(
    wind: float, cloud: float, is_day: bool, both: tuple[float, float], around: float
) -> None:
    low, high = sorted(both)
    found = [
        pasquill(wind, cloud_octas=cloud, is_day=is_day, sun=under(h, max(h - around, -90)))
        for h in (low, high)
    ]
    assert found[0] >= found[1]


@given(winds, clouds, st.tuples(heights, heights))
def test_a_lower_sun_never_makes_the_air_less_stable_where_the_sun_tells_the_day(
    wind: float, cloud: float, both: tuple[float, float]
) -> None:
    low, high = (
        Weather.parse({"wind_speed": wind, "cloud_octas": cloud}, sun=under(h)).stability
        for h in sorted(both)
    )
    assert low >= high


@given(winds, clouds, st.booleans(), heights)
def test_the_sun_never_makes_the_air_less_stable_than_without_it(
    wind: float, cloud: float, is_day: bool, height: float
) -> None:
    without = pasquill(wind, cloud_octas=cloud, is_day=is_day)
    assert pasquill(wind, cloud_octas=cloud, is_day=is_day, sun=under(height)) >= without


@pytest.mark.parametrize(
    ("height", "cloud", "strength"),
    [(70.0, 2, "moderate"), (45.0, 2, "moderate"), (23.0, 2, "slight"), (-5.0, 2, "night clear")],
)
@pytest.mark.parametrize("wind", [1.0, 2.5, 4.0, 5.5, 7.0])
def test_the_class_is_that_of_the_table_for_the_height_of_the_sun(
    height: float, cloud: float, strength: str, wind: float
) -> None:
    """A sun above 60 degrees counts as moderate: the shorter zone would rest on the eye alone."""
    expected = pasquill_class(wind, insolation=strength)
    assert pasquill(wind, cloud_octas=cloud, is_day=height > 0, sun=under(height)) == expected


def test_of_two_readings_the_more_stable_is_taken() -> None:
    """Clear, 10 degrees: Turner has C or D, GB/T 13201-91 has E below 3 m/s."""
    assert pasquill(2.5, cloud_octas=2, is_day=True, sun=under(10.0)) == "E"
    assert pasquill(4.0, cloud_octas=2, is_day=True, sun=under(10.0)) == "D"


def test_broken_cloud_of_unknown_height_is_taken_as_low() -> None:
    assert pasquill(2.5, cloud_octas=6, is_day=True) == "C"
    assert pasquill(2.5, cloud_octas=6, is_day=True, sun=under(45.0)) == "D"


def test_the_hour_after_sunrise_counts_as_night() -> None:
    assert pasquill(2.5, cloud_octas=2, is_day=True, sun=under(9.0, lowest=-1.0)) == "F"
    assert pasquill(2.5, cloud_octas=2, is_day=True, sun=under(9.0, lowest=1.0)) == "E"
    morning = read(datetime(2026, 12, 20, 8, 0, tzinfo=CHINA))
    assert (morning.is_day, morning.stability) == (True, "E")
    assert "日出后、日落前一小时内按夜间计" in morning.assumptions[-1].basis


def test_the_lowest_sun_of_several_moments_counts() -> None:
    evening = DECEMBER.replace(hour=19)
    assert (
        sun_at(PLACE, DECEMBER, evening)
        == sun_at(PLACE, evening)
        == sun_at(PLACE, evening, DECEMBER)
    )


def test_day_or_night_follows_the_sun_where_nobody_said_it_and_the_ground_stands_there() -> None:
    weather = read(DECEMBER)
    assert (weather.is_day, weather.stability, weather.sun_deg) == (True, "C", 22.8)
    said = {a.field: a.text for a in weather.assumptions}
    assert said["weather.is_day"] == "昼夜未填，按 白天 计（由地点和时刻推算，太阳高度 23°）"
    assert said["weather.stability"].startswith(
        "大气稳定度未填，按 C 计（风速 3 m/s、云量 2/8、太阳高度 23°；"
    )
    assert not read(DECEMBER.replace(hour=22)).is_day


def test_without_place_or_hour_the_cautious_reading_stays() -> None:
    weather = read(None)
    assert (weather.is_day, weather.stability, weather.sun_deg) == (False, "E", None)
    assert "weather.stability" not in {a.field for a in weather.assumptions}


def test_cloud_that_nobody_saw_is_the_sky_that_is_worst_under_that_sun() -> None:
    def sky(height: float) -> tuple[float, str]:
        found = Weather.parse({"wind_speed": 2.5}, sun=under(height))
        return found.cloud_octas, found.stability

    assert sky(45.0) == (8.0, "D")
    assert sky(10.0) == (0.0, "E")  # a clear sky over a low sun is worse than an overcast one
    assert sky(-10.0) == (0.0, "F")


@pytest.mark.parametrize(("entered_day", "hour", "word"), [(True, 0, "白天"), (False, 12, "夜间")])
def test_a_day_that_contradicts_the_sun_is_taken_and_the_longer_zone_with_a_hint(
    entered_day: bool, hour: int, word: str
) -> None:
    weather = read(JUNE.replace(hour=hour), is_day=entered_day)
    assert weather.is_day is entered_day
    assert weather.class_is_read
    assert weather.stability == "E"  # night, 3 m/s, clear: both ways
    ground = next(a.basis for a in weather.assumptions if a.field == "weather.stability")
    assert f"填的是{word}，与推算的太阳高度不符，请核对时间" in ground


def test_an_entered_class_stands_whatever_the_sun() -> None:
    weather = read(DECEMBER, stability="B", is_day=True, wind_spread_deg=20)
    assert weather.stability == "B"
    assert weather.assumptions == ()
    assert not weather.class_is_read


def test_the_worst_class_of_an_unknown_wind_is_not_read_anew() -> None:
    weather = Weather.parse({"cloud_octas": 2}, sun=sun_at(PLACE, DECEMBER))
    assert weather.stability == "F"
    assert not weather.class_is_read


def test_weather_that_was_kept_reads_the_same_again() -> None:
    weather = read(DECEMBER)
    again = Weather.parse(entered(weather))
    assert replace(again, assumptions=()) == replace(weather, assumptions=())
    recorded = Weather.parse(
        {**WIND, "sun_deg": weather.sun_deg, "sun_low_deg": weather.sun_low_deg}
    )
    assert recorded == weather


@pytest.mark.parametrize("leak", [{"hole_diameter_m": 0.02}, {"rate_kg_s": 0.05}])
@pytest.mark.parametrize("cloud", [0, 4, 6, 8])
def test_a_december_morning_has_no_shorter_zones_than_a_june_noon(
    leak: dict[str, Any], cloud: float
) -> None:
    winter, summer = (
        forecast(moment, leak, wind_speed=2.5, cloud_octas=cloud).footprints
        for moment in (DECEMBER, JUNE)
    )
    assert [z.key for z in winter] == [z.key for z in summer]
    for cold, warm in zip(winter, summer, strict=True):
        assert cold.area.area >= warm.area.area, cold.key


def test_a_leak_that_is_no_heavier_than_air_goes_half_as_far_again_under_the_low_sun() -> None:
    leak = {"rate_kg_s": 0.05}
    winter, summer = (
        forecast(moment, leak, wind_speed=2.5).footprint("aegl1") for moment in (DECEMBER, JUNE)
    )
    assert winter is not None
    assert summer is not None
    assert winter.area.area > 1.4 * summer.area.area  # class C against B


def test_the_ensemble_reads_each_member_under_the_same_sun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Weather] = []
    model = gas_release.MODEL

    def run(_inputs: object, setting: Setting) -> Forecast:
        seen.append(setting.weather)
        return told

    told = forecast(DECEMBER)
    weather = read(DECEMBER, wind_speed=2.5)
    leak = model.parse({"substance": "液氨", "hole_diameter_m": 0.02}, 5.0)
    here = Setting(place=PLACE, weather=weather, moment=DECEMBER)
    ensemble.run_ensemble(
        replace(model, run=run), entered(leak), entered(weather), here, members=12
    )
    assert {w.sun_deg for w in seen} == {weather.sun_deg}
    assert {w.stability for w in seen} == {"B", "C"}
    for one in seen:
        expected = pasquill(one.wind_speed, cloud_octas=2, is_day=True, sun=sun_at(PLACE, DECEMBER))
        assert one.stability == expected
