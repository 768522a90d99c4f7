"""A broken or leaking gas pipe as a forecast."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.forecast.models_registry import models_for
from anlan.forecast.scenarios import ScenarioError
from anlan.science.blast import jetfire
from anlan.science.release.pipeline import BrokenPipe, outflow, outflow_rate
from anlan.science.release.substances import find
from kit.outlook import PARK, assert_nested, assert_ranges, forecast_of, make_setting


def pipe() -> BrokenPipe:
    methane = find("甲烷")
    return BrokenPipe(
        diameter=0.3,
        length=2000.0,
        pressure=5e5,
        temperature=293.15,
        molar_mass=methane.molar_mass,
        gamma=methane.gamma,
        feed=1.0,
        valve_closes=600.0,
    )


def test_the_flow_is_that_of_the_science_over_time() -> None:
    forecast = forecast_of("gas_pipeline", feed_kg_s=1.0, valve_closes_s=600)
    series = forecast.series[0]
    wanted = outflow_rate(np.array(series.minutes) * 60.0, pipe())
    assert series.values == pytest.approx(wanted.tolist(), abs=1e-3)
    first = forecast.figures["首分钟平均流量"].value
    assert first == pytest.approx(float(outflow(60.0, pipe())) / 60.0, rel=0.01)


def test_without_the_valve_it_goes_on() -> None:
    forecast = forecast_of("gas_pipeline", feed_kg_s=1.0, valve_closes_s=600)
    closed, left = forecast.series
    assert left.values[-1] - closed.values[-1] == pytest.approx(1.0, abs=1e-6)


def test_heat_zones_and_flammable_zones_are_nested() -> None:
    forecast = forecast_of("gas_pipeline")
    heat = [f for f in forecast.footprints if f.key.startswith("heat")]
    cloud = [f for f in forecast.footprints if f.key.startswith("lfl")]
    assert_nested(heat)
    assert_nested(cloud)
    assert_ranges(forecast)
    assert cloud[0].area.centroid.x < PARK.lon
    rate = forecast.figures["首分钟平均流量"].value
    assert isinstance(rate, float)
    reach = float(jetfire.jet_length(rate, 50e6)) / 2 + float(
        jetfire.jet_distance(5e3, rate, heat_of_combustion=50e6)
    )
    zone = forecast.footprint("heat_pain")
    assert zone is not None
    assert zone.figures["距离"].value == pytest.approx(reach, abs=1.5)


def test_the_areas_shrink_as_the_pipe_empties() -> None:
    forecast = forecast_of("gas_pipeline", feed_kg_s=0.0)
    areas = [frame.areas["heat_pain"].area for frame in forecast.frames if frame.areas]
    assert all(later <= earlier + 1e-15 for earlier, later in pairwise(areas))


def test_a_hole_is_fed_until_the_valve_closes() -> None:
    forecast = forecast_of("gas_pipeline", mode="hole", valve_closes_s=600)
    series = forecast.series[0]
    flow = dict(zip(series.minutes, series.values, strict=True))
    assert flow[9.0] == flow[0.0]
    assert flow[60.0] < flow[0.0]


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("pressure_pa", 1e5, "0.2 至 15 MPa"),
        ("diameter_m", 3, "20 至 1600 mm"),
        ("gas", "水", "之一"),
    ],
)
def test_a_wrong_entry_is_refused_with_field_rule_and_value(
    field: str, value: Any, rule: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        forecast_of("gas_pipeline", **{field: value})
    assert refused.value.field == f"scenario.{field}"
    assert rule in str(refused.value)


@settings(max_examples=15)
@given(
    diameter=st.floats(0.02, 1.6),
    pressure=st.floats(2e5, 1.5e7),
    mode=st.sampled_from(["break", "hole"]),
    wind=st.floats(0, 40),
)
def test_every_pipe_gives_honest_ranges(
    diameter: float, pressure: float, mode: str, wind: float
) -> None:
    forecast = forecast_of(
        "gas_pipeline",
        setting=make_setting(weather={"wind_speed": wind}),
        diameter_m=diameter,
        pressure_pa=pressure,
        mode=mode,
    )
    assert_ranges(forecast)
    assert forecast == forecast_of(
        "gas_pipeline",
        setting=make_setting(weather={"wind_speed": wind}),
        diameter_m=diameter,
        pressure_pa=pressure,
        mode=mode,
    )


def test_a_gas_supply_accident_offers_this_model_first() -> None:
    assert models_for("12D02")[0].kind == "gas_pipeline"
