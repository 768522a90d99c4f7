from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from shapely import Point

from anlan.command.channels import Delivery, EmailChannel, WebhookChannel
from anlan.command.models import Incident, OutboxMessage, Report, Task
from anlan.command.rules.tasks import TaskDraft
from anlan.command.services import (
    order_deliver,
    order_send_all,
    receipt_take,
    receipt_token,
    report_verify,
    task_advance,
    task_cancel,
    tasks_create,
)
from anlan.command.types import ConflictError, RefusedError
from anlan.core.models import JournalEntry, Person, Post, Unit
from kit.leak import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django.fixtures import Settings

    from kit.people import People, Places

LATER = NOW + timedelta(minutes=5)
DRAFTS = [
    TaskDraft(
        key="alarm",
        title="调派危化救援队",
        owner_post="fire_duty",
        owner_label="消防救援支队指挥中心",
        due_offset_min=15,
        basis="危险化学品事故应急预案（示例）5.2",
    ),
    TaskDraft(
        key="evacuate", title="疏散下风向群众", owner_label="章丘区政府", depends_on=("alarm",)
    ),
]


@pytest.fixture
def fire_desk(land: Places) -> Person:
    unit = Unit.objects.create(
        name="消防救援支队", division=land.jinan, location=Point(117.0, 36.7)
    )
    post = Post.objects.create(name="指挥中心", code="fire_duty", unit=unit, division=land.jinan)
    return Person.objects.create(
        name="赵强",
        unit=unit,
        post=post,
        division=land.jinan,
        phone="0531-119",
        email="duty@example.org",
        on_duty=True,
    )


@pytest.fixture
def orders(leak: Incident, people: People, fire_desk: Person) -> list[OutboxMessage]:
    tasks_create(incident_id=leak.pk, drafts=DRAFTS, by=people.lin_lan, now=NOW)
    return order_send_all(incident_id=leak.pk, by=people.gao_feng, now=NOW)


class Broken:
    """A channel that never gets through, and counts how often it was asked."""

    def __init__(self, *, final: bool = False) -> None:
        self.final = final
        self.asked = 0

    def send(self, message: OutboxMessage) -> Delivery:
        self.asked += 1
        return Delivery(ok=False, error="连接失败：timed out", final=self.final)


def queued(incident: Incident, **fields: object) -> OutboxMessage:
    given = {
        "incident": incident,
        "channel": "email",
        "recipient": "赵强",
        "address": "duty@example.org",
        "subject": "疏散",
        "body": "请疏散",
        "key": "k1",
        "created_at": NOW,
    }
    return OutboxMessage.objects.create(**{**given, **fields})


def state(key: str) -> str:
    return Task.objects.get(key=key).status


def test_only_ready_tasks_are_given_out(orders: list[OutboxMessage]) -> None:
    assert (state("alarm"), state("evacuate")) == ("sent", "waiting")
    assert [message.recipient for message in orders] == ["消防救援支队指挥中心（赵强）"]
    message = OutboxMessage.objects.get()
    assert message.status == "sent"
    assert "任务：调派危化救援队" in message.body
    assert "完成期限：2026年3月1日10时25分" in message.body
    assert "依据：危险化学品事故应急预案（示例）5.2" in message.body


def test_creating_the_same_tasks_again_makes_none(leak: Incident, people: People) -> None:
    made = tasks_create(incident_id=leak.pk, drafts=DRAFTS, by=people.lin_lan, now=NOW)
    again = tasks_create(incident_id=leak.pk, drafts=DRAFTS, by=people.lin_lan, now=NOW)
    assert (len(made), len(again), Task.objects.count()) == (2, 0, 2)


def test_giving_out_twice_sends_nothing_twice(
    orders: list[OutboxMessage], leak: Incident, people: People
) -> None:
    with pytest.raises(ConflictError, match="没有待下达的任务"):
        order_send_all(incident_id=leak.pk, by=people.gao_feng, now=LATER)
    assert OutboxMessage.objects.count() == 1


def test_a_finished_task_frees_those_that_waited(
    orders: list[OutboxMessage], people: People
) -> None:
    task = Task.objects.get(key="alarm")
    for step in ("accepted", "doing", "done"):
        task_advance(task_id=task.pk, to=step, by=people.lin_lan, now=LATER)
    assert (state("alarm"), state("evacuate")) == ("done", "ready")
    assert list(task.receipts.values_list("kind", flat=True)) == ["accepted", "doing", "done"]


def test_a_step_that_is_not_there_is_refused(orders: list[OutboxMessage], people: People) -> None:
    waiting = Task.objects.get(key="evacuate")
    with pytest.raises(ConflictError, match="现在是“等待前置”，不能改为“已完成”"):
        task_advance(task_id=waiting.pk, to="done", by=people.lin_lan, now=LATER)
    sent = Task.objects.get(key="alarm")
    with pytest.raises(RefusedError, match="无法完成时必须写明原因"):
        task_advance(task_id=sent.pk, to="failed", by=people.lin_lan, now=LATER)
    with pytest.raises(RefusedError, match="收到 ready"):
        task_advance(task_id=sent.pk, to="ready", by=people.lin_lan, now=LATER)


def test_cancelling_needs_a_reason_and_a_task_that_runs(
    orders: list[OutboxMessage], people: People
) -> None:
    task = Task.objects.get(key="alarm")
    with pytest.raises(RefusedError, match="取消理由"):
        task_cancel(task_id=task.pk, reason="", by=people.gao_feng, now=LATER)
    task_cancel(task_id=task.pk, reason="风向改变", by=people.gao_feng, now=LATER)
    with pytest.raises(ConflictError):
        task_cancel(task_id=task.pk, reason="再次", by=people.gao_feng, now=LATER)


def test_a_receipt_by_link_moves_the_task_and_marks_the_message(
    orders: list[OutboxMessage],
) -> None:
    token = receipt_token(orders[0])
    receipt_take(token=token, kind="accepted", by_name="赵强", now=LATER)
    message = OutboxMessage.objects.get()
    assert (message.status, message.receipted_at) == ("receipted", LATER)
    receipt = Task.objects.get(key="alarm").receipts.get()
    assert (receipt.by_name, receipt.by, receipt.message) == ("赵强", None, message)


def test_the_same_receipt_twice_changes_nothing(orders: list[OutboxMessage]) -> None:
    token = receipt_token(orders[0])
    receipt_take(token=token, kind="done", by_name="赵强", now=LATER)
    receipt_take(token=token, kind="done", by_name="赵强", now=LATER + timedelta(minutes=1))
    receipt_take(token=token, kind="accepted", by_name="赵强", now=LATER + timedelta(minutes=2))
    assert state("alarm") == "done"
    assert Task.objects.get(key="alarm").receipts.count() == 1
    assert JournalEntry.objects.filter(verb="outbox.receipted").count() == 1


@pytest.mark.parametrize("token", ["", "abc", "eyJtIjoxfQ:1abc:xyz"])
def test_a_forged_link_is_refused(orders: list[OutboxMessage], token: str) -> None:
    with pytest.raises(RefusedError, match="回执链接：链接无效"):
        receipt_take(token=token, kind="done", by_name="赵强", now=LATER)


def test_an_altered_link_is_refused(orders: list[OutboxMessage]) -> None:
    token = receipt_token(orders[0])
    with pytest.raises(RefusedError, match="链接无效"):
        receipt_take(token=token[:-2] + "zz", kind="done", by_name="赵强", now=LATER)


def test_a_receipt_needs_a_name(orders: list[OutboxMessage]) -> None:
    with pytest.raises(RefusedError, match="回执人：必须填写姓名"):
        receipt_take(token=receipt_token(orders[0]), kind="done", by_name=" ", now=LATER)


def test_mail_goes_out_once_with_a_stable_id(leak: Incident, settings: Settings) -> None:
    queued(leak)
    assert order_deliver(now=NOW, channels={"email": EmailChannel()})["sent"] == 1
    assert order_deliver(now=NOW, channels={"email": EmailChannel()})["sent"] == 0
    assert [m.subject for m in mail.outbox] == ["疏散"]
    assert mail.outbox[0].extra_headers["Message-ID"].startswith("<k1@")


def test_a_mail_server_that_refuses_is_a_delivery_that_failed(
    leak: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> int:
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    queued(leak)
    assert order_deliver(now=NOW, channels={"email": EmailChannel()})["later"] == 1
    assert "邮件服务器" in OutboxMessage.objects.get().error


def test_a_failed_delivery_is_tried_again_later_and_given_up_at_last(leak: Incident) -> None:
    queued(leak)
    broken = Broken()
    now = NOW
    pauses = []
    for _attempt in range(6):
        order_deliver(now=now, channels={"email": broken})
        message = OutboxMessage.objects.get()
        if message.next_attempt_at is not None:
            pauses.append((message.next_attempt_at - now).total_seconds() / 60)
            assert order_deliver(now=now, channels={"email": broken})["later"] == 0
            now = message.next_attempt_at
    assert pauses == [1, 2, 4, 8, 16]
    assert broken.asked == 6
    message = OutboxMessage.objects.get()
    assert (message.status, message.error) == ("failed", "连接失败：timed out")
    assert JournalEntry.objects.filter(verb="outbox.failed").count() == 1


def test_what_cannot_succeed_is_not_tried_again(leak: Incident) -> None:
    queued(leak)
    broken = Broken(final=True)
    assert order_deliver(now=NOW, channels={"email": broken})["failed"] == 1
    assert order_deliver(now=LATER, channels={"email": broken})["failed"] == 0


def test_a_channel_that_is_not_set_up_is_said_so(leak: Incident) -> None:
    queued(leak)
    order_deliver(now=NOW, channels={})
    assert "渠道“电子邮件”没有配置" in OutboxMessage.objects.get().error


def test_nothing_of_an_exercise_leaves(
    receive: Callable[..., Report], people: People, fire_desk: Person, settings: Settings
) -> None:
    settings.ANLAN_EMAIL = True
    report = receive(lane="ex-1")
    incident = report_verify(report_id=report.pk, by=people.lin_lan, now=NOW)
    tasks_create(incident_id=incident.pk, drafts=DRAFTS, by=people.lin_lan, now=NOW)
    messages = order_send_all(incident_id=incident.pk, by=people.gao_feng, now=NOW)
    assert {m.status for m in messages} == {"held_exercise"}
    assert all(m.subject.startswith("【演练】") for m in messages)
    OutboxMessage.objects.filter(channel="email").update(status="queued")  # the second lock
    broken = Broken()
    assert order_deliver(now=LATER, channels={"email": broken}) == {
        "sent": 0,
        "failed": 0,
        "later": 0,
    }
    assert broken.asked == 0
    assert mail.outbox == []
    receipt_take(token=receipt_token(messages[0]), kind="accepted", by_name="赵强", now=LATER)
    assert state("alarm") == "accepted"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://gw.example.org/x", "http 或 https"),
        ("http://user:pw@gw.example.org/x", "http 或 https"),
        ("http://other.example.org/x", "不在允许名单内"),
        ("http://localhost/x", "指向内网地址"),
        ("not an address", "http 或 https"),
    ],
)
def test_a_webhook_calls_listed_public_hosts_only(address: str, why: str) -> None:
    channel = WebhookChannel(hosts={"gw.example.org": False, "localhost": False})
    assert why in channel.refusal(address)


def test_a_private_host_may_be_listed_as_such() -> None:
    assert WebhookChannel(hosts={"localhost": True}).refusal("http://localhost:9/x") == ""
