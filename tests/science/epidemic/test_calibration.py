from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from anlan.science.epidemic.calibration import Calibration, calibrate
from anlan.science.epidemic.seir import Disease, simulate

FLU = Disease(r0=1.8, latent=2.0, infectious=4.0)
RANGES: dict[str, Any] = {
    "population": 1_000_000, "r0": (0.8, 4.0), "infected": (5, 500), "reported": (0.2, 0.9),
}  # fmt: skip


def report(r0: float, seed: int, days: int = 45) -> np.ndarray:
    rng = np.random.default_rng(seed)
    course = simulate(
        replace(FLU, r0=r0), population=[1_000_000], infected=[60], days=days, steps_a_day=1,
        rng=rng,
    )  # fmt: skip
    return np.asarray(rng.binomial(course.cases[:, 0].astype(int), 0.5))


def fit(observed: Any, seed: int = 1, **change: Any) -> Calibration:
    usual = {"count": 400, "keep": 20, "ahead": 10, "rng": np.random.default_rng(seed)}
    return calibrate(observed, FLU, **(RANGES | usual | change))


@pytest.mark.analytic("epidemic.calibration")
@pytest.mark.parametrize("r0", [1.3, 1.8, 2.6])
def test_the_number_that_made_the_report_is_found_again(r0: float) -> None:
    found = fit(report(r0, 7), count=1200, keep=40)
    low, middle, high = np.quantile(found.r0, (0.05, 0.5, 0.95))
    assert low <= r0 <= high
    assert middle == pytest.approx(r0, rel=0.12)


@pytest.mark.analytic("epidemic.calibration")
@pytest.mark.slow
def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(12):
        low, high = np.quantile(fit(report(1.8, seed), seed).r0, (0.05, 0.95))
        held += low <= 1.8 <= high
    assert held >= 9


@pytest.mark.property("epidemic.calibration")
def test_the_best_comes_first_and_the_days_ahead_follow() -> None:
    found = fit(report(1.8, 3))
    assert (np.diff(found.misfit) >= 0).all()
    assert found.cases.shape == (20, 55)
    assert found.misfit[0] < 2.0


@pytest.mark.property("epidemic.calibration")
def test_the_same_seed_gives_the_same_fit() -> None:
    observed = report(1.8, 3)
    one, same = fit(observed, 5), fit(observed, 5)
    np.testing.assert_array_equal(one.r0, same.r0)
    np.testing.assert_array_equal(one.cases, same.cases)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"observed": [-1.0]}, "observed must be >= 0 cases"),
        ({"observed": []}, "observed must be one series"),
        ({"r0": (0.0, 2.0)}, "r0 must be between 0.1 and 30"),
        ({"r0": (3.0, 2.0)}, "r0 must rise"),
        ({"keep": 300}, "keep must be <= half of count 400, got 300"),
        ({"count": 5}, "count must be between 20"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"observed": [1, 2, 3]}
    with pytest.raises(ValueError, match=message):
        fit(**(usual | change))
