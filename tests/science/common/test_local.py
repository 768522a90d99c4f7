import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.common.local import (
    distance,
    downwind_to_lonlat,
    lonlat_to_downwind,
    to_lonlat,
    to_metres,
)

METRES = st.floats(min_value=-50_000, max_value=50_000)


@given(east=METRES, north=METRES)
def test_metres_and_degrees_go_round(east: float, north: float) -> None:
    lon, lat = to_lonlat(east, north, lon0=117.0, lat0=36.6)
    back = to_metres(lon, lat, lon0=117.0, lat0=36.6)
    np.testing.assert_allclose(back, (east, north), atol=1e-5)


@given(x=METRES, y=METRES, wind=st.floats(min_value=0, max_value=360))
def test_the_wind_frame_goes_round(x: float, y: float, wind: float) -> None:
    lon, lat = downwind_to_lonlat(x, y, lon0=117.0, lat0=36.6, wind_from_deg=wind)
    back = lonlat_to_downwind(lon, lat, lon0=117.0, lat0=36.6, wind_from_deg=wind)
    np.testing.assert_allclose(back, (x, y), atol=1e-4)


@pytest.mark.parametrize(
    ("wind", "east", "north"), [(0, 0, -1), (90, -1, 0), (180, 0, 1), (270, 1, 0)]
)
def test_a_wind_carries_to_the_other_side(wind: float, east: float, north: float) -> None:
    lon, lat = downwind_to_lonlat(1000.0, 0.0, lon0=117.0, lat0=36.6, wind_from_deg=wind)
    x, y = to_metres(lon, lat, lon0=117.0, lat0=36.6)
    np.testing.assert_allclose((x, y), (1000.0 * east, 1000.0 * north), atol=1e-6)


def test_left_of_a_west_wind_is_north() -> None:
    lon, lat = downwind_to_lonlat(0.0, 500.0, lon0=117.0, lat0=36.6, wind_from_deg=270)
    assert float(lat) > 36.6
    assert float(lon) == pytest.approx(117.0)


@given(east=METRES, north=METRES)
def test_flat_and_round_distances_agree_near_the_origin(east: float, north: float) -> None:
    lon, lat = to_lonlat(east, north, lon0=117.0, lat0=36.6)
    np.testing.assert_allclose(
        distance(117.0, 36.6, lon, lat), np.hypot(east, north), rtol=0.01, atol=1e-3
    )
