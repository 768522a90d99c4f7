"""The response package: built by one key press, decided part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from anlan.command.choices import PartStatus
from anlan.command.models import Incident, Package, PackagePart
from anlan.command.services import package_build, package_part_decide
from anlan.command.types import ConflictError, RefusedError
from anlan.console.access import account, page
from anlan.console.answers import CONFLICT, GEOJSON, UNFIT
from anlan.console.lanes import lane_view
from anlan.console.selectors.maps import extent_for
from anlan.console.selectors.packages import (
    changes_of_version,
    edited_warning,
    legend_of,
    map_of_package,
    parts_of,
)
from anlan.core.choices import Grade
from anlan.core.permissions import may, restrict

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["build", "decide", "detail", "drawn"]


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
        "changes": changes_of_version(package),
        "legend": legend_of(package),
        "newest": package.incident.packages.first(),
        "colours": Grade.choices,
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


@page("package.build", methods=("POST",))
def build(request: HttpRequest, pk: int) -> HttpResponse:
    """Build the package of an incident: the one key press."""
    incidents = restrict(Incident.objects.all(), request.user, "incident.view")
    incident = get_object_or_404(incidents, pk=pk)
    try:
        package = package_build(incident_id=incident.pk, by=account(request), now=timezone.now())
    except (ConflictError, ValueError) as error:
        messages.error(request, str(error))
        return redirect("console:incident", incident.pk)
    return redirect("console:package", package.pk)


@page("package.decide", methods=("POST",))
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, change or reject one part."""
    parts = PackagePart.objects.filter(package__in=_packages(request))
    part = get_object_or_404(parts.select_related("package__incident"), pk=pk)
    decision = request.POST.get("decision", "")
    edited = None
    if decision == PartStatus.EDITED:
        edited = edited_warning(part.content, request.POST)
    try:
        package_part_decide(
            part_id=part.pk,
            decision=decision,
            reason=request.POST.get("reason", "") if decision == PartStatus.REJECTED else "",
            edited_content=edited,
            by=account(request),
            now=timezone.now(),
        )
    except RefusedError as error:
        refusal = {"refused": part.pk, "refusal": str(error), "error": str(error)}
        return _page(request, part.package, UNFIT, **refusal)
    except (ConflictError, ValueError) as error:
        return _page(request, part.package, CONFLICT, error=str(error))
    return redirect(f"{reverse('console:package', args=[part.package_id])}#part-{part.kind}")
