from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.science.epidemic.demand import (
    CareTimes,
    Severity,
    care_demand,
    example_severity,
    protective_sets,
)
from anlan.science.epidemic.seir import (
    Disease,
    attack_rate,
    simulate,
    simulate_many,
    transmission_rate,
)

FLU = Disease(r0=2.0, latent=3.0, infectious=5.0)
SILENT = Disease(r0=2.0, latent=3.0, infectious=5.0, symptomatic=0.4, silent_factor=0.5)
AGES = np.array([[8.0, 3.0, 1.0], [3.0, 9.0, 2.0], [1.0, 2.0, 3.0]])
PEOPLE = np.array([200_000.0, 600_000.0, 200_000.0])
# contacts are mutual: what a has with b, b has with a
MUTUAL = (AGES + AGES.T * PEOPLE[None, :] / PEOPLE[:, None]) / 2


@pytest.mark.analytic("epidemic.seir")
@pytest.mark.parametrize(
    ("r0", "size"),
    [(1.5, 0.582812), (2.0, 0.796812), (2.5, 0.892645), (3.0, 0.940480), (5.0, 0.993023)],
)
def test_the_final_size_is_the_known_one(r0: float, size: float) -> None:
    z = attack_rate(r0)[0]
    assert z == pytest.approx(size, abs=5e-7)
    assert z == pytest.approx(1 - np.exp(-r0 * z), abs=1e-14)


@pytest.mark.analytic("epidemic.seir")
@pytest.mark.parametrize("steps", [1, 4])
@pytest.mark.parametrize("disease", [replace(FLU, r0=1.5), FLU, SILENT])
def test_the_mean_course_ends_at_the_final_size_whatever_the_step(
    disease: Disease, steps: int
) -> None:
    course = simulate(disease, population=[1e9], infected=[1], days=1500, steps_a_day=steps)
    size = 1 - course.susceptible[-1, 0] / 1e9
    assert size == pytest.approx(attack_rate(disease.r0)[0], abs=1e-6)


@pytest.mark.analytic("epidemic.seir")
@pytest.mark.parametrize("disease", [FLU, SILENT])
def test_every_age_ends_at_its_own_final_size(disease: Disease) -> None:
    course = simulate(disease, population=PEOPLE, infected=0.01, days=1200, contacts=MUTUAL)
    size = 1 - course.susceptible[-1] / PEOPLE
    exact = attack_rate(2.0, contacts=MUTUAL, population=PEOPLE)
    np.testing.assert_allclose(size, exact, atol=1e-6)
    assert size[0] > size[2]


@pytest.mark.cross("epidemic.seir", source="own plain NumPy form (2026-11): attack rates; 5e-4")
@pytest.mark.parametrize(("r0", "naive"), [(1.5, 0.670), (2.0, 0.845)])
def test_a_rate_of_r0_over_the_infectious_time_would_be_wrong_by_a_day_step(
    r0: float, naive: float
) -> None:
    exact = transmission_rate(
        replace(FLU, r0=r0), contacts=[[1.0]], population=[1e9], steps_a_day=1
    )
    assert attack_rate(r0 * (r0 / 5.0) / exact)[0] == pytest.approx(naive, abs=5e-4)


@pytest.mark.property("epidemic.seir")
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32), r0=st.floats(min_value=0.5, max_value=6))
def test_nobody_is_made_or_lost(seed: int, r0: float) -> None:
    course = simulate(
        replace(SILENT, r0=r0), population=PEOPLE, infected=20, immune=1000, days=120,
        contacts=MUTUAL, rng=np.random.default_rng(seed),
    )  # fmt: skip
    states = (course.susceptible, course.exposed, course.silent, course.ill, course.removed)
    assert all((state >= 0).all() for state in states)
    np.testing.assert_array_equal(sum(states), np.broadcast_to(PEOPLE, (121, 3)))
    caught = course.susceptible[0] - course.susceptible[-1]
    np.testing.assert_array_equal(course.infections.sum(axis=0), caught)


@pytest.mark.analytic("epidemic.seir")
def test_the_mean_of_many_courses_is_the_mean_course() -> None:
    setting = {"population": [2_000_000], "infected": [3000], "days": 60}
    many = simulate_many(SILENT, **setting, count=60, rng=np.random.default_rng(1))  # type: ignore[arg-type]
    mean = simulate(SILENT, **setting).cases  # type: ignore[arg-type]
    np.testing.assert_allclose(many.mean(axis=0)[20:], mean[20:], rtol=0.02)


@pytest.mark.analytic("epidemic.seir")
def test_one_case_dies_out_about_as_often_as_branching_says() -> None:
    # exponential infectious time: the chance that one line dies out is 1/R0
    many = simulate_many(
        FLU, population=[1_000_000], infected=[1], days=100, count=400, steps_a_day=24,
        rng=np.random.default_rng(5),
    )  # fmt: skip
    assert np.mean(many.sum(axis=(1, 2)) < 60) == pytest.approx(0.5, abs=0.08)


@pytest.mark.property("epidemic.seir")
def test_the_same_seed_gives_the_same_course() -> None:
    one, same, other = (
        simulate(FLU, population=[10_000], infected=[9], days=50, rng=np.random.default_rng(seed))
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one.cases, same.cases)
    assert not np.array_equal(one.cases, other.cases)


ONE = Severity(hospital=np.array([0.1]), critical=np.array([0.25]))


@pytest.mark.analytic("epidemic.demand")
def test_a_steady_flow_fills_flow_times_stay() -> None:
    found = care_demand(
        np.full((400, 1), 200.0), ONE, times=CareTimes(delay=4.0, ward_stay=7.5, care_stay=12.0)
    )
    assert found.admissions[-1] == pytest.approx(20.0)
    assert found.ward_beds[-1] == pytest.approx(15.0 * 7.5)
    assert found.care_beds[-1] == pytest.approx(5.0 * 12.0)


@pytest.mark.analytic("epidemic.demand")
def test_bed_days_are_admissions_times_stay() -> None:
    cases = np.zeros((300, 1))
    cases[3] = 1000.0
    found = care_demand(cases, ONE)
    assert found.admissions.sum() == pytest.approx(100.0)
    assert found.ward_beds.sum() == pytest.approx(75.0 * 8.0)
    assert found.care_beds.sum() == pytest.approx(25.0 * 10.0)
    # 1000 cases, a delay of 5 days: the day of most admissions is near the mode of the gamma
    assert found.admissions.argmax() in (5, 6)


@pytest.mark.property("epidemic.demand")
@given(st.floats(min_value=0.0, max_value=50.0))
def test_demand_grows_in_line_with_the_cases(factor: float) -> None:
    cases = np.random.default_rng(2).poisson(30.0, (90, 9)).astype(float)
    once, more = (care_demand(k * cases, example_severity()) for k in (1.0, factor))
    np.testing.assert_allclose(more.care_beds, factor * once.care_beds, rtol=1e-9, atol=1e-9)


@pytest.mark.property("epidemic.demand")
def test_many_courses_at_once_are_the_same_as_one_by_one() -> None:
    cases = np.random.default_rng(2).poisson(30.0, (5, 90, 9)).astype(float)
    together = care_demand(cases, example_severity()).ward_beds
    np.testing.assert_allclose(together[3], care_demand(cases[3], example_severity()).ward_beds)


def test_protective_sets_add_up_with_the_reserve() -> None:
    used = protective_sets([10.0, 10.0], sets_a_bed_day=4.0, reserve=0.5)
    assert used.tolist() == [60.0, 120.0]


def test_no_delay_admits_at_once() -> None:
    found = care_demand(np.full((3, 1), 10.0), ONE, times=CareTimes(delay=0.0))
    assert found.admissions.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Disease(r0=-1.0, latent=1, infectious=1), "r0 must be between 0.1 and 30"),
        (
            lambda: replace(FLU, symptomatic=0.0, silent_factor=0.0),
            "silent_factor must be > 0",
        ),
        (lambda: simulate(FLU, population=[10], infected=[11], days=1), "must be <= population"),
        (lambda: simulate(FLU, population=[0], infected=[0], days=1), "population must be > 0"),
        (
            lambda: simulate(FLU, population=[10], infected=[1], days=3, multiplier=[1.0, 1.0]),
            "multiplier must have one value or 3",
        ),
        (
            lambda: simulate(
                FLU, population=[10], infected=[0.5], days=1, rng=np.random.default_rng()
            ),
            "must be whole people",
        ),
        (lambda: simulate(FLU, population=[9, 9], infected=[1], days=1), "contacts must have"),
        (lambda: attack_rate(0.0), "r0 must be between"),
        (lambda: care_demand([1.0], ONE), "cases must have shape"),
        (lambda: CareTimes(delay=-1.0), "delay must be between 0 and 60 d, got -1.0"),
        (
            lambda: Severity(hospital=np.array([1.5]), critical=np.array([0.0])),
            "hospital must be between 0 and 1",
        ),
        (lambda: protective_sets([1.0], sets_a_bed_day=-1.0), "sets_a_bed_day must be between"),
    ],
)
def test_what_is_out_of_range_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()


def test_nothing_spreads_at_or_below_one() -> None:
    assert attack_rate(1.0).tolist() == [0.0]
