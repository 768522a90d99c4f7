"""What the pages of warnings need besides the warnings themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anlan.console.selectors.maps import collection, feature
from anlan.core.choices import DivisionLevel
from anlan.core.models import Division
from anlan.core.permissions import restrict

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from anlan.core.models import User
    from anlan.warn.models import PublicWarning

__all__ = ["area_of", "districts_to_warn"]


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
