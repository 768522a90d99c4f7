"""Orders: queued for every ready task, delivered by channels, answered by receipts.

Queuing happens in the transaction of the decision; delivering outside of it, later, by a job. In
an exercise nothing leaves: its messages are held, and shown.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from anlan.command.channels import LOCAL, Delivery, configured_channels
from anlan.command.choices import (
    ChannelKind,
    IncidentStatus,
    MessageStatus,
    ReceiptKind,
    TaskStatus,
)
from anlan.command.models import Incident, OutboxMessage, Task
from anlan.command.phrases import moment, moment_with_year
from anlan.command.rules.words import words_asked_for
from anlan.command.selectors.recipients import Recipient, recipients_of
from anlan.command.services.announce import announce, announce_incident
from anlan.command.services.tasks import task_receipt
from anlan.command.types import ConflictError, Problem, RefusedError
from anlan.core.choices import ACTUAL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from anlan.command.channels import Channel
    from anlan.core.models import User

__all__ = [
    "message_queue",
    "order_deliver",
    "order_send_all",
    "receipt_message",
    "receipt_take",
    "receipt_token",
]

MOST_ATTEMPTS = 6
FIRST_PAUSE_MIN = 1
LEASE_MIN = 5
"""A message that a job took and did not finish (it was killed) is taken again after this."""
TOKEN_AGE_S = 7 * 24 * 3600
SALT = "anlan.command.receipt"


@transaction.atomic
def order_send_all(*, incident_id: int, by: User, now: datetime) -> list[OutboxMessage]:
    """Give out every task that is ready: one message for each receiver and channel.

    Raises
    ------
    ConflictError
        If the incident is closed, or no task is ready.
    """
    incident = Incident.objects.select_related("division").get(pk=incident_id)
    if incident.status != IncidentStatus.OPEN:
        raise ConflictError(f"事件 {incident.number} 已结束，不能再下达命令")
    tasks = list(
        incident.tasks.filter(status=TaskStatus.READY).select_related("owner_unit").order_by("pk")
    )
    if not tasks:
        raise ConflictError("没有待下达的任务：可能已全部下达，或前置任务尚未完成")
    receivers = recipients_of(tasks, division_code=incident.division_id)
    messages: list[OutboxMessage] = []
    sent: list[Task] = []
    for task in tasks:
        ready = Task.objects.filter(pk=task.pk, status=TaskStatus.READY)
        if not ready.update(status=TaskStatus.SENT, sent_at=now):
            continue
        sent.append(task)
        messages.extend(_orders(incident, task, receivers[task.pk], now))
    OutboxMessage.objects.bulk_create(messages)
    announce_incident(
        verb="task.given_out",
        incident=incident,
        by=by,
        now=now,
        payload={
            "count": len(sent),
            "orders": [
                {"task": m.task_id, "to": m.recipient, "channel": m.get_channel_display()}
                for m in messages
            ],
            "held": incident.is_exercise,
        },
    )
    return messages


@transaction.atomic
def message_queue(
    *,
    incident: Incident,
    channel: str,
    recipient: str,
    address: str,
    subject: str,
    body: str,
    key: str,
    now: datetime,
) -> OutboxMessage:
    """Queue one message that is no order, e.g. a report upwards. The same key is queued once."""
    message = _message(
        incident,
        channel=channel,
        recipient=recipient,
        address=address,
        subject=subject,
        body=body,
        key=key,
        now=now,
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        return OutboxMessage.objects.get(key=message.key)
    return message


def order_deliver(
    *, now: datetime, limit: int = 100, channels: Mapping[str, Channel] | None = None
) -> dict[str, int]:
    """Send what is queued and due. For a job: each message in a transaction of its own.

    A message is claimed by a guarded update before it is sent, so two jobs never send it both. An
    attempt that failed is made again after 1, 2, 4, … minutes, six times in all. Returns how many
    were `sent`, `failed` for good, and put off (`later`).
    """
    ways = configured_channels() if channels is None else channels
    counts = {"sent": 0, "failed": 0, "later": 0}
    due = OutboxMessage.objects.filter(status=MessageStatus.QUEUED, lane=ACTUAL).filter(
        Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    )
    for message in due.select_related("incident").order_by("pk")[:limit]:
        claimed = due.filter(pk=message.pk, attempts=message.attempts).update(
            attempts=F("attempts") + 1, next_attempt_at=now + timedelta(minutes=LEASE_MIN)
        )
        if not claimed:
            continue
        message.attempts += 1
        way = ways.get(message.channel)
        delivery = way.send(message) if way else _no_channel(message)
        counts[_settle(message, delivery, now)] += 1
    return counts


def receipt_token(message: OutboxMessage) -> str:
    """Return the signed token by which the receiver answers this message, and only this one."""
    return _token(message.key)


def receipt_message(token: str) -> OutboxMessage:
    """Return the message that a token answers.

    Raises
    ------
    RefusedError
        If the token was altered, is too old, or belongs to no message.
    """
    try:
        said = signing.loads(token, salt=SALT, max_age=TOKEN_AGE_S)
        return OutboxMessage.objects.select_related("task", "incident").get(key=said["k"])
    except signing.SignatureExpired:
        rule = "链接已过期（7 天），请致电指挥中心"
        raise RefusedError(Problem("token", "回执链接", rule, "过期链接")) from None
    except (signing.BadSignature, OutboxMessage.DoesNotExist, KeyError, TypeError):
        rule = "链接无效，请核对是否完整复制"
        raise RefusedError(Problem("token", "回执链接", rule, token[:20])) from None


@transaction.atomic
def receipt_take(
    *, token: str, kind: str, by_name: str, now: datetime, note: str = ""
) -> OutboxMessage:
    """Take the answer of a receiver who has no account. The same answer twice changes nothing.

    Raises
    ------
    RefusedError
        If the token is not good, the name is missing, or there is no such answer.
    ConflictError
        If the task can no longer take that step.
    """
    message = receipt_message(token)
    name = words_asked_for("by_name", "回执人", by_name, rule="必须填写姓名", longest=80)
    if kind not in ReceiptKind.values:
        rule = f"应为 {'、'.join(ReceiptKind.values)} 之一"
        raise RefusedError(Problem("kind", "回执", rule, kind))
    if message.task is not None:
        task_receipt(
            task=message.task,
            to=kind,
            by=None,
            by_name=name,
            note=note,
            now=now,
            channel=message.channel,
            message=message,
        )
    first = OutboxMessage.objects.filter(pk=message.pk, receipted_at=None)
    if first.update(status=MessageStatus.RECEIPTED, receipted_at=now):
        message.refresh_from_db()
        announce(
            verb="outbox.receipted",
            subject=message,
            incident=message.incident,
            by=None,
            now=now,
            lane=message.lane,
            payload={
                "recipient": message.recipient,
                "subject": message.subject,
                "name": name,
            },
        )
    return message


def _orders(
    incident: Incident, task: Task, receivers: list[Recipient], now: datetime
) -> list[OutboxMessage]:
    attempt = task.receipts.count()
    messages = []
    for receiver in receivers:
        for channel, address in _ways(receiver):
            key = f"task-{task.pk}-{attempt}-{receiver.key}-{channel}"
            messages.append(
                _message(
                    incident,
                    task=task,
                    channel=channel,
                    recipient=receiver.label,
                    address=address,
                    subject=f"{incident.title}：{task.title}",
                    body=_body(incident, task, receiver, key),
                    key=key,
                    now=now,
                )
            )
    return messages


def _ways(receiver: Recipient) -> list[tuple[str, str]]:
    """Return by which channels a receiver is told: the outbox always, others where set up."""
    ways = [(str(ChannelKind.OUTBOX), receiver.phone)]
    if settings.ANLAN_EMAIL and receiver.email:
        ways.append((str(ChannelKind.EMAIL), receiver.email))
    if settings.ANLAN_WEBHOOK:
        ways.append((str(ChannelKind.WEBHOOK), settings.ANLAN_WEBHOOK))
    return ways


def _body(incident: Incident, task: Task, receiver: Recipient, key: str) -> str:
    lines = [
        f"{receiver.label}：",
        f"{moment(incident.occurred_at)}，{incident.place or incident.title}。",
        f"任务：{task.title}。{task.text}".strip(),
    ]
    if task.due_at:
        lines.append(f"完成期限：{moment_with_year(task.due_at)}。")
    if task.basis:
        lines.append(f"依据：{task.basis}。")
    if task.receipt_required:
        lines.append(f"收到请回执：{settings.ANLAN_ADDRESS}/receipts/{_token(key)}/")
    return "\n".join(lines)


def _token(key: str) -> str:
    return signing.dumps({"k": key}, salt=SALT, compress=True)


def _message(
    incident: Incident,
    *,
    channel: str,
    recipient: str,
    address: str,
    subject: str,
    body: str,
    key: str,
    now: datetime,
    task: Task | None = None,
) -> OutboxMessage:
    """Return the message, not yet stored, in the state in which it begins."""
    status, sent_at = MessageStatus.QUEUED, None
    if incident.is_exercise:
        # The first of two locks; `order_deliver` looks at the lane again.
        status = MessageStatus.HELD_EXERCISE
        subject, body = f"【演练】{subject}", f"【演练，不外发】\n{body}"
    elif channel in LOCAL:
        status, sent_at = MessageStatus.SENT, now
    return OutboxMessage(
        lane=incident.lane,
        incident=incident,
        task=task,
        channel=channel,
        recipient=recipient[:120],
        address=address,
        subject=" ".join(subject.split())[:200],
        body=body,
        status=status,
        key=key[:120],
        created_at=now,
        sent_at=sent_at,
    )


def _no_channel(message: OutboxMessage) -> Delivery:
    label = message.get_channel_display()
    return Delivery(ok=False, error=f"渠道“{label}”没有配置，请联系系统管理员", final=True)


@transaction.atomic
def _settle(message: OutboxMessage, delivery: Delivery, now: datetime) -> str:
    """Write down how an attempt ended."""
    row = OutboxMessage.objects.filter(pk=message.pk, status=MessageStatus.QUEUED)
    if delivery.ok:
        row.update(status=MessageStatus.SENT, sent_at=now, error="", next_attempt_at=None)
        return "sent"
    if not delivery.final and message.attempts < MOST_ATTEMPTS:
        pause = timedelta(minutes=FIRST_PAUSE_MIN * 2 ** (message.attempts - 1))
        row.update(error=delivery.error[:300], next_attempt_at=now + pause)
        return "later"
    row.update(status=MessageStatus.FAILED, error=delivery.error[:300], next_attempt_at=None)
    announce(
        verb="outbox.failed",
        subject=message,
        incident=message.incident,
        by=None,
        now=now,
        lane=message.lane,
        payload={
            "recipient": message.recipient,
            "channel": message.get_channel_display(),
            "subject": message.subject,
            "attempts": message.attempts,
        },
        reasons=[delivery.error],
    )
    return "failed"
