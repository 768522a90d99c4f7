"""The response package: built by one key press, decided part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from anlan.command.models import Package
from anlan.console.access import page
from anlan.console.lanes import lane_view
from anlan.console.selectors.maps import extent_for
from anlan.console.selectors.packages import map_of_package, parts_of
from anlan.core.permissions import may, restrict

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["detail", "drawn"]

GEOJSON = "application/geo+json"


def _packages(request: HttpRequest) -> Any:
    return restrict(
        Package.objects.select_related("incident", "by"),
        request.user,
        "incident.view",
        field="incident__division_id",
    )


def _page(request: HttpRequest, package: Package, status: int = 200, **extra: Any) -> HttpResponse:
    context = lane_view(package.lane, request.user).context() | {
        "package": package,
        "incident": package.incident,
        "parts": parts_of(package),
        "newest": package.incident.packages.first(),
        "may_decide": may(request.user, "package.decide"),
        "extent": extent_for(user=request.user),
        **extra,
    }
    return render(request, "console/package.html", context, status=status)


@page("incident.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the parts side by side with the map."""
    return _page(request, get_object_or_404(_packages(request), pk=pk))


@page("incident.view")
def drawn(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what the package draws on the map."""
    package = get_object_or_404(_packages(request), pk=pk)
    return HttpResponse(map_of_package(package), content_type=GEOJSON)
