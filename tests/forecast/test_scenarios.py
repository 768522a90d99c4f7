from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.forecast.daylight import pasquill
from anlan.forecast.models_registry import parse_scenario
from anlan.forecast.scenarios import (
    GasRelease,
    ScenarioError,
    Typhoon,
    Weather,
)

FULL = {"wind_speed": 3.0, "wind_from_deg": 45, "temperature_c": 18, "cloud_octas": 3}


def test_weather_that_was_entered_is_taken_as_it_is() -> None:
    weather = Weather.parse({**FULL, "is_day": True, "wind_spread_deg": 15, "source": "气象局"})
    assert (weather.wind_speed, weather.wind_from_deg, weather.stability) == (3.0, 45.0, "C")
    assert weather.source == "气象局"
    assert weather.assumptions == ()


def test_weather_that_nobody_entered_is_read_as_the_worst_and_says_so() -> None:
    weather = Weather.parse({})
    assert (weather.wind_speed, weather.stability, weather.is_day) == (1.5, "F", False)
    assert weather.wind_from_deg is None
    assumed = {a.field for a in weather.assumptions}
    assert {"weather.wind_speed", "weather.wind_from_deg", "weather.is_day"} <= assumed
    assert all(a.basis for a in weather.assumptions)
    assert "HJ 169-2018" in weather.assumptions[0].text


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"wind_speed": -1}, "weather.wind_speed"),
        ({"wind_speed": "很大"}, "weather.wind_speed"),
        ({"wind_speed": float("nan")}, "weather.wind_speed"),
        ({"wind_speed": True}, "weather.wind_speed"),
        ({"wind_from_deg": 400}, "weather.wind_from_deg"),
        ({"stability": "G"}, "weather.stability"),
        ({"is_day": "yes"}, "weather.is_day"),
        ({"observed_at": "2026-03-01T14:20:00"}, "weather.observed_at"),
        ({"observed_at": "昨天"}, "weather.observed_at"),
        ({"windspeed": 3}, "weather.windspeed"),
        ({"source": 3}, "weather.source"),
    ],
)
def test_weather_refuses_a_wrong_field_by_name(content: dict[str, Any], field: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        Weather.parse(content)
    assert raised.value.field == field
    assert field in str(raised.value)
    assert raised.value.rule


def test_a_leak_needs_a_substance_and_reads_the_rest_cautiously() -> None:
    leak = GasRelease.parse({"substance": "氨"}, temperature_c=18.0)
    assert (leak.phase, leak.hole_diameter_m, leak.inventory_kg) == ("liquid", 0.05, None)
    assert leak.temperature_k == pytest.approx(291.15)
    assert {a.title for a in leak.assumptions} >= {"孔径", "泄漏相态", "可泄漏量", "容器压力"}
    with pytest.raises(ScenarioError, match=r"scenario\.substance"):
        GasRelease.parse({})


def test_a_leak_with_a_known_rate_needs_no_hole() -> None:
    leak = GasRelease.parse({"substance": "氨", "rate_kg_s": 1.2})
    assert "孔径" not in {a.title for a in leak.assumptions}


def test_a_typhoon_keeps_its_rain_with_the_source() -> None:
    typhoon = parse_scenario(
        {
            "kind": "typhoon",
            "track": "lekima_1909",
            "start": "2019-08-10T00:00:00+08:00",
            "end": "2019-08-12T12:00:00+08:00",
            "rain": [{"amount_mm": 148.9, "hours": 24, "source": "实测"}],
        }
    )
    assert isinstance(typhoon, Typhoon)
    assert typhoon.rain[0].amount_mm == 148.9


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"kind": "volcano"}, "scenario.kind"),
        ({"kind": "typhoon"}, "scenario.track"),
        ({"kind": "typhoon", "track": "x", "rain": "大"}, "scenario.rain"),
        ({"kind": "typhoon", "track": "x", "rain": [{"hours": 3}]}, "scenario.rain.amount_mm"),
        ({"kind": "typhoon", "track": "x", "rain": [{"amount_mm": 3}]}, "scenario.rain.hours"),
        (
            {
                "kind": "typhoon",
                "track": "x",
                "start": "2019-08-12T00:00:00+08:00",
                "end": "2019-08-10T00:00:00+08:00",
            },
            "scenario.end",
        ),
    ],
)
def test_a_scenario_refuses_a_wrong_field_by_name(content: dict[str, Any], field: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        parse_scenario(content)
    assert raised.value.field == field


@given(st.floats(0, 60), st.floats(0, 8), st.booleans())
def test_more_wind_never_makes_the_air_less_neutral(
    speed: float, cloud: float, is_day: bool
) -> None:
    def apart(wind: float) -> int:
        return abs("ABCDEF".index(pasquill(wind, cloud_octas=cloud, is_day=is_day)) - 3)

    assert apart(min(speed + 1, 60)) <= apart(speed)


def test_stability_follows_the_printed_corners() -> None:
    assert pasquill(1.5, cloud_octas=0, is_day=False) == "F"
    assert pasquill(7.0, cloud_octas=0, is_day=True) == "D"
    assert pasquill(1.0, cloud_octas=8, is_day=True) == "D"
