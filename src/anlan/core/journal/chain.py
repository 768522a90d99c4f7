"""The hash chain: what an entry's hash covers, and finding the first entry that was touched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.core.models.journal import JournalEntry, JournalHead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["HASHED_FIELDS", "FirstBadEntry", "entry_hash", "verify"]

ALGORITHM = "sha256"
BATCH = 2000
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


def verify(
    entries: Iterable[JournalEntry] | None = None, *, progress: Callable[[int], None] | None = None
) -> FirstBadEntry | None:
    """Return the first bad entry, or None when every chain is whole and reaches its head.

    Others may write meanwhile: the chain must reach the heads of the beginning, and not go beyond
    those of the end.

    Parameters
    ----------
    progress
        Told now and then how many entries have been looked at.
    """
    last: dict[str, tuple[int, str]] = {}
    awaited = _heads() if entries is None else {}
    reached: dict[str, str] = {}
    rows = entries
    if rows is None:
        rows = JournalEntry.objects.order_by("node", "seq").iterator(chunk_size=BATCH)
    for count, entry in enumerate(rows, 1):
        seq, previous = last.get(entry.node, (0, ""))
        problem = _problem(entry, seq, previous)
        if problem:
            return FirstBadEntry(node=entry.node, seq=entry.seq, problem=problem)
        last[entry.node] = (entry.seq, entry.hash)
        if entry.seq == awaited.get(entry.node, (0, ""))[0]:
            reached[entry.node] = entry.hash
        if progress is not None and count % BATCH == 0:
            progress(count)
    return _bad_end(last, reached, awaited, _heads()) if entries is None else None


def _heads() -> dict[str, tuple[int, str]]:
    return {head.node: (head.seq, head.hash) for head in JournalHead.objects.all()}


def _bad_end(
    last: dict[str, tuple[int, str]],
    reached: dict[str, str],
    before: dict[str, tuple[int, str]],
    after: dict[str, tuple[int, str]],
) -> FirstBadEntry | None:
    for node, (seq, found) in before.items():
        if seq and reached.get(node) != found:
            end = last.get(node, (0, ""))[0]
            problem = f"日志在第 {end} 条中断，应到第 {seq} 条"
            return FirstBadEntry(node=node, seq=end + 1, problem=problem)
    for node, (seq, _hash) in last.items():
        if seq > after.get(node, (0, ""))[0]:
            return FirstBadEntry(node=node, seq=seq, problem="日志超出了日志头记录的末尾")
    return None


def _problem(entry: JournalEntry, last_seq: int, last_hash: str) -> str:
    if entry.seq != last_seq + 1:
        return f"序号不连续：上一条 {last_seq}，本条 {entry.seq}"
    if entry.prev_hash != last_hash:
        return "与上一条的链接不符"
    if entry.hash != entry_hash(entry, entry.hash.partition(":")[0] or ALGORITHM):
        return "内容与哈希不符"
    return ""
