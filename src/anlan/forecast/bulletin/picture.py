"""The map of the page as a picture: areas, roads, district lines, the place, scale bar, north.

Words stand in the legend beside it: the picture holds only figures and latin letters, so that it
needs no Chinese font.
"""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFont
from shapely.geometry import Polygon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.bulletin.contents import Bulletin
    from anlan.forecast.districts import District
    from anlan.forecast.setting import RoadLines

__all__ = ["bulletin_map"]

METRES: Final = 111_195.0
"""Metres in a degree of latitude."""

WIDTH, HEIGHT = 1180, 640
TWICE: Final = 2
"""Drawn so many times larger and made smaller: smooth edges."""

LEAST_M: Final = 600.0
"""Smallest width of the map. [m]"""

MARGIN: Final = 0.14
ROADS_SHOWN: Final = 60_000
PAPER, ROAD, BORDER, INK = "#f6f5f1", "#c9c6bd", "#7d7a8c", "#1b1b1f"
MARK_COLOURS: Final = {"danger": "#b71c1c", "watch": "#e65100", "fact": "#37474f"}


class _Frame:
    """From degrees to the pixels of the picture."""

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        west, south, east, north = bounds
        self.lat = (south + north) / 2.0
        self.lon = (west + east) / 2.0
        self.shrink = math.cos(math.radians(self.lat))
        wide = max((east - west) * METRES * self.shrink, LEAST_M) * (1 + 2 * MARGIN)
        high = max((north - south) * METRES, LEAST_M * HEIGHT / WIDTH) * (1 + 2 * MARGIN)
        self.per_pixel = max(wide / WIDTH, high / HEIGHT) / TWICE
        half_x, half_y = (n * TWICE * self.per_pixel / 2.0 for n in (WIDTH, HEIGHT))
        self.box = (
            self.lon - half_x / METRES / self.shrink,
            self.lat - half_y / METRES,
            self.lon + half_x / METRES / self.shrink,
            self.lat + half_y / METRES,
        )

    def xy(self, points: NDArray[np.float64]) -> list[tuple[float, float]]:
        x = (points[:, 0] - self.lon) * METRES * self.shrink / self.per_pixel + WIDTH * TWICE / 2
        y = HEIGHT * TWICE / 2 - (points[:, 1] - self.lat) * METRES / self.per_pixel
        return list(zip(x.tolist(), y.tolist(), strict=True))


def bulletin_map(
    bulletin: Bulletin, *, roads: RoadLines | None = None, districts: Sequence[District] = ()
) -> bytes:
    """Return the map as a PNG picture."""
    frame = _Frame(_bounds(bulletin, districts))
    image = Image.new("RGB", (WIDTH * TWICE, HEIGHT * TWICE), PAPER)
    draw = ImageDraw.Draw(image)
    if roads is not None:
        _roads(draw, frame, roads)
    window = shapely.box(*frame.box)
    for district in districts:
        if district.area.intersects(window):
            _outline(draw, frame, district.area.intersection(window), BORDER, 3)
    for zone in reversed(bulletin.zones):
        _fill(image, frame, zone.area, zone.colour)
        draw = ImageDraw.Draw(image)
        _outline(draw, frame, zone.area, zone.colour, 5)
        if not zone.envelope.equals(zone.area):
            _dashes(draw, frame, zone.envelope, zone.colour)
    for number, zone in enumerate(bulletin.zones, start=1):
        _number(draw, frame, zone.area, str(number), zone.colour)
    for lon, lat, _label, state in bulletin.marks:
        _dot(draw, frame, lon, lat, MARK_COLOURS.get(state, INK))
    _cross(draw, frame, bulletin.lon, bulletin.lat)
    _scale(draw, frame)
    _north(draw)
    draw.rectangle((0, 0, WIDTH * TWICE - 1, HEIGHT * TWICE - 1), outline=INK, width=3)
    out = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, format="PNG", optimize=True)
    return out.getvalue()


def _bounds(bulletin: Bulletin, districts: Sequence[District]) -> tuple[float, float, float, float]:
    """Return what the map must show: the areas and the place, else its district."""
    areas = [a for z in bulletin.zones for a in (z.area, z.envelope) if not a.is_empty]
    here = shapely.Point(bulletin.lon, bulletin.lat)
    if not areas:
        areas = [d.area for d in districts if d.area.contains(here)]
    if not areas:
        return here.buffer(0.03).bounds
    west, south, east, north = shapely.total_bounds(np.array([*areas, here])).tolist()
    return west, south, east, north


def _parts(area: BaseGeometry) -> list[Polygon]:
    return [
        p for p in shapely.get_parts(area).tolist() if isinstance(p, Polygon) and not p.is_empty
    ]


def _fill(image: Image.Image, frame: _Frame, area: BaseGeometry, colour: str) -> None:
    """Lay a see-through colour over the area, its holes left free."""
    mask = Image.new("L", image.size, 0)
    draw = ImageDraw.Draw(mask)
    for part in _parts(area):
        draw.polygon(frame.xy(np.asarray(part.exterior.coords)[:, :2]), fill=105)
        for hole in part.interiors:
            draw.polygon(frame.xy(np.asarray(hole.coords)[:, :2]), fill=0)
    image.paste(Image.new("RGB", image.size, colour), mask=mask)


def _outline(
    draw: ImageDraw.ImageDraw, frame: _Frame, area: BaseGeometry, colour: str, width: int
) -> None:
    for part in _parts(area):
        for ring in (part.exterior, *part.interiors):
            draw.line(frame.xy(np.asarray(ring.coords)[:, :2]), fill=colour, width=width)


def _number(
    draw: ImageDraw.ImageDraw, frame: _Frame, area: BaseGeometry, word: str, colour: str
) -> None:
    """Write the number of an area at its top: colours alone are not told apart by everybody."""
    parts = _parts(area)
    if not parts:
        return
    points = np.vstack([np.asarray(part.exterior.coords)[:, :2] for part in parts])
    ((x, y),) = frame.xy(points[[int(points[:, 1].argmax())]])
    x, y = min(max(x, 30.0), WIDTH * TWICE - 30.0), min(max(y, 30.0), HEIGHT * TWICE - 30.0)
    draw.ellipse((x - 20, y - 20, x + 20, y + 20), fill="white", outline=colour, width=4)
    draw.text((x, y), word, fill=INK, font=ImageFont.load_default(30), anchor="mm")


def _dashes(draw: ImageDraw.ImageDraw, frame: _Frame, area: BaseGeometry, colour: str) -> None:
    """Draw what may be hit as a broken line."""
    dash = 14.0 * frame.per_pixel / METRES
    for part in _parts(area):
        ring = part.exterior
        if ring.length / dash > 4000:
            continue
        points = shapely.line_interpolate_point(ring, np.arange(0.0, ring.length, dash))
        xy = frame.xy(shapely.get_coordinates(points))
        for k in range(0, len(xy) - 1, 2):
            draw.line((xy[k], xy[k + 1]), fill=colour, width=4)


def _roads(draw: ImageDraw.ImageDraw, frame: _Frame, roads: RoadLines) -> None:
    west, south, east, north = frame.box
    near = np.flatnonzero(
        (np.maximum(roads.lon_from, roads.lon_to) > west)
        & (np.minimum(roads.lon_from, roads.lon_to) < east)
        & (np.maximum(roads.lat_from, roads.lat_to) > south)
        & (np.minimum(roads.lat_from, roads.lat_to) < north)
    )
    if near.size > ROADS_SHOWN:
        # a whole city: the longest pieces are the roads outside and between the quarters
        near = near[np.argsort(-roads.metres[near], kind="stable")[:ROADS_SHOWN]]
    a = frame.xy(np.column_stack([roads.lon_from[near], roads.lat_from[near]]))
    b = frame.xy(np.column_stack([roads.lon_to[near], roads.lat_to[near]]))
    for start, end in zip(a, b, strict=True):
        draw.line((start, end), fill=ROAD, width=2)


def _dot(draw: ImageDraw.ImageDraw, frame: _Frame, lon: float, lat: float, colour: str) -> None:
    ((x, y),) = frame.xy(np.array([[lon, lat]]))
    draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=colour, outline="white", width=3)


def _cross(draw: ImageDraw.ImageDraw, frame: _Frame, lon: float, lat: float) -> None:
    """Mark the place: a ring with a cross, seen on any ground."""
    ((x, y),) = frame.xy(np.array([[lon, lat]]))
    for colour, width in (("white", 12), (INK, 6)):
        draw.ellipse((x - 22, y - 22, x + 22, y + 22), outline=colour, width=width // 2)
        draw.line((x - 32, y, x + 32, y), fill=colour, width=width // 2)
        draw.line((x, y - 32, x, y + 32), fill=colour, width=width // 2)


def _scale(draw: ImageDraw.ImageDraw, frame: _Frame) -> None:
    """Draw a bar of a round length, about a fifth of the width."""
    aim = WIDTH * TWICE * frame.per_pixel / 5.0
    power = 10.0 ** math.floor(math.log10(aim))
    length = max(step * power for step in (1.0, 2.0, 5.0) if step * power <= aim)
    pixels = length / frame.per_pixel
    x, y = 50.0, HEIGHT * TWICE - 50.0
    word = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    draw.rectangle((x - 20, y - 66, x + pixels + 20, y + 26), fill="white", outline=INK, width=2)
    draw.rectangle((x, y - 6, x + pixels / 2, y + 8), fill=INK)
    draw.rectangle((x, y - 6, x + pixels, y + 8), outline=INK, width=3)
    draw.text((x, y - 56), f"0          {word}", fill=INK, font=ImageFont.load_default(36))


def _north(draw: ImageDraw.ImageDraw) -> None:
    x, y = WIDTH * TWICE - 80.0, 60.0
    draw.rectangle((x - 46, y - 36, x + 46, y + 126), fill="white", outline=INK, width=2)
    draw.polygon([(x, y - 22), (x - 24, y + 58), (x, y + 40), (x + 24, y + 58)], fill=INK)
    draw.text((x - 15, y + 68), "N", fill=INK, font=ImageFont.load_default(44))
