"""A flammable cloud as a forecast."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from anlan.forecast.hazards.flammable import air_over
from anlan.forecast.hazards.gas_source import source_term
from anlan.forecast.models_registry import parse_scenario
from anlan.forecast.scenarios import ScenarioError
from anlan.science.release.substances import find
from anlan.science.release.threat import flammable_zones
from kit.outlook import PARK, assert_nested, assert_ranges, forecast_of, make_setting


def test_the_zones_are_those_of_the_science() -> None:
    forecast = forecast_of("flammable_cloud", substance="丙烷", hole_diameter_m=0.05)
    scenario = parse_scenario(
        {"kind": "flammable_cloud", "substance": "丙烷", "hole_diameter_m": 0.05},
        temperature_c=20.0,
    )
    over = air_over(make_setting())
    likely = source_term(scenario, find("丙烷"), wind_speed=over.wind_speed).likely
    wanted = [zone.zone.length for zone in flammable_zones(likely, over)]
    found = [f.figures["下风向距离"].value for f in forecast.footprints]
    assert found == pytest.approx(wanted, rel=0.06)
    assert_nested(forecast.footprints)
    assert_ranges(forecast)


def test_the_cloud_goes_with_the_wind_and_fills_its_area() -> None:
    forecast = forecast_of("flammable_cloud", substance="丙烷")
    zone = forecast.footprints[0]
    assert zone.area.centroid.x < PARK.lon
    areas = [frame.areas["lfl"].area for frame in forecast.frames]
    assert all(earlier <= later + 1e-12 for earlier, later in pairwise(areas))


@pytest.mark.parametrize("substance", ["氯", "不存在"])
def test_what_does_not_burn_is_refused(substance: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        forecast_of("flammable_cloud", substance=substance)
    assert refused.value.field == "scenario.substance"


def test_the_same_inputs_give_the_same_forecast() -> None:
    assert forecast_of("flammable_cloud", substance="丙烷") == forecast_of(
        "flammable_cloud", substance="丙烷"
    )


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("flammable_cloud", {"substance": "丙烷"}),
        ("gas_pipeline", {}),
        ("gas_release", {"substance": "液氨"}),
    ],
)
def test_calm_air_is_named_wherever_the_least_wind_is_taken(
    kind: str, given: dict[str, Any]
) -> None:
    still = make_setting(weather={"wind_speed": 0.2})
    assert "静风风速" in {a.title for a in forecast_of(kind, setting=still, **given).assumptions}
    assert "静风风速" not in {a.title for a in forecast_of(kind, **given).assumptions}
