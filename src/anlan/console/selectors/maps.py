"""Features for the map of the pages: small, cached; records come as vector tiles of `exchange`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse

from anlan.citypack.pack import CityPack, NotAPack
from anlan.command.models import Incident, Report
from anlan.console.symbols import Symbol, symbol_of
from anlan.core.choices import DivisionLevel
from anlan.core.dictionaries import event_name
from anlan.core.models import Division
from anlan.core.permissions import may, restrict
from anlan.core.records.registry import record_types
from anlan.core.records.selectors import records_visible_to

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from django.contrib.auth.models import AnonymousUser
    from shapely.geometry.base import BaseGeometry

    from anlan.citypack.roads import Roads
    from anlan.core.models import User
    from anlan.core.records.types import RecordType

__all__ = [
    "OUTLINE_TOLERANCE_DEG",
    "MapLayer",
    "collection",
    "districts_geojson",
    "extent_for",
    "feature",
    "ground_geojson",
    "layers_for",
    "operations_geojson",
]

OUTLINE_TOLERANCE_DEG = 0.0008
"""About 80 m: not visible at the scale of a city, a tenth of the bytes."""

DECIMALS = 1e-5
SHOWN = ("name", "synthetic")
"""Attributes of a record that its tile carries; what it is known from travels anyway."""

DRAWN_ROADS = frozenset({"motorway", "trunk", "primary", "secondary"})
LEFT_OUT = frozenset({"division", "grid_cell"})
"""Drawn as the ground, or far too many for a page."""


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A record type that the account may see on the map.

    `tiles` is the address of its vector tiles with the attributes that the map shows; `count` and
    `synthetic` are how many the account sees, and how many of them are 示例数据.
    """

    kind: RecordType
    symbol: Symbol
    tiles: str
    count: int
    synthetic: int

    @property
    def half_life_s(self) -> int:
        """Return after how many seconds a fact of this kind is shown as stale."""
        return int(self.kind.half_life.total_seconds())


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
    """Return the districts of this node: an outline and a point for the name each."""
    features = []
    for row in Division.objects.filter(level=DivisionLevel.COUNTY, boundary__isnull=False):
        outline = row.boundary.simplify(OUTLINE_TOLERANCE_DEG, preserve_topology=True)
        facts = {"code": row.code, "name": row.name, "synthetic": row.synthetic}
        features.append(feature(outline, facts))
        features.append(feature(row.boundary.representative_point(), facts))
    return collection(features)


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
    west, south, east, north = np.asarray(boxes).T
    return [round(float(v), 5) for v in (west.min(), south.min(), east.max(), north.max())]


def layers_for(user: User) -> list[MapLayer]:
    """Return the record types with a place that `user` may see, those that are on first."""
    layers = [
        _layer(kind, kind.geometry.name, user)
        for kind in record_types()
        if kind.geometry is not None and kind.key not in LEFT_OUT and may(user, kind.action("view"))
    ]
    return sorted(layers, key=lambda layer: not layer.symbol.shown)


def _layer(kind: RecordType, place: str, user: User) -> MapLayer:
    """Return one layer; a name that the account may not read in full does not travel."""
    masked = kind.masked_for(user)
    names = ",".join(name for name in SHOWN if name not in masked)
    tiles = reverse("exchange:tile", args=[kind.key, 0, 0, 0])
    rows = records_visible_to(kind, user).filter(**{f"{place}__isnull": False})
    held = rows.order_by().aggregate(
        count=Count("pk"), synthetic=Count("pk", filter=Q(synthetic=True))
    )
    return MapLayer(
        kind=kind,
        symbol=symbol_of(kind.symbol, kind.label),
        tiles=f"{tiles.replace('/0/0/0.', '/{z}/{x}/{y}.')}?names={names}",
        **held,
    )


def operations_geojson(*, lane: str, user: User | AnonymousUser) -> str:
    """Return open incidents and reports that nobody has decided: every report is on the map."""
    incidents = restrict(Incident.objects.filter(lane=lane, status="open"), user, "incident.view")
    reports = restrict(Report.objects.filter(lane=lane, status="new"), user, "incident.view")
    drawn = [_mark(row, "incident", row.title, row.grade) for row in incidents]
    drawn += [_mark(row, "report", row.place or row.text[:20], None) for row in reports]
    return collection(drawn)


def _mark(row: Incident | Report, kind: str, name: str, grade: int | None) -> dict[str, object]:
    properties = {"kind": kind, "id": row.pk, "name": name, "grade": grade}
    return feature(row.location, properties | {"type": event_name(row.event_code)})


def ground_geojson() -> str:
    """Return main roads and rivers of the city pack; empty while no pack is loaded."""
    try:
        pack = CityPack.open(settings.ANLAN_CITY)
    except NotAPack:
        return collection([])
    return _ground(pack.path, pack.info.built_at)


@lru_cache(maxsize=2)
def _ground(path: Path, built_at: datetime) -> str:
    """Build the ground once for each pack that is loaded."""
    del built_at  # part of the key: a new pack in the same folder is drawn anew
    pack = CityPack.open(path)
    rivers = [feature(r.line, {"kind": "river", "name": r.name}) for r in pack.rivers]
    return collection([*rivers, *_main_roads(pack.roads)])


def _main_roads(roads: Roads) -> list[dict[str, object]]:
    features = []
    for index, name in enumerate(roads.class_names):
        if name not in DRAWN_ROADS:
            continue
        edges = np.flatnonzero(roads.road_class == index)
        ends = np.stack([roads.edge_from[edges], roads.edge_to[edges]], axis=1)
        ends = np.unique(np.sort(ends, axis=1), axis=0)
        places = np.stack([roads.node_lon[ends], roads.node_lat[ends]], axis=2)
        lines = shapely.line_merge(shapely.MultiLineString(list(places)))
        features.append(feature(lines.simplify(OUTLINE_TOLERANCE_DEG / 2), {"kind": str(name)}))
    return features
