import math
from collections.abc import Callable

import numpy as np
import pytest

from anlan.science.common.checks import between, finite, not_negative, positive, whole


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, [1.0, 0.0]])
def test_positive_refuses_zero_negative_infinite_and_nan(value: object) -> None:
    with pytest.raises(ValueError, match="depth must be > 0 m, got"):
        positive(value, name="depth", unit="m")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [-1e-9, math.inf, math.nan])
def test_not_negative_refuses_negative_infinite_and_nan(value: float) -> None:
    with pytest.raises(ValueError, match="depth must be >= 0 m, got"):
        not_negative(value, name="depth", unit="m")


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_finite_refuses_infinity_and_nan(value: float) -> None:
    with pytest.raises(ValueError, match="depth must be finite m, got"):
        finite(value, name="depth", unit="m")


def test_between_takes_both_ends_and_refuses_beyond() -> None:
    np.testing.assert_array_equal(between([0, 1], 0, 1, name="share", unit="1"), [0.0, 1.0])
    with pytest.raises(ValueError, match=r"share must be between 0 and 1 1, got 1\.01"):
        between(1.01, 0, 1, name="share", unit="1")


def test_endless_lets_infinity_through_and_nothing_else() -> None:
    assert positive(math.inf, name="limit", unit="s", endless=True) == math.inf
    assert not_negative(math.inf, name="limit", unit="s", endless=True) == math.inf
    with pytest.raises(ValueError, match="limit must be > 0 s, got nan"):
        positive(math.nan, name="limit", unit="s", endless=True)


@pytest.mark.parametrize("check", [positive, not_negative, finite])
def test_what_is_no_number_is_refused_by_name(check: Callable[..., object]) -> None:
    for value in ("deep", None, [1.0, "x"], [[1.0], [2.0, 3.0]]):
        with pytest.raises(ValueError, match="depth must"):
            check(value, name="depth", unit="m")


@pytest.mark.parametrize("value", [3, 3.0, np.int64(3), np.array(3)])
def test_whole_takes_every_kind_of_whole_number(value: object) -> None:
    assert whole(value, name="days", unit="d") == 3


@pytest.mark.parametrize("value", [3.5, math.nan, math.inf, "3", None, [3]])
def test_whole_refuses_parts_and_what_is_no_number(value: object) -> None:
    with pytest.raises(ValueError, match="days must be a whole number d, got"):
        whole(value, name="days", unit="d")
