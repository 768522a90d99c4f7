"""The pages of a correction: the form, what a new version changes, the stock, an updated warning."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from shapely import MultiPolygon, Point, box

from anlan.command.services import (
    package_build,
    package_part_decide,
    report_receive,
    report_verify,
    response_start,
    scenario_correct,
)
from anlan.plans.selectors import example_texts
from anlan.plans.services import plan_approve, plan_import
from anlan.register.models import ResponseUnit, Stock, Warehouse
from anlan.warn.models import PublicWarning
from anlan.warn.services import warning_approve, warning_issue
from kit.leak import LEAK, NOW
from kit.pages import look

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from kit.people import People, Places

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SCENARIO = {"kind": "gas_release", "substance": "液氨", "hole_diameter_m": 0.05}
WEATHER = {"wind_speed": 2.0, "wind_from_deg": 230.0, "is_day": True}


@pytest.fixture
def night(people: People, places: Places, settings: Any, tmp_path: Path) -> dict[str, str]:
    """A leak whose hole was corrected after its package was approved; addresses by name."""
    settings.ANLAN_CITY = tmp_path / "city"
    places.zhangqiu.boundary = MultiPolygon([box(117.4, 36.5, 117.7, 37.0)])
    places.zhangqiu.save()
    text = example_texts()["hazardous_chemicals.toml"]
    version = plan_import(text=text, division=places.jinan, by=people.xu_jing, now=NOW)
    plan_approve(version=version, by=people.gao_feng, now=NOW, reason="测试")
    here: dict[str, Any] = {"division": places.zhangqiu, "observed_at": NOW}
    for n in range(4):
        where = Point(117.55, 36.84 + n / 100)
        ResponseUnit.objects.create(
            name=f"危化{n}组", kind="hazmat_crew", location=where, phone="0531-1", **here
        )
    store = Warehouse.objects.create(name="章丘库", location=Point(117.5, 36.95), **here)
    stock = [
        Stock.objects.create(
            name=f"章丘库·{item}", warehouse=store, item=item, quantity=90, measure="套", **here
        )
        for item in ("chemical_suit", "scba")
    ]
    now = timezone.now()
    report = report_receive(entered=LEAK, by=people.lin_lan, now=NOW)
    leak = report_verify(
        report_id=report.pk, scenario=SCENARIO, weather=WEATHER, by=people.lin_lan, now=NOW
    )
    response_start(
        incident_id=leak.pk, level=3, matter="泄漏", expected_until=now + timedelta(hours=9),
        measures="疏散", by=people.gao_feng, now=now,
    )  # fmt: skip
    first = package_build(incident_id=leak.pk, by=people.lin_lan, now=now)
    for kind in ("units", "supplies", "warning"):
        part = first.parts.get(kind=kind)
        package_part_decide(part_id=part.pk, decision="approved", by=people.gao_feng, now=now)
    warning = PublicWarning.objects.get()
    warning_approve(warning=warning, by=people.gao_feng, now=now)
    warning_issue(warning=warning, by=people.gao_feng, now=now)
    scenario_correct(
        incident_id=leak.pk, scenario={**SCENARIO, "hole_diameter_m": 0.15}, weather=WEATHER,
        reason="现场侦检确认孔径", by=people.lin_lan, now=now,
    )  # fmt: skip
    second = package_build(incident_id=leak.pk, by=people.lin_lan, now=now)
    return {
        "scenario": reverse("console:incident-scenario", args=[leak.pk]),
        "incident": reverse("console:incident", args=[leak.pk]),
        "package": reverse("console:package", args=[second.pk]),
        "stock": reverse("console:record", args=["stock", stock[0].pk]),
        "warning": reverse("console:warning", args=[warning.pk]),
        "update": reverse("console:warning-update", args=[warning.pk]),
    }


def test_the_pages_of_a_correction_are_sound(
    night: dict[str, str],
    people: People,
    page: Page,
    sign_in: Callable[..., None],
    live_server: LiveServer,
    pictures: Path | None,
) -> None:
    sign_in(page, people.gao_feng)
    for name, address in night.items():
        look(page, live_server.url + address, pictures, f"correction-{name}")
