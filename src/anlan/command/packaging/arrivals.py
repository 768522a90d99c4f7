"""How soon things arrive: by road where there is one, else an estimate that says it is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.exposure import contains
from anlan.science.common.local import distance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from anlan.command.packaging.build import Build

__all__ = ["Arrivals", "arrivals_from_scene", "arrivals_to_scene", "danger_names"]

DETOUR: Final = 1.4
"""Road distance over straight distance: 道路曲度系数 1.3–1.5 (建标152-2017条文说明)."""

SPEED_MS: Final = 40 / 3.6
"""Mean speed of the estimate without a road network: 40 km/h. Platform default."""

OFF_ROAD_MS: Final = 15 / 3.6
"""Speed between a place and its nearest road node: 15 km/h. Platform default."""

FAR_FROM_ROAD_M: Final = 1000.0
"""Farther from the network than this a place's coordinates are doubtful. Platform default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Seconds and straight metres for many places, and how they were found."""

    seconds: NDArray[np.float64]
    metres: NDArray[np.float64]
    source: str
    notes: tuple[str, ...]
    by_road: bool


def arrivals_to_scene(build: Build, lon: Sequence[float], lat: Sequence[float]) -> Arrivals:
    """Return the times from many places to the staging point."""
    return _arrivals(build, lon, lat, build.seconds_to_scene)


def arrivals_from_scene(build: Build, lon: Sequence[float], lat: Sequence[float]) -> Arrivals:
    """Return the times from the staging point to many places."""
    return _arrivals(build, lon, lat, build.seconds_from_scene)


def _arrivals(
    build: Build,
    lon: Sequence[float],
    lat: Sequence[float],
    times: NDArray[np.float64] | None,
) -> Arrivals:
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    staging = build.staging
    here = build.situation.place
    at_lon, at_lat = (staging.lon, staging.lat) if staging else (here.lon, here.lat)
    metres = np.asarray(distance(x, y, at_lon, at_lat)).reshape(x.shape)
    network = build.city.network
    if network is None or times is None or not x.size:
        source = f"直线估算（×{DETOUR}，{SPEED_MS * 3.6:.0f} km/h），非路网"
        return Arrivals(
            seconds=metres * DETOUR / SPEED_MS,
            metres=metres,
            source=source,
            notes=("",) * x.size,
            by_road=False,
        )
    node, off = network.nearest(x, y)
    closed = "，避开封控区" if build.closures is not None else ""
    notes = tuple(
        f"距最近道路{m / 1000:.1f} km，坐标待核实" if m > FAR_FROM_ROAD_M else ""
        for m in off.tolist()
    )
    return Arrivals(
        seconds=times[node] + off / OFF_ROAD_MS,
        metres=metres,
        source=f"{network.source}{closed}",
        notes=notes,
        by_road=True,
    )


def danger_names(
    build: Build, lon: Sequence[float], lat: Sequence[float], *, widest: bool = False
) -> list[str]:
    """Return for each place the area whose envelope holds it, or nothing; see `Build.dangers`."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    found = [""] * x.size
    for label, area in reversed(build.dangers(widest=widest).items()):
        for index in np.flatnonzero(contains(area, x, y)).tolist():
            found[index] = label
    return found
