"""Step 4: where traffic is stopped, where units gather, how long every road takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import Polygon

from anlan.command.packaging.contents import ClosurePoint, ClosuresContent, Part
from anlan.forecast.types import Figure
from anlan.support.transport.rules import choose_staging, close_roads
from anlan.support.transport.rules.staging import UPWIND_M

if TYPE_CHECKING:
    from anlan.command.packaging.build import Build

__all__ = ["closures_step", "find_closures"]

NAMED_POINTS = 60


def find_closures(build: Build) -> None:
    """Find the roads inside the danger area and where they lead in."""
    network, hazard = build.city.network, build.hazard
    if network is None or build.forecast is None or not hazard.closes_roads:
        return
    label = next(iter(build.dangers()), "")
    build.closures = close_roads(network.roads, build.envelope(hazard.danger), label=label)


def closures_step(build: Build) -> Part:
    """Close the roads at the edge of the danger area and choose the staging point."""
    network = build.city.network
    shortfalls: list[str] = []
    reasons: tuple[str, ...] = ()
    points: tuple[ClosurePoint, ...] = ()
    names: tuple[str, ...] = ()
    small, inside = 0, 0.0
    if network is None:
        shortfalls.append("没有路网，不能列出封控点；请属地按预测范围边界设卡")
    elif build.forecast is None:
        shortfalls.append("没有预测范围，不能列出封控点；请现场按警戒距离先行设卡")
    elif build.closures is not None:
        found = build.closures
        reasons, names = found.reasons, found.inside_names
        small, inside = found.small_roads, found.inside_metres / 1000.0
        points = tuple(
            ClosurePoint(
                road=c.road,
                road_class=c.road_class,
                side=c.side,
                lon=c.lon,
                lat=c.lat,
                text=c.text,
            )
            for c in found.points[:NAMED_POINTS]
        )
        if len(found.points) > NAMED_POINTS:
            shortfalls.append(f"封控点{len(found.points)}处，只列出前{NAMED_POINTS}处")
    _stage(build)
    source = network.source if network else "缺路网"
    return Part(
        kind="closures",
        content=ClosuresContent(
            zone=build.hazard.danger,
            points=points,
            small_roads=Figure(value=small, unit="处", source=source),
            inside_km=Figure(value=round(inside, 1), unit="km", source=source),
            road_names=names[:NAMED_POINTS],
            measures=_measures(build),
        ),
        reasons=reasons,
        shortfalls=tuple(shortfalls),
    )


def _measures(build: Build) -> tuple[str, ...]:
    """Return what the plan closes at the proposed level."""
    plan, level = (build.match.plan, build.level) if build.match else (None, None)
    if plan is None:
        return ()
    return tuple(
        f"{c.subject}：{c.text}"
        for c in plan.closures
        if level is None or c.highest <= level <= c.lowest
    )


def _stage(build: Build) -> None:
    """Choose the staging point; find the times to it and from it with the closures in force."""
    situation, network = build.situation, build.city.network
    empty = np.zeros(0)
    at_site = build.hazard.closes_roads
    build.staging = choose_staging(
        lon=situation.place.lon,
        lat=situation.place.lat,
        danger=build.envelope(build.hazard.danger) if at_site else Polygon(),
        wind_from_deg=build.weather.wind_from_deg if build.weather and at_site else None,
        node_lon=network.roads.node_lon if network else empty,
        node_lat=network.roads.node_lat if network else empty,
        apart_m=UPWIND_M if at_site else 0.0,
    )
    node = build.staging.node
    if network is None or node is None:
        return
    build.driven = network.closing(build.closures.closed_edges if build.closures else None)
    build.seconds_to_scene = build.driven.times_to(node)
    build.seconds_from_scene = build.driven.times_from(node)
