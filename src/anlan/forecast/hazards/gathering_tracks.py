"""Crowd pressure from the places and velocities of people that cameras or positioning give."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.types import Figure, Mark
from anlan.science.common.local import to_metres
from anlan.science.crowd import pressure

if TYPE_CHECKING:
    from anlan.forecast.types import Place

__all__ = ["PressureSeen", "pressure_of"]

COLUMNS: Final = ("lon", "lat", "vx", "vy")
RANGES: Final = {
    "lon": (-180.0, 180.0),
    "lat": (-90.0, 90.0),
    "vx": (-10.0, 10.0),
    "vy": (-10.0, 10.0),
}
FEWEST: Final = 20
MOST: Final = 100_000
WORDS: Final = {"": "未达预警", "orange": "橙色：停走波可能出现", "red": "红色：随时可能倒地"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PressureSeen:
    """The largest pressure, where it is, and what it calls for."""

    figure: Figure
    mark: Mark
    text: str


def pressure_of(text: str, place: Place, field: str) -> PressureSeen | None:
    """Return the crowd pressure of a table of people; None without a table.

    Raises
    ------
    ScenarioError
        Naming line, column, rule and value.
    """
    if not text.strip():
        return None
    rows = _read(text, field)
    lon, lat, vx, vy = rows.T
    x, y = to_metres(lon, lat, lon0=place.lon, lat0=place.lat)
    at = np.column_stack([x, y])
    seen = pressure.crowd_field(at, np.column_stack([vx, vy]), at=at)
    worst = int(np.argmax(seen.pressure))
    value = float(seen.pressure[worst])
    word = WORDS[str(pressure.pressure_level(min(value, 100.0)))]
    source = f"{pressure.CARD.title_zh} v{pressure.CARD.version}，上传的 {len(rows)} 人"
    return PressureSeen(
        figure=Figure(
            value=round(value, 4),
            unit="/s²",
            source=source,
            note=f"{word}；临界 {pressure.TURBULENCE:g} /s²，只作参考",
            to_confirm=True,
        ),
        mark=Mark(
            lon=float(lon[worst]),
            lat=float(lat[worst]),
            label=f"人群压力最大 {value:.3f} /s²",
            state="danger" if value >= pressure.TURBULENCE else "watch",
            source=source,
        ),
        text=f"实测人群压力最大 {value:.3f} /s²（临界 {pressure.TURBULENCE:g}），{word}",
    )


def _read(text: str, field: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    heading = [cell.strip().lower() for cell in lines[0]]
    for column in COLUMNS:
        if column not in heading:
            raise ScenarioError(field, f"在表头有 {column} 列", ",".join(lines[0]))
    where = [heading.index(column) for column in COLUMNS]
    found = []
    for line, row in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        found.append(
            [_number(row, k, name, line, field) for k, name in zip(where, COLUMNS, strict=True)]
        )
    if not FEWEST <= len(found) <= MOST:
        raise ScenarioError(field, f"为 {FEWEST} 至 {MOST} 人", len(found))
    return np.array(found, dtype=np.float64)


def _number(row: list[str], k: int, name: str, line: int, field: str) -> float:
    low, high = RANGES[name]
    rule = f"在第 {line} 行 {name} 列为 {low:g} 至 {high:g} 的数字"
    cell = row[k].strip() if k < len(row) else ""
    try:
        value = float(cell)
    except ValueError:
        raise ScenarioError(field, rule, cell) from None
    if not (math.isfinite(value) and low <= value <= high):
        raise ScenarioError(field, rule, cell)
    return value
