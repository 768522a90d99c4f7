"""The typhoon of the study page and the package: the wind of the science over districts."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from shapely import box

from anlan.forecast.districts import District
from anlan.forecast.hazards.typhoon_wind import district_points
from anlan.forecast.models_registry import parse_scenario, run_model
from anlan.forecast.scenarios import ScenarioError, Weather
from anlan.forecast.selectors.city import city_surroundings
from anlan.forecast.setting import Setting
from anlan.forecast.types import Forecast, Place
from anlan.science.cyclone.readers import lekima_2019
from anlan.science.cyclone.track import convert_wind
from anlan.science.cyclone.wind import largest_wind, storm_from_track
from kit.cities import jinan_pack
from kit.towns import number

COAST = District(code="330000", name="温岭示例区", area=box(121.2, 28.2, 121.8, 28.7))
INLAND = District(code="330100", name="内陆示例区", area=box(119.0, 28.5, 119.6, 29.0))
PLACE = Place(lon=121.4, lat=28.4, name="温岭")
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)

CMA = """66666 1909 4 0015 1909 0 6 LEKIMA 20190902
2019080906 6 272 1226 930 55
2019080912 6 278 1221 935 52
2019080918 5 285 1213 955 45
2019081000 4 291 1207 970 30
"""
IBTRACS = """SID,NAME,ISO_TIME,NATURE,CMA_LAT,CMA_LON,CMA_WIND,CMA_PRES
 , , , ,degrees_north,degrees_east,kts,mb
2019214N16130,LEKIMA,2019-08-09 06:00:00,TS,27.2,122.6,107,930
2019214N16130,LEKIMA,2019-08-09 12:00:00,TS,27.8,122.1,101,935
2019214N16130,LEKIMA,2019-08-09 18:00:00,TS,28.5,121.3,87,955
"""


def setting(**more: Any) -> Setting:
    given: dict[str, Any] = {"place": PLACE, "districts": (INLAND, COAST), "moment": MOMENT}
    return Setting(weather=Weather.parse({}), **{**given, **more})


def storm(at: Setting | None = None, **fields: Any) -> Forecast:
    given = {"kind": "typhoon", "track": "lekima_1909", **fields}
    found = run_model(parse_scenario(given), at or setting())
    assert isinstance(found, Forecast)
    return found


@pytest.fixture(scope="module")
def lekima() -> Forecast:
    return storm()


def test_the_wind_of_a_district_is_that_of_the_science(lekima: Forecast) -> None:
    lon, lat = district_points(COAST.area)
    track = storm_from_track(lekima_2019())
    speed = largest_wind(track, lon=lon, lat=lat, surface_factor=0.7).speed.max()
    expected = convert_wind(speed, from_minutes=10, to_minutes=2)
    row = next(row for row in lekima.rows if row["code"] == COAST.code)
    assert number(row["figures"]["wind"]) == round(float(expected), 1)


def test_the_zones_are_nested_and_lie_in_their_envelopes(lekima: Forecast) -> None:
    zones = [f for f in lekima.footprints if f.key.startswith("wind")]
    assert zones[-1].key == "wind6"
    assert len(zones) > 2
    for inner, outer in pairwise(zones):
        assert outer.area.buffer(1e-6).contains(inner.area)
    for zone in zones:
        assert zone.envelope.buffer(1e-6).contains(zone.area)


def test_the_frames_are_the_wind_of_the_moment_within_the_strongest(lekima: Forecast) -> None:
    whole = lekima.footprint("wind8")
    assert whole is not None
    minutes = [frame.minutes for frame in lekima.frames]
    assert np.diff(minutes).tolist() == [180.0] * (len(minutes) - 1)
    areas = [frame.areas["wind8"] for frame in lekima.frames]
    assert any(not area.is_empty for area in areas)
    # the strongest wind comes from a tabulated profile: 0.05 m/s, a sliver of area
    assert all(area.difference(whole.area).area < 0.01 * whole.area.area for area in areas)


def test_the_coast_is_windier_and_likelier_hit_than_inland(lekima: Forecast) -> None:
    table = lekima.tables[0]
    assert [row[0] for row in table.rows] == ["温岭示例区", "内陆示例区"]
    for row in table.rows:
        chances = [number(cell) for cell in row[2:]]
        assert chances == sorted(chances)


def test_more_lead_time_widens_the_range() -> None:
    early, late = storm(lead_s=72 * 3600.0), storm(lead_s=6 * 3600.0)

    def width(forecast: Forecast) -> float:
        figure = forecast.figures["最近距离"]
        assert figure.low is not None
        assert figure.high is not None
        return figure.high - figure.low

    assert width(early) > width(late)


def test_the_same_seed_gives_the_same_odds_and_another_one_others() -> None:
    assert storm().tables == storm().tables
    assert storm(setting(seed=2)).tables != storm().tables


def test_the_wind_at_the_place_lies_in_its_range(lekima: Forecast) -> None:
    series = lekima.series[0]
    assert max(series.values) > 20
    for low, value, high in zip(series.low, series.values, series.high, strict=True):
        assert low <= value <= high


def test_the_fixes_are_marked_as_the_storm_comes(lekima: Forecast) -> None:
    assert len(lekima.marks) == 56
    assert [m.minutes for m in lekima.marks] == sorted(m.minutes for m in lekima.marks)
    assert any("超强台风" in m.label for m in lekima.marks)


@pytest.mark.parametrize("text", [CMA, IBTRACS])
def test_an_uploaded_track_of_any_agency_gives_its_wind(text: str) -> None:
    forecast = storm(setting(files={"track_file": text}), track="upload")
    assert "CMA" in forecast.reasons[0]
    assert number(forecast.figures["最大平均风速"]) > 20


def test_an_uploaded_track_of_tokyo_is_the_shipped_one() -> None:
    from importlib.resources import files

    text = (files("anlan.science.cyclone") / "data" / "jma_besttrack_lekima_1909.txt").read_text()
    assert storm(setting(files={"track_file": text}), track="upload").rows == storm().rows


@pytest.mark.parametrize(
    ("fields", "text", "field", "said"),
    [
        ({"track": "upload"}, "", "track_file", "上传"),
        ({"track": "upload"}, CMA.replace(" 930 ", " xx "), "track_file", "第 2 行"),
        ({"track": "haikui"}, "", "track", "haikui"),
        ({"lead_s": -1}, "", "lead_s", "-1"),
        ({"rain_amount_m": 3}, "", "rain_amount_m", "3"),
    ],
)
def test_a_wrong_input_names_field_rule_and_value(
    fields: dict[str, Any], text: str, field: str, said: str
) -> None:
    with pytest.raises(ScenarioError, match=f"scenario.{field} 应.*{said}"):
        storm(setting(files={"track_file": text}), **fields)


def test_rain_entered_for_the_city_is_judged_in_every_district() -> None:
    forecast = storm(rain_amount_m=0.12, rain_duration_s=86_400.0)
    assert forecast.footprint("rain100") is not None
    assert number(forecast.rows[0]["figures"]["rain_24h"]) == 120.0
    assert storm().shortfalls == ("没有雨量资料，只判断大风",)


def test_a_whole_city_is_answered_in_plain_words() -> None:
    city = city_surroundings(jinan_pack())
    at = setting(place=Place(lon=117.0, lat=36.66), districts=city.districts)
    forecast = storm(at, rain_amount_m=0.1489)
    assert len(forecast.rows) == 12
    assert "08-12" in forecast.summary[0]
    assert any("148.9 mm" in said for said in forecast.summary)


def test_lines_of_wind_lie_inside_the_districts_and_between_their_winds() -> None:
    found = storm()
    whole = COAST.area.union(INLAND.area)
    speeds = [number(row["figures"]["wind"]) for row in found.rows]
    assert found.isolines
    for isoline in found.isolines:
        assert isoline.line.geom_type in {"LineString", "MultiLineString"}
        assert isoline.line.within(whole.buffer(0.01))
        assert number(isoline.value) <= max(speeds) + 1
    assert [i.label for i in found.isolines] == [f"{number(i.value):g} m/s" for i in found.isolines]


def test_beyond_the_reach_of_the_model_there_is_no_wind_rather_than_none_blowing() -> None:
    far = District(code="650000", name="远方示例区", area=box(100.0, 40.0, 100.5, 40.5))
    away = setting(districts=(far,), place=Place(lon=100.2, lat=40.2, name="远方"))
    forecast = storm(away)
    assert "最大平均风速" not in forecast.figures
    assert forecast.rows[0]["figures"] == {}
    assert forecast.footprints == ()
    assert forecast.isolines == ()
    assert forecast.series == ()
    assert any("没有计算风力（不等于没有风）" in line for line in forecast.shortfalls)
    assert not any("不到6级" in line for line in forecast.shortfalls)
    assert "本模型没有计算风力" in "".join(forecast.summary)
    assert forecast.tables[0].rows[0][1:] == ("500 km 以外，未计算", "—", "—", "—", "—")


def test_a_district_out_of_reach_is_named_and_the_others_keep_their_wind() -> None:
    far = District(code="650000", name="远方示例区", area=box(112.0, 36.0, 112.3, 36.3))
    forecast = storm(setting(districts=(far, COAST)))
    by_code = {row["code"]: row["figures"] for row in forecast.rows}
    assert by_code[far.code] == {}
    assert number(by_code[COAST.code]["wind"]) > 20
    assert any(
        line.startswith("远方示例区始终距台风中心 500 km 以外") for line in forecast.shortfalls
    )
    assert "没有算出风力" in forecast.tables[0].note
    assert min(number(line.value) for line in forecast.isolines) > 2  # no cliff at the edge


def test_the_curve_at_the_place_holds_only_hours_that_were_computed(lekima: Forecast) -> None:
    assert min(lekima.series[0].values) > 0
