"""Writing events. Reading and sending them is the work of `hub`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections

from anlan.core.live.topics import REVOKED, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ADVISORY_LOCK", "CHANNEL", "INSERT", "emit", "revoke_streams"]

INSERT = "INSERT INTO live_outboxevent (topic, division, lane, payload) VALUES (%s, %s, %s, %s)"
CHANNEL = "live_outbox"
"""The name PostgreSQL's NOTIFY uses. It is a bell: limited to 8 kB and lost if nobody listens."""

ADVISORY_LOCK = 7_240_001
"""Held from emit() to the commit on PostgreSQL.

Numbers are handed out before commit, so without it a reader of `id > last` would skip a row whose
smaller number commits later. Hence: emit last. A horizon over running transactions would work as
well, but then one long import would delay every alarm.
"""


def emit(
    topic: Topic | str,
    payload: Mapping[str, Any],
    *,
    division: str,
    lane: str,
    using: str = "default",
) -> None:
    """Tell browsers of a change, when the transaction around it commits.

    Parameters
    ----------
    topic
        One of `Topic`.
    payload
        What goes out as JSON. Identifiers, not personal data: the page fetches what it may see.
    division
        The twelve-digit code whose accounts (and those above) are told; "" tells every stream.
    lane
        "actual", or an exercise's lane.

    Raises
    ------
    RuntimeError
        Outside a transaction: an event without its change would be a lie.
    ValueError
        If the topic is none of `Topic`.
    """
    _write(Topic(topic), payload, division, lane, using)


def revoke_streams(user_id: int, *, using: str = "default") -> None:
    """End the open streams of an account that was locked, moved or logged out."""
    _write(REVOKED, {"user": user_id}, "", "", using)


def _write(topic: str, payload: Mapping[str, Any], division: str, lane: str, using: str) -> None:
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("emit() must run inside the transaction of the change")
    text = json.dumps(dict(payload), cls=DjangoJSONEncoder, ensure_ascii=False)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        cursor.execute(INSERT, [str(topic), division, lane, text])
        if connection.vendor == "postgresql":
            cursor.execute(f"NOTIFY {CHANNEL}")
