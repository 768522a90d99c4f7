"""Step 8: where people go who must leave."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from anlan.command.packaging.arrivals import DETOUR, danger_names
from anlan.command.packaging.contents import Alternative, Part, ShelterRow, SheltersContent
from anlan.forecast.types import Figure
from anlan.science.common.local import distance
from anlan.support.transport.rules import Shelter, fill_shelters, gather_demand

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from anlan.command.packaging.build import Build
    from anlan.forecast.exposure import Facility
    from anlan.support.transport.rules import Demand, ShelterPlan

__all__ = ["shelters_step"]

GROUPS = 64
"""Starting places at most: a city-wide hazard has people in many corners."""

NEAREST = 6
"""Shelters considered for each starting place; twice as many as long as room is not ample."""

AMPLE = 2.0
"""Room of the considered shelters over the people to place."""

SEATS = 45
"""Seats of a bus, as in the plans."""

ALTERNATIVES = 8


def shelters_step(build: Build) -> Part:
    """Send the people of the moving area to shelters outside every area."""
    people = build.people_to_move or Figure(value=0, unit="人", source="没有需转移的范围")
    nothing = Figure(value=0, unit="人", source=people.source)
    empty = SheltersContent(
        people=people, unplaced=nothing, by_bus=nothing, buses=nothing, shelters=(), alternatives=()
    )
    grid = build.city.people
    if grid is None or build.moving_area.is_empty:
        why = "没有人口网格，无法计算安置" if grid is None else ""
        return Part(kind="shelters", content=empty, shortfalls=(why,) if why else ())
    demand = gather_demand(grid, build.moving_area, groups=GROUPS)
    if not demand.total:
        return Part(kind="shelters", content=empty, reasons=("转移范围内没有常住人口",))
    shelters = _candidates(build, demand)
    metres, way = _metres(build, demand, shelters)
    plan = fill_shelters(demand, shelters, metres, way=way)
    build.shelter_plan = plan
    return Part(
        kind="shelters",
        content=_content(people, plan, way),
        reasons=("只用各影响区外的避难场所，按总路程最短分配，就近先满",),
        shortfalls=plan.shortfalls,
    )


def _candidates(build: Build, demand: Demand) -> list[Shelter]:
    """Return the shelters nearest to each starting place, and more until the room is ample."""
    facilities = build.city.of_kind("shelter")
    if not facilities:
        return []
    lon = np.array([f.lon for f in facilities], dtype=np.float64)
    lat = np.array([f.lat for f in facilities], dtype=np.float64)
    inside = danger_names(build, lon.tolist(), lat.tolist(), widest=True)
    shelters = [_shelter(f, inside[i]) for i, f in enumerate(facilities)]
    room = np.array(
        [0 if s.inside_danger else max((s.capacity or 0) - s.occupied, 0) for s in shelters]
    )
    away = np.asarray(distance(demand.lon[:, None], demand.lat[:, None], lon, lat))
    order = np.argsort(away.reshape(len(demand.people), len(shelters)), axis=1)
    count = NEAREST
    chosen = np.unique(order[:, :count])
    while room[chosen].sum() < AMPLE * demand.total and count < len(shelters):
        count *= 2
        chosen = np.unique(order[:, :count])
    return [shelters[i] for i in chosen.tolist()]


def _shelter(facility: Facility, inside: str) -> Shelter:
    details: dict[str, Any] = dict(facility.details)
    return Shelter(
        id=facility.id,
        name=facility.name,
        lon=facility.lon,
        lat=facility.lat,
        capacity=details.get("capacity"),
        occupied=int(details.get("occupied") or 0),
        freshness=float(details.get("freshness", 1.0)),
        source=facility.source,
        inside_danger=inside,
    )


def _metres(
    build: Build, demand: Demand, shelters: list[Shelter]
) -> tuple[NDArray[np.float64], str]:
    lon = np.array([s.lon for s in shelters], dtype=np.float64)
    lat = np.array([s.lat for s in shelters], dtype=np.float64)
    straight = np.asarray(distance(demand.lon[:, None], demand.lat[:, None], lon, lat))
    straight = straight.reshape(len(demand.people), len(shelters))
    network = build.city.network
    if network is None or not shelters:
        return straight * DETOUR, f"直线×{DETOUR}估算"
    starts, off_start = network.nearest(demand.lon, demand.lat)
    ends, off_end = network.nearest(lon, lat)
    nearest = np.sort(straight, axis=1)[:, : 2 * NEAREST]
    limit = float(nearest.max()) * 2.0 + 2000.0
    by_road = network.metres_between(starts, ends, limit=limit)
    by_road = by_road + off_start[:, None] + off_end
    return np.where(np.isfinite(by_road), by_road, straight * 2.0), "路程"


def _content(people: Figure, plan: ShelterPlan, way: str) -> SheltersContent:
    bus = sum(s.by_bus for s in plan.shares)
    ground = "按总路程最短分配"
    return SheltersContent(
        people=people,
        unplaced=Figure(value=plan.unplaced, unit="人", source=ground),
        by_bus=Figure(value=bus, unit="人", source="路程超过1 km"),
        buses=Figure(
            value=math.ceil(bus / SEATS),
            unit="辆次",
            source=f"每辆{SEATS}座，平台默认",
            to_confirm=True,
        ),
        shelters=tuple(
            ShelterRow(
                id=s.shelter.id,
                name=s.shelter.name,
                lon=s.shelter.lon,
                lat=s.shelter.lat,
                people=Figure(value=s.people, unit="人", source=ground),
                room=Figure(
                    value=max((s.shelter.capacity or 0) - s.shelter.occupied, 0),
                    unit="人",
                    source=s.shelter.source,
                ),
                distance_km=Figure(value=round(s.mean_metres / 1000, 2), unit="km", source=way),
                by_bus=Figure(value=s.by_bus, unit="人", source="路程超过1 km"),
                reasons=s.reasons,
            )
            for s in plan.shares
        ),
        alternatives=tuple(
            Alternative(id=s.id, name=s.name, reason=reason, lon=s.lon, lat=s.lat)
            for s, reason in plan.passed_over[:ALTERNATIVES]
        ),
    )
