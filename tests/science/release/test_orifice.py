from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.release.orifice import (
    critical_pressure_ratio,
    flashing_rate,
    gas_density,
    gas_rate,
    hole_area,
    liquid_rate,
    two_phase_rate,
)

GAMMA = st.floats(min_value=1.05, max_value=1.66)
PRESSURE = st.floats(min_value=1.02e5, max_value=2e7)


@pytest.mark.published("release.orifice", source="CCPS (1999) p. 40, liquid jet; rtol 1e-6")
def test_a_liquid_jet_has_the_printed_rate() -> None:
    rate = liquid_rate(hole_area(0.01), 490.0, 19610.0368, discharge_coefficient=0.63)
    assert rate == pytest.approx(0.21691154763598, rel=1e-6)


@pytest.mark.published("release.orifice", source="CCPS (1999) p. 47, choked gas jet; rtol 1e-6")
def test_a_choked_gas_jet_has_the_printed_rate() -> None:
    rate = gas_rate(hole_area(0.01), 501e3, 8.90, gamma=1.15, discharge_coefficient=0.85)
    assert rate == pytest.approx(0.09002799947040843, rel=1e-6)


@pytest.mark.analytic("release.orifice")
def test_the_critical_ratio_of_air_is_0_528() -> None:
    assert critical_pressure_ratio(1.4) == pytest.approx((5 / 6) ** 3.5)


@pytest.mark.analytic("release.orifice")
def test_a_slow_gas_leaves_like_a_liquid() -> None:
    rate = gas_rate(1e-4, 101_425.0, 1.2, gamma=1.4, discharge_coefficient=1.0)
    as_liquid = liquid_rate(1e-4, 1.2, 100.0, discharge_coefficient=1.0)
    assert rate == pytest.approx(float(as_liquid), rel=1e-3)


@pytest.mark.analytic("release.orifice")
def test_a_column_of_liquid_leaves_with_the_speed_of_fall() -> None:
    rate = liquid_rate(1.0, 1000.0, 0.0, head=5.0, discharge_coefficient=1.0)
    assert rate == pytest.approx(1000.0 * np.sqrt(2 * 9.80665 * 5.0))


@pytest.mark.property("release.orifice")
@given(p=PRESSURE, more=st.floats(min_value=1.0, max_value=5.0), gamma=GAMMA)
def test_more_pressure_never_gives_less_gas(p: float, more: float, gamma: float) -> None:
    rho = gas_density(p, 293.15, 0.029)
    first = gas_rate(1e-4, p, rho, gamma=gamma)
    assert gas_rate(1e-4, p * more, rho * more, gamma=gamma) >= first * (1 - 1e-12)


@pytest.mark.property("release.orifice")
@given(gamma=GAMMA)
def test_the_flow_is_continuous_where_it_chokes(gamma: float) -> None:
    p = 101_325.0 / float(critical_pressure_ratio(gamma))
    low, high = gas_rate(1e-4, [p * (1 - 1e-9), p * (1 + 1e-9)], 2.0, gamma=gamma)
    assert low == pytest.approx(high, rel=1e-6)


def test_nothing_flows_without_a_difference_of_pressure() -> None:
    assert gas_rate(1e-4, 101_325.0, 1.2, gamma=1.4) == 0.0
    assert liquid_rate(1e-4, 1000.0, 0.0) == 0.0


def test_flow_into_the_vessel_is_refused() -> None:
    with pytest.raises(ValueError, match=r"pressure must be >= ambient_pressure"):
        gas_rate(1e-4, 9e4, 1.0, gamma=1.4)


@pytest.mark.parametrize("gamma", [1.0, 0.9, 2.0, float("nan")])
def test_an_impossible_ratio_of_heat_capacities_is_refused(gamma: float) -> None:
    with pytest.raises(ValueError, match=r"gamma must be (above 1|finite)"):
        critical_pressure_ratio(gamma)


def test_arrays_broadcast() -> None:
    rates = gas_rate([[1e-4], [2e-4]], [2e5, 4e5], [2.4, 4.8], gamma=1.4)
    assert rates.shape == (2, 2)
    np.testing.assert_allclose(rates[1], 2 * rates[0])


def test_flashing_flow_is_proportional_to_the_area() -> None:
    heats: Any = {"heat_of_vaporisation": 334e3, "heat_capacity": 2180.0, "volume_change": 0.042}
    assert flashing_rate(2e-4, 298.0, **heats) == pytest.approx(
        2 * float(flashing_rate(1e-4, 298.0, **heats))
    )


@pytest.mark.published(
    "release.orifice",
    source="Crowl & Louvar, Chemical Process Safety, chapter 4: benzene at 100 psig through 1/4 in,"
    " Co 0.61: 1.48 lb/s; propylene at 25 degC flashing through 1 cm: 0.774 kg/s; last digit",
)
def test_the_leaks_of_crowl_and_louvar_have_the_printed_rates() -> None:
    benzene = liquid_rate(
        hole_area(0.25 * 0.0254), 0.8794 * 999.6, 100 * 6894.757, discharge_coefficient=0.61
    )
    assert float(benzene) / 0.45359237 == pytest.approx(1.48, abs=0.005)
    propylene = flashing_rate(
        hole_area(0.01), 298, heat_of_vaporisation=334e3, heat_capacity=2180, volume_change=0.042
    )
    assert float(propylene) == pytest.approx(0.774, abs=0.0015)


@pytest.mark.analytic("release.orifice")
def test_a_mixture_without_vapour_flows_like_liquid_down_to_the_critical_pressure() -> None:
    mixed = two_phase_rate(1e-4, 1e6, vapour_fraction=0.0, vapour_density=5.0, liquid_density=600.0)
    liquid = liquid_rate(1e-4, 600.0, 0.45e6, discharge_coefficient=0.8)
    assert float(mixed) == pytest.approx(float(liquid))
