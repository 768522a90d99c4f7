from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from shapely import MultiPolygon, box

from anlan.command.models import OutboxMessage, Task
from anlan.command.rules.tasks import TaskDraft
from anlan.command.services import order_send_all, report_receive, report_verify, tasks_create
from kit.leak import LEAK, NOW

if TYPE_CHECKING:
    from django.test import Client

    from kit.people import People, Places


@pytest.fixture
def link(people: People, places: Places) -> str:
    """The link in an order that was just given out."""
    places.zhangqiu.boundary = MultiPolygon([box(117.4, 36.5, 117.7, 37.0)])
    places.zhangqiu.save()
    report = report_receive(entered=LEAK, by=people.lin_lan, now=NOW)
    incident = report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)
    drafts = [TaskDraft(key="a", title="疏散下风向群众", owner_label="章丘区政府")]
    tasks_create(incident_id=incident.pk, drafts=drafts, by=people.lin_lan, now=NOW)
    order_send_all(incident_id=incident.pk, by=people.gao_feng, now=NOW)
    found = re.search(r"/receipts/\S+/", OutboxMessage.objects.get().body)
    assert found is not None
    return found.group()


@pytest.fixture
def answer(link: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return link


def test_the_link_opens_the_order_without_an_account(client: Client, link: str) -> None:
    page = client.get(link)
    assert page.status_code == 200
    assert "疏散下风向群众" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_the_receiver_answers_and_sees_it(client: Client, answer: str) -> None:
    page = client.post(answer, {"kind": "accepted", "by_name": "赵强"}, follow=True)
    assert page.status_code == 200
    assert "赵强" in page.content.decode()
    assert Task.objects.get().status == "accepted"
    assert OutboxMessage.objects.get().status == "receipted"


def test_an_answer_that_does_not_fit_is_said_so(client: Client, answer: str) -> None:
    page = client.post(answer, {"kind": "failed", "by_name": "赵强"})
    assert page.status_code == 422
    assert "无法完成时必须写明原因" in page.content.decode()
    assert client.post(answer, {"kind": "accepted"}).status_code == 422
    client.post(answer, {"kind": "done", "by_name": "赵强"})
    page = client.post(answer, {"kind": "failed", "by_name": "赵强", "note": "改口"})
    assert page.status_code == 409
    assert "请刷新后查看" in page.content.decode()


@pytest.mark.parametrize("token", ["x", "eyJrIjoiayJ9:1abc:xyz"])
def test_a_forged_link_does_not_exist(client: Client, link: str, token: str) -> None:
    assert client.get(f"/receipts/{token}/").status_code == 404
    assert client.post(f"/receipts/{token}/", {"kind": "done"}).status_code == 404


def test_an_order_that_only_lies_in_the_outbox_is_not_called_sent(
    client: Client, link: str, people: People
) -> None:
    client.force_login(people.lin_lan)
    page = client.get("/outbox/").content.decode()
    assert "已存入发件箱，未外发" in page
    assert "已发送" not in page


@pytest.mark.parametrize("channel", ["email", "webhook", "in_app"])
def test_what_was_delivered_by_another_channel_is_called_sent(link: str, channel: str) -> None:
    message = OutboxMessage.objects.get()
    message.channel = channel
    assert message.outcome == "已发送"
