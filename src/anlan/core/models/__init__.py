"""Places, organisations, accounts, and the base models of every record."""

from anlan.core.models.account import User
from anlan.core.models.dictionary import DictionaryOverride
from anlan.core.models.division import Division
from anlan.core.models.journal import JournalEntry, JournalHead
from anlan.core.models.organisation import Person, Post, Unit
from anlan.core.models.record import LaneRecord, LocatedRecord, Record
from anlan.core.models.record_import import RecordImport

__all__ = [
    "DictionaryOverride",
    "Division",
    "JournalEntry",
    "JournalHead",
    "LaneRecord",
    "LocatedRecord",
    "Person",
    "Post",
    "Record",
    "RecordImport",
    "Unit",
    "User",
]
