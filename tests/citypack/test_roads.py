from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from anlan.citypack.divisions import city_divisions
from anlan.citypack.network import synthesise_roads
from anlan.citypack.osm import BrokenExtract, read_facilities, read_roads
from anlan.citypack.population import spread_people
from anlan.citypack.roads import Edges, Roads, assemble_roads
from kit.shared import shared_data

if TYPE_CHECKING:
    from pathlib import Path

    from anlan.citypack import CityPack


def strong_parts(roads: Roads) -> int:
    n = len(roads.node_lon)
    matrix = csr_matrix((roads.length_m, (roads.edge_from, roads.edge_to)), shape=(n, n))
    return int(connected_components(matrix, connection="strong")[0])


def synthetic(code: str, scale: float = 1.0) -> Roads:
    divisions = city_divisions(code)
    people = spread_people(divisions, np.random.default_rng(1), scale=scale)
    return synthesise_roads(code, divisions, people, np.random.default_rng(2), scale=scale)


def test_jinan_has_a_network_of_the_asked_size(jinan: CityPack) -> None:
    assert 50_000 <= len(jinan.roads.node_lon) <= 100_000
    assert strong_parts(jinan.roads) == 1


def test_edges_are_sorted_unique_and_positive(jinan: CityPack) -> None:
    roads = jinan.roads
    key = roads.edge_from.astype(np.int64) * len(roads.node_lon) + roads.edge_to
    assert np.all(np.diff(key) > 0)
    assert np.all(roads.length_m > 0)
    assert np.all(roads.seconds > 0)
    assert np.all(roads.edge_from != roads.edge_to)


def test_every_class_of_a_real_city_exists(jinan: CityPack) -> None:
    found = set(jinan.roads.class_names[np.unique(jinan.roads.road_class)])
    assert found >= {"motorway", "trunk", "primary", "secondary", "tertiary", "residential"}


def test_main_roads_have_chinese_names(jinan: CityPack) -> None:
    roads = jinan.roads
    main = np.flatnonzero(np.isin(roads.class_names[roads.road_class], ["trunk", "primary"]))
    assert np.all(roads.name_index[main] >= 0)
    assert all("一" <= roads.name_of(int(e))[0] <= "鿿" for e in main[:200])


def test_every_district_is_reached(jinan: CityPack) -> None:
    for division in jinan.divisions:
        if division.boundary is not None:
            inside = shapely.contains_xy(
                division.boundary, jinan.roads.node_lon, jinan.roads.node_lat
            )
            assert inside.sum() > 100, division.name


def test_the_yellow_river_has_few_bridges(jinan: CityPack) -> None:
    roads = jinan.roads
    river = next(r.line for r in jinan.rivers if r.name == "黄河")
    ends = np.stack(
        [
            np.c_[roads.node_lon[roads.edge_from], roads.node_lat[roads.edge_from]],
            np.c_[roads.node_lon[roads.edge_to], roads.node_lat[roads.edge_to]],
        ],
        axis=1,
    )
    crosses = shapely.intersects(river, shapely.linestrings(ends))
    assert 8 <= crosses.sum() / 2 <= 25
    assert np.all(roads.bridge[crosses])
    assert any("黄河" in roads.name_of(int(e)) for e in np.flatnonzero(crosses))


@pytest.mark.parametrize("code", ["371500", "441900", "650100"])
def test_any_city_gets_a_connected_network(code: str) -> None:
    roads = synthetic(code)
    assert len(roads.node_lon) > 5_000
    assert strong_parts(roads) == 1


def test_the_scale_enlarges_the_network() -> None:
    small, large = (len(synthetic("441900", scale).node_lon) for scale in (1.0, 10.0))
    assert large / small == pytest.approx(10, rel=0.1)


def test_parallel_edges_keep_the_fastest_and_islands_fall_out() -> None:
    edges = Edges(
        edge_from=np.array([0, 0, 1, 2, 3]),
        edge_to=np.array([1, 1, 0, 2, 0]),
        length_m=np.array([100.0, 60.0, 60.0, 5.0, 9.0]),
        road_class=np.array([11, 11, 11, 11, 11], dtype=np.uint8),
        bridge=np.zeros(5, dtype=np.bool_),
        name_index=np.array([0, 1, 1, 0, 0], dtype=np.int32),
        way_id=np.array([1, 2, 2, 3, 4]),
    )
    roads = assemble_roads(np.arange(4.0), np.zeros(4), edges, ["甲路", "乙路"])
    assert roads.length_m.tolist() == [60.0, 60.0]
    assert roads.name_of(0) == "乙路"
    assert len(roads.node_lon) == 2


@pytest.mark.parametrize(
    ("name", "nodes", "edges"),
    [("liechtenstein-latest.osm.pbf", 3_410, 7_595), ("north-bayreuth.osm.gz", 1_082, 2_354)],
)
def test_an_extract_gives_the_known_graph(name: str, nodes: int, edges: int) -> None:
    """Liechtenstein's figures stand in the notes; Bayreuth's are our own first result."""
    roads = read_roads(shared_data("osm", name))
    assert (len(roads.node_lon), len(roads.edge_from)) == (nodes, edges)
    assert strong_parts(roads) == 1
    assert roads.shape_start[-1] == len(roads.shape_lon) > nodes


def test_an_edge_is_as_long_as_its_shape() -> None:
    roads = read_roads(shared_data("osm", "liechtenstein-latest.osm.pbf"))
    for edge in range(0, len(roads.edge_from), 500):
        inner = slice(roads.shape_start[edge], roads.shape_start[edge + 1])
        u, v = roads.edge_from[edge], roads.edge_to[edge]
        lon = np.r_[roads.node_lon[u], roads.shape_lon[inner], roads.node_lon[v]]
        lat = np.r_[roads.node_lat[u], roads.shape_lat[inner], roads.node_lat[v]]
        east = np.diff(lon) * np.cos(np.radians(lat.mean()))
        metres = np.hypot(east, np.diff(lat)).sum() * 111_195.0
        assert metres == pytest.approx(roads.length_m[edge], rel=2e-3, abs=0.1)


def test_facilities_are_read_from_an_extract() -> None:
    kinds = [
        row["kind"] for row in read_facilities(shared_data("osm", "liechtenstein-latest.osm.pbf"))
    ]
    assert kinds.count("hospital") == 1
    assert kinds.count("fire_station") == 6


def test_a_missing_extract_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.osm"):
        read_roads(tmp_path / "nothing.osm")


def test_an_extract_without_roads_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "empty.osm"
    file.write_text('<osm version="0.6"><node id="1" lat="36.6" lon="117.0"/></osm>')
    with pytest.raises(ValueError, match="没有机动车道路"):
        read_roads(file)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.osm.pbf", b"garbage" * 100), ("b.osm", b'<osm version="0.6"><node'), ("c.txt", b"hello")],
)
def test_a_broken_extract_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    for read in (read_roads, read_facilities):
        with pytest.raises(BrokenExtract, match=re.escape(name)):
            read(tmp_path / name)
