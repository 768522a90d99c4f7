import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.cyclone.surface import holland_b, largest_surface_wind, surface_profile
from anlan.science.cyclone.wind import gradient_wind


def test_b_is_the_sum_of_its_terms() -> None:
    terms = -4.4e-5 * 80**2 + 0.8 + 0.03 * -2 - 0.014 * 25 + 0.15 * 6 ** (0.6 * (1 - 80 / 215)) + 1
    found = holland_b(8000, [25.0, -25.0], translation=6.0, tendency=-200 / 3600)
    np.testing.assert_allclose(found, [terms, terms])


def test_b_stays_within_its_limits() -> None:
    assert float(holland_b(1500, 45.0, translation=0.0)) == 1.0


@given(
    deficit=st.floats(min_value=1000, max_value=12_000),
    b=st.floats(min_value=1.0, max_value=2.5),
    r=st.floats(min_value=5e3, max_value=4e5),
)
def test_without_rotation_the_profile_is_that_of_1980(deficit: float, b: float, r: float) -> None:
    largest = largest_surface_wind(deficit, b)
    ours = surface_profile(r, largest=largest, radius=40e3, b=b)
    old = gradient_wind(r, deficit=deficit, radius=40e3, b=b, lat=0.0)
    assert float(ours) == pytest.approx(float(old), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("lat", [61.0, -61.0])
def test_a_storm_of_the_high_north_is_refused(lat: float) -> None:
    with pytest.raises(ValueError, match="lat must be between"):
        holland_b(6000, lat, translation=5.0)
