"""The ticket that admits a page to the stream of events."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404, JsonResponse

from anlan.console.access import page
from anlan.console.lanes import lane_of
from anlan.core.live.tickets import make_ticket

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["ticket"]


@page(None)
def ticket(request: HttpRequest) -> JsonResponse:
    """Answer the address of the stream, with a ticket for this account and this lane."""
    user = request.user
    if not user.is_authenticated or user.division_id is None:
        raise Http404("账号没有行政区划")
    lane = lane_of(request).name
    text = make_ticket(user_id=user.pk, division=user.division_id, lanes={lane})
    answer = JsonResponse({"url": f"/live/stream?{urlencode({'ticket': text})}"})
    answer["Cache-Control"] = "no-store"
    return answer
