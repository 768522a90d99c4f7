"""A forest fire as a forecast."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import Point

from anlan.forecast.ground import ground_around
from anlan.forecast.models_registry import models_for
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.selectors.city import city_surroundings
from anlan.science.fire import danger, intensity, wang
from kit.cities import jinan_pack
from kit.outlook import PARK, assert_nested, assert_ranges, forecast_of, make_setting

BREAK = "117.446,36.746;117.4475,36.7475;117.449,36.7455"


def flat_dem(step: float = 0.0) -> str:
    """Return an ASCII grid around the park that rises by a step from column to column."""
    side = 200
    cell = 0.001
    head = (
        f"ncols {side}\nnrows {side}\nxllcorner {PARK.lon - side * cell / 2}\n"
        f"yllcorner {PARK.lat - side * cell / 2}\ncellsize {cell}\nNODATA_value -9999\n"
    )
    row = " ".join(f"{100 + step * k:.2f}" for k in range(side))
    return head + "\n".join([row] * side)


def on_flat(**weather: Any) -> Any:
    return make_setting(weather=weather, files={"terrain": flat_dem()})


def test_a_fire_on_the_flat_runs_as_fast_as_the_science_says() -> None:
    forecast = forecast_of("forest_fire", setting=on_flat(), humidity_percent=30, hours=3)
    wanted = float(wang.spread_rate(20.0, 3.0, 30.0, fuel_factor=1.2)) * 60
    assert forecast.figures["平地火头速度"].value == pytest.approx(wanted, abs=0.01)
    area = forecast.footprints[-1].area
    lon, lat = shapely.get_coordinates(area).T
    # the wind comes from the north-east, so the head is in the south-west
    head = -((lon - PARK.lon) * 89_094 + (lat - PARK.lat) * 111_195).min() / np.sqrt(2)
    assert head == pytest.approx(wanted * 180, rel=0.08)


def test_isochrones_are_nested_and_frames_grow() -> None:
    forecast = forecast_of("forest_fire", setting=on_flat(), hours=12)
    assert [z.key for z in forecast.footprints] == ["burn_1h", "burn_3h", "burn_6h", "burn_12h"]
    assert_nested(forecast.footprints)
    assert_ranges(forecast)
    for key in ("burn_1h", "burn_12h"):
        areas = [frame.areas[key].area for frame in forecast.frames]
        assert all(earlier <= later + 1e-12 for earlier, later in pairwise(areas))
    assert forecast.frames[-1].minutes == 720


def test_intensity_and_danger_are_those_of_the_science() -> None:
    forecast = forecast_of("forest_fire", setting=on_flat(), fuel_load_kg_m2=1.0)
    rate = forecast.figures["最快火头速度（上坡）"].value
    assert isinstance(rate, float)
    wanted = float(intensity.fireline_intensity(rate / 60, 1.0)) / 1000
    assert forecast.figures["火线强度"].value == pytest.approx(wanted, rel=0.02)
    day = danger.fire_danger(20.0, 30.0, days_since_rain=10, last_rain_mm=2.0, beaufort=2)
    assert day.title in str(forecast.figures["火险天气等级"].value)


def test_a_slope_draws_the_fire_uphill() -> None:
    calm = {"wind_speed": 0.5}
    flat = forecast_of("forest_fire", setting=on_flat(**calm))
    hill = forecast_of(
        "forest_fire", setting=make_setting(weather=calm, files={"terrain": flat_dem(30.0)})
    )
    assert hill.footprints[-1].area.centroid.x > flat.footprints[-1].area.centroid.x
    assert hill.footprints[-1].area.area > flat.footprints[-1].area.area


def test_a_firebreak_saves_ground_and_says_how_much() -> None:
    without = forecast_of("forest_fire", setting=on_flat())
    with_break = forecast_of("forest_fire", setting=on_flat(), firebreak=BREAK)
    assert with_break.footprints[-1].area.area < without.footprints[-1].area.area
    table = with_break.tables[-1]
    assert table.title == "隔离带的效果"
    saved = table.rows[-1][3]
    assert not isinstance(saved, str)
    assert isinstance(saved.value, float)
    assert saved.value > 0
    assert len(with_break.marks) == 3
    assert {s.key for s in with_break.series} == {"burned", "burned_without"}
    assert "少烧" in with_break.summary[-1]


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("firebreak", "117.45", "经度,纬度"),
        ("firebreak", "117.45,36.75", "至少两点"),
        ("firebreak", "110,30;111,31", "不长于"),
        ("firebreak", "118.9,36.75;118.91,36.75", "四周"),
        ("humidity_percent", 130, "0 至 100 %"),
        ("fuel", "gold", "之一"),
        ("hours", 72, "1 至 24 h"),
    ],
)
def test_a_wrong_entry_is_refused_with_field_rule_and_value(
    field: str, value: Any, rule: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        forecast_of("forest_fire", setting=on_flat(), **{field: value})
    assert refused.value.field == f"scenario.{field}"
    assert rule in str(refused.value)


def test_an_upload_that_is_no_terrain_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"scenario\.terrain"):
        ground_around(make_setting(files={"terrain": "这不是高程"}), width=1000.0, cell_size=20.0)


def test_cold_wet_air_stops_the_fire_and_says_so() -> None:
    here = on_flat(temperature_c=-20, wind_speed=0.5)
    forecast = forecast_of("forest_fire", setting=here, humidity_percent=100)
    assert "不蔓延" in forecast.summary[0]


def test_a_storm_is_read_as_the_strongest_wind_of_the_model_and_said() -> None:
    forecast = forecast_of("forest_fire", setting=on_flat(wind_speed=20.0), hours=1)
    assert "用于蔓延的风速" in {a.title for a in forecast.assumptions}
    assert any("超出模型上限" in said for said in forecast.shortfalls)


def test_without_a_known_wind_the_fire_may_go_to_all_sides() -> None:
    area = forecast_of("forest_fire", setting=on_flat(wind_from_deg=None)).footprints[-1].area
    west, south, east, north = area.bounds
    assert PARK.lon - west == pytest.approx(east - PARK.lon, rel=0.25)
    assert PARK.lat - south == pytest.approx(north - PARK.lat, rel=0.25)


def test_in_the_city_the_ground_is_marked_as_invented_and_streets_do_not_burn() -> None:
    city = jinan_pack()
    around = city_surroundings(city)
    here = make_setting(city=city, people=around.people, roads=around.roads)
    forecast = forecast_of("forest_fire", setting=here)
    assert any("示例数据" in said for said in forecast.shortfalls)
    assert forecast.footprints[-1].area.contains(Point(PARK.lon, PARK.lat))
    held = forecast_of("forest_fire", setting=here, roads_hold="yes")
    assert held.footprints[-1].area.area <= forecast.footprints[-1].area.area
    assert forecast == forecast_of("forest_fire", setting=here)


def test_a_forest_fire_offers_this_model_first() -> None:
    assert models_for("11G01")[0].kind == "forest_fire"
