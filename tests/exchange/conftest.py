from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import shapely

from anlan.core.models import Person, Unit
from anlan.register.models import School

if TYPE_CHECKING:
    from kit.people import Places

SEEN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def boundaries(places: Places) -> None:
    """Give Zhangqiu and Jinan a box each: what lies outside is refused."""
    for place, box in (
        (places.zhangqiu, (117.2, 36.4, 117.9, 37.2)),
        (places.jinan, (116, 36, 118, 38)),
    ):
        place.boundary = shapely.MultiPolygon([shapely.box(*box)])
        place.save()


@pytest.fixture
def schools(places: Places) -> list[School]:
    """Thirty schools in Zhangqiu on a line to the east, and one in another city."""
    there = [
        School(
            name=f"第{i}小学",
            division=places.zhangqiu,
            location=shapely.Point(117.4 + i / 100, 36.7),
            observed_at=SEEN,
        )
        for i in range(30)
    ]
    far = School(name="外市小学", division=places.dongchangfu, location=shapely.Point(116, 36.4))
    return School.objects.bulk_create([*there, far])


@pytest.fixture
def contact(places: Places) -> Person:
    unit = Unit.objects.create(
        name="章丘区应急管理局", division=places.zhangqiu, location=shapely.Point(117.5, 36.7)
    )
    return Person.objects.create(
        name="李明", division=places.zhangqiu, unit=unit, phone="13800000000"
    )
