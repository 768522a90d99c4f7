"""The journal: append in the transaction of the change, verify the chain, read a history."""

from anlan.core.journal.chain import FirstBadEntry, entry_hash, verify
from anlan.core.journal.clock import Clock, local_event
from anlan.core.journal.services import record

__all__ = [
    "Clock",
    "FirstBadEntry",
    "entry_hash",
    "local_event",
    "record",
    "verify",
]
