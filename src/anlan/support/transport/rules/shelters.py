"""Where people go who must leave: shelters outside the area, the nearest filled first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.exposure import cells_inside
from anlan.science.allocate import allocate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.exposure import PeopleGrid

__all__ = [
    "Demand",
    "Shelter",
    "ShelterPlan",
    "ShelterShare",
    "fill_shelters",
    "gather_demand",
]

GROUPS: Final = 48
"""Largest number of starting places; neighbouring cells are joined to stay below it."""

WALK_M: Final = 1000.0
"""Farther than this people are driven. Platform default (GB 51143 radius of short-term sites)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """People who start from a place, gathered from the cells of the grid."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    people: NDArray[np.float64]

    @property
    def total(self) -> int:
        """Return everybody, whole."""
        return round(float(self.people.sum()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelter:
    """A shelter as the register knows it; capacity None means nobody has reported it."""

    id: int
    name: str
    lon: float
    lat: float
    capacity: int | None
    occupied: int = 0
    usable: bool = True
    status: str = ""
    freshness: float = 1.0
    source: str = ""
    inside_danger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterShare:
    """How many people one shelter takes, how far they go, and how."""

    shelter: Shelter
    people: int
    mean_metres: float
    by_bus: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelterPlan:
    """The proposal: who takes how many, which are passed over, who is left without a place."""

    shares: tuple[ShelterShare, ...]
    passed_over: tuple[tuple[Shelter, str], ...]
    unplaced: int
    shortfalls: tuple[str, ...]


def gather_demand(grid: PeopleGrid, area: BaseGeometry, *, groups: int = GROUPS) -> Demand:
    """Gather the people of an area into at most so many places, keeping the total whole."""
    cells, people = cells_inside(grid, area)
    lived = people > 0
    if not lived.any():
        empty = np.zeros(0)
        return Demand(lon=empty, lat=empty, people=empty)
    lon, lat, people = grid.lon[cells[lived]], grid.lat[cells[lived]], people[lived]
    side = max(1, math.isqrt(groups))
    column = _bin(lon, side)
    row = _bin(lat, side)
    _, group = np.unique(row * side + column, return_inverse=True)
    total = np.bincount(group, weights=people).astype(np.float64)
    return Demand(
        lon=np.bincount(group, weights=lon * people) / total,
        lat=np.bincount(group, weights=lat * people) / total,
        people=_whole(total),
    )


def _bin(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    low, high = values.min(), values.max()
    if high <= low:
        return np.zeros(values.shape, dtype=np.int64)
    number: NDArray[np.int64] = ((values - low) / (high - low) * count).astype(np.int64)
    return np.minimum(number, np.int64(count - 1))


def _whole(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to whole people so that the sum is the rounded sum (largest remainders)."""
    floor = np.floor(values)
    rest = round(float(values.sum())) - int(floor.sum())
    order = np.argsort(floor - values, kind="stable")
    floor[order[:rest]] += 1
    return floor


def fill_shelters(
    demand: Demand, shelters: Sequence[Shelter], metres: NDArray[np.float64], *, way: str
) -> ShelterPlan:
    """Send people to shelters over the least total distance.

    Parameters
    ----------
    demand
        Who starts where.
    shelters
        All that are known near by.
    metres
        Distance from each start (rows) to each shelter (columns); infinite where no way leads.
    way
        How the distance was found, for the reasons.
    """
    passed: list[tuple[Shelter, str]] = []
    usable: list[int] = []
    for index, shelter in enumerate(shelters):
        why_not = _refusal(shelter)
        if why_not:
            passed.append((shelter, why_not))
        else:
            usable.append(index)
    room = [float(max((shelters[i].capacity or 0) - shelters[i].occupied, 0)) for i in usable]
    cost = metres[:, usable].T if len(usable) else np.zeros((0, len(demand.people)))
    found = allocate(cost, room, demand.people)
    flows = np.rint(found.amount)
    shares = tuple(
        _share(shelters[i], flows[k], cost[k], room[k], way)
        for k, i in enumerate(usable)
        if flows[k].sum() > 0
    )
    placed = int(flows.sum())
    unplaced = demand.total - placed
    shortfalls = []
    if unplaced > 0:
        shortfalls.append(
            f"需安置{demand.total}人，现有避难场所可接{placed}人，"
            f"缺{unplaced}人；请启用学校、体育场馆或跨区安置"
        )
    return ShelterPlan(
        shares=tuple(sorted(shares, key=lambda s: s.mean_metres)),
        passed_over=tuple(passed),
        unplaced=max(unplaced, 0),
        shortfalls=tuple(shortfalls),
    )


def _refusal(shelter: Shelter) -> str:
    if shelter.inside_danger:
        return f"位于{shelter.inside_danger}内，不能启用"
    if not shelter.usable:
        return f"当前{shelter.status or '不可用'}"
    if shelter.capacity is None:
        return "容量未登记，请先核实"
    if shelter.capacity - shelter.occupied <= 0:
        return "已满"
    return ""


def _share(
    shelter: Shelter,
    flow: NDArray[np.float64],
    metres: NDArray[np.float64],
    room: float,
    way: str,
) -> ShelterShare:
    people = int(flow.sum())
    used = flow > 0
    mean = float((flow[used] * metres[used]).sum() / people)
    by_bus = int(flow[metres > WALK_M].sum())
    reasons = [f"位于各影响区外，平均{way}{mean / 1000:.1f} km，可容{room:.0f}人，接收{people}人"]
    if by_bus:
        reasons.append(f"其中{by_bus}人超过步行{WALK_M / 1000:g} km，需车辆转运")
    if shelter.freshness < 0.5:
        reasons.append(f"资料陈旧（新鲜度{shelter.freshness:.0%}），启用前请确认")
    return ShelterShare(
        shelter=shelter, people=people, mean_metres=mean, by_bus=by_bus, reasons=tuple(reasons)
    )
