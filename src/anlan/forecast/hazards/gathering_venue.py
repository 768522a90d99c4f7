"""The venue of a gathering: its outline and gates in metres, and where people stand in it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely.affinity import rotate
from shapely.geometry import LineString, Point, Polygon, box, shape

from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.shapes import area_above
from anlan.science.common.local import to_lonlat, to_metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.types import Place

__all__ = [
    "Crowd",
    "Gate",
    "Venue",
    "gates_of",
    "names_in",
    "outline_of",
    "spread_crowd",
    "venue_of",
]

CELLS: Final = 2600
"""Cells of the density field."""

PACKED: Final = 9.0
"""Density that is not exceeded: people cannot stand closer. [1/m2]"""

LEAST_AREA, MOST_AREA = 50.0, 2e7
"""Areas of venues that are read. [m2]"""

GRAMMAR: Final = "写成“名称:净宽米”或“名称:净宽米:方位角”，多个用分号隔开"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """An exit: where people leave, and how wide it is clear, in metres."""

    name: str
    width: float
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Venue:
    """A venue on a flat map around its place; x to the east, y to the north, in metres."""

    place: Place
    outline: Polygon
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    inside: NDArray[np.bool_]
    cell: float

    @property
    def area(self) -> float:
        """Return the area that can be stood on, in m²."""
        return float(self.outline.area)

    def above(self, density: NDArray[np.float64], level: float) -> BaseGeometry:
        """Return where a density reaches a level, in degrees."""
        lon, lat = to_lonlat(self.x, self.y, lon0=self.place.lon, lat0=self.place.lat)
        found = area_above(density, lon, lat, level)
        return shapely.intersection(found, self.lonlat(self.outline))

    def lonlat(self, area: BaseGeometry) -> BaseGeometry:
        """Return an area of the flat map in degrees."""

        def turned(points: NDArray[np.float64]) -> NDArray[np.float64]:
            lon, lat = to_lonlat(
                points[:, 0], points[:, 1], lon0=self.place.lon, lat0=self.place.lat
            )
            return np.column_stack([lon, lat])

        return shapely.transform(area, turned)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crowd:
    """People over the cells of a venue.

    Parameters
    ----------
    density
        Of each cell; 0 outside. [1/m2]
    people
        In each cell.
    concentration
        Densest cell over the mean, after what space allows.
    """

    density: NDArray[np.float64]
    people: NDArray[np.float64]
    concentration: float


def outline_of(
    text: str, place: Place, *, length: float, width: float, turn_deg: float, field: str
) -> Polygon:
    """Return the outline in metres: of the GeoJSON uploaded, else a rectangle at the place.

    Raises
    ------
    ScenarioError
        If the file is no polygon, or far away, or too small or large.
    """
    if not text.strip():
        return rotate(box(-length / 2, -width / 2, length / 2, width / 2), -turn_deg)
    rule = "为 GeoJSON 面（Polygon，经纬度）"
    try:
        found = json.loads(text)
        if found.get("type") == "FeatureCollection":
            found = found["features"][0]
        area = shape(found.get("geometry", found))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise ScenarioError(field, rule, text[:40]) from None
    if not isinstance(area, Polygon) or not area.is_valid or area.is_empty:
        raise ScenarioError(field, rule, getattr(area, "geom_type", ""))
    if area.distance(Point(place.lon, place.lat)) > 0.2:
        raise ScenarioError(field, "在事发地点附近（20 公里内）", area.centroid.wkt)

    def flat(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = to_metres(points[:, 0], points[:, 1], lon0=place.lon, lat0=place.lat)
        return np.column_stack([x, y])

    turned = shapely.transform(shapely.force_2d(area), flat)
    if not LEAST_AREA <= turned.area <= MOST_AREA:
        raise ScenarioError(field, f"面积为 {LEAST_AREA:g} 至 {MOST_AREA:g} m²", turned.area)
    return turned


def venue_of(outline: Polygon, place: Place) -> Venue:
    """Return the venue with the grid of its density field."""
    west, south, east, north = outline.bounds
    cell = float(np.sqrt((east - west) * (north - south) / CELLS))
    # one cell of margin, so that an area closes inside the grid
    x = np.arange(west - 1.5 * cell, east + 1.6 * cell, cell)
    y = np.arange(south - 1.5 * cell, north + 1.6 * cell, cell)
    xx, yy = np.meshgrid(x, y)
    shapely.prepare(outline)
    return Venue(
        place=place,
        outline=outline,
        x=xx,
        y=yy,
        inside=np.asarray(shapely.contains_xy(outline, xx, yy)),
        cell=cell,
    )


def gates_of(text: str, outline: Polygon, field: str) -> list[Gate]:
    """Read gates: name, clear width, and in which direction from the middle they lie.

    Without a direction they stand evenly around the venue, the first in the north.

    Raises
    ------
    ScenarioError
        Naming the part that is wrong.
    """
    parts = [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()]
    gates: list[Gate] = []
    for number, part in enumerate(parts):
        cells = [cell.strip() for cell in re.split(r"[:：]", part)]
        try:
            name, width = cells[0], float(cells[1])
            bearing = float(cells[2]) if len(cells) > 2 else 360.0 * number / len(parts)
        except (IndexError, ValueError):
            raise ScenarioError(field, GRAMMAR, part) from None
        if not name or len(cells) > 3 or not (0.5 <= width <= 200.0 and 0.0 <= bearing <= 360.0):
            raise ScenarioError(field, f"{GRAMMAR}；净宽 0.5 至 200 m，方位角 0 至 360", part)
        if any(gate.name == name for gate in gates):
            raise ScenarioError(field, "名称不重复", name)
        at = _on_edge(outline, bearing)
        gates.append(Gate(name=name, width=width, x=at.x, y=at.y))
    return gates


def _on_edge(outline: Polygon, bearing: float) -> Point:
    middle = outline.representative_point()
    west, south, east, north = outline.bounds
    far = 2.0 * float(np.hypot(east - west, north - south))
    to = (
        middle.x + far * float(np.sin(np.radians(bearing))),
        middle.y + far * float(np.cos(np.radians(bearing))),
    )
    met = LineString([(middle.x, middle.y), to]).intersection(outline.exterior)
    points = [Point(p) for p in shapely.get_coordinates(met)]
    return max(points, key=middle.distance)


def spread_crowd(
    venue: Venue, people: float, *, concentration: float, focus_deg: float | None
) -> Crowd:
    """Return people that stand closer towards an attraction, the densest cell as many times the mean.

    The density falls exponentially with the distance from the attraction; where the densest cell
    would be closer than people can stand the crowd is spread more.

    Parameters
    ----------
    focus_deg
        In which direction from the middle the attraction lies, at the edge; None: in the middle.
    """
    middle = venue.outline.representative_point()
    focus = middle if focus_deg is None else _on_edge(venue.outline, focus_deg)
    far = np.hypot(venue.x - focus.x, venue.y - focus.y)[venue.inside]
    mean = people / venue.area
    wanted = min(concentration, max(PACKED / mean, 1.0))
    weight = _weights(far, wanted)
    density = np.zeros(venue.inside.shape)
    density[venue.inside] = mean * weight / weight.mean()
    held = np.zeros(venue.inside.shape)
    held[venue.inside] = people * weight / weight.sum()
    return Crowd(density=density, people=held, concentration=float(weight.max() / weight.mean()))


def _weights(far: NDArray[np.float64], wanted: float) -> NDArray[np.float64]:
    """Return weights that fall with the distance so that the largest is `wanted` times the mean."""
    if wanted <= 1.0:
        return np.ones(far.shape)
    low, high = far.max() / 200.0, far.max() * 200.0
    for _ in range(60):
        scale = float(np.sqrt(low * high))
        weight = np.exp(-(far - far.min()) / scale)
        if weight.max() / weight.mean() > wanted:
            low = scale
        else:
            high = scale
    return np.asarray(np.exp(-(far - far.min()) / high))


def names_in(text: str) -> Sequence[str]:
    """Return the names in a list typed with any of the usual separators."""
    return [part.strip() for part in re.split(r"[;；,，、\n]", text) if part.strip()]
