"""Reports: entering one, looking at it, deciding what it is."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.command.choices import ReportStatus
from anlan.command.models import Incident, Report
from anlan.command.selectors.duplicates import duplicates_of, duplicates_of_report
from anlan.command.services import (
    report_attach,
    report_mark_duplicate,
    report_problems,
    report_receive,
    report_reject,
    report_verify,
)
from anlan.command.types import ConflictError, RefusedError
from anlan.console.access import account, page
from anlan.console.answers import CONFLICT, page_of
from anlan.console.forms.report import DecisionForm, ReportForm, add_problems
from anlan.console.forms.scenarios import hazard_form_for
from anlan.console.lanes import lane_of, lane_view
from anlan.console.selectors.maps import extent_for
from anlan.console.selectors.places import district_codes, places_called
from anlan.core.dictionaries import search_event_codes
from anlan.core.permissions import may, restrict
from anlan.core.rules import whole_number
from anlan.science.release.substances import substances

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from anlan.command.rules.duplicates import Candidate

__all__ = [
    "attach",
    "detail",
    "duplicates",
    "entry",
    "event_types",
    "hazard_fields",
    "listing",
    "mark_duplicate",
    "places",
    "reject",
    "verify",
]


def _reports(request: HttpRequest) -> Any:
    return restrict(
        Report.objects.select_related("division", "incident"), request.user, "incident.view"
    )


@page("incident.view")
def listing(request: HttpRequest) -> HttpResponse:
    """List the reports of a lane, undecided ones first."""
    lane = lane_of(request)
    status = request.GET.get("status", "")
    rows = _reports(request).filter(lane=lane.name)
    if status in ReportStatus.values:
        rows = rows.filter(status=status)
    context = lane.context() | {
        "page": page_of(request, rows),
        "status": status,
        "statuses": ReportStatus.choices,
        "may_report": may(request.user, "report.create"),
    }
    return render(request, "console/reports.html", context)


@page("report.create", methods=("GET", "HEAD", "POST"))
def entry(request: HttpRequest) -> HttpResponse:
    """Enter a report."""
    lane = lane_of(request)
    if request.method == "POST":
        form = ReportForm(request.POST)
        code = request.POST.get("event_code", "")
        hazard = hazard_form_for(code, request.POST, places=district_codes())
        sound, told = form.is_valid(), hazard.is_valid()
        if sound and not told:  # all that is wrong at once, not one thing after the other
            add_problems(
                form,
                report_problems(entered=form.entered({}), by=account(request), now=timezone.now()),
            )
        elif sound:
            try:
                report = report_receive(
                    entered=form.entered(hazard.details()),
                    lane=lane.name,
                    by=account(request),
                    now=timezone.now(),
                )
            except RefusedError as error:
                add_problems(form, error.problems)
            else:
                messages.success(request, _("接报已登记，编号 %(id)s。") % {"id": report.pk})
                after = report if may(request.user, "incident.view") else None
                return redirect("console:report", report.pk) if after else redirect("console:desk")
    else:
        form = ReportForm(
            initial={"occurred_at": timezone.localtime(), "client_key": secrets.token_urlsafe(16)}
        )
        hazard = hazard_form_for("", places={})
    context = lane.context() | {
        "form": form,
        "hazard": hazard,
        "substances": [substance.name_zh for substance in substances()],
        "extent": extent_for(user=request.user),
    }
    return render(request, "console/report_new.html", context)


@page("report.create")
def event_types(request: HttpRequest) -> JsonResponse:
    """Answer the kinds of event that fit what was typed."""
    found = search_event_codes(request.GET.get("q", "")[:60])
    rows = [{"value": e.code, "label": e.name, "note": f"{e.code} · {e.class_name}"} for e in found]
    return JsonResponse({"options": rows})


@page("register.view")
def places(request: HttpRequest) -> JsonResponse:
    """Answer places by name."""
    found = places_called(request.GET.get("q", "")[:60], user=request.user)
    rows = [
        {"value": p.name, "label": p.name, "note": p.kind, "lon": p.longitude, "lat": p.latitude}
        for p in found
    ]
    return JsonResponse({"options": rows})


@page("report.create")
def hazard_fields(request: HttpRequest) -> HttpResponse:
    """Answer the fields that the chosen kind of event asks for."""
    hazard = hazard_form_for(
        request.GET.get("event_code", ""), places={}, kind=request.GET.get("hazard-kind", "")
    )
    names = [substance.name_zh for substance in substances()]
    context = {"hazard": hazard, "substances": names}
    return render(request, "console/parts/hazard_fields.html", context)


@page("incident.view")
def duplicates(request: HttpRequest) -> HttpResponse:
    """Answer what a report that is being typed may repeat; nothing while it is incomplete."""
    form = ReportForm(request.GET)
    form.is_valid()
    entered = form.cleaned_data
    needed = ("longitude", "latitude", "event_code", "occurred_at")
    candidates: tuple[Candidate, ...] = ()
    if all(entered.get(name) is not None for name in needed):
        candidates = duplicates_of(
            **{name: entered[name] for name in needed},
            phone=entered.get("reporter_phone", ""),
            lane=lane_of(request).name,
        )
    return render(request, "console/parts/duplicates.html", {"candidates": candidates})


def _detail(request: HttpRequest, report: Report, status: int = 200, **extra: Any) -> HttpResponse:
    context = lane_view(report.lane, request.user).context() | {
        "report": report,
        "candidates": duplicates_of_report(report) if report.status == ReportStatus.NEW else (),
        "can_decide": may(request.user, "report.verify") and report.status == ReportStatus.NEW,
        "form": DecisionForm(),
        "extent": extent_for(user=request.user),
        **extra,
    }
    return render(request, "console/report.html", context, status=status)


@page("incident.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one report and what it may repeat."""
    return _detail(request, get_object_or_404(_reports(request), pk=pk))


@page("report.verify", methods=("POST",))
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the report for true: it becomes an incident."""
    report = get_object_or_404(_reports(request), pk=pk)
    try:
        incident = report_verify(
            report_id=report.pk,
            scenario=report.details.get("scenario"),
            weather=report.details.get("weather"),
            by=account(request),
            now=timezone.now(),
        )
    except (ConflictError, RefusedError) as error:
        return _detail(request, report, CONFLICT, error=str(error))
    messages.success(request, _("已核实并转为突发事件 %(number)s。") % {"number": incident.number})
    return redirect("console:incident", incident.pk)


@page("report.verify", methods=("POST",))
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the report to an incident that is already open."""
    report = get_object_or_404(_reports(request), pk=pk)
    incidents = restrict(Incident.objects.filter(lane=report.lane), request.user, "incident.view")
    chosen = whole_number(request.POST.get("incident", ""))
    incident = get_object_or_404(incidents, pk=chosen)
    try:
        report_attach(
            report_id=report.pk,
            incident_id=incident.pk,
            reason=request.POST.get("reason", ""),
            by=account(request),
            now=timezone.now(),
        )
    except (ConflictError, RefusedError) as error:
        return _detail(request, report, CONFLICT, error=str(error))
    messages.success(request, _("已并入事件 %(number)s。") % {"number": incident.number})
    return redirect("console:incident", incident.pk)


@page("report.verify", methods=("POST",))
def mark_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the report repeats another one."""
    report = get_object_or_404(_reports(request), pk=pk)
    others = _reports(request).filter(lane=report.lane).exclude(pk=report.pk)
    first = get_object_or_404(others, pk=whole_number(request.POST.get("report", "")))
    try:
        report_mark_duplicate(
            report_id=report.pk,
            of_report_id=first.pk,
            reason=request.POST.get("reason", ""),
            by=account(request),
            now=timezone.now(),
        )
    except (ConflictError, RefusedError) as error:
        return _detail(request, report, CONFLICT, error=str(error))
    messages.success(request, _("已判为重复，原报告编号 %(id)s。") % {"id": first.pk})
    return redirect("console:report", first.pk)


@page("report.verify", methods=("POST",))
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the report aside, with a reason."""
    report = get_object_or_404(_reports(request), pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _detail(request, report, 422, form=form)
    try:
        report_reject(
            report_id=report.pk,
            reason=form.cleaned_data["reason"],
            by=account(request),
            now=timezone.now(),
        )
    except (ConflictError, RefusedError) as error:
        return _detail(request, report, CONFLICT, error=str(error))
    messages.success(request, _("已登记为不属实。"))
    return redirect("console:reports")
