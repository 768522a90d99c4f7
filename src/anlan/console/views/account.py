"""Sign in and out, choose colours, ask for help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import views as auth
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from anlan.console.access import page
from anlan.console.context import THEME_COOKIE, THEMES

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["LoginView", "LogoutView", "health", "locked_out", "overview_of_help", "preferences"]

LOCKED_STATUS = 429


class LoginView(auth.LoginView):
    """The door."""

    template_name = "console/login.html"
    redirect_authenticated_user = True


class LogoutView(auth.LogoutView):
    """The way out: a POST only, and it leads to the door."""

    next_page = "console:login"


def locked_out(
    request: HttpRequest,
    response: HttpResponse | None = None,  # noqa: ARG001 - the interface of django-axes
    credentials: dict[str, Any] | None = None,  # noqa: ARG001 - the interface of django-axes
) -> HttpResponse:
    """Say that the account is locked for a while, and what to do."""
    return render(request, "console/locked.html", status=LOCKED_STATUS)


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else reverse("console:desk")


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember the colours in this browser: a duty desk changes them at night."""
    response = HttpResponseRedirect(_back(request))
    theme = request.POST.get("theme")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=365 * 86400, samesite="Lax", secure=request.is_secure()
        )
    return response


@page(None)
def overview_of_help(request: HttpRequest) -> HttpResponse:
    """Show the shortcuts and how the work goes."""
    return render(request, "console/help.html")


@require_GET
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view
    """Answer 200 when the process serves and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


preferences.page_action = "open"  # type: ignore[attr-defined]  # before signing in, too
health.page_action = "open"  # type: ignore[attr-defined]  # asked by balancers
LoginView.page_action = "open"  # type: ignore[attr-defined]
LogoutView.page_action = "open"  # type: ignore[attr-defined]
