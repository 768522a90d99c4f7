import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.blast.domino import (
    BLAST_THRESHOLD,
    VESSELS,
    blast_escalation,
    domino_chain,
    heat_escalation,
    time_to_failure,
)
from anlan.science.blast.major_hazard import Holding, exposure_factor, grade_installation
from anlan.science.blast.risk import (
    TARGETS,
    criterion,
    exceedance,
    individual_risk,
    societal_verdict,
)


@pytest.mark.property("blast.domino")
@given(flux=st.floats(min_value=1e3, max_value=2e5), volume=st.floats(min_value=25, max_value=2e4))
def test_more_heat_brings_a_vessel_down_sooner(flux: float, volume: float) -> None:
    for vessel in ("atmospheric", "pressurised"):
        low, high = time_to_failure([flux, 1.5 * flux], volume, vessel=vessel)
        assert high < low
        less, more = heat_escalation([flux, 1.5 * flux], volume, vessel=vessel)
        assert 0 <= less <= more <= 1


@pytest.mark.property("blast.domino")
@pytest.mark.parametrize("vessel", VESSELS)
def test_below_the_threshold_nothing_escalates(vessel: str) -> None:
    limit = BLAST_THRESHOLD[vessel]
    below, above = blast_escalation([limit * 0.999, limit * 20], vessel=vessel)
    assert below == 0.0
    assert above > 0.5


@pytest.mark.analytic("blast.domino")
def test_a_chain_of_certain_failures_reaches_the_end_in_order() -> None:
    chain = domino_chain(0, np.eye(4, k=1))
    assert chain.level.tolist() == [0, 1, 2, 3]
    assert chain.probability.tolist() == [1, 1, 1, 1]
    assert chain.cause.tolist() == [-1, 0, 1, 2]


@pytest.mark.analytic("blast.domino")
def test_two_neighbours_add_up_as_independent_causes() -> None:
    table = np.array([[0, 1.0, 1.0, 0], [0, 0, 0, 0.5], [0, 0, 0, 0.4], [0, 0, 0, 0]])
    chain = domino_chain(0, table)
    assert chain.probability[3] == pytest.approx(1 - 0.5 * 0.6)
    assert chain.cause[3] == 1


def test_a_unit_out_of_reach_stands() -> None:
    chain = domino_chain(1, np.zeros((3, 3)))
    assert chain.level.tolist() == [-1, 0, -1]
    assert chain.probability.tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("first", "table", "message"),
    [
        (0, np.zeros((2, 3)), "escalation must be square"),
        (0, np.full((2, 2), 2.0), "escalation must be between 0 and 1"),
        (5, np.zeros((2, 2)), "first must be between 0 and 1"),
    ],
)
def test_a_wrong_table_is_refused(first: int, table: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        domino_chain(first, table)


def test_a_vessel_without_a_correlation_is_refused() -> None:
    with pytest.raises(ValueError, match="vessel must be one of atmospheric, pressurised"):
        time_to_failure(2e4, 100.0, vessel="elongated")


@pytest.mark.analytic("blast.risk")
def test_risk_is_the_sum_of_frequency_times_probability() -> None:
    places = np.array([[0.5, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(individual_risk([1e-5, 1e-6], places), [6e-6, 1e-6])


@pytest.mark.property("blast.risk")
@given(
    f=st.lists(st.floats(min_value=0, max_value=1e-3), min_size=1, max_size=8),
    k=st.floats(min_value=0, max_value=1),
)
def test_risk_is_never_above_the_frequency_of_all_scenarios(f: list[float], k: float) -> None:
    risk = individual_risk(f, np.full(len(f), k))
    assert 0 <= risk <= sum(f) * (1 + 1e-12)


@pytest.mark.published("blast.risk", source="GB 36894-2018, limits per year (M-high); exact")
def test_the_limits_are_those_of_the_standard() -> None:
    assert [criterion(t).new for t in TARGETS] == [3e-7, 3e-7, 3e-7, 3e-6, 1e-5]
    assert [criterion(t).in_service for t in TARGETS] == [3e-6, 3e-6, 3e-6, 1e-5, 3e-5]
    assert criterion("high_sensitive").title == "高敏感防护目标"


def test_the_curve_counts_accidents_with_at_least_so_many_deaths() -> None:
    found = exceedance([1e-4, 1e-5, 1e-6], [1, 10, 100], at_least=[1, 5, 50, 500])
    np.testing.assert_allclose(found, [1.11e-4, 1.1e-5, 1e-6, 0.0])


def test_the_societal_lines_divide_the_plane() -> None:
    assert societal_verdict(1, 2e-3) == "unacceptable"
    assert societal_verdict(100, 5e-6) == "reduce"
    assert societal_verdict(100, 5e-8) == "acceptable"
    assert societal_verdict(2000, 1e-9) == "unacceptable"
    with pytest.raises(ValueError, match="deaths must be >= 1"):
        societal_verdict(0, 1e-5)


def test_probabilities_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one row for each"):
        individual_risk([1e-5], [0.1, 0.2])
    with pytest.raises(ValueError, match="probabilities must be between 0 and 1"):
        individual_risk([1e-5], [1.2])


@pytest.mark.analytic("blast.major_hazard")
@pytest.mark.parametrize(
    ("q", "threshold", "beta", "residents", "s", "r", "grade"),
    [
        (40e3, 10e3, 2, 120, 4.0, 16.0, 3),
        (10e3, 5e3, 4, 60, 2.0, 12.0, 3),
        (5000e3, 200e3, 1, 10, 25.0, 25.0, 3),
        (2000e3, 50e3, 1.5, 500, 40.0, 120.0, 1),
    ],
    ids=["ammonia", "chlorine", "petrol", "lpg"],
)
def test_the_worked_examples_have_their_grade(
    q: float, threshold: float, beta: float, residents: int, s: float, r: float, grade: int
) -> None:
    """R = alpha beta q/Q of GB 18218-2018, 4.3, worked by hand for four stores."""
    held = [Holding(quantity=q, threshold=threshold, beta=beta)]
    found = grade_installation(held, residents=residents)
    assert (found.s, found.r, found.grade, found.is_major) == (s, r, grade, True)
    assert len(found.reasons) == 3


@pytest.mark.published("blast.major_hazard", source="GB 18218-2018 table 5; exact")
def test_alpha_changes_at_the_limits_of_the_table() -> None:
    found = [exposure_factor(n) for n in (0, 1, 29, 30, 49, 50, 99, 100)]
    assert found == [0.5, 1.0, 1.0, 1.2, 1.2, 1.5, 1.5, 2.0]


@pytest.mark.property("blast.major_hazard")
@given(q=st.floats(min_value=0, max_value=1e7), more=st.floats(min_value=0, max_value=1e7))
def test_more_substance_never_lowers_the_grade(q: float, more: float) -> None:
    less, worse = (
        grade_installation([Holding(quantity=x, threshold=1e4, beta=2)], residents=60)
        for x in (q, q + more)
    )
    assert worse.r >= less.r
    assert (worse.grade or 9) <= (less.grade or 9)


def test_below_the_threshold_it_is_no_major_hazard_and_says_so() -> None:
    found = grade_installation([Holding(quantity=1e3, threshold=1e4, beta=4)], residents=0)
    assert (found.is_major, found.grade) == (False, None)
    assert "不构成" in found.reasons[0]
    with pytest.raises(ValueError, match="at least one substance"):
        grade_installation([], residents=0)
    with pytest.raises(ValueError, match="threshold must be > 0 kg"):
        Holding(quantity=1.0, threshold=0.0, beta=1.0)
