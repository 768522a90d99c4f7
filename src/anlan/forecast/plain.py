"""Values of forecasts and packages as JSON: figures, areas and times written out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from anlan.forecast.types import Assumption, Figure

__all__ = ["drawn", "plain"]

MANY_POINTS = 1500
"""Areas with more points than this are stored coarser: whole districts, not plumes."""

COARSE_DEG = 3e-4
"""How much coarser, in degrees: about 30 m."""


def plain(value: Any) -> Any:
    """Return a value as it stands in JSON: figures, areas and times written out."""
    if isinstance(value, Figure | Assumption):
        return value.as_dict()
    if isinstance(value, BaseGeometry):
        return _geometry(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _geometry(value: BaseGeometry) -> dict[str, Any] | None:
    """Return GeoJSON with six decimals: a tenth of a metre."""
    return None if value.is_empty else _written(value.wkb)


@lru_cache(maxsize=64)
def _written(wkb: bytes) -> dict[str, Any]:
    """Write one area; the same district stands in many frames, and is written once."""
    value = shapely.set_precision(drawn(shapely.from_wkb(wkb)), 1e-6)
    found: dict[str, Any] = json.loads(shapely.to_geojson(value))
    return found


def drawn(area: BaseGeometry) -> BaseGeometry:
    """Return an area as it is kept and drawn: whole districts coarser, plumes as they are."""
    if shapely.get_num_coordinates(area) <= MANY_POINTS:
        return area
    coarse: BaseGeometry = shapely.simplify(area, COARSE_DEG)
    return coarse
