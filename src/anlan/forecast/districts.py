"""Divisions as a forecast sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["District"]


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A division with its boundary; people where the census gives them."""

    code: str
    name: str
    area: BaseGeometry
    people: int | None = None
    people_source: str = ""
