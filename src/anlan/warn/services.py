"""Change warnings: draft, edit, approve, issue, update, cancel, expire. Each step is journalled.

Two persons: who drafts or edits does not approve. An exercise goes through the same steps; its
messages carry the status Exercise and 【演练】, and no selector of this room gives them out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from anlan.core.choices import ACTUAL
from anlan.core.dictionaries import event_code as event_code_entry
from anlan.core.journal.services import record
from anlan.warn.cap import cap_identifier, compose_cap, sender_code
from anlan.warn.choices import MessageType, WarningStatus
from anlan.warn.models import PublicWarning
from anlan.warn.rules import WarningFacts, alert_of, areas_of, compose_text
from anlan.warn.rules.texts import as_exercise, check_draft, check_lengths
from anlan.warn.selectors import references_of
from anlan.warn.types import WarningText

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

    from anlan.core.models import Division, User

__all__ = [
    "WarningStepError",
    "warning_approve",
    "warning_cancel",
    "warning_draft",
    "warning_edit",
    "warning_issue",
    "warning_update",
    "warning_withdraw",
    "warnings_expire",
]

CANCEL_HOURS = 6
"""Hours that a cancellation stays on display. Platform default."""

SERIALS = range(10)


class WarningStepError(ValueError):
    """The warning may not take this step now, or not by this person."""


@transaction.atomic
def warning_draft(
    *,
    division: Division,
    event_code: str,
    colour: str,
    places: Sequence[tuple[str, str]],
    area: BaseGeometry | None,
    effective: datetime,
    expires: datetime,
    issuer: str,
    by: User | None,
    now: datetime,
    what: str = "",
    text: WarningText | None = None,
    drafted_by: User | None = None,
    hazard: str = "",
    instruction: str = "",
    phone: str = "12345",
    urgency: str = "Expected",
    certainty: str = "Likely",
    reasons: Sequence[str] = (),
    lane: str = ACTUAL,
    incident_id: int | None = None,
) -> PublicWarning:
    """Word a warning and store it as a draft.

    `places` are division codes with names; `area` is in longitude and latitude. The hazard's name
    is that of the event code unless given. The words are made from `what`, or are those of `text`,
    to which an exercise adds its mark. `drafted_by` is who wrote the words when that is not `by`:
    whoever takes a package's warning over unchanged has not drafted it, and may approve it.

    Raises
    ------
    LookupError
        If the event code is unknown.
    TooLongError, ValueError
        If the words do not fit, no place is named, or the times are the wrong way round.
    """
    name = hazard or event_code_entry(event_code).name
    event_code_entry(event_code)
    exercise = lane != ACTUAL
    if text is None:
        text = compose_text(
            hazard=name,
            colour=colour,
            issuer=issuer,
            places=[place for _code, place in places],
            effective=effective,
            expires=expires,
            what=what,
            instruction=instruction,
            phone=phone,
            exercise=exercise,
        )
    else:
        text = as_exercise(text) if exercise else text
        check_draft(text, colour=colour, places=places, exercise=exercise)
    areas_of(places, area)  # an outline that cannot be sent is refused now, not at the last step
    row = PublicWarning.objects.create(
        lane=lane,
        division=division,
        incident_id=incident_id,
        event_code=event_code,
        hazard=name,
        colour=colour,
        issuer=issuer,
        places=[list(place) for place in places],
        area=area,
        urgency=urgency,
        certainty=certainty,
        effective=effective,
        expires=expires,
        reasons=list(reasons),
        drafted_by=drafted_by or by,
        drafted_at=now,
        sender=sender_code(division.code),
        **_text_fields(text),
    )
    drafter = str(row.drafted_by) if row.drafted_by else ""
    _journal("warning.drafted", row, by=by, now=now, reasons=reasons, drafted_by=drafter)
    return row


@transaction.atomic
def warning_edit(
    *,
    warning: PublicWarning,
    by: User | None,
    now: datetime,
    headline: str | None = None,
    description: str | None = None,
    instruction: str | None = None,
    short: str | None = None,
) -> PublicWarning:
    """Change the words of a draft. Who edits becomes its drafter, and so does not approve it.

    Raises
    ------
    WarningStepError
        If it is no draft any more.
    TooLongError
        If a part is too long.
    """
    text = WarningText(
        headline=warning.headline if headline is None else headline.strip(),
        description=warning.description if description is None else description.strip(),
        instruction=warning.instruction if instruction is None else instruction.strip(),
        short=warning.short_text if short is None else short.strip(),
    )
    check_lengths(text, exercise=warning.is_exercise)
    _step(warning, (WarningStatus.DRAFT,), WarningStatus.DRAFT, drafted_by=by, **_text_fields(text))
    _journal("warning.edited", warning, by=by, now=now, text=_text_fields(text))
    return warning


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
    _step(
        warning,
        (WarningStatus.DRAFT,),
        WarningStatus.APPROVED,
        approved_by=by,
        approved_at=now,
    )
    _journal("warning.approved", warning, by=by, now=now, reasons=(reason,) if reason else ())


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
            _step(
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
        _step(warning.follows, (WarningStatus.ISSUED,), ended, ended_at=now)
        _journal(f"warning.{ended.value}", warning.follows, by=by, now=now)
    _journal("warning.issued", warning, by=by, now=now, identifier=identifier)
    return warning


@transaction.atomic
def warning_update(
    *,
    warning: PublicWarning,
    by: User | None,
    now: datetime,
    reason: str,
    what: str,
    colour: str | None = None,
    places: Sequence[tuple[str, str]] | None = None,
    area: BaseGeometry | None = None,
    expires: datetime | None = None,
    instruction: str = "",
    drafted_by: User | None = None,
) -> PublicWarning:
    """Draft an update of an issued warning; it takes effect when it is approved and issued.

    Without an `area` the outline stays as long as the places do; other places have none.

    Raises
    ------
    WarningStepError
        If the warning is not in force, or no reason is given.
    """
    _demand_open(warning, reason)
    before = [(code, name) for code, name in warning.places]
    places = places or before
    same_places = {code for code, _name in places} == {code for code, _name in before}
    row = warning_draft(
        division=warning.division,
        event_code=warning.event_code,
        colour=colour or warning.colour,
        places=places,
        area=warning.area if area is None and same_places else area,
        what=what,
        effective=now,
        expires=expires or warning.expires,
        issuer=warning.issuer,
        by=by,
        now=now,
        drafted_by=drafted_by,
        hazard=warning.hazard,
        instruction=instruction,
        urgency=warning.urgency,
        certainty=warning.certainty,
        reasons=(reason,),
        lane=warning.lane,
        incident_id=warning.incident_id,
    )
    return _tie(row, warning, MessageType.UPDATE, reason)


@transaction.atomic
def warning_cancel(
    *, warning: PublicWarning, by: User | None, now: datetime, reason: str
) -> PublicWarning:
    """Draft the cancellation of an issued warning (解除); another person approves it.

    Raises
    ------
    WarningStepError
        If the warning is not in force, or no reason is given.
    """
    _demand_open(warning, reason)
    expires = now + timedelta(hours=CANCEL_HOURS)
    places = [(code, name) for code, name in warning.places]
    text = compose_text(
        hazard=warning.hazard,
        colour=warning.colour,
        issuer=warning.issuer,
        places=[name for _code, name in places],
        effective=now,
        expires=expires,
        what=reason,
        exercise=warning.is_exercise,
        cancels=True,
    )
    row = PublicWarning.objects.create(
        lane=warning.lane,
        division=warning.division,
        incident_id=warning.incident_id,
        event_code=warning.event_code,
        hazard=warning.hazard,
        colour=warning.colour,
        issuer=warning.issuer,
        places=warning.places,
        area=warning.area,
        urgency=warning.urgency,
        certainty=warning.certainty,
        effective=now,
        expires=expires,
        reasons=[reason],
        drafted_by=by,
        drafted_at=now,
        sender=warning.sender,
        **_text_fields(text),
    )
    _journal("warning.drafted", row, by=by, now=now, reasons=(reason,))
    return _tie(row, warning, MessageType.CANCEL, reason)


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
    _demand_reason(reason)
    _step(
        warning,
        (WarningStatus.DRAFT, WarningStatus.APPROVED),
        WarningStatus.WITHDRAWN,
        reason=reason,
        ended_at=now,
    )
    _journal("warning.withdrawn", warning, by=by, now=now, reasons=(reason,))


@transaction.atomic
def warnings_expire(*, now: datetime) -> int:
    """End every issued message whose time is over, and return how many."""
    over = list(PublicWarning.objects.filter(status=WarningStatus.ISSUED, expires__lte=now))
    for warning in over:
        _step(warning, (WarningStatus.ISSUED,), WarningStatus.EXPIRED, ended_at=now)
        _journal("warning.expired", warning, by=None, now=now)
    return len(over)


def _step(
    warning: PublicWarning,
    allowed: tuple[WarningStatus, ...],
    status: WarningStatus,
    **fields: Any,
) -> None:
    changed = PublicWarning.objects.filter(pk=warning.pk, status__in=allowed).update(
        status=status, **fields
    )
    warning.refresh_from_db()
    if not changed:
        raise WarningStepError(
            f"《{warning.headline}》现为“{warning.get_status_display()}”，"
            f"只有“{'、'.join(str(s.label) for s in allowed)}”的预警可以这样处理"
        )


def _tie(
    row: PublicWarning, earlier: PublicWarning, kind: MessageType, reason: str
) -> PublicWarning:
    PublicWarning.objects.filter(pk=row.pk).update(kind=kind, follows=earlier, reason=reason)
    row.refresh_from_db()
    return row


def _free_identifier(sender: str, now: datetime) -> str:
    """Return a number not yet used: ten in one second, then the seconds before are taken."""
    for back in range(60):
        for serial in SERIALS:
            name = cap_identifier(sender, now - timedelta(seconds=back), serial=serial)
            if not PublicWarning.objects.filter(identifier=name).exists():
                return name
    raise WarningStepError("一分钟内发布的消息过多，请稍后再发")


def _demand_open(warning: PublicWarning, reason: str) -> None:
    _demand_reason(reason)
    if warning.status != WarningStatus.ISSUED or warning.kind == MessageType.CANCEL:
        raise WarningStepError(
            f"《{warning.headline}》现为“{warning.get_status_display()}”，"
            "只有已发布且未解除的预警可以更新或解除"
        )
    if warning.followers.filter(status__in=(WarningStatus.DRAFT, WarningStatus.APPROVED)).exists():
        raise WarningStepError("该预警已有待处理的更新或解除，请先处理或撤回")


def _demand_reason(reason: str) -> None:
    if not reason.strip():
        raise WarningStepError("请填写原因")


def _text_fields(text: WarningText) -> dict[str, str]:
    return {
        "headline": text.headline,
        "description": text.description,
        "instruction": text.instruction,
        "short_text": text.short,
    }


def _journal(
    verb: str,
    warning: PublicWarning,
    *,
    by: User | None,
    now: datetime,
    reasons: Sequence[str] = (),
    **payload: Any,
) -> None:
    record(
        verb=verb,
        subject=warning,
        by=by,
        now=now,
        lane=warning.lane,
        payload={
            "headline": warning.headline,
            "colour": warning.colour,
            "kind": warning.kind,
            "event_code": warning.event_code,
            **payload,
        },
        reasons=tuple(reasons),
        incident_id=warning.incident_id,
    )
