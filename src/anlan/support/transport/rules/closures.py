"""Where to stop traffic: the points at which roads cross into an area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from anlan.forecast.exposure import contains

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.citypack.roads import Roads

__all__ = ["Closure", "Closures", "close_roads"]

NAMED_CLASSES: Final = ("motorway", "trunk", "primary", "secondary", "tertiary")
"""Road classes whose crossings are named one by one; the rest is counted for the township."""

CLASS_NAMES: Final[Mapping[str, str]] = {
    "motorway": "高速公路",
    "trunk": "快速路、国道",
    "primary": "主干路",
    "secondary": "次干路",
    "tertiary": "支路",
}
COMPASS: Final = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """One point at which a road is closed to traffic into the area."""

    road: str
    road_class: str
    lon: float
    lat: float
    side: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closures:
    """The closure points by rank of road, the small ones counted, and the closed edges."""

    points: tuple[Closure, ...]
    small_roads: int
    closed_edges: NDArray[np.int64]
    inside_metres: float
    inside_names: tuple[str, ...]
    reasons: tuple[str, ...]
    shortfalls: tuple[str, ...] = ()


def close_roads(roads: Roads, area: BaseGeometry, *, label: str) -> Closures:
    """Return the closure points of an area and every edge that must not be driven.

    An edge is closed when any part of it lies inside. A closure point stands where an edge that
    leads inwards meets the boundary.
    """
    near = _near(roads, area)
    source, target = roads.edge_from[near], roads.edge_to[near]
    inside = contains(area, roads.node_lon, roads.node_lat)
    starts, ends = inside[source], inside[target]
    lines = _segments(roads, source, target)
    touches = starts | ends
    unsure = np.flatnonzero(~touches)
    shapely.prepare(area)
    touches[unsure] = shapely.intersects(area, lines[unsure])
    inward = np.flatnonzero(touches & ~starts)
    classes = roads.class_names[roads.road_class[near]]
    names = _names(roads, near)
    points, small = _points(area, lines, inward, classes, names)
    whole = near[touches]
    length = shapely.length(lines[touches])
    within = shapely.length(shapely.intersection(area, lines[touches]))
    part = np.divide(within, length, out=np.zeros_like(within), where=length > 0)
    named = sorted({str(n) for n in names[touches] if n})
    return Closures(
        points=tuple(points),
        small_roads=small,
        closed_edges=whole,
        inside_metres=float((roads.length_m[whole] * part).sum()),
        inside_names=tuple(named),
        reasons=(
            f"道路与{label}边界相交处设卡，只出不进",
            f"主要道路{len(points)}处逐一列出，其余小路口{small}处由属地封控",
        ),
    )


def _near(roads: Roads, area: BaseGeometry) -> NDArray[np.int64]:
    """Return the edges whose box meets the box of the area."""
    if area.is_empty:
        return np.zeros(0, dtype=np.int64)
    west, south, east, north = area.bounds
    lon_a, lon_b = roads.node_lon[roads.edge_from], roads.node_lon[roads.edge_to]
    lat_a, lat_b = roads.node_lat[roads.edge_from], roads.node_lat[roads.edge_to]
    meets = (np.maximum(lon_a, lon_b) >= west) & (np.minimum(lon_a, lon_b) <= east)
    meets &= (np.maximum(lat_a, lat_b) >= south) & (np.minimum(lat_a, lat_b) <= north)
    return np.flatnonzero(meets)


def _names(roads: Roads, edges: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return the names of edges; empty where a road has none."""
    index = roads.name_index[edges]
    if not len(roads.names):
        return np.full(index.shape, "")
    return np.where(index >= 0, roads.names[np.maximum(index, 0)], "")


def _segments(
    roads: Roads, source: NDArray[np.int32], target: NDArray[np.int32]
) -> NDArray[np.object_]:
    ends = [
        np.stack([roads.node_lon[node], roads.node_lat[node]], axis=-1) for node in (source, target)
    ]
    return np.asarray(shapely.linestrings(np.stack(ends, axis=1)), dtype=object)


def _points(
    area: BaseGeometry,
    lines: NDArray[np.object_],
    inward: NDArray[np.int64],
    classes: NDArray[np.str_],
    names: NDArray[np.str_],
) -> tuple[list[Closure], int]:
    centre = area.centroid
    found: dict[tuple[str, str], tuple[int, Closure]] = {}
    small = 0
    for edge in inward:
        road_class = str(classes[edge]).removesuffix("_link")
        if road_class not in NAMED_CLASSES:
            small += 1
            continue
        crossing = shapely.intersection(area.boundary, lines[edge])
        spot = crossing.representative_point() if not crossing.is_empty else lines[edge].centroid
        side = compass(spot.x - centre.x, spot.y - centre.y)
        road = str(names[edge]) or f"无名{CLASS_NAMES[road_class]}"
        key = (road, side) if names[edge] else (f"{spot.x:.4f},{spot.y:.4f}", side)
        if key in found:
            continue
        closure = Closure(
            road=road,
            road_class=CLASS_NAMES[road_class],
            lon=round(float(spot.x), 6),
            lat=round(float(spot.y), 6),
            side=side,
            text=f"{road}（{CLASS_NAMES[road_class]}）{side}侧入口：禁止驶入，引导区内车辆驶出",
        )
        found[key] = (NAMED_CLASSES.index(road_class), closure)
    ordered = sorted(found.values(), key=lambda pair: (pair[0], pair[1].road, pair[1].side))
    return [closure for _, closure in ordered], small


def compass(east: float, north: float) -> str:
    """Return the side on which a point lies, one of eight."""
    angle = np.degrees(np.arctan2(east, north)) % 360
    return COMPASS[int((angle + 22.5) // 45) % 8]
