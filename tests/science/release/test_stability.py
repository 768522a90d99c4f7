from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.release.stability import (
    CLASSES,
    insolation_class,
    pasquill_class,
    pasquill_turner_class,
    solar_elevation,
    wind_at_height,
    wind_exponent,
)

CHINA = timezone(timedelta(hours=8))


@pytest.mark.published("release.stability", source="Pasquill (1961) table 1, single entries")
@pytest.mark.parametrize(
    ("wind", "sky", "expected"),
    [
        (1.0, "strong", "A"),
        (1.0, "slight", "B"),
        (2.5, "moderate", "B"),
        (2.5, "slight", "C"),
        (2.5, "night cloudy", "E"),
        (2.5, "night clear", "F"),
        (4.0, "strong", "B"),
        (4.0, "slight", "C"),
        (4.0, "night cloudy", "D"),
        (4.0, "night clear", "E"),
        (5.5, "strong", "C"),
        (5.5, "slight", "D"),
        (7.0, "strong", "C"),
        (7.0, "moderate", "D"),
        (1.0, "overcast", "D"),
        (7.0, "night clear", "D"),
    ],
)
def test_the_class_is_that_of_the_table(wind: float, sky: str, expected: str) -> None:
    assert pasquill_class(wind, insolation=sky) == expected


@pytest.mark.published(
    "release.stability", source="EPA ISC3 and CCPS (1999) table 2.11, exponents as printed"
)
def test_the_exponents_are_those_of_the_tables() -> None:
    assert [wind_exponent(c) for c in CLASSES] == [0.07, 0.07, 0.10, 0.15, 0.35, 0.55]
    assert wind_exponent("F", terrain="urban_CCPS_Irwin") == 0.60
    assert wind_exponent("F", terrain="urban_ISC3") == 0.30


@pytest.mark.property("release.stability")
@given(
    wind=st.floats(min_value=0, max_value=40),
    sun=st.floats(min_value=0.1, max_value=90),
    cloud=st.floats(min_value=0, max_value=10),
)
def test_a_day_is_never_more_stable_than_neutral(wind: float, sun: float, cloud: float) -> None:
    found = pasquill_turner_class(wind, solar_elevation_deg=sun, total_cloud=cloud, low_cloud=0)
    if sun > 15:
        assert found <= "D"
    assert found in CLASSES


@pytest.mark.property("release.stability")
@given(wind=st.floats(min_value=6.0, max_value=40), cloud=st.floats(min_value=0, max_value=10))
def test_a_strong_wind_is_neutral(wind: float, cloud: float) -> None:
    for sun in (-30.0, 10.0, 80.0):
        assert (
            pasquill_turner_class(wind, solar_elevation_deg=sun, total_cloud=cloud, low_cloud=0)
            == "D"
        )


def test_a_clear_calm_night_is_stable_and_an_overcast_one_neutral() -> None:
    assert pasquill_turner_class(1.0, solar_elevation_deg=-5, total_cloud=2, low_cloud=0) == "F"
    assert pasquill_turner_class(1.0, solar_elevation_deg=-5, total_cloud=10, low_cloud=10) == "D"


@pytest.mark.analytic("release.stability")
def test_the_sun_stands_highest_at_noon_by_latitude_and_declination() -> None:
    noon = datetime(2019, 6, 21, 12, 12, tzinfo=CHINA)  # 117 E, equation of time -2 minutes
    assert solar_elevation(117.0, 36.6, when=noon) == pytest.approx(90 - 36.6 + 23.44, abs=0.3)
    assert solar_elevation(117.0, 36.6, when=noon - timedelta(hours=12)) < 0


@pytest.mark.published(
    "release.stability",
    source="Reda & Andreas (2004) Solar position algorithm, Solar Energy 76(5), worked example:"
    " zenith 50.11162 deg with refraction",
)
def test_the_height_of_the_sun_is_that_of_the_printed_example() -> None:
    when = datetime(2003, 10, 17, 12, 30, 30, tzinfo=timezone(timedelta(hours=-7)))
    found = solar_elevation(-105.1786, 39.742476, when=when)
    assert found == pytest.approx(90 - 50.11162, abs=0.5)


@pytest.mark.analytic("release.stability")
@pytest.mark.parametrize("lat", [0.0, 18.2, 36.65, 53.5, -33.9])
def test_the_sun_stands_at_ninety_less_the_latitude_at_an_equinox_noon(lat: float) -> None:
    day = datetime(2026, 3, 20, 0, 0, tzinfo=UTC)  # equinox at 14:46 UTC
    highest = max(solar_elevation(0.0, lat, when=day + timedelta(minutes=m)) for m in range(1440))
    assert highest == pytest.approx(90 - abs(lat), abs=0.5)


@pytest.mark.published(
    "release.stability", source="EPA-454/R-99-005 (2000), tables 6-5 and 6-6 (Turner 1964)"
)
@pytest.mark.parametrize(
    ("sun", "cloud", "expected"),
    [
        (61.0, 5.0, "strong"),
        (60.0, 0.0, "moderate"),
        (36.0, 5.0, "moderate"),
        (35.0, 0.0, "slight"),
        (16.0, 3.0, "slight"),
        (61.0, 6.0, "slight"),
        (80.0, 10.0, "overcast"),
        (-1.0, 5.0, "night cloudy"),
        (-1.0, 3.0, "night clear"),
    ],
)
def test_the_strength_of_the_sun_follows_its_height_and_the_cloud(
    sun: float, cloud: float, expected: str
) -> None:
    assert insolation_class(sun, total_cloud=cloud) == expected


def test_a_weak_sun_is_taken_as_neutral() -> None:
    assert insolation_class(15.0, total_cloud=0) == "overcast"
    assert insolation_class(50.0, total_cloud=8) == "overcast"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="when must carry its time zone"):
        solar_elevation(117.0, 36.6, when=datetime(2019, 6, 21, tzinfo=UTC).replace(tzinfo=None))


def test_wind_grows_with_height_and_is_itself_where_measured() -> None:
    assert wind_at_height(3.0, 10.0, stability="E") == pytest.approx(3.0)
    assert wind_at_height(3.0, 40.0, stability="E") == pytest.approx(3.0 * 4**0.35)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pasquill_class(1.0, insolation="sunny"), "insolation must be one of"),
        (lambda: wind_exponent("G"), "stability must be one of A, B, C, D, E, F, got 'G'"),
        (lambda: wind_exponent("A", terrain="moon"), "terrain must be one of"),
        (lambda: wind_at_height(1.0, 300.0, stability="A"), "height must be <= 200 m"),
        (
            lambda: pasquill_turner_class(1, solar_elevation_deg=0, total_cloud=3, low_cloud=4),
            "low_cloud must be between 0 and 3",
        ),
    ],
)
def test_what_is_unknown_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
