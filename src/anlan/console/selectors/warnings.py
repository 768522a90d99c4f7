"""What the pages of warnings need besides the warnings themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anlan.console.selectors.maps import collection, feature
from anlan.core.choices import DivisionLevel
from anlan.core.models import Division
from anlan.core.permissions import may, restrict
from anlan.warn.choices import MessageType, WarningStatus
from anlan.warn.selectors import chain_of, warnings_of, warnings_visible_to

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from anlan.core.models import User
    from anlan.warn.models import PublicWarning

__all__ = ["area_of", "districts_to_warn", "standing_of"]


def districts_to_warn(user: User | AnonymousUser) -> list[tuple[str, str]]:
    """Return code and name of the districts that the account may warn."""
    rows = Division.objects.filter(level__in=(DivisionLevel.CITY, DivisionLevel.COUNTY))
    seen = restrict(rows, user, "warning.draft", field="code")
    return list(seen.values_list("code", "name"))


def area_of(warning: PublicWarning) -> str:
    """Return the area of a warning as GeoJSON: its polygon, else the outlines of its places."""
    properties: dict[str, object] = {
        "kind": "signal",
        "colour": warning.colour,
        "label": warning.headline,
    }
    if warning.area is not None:
        return collection([feature(warning.area, properties)])
    codes = [code for code, _name in warning.places]
    rows = Division.objects.filter(code__in=codes, boundary__isnull=False)
    return collection(feature(row.boundary.simplify(0.001), properties) for row in rows)


def standing_of(warning: PublicWarning, user: User) -> dict[str, Any]:
    """Return where a message stands: what the account may do with it, and what belongs to it.

    A message of a place above is read here and changed there.
    """
    chain = chain_of(warning)
    seen = warnings_visible_to(user).filter(pk__in=[other.pk for other in chain])
    seen_keys = set(seen.values_list("pk", flat=True))
    ours = warnings_of(user, "warning.view").filter(pk=warning.pk).exists()
    may_draft = ours and may(user, "warning.draft")
    may_approve = ours and may(user, "warning.approve")
    draft, approved, issued = (
        warning.status == state
        for state in (WarningStatus.DRAFT, WarningStatus.APPROVED, WarningStatus.ISSUED)
    )
    return {
        "ours": ours,
        "own": warning.drafted_by_id == user.pk,
        "chain": [other for other in chain if other.pk in seen_keys],
        "may_edit": draft and may_draft,
        "may_approve": draft and may_approve,
        "may_issue": approved and may_approve,
        "may_cancel": issued and warning.kind != MessageType.CANCEL and may_draft,
        "may_withdraw": (draft or approved) and may_draft,
    }
