"""Plans: which there are, each on one sheet (一张纸预案), and how one comes into force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.console.access import account, page
from anlan.console.answers import attachment, page_of, reason_given
from anlan.console.forms.plan import PlanForm
from anlan.console.selectors.plans import difference_of, findings_of, standing_of
from anlan.core.permissions import may
from anlan.core.rules import whole_number
from anlan.plans.choices import PlanStatus
from anlan.plans.rules import PlanRefusedError, one_page
from anlan.plans.selectors import (
    plan_before,
    plan_content,
    plan_reading,
    plans_of,
    plans_visible_to,
)
from anlan.plans.services import (
    PlanDecisionError,
    SameVersionError,
    plan_approve,
    plan_import,
    plan_withdraw,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from anlan.plans.models import PlanVersion

__all__ = ["approve", "difference", "importing", "listing", "sheet", "text", "withdraw"]


@page("plan.view")
def listing(request: HttpRequest) -> HttpResponse:
    """List the versions of plans that the account may see, those that wait for somebody first."""
    plans = plans_visible_to(request.user).select_related("division", "imported_by", "decided_by")
    status = request.GET.get("status", "")
    if status in PlanStatus.values:
        plans = plans.filter(status=status)
    context = {
        "page": page_of(request, plans),
        "status": status,
        "statuses": PlanStatus.choices,
        "waiting": plans_visible_to(request.user).filter(status=PlanStatus.DRAFT).count(),
        "may_import": may(request.user, "plan.change"),
    }
    return render(request, "console/plans.html", context)


@page("plan.change", methods=("GET", "HEAD", "POST"))
def importing(request: HttpRequest) -> HttpResponse:
    """Check a plan text; store it as a draft when it is asked for and nothing is wrong."""
    user = account(request)
    if user.division is None:
        raise Http404
    posted = request.method == "POST"
    form = PlanForm(request.POST, request.FILES) if posted else PlanForm()
    context: dict[str, object] = {"form": form}
    status = 200
    if posted and not form.is_valid():
        status = 400
    elif posted:
        written, name = form.cleaned_data["text"], form.cleaned_data["file_name"]
        try:
            if "keep" in request.POST:
                version = plan_import(
                    text=written,
                    division=user.division,
                    by=user,
                    now=timezone.now(),
                    file_name=name,
                )
                messages.success(request, _("检查通过，已存为草稿，等待另一人批准。"))
                return redirect("console:plan", version.pk)
            reading = plan_reading(written, division=user.division, file=name)
            findings, context["plan"] = reading.findings, reading.plan
        except PlanRefusedError as refused:
            findings = refused.findings
        except SameVersionError as refused:
            findings = ()
            context["same"] = str(refused)
        refusals = sum(1 for finding in findings if finding.severity == "error")
        status = 400 if refusals or "same" in context else 200
        context |= {
            "findings": findings_of(findings, written),
            "refusals": refusals,
            "checked": True,
            "written": written,
        }
    return render(request, "console/plan_import.html", context, status=status)


@page("plan.view")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a plan on one sheet, whole or for one level, and where the version stands."""
    version = _version(request, pk)
    plan = plan_content(version)
    level = whole_number(request.GET.get("level", ""))
    if level is not None and level not in {known.level for known in plan.levels}:
        raise Http404
    context = {
        "version": version,
        "plan": plan,
        "sheet": one_page(plan, level),
        "level": level,
        **standing_of(version, plan, level, account(request), timezone.now()),
    }
    return render(request, "console/plan.html", context)


@page("plan.view")
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a version changes against the one in force, or the one before it."""
    version = _version(request, pk)
    before = plan_before(version)
    if before is None:
        raise Http404(_("没有可比较的版本"))
    context = {"version": version, "before": before, **difference_of(before, version)}
    return render(request, "console/plan_difference.html", context)


@page("plan.view")
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the text of a version, as it was checked."""
    version = _version(request, pk)
    name = f"{version.title}-{version.version}.toml"
    return attachment(version.text, name, "text/plain; charset=utf-8")


@page("plan.approve", methods=("POST",))
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft in force; the version that was goes out of force."""
    said = _("已批准，现行有效。原现行版本已停用，文本保留。")
    return _decide(request, pk, plan_approve, said)


@page("plan.approve", methods=("POST",))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a version out of force, or drop a draft."""
    return _decide(request, pk, plan_withdraw, _("已停用，文本保留可查。"))


def _version(request: HttpRequest, pk: int) -> PlanVersion:
    rows = plans_visible_to(request.user).select_related("division", "imported_by", "decided_by")
    return get_object_or_404(rows, pk=pk)


def _decide(request: HttpRequest, pk: int, act: Callable[..., None], said: str) -> HttpResponse:
    own = plans_of(request.user, "plan.approve").select_related("division")
    try:
        act(
            version=get_object_or_404(own, pk=pk),
            by=account(request),
            now=timezone.now(),
            reason=reason_given(request),
        )
    except PlanDecisionError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("console:plan", pk)
