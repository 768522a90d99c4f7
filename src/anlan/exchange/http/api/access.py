"""Who calls the API, and how a refusal looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja.security import HttpBasicAuth, SessionAuth

from anlan.exchange.http.access import account_with

if TYPE_CHECKING:
    from django.http import HttpRequest

    from anlan.core.models import User

__all__ = ["AUTH", "caller"]


class PasswordAuth(HttpBasicAuth):
    """A program with name and password. Over HTTPS only, in real use.

    A browser that once was given the password sends it with whatever page asks for it; then
    only the session with its CSRF token counts. Browsers tell themselves by `Sec-Fetch-Site`.
    """

    def authenticate(self, request: HttpRequest, username: str, password: str) -> Any:
        """Return the account, or None."""
        if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            return None
        return account_with(request, username, password)


AUTH = [PasswordAuth(), SessionAuth()]
"""A program, or a signed-in browser (with CSRF token for writes): whoever sends no password."""


def caller(request: HttpRequest) -> User:
    """Return the account that the API let in."""
    account: User = request.auth  # type: ignore[attr-defined]
    return account
