import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.common.tables import read_rows
from anlan.science.release.toxic import (
    CHLORINE_PPM,
    WITHERS_LEES_CHLORINE,
    Probit,
    death_fraction,
    lethal_concentration,
    probit_for,
    steady_load,
    toxic_load,
)

ROWS = read_rows("anlan.science.release", "probit_toxic.csv")


@pytest.mark.published(
    "release.toxic", source="Withers & Lees (1985), abstract: LC50 433 and 250 ppm; 0.1 %"
)
@pytest.mark.parametrize(("minutes", "ppm"), [(10, 433.3), (30, 250.2)])
def test_the_lethal_concentrations_of_chlorine_are_those_printed(minutes: int, ppm: float) -> None:
    found = lethal_concentration(minutes * 60, WITHERS_LEES_CHLORINE) * 1e6 / CHLORINE_PPM
    assert found == pytest.approx(ppm, rel=1e-3)


@pytest.mark.cross(
    "release.toxic", source="LC50 columns of the table, computed by its typist; 1e-3"
)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["substance"])
def test_half_die_of_the_lc50(row: dict[str, str]) -> None:
    found = lethal_concentration(1800.0, probit_for(row["substance"])) * 1e6
    assert found == pytest.approx(float(row["LC50_30min_mgm3_computed"]), rel=1e-3)
    assert not probit_for(row["name_zh"]).confirmed


@pytest.mark.analytic("release.toxic")
def test_a_steady_load_is_the_power_times_the_time() -> None:
    load = toxic_load(np.full(11, 1e-3), np.linspace(0, 600, 11), n=2.0)
    assert load == pytest.approx(1000.0**2 * 10.0)
    assert steady_load(1e-3, 600.0, n=2.0) == pytest.approx(float(load))
    assert steady_load([0.0, 1e-3], [[60.0], [120.0]], n=1.0).tolist() == [[0, 1000], [0, 2000]]


@pytest.mark.analytic("release.toxic")
@given(
    fraction=st.floats(min_value=0.001, max_value=0.999),
    duration=st.floats(min_value=60, max_value=3600),
    row=st.sampled_from(ROWS),
)
def test_concentration_and_share_are_inverse(
    fraction: float, duration: float, row: dict[str, str]
) -> None:
    probit = probit_for(row["substance"])
    c = float(lethal_concentration(duration, probit, fraction=fraction))
    load = (c * 1e6) ** probit.n * duration / 60
    assert death_fraction(load, probit) == pytest.approx(fraction, rel=1e-6)


@pytest.mark.property("release.toxic")
@given(st.floats(min_value=0, max_value=1e9), st.floats(min_value=0, max_value=1e9))
def test_more_load_never_kills_fewer(a: float, b: float) -> None:
    low, high = sorted((a, b))
    probit = probit_for("NH3")
    assert 0 <= death_fraction(low, probit) <= death_fraction(high, probit) <= 1


def test_without_load_nobody_dies() -> None:
    assert death_fraction(0.0, WITHERS_LEES_CHLORINE) == 0.0


def test_what_is_unknown_or_impossible_is_refused() -> None:
    with pytest.raises(ValueError, match="no probit function for 'H2O'; known are Cl2"):
        probit_for("H2O")
    with pytest.raises(ValueError, match="fraction must be above 0 and below 1"):
        lethal_concentration(60.0, WITHERS_LEES_CHLORINE, fraction=1.0)
    with pytest.raises(ValueError, match="times must rise"):
        toxic_load([1.0, 1.0], [1.0, 0.0], n=1.0)
    with pytest.raises(ValueError, match="b must be > 0"):
        Probit(name="x", a=0.0, b=0.0, n=1.0, confirmed=False)


@pytest.mark.analytic("release.toxic")
def test_a_function_printed_for_ppm_is_the_same_in_milligrams() -> None:
    own = Probit.from_ppm(name="Cl2", a=-8.29, b=0.92, n=2.0, molar_mass=70.906e-3)
    assert (own.a, own.b, own.n) == pytest.approx((WITHERS_LEES_CHLORINE.a, 0.92, 2.0))
    assert not own.confirmed
