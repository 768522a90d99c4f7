"""The hash chain: what an entry's hash covers, and finding the first entry that was touched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.core.models.journal import JournalEntry, JournalHead

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["HASHED_FIELDS", "FirstBadEntry", "entry_hash", "verify"]

ALGORITHM = "sha256"
HASHED_FIELDS = (
    *("node", "seq", "physical_ms", "logical", "lane", "actor_id", "actor_name", "verb"),
    *("subject_type", "subject_id", "incident_id", "division_code", "payload", "reasons"),
    "prev_hash",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstBadEntry:
    """The first entry whose number, link or content does not fit."""

    node: str
    seq: int
    problem: str


def entry_hash(entry: JournalEntry, algorithm: str = ALGORITHM) -> str:
    """Return `algorithm:hex` over every field but the hash itself.

    Each field is preceded by its length, so that no two different entries are the same bytes.
    """
    digest = hashlib.new(algorithm)
    for name in HASHED_FIELDS:
        value = getattr(entry, name)
        data = b"" if value is None else str(value).encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return f"{algorithm}:{digest.hexdigest()}"


def verify(entries: Iterable[JournalEntry] | None = None) -> FirstBadEntry | None:
    """Return the first bad entry, or None when every chain is whole and ends at its head."""
    last: dict[str, tuple[int, str]] = {}
    rows = entries
    if rows is None:
        rows = JournalEntry.objects.order_by("node", "seq").iterator(chunk_size=2000)
    for entry in rows:
        seq, previous = last.get(entry.node, (0, ""))
        problem = _problem(entry, seq, previous)
        if problem:
            return FirstBadEntry(node=entry.node, seq=entry.seq, problem=problem)
        last[entry.node] = (entry.seq, entry.hash)
    for head in JournalHead.objects.all() if entries is None else ():
        seq, found = last.get(head.node, (0, ""))
        if (seq, found) != (head.seq, head.hash):
            problem = f"日志在第 {seq} 条中断，应到第 {head.seq} 条"
            return FirstBadEntry(node=head.node, seq=seq + 1, problem=problem)
    return None


def _problem(entry: JournalEntry, last_seq: int, last_hash: str) -> str:
    if entry.seq != last_seq + 1:
        return f"序号不连续：上一条 {last_seq}，本条 {entry.seq}"
    if entry.prev_hash != last_hash:
        return "与上一条的链接不符"
    if entry.hash != entry_hash(entry, entry.hash.partition(":")[0] or ALGORITHM):
        return "内容与哈希不符"
    return ""
