"""Hospitals and blood stations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.citypack.facilities.draft import per_people
from anlan.citypack.facilities.words import QUARTERS

if TYPE_CHECKING:
    from anlan.citypack.facilities.draft import County, Draft

__all__ = ["add_medical"]

PEOPLE_A_HOSPITAL = 62_000
BEDS_OF_GRADE = {
    "3a": (1_100, 2_600),
    "3b": (600, 1_100),
    "2a": (300, 650),
    "2b": (180, 360),
    "1": (50, 130),
    "none": (20, 60),
}
"""Fewest and most beds of a hospital of each grade: plausible, not a norm. [-]"""

SPECIALTIES = (
    "burn", "toxicology", "trauma", "hyperbaric", "infectious", "radiation", "paediatric",
    "obstetric", "cardiac", "stroke", "eye", "psychiatric",
)  # fmt: skip
OF_GRADE = {"3a": (6, 9), "3b": (4, 6), "2a": (2, 4), "2b": (1, 3), "1": (0, 1), "none": (0, 0)}


def add_medical(draft: Draft) -> None:
    """Add about one hospital for 62,000 people, the large ones in the counties with most people."""
    if "hospital" not in draft.given:
        for rank, county in enumerate(sorted(draft.counties, key=lambda c: -c.people)):
            _hospitals(draft, county, top=rank < 5)
    for county in draft.counties[:5]:
        place = draft.siting.draw(county.code, 1)[0]
        stocks = {
            f"stock_{kind}_ml": draft.number(40_000, 260_000) for kind in ("a", "b", "o", "ab")
        }
        draft.add(
            "blood_station",
            f"{draft.city.name}血站{county.short}分站",
            county.code,
            place,
            **stocks,
            **draft.keeper(),
        )


def _hospitals(draft: Draft, county: County, *, top: bool) -> None:
    count = per_people(county.people, PEOPLE_A_HOSPITAL, least=4)
    grades = (["3a", "3a", "3b"] if top else ["3b"]) + ["2a", "2a", "2b"]
    grades = (grades + ["1"] * count)[:count]
    places = draft.siting.draw(county.code, count, apart=True)
    for i, (grade, place) in enumerate(zip(grades, places, strict=True)):
        town = draft.town(county.code, place)
        if grade in {"3a", "3b", "2a", "2b"}:
            name = f"{county.name}{('第一', '第二', '第三', '第四', '第五', '第六')[i]}人民医院（示例）"
        else:
            where = town.name if town else draft.pick(*QUARTERS)
            name = f"{county.name}{where}卫生院（示例）"
        hospital(draft, name, county.code, place, grade)


def hospital(
    draft: Draft, name: str, division: str, place: tuple[float, float], grade: str
) -> dict[str, object]:
    """Add one hospital of a grade."""
    beds = draft.number(*BEDS_OF_GRADE[grade])
    intensive = round(beds * 0.045) if grade[0] in "23" else 0
    specialties = draft.some(SPECIALTIES, *OF_GRADE[grade])
    if grade == "3a":
        specialties = [
            s for s in SPECIALTIES if s in {*specialties, "trauma", "toxicology", "burn"}
        ]
    return draft.add(
        "hospital",
        name,
        division,
        place,
        grade=grade,
        beds_total=beds,
        beds_free=round(beds * draft.rng.uniform(0.06, 0.28)),
        icu_total=intensive,
        icu_free=round(intensive * draft.rng.uniform(0.05, 0.35)),
        isolation_beds=round(beds * 0.02),
        ventilators=round(intensive * 1.3),
        ambulances={"3a": 6, "3b": 4, "2a": 3, "2b": 2}.get(grade, 1),
        emergency_department=grade != "none",
        specialties=specialties,
        **draft.keeper(),
    )
