"""Arrays for analysis, facilities in an area, places by name."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from django.utils import timezone

from anlan.core.records.services import BadRowsError, records_load
from anlan.register.models import Hospital, Stock
from anlan.register.selectors import facilities_within, facility_arrays, search_places

if TYPE_CHECKING:
    from kit.people import People, Places


def hospital(name: str, lon: float, **more: Any) -> dict[str, Any]:
    return {"name": name, "division": "370114", "location": (lon, 36.7), **more}


def load(key: str, *rows: dict[str, Any]) -> None:
    records_load(key, rows, by=None, now=timezone.now())


def test_a_type_is_read_as_arrays_with_the_fields_asked_for(places: Places) -> None:
    load(
        "hospital",
        hospital("甲", 117.5, beds_total=9, beds_free=3, specialties=("burn",)),
        hospital("乙", 117.6),
    )
    found = facility_arrays("hospital", "beds_free", "specialties", "division_id")
    assert list(found.names) == ["甲", "乙"]
    assert found.lon == pytest.approx([117.5, 117.6])
    assert found.attrs["beds_free"].dtype == np.float64
    assert list(found.attrs["specialties"]) == [("burn",), ()]
    assert list(found.attrs["division_id"]) == ["370114000000"] * 2


def test_lines_stand_at_their_middle_and_no_rows_are_empty_arrays(places: Places) -> None:
    assert len(facility_arrays("pipeline", "diameter_mm")) == 0
    row = {"name": "甲线", "division": "370114", "medium": "natural_gas", "diameter_mm": 300}
    load("pipeline", {**row, "route": shapely.LineString([(117, 36), (118, 36)])})
    assert facility_arrays("pipeline").lon == pytest.approx([117.5])


def test_a_type_without_a_place_has_no_arrays(db: None) -> None:
    with pytest.raises(ValueError, match="no place on the map"):
        facility_arrays("post")


def test_facilities_in_an_area_are_those_that_touch_it(places: Places) -> None:
    load("hospital", hospital("甲", 117.5), hospital("乙", 117.6))
    found = facilities_within("hospital", shapely.box(117.55, 36, 118, 37), "icu_free")
    assert list(found.names) == ["乙"]


def test_a_search_finds_places_best_match_first(people: People, places: Places) -> None:
    places.zhangqiu.centre = "POINT(117.53 36.68)"
    places.zhangqiu.save()
    load("hospital", hospital("章丘区", 117.5), hospital("新章丘区医院", 117.6))
    load("school", {"name": "章丘区一中", "division": "370114", "location": (117.5, 36.7)})
    found = search_places("章丘区", people.lin_lan)
    assert [p.kind for p in found[:2]] in [["division", "hospital"], ["hospital", "division"]]
    assert [p.name for p in found[2:]] == ["章丘区一中", "新章丘区医院"]
    assert found[2].label == "学校"
    assert (found[2].lon, found[2].division) == (117.5, "370114000000")


def test_a_search_shows_records_of_the_own_division_only(people: People) -> None:
    load("hospital", hospital("章丘医院", 117.5))
    assert [p.name for p in search_places("医院", people.sun_yuan)] == []
    assert [p.name for p in search_places("医院", people.auditor)] == []
    assert [p.name for p in search_places("医院", people.wang_guilan)] == ["章丘医院"]
    assert search_places("  ", people.lin_lan) == []


def test_a_load_that_is_wrong_writes_nothing_and_names_row_and_field(places: Places) -> None:
    rows = [hospital("甲", 117.5), hospital("乙", 117.6, beds_total=-1)]
    with pytest.raises(BadRowsError, match=r"row 2 床位总数 -1: "):
        load("hospital", *rows)
    with pytest.raises(BadRowsError, match=r"row 1 names unknown fields \['bedz'\]"):
        load("hospital", {"name": "甲", "bedz": 1})
    assert not Hospital.objects.exists()


def test_a_load_keeps_when_a_record_was_confirmed_and_that_it_is_an_example(
    places: Places,
) -> None:
    kept = {"confirmed_at": "2026-02-01T08:00:00+08:00", "synthetic": True}
    for row in (hospital("甲", 117.5), hospital("甲", 117.5, **kept)):
        load("hospital", row)
    found = Hospital.objects.get()
    assert (found.synthetic, str(found.confirmed_at)) == (True, "2026-02-01 00:00:00+00:00")


def test_a_load_finds_other_records_by_name(places: Places) -> None:
    load("warehouse", {"name": "一库", "division": "370114", "location": (117.5, 36.7)})
    stock = {"name": "帐篷", "division": "370114", "warehouse": "一库", "item": "tent_12m2"}
    load("stock", {**stock, "quantity": 40})
    load("stock", {**stock, "quantity": 50})
    assert Stock.objects.get().quantity == 50


@pytest.mark.slow
def test_a_search_over_five_thousand_records_is_quick(people: People, places: Places) -> None:
    load("hospital", *(hospital(f"医院{n}", 117.5) for n in range(2500)))
    load("school", *({**hospital(f"学校{n}", 117.5)} for n in range(2500)))
    search_places("医院1", people.lin_lan)
    start = time.perf_counter()
    assert search_places("医院1", people.lin_lan)
    assert time.perf_counter() - start < 0.5  # the goal is 0.05 s; a test machine is busy
