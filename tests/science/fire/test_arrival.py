import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.science.fire.arrival import (
    arrival_time,
    burned_area,
    crown_length_to_width,
    eccentricity,
    firebreak_effect,
    length_to_width,
)

CELL = 30.0
RATE = 10.0 / 60.0


def lone(n: int, e: float, direction: float = 90.0):  # type: ignore[no-untyped-def]
    """Return the arrival in a uniform field from its middle, and the exact one."""
    middle = n // 2
    found = arrival_time(
        np.full((n, n), RATE), direction, e, cell_size=CELL, start=[[middle, middle]]
    )
    row, column = np.mgrid[0:n, 0:n]
    east, north = (column - middle) * CELL, (row - middle) * CELL
    along = east * math.sin(math.radians(direction)) + north * math.cos(math.radians(direction))
    return found, (np.hypot(east, north) - e * along) / (RATE * (1.0 - e))


@pytest.mark.analytic("fire.arrival")
def test_head_and_back_arrive_on_the_minute() -> None:
    """3000 m at 10 m/min; 600 m at 10 (1 - e) / (1 + e) m/min with e = 0.9."""
    found, _ = lone(241, 0.9)
    assert found[120, 220] / 60 == pytest.approx(300.0, rel=1e-9)
    assert found[120, 100] / 60 == pytest.approx(1140.0, rel=1e-9)


@pytest.mark.analytic("fire.arrival")
@pytest.mark.parametrize(
    ("ratio", "worst", "mean"),
    [(1.0, 0.004, 0.001), (1.4, 0.01, 0.001), (1.67, 0.01, 0.001), (2.29, 0.04, 0.002),
     (3.2, 0.08, 0.006)],
)  # fmt: skip
def test_the_fire_is_an_ellipse_in_every_direction(ratio: float, worst: float, mean: float) -> None:
    found, exact = lone(201, float(eccentricity(ratio)))
    ring = exact > np.median(exact) / 4
    late = (found - exact)[ring] / exact[ring]
    assert late.min() > -1e-9
    assert late.max() < worst
    assert late.mean() < mean


@pytest.mark.published("fire.arrival", source="firelab/behave: L:W at 0 and 5 mph; 1e-6")
def test_length_over_width_is_that_of_behave() -> None:
    np.testing.assert_allclose(length_to_width([0.0, 5 * 0.44704]), [1.0, 1.590064], atol=1e-6)


@pytest.mark.property("fire.arrival")
@settings(max_examples=20)
@given(
    direction=st.sampled_from([0.0, 90.0, 180.0, 270.0]), e=st.floats(min_value=0, max_value=0.9)
)
def test_turning_the_wind_turns_the_fire(direction: float, e: float) -> None:
    north, _ = lone(41, e, 0.0)
    turned, _ = lone(41, e, direction)
    # row 0 lies in the south: a turn clockwise by 90 degrees is one of the array the other way
    np.testing.assert_allclose(turned, np.rot90(north, round(direction / 90)), rtol=1e-9)


@pytest.mark.property("fire.arrival")
def test_doubling_every_rate_halves_every_time() -> None:
    rng = np.random.default_rng(1)
    rate = rng.uniform(0.01, 0.5, (40, 40))
    once, twice = (
        arrival_time(k * rate, 45.0, 0.6, cell_size=CELL, start=[[5, 5]]) for k in (1, 2)
    )
    np.testing.assert_allclose(twice, once / 2)


def test_a_wall_is_walked_around_and_a_closed_one_holds() -> None:
    rate = np.full((21, 21), RATE)
    rate[:-1, 10] = 0.0
    found = arrival_time(rate, 0.0, 0.0, cell_size=CELL, start=[[0, 5]])
    assert found[0, 15] > 39 * CELL / RATE * 0.99
    rate[-1, 10] = 0.0
    closed = arrival_time(rate, 0.0, 0.0, cell_size=CELL, start=[[0, 5]])
    assert np.all(np.isinf(closed[:, 10:]))


def test_a_fire_does_not_slip_through_a_diagonal_barrier() -> None:
    rate = np.full((15, 15), RATE)
    rate[np.arange(15), np.arange(15)] = 0.0
    found = arrival_time(rate, 0.0, 0.0, cell_size=CELL, start=[[2, 10]])
    assert np.all(np.isinf(found[np.tril_indices(15)]))


def test_a_slower_patch_delays_what_lies_behind_it() -> None:
    rate = np.full((31, 31), RATE)
    plain = arrival_time(rate, 90.0, 0.5, cell_size=CELL, start=[[15, 2]])
    rate[5:26, 12:15] = RATE / 5
    slow = arrival_time(rate, 90.0, 0.5, cell_size=CELL, start=[[15, 2]])
    assert slow[15, 25] > plain[15, 25]
    assert np.all(slow >= plain - 1e-9)


def test_going_on_from_burned_cells_is_the_same_as_not_stopping() -> None:
    rate = np.full((41, 41), RATE)
    whole = arrival_time(rate, 90.0, 0.7, cell_size=CELL, start=[[20, 10]])
    half = arrival_time(rate, 90.0, 0.7, cell_size=CELL, start=[[20, 10]], limit=6000.0)
    burned = np.argwhere(np.isfinite(half))
    on = arrival_time(
        rate, 90.0, 0.7, cell_size=CELL, start=burned,
        burning_since=half[burned[:, 0], burned[:, 1]],
    )  # fmt: skip
    assert np.isinf(half).any()
    np.testing.assert_allclose(on, whole, rtol=0.02)


def test_a_firebreak_saves_what_lies_behind_it() -> None:
    rate = np.full((41, 41), RATE)
    cleared = np.zeros((41, 41), dtype=bool)
    cleared[:, 25] = True
    found = firebreak_effect(
        rate, 90.0, 0.8, cell_size=CELL, start=[[20, 10]], firebreak=cleared, limit=20_000.0
    )
    assert found.saved_area > 0
    assert np.all(np.isinf(found.with_break[:, 25:]))
    before = burned_area(found.without, cell_size=CELL, at=[0.0, 20_000.0])
    assert before[0] == CELL**2
    assert before[1] == np.isfinite(found.without).sum() * CELL**2
    assert found.saved_area == before[1] - np.isfinite(found.with_break).sum() * CELL**2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rate": [1.0]}, "rate must have two dimensions"),
        ({"rate": np.full((3, 3), -1.0)}, "rate must be between 0 and 20 m/s"),
        ({"eccentricity": 1.0}, "eccentricity must be between"),
        ({"start": [[5, 0]]}, "start must lie in the grid"),
        ({"start": [1, 2, 3]}, "start must have shape"),
        ({"rate": np.zeros((3, 3))}, "start must not lie on a barrier"),
        ({"limit": -1.0}, "limit must be >= 0 s"),
        ({"direction_deg": float("nan")}, "direction_deg must be finite"),
    ],
)
def test_what_is_out_of_range_is_refused(change: dict[str, object], message: str) -> None:
    usual: dict[str, object] = {
        "rate": np.full((3, 3), 1.0), "direction_deg": 0.0, "eccentricity": 0.5,
        "cell_size": 10.0, "start": [[1, 1]],
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        arrival_time(**(usual | change))  # type: ignore[arg-type]


@pytest.mark.cross("fire.arrival", source="firelab/behave: crown L:W at 5, 10, 15 mph; exact")
@pytest.mark.parametrize(("mph", "ratio"), [(5, 1.625), (10, 2.25), (15, 2.875)])
def test_a_crown_fire_has_the_shape_of_behave(mph: float, ratio: float) -> None:
    assert float(crown_length_to_width(mph * 0.44704)) == pytest.approx(ratio, rel=1e-12)
