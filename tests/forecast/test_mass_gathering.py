"""A mass gathering: density as people are counted, egress as the science gives it, gates, refusals."""

from __future__ import annotations

import json
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from shapely.geometry import box

from anlan.forecast.exposure import PeopleGrid
from anlan.forecast.hazards.gathering_venue import gates_of, spread_crowd, venue_of
from anlan.forecast.hazards.mass_gathering import MODEL
from anlan.forecast.impact import impact_of
from anlan.forecast.scenarios import ScenarioError
from anlan.science.crowd.egress import egress
from kit.outlook import PARK, forecast_of, make_setting
from kit.towns import bounds, number, run_in_town, town

M_PER_DEG = 111_195.0


run = partial(run_in_town, MODEL)


def test_everybody_stands_somewhere_and_the_densest_is_as_many_times_the_mean() -> None:
    venue = venue_of(box(-50, -40, 50, 40), town().place)
    crowd = spread_crowd(venue, 6000.0, concentration=2.5, focus_deg=0.0)
    assert crowd.people.sum() == pytest.approx(6000.0)
    assert crowd.concentration == pytest.approx(2.5, rel=1e-3)
    top = np.unravel_index(np.argmax(crowd.density), crowd.density.shape)
    assert venue.y[top] > 35.0


def test_nobody_stands_closer_than_can_be() -> None:
    forecast = run({"people": 60_000, "length_m": 100, "width_m": 100, "concentration": 10})
    assert number(forecast.figures["最密处密度"]) <= 9.05
    assert any("已摊开" in a.text for a in forecast.assumptions)


def test_one_exit_empties_as_the_science_says() -> None:
    place = {"people": 500, "length_m": 20, "width_m": 20, "exits": "东门:3:90", "speed": 1.0}
    forecast = run({**place, "concentration": 1})
    # at 500 people before one gate the walk matters little: everybody through the gate
    least = egress([500.0], [[0.0]], [3.0], speed=1.0).time
    most = egress([500.0], [[1.2 * np.hypot(20.0, 10.0)]], [3.0], speed=1.0).time
    assert least / 60.0 <= number(forecast.figures["疏散时间"]) <= most / 60.0


def test_a_closed_gate_takes_longer_and_another_one_less_long() -> None:
    usual, closed = run(), run({"closed": "南门"})
    more = run({"extra": "应急门:8:45"})
    times = [number(f.figures["疏散时间"]) for f in (more, usual, closed)]
    assert times == sorted(times)
    rows = [str(row[0]) for row in closed.tables[1].rows]
    assert rows[:2] == ["现有出口全部开放", "关闭南门（本次录入）"]
    assert "若再关闭东门" in rows
    assert any("关闭" in mark.label and mark.state == "danger" for mark in closed.marks)


def test_zones_are_nested_and_fill_while_people_come() -> None:
    forecast = run({"people": 30_000, "concentration": 4})
    zones = [f for f in forecast.footprints if f.key != "queue"]
    assert [z.key for z in zones] == ["red", "orange", "yellow", "blue"]
    for inner, outer in pairwise(zones):
        assert outer.area.buffer(1e-9).contains(inner.area)
    coming = [f.areas["blue"].area for f in forecast.frames if f.minutes <= 90.0]
    assert coming == sorted(coming)
    last = forecast.frames[-1]
    assert last.areas["blue"].is_empty
    for zone in zones:
        assert zone.envelope.buffer(1e-9).contains(zone.area)


def test_the_area_of_a_zone_is_that_of_its_figure() -> None:
    zone = run({"people": 40_000}).footprints[3]
    size = zone.area.area * M_PER_DEG**2 * np.cos(np.radians(36.65))
    assert size == pytest.approx(number(zone.figures["面积"]), rel=0.05)


def test_every_figure_that_is_a_number_holds_its_value_in_its_range() -> None:
    for figure in run({"closed": "东门"}).figures.values():
        if isinstance(figure.value, int | float):
            low, high = bounds(figure)
            assert low <= figure.value <= high


def test_the_gate_lies_on_the_edge_in_its_direction() -> None:
    (east, south) = gates_of("东门:6:90；南门:8:180", box(-50, -40, 50, 40), "scenario.exits")
    assert (east.x, east.y) == pytest.approx((50.0, 0.0), abs=1e-6)
    assert (south.x, south.y) == pytest.approx((0.0, -40.0), abs=1e-6)


def test_tracks_give_the_pressure_and_where_it_is() -> None:
    rng = np.random.default_rng(2)
    lines = ["lon,lat,vx,vy"]
    for _ in range(200):
        lon, lat = 117.05 + rng.uniform(0, 5e-5), 36.65 + rng.uniform(0, 5e-5)
        lines.append(f"{lon:.8f},{lat:.8f},{rng.normal(0, 0.3):.3f},{rng.normal(0, 0.3):.3f}")
    forecast = run(files={"tracks_file": "\n".join(lines)})
    assert number(forecast.figures["最大人群压力"]) > 0.02
    assert any("人群压力最大" in mark.label for mark in forecast.marks)
    assert not forecast.shortfalls


def test_an_outline_takes_the_place_of_the_rectangle() -> None:
    ring = [[117.049, 36.649], [117.051, 36.649], [117.051, 36.651], [117.049, 36.651]]
    outline = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    forecast = run(files={"outline_file": json.dumps(outline)})
    size = 0.002 * M_PER_DEG * 0.002 * M_PER_DEG * np.cos(np.radians(36.65))
    assert f"{size:,.0f}"[:3] in forecast.reasons[0]


@pytest.mark.parametrize(
    ("content", "field", "said"),
    [
        ({"people": 200_000}, "scenario.people", "能站下"),
        ({"people": -1}, "scenario.people", "10 至"),
        ({"exits": "东门"}, "scenario.exits", "名称:净宽"),
        ({"exits": "东门:0.1:90"}, "scenario.exits", "净宽 0.5"),
        ({"exits": "东门:3;东门:4"}, "scenario.exits", "不重复"),
        ({"closed": "小门"}, "scenario.closed", "已有出口"),
        ({"exits": "东门:3", "closed": "东门"}, "scenario.closed", "至少留一个"),
        ({"extra": "东门:3"}, "scenario.extra", "不同名"),
    ],
)
def test_wrong_input_names_its_field(content: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as refused:
        run(content)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("outline_file", "no json", "GeoJSON"),
        ("outline_file", '{"type": "Point", "coordinates": [117, 36]}', "GeoJSON"),
        ("tracks_file", "lon,lat\n1,2", "表头有 vx"),
        ("tracks_file", "lon,lat,vx,vy\n117,36,fast,0", "第 2 行 vx"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(key: str, text: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as refused:
        run(files={key: text})
    assert refused.value.field == f"scenario.{key}"


def test_who_stands_in_a_dense_zone_is_the_crowd_and_not_the_residents() -> None:
    grid = PeopleGrid(
        lon=np.array([PARK.lon]),
        lat=np.array([PARK.lat]),
        people=np.array([5.0]),
        cell_lon=0.01,
        cell_lat=0.01,
        source="网格",
    )
    here = make_setting(people=grid)
    forecast = forecast_of("mass_gathering", setting=here, people=20_000)
    impact = impact_of(forecast, here)
    zones = {z.key: z for z in impact.zones}
    blue, area = zones["blue"], forecast.footprint("blue")
    assert area is not None
    at_least = 2.0 * float(area.figures["面积"].value or 0)
    assert float(blue.people_by_night.value or 0) >= at_least
    assert blue.people_by_day == blue.people_by_night
    assert impact.over_time == ()
