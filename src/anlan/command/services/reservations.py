"""Promise stock to an incident and give it back. Both by guarded updates, both journalled.

Of two incidents that want the last tent one gets it; of two people who release a promise one does.
Rows are taken in the order of their keys, promises before stock: else two who want the same rows
could wait for each other for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from anlan.command.models import StockReservation
from anlan.command.services.announce import announce_incident
from anlan.register.models import Stock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from anlan.command.models import Incident, PackagePart
    from anlan.core.models import User

__all__ = ["StockWish", "stock_release", "stock_reserve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockWish:
    """So much of a stock row, for a place, by a task."""

    stock_id: int
    quantity: int
    place: str = ""
    task_key: str = ""


@transaction.atomic
def stock_reserve(
    *, part: PackagePart, wishes: Sequence[StockWish], by: User, now: datetime
) -> list[StockWish]:
    """Promise stock to a part; return the wishes that could not be met, which take nothing."""
    incident = part.package.incident
    made: list[StockReservation] = []
    lost: list[StockWish] = []
    for wish in sorted(wishes, key=lambda wish: wish.stock_id):
        free = Stock.objects.filter(pk=wish.stock_id, quantity__gte=F("reserved") + wish.quantity)
        if wish.quantity <= 0 or not free.update(reserved=F("reserved") + wish.quantity):
            lost.append(wish)
            continue
        made.append(
            StockReservation.objects.create(
                part=part,
                incident=incident,
                task_key=wish.task_key,
                stock_id=wish.stock_id,
                quantity=wish.quantity,
                place=wish.place[:200],
                reserved_at=now,
                reserved_by=by,
            )
        )
    if made:
        _told("supplies.reserved", incident, made, by=by, now=now)
    return lost


@transaction.atomic
def stock_release(
    *,
    incident: Incident,
    reason: str,
    by: User | None,
    now: datetime,
    task_keys: Iterable[str] | None = None,
) -> list[StockReservation]:
    """Give back what is promised to an incident, or to some of its tasks; return what was."""
    open_rows = incident.reservations.filter(released_at=None).select_related("stock")
    if task_keys is not None:
        open_rows = open_rows.filter(task_key__in=set(task_keys))
    end = {"released_at": now, "released_by": by, "release_reason": reason[:300]}
    released = [
        row
        for row in open_rows.order_by("pk")
        if StockReservation.objects.filter(pk=row.pk, released_at=None).update(**end)
    ]
    for row in sorted(released, key=lambda row: row.stock_id):
        Stock.objects.filter(pk=row.stock_id).update(reserved=F("reserved") - row.quantity)
    if released:
        _told("supplies.released", incident, released, by=by, now=now, reason=reason)
    return released


def _told(
    verb: str,
    incident: Incident,
    rows: Sequence[StockReservation],
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
) -> None:
    announce_incident(
        verb=verb,
        incident=incident,
        by=by,
        now=now,
        payload={
            "rows": [
                {
                    "reservation": row.pk,
                    "stock": row.stock_id,
                    "name": row.stock.name,
                    "quantity": row.quantity,
                    "measure": row.stock.measure,
                }
                for row in rows
            ]
        },
        reasons=[reason] if reason else [],
    )
