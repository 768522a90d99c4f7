"""Correct scenario and weather of an incident, and build its package anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.command.choices import IncidentStatus
from anlan.command.rules.scenario_changes import fingerprint
from anlan.command.selectors.situations import inputs_of
from anlan.command.services import scenario_correct
from anlan.command.types import ConflictError, RefusedError
from anlan.console.access import account, page
from anlan.console.answers import CONFLICT, UNFIT
from anlan.console.forms.incident import CorrectionForm
from anlan.console.forms.scenarios import correction_form_for
from anlan.console.lanes import lane_view
from anlan.console.selectors.places import district_codes
from anlan.console.views.incidents import incidents_of
from anlan.console.views.packages import build
from anlan.core.permissions import may
from anlan.science.release.substances import substances

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from anlan.command.types import Problem
    from anlan.console.forms.hazards import HazardForm

__all__ = ["correct"]

ENTERED_AS = {"hole_diameter_m": "hole_mm", "inventory_kg": "inventory_t"}


@page("incident.change", methods=("GET", "HEAD", "POST"))
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is assumed about the hazard and the weather; build anew if asked for."""
    incident = get_object_or_404(incidents_of(request), pk=pk)
    if incident.status != IncidentStatus.OPEN:
        messages.error(request, _("事件已办结，情景与气象不再更正。"))
        return redirect("console:incident", incident.pk)
    scenario, weather = inputs_of(incident)
    data = request.POST if request.method == "POST" else None
    hazard = correction_form_for(
        incident.event_code, scenario, weather, data, places=district_codes()
    )
    sign = fingerprint(incident.scenario, incident.weather)
    form = CorrectionForm(data, initial={"seen": sign})
    status, error = 200, ""
    if request.method == "POST":
        status = UNFIT
        if form.is_valid() & hazard.is_valid():
            new_scenario, new_weather = hazard.corrected(scenario, weather)
            try:
                scenario_correct(
                    incident_id=incident.pk,
                    scenario=new_scenario,
                    weather=new_weather,
                    by=account(request),
                    now=timezone.now(),
                    **form.cleaned_data,
                )
            except RefusedError as refused:
                _show(hazard, form, refused.problems)
            except ConflictError as conflict:
                status, error = CONFLICT, str(conflict)
            else:
                if request.POST.get("then") == "build" and may(request.user, "package.build"):
                    return build(request, incident.pk)
                messages.success(
                    request, _("情景与气象已更正。请重新生成处置方案，使影响范围和人数更新。")
                )
                return redirect("console:incident", incident.pk)
    context = lane_view(incident.lane, request.user).context() | {
        "incident": incident,
        "hazard": hazard,
        "form": form,
        "error": error,
        "may_build": may(request.user, "package.build"),
        "substances": [substance.name_zh for substance in substances()],
    }
    return render(request, "console/scenario.html", context, status=status)


def _show(hazard: HazardForm, form: CorrectionForm, problems: tuple[Problem, ...]) -> None:
    """Show each problem at its field; what names no field stands on top."""
    for problem in problems:
        name = ENTERED_AS.get(problem.field, problem.field)
        target = hazard if name in hazard.fields else form
        target.add_error(name if name in target.fields else None, str(problem))
