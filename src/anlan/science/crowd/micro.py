"""Single persons on a floor plan, by JuPedSim's collision-free speed model (optional).

A thin way in to `jupedsim` (LGPL-3, pinned: 2.0 has another interface; ADR 20): who leaves when, by
which exit, and where everybody was. It answers what the hydraulic models cannot: corners, columns,
counter-currents at a door. Without the library `available()` is false and `simulate_persons` says
how to install it; city questions are for `anlan.science.crowd.egress`. SI units.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite, not_negative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "MicroRun", "MicroUnavailableError", "available", "simulate_persons"]

STEP = 0.01
"""Step of the engine. [s]"""

CARD = ModelCard(
    key="crowd.micro",
    version=1,
    title="Single persons on a floor plan (JuPedSim)",
    title_zh="微观人群疏散（JuPedSim，可选）",
    inputs=(
        Quantity(name="speed", title="期望速度", unit="m/s", low=0.05, high=3.0, default=1.34),
        Quantity(name="delay", title="反应时间", unit="s", low=0.0, high=3600.0, default=0.0),
        Quantity(name="radius", title="人体半径", unit="m", low=0.05, high=0.5, default=0.2),
        Quantity(name="time_gap", title="跟随时距", unit="s", low=0.1, high=5.0, default=1.0),
        Quantity(name="limit", title="最长模拟时间", unit="s", low=1.0, high=7200.0, default=600.0),
    ),
    outputs=(
        Quantity(name="leaving", title="离开时刻", unit="s", low=0.0),
        Quantity(name="exit", title="所用出口", unit="1", low=-1),
    ),
    references=(
        (
            "Tordeux, A., Chraibi, M., Seyfried, A. (2016) Collision-free speed model for"
            " pedestrian dynamics, Traffic and Granular Flow '15, doi:10.1007/978-3-319-33482-0_29"
        ),
        "JuPedSim 1.4.2, https://www.jupedsim.org（LGPL-3）",
    ),
    limits=(
        "数百至数千人、单层平面：全市或大型广场用网络疏散模型",
        "每人只去最近的出口，不换出口；不含结伴、行李、跌倒与踩踏",
        "高密度（4 人/m² 以上）下的推挤不模拟",
    ),
)


class MicroUnavailableError(RuntimeError):
    """The library is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MicroRun:
    """What a run gives.

    Parameters
    ----------
    leaving : ndarray
        When each person was out; infinite for who is still inside at the limit. [s]
    exit : ndarray
        Which exit was chosen. [-]
    times : ndarray
        Of the recorded places. [s]
    places : ndarray
        East and north, shape (times, persons, 2); NaN after leaving. [m]
    """

    leaving: NDArray[np.float64]
    exit: NDArray[np.int64]
    times: NDArray[np.float64]
    places: NDArray[np.float64]

    @property
    def last(self) -> float:
        """When the last person was out. [s]."""
        return float(self.leaving.max(initial=0.0))


def available() -> bool:
    """Return whether the library is installed."""
    return importlib.util.find_spec("jupedsim") is not None


def simulate_persons(
    floor: shapely.Polygon,
    exits: Sequence[shapely.Polygon],
    start: ArrayLike,
    *,
    speed: ArrayLike = 1.34,
    delay: ArrayLike = 0.0,
    radius: float = 0.2,
    time_gap: float = 1.0,
    limit: float = 600.0,
    record_every: float = 0.5,
) -> MicroRun:
    """Return how persons leave a floor.

    Parameters
    ----------
    floor : Polygon
        Where one can walk, columns as holes. [m]
    exits : sequence of Polygon
        Areas on the floor in which a person is out. [m]
    start : array_like
        Places, shape (persons, 2), at least two radii apart. [m]
    speed : array_like
        Desired speed, one or one per person, 0.05 to 3. [m/s]
    delay : array_like
        Time before a person starts, one or one per person. [s]
    radius : float
        Of a person. [m]
    time_gap : float
        Kept to the one in front. [s]
    limit : float
        The run ends then. [s]
    record_every : float
        Interval of the places. [s]

    Returns
    -------
    MicroRun
        Leaving times, exits, places.

    Raises
    ------
    MicroUnavailableError
        If the library is not installed.
    ValueError
        If a person or exit lies off the floor or a value is out of range.
    """
    places = finite(start, name="start", unit="m").reshape(-1, 2)
    n = len(places)
    CARD.check(speed=speed, delay=delay, radius=radius, time_gap=time_gap, limit=limit)
    speeds = np.broadcast_to(np.asarray(speed, float), n)
    delays = np.broadcast_to(not_negative(delay, name="delay", unit="s"), n)
    between(record_every, STEP, limit, name="record_every", unit="s")
    if not n or not exits:
        raise ValueError("start and exits must not be empty")
    if not floor.is_valid or not all(floor.covers(area) for area in exits):
        raise ValueError("exits must lie on the floor")
    if not shapely.contains_xy(floor, places[:, 0], places[:, 1]).all():
        raise ValueError("start must lie on the floor m")
    if not available():
        raise MicroUnavailableError("JuPedSim is missing; pip install 'anlan[crowd]'")
    jps: Any = importlib.import_module("jupedsim")
    simulation = jps.Simulation(model=jps.CollisionFreeSpeedModel(), geometry=floor, dt=STEP)
    stages = [simulation.add_exit_stage(area) for area in exits]
    journeys = [simulation.add_journey(jps.JourneyDescription([stage])) for stage in stages]
    chosen = _nearest(floor, exits, places, jps)
    ids: list[int] = []
    for k in range(n):
        try:
            ids.append(
                simulation.add_agent(
                    jps.CollisionFreeSpeedModelAgentParameters(
                        position=(float(places[k, 0]), float(places[k, 1])),
                        journey_id=journeys[chosen[k]],
                        stage_id=stages[chosen[k]],
                        desired_speed=0.0 if delays[k] > 0 else float(speeds[k]),
                        time_gap=time_gap,
                        radius=radius,
                    )
                )
            )
        except RuntimeError as error:
            raise ValueError(
                f"start {k} must keep two radii from walls and others: {error}"
            ) from error
    number = {agent: k for k, agent in enumerate(ids)}
    leaving = np.full(n, np.inf)
    waiting = sorted((float(d), k) for k, d in enumerate(delays) if d > 0)
    times, seen = [0.0], [places.copy()]
    next_record = record_every
    while simulation.agent_count() > 0 and simulation.elapsed_time() < limit:
        now = simulation.elapsed_time()
        while waiting and waiting[0][0] <= now:
            k = waiting.pop(0)[1]
            simulation.agent(ids[k]).model.desired_speed = float(speeds[k])
        simulation.iterate()
        now = simulation.elapsed_time()
        for agent in simulation.removed_agents():
            leaving[number[agent]] = now
        if now >= next_record:
            next_record += record_every
            frame = np.full((n, 2), np.nan)
            for agent in simulation.agents():
                frame[number[agent.id]] = agent.position
            times.append(now)
            seen.append(frame)
    return MicroRun(leaving=leaving, exit=chosen, times=np.array(times), places=np.array(seen))


def _nearest(
    floor: shapely.Polygon, exits: Sequence[shapely.Polygon], places: NDArray[np.float64], jps: Any
) -> NDArray[np.int64]:
    """Return the exit with the shortest way on the floor for each person."""
    if len(exits) == 1:
        return np.zeros(len(places), np.int64)
    routing = jps.RoutingEngine(floor)
    ends = [area.centroid for area in exits]
    found = np.empty(len(places), np.int64)
    for k, place in enumerate(places):
        ways = [
            shapely.LineString(
                routing.compute_waypoints((float(place[0]), float(place[1])), (end.x, end.y))
            ).length
            for end in ends
        ]
        found[k] = int(np.argmin(ways))
    return found
