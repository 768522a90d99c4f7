"""A release of radioactive matter as a forecast."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.forecast.models_registry import models_for
from anlan.forecast.scenarios import ScenarioError
from anlan.science.radiation.dose import action_distances, plume_dose
from anlan.science.radiation.plume import NUCLIDES, nuclide
from kit.outlook import PARK, assert_ranges, forecast_of, make_setting


def test_the_zones_reach_as_far_as_the_science_says() -> None:
    forecast = forecast_of("radiation", nuclide="I-131", activity_bq=1e14)
    stability = make_setting().weather.stability
    wanted = action_distances(
        activity=1e14, source=nuclide("I-131"), wind_speed=3.0, stability=stability
    )
    for key, action in (
        ("rad_evacuate", "evacuate"),
        ("rad_shelter", "shelter"),
        ("rad_iodine", "iodine"),
    ):
        zone = forecast.footprint(key)
        assert zone is not None
        assert zone.figures["下风向距离"].value == pytest.approx(wanted[action], rel=0.02)


def test_the_evacuated_area_lies_in_the_sheltered_one() -> None:
    forecast = forecast_of("radiation", activity_bq=1e15)
    inner, outer = forecast.footprint("rad_evacuate"), forecast.footprint("rad_shelter")
    assert inner is not None
    assert outer is not None
    assert outer.area.buffer(1e-5).contains(inner.area)
    assert outer.envelope.buffer(1e-6).contains(outer.area)


def test_the_plume_goes_with_the_wind_and_its_frames_grow() -> None:
    forecast = forecast_of("radiation", activity_bq=1e15)
    zone = forecast.footprints[1]
    assert zone.area.centroid.x < PARK.lon
    areas = [frame.areas[zone.key].area for frame in forecast.frames]
    assert all(earlier <= later + 1e-12 for earlier, later in pairwise(areas))
    assert areas[-1] == pytest.approx(zone.area.area, rel=1e-6)


def test_the_table_is_the_dose_of_the_science() -> None:
    forecast = forecast_of("radiation", nuclide="Cs-137", activity_bq=1e14)
    found = plume_dose(
        1000.0,
        activity=1e14,
        source=nuclide("Cs-137"),
        wind_speed=3.0,
        stability=make_setting().weather.stability,
    )
    row = next(row for row in forecast.tables[0].rows if row[0] == "1 km")
    total = row[4]
    assert not isinstance(total, str)
    assert total.value == pytest.approx(float(found.effective) * 1000, rel=0.01)


def test_the_dose_over_time_comes_to_that_of_a_day() -> None:
    forecast = forecast_of("radiation", nuclide="Cs-137", activity_bq=1e14)
    series = next(s for s in forecast.series if s.key == "dose_1000")
    assert all(earlier <= later for earlier, later in pairwise(series.values))
    day = plume_dose(
        1000.0,
        activity=1e14,
        source=nuclide("Cs-137"),
        wind_speed=3.0,
        stability=make_setting().weather.stability,
        stay=86_400.0,
    )
    assert series.values[-1] == pytest.approx(float(day.effective) * 1000, rel=0.05)


def test_a_noble_gas_needs_no_iodine() -> None:
    forecast = forecast_of("radiation", nuclide="Kr-85", activity_bq=1e12)
    assert forecast.footprints == ()
    assert "任何距离" in forecast.summary[0]
    assert any("服碘" in said for said in forecast.shortfalls)


def test_a_zone_cut_off_by_the_model_says_so() -> None:
    forecast = forecast_of("radiation", activity_bq=1e18)
    assert any("10 km" in said for said in forecast.shortfalls)


def test_rain_washes_more_onto_the_ground_nearby() -> None:
    dry, wet = (
        forecast_of("radiation", rain_m_s=rain).figures["1 km 处地面沉积"].value
        for rain in (0.0, 5e-3 / 3600)
    )
    assert isinstance(dry, float)
    assert isinstance(wet, float)
    assert wet > dry


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("nuclide", "U-235", "之一"),
        ("activity_bq", -1, "TBq"),
        ("rain_m_s", 1, "mm/h"),
        ("airborne_share", 2, "至 1"),
    ],
)
def test_a_wrong_entry_is_refused_with_field_rule_and_value(
    field: str, value: Any, rule: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        forecast_of("radiation", **{field: value})
    assert refused.value.field == f"scenario.{field}"
    assert rule in str(refused.value)


@settings(max_examples=25)
@given(
    key=st.sampled_from(NUCLIDES),
    activity=st.floats(1e6, 1e20),
    wind=st.floats(0, 40),
    direction=st.one_of(st.none(), st.floats(0, 360)),
    rain=st.floats(0, 0.2 / 3600),
    height=st.floats(0, 300),
)
def test_every_release_gives_honest_ranges(
    key: str, activity: float, wind: float, direction: float | None, rain: float, height: float
) -> None:
    here = make_setting(weather={"wind_speed": wind, "wind_from_deg": direction})
    forecast = forecast_of(
        "radiation",
        setting=here,
        nuclide=key,
        activity_bq=activity,
        rain_m_s=rain,
        height_m=height,
    )
    assert_ranges(forecast)
    assert forecast.summary
    for zone in forecast.footprints:
        assert zone.envelope.buffer(1e-6).contains(zone.area)


def test_a_nuclear_event_offers_this_model_first() -> None:
    assert models_for("12E01")[0].kind == "radiation"


def test_the_same_inputs_give_the_same_forecast() -> None:
    assert forecast_of("radiation") == forecast_of("radiation")
