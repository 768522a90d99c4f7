"""Finding a place by its name: districts, then everything of the register that stands somewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anlan.core.choices import DivisionLevel
from anlan.core.models import Division
from anlan.core.permissions import may, restrict
from anlan.core.records.registry import record_types

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from anlan.core.models import User

__all__ = ["Place", "district_codes", "places_called"]

MOST = 12
EACH = 4
SEARCHED = frozenset(
    {
        *("hazardous_enterprise", "hospital", "school", "shelter", "fire_station", "warehouse"),
        *("crowded_place", "transit_station", "reservoir", "gas_station", "care_institution"),
        *("road_structure", "unit", "lifeline_facility", "major_hazard_source"),
    }
)
"""What callers name. Cameras and sensors are not places in this sense."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere with a name."""

    name: str
    kind: str
    longitude: float
    latitude: float


def district_codes() -> dict[str, str]:
    """Return the codes of the districts of this node by their names."""
    rows = Division.objects.filter(level=DivisionLevel.COUNTY)
    return dict(rows.values_list("name", "code"))


def places_called(text: str, *, user: User | AnonymousUser) -> list[Place]:
    """Return places whose name contains `text`, those that begin with it first."""
    wanted = text.strip()
    if not wanted:
        return []
    found = []
    divisions = restrict(
        Division.objects.filter(name__contains=wanted, centre__isnull=False),
        user,
        "register.view",
        field="code",
    )
    for row in divisions.defer("boundary")[:EACH]:
        found.append(Place(row.name, row.get_level_display(), row.centre.x, row.centre.y))
    for kind in record_types():
        if kind.key not in SEARCHED or kind.geometry is None or not may(user, kind.action("view")):
            continue
        rows = restrict(
            kind.model._default_manager.filter(name__contains=wanted), user, kind.action("view")
        )
        for name, where in rows.values_list("name", kind.geometry.name)[:EACH]:
            if where is not None:
                spot = where.representative_point()
                found.append(Place(name, kind.label, spot.x, spot.y))
    found.sort(key=lambda place: (not place.name.startswith(wanted), len(place.name)))
    return found[:MOST]
