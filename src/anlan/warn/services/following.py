"""Draft what follows an issued warning: its update, or its cancellation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from anlan.warn.choices import MessageType, WarningStatus
from anlan.warn.models import PublicWarning
from anlan.warn.rules import compose_text
from anlan.warn.services.drafting import warning_draft
from anlan.warn.services.steps import WarningStepError, demand_reason, note, text_fields

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

    from anlan.core.models import User

__all__ = ["warning_cancel", "warning_update"]

CANCEL_HOURS = 6
"""Hours that a cancellation stays on display. Platform default."""


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
        **text_fields(text),
    )
    note("warning.drafted", row, by=by, now=now, reasons=(reason,))
    return _tie(row, warning, MessageType.CANCEL, reason)


def _tie(
    row: PublicWarning, earlier: PublicWarning, kind: MessageType, reason: str
) -> PublicWarning:
    PublicWarning.objects.filter(pk=row.pk).update(kind=kind, follows=earlier, reason=reason)
    row.refresh_from_db()
    return row


def _demand_open(warning: PublicWarning, reason: str) -> None:
    demand_reason(reason)
    if warning.status != WarningStatus.ISSUED or warning.kind == MessageType.CANCEL:
        raise WarningStepError(
            f"《{warning.headline}》现为“{warning.get_status_display()}”，"
            "只有已发布且未解除的预警可以更新或解除"
        )
    if warning.followers.filter(status__in=(WarningStatus.DRAFT, WarningStatus.APPROVED)).exists():
        raise WarningStepError("该预警已有待处理的更新或解除，请先处理或撤回")
