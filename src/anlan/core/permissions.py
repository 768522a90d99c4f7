"""Who may do what, and which rows they see. The only source of rows for pages and APIs.

An action is `<area>.<verb>`. A role holds a set of them; what is not in the table is denied.
Rows are limited to the account's own division and everything below it; what a place above has put
in force can be read, not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.core.choices import Role
from anlan.core.rules import code_range, codes_above, holds_cities

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Model, QuerySet

    from anlan.core.models.account import User

__all__ = ["GRANTS", "may", "require", "restrict"]

Row = TypeVar("Row", bound="Model")

_SEE = {"register.view", "supplies.view", "incident.view", "plan.view", "warning.view"}
_DUTY = {
    *_SEE,
    *("contact.view", "register.export", "report.create", "report.verify", "incident.change"),
    *("forecast.run", "package.build", "task.receive", "official_report.draft"),
    *("warning.draft", "outbox.view", "journal.view", "exercise.create"),
    *("register.confirm", "supplies.confirm", "contact.confirm", "supplies.export"),
    "norm.view",
}
GRANTS: dict[str, frozenset[str]] = {
    Role.DUTY_OFFICER: frozenset({*_DUTY, "register.change", "contact.change"}),
    Role.COMMANDER: frozenset(
        {
            *_DUTY,
            *("package.decide", "order.send", "official_report.sign", "incident.close"),
            *("warning.approve", "plan.approve"),
        }
    ),
    Role.PLANNER: frozenset(
        {*_SEE, "contact.view", "register.change", "register.import", "register.export"}
        | {"plan.change", "plan.approve", "forecast.run", "exercise.create", "register.confirm"}
        | {"contact.change", "contact.import", "contact.export", "contact.confirm"}
        | {"norm.view", "norm.change"}
    ),
    Role.MATERIAL_MANAGER: frozenset(
        {*_SEE, "supplies.change", "supplies.import", "register.export", "task.receive"}
        | {"register.confirm", "supplies.confirm", "supplies.export"}
    ),
    Role.GRID_WORKER: frozenset({"register.view", "report.create", "task.receive"}),
    Role.VIEWER: frozenset(_SEE),
    # The three administrators do not see incidents, and none can do another's work.
    Role.SYSTEM_ADMIN: frozenset({"norm.view", "norm.change", "register.import"}),
    Role.SECURITY_ADMIN: frozenset({"account.view", "account.change"}),
    Role.AUDIT_ADMIN: frozenset({"journal.view", "journal.verify", "journal.export"}),
}


def may(user: User | AnonymousUser, action: str) -> bool:
    """Tell whether the account's role includes `action`. A superuser has no special way in."""
    if not user.is_authenticated or not user.is_active:
        return False
    return action in GRANTS.get(user.role, frozenset())


def require(user: User | AnonymousUser, action: str) -> None:
    """Raise PermissionDenied unless the account may do `action`."""
    if not may(user, action):
        raise PermissionDenied(_("需要权限 %(action)s") % {"action": action})


def restrict(
    queryset: QuerySet[Row],
    user: User | AnonymousUser,
    action: str,
    *,
    field: str = "division_id",
    nowhere: Q | None = None,
    from_above: Q | None = None,
) -> QuerySet[Row]:
    """Return the rows the account may reach with `action`: its own division and those below.

    Rows of others are absent, not forbidden: a page answers 404 and gives no hint. `nowhere` says
    which rows belong to no place: those are for the accounts of a city or more. `from_above` says
    which rows of the places it lies in hold for it too, as a warning of the city does.
    """
    if not may(user, action) or not user.is_authenticated or user.division_id is None:
        return queryset.none()
    first, last = code_range(user.division_id)
    own = Q(**{f"{field}__gte": first, f"{field}__lte": last})
    if nowhere is not None and holds_cities(user.division_id):
        own |= nowhere
    if from_above is not None:
        above = queryset.filter(from_above, **{f"{field}__in": codes_above(user.division_id)})
        own |= Q(pk__in=above.values("pk"))  # joined in one condition, SQLite 3.40 cannot plan it
    return queryset.filter(own)
