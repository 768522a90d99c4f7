from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.release.flash import aerosol_cloud
from anlan.science.release.heavy import (
    DenseSource,
    air_density,
    half_width,
    is_dense,
    kind_of_release,
    nomogram,
    plume_distance,
    plume_fraction,
    puff_state,
)

LNG = DenseSource(
    volume_rate=0.23 * 425.6 / 1.76,
    density=1.76,
    wind_speed=10.9,
    temperature=111.15,
    ambient_temperature=298.0,
)
DENSE: Any = {"density": 2.0, "temperature": 280.0, "ambient_temperature": 288.0}
RATE = st.floats(min_value=1.0, max_value=500.0)
WIND = st.floats(min_value=1.5, max_value=5.0)


@pytest.mark.published(
    "release.heavy", source="Britter & McQuaid (1988) as lines in CCPS (1999); 1e-9"
)
def test_the_lines_of_the_plume_are_those_printed() -> None:
    ratios, betas = nomogram("plume", -0.40)
    assert ratios.tolist() == [0.1, 0.05, 0.02, 0.01, 0.005, 0.002]
    np.testing.assert_allclose(betas, [1.784, 2.016, 2.21, 2.394, 2.564, 2.714], atol=1e-9)


@pytest.mark.published(
    "release.heavy", source="Britter & McQuaid (1988) as lines in CCPS (1999); 1e-9"
)
def test_the_lines_of_the_puff_are_those_printed() -> None:
    ratios, betas = nomogram("puff", 0.75)
    assert ratios.tolist() == [0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]
    np.testing.assert_allclose(betas, [0.93, 1.03, 1.185, 1.375, 1.525, 1.68, 1.8475], atol=1e-9)


@pytest.mark.published("release.heavy", source="CCPS (1999) p. 122, LNG spill; rtol 1e-3")
@pytest.mark.parametrize(
    ("x", "fraction"),
    [(45.2, 0.6720234544594696), (367.0, 0.050717667650511944), (1200.0, 0.004921409666659286)],
)
def test_the_lng_example_is_reproduced(x: float, fraction: float) -> None:
    assert plume_fraction(x, LNG) == pytest.approx(fraction, rel=1e-3)


@pytest.mark.cross(
    "release.heavy",
    source="LLNL SLAB, EPA test problem INPR2 (107.87 kg/s ammonia jet); within a factor of 2.5",
)
@pytest.mark.parametrize(("x", "fraction"), [(93.09, 0.1496), (217.3, 0.05151), (508.9, 0.01431)])
def test_an_ammonia_jet_is_within_a_factor_of_slab(x: float, fraction: float) -> None:
    cloud = aerosol_cloud(
        107.87,
        0.19,
        molar_mass=0.017031,
        boiling_point=239.57,
        heat_of_vaporisation=1.17e6,
        ambient_temperature=306.2,
    )
    source = DenseSource(
        volume_rate=cloud.volume_rate,
        density=cloud.density,
        wind_speed=5.7,  # 4.5 m/s at 2 m
        temperature=cloud.temperature,
        ambient_temperature=306.2,
        fraction=cloud.fraction,
    )
    ours = float(plume_fraction(x, source))
    assert fraction / 2.5 < ours < fraction * 2.5


@pytest.mark.property("release.heavy")
@given(rate=RATE, wind=WIND)
def test_the_concentration_only_falls_with_distance(rate: float, wind: float) -> None:
    source = DenseSource(volume_rate=rate, wind_speed=wind, **DENSE)
    c = plume_fraction(np.geomspace(1, 20_000, 500), source)
    assert (np.diff(c) <= 1e-15).all()
    assert c[0] <= 1.0


@pytest.mark.analytic("release.heavy")
@given(rate=RATE, wind=WIND, lg=st.floats(min_value=-5, max_value=-0.1))
def test_distance_and_concentration_are_inverse(rate: float, wind: float, lg: float) -> None:
    source = DenseSource(volume_rate=rate, wind_speed=wind, **DENSE)
    x = plume_distance(10**lg, source)
    assert plume_fraction(x, source) == pytest.approx(10**lg, rel=1e-6)


@pytest.mark.property("release.heavy")
@given(rate=RATE, wind=WIND, k=st.floats(min_value=0.5, max_value=2.0))
def test_scaled_alike_the_plume_is_alike(rate: float, wind: float, k: float) -> None:
    """Froude scaling: lengths by k, speeds by sqrt k, flow by k^2.5."""
    one = DenseSource(volume_rate=rate, wind_speed=wind, **DENSE)
    two = DenseSource(volume_rate=rate * k**2.5, wind_speed=wind * k**0.5, **DENSE)
    x = np.geomspace(10, 5000, 20)
    np.testing.assert_allclose(plume_fraction(x, one), plume_fraction(x * k, two), rtol=1e-9)


def test_a_passive_plume_is_sent_to_the_other_model() -> None:
    light = DenseSource(
        volume_rate=1.0,
        density=1.21,
        wind_speed=5.0,
        temperature=288.0,
        ambient_temperature=293.0,
    )
    assert not is_dense(light)
    with pytest.raises(ValueError, match=r"the plume is not dense: its number is .* Gaussian"):
        plume_fraction(100.0, light)


def test_a_source_beyond_the_nomogram_is_refused() -> None:
    strong = DenseSource(
        volume_rate=5e4,
        density=6.0,
        wind_speed=0.6,
        temperature=240.0,
        ambient_temperature=288.0,
    )
    with pytest.raises(ValueError, match=r"alpha must be <= 1, the end of the nomogram"):
        plume_fraction(100.0, strong)


def test_a_mixture_is_diluted_from_its_own_fraction() -> None:
    pure = DenseSource(volume_rate=50.0, wind_speed=3.0, **DENSE)
    mixed = DenseSource(volume_rate=50.0, wind_speed=3.0, fraction=0.1, **DENSE)
    np.testing.assert_allclose(
        plume_fraction([50, 500], mixed), 0.1 * plume_fraction([50, 500], pure)
    )
    assert plume_distance(0.5, mixed) == 0.0


def test_the_plume_widens_downwind() -> None:
    w = half_width([0.0, 100.0, 1000.0], LNG)
    assert (np.diff(w) > 0).all()
    assert w[0] > LNG.length / 2


@pytest.mark.parametrize(
    ("distance", "kind"), [(100.0, "continuous"), (1000.0, "between"), (10_000.0, "instantaneous")]
)
def test_a_release_is_long_near_and_short_far_away(distance: float, kind: str) -> None:
    assert kind_of_release(distance, duration=300.0, wind_speed=4.0) == kind


def test_a_puff_drifts_spreads_and_thins() -> None:
    given_: Any = {
        "volume": 2000.0,
        "density": 3.0,
        "wind_speed": 3.0,
        "ambient_temperature": 288.0,
    }
    states = [puff_state(t, **given_) for t in (0.0, 30.0, 300.0, 3000.0)]
    assert states[0].centre == 0
    assert states[0].radius == pytest.approx((3 * 2000 / 4 / np.pi) ** (1 / 3))
    assert [s.ratio for s in states] == sorted((s.ratio for s in states), reverse=True)
    assert states[2].centre == pytest.approx(360.0)
    with pytest.raises(ValueError, match="density must be above that of air"):
        puff_state(1.0, **(given_ | {"density": 1.0}))
    with pytest.raises(ValueError, match="time must be >= 0 s"):
        puff_state(-1.0, **given_)
    with pytest.raises(ValueError, match="kind must be plume or puff"):
        nomogram("jet", 0.0)


def test_dry_air_at_25_celsius() -> None:
    assert air_density(298.15) == pytest.approx(1.184, abs=1e-3)


def test_a_negative_distance_is_refused() -> None:
    for call in (plume_fraction, half_width):
        with pytest.raises(ValueError, match="x must be >= 0 m"):
            call(-1.0, LNG)
