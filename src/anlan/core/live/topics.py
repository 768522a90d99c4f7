"""What browsers can be told of."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["DIGESTED", "REVOKED", "Topic"]


class Topic(StrEnum):
    """The subjects of events. A stream names those it wants; none named means all."""

    INCIDENT = "incident"
    TASK = "task"
    PACKAGE = "package"
    REPORT = "report"
    WARNING = "warning"
    OUTBOX = "outbox"
    CLOCK = "clock"
    FORECAST = "forecast"


DIGESTED = frozenset({Topic.REPORT})
"""Thinned to one event per half second, division and lane: the page fetches the rows itself."""

REVOKED = "revoked"
"""Never sent: ends the streams of one account."""
