from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from anlan.science.allocate import allocate


def test_allocation_takes_the_nearer_source_first() -> None:
    found = allocate([[10.0], [99.0]], [5, 50], [20])
    assert found.amount.ravel().tolist() == [5, 15]
    assert found.cost == pytest.approx(5 * 10 + 15 * 99)


def test_allocation_names_what_is_missing_instead_of_failing() -> None:
    found = allocate([[10.0, np.inf]], [5], [3, 4])
    assert found.amount.tolist() == [[3, 0]]
    assert found.shortage.tolist() == [0, 4]


def test_allocation_serves_the_heavier_demand_when_there_is_not_enough() -> None:
    found = allocate([[10.0, 1.0]], [4], [4, 4], weight=[10.0, 1.0])
    assert found.amount.tolist() == [[4, 0]]


def test_allocation_without_sources_is_all_shortage() -> None:
    assert allocate(np.zeros((0, 2)), [], [3, 4]).shortage.tolist() == [3, 4]


def test_allocation_refuses_shapes_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match=r"shape .* = \(2, 1\)"):
        allocate([[1.0]], [1, 2], [1])


@given(
    arrays(np.float64, (3, 2), elements=st.integers(1, 50).map(float)),
    arrays(np.float64, 3, elements=st.integers(0, 4).map(float)),
    arrays(np.float64, 2, elements=st.integers(0, 4).map(float)),
)
def test_allocation_is_whole_feasible_and_least(
    cost: np.ndarray, supply: np.ndarray, demand: np.ndarray
) -> None:
    found = allocate(cost, supply, demand)
    assert np.allclose(found.amount, np.rint(found.amount), atol=1e-7)
    assert np.all(found.amount.sum(axis=1) <= supply + 1e-7)
    assert np.allclose(found.amount.sum(axis=0) + found.shortage, demand)
    assert found.shortage.sum() == pytest.approx(max(0.0, demand.sum() - supply.sum()))
    if demand.sum() <= supply.sum():
        assert found.cost <= cheapest_by_trying_orders(cost, supply, demand) + 1e-6


def cheapest_by_trying_orders(cost: np.ndarray, supply: np.ndarray, demand: np.ndarray) -> float:
    """Fill the pairs greedily in every order: the least of these is an upper bound."""
    pairs = list(itertools.product(range(3), range(2)))
    best = np.inf
    for order in itertools.permutations(pairs):
        a, b, total = supply.copy(), demand.copy(), 0.0
        for i, j in order:
            sent = min(a[i], b[j])
            a[i] -= sent
            b[j] -= sent
            total += sent * cost[i, j]
        best = min(best, total)
    return best
