import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.release.indoor import indoor_after, indoor_series

CHANGES = st.floats(min_value=0.1, max_value=10)


@pytest.mark.analytic("release.indoor")
def test_after_one_air_change_the_room_has_63_percent() -> None:
    c = indoor_after([0.0, 3600.0], outdoor=2.0, passage=1e4, air_changes=1.0)
    np.testing.assert_allclose(c, [0.0, 2.0 * (1 - np.exp(-1))])


@pytest.mark.analytic("release.indoor")
@given(changes=CHANGES, passage=st.floats(min_value=60, max_value=7200))
def test_in_the_end_the_dose_inside_equals_that_outside(changes: float, passage: float) -> None:
    t = np.linspace(0, passage + 40 * 3600 / changes, 400_001)
    inside = indoor_after(t, outdoor=1.0, passage=passage, air_changes=changes)
    assert np.trapezoid(inside, t) == pytest.approx(passage, rel=2e-3)


@pytest.mark.property("release.indoor")
@given(changes=CHANGES, passage=st.floats(min_value=0, max_value=7200))
def test_inside_is_never_above_outside(changes: float, passage: float) -> None:
    c = indoor_after(np.linspace(0, 1e5, 50), outdoor=3.0, passage=passage, air_changes=changes)
    assert (c >= 0).all()
    assert (c <= 3.0).all()


@pytest.mark.property("release.indoor")
def test_the_steps_follow_the_closed_form() -> None:
    outdoor = np.r_[np.ones(60), np.zeros(60)]
    stepped = indoor_series(np.stack([outdoor, 2 * outdoor]), step=60.0, air_changes=0.5)
    t = 60.0 * np.arange(1, 121)
    closed = indoor_after(t, outdoor=1.0, passage=3600.0, air_changes=0.5)
    np.testing.assert_allclose(stepped[0], closed, rtol=1e-9)
    np.testing.assert_allclose(stepped[1], 2 * closed, rtol=1e-9)


def test_an_impossible_room_is_refused() -> None:
    with pytest.raises(ValueError, match=r"air_changes must be between 0\.01 and 30 1/h, got 0"):
        indoor_after(1.0, outdoor=1.0, passage=1.0, air_changes=0.0)
    with pytest.raises(ValueError, match="step must be > 0 s"):
        indoor_series([1.0], step=0.0, air_changes=1.0)
