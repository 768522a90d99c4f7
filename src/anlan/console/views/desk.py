"""The duty desk: everything that waits for somebody, worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone

from anlan.console.access import account, page
from anlan.console.lanes import lane_of
from anlan.console.selectors.administration import duties_of
from anlan.console.selectors.desk import desk_of
from anlan.core.permissions import may
from anlan.core.rules import holds_cities

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["desk"]


@page(None)
def desk(request: HttpRequest) -> HttpResponse:
    """Show who is on shift and what is open."""
    lane = lane_of(request)
    user = account(request)
    place = user.division
    sees = may(user, "incident.view")
    now = timezone.now()
    context = lane.context() | {
        "page": desk_of(user=user, lane=lane.name, now=now) if sees else None,
        "duties": [] if sees else duties_of(user, now=now),
        "part": place if place is not None and not holds_cities(place.code) else None,
        "may_report": may(user, "report.create"),
        "sees_people": may(user, "contact.view"),
        "may_change": may(user, "incident.change"),
    }
    return render(request, "console/desk.html", context)
