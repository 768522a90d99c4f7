from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from anlan.science.reach.graph import ROAD_CLASSES, SPEED_KMH, RoadGraph, build_graph

SQUARE: Any = {
    "lon": [117.00, 117.01, 117.01, 117.00],
    "lat": [36.60, 36.60, 36.61, 36.61],
    "source": [0, 1, 2, 3],
    "target": [1, 2, 3, 0],
    "road_class": ["primary", "residential", "primary", "residential"],
}


def square(**changes: Any) -> RoadGraph:
    return build_graph(**(SQUARE | changes))


def test_a_two_way_square_has_eight_edges_and_its_lengths() -> None:
    g = square(name=["南路", "东街", "北路", "东街"])
    assert (g.nodes, g.edges, g.dropped_nodes) == (4, 8, 0)
    assert g.names == ("", "东街", "北路", "南路")
    south = int(np.flatnonzero((g.edge_from == 0) & (g.indices == 1))[0])
    assert g.metres[south] == pytest.approx(892.7, abs=1.0)
    assert g.seconds[south] == pytest.approx(g.metres[south] / (50 / 3.6))
    assert ROAD_CLASSES[g.road_class[south]] == "primary"


def test_of_parallel_roads_the_fastest_is_kept_and_never_the_sum() -> None:
    g = build_graph(
        [117.0, 117.01],
        [36.6, 36.6],
        source=[0, 0, 0],
        target=[1, 1, 0],
        metres=[1000.0, 2000.0, 500.0],
        speed_kmh=[36.0, 36.0, 36.0],
        road_class=["road", "road", "road"],
    )
    assert g.edges == 2
    np.testing.assert_allclose(g.seconds, 100.0)


def test_one_way_roads_have_one_edge_and_dead_ends_are_dropped() -> None:
    ring = square(oneway=True)
    assert ring.edges == 4
    out = square(oneway=[True, False, False, False], target=[1, 2, 3, 3])
    assert out.dropped_nodes >= 1


def test_the_course_of_a_road_runs_backwards_on_the_way_back() -> None:
    bend = [[(117.005, 36.595)], [], [], []]
    g = square(shapes=bend)
    there = int(np.flatnonzero((g.edge_from == 0) & (g.indices == 1))[0])
    back = int(np.flatnonzero((g.edge_from == 1) & (g.indices == 0))[0])
    assert g.edge_points(there).tolist() == [[117.0, 36.6], [117.005, 36.595], [117.01, 36.6]]
    assert g.edge_points(back).tolist() == g.edge_points(there)[::-1].tolist()
    assert g.metres[there] > 1300


def test_a_closed_edge_is_infinite_and_the_original_is_left_alone() -> None:
    g = square()
    closed = g.closed([0])
    assert np.isinf(closed.seconds[0])
    assert np.isfinite(g.seconds).all()
    with pytest.raises(ValueError, match="factor must be > 0"):
        g.with_factor(0.0)


def test_an_area_closes_the_roads_that_cross_it_even_without_a_junction_inside() -> None:
    g = square()
    across_the_south_road = box(117.004, 36.599, 117.006, 36.601)
    hit = g.edges_in(across_the_south_road)
    assert {(int(g.edge_from[e]), int(g.indices[e])) for e in hit} == {(0, 1), (1, 0)}
    assert np.isinf(g.avoiding(across_the_south_road).seconds[hit]).all()
    assert len(g.edges_in(Polygon())) == 0
    assert len(g.edges_in(box(118, 36, 119, 37))) == 0


def test_an_area_meets_a_bend_outside_the_straight_line() -> None:
    g = square(shapes=[[(117.005, 36.595)], [], [], []])
    assert len(g.edges_in(box(117.004, 36.594, 117.006, 36.5951))) == 2
    assert len(g.edges_in(box(117.0045, 36.5995, 117.0055, 36.6005))) == 0


def test_an_area_finds_the_same_edges_as_one_look_at_each() -> None:
    rng = np.random.default_rng(3)
    n = 60
    u = np.arange(n)
    corner = np.array([117.0, 36.6])
    shapes = [corner + rng.uniform(0, 0.02, (int(k), 2)) for k in rng.integers(0, 5, n)]
    g = build_graph(
        117 + rng.uniform(0, 0.02, n),
        36.6 + rng.uniform(0, 0.02, n),
        source=u,
        target=(u + 1) % n,
        road_class=["road"] * n,
        shapes=shapes,
    )
    for _ in range(20):
        x, y = rng.uniform(117, 117.02), rng.uniform(36.6, 36.62)
        area = Point(x, y).buffer(rng.uniform(0.0005, 0.004))
        each = [e for e in range(g.edges) if area.intersects(LineString(g.edge_points(e)))]
        assert g.edges_in(area).tolist() == each


def test_a_closed_network_keeps_what_is_known_of_its_geometry() -> None:
    g = square()
    tree, origin = g._tree, g.edge_from
    closed = g.closed([0])
    assert closed._tree is tree
    assert closed.edge_from is origin
    assert np.isinf(closed.matrix.data).sum() == 1


def test_a_place_snaps_to_the_nearest_junction_and_says_how_far_it_is() -> None:
    snap = square().snap([117.0001, 117.01], [36.6, 36.62])
    assert snap.node.tolist() == [0, 2]
    np.testing.assert_allclose(snap.metres, [8.93, 1111.9], atol=0.1)
    one = square().snap(117.0, 36.6)
    assert one.node.tolist() == [0]


@given(st.floats(min_value=116, max_value=118), st.floats(min_value=36, max_value=37))
def test_the_snapped_junction_is_the_nearest_one(lon: float, lat: float) -> None:
    from anlan.science.common.local import distance

    g = square()
    snap = g.snap(lon, lat)
    every = distance(lon, lat, g.lon, g.lat)
    assert snap.metres[0] == pytest.approx(every.min(), abs=1e-3)


def test_plain_arrays_go_round() -> None:
    g = square(name=["a", "b", "c", ""], bridge=[True, False, False, False], synthetic=True)
    back = RoadGraph.from_arrays(g.as_arrays())
    assert back.names == g.names
    assert back.synthetic
    assert int(back.bridge.sum()) == 2
    np.testing.assert_array_equal(back.seconds, g.seconds)
    np.testing.assert_array_equal(back.matrix.toarray(), g.matrix.toarray())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"road_class": ["lane"] * 4}, "road_class 'lane' is unknown; use motorway"),
        ({"target": [1, 2, 3, 9]}, "source and target must be nodes 0 to 3"),
        ({"lat": [36.6, 36.6, 36.6, 99.0]}, "lon and lat must be WGS 84 degrees"),
        ({"metres": [-1, 1, 1, 1]}, "metres must be >= 0 m"),
        ({"speed_kmh": 0.0}, "speed_kmh > 0"),
        ({"target": [1]}, "source, target and road_class must have one length"),
    ],
)
def test_bad_roads_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        square(**changes)


def test_every_class_has_a_speed() -> None:
    assert set(ROAD_CLASSES) == set(SPEED_KMH)
