import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from anlan.science.detect.surge import (
    HOURS_OF_WEEK,
    burst_states,
    hour_of_week_baseline,
    robust_z,
    surges,
)

STEP = np.concatenate([np.full(300, 5.0), np.full(60, 20.0), np.full(300, 5.0)])


@pytest.mark.cross(
    "detect.surge", source="ruptures 1.1.10 PELT (l2, min size 5, penalty 200): 300, 360; 5 points"
)
@pytest.mark.parametrize("seed", range(10))
def test_the_change_points_of_the_synthetic_series_are_found(seed: int) -> None:
    y = np.random.default_rng(seed).poisson(STEP)
    (found,) = surges(y, 5.0, false_alarm_every=1e6)
    assert found.onset == pytest.approx(300, abs=5)
    assert found.alarm <= 305
    assert found.end == pytest.approx(359, abs=5)
    assert 300 <= found.peak < 360
    assert found.times_baseline == pytest.approx(4.0, rel=0.2)
    burst = np.flatnonzero(burst_states(y, 5.0, factor=4.0, effort=2.0))
    assert burst[0] == pytest.approx(300, abs=5)
    assert burst[-1] == pytest.approx(359, abs=5)


@pytest.mark.analytic("detect.surge")
@pytest.mark.parametrize("seed", range(5))
def test_no_alarm_on_ten_thousand_ordinary_hours_at_one_in_a_million(seed: int) -> None:
    y = np.random.default_rng(seed).poisson(5.0, 10_000)
    assert surges(y, 5.0, false_alarm_every=1e6) == ()


@pytest.mark.analytic("detect.surge")
@pytest.mark.parametrize("seed", range(3))
def test_false_alarms_are_rarer_than_stated(seed: int) -> None:
    y = np.random.default_rng(seed).poisson(5.0, 200_000)
    assert len(surges(y, 5.0, false_alarm_every=500.0)) <= 200_000 / 500


@pytest.mark.analytic("detect.surge")
@settings(max_examples=50)
@given(arrays(np.int64, 9, elements=st.integers(min_value=0, max_value=12)))
def test_the_states_of_a_burst_are_the_cheapest_of_all(counts: np.ndarray) -> None:
    def cost(states: tuple[bool, ...]) -> float:
        total, before = 0.0, False
        for y, now in zip(counts.tolist(), states, strict=True):
            rate = 3.0 * (4.0 if now else 1.0)
            total += rate - y * np.log(rate) + (np.log(9) if now and not before else 0.0)
            before = now
        return total

    best = min(cost(s) for s in itertools.product((False, True), repeat=9))
    found = tuple(burst_states(counts, 3.0, factor=4.0).tolist())
    assert cost(found) == pytest.approx(best)


@pytest.mark.property("detect.surge")
@given(st.floats(min_value=1.0, max_value=50.0))
def test_a_scale_for_counts_baseline_and_dispersion_changes_nothing(scale: float) -> None:
    y = np.random.default_rng(1).poisson(STEP).astype(float)
    (once,) = surges(y, 5.0, dispersion=1.5)
    (scaled,) = surges(scale * y, scale * 5.0, dispersion=1.5 * scale)
    assert (once.onset, once.alarm, once.end) == (scaled.onset, scaled.alarm, scaled.end)
    assert once.times_baseline == pytest.approx(scaled.times_baseline)


def weeks(count: int) -> np.ndarray:
    hour = np.arange(HOURS_OF_WEEK)
    return np.tile(20 + 15 * np.sin(2 * np.pi * hour / 24), count)


@pytest.mark.analytic("detect.surge")
def test_the_baseline_is_the_median_week_whatever_burst_or_gap_lies_in_it() -> None:
    y = weeks(6)
    y[400:430] *= 12
    y[700:720] = np.nan
    found = hour_of_week_baseline(y[5:], first_hour=5)
    np.testing.assert_allclose(found.expected, weeks(1), rtol=1e-12)
    assert found.weeks.min() == 5
    assert found.dispersion == 1.0


@pytest.mark.property("detect.surge")
def test_the_dispersion_of_rough_counts_is_seen() -> None:
    rng = np.random.default_rng(8)
    smooth = hour_of_week_baseline(rng.poisson(30.0, 168 * 30))
    rough = hour_of_week_baseline(rng.negative_binomial(10, 0.25, 168 * 30))  # variance 4 x mean
    assert smooth.dispersion == pytest.approx(1.0, abs=0.1)
    assert rough.dispersion == pytest.approx(4.0, rel=0.15)


def test_a_missing_hour_is_no_zero_and_ends_no_surge() -> None:
    y = np.random.default_rng(0).poisson(STEP).astype(float)
    y[320:325] = np.nan
    (found,) = surges(y, 5.0)
    assert found.onset == pytest.approx(300, abs=5)
    assert found.end == pytest.approx(359, abs=5)
    assert np.isnan(robust_z(y, 5.0, scale=0.4)[320])


def test_a_surge_that_goes_on_has_no_end() -> None:
    (found,) = surges(STEP[:340], 5.0)
    assert found.end is None
    assert found.excess == pytest.approx(40 * 15)


def test_two_surges_are_told_apart() -> None:
    y = np.concatenate([STEP, STEP])
    first, second = surges(y, 5.0)
    assert (first.onset, first.end, second.onset, second.end) == (300, 359, 960, 1019)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: surges([-1.0], 5.0), "counts must be >= 0 counts"),
        (lambda: surges([[1.0]], 5.0), "counts must be one series"),
        (lambda: surges([1.0], 0.0), "expected must be > 0 counts"),
        (lambda: surges([1.0], 1.0, factor=1.0), "factor must be between 1.1 and 20, got 1.0"),
        (lambda: surges([1.0], 1.0, dispersion=0.5), "dispersion must be between"),
        (lambda: burst_states([1.0], 1.0, effort=0.0), "effort must be > 0"),
        (lambda: hour_of_week_baseline(np.ones(336)), ">= 3 weeks of each hour, got 2 of hour 0"),
        (lambda: hour_of_week_baseline(np.ones((2, 2))), "counts must be one series"),
        (lambda: hour_of_week_baseline(np.ones(600), first_hour=168), "first_hour must be"),
    ],
)
def test_what_is_out_of_range_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
