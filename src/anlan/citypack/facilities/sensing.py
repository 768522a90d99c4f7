"""Cameras, sensors, look-outs and the patches of the grid workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from anlan.citypack.divisions import METRES_PER_DEGREE
from anlan.citypack.facilities.draft import per_people
from anlan.citypack.facilities.siting import MIXED, RURAL
from anlan.citypack.facilities.words import QUARTERS, mobile, person

if TYPE_CHECKING:
    from anlan.citypack.facilities.draft import County, Draft

__all__ = ["add_sensing"]

PEOPLE_A_CAMERA = 22_000
PATCHES_A_COUNTY = 50
PATCH_M = 450.0
"""Width of a grid worker's patch: a little less than a cell of the population, so none overlap. [m]"""

SENSORS: dict[str, tuple[str, str, float | None]] = {
    "rain": ("雨量站", "mm/h", 50.0),
    "water_level": ("水位站", "m", 3.0),
    "wind": ("测风站", "m/s", 20.8),
    "gas": ("燃气泄漏监测点", "%LEL", 20.0),
    "air_quality": ("空气质量站", "µg/m³", 150.0),
    "seismic": ("地震烈度仪", "m/s²", 0.5),
    "displacement": ("边坡位移监测点", "mm", 30.0),
    "crowd": ("客流监测点", "人/m²", 4.0),
}
POINTS = {
    "lookout": "瞭望台",
    "checkpoint": "防火检查站",
    "danger_spot": "重点火险点",
    "water": "取水点",
}


def add_sensing(draft: Draft) -> None:
    """Add what watches over every county."""
    for county in draft.counties:
        _cameras(draft, county)
        for i, place in enumerate(draft.siting.draw(county.code, 24, crowd=MIXED, apart=True)):
            quantity = list(SENSORS)[i % len(SENSORS)]
            label, measure, limit = SENSORS[quantity]
            draft.add(
                "sensor",
                f"{county.short}{i + 1:02d}号{label}",
                county.code,
                place,
                quantity=quantity,
                measure=measure,
                alarm_above=limit,
                alarm_below=None,
                device_code=f"S{county.code[:6]}{i + 1:04d}",
                online=bool(draft.rng.random() < 0.96),
            )
        points = 0 if county.is_dense else 7
        for i, place in enumerate(draft.siting.draw(county.code, points, crowd=RURAL, apart=True)):
            kind = list(POINTS)[i % len(POINTS)]
            draft.add(
                "forest_fire_point",
                f"{county.short}{draft.pick(*QUARTERS)}{POINTS[kind]}",
                county.code,
                place,
                kind=kind,
                keepers=draft.number(1, 6),
                water_m3=float(draft.number(50, 3_000)) if kind == "water" else 0.0,
                **draft.keeper(),
            )
        _patches(draft, county)


def _cameras(draft: Draft, county: County) -> None:
    count = per_people(county.people, PEOPLE_A_CAMERA, least=8)
    for i, place in enumerate(draft.siting.draw(county.code, count)):
        draft.add(
            "camera",
            f"{county.short}{i + 1:03d}号{draft.pick('路口', '河道', '园区', '广场', '桥梁')}监控",
            county.code,
            place,
            owner=draft.pick("公安", "水务", "应急管理", "城市管理"),
            channel_code=f"{county.code[:8]}0013200{i + 1:05d}",
            watches=draft.pick("道路", "水位", "厂区", "人流"),
            rotates=bool(draft.rng.random() < 0.5),
            online=bool(draft.rng.random() < 0.95),
        )


def _patches(draft: Draft, county: County) -> None:
    """Make patches of the cells where most people of the county live."""
    people = draft.population
    index = int(np.flatnonzero(people.division_codes == county.code)[0])
    rows = np.flatnonzero(people.division_index == index)
    rows = rows[np.argsort(-people.people[rows], kind="stable")][:PATCHES_A_COUNTY]
    half_lat = PATCH_M / METRES_PER_DEGREE / 2
    half_lon = half_lat / draft.siting.shrink
    for i, row in enumerate(rows.tolist()):
        lon, lat, count = float(people.lon[row]), float(people.lat[row]), int(people.people[row])
        town = draft.town(county.code, (lon, lat))
        west, east = round(lon - half_lon, 6), round(lon + half_lon, 6)
        south, north = round(lat - half_lat, 6), round(lat + half_lat, 6)
        draft.add(
            "grid_cell",
            f"{town.name if town else county.name}第{i + 1}网格",
            town.code if town else county.code,
            code=f"{county.code[:6]}G{i + 1:04d}",
            worker_name=person(draft.rng),
            worker_phone=mobile(draft.rng),
            households=max(1, round(count / 2.6)),
            people=count,
            vulnerable=round(count * 0.03),
            boundary=shapely.MultiPolygon([shapely.box(west, south, east, north)]),
        )
