from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.seismic.damage import (
    STATES,
    damage_counts,
    example_matrix,
    read_matrix,
)

CLASSES = tuple(example_matrix().shares)
INTENSITY = st.floats(min_value=0.0, max_value=12.0)


def row(degree: str, *shares: float, structure: str = "a") -> dict[str, str]:
    head = {"structure": structure, "structure_zh": "甲", "intensity": degree}
    return head | {s: str(v) for s, v in zip(STATES, shares, strict=True)}


GOOD = [row("6", 0.9, 0.1, 0, 0, 0), row("8", 0.3, 0.3, 0.2, 0.1, 0.1)]


@pytest.mark.property("seismic.damage")
@given(level=INTENSITY, count=st.floats(min_value=0, max_value=1e7))
def test_no_building_is_lost_or_made(level: float, count: float) -> None:
    counts = damage_counts(level, dict.fromkeys(CLASSES, count), matrix=example_matrix())
    assert counts.sum() == pytest.approx(len(CLASSES) * count, rel=1e-6)


@pytest.mark.property("seismic.damage")
@given(level=st.floats(min_value=0, max_value=11), structure=st.sampled_from(CLASSES))
def test_stronger_shaking_never_gives_less_damage(level: float, structure: str) -> None:
    low, high = damage_counts([level, level + 1], {structure: 1.0}, matrix=example_matrix())
    assert np.all(np.cumsum(high[::-1]) >= np.cumsum(low[::-1]) - 1e-6)


@pytest.mark.analytic("seismic.damage")
def test_a_whole_degree_has_its_row_and_half_a_degree_the_mean() -> None:
    matrix = read_matrix(GOOD, name="t", authoritative=True)
    at = damage_counts([6.0, 7.0, 8.0, 10.0], {"a": 1.0}, matrix=matrix)
    np.testing.assert_allclose(at[0], [0.9, 0.1, 0, 0, 0])
    np.testing.assert_allclose(at[1], [0.6, 0.2, 0.1, 0.05, 0.05])
    np.testing.assert_allclose(at[3], at[2])


@pytest.mark.analytic("seismic.damage")
def test_below_the_table_every_building_stays_intact() -> None:
    matrix = read_matrix(GOOD, name="t", authoritative=True)
    np.testing.assert_allclose(damage_counts(4.0, {"a": 7.0}, matrix=matrix), [7, 0, 0, 0, 0])


def test_the_shipped_matrix_says_that_it_is_an_example() -> None:
    assert not example_matrix().authoritative
    assert "示例" in example_matrix().name
    assert set(example_matrix().titles) == set(CLASSES)


def test_old_dwellings_suffer_most() -> None:
    destroyed = {
        c: float(damage_counts(9.0, {c: 1.0}, matrix=example_matrix())[-1]) for c in CLASSES
    }
    assert max(destroyed, key=lambda c: destroyed[c]) == "old_dwelling"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([GOOD[0], row("8", 0.3, 0.3, 0.2, 0.1, 0.2)], "a, intensity 8: shares must sum to 1"),
        ([GOOD[0], row("8", 1.1, -0.1, 0, 0, 0)], "intensity 8: shares must be between 0 and 1"),
        ([GOOD[0], row("8", 1.0, 0, 0, 0, 0)], "damage must not fall"),
        ([GOOD[0], GOOD[0]], "intensity 6 is given twice"),
        ([*GOOD, row("6", 1, 0, 0, 0, 0, structure="b")], "b: no row for intensity 8"),
        ([GOOD[0]], "degrees must rise"),
        ([], "at least one class"),
    ],
)
def test_a_wrong_matrix_is_refused_with_its_row(rows: list[Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_matrix(rows, name="t", authoritative=True)


def test_a_class_that_the_matrix_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="has no class 'igloo'; known are multi_storey"):
        damage_counts(7.0, {"igloo": 1.0}, matrix=example_matrix())
    with pytest.raises(ValueError, match=r"buildings\[old_dwelling\] must be >= 0"):
        damage_counts(7.0, {"old_dwelling": -1.0}, matrix=example_matrix())
