"""Read warnings: what an account may see, what is in force, what the public feed holds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from anlan.core.choices import ACTUAL
from anlan.core.permissions import restrict
from anlan.warn.cap import compose_cn, file_name_cn, parse_cap
from anlan.warn.choices import MessageType, WarningStatus
from anlan.warn.models import PublicWarning
from anlan.warn.rules import FeedEntry, atom_feed
from anlan.warn.rules.messages import category_of
from anlan.warn.types import COLOURS, CapReference

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from anlan.core.models import User

__all__ = [
    "FEED_DAYS",
    "cap_message",
    "chain_of",
    "exchange_file",
    "feed_entries",
    "public_feed",
    "references_of",
    "warning_in_force",
    "warnings_in_force",
    "warnings_not_issued",
    "warnings_of",
    "warnings_visible_to",
]

FEED_DAYS = 3
"""Days that a message stays in the feed after it was issued, ended or not. Platform default."""

WENT_OUT = (
    WarningStatus.ISSUED,
    WarningStatus.UPDATED,
    WarningStatus.CANCELLED,
    WarningStatus.EXPIRED,
)


def warnings_visible_to(user: User | AnonymousUser) -> QuerySet[PublicWarning]:
    """Return the messages that the account may see, of every lane.

    Of the places above its own, what went out to the public: a warning of the city holds in its
    districts.
    """
    went_out = Q(status__in=WENT_OUT, lane=ACTUAL)
    return restrict(PublicWarning.objects.all(), user, "warning.view", from_above=went_out)


def warnings_of(user: User | AnonymousUser, action: str) -> QuerySet[PublicWarning]:
    """Return the messages of its own places with which the account may do `action`."""
    return restrict(PublicWarning.objects.all(), user, action)


def warnings_in_force(now: datetime, *, lane: str = ACTUAL) -> QuerySet[PublicWarning]:
    """Return what is issued, not replaced, not lifted and not over."""
    return PublicWarning.objects.filter(
        lane=lane, status=WarningStatus.ISSUED, effective__lte=now, expires__gt=now
    ).exclude(kind="Cancel")


def warning_in_force(*, incident_id: int, event_code: str) -> PublicWarning | None:
    """Return the newest issued warning of an incident that may still be updated."""
    issued = PublicWarning.objects.filter(
        incident_id=incident_id, event_code=event_code, status=WarningStatus.ISSUED
    )
    return issued.exclude(kind=MessageType.CANCEL).first()


def warnings_not_issued(*, incident_id: int) -> list[PublicWarning]:
    """Return what was drafted for an incident and has not gone out; cancellations are left out."""
    waiting = PublicWarning.objects.filter(
        incident_id=incident_id, status__in=(WarningStatus.DRAFT, WarningStatus.APPROVED)
    )
    return list(waiting.exclude(kind=MessageType.CANCEL))


def feed_entries(now: datetime) -> list[FeedEntry]:
    """Return the public messages of the last days and what is still in force. No exercise."""
    recent = PublicWarning.objects.filter(
        lane=ACTUAL, status__in=WENT_OUT, issued_at__gte=now - timedelta(days=FEED_DAYS)
    )
    standing = PublicWarning.objects.filter(
        lane=ACTUAL, status=WarningStatus.ISSUED, expires__gt=now
    )
    return [_entry(row) for row in (recent | standing).distinct()]


def public_feed(now: datetime, *, title: str, address: str) -> bytes:
    """Return the Atom feed of public messages; `address` is the feed's own."""
    return atom_feed(feed_entries(now), title=title, address=address, updated=now)


def cap_message(identifier: str) -> bytes | None:
    """Return the CAP file of a public message as it was issued; None if there is none.

    A message of an exercise is never given out here.
    """
    row = PublicWarning.objects.filter(
        lane=ACTUAL, identifier=identifier, status__in=WENT_OUT
    ).first()
    return row.cap_xml.encode() if row else None


def exchange_file(identifier: str) -> tuple[str, bytes] | None:
    """Return name and content of the file for the 12379 system; None if no public message is so named.

    Handing it over needs an agreement with the warning centre; a message of an exercise has none.
    """
    row = PublicWarning.objects.filter(
        lane=ACTUAL, identifier=identifier, status__in=WENT_OUT
    ).first()
    if row is None:
        return None
    alert = parse_cap(row.cap_xml.encode())
    content = compose_cn(alert, event_code=row.event_code, short_text=row.short_text)
    return file_name_cn(alert, event_code=row.event_code), content


def chain_of(warning: PublicWarning) -> list[PublicWarning]:
    """Return the other messages that belong to a warning: what it follows, and what follows it."""
    earlier = []
    before = warning.follows
    while before is not None:
        earlier.append(before)
        before = before.follows
    return [*reversed(earlier), *warning.followers.order_by("drafted_at", "pk")]


def references_of(warning: PublicWarning) -> tuple[CapReference, ...]:
    """Return every earlier message of the chain, the first first."""
    chain = []
    earlier = warning.follows
    while earlier is not None:
        if earlier.identifier and earlier.issued_at:
            chain.append(
                CapReference(
                    sender=earlier.sender, identifier=earlier.identifier, sent=earlier.issued_at
                )
            )
        earlier = earlier.follows
    return tuple(reversed(chain))


def _entry(row: PublicWarning) -> FeedEntry:
    issued = row.issued_at or row.drafted_at
    return FeedEntry(
        identifier=row.identifier or "",
        title=row.headline,
        summary=row.short_text,
        author=row.issuer,
        published=issued,
        updated=row.ended_at or issued,
        path=f"{row.identifier}.xml",
        category=category_of(row.event_code),
        severity=COLOURS[row.colour].severity,
    )
