"""What every page needs: the menu, the colours chosen, the name of the city."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.console.navigation import menu_for

if TYPE_CHECKING:
    from django.http import HttpRequest

__all__ = ["THEMES", "THEME_COOKIE", "shell"]

THEME_COOKIE = "anlan_theme"
THEMES = ("auto", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of `base.html`."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    has_division = getattr(user, "division_id", None) is not None
    return {
        # The live lane stands beside the pages in the real server, not in runserver.
        "streams": has_division and "anlan.live" in request.META,
        "theme": theme if theme in THEMES else "auto",
        "menu": menu_for(request.user) if signed_in else [],
        "here": getattr(request.resolver_match, "view_name", ""),
    }
