"""What a response package draws on the map, as GeoJSON features with stable names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import mapping, shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

    from anlan.command.models import Package

__all__ = ["area_feature", "is_weather", "package_features", "point_feature"]

SIMPLIFY_DEG = 5e-5
"""About five metres: a slider moves through many frames, and a zone's edge is no surveyed line."""

POINTS = {
    "units": ("units", "base"),
    "hospitals": ("hospitals", "level"),
    "shelters": ("shelters", ""),
    "closures": ("points", "road"),
}
"""Parts whose content is a list of places: the name of the list, and what is said beside."""


def is_weather(key: str) -> bool:
    """Tell whether an area of a forecast is wind or rain over whole districts, not a danger."""
    return key.startswith(("wind", "rain"))


def point_feature(
    key: str, *, layer: str, title: str, longitude: float, latitude: float, **properties: object
) -> dict[str, Any]:
    """Return a point [degrees] as a feature."""
    return {
        "type": "Feature",
        "id": key,
        "geometry": {"type": "Point", "coordinates": [round(longitude, 6), round(latitude, 6)]},
        "properties": {"id": key, "layer": layer, "title": title, **properties},
    }


def area_feature(
    key: str, *, layer: str, title: str, area: BaseGeometry, **properties: object
) -> dict[str, Any]:
    """Return an area as a feature, with no more corners than a slider needs."""
    outline = shapely.set_precision(shapely.simplify(area, SIMPLIFY_DEG), 1e-6)
    return {
        "type": "Feature",
        "id": key,
        "geometry": mapping(outline),
        "properties": {"id": key, "layer": layer, "title": title, **properties},
    }


def package_features(package: Package) -> dict[str, dict[str, Any]]:
    """Return what the parts of a package show, by the name of the feature."""
    found: dict[str, dict[str, Any]] = {}
    for part in package.parts.all():
        content = part.in_force
        for feature in (*_zones(part.kind, content), *_points(part.kind, content)):
            feature["properties"]["version"] = package.version
            found[feature["id"]] = feature
    return found


def _zones(kind: str, content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    areas = content.get("zones") or ()
    if kind == "warning" and content.get("polygon"):
        areas = ({"key": "area", "label": content.get("headline", ""), **content},)
    for area in areas:
        if not area.get("polygon"):
            continue
        yield area_feature(
            f"package-{kind}-{area.get('key', '')}",
            layer=_layer(kind, str(area.get("key", ""))),
            title=area.get("label", ""),
            area=shape(area["polygon"]),
            zone=area.get("key", ""),
        )


def _layer(kind: str, key: str) -> str:
    if kind != "forecast":
        return kind
    return "weather" if is_weather(key) else "zone"


def _points(kind: str, content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if kind not in POINTS:
        return
    rows, beside = POINTS[kind]
    for number, row in enumerate(content.get(rows) or ()):
        if row.get("lon") is None or row.get("lat") is None:
            continue
        yield point_feature(
            f"package-{kind}-{row.get('id', number)}",
            layer=kind,
            title=row.get("name") or row.get("text") or "",
            longitude=row["lon"],
            latitude=row["lat"],
            beside=row.get(beside, "") if beside else "",
        )
