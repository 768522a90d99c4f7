"""Lifelines: what stops next follows from who feeds whom, and from nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from shapely import box

from anlan.forecast.districts import District
from anlan.forecast.exposure import Facility, PeopleGrid
from anlan.forecast.hazards.lifeline_net import network_of
from anlan.forecast.models_registry import models_for, parse_scenario, run_model
from anlan.forecast.scenarios import ScenarioError, Weather
from anlan.forecast.selectors.city import city_surroundings
from anlan.forecast.setting import Setting
from anlan.forecast.types import Forecast, Place
from anlan.science.network.dependency import failure_times
from kit.cities import jinan_pack
from kit.towns import number

PLACE = Place(lon=117.0, lat=36.6, name="示例变电站")
WEST = District(code="370101", name="西区", area=box(116.95, 36.55, 117.05, 36.65))
EAST = District(code="370102", name="东区", area=box(117.05, 36.55, 117.15, 36.65))


def station(number: int, sort: str, name: str, lon: float, **details: Any) -> Facility:
    return Facility(
        id=number,
        kind="lifeline_facility",
        name=name,
        lon=lon,
        lat=36.6,
        details={"sort": sort, "working": True, **details},
    )


STATIONS = (
    station(1, "substation", "西变电站", 117.0),
    station(2, "substation", "东变电站", 117.1),
    station(3, "water_works", "西水厂", 117.01, backup_h=2.0),
    station(4, "water_works", "东水厂", 117.11, backup_h=2.0),
)
LINKS = """设施,需要,供应者,备用小时
西水厂,供电,西变电站,2
东水厂,供电,东变电站、西变电站,2
"""


def setting(links: str = LINKS, facilities: tuple[Facility, ...] = STATIONS) -> Setting:
    lon, lat = (axis.ravel() for axis in np.meshgrid([116.99, 117.11], [36.59, 36.61]))
    people = PeopleGrid(
        lon=lon,
        lat=lat,
        people=np.array([1000.0, 500.0, 1000.0, 500.0]),
        cell_lon=0.01,
        cell_lat=0.01,
        source="试验人口",
    )
    return Setting(
        place=PLACE,
        weather=Weather.parse({}),
        moment=datetime(2026, 3, 1, tzinfo=UTC),
        districts=(WEST, EAST),
        facilities=facilities,
        people=people,
        files={"links": links} if links else {},
    )


def failed(at: Setting | None = None, **fields: Any) -> Forecast:
    given = {"kind": "lifeline", "radius_m": 500.0, "hit": "power", **fields}
    found = run_model(parse_scenario(given), at or setting())
    assert isinstance(found, Forecast)
    return found


def test_what_stops_and_when_is_what_the_science_says() -> None:
    forecast = failed()
    network = network_of(setting(), backup_share=1.0)
    times = failure_times(len(network.nodes), network.supplies, damaged={0: 0.0})
    expected = [network.nodes[k].name for k in np.argsort(times) if np.isfinite(times[k])]
    table = forecast.tables[0]
    assert [row[1] for row in table.rows] == expected == ["西变电站", "西水厂"]
    assert [row[3] for row in table.rows] == ["受损", "失去供应"]
    assert table.rows[1][0] == "2 小时后"


def test_people_without_service_grow_and_lie_in_their_range() -> None:
    series = {s.key: s for s in failed().series}
    assert series["without_power"].values[0] == 2000.0
    water = series["without_water"]
    assert water.values[0] == 0.0
    assert water.values[-1] == 2000.0
    assert list(water.values) == sorted(water.values)
    for one in series.values():
        for low, value, high in zip(one.low, one.values, one.high, strict=True):
            assert low <= value <= high


def test_the_dark_area_is_the_part_of_the_city_nearest_to_the_failed_station() -> None:
    forecast = failed()
    dark = forecast.footprint("no_power")
    assert dark is not None
    assert dark.area.area == pytest.approx(WEST.area.area, rel=0.05)
    sizes = [frame.areas["no_water"].area for frame in forecast.frames]
    assert sizes == sorted(sizes)
    assert sizes[0] == 0.0


def test_less_backup_stops_the_water_earlier() -> None:
    def stops(share: float) -> float:
        marks = failed(backup_share=share).marks
        return next(m.minutes for m in marks if m.label.startswith("西水厂"))

    assert stops(0.5) == pytest.approx(60.0)
    assert stops(1.0) == pytest.approx(120.0)


def test_the_order_of_repair_ends_with_everybody_served() -> None:
    table = failed(radius_m=20_000.0).tables[1]
    served = [number(row[4]) for row in table.rows]
    assert served == sorted(served)
    assert served[-1] == 100.0
    assert table.rows[0][1] == "西变电站"


def test_a_station_reported_out_of_order_is_stopped_from_the_start() -> None:
    broken = (*STATIONS[:1], station(2, "substation", "东变电站", 117.1, working=False))
    forecast = failed(setting("", broken), radius_m=100.0)
    assert "东变电站" in [row[1] for row in forecast.tables[0].rows]


@pytest.mark.parametrize(
    ("links", "said"),
    [
        ("设施,需要\n", "供应者、备用小时"),
        (LINKS + "南水厂,供电,西变电站,2\n", "第 4 行.*南水厂"),
        (LINKS + "西水厂,蒸汽,西变电站,2\n", "第 4 行.*蒸汽"),
        (LINKS + "西水厂,供电,西变电站,很久\n", "第 4 行.*很久"),
        (LINKS + "西水厂,供电,,2\n", "第 4 行写明供应者"),
    ],
)
def test_a_wrong_table_of_links_names_line_and_value(links: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=f"scenario.links 应.*{said}"):
        failed(setting(links))


@pytest.mark.parametrize(
    ("fields", "field"), [({"radius_m": 1.0}, "radius_m"), ({"hit": "水"}, "hit")]
)
def test_a_wrong_input_names_its_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ScenarioError, match=f"scenario.{field} 应"):
        failed(**fields)


def test_links_that_nobody_gave_are_made_up_and_marked() -> None:
    forecast = failed(setting(""))
    assert any("示例" in s for s in forecast.shortfalls)
    assert any(a.value == "示例" for a in forecast.assumptions)


def test_a_city_without_registered_stations_is_still_answered() -> None:
    city = city_surroundings(jinan_pack())
    at = Setting(
        place=Place(lon=117.0, lat=36.66),
        weather=Weather.parse({}),
        moment=datetime(2026, 3, 1, tzinfo=UTC),
        districts=city.districts,
        people=city.people,
    )
    forecast = failed(at, radius_m=20_000.0)
    assert forecast.footprints
    assert len(forecast.shortfalls) >= 7
    assert failed(at, radius_m=20_000.0).tables == forecast.tables


def test_it_is_offered_for_a_power_cut() -> None:
    assert "lifeline" in [m.kind for m in models_for("12D04")]
