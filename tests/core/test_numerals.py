"""Numbers in sentences are written out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.core.numerals import written


@pytest.mark.parametrize(
    ("value", "words"),
    [(1_350_000, "1350000"), (0.5, "0.5"), (12, "12"), (123_456.7, "123457"), (99.25, "99.25")],
)
def test_a_number_is_written_whole(value: float, words: str) -> None:
    assert written(value) == words


@pytest.mark.parametrize(
    ("value", "words"), [(500_000, "50万"), (15_000, "1.5万"), (12_345, "12345"), (9_000, "9000")]
)
def test_round_numbers_are_written_in_myriads_where_asked(value: float, words: str) -> None:
    assert written(value, myriads=True) == words


@given(st.floats(0.001, 1e12), st.booleans())
def test_no_number_is_a_power_of_ten(value: float, myriads: bool) -> None:
    assert "e" not in written(value, myriads=myriads)
