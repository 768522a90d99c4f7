"""Benchmarks of the literature that need no measured data: MacDonald, EA test 4, a model city."""

from __future__ import annotations

import numpy as np
import pytest

from anlan.science.common.constants import GRAVITY
from anlan.science.flood.hydrograph import Hydrograph
from anlan.science.flood.inertial import Inflow, simulate_flood
from anlan.science.flood.shallow import ShallowFlow, simulate_shallow

LENGTH = 1000.0
CRITICAL = (4.0 / GRAVITY) ** (1.0 / 3.0)


def macdonald_depth(x: np.ndarray, *, supercritical: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return depth and its slope (SWASHES 3.2.1 and 3.2.2, Delestre et al. 2013)."""
    sign, factor, power = (-1.0, 0.2, 36.0) if supercritical else (1.0, 0.5, 16.0)
    bell = np.exp(-power * (x / LENGTH - 0.5) ** 2)
    slope = CRITICAL * sign * factor * bell * (-2.0 * power * (x / LENGTH - 0.5) / LENGTH)
    return CRITICAL * (1.0 + sign * factor * bell), slope


def macdonald(n: int, *, supercritical: bool, duration: float) -> tuple[ShallowFlow, np.ndarray]:
    """Start from the exact steady flow; its bed is integrated from the closed form, not printed."""
    q, rough = (2.5, 0.04) if supercritical else (2.0, 0.033)
    fine = np.linspace(0.0, LENGTH, 40 * n + 1)
    h, dh = macdonald_depth(fine, supercritical=supercritical)
    fall = (q * q / (GRAVITY * h**3) - 1.0) * dh - rough**2 * q * q / h ** (10.0 / 3.0)
    bed = np.concatenate([[0.0], np.cumsum(0.5 * (fall[1:] + fall[:-1]) * np.diff(fine))])
    centres = fine[20::40]
    depth = h[20::40]
    flow = simulate_shallow(
        np.tile(bed[20::40], (2, 1)), cell_size=LENGTH / n, duration=duration, roughness=rough,
        depth=np.tile(depth, (2, 1)), discharge_x=q,
    )  # fmt: skip
    return flow, np.stack([centres, depth])


@pytest.mark.analytic("flood.shallow")
@pytest.mark.parametrize(("supercritical", "worst"), [(False, 1e-5), (True, 1e-4)])
def test_steady_flow_of_macdonald_stays_with_friction_and_slope_in_balance(
    supercritical: bool, worst: float
) -> None:
    """In the middle third, before the walls at the ends are felt; second order in the cell."""
    errors = []
    for n in (50, 100, 200):
        flow, exact = macdonald(n, supercritical=supercritical, duration=40.0)
        middle = (exact[0] > 400.0) & (exact[0] < 600.0)
        errors.append(float(np.abs(flow.depth[0] - exact[1])[middle].mean() / CRITICAL))
    assert errors[-1] < worst
    assert errors[0] / errors[-1] > 16.0  # the whole second order


EA_PLACES = ((50, 1000), (100, 1000), (200, 1000), (300, 1000), (400, 1000), (300, 1300))


@pytest.mark.cross(
    "flood.inertial",
    source="EA test 4 (SC120002) against our full shallow water equations; Neal et al. (2012): 10 %",
)
def test_both_kernels_reach_the_places_of_ea_test_4_within_a_tenth() -> None:
    """The geometry of Néelz and Pender (2013) on 20 m cells; the hydrograph's corners are ours."""
    storm = Hydrograph(
        np.array([0.0, 3600.0, 14_400.0, 18_000.0]), np.array([0.0, 20.0, 20.0, 0.0])
    )
    inflow = [Inflow(cells=np.array([[49, 0], [50, 0]]), hydrograph=storm)]
    plain = np.zeros((100, 50))
    slow = simulate_flood(
        plain, cell_size=20.0, duration=9000.0, roughness=0.05, inflows=inflow, wet_depth=0.05,
        record_every=15.0, largest_step=5.0,
    )  # fmt: skip
    full = simulate_shallow(
        plain, cell_size=20.0, duration=9000.0, roughness=0.05, depth=0.0, inflows=inflow,
        wet_depth=0.05,
    )  # fmt: skip
    assert abs(slow.balance_error) < 1e-12
    assert abs(full.balance_error) < 1e-12
    np.testing.assert_allclose(full.depth, full.depth[::-1], atol=1e-9)
    for x, y in EA_PLACES:
        cell = (int(y / 20), int(x / 20))
        assert slow.arrival[cell] == pytest.approx(full.arrival[cell], rel=0.1, abs=60.0), (x, y)
        assert slow.largest_depth[cell] == pytest.approx(full.largest_depth[cell], rel=0.1)


@pytest.mark.property("flood.shallow")
def test_dam_break_on_a_model_city_is_symmetric_and_loses_nothing() -> None:
    """Soares-Frazão and Zech (2008), depths and blocks; the measured profiles are not public."""
    cell, rows, columns = 0.1, 36, 160
    bed = np.zeros((rows, columns))
    depth = np.full((rows, columns), 0.011)
    depth[:, :68] = 0.4
    bed[:13, 67:70] = bed[-13:, 67:70] = 1.0  # the gate of 1 m in the wall
    for j in range(5):
        for i in range(5):
            top, left = 8 + 4 * j, 118 + 4 * i
            bed[top : top + 3, left : left + 3] = 0.5
            depth[top : top + 3, left : left + 3] = 0.0
    depth[bed > 0.5] = 0.0
    blocks = bed == 0.5
    bed[blocks | blocks[::-1]] = 0.5  # gaps on both sides of the axis
    depth[bed > 0] = 0.0
    flow = simulate_shallow(bed, cell_size=cell, duration=6.0, roughness=0.01, depth=depth)
    assert abs(flow.balance_error) < 1e-12
    assert flow.depth.min() >= 0.0
    np.testing.assert_allclose(flow.depth, flow.depth[::-1], atol=1e-6)
    assert np.isfinite(flow.arrival[rows // 2, 110])
    ahead = flow.largest_depth[rows // 2 - 1 : rows // 2 + 1, 112:117].max()
    behind = flow.largest_depth[rows // 2 - 1 : rows // 2 + 1, 140:145].max()
    assert ahead > behind  # the water heaps up before the first row
