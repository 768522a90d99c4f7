"""Incidents: the list, the page of one, and what people decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.command.choices import IncidentGrade, IncidentStatus, ResponseLevel
from anlan.command.models import Incident, ReportingClock
from anlan.command.selectors import replay_frames, timeline
from anlan.command.services import (
    casualties_update,
    clock_meet,
    elements_state,
    incident_close,
    incident_regrade,
    response_end,
    response_start,
)
from anlan.command.types import ConflictError, RefusedError
from anlan.console.access import account, page
from anlan.console.answers import CONFLICT, GEOJSON, UNFIT, page_of
from anlan.console.forms.incident import (
    CasualtyForm,
    CloseForm,
    ElementsForm,
    EndResponseForm,
    GradeForm,
    ResponseForm,
)
from anlan.console.forms.report import add_problems
from anlan.console.lanes import lane_of, lane_view
from anlan.console.selectors.incidents import draftable_kinds, incident_page
from anlan.console.selectors.maps import extent_for
from anlan.console.selectors.packages import legend_of, map_of_package
from anlan.core.permissions import may, restrict

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest

__all__ = [
    "casualties",
    "close",
    "detail",
    "elements",
    "end_response",
    "grade",
    "listing",
    "meet",
    "package_map",
    "replay",
    "respond",
]


def incidents_of(request: HttpRequest) -> Any:
    """Return the incidents that the account may see."""
    return restrict(Incident.objects.select_related("division"), request.user, "incident.view")


@page("incident.view")
def listing(request: HttpRequest) -> HttpResponse:
    """List the incidents of a lane."""
    lane = lane_of(request)
    status = request.GET.get("status", "")
    rows = incidents_of(request).filter(lane=lane.name)
    if status in IncidentStatus.values:
        rows = rows.filter(status=status)
    found = page_of(request, rows)
    context = lane.context() | {"page": found, "status": status, "statuses": IncidentStatus.choices}
    return render(request, "console/incidents.html", context)


def _page(
    request: HttpRequest, incident: Incident, status: int = 200, **extra: Any
) -> HttpResponse:
    seen = incident_page(incident=incident)
    context = lane_view(incident.lane, request.user).context() | {
        "incident": incident,
        "seen": seen,
        "draftable": draftable_kinds(seen.official),
        "entries": timeline(incident),
        "legend": legend_of(incident.packages.first()),
        "open": incident.status == IncidentStatus.OPEN,
        "may_change": may(request.user, "incident.change"),
        "may_build": may(request.user, "package.build"),
        "may_close": may(request.user, "incident.close"),
        "may_draft": may(request.user, "official_report.draft"),
        "may_sign": may(request.user, "official_report.sign"),
        "elements_form": ElementsForm(held=incident.details),
        "casualty_form": CasualtyForm(),
        "grade_form": GradeForm(initial={"grade": incident.grade or incident.grade_proposed}),
        "response_form": ResponseForm(),
        "end_form": EndResponseForm(),
        "close_form": CloseForm(),
        "grades": IncidentGrade.choices,
        "levels": ResponseLevel.choices,
        "extent": extent_for(user=request.user),
        **extra,
    }
    return render(request, "console/incident.html", context, status=status)


@page("incident.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything about one incident."""
    return _page(request, get_object_or_404(incidents_of(request), pk=pk))


@page("incident.view")
def replay(request: HttpRequest, pk: int) -> JsonResponse:
    """Answer the moments of an incident, for the slider."""
    incident = get_object_or_404(incidents_of(request), pk=pk)
    return JsonResponse({"frames": replay_frames(incident)})


@page("incident.view")
def package_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what the latest package draws on the map: areas, units, hospitals, closures."""
    incident = get_object_or_404(incidents_of(request), pk=pk)
    return HttpResponse(map_of_package(incident.packages.first()), content_type=GEOJSON)


def _change(
    request: HttpRequest,
    pk: int,
    form: forms.Form,
    name: str,
    act: Callable[[Incident, dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    """Check the shape, make the one call, and come back to the page with what it said."""
    incident = get_object_or_404(incidents_of(request), pk=pk)
    if not form.is_valid():
        return _page(request, incident, UNFIT, **{name: form})
    try:
        act(incident, form.cleaned_data)
    except RefusedError as error:
        add_problems(form, error.problems)
        return _page(request, incident, UNFIT, **{name: form})
    except ConflictError as error:
        return _page(request, incident, CONFLICT, error=str(error))
    messages.success(request, done)
    return redirect("console:incident", incident.pk)


@page("incident.change", methods=("POST",))
def casualties(request: HttpRequest, pk: int) -> HttpResponse:
    """State new figures of people."""

    def act(incident: Incident, data: dict[str, Any]) -> None:
        values = dict(data)
        source, reason = values.pop("source"), values.pop("decrease_reason")
        confirmed = values.pop("confirmed")
        casualties_update(
            incident_id=incident.pk,
            figures={name: value for name, value in values.items() if value is not None},
            source=source,
            decrease_reason=reason,
            confirmed=confirmed,
            by=account(request),
            now=timezone.now(),
        )

    form = CasualtyForm(request.POST)
    return _change(request, pk, form, "casualty_form", act, _("伤亡数字已更新。"))


@page("official_report.draft", methods=("POST",))
def elements(request: HttpRequest, pk: int) -> HttpResponse:
    """State what the reports upwards must say."""
    incident = get_object_or_404(incidents_of(request), pk=pk)
    form = ElementsForm(request.POST, held=incident.details)

    def act(incident: Incident, data: dict[str, Any]) -> None:
        elements_state(
            incident_id=incident.pk,
            elements=form.stated(),
            seen=form.seen(),
            source=data["source"],
            by=account(request),
            now=timezone.now(),
        )

    return _change(request, pk, form, "elements_form", act, _("报告要素已登记。"))


@page("incident.change", methods=("POST",))
def grade(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide the grade."""

    def act(incident: Incident, data: dict[str, Any]) -> None:
        incident_regrade(
            incident_id=incident.pk,
            grade=data["grade"],
            reason=data["reason"],
            by=account(request),
            now=timezone.now(),
        )

    return _change(request, pk, GradeForm(request.POST), "grade_form", act, _("事件等级已确定。"))


@page("incident.change", methods=("POST",))
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare the emergency response, or change its level."""

    def act(incident: Incident, data: dict[str, Any]) -> None:
        response_start(incident_id=incident.pk, by=account(request), now=timezone.now(), **data)

    form = ResponseForm(request.POST)
    return _change(request, pk, form, "response_form", act, _("应急响应已启动。"))


@page("incident.close", methods=("POST",))
def end_response(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare the end of the emergency response; the incident stays open."""

    def act(incident: Incident, data: dict[str, Any]) -> None:
        response_end(incident_id=incident.pk, by=account(request), now=timezone.now(), **data)

    form = EndResponseForm(request.POST)
    return _change(request, pk, form, "end_form", act, _("应急响应已终止，事件仍在处置中。"))


@page("incident.close", methods=("POST",))
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the incident."""

    def act(incident: Incident, data: dict[str, Any]) -> None:
        incident_close(
            incident_id=incident.pk,
            reason=data["reason"],
            cancel_open_tasks=data["cancel_open_tasks"],
            by=account(request),
            now=timezone.now(),
        )

    return _change(request, pk, CloseForm(request.POST), "close_form", act, _("事件已办结。"))


@page("incident.change", methods=("POST",))
def meet(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a duty to report was done by telephone or otherwise."""
    clocks = ReportingClock.objects.filter(incident__in=incidents_of(request))
    clock = get_object_or_404(clocks.select_related("incident"), pk=pk)
    try:
        clock_meet(
            clock_id=clock.pk,
            note=request.POST.get("note", ""),
            by=account(request),
            now=timezone.now(),
        )
    except (ConflictError, RefusedError) as error:
        return _page(request, clock.incident, CONFLICT, error=str(error))
    messages.success(request, _("报告时限已登记完成。"))
    return redirect("console:incident", clock.incident_id)
