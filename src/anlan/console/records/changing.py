"""Pages that change records: the form, delete, confirm, and the list of calls to make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from anlan.console.access import account, page
from anlan.console.records.access import one_of, type_of
from anlan.core.models import Division
from anlan.core.records.forms import form_for
from anlan.core.records.selectors import cheapest_confirmations
from anlan.core.records.services import (
    RecordInUseError,
    StaleFormError,
    record_change,
    record_create,
    record_delete,
    records_confirm,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from anlan.core.records.types import RecordType

__all__ = ["confirm", "confirmations", "delete", "edit", "new"]


@page(None, methods=("GET", "HEAD", "POST"))
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Show the empty form, or register what it holds."""
    declared = type_of(request, key, "change")
    user, now = account(request), timezone.now()
    home = Division.objects.filter(code=user.division_id).only("code").first()
    form: Any = form_for(declared)(
        request.POST or None, declared=declared, user=user, now=now, initial={"division": home}
    )
    if request.method == "POST" and form.is_valid():
        row = record_create(declared=declared, row=form.instance, by=user, now=now)
        messages.success(
            request, _("已登记%(type)s“%(row)s”") % {"type": declared.label, "row": row}
        )
        return redirect("console:record", key, row.pk)
    return _form_page(request, declared, form, None)


@page(None, methods=("GET", "HEAD", "POST"))
def edit(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Show the form of a record, or keep what was changed in it."""
    declared = type_of(request, key, "change")
    user, now = account(request), timezone.now()
    row = one_of(declared, request, pk, "change")
    read_at = parse_datetime(request.POST.get("read_at", "")) or row.updated_at
    form: Any = form_for(declared)(
        request.POST or None, instance=row, declared=declared, user=user, now=now
    )
    if request.method == "POST" and form.is_valid():
        try:
            record_change(declared=declared, row=form.instance, by=user, now=now, read_at=read_at)
        except StaleFormError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已保存“%(row)s”") % {"row": row})
            return redirect("console:record", key, pk)
    return _form_page(request, declared, form, row, read_at=read_at.isoformat())


def _form_page(
    request: HttpRequest, declared: RecordType, form: Any, row: Any, **extra: Any
) -> HttpResponse:
    context = {"declared": declared, "form": form, "row": row, **extra}
    status = 400 if form.is_bound else 200
    return render(request, "console/records/form.html", context, status=status)


@page(None, methods=("POST",))
def delete(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Delete a record that nothing refers to."""
    declared = type_of(request, key, "change")
    row = one_of(declared, request, pk, "change")
    try:
        record_delete(declared=declared, row=row, by=account(request), now=timezone.now())
    except RecordInUseError as error:
        messages.error(request, str(error))
        return redirect("console:record", key, pk)
    messages.success(request, _("已删除%(type)s“%(row)s”") % {"type": declared.label, "row": row})
    return redirect("console:record-list", key)


@page(None, methods=("POST",))
def confirm(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Note that what a record says is still so."""
    declared = type_of(request, key, "confirm")
    row = one_of(declared, request, pk, "confirm")
    records_confirm(declared=declared, rows=[row], by=account(request), now=timezone.now())
    messages.success(request, _("已确认“%(row)s”无变化") % {"row": row})
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return redirect(target)
    return redirect("console:record", key, pk)


@page(None)
def confirmations(request: HttpRequest) -> HttpResponse:
    """Show whom to call: the calls that settle most stale records first."""
    calls = cheapest_confirmations(account(request), now=timezone.now())
    return render(request, "console/records/confirmations.html", {"calls": calls})
