"""The journal as a file: which entries, and the cells of each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from anlan.console.selectors.journal import entries_found, line_of
from anlan.core.models import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from anlan.core.models import User

__all__ = ["EXPORTED", "HEADERS", "entries_to_export", "exported_rows"]

EXPORTED = 200_000
"""Rows in one file: what a spreadsheet opens without an effort."""
READ_AT_ONCE = 1000

HEADERS = (
    *("节点", "序号", "时间", "操作人", "动作", "动作代码", "对象类型", "对象编号", "事件编号"),
    *("行政区划代码", "通道", "理由", "内容", "哈希"),
)


def entries_to_export(user: User, narrowed: Mapping[str, Any]) -> QuerySet[JournalEntry]:
    """Return the entries of the file. What is written while somebody takes it is not in it."""
    newest = JournalEntry.objects.aggregate(top=Max("pk"))["top"] or 0
    return entries_found(user, "journal.export", narrowed).filter(pk__lte=newest)


def exported_rows(rows: QuerySet[JournalEntry], user: User) -> Iterator[list[Any]]:
    """Yield the cells of each entry, in the order of the chain.

    Read in pieces by the number in the chain: a slow reader keeps no cursor and no memory.
    """
    for node in rows.order_by("node").values_list("node", flat=True).distinct():
        seq = -1
        while some := list(rows.filter(node=node, seq__gt=seq).order_by("seq")[:READ_AT_ONCE]):
            yield from (_cells(entry, user) for entry in some)
            seq = some[-1].seq


def _cells(entry: JournalEntry, user: User) -> list[Any]:
    line = line_of(entry, user)
    return [
        *(entry.node, entry.seq, f"{line.at:%Y-%m-%d %H:%M:%S}", entry.actor_name or "系统"),
        *(line.what, entry.verb, line.subject, entry.subject_id, entry.incident_id or ""),
        *(entry.division_code, entry.lane, "；".join(line.reasons)),
        *(json.dumps(json.loads(line.payload), ensure_ascii=False), entry.hash),
    ]
