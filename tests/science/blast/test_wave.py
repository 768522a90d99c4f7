import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.blast.kingery import PARAMETERS, blast_distance, blast_wave, scaled_range
from anlan.science.blast.tnt import (
    GROUND_FACTOR,
    SEVERE_INJURY,
    SLIGHT_INJURY,
    death_radius,
    energy_of_tnt,
    overpressure_radius,
    scaled_distance,
    scaled_overpressure,
    tnt_equivalent,
)

Z = st.floats(min_value=0.1, max_value=39.0)
LINES = (Path(__file__).parent / "data" / "swisdak_1994.csv").read_text(encoding="utf-8")
SWISDAK = list(csv.DictReader(line for line in LINES.splitlines() if not line.startswith("#")))
NAMES = {
    "arrival_ms": ("arrival_time", 1e-3),
    "incident_kPa": ("incident_pressure", 1e3),
    "reflected_kPa": ("reflected_pressure", 1e3),
    "duration_ms": ("positive_phase_duration", 1e-3),
    "incident_impulse_kPams": ("incident_impulse", 1.0),
    "reflected_impulse_kPams": ("reflected_impulse", 1.0),
    "shock_velocity_kmps": ("shock_front_velocity", 1e3),
}


@pytest.mark.published(
    "blast.kingery", source="Kingery & Bulmash (1984), hemispherical, Pso and Pr in kPa; rtol 1e-4"
)
def test_a_burst_on_the_ground_has_the_printed_pressures() -> None:
    z = [0.5, 1, 2, 3, 5, 10, 20, 30]
    pso = [4874.62, 1356.74, 283.758, 115.667, 43.1836, 14.8074, 6.0685, 3.5594]
    pr = [39493.4, 8144.95, 1056.40, 330.710, 100.682, 31.544, 12.4066, 7.2366]
    np.testing.assert_allclose(blast_wave(z, 1.0) / 1e3, pso, rtol=1e-4)
    reflected = blast_wave(z, 1.0, parameter="reflected_pressure")
    np.testing.assert_allclose(reflected / 1e3, pr, rtol=1e-4)


@pytest.mark.published("blast.kingery", source="Kingery & Bulmash (1984), free air, repaired; 1e-3")
def test_a_burst_in_the_air_has_the_repaired_pressures() -> None:
    found = blast_wave([0.5, 1, 2, 5, 10, 20], 1.0, charge="free_air") / 1e3
    np.testing.assert_allclose(found, [3884.8, 934.9, 194.7, 31.30, 11.09, 4.451], rtol=1e-3)


@pytest.mark.cross(
    "blast.kingery",
    source="Swisdak (1994) ADA526744, seven parameters; 2.1 % at the joints of the fits, 0.7 % on average",
)
@pytest.mark.parametrize("row", SWISDAK, ids=lambda r: f"{r['parameter']}-{r['Zmin']}")
def test_every_parameter_agrees_with_the_second_fit(row: dict[str, str]) -> None:
    low, high = max(float(row["Zmin"]), 0.25), min(float(row["Zmax"]), 39.0)
    if low >= high:
        return
    z = np.geomspace(low, high, 40)
    coefficients = [float(row[letter]) for letter in "ABCDEFG"]
    expected = np.exp(np.polynomial.polynomial.polyval(np.log(z), coefficients))
    name, unit = NAMES[row["parameter"]]
    found = blast_wave(z, 1.0, parameter=name) / unit
    np.testing.assert_allclose(found, expected, rtol=0.021)
    assert np.abs(found / expected - 1).mean() < 0.007


@pytest.mark.cross(
    "blast.kingery",
    source="kingery-bulmash 1.0.1, example of 10 t at 500 m: 5.055 kPa, 1.276 s; 1 %",
)
def test_ten_tonnes_on_the_ground_at_half_a_kilometre() -> None:
    """The charge goes in as it is: the curves hold the ground."""
    assert blast_wave(500.0, 10_000.0) == pytest.approx(5055.0, rel=0.01)
    arrival = blast_wave(500.0, 10_000.0, parameter="arrival_time")
    assert arrival == pytest.approx(1.276, rel=0.01)


@pytest.mark.property("blast.kingery")
@given(z=Z, k=st.floats(min_value=0.5, max_value=30))
def test_blast_scales_with_the_cube_root_of_the_charge(z: float, k: float) -> None:
    one, large = (blast_wave(z * f, f**3) for f in (1.0, k))
    assert large == pytest.approx(float(one), rel=1e-9)
    impulse = [blast_wave(z * f, f**3, parameter="incident_impulse") for f in (1.0, k)]
    assert impulse[1] == pytest.approx(k * float(impulse[0]), rel=1e-9)


@pytest.mark.property("blast.kingery")
def test_pressure_falls_and_arrival_grows_with_distance() -> None:
    z = np.geomspace(0.07, 40.0, 500)
    assert np.all(np.diff(blast_wave(z, 1.0)) < 0)
    assert np.all(np.diff(blast_wave(z, 1.0, parameter="arrival_time")) > 0)


@given(p=st.floats(min_value=3e3, max_value=1e6), w=st.floats(min_value=0.1, max_value=1e6))
def test_distance_and_pressure_are_each_others_inverse(p: float, w: float) -> None:
    assert blast_wave(blast_distance(p, w), w) == pytest.approx(p, rel=1e-6)


def test_outside_the_curves_the_model_refuses() -> None:
    with pytest.raises(ValueError, match=r"must be between 0\.0674 and 40 m/kg"):
        blast_wave(41.0, 1.0)
    with pytest.raises(ValueError, match="level must be >= "):
        blast_distance(100.0, 1.0)
    with pytest.raises(ValueError, match="parameter must be one of incident_pressure"):
        blast_wave(1.0, 1.0, parameter="noise")
    assert all(scaled_range(p)[1] == 40.0 for p in PARAMETERS)


@pytest.mark.published(
    "blast.tnt",
    source="Crowl & Louvar, Chemical Process Safety, chapter 6: 1000 kg of methane, 818.7 kJ/mol,"
    " efficiency 2 %, TNT of 4686 kJ/kg: 218 kg; last digit",
)
def test_a_tonne_of_methane_is_the_printed_charge() -> None:
    charge = tnt_equivalent(
        1000, 818.7e3 / 0.016, efficiency=0.02, ground_factor=1.0, heat_of_tnt=4.686e6
    )
    assert float(charge) == pytest.approx(218.0, abs=0.5)


@pytest.mark.analytic("blast.tnt")
@pytest.mark.parametrize(("p", "z"), [(SEVERE_INJURY, 1.08912), (SLIGHT_INJURY, 1.95690)])
def test_the_radii_have_the_right_roots(p: float, z: float) -> None:
    """Exact roots of 0.137 Z^-3 + 0.119 Z^-2 + 0.269 Z^-1 - 0.019 = p / p0."""
    assert scaled_distance(p) == pytest.approx(z, abs=1e-5)
    assert scaled_distance(p) != pytest.approx(1.099, abs=1e-3)


@pytest.mark.analytic("blast.tnt")
def test_a_tonne_kills_within_thirteen_metres() -> None:
    assert death_radius(1000.0) == pytest.approx(13.6)


@pytest.mark.analytic("blast.tnt")
def test_fuel_with_the_heat_of_tnt_in_the_air_counts_by_its_efficiency() -> None:
    found = tnt_equivalent(100.0, 4.52e6, efficiency=0.04, ground_factor=1.0)
    assert found == pytest.approx(4.0)
    assert energy_of_tnt(found) == pytest.approx(4.0 * 4.52e6)


@pytest.mark.cross(
    "blast.tnt", source="Kingery & Bulmash (1984), free air against hemispherical; 2 % in distance"
)
@pytest.mark.parametrize("p", [SEVERE_INJURY, 30e3, SLIGHT_INJURY])
def test_the_ground_doubles_a_charge_nearly(p: float) -> None:
    """A burst on the ground reaches as far as 1.8 times its charge in the air."""
    on_ground = blast_distance(p, 1000.0)
    in_air = blast_distance(p, GROUND_FACTOR * 1000.0, charge="free_air")
    assert on_ground == pytest.approx(in_air, rel=0.02)


@pytest.mark.cross(
    "blast.tnt", source="Kingery & Bulmash (1984), hemispherical, without the factor; 8 %"
)
@pytest.mark.parametrize("p", [100e3, SEVERE_INJURY, SLIGHT_INJURY])
def test_with_the_ground_counted_once_both_methods_agree(p: float) -> None:
    """Twice the ground (1.8 in the hemispherical curves too) would be 22 % farther."""
    formula = float(overpressure_radius(p, GROUND_FACTOR * 1000.0))
    assert formula == pytest.approx(blast_distance(p, 1000.0), rel=0.08)
    assert formula != pytest.approx(blast_distance(p, GROUND_FACTOR * 1000.0), rel=0.2)


@pytest.mark.cross(
    "blast.tnt",
    source="EPA 550-B-99-009 (1999), 1 psi at 17 m/kg^(1/3) of 0.1 Wf Hc/H_TNT, no ground factor; 8 %",
)
def test_a_cloud_on_the_ground_reaches_as_far_as_the_rule_of_the_epa() -> None:
    fuel, heat, heat_of_tnt = 4536.0, 46.333e6, 4.68e6
    ruled = 17.0 * (0.1 * fuel * heat / heat_of_tnt) ** (1 / 3)
    charge = tnt_equivalent(fuel, heat, efficiency=0.1, ground_factor=1.0)
    assert blast_distance(6894.76, float(charge)) == pytest.approx(ruled, rel=0.08)


@pytest.mark.property("blast.tnt")
@given(w=st.floats(min_value=1, max_value=1e6))
def test_slight_injury_reaches_farther_than_severe_injury(w: float) -> None:
    severe, slight = (float(overpressure_radius(p, w)) for p in (SEVERE_INJURY, SLIGHT_INJURY))
    assert slight > severe > 0
    assert overpressure_radius(SLIGHT_INJURY, 8 * w) == pytest.approx(2 * slight)


def test_pressures_beyond_the_equation_are_refused() -> None:
    with pytest.raises(ValueError, match="overpressure must be <= "):
        scaled_distance(1e9)
    with pytest.raises(ValueError, match=r"z must be between 0\.2 and 10"):
        scaled_overpressure(20.0)
    with pytest.raises(ValueError, match="efficiency must be between"):
        tnt_equivalent(1.0, 46e6, efficiency=1.0)
