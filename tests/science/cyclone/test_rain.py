import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.common.constants import KNOT
from anlan.science.cyclone.rain import rain_rate, rain_total
from anlan.science.cyclone.readers import lekima_2019
from anlan.science.cyclone.wind import storm_from_track

WIND = st.floats(min_value=18, max_value=80)


@pytest.mark.analytic("cyclone.rain")
@given(WIND)
def test_the_two_pieces_meet_at_the_ring(wind: float) -> None:
    ring = (64.5 - 13.0 * (1 + (wind / KNOT - 35) / 33)) * 1000
    if ring < 6000:
        return
    inner, outer = rain_rate([ring * (1 - 1e-9), ring], wind=wind)
    assert inner == pytest.approx(outer, rel=1e-6)


@pytest.mark.property("cyclone.rain")
@given(wind=WIND, r=st.floats(min_value=65e3, max_value=499e3))
def test_outside_the_ring_the_rain_falls_off(wind: float, r: float) -> None:
    near, far = rain_rate([r, r + 1000], wind=wind)
    assert near > far >= 0


def test_lekima_leaves_rain_of_the_right_order_and_far_less_than_the_largest_observed() -> None:
    storm = storm_from_track(lekima_2019())
    weifang, jinan, far = rain_total(storm, lon=[119.1, 117.0, 90.0], lat=[36.7, 36.65, 36.0])
    assert 0.05 < weifang < 0.4
    assert jinan < weifang
    assert far == 0.0
    assert weifang < 0.620  # observed; the card says that it cannot be reached


def test_a_calm_or_a_distance_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="wind must be between 10 and 90 m/s, got 5"):
        rain_rate(1e4, wind=5.0)
    with pytest.raises(ValueError, match="r must be between 0 and 500000 m"):
        rain_rate(6e5, wind=30.0)
    with pytest.raises(ValueError, match="r must be between 0"):
        rain_rate(-1.0, wind=30.0)


def test_rain_is_a_rate_in_si() -> None:
    assert np.asarray(rain_rate(0.0, wind=35 * KNOT)) * 86_400 / 0.0254 == pytest.approx(2.86)
