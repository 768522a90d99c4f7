import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.cyclone.beaufort import FORCE_LOWER, cyclone_grade, wind_force


@pytest.mark.parametrize(
    ("speed", "force"),
    [
        (0.0, 0),
        (0.2, 0),
        (0.3, 1),
        (10.7, 5),
        (10.8, 6),
        (17.2, 8),
        (32.7, 12),
        (61.3, 17),
        (90, 17),
    ],
)
def test_the_force_is_that_of_the_national_table(speed: float, force: int) -> None:
    assert wind_force(speed) == force


def test_a_speed_between_two_printed_decimals_is_rounded_as_printed() -> None:
    assert wind_force([10.74, 10.76]).tolist() == [5, 6]


@given(st.floats(min_value=0, max_value=100), st.floats(min_value=0, max_value=100))
def test_more_wind_never_has_less_force(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert wind_force(low) <= wind_force(high)


def test_the_lower_ends_rise() -> None:
    assert len(FORCE_LOWER) == 18
    assert list(FORCE_LOWER) == sorted(set(FORCE_LOWER))


@pytest.mark.parametrize(
    ("speed", "grade"),
    [(10.7, ""), (10.8, "热带低压"), (24.4, "热带风暴"), (24.5, "强热带风暴"), (51.0, "超强台风")],
)
def test_the_grade_includes_its_lower_end(speed: float, grade: str) -> None:
    assert cyclone_grade(speed) == grade


def test_a_negative_wind_is_refused() -> None:
    with pytest.raises(ValueError, match="wind_speed must be >= 0 m/s, got -1"):
        wind_force(-1)
