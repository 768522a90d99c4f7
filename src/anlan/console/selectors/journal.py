"""What the pages of the journal show: which entries, in words."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from anlan.console.selectors.journal_words import area_of, sentence, subject_label
from anlan.core.choices import ACTUAL
from anlan.core.models import JournalEntry, User
from anlan.core.permissions import may, restrict
from anlan.core.records.tables import mask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet


__all__ = [
    "Cursor",
    "EntryLine",
    "JournalPage",
    "entries_about",
    "entries_found",
    "journal_page",
    "journal_visible_to",
    "last_check",
    "line_of",
]

ROWS_ON_A_PAGE = 50
COUNTED = 10_000
"""More are not counted: the number would cost more than it says."""
HISTORY = 50
PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of the journal begins: behind this entry, later or earlier ones."""

    physical_ms: int
    logical: int
    seq: int
    node: str
    later: bool = False

    @classmethod
    def read(cls, text: str, *, later: bool) -> Cursor | None:
        """Return the cursor that an address names, or None."""
        found = re.fullmatch(r"([0-9]{1,15})-([0-9]{1,9})-([0-9]{1,15})-(.{1,40})", text)
        if found is None:
            return None
        return cls(int(found[1]), int(found[2]), int(found[3]), found[4], later)

    def narrow(self, rows: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
        """Return the rows on the far side. The first condition is the one an index answers."""
        side = "gt" if self.later else "lt"
        tied = (
            Q(**{f"logical__{side}": self.logical})
            | Q(logical=self.logical, **{f"node__{side}": self.node})
            | Q(logical=self.logical, node=self.node, **{f"seq__{side}": self.seq})
        )
        at = self.physical_ms
        return rows.filter(
            Q(**{f"physical_ms__{side}": at}) | Q(physical_ms=at) & tied,
            **{f"physical_ms__{side}e": at},
        )


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in words."""

    entry: JournalEntry
    at: datetime
    what: str
    area: str
    subject: str
    reasons: tuple[str, ...]
    payload: str
    cursor: str

    @property
    def exercise(self) -> bool:
        """Tell whether it belongs to an exercise."""
        return self.entry.lane != ACTUAL


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Entries that were found, the latest first."""

    lines: list[EntryLine]
    earlier: str
    """Cursor of what comes after these, empty at the end."""
    later: str
    count: int
    more: bool
    """There are more than `count`."""


def journal_visible_to(user: User, action: str) -> QuerySet[JournalEntry]:
    """Return the entries of the account's place; those of no place are the city's to see."""
    rows = JournalEntry.objects.all()
    return restrict(rows, user, action, field="division_code", nowhere=Q(division_code=""))


def entries_found(user: User, action: str, narrowed: Mapping[str, Any]) -> QuerySet[JournalEntry]:
    """Return the entries that fit what was asked for, without an order."""
    rows = journal_visible_to(user, action)
    since, until = narrowed.get("since"), narrowed.get("until")
    if since is not None:
        rows = rows.filter(physical_ms__gte=_milliseconds(since))
    if until is not None:
        rows = rows.filter(physical_ms__lt=_milliseconds(until))
    if who := narrowed.get("who"):
        known = User.objects.filter(Q(username=who) | Q(first_name=who)).values_list(
            "pk", flat=True
        )
        # By the account, which an index answers; a name of former times is looked for in the text.
        people = list(known)
        rows = rows.filter(actor_id__in=people) if people else rows.filter(actor_name=who)
    if verb := narrowed.get("verb"):
        # An area is a third of the journal or nearly none: read in order, and never sorted.
        rows = rows.filter(verb=verb) if "." in verb else rows.filter(verb__startswith=f"{verb}.")
    if subject_type := narrowed.get("subject_type"):
        rows = rows.filter(subject_type=subject_type)
    if subject_id := narrowed.get("subject_id"):
        rows = rows.filter(subject_id=subject_id)
    match narrowed.get("lane"):
        case "actual":
            rows = rows.filter(lane=ACTUAL)
        case "exercise":
            rows = rows.exclude(lane=ACTUAL)
    return rows


def journal_page(user: User, narrowed: Mapping[str, Any], cursor: Cursor | None) -> JournalPage:
    """Return a page of entries. What lies before is never counted or skipped over."""
    rows = entries_found(user, "journal.view", narrowed).select_related("actor")
    later = cursor is not None and cursor.later
    signs = "" if later else "-"
    shown = cursor.narrow(rows) if cursor else rows
    order = [f"{signs}{name}" for name in ("physical_ms", "logical", "node", "seq")]
    found = list(shown.order_by(*order)[: ROWS_ON_A_PAGE + 1])
    more_there = len(found) > ROWS_ON_A_PAGE
    found = found[:ROWS_ON_A_PAGE]
    if later:
        found.reverse()
    lines = [line_of(entry, user) for entry in found]
    has_later = more_there if later else cursor is not None
    has_earlier = bool(cursor) if later else more_there
    count = rows.order_by().values("pk")[: COUNTED + 1].count()
    return JournalPage(
        lines=lines,
        earlier=lines[-1].cursor if lines and has_earlier else "",
        later=lines[0].cursor if lines and has_later else "",
        count=min(count, COUNTED),
        more=count > COUNTED,
    )


def entries_about(subject_type: str, pk: int) -> list[EntryLine]:
    """Return the latest entries about one thing, for a page that shows the thing itself."""
    rows = JournalEntry.objects.filter(subject_type=subject_type, subject_id=str(pk))
    return [line_of(entry, None) for entry in rows.order_by("-physical_ms", "-seq")[:HISTORY]]


def last_check(user: User) -> EntryLine | None:
    """Return the entry of the last check of the chains."""
    rows = JournalEntry.objects.filter(verb="journal.verified")
    entry = rows.order_by("-physical_ms", "-seq").first()
    return None if entry is None else line_of(entry, user)


def line_of(entry: JournalEntry, user: User | None) -> EntryLine:
    """Put an entry into words. Telephone numbers only for those who may see them."""
    payload = json.loads(entry.payload)
    hide = _masked if user is not None and not may(user, "contact.view") else str
    return EntryLine(
        entry=entry,
        at=datetime.fromtimestamp(entry.physical_ms / 1000, tz=timezone.get_current_timezone()),
        what=hide(sentence(entry.verb, payload)),
        area=area_of(entry.verb),
        subject=subject_label(entry.subject_type),
        reasons=tuple(hide(str(reason)) for reason in json.loads(entry.reasons)),
        payload=hide(json.dumps(payload, ensure_ascii=False, indent=1)),
        cursor=f"{entry.physical_ms}-{entry.logical}-{entry.seq}-{entry.node}",
    )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _masked(text: str) -> str:
    return PHONE.sub(lambda found: mask(found[0]), text)
