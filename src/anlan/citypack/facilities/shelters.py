"""Where people go, and whom we must fetch first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.citypack.facilities.draft import per_people
from anlan.citypack.facilities.words import QUARTERS

if TYPE_CHECKING:
    from anlan.citypack.facilities.draft import County, Draft

__all__ = ["add_exposed", "add_shelters", "care_institution", "school"]

PEOPLE_A_SHELTER = 15_000
PEOPLE_A_SCHOOL = 12_000
PEOPLE_A_CARE = 20_000
PEOPLE_A_CROWD = 40_000

AREA_A_PERSON_M2 = {"emergency": 1.0, "short": 2.0, "medium": 3.0, "long": 4.5, "central": 4.5}
"""Effective area for one person by class of shelter: figures of that order in GB 51143. [m2]"""

STAGES = {
    "primary": ("小学", 600, 2_200, 0.0),
    "junior": ("中学", 700, 2_400, 0.15),
    "nine_year": ("九年一贯制学校", 900, 2_600, 0.05),
    "senior": ("高级中学", 1_200, 3_600, 0.7),
    "vocational": ("职业中等专业学校", 1_000, 4_000, 0.8),
    "college": ("职业学院", 5_000, 16_000, 0.95),
}
CARE = {
    "kindergarten": ("幼儿园", 90, 380, 0.0),
    "nursing_home": ("养老院", 40, 260, 0.45),
    "welfare_home": ("社会福利院", 60, 200, 0.4),
    "disability": ("托养中心", 30, 90, 0.6),
}
CROWDED = {
    "mall": ("购物广场", 3_000, 15_000),
    "scenic": ("景区", 5_000, 40_000),
    "stadium": ("体育馆", 3_000, 20_000),
    "theatre": ("影剧院", 400, 1_500),
    "hotel": ("宾馆", 200, 900),
    "square": ("文化广场", 3_000, 20_000),
}


def add_shelters(draft: Draft) -> None:
    """Add about one shelter for 15,000 people."""
    for county in draft.counties:
        count = per_people(county.people, PEOPLE_A_SHELTER, least=6)
        for i, place in enumerate(draft.siting.draw(county.code, count, apart=True)):
            kind = "central" if i == 0 else ("long" if i == 1 else "")
            kind = kind or draft.pick("emergency", "emergency", "short", "short", "short", "medium")
            indoor = kind in {"short", "medium"} and bool(draft.rng.random() < 0.6)
            place_name = (
                draft.pick("体育馆", "中学", "社区中心") if indoor else draft.pick("公园", "广场")
            )
            area = float(draft.number(800, 6_000) if indoor else draft.number(2_000, 60_000))
            town = draft.town(county.code, place)
            stem = town.name if town else county.short
            draft.add(
                "shelter",
                f"{stem}{draft.pick(*QUARTERS)}{place_name}避难场所",
                county.code,
                place,
                shelter_class=kind,
                capacity=int(area / AREA_A_PERSON_M2[kind]),
                occupied=0,
                area_m2=area,
                indoor=indoor,
                suits=(
                    ["flood", "typhoon", "hazmat", "cold"]
                    if indoor
                    else ["earthquake", "fire", "hazmat", "geological"]
                ),
                is_open=False,
                **draft.keeper(),
            )


def add_exposed(draft: Draft) -> None:
    """Add schools, kindergartens, homes and crowded places."""
    for county in draft.counties:
        if "school" not in draft.given:
            _schools(draft, county)
        if "care_institution" not in draft.given:
            _care(draft, county)
        _crowded(draft, county)


def school(
    draft: Draft, stem: str, division: str, place: tuple[float, float], stage: str
) -> dict[str, Any]:
    """Add one school of a stage."""
    label, low, high, boarding = STAGES[stage]
    pupils = draft.number(low, high)
    return draft.add(
        "school",
        f"{stem}{label}",
        division,
        place,
        stage=stage,
        pupils=pupils,
        boarders=int(pupils * boarding),
        staff=max(12, pupils // 14),
        **draft.keeper(),
    )


def care_institution(
    draft: Draft, stem: str, division: str, place: tuple[float, float], kind: str
) -> dict[str, Any]:
    """Add one kindergarten or home."""
    label, low, high, immobile = CARE[kind]
    residents = draft.number(low, high)
    return draft.add(
        "care_institution",
        f"{stem}{label}",
        division,
        place,
        kind=kind,
        residents=residents,
        immobile=int(residents * immobile),
        staff=max(6, residents // 8),
        **draft.keeper(),
    )


def _schools(draft: Draft, county: County) -> None:
    count = per_people(county.people, PEOPLE_A_SCHOOL, least=8)
    stages = ("primary", "primary", "primary", "junior", "nine_year", "primary", "senior", "junior")
    for i, place in enumerate(draft.siting.draw(county.code, count, apart=True)):
        stage = stages[i % len(stages)]
        if i % 25 == 12:
            stage = "vocational"
        if i % 60 == 59:
            stage = "college"
        school(draft, _stem(draft, county, place), county.code, place, stage)


def _care(draft: Draft, county: County) -> None:
    count = per_people(county.people, PEOPLE_A_CARE, least=5)
    for i, place in enumerate(draft.siting.draw(county.code, count)):
        kind = ("kindergarten", "kindergarten", "nursing_home")[i % 3]
        if i % 20 == 19:
            kind = ("welfare_home", "disability")[i // 20 % 2]
        care_institution(draft, _stem(draft, county, place), county.code, place, kind)


def _crowded(draft: Draft, county: County) -> None:
    count = per_people(county.people, PEOPLE_A_CROWD, least=4)
    for i, place in enumerate(draft.siting.draw(county.code, count)):
        kind = list(CROWDED)[i % len(CROWDED)]
        label, low, high = CROWDED[kind]
        capacity = draft.number(low, high)
        draft.add(
            "crowded_place",
            f"{_stem(draft, county, place)}{label}",
            county.code,
            place,
            kind=kind,
            capacity=capacity,
            exits=max(2, capacity // 1_500),
            **draft.keeper(),
        )


def _stem(draft: Draft, county: County, place: tuple[float, float]) -> str:
    return f"{draft.stem(county, place)}{draft.pick(*QUARTERS)}"
