"""Which divisions an area touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.districts import District

__all__ = ["divisions_touched"]


def divisions_touched(
    districts: Sequence[District], area: BaseGeometry
) -> tuple[tuple[str, str], ...]:
    """Return code and name of every district that meets the area, the most covered first."""
    if area.is_empty:
        return ()
    found = [
        (float(shapely.intersection(d.area, area).area), d.code, d.name)
        for d in districts
        if d.area.intersects(area)
    ]
    return tuple((code, name) for size, code, name in sorted(found, reverse=True) if size > 0)
