"""Numbers in sentences are written out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.core.numerals import regulated, written


@pytest.mark.parametrize(
    ("value", "words"),
    [(1_350_000, "1350000"), (0.5, "0.5"), (12, "12"), (123_456.7, "123457"), (99.25, "99.25")],
)
def test_a_number_is_written_whole(value: float, words: str) -> None:
    assert written(value) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (500_000, "人", "50万人"),
        (15_000, "人", "1.5万人"),
        (12_345, "人", "12345人"),
        (9_000, "人", "9000人"),
        (10_000, "万元", "10000万元"),
    ],
)
def test_a_threshold_is_written_as_in_a_regulation(value: float, unit: str, words: str) -> None:
    assert regulated(value, unit) == words


@given(st.floats(0.001, 1e12))
def test_no_number_is_a_power_of_ten(value: float) -> None:
    assert "e" not in written(value)
    assert "e" not in regulated(value, "人")
