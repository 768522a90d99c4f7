"""The check values are those that the READMEs of coordtransform and its ports print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.citypack.coordinates import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    Convert = Callable[[ArrayLike, ArrayLike], tuple[np.ndarray, np.ndarray]]

METRES_PER_DEGREE = 111_195.0


@pytest.mark.parametrize(
    ("convert", "lon", "lat", "tolerance_deg"),
    [
        (wgs84_to_gcj02, 116.41024449916938, 39.91640428150164, 1e-12),
        (gcj02_to_bd09, 116.41036949371029, 39.92133699351021, 1e-12),
        (wgs84_to_bd09, 116.41662724378733, 39.922699552216216, 1e-12),
        # the libraries take one step back and stop; ours goes on, so it may differ by that error
        (gcj02_to_wgs84, 116.39775550083061, 39.91359571849836, 2e-5),
        (bd09_to_gcj02, 116.39762729119315, 39.90865673957631, 5e-6),
    ],
)
def test_conversion_agrees_with_the_published_values(
    convert: Convert, lon: float, lat: float, tolerance_deg: float
) -> None:
    x, y = convert(116.404, 39.915)
    assert (float(x), float(y)) == pytest.approx((lon, lat), abs=tolerance_deg)


def test_the_way_back_agrees_with_the_exact_published_value() -> None:
    """The published search (eviltransform's `gcj_extract_wgs`) stops at 1e-6 degrees; ours does not."""
    x, y = gcj02_to_wgs84(116.404, 39.915)
    assert (float(x), float(y)) == pytest.approx((116.39775549316407, 39.913596801757805), abs=1e-6)
    assert np.stack(wgs84_to_gcj02(x, y)) == pytest.approx([116.404, 39.915], abs=1e-10)


@given(lon=st.floats(74.0, 134.0), lat=st.floats(18.0, 53.0))
@pytest.mark.parametrize(
    ("there", "back"),
    [
        (wgs84_to_gcj02, gcj02_to_wgs84),
        (gcj02_to_bd09, bd09_to_gcj02),
        (wgs84_to_bd09, bd09_to_wgs84),
    ],
)
def test_there_and_back_is_closer_than_a_centimetre(
    there: Convert, back: Convert, lon: float, lat: float
) -> None:
    x, y = back(*there(lon, lat))
    assert np.hypot(x - lon, y - lat) * METRES_PER_DEGREE < 0.01


@given(lon=st.floats(74.0, 134.0), lat=st.floats(18.0, 53.0))
def test_gcj02_lies_less_than_a_kilometre_off(lon: float, lat: float) -> None:
    x, y = wgs84_to_gcj02(lon, lat)
    assert 0 < np.hypot(x - lon, y - lat) * METRES_PER_DEGREE < 1_500


@pytest.mark.parametrize(
    ("lon", "lat"), [(2.35, 48.86), (139.7, 35.7), (116.4, -1.0), (np.nan, 36.0)]
)
@pytest.mark.parametrize(
    "convert",
    [
        wgs84_to_gcj02,
        gcj02_to_wgs84,
        gcj02_to_bd09,
        bd09_to_gcj02,
        wgs84_to_bd09,
        bd09_to_wgs84,
    ],
)
def test_points_outside_china_are_refused(convert: Convert, lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="exist only in China"):
        convert(lon, lat)


def test_arrays_are_converted_and_left_alone() -> None:
    lon, lat = np.array([117.0, 116.0]), np.array([36.6, 36.4])
    before = lon.copy()
    x, y = wgs84_to_gcj02(lon, lat)
    assert x.shape == y.shape == (2,)
    assert np.array_equal(lon, before)
