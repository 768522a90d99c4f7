from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.release.flash import aerosol_cloud, airborne_fraction, flash_fraction
from anlan.science.release.substances import find

AMMONIA = find("氨")
HEATS: Any = {"heat_capacity": 4600.0, "heat_of_vaporisation": 1.37e6}


@pytest.mark.analytic("release.flash")
def test_both_forms_agree_for_little_superheat() -> None:
    exact = flash_fraction(240.8, 239.8, **HEATS)
    assert exact == pytest.approx(
        float(flash_fraction(240.8, 239.8, in_one_step=True, **HEATS)), rel=2e-3
    )


@pytest.mark.published(
    "release.flash",
    source="LLNL SLAB test problem INPR2: ammonia jet, liquid mass fraction 0.81; its initial"
    " density 4.532 kg/m3 at 239.57 K; rtol 1 %",
)
def test_a_two_phase_jet_of_ammonia_has_the_density_that_slab_prints() -> None:
    vapour = 0.19 / AMMONIA.vapour_density(239.57)
    liquid = 0.81 / AMMONIA.liquid_density(239.57)
    assert 1.0 / (vapour + liquid) == pytest.approx(4.532, rel=0.01)


@pytest.mark.analytic("release.flash")
def test_the_cloud_balances_its_heat_and_its_mass() -> None:
    cloud = aerosol_cloud(
        10.0,
        0.19,
        molar_mass=0.017031,
        boiling_point=239.57,
        heat_of_vaporisation=1.37e6,
        ambient_temperature=306.2,
    )
    gained = 0.81 * 1.37e6
    lost = cloud.air_ratio * 1005.0 * (306.2 - 239.57)
    assert lost == pytest.approx(gained)
    assert cloud.density * cloud.volume_rate == pytest.approx(10.0 * (1 + cloud.air_ratio))


def test_an_ammonia_aerosol_cloud_is_denser_than_air() -> None:
    cloud = aerosol_cloud(
        1.0,
        0.2,
        molar_mass=AMMONIA.molar_mass,
        boiling_point=AMMONIA.boiling_point,
        heat_of_vaporisation=1.37e6,
        ambient_temperature=293.15,
    )
    assert cloud.density > 1.3


def test_all_vapour_needs_no_air() -> None:
    cloud = aerosol_cloud(
        1.0,
        1.0,
        molar_mass=0.07,
        boiling_point=300.0,
        heat_of_vaporisation=1e6,
        ambient_temperature=290.0,
    )
    assert (cloud.air_ratio, cloud.fraction) == (0.0, 1.0)


def test_droplets_in_colder_air_are_refused() -> None:
    with pytest.raises(ValueError, match="ambient_temperature must be above boiling_point 300 K"):
        aerosol_cloud(
            1.0,
            0.5,
            molar_mass=0.07,
            boiling_point=300.0,
            heat_of_vaporisation=1e6,
            ambient_temperature=290.0,
        )


@pytest.mark.property("release.flash")
@given(st.floats(min_value=100, max_value=600), st.floats(min_value=100, max_value=600))
def test_the_share_lies_between_none_and_all(temperature: float, boiling_point: float) -> None:
    share = float(flash_fraction(temperature, boiling_point, **HEATS))
    assert 0.0 <= share < 1.0
    assert (share == 0.0) == (temperature <= boiling_point)


def test_twice_the_vapour_is_airborne_and_never_more_than_all() -> None:
    assert airborne_fraction([0.2, 0.7]).tolist() == [0.4, 1.0]
