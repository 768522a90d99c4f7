from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from shapely import MultiPolygon, box

from anlan.command.models import OutboxMessage
from anlan.command.rules.tasks import TaskDraft
from anlan.command.services import order_send_all, report_receive, report_verify, tasks_create
from kit.leak import LEAK

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from kit.people import People, Places

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 800}


def test_a_receiver_answers_on_a_phone(
    live_server: LiveServer, new_page: Callable[..., Page], people: People, places: Places
) -> None:
    now = timezone.now()
    places.zhangqiu.boundary = MultiPolygon([box(117.4, 36.5, 117.7, 37.0)])
    places.zhangqiu.save()
    told = replace(LEAK, occurred_at=now - timedelta(minutes=9), received_at=now)
    report = report_receive(entered=told, by=people.lin_lan, now=now, lane="ex-1")
    incident = report_verify(report_id=report.pk, by=people.lin_lan, now=now)
    draft = TaskDraft(
        key="a",
        title="疏散下风向群众",
        text="沿封控图外侧组织步行疏散，老人儿童用车。",
        owner_label="章丘区政府",
        due_offset_min=30,
    )
    tasks_create(incident_id=incident.pk, drafts=[draft], by=people.lin_lan, now=now)
    order_send_all(incident_id=incident.pk, by=people.gao_feng, now=now)
    link = re.search(r"/receipts/\S+/", OutboxMessage.objects.get().body)
    assert link is not None
    page = new_page(viewport=PHONE)
    page.goto(live_server.url + link.group())
    assert page.get_by_text("演练：不是真实事件").is_visible()
    page.fill("#id_by_name", "赵强")
    page.click("button[value=accepted]")
    page.wait_for_selector("li:has-text('赵强')")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
