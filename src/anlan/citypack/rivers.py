"""Rivers of a city, for the map and for the bridges of the synthetic roads. Approximate, and marked so."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from anlan.citypack.tables import rows_of

__all__ = ["Bridge", "River", "bridges_of", "rivers_of"]


SOURCE = "人工录入的近似走向，待确认"
"""What `data/rivers.csv` says at its head, in short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class River:
    """A river's course. `rank` is `major` (few bridges) or `minor`; `line` is WGS 84, downstream."""

    name: str
    rank: str
    line: shapely.LineString
    source: str
    approximate: bool = True


@dataclass(frozen=True, slots=True)
class Bridge:
    """A road bridge over a major river; the place is approximate, WGS 84, in [deg]."""

    name: str
    river: str
    lon: float
    lat: float


def rivers_of(code: str) -> list[River]:
    """Return the rivers that we know of a prefecture; none where nobody has typed them."""
    return [
        River(
            name=row["name"],
            rank=row["rank"],
            line=shapely.LineString(parse_points(row["points"])),
            source=SOURCE,
        )
        for row in rows_of("rivers")
        if row["city"] == code
    ]


def bridges_of(code: str) -> list[Bridge]:
    """Return the bridges over major rivers that we know of a prefecture."""
    return [
        Bridge(row["name"], row["river"], float(row["lon"]), float(row["lat"]))
        for row in rows_of("bridges")
        if row["city"] == code
    ]


def parse_points(text: str) -> list[tuple[float, float]]:
    """Read `lon lat;lon lat;…`, in [deg]."""
    pairs = (pair.split() for pair in text.split(";"))
    return [(float(lon), float(lat)) for lon, lat in pairs]
