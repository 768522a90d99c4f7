"""Word a warning, and change the words of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from anlan.core.choices import ACTUAL
from anlan.core.dictionaries import event_code as event_code_entry
from anlan.warn.cap import sender_code
from anlan.warn.choices import WarningStatus
from anlan.warn.models import PublicWarning
from anlan.warn.rules import areas_of, compose_text
from anlan.warn.rules.texts import as_exercise, check_draft, check_lengths
from anlan.warn.services.steps import note, take_step, text_fields
from anlan.warn.types import WarningText

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shapely.geometry.base import BaseGeometry

    from anlan.core.models import Division, User

__all__ = ["warning_draft", "warning_edit"]


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
        **text_fields(text),
    )
    drafter = str(row.drafted_by) if row.drafted_by else ""
    note("warning.drafted", row, by=by, now=now, reasons=reasons, drafted_by=drafter)
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
    take_step(
        warning, (WarningStatus.DRAFT,), WarningStatus.DRAFT, drafted_by=by, **text_fields(text)
    )
    note("warning.edited", warning, by=by, now=now, text=text_fields(text))
    return warning
