from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from shapely import MultiPolygon, box

from anlan.command.services import report_receive, report_verify
from kit.leak import LEAK, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from anlan.command.models import Incident, Report
    from kit.people import People, Places


@pytest.fixture
def land(places: Places) -> Places:
    """The places with boundaries: Zhangqiu 117.4–117.7, Lixia beside it, Jinan around both."""
    shapes = {
        places.jinan: box(116.2, 36.0, 117.8, 37.6),
        places.zhangqiu: box(117.4, 36.5, 117.7, 37.0),
        places.lixia: box(117.0, 36.5, 117.2, 36.8),
        places.dongchangfu: box(115.8, 36.3, 116.1, 36.6),
    }
    for division, shape in shapes.items():
        division.boundary = MultiPolygon([shape])
        division.save()
    return places


@pytest.fixture
def receive(people: People, land: Places) -> Callable[..., Report]:
    def receive(lane: str = "actual", **changes: Any) -> Report:
        return report_receive(
            entered=replace(LEAK, **changes), by=people.lin_lan, now=NOW, lane=lane
        )

    return receive


@pytest.fixture
def leak(receive: Callable[..., Report], people: People) -> Incident:
    """The incident that the tests act on: the leak at the chemical park, just verified."""
    return report_verify(report_id=receive().pk, by=people.lin_lan, now=NOW)
