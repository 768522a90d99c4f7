from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.release.plume import concentration
from anlan.science.release.puff import finite_release, puff_concentration
from anlan.science.release.sigma import puff_widths
from anlan.science.release.stability import CLASSES
from anlan.science.release.substances import ppm_to_density

STEADY: Any = {"rate": 1.0, "wind_speed": 3.0, "stability": "D"}


@pytest.mark.published(
    "release.puff",
    source="Crowl & Louvar, Chemical Process Safety, chapter 5: 1 kg of chlorine at the ground,"
    " class F, 2 m/s: 798 ppm at 500 m after 250 s; 4 % (widths rounded in print)",
)
def test_a_kilogram_of_chlorine_has_the_printed_concentration() -> None:
    c = puff_concentration(500, 0, 0, time=250, mass=1.0, wind_speed=2, stability="F")
    assert float(c) == pytest.approx(float(ppm_to_density(798, 70.906e-3)), rel=0.04)


@pytest.mark.analytic("release.puff")
@pytest.mark.parametrize("stability", CLASSES)
@pytest.mark.parametrize("height", [0.0, 20.0])
def test_the_puff_holds_the_mass_that_was_released(stability: str, height: float) -> None:
    w = puff_widths(600.0, stability=stability)
    across = np.linspace(-7, 7, 141) * float(w.y)
    up = np.linspace(0, height + 7 * float(w.z), 701)
    c = puff_concentration(
        600.0 + across[:, None, None],
        across[None, :, None],
        up[None, None, :],
        time=200.0,
        mass=5.0,
        wind_speed=3.0,
        stability=stability,
        height=height,
    )
    total = np.trapezoid(np.trapezoid(np.trapezoid(c, up), across), across)
    assert total == pytest.approx(5.0, rel=1e-3)


@pytest.mark.analytic("release.puff")
def test_a_long_release_becomes_the_steady_plume() -> None:
    late = finite_release(500.0, 10.0, 2.0, time=3000.0, duration=1e5, **STEADY)
    assert late == pytest.approx(float(concentration(500.0, 10.0, 2.0, **STEADY)), rel=1e-9)


@pytest.mark.analytic("release.puff")
@given(duration=st.floats(min_value=10, max_value=2000))
def test_the_dose_is_that_of_the_plume_for_the_duration(duration: float) -> None:
    t = np.linspace(0, 1500 + duration, 20_001)
    c = finite_release(800.0, 0.0, 0.0, time=t, duration=duration, **STEADY)
    steady = float(concentration(800.0, 0.0, 0.0, **STEADY))
    assert np.trapezoid(c, t) == pytest.approx(steady * duration, rel=1e-3)


@pytest.mark.property("release.puff")
@given(
    x=st.floats(min_value=100, max_value=5000),
    t=st.floats(min_value=0, max_value=5000),
    duration=st.floats(min_value=1, max_value=3600),
)
def test_a_finite_release_never_exceeds_the_plume(x: float, t: float, duration: float) -> None:
    c = finite_release(x, 0.0, 0.0, time=t, duration=duration, **STEADY)
    assert -1e-18 <= c <= concentration(x, **STEADY) * (1 + 1e-12)


def test_before_and_long_after_there_is_nothing() -> None:
    c = finite_release(1000.0, 0.0, 0.0, time=[0.0, 10.0, 5000.0], duration=60.0, **STEADY)
    np.testing.assert_allclose(c, 0.0, atol=1e-20)
    assert finite_release(-5.0, 0.0, 0.0, time=100.0, duration=60.0, **STEADY) == 0.0


def test_impossible_times_are_refused() -> None:
    with pytest.raises(ValueError, match="time must be > 0 s"):
        puff_concentration(1, 0, 0, time=0.0, mass=1.0, wind_speed=3.0, stability="D")
    with pytest.raises(ValueError, match="duration must be > 0 s"):
        finite_release(1, 0, 0, time=0.0, duration=0.0, **STEADY)
    with pytest.raises(ValueError, match=r"time must be <= 3333\.33 s, .* got 4000\.0"):
        puff_concentration(1, 0, 0, time=4000.0, mass=1.0, wind_speed=3.0, stability="D")
