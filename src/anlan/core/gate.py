"""What stands before every view: default deny, and the password of one's own.

A view says so with an attribute `page_action`, which the console's `@page` and the exchange's
`@for_accounts` set. A new address without one answers 404, in tests as in production. Who signed
in with a password that somebody else gave him reaches the page where he changes it, and no other.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin
from django.views.i18n import set_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

__all__ = ["PUBLIC", "SIGNED_IN", "DefaultDeny", "OwnPasswordFirst", "action_of"]

PUBLIC = "open"
"""Open to everybody, signed in or not."""

SIGNED_IN = "signed in"
"""Open to every account; the view limits rows by itself."""


def action_of(view: Any) -> str | None:
    """Return who may open a view, or None when it does not say."""
    if view is set_language:
        return PUBLIC
    # The API of django-ninja guards all its operations by the `auth` of the API object.
    # Only its root, which is empty, and its description are open to all.
    origin = view.func if isinstance(view, partial) else view
    module = getattr(origin, "__module__", "")
    if module.startswith("ninja."):
        return PUBLIC if module == "ninja.openapi.views" else SIGNED_IN
    named = getattr(view, "view_class", None)
    declared: str | None = getattr(view, "page_action", getattr(named, "page_action", None))
    return declared


class DefaultDeny(MiddlewareMixin):
    """Answers 404 for a view that does not say who may open it."""

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],  # noqa: ARG002 - Django's signature
        kwargs: dict[str, Any],  # noqa: ARG002 - Django's signature
    ) -> None:
        """Let a declared view pass."""
        if action_of(view) is None:
            raise Http404(f"{request.path} 没有声明谁可以打开")


class OwnPasswordFirst(MiddlewareMixin):
    """Leads an account whose password somebody else knows to the page where it is changed."""

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],  # noqa: ARG002 - Django's signature
        kwargs: dict[str, Any],  # noqa: ARG002 - Django's signature
    ) -> HttpResponse | None:
        """Let everybody else pass, and this account to what is open to all."""
        here = request.resolver_match
        if action_of(view) == PUBLIC or (here and here.view_name == settings.OWN_PASSWORD_PAGE):
            return None
        user = request.user
        if not user.is_authenticated or not user.must_choose_password:
            return None
        return redirect(settings.OWN_PASSWORD_PAGE)
