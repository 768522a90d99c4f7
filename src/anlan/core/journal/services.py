"""Append to the journal. Called by services, inside the transaction of the change itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from anlan.core.choices import ACTUAL
from anlan.core.journal.chain import entry_hash
from anlan.core.journal.clock import Clock, local_event
from anlan.core.live import Topic, emit
from anlan.core.models.journal import JournalEntry, JournalHead

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import Model

    from anlan.core.journal.chain import FirstBadEntry
    from anlan.core.models.account import User

__all__ = ["export_note", "record", "verified_note"]


def record(
    *,
    verb: str,
    subject: Model,
    by: User | None,
    now: datetime,
    lane: str = ACTUAL,
    payload: Mapping[str, Any] | None = None,
    reasons: Sequence[str] = (),
    incident_id: int | None = None,
) -> JournalEntry:
    """Write one entry about `subject`.

    The head row is the queue: its guarded update gives each writer its number, so two writers
    never share one, on SQLite as on PostgreSQL.

    Raises
    ------
    RuntimeError
        Outside a transaction: state and journal must be committed together.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError("journal.record() must run inside the transaction of the change")
    head = _take_turn(settings.ANLAN_NODE, int(now.timestamp() * 1000))
    entry = JournalEntry(
        node=head.node,
        seq=head.seq,
        physical_ms=head.physical_ms,
        logical=head.logical,
        lane=lane,
        actor=by,
        actor_name=str(by) if by else "",
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        incident_id=incident_id,
        division_code=getattr(subject, "division_id", None) or "",
        payload=_dump(dict(payload or {})),
        reasons=_dump(list(reasons)),
        prev_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    JournalHead.objects.filter(pk=head.pk).update(hash=entry.hash)
    _tell_browsers(entry)
    return entry


@transaction.atomic
def export_note(*, rows: int, narrowed: Mapping[str, Any], by: User, now: datetime) -> None:
    """Note who took which part of the journal out of the platform."""
    payload = {"rows": rows, "narrowed": dict(narrowed)}
    record(verb="journal.exported", subject=by, by=by, now=now, payload=payload)


@transaction.atomic
def verified_note(
    *, entries: int, bad: FirstBadEntry | None, by: User | None, now: datetime
) -> JournalEntry:
    """Note that somebody had the chains checked, and what was found."""
    head, _created = JournalHead.objects.get_or_create(node=settings.ANLAN_NODE)
    found = None if bad is None else {"node": bad.node, "seq": bad.seq, "problem": bad.problem}
    payload = {"entries": entries, "first_bad": found}
    return record(verb="journal.verified", subject=head, by=by, now=now, payload=payload)


def _tell_browsers(entry: JournalEntry) -> None:
    """Emit the entry when its verb begins with a live topic. The page fetches what it may see."""
    topic = entry.verb.partition(".")[0]
    if topic not in set(Topic):
        return
    payload = {
        "verb": entry.verb,
        "type": entry.subject_type,
        "id": entry.subject_id,
        "incident": entry.incident_id,
        "node": entry.node,
        "seq": entry.seq,
    }
    emit(topic, payload, division=entry.division_code, lane=entry.lane)


def _take_turn(node: str, wall_ms: int) -> JournalHead:
    """Return the head moved on by one, its `hash` still that of the entry before."""
    while True:
        head, _created = JournalHead.objects.get_or_create(node=node)
        clock = local_event(Clock(head.physical_ms, head.logical), wall_ms)
        moved = JournalHead.objects.filter(pk=head.pk, seq=head.seq, hash=head.hash).update(
            seq=head.seq + 1, physical_ms=clock.physical_ms, logical=clock.logical
        )
        if moved:
            head.seq += 1
            head.physical_ms, head.logical = clock
            return head


def _dump(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
