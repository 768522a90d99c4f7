"""How a venue empties through its gates, and the queues that stand before them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.geometry import Point

from anlan.science.crowd.egress import egress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.hazards.gathering_venue import Crowd, Gate, Venue
    from anlan.science.crowd.egress import Egress

__all__ = ["Emptying", "Queues", "changed_gates", "empty_venue", "queue_area", "queues"]

DETOUR: Final = 1.2
"""Way on foot over the straight line; an example (示例，待确认)."""

QUEUED: Final = 4.0
"""Density of a queue before a gate; an example (示例，待确认). [1/m2]"""

BLOCKS: Final = 4
"""Zones along each side for the balanced shares."""

STEPS: Final = 480


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Emptying:
    """How long a venue takes to empty: everybody to the nearest gate, and well stewarded."""

    gates: tuple[Gate, ...]
    nearest: Egress
    balanced: Egress

    @property
    def bottleneck(self) -> str:
        """Return the gate at which the last person leaves."""
        return self.gates[int(np.argmax(self.nearest.exit_time))].name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Queues:
    """People before each gate while everybody goes to the nearest.

    Parameters
    ----------
    seconds
        Times since the end. [s]
    waiting
        Before each gate, shape (times, gates).
    walking
        On the way, of all.
    """

    seconds: NDArray[np.float64]
    waiting: NDArray[np.float64]
    walking: NDArray[np.float64]

    def at(self, second: float) -> tuple[NDArray[np.float64], float]:
        """Return who waits before each gate, and how many walk."""
        k = min(int(np.searchsorted(self.seconds, second)), len(self.seconds) - 1)
        return self.waiting[k], float(self.walking[k])


def changed_gates(
    gates: Sequence[Gate], *, closed: Sequence[str] = (), extra: Sequence[Gate] = ()
) -> tuple[Gate, ...]:
    """Return the gates after closing some (clear width 0) and opening others."""
    kept = [replace(g, width=0.0) if g.name in closed else g for g in gates]
    return (*kept, *extra)


def empty_venue(
    venue: Venue, crowd: Crowd, gates: Sequence[Gate], *, speed: float, factor: float = 1.0
) -> Emptying:
    """Return how the venue empties; `factor` times as many people as in the crowd."""
    x, y, people = _zones(venue, crowd)
    far = DETOUR * _distance(x, y, gates)
    width = [gate.width for gate in gates]
    both = [
        egress(people * factor, far, width, choice=choice, speed=speed)
        for choice in ("nearest", "balanced")
    ]
    return Emptying(gates=tuple(gates), nearest=both[0], balanced=both[1])


def queues(
    venue: Venue, crowd: Crowd, gates: Sequence[Gate], emptying: Emptying, *, speed: float
) -> Queues:
    """Return the queues when everybody goes to the nearest open gate from where they stand."""
    people = crowd.people[venue.inside]
    walk = DETOUR * _distance(venue.x[venue.inside], venue.y[venue.inside], gates) / speed
    walk = np.where(emptying.nearest.capacity > 0, walk, np.inf)
    chosen, needed = np.argmin(walk, axis=1), walk.min(axis=1)
    seconds = np.linspace(0.0, emptying.nearest.time * 1.05, STEPS)
    step = seconds[1] - seconds[0]
    arrived = np.zeros((STEPS, len(gates)))
    np.add.at(arrived, (np.searchsorted(seconds, needed).clip(0, STEPS - 1), chosen), people)
    waiting = np.zeros((STEPS, len(gates)))
    held = np.zeros(len(gates))
    for k in range(STEPS):
        held = np.maximum(held + arrived[k] - emptying.nearest.capacity * step * (k > 0), 0.0)
        waiting[k] = held
    walking = people.sum() - np.cumsum(arrived.sum(axis=1))
    return Queues(seconds=seconds, waiting=waiting, walking=np.maximum(walking, 0.0))


def queue_area(venue: Venue, gate: Gate, waiting: float) -> BaseGeometry:
    """Return where a queue stands: a half circle inside the gate, in degrees."""
    radius = float(np.sqrt(2.0 * waiting / (np.pi * QUEUED)))
    return venue.lonlat(Point(gate.x, gate.y).buffer(radius).intersection(venue.outline))


def _distance(
    x: NDArray[np.float64], y: NDArray[np.float64], gates: Sequence[Gate]
) -> NDArray[np.float64]:
    gx, gy = (np.array([getattr(gate, axis) for gate in gates]) for axis in "xy")
    return np.asarray(np.hypot(x[:, None] - gx, y[:, None] - gy))


def _zones(
    venue: Venue, crowd: Crowd
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle and the people of zones, a few along each side."""
    x, y, people = (a[venue.inside] for a in (venue.x, venue.y, crowd.people))
    west, south, east, north = venue.outline.bounds
    column = ((x - west) / (east - west) * BLOCKS).astype(int).clip(0, BLOCKS - 1)
    row = ((y - south) / (north - south) * BLOCKS).astype(int).clip(0, BLOCKS - 1)
    zone = row * BLOCKS + column
    total = np.bincount(zone, weights=people, minlength=BLOCKS**2).astype(np.float64)
    held = total > 0
    middle = [
        np.bincount(zone, weights=people * a, minlength=BLOCKS**2)[held] / total[held]
        for a in (x, y)
    ]
    return middle[0], middle[1], total[held]
