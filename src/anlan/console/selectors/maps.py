"""Features for the map of the pages: small, cached; heavy layers are vector tiles of `exchange`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import shapely

from anlan.core.choices import DivisionLevel
from anlan.core.models import Division

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser
    from shapely.geometry.base import BaseGeometry

    from anlan.core.models import User

__all__ = ["collection", "districts_geojson", "extent_for", "feature"]

OUTLINE_TOLERANCE_DEG = 0.0008
"""About 80 m: not visible at the scale of a city, a tenth of the bytes."""

DECIMALS = 1e-5


def feature(geometry: BaseGeometry, properties: dict[str, object]) -> dict[str, object]:
    """Return one GeoJSON feature; coordinates to about a metre."""
    rounded = shapely.set_precision(geometry, DECIMALS, mode="pointwise")
    return {
        "type": "Feature",
        "geometry": json.loads(shapely.to_geojson(rounded)),
        "properties": properties,
    }


def collection(features: Iterable[dict[str, object]]) -> str:
    """Return a GeoJSON feature collection as text."""
    document = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def districts_geojson() -> str:
    """Return the districts of this node."""
    rows = Division.objects.filter(level=DivisionLevel.COUNTY, boundary__isnull=False)
    return collection(
        feature(
            row.boundary.simplify(OUTLINE_TOLERANCE_DEG, preserve_topology=True),
            {
                "code": row.code,
                "name": row.name,
                "population": row.population,
                "synthetic": row.synthetic,
            },
        )
        for row in rows
    )


def extent_for(*, user: User | AnonymousUser) -> list[float] | None:
    """Return west, south, east, north of the account's own division, or None without outlines."""
    own = user.division if user.is_authenticated else None
    if own is not None and own.boundary is not None:
        return [round(value, 5) for value in own.boundary.bounds]
    boxes = [
        row.boundary.bounds
        for row in Division.objects.filter(level=DivisionLevel.COUNTY, boundary__isnull=False)
    ]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return [round(v, 5) for v in (min(west), min(south), max(east), max(north))]
