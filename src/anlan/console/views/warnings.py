"""Warnings: from draft over approval to issue, update and cancellation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.console.access import account, page
from anlan.console.answers import CONFLICT, GEOJSON, UNFIT, attachment, page_of
from anlan.console.forms.report import DecisionForm
from anlan.console.forms.warning import UpdateForm, WarningForm, WordsForm
from anlan.console.lanes import lane_of, lane_view
from anlan.console.selectors.maps import extent_for
from anlan.console.selectors.warnings import area_of, districts_to_warn, standing_of
from anlan.core.permissions import may
from anlan.warn.models import PublicWarning
from anlan.warn.selectors import (
    exchange_file,
    warnings_in_force,
    warnings_of,
    warnings_visible_to,
)
from anlan.warn.services import (
    WarningStepError,
    warning_approve,
    warning_cancel,
    warning_draft,
    warning_edit,
    warning_issue,
    warning_update,
    warning_withdraw,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

__all__ = [
    "approve",
    "area",
    "cancel",
    "detail",
    "draft",
    "edit",
    "exchange",
    "issue",
    "listing",
    "update",
    "withdraw",
]

SIX_HOURS = timedelta(hours=6)


def _warning(request: HttpRequest, pk: int) -> PublicWarning:
    return get_object_or_404(warnings_visible_to(request.user), pk=pk)


def _own(request: HttpRequest, pk: int, action: str) -> PublicWarning:
    return get_object_or_404(warnings_of(request.user, action), pk=pk)


@page("warning.view")
def listing(request: HttpRequest) -> HttpResponse:
    """List the warnings of a lane."""
    lane = lane_of(request)
    rows = warnings_visible_to(request.user).filter(lane=lane.name).select_related("division")
    in_force = rows.filter(pk__in=warnings_in_force(timezone.now(), lane=lane.name).values("pk"))
    only = request.GET.get("status") == "in_force"
    if only:
        rows = in_force
    context = lane.context() | {
        "in_force": in_force.count(),
        "only_in_force": only,
        "page": page_of(request, rows),
        "may_draft": may(request.user, "warning.draft"),
    }
    return render(request, "console/warnings.html", context)


@page("warning.draft", methods=("GET", "HEAD", "POST"))
def draft(request: HttpRequest) -> HttpResponse:
    """Draft a warning."""
    lane = lane_of(request)
    places = districts_to_warn(request.user)
    user, now = account(request), timezone.now()
    if user.division is None:
        raise Http404
    start = timezone.localtime(now)
    first = {"effective": start, "expires": start + SIX_HOURS}
    form = WarningForm(request.POST or None, places=places, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        names = dict(places)
        data.pop("event_name")
        try:
            warning = warning_draft(
                **{**data, "places": [(code, names[code]) for code in data["places"]]},
                division=user.division,
                area=None,
                issuer=user.division.name,
                by=user,
                now=now,
                lane=lane.name,
            )
        except (LookupError, ValueError) as error:
            form.add_error(None, str(error.args[0] if error.args else error))
        else:
            return redirect("console:warning", warning.pk)
    return render(request, "console/warning_new.html", lane.context() | {"form": form})


def _page(
    request: HttpRequest, warning: PublicWarning, status: int = 200, **extra: Any
) -> HttpResponse:
    words = {
        "headline": warning.headline,
        "description": warning.description,
        "instruction": warning.instruction,
        "short": warning.short_text,
    }
    user = account(request)
    context = lane_view(warning.lane, user).context() | {
        "warning": warning,
        "words": WordsForm(initial=words),
        "reason": DecisionForm(),
        **standing_of(warning, user),
        "extent": extent_for(user=user),
        **extra,
    }
    return render(request, "console/warning.html", context, status=status)


@page("warning.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a warning with its area and its words."""
    return _page(request, _warning(request, pk))


@page("warning.view")
def area(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the area of a warning."""
    return HttpResponse(area_of(_warning(request, pk)), content_type=GEOJSON)


@page("warning.view")
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the file of a public message for the national warning system (12379)."""
    warning = _warning(request, pk)
    found = exchange_file(warning.identifier or "")
    if found is None:
        said = _("只有已经发布的实战预警才有交换文件。")
        return _page(request, warning, CONFLICT, error=said)
    name, content = found
    return attachment(content, name, "application/xml")


@page("warning.draft", methods=("POST",))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of a draft."""
    warning = _own(request, pk, "warning.draft")
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _page(request, warning, UNFIT, words=form)
    user, now = account(request), timezone.now()
    return _step(
        request,
        warning,
        lambda: warning_edit(warning=warning, by=user, now=now, **form.cleaned_data),
        _("文字已修改。"),
    )


def _step(
    request: HttpRequest, warning: PublicWarning, act: Callable[[], object], done: str
) -> HttpResponse:
    """Make the one call; a step that is not allowed says why on the page."""
    try:
        after = act()
    except (WarningStepError, ValueError) as error:
        return _page(request, warning, CONFLICT, error=str(error))
    messages.success(request, done)
    return redirect("console:warning", after.pk if isinstance(after, PublicWarning) else warning.pk)


@page("warning.approve", methods=("POST",))
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a draft: never one's own."""
    warning, user, now = _own(request, pk, "warning.approve"), account(request), timezone.now()
    return _step(
        request, warning, lambda: warning_approve(warning=warning, by=user, now=now), _("已审批。")
    )


@page("warning.approve", methods=("POST",))
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue an approved warning."""
    warning, user, now = _own(request, pk, "warning.approve"), account(request), timezone.now()
    return _step(
        request, warning, lambda: warning_issue(warning=warning, by=user, now=now), _("已发布。")
    )


@page("warning.draft", methods=("GET", "HEAD", "POST"))
def update(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft what an issued warning says from now on; it refers to the message it replaces."""
    warning = _own(request, pk, "warning.draft")
    places = districts_to_warn(request.user)
    own = [(code, name) for code, name in warning.places]
    places = [*places, *(place for place in own if place not in places)]
    first = {
        "colour": warning.colour,
        "places": [code for code, _name in own],
        "expires": timezone.localtime(warning.expires),
        "instruction": warning.instruction,
    }
    form = UpdateForm(request.POST or None, places=places, initial=first)
    status = 200
    if request.method == "POST":
        status = UNFIT
        if form.is_valid():
            names = dict(places)
            chosen = [(code, names[code]) for code in form.cleaned_data["places"]]
            try:
                row = warning_update(
                    **{**form.cleaned_data, "places": chosen},
                    warning=warning,
                    by=account(request),
                    now=timezone.now(),
                )
            except (WarningStepError, ValueError) as error:
                form.add_error(None, str(error))
                status = CONFLICT if isinstance(error, WarningStepError) else UNFIT
            else:
                messages.success(request, _("更新消息已起草，审批并发布后取代原预警。"))
                return redirect("console:warning", row.pk)
    context = lane_view(warning.lane, request.user).context() | {"warning": warning, "form": form}
    return render(request, "console/warning_update.html", context, status=status)


@page("warning.draft", methods=("POST",))
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the cancellation of an issued warning."""
    warning, user, now = _own(request, pk, "warning.draft"), account(request), timezone.now()
    why = request.POST.get("reason", "")
    return _step(
        request,
        warning,
        lambda: warning_cancel(warning=warning, by=user, now=now, reason=why),
        _("解除消息已起草，审批并发布后生效。"),
    )


@page("warning.draft", methods=("POST",))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a message that has not gone out."""
    warning, user, now = _own(request, pk, "warning.draft"), account(request), timezone.now()
    why = request.POST.get("reason", "")
    return _step(
        request,
        warning,
        lambda: warning_withdraw(warning=warning, by=user, now=now, reason=why),
        _("已撤回。"),
    )
