"""Who is asking: a signed-in browser, or a program with name and password (HTTP Basic)."""

from __future__ import annotations

import base64
import binascii
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth import authenticate
from django.http import HttpResponse, JsonResponse

from anlan.core.gate import SIGNED_IN

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from anlan.core.models import User

__all__ = ["SIGN_IN_FIRST", "account_of", "account_with", "for_accounts"]

SIGN_IN_FIRST = "请先登录，或提供账号与口令；管理员给出的口令，先在网页上登录换成自己的"


def account_of(request: HttpRequest) -> User | None:
    """Return the account behind a request, or None."""
    if request.user.is_authenticated:
        return request.user
    kind, _, coded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return account_with(request, name, password)


def account_with(request: HttpRequest, name: str, password: str) -> User | None:
    """Return the account of a name and its password; a password that somebody gave does not count."""
    user: User | None = authenticate(request, username=name, password=password)
    return None if user is None or user.must_choose_password else user


def for_accounts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 401 to strangers; otherwise call `view(request, account, ...)`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = account_of(request)
        if account is None:
            refused = JsonResponse({"detail": SIGN_IN_FIRST}, status=401)
            refused["WWW-Authenticate"] = 'Basic realm="anlan", charset="UTF-8"'
            return refused
        return view(request, account, *args, **kwargs)

    guarded.page_action = SIGNED_IN  # type: ignore[attr-defined]
    return guarded
