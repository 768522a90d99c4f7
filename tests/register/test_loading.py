"""Records loaded from code: all or nothing, by name, with what is known about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from anlan.core.records.services import BadRowsError, records_load
from anlan.register.models import Hospital, Stock

if TYPE_CHECKING:
    from kit.people import Places


def hospital(name: str, lon: float, **more: Any) -> dict[str, Any]:
    return {"name": name, "division": "370114", "location": (lon, 36.7), **more}


def load(key: str, *rows: dict[str, Any]) -> None:
    records_load(key, rows, by=None, now=timezone.now())


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
