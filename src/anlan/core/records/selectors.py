"""Reads: the rows of an account, their age, their history, and what to confirm first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from anlan.core.freshness import STALE_BELOW, freshness
from anlan.core.geometry import GeometryField
from anlan.core.models import JournalEntry
from anlan.core.permissions import may, restrict
from anlan.core.records.fields import CodesField
from anlan.core.records.registry import record_types
from anlan.core.records.tables import mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from anlan.core.models import User
    from anlan.core.records.types import RecordType

__all__ = [
    "Age",
    "Change",
    "Confirmation",
    "age_of",
    "cheapest_confirmations",
    "display",
    "history",
    "known_since",
    "records_visible_to",
    "types_visible_to",
]

MOST_CALLS, MOST_STALE = 30, 200
"""Calls listed, and records of a type that are looked at for them."""

VERBS = {
    "record.created": gettext_lazy("新增"),
    "record.changed": gettext_lazy("修改"),
    "record.deleted": gettext_lazy("删除"),
    "record.confirmed": gettext_lazy("确认无变化"),
}


def types_visible_to(user: User) -> tuple[RecordType, ...]:
    """Return the record types whose lists the account may open."""
    return tuple(t for t in record_types() if may(user, t.action("view")))


def records_visible_to(
    declared: RecordType, user: User, verb: str = "view"
) -> models.QuerySet[Any]:
    """Return the records of a type that the account may reach with `verb`."""
    field = "division_id" if declared.has_division else "code"
    rows = restrict(declared.model._default_manager.all(), user, declared.action(verb), field=field)
    references = [
        name
        for name in (*(("division",) if declared.has_division else ()), *declared.list_columns)
        if isinstance(declared.field(name), models.ForeignKey)
    ]
    heavy = [f.name for f in declared.model._meta.concrete_fields if isinstance(f, GeometryField)]
    targets = [f"{name}__{g}" for name in references for g in _geometries(declared, name)]
    return rows.select_related(*references).defer(
        *(heavy if not declared.has_division else ()), *targets
    )


def _geometries(declared: RecordType, name: str) -> list[str]:
    target: Any = declared.field(name).related_model
    return [f.name for f in target._meta.concrete_fields if isinstance(f, GeometryField)]


@dataclass(frozen=True, slots=True)
class Age:
    """How fresh a record is."""

    known_at: datetime | None
    weight: float
    stale: bool

    @property
    def percent(self) -> int:
        """Return the weight in whole percent."""
        return round(100 * self.weight)


def age_of(declared: RecordType, row: Any, *, now: datetime) -> Age | None:
    """Return how fresh a record is, or None for types that do not age."""
    if not declared.has_division:
        return None
    times = [t for t in (row.confirmed_at, row.observed_at) if t is not None]
    known_at = max(times) if times else row.created_at
    weight = freshness(known_at=known_at, now=now, half_life=declared.half_life)
    return Age(known_at, weight, weight < STALE_BELOW)


def known_since(before: datetime, prefix: str = "") -> Q:
    """Return the condition that a record was confirmed, observed, or else entered since a moment.

    With one half-life before now it holds for what `age_of` does not call stale.
    """
    confirmed = Q(**{f"{prefix}confirmed_at__gte": before})
    observed = Q(**{f"{prefix}observed_at__gte": before})
    never = Q(**{f"{prefix}confirmed_at": None, f"{prefix}observed_at": None})
    return confirmed | observed | never & Q(**{f"{prefix}created_at__gte": before})


def display(declared: RecordType, row: Any, name: str, user: User) -> str:
    """Return the value of a field as people read it, masked where the account needs it."""
    field = declared.field(name)
    value = getattr(row, field.name)
    if value in (None, "", ()):
        return "—"
    if name in declared.masked_for(user):
        return mask(value)
    if isinstance(field, CodesField):
        return field.words(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return gettext("是") if value else gettext("否")
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(field, GeometryField):
        middle = value if value.geom_type == "Point" else value.centroid
        return f"{middle.x:.5f}, {middle.y:.5f}"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history of a record."""

    at: datetime
    who: str
    what: str
    fields: tuple[tuple[str, str, str], ...]
    """Label, before, after."""


def history(declared: RecordType, row: models.Model, user: User) -> list[Change]:
    """Return what happened to a record, the latest first."""
    entries = JournalEntry.objects.filter(
        subject_type=declared.model._meta.label_lower, subject_id=str(row.pk)
    ).order_by("-physical_ms", "-logical", "-seq")[:100]
    return [_change(declared, entry, user) for entry in entries]


def _change(declared: RecordType, entry: JournalEntry, user: User) -> Change:
    payload = json.loads(entry.payload)
    before, after = payload.get("before") or {}, payload.get("after") or {}
    masked = declared.masked_for(user)
    known = {f.name: f for f in declared.fields()}

    def said(name: str, values: dict[str, Any]) -> str:
        value = values.get(name)
        if value in (None, "", []):
            return "—"
        if name in masked:
            return mask(value)
        field = known[name]
        if isinstance(field, CodesField):
            return field.words(value)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        return (
            {True: gettext("是"), False: gettext("否")}.get(value, str(value))
            if isinstance(value, bool)
            else (str(value)[:80])
        )

    names = [name for name in known if name in before or name in after]
    if entry.verb == "record.created":
        names = []
    return Change(
        at=datetime.fromtimestamp(entry.physical_ms / 1000, tz=timezone.get_current_timezone()),
        who=entry.actor_name or gettext("系统"),
        what=str(VERBS.get(entry.verb, entry.verb)),
        fields=tuple((str(known[n].verbose_name), said(n, before), said(n, after)) for n in names),
    )


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One call that settles several stale records."""

    whom: str
    phone: str
    records: tuple[tuple[RecordType, Any, Age], ...]

    @property
    def gain(self) -> float:
        """Return how much freshness the call brings back: the sum of what has faded."""
        return sum(1 - age.weight for _type, _row, age in self.records)


def cheapest_confirmations(user: User, *, now: datetime) -> list[Confirmation]:
    """Return the calls that settle most: one call to a person confirms all that is his.

    Of every type the `MOST_STALE` longest unconfirmed records are looked at.
    """
    calls: dict[tuple[str, str], list[tuple[RecordType, Any, Age]]] = {}
    for declared in types_visible_to(user):
        if not declared.has_division or not may(user, declared.action("confirm")):
            continue
        for row in _stale_rows(declared, user, now=now):
            age = age_of(declared, row, now=now)
            if age is not None and age.stale:
                calls.setdefault(_whom(row), []).append((declared, row, age))
    numbers = may(user, "contact.view")
    found = [
        Confirmation(whom, phone if numbers else mask(phone), tuple(rows))
        for (whom, phone), rows in calls.items()
    ]
    return sorted(found, key=lambda call: -call.gain)[:MOST_CALLS]


def _stale_rows(declared: RecordType, user: User, *, now: datetime) -> Sequence[Any]:
    fresh = known_since(now - declared.half_life)
    rows = records_visible_to(declared, user, "confirm").exclude(fresh)
    found: Iterable[Any] = rows.order_by("confirmed_at", "pk")[:MOST_STALE]
    return list(found)


def _whom(row: Any) -> tuple[str, str]:
    phone = getattr(row, "contact_phone", "") or getattr(row, "phone", "") or ""
    name = getattr(row, "contact_name", "") or ""
    if phone or name:
        return name or gettext("联系人"), phone
    return gettext("%(division)s（尚无联系人）") % {"division": row.division}, ""
