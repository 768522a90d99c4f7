from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import floyd_warshall
from shapely import Point, box

from anlan.science.reach.graph import RoadGraph, build_graph
from anlan.science.reach.travel import (
    isochrone,
    nearest_facility,
    route,
    route_between,
    travel_seconds,
)


def ring(n: int) -> RoadGraph:
    """A one-way ring, ten seconds from node to node."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    u = np.arange(n)
    return build_graph(
        117 + 0.01 * np.cos(angle),
        36.6 + 0.01 * np.sin(angle),
        source=u,
        target=(u + 1) % n,
        metres=np.full(n, 100.0),
        speed_kmh=36.0,
        oneway=True,
        road_class=["road"] * n,
        name=["环路"] * n,
    )


def grid(side: int, **changes: Any) -> RoadGraph:
    """A square grid of two-way streets, 100 m and ten seconds apart."""
    number = np.arange(side * side).reshape(side, side)
    u = np.r_[number[:, :-1].ravel(), number[:-1].ravel()]
    v = np.r_[number[:, 1:].ravel(), number[1:].ravel()]
    y, x = np.mgrid[:side, :side]
    return build_graph(
        117 + x.ravel() * 0.00112,
        36.6 + y.ravel() * 0.0009,
        source=u,
        target=v,
        metres=np.full(len(u), 100.0),
        speed_kmh=36.0,
        road_class=["residential"] * len(u),
        **changes,
    )


def random_graph(seed: int, n: int = 30) -> RoadGraph:
    rng = np.random.default_rng(seed)
    u, v = rng.integers(0, n, 4 * n), rng.integers(0, n, 4 * n)
    u, v = np.r_[np.arange(n), u], np.r_[(np.arange(n) + 1) % n, v]
    return build_graph(
        117 + rng.uniform(0, 0.1, n),
        36.6 + rng.uniform(0, 0.1, n),
        source=u,
        target=v,
        metres=rng.uniform(10, 1000, len(u)),
        oneway=rng.random(len(u)) < 0.5,
        road_class=["road"] * len(u),
    )


@pytest.mark.analytic("reach.travel")
def test_on_a_grid_the_time_is_that_of_the_blocks() -> None:
    g = grid(12)
    y, x = np.divmod(np.arange(144), 12)
    expected = 10.0 * (np.abs(x[:, None] - x) + np.abs(y[:, None] - y))
    nodes = np.arange(144)
    np.testing.assert_allclose(travel_seconds(g, nodes, nodes), expected)


@pytest.mark.analytic("reach.travel")
def test_a_one_way_ring_is_short_one_way_and_long_the_other() -> None:
    g = ring(6)
    assert travel_seconds(g, [0, 1], [0, 1]).tolist() == [[0, 10], [50, 0]]


@pytest.mark.cross("reach.travel", source="scipy.sparse.csgraph.floyd_warshall, scipy 1.17")
@given(st.integers(min_value=0, max_value=10_000))
def test_times_are_those_of_another_algorithm(seed: int) -> None:
    g = random_graph(seed)
    every = np.arange(g.nodes)
    np.testing.assert_allclose(
        travel_seconds(g, every, every), floyd_warshall(g.matrix, directed=True)
    )


@pytest.mark.property("reach.travel")
@given(st.integers(min_value=0, max_value=10_000))
def test_no_way_through_a_third_place_is_shorter(seed: int) -> None:
    g = random_graph(seed)
    every = np.arange(g.nodes)
    t = travel_seconds(g, every, every)
    assert (t[:, None, :] <= t[:, :, None] + t[None, :, :] + 1e-9).all()


@pytest.mark.property("reach.travel")
@given(st.integers(min_value=0, max_value=10_000))
def test_the_matrix_is_the_same_whichever_side_is_searched(seed: int) -> None:
    g = random_graph(seed)
    many, few = np.arange(g.nodes), [0, 1]
    from_many = travel_seconds(g, many, few)
    np.testing.assert_allclose(from_many, np.vstack([travel_seconds(g, [m], few) for m in many]))


@pytest.mark.property("reach.travel")
@given(st.integers(min_value=0, max_value=10_000))
def test_a_route_takes_the_time_that_the_matrix_says(seed: int) -> None:
    g = random_graph(seed)
    found = route(g, 0, 5)
    assert found is not None
    assert found.seconds == pytest.approx(travel_seconds(g, [0], [5])[0, 0])
    assert found.seconds == pytest.approx(g.seconds[list(found.edges)].sum())
    assert (found.nodes[0], found.nodes[-1]) == (0, 5)


def test_from_the_station_is_not_to_the_station() -> None:
    g = ring(6)
    leaving = nearest_facility(g, [0, 3])
    coming = nearest_facility(g, [0, 3], towards=True)
    assert leaving.seconds.tolist() == [0, 10, 20, 0, 10, 20]
    assert coming.seconds.tolist() == [0, 20, 10, 0, 20, 10]
    assert leaving.facility.tolist() == [0, 0, 0, 1, 1, 1]


def test_beyond_the_limit_there_is_no_facility() -> None:
    found = nearest_facility(ring(6), [0], limit=25.0)
    assert found.facility.tolist() == [0, 0, 0, -1, -1, -1]
    assert np.isinf(found.seconds[3:]).all()
    assert np.isinf(travel_seconds(ring(6), [0], [5], limit=25.0)).all()


def test_of_two_facilities_on_one_node_the_first_counts() -> None:
    assert nearest_facility(ring(4), [2, 2]).facility.tolist() == [0, 0, 0, 0]


def test_a_closed_road_makes_a_detour_and_a_closed_ring_no_route() -> None:
    g = grid(3)
    straight = route(g, 0, 2)
    assert straight is not None
    assert straight.seconds == 20
    blocked = route(g.closed(np.flatnonzero((g.edge_from == 1) & (g.indices == 2))), 0, 2)
    assert blocked is not None
    assert blocked.seconds == 40
    r = ring(4)
    assert route(r.closed(np.flatnonzero(r.indices == 1)), 0, 1) is None


def test_a_route_keeps_out_of_a_plume() -> None:
    g = grid(9)
    places: Any = {"from_lon": 117.0, "from_lat": 36.6036, "to_lon": 117.009, "to_lat": 36.6036}
    plume = box(117.003, 36.602, 117.006, 36.605)
    straight, round_it = route_between(g, **places), route_between(g, avoid=plume, **places)
    assert straight is not None
    assert round_it is not None
    assert round_it.seconds > straight.seconds
    assert not any(plume.contains(Point(p)) for p in round_it.points)
    assert round_it.access_metres == pytest.approx((0.0, 3.6), abs=0.5)


def test_a_route_names_its_roads_once() -> None:
    found = route(ring(6), 0, 4)
    assert found is not None
    assert found.roads == (("环路", 400.0),)
    assert found.points.shape == (5, 2)


def test_a_route_to_itself_is_empty() -> None:
    found = route(ring(6), 2, 2)
    assert found is not None
    assert (found.seconds, found.metres, found.edges) == (0.0, 0.0, ())
    assert len(found.points) == 1


def test_no_route_leads_out_of_a_cordon() -> None:
    cordon = box(116, 36, 118, 37)
    assert (
        route_between(
            grid(4), from_lon=117, from_lat=36.6, to_lon=117.003, to_lat=36.602, avoid=cordon
        )
        is None
    )


def test_a_longer_time_reaches_a_larger_area() -> None:
    g = grid(20)
    near, far = (isochrone(g, [210], limit=t) for t in (40.0, 90.0))
    assert far.area > near.area > 0
    assert far.buffer(1e-9).contains(Point(g.lon[210], g.lat[210]))
    assert isochrone(g, [0], limit=5.0).is_empty
    assert isochrone(g, [210], limit=40.0, towards=True).area == pytest.approx(near.area)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: travel_seconds(g, [0], [99]), "targets must be nodes 0 to 5"),
        (lambda g: travel_seconds(g, [], [0]), "sources must be nodes 0 to 5"),
        (lambda g: travel_seconds(g, [0], [1], limit=0), "limit must be > 0 s"),
        (lambda g: nearest_facility(g, [-1]), "facilities must be nodes 0 to 5"),
        (lambda g: route(g, 0, 6), "source and target must be nodes 0 to 5"),
    ],
)
def test_nodes_that_do_not_exist_are_refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(ring(6))
