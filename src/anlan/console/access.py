"""Who may open a page. Every view of the console is declared with `@page`; a test holds it so."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.views.decorators.http import require_http_methods

from anlan.core.permissions import require

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from anlan.core.models import User

__all__ = ["account", "page"]


def account(request: HttpRequest) -> User:
    """Return the signed-in account. For views declared with `@page`, which lets nobody else in."""
    user = request.user
    if not user.is_authenticated:
        raise PermissionDenied
    return user


def page(
    action: str | None, *, methods: tuple[str, ...] = ("GET", "HEAD")
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Open a view to accounts that may do `action`; None means every account that is signed in."""

    def declare(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if action is not None:
                require(request.user, action)
            return view(request, *args, **kwargs)

        opened: Any = require_http_methods(list(methods))(login_required(guarded))
        opened.page_action = action or "signed in"
        return opened  # type: ignore[no-any-return]

    return declare
