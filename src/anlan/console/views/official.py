"""Official reports: draft, read, change the words, sign, send, print as Word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.command.choices import OfficialReportStatus
from anlan.command.documents import official_report_docx
from anlan.command.models import Incident, OfficialReport
from anlan.command.services import (
    official_report_draft,
    official_report_edit,
    official_report_send,
    official_report_sign,
)
from anlan.command.services.official_reports import EditedDraftError
from anlan.command.types import ConflictError, RefusedError
from anlan.console.access import account, page
from anlan.console.answers import CONFLICT, WORD, attachment
from anlan.console.lanes import lane_view
from anlan.core.permissions import may, restrict

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["detail", "draft", "edit", "send", "sign", "word"]


def _reports(request: HttpRequest) -> Any:
    return restrict(
        OfficialReport.objects.select_related("incident", "signed_by"),
        request.user,
        "incident.view",
        field="incident__division_id",
    )


def _page(
    request: HttpRequest,
    report: OfficialReport,
    status: int = 200,
    error: str = "",
    **entered: str,
) -> HttpResponse:
    is_draft = report.status == OfficialReportStatus.DRAFT
    context = lane_view(report.lane, request.user).context() | {
        "report": report,
        "error": error,
        "text": entered.get("text", report.text),
        "recipient": entered.get("recipient", report.recipient),
        "may_edit": is_draft and may(request.user, "official_report.draft"),
        "may_sign": is_draft and may(request.user, "official_report.sign"),
        "may_send": report.status == OfficialReportStatus.SIGNED
        and may(request.user, "official_report.sign"),
    }
    return render(request, "console/official.html", context, status=status)


@page("incident.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report with the source of every number and what changed."""
    return _page(request, get_object_or_404(_reports(request), pk=pk))


@page("incident.view")
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the report as a Word file."""
    report = get_object_or_404(_reports(request), pk=pk)
    return attachment(official_report_docx(report), f"{report.title}.docx", WORD)


@page("official_report.draft", methods=("POST",))
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the next report of an incident."""
    incidents = restrict(Incident.objects.all(), request.user, "incident.view")
    incident = get_object_or_404(incidents, pk=pk)
    try:
        report = official_report_draft(
            incident_id=incident.pk,
            kind=request.POST.get("kind", ""),
            by=account(request),
            now=timezone.now(),
            anew="anew" in request.POST,
        )
    except EditedDraftError as edited:
        messages.warning(request, str(edited))
        return redirect("console:official-report", edited.draft.pk)
    except (ConflictError, RefusedError) as error:
        messages.error(request, str(error))
        return redirect("console:incident", incident.pk)
    return redirect("console:official-report", report.pk)


@page("official_report.draft", methods=("POST",))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of a draft; its numbers stay those of the record."""
    report = get_object_or_404(_reports(request), pk=pk)
    entered = {name: request.POST.get(name, "") for name in ("text", "recipient")}
    try:
        official_report_edit(
            report_id=report.pk, by=account(request), now=timezone.now(), **entered
        )
    except (ConflictError, RefusedError) as error:
        return _page(request, report, CONFLICT, str(error), **entered)
    messages.success(request, _("文字已修改。"))
    return redirect("console:official-report", report.pk)


@page("official_report.sign", methods=("POST",))
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a draft."""
    report = get_object_or_404(_reports(request), pk=pk)
    try:
        official_report_sign(report_id=report.pk, by=account(request), now=timezone.now())
    except (ConflictError, RefusedError) as error:
        return _page(request, report, CONFLICT, str(error))
    messages.success(request, _("已签发。"))
    return redirect("console:official-report", report.pk)


@page("official_report.sign", methods=("POST",))
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a signed report upwards."""
    report = get_object_or_404(_reports(request), pk=pk)
    try:
        official_report_send(report_id=report.pk, by=account(request), now=timezone.now())
    except (ConflictError, RefusedError) as error:
        return _page(request, report, CONFLICT, str(error))
    told = _(
        "已登记报出，对应的报告时限已完成。报告只存入发件箱，没有外发：请下载 Word，按规定渠道送达。"
    )
    messages.warning(request, told)
    return redirect("console:incident", report.incident_id)
