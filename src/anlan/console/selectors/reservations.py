"""To whom a stock row is promised, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.command.models import Incident
from anlan.command.selectors.holdings import reservations_of_stock
from anlan.core.permissions import restrict
from anlan.register.models import Stock

if TYPE_CHECKING:
    from django.db.models import Model

    from anlan.command.models import StockReservation
    from anlan.core.models import User

__all__ = ["Promise", "promises_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An open promise; the incident is named only to those who may see it."""

    row: StockReservation
    incident: Incident | None


def promises_on(row: Model, user: User) -> list[Promise]:
    """Return the open promises of a stock row; none for any other record."""
    if not isinstance(row, Stock):
        return []
    open_rows = reservations_of_stock(row.pk)
    ids = [found.incident_id for found in open_rows]
    seen = restrict(Incident.objects.filter(pk__in=ids), user, "incident.view").in_bulk()
    return [Promise(row=found, incident=seen.get(found.incident_id)) for found in open_rows]
