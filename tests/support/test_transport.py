from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from anlan.forecast.exposure import PeopleGrid
from anlan.support.transport.rules import (
    Demand,
    Roads,
    Shelter,
    choose_staging,
    close_roads,
    fill_shelters,
    gather_demand,
)

ZONE = box(117.0, 36.0, 117.02, 36.02)


def make_roads() -> Roads:
    """An east-west trunk through the zone, a lane into it, and a road far away."""
    lon = np.array([116.98, 117.01, 117.05, 117.01, 117.01, 117.2, 117.3, 116.99, 117.03])
    lat = np.array([36.01, 36.01, 36.01, 35.98, 36.05, 36.2, 36.2, 36.005, 36.005])
    both = [(0, 1), (1, 2), (1, 3), (1, 4), (5, 6), (7, 8)]
    source = np.array([a for a, b in both] + [b for a, b in both], dtype=np.int32)
    target = np.array([b for a, b in both] + [a for a, b in both], dtype=np.int32)
    names = ["世纪大道", "世纪大道", "", "", "远路", "过境路"] * 2
    classes = ["trunk", "trunk", "residential", "primary", "primary", "secondary"] * 2
    return Roads(
        lon=lon,
        lat=lat,
        source=source,
        target=target,
        metres=np.full(12, 2000.0),
        road_class=np.array(classes),
        name=np.array(names),
    )


def test_closures_stand_where_roads_lead_in() -> None:
    found = close_roads(make_roads(), ZONE, label="AEGL-2 区")
    sides = {(c.road, c.side) for c in found.points}
    assert ("世纪大道", "西") in sides
    assert ("世纪大道", "东") in sides
    assert ("无名主干路", "北") in sides
    assert found.small_roads == 1
    assert all(ZONE.buffer(1e-4).intersects(Point(c.lon, c.lat)) for c in found.points)


def test_an_edge_that_only_passes_through_is_closed_as_well() -> None:
    found = close_roads(make_roads(), ZONE, label="区")
    assert {5, 11} <= set(found.closed_edges.tolist())
    assert {4, 10}.isdisjoint(found.closed_edges.tolist())
    assert "过境路" in found.inside_names
    assert found.inside_metres > 0


def test_staging_is_upwind_and_outside() -> None:
    node_lon, node_lat = np.meshgrid(np.linspace(116.98, 117.02, 21), np.linspace(35.98, 36.02, 21))
    danger = Point(117.0, 36.0).buffer(0.003)
    found = choose_staging(
        lon=117.0,
        lat=36.0,
        danger=danger,
        wind_from_deg=0.0,
        node_lon=node_lon.ravel(),
        node_lat=node_lat.ravel(),
    )
    assert found.lat > 36.0
    assert not danger.contains(Point(found.lon, found.lat))
    assert "上风向" in found.reasons[0]


def test_staging_without_a_road_graph_says_so() -> None:
    found = choose_staging(
        lon=117.0,
        lat=36.0,
        danger=ZONE,
        wind_from_deg=None,
        node_lon=np.zeros(0),
        node_lat=np.zeros(0),
    )
    assert found.node is None
    assert "没有路网" in found.shortfalls[0]


def make_shelter(number: int, capacity: int | None, **changes: object) -> Shelter:
    values: dict[str, object] = {
        "id": number,
        "name": f"{number}号避难场所",
        "lon": 117.0,
        "lat": 36.0,
        "capacity": capacity,
        **changes,
    }
    return Shelter(**values)  # type: ignore[arg-type]


def test_shelters_are_filled_nearest_first_and_the_rest_is_named() -> None:
    demand = Demand(lon=np.array([117.0]), lat=np.array([36.0]), people=np.array([500.0]))
    shelters = [
        make_shelter(1, 100),
        make_shelter(2, 300),
        make_shelter(3, 900, inside_danger="AEGL-1 区"),
        make_shelter(4, None),
    ]
    plan = fill_shelters(demand, shelters, np.array([[4000.0, 800.0, 10.0, 10.0]]), way="步行")
    assert [(s.shelter.id, s.people, s.by_bus) for s in plan.shares] == [(2, 300, 0), (1, 100, 100)]
    assert plan.unplaced == 100
    assert "缺100人" in plan.shortfalls[0]
    assert [s.id for s, _ in plan.passed_over] == [3, 4]


@given(st.integers(1, 12), st.lists(st.floats(0, 99), min_size=16, max_size=16))
def test_gathering_people_loses_nobody(groups: int, people: list[float]) -> None:
    lon, lat = np.meshgrid(117.001 + 0.004 * np.arange(4), 36.001 + 0.004 * np.arange(4))
    grid = PeopleGrid(
        lon=lon.ravel(),
        lat=lat.ravel(),
        people=np.array(people),
        cell_lon=0.004,
        cell_lat=0.004,
        source="测试",
    )
    demand = gather_demand(grid, ZONE, groups=groups)
    assert demand.total == round(sum(people))
    assert len(demand.people) <= groups
