"""Who meets whom, and what a measure leaves of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from anlan.science.epidemic.contacts import Measure, contact_multiplier, mixing_matrix
from anlan.science.epidemic.seir import Disease, simulate

if TYPE_CHECKING:
    from collections.abc import Callable

FLU = Disease(r0=2.0, latent=3.0, infectious=5.0)
AGES = np.array([[8.0, 3.0], [3.0, 9.0]])
CITY = np.array([[50_000.0, 150_000.0], [20_000.0, 80_000.0], [10_000.0, 30_000.0]])
MOVES = np.array([[0.9, 0.08, 0.02], [0.2, 0.75, 0.05], [0.1, 0.1, 0.8]])


@pytest.mark.analytic("epidemic.seir")
def test_mixing_keeps_the_contacts_of_everybody() -> None:
    k = mixing_matrix(AGES, MOVES, CITY)
    total = k.reshape(6, 3, 2).sum(axis=1).reshape(3, 2, 2)
    np.testing.assert_allclose(total, np.broadcast_to(AGES, (3, 2, 2)))


@pytest.mark.property("epidemic.seir")
def test_a_district_without_travel_stays_free() -> None:
    k = mixing_matrix([[5.0]], np.eye(2), [[1e5], [1e5]])
    apart = simulate(FLU, population=[1e5, 1e5], infected=[10, 0], days=200, contacts=k)
    assert apart.infections[:, 1].sum() == 0
    mixed = mixing_matrix([[5.0]], [[0.95, 0.05], [0.05, 0.95]], [[1e5], [1e5]])
    joined = simulate(FLU, population=[1e5, 1e5], infected=[10, 0], days=400, contacts=mixed)
    peaks = joined.infections.argmax(axis=0)
    assert peaks[1] > peaks[0]
    assert joined.infections[:, 1].sum() > 70_000


@pytest.mark.property("epidemic.seir")
def test_a_measure_lowers_and_delays_the_peak() -> None:
    left = contact_multiplier(300, [Measure(first_day=30, last_day=299, factor=0.7)])
    free, held = (
        simulate(FLU, population=[1e6], infected=[50], days=300, multiplier=m).cases[:, 0]
        for m in (1.0, left)
    )
    assert held.max() < 0.6 * free.max()
    assert held.argmax() > free.argmax()
    np.testing.assert_array_equal(held[:30], free[:30])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Measure(first_day=4, last_day=3, factor=1.0), "last_day must be >= first_day"),
        (lambda: Measure(first_day=0, last_day=3, factor=3.0), "factor must be between 0 and 2"),
        (lambda: mixing_matrix([[1.0]], [[0.5]], [[9.0]]), "rows that add up to 1"),
        (lambda: mixing_matrix([[1.0]], np.eye(2), [[9.0]]), "population must be"),
    ],
)
def test_what_is_out_of_range_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
