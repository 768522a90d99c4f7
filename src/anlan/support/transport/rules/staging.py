"""Where units gather: upwind of the source, outside the danger area, on a road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.geometry import Point

from anlan.forecast.exposure import contains
from anlan.science.common.local import distance, lonlat_to_downwind

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["Staging", "choose_staging"]

UPWIND_M: Final = 500.0
"""Wished distance of the staging point from the source. Platform default, 待确认."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """The staging point, the node of the road network it stands on, and why there."""

    lon: float
    lat: float
    node: int | None
    reasons: tuple[str, ...]
    shortfalls: tuple[str, ...] = ()


def choose_staging(
    *,
    lon: float,
    lat: float,
    danger: BaseGeometry,
    wind_from_deg: float | None,
    node_lon: NDArray[np.float64],
    node_lat: NDArray[np.float64],
    apart_m: float = UPWIND_M,
) -> Staging:
    """Choose the road node nearest to the wished distance, upwind where the wind is known.

    Nodes inside the danger area are refused. Without a usable node upwind, one across the wind
    is taken; without any node, the scene itself stands in and the answer says so.
    """
    if not node_lon.size:
        return Staging(
            lon=lon,
            lat=lat,
            node=None,
            reasons=(),
            shortfalls=("没有路网：集结点按事发点计，请现场指挥官在上风向另行指定",),
        )
    away = np.asarray(distance(node_lon, node_lat, lon, lat))
    free = ~contains(danger, node_lon, node_lat)
    score = np.abs(away - apart_m)
    reason = (
        f"距事发点约{apart_m:.0f} m、位于危险区外的道路节点"
        if apart_m
        else "离指定地点最近的道路节点"
    )
    if wind_from_deg is not None:
        along, across = lonlat_to_downwind(
            node_lon, node_lat, lon0=lon, lat0=lat, wind_from_deg=wind_from_deg
        )
        upwind = free & (along < 0) & (np.abs(across) <= np.abs(along))
        if upwind.any():
            free, reason = upwind, f"上风向、{reason}"
        else:
            score = score + np.maximum(along, 0.0)
            reason = f"上风向无道路，取侧风向、{reason}"
    elif danger.contains(Point(lon, lat)):
        reason = f"风向不明，{reason}"
    if not free.any():
        return Staging(
            lon=lon,
            lat=lat,
            node=None,
            reasons=(),
            shortfalls=("危险区外没有可用道路节点：请现场指挥官指定集结点",),
        )
    node = int(np.argmin(np.where(free, score, np.inf)))
    metres = float(away[node])
    return Staging(
        lon=round(float(node_lon[node]), 6),
        lat=round(float(node_lat[node]), 6),
        node=node,
        reasons=(f"{reason}（实际{metres:.0f} m）",),
    )
