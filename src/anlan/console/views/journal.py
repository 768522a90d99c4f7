"""The journal: who did what, when, why; its chains checked; taken out as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from anlan.console.access import account, page
from anlan.console.forms.journal import JournalFilter
from anlan.console.selectors.journal import Cursor, journal_page, last_check
from anlan.console.selectors.journal_export import (
    EXPORTED,
    HEADERS,
    entries_to_export,
    exported_rows,
)
from anlan.core.journal.checking import check_running, journal_check_begin
from anlan.core.journal.services import export_note
from anlan.core.permissions import may
from anlan.core.records.tables import FORMATS, csv_parts

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["export", "listing", "verify"]


@page("journal.view")
def listing(request: HttpRequest) -> HttpResponse:
    """List the entries, the latest first; narrowed by what the form says."""
    user = account(request)
    form = JournalFilter(request.GET)
    valid = form.is_valid()
    narrowed = form.cleaned_data if valid else {}
    query = request.GET.copy()
    before, after = query.pop("before", [""])[-1], query.pop("after", [""])[-1]
    cursor = Cursor.read(after, later=True) if after else Cursor.read(before, later=False)
    context = {
        "form": form,
        "page": journal_page(user, narrowed, cursor) if valid else None,
        "narrowed": any(narrowed.values()),
        "query": query.urlencode(),
        "may_export": may(user, "journal.export"),
        **_checking(request),
    }
    return render(request, "console/journal.html", context, status=200 if valid else 400)


@page("journal.verify", methods=("POST",))
def verify(request: HttpRequest) -> HttpResponse:
    """Check the chains: at once when they are short, else in the background."""
    if check_running() is not None:
        messages.info(request, _("校验正在进行，请稍候。"))
    elif journal_check_begin(by=account(request), now=timezone.now()) is None:
        messages.info(request, _("日志较长，已在后台开始校验，结果会显示在本页。"))
    return redirect("console:journal")


@page("journal.export")
def export(request: HttpRequest) -> Any:
    """Send the entries as they are narrowed now, line by line. That is an entry of its own."""
    user, now = account(request), timezone.now()
    form = JournalFilter(request.GET)
    if not form.is_valid():
        return redirect("console:journal")
    rows = entries_to_export(user, form.cleaned_data)
    count = rows.values("pk")[: EXPORTED + 1].count()
    if count > EXPORTED:
        words = _("超过 %(n)s 条，请缩小时间范围后再导出；全部日志可在服务器上导出。")
        messages.error(request, words % {"n": f"{EXPORTED:,}"})
        return redirect(f"{request.path.removesuffix('export.csv')}?{request.GET.urlencode()}")
    named = {name: str(value) for name, value in form.cleaned_data.items() if value}
    export_note(rows=count, narrowed=named, by=user, now=now)
    name = f"操作日志-{timezone.localtime(now):%Y%m%d-%H%M}.csv"
    return StreamingHttpResponse(
        csv_parts(HEADERS, exported_rows(rows, user)),
        content_type=FORMATS["csv"],
        headers={"Content-Disposition": content_disposition_header(True, name)},  # noqa: FBT003
    )


def _checking(request: HttpRequest) -> dict[str, Any]:
    user = account(request)
    if not may(user, "journal.verify"):
        return {"may_verify": False}
    line = last_check(user)
    return {
        "may_verify": True,
        "running": check_running(),
        "checked": line,
        "found": None if line is None else json.loads(line.entry.payload),
    }
