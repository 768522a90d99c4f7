"""Who calls the API, and how a refusal looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import authenticate
from ninja.security import HttpBasicAuth, SessionAuth

if TYPE_CHECKING:
    from django.http import HttpRequest

    from anlan.core.models import User

__all__ = ["AUTH", "caller"]


class PasswordAuth(HttpBasicAuth):
    """A program with name and password. Over HTTPS only, in real use."""

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Any:
        """Return the account, or None."""
        return authenticate(request, username=username, password=password)


AUTH = [SessionAuth(), PasswordAuth()]
"""A signed-in browser (with CSRF token for writes), or a program."""


def caller(request: HttpRequest) -> User:
    """Return the account that the API let in."""
    account: User = request.auth  # type: ignore[attr-defined]
    return account
