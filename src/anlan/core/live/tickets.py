"""A ticket admits a browser to the stream: signed, short-lived, checked without the database.

The page issues it for the account it has already let in; a stream ends after `STREAM_SECONDS`, so
that a right that was withdrawn does not live on in an open connection.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from anlan.core.rules import code_stem

__all__ = ["STREAM_SECONDS", "TICKET_SECONDS", "BadTicket", "Ticket", "make_ticket", "read_ticket"]

SALT = "anlan.live"
TICKET_SECONDS = 60
"""How old a ticket may be when the stream is opened."""

STREAM_SECONDS = 3600.0
"""How long one stream lasts before the browser needs a new ticket."""


class BadTicket(Exception):
    """The ticket is missing, forged or too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Who reads, which division's events, and which lanes."""

    user_id: int
    stem: str
    lanes: frozenset[str]


def make_ticket(*, user_id: int, division: str, lanes: frozenset[str] | set[str]) -> str:
    """Return a ticket for an account.

    Parameters
    ----------
    user_id
        Primary key of the account.
    division
        Code of the account's division; its events and those below are sent.
    lanes
        "actual", the exercises the account takes part in, or both.

    Raises
    ------
    ValueError
        If the account has no division, or no lane: it would see nothing.
    """
    if not lanes:
        raise ValueError("a ticket needs at least one lane, got none")
    content = {"u": user_id, "d": code_stem(division), "l": sorted(lanes)}
    return signing.dumps(content, salt=SALT)


def read_ticket(text: str, *, max_age: int = TICKET_SECONDS) -> Ticket:
    """Return what a ticket says, or raise BadTicket."""
    try:
        content = signing.loads(text, salt=SALT, max_age=max_age)
        return Ticket(
            user_id=int(content["u"]), stem=str(content["d"]), lanes=frozenset(content["l"])
        )
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise BadTicket(str(error)) from error
