"""Norm tables: what the law and the platform say, and what a place has put instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from anlan.console.access import account, page
from anlan.console.answers import page_of, reason_given
from anlan.console.forms.norm import NormForm
from anlan.console.selectors.norms import (
    columns_of,
    norm_lines,
    norm_page,
    norm_tables,
    published_row,
)
from anlan.core.dictionaries.labels import COLUMN_LABELS, TABLE_LABELS
from anlan.core.dictionaries.selectors import overrides_visible_to
from anlan.core.dictionaries.services import (
    OverrideRefusedError,
    row_override,
    row_override_withdraw,
)
from anlan.core.dictionaries.tables import ADJUSTABLE
from anlan.core.permissions import may

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["detail", "listing", "override", "tables", "withdraw"]

LONGEST_QUERY = 50


@page("norm.view")
def tables(request: HttpRequest) -> HttpResponse:
    """List the tables, with how many of their rows are 待确认."""
    found = norm_tables(account(request))
    context = {
        "adjustable": [table for table in found if table.adjustable],
        "others": [table for table in found if not table.adjustable],
    }
    return render(request, "console/norms.html", context)


@page("norm.view")
def listing(request: HttpRequest, table: str) -> HttpResponse:
    """List the rows of a table as they are in force here."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    only = request.GET.get("only", "")
    lines = norm_lines(table, account(request), query=query, only=only)
    context = {
        "table": table,
        "label": TABLE_LABELS[table],
        "columns": [COLUMN_LABELS[column] for column in columns_of(table)],
        "page": page_of(request, lines),
        "query": query,
        "only": only,
        "by_place": table in ADJUSTABLE,
    }
    return render(request, "console/norm_table.html", context)


@page("norm.view")
def detail(request: HttpRequest, table: str, row: str) -> HttpResponse:
    """Show a row: as published, as in force, who changed it by which document."""
    return _show(request, table, row)


@page("norm.change", methods=("POST",))
def override(request: HttpRequest, table: str, row: str) -> HttpResponse:
    """Put a place's own value, with the document that grounds it."""
    user, published = account(request), published_row(table, row)
    form = NormForm(request.POST, row=published, by=user)
    if not form.columns:
        raise Http404
    if form.is_valid():
        try:
            row_override(
                table=table,
                row_key=row,
                division_code=form.cleaned_data["division"].code,
                values=form.values(),
                document=form.cleaned_data["document"],
                by=user,
                now=timezone.now(),
            )
        except OverrideRefusedError as refused:
            column, _colon, words = str(refused).partition("：")
            form.add_error(column if column in form.fields else None, words or str(refused))
        else:
            messages.success(request, _("已按文件调整，此后的计时、定级、预警和定额按新值。"))
            return redirect("console:norm", table, row)
    return _show(request, table, row, form=form, status=400)


@page("norm.change", methods=("POST",))
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the published value be in force again."""
    held = get_object_or_404(overrides_visible_to(request.user), pk=pk)
    try:
        row_override_withdraw(
            override_id=held.pk,
            reason=reason_given(request),
            by=account(request),
            now=timezone.now(),
        )
    except OverrideRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已撤销，恢复上一级或原文的值。"))
    return redirect("console:norm", held.table, held.row_key)


def _show(
    request: HttpRequest, table: str, row: str, *, form: NormForm | None = None, status: int = 200
) -> HttpResponse:
    user, published = account(request), published_row(table, row)
    held = norm_page(published, user)
    changes = may(user, "norm.change") and held["adjustable"] and user.division_id is not None
    context = {
        "table": table,
        "label": TABLE_LABELS[table],
        "row": published,
        "form": (form or NormForm(row=published, by=user)) if changes else None,
        "may_change": may(user, "norm.change"),
        **held,
    }
    return render(request, "console/norm.html", context, status=status)
