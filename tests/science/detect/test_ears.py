import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from anlan.science.detect.cusum import cusum
from anlan.science.detect.ears import ears
from anlan.science.detect.percentile import moving_percentile, percentile_of

LINES = (Path(__file__).parent / "data" / "agona.csv").read_text(encoding="utf-8").splitlines()
ROWS = list(csv.DictReader(line for line in LINES if not line.startswith("#")))
AGONA = np.array([float(row["observed"]) for row in ROWS])
Z_999 = 3.090232306167813
FIRST = 19  # the package computed weeks 20 to 312
COUNTS = arrays(np.float64, 40, elements=st.integers(min_value=0, max_value=60).map(float))


def column(name: str) -> np.ndarray:
    return np.array([np.nan if row[name] == "NA" else float(row[name]) for row in ROWS])


def test_the_series_is_the_one_of_the_source() -> None:
    assert len(AGONA) == 312
    assert AGONA.sum() == 897


@pytest.mark.cross(
    "detect.ears", source="R surveillance 1.20.3 earsC, alpha 0.001, salmonella.agona; 1e-12"
)
@pytest.mark.parametrize("method", ["C1", "C2"])
def test_every_bound_is_that_of_r(method: str) -> None:
    found = ears(AGONA, method=method, threshold=Z_999)
    np.testing.assert_allclose(found.bound[FIRST:], column(f"{method}_ub")[FIRST:], atol=1e-12)


@pytest.mark.cross("detect.ears", source="R surveillance 1.20.3: weeks of alarm (notes 9.3); exact")
@pytest.mark.parametrize(
    ("method", "weeks"),
    [
        ("C1", "21 30 36 62 75 80 82 111 128 191 192 210 232 283 284 294"),
        ("C2", "21 36 47 63 80 81 82 111 128 144 145 192 193 210 211 233 264 283 284 285"),
    ],
)
def test_the_same_weeks_alarm_as_in_r(method: str, weeks: str) -> None:
    found = ears(AGONA, method=method, threshold=Z_999)
    assert (np.flatnonzero(found.alarm[FIRST:]) + FIRST + 1).tolist() == [*map(int, weeks.split())]


@pytest.mark.cross("detect.ears", source="own plain form of the published C3 (2026-11): 60; exact")
def test_the_published_third_statistic_alarms_sixty_times() -> None:
    assert ears(AGONA, method="C3").alarm[FIRST:].sum() == 60


@pytest.mark.analytic("detect.ears")
def test_the_statistics_of_a_series_worked_by_hand() -> None:
    y = [1, 3, 1, 3, 1, 3, 2, 2, 2, 6, 6, 6]
    sd = np.sqrt(6 / 6)
    c1 = ears(y, method="C1").statistic
    assert c1[7] == pytest.approx(0.0)
    c2 = ears(y, method="C2").statistic
    assert c2[9] == pytest.approx((6 - 2) / sd)
    third = ears(y, method="C3").statistic[11]
    assert third == pytest.approx(sum(max(0.0, c2[t] - 1) for t in (9, 10, 11)))


@pytest.mark.analytic("detect.ears")
def test_a_count_above_a_flat_baseline_alarms_and_the_floor_stops_it() -> None:
    y = [0.0] * 7 + [1.0]
    assert ears(y).alarm[7]
    assert not ears(y, least_sd=0.5).alarm[7]


@pytest.mark.property("detect.ears")
@given(COUNTS, st.sampled_from(["C1", "C2"]))
def test_an_alarm_is_a_count_above_the_bound(counts: np.ndarray, method: str) -> None:
    found = ears(counts, method=method)
    apart = np.abs(counts - found.bound) > 1e-9
    with np.errstate(invalid="ignore"):
        above = counts > found.bound
    assert np.array_equal(found.alarm[apart], above[apart])


@pytest.mark.property("detect.ears")
@given(COUNTS, st.sampled_from(["C1", "C2", "C3"]), st.integers(min_value=1, max_value=50))
def test_a_scale_for_all_counts_changes_no_statistic(
    counts: np.ndarray, method: str, scale: int
) -> None:
    once, scaled = (ears(k * counts, method=method).statistic for k in (1, scale))
    np.testing.assert_allclose(scaled, once, rtol=1e-6, atol=1e-6)


@pytest.mark.property("detect.ears")
def test_many_series_at_once_are_the_same_as_one_by_one() -> None:
    many = np.random.default_rng(3).poisson(4.0, (50, 60)).astype(float)
    together = ears(many, method="C3").statistic
    np.testing.assert_array_equal(together[7], ears(many[7], method="C3").statistic)


@pytest.mark.cross(
    "detect.cusum", source="R surveillance 1.20.3 cusum, k 1.04, h 2.26, weeks 209-312; exact"
)
def test_the_sum_alarms_in_the_same_weeks_as_in_r() -> None:
    found = cusum(AGONA[208:], AGONA[:208].mean(), reference=1.04, decision=2.26)
    assert found.alarm.tolist() == (column("cusum_al")[208:] == 1).tolist()


@pytest.mark.published(
    "detect.cusum",
    source="Montgomery, Introduction to Statistical Quality Control, CUSUM of 30 samples, mean 10,"
    " sd 1, k 0.5, h 5: upper sum 5.28 at sample 29, the first to alarm, 5.30 at 30; last digit",
)
def test_the_sum_of_montgomery_alarms_at_sample_29() -> None:
    words = """9.45 7.99 9.29 11.66 12.16 10.18 8.04 11.46 9.20 10.34 9.03 11.47 10.51 9.40 10.08
        9.37 10.62 10.31 8.52 10.84 10.90 9.33 12.29 11.50 10.60 11.08 10.38 11.62 11.31 10.52"""
    samples = [float(word) for word in words.split()]
    found = cusum(samples, 10.0, sd=1.0, reference=0.5, decision=5.0)
    np.testing.assert_allclose(found.total[-2:], [5.28, 5.30], atol=0.005)
    assert np.flatnonzero(found.alarm).tolist() == [28, 29]


@pytest.mark.analytic("detect.cusum")
def test_a_steady_shift_adds_up_in_a_line() -> None:
    found = cusum(np.full(10, 4.0 + 2 * 2.0), 4.0, reference=0.5, decision=50)
    np.testing.assert_allclose(found.total, 1.5 * np.arange(1, 11))


@pytest.mark.analytic("detect.cusum")
def test_a_restart_begins_at_zero() -> None:
    found = cusum(np.full(6, 8.0), 4.0, reference=0.5, decision=2.5, restart=True)
    assert found.total.tolist() == [1.5, 3.0] * 3


@pytest.mark.property("detect.cusum")
@given(COUNTS, st.floats(min_value=0.5, max_value=50))
def test_the_sum_is_never_negative_and_rises_with_the_counts(
    counts: np.ndarray, mean: float
) -> None:
    low, high = (cusum(counts + extra, mean).total for extra in (0, 1))
    assert (low >= 0).all()
    assert (high >= low).all()


@pytest.mark.analytic("detect.percentile")
def test_the_percentile_is_that_of_the_25_counts() -> None:
    y = np.random.default_rng(5).integers(0, 40, 5 * 52 + 3).astype(float)
    k = 5 * 52 + 2
    past = np.concatenate([y[k - 52 * f - 2 : k - 52 * f + 3] for f in range(1, 6)])
    assert len(past) == 25
    found = moving_percentile(y, percentile=75)
    assert found.bound[k] == np.sort(past)[18]  # rank 0.75 * 24, counted from 0
    assert np.isnan(found.bound[:k]).all()


@pytest.mark.published(
    "detect.percentile", source="doi:10.1186/s12889-017-4488-0: percentiles by disease; exact"
)
@pytest.mark.parametrize(
    ("disease", "edition", "percentile"),
    [("登革热", "2014", 90), ("流行性感冒", "2014", 80), ("手足口病", "2017", 75),
     ("风疹", "2017", 45), ("水痘", "2017", 75), ("狂犬病", "2014", 80)],
)  # fmt: skip
def test_the_percentiles_are_the_printed_ones(
    disease: str, edition: str, percentile: float
) -> None:
    assert percentile_of(disease, edition=edition) == percentile


@pytest.mark.property("detect.percentile")
@given(arrays(np.float64, 3 * 52 + 10, elements=st.integers(0, 50).map(float)))
def test_the_current_year_does_not_enter_and_more_percentile_is_more_bound(y: np.ndarray) -> None:
    k = len(y) - 1
    changed = y.copy()
    changed[k - 40 :] += 100
    plain = moving_percentile(y, years=3)
    assert moving_percentile(changed, years=3).bound[k] == plain.bound[k]
    assert moving_percentile(y, years=3, percentile=90).bound[k] >= plain.bound[k]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ears([-1.0]), "counts must be >= 0 cases"),
        (lambda: ears([np.nan]), "counts must be >= 0 cases"),
        (lambda: ears([1.0], method="C4"), "method must be one of C1, C2, C3, got 'C4'"),
        (lambda: ears([1.0], threshold=0.0), "threshold must be between 0.5 and 20, got 0"),
        (lambda: ears(3.0), "counts must be a series"),
        (lambda: cusum([1.0], 0.0), "expected must be > 0 cases"),
        (lambda: cusum([1.0], 1.0, decision=0.0), "decision must be between"),
        (lambda: cusum(1.0, 1.0), "counts must be a series"),
        (lambda: cusum([1.0], [[1.0], [2.0]]), "expected must broadcast"),
        (lambda: moving_percentile([1.0], percentile=100), "percentile must be between"),
        (lambda: moving_percentile(1.0), "counts must be a series"),
        (lambda: moving_percentile([1.0], period=4), "half_width must be below half"),
        (lambda: percentile_of("水痘", edition="2020"), "edition must be one of 2014, 2017"),
    ],
)
def test_what_is_out_of_range_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()


def test_c3_says_nothing_odd_of_a_flat_baseline() -> None:
    found = ears([6.0] * 12 + [20.0] * 3, method="C3")
    assert found.alarm[12:].all()
    assert not found.alarm[:12].any()
