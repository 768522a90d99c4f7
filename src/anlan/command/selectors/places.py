"""Which division a point lies in."""

from __future__ import annotations

from shapely import Point

from anlan.core.models import Division
from anlan.core.rules import code_stem

__all__ = ["division_at"]


def division_at(longitude: float, latitude: float) -> Division | None:
    """Return the smallest division whose boundary covers the point [degrees], if any."""
    around = Division.objects.filter(boundary__intersects=Point(longitude, latitude)).defer(
        "boundary", "centre"
    )
    return max(around, key=lambda division: len(code_stem(division.code)), default=None)
