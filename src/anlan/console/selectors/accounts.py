"""What the pages of accounts show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from anlan.console.selectors.journal import entries_about
from anlan.core.duties import refusal
from anlan.core.models import User
from anlan.core.permissions import may, restrict

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["account_page", "accounts_listed", "accounts_visible_to"]


def accounts_visible_to(user: User) -> QuerySet[User]:
    """Return the accounts of one's own place and below; those of no place are the city's to see."""
    rows = User.objects.select_related("division")
    return restrict(rows, user, "account.view", nowhere=Q(division=None))


def accounts_listed(user: User, *, q: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """Return the accounts that `user` may see and looks for."""
    rows = accounts_visible_to(user)
    if q:
        rows = rows.filter(Q(username__icontains=q) | Q(first_name__icontains=q))
    if role:
        rows = rows.filter(role=role)
    if state:
        rows = rows.filter(is_active=state == "active")
    return rows.order_by("-is_active", "username")


def account_page(target: User, user: User) -> dict[str, Any]:
    """Return what may be done with an account, why not, and what was done with it."""
    own = target.pk == user.pk
    changes = may(user, "account.change")
    return {
        "own": own,
        "may_change": changes and not refusal("change", own=own, role=target.role),
        "may_close": changes and not own and target.is_active,
        "may_reopen": changes and not own and not target.is_active,
        "may_reset": changes
        and target.is_active
        and not refusal("password", own=own, role=target.role),
        "why_not": refusal("change", own=own, role=target.role) if changes else "",
        "history": entries_about("core.user", target.pk),
    }
