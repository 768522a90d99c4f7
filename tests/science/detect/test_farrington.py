import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from anlan.science.detect.farrington import farrington

DATA = Path(__file__).parent / "data"


def table(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


AGONA = np.array([float(row["observed"]) for row in table("agona.csv")])


@pytest.mark.cross(
    "detect.farrington",
    source="R surveillance 1.20.3 farringtonFlexible, noPeriods 1, delta; 1e-5",
)
@pytest.mark.parametrize("row", table("agona_bounds.csv"), ids=lambda row: row["t"])
def test_every_bound_is_that_of_r(row: dict[str, str]) -> None:
    found = farrington(AGONA, at=[int(row["t"]) - 1])
    assert found.bound[0] == pytest.approx(float(row["upper_bound"]), rel=1e-5)


@pytest.mark.cross(
    "detect.farrington",
    source="own plain NumPy form (2026-11): textbook bound 4 % apart (median), up to 49 %",
)
def test_the_textbook_dispersion_gives_another_bound() -> None:
    weeks = range(281, 312)
    ours, book = (farrington(AGONA, at=weeks, compat=c).bound for c in ("surveillance", "textbook"))
    apart = np.abs(book / ours - 1)
    assert np.median(apart) == pytest.approx(0.04, abs=0.005)
    assert apart.max() == pytest.approx(0.49, abs=0.01)


@pytest.mark.analytic("detect.farrington")
def test_a_flat_history_has_the_bound_of_the_formula() -> None:
    found = farrington(np.full(260, 9.0))
    # every count 9: dispersion 0, taken as 1; standard error from a dispersion of 0
    exact = (9 ** (2 / 3) + stats.norm.isf(0.01) * np.sqrt(4 / 9 * 9 ** (1 / 3))) ** 1.5
    assert found.expected[0] == pytest.approx(9.0)
    assert found.bound[0] == pytest.approx(exact, rel=1e-9)
    assert not found.trend[0]


@pytest.mark.analytic("detect.farrington")
def test_an_exponential_trend_is_found_and_followed_up_to_the_largest_count() -> None:
    week = np.arange(300)
    falling = np.round(800 * np.exp(-0.01 * week))
    found = farrington(falling)
    assert found.trend[0]
    assert found.expected[0] == pytest.approx(800 * np.exp(-2.99), rel=0.02)
    rising = farrington(falling[::-1])
    assert not rising.trend[0]  # the forecast would exceed every count


@pytest.mark.property("detect.farrington")
def test_a_past_outbreak_hardly_raises_the_bound() -> None:
    y = np.random.default_rng(2).poisson(6.0, 260).astype(float)
    hit = y.copy()
    hit[259 - 104] += 40
    plain, weighed = farrington(y).bound[0], farrington(hit).bound[0]
    free = farrington(hit, reweight=10.0).bound[0]
    assert plain < weighed < free
    assert weighed - plain < 0.5 * (free - plain)


@pytest.mark.property("detect.farrington")
def test_a_smaller_level_gives_a_higher_bound() -> None:
    bounds = [farrington(AGONA, alpha=a).bound[0] for a in (0.1, 0.05, 0.01, 0.001)]
    assert bounds == sorted(bounds)


@pytest.mark.property("detect.farrington")
def test_many_series_at_once_are_the_same_as_one_by_one() -> None:
    many = np.random.default_rng(4).poisson(3.0, (20, 280)).astype(float)
    together = farrington(many, at=[270, 279])
    alone = farrington(many[7], at=[270, 279])
    np.testing.assert_array_equal(together.bound[7], alone.bound)
    assert together.bound.shape == (20, 2)


@pytest.mark.property("detect.farrington")
def test_about_one_week_in_a_hundred_of_chance_alarms() -> None:
    many = np.random.default_rng(6).poisson(12.0, (4000, 260)).astype(float)
    assert 0.003 < farrington(many).alarm.mean() < 0.03


def test_no_alarm_is_given_on_fewer_than_five_cases_in_four_weeks() -> None:
    y = np.zeros(260)
    y[-1] = 4
    assert farrington(y).bound[0] == 0.0
    assert not farrington(y).alarm[0]
    y[-2] = 1
    assert farrington(y).alarm[0]


def test_a_short_history_gives_no_bound() -> None:
    found = farrington(np.ones(50))
    assert np.isnan(found.bound[0])
    assert not found.alarm[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"counts": [-1.0]}, "counts must be >= 0 cases"),
        ({"counts": 1.0}, "counts must be a series"),
        ({"alpha": 0.6}, "alpha must be between 1e-06 and 0.5, got 0.6"),
        ({"compat": "r"}, "compat must be one of surveillance, textbook, got 'r'"),
        ({"at": [300]}, "at must be between 0 and 259 points"),
        ({"enough": (5, 0)}, "enough must be"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, object], message: str) -> None:
    usual: dict[str, object] = {"counts": np.ones(260)}
    with pytest.raises(ValueError, match=message):
        farrington(**(usual | change))  # type: ignore[arg-type]
