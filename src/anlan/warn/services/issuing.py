"""Approve a warning, issue it, drop it before that, end it when its time is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from anlan.warn.cap import cap_identifier, compose_cap
from anlan.warn.choices import MessageType, WarningStatus
from anlan.warn.models import PublicWarning
from anlan.warn.rules import WarningFacts, alert_of, areas_of
from anlan.warn.selectors import references_of
from anlan.warn.services.steps import WarningStepError, demand_reason, note, take_step

if TYPE_CHECKING:
    from datetime import datetime

    from anlan.core.models import User

__all__ = ["warning_approve", "warning_issue", "warning_withdraw", "warnings_expire"]

SERIALS = range(10)


@transaction.atomic
def warning_approve(*, warning: PublicWarning, by: User, now: datetime, reason: str = "") -> None:
    """Approve a draft (签发).

    Raises
    ------
    WarningStepError
        If it is no draft, its own drafter approves, or it is over already.
    """
    if warning.drafted_by_id == by.pk:
        raise WarningStepError("起草人不能签发自己起草的预警，请由另一人签发")
    if warning.expires <= now:
        raise WarningStepError("预警的结束时间已过，请重新起草")
    take_step(
        warning,
        (WarningStatus.DRAFT,),
        WarningStatus.APPROVED,
        approved_by=by,
        approved_at=now,
    )
    note("warning.approved", warning, by=by, now=now, reasons=(reason,) if reason else ())


@transaction.atomic
def warning_issue(*, warning: PublicWarning, by: User | None, now: datetime) -> PublicWarning:
    """Issue an approved message: number it, write its CAP file, end what it follows.

    Raises
    ------
    WarningStepError
        If it is not approved, is over, or what it follows has ended meanwhile.
    CapRefusedError
        If the message breaks a rule of CAP 1.2.
    """
    if warning.expires <= now:
        raise WarningStepError("预警的结束时间已过，请重新起草")
    sender = warning.sender
    identifier = _free_identifier(sender, now)
    facts = WarningFacts(
        identifier=identifier,
        sender=sender,
        sender_name=warning.issuer,
        sent=now,
        msg_type=warning.kind,
        event_code=warning.event_code,
        event_name=warning.hazard,
        colour=warning.colour,
        headline=warning.headline,
        description=warning.description,
        instruction=warning.instruction,
        effective=warning.effective,
        expires=warning.expires,
        areas=areas_of([(code, name) for code, name in warning.places], warning.area),
        urgency=warning.urgency,
        certainty=warning.certainty,
        references=references_of(warning),
        note=warning.reason,
        exercise=warning.is_exercise,
    )
    cap_xml = compose_cap(alert_of(facts)).decode()
    try:
        with transaction.atomic():
            take_step(
                warning,
                (WarningStatus.APPROVED,),
                WarningStatus.ISSUED,
                identifier=identifier,
                issued_by=by,
                issued_at=now,
                cap_xml=cap_xml,
            )
    except IntegrityError as error:  # another message took the number in the same moment
        raise WarningStepError("同一时刻有另一条消息发布，请再发布一次") from error
    if warning.follows is not None:
        ended = (
            WarningStatus.CANCELLED if warning.kind == MessageType.CANCEL else WarningStatus.UPDATED
        )
        take_step(warning.follows, (WarningStatus.ISSUED,), ended, ended_at=now)
        note(f"warning.{ended.value}", warning.follows, by=by, now=now)
    note("warning.issued", warning, by=by, now=now, identifier=identifier)
    return warning


@transaction.atomic
def warning_withdraw(
    *, warning: PublicWarning, by: User | None, now: datetime, reason: str
) -> None:
    """Drop a message that has not gone out.

    Raises
    ------
    WarningStepError
        If it has gone out (then it must be cancelled), or no reason is given.
    """
    demand_reason(reason)
    take_step(
        warning,
        (WarningStatus.DRAFT, WarningStatus.APPROVED),
        WarningStatus.WITHDRAWN,
        reason=reason,
        ended_at=now,
    )
    note("warning.withdrawn", warning, by=by, now=now, reasons=(reason,))


@transaction.atomic
def warnings_expire(*, now: datetime) -> int:
    """End every issued message whose time is over, and return how many."""
    over = list(PublicWarning.objects.filter(status=WarningStatus.ISSUED, expires__lte=now))
    for warning in over:
        take_step(warning, (WarningStatus.ISSUED,), WarningStatus.EXPIRED, ended_at=now)
        note("warning.expired", warning, by=None, now=now)
    return len(over)


def _free_identifier(sender: str, now: datetime) -> str:
    """Return a number not yet used: ten in one second, then the seconds before are taken."""
    for back in range(60):
        for serial in SERIALS:
            name = cap_identifier(sender, now - timedelta(seconds=back), serial=serial)
            if not PublicWarning.objects.filter(identifier=name).exists():
                return name
    raise WarningStepError("一分钟内发布的消息过多，请稍后再发")
