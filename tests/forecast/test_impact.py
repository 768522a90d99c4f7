"""Who is inside an area at an hour: a block empties by day, a city does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from shapely.geometry import box

from anlan.forecast.exposure import Facility, PeopleGrid
from anlan.forecast.impact import impact_of
from anlan.forecast.shapes import disc
from anlan.forecast.types import Figure, Footprint, Forecast, Place
from kit.outlook import make_setting

PLACE = Place(lon=117.0, lat=36.7)
NOON, NIGHT = (datetime(2026, 11, 22, hour, 0, tzinfo=UTC) for hour in (4, 19))


def make_city() -> PeopleGrid:
    lon, lat = np.meshgrid(116.0 + 0.02 * np.arange(100), 35.7 + 0.02 * np.arange(100))
    return PeopleGrid(
        lon=lon.ravel(),
        lat=lat.ravel(),
        people=np.full(lon.size, 500.0),
        cell_lon=0.02,
        cell_lat=0.02,
        source="人口网格（测试）",
    )


def make_forecast(radius: float, model: str = "gas_release") -> Forecast:
    area = disc(PLACE, radius) if radius < 1e5 else box(115.9, 35.6, 118.1, 37.8)
    zone = Footprint(
        key="a",
        label="致命区",
        threshold=Figure(value=1, unit="ppm", source="表"),
        area=area,
        envelope=area,
    )
    return Forecast(model=model, version="v1", title="试", footprints=(zone,))


def test_a_small_area_is_emptier_by_day_when_nothing_is_recorded_in_it() -> None:
    setting = replace(make_setting(), people=make_city(), facilities=())
    (zone,) = impact_of(make_forecast(400.0), setting).zones
    night, day = float(zone.people_by_night.value or 0), float(zone.people_by_day.value or 0)
    assert 0.5 * night < day < 0.62 * night


def test_a_whole_city_is_not_emptier_by_day() -> None:
    setting = replace(make_setting(), people=make_city(), facilities=())
    (zone,) = impact_of(make_forecast(2e5), setting).zones
    night, day = zone.people_by_night.value, zone.people_by_day
    assert isinstance(night, int | float)
    assert isinstance(day.value, int | float)
    assert day.low is not None
    assert day.value > 0.99 * night
    assert day.low > 0.99 * night


def test_pupils_are_not_counted_on_top_of_the_residents_who_stay_in_the_area() -> None:
    school = Facility(id=1, kind="school", name="甲", lon=117.0, lat=36.7, details={"people": 1000})
    setting = replace(make_setting(), people=make_city(), facilities=(school,))
    (zone,) = impact_of(make_forecast(2e5), setting).zones
    assert float(zone.people_by_day.value or 0) <= float(zone.people_by_night.value or 0)


def test_a_disease_leaves_the_sites_of_a_district_alone() -> None:
    plant = Facility(id=1, kind="storage_tank", name="罐", lon=117.0, lat=36.7)
    setting = replace(make_setting(), people=make_city(), facilities=(plant,))
    found = impact_of(make_forecast(2e5, model="outbreak_detection"), setting)
    assert not found.hits
    assert not found.zones[0].facilities
    assert found.zones[0].people_by_night.value
    assert impact_of(make_forecast(2e5), setting).hits


def test_the_impact_is_said_for_the_hour_of_the_run() -> None:
    school = Facility(id=1, kind="school", name="甲", lon=117.0, lat=36.7, details={"people": 900})
    setting = replace(make_setting(), people=make_city(), facilities=(school,))
    by_day = impact_of(make_forecast(400.0), replace(setting, moment=NOON))
    by_night = impact_of(make_forecast(400.0), replace(setting, moment=NIGHT))
    assert by_day.summary[0].startswith("起算时（12:00，白天）致命区内约")
    assert by_day.summary[1] == "致命区内有学校 1 处"
    assert by_night.summary[0].startswith("起算时（03:00，夜间）致命区内约")


def test_who_is_there_at_an_hour_is_not_said_of_a_matter_of_weeks() -> None:
    setting = replace(make_setting(), people=make_city(), facilities=())
    assert impact_of(make_forecast(2e5, "epidemic"), setting).summary == ()
