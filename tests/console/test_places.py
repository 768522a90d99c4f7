"""A place by its name, as a caller says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from anlan.console.selectors.places import places_called
from anlan.core.records.services import records_load

if TYPE_CHECKING:
    from kit.people import People, Places


def load(key: str, *names: str) -> None:
    rows: list[dict[str, Any]] = [
        {"name": name, "division": "370114", "location": (117.5, 36.7)} for name in names
    ]
    records_load(key, rows, by=None, now=timezone.now())


def test_what_begins_with_the_words_comes_first(people: People, places: Places) -> None:
    places.zhangqiu.centre = "POINT(117.53 36.68)"
    places.zhangqiu.save()
    load("hospital", "新章丘区医院", "章丘区中医医院")
    load("school", "章丘区一中")
    found = places_called("章丘区", user=people.lin_lan)
    names = ["章丘区", "章丘区一中", "章丘区中医医院", "新章丘区医院"]
    assert [place.name for place in found] == names
    assert (found[1].kind, found[1].longitude) == ("学校", 117.5)


def test_places_of_others_are_not_found(people: People) -> None:
    load("hospital", "章丘医院")
    assert places_called("医院", user=people.sun_yuan) == []
    assert places_called("医院", user=people.auditor) == []
    assert [place.name for place in places_called("医院", user=people.wang_guilan)] == ["章丘医院"]
    assert places_called("  ", user=people.lin_lan) == []
