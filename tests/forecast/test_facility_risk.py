"""Individual risk around a tank as a forecast."""

from __future__ import annotations

import re

import pytest

from anlan.forecast.exposure import Facility
from anlan.forecast.scenarios import ScenarioError
from anlan.science.blast import kingery, tnt
from anlan.science.blast.fireball import fireball_diameter
from anlan.science.blast.risk import criterion
from kit.outlook import PARK, assert_nested, assert_ranges, forecast_of, make_setting


@pytest.mark.parametrize("storage", ["lpg", "liquid", "chlorine", "ammonia"])
def test_contours_are_nested_at_the_limits_of_the_standard(storage: str) -> None:
    forecast = forecast_of("facility_risk", storage=storage, rupture_per_year=1e-4)
    assert_nested(forecast.footprints)
    assert_ranges(forecast)
    wanted = {criterion(t).in_service for t in ("high_sensitive", "general_2", "general_3")}
    assert {f.threshold.value for f in forecast.footprints} <= wanted


def test_in_the_fireball_the_risk_is_the_frequency() -> None:
    forecast = forecast_of(
        "facility_risk",
        storage="lpg",
        mass_kg=50_000,
        rupture_per_year=1e-4,
        leak_per_year=1e-9,
        ignition=1.0,
        tanks=1,
    )
    assert forecast.figures["厂界附近（50 m）个人风险"].value == pytest.approx(1e-4, rel=0.02)
    worst = forecast.footprints[0].figures["距离"].value
    assert isinstance(worst, int)
    assert worst > float(fireball_diameter(50_000)) / 2


def test_the_ground_is_counted_once_in_a_delayed_explosion() -> None:
    """Nothing burns at once: the contour is where the curves, which hold the ground, have 30 kPa."""
    forecast = forecast_of(
        "facility_risk",
        storage="lpg",
        mass_kg=50_000,
        rupture_per_year=1e-3,
        leak_per_year=1e-9,
        ignition=0.0,
        tanks=1,
    )
    reach = kingery.blast_distance(30e3, 0.04 * 50_000 * 46.0e6 / tnt.HEAT_OF_TNT)
    assert forecast.footprints[0].figures["距离"].value == pytest.approx(reach, rel=0.07)


def test_a_new_plant_needs_more_room() -> None:
    old, new = (
        forecast_of("facility_risk", status=status, rupture_per_year=1e-5).footprints[-1]
        for status in ("in_service", "new")
    )
    assert new.area.area > old.area.area


def test_a_school_beyond_its_limit_is_named() -> None:
    school = Facility(
        id=1, kind="school", name="近校", lon=PARK.lon + 0.001, lat=PARK.lat, source="登记表"
    )
    here = make_setting(facilities=(school,))
    forecast = forecast_of("facility_risk", rupture_per_year=1e-4, setting=here)
    assert [m.label.split("：")[0] for m in forecast.marks] == ["近校"]
    assert forecast.tables[-1].rows[0][0] == "近校"


def test_a_wrong_frequency_is_refused() -> None:
    with pytest.raises(ScenarioError, match="rupture_per_year"):
        forecast_of("facility_risk", rupture_per_year=5)


def test_the_same_inputs_give_the_same_forecast() -> None:
    assert forecast_of("facility_risk") == forecast_of("facility_risk")


def test_the_power_of_a_risk_is_written_as_one() -> None:
    labels = [f.label for f in forecast_of("facility_risk", rupture_per_year=1e-4).footprints]
    assert labels
    assert all(re.match(r"[13]×10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]/年 线", label) for label in labels)
