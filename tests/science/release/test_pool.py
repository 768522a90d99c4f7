from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.release.pool import (
    GROUNDS,
    boiling_rate,
    boiling_rate_mean,
    evaporation_rate,
    evaporation_rate_hj169,
    pool_area,
)

BENZENE: Any = {"vapour_pressure": 12_700.0, "molar_mass": 0.0781, "temperature": 298.15}
LNG: Any = {
    "boiling_point": 111.7,
    "ground_temperature": 288.0,
    "heat_of_vaporisation": 5.1e5,
    "ground": GROUNDS["concrete"],
}


@pytest.mark.analytic("release.pool")
def test_a_slight_vapour_pressure_needs_no_correction() -> None:
    weak = BENZENE | {"vapour_pressure": 1.0}
    k = 0.004786 * 3.0**0.78 * np.sqrt(400 / np.pi) ** -0.11 * 0.8**-0.67
    expected = 100.0 * k * 0.0781 / (8.31446 * 298.15)
    assert evaporation_rate(100.0, 3.0, **weak) == pytest.approx(expected, rel=1e-4)


@pytest.mark.analytic("release.pool")
def test_the_mean_of_the_boiling_is_its_integral() -> None:
    t = np.linspace(0, 1, 200_001)[1:] ** 2 * 600.0  # fine where the rate is steep
    rate = boiling_rate(50.0, t, **LNG)
    total = np.trapezoid(rate, t) + 2 * rate[0] * t[0]
    assert total / 600.0 == pytest.approx(float(boiling_rate_mean(50.0, 600.0, **LNG)), rel=1e-3)


@pytest.mark.property("release.pool")
@given(
    area=st.floats(min_value=1, max_value=1e4),
    wind=st.floats(min_value=0.5, max_value=13),
    more=st.floats(min_value=1.01, max_value=3),
)
def test_more_wind_or_more_area_gives_more_vapour(area: float, wind: float, more: float) -> None:
    one = evaporation_rate(area, wind, **BENZENE)
    assert evaporation_rate(area * more, wind, **BENZENE) > one
    assert evaporation_rate(area, wind * more, **BENZENE) > one


def test_a_litre_spreads_over_a_fifth_of_a_square_metre() -> None:
    assert pool_area(0.001) == pytest.approx(0.2)


def test_without_vapour_pressure_nothing_evaporates() -> None:
    assert evaporation_rate(1.0, 1.0, **(BENZENE | {"vapour_pressure": 0.0})) == 0.0


def test_a_boiling_liquid_is_sent_to_the_other_function() -> None:
    with pytest.raises(ValueError, match=r"vapour_pressure must be below 101325 Pa"):
        evaporation_rate(1.0, 1.0, **(BENZENE | {"vapour_pressure": 2e5}))
    with pytest.raises(ValueError, match=r"ground_temperature must be above boiling_point 111\.7"):
        boiling_rate(1.0, 1.0, **(LNG | {"ground_temperature": 100.0}))


@pytest.mark.analytic("release.pool")
@pytest.mark.parametrize(("stability", "n", "alpha"), [("B", 0.2, 3.846e-3), ("D", 0.25, 4.685e-3)])
def test_hj169_evaporates_as_its_formula_says(stability: str, n: float, alpha: float) -> None:
    found = evaporation_rate_hj169(10.0, 2.0, stability=stability, **BENZENE)
    vapour = 12_700.0 * 0.0781 / (8.31446 * 298.15)
    expected = alpha * vapour * 2.0 ** ((2 - n) / (2 + n)) * 10.0 ** ((4 + n) / (2 + n))
    assert float(found) == pytest.approx(expected, rel=1e-4)


@pytest.mark.property("release.pool")
@given(st.floats(min_value=1, max_value=50), st.floats(min_value=1, max_value=10))
def test_hj169_gives_a_fifth_to_all_of_what_mackay_gives(radius: float, wind: float) -> None:
    ours = evaporation_rate(np.pi * radius**2, wind, **BENZENE)
    standard = evaporation_rate_hj169(radius, wind, stability="D", **BENZENE)
    assert 0.2 < float(standard / ours) < 1.0


def test_hj169_has_no_row_for_class_c() -> None:
    with pytest.raises(ValueError, match="stability must be one of A, B, D, E, F"):
        evaporation_rate_hj169(10.0, 2.0, stability="C", **BENZENE)


def test_a_concrete_ground_has_the_heat_capacity_of_concrete() -> None:
    ground = GROUNDS["concrete"]
    assert 1.8e6 < ground.conductivity / ground.diffusivity < 2.6e6  # J/(m3 K)


@pytest.mark.cross(
    "release.pool",
    source="EPA 550-B-99-009 (1999) RMP offsite consequence analysis, appendix D:"
    " 0.284 U^0.78 MW^(2/3) A VP / (82.05 T), lb/min, ft2, mmHg; benzene and toluene, 20 %",
)
@pytest.mark.parametrize(("molar_mass", "mmhg"), [(78.1, 95.0), (92.1, 28.4)])
@pytest.mark.parametrize("wind", [1.5, 3.0, 8.0])
def test_a_pool_evaporates_as_the_epa_says(molar_mass: float, mmhg: float, wind: float) -> None:
    area = 300.0
    pounds = 0.284 * wind**0.78 * molar_mass ** (2 / 3) * (area / 0.3048**2) * mmhg
    epa = pounds / (82.05 * 298.15) * 0.45359237 / 60.0
    found = evaporation_rate(
        area, wind, vapour_pressure=mmhg * 133.322, molar_mass=molar_mass / 1e3, temperature=298.15
    )
    assert float(found) == pytest.approx(epa, rel=0.20)
