from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from anlan.citypack.roads import ROAD_CLASSES, Edges, Roads, assemble_roads
from anlan.forecast.exposure import PeopleGrid
from anlan.support.transport.network import RoadNetwork
from anlan.support.transport.rules import (
    Demand,
    Shelter,
    choose_staging,
    close_roads,
    fill_shelters,
    gather_demand,
)

ZONE = box(117.0, 36.0, 117.02, 36.02)


def make_roads() -> Roads:
    """An east-west trunk through the zone, lanes into it, and a road far away."""
    lon = np.array([116.98, 117.01, 117.05, 117.01, 117.01, 117.2, 117.3, 116.99, 117.03])
    lat = np.array([36.01, 36.01, 36.01, 35.98, 36.05, 36.2, 36.2, 36.005, 36.005])
    rows = [
        (0, 1, "trunk", "世纪大道"),
        (1, 2, "trunk", "世纪大道"),
        (1, 3, "residential", ""),
        (1, 4, "primary", ""),
        (5, 6, "primary", "远路"),
        (7, 8, "secondary", "过境路"),
        (2, 8, "service", ""),
        (0, 7, "service", ""),
        (2, 5, "primary", "远路"),
    ]
    return roads_of(lon, lat, rows)


def roads_of(
    lon: np.ndarray, lat: np.ndarray, rows: list[tuple[int, int, str, str]], metres: float = 2000.0
) -> Roads:
    """Build two-way roads between points."""
    classes = list(ROAD_CLASSES)
    names = sorted({name for *_, name in rows if name})
    both = [*rows, *((b, a, c, n) for a, b, c, n in rows)]
    count = len(both)
    return assemble_roads(
        lon,
        lat,
        Edges(
            edge_from=np.array([r[0] for r in both]),
            edge_to=np.array([r[1] for r in both]),
            length_m=np.full(count, metres),
            road_class=np.array([classes.index(r[2]) for r in both], dtype=np.uint8),
            bridge=np.zeros(count, dtype=bool),
            name_index=np.array([names.index(r[3]) if r[3] else -1 for r in both], dtype=np.int32),
            way_id=np.full(count, -1),
        ),
        names,
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
    roads = make_roads()
    closed = {roads.name_of(int(edge)) for edge in found.closed_edges}
    assert closed == {"世纪大道", "过境路", ""}
    assert len(found.closed_edges) == 10
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
    lon, lat = np.meshgrid(117.003 + 0.004 * np.arange(4), 36.003 + 0.004 * np.arange(4))
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


def make_network() -> RoadNetwork:
    return RoadNetwork(make_roads())


def test_a_closed_road_is_never_driven() -> None:
    network = make_network()
    start, end = (
        int(n) for n in network.nearest(np.array([116.98, 117.05]), np.array([36.01] * 2))[0]
    )
    open_time = network.times_to(end)[start]
    closed = close_roads(network.roads, ZONE, label="区").closed_edges
    assert np.isfinite(open_time)
    assert np.isinf(network.closing(closed).times_to(end)[start])


def test_times_to_and_from_agree_on_two_way_roads() -> None:
    network = make_network()
    for node in range(len(network)):
        assert np.allclose(network.times_to(node), network.times_from(node))


def test_direction_matters_on_a_one_way_ring() -> None:
    ring = RoadNetwork(
        Roads(
            node_lon=np.array([117.0, 117.01, 117.02]),
            node_lat=np.array([36.0, 36.01, 36.0]),
            edge_from=np.array([0, 1, 2], dtype=np.int32),
            edge_to=np.array([1, 2, 0], dtype=np.int32),
            length_m=np.array([1000.0, 1000.0, 1000.0]),
            road_class=np.zeros(3, dtype=np.uint8),
            bridge=np.zeros(3, dtype=bool),
            name_index=np.full(3, -1, dtype=np.int32),
            way_id=np.full(3, -1),
            shape_start=np.zeros(4, dtype=np.int64),
            shape_lon=np.zeros(0),
            shape_lat=np.zeros(0),
            names=np.zeros(0, dtype=np.str_),
            class_names=np.array(["primary"]),
            class_speed_kmh=np.array([36.0]),
        )
    )
    assert ring.times_from(0).tolist() == [0, 100, 200]
    assert ring.times_to(0).tolist() == [0, 200, 100]
    assert ring.metres_between(np.array([0, 0]), np.array([2])).tolist() == [[2000], [2000]]


def test_the_distance_to_the_nearest_road_is_told() -> None:
    node, metres = make_network().nearest(np.array([116.98]), np.array([36.02]))
    assert 1000 < metres[0] < 1250
    assert node.shape == (1,)
