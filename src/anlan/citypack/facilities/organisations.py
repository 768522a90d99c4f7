"""Bureaus, their posts, the people who hold them, and experts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.citypack.facilities.words import mobile, switchboard
from anlan.citypack.tables import rows_of

if TYPE_CHECKING:
    from anlan.citypack.facilities.draft import Draft

__all__ = ["add_experts", "add_organisations"]

COUNTY_BUREAUS = (
    "应急管理局",
    "消防救援大队",
    "公安分局",
    "卫生健康局",
    "交通运输局",
    "城乡水务局",
)
"""Departments that every county gets."""

TITLES = ("高级工程师", "教授级高级工程师", "教授", "主任医师", "研究员")
EMPLOYERS = ("科学研究院", "设计研究院", "大学", "监测中心", "中心医院", "检测研究所")


def add_organisations(draft: Draft) -> None:
    """Add units, posts and contacts of city, counties and townships."""
    _city(draft)
    has_towns = {d.code[:6] for d in draft.divisions if d.level == "township"}
    for division in draft.divisions:
        if division.level == "township":
            _township(draft, division.code, division.name)
        elif division.level == "county" or len(draft.divisions) == 1:
            _county(draft, division.code, division.name, division.host or division.code)
            if division.code[:6] not in has_towns:
                _township(draft, division.code, f"{division.name}示例街道")


def _city(draft: Draft) -> None:
    core = max(draft.counties, key=lambda c: c.people / draft.siting.pools[c.code].boundary.area)
    posts = [row for row in rows_of("posts") if row["tier"] == "city"]
    departments = list(dict.fromkeys(row["department"] for row in posts))
    places = draft.siting.draw(core.code, len(departments))
    short = draft.city.name
    for department, place in zip(departments, places, strict=True):
        name = department.replace("市", short, 1) if department.startswith("市") else department
        unit = draft.add(
            "unit",
            name if name.startswith(short) else f"{short}{name}",
            draft.city.code,
            place,
            kind="市级部门",
            duty_phone=switchboard(draft.rng),
        )
        for row in (r for r in posts if r["department"] == department):
            _post(
                draft, draft.city.code, row["code"], f"{short}{row['name']}", unit["name"], people=2
            )


def _county(draft: Draft, code: str, name: str, host: str) -> None:
    places = draft.siting.draw(host, len(COUNTY_BUREAUS) + 1)
    government = draft.add(
        "unit",
        f"{name}{'管理委员会' if host != code else '人民政府'}",
        code,
        places[0],
        kind="区县政府",
        duty_phone=switchboard(draft.rng),
    )
    bureaus = [
        draft.add(
            "unit",
            f"{name}{bureau}",
            code,
            place,
            kind="区县部门",
            duty_phone=switchboard(draft.rng),
        )
        for bureau, place in zip(COUNTY_BUREAUS, places[1:], strict=True)
    ]
    for row in rows_of("posts"):
        if row["tier"] == "district":
            unit = bureaus[0] if "应急" in row["name"] else government
            _post(draft, code, row["code"], f"{name}{row['name']}", unit["name"], people=2)


def _township(draft: Draft, code: str, name: str) -> None:
    division = next(d for d in draft.divisions if d.code == code)
    county = next(d for d in draft.divisions if d.code == f"{code[:6]}000000")
    if division.centre is not None and division.level == "township":
        place = (division.centre.x, division.centre.y)
    else:
        place = draft.siting.draw(county.host or county.code, 1)[0]
    unit = draft.add(
        "unit",
        f"{name}{'办事处' if name.endswith('街道') else '人民政府'}",
        code,
        place,
        kind="乡镇街道",
        duty_phone=switchboard(draft.rng),
    )
    for row in rows_of("posts"):
        if row["tier"] == "township":
            _post(draft, code, row["code"], f"{name}{row['name']}", unit["name"], people=1)


def _post(draft: Draft, division: str, code: str, name: str, unit: str, *, people: int) -> None:
    post = draft.add("post", name, division, code=code, unit=unit)
    for turn in range(people):
        draft.add(
            "contact",
            draft.someone(unit),
            division,
            unit=unit,
            post=post["name"],
            phone=mobile(draft.rng),
            email="",
            on_duty=turn == 0,
        )


def add_experts(draft: Draft) -> None:
    """Add experts of every hazard to the city."""
    fields = (
        "flood", "typhoon", "earthquake", "geological", "forest_fire", "fire", "hazmat", "mine",
        "traffic", "gas", "network", "radiation", "environment", "epidemic", "food", "crowd",
    )  # fmt: skip
    for speciality in fields:
        for turn in range(7):
            others = draft.some([f for f in fields if f != speciality], 0, 2)
            draft.add(
                "expert",
                draft.someone("experts"),
                draft.city.code,
                specialities=[f for f in fields if f == speciality or f in others],
                employer=f"{draft.city.name}{draft.pick(*EMPLOYERS)}（示例）",
                title=draft.pick(*TITLES),
                phone=mobile(draft.rng),
                chief=turn == 0,
                available=turn != 6,
            )
