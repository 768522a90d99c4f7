import math
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.science.common.constants import GRAVITY
from anlan.science.flood import shallow_cell_kernel, shallow_kernel
from anlan.science.flood.hydrograph import Hydrograph
from anlan.science.flood.inertial import Inflow
from anlan.science.flood.shallow import ShallowFlow, dam_break_exact, simulate_shallow
from anlan.science.flood.shallow_kernel import active_tiles, tiles_for
from anlan.science.flood.threads import ALONE, Team

RNG = np.random.default_rng(3)


def dam_break(n: int, downstream: float) -> tuple[float, ShallowFlow]:
    """Return the relative L1 error of the depth in the channel of SWASHES after 6 s."""
    cell = 10.0 / n
    x = (np.arange(n) + 0.5) * cell
    flow = simulate_shallow(
        np.zeros((2, n)), cell_size=cell, duration=6.0, roughness=0.0, courant=0.45,
        depth=np.tile(np.where(x < 5.0, 0.005, downstream), (2, 1)),
    )  # fmt: skip
    exact = dam_break_exact(x, 6.0, upstream=0.005, downstream=downstream, dam=5.0)
    return float(np.abs(flow.depth[1] - exact.depth).sum() / exact.depth.sum()), flow


@pytest.mark.published(
    "flood.shallow", source="SWASHES (Delestre et al. 2013), Stoker: 5 mm over 1 mm, 6 s; 5e-4"
)
def test_the_exact_solution_has_the_numbers_of_swashes() -> None:
    wet = dam_break_exact([5.0], 6.0, upstream=0.005, downstream=0.001, dam=5.0)
    assert wet.middle_depth == pytest.approx(0.002539, rel=5e-4)
    assert wet.middle_speed == pytest.approx(0.127280, rel=5e-4)
    assert (wet.front - 5.0) / 6.0 == pytest.approx(0.209963, rel=5e-4)
    ends = (wet.rarefaction_tail, wet.rarefaction_head, wet.front)
    assert ends == pytest.approx((3.671166, 4.816683, 6.259780), rel=5e-4)
    dry = dam_break_exact([5.0], 6.0, upstream=0.005, downstream=0.0, dam=5.0)
    assert (dry.rarefaction_tail, dry.front) == pytest.approx((3.671166, 7.657668), rel=5e-4)
    assert dry.depth[0] == pytest.approx(0.0022222, rel=1e-4)
    assert dry.speed[0] == pytest.approx(2 / 3 * math.sqrt(GRAVITY * 0.005))


@pytest.mark.analytic("flood.shallow")
@pytest.mark.parametrize(
    ("downstream", "limits"), [(0.001, (0.0065, 0.0033, 0.0018)), (0.0, (0.0082, 0.0040, 0.0020))]
)
def test_a_dam_break_converges_to_stoker_and_to_ritter(
    downstream: float, limits: tuple[float, float, float]
) -> None:
    errors = []
    for n, limit in zip((100, 200, 400), limits, strict=True):
        error, flow = dam_break(n, downstream)
        assert error < limit
        assert abs(flow.balance_error) <= 4e-15
        assert flow.depth.min() >= 0.0
        errors.append(error)
    assert math.log2(errors[0] / errors[2]) / 2 > 0.94  # first order at best across a shock


@pytest.mark.analytic("flood.shallow")
def test_a_lake_around_an_island_stays_at_rest() -> None:
    x = (np.arange(200) + 0.5) * 0.125
    bed = np.tile(np.where((x > 8) & (x < 12), 0.2 - 0.05 * (x - 10) ** 2, 0.0), (3, 1))
    flow = simulate_shallow(
        bed, cell_size=0.125, duration=100.0, depth=np.maximum(0.1 - bed, 0.0), roughness=0.0
    )
    wet = flow.depth > 1e-9
    assert np.abs((flow.depth + bed - 0.1)[wet]).max() < 1e-12
    assert max(np.abs(flow.discharge_x).max(), np.abs(flow.discharge_y).max()) < 1e-12


def thacker(n: int) -> float:
    """Return the relative L1 error after one swing of a plane surface in a bowl."""
    a, h0, length, amplitude = 1.0, 0.1, 4.0, 0.5
    turn = math.sqrt(2 * GRAVITY * h0) / a
    cell = length / n
    x = (np.arange(n) + 0.5) * cell - length / 2
    x, y = np.meshgrid(x, x)
    bed = -h0 * (1 - (x**2 + y**2) / a**2)
    depth = np.maximum(amplitude * h0 / a**2 * (2 * x - amplitude) - bed, 0.0)
    flow = simulate_shallow(
        bed, cell_size=cell, duration=2 * math.pi / turn, depth=depth, roughness=0.0,
        discharge_y=depth * amplitude * turn,
    )  # fmt: skip
    assert abs(flow.balance_error) < 1e-12
    return float(np.abs(flow.depth - depth).sum() / depth.sum())


@pytest.mark.analytic("flood.shallow")
def test_water_swings_in_a_bowl_as_thacker_says() -> None:
    coarse, fine = thacker(50), thacker(100)
    assert fine < 0.02  # 0.03 is required at 200 cells
    assert math.log2(coarse / fine) > 1.7


@pytest.mark.analytic("flood.shallow")
def test_flow_down_a_slope_has_the_depth_of_manning() -> None:
    slope, n, q = 0.005, 0.03, 0.5
    normal = (q * n / slope**0.5) ** 0.6
    bed = np.tile(slope * 10.0 * np.arange(60.0)[::-1], (4, 1))
    bed[:, 0] += 9.0  # walls upstream and along
    bed[[0, 3]] += 9.0
    start = np.where(bed < 8.0, normal, 0.0)
    flow = simulate_shallow(
        bed, cell_size=10.0, duration=900.0, depth=start, roughness=n,
        inflows=[Inflow(cells=np.array([[1, 1], [2, 1]]),
                        hydrograph=Hydrograph(np.array([0.0]), np.array([q * 20.0])))],
        open_edges=True,
    )  # fmt: skip
    np.testing.assert_allclose(flow.depth[1, 10:40], normal, rtol=5e-3)
    np.testing.assert_allclose(flow.discharge_x[2, 10:40], q, rtol=5e-3)


def valley() -> ShallowFlow:
    y, x = np.mgrid[0:30, 0:60] * 20.0
    bed = 0.01 * (1200.0 - x) + 0.0005 * (y - 290.0) ** 2 + 0.2 * RNG.random(x.shape)
    level = np.where(x < 200.0, 22.0, 0.0)
    return simulate_shallow(
        bed, cell_size=20.0, duration=300.0, depth=np.maximum(level - bed, 0.0), roughness=0.04,
        wet_depth=0.1,
    )  # fmt: skip


@pytest.mark.property("flood.shallow")
def test_the_failure_of_a_dam_above_a_rough_valley_keeps_its_water() -> None:
    flow = valley()
    assert abs(flow.balance_error) < 1e-12
    assert flow.depth.min() >= 0.0
    times = flow.arrival[15, [12, 20, 30]]
    assert np.all(np.isfinite(times))
    assert np.all(np.diff(times) > 0)
    assert 1.0 < flow.largest_speed.max() < 30.0
    assert flow.largest_rating[np.isinf(flow.arrival)].max() == 0.0
    assert flow.time_wet.max() <= 300.0 * (1 + 1e-9)


@pytest.mark.property("flood.shallow")
def test_a_round_heap_spreads_alike_to_all_sides() -> None:
    y, x = np.mgrid[0:41, 0:41] - 20
    heap = np.where(x**2 + y**2 < 50, 2.0, 0.0)
    h = simulate_shallow(np.zeros((41, 41)), cell_size=5.0, duration=20.0, depth=heap).depth
    for other in (h[::-1], h[:, ::-1], h.T, np.rot90(h)):
        np.testing.assert_array_equal(other, h)


@pytest.mark.property("flood.shallow")
@pytest.mark.parametrize("options", [{}, {"open_edges": True}, {"yield_stress": 300.0}])
def test_turning_the_map_changes_no_bit(options: dict[str, Any]) -> None:
    """Rows and columns of odd lengths, dry ground, several strips: each cell gives the same bits."""
    rng = np.random.default_rng(7)
    bed = 0.5 * rng.random((23, 141)) + np.linspace(2.0, 0.0, 141)
    depth = np.where(rng.random(bed.shape) < 0.3, 0.0, 2.5 * rng.random(bed.shape))

    def flow(turn: Any) -> np.ndarray:
        found = simulate_shallow(
            turn(bed), cell_size=5.0, duration=6.0, depth=turn(depth), roughness=0.03, **options
        )
        return np.stack([found.depth, found.largest_speed, found.arrival])

    here = flow(np.asarray)
    assert here[1].max() > 1.0
    for turn in (np.transpose, np.flipud, np.fliplr):
        np.testing.assert_array_equal(flow(turn), np.stack([turn(part) for part in here]))


@pytest.mark.property("flood.shallow")
@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(1.0, 2.0))
def test_half_a_limited_slope_stays_between_the_neighbours(
    a: float, b: float, theta: float
) -> None:
    limited = shallow_kernel.flow_functions(lambda function: function, np.sqrt).limited
    slope = limited(a, b, theta)
    assert abs(0.5 * slope) <= min(abs(a), abs(b))
    assert slope * a >= 0.0
    assert slope * b >= 0.0
    assert limited(-b, -a, theta) == -slope
    if min(a, b) > 0.0 or max(a, b) < 0.0:
        assert abs(slope) >= min(abs(a), abs(b))  # at least minmod
    else:
        assert slope == 0.0


@pytest.mark.property("flood.shallow")
def test_lake_among_dry_islands_stays_at_rest_over_any_ground() -> None:
    bed = 3.0 * np.random.default_rng(11).random((37, 83))
    flow = simulate_shallow(
        bed, cell_size=1.0, duration=20.0, depth=np.maximum(2.0 - bed, 0.0), roughness=0.0
    )
    wet = flow.depth > 1e-6
    assert 0.5 < wet.mean() < 0.8
    assert np.abs((flow.depth + bed - 2.0)[wet]).max() < 1e-12
    assert max(np.abs(flow.discharge_x).max(), np.abs(flow.discharge_y).max()) < 1e-11


@pytest.mark.property("flood.shallow")
def test_friction_of_water_is_that_of_the_formula() -> None:
    """s' (1 + k s') = s with k = dt g n^2 h^(-4/3), whose root is found without the power."""
    rng = np.random.default_rng(13)
    h = np.concatenate([[0.0, -1e-9, 9e-7], 10.0 ** rng.uniform(-5.9, 2.7, 300)])
    state = np.stack([h, rng.normal(size=h.size), rng.normal(size=h.size)])[:, None]
    n2 = rng.uniform(0.0, 0.01, (1, h.size))
    wet = h > 1e-6
    u, v = state[1, 0][wet] / h[wet], state[2, 0][wet] / h[wet]
    s, k = np.hypot(u, v), 2.0 * GRAVITY * n2[0][wet] * h[wet] ** (-4.0 / 3.0)
    shallow_cell_kernel.brake(state, n2, (0.0, 0.0, 1.0), 2.0)
    after = np.hypot(state[1, 0][wet], state[2, 0][wet]) / h[wet]
    np.testing.assert_allclose(after, 2.0 * s / (1.0 + np.sqrt(1.0 + 4.0 * k * s)), rtol=1e-13)
    assert not state[1:, 0, :3].any()
    assert state[0].min() == 0.0


@pytest.mark.property("flood.shallow")
@pytest.mark.parametrize("options", [{}, {"yield_stress": 30.0}])
def test_the_number_of_threads_changes_no_bit(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    heap = np.random.default_rng(17).random((100, 121))

    def flow(threads: int) -> np.ndarray:
        with ThreadPoolExecutor(threads) as pool:
            team = Team(threads, pool) if threads > 1 else ALONE
            monkeypatch.setattr(
                "anlan.science.flood.shallow.threads_for", lambda _: nullcontext(team)
            )
            found = simulate_shallow(
                0.3 * heap,
                cell_size=5.0,
                duration=5.0,
                depth=np.maximum(0.9 - heap, 0.0),
                **options,
            )
        return np.stack([found.depth, found.discharge_x, found.largest_rating, found.arrival])

    alone = flow(1)
    assert alone[1].any()
    for threads in (2, 3, 7):
        np.testing.assert_array_equal(flow(threads), alone)


@pytest.mark.property("flood.shallow")
def test_tailings_with_a_yield_stress_come_to_rest_before_water() -> None:
    bed = np.zeros((2, 120))
    heap = np.zeros((2, 120))
    heap[:, :20] = 5.0
    options: dict[str, Any] = {"cell_size": 5.0, "duration": 200.0, "roughness": 0.03}
    water = simulate_shallow(bed, depth=heap, **options)
    stress, density = 500.0, 1600.0
    slurry = simulate_shallow(bed, depth=heap, yield_stress=stress, density=density, **options)
    assert (slurry.depth[0] > 0.05).sum() < 0.8 * (water.depth[0] > 0.05).sum()
    assert slurry.balance_error == pytest.approx(0.0, abs=1e-12)
    assert np.abs(slurry.discharge_x).max() < 1e-3
    thick = slurry.depth[0, 1:40] > 0.3
    slope = np.abs(np.diff(slurry.depth[0, :40])) / 5.0
    assert np.all((slope * slurry.depth[0, 1:40])[thick] < 2.0 * stress / (density * GRAVITY))


def slope_bed(angle_of_fall: float, steepness: float, cell: float = 2.0) -> np.ndarray:
    """Return a plane that falls in any direction of the map."""
    rows, columns = np.indices((30, 30)) * cell
    fall = np.cos(angle_of_fall) * columns + np.sin(angle_of_fall) * rows
    return np.asarray(-steepness * fall)


@pytest.mark.analytic("flood.shallow")
@pytest.mark.parametrize("angle", [0.0, np.pi / 2, np.pi / 4, 0.4])
def test_layer_on_a_slope_rests_up_to_the_depth_that_its_yield_stress_holds(angle: float) -> None:
    """Rest while h <= tau_y / (rho g tan theta), in any direction of the slope; not a hair more."""
    steepness, stress, density = 0.1, 800.0, 1700.0
    limit = stress / (density * GRAVITY * steepness)
    options: dict[str, Any] = {
        "cell_size": 2.0, "duration": 20.0, "roughness": 0.0, "yield_stress": stress,
        "density": density,
    }  # fmt: skip
    bed = slope_bed(angle, steepness)
    rest = simulate_shallow(bed, depth=0.999 * limit, **options)
    np.testing.assert_array_equal(rest.depth, np.full(bed.shape, 0.999 * limit))
    assert not rest.discharge_x.any()
    assert not rest.discharge_y.any()
    moves = simulate_shallow(bed, depth=1.05 * limit, **options)
    assert moves.largest_speed.max() > 0.05


@pytest.mark.analytic("flood.shallow")
def test_deposit_with_the_shape_of_rest_stays_to_the_last_bit() -> None:
    """A Bingham deposit on level ground ends as h^2 = 2 tau_y (x_f - x) / (rho g)."""
    stress, density, cell = 1000.0, 1800.0, 1.0
    x = (np.arange(80) + 0.5) * cell
    shape = np.sqrt(np.maximum(2.0 * stress * (50.0 - x) / (density * GRAVITY), 0.0))
    options: dict[str, Any] = {
        "cell_size": cell,
        "duration": 30.0,
        "yield_stress": stress,
        "density": density,
    }
    held = simulate_shallow(np.zeros((3, 80)), depth=np.tile(shape, (3, 1)), **options)
    np.testing.assert_array_equal(held.depth[1], shape)
    higher = simulate_shallow(np.zeros((3, 80)), depth=np.tile(1.2 * shape, (3, 1)), **options)
    assert higher.largest_speed.max() > 0.01


@pytest.mark.property("flood.shallow")
def test_heap_of_tailings_stops_where_the_yield_stress_can_hold_it() -> None:
    stress, density, cell = 2000.0, 1700.0, 4.0
    heap = np.zeros((3, 100))
    heap[:, :30] = 6.0
    flow = simulate_shallow(
        np.zeros((3, 100)), depth=heap, cell_size=cell, duration=300.0, yield_stress=stress,
        density=density, consistency=50.0, roughness=0.02,
    )  # fmt: skip
    h = flow.depth[1]
    assert not flow.discharge_x.any()
    drive = density * GRAVITY * 0.5 * (h[1:] + h[:-1]) * np.abs(np.diff(h)) / cell
    assert drive[h[1:] > 1e-6].max() <= stress * (1 + 1e-9)
    assert flow.balance_error == pytest.approx(0.0, abs=1e-12)


@pytest.mark.analytic("flood.shallow")
@pytest.mark.parametrize("index", [0.5, 1.0, 1.4])
def test_viscous_flow_down_a_slope_has_the_speed_of_the_film(index: float) -> None:
    """u = m / (2m + 1) h (rho g h S / K)^(1/m); for m = 1 that is Nusselt's film."""
    steepness, depth, density, thick = 0.02, 1.5, 1600.0, 300.0
    speed = (
        index
        / (2 * index + 1)
        * depth
        * (density * GRAVITY * depth * steepness / thick) ** (1 / index)
    )
    bed = np.tile(-steepness * 5.0 * np.arange(60), (3, 1))
    flow = simulate_shallow(
        bed, depth=depth, cell_size=5.0, duration=5.0, roughness=0.0, discharge_x=speed * depth,
        consistency=thick, flow_index=index, density=density,
    )  # fmt: skip
    found = flow.discharge_x[1, 30] / flow.depth[1, 30]
    assert found == pytest.approx(speed, rel=1e-6)


def test_rain_and_inflow_are_counted() -> None:
    flow = simulate_shallow(
        np.zeros((10, 10)), cell_size=10.0, duration=100.0, depth=0.0, rain=1e-5,
        inflows=[Inflow(cells=np.array([[5, 5]]),
                        hydrograph=Hydrograph(np.array([0.0]), np.array([2.0])))],
        largest_step=5.0,
    )  # fmt: skip
    assert flow.came == pytest.approx(200.0 + 1e-5 * 100 * 1e4)
    assert flow.stored_after == pytest.approx(flow.came)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"depth": -1.0}, "depth must be between 0 and 500 m"),
        ({"courant": 0.9}, r"courant must be between 0\.05 and 0\.5"),
        ({"elevation": [1.0]}, "elevation must be at least 2 x 2"),
        ({"discharge_x": np.zeros((2, 2))}, "discharge_x must be a number or have shape"),
        ({"yield_stress": -1.0}, "yield_stress must be between 0 and 5000 Pa"),
        ({"consistency": -1.0}, "consistency must be between 0 and 10000"),
        ({"flow_index": 0.0}, r"flow_index must be between 0\.1 and 2"),
        (
            {"inflows": [Inflow(cells=np.array([[9, 9]]), hydrograph=Hydrograph(
                np.array([0.0]), np.array([1.0])))]},
            "cells of an inflow must lie in the grid",
        ),
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(change: dict[str, Any], message: str) -> None:
    usual: dict[str, Any] = {
        "elevation": np.zeros((3, 3)), "cell_size": 10.0, "duration": 1.0, "depth": 1.0
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        simulate_shallow(**(usual | change))
    with pytest.raises(ValueError, match="upstream must be > downstream"):
        dam_break_exact([0.0], 1.0, upstream=1.0, downstream=2.0)


@pytest.mark.property("flood.shallow")
@pytest.mark.parametrize(
    "options", [{}, {"open_edges": True}, {"yield_stress": 400.0, "density": 1500.0}]
)
def test_leaving_out_dry_tiles_changes_no_bit(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bed = 0.4 * np.random.default_rng(1).random((70, 90)) + np.linspace(3, 0, 90)[None]
    pond = np.zeros(bed.shape)
    pond[20:40, 5:20] = 4.0

    def flow() -> ShallowFlow:
        return simulate_shallow(
            bed, cell_size=5.0, duration=12.0, depth=pond, roughness=0.03, **options
        )

    masked = flow()

    def every_tile(_: object, tiles: Any) -> None:
        tiles[:] = True

    monkeypatch.setattr("anlan.science.flood.shallow_state.active_tiles", every_tile)
    whole = flow()
    assert (masked.depth > 0).sum() > (pond > 0).sum()
    for name in ("depth", "discharge_x", "discharge_y", "largest_rating", "arrival"):
        np.testing.assert_array_equal(getattr(masked, name), getattr(whole, name))


def test_tiles_are_worked_out_where_water_is_and_beside_it() -> None:
    depth = np.zeros((100, 70))
    tiles = tiles_for(depth.shape)
    depth[0, 69] = 1.0
    active_tiles(depth, tiles)
    assert np.argwhere(tiles[0]).tolist() == [[0, 4]]
    assert np.argwhere(tiles[1]).tolist() == [[0, 3], [0, 4], [1, 3], [1, 4]]


def riemann(left: tuple[float, float], right: tuple[float, float], time: float) -> Any:
    """Return places and depths of a Riemann problem at 0 in a channel of 160 m."""
    x = np.arange(-80.0, 80.0, 0.2) + 0.1
    depth, speed = (
        np.tile(np.where(x < 0, a, b), (2, 1)) for a, b in zip(left, right, strict=True)
    )
    flow = simulate_shallow(
        np.zeros((2, x.size)), cell_size=0.2, duration=time, depth=depth,
        discharge_x=depth * speed, roughness=0.0,
    )  # fmt: skip
    return x, flow.depth[1]


@pytest.mark.analytic("flood.shallow")
def test_a_moving_dam_break_has_the_middle_depth_and_the_shock_of_toro() -> None:
    """Toro (2001), test 1: 1 m at 2.5 m/s over 0.1 m at rest, 7 s; the star state by bisection."""

    def closed(h: float) -> float:
        shock = (h - 0.1) * math.sqrt(0.5 * GRAVITY * (h + 0.1) / (h * 0.1))
        return 2 * (math.sqrt(GRAVITY * h) - math.sqrt(GRAVITY)) + shock - 2.5

    low, high = 0.1, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if closed(middle) > 0 else (middle, high)
    speed = 2.5 + 2 * (math.sqrt(GRAVITY) - math.sqrt(GRAVITY * low))
    x, depth = riemann((1.0, 2.5), (0.1, 0.0), 7.0)
    assert np.median(depth[(x > 18) & (x < 28)]) == pytest.approx(low, rel=1e-3)
    front = x[np.flatnonzero((depth > 0.5 * (low + 0.1)) & (x < 60))[-1]]
    assert front == pytest.approx(7 * speed * low / (low - 0.1), abs=0.5)


@pytest.mark.analytic("flood.shallow")
def test_two_streams_that_part_leave_almost_dry_ground_as_toro_says() -> None:
    """Toro (2001), test 2: 1 m at -5 and at 5 m/s, 2.5 s: two rarefactions, 9 g h = (5 - 2 c)^2."""
    x, depth = riemann((1.0, -5.0), (1.0, 5.0), 2.5)
    wave = 2 * math.sqrt(GRAVITY)
    inner = np.maximum(np.abs(x) / 2.5 + wave - 5.0, 0.0) ** 2 / (9 * GRAVITY)
    seen = np.abs(x) < 40
    assert np.abs(depth - np.minimum(inner, 1.0))[seen].mean() < 0.01
    assert 0.0 < depth[seen].min() < 0.05
