from functools import partial
from typing import Any

import numba as nb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.science.flood import inertial_kernel as kernel
from anlan.science.flood.hazard import CLASS_TITLES, hazard_class, hazard_rating
from anlan.science.flood.hydrograph import Hydrograph
from anlan.science.flood.inertial import Flood, Inflow, simulate_flood

RNG = np.random.default_rng(0)
ROUGH_SLOPE = 0.2 * np.arange(60.0)[None, :] + 0.3 * RNG.random((60, 60))


def column(**options: Any) -> Flood:
    y, x = np.mgrid[0:61, 0:61]
    heap = np.where((x - 30) ** 2 + (y - 30) ** 2 < 60, 1.0, 0.0)
    return simulate_flood(
        np.zeros((61, 61)), cell_size=10, duration=600, depth=heap, roughness=0.05, **options
    )


@pytest.mark.analytic("flood.inertial")
@pytest.mark.parametrize(("precision", "error"), [("double", 1e-12), ("single", 1e-5)])
def test_a_lake_over_an_uneven_bed_stays_at_rest(precision: str, error: float) -> None:
    bed = 0.5 * RNG.random((50, 50))
    found = simulate_flood(bed, cell_size=10, duration=600, depth=1.0 - bed, precision=precision)
    np.testing.assert_allclose(found.depth + bed, 1.0, atol=error)
    assert found.largest_speed.max() < 10 * error


def wave(cell: float) -> float:
    """Return the relative L1 error of a front driven over a flat plain, after Hunter (2005)."""
    n, speed, seconds, start = 0.03, 1.0, 1800.0, 300.0
    x = (np.arange(int(4000 / cell)) + 0.5) * cell

    def exact(t: float) -> np.ndarray[Any, Any]:
        return np.asarray(
            np.maximum(7.0 / 3.0 * n**2 * speed**2 * (speed * t - x), 0.0) ** (3.0 / 7.0)
        )

    times = np.linspace(0.0, seconds, 400)
    inlet = speed * (7.0 / 3.0 * n**2 * speed**3 * (times + start)) ** (3.0 / 7.0)
    found = simulate_flood(
        np.zeros((3, x.size)),
        cell_size=cell,
        duration=seconds,
        depth=np.tile(exact(start), (3, 1)),
        roughness=n,
        inflows=[Inflow(cells=np.array([[j, 0] for j in range(3)]),
                        hydrograph=Hydrograph(times, inlet * 3 * cell))],
        theta=1.0,
        courant=0.4,
    )  # fmt: skip
    true = exact(start + seconds)
    return float(np.abs(found.depth[1] - true).sum() / true.sum())


@pytest.mark.analytic("flood.inertial")
def test_a_wave_over_a_flat_plain_is_that_of_hunter_but_for_the_neglected_advection() -> None:
    assert wave(40.0) < 0.02
    assert wave(20.0) < 0.02


@pytest.mark.analytic("flood.inertial")
def test_flow_down_a_slope_has_the_depth_of_manning() -> None:
    slope, n, q = 0.005, 0.03, 0.5
    bed = np.tile(slope * 10.0 * np.arange(80.0)[::-1], (3, 1))
    bed[:, 0] += 9.0  # the edge upstream is closed
    source = Inflow(
        cells=np.array([[j, 1] for j in (1, 2, 3)]),
        hydrograph=Hydrograph(np.array([0.0]), np.array([q * 30.0])),
    )
    found = simulate_flood(
        np.vstack([bed[0] + 9, bed, bed[0] + 9]), cell_size=10, duration=3600, roughness=n,
        inflows=[source],
        edge_slope=slope,
    )  # fmt: skip
    normal = (q * n / slope**0.5) ** 0.6
    np.testing.assert_allclose(found.depth[2, 10:70], normal, rtol=2e-3)


@pytest.mark.analytic("flood.inertial")
def test_steady_rain_on_a_plane_leaves_as_fast_as_it_falls() -> None:
    slope, n, rain = 0.02, 0.1, 2e-5
    bed = np.tile(slope * 10.0 * np.arange(40.0)[::-1], (3, 1))
    bed = np.vstack([bed[0] + 9, bed, bed[0] + 9])
    pattern = np.zeros(bed.shape)
    pattern[1:-1] = 1.0
    long, longer = (
        simulate_flood(
            bed, cell_size=10, duration=t, roughness=n, rain=rain, rain_pattern=pattern,
            edge_slope=slope,
        )
        for t in (5400.0, 6000.0)
    )  # fmt: skip
    assert (longer.outflow - long.outflow) / (longer.rain - long.rain) == pytest.approx(1, rel=5e-3)
    # kinematic wave: q = i x, so h = (i x n / sqrt(S))^(3/5)
    x = 10.0 * (np.arange(40) + 1.0)
    kinematic = (rain * x * n / slope**0.5) ** 0.6
    np.testing.assert_allclose(longer.depth[2, 15:38], kinematic[15:38], rtol=0.06)


@pytest.mark.property("flood.inertial")
@pytest.mark.parametrize(("precision", "error"), [("double", 1e-12), ("single", 1e-6)])
def test_no_water_is_made_or_lost_where_clipping_would(precision: str, error: float) -> None:
    spread = column(precision=precision)
    assert abs(spread.balance_error) < error
    assert spread.depth.min() >= 0.0
    rain = simulate_flood(
        ROUGH_SLOPE, cell_size=10, duration=3600, roughness=0.05, rain=60e-3 / 3600,
        precision=precision, largest_step=60.0,
    )  # fmt: skip
    assert abs(rain.balance_error) < error
    assert rain.depth.min() >= 0.0
    assert rain.rain == pytest.approx(0.06 * 600.0**2)


@pytest.mark.property("flood.inertial")
@settings(max_examples=8)
@given(
    soak=st.floats(min_value=0, max_value=2e-5),
    gully=st.floats(min_value=0, max_value=2e-5),
    slope=st.floats(min_value=0, max_value=0.05),
)
def test_every_drop_is_accounted_for(soak: float, gully: float, slope: float) -> None:
    found = simulate_flood(
        ROUGH_SLOPE, cell_size=10, duration=900, depth=0.01, roughness=0.05,
        rain=Hydrograph(np.array([0, 300, 600.0]), np.array([0, 2e-5, 0])),
        infiltration=soak, drain=gully, edge_slope=slope,
        inflows=[Inflow(cells=np.array([[5, 5]]),
                        hydrograph=Hydrograph(np.array([0.0]), np.array([1.0])))],
    )  # fmt: skip
    assert abs(found.balance_error) < 1e-12
    assert found.inflow == pytest.approx(900.0)
    assert found.rain == pytest.approx(6e-3 * 600.0**2)
    if soak > 0 and gully > 0:
        assert found.drained / found.infiltrated == pytest.approx(gully / soak, rel=1e-6)


@pytest.mark.property("flood.inertial")
def test_a_round_heap_spreads_alike_to_all_sides() -> None:
    h = column().depth
    for other in (h[::-1], h[:, ::-1], h.T):
        np.testing.assert_allclose(other, h, atol=1e-8)
    single = column(precision="single", courant=0.3).depth
    np.testing.assert_allclose(single.T, single, atol=1e-5)


@pytest.mark.property("flood.inertial")
@pytest.mark.parametrize("precision", ["double", "single"])
def test_the_number_of_threads_changes_no_bit(
    precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.science.flood.threads.SMALL", 0)  # or one thread would do it all
    threads = nb.get_num_threads()
    ground = RNG.random((110, 111))
    try:
        found = []
        for count in (1, threads):
            nb.set_num_threads(count)
            flood = simulate_flood(
                ground, cell_size=10, duration=120, depth=0.2, rain=1e-5, precision=precision,
                edge_slope=0.01,
            )  # fmt: skip
            found.append(flood.depth)
    finally:
        nb.set_num_threads(threads)
    np.testing.assert_array_equal(found[0], found[1])


@pytest.mark.property("flood.inertial")
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_number_of_blocks_changes_no_bit(kind: Any) -> None:
    ground = np.random.default_rng(5).random((110, 33)).astype(kind)  # rows that give all they hold
    one, none = np.ones((1, 1), kind), np.zeros((1, 1), kind)
    found = []
    for blocks in (1, 2, 3):
        h, n2 = np.full(ground.shape, 0.1, kind), np.full(ground.shape, 9e-4, kind)
        qx, qy = np.zeros((110, 34), kind), np.zeros((111, 33), kind)
        deepest, taken = h.max(axis=1).astype(float), np.zeros((110, 2))
        halo = kernel.halo_for(h.shape, kind, blocks)
        params = kernel.parameters(kind, theta=0.8, step=2.0, cell_size=10.0)
        for _ in range(20):
            kernel.advance(
                h, ground, n2, deepest > 1e-3, deepest > 0, qx, qy, kind(0.1), params, kind(1e-5),
                one, none, none, deepest, taken, halo,
            )  # fmt: skip
        found.append((h, qx, qy, deepest))
    for other in found[1:]:
        for expected, got in zip(found[0], other, strict=True):
            np.testing.assert_array_equal(got, expected)
    np.testing.assert_allclose(found[0][3], found[0][0].max(axis=1), rtol=1e-6)


@pytest.mark.property("flood.inertial")
def test_both_precisions_tell_the_same_flood() -> None:
    options: dict[str, Any] = {"cell_size": 10, "duration": 1800, "rain": 2e-5, "roughness": 0.05}
    double, single = (
        simulate_flood(ROUGH_SLOPE, precision=p, **options) for p in ("double", "single")
    )
    assert np.abs(double.largest_depth - single.largest_depth).mean() < 1e-3
    assert np.isfinite(double.arrival).sum() == pytest.approx(
        np.isfinite(single.arrival).sum(), 0.02
    )


@pytest.mark.property("flood.inertial")
def test_the_spreading_of_ea_test_4_is_symmetric_and_conserves_water() -> None:
    # Néelz & Pender (2013) SC120002, on 20 m cells and for two hours; break points approximate
    flow = Hydrograph(np.array([0.0, 3600.0, 10_800.0, 14_400.0]), np.array([0.0, 20.0, 20.0, 0.0]))
    found = simulate_flood(
        np.zeros((100, 50)), cell_size=20.0, duration=5400.0, roughness=0.05,
        inflows=[Inflow(cells=np.array([[49, 0], [50, 0]]), hydrograph=flow)],
        wet_depth=0.15, record_every=30.0, largest_step=5.0,
    )  # fmt: skip
    assert abs(found.balance_error) < 1e-12
    np.testing.assert_allclose(found.depth, found.depth[::-1], atol=1e-6)
    times = [found.arrival[50, int(x / 20)] for x in (50, 100, 200)]
    assert np.all(np.isfinite(times))
    assert np.all(np.diff(times) > 0)
    assert found.time_wet[50, 2] > found.time_wet[50, 10]


def test_speed_rating_and_arrival_belong_to_wet_places() -> None:
    found = column()
    dry = np.isinf(found.arrival)
    assert dry.any()
    assert found.largest_rating[dry].max() == 0.0
    assert found.largest_depth.max() == 1.0
    assert found.largest_speed.max() < 5.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cell_size": 0.0}, r"cell_size must be between 0\.1 and 1000 m"),
        ({"roughness": 0.0}, "roughness must be between"),
        ({"depth": -1.0}, "depth must be between 0 and 200 m"),
        ({"rain": 60.0}, "rain must be between"),
        ({"elevation": [1.0, 2.0]}, "elevation must be at least 2 x 2"),
        ({"elevation": np.full((3, 3), np.nan)}, "elevation must be finite m"),
        ({"infiltration": np.zeros((2, 2))}, "infiltration must be a number or have shape"),
        ({"precision": "half"}, "precision must be one of double, single"),
        ({"edge_slope": -0.1}, "edge_slope must be >= 0 m/m"),
        (
            {"inflows": [Inflow(cells=np.array([[9, 9]]), hydrograph=Hydrograph(
                np.array([0.0]), np.array([1.0])))]},
            "cells of an inflow must lie in the grid",
        ),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(change: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {"elevation": np.zeros((3, 3)), "cell_size": 10, "duration": 60}
    with pytest.raises(ValueError, match=message):
        simulate_flood(**(usual | change))


def test_a_hydrograph_is_integrated_exactly_and_must_rise_in_time() -> None:
    flow = Hydrograph(np.array([0.0, 10.0, 20.0]), np.array([0.0, 10.0, 0.0]))
    assert flow.between(0, 20) == pytest.approx(100.0)
    assert flow.between(5, 15) == pytest.approx(75.0)
    assert flow.at(25.0) == 0.0
    with pytest.raises(ValueError, match="times must rise"):
        Hydrograph(np.array([1.0, 0.0]), np.array([1.0, 1.0]))
    with pytest.raises(ValueError, match="values must be >= 0"):
        Hydrograph(np.array([1.0]), np.array([-1.0]))
    with pytest.raises(ValueError, match="one shape"):
        Hydrograph(np.array([1.0, 2.0]), np.array([1.0]))


@pytest.mark.published("flood.hazard", source="DEFRA FD2321/TR1 table 4: 0.75, 1.25, 2.0; exact")
def test_the_classes_of_danger_begin_at_the_printed_ratings() -> None:
    found = hazard_class([0.0, 0.74, 0.75, 1.24, 1.25, 1.99, 2.0, 9.0])
    assert found.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert len(CLASS_TITLES) == 4


@pytest.mark.analytic("flood.hazard")
def test_still_water_counts_half_its_depth() -> None:
    np.testing.assert_allclose(hazard_rating([0.0, 1.0, 2.5], 0.0), [0.0, 0.5, 1.25])
    assert hazard_rating(1.0, 1.0, debris=1.0) == 2.5


@pytest.mark.property("flood.hazard")
@given(h=st.floats(min_value=0, max_value=10), v=st.floats(min_value=0, max_value=10))
def test_deeper_or_faster_water_is_never_safer(h: float, v: float) -> None:
    base = hazard_rating(h, v)
    assert hazard_rating(h + 0.1, v) > base
    assert hazard_rating(h, v + 0.1) >= base


def test_depths_are_kept_at_the_times_asked_for_without_changing_the_run() -> None:
    z = np.add.outer(np.linspace(1.0, 0.0, 12), np.zeros(9))
    run = partial(simulate_flood, z, cell_size=20.0, duration=1800.0, rain=2e-5, largest_step=7.0)
    plain, kept = run(), run(keep_at=[600.0, 1200.0, 1800.0])
    assert len(kept.kept) == 3
    np.testing.assert_array_equal(kept.kept[-1], kept.depth)
    np.testing.assert_allclose(kept.depth, plain.depth, atol=1e-4)
    assert kept.kept[0].mean() == pytest.approx(0.012, rel=1e-6)


@pytest.mark.parametrize("times", [[1200.0, 600.0], [0.0], [2400.0]])
def test_times_that_cannot_be_kept_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="keep_at must"):
        simulate_flood(np.zeros((3, 3)), cell_size=10.0, duration=1800.0, keep_at=times)
