from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.science.release.box import box_plume
from anlan.science.release.flash import aerosol_cloud
from anlan.science.release.heavy import DenseSource

SLAB = {  # x: volume fraction, half width; EPA test problem INPR2
    93.09: (0.1496, 35.08),
    217.31: (0.05151, 82.03),
    508.89: (0.01431, 144.70),
    1196.3: (0.0036055, 220.48),
    2991.4: (0.00076746, 330.08),
}
CHLORINE: Any = {"molar_mass": 0.0709, "heat_capacity": 478.0, "stability": "D"}


def ammonia_jet() -> DenseSource:
    cloud = aerosol_cloud(
        107.87,
        0.19,
        molar_mass=0.017031,
        boiling_point=239.57,
        heat_of_vaporisation=1.17e6,
        ambient_temperature=306.2,
    )
    return DenseSource(
        volume_rate=cloud.volume_rate,
        density=cloud.density,
        wind_speed=6.137,  # 4.5 m/s at 2 m, roughness 3 mm, inverse length 0.0221 1/m
        temperature=cloud.temperature,
        ambient_temperature=306.2,
        fraction=cloud.fraction,
    )


def chlorine(rate: float, wind: float) -> DenseSource:
    return DenseSource(
        volume_rate=rate / 3.0,
        density=3.0,
        wind_speed=wind,
        temperature=288.0,
        ambient_temperature=288.0,
    )


@pytest.mark.cross(
    "release.box",
    source="LLNL SLAB, EPA test problem INPR2, section means; fraction within 2.2, width within 2.4",
)
@pytest.mark.parametrize("x", SLAB)
def test_an_ammonia_jet_is_within_a_factor_of_slab(x: float) -> None:
    fraction, half_width = SLAB[x]
    found = box_plume(
        ammonia_jet(),
        molar_mass=0.017031,
        heat_capacity=2045.9,
        stability="D",
        roughness=0.003,
        inverse_length=0.0221,
        points=[x],
    )
    assert fraction / 2.2 < found.fraction[0] < fraction * 2.2
    assert half_width / 2.4 < found.half_width[0] < half_width * 2.4


@pytest.mark.analytic("release.box")
@settings(max_examples=15)
@given(rate=st.floats(min_value=1, max_value=200), wind=st.floats(min_value=1.5, max_value=8))
def test_the_substance_that_left_flows_through_every_section(rate: float, wind: float) -> None:
    source = chlorine(rate, wind)
    p = box_plume(source, reach=3000.0, **CHLORINE)
    flow = p.fraction * 101_325 / (8.314462618 * p.temperature) * 0.0709
    flux = flow * p.speed * 2 * p.half_width * p.height
    expected = source.volume_rate * 101_325 / (8.314462618 * 288.0) * 0.0709
    np.testing.assert_allclose(flux, expected, rtol=1e-6)


@pytest.mark.property("release.box")
@settings(max_examples=15)
@given(rate=st.floats(min_value=1, max_value=200), wind=st.floats(min_value=1.5, max_value=8))
def test_the_plume_thins_widens_and_loses_its_weight(rate: float, wind: float) -> None:
    p = box_plume(chlorine(rate, wind), reach=3000.0, **CHLORINE)
    assert (np.diff(p.fraction) < 0).all()
    assert (np.diff(p.half_width) > 0).all()
    assert (np.diff(p.density) < 0).all()
    assert p.density[-1] > 1.22


@pytest.mark.analytic("release.box")
def test_a_cold_cloud_warms_by_mixing_alone() -> None:
    p = box_plume(
        ammonia_jet(), molar_mass=0.017031, heat_capacity=2045.9, stability="D", reach=2000.0
    )
    assert (np.diff(p.temperature) > 0).all()
    cold = (p.temperature - 306.2) * p.density * p.speed * p.half_width * p.height
    # heat capacity differs a little between ammonia and air: bounds, not equality
    assert cold.max() / cold.min() == pytest.approx(1.0, abs=0.1)


def test_distance_is_read_back_from_the_curve() -> None:
    p = box_plume(chlorine(50.0, 3.0), **CHLORINE)
    x = p.distance_to(float(p.fraction[100]))
    assert x == pytest.approx(p.x[100], rel=1e-6)
    assert p.distance_to(1.0) == 0.0
    assert p.distance_to(1e-12) == 10_000.0


def test_what_is_out_of_range_is_refused() -> None:
    light = DenseSource(
        volume_rate=5.0,
        density=0.7,
        wind_speed=3.0,
        temperature=288.0,
        ambient_temperature=288.0,
    )
    with pytest.raises(ValueError, match="density must be above that of air"):
        box_plume(light, **CHLORINE)
    with pytest.raises(ValueError, match="roughness must be between"):
        box_plume(chlorine(5.0, 3.0), roughness=0.0, **CHLORINE)
    with pytest.raises(ValueError, match="points must be between 1 and"):
        box_plume(chlorine(5.0, 3.0), points=[0.5], **CHLORINE)
