"""How we get there, how we stay in touch, and what the city lives on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from anlan.citypack.facilities.siting import MIXED, RURAL
from anlan.citypack.facilities.words import firm_stem

if TYPE_CHECKING:
    from anlan.citypack.facilities.draft import Draft

__all__ = ["add_lifelines", "add_traffic"]

STRUCTURES_ALLOWED = 120
FLEETS = {
    "bus": ("公交客运车队", 40, 45 * 40, 0.0),
    "truck": ("货运车队", 25, 0, 25 * 15.0),
    "cold_chain": ("冷链车队", 10, 0, 10 * 8.0),
    "heavy": ("大件运输车队", 8, 0, 8 * 40.0),
}
STATIONS = {
    "rail": ("火车站", 6_000, 60_000),
    "coach": ("汽车客运站", 800, 6_000),
    "metro": ("地铁站", 5_000, 40_000),
}
LIFELINES = {
    "substation": ("变电站", 90_000, 2.0, 6),
    "water_works": ("自来水厂", 250_000, 4.0, 1),
    "sewage_works": ("污水处理厂", 250_000, 2.0, 1),
    "gas_gate": ("燃气门站", 300_000, 8.0, 1),
    "heat_source": ("热源厂", 120_000, 1.0, 1),
    "power_plant": ("热电厂", 400_000, 8.0, 1),
}
"""Label, people served, hours of backup power, number in a county. [-]"""


def add_traffic(draft: Draft) -> None:
    """Add landing sites, bridges, stations, fleets and masts."""
    for county in draft.counties:
        for i, place in enumerate(draft.siting.draw(county.code, 2, crowd=RURAL, apart=True)):
            draft.add(
                "landing_site",
                f"{county.name}{('一号', '二号')[i]}直升机临时起降点",
                county.code,
                place,
                length_m=float(draft.number(30, 120)),
                width_m=float(draft.number(30, 80)),
                max_mass_t=float(draft.number(6, 13)),
                lit=bool(draft.rng.random() < 0.4),
                refuelling=bool(draft.rng.random() < 0.15),
                **draft.keeper(),
            )
        _stations(draft, county.code, county.short, urban=county.people > 600_000)
        for kind, (label, vehicles, seats, load) in FLEETS.items():
            draft.add(
                "transport_fleet",
                f"{county.name}{firm_stem(draft.rng)}{label}（示例）",
                county.code,
                draft.siting.draw(county.code, 1)[0],
                kind=kind,
                vehicles=vehicles,
                seats=seats,
                load_t=load,
                drivers=round(vehicles * 1.2),
                ready_minutes=draft.number(20, 120),
                **draft.keeper(),
            )
        _masts(draft, county.code, county.short)
        for i, place in enumerate(draft.siting.draw(county.code, 2, apart=True)):
            _structure(
                draft, f"{county.short}{i + 1}号下穿立交", county.code, place, "underpass", ""
            )
    _bridges(draft)


def _stations(draft: Draft, county: str, short: str, *, urban: bool) -> None:
    kinds = ["rail", "coach"] + (["metro"] * 5 if urban else [])
    for i, (kind, place) in enumerate(
        zip(kinds, draft.siting.draw(county, len(kinds), apart=True), strict=True)
    ):
        label, low, high = STATIONS[kind]
        passengers = draft.number(low, high)
        draft.add(
            "transit_station",
            f"{short}{draft.pick('东', '西', '南', '北')}{i + 1}{label}",
            county,
            place,
            kind=kind,
            daily_passengers=passengers,
            capacity=max(300, passengers // 8),
            **draft.keeper(),
        )


def _masts(draft: Draft, county: str, short: str) -> None:
    for i, place in enumerate(draft.siting.draw(county, 10, crowd=MIXED, apart=True)):
        kind = ("mobile", "mobile", "mobile", "trunking", "satellite")[i % 5]
        label = {"mobile": "移动基站", "trunking": "集群基站", "satellite": "卫星站"}[kind]
        draft.add(
            "communication_station",
            f"{short}{i + 1:02d}号{label}",
            county,
            place,
            kind=kind,
            operator=f"{firm_stem(draft.rng)}通信",
            backup_power_h=float(draft.number(2, 24)),
            range_m={"mobile": 1_500.0, "trunking": 8_000.0, "satellite": 0.0}[kind],
            working=True,
        )


def _bridges(draft: Draft) -> None:
    """Add the bridges of the road network, those of larger roads first."""
    roads = draft.roads
    rows = np.flatnonzero(roads.bridge & (roads.edge_from < roads.edge_to))
    rows = rows[np.argsort(roads.road_class[rows], kind="stable")][:STRUCTURES_ALLOWED]
    for row in rows.tolist():
        ends = [int(roads.edge_from[row]), int(roads.edge_to[row])]
        place = (
            round(float(roads.node_lon[ends].mean()), 6),
            round(float(roads.node_lat[ends].mean()), 6),
        )
        point = shapely.Point(place)
        county = next(
            (c for c, pool in draft.siting.pools.items() if pool.boundary.contains(point)), None
        )
        if county is None:
            continue
        road = roads.name_of(row)
        structure = _structure(
            draft,
            road if road.endswith("桥") else f"{road or draft.city.name}跨河桥",
            county,
            place,
            "bridge",
            road,
        )
        structure["length_m"] = round(float(roads.length_m[row]), 1)


def _structure(
    draft: Draft, name: str, county: str, place: tuple[float, float], kind: str, road: str
) -> dict[str, Any]:
    return draft.add(
        "road_structure",
        name,
        county,
        place,
        kind=kind,
        road=road,
        length_m=float(draft.number(20, 60)),
        load_limit_t=float(draft.pick("30", "49", "55")),
        height_limit_m=4.5 if kind == "underpass" else None,
        passable=True,
        **draft.keeper(),
    )


def add_lifelines(draft: Draft) -> None:
    """Add power, water, gas and heat of every county."""
    for county in draft.counties:
        for kind, (label, people, backup, count) in LIFELINES.items():
            for place in draft.siting.draw(county.code, count, crowd=MIXED, apart=True):
                draft.add(
                    "lifeline_facility",
                    f"{county.short}{firm_stem(draft.rng)}{label}",
                    county.code,
                    place,
                    kind=kind,
                    people_served=min(people, county.people // count),
                    backup_power_h=backup,
                    working=True,
                    **draft.keeper(),
                )
