"""What an incident holds of the register: the crews that are out for it, the stock it was promised.

A package that is built anew may count on both; for every other incident they are taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Sum

from anlan.command.choices import TaskStatus
from anlan.command.models import StockReservation
from anlan.command.rules.tasks import UNIT_TASK, unit_of_key

if TYPE_CHECKING:
    from anlan.command.models import Incident

__all__ = ["reservations_of_incident", "reservations_of_stock", "stock_held", "units_held"]


def units_held(incident: Incident) -> frozenset[int]:
    """Return the units that are out for an incident. An exercise holds none."""
    if incident.is_exercise:
        return frozenset()
    tasks = incident.tasks.filter(key__startswith=UNIT_TASK).exclude(
        status__in=(TaskStatus.CANCELLED, TaskStatus.FAILED)
    )
    numbers = (unit_of_key(key) for key in tasks.values_list("key", flat=True))
    return frozenset(number for number in numbers if number is not None)


def stock_held(incident: Incident) -> dict[int, int]:
    """Return stock row → quantity promised to an incident and not yet carried out.

    What a finished task took has left the warehouse: a new package cannot count on it.
    """
    done = incident.tasks.filter(status=TaskStatus.DONE).values_list("key", flat=True)
    rows = incident.reservations.filter(released_at=None).exclude(task_key__in=list(done))
    return {
        row["stock_id"]: row["held"]
        for row in rows.values("stock_id").annotate(held=Sum("quantity")).order_by("stock_id")
    }


def reservations_of_incident(incident: Incident) -> list[StockReservation]:
    """Return what is and was promised to an incident, the open promises first."""
    rows = incident.reservations.select_related("stock__warehouse", "reserved_by", "released_by")
    return sorted(rows, key=lambda row: (row.released_at is not None, row.stock.name, row.pk))


def reservations_of_stock(stock_id: int) -> list[StockReservation]:
    """Return the open promises of one stock row."""
    rows = StockReservation.objects.filter(stock_id=stock_id, released_at=None)
    return list(rows.select_related("incident", "reserved_by"))
