"""What decides about warnings: colours from the table of signals, words, messages. No Django here."""

from anlan.warn.rules.feed import FeedEntry, atom_feed
from anlan.warn.rules.messages import WarningFacts, alert_of, areas_of
from anlan.warn.rules.signals import propose_by_place, propose_signal
from anlan.warn.rules.texts import TooLongError, compose_text

__all__ = [
    "FeedEntry",
    "TooLongError",
    "WarningFacts",
    "alert_of",
    "areas_of",
    "atom_feed",
    "compose_text",
    "propose_by_place",
    "propose_signal",
]
