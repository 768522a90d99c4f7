"""Breaches of dams and tailings dams: exact emptying, conserved volumes, stated relations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.common.constants import GRAVITY
from anlan.science.flood.breach import (
    WEIR,
    breach_shape,
    drain_reservoir,
    peak_flows,
    triangular_hydrograph,
)
from anlan.science.flood.inertial import Inflow
from anlan.science.flood.shallow import simulate_shallow
from anlan.science.flood.tailings import tailings_estimates, tailings_hydrograph


@pytest.mark.analytic("flood.breach")
def test_tank_with_upright_walls_empties_as_the_integral_says() -> None:
    """A dh/dt = -C b h^1.5 gives h = h0 / (1 + C b sqrt(h0) t / 2A)^2 for a slit from the start."""
    area, depth, width = 2e5, 12.0, 40.0
    flow = drain_reservoir(
        area * depth, depth, width=width, formation_time=0.0, side_slope=0.0, storage_power=1.0
    )
    t = flow.hydrograph.times[:-1]
    exact = depth / (1.0 + WEIR * width * math.sqrt(depth) * t / (2.0 * area)) ** 2
    np.testing.assert_allclose(flow.level, exact, rtol=1e-7)
    assert flow.peak == pytest.approx(WEIR * width * depth**1.5, rel=1e-12)
    assert flow.peak_time == 0.0


@pytest.mark.analytic("flood.breach")
def test_slow_breach_in_a_huge_lake_has_the_flow_of_a_weir_at_its_full_size() -> None:
    """While the level hardly falls the peak is that of the final trapezoid under the full depth."""
    flow = drain_reservoir(1e10, 10.0, width=50.0, formation_time=3600.0, side_slope=1.0)
    full = 1.7 * 40.0 * 10.0**1.5 + 1.35 * 10.0**2.5
    assert flow.peak == pytest.approx(full, rel=0.01)
    assert flow.peak_time >= 3600.0 * 0.99


@pytest.mark.property("flood.breach")
@given(
    volume=st.floats(1e5, 1e9),
    depth=st.floats(3.0, 80.0),
    overtopping=st.booleans(),
    power=st.floats(1.0, 3.5),
)
def test_hydrograph_holds_the_released_volume_and_the_level_only_falls(
    volume: float, depth: float, overtopping: bool, power: float
) -> None:
    shape = breach_shape(volume, depth, overtopping=overtopping)
    width = max(shape.width, shape.side_slope * depth)
    flow = drain_reservoir(
        volume, depth, width=width, formation_time=min(shape.formation_time, 86_400.0),
        side_slope=shape.side_slope, storage_power=power,
    )  # fmt: skip
    assert flow.hydrograph.between(0.0, 1e9) == pytest.approx(flow.released, rel=1e-9)
    assert 0.98 * volume < flow.released <= volume * (1 + 1e-9)
    assert np.all(np.diff(flow.level) <= 1e-12)
    assert flow.hydrograph.values[-1] == 0.0


@pytest.mark.property("flood.breach")
@given(volume=st.floats(1e4, 1e9), depth=st.floats(2.0, 100.0), factor=st.floats(1.0, 3.0))
def test_more_water_and_more_depth_never_give_less(
    volume: float, depth: float, factor: float
) -> None:
    for small, large in zip(
        peak_flows(volume, depth), peak_flows(volume * factor, depth), strict=True
    ):
        assert small.low is not None
        assert small.high is not None
        assert small.low < small.value < small.high
        assert large.value >= small.value
    deeper = peak_flows(volume, min(depth * factor, 150.0))
    assert all(b.value >= a.value for a, b in zip(peak_flows(volume, depth), deeper, strict=True))


def test_relations_are_those_of_the_notes_and_failures_lie_in_their_bands() -> None:
    """Volumes, depths and peaks of well-known failures, typed from memory: a check of magnitude only."""
    for volume, depth, observed in (
        (3.10e8, 77.4, 65_120.0),  # Teton 1976
        (4.84e5, 14.02, 1_420.0),  # Buffalo Creek 1972
        (6.17e6, 21.6, 3_570.0),  # Castlewood 1933
        (2.22e7, 28.0, 6_850.0),  # Apishapa 1923
    ):
        froehlich = peak_flows(volume, depth)[0]
        assert froehlich.value == pytest.approx(0.607 * volume**0.295 * depth**1.24)
        assert froehlich.low is not None
        assert froehlich.high is not None
        assert froehlich.low < observed < froehlich.high
        assert froehlich.inside
    assert not peak_flows(5e9, 120.0)[0].inside


@pytest.mark.analytic("flood.breach")
def test_formation_time_scales_with_the_time_a_wave_needs() -> None:
    """t_f sqrt(g H^2 / V) is one number, whatever the units of length."""
    for volume, depth in ((1e6, 10.0), (3e8, 77.0)):
        shape = breach_shape(volume, depth, overtopping=True)
        assert shape.formation_time * math.sqrt(GRAVITY * depth**2 / volume) == pytest.approx(63.2)
        piping = breach_shape(volume, depth, overtopping=False)
        assert shape.width / piping.width == pytest.approx(1.3)


@pytest.mark.analytic("flood.breach")
def test_breach_flow_into_a_valley_keeps_its_volume() -> None:
    """Dam breach to hydrograph to shallow water: nothing is lost on the way."""
    flow = drain_reservoir(2e5, 8.0, width=20.0, formation_time=300.0)
    bed = np.tile(-0.01 * 10.0 * np.arange(40), (7, 1))
    bed[[0, -1]] += 10.0
    run = simulate_shallow(
        bed, cell_size=10.0, duration=900.0, depth=0.0,
        inflows=[Inflow(cells=np.array([[3, 1]]), hydrograph=flow.hydrograph)],
    )  # fmt: skip
    assert run.came == pytest.approx(flow.hydrograph.between(0.0, 900.0), rel=1e-9)
    assert run.stored_after == pytest.approx(run.came, rel=1e-12)
    assert np.isfinite(run.arrival[3, 20])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"volume": -1.0}, "volume must be between"),
        ({"depth": 0.0}, "depth must be between"),
        ({"width": 3.0}, "width must be >= side_slope"),
        ({"until": 0.9}, "until must be between"),
        ({"storage_power": 0.5}, "storage_power must be between"),
    ],
)
def test_breach_out_of_range_is_refused(change: dict[str, float], message: str) -> None:
    usual = {"volume": 1e6, "depth": 10.0, "width": 30.0, "formation_time": 600.0}
    with pytest.raises(ValueError, match=message):
        drain_reservoir(**(usual | change))
    with pytest.raises(ValueError, match="rise_time must be <"):
        triangular_hydrograph(1e3, peak=1e3, rise_time=10.0)


@pytest.mark.property("flood.tailings")
@given(volume=st.floats(1e5, 1e8), height=st.floats(5.0, 150.0))
def test_tailings_never_release_more_than_is_stored_and_larger_dams_run_farther(
    volume: float, height: float
) -> None:
    higher = tailings_estimates(volume, min(1.2 * height, 200.0))
    for found, more in zip(tailings_estimates(volume, height), higher, strict=True):
        assert 0 < found.released_low <= found.released <= found.released_high <= volume
        assert found.runout_low < found.runout < found.runout_high
        assert more.runout > found.runout


@pytest.mark.property("flood.tailings")
def test_tailings_hydrograph_has_the_volume_and_the_peak() -> None:
    hydrograph = tailings_hydrograph(1e7, 40.0, released=2e6)
    assert hydrograph.between(0.0, 1e9) == pytest.approx(2e6)
    assert hydrograph.values.max() == pytest.approx(325.0 * (40.0 * 2.0) ** 0.42)


def test_tailings_relations_are_those_of_the_notes() -> None:
    rico, larrauri = tailings_estimates(1e7, 50.0, released=4e6)
    assert rico.runout == pytest.approx(1.61e3 * (50.0 * 4.0) ** 0.66)
    assert larrauri.runout == pytest.approx(3.04e3 * (50.0 * 0.4 * 4.0) ** 0.545)
    assert tailings_estimates(1e7, 50.0)[0].released == pytest.approx(0.354e6 * 10**1.01)
    with pytest.raises(ValueError, match="released must be <="):
        tailings_estimates(1e6, 50.0, released=2e6)


def test_both_breaches_of_froehlich_can_be_had() -> None:
    old = breach_shape(1e7, 20.0, overtopping=True, relation="froehlich_1995")
    new = breach_shape(1e7, 20.0, overtopping=True)
    assert old.width == pytest.approx(0.1803 * 1.4 * 1e7**0.32 * 20**0.19)
    assert old.formation_time / 3600 == pytest.approx(0.00254 * 1e7**0.53 * 20**-0.9)
    assert (old.side_slope, new.side_slope) == (1.4, 1.0)
    with pytest.raises(ValueError, match="relation must be froehlich_2008 or froehlich_1995"):
        breach_shape(1e7, 20.0, overtopping=True, relation="froehlich")
