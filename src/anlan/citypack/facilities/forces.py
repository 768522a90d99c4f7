"""Fire stations, community stations, rescue teams, and the units that drive out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.citypack.facilities.draft import per_people
from anlan.citypack.facilities.siting import MIXED
from anlan.citypack.facilities.words import QUARTERS, mobile

if TYPE_CHECKING:
    from anlan.citypack.facilities.draft import County, Draft

__all__ = ["add_forces", "add_unit"]

PEOPLE_A_STATION = 85_000
PEOPLE_A_COMMUNITY_STATION = 18_000

KINDS: dict[str, tuple[str, tuple[str, ...], int, int, str, int]] = {
    # kind: label, capabilities, crew, seats, vehicle, time to turn out [s]
    "fire_crew": ("灭火车组", ("firefighting", "search_rescue"), 7, 0, "水罐消防车", 60),
    "hazmat_crew": (
        *("危化编队", ("foam", "hazmat", "leak_plugging", "gas_detection"), 12, 0),
        *("化学事故抢险救援车", 90),
    ),
    "decon_unit": ("洗消单元", ("decon",), 8, 0, "洗消车", 120),
    "ladder_crew": ("登高车组", ("firefighting", "ladder"), 5, 0, "登高平台消防车", 60),
    "water_rescue_team": ("水域救援队", ("water_rescue",), 10, 12, "水域救援车", 300),
    "search_rescue_team": ("搜救队", ("search_rescue",), 20, 0, "抢险救援车", 600),
    "forest_fire_crew": ("森林消防分队", ("forest_fire",), 25, 0, "森林消防运兵车", 300),
    "ambulance": ("救护车组", ("ambulance",), 4, 1, "监护型救护车", 120),
    "medical_team": ("医疗救援队", ("medical",), 10, 0, "医疗队员车", 1800),
    "command_vehicle": ("应急指挥车", ("command", "telecom"), 6, 0, "应急指挥通信车", 600),
    "enterprise_hazmat_team": ("企业危化队", ("foam", "hazmat"), 10, 0, "泡沫消防车", 60),
    "env_monitoring_team": (
        "环境监测组",
        ("gas_detection", "environment"),
        4,
        0,
        "环境监测车",
        1200,
    ),
    "engineering_team": ("工程抢险队", ("embankment", "earthwork"), 30, 0, "工程抢险车", 1800),
    "power_repair_team": ("电力抢修队", ("power_repair",), 12, 0, "电力抢修车", 900),
    "gas_repair_team": ("燃气抢修队", ("gas_detection", "gas_repair"), 8, 0, "燃气抢险车", 600),
    "water_repair_team": ("供水抢修队", ("water_repair",), 10, 0, "供水抢修车", 900),
    "comms_team": ("应急通信队", ("telecom",), 8, 0, "应急通信车", 1200),
    "uav_team": ("无人机组", ("uav",), 3, 0, "无人机运载车", 600),
    "police_squad": ("公安警力组", ("police",), 10, 0, "警用面包车", 300),
    "traffic_squad": ("交警警力组", ("traffic_control",), 6, 0, "警用摩托车", 180),
    "disease_control_team": ("疾控消杀队", ("disease_control",), 8, 0, "疾控车", 1800),
    "building_safety_team": ("房屋鉴定组", ("building_safety",), 5, 0, "工作用车", 3600),
    "geology_team": ("地质排查组", ("geology",), 5, 0, "越野车", 3600),
    "psychology_team": ("心理援助组", ("psychology",), 6, 0, "工作用车", 3600),
    "social_rescue_team": ("社会救援队", ("search_rescue",), 15, 0, "越野车", 3600),
    "evacuation_bus": ("转移客车", ("evacuation",), 1, 45, "大型客车", 1200),
    "excavator": ("挖掘机", ("earthwork",), 1, 0, "履带式挖掘机", 1800),
    "crane": ("起重机", ("earthwork",), 2, 0, "汽车起重机", 1800),
    "dump_truck": ("自卸货车", ("earthwork",), 1, 0, "自卸货车", 1800),
    "drainage_pump_truck": ("排涝泵车", ("drainage",), 4, 0, "大流量排水抢险车", 900),
    "rubber_boat": ("冲锋舟", ("water_rescue",), 2, 8, "冲锋舟及拖车", 600),
    "generator_truck": ("发电车", ("generator",), 3, 0, "移动发电车", 900),
    "lighting_truck": ("照明车", ("lighting",), 3, 0, "照明车", 600),
}
"""The kinds of unit (codes of `anlan.register.choices.UnitKind`) and what one of them is like."""

COUNTY_UNITS = {
    "police_squad": 4, "traffic_squad": 3, "evacuation_bus": 8, "engineering_team": 1,
    "power_repair_team": 1, "gas_repair_team": 1, "water_repair_team": 1, "env_monitoring_team": 1,
    "medical_team": 1, "uav_team": 1, "comms_team": 1, "excavator": 2, "dump_truck": 3, "crane": 1,
    "drainage_pump_truck": 2, "rubber_boat": 3, "generator_truck": 1, "lighting_truck": 1,
    "disease_control_team": 1, "building_safety_team": 1, "social_rescue_team": 1,
}  # fmt: skip
"""Units that every county has besides fire engines and ambulances. [-]"""

CITY_UNITS = {
    "command_vehicle": 3, "search_rescue_team": 4, "water_rescue_team": 4, "decon_unit": 4,
    "geology_team": 3, "psychology_team": 3, "forest_fire_crew": 6, "env_monitoring_team": 3,
    "medical_team": 4, "uav_team": 3, "comms_team": 2, "drainage_pump_truck": 6,
}  # fmt: skip
"""Units of the city, spread over its counties. [-]"""


def add_forces(draft: Draft) -> None:
    """Add stations, teams and units."""
    for row in [r for r in draft.records.get("fire_station", ()) if not r["synthetic"]]:
        _crews(draft, row, ["fire_crew"] * 2)
    for county in draft.counties:
        if "fire_station" not in draft.given:
            _stations(draft, county)
        _community_stations(draft, county)
        _teams(draft, county)
    turn = 0
    for kind, count in CITY_UNITS.items():
        for _ in range(count):
            county = draft.counties[turn % len(draft.counties)]
            turn += 1
            place = draft.siting.draw(county.code, 1)[0]
            add_unit(draft, kind, f"{draft.city.name}{KINDS[kind][0]}", draft.city.code, place)
    for row in draft.records.get("hospital", ()):
        place = (row["location"].x, row["location"].y)
        for _ in range(min(int(row.get("ambulances", 1)), 3)):
            name = f"{row['name']}{KINDS['ambulance'][0]}"
            add_unit(draft, "ambulance", name, row["division"], place, hospital=row["name"])


def add_unit(
    draft: Draft, kind: str, name: str, division: str, place: tuple[float, float], **owner: str
) -> dict[str, Any]:
    """Add one unit of a kind; `owner` is its station, hospital or team by name."""
    _, capabilities, crew, seats, vehicle, turnout_s = KINDS[kind]
    number = len(draft.records.get("response_unit", ())) + 1
    return draft.add(
        "response_unit",
        name,
        division,
        place,
        call_sign=f"安澜{number:04d}",
        kind=kind,
        capabilities=list(capabilities),
        status="out_of_service" if draft.rng.random() < 0.03 else "available",
        crew=crew,
        vehicle=vehicle,
        plate=draft.plate(),
        seats=seats,
        turnout_s=turnout_s,
        phone=mobile(draft.rng),
        **{"station": None, "hospital": None, "team": None, **owner},
    )


def add_station(
    draft: Draft, name: str, division: str, place: tuple[float, float], kind: str
) -> dict[str, Any]:
    """Add one fire station with its engines."""
    engines = {"special": 5, "first": 4, "second": 3, "small": 2}.get(kind, 2)
    capabilities = ["firefighting", "search_rescue"]
    if kind == "special":
        capabilities = [
            *("firefighting", "foam", "hazmat", "leak_plugging", "decon", "gas_detection"),
            *("ladder", "search_rescue"),
        ]
    station = draft.add(
        "fire_station",
        name,
        division,
        place,
        kind=kind,
        people=engines * 9 + draft.number(0, 6),
        engines=engines,
        foam_t=round(float(draft.rng.uniform(2, 12)) * (2 if kind == "special" else 1), 1),
        capabilities=capabilities,
        **draft.keeper(),
    )
    crews = ["fire_crew"] * min(engines, 2)
    if kind == "special":
        crews += ["hazmat_crew", "decon_unit", "ladder_crew"]
    _crews(draft, station, crews)
    return station


def _crews(draft: Draft, station: dict[str, Any], crews: list[str]) -> None:
    owner, place = station["name"], (station["location"].x, station["location"].y)
    for crew in crews:
        name = f"{owner}{KINDS[crew][0]}"
        add_unit(draft, crew, name, station["division"], place, station=owner)


def _stations(draft: Draft, county: County) -> None:
    count = per_people(county.people, PEOPLE_A_STATION, least=3)
    places = draft.siting.draw(county.code, count, crowd=MIXED, apart=True)
    for i, place in enumerate(places):
        kind = "special" if i == 0 else ("first", "second", "small", "voluntary")[i % 4]
        town = draft.town(county.code, place)
        stem = town.name if town else draft.pick(*QUARTERS)
        name = f"{county.short}{stem}{'特勤' if kind == 'special' else ''}消防救援站"
        add_station(draft, name, county.code, place, kind)


def _community_stations(draft: Draft, county: County) -> None:
    count = per_people(county.people, PEOPLE_A_COMMUNITY_STATION, least=5)
    for place in draft.siting.draw(county.code, count, apart=True):
        town = draft.town(county.code, place)
        draft.add(
            "community_station",
            f"{town.name if town else county.short}{draft.pick(*QUARTERS)}社区应急救援站",
            town.code if town else county.code,
            place,
            volunteers=draft.number(6, 30),
            equipment_sets=draft.number(2, 12),
            open_all_hours=bool(draft.rng.random() < 0.5),
            capabilities=draft.some(
                ("firefighting", "search_rescue", "medical", "evacuation"), 1, 3
            ),
            **draft.keeper(),
        )


def _teams(draft: Draft, county: County) -> None:
    kinds = (
        ("comprehensive", "综合应急救援队", ["firefighting", "search_rescue"], 15),
        ("professional", "防汛抢险队", ["water_rescue", "drainage", "embankment"], 30),
        ("professional", "危化应急救援队", ["hazmat", "leak_plugging", "gas_detection"], 30),
        ("social", "志愿救援队", ["search_rescue", "evacuation"], 60),
        ("military", "民兵应急连", ["embankment", "evacuation"], 90),
    )
    places = draft.siting.draw(county.code, len(kinds))
    teams = [
        draft.add(
            "rescue_team",
            f"{county.name}{label}",
            county.code,
            place,
            kind=kind,
            people=draft.number(20, 90),
            vehicles=draft.number(2, 10),
            ready_minutes=minutes,
            capabilities=capabilities,
            **draft.keeper(),
        )
        for (kind, label, capabilities, minutes), place in zip(kinds, places, strict=True)
    ]
    for kind, count in COUNTY_UNITS.items():
        for place in draft.siting.draw(county.code, count):
            owner = {"team": teams[1]["name"]} if kind == "rubber_boat" else {}
            name = f"{county.name}{KINDS[kind][0]}"
            add_unit(draft, kind, name, county.code, place, **owner)
