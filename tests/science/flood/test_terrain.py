"""Terrain models: what is read, what is refused, and the invented ground."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.citypack.rivers import rivers_of
from anlan.science.flood.inertial import simulate_flood
from anlan.science.flood.synthetic import RiverCourse, SyntheticTerrain
from anlan.science.flood.terrain import NotATerrainError, read_terrain
from kit.shared import shared_data

HEIGHTS = np.arange(12 * 20, dtype=np.float32).reshape(12, 20) + 100


def geotiff(
    values: np.ndarray = HEIGHTS,
    *,
    scale: tuple[float, float] = (0.01, 0.01),
    tie: tuple[float, float] = (117.0, 37.0),
    code: int = 4326,
    projected: bool = False,
    point: bool = False,
    nodata: str | None = None,
    feet: bool = False,
    **options: Any,
) -> bytes:
    """Write a GeoTIFF; no independent writer with codecs is needed for the plain ones."""
    keys = [1025, 0, 1, 2 if point else 1, 3072 if projected else 2048, 0, 1, code]
    keys = [1024, 0, 1, 1 if projected else 2, *keys]
    if feet:
        keys += [4099, 0, 1, 9002]
    tags: list[tuple[int, str, int, Any, bool]] = [
        (33550, "d", 3, (*scale, 0.0), True),
        (33922, "d", 6, (0.0, 0.0, 0.0, *tie, 0.0), True),
        (34735, "H", 4 + len(keys), (1, 1, 0, len(keys) // 4, *keys), True),
    ]
    if nodata is not None:
        tags.append((42113, "s", 0, nodata, True))
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, extratags=tags, metadata=None, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["u1", "i2", "u2", "i4", "f4", "f8", ">i2", ">f4"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"rowsperstrip": 5},
        {"tile": (16, 16)},
        {"compression": "zlib", "tile": (16, 16)},
        {"compression": "zlib", "predictor": True},
        {"bigtiff": True},
    ],
    ids=["plain", "strips", "tiles", "deflate", "predictor", "big"],
)
def test_every_layout_gives_the_same_heights(kind: str, options: dict[str, Any]) -> None:
    values = (HEIGHTS % 200).astype(kind)
    if values.dtype.kind == "f":  # its predictor is tested by hand below
        options = {key: value for key, value in options.items() if key != "predictor"}
    byteorder = ">" if kind.startswith(">") else "<"
    terrain = read_terrain(geotiff(values, byteorder=byteorder, **options))
    assert np.array_equal(terrain.elevation[::-1], values.astype(np.float32))


def test_the_predictor_of_floats_is_undone() -> None:
    """Write one strip by the text of the specification (Adobe Technical Note 3, 2005)."""
    plain = geotiff(HEIGHTS, rowsperstrip=12)
    planes = HEIGHTS.astype(">f4").view(np.uint8).reshape(12, 20, 4).transpose(0, 2, 1)
    differences = np.diff(planes.reshape(12, 80), axis=1, prepend=np.uint8(0))
    stored = differences.astype(np.uint8).tobytes()
    with tifffile.TiffFile(io.BytesIO(plain)) as tiff:
        start = tiff.pages.first.dataoffsets[0]
    data = bytearray(plain)
    data[start : start + len(stored)] = stored
    written = geotiff(HEIGHTS, rowsperstrip=12, extrasamples=None)
    assert written == plain
    # the tag of the predictor is not in a plain file: put it in the place of the software's name
    with tifffile.TiffFile(io.BytesIO(plain)) as tiff:
        tag = tiff.pages.first.tags[305]
        at = tag.offset
    data[at : at + 12] = (317).to_bytes(2, "little") + b"\x03\0\x01\0\0\0" + b"\x03\0\0\0"
    terrain = read_terrain(bytes(data))
    assert np.array_equal(terrain.elevation[::-1], HEIGHTS)


def test_runs_of_bytes_are_unpacked_as_in_the_technical_note() -> None:
    """Apple Technical Note TN1023, the only example: 15 bytes for 24."""
    packed = bytes.fromhex("FE AA 02 80 00 2A FD AA 03 80 00 2A 22 F7 AA")
    unpacked = bytes.fromhex("AA AA AA 80 00 2A AA AA AA AA 80 00 2A 22" + "AA" * 10)
    data = bytearray(geotiff(np.zeros((4, 6), np.uint8)))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as tiff:
        page = tiff.pages.first
        start, method = page.dataoffsets[0], page.tags[259].valueoffset
    data[start : start + len(packed)] = packed
    data[method : method + 2] = (32773).to_bytes(2, "little")
    terrain = read_terrain(bytes(data))
    assert terrain.elevation[::-1].astype(np.uint8).tobytes() == unpacked


def test_place_is_that_of_the_corner_or_of_the_centre_as_the_file_says() -> None:
    area = read_terrain(geotiff())
    assert area.bounds == pytest.approx((117.0, 36.88, 117.2, 37.0))
    point = read_terrain(geotiff(point=True))
    assert point.bounds == pytest.approx((116.995, 36.885, 117.195, 37.005))
    # the first value of the file is the one in the north-west
    assert area.sample(117.005, 36.995) == pytest.approx(100.0)
    assert area.sample(117.015, 36.985) == pytest.approx(121.0)
    assert area.sample(117.010, 36.995) == pytest.approx(100.5)
    assert np.isnan(area.sample(116.99, 36.95))


def test_utm_is_brought_to_longitude_and_latitude() -> None:
    """The central meridian of zone 50 is 117 E, false easting 500 km: exact by definition."""
    data = geotiff(scale=(30.0, 30.0), tie=(500_000.0, 4_060_000.0), code=32650, projected=True)
    terrain = read_terrain(data)
    assert terrain.bounds[0] == pytest.approx(117.0, abs=1e-9)
    assert terrain.cell_size == (30.0, 30.0)
    west, south, east, north = terrain.bounds
    grid = terrain.around((west + east) / 2, (south + north) / 2, width=240.0, cell_size=30.0)
    assert grid.elevation.shape == (8, 8)
    assert grid.filled == 0.0


def test_missing_values_and_feet() -> None:
    values = HEIGHTS.copy()
    values[3, 4] = -32768
    terrain = read_terrain(geotiff(values, nodata="-32768", feet=True))
    assert int(np.isnan(terrain.elevation).sum()) == 1
    assert np.nanmax(terrain.elevation) == pytest.approx(339 * 0.3048)
    grid = terrain.around(117.05, 36.96, width=6000.0, cell_size=200.0)
    assert 0 < grid.filled < 0.2
    assert np.all(np.isfinite(grid.elevation))


def test_ascii_grid_with_corner_or_centre() -> None:
    head = "ncols 3\nnrows 2\n{x} {v}\n{y} 36\ncellsize 0.5\nNODATA_value -9999\n"
    body = "1 2 3\n4 5 -9999\n"
    corner = read_terrain((head.format(x="xllcorner", v=117, y="yllcorner") + body).encode())
    centre = read_terrain((head.format(x="XLLCENTER", v=117, y="YLLCENTER") + body).encode())
    assert corner.elevation[1].tolist() == [1, 2, 3]
    assert np.isnan(corner.elevation[0, 2])
    assert corner.west == 117.0
    assert centre.west == pytest.approx(116.75)
    metres = (head.format(x="xllcorner", v=500000, y="yllcorner") + body).encode()
    with pytest.raises(NotATerrainError, match="crs="):
        read_terrain(metres)
    assert read_terrain(metres, crs="EPSG:32650").cell_size == (0.5, 0.5)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "neither a GeoTIFF"),
        (b"PK\x03\x04 a zip", "neither a GeoTIFF"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (geotiff()[:400], "TIFF"),
        (geotiff(code=32767), "EPSG code"),
        (geotiff(code=9999), "not known"),
        (geotiff(np.zeros((3, 12, 20), np.uint8), photometric="rgb"), "one band"),
        (geotiff(np.full((4, 4), np.nan, np.float32)), "no heights"),
        (geotiff(np.full((4, 4), -32768, np.int16)), "missing data"),
        (geotiff(scale=(0.0, 0.0)), "georeference"),
        (b"ncols 3\nnrows 2\nxllcorner 1\nyllcorner 1\ncellsize 1\n1 2 3\n4 5", "holds 5"),
        (b"ncols 3\nnrows 2\nxllcorner 1\nyllcorner 1\ncellsize 1\n1 2 3\n4 5 x", "else than"),
        (b"ncols 3\nnrows 2\nyllcorner 1\ncellsize 1\n1 2 3\n4 5 6", "xllc"),
        (b"ncols many\nnrows 2", "header"),
        (b"ncols 1e9\nnrows 1e9\nxllcorner 1\nyllcorner 1\ncellsize 1\n1", "cells"),
    ],
)  # fmt: skip
def test_what_is_no_terrain_is_refused_in_words(data: bytes, says: str) -> None:
    with pytest.raises(NotATerrainError, match=says):
        read_terrain(data)


def test_tiff_without_georeference_is_refused() -> None:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, HEIGHTS, metadata=None)
    with pytest.raises(NotATerrainError, match="no georeference"):
        read_terrain(buffer.getvalue())


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(NotATerrainError, match="allowed are"):
        read_terrain(geotiff(np.zeros((2000, 2000), np.uint8), compression="zlib"), largest=10**6)
    # a strip that unpacks to a thousand times its announced size is cut at that size
    import zlib

    small = geotiff(HEIGHTS.astype(np.uint8), compression="zlib", rowsperstrip=12)
    bomb = bytearray(small) + zlib.compress(bytes(50_000_000), 9)
    with tifffile.TiffFile(io.BytesIO(small)) as tiff:
        offset, count = (tiff.pages.first.tags[k] for k in (273, 279))
    bomb[offset.valueoffset : offset.valueoffset + 4] = len(small).to_bytes(4, "little")
    size = (len(bomb) - len(small)).to_bytes(4, "little")
    bomb[count.valueoffset : count.valueoffset + len(size)] = size
    assert np.all(read_terrain(bytes(bomb)).elevation == 0)


@settings(max_examples=150, deadline=None)
@given(
    where=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=6),
    cut=st.integers(0, 2000),
)
def test_damaged_file_never_ends_in_another_error(where: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(geotiff(tile=(16, 16), compression="zlib"))
    for at, value in where:
        data[at % len(data)] = value
    with suppress(NotATerrainError):
        read_terrain(bytes(data[: len(data) - cut % 3 * cut // 4]))


def test_lzw_of_a_public_tile_is_unpacked() -> None:
    """ASTER GDEM of Weihai: sea to the north, Mount 正棋山 region below 700 m, 3601 x 3601."""
    terrain = read_terrain(shared_data("dem", "ASTGTMV003_N36E122_dem.tif"))
    assert terrain.elevation.shape == (3601, 3601)
    assert terrain.bounds == pytest.approx(
        (121.99986111, 35.99986111, 123.00013889, 37.00013889), abs=1e-7
    )
    assert 300 < float(np.nanmax(terrain.elevation)) < 1000
    assert float(np.median(terrain.elevation)) == 0.0  # most of the tile is the Yellow Sea
    width, height = terrain.cell_size
    assert height == pytest.approx(30.9, abs=0.1)
    assert width == pytest.approx(30.9 * np.cos(np.radians(36.5)), abs=0.1)


def test_srtm_tile_lies_where_its_name_says() -> None:
    """N49E011 holds Bayreuth, 345 m at the market place (49.944 N, 11.578 E)."""
    with zipfile.ZipFile(shared_data("dem", "N49E011.hgt.zip")) as pack:
        data = pack.read("N49E011.hgt")
    terrain = read_terrain(data, name="N49E011.hgt")
    assert terrain.bounds == pytest.approx((11.0, 49.0, 12.0, 50.0), abs=1e-3)
    assert terrain.sample(11.578, 49.944) == pytest.approx(345.0, abs=15.0)
    with pytest.raises(NotATerrainError, match="1201 or 3601"):
        read_terrain(data[:-2], name="N49E011.hgt")
    with pytest.raises(NotATerrainError, match="neither"):
        read_terrain(data, name="tile.bin")


def courses() -> list[RiverCourse]:
    return [
        RiverCourse(np.asarray(river.line.coords), major=river.rank == "major")
        for river in rivers_of("370100")
    ]


def test_invented_ground_is_the_same_in_every_grid_and_marked() -> None:
    ground = SyntheticTerrain(rivers=courses(), seed=3)
    grid = ground.around(117.02, 36.66, width=6000.0, cell_size=60.0)
    assert grid.synthetic
    assert "示例数据" in grid.source
    lon, lat = grid.lonlat()
    again = SyntheticTerrain(rivers=courses(), seed=3).sample(lon, lat)
    assert np.array_equal(grid.elevation, again)
    shifted = ground.around(117.03, 36.67, width=6000.0, cell_size=30.0)
    assert np.array_equal(shifted.elevation, ground.sample(*shifted.lonlat()))
    other = SyntheticTerrain(rivers=courses(), seed=4).sample(lon, lat)
    assert not np.array_equal(grid.elevation, other)


def test_invented_rivers_fall_downstream_and_lie_below_their_land() -> None:
    rivers = courses()
    ground = SyntheticTerrain(rivers=rivers, seed=3)
    for river in rivers:
        if not river.major:
            continue
        ends = ground.sample(river.points[[0, -1], 0], river.points[[0, -1], 1])
        assert ends[0] > ends[1]
    yellow = max((r for r in rivers if r.major), key=lambda r: len(r.points))
    middle = yellow.points[len(yellow.points) // 2]
    beside = ground.sample(middle[0], middle[1] - 0.02)
    assert ground.sample(middle[0], middle[1]) < beside


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31), lon=st.floats(116.4, 117.6), lat=st.floats(36.3, 37.2))
def test_invented_heights_are_plausible(seed: int, lon: float, lat: float) -> None:
    ground = SyntheticTerrain(rivers=courses(), seed=seed, hills=300.0)
    assert 0.0 < float(ground.sample(lon, lat)) < 900.0


def test_rain_on_invented_ground_keeps_its_volume() -> None:
    grid = SyntheticTerrain(rivers=courses(), seed=1).around(
        117.02, 36.66, width=3000.0, cell_size=60.0
    )
    flood = simulate_flood(
        grid.elevation, cell_size=grid.cell_size, duration=1800.0, rain=1.667e-5, edge_slope=0.001
    )
    assert abs(flood.balance_error) < 1e-9
    assert float(flood.largest_depth.max()) > 0.05


def test_places_and_cells_agree() -> None:
    grid = SyntheticTerrain(seed=1).around(117.0, 36.6, width=1000.0, cell_size=50.0)
    lon, lat = grid.lonlat()
    rows, columns = grid.cell_of(lon, lat)
    assert np.array_equal(rows, np.indices(lon.shape)[0])
    assert np.array_equal(columns, np.indices(lon.shape)[1])
    assert grid.corner_lonlat(10, 10) == pytest.approx((117.0, 36.6))
    with pytest.raises(ValueError, match="in the grid"):
        grid.cell_of(118.0, 36.6)


def test_grid_outside_the_terrain_is_refused() -> None:
    terrain = read_terrain(geotiff())
    with pytest.raises(ValueError, match="has none"):
        terrain.around(120.0, 36.9, width=1000.0, cell_size=100.0)
    with pytest.raises(ValueError, match="cells"):
        terrain.around(117.1, 36.95, width=1e7, cell_size=1.0)
