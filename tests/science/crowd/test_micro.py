"""The RiMEA tests that need single persons; skipped where JuPedSim is not installed."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from anlan.science.crowd import micro
from anlan.science.crowd.flow import largest_flow
from anlan.science.crowd.micro import MicroUnavailableError, simulate_persons

installed = pytest.mark.skipif(
    not micro.available(), reason="JuPedSim (anlan[crowd]) is not installed"
)
CORRIDOR = shapely.box(0, 0, 41, 2)
END = shapely.box(40, 0, 41, 2)


@installed
@pytest.mark.published("crowd.micro", source="RiMEA 3.0.0 test 1: 40 m at 1.33 m/s in 26 to 34 s")
def test_one_person_crosses_a_corridor_in_time() -> None:
    run = simulate_persons(CORRIDOR, [END], [[0.3, 1.0]], speed=1.33)
    assert 26.0 <= run.last <= 34.0


@installed
@pytest.mark.published("crowd.micro", source="RiMEA 3.0.0 test 5: start times are reaction times")
def test_everybody_starts_at_the_end_of_the_reaction_time() -> None:
    start = [[1.0 + 1.5 * (k % 5), 0.5 + 1.0 * (k // 5)] for k in range(10)]
    delay = np.arange(10) * 5.0
    run = simulate_persons(
        shapely.box(0, 0, 60, 2), [shapely.box(59, 0, 60, 2)], start, delay=delay, record_every=0.1
    )
    for k in range(10):
        moved = np.nonzero(np.hypot(*(run.places[:, k] - run.places[0, k]).T) > 0.05)[0]
        assert run.times[moved[0]] >= delay[k]
    assert np.all(np.isfinite(run.leaving))


@installed
@pytest.mark.published("crowd.micro", source="RiMEA 3.0.0 test 6: 20 persons round a corner")
def test_nobody_walks_through_the_wall_of_a_corner() -> None:
    floor = shapely.Polygon([(0, 0), (12, 0), (12, 12), (10, 12), (10, 2), (0, 2)])
    start = [[0.5 + 0.6 * (k % 10), 0.5 + 1.0 * (k // 10)] for k in range(20)]
    run = simulate_persons(floor, [shapely.box(10, 11, 12, 12)], start, record_every=0.1)
    assert np.all(np.isfinite(run.leaving))
    seen = run.places[~np.isnan(run.places[..., 0])]
    assert shapely.contains_xy(floor, seen[:, 0], seen[:, 1]).all()


@installed
@pytest.mark.published(
    "crowd.micro", source="RiMEA 3.0.0 test 7: speeds by age group (Weidmann) are kept, 0.46-1.61"
)
@pytest.mark.parametrize("speed", [0.46, 0.76, 1.41, 1.61])
def test_person_alone_keeps_the_speed_of_the_age(speed: float) -> None:
    run = simulate_persons(CORRIDOR, [END], [[1.0, 1.0]], speed=speed)
    assert 39.0 / run.last == pytest.approx(speed, rel=0.02)


@installed
@pytest.mark.cross("crowd.micro", source="Weidmann's largest flow 1.225 /(m s) (Weidmann 1993)")
def test_door_passes_about_what_weidmann_allows() -> None:
    """A jam before a door of 1.2 m: the flow of the middle half within 35 % of the capacity."""
    floor = shapely.Polygon(
        [(0, 0), (10, 0), (10, 3.4), (12, 3.4), (12, 4.6), (10, 4.6), (10, 8), (0, 8)]
    )
    start = [[0.5 + 0.7 * (k % 10), 0.6 + 0.7 * (k // 10)] for k in range(100)]
    run = simulate_persons(floor, [shapely.box(11, 3.4, 12, 4.6)], start)
    order = np.sort(run.leaving)
    flow = 50.0 / (order[75] - order[25]) / 1.2
    assert flow == pytest.approx(largest_flow()[0], rel=0.35)


@installed
@pytest.mark.property("crowd.micro")
def test_each_takes_the_nearest_exit_and_a_second_exit_is_not_slower() -> None:
    floor = shapely.box(0, 0, 20, 6)
    exits = [shapely.box(0, 2, 1, 4), shapely.box(19, 2, 20, 4)]
    start = [[2.0 + 1.7 * k, 1.0 + 2.0 * j] for k in range(10) for j in range(3)]
    one = simulate_persons(floor, exits[:1], start)
    two = simulate_persons(floor, exits, start)
    assert np.array_equal(two.exit, (np.array(start)[:, 0] > 10).astype(int))
    assert two.last < one.last


def test_what_lies_off_the_floor_is_refused_before_the_engine_is_asked() -> None:
    with pytest.raises(ValueError, match="start must lie"):
        simulate_persons(CORRIDOR, [END], [[50.0, 1.0]])
    with pytest.raises(ValueError, match="exits must lie"):
        simulate_persons(CORRIDOR, [shapely.box(50, 0, 51, 1)], [[1.0, 1.0]])
    with pytest.raises(ValueError, match="not be empty"):
        simulate_persons(CORRIDOR, [], [[1.0, 1.0]])
    with pytest.raises(ValueError, match="speed must be between"):
        simulate_persons(CORRIDOR, [END], [[1.0, 1.0]], speed=9.0)


def test_missing_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(micro, "available", lambda: False)
    with pytest.raises(MicroUnavailableError, match=r"pip install 'anlan\[crowd\]'"):
        simulate_persons(CORRIDOR, [END], [[1.0, 1.0]])
