import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.epidemic.reproduction import (
    case_reproduction,
    discretised_serial_interval,
    next_generation_number,
    reproduction_number,
)

DATA = Path(__file__).parent / "data"
INTERVAL = [0.0, 0.3, 0.4, 0.2, 0.1]


def column(name: str, key: str) -> np.ndarray:
    lines = (DATA / f"epiestim_{name}.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return np.array([np.nan if row[key] == "NA" else float(row[key]) for row in rows])


@pytest.mark.cross(
    "epidemic.reproduction",
    source="R EpiEstim 2.2.4 estimate_R, non-parametric interval, 7 days: every column; 1e-9",
)
@pytest.mark.parametrize("name", ["Flu1918", "Flu2009"])
def test_every_window_is_that_of_epiestim(name: str) -> None:
    found = reproduction_number(column(f"{name}_incidence", "I"), column(f"{name}_si", "w"))
    pairs = {
        "Mean(R)": found.mean, "Std(R)": found.sd, "Quantile.0.025(R)": found.low,
        "Median(R)": found.median, "Quantile.0.975(R)": found.high,
    }  # fmt: skip
    assert (found.first_day + 1).tolist() == column(f"{name}_R_reference", "t_start").tolist()
    assert (found.last_day + 1).tolist() == column(f"{name}_R_reference", "t_end").tolist()
    for key, ours in pairs.items():
        np.testing.assert_allclose(ours, column(f"{name}_R_reference", key), rtol=1e-9)


@pytest.mark.cross("epidemic.reproduction", source="R EpiEstim 2.2.4: first and last mean; 1e-7")
@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("Flu2009", 1.7356089, 1.0040161), ("Flu1918", 1.4145202, 0.8744316)],
)
def test_the_first_and_the_last_mean_are_the_noted_ones(
    name: str, first: float, last: float
) -> None:
    found = reproduction_number(column(f"{name}_incidence", "I"), column(f"{name}_si", "w"))
    known = found.mean[~np.isnan(found.mean)]
    assert (known[0], known[-1]) == pytest.approx((first, last), abs=1e-7)


@pytest.mark.cross(
    "epidemic.reproduction", source="R EpiEstim 2.2.4 discr_si, mean 2.6, sd 1.5; 1e-8"
)
def test_the_serial_interval_by_day_is_that_of_epiestim() -> None:
    want = [0.0, 0.23317213, 0.35857940, 0.19811083, 0.10334266, 0.05290518, 0.02682146,
            0.01351620, 0.00678344, 0.00339435, 0.00169467]  # fmt: skip
    np.testing.assert_allclose(discretised_serial_interval(2.6, 1.5, days=10), want, atol=6e-9)


@pytest.mark.cross(
    "epidemic.reproduction", source="R EpiEstim 2.2.4 wallinga_teunis, Flu2009, 2.6/1.5; 1e-6"
)
def test_the_offspring_of_a_case_is_that_of_epiestim() -> None:
    cases = column("Flu2009_incidence", "I")
    found = case_reproduction(cases, discretised_serial_interval(2.6, 1.5, days=31))
    assert (found[0], found[-1]) == pytest.approx((1.534002, 0.469388), abs=1e-6)


@pytest.mark.analytic("epidemic.reproduction")
@given(st.floats(min_value=0.5, max_value=2.0))
def test_growth_at_a_known_rate_gives_the_number_of_lotka(growth: float) -> None:
    share = np.array(INTERVAL)
    cases = 1e6 * growth ** np.arange(40.0)
    exact = 1.0 / (share @ growth ** -np.arange(5.0))
    found = reproduction_number(cases[:20], share, window=5)
    # the first windows lack the cases before day 0; the prior weighs 1 in many
    assert found.mean[-1] == pytest.approx(exact, rel=0.02)
    assert case_reproduction(cases, share, window=5)[12] == pytest.approx(exact, rel=1e-6)


@pytest.mark.analytic("epidemic.reproduction")
def test_the_serial_interval_adds_up_and_has_its_mean() -> None:
    share = discretised_serial_interval(5.2, 2.8, days=60)
    assert share.sum() == pytest.approx(1.0, abs=1e-9)
    assert share @ np.arange(61) == pytest.approx(5.2, abs=1e-6)


@pytest.mark.property("epidemic.reproduction")
@given(st.lists(st.integers(min_value=0, max_value=500), min_size=15, max_size=40))
def test_the_quantiles_are_ordered_and_early_windows_are_empty(cases: list[int]) -> None:
    found = reproduction_number(cases, INTERVAL, window=3)
    known = ~np.isnan(found.mean)
    assert (found.low <= found.median)[known].all()
    assert (found.median <= found.high)[known].all()
    assert not np.isnan(found.mean[1:]).any()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reproduction_number([-1.0] * 9, INTERVAL), "incidence must be >= 0 cases"),
        (lambda: reproduction_number([1.0] * 7, INTERVAL), "incidence must be > 7 days"),
        (lambda: reproduction_number([1.0] * 9, [0.5, 0.5]), "must begin with 0"),
        (lambda: reproduction_number([1.0] * 9, [0.0, 0.5]), "add up to 1, got a sum of 0.5"),
        (lambda: reproduction_number([1.0] * 9, INTERVAL, window=0), "window must be between"),
        (lambda: case_reproduction([1.0] * 7, INTERVAL), "incidence must be > 7 days"),
        (lambda: discretised_serial_interval(1.0, 1.5), "mean must be between 1.01 and 60 d"),
        (
            lambda: discretised_serial_interval(2.0, 1.5, days=0),
            "days must be between 1 and 3650 d",
        ),
    ],
)
def test_what_is_out_of_range_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.analytic("epidemic.reproduction")
def test_births_and_deaths_lower_the_reproduction_number_as_known() -> None:
    """SEIR with deaths: beta sigma / ((sigma + mu)(gamma + mu)); vectors: Ross and Macdonald."""
    beta, sigma, gamma, mu = 0.5, 0.25, 0.125, 0.02
    found = next_generation_number(
        np.array([[0.0, beta], [0.0, 0.0]]),
        np.array([[sigma + mu, 0.0], [-sigma, gamma + mu]]),
    )
    assert found == pytest.approx(beta * sigma / ((sigma + mu) * (gamma + mu)))
    vectors = next_generation_number([[0, 0.3], [0.6, 0]], [[0.1, 0], [0, 0.2]])
    assert vectors == pytest.approx((0.3 * 0.6 / (0.1 * 0.2)) ** 0.5)


@pytest.mark.parametrize(
    ("transition", "message"),
    [([[1.0]], "transition must be a square matrix"), ([[1.0, 1.0], [1.0, 1.0]], "invertible")],
)
def test_a_transition_that_cannot_be_turned_round_is_refused(
    transition: list[list[float]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        next_generation_number([[0.0, 1.0], [0.0, 0.0]], transition)
