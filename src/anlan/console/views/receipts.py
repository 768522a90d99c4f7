"""The page behind the link in an order: its receiver answers without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anlan.command.choices import ReceiptKind
from anlan.command.services import receipt_message, receipt_take
from anlan.command.types import ConflictError, RefusedError
from anlan.console.answers import CONFLICT, UNFIT
from anlan.core.gate import PUBLIC

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["receipt"]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show the order that the signed link belongs to, and take the answer.

    The signature is the right to be here: a link that is not good is an address that does not
    exist.
    """
    try:
        message = receipt_message(token)
    except RefusedError as error:
        raise Http404(str(error)) from None
    problem, status = "", 200
    if request.method == "POST":
        try:
            receipt_take(
                token=token,
                kind=request.POST.get("kind", ""),
                by_name=request.POST.get("by_name", ""),
                note=request.POST.get("note", ""),
                now=timezone.now(),
            )
        except RefusedError as error:
            problem, status = str(error), UNFIT
        except ConflictError as error:
            problem, status = str(error), CONFLICT
        else:
            return redirect("console:receipt", token)
    task = message.task
    context = {
        "message": message,
        "task": task,
        "receipts": task.receipts.all() if task else (),
        "kinds": ReceiptKind.choices,
        "problem": problem,
        "entered": request.POST,
    }
    return render(request, "console/receipt.html", context, status=status)


receipt.page_action = PUBLIC  # type: ignore[attr-defined]  # the signature in the link is the key
