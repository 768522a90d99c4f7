"""What can explode, leak or burn: a chemical park, scattered firms, pipes, filling stations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from anlan.citypack.facilities.draft import per_people
from anlan.citypack.facilities.forces import add_station, add_unit
from anlan.citypack.facilities.medical import hospital
from anlan.citypack.facilities.shelters import care_institution, school
from anlan.citypack.facilities.siting import MIXED
from anlan.citypack.facilities.words import firm_stem, mobile, switchboard
from anlan.science.blast.major_hazard import Holding, grade_installation

if TYPE_CHECKING:
    from anlan.citypack.facilities.draft import County, Draft

__all__ = ["add_danger"]

PARKS = {"370100": (117.490, 36.885), "371500": (116.270, 36.610)}
"""Where the example chemical park stands: for Jinan in the area of 刁镇, 章丘区 (approximate). [deg]"""

PARK_FIRMS = 12
FIRMS_A_COUNTY = 9
PEOPLE_A_FILLING_STATION = 38_000
VEHICLES_A_COUNTY = 12


@dataclass(frozen=True, slots=True)
class Substance:
    """A substance with its threshold and factor β of GB 18218-2018 (tables 1, 3, 4)."""

    name: str
    cas: str
    threshold_t: float
    beta: float
    phase: str
    tank_m3: float
    density: float
    pressure_pa: float
    temperature_k: float


SUBSTANCES = (
    Substance("液氨", "7664-41-7", 10, 2.0, "pressurised", 100, 610, 8.6e5, 293.15),
    Substance("液氯", "7782-50-5", 5, 4.0, "pressurised", 40, 1_410, 6.8e5, 293.15),
    Substance("液化石油气", "68476-85-7", 50, 1.5, "pressurised", 200, 520, 8.0e5, 293.15),
    Substance("环氧乙烷", "75-21-8", 10, 2.0, "pressurised", 60, 880, 3.0e5, 278.15),
    Substance("甲醇", "67-56-1", 500, 1.0, "liquid", 1_000, 791, 101_325, 293.15),
    Substance("苯", "71-43-2", 50, 1.0, "liquid", 500, 877, 101_325, 293.15),
    Substance("甲苯", "108-88-3", 500, 1.0, "liquid", 500, 867, 101_325, 293.15),
    Substance("汽油", "86290-81-5", 200, 1.0, "liquid", 1_000, 740, 101_325, 293.15),
    Substance("氢气", "1333-74-0", 5, 1.5, "gas", 50, 13.0, 1.6e7, 293.15),
)
"""Densities are those of the stored state, rounded. Tank volume in m³, density in kg/m³."""

FILL = (0.45, 0.85)
KG_PER_T = 1_000.0


def add_danger(draft: Draft) -> None:
    """Add the park first, then firms, pipes, stations and vehicles of every county."""
    _park(draft)
    for county in draft.counties:
        for i, place in enumerate(
            draft.siting.draw(
                county.code, 2 if county.is_dense else FIRMS_A_COUNTY, crowd=0.15, apart=True
            )
        ):
            substance = SUBSTANCES[(i + int(county.code[4:6])) % len(SUBSTANCES)]
            kind = ("production", "storage", "use")[i % 3]
            name = f"{county.short}{firm_stem(draft.rng)}{('化工', '物流仓储', '材料')[i % 3]}有限公司（示例）"
            _firm(draft, name, county.code, place, substance, kind=kind, in_park=False)
        if "gas_station" not in draft.given:
            _filling_stations(draft, county)
        _vehicles(draft, county)
        _pipes(draft, county)


def _park(draft: Draft) -> None:
    """Add the park: ammonia first, neighbours around it, a brigade, a town near by."""
    centre = PARKS.get(draft.city.code[:6])
    if centre is None:
        county = max(draft.counties, key=lambda c: draft.siting.pools[c.code].boundary.area)
        centre = draft.siting.draw(county.code, 1, crowd=0.15)[0]
    else:
        county = next(
            c
            for c in draft.counties
            if draft.siting.pools[c.code].boundary.contains(shapely.Point(centre))
        )
    stem = draft.stem(county, centre)
    draft.add(
        "unit",
        f"{stem}化工产业园管理委员会（示例）",
        county.code,
        centre,
        kind="园区管理机构",
        duty_phone=switchboard(draft.rng),
    )
    ring = draft.siting.near(*centre, PARK_FIRMS, within_m=(150, 900))
    for i, place in enumerate(ring):
        substance = SUBSTANCES[0] if i in {0, 5} else SUBSTANCES[i % len(SUBSTANCES)]
        name = f"{stem}{firm_stem(draft.rng)}{'制冷化工' if i == 0 else '化工'}有限公司（示例）"
        _firm(draft, name, county.code, place, substance, kind="production", in_park=True)
    near = draft.siting.near(*centre, 1, within_m=(900, 1_300))[0]
    add_station(draft, f"{stem}化工园区特勤消防救援站（示例）", county.code, near, "special")
    for place in draft.siting.near(*centre, 3, within_m=(200, 800)):
        name = f"{stem}化工园区企业危化队"
        add_unit(draft, "enterprise_hazmat_team", name, county.code, place)
    homes = draft.siting.near(*centre, 6, within_m=(1_000, 2_600))
    school(draft, f"{stem}中心", county.code, homes[0], "primary")
    school(draft, f"{stem}第一", county.code, homes[1], "junior")
    care_institution(draft, f"{stem}中心", county.code, homes[2], "kindergarten")
    care_institution(draft, f"{stem}", county.code, homes[3], "nursing_home")
    hospital(draft, f"{stem}中心卫生院（示例）", county.code, homes[4], "1")
    draft.add(
        "camera",
        f"{stem}化工园区北门监控（示例）",
        county.code,
        homes[5],
        owner="应急管理",
        channel_code="",
        watches="厂区",
        rotates=True,
        online=True,
    )
    for i, place in enumerate(draft.siting.near(*centre, 6, within_m=(200, 1_200))):
        draft.add(
            "sensor",
            f"{stem}化工园区{i + 1}号有毒气体监测点（示例）",
            county.code,
            place,
            quantity="gas",
            measure="mg/m³",
            alarm_above=20.0,
            alarm_below=None,
            device_code=f"G{county.code[:6]}{i + 1:04d}",
            online=True,
        )


def _firm(
    draft: Draft,
    name: str,
    county: str,
    place: tuple[float, float],
    substance: Substance,
    *,
    kind: str,
    in_park: bool,
) -> dict[str, Any]:
    firm = draft.add(
        "hazardous_enterprise",
        name,
        county,
        place,
        kind=kind,
        main_substances=substance.name,
        employees=draft.number(20, 420),
        credit_code="",
        permit_until=f"{draft.now.year + draft.number(0, 3)}-{draft.number(1, 12):02d}-28",
        in_park=in_park,
        **draft.keeper(),
    )
    stored_kg = 0
    spots = draft.siting.near(*place, draft.number(2, 4), within_m=(10, 90))
    for i, spot in enumerate(spots):
        mass = round(substance.tank_m3 * substance.density * float(draft.rng.uniform(*FILL)), -2)
        stored_kg += int(mass)
        draft.add(
            "storage_tank",
            f"{firm['name'].removesuffix('（示例）')}{substance.name}{i + 1}号储罐",
            county,
            spot,
            enterprise=firm["name"],
            substance=substance.name,
            cas=substance.cas,
            phase=substance.phase,
            volume_m3=float(substance.tank_m3),
            inventory_kg=float(mass),
            pressure_pa=float(substance.pressure_pa),
            temperature_k=substance.temperature_k,
            bund_area_m2=0.0 if substance.phase == "gas" else float(draft.number(120, 900)),
        )
    _hazard_source(draft, firm, place, substance, stored_kg / 1_000)
    return firm


def _hazard_source(
    draft: Draft,
    firm: dict[str, Any],
    place: tuple[float, float],
    substance: Substance,
    tonnes: float,
) -> None:
    """Add the major hazard source, if what is stored reaches the threshold."""
    if tonnes < substance.threshold_t:
        return
    people = draft.siting.people_within(*place, 500.0, draft.population)
    held = Holding(
        quantity=tonnes * KG_PER_T,
        threshold=substance.threshold_t * KG_PER_T,
        beta=substance.beta,
    )
    verdict = grade_installation([held], residents=int(people))
    draft.add(
        "major_hazard_source",
        f"{firm['name'].removesuffix('（示例）')}{substance.name}罐区",
        firm["division"],
        place,
        enterprise=firm["name"],
        substance=substance.name,
        cas=substance.cas,
        quantity_t=round(tonnes, 1),
        grade=str(verdict.grade),
        r_value=round(verdict.r, 2),
        **draft.keeper(),
    )


def _filling_stations(draft: Draft, county: County) -> None:
    count = per_people(county.people, PEOPLE_A_FILLING_STATION, least=4)
    for i, place in enumerate(draft.siting.draw(county.code, count, crowd=MIXED, apart=True)):
        fuel = "lng" if i % 9 == 8 else ("cng" if i % 7 == 6 else "oil")
        draft.add(
            "gas_station",
            f"{county.short}{firm_stem(draft.rng)}{'加油' if fuel == 'oil' else '加气'}站（示例）",
            county.code,
            place,
            fuel=fuel,
            tank_volume_m3=float(draft.number(60, 150)),
            **draft.keeper(),
        )


def _vehicles(draft: Draft, county: County) -> None:
    for i in range(VEHICLES_A_COUNTY):
        number = draft.plate()
        draft.add(
            "hazmat_vehicle",
            f"危货车{number}",
            county.code,
            plate=number,
            owner=f"{county.short}{firm_stem(draft.rng)}运输有限公司（示例）",
            goods_class=("2类 气体", "3类 易燃液体", "8类 腐蚀性物质")[i % 3],
            load_t=float(draft.pick("8", "18", "28", "31")),
            emergency_phone=mobile(draft.rng),
        )


def _pipes(draft: Draft, county: County) -> None:
    """Add pipes that run along a few places of the county."""
    kinds = (
        ("natural_gas", "天然气管线", 4.0e6),
        ("heat", "供热干线", 1.6e6),
        ("water", "供水干线", 6e5),
    )
    for medium, label, pressure in kinds:
        places = sorted(draft.siting.draw(county.code, 5, crowd=MIXED, apart=True))
        draft.add(
            "pipeline",
            f"{county.short}{label}（示例）",
            county.code,
            medium=medium,
            owner=f"{county.short}{firm_stem(draft.rng)}管网公司（示例）",
            diameter_mm=float(draft.pick("300", "400", "500", "700")),
            pressure_pa=pressure,
            built_year=draft.number(1998, 2022),
            material="钢管",
            emergency_phone=switchboard(draft.rng),
            route=shapely.LineString(places),
        )
