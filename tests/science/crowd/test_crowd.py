import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.science.crowd.egress import (
    chain_flow,
    egress,
    exit_capacity,
    filling_time,
    gate_effect,
)
from anlan.science.crowd.flow import (
    STAIRS,
    crowd_band,
    largest_flow,
    level_of_service,
    specific_flow,
    walking_speed,
    warning_level,
)
from anlan.science.crowd.pressure import crowd_field, pressure_level


@pytest.mark.published(
    "crowd.flow",
    source="SFPE Handbook, hydraulic model, k 1.40, a 0.266: 1.19 m/s up to 0.54 /m2, no movement"
    " from 3.8 /m2, largest flow 1.3 /(m s) at 1.9 /m2",
)
def test_the_hydraulic_model_has_the_printed_speed_and_flow() -> None:
    assert walking_speed([0.1, 0.54], relation="sfpe") == pytest.approx(1.19, abs=0.01)
    assert walking_speed(3.8, relation="sfpe") == pytest.approx(0.0, abs=0.01)
    assert list(largest_flow("sfpe")) == pytest.approx([1.3, 1.9], abs=0.05)


@pytest.mark.published(
    "crowd.flow",
    source="SFPE Handbook, hydraulic model, largest flow on stairs by riser and tread: 0.94, 1.01,"
    " 1.09, 1.16 /(m s); within 0.006 (printed with two digits)",
)
def test_stairs_pass_what_the_handbook_prints() -> None:
    found = [largest_flow(stair)[0] for stair in STAIRS]
    np.testing.assert_allclose(found, [0.94, 1.01, 1.09, 1.16], atol=0.006)
    assert float(exit_capacity(1.12, relation="sfpe_stair_191_254")) == pytest.approx(
        0.771, abs=1e-3
    )


@pytest.mark.published("crowd.flow", source="Weidmann 1993, speed by density; 5e-5 m/s")
def test_the_speeds_are_those_of_weidmann() -> None:
    want = [1.2984, 1.0581, 0.6062, 0.3307, 0.1563, 0.0374]
    np.testing.assert_allclose(walking_speed([0.5, 1, 2, 3, 4, 5]), want, atol=5e-5)


@pytest.mark.published(
    "crowd.flow", source="Weidmann 1993: 1.225 at 1.75; SFPE: 1.316 at 1.88; last digit"
)
@pytest.mark.parametrize(
    ("relation", "flow", "density"), [("weidmann", 1.2249, 1.75), ("sfpe", 1.316, 1.88)]
)
def test_the_largest_flow_is_the_printed_one(relation: str, flow: float, density: float) -> None:
    found = largest_flow(relation)
    assert found[0] == pytest.approx(flow, abs=5e-4)
    assert found[1] == pytest.approx(density, abs=6e-3)
    assert specific_flow(found[1], relation=relation) == pytest.approx(found[0])


@pytest.mark.published("crowd.flow", source="Still, bands of crowd density; exact")
@pytest.mark.parametrize(
    ("density", "band"),
    [(0, "free"), (0.99, "free"), (1, "stable"), (2.5, "capacity"), (3.5, "unstable"),
     (5, "congested"), (8, "congested")],
)  # fmt: skip
def test_the_bands_are_those_of_still(density: float, band: str) -> None:
    assert crowd_band(density) == band


@pytest.mark.parametrize(
    ("facility", "density", "level"),
    [("walkway", 0.30, "A"), ("walkway", 0.4, "B"), ("walkway", 2.1, "E"), ("walkway", 2.2, "F"),
     ("stair", 0.538, "A"), ("stair", 0.7, "B"), ("queue", 3.5, "D"), ("queue", 5.4, "F")],
)  # fmt: skip
def test_the_levels_are_those_of_fruin(facility: str, density: float, level: str) -> None:
    assert level_of_service(density, facility=facility) == level


@pytest.mark.property("crowd.flow")
@given(
    st.floats(min_value=0, max_value=15), st.floats(min_value=0, max_value=15),
    st.sampled_from(["weidmann", "sfpe"]),
)  # fmt: skip
def test_a_denser_crowd_is_never_faster(a: float, b: float, relation: str) -> None:
    slow, fast = walking_speed([max(a, b), min(a, b)], relation=relation)
    assert 0 <= slow <= fast <= 1.4
    order = ["", "blue", "yellow", "orange", "red"]
    high, low = (order.index(str(warning_level(d))) for d in (max(a, b), min(a, b)))
    assert high >= low


def test_the_colours_follow_the_local_rule() -> None:
    assert warning_level(3.0, thresholds=(("yellow", 1.0), ("red", 3.0))) == "red"


@pytest.mark.published("crowd.egress", source="RiMEA 3.0.0 test 1: 40 m at 1.33 m/s in 26 to 34 s")
def test_one_person_crosses_a_corridor_in_time() -> None:
    assert 26.0 <= egress([1], [[40.0]], [2.0], speed=1.33).time <= 34.0
    # JuPedSim 1.4.2 takes 30.1 s
    assert egress([0.001], [[40.0]], [2.0], speed=1.33).time == pytest.approx(30.1, abs=0.1)


@pytest.mark.published("crowd.egress", source="RiMEA 3.0.0 tests 2 and 3: 10 m of stair; 5 %")
@pytest.mark.parametrize("speed", [0.5, 0.6, 0.75])
def test_a_stair_takes_its_length_over_the_speed(speed: float) -> None:
    assert egress([1], [[10.0]], [20.0], speed=speed).time == pytest.approx(10 / speed, rel=0.05)


@pytest.mark.published(
    "crowd.egress", source="RiMEA 3.0.0 test 9: 1000 people, 4 or 2 exits: 1.6-2.4"
)
@pytest.mark.parametrize("choice", ["nearest", "balanced"])
def test_half_the_exits_take_about_twice_the_time(choice: str) -> None:
    zones = [250, 250, 250, 250]
    near = np.array([[10, 20, 30, 32], [20, 10, 32, 30], [30, 32, 10, 20], [32, 30, 20, 10.0]])
    four = egress(zones, near, [1.0] * 4, choice=choice).time
    two = egress(zones, near, [1.0, 0.0, 1.0, 0.0], choice=choice).time
    assert 1.6 <= two / four <= 2.4


@pytest.mark.published(
    "crowd.egress", source="RiMEA 3.0.0 tests 12 and 13: order of the flows along the way"
)
def test_flows_fall_along_the_way_and_a_stair_passes_less_than_a_corridor() -> None:
    wide, narrow, last = chain_flow(9.0, exit_capacity([5.0, 1.2, 1.0]))
    assert wide > narrow >= last
    corridor, stair = chain_flow(9.0, exit_capacity(2.0) * np.array([1.0, 0.675 / 1.34]))
    assert stair < corridor


@pytest.mark.analytic("crowd.egress")
@given(
    people=st.integers(min_value=1, max_value=50_000), way=st.floats(min_value=0, max_value=500),
    width=st.floats(min_value=0.6, max_value=20),
)  # fmt: skip
def test_one_exit_takes_the_walk_and_the_queue(people: int, way: float, width: float) -> None:
    exact = way / 1.34 + people / float(exit_capacity(width))
    assert egress([people], [[way]], [width]).time == pytest.approx(exact)
    assert egress([people], [[way]], [width], choice="balanced").time == pytest.approx(exact)


@pytest.mark.analytic("crowd.egress")
def test_equal_exits_at_equal_distance_share_the_crowd() -> None:
    found = egress([900], [[20.0, 20.0, 20.0]], [1.3, 1.3, 1.3], choice="balanced")
    exact = 20 / 1.34 + 300 / float(exit_capacity(1.3))
    assert found.time == pytest.approx(exact, rel=1e-3)
    assert found.share.sum() == pytest.approx(900)


@pytest.mark.analytic("crowd.egress")
def test_the_balance_of_two_unequal_exits_is_that_of_the_algebra() -> None:
    # all exits end together: c1 (T - t1) + c2 (T - t2) = n
    c = exit_capacity([1.3, 2.3])
    walk = np.array([10.0, 60.0]) / 1.34
    exact = (500 + c @ walk) / c.sum()
    found = egress([500], [[10.0, 60.0]], [1.3, 2.3], choice="balanced")
    assert found.time == pytest.approx(float(exact), rel=1e-3)


@pytest.mark.analytic("crowd.egress")
def test_a_late_zone_does_not_wait_for_a_queue_that_is_gone() -> None:
    found = egress([10, 10], [[0.0], [1340.0]], [1.3])
    assert found.time == pytest.approx(1000 + 10 / float(exit_capacity(1.3)))


@pytest.mark.property("crowd.egress")
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(min_value=0, max_value=10_000))
def test_guided_is_never_slower_and_a_closed_gate_never_quicker_when_guided(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people = rng.integers(10, 500, 4)
    way = rng.uniform(5, 200, (4, 3))
    width = rng.uniform(0.8, 4, 3)
    free = egress(people, way, width).time
    guided = egress(people, way, width, choice="balanced")
    assert guided.time <= free * (1 + 1e-6)
    np.testing.assert_allclose(guided.share.sum(axis=1), people, rtol=1e-6)
    closed = gate_effect(people, way, width, new_width=[0.0, *width[1:]], choice="balanced")
    assert closed.longer >= -2e-4 * closed.before.time
    assert closed.after.share[:, 0].sum() == pytest.approx(0.0, abs=1e-6)


@pytest.mark.analytic("crowd.egress")
def test_a_closed_gate_fills_the_place_in_time() -> None:
    open_gate, shut = (
        filling_time(2.0, area=500, inflow=4.0, outflow=out, thresholds=[3.5, 5.5])
        for out in (4.0, 0.0)
    )
    assert np.isinf(open_gate).all()
    assert shut.tolist() == [1.5 * 500 / 4, 3.5 * 500 / 4]


@pytest.mark.analytic("crowd.pressure")
def test_a_regular_crowd_has_its_density_and_no_pressure_when_it_moves_as_one() -> None:
    grid = np.stack(np.meshgrid(np.arange(40) * 0.5, np.arange(40) * 0.5), axis=-1).reshape(-1, 2)
    found = crowd_field(grid, np.tile([0.6, 0.8], (len(grid), 1)), at=[[10.0, 10.0]])
    assert found.density[0] == pytest.approx(4.0, rel=1e-3)
    assert found.speed[0] == pytest.approx(1.0)
    assert found.pressure[0] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.analytic("crowd.pressure")
def test_the_pressure_of_random_velocities_is_density_times_variance() -> None:
    rng = np.random.default_rng(1)
    grid = np.stack(np.meshgrid(np.arange(400) * 0.4, np.arange(400) * 0.4), axis=-1)
    who = grid.reshape(-1, 2)
    found = crowd_field(who, rng.normal(0, 0.05, who.shape), at=[[80.0, 80.0]], radius=15.0)
    assert found.pressure[0] == pytest.approx(1 / 0.16 * 2 * 0.05**2, rel=0.03)


@pytest.mark.property("crowd.pressure")
def test_the_density_adds_up_to_the_people() -> None:
    who = np.random.default_rng(2).uniform(8, 12, (50, 2))
    side = np.arange(0, 20, 0.1)
    at = np.stack(np.meshgrid(side, side), axis=-1)
    found = crowd_field(who, np.zeros((50, 2)), at=at)
    assert found.density.sum() * 0.01 == pytest.approx(50, rel=1e-5)


@pytest.mark.property("crowd.pressure")
@given(st.floats(min_value=-5, max_value=5))
def test_a_moving_observer_sees_the_same_pressure(drift: float) -> None:
    rng = np.random.default_rng(3)
    who, moves = rng.uniform(0, 5, (60, 2)), rng.normal(0, 0.3, (60, 2))
    still, moved = (crowd_field(who, moves + d, at=[[2.0, 2.0]]) for d in (0.0, drift))
    assert moved.pressure[0] == pytest.approx(still.pressure[0], rel=1e-6)


def test_turbulence_is_red() -> None:
    assert pressure_level([0.0, 0.0199, 0.02, 0.05]).tolist() == ["", "orange", "red", "red"]


def test_nobody_near_is_no_crowd() -> None:
    found = crowd_field([[0.0, 0.0]], [[1.0, 0.0]], at=[[100.0, 0.0]])
    assert (found.density[0], found.speed[0], found.pressure[0]) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: walking_speed(-1.0), "density must be between 0 and 15 1/m2, got -1.0"),
        (lambda: walking_speed(1.0, relation="x"), "relation must be one of weidmann, sfpe"),
        (lambda: level_of_service(1.0, facility="x"), "facility must be one of walkway"),
        (lambda: warning_level(1.0, thresholds=(("a", 2.0), ("b", 1.0))), "thresholds"),
        (lambda: exit_capacity(-1.0), "width must be between 0 and 200 m"),
        (lambda: egress([1], [[1.0]], [0.0]), "width must leave one exit open"),
        (lambda: egress([1], [[1.0, 2.0]], [1.0]), "distance must have shape"),
        (lambda: egress([1], [[1.0]], [1.0], speed=0.0), "speed must be between"),
        (lambda: chain_flow(-1.0, [1.0]), "inflow must be >= 0 1/s"),
        (
            lambda: filling_time(1.0, area=0.0, inflow=1.0, outflow=0.0, thresholds=[2.0]),
            "area must be > 0 m2",
        ),
        (lambda: crowd_field([[0, 0]], [[0, 0], [1, 1]], at=[0, 0]), "velocity must have shape"),
        (lambda: crowd_field([[0, 0]], [[0, 0]], at=[0, 0, 0]), "at must have shape"),
        (lambda: crowd_field([[0, 0]], [[99, 0]], at=[0, 0]), "velocity must be between -10"),
        (lambda: pressure_level(-1.0), "pressure must be between"),
    ],
)
def test_what_is_out_of_range_is_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
