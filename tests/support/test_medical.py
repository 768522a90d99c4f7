from __future__ import annotations

import math

from anlan.forecast.types import Figure
from anlan.support.medical.rules import (
    Casualties,
    Hospital,
    choose_hospitals,
    expected_casualties,
)

NAMES = {"toxicology": "中毒", "burn": "烧伤"}


def make_hospital(number: int, minutes: float, **changes: object) -> Hospital:
    values: dict[str, object] = {
        "id": number,
        "name": f"{number}院",
        "lon": 117.0,
        "lat": 36.0,
        "level": "三级甲等",
        "specialties": frozenset(),
        "free_beds": 10,
        "drive_s": minutes * 60,
        "eta_source": "路网",
        **changes,
    }
    return Hospital(**values)  # type: ignore[arg-type]


def make_casualties(serious: int, minor: int) -> Casualties:
    return Casualties(
        serious=Figure(value=serious, unit="人", source="接报"),
        minor=Figure(value=minor, unit="人", source="接报"),
    )


def test_serious_cases_go_to_the_specialty_and_others_to_the_nearest() -> None:
    near = make_hospital(1, 5)
    special = make_hospital(2, 25, specialties=frozenset({"toxicology"}))
    plan = choose_hospitals(
        [near, special], make_casualties(3, 4), specialties=["toxicology"], names=NAMES
    )
    taken = {s.hospital.id: (s.serious, s.minor) for s in plan.shares}
    assert taken == {1: (0, 4), 2: (3, 0)}
    assert any("中毒" in reason for s in plan.shares for reason in s.reasons)


def test_a_hospital_without_the_specialty_says_why_it_takes_serious_cases() -> None:
    special = make_hospital(1, 5, specialties=frozenset({"toxicology"}), free_beds=2)
    plan = choose_hospitals(
        [special, make_hospital(2, 25)],
        make_casualties(5, 0),
        specialties=["toxicology"],
        names=NAMES,
    )
    other = next(s for s in plan.shares if s.hospital.id == 2)
    assert other.serious == 3
    assert any("床位不足才收重症" in reason for reason in other.reasons)


def test_no_hospital_is_asked_for_more_than_its_free_beds() -> None:
    plan = choose_hospitals(
        [make_hospital(1, 5, free_beds=2), make_hospital(2, 9, free_beds=3)],
        make_casualties(1, 6),
        specialties=[],
        names=NAMES,
    )
    assert sum(s.serious + s.minor for s in plan.shares) == 5
    assert plan.shortfalls == ("轻症床位缺2张（需6张）；请启用市外转诊与应急扩床",)


def test_unknown_beds_and_hospitals_in_the_plume_are_named_and_not_counted() -> None:
    plan = choose_hospitals(
        [
            make_hospital(1, 5, free_beds=None),
            make_hospital(2, 6, inside_danger="AEGL-2 区"),
            make_hospital(3, math.inf),
            make_hospital(4, 8, free_beds=0),
        ],
        make_casualties(1, 0),
        specialties=["toxicology"],
        names=NAMES,
    )
    assert plan.shares == ()
    assert [h.id for h, _ in plan.alternatives] == [1, 2, 4, 3]
    assert len(plan.shortfalls) == 2


def test_casualties_range_from_those_reported_to_those_outdoors() -> None:
    worst = Figure(value=100, unit="人", source="网格", low=20.0, high=395.0)
    found = expected_casualties(
        reported_serious=1, reported_injured=2, worst=worst, second=None, is_day=True
    )
    assert (found.serious.low, found.serious.value, found.serious.high) == (1, 8, 29)
    assert found.serious.to_confirm
    assert (found.minor.value, found.minor.source) == (1, "接报伤情")
