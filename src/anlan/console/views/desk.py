"""The duty desk: everything that waits for somebody, worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone

from anlan.console.access import page
from anlan.console.selectors.desk import desk_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["desk"]


@page(None)
def desk(request: HttpRequest) -> HttpResponse:
    """Show who is on shift and what is open."""
    context = {"desk": desk_of(user=request.user, now=timezone.now())}
    return render(request, "console/desk.html", context)
