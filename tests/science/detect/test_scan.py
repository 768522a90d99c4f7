"""The scan statistic: the ratio by hand, exact p of small cases, brute force, calibration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.science.detect.scan import log_likelihood_ratio, spatial_scan


def grid(n: int) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.indices((n, n)).reshape(2, -1) * 1000.0
    return x, y


@pytest.mark.analytic("detect.scan")
def test_ratio_is_that_of_two_poisson_likelihoods() -> None:
    """Directly from the Poisson probabilities with free and with one common rate."""
    for c, e, total in ((10, 5.0, 100), (7, 2.5, 40), (30, 30.0, 90), (3, 9.0, 20), (12, 4.0, 12)):
        outside, expected_outside = total - c, total - e
        free = c * math.log(c / e) + (
            outside * math.log(outside / expected_outside) if outside else 0.0
        )
        found = float(log_likelihood_ratio(c, e, total=total))
        assert found == pytest.approx(free if c > e else 0.0, abs=1e-12)


@pytest.mark.analytic("detect.scan")
@pytest.mark.parametrize(("cases", "exact"), [((9, 1), 22 / 1024), ((8, 2), 112 / 1024)])
def test_p_of_two_equal_areas_is_the_binomial_tail(cases: tuple[int, int], exact: float) -> None:
    """Ten cases in two equal areas: P(9 or more on one side) = 2 (10 + 1) / 2^10."""
    found = spatial_scan([0.0, 1e4], [0.0, 0.0], cases, [1.0, 1.0], replications=20_000, seed=4)
    assert found.clusters[0].areas == (0,)
    assert found.clusters[0].p == pytest.approx(exact, abs=4 * math.sqrt(exact / 20_000))


@pytest.mark.analytic("detect.scan")
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.integers(1, 4))
def test_likeliest_window_is_that_of_trying_all(seed: int, steps: int) -> None:
    rng = np.random.default_rng(seed)
    n = 9
    x, y = rng.uniform(0, 1e4, (2, n))
    risk = rng.uniform(0.5, 3.0, (n, steps))
    cases = rng.poisson(3.0 * risk)
    total = int(cases.sum())
    e = risk / risk.sum() * total
    best = 0.0
    for i in range(n):
        distance = np.hypot(x - x[i], y - y[i])
        for radius in distance:
            inside = distance <= radius
            if e[inside].sum() > 0.5 * total:
                continue
            for t in range(1, min(steps, 3) + 1):
                c, expected = cases[inside][:, -t:].sum(), e[inside][:, -t:].sum()
                best = max(best, float(log_likelihood_ratio(c, expected, total=total)))
    found = spatial_scan(x, y, cases, risk, longest=3, replications=9)
    assert (found.clusters[0].ratio if found.clusters else 0.0) == pytest.approx(best, abs=1e-9)


@pytest.mark.property("detect.scan")
def test_p_is_calibrated_when_nothing_is_there() -> None:
    """Under the null P(p <= a) <= a, and not much less: 300 data sets, 99 replications."""
    rng = np.random.default_rng(8)
    x, y = grid(5)
    risk = rng.uniform(1.0, 5.0, 25)
    p = [
        spatial_scan(x, y, rng.multinomial(120, risk / risk.sum()), risk, replications=99, seed=k)
        .clusters[0]
        .p
        for k in range(300)
    ]
    for level in (0.05, 0.2, 0.5):
        share = float(np.mean(np.array(p) <= level))
        assert abs(share - level) < 3.5 * math.sqrt(level * (1 - level) / 300), (level, share)


@pytest.mark.property("detect.scan")
def test_cluster_that_was_put_in_is_found_where_and_when_it_is() -> None:
    rng = np.random.default_rng(2)
    x, y = grid(8)
    cases = rng.poisson(2.0, (64, 30))
    put = [9, 10, 17, 18]
    cases[put, -3:] += rng.poisson(5.0, (4, 3))
    found = spatial_scan(x, y, cases, np.ones(64), longest=10, largest_radius=3000.0, seed=1)
    cluster = found.clusters[0]
    assert set(cluster.areas) & set(put)
    assert cluster.first >= 24
    assert cluster.p <= 0.01
    assert cluster.relative_risk > 1.5
    assert cluster.recurrence >= 100


@pytest.mark.property("detect.scan")
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), factor=st.floats(0.1, 1e4))
def test_scale_of_expected_and_order_of_areas_do_not_matter(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 1e4, (2, 12))
    risk = rng.uniform(1.0, 2.0, 12)
    cases = rng.poisson(3.0, 12)
    one = spatial_scan(x, y, cases, risk, replications=9, seed=3)
    scaled = spatial_scan(x, y, cases, risk * factor, replications=9, seed=3)
    turn = rng.permutation(12)
    turned = spatial_scan(x[turn], y[turn], cases[turn], risk[turn], replications=9, seed=3)
    for other, names in ((scaled, np.arange(12)), (turned, turn)):
        assert len(other.clusters) == len(one.clusters)
        if one.clusters:
            assert other.clusters[0].ratio == pytest.approx(one.clusters[0].ratio, rel=1e-9)
            assert {int(names[a]) for a in other.clusters[0].areas} == set(one.clusters[0].areas)
    used = [a for cluster in one.clusters for a in cluster.areas]
    assert len(used) == len(set(used))


def test_no_case_gives_no_cluster_and_bad_input_is_refused() -> None:
    x, y = grid(3)
    assert spatial_scan(x, y, np.zeros(9), np.ones(9), replications=9).clusters == ()
    for change, says in (
        ({"counts": np.full(9, 0.5)}, "whole numbers"),
        ({"counts": np.full(8, 1.0)}, "one row an area"),
        ({"counts": -np.ones(9)}, "counts must be >= 0"),
        ({"expected": np.zeros(9)}, "expected must be > 0"),
        ({"largest_share": 0.9}, "largest_share"),
        ({"replications": 1}, "replications"),
        ({"east": np.full(9, np.nan)}, "east must be finite"),
    ):
        usual = {"east": x, "north": y, "counts": np.ones(9), "expected": np.ones(9)}
        with pytest.raises(ValueError, match=says):
            spatial_scan(**(usual | change))
