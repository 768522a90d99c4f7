import csv
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.common.constants import KNOT
from anlan.science.common.local import distance
from anlan.science.cyclone.readers import lekima_2019
from anlan.science.cyclone.track import Fix, Track
from anlan.science.cyclone.wind import (
    gradient_wind,
    gust,
    largest_wind,
    radius_of_maximum_wind,
    storm_from_track,
    wind_field,
)
from kit.shared import shared_data

LEKIMA = storm_from_track(lekima_2019())
DP = st.floats(min_value=1000, max_value=10_000)
RM = st.floats(min_value=10e3, max_value=120e3)
B = st.floats(min_value=0.5, max_value=2.5)


def observed(place: str) -> float:
    text = (files("anlan.science.cyclone") / "data" / "lekima_2019_observations.csv").read_text(
        encoding="utf-8"
    )
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return next(float(row["value"]) for row in rows if row["place"] == place)


@pytest.mark.published(
    "cyclone.wind",
    source="CMA: second landfall of Lekima at 黄岛, 2019-08-11 20:50 CST, 23 m/s; tolerance 6 m/s",
)
@pytest.mark.parametrize("fit", ["vickery_wadhera_2008", "vickery_2000"])
def test_the_second_landfall_of_lekima_has_the_observed_wind(fit: str) -> None:
    storm = storm_from_track(lekima_2019(), fit=fit)
    step = round((datetime(2019, 8, 11, 12, tzinfo=UTC) - storm.start).total_seconds() / 3600)
    lat, lon = np.meshgrid(np.linspace(34, 38, 161), np.linspace(118, 122.5, 181))
    wind = wind_field(storm, step, lon=lon, lat=lat).speed
    near = distance(storm.lon[step], storm.lat[step], lon, lat) < 150e3
    assert wind[near].max() == pytest.approx(observed("青岛黄岛"), abs=6.0)


def test_the_coast_has_more_wind_than_the_inland() -> None:
    qingdao, jinan = largest_wind(LEKIMA, lon=[120.4, 117.0], lat=[36.0, 36.65]).speed
    assert qingdao >= jinan


def test_the_radius_of_maximum_wind_is_plausible_all_along_the_track() -> None:
    for fit in ("vickery_wadhera_2008", "vickery_2000"):
        radius = storm_from_track(lekima_2019(), fit=fit).radius
        assert radius.min() > 15e3
        assert radius.max() < 120e3


def test_real_storms_near_shandong_have_plausible_parameters_and_winds() -> None:
    file = shared_data("typhoon", "jma_besttrack_shandong_1951_2022.csv")
    fixes: dict[str, list[Fix]] = {}
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        knots = row["wind_10min_kt"].strip()
        year, month, day, hour = (int(row[k]) for k in ("year", "month", "day", "hour_utc"))
        fixes.setdefault(row["storm_id"], []).append(
            Fix(
                time=datetime(year, month, day, hour, tzinfo=UTC),
                lon=(float(row["lon"]) + 180) % 360 - 180,  # one crosses the date line
                lat=float(row["lat"]),
                pressure=float(row["pressure_hpa"]) * 100,
                wind=float(knots) * KNOT if knots and float(knots) > 0 else None,
                averaging_minutes=10,
            )
        )
    assert len(fixes) > 50
    for number, found in fixes.items():
        track = Track(agency="JMA", number=number, name=number, fixes=tuple(found))
        storm = storm_from_track(track, step_hours=6.0)
        strong = storm.deficit > 2000
        if strong.any():
            assert 10e3 < storm.radius[strong].min() <= storm.radius[strong].max() < 120e3
        top = largest_wind(storm, lon=[117.0, 120.4], lat=[36.65, 36.07]).speed
        assert (top < 60).all()


@pytest.mark.published(
    "cyclone.wind", source="JMA best track of Lekima: 105 kt at 925 hPa on 08-08 15 UTC; 10 %"
)
def test_at_its_peak_the_model_has_the_wind_of_the_track() -> None:
    step = round((datetime(2019, 8, 8, 15, tzinfo=UTC) - LEKIMA.start).total_seconds() / 3600)
    lat, lon = np.meshgrid(
        LEKIMA.lat[step] + np.linspace(-1, 1, 201), LEKIMA.lon[step] + np.linspace(-1, 1, 201)
    )
    wind = wind_field(LEKIMA, step, lon=lon, lat=lat, inflow_deg=0.0).speed
    assert wind.max() == pytest.approx(54.0, rel=0.10)


@pytest.mark.analytic("cyclone.wind")
@given(dp=DP, rm=RM, b=B)
def test_without_rotation_the_maximum_stands_at_its_radius(dp: float, rm: float, b: float) -> None:
    r = rm * np.geomspace(0.3, 3, 301)
    v = gradient_wind(r, deficit=dp, radius=rm, b=b, lat=0)
    assert r[np.argmax(v)] == pytest.approx(rm, rel=0.01)
    top = gradient_wind(rm, deficit=dp, radius=rm, b=b, lat=0)
    assert v.max() <= top * (1 + 1e-12)
    assert top == pytest.approx(np.sqrt(b * dp / 1.15 / np.e), rel=1e-9)


@pytest.mark.analytic("cyclone.wind")
@given(dp=DP, rm=RM, b=B, lat=st.floats(min_value=1, max_value=45))
def test_the_wind_balances_pressure_rotation_and_curvature(
    dp: float, rm: float, b: float, lat: float
) -> None:
    r = rm * np.array([0.8, 1.0, 2.0, 4.0])
    v = gradient_wind(r, deficit=dp, radius=rm, b=b, lat=lat)
    x = (rm / r) ** b
    slope = dp * np.exp(-x) * b * x / r  # of the pressure profile of Holland
    f = 2 * 7.2921e-5 * np.sin(np.radians(lat))
    np.testing.assert_allclose(v**2 / r + f * v, slope / 1.15, rtol=1e-9)


@pytest.mark.property("cyclone.wind")
@given(dp=DP, rm=RM, b=B, lat=st.floats(min_value=0, max_value=60))
def test_a_deeper_storm_blows_harder(dp: float, rm: float, b: float, lat: float) -> None:
    r = rm * np.array([0.5, 1.0, 3.0])
    less = gradient_wind(r, deficit=dp, radius=rm, b=b, lat=lat)
    assert np.all(gradient_wind(r, deficit=dp * 1.1, radius=rm, b=b, lat=lat) > less)


@pytest.mark.property("cyclone.wind")
def test_the_compiled_maximum_is_that_of_the_plain_formula() -> None:
    lat, lon = np.meshgrid(np.linspace(34, 39, 30), np.linspace(114, 123, 30))
    steps = range(len(LEKIMA.seconds))
    plain = np.stack([wind_field(LEKIMA, k, lon=lon, lat=lat).speed for k in steps])
    fast = largest_wind(LEKIMA, lon=lon, lat=lat)
    np.testing.assert_allclose(fast.speed, plain.max(axis=0), atol=0.05)
    at = np.take_along_axis(plain, np.maximum(fast.step, 0)[None], axis=0)[0]
    np.testing.assert_allclose(at, plain.max(axis=0), atol=0.05)


def moving(east_per_hour: float) -> Track:
    start = datetime(2020, 8, 1, tzinfo=UTC)
    fixes = tuple(
        Fix(
            time=start + timedelta(hours=h),
            lon=120.0 + east_per_hour * h,
            lat=30.0,
            pressure=96_000.0,
            wind=35.0,
            averaging_minutes=2,
        )
        for h in (0, 3, 12)  # irregular on purpose
    )
    return Track(agency="CMA", number="2001", name="TEST", fixes=fixes)


def test_the_wind_turns_against_the_clock_and_inwards() -> None:
    storm = storm_from_track(moving(0.0))
    east_of_it = wind_field(storm, 3, lon=121.0, lat=30.0, inflow_deg=0.0)
    assert east_of_it.from_deg == pytest.approx(180.0, abs=1.0)
    inwards = wind_field(storm, 3, lon=121.0, lat=30.0, inflow_deg=20.0)
    assert inwards.from_deg == pytest.approx(160.0, abs=1.0)


def test_the_right_hand_side_of_a_moving_storm_is_stronger() -> None:
    storm = storm_from_track(moving(0.3))
    step = 3
    right, left = (
        float(wind_field(storm, step, lon=storm.lon[step], lat=30.0 + d).speed) for d in (-0.4, 0.4)
    )
    assert right > left + 3.0


def test_translation_is_the_same_whatever_the_spacing_of_the_fixes() -> None:
    storm = storm_from_track(moving(0.3))
    np.testing.assert_allclose(storm.east, storm.east[0], rtol=1e-9)


def test_far_away_there_is_no_wind_and_no_step() -> None:
    far = largest_wind(LEKIMA, lon=[90.0], lat=[30.0])
    assert (far.speed.tolist(), far.step.tolist()) == ([0.0], [-1])
    assert wind_field(LEKIMA, 0, lon=90.0, lat=30.0).speed == 0.0


def test_a_rougher_surface_has_less_wind() -> None:
    sea, land = largest_wind(
        LEKIMA, lon=[120.4, 120.4], lat=[36.0, 36.0], surface_factor=[0.85, 0.70]
    ).speed
    assert land / sea == pytest.approx(0.70 / 0.85)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"step_hours": 0.0}, "step_hours must be between"),
        ({"environment_pressure": 1010.0}, "environment_pressure must be between 99000"),
        ({"surface_factor": 1.5}, "surface_factor must be between"),
        ({"fit": "mine"}, "fit must be vickery"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        storm_from_track(lekima_2019(), **change)


def test_a_track_without_pressures_is_refused() -> None:
    bare = moving(0.1)
    blank = tuple(
        Fix(time=f.time, lon=f.lon, lat=f.lat, pressure=None, wind=None, averaging_minutes=2)
        for f in bare.fixes
    )
    with pytest.raises(ValueError, match="fewer than two fixes have a pressure"):
        storm_from_track(Track(agency="CMA", number="1", name="BARE", fixes=blank))
    short = Track(agency="CMA", number="1", name="SHORT", fixes=bare.fixes[:2])
    with pytest.raises(ValueError, match="step_hours must be shorter"):
        storm_from_track(short, step_hours=6.0)


def test_gusts_are_a_factor_and_the_slip_of_ten_is_not_ours() -> None:
    assert gust(20.0) == 25.0
    assert float(radius_of_maximum_wind(8500.0, 24.9)) > 15e3


@pytest.mark.property("cyclone.wind")
@given(DP, RM, B)
def test_denser_air_is_slower_with_the_root(deficit: float, radius: float, b: float) -> None:
    storm = {"deficit": deficit, "radius": radius, "b": b, "lat": 0.0}
    thin, dense = (gradient_wind(radius, air_density=rho, **storm) for rho in (1.0, 1.21))
    assert float(thin / dense) == pytest.approx(1.1)
