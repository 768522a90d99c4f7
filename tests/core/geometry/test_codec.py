"""The blob, and metres from degrees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anlan.core.geometry import metre_scale
from anlan.core.geometry.codec import decode, encode, envelope, is_empty, point_xy
from anlan.core.geometry.metric import padded
from anlan.core.geometry.sqlite import distance

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

longitude = st.floats(-180, 180)
latitude = st.floats(-89, 89)
points = st.builds(shapely.Point, longitude, latitude)
lines = st.lists(st.tuples(longitude, latitude), min_size=2, max_size=8).map(shapely.LineString)


@given(st.one_of(points, lines))
def test_a_blob_gives_back_the_geometry_and_its_envelope(geometry: BaseGeometry) -> None:
    blob = encode(geometry)
    assert blob.startswith(b"GP")
    assert decode(blob).equals_exact(geometry)
    x0, y0, x1, y1 = geometry.bounds
    assert envelope(blob) == (x0, x1, y0, y1)
    assert not is_empty(blob)


@given(points)
def test_a_point_is_read_without_parsing(point: shapely.Point) -> None:
    assert point_xy(encode(point)) == (point.x, point.y)


def test_an_empty_geometry_has_no_envelope() -> None:
    blob = encode(shapely.Point())
    assert is_empty(blob)
    assert envelope(blob) is None
    assert point_xy(encode(shapely.LineString([(0, 0), (1, 1)]))) is None


def test_a_foreign_blob_without_envelope_is_read() -> None:
    wkb = shapely.to_wkb(shapely.box(1, 2, 3, 4), flavor="iso", byte_order=1)
    assert envelope(b"GP\x00\x01\xe6\x10\x00\x00" + wkb) == (1, 3, 2, 4)


def test_a_degree_is_as_long_as_on_the_ellipsoid() -> None:
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    for phi in (0, 20, 36.65, 53):
        per_lon, per_lat = metre_scale(phi)
        assert per_lon == pytest.approx(geod.inv(117, phi, 117.001, phi)[2] * 1000, rel=1e-6)
        north = geod.inv(117, phi - 0.0005, 117, phi + 0.0005)[2]
        assert per_lat == pytest.approx(north * 1000, rel=1e-6)
    assert metre_scale(0)[0] == pytest.approx(math.radians(1) * 6378137)


@given(st.floats(100, 125), st.floats(18, 53), st.floats(0, 2 * math.pi), st.floats(1, 50_000))
def test_a_padded_window_holds_everything_within_the_distance(
    x: float, y: float, bearing: float, metres: float
) -> None:
    from pyproj import Geod

    lon, lat, _ = Geod(ellps="WGS84").fwd(x, y, math.degrees(bearing), metres)
    x0, y0, x1, y1 = padded((x, y, x, y), metres)
    assert x0 <= lon <= x1
    assert y0 <= lat <= y1


def test_distance_on_the_plane_is_near_the_geodesic_and_symmetric_for_points() -> None:
    from pyproj import Geod

    a, b = encode(shapely.Point(117, 36.6)), encode(shapely.Point(117.4, 36.9))
    metres = Geod(ellps="WGS84").inv(117, 36.6, 117.4, 36.9)[2]
    assert distance(a, b) == distance(b, a) == pytest.approx(metres, rel=3e-6)
    assert distance(a, None) is None
