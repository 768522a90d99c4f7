"""How good a forecast was, once it is known what happened. Pure.

Areas are compared by size: hit rate (what happened and was forecast), false-alarm ratio (what was
forecast and did not happen), critical success index. Probabilities are judged by the Brier score
over a grid. Figures are judged by whether what was measured lies within the stated range.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from shapely.geometry import MultiPoint, shape

from anlan.forecast.exposure import contains
from anlan.forecast.refusals import refused
from anlan.forecast.scenarios import ScenarioError
from anlan.forecast.series_score import score_series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = [
    "AreaScore",
    "FigureScore",
    "brier",
    "read_area",
    "score_area",
    "score_document",
    "score_figure",
]

CELLS: Final = 120
BETWEEN: Final = ((0.9, 0.95), (0.5, 0.7), (0.1, 0.3))
"""Probability taken inside the area of each share, up to the next: its middle. Outside: 0.05."""

OUTSIDE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaScore:
    """Shares of area: hit rate, false-alarm ratio and critical success index, each 0 to 1."""

    hit_rate: float
    false_alarm_ratio: float
    critical_success: float
    inside_envelope: float
    """Share of what happened that lies inside what was said to be possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureScore:
    """A figure against what was measured."""

    title: str
    unit: str
    forecast: float
    observed: float
    relative_error: float | None
    inside: bool | None
    """Whether it lies within the stated range; None where no range was stated."""


def read_area(text: str) -> BaseGeometry:
    """Read what was hit: GeoJSON, or one `longitude,latitude` a line (their hull is taken).

    Raises
    ------
    ScenarioError
        Naming the line or the rule.
    """
    stripped = text.strip()
    if stripped.startswith("{"):
        return _from_geojson(stripped)
    points = []
    for number, line in enumerate(stripped.splitlines(), 1):
        parts = line.replace("，", ",").split(",")
        try:
            lon, lat = (float(part) for part in parts)
        except ValueError:
            raise ScenarioError("area", f"第 {number} 行为 经度,纬度", line) from None
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ScenarioError("area", f"第 {number} 行经纬度在范围内", line)
        points.append((lon, lat))
    if len(points) < 3:
        raise ScenarioError("area", "为 GeoJSON 面，或至少三个点", len(points))
    return MultiPoint(points).convex_hull


def _from_geojson(text: str) -> BaseGeometry:
    try:
        content = json.loads(text)
        if content.get("type") == "FeatureCollection":
            parts = [shape(row["geometry"]) for row in content["features"]]
            area = shapely.union_all(parts)
        else:
            area = shape(content.get("geometry", content))
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError):
        raise ScenarioError("area", "为有效的 GeoJSON", text[:60]) from None
    area = shapely.make_valid(area)
    if area.area <= 0:
        raise ScenarioError("area", "为面（Polygon 或 MultiPolygon）", area.geom_type)
    return area


def score_area(forecast: BaseGeometry, envelope: BaseGeometry, observed: BaseGeometry) -> AreaScore:
    """Compare an area that was forecast, and what was said to be possible, with what happened."""
    hit = shapely.intersection(forecast, observed).area
    either = shapely.union(forecast, observed).area
    return AreaScore(
        hit_rate=hit / observed.area,
        false_alarm_ratio=1.0 - hit / forecast.area if forecast.area else 0.0,
        critical_success=hit / either,
        inside_envelope=shapely.intersection(envelope, observed).area / observed.area,
    )


def brier(areas: Sequence[tuple[float, BaseGeometry]], observed: BaseGeometry) -> float:
    """Return the mean squared error of the probabilities over a grid around all areas.

    Parameters
    ----------
    areas
        Share of the members, and the area where at least that share agrees.
    observed
        What happened.
    """
    bounds = np.array([area.bounds for _share, area in areas] + [observed.bounds])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    x, y = (
        axis.ravel()
        for axis in np.meshgrid(np.linspace(west, east, CELLS), np.linspace(south, north, CELLS))
    )
    probability = np.full(x.shape, OUTSIDE)
    held = dict(areas)
    for share, middle in reversed(BETWEEN):
        if share in held:
            probability[contains(held[share], x, y)] = middle
    return float(np.mean((probability - contains(observed, x, y)) ** 2))


def score_figure(title: str, figure: Mapping[str, Any], observed: float) -> FigureScore:
    """Compare one stored figure with what was measured."""
    value = float(figure["value"])
    low, high = figure.get("low"), figure.get("high")
    return FigureScore(
        title=title,
        unit=str(figure.get("unit", "")),
        forecast=value,
        observed=observed,
        relative_error=(value - observed) / observed if observed else None,
        inside=None if low is None or high is None else low <= observed <= high,
    )


def score_document(
    result: Mapping[str, Any],
    *,
    area: str,
    figures: Mapping[str, float],
    series: Mapping[str, Sequence[tuple[float, float]]] | None = None,
) -> dict[str, Any]:
    """Score a stored result: every area against the one that was hit, figures one by one.

    `series` holds minutes and values that were seen, by the key of a series of the forecast.

    Raises
    ------
    ScenarioError
        If the area cannot be read, or a figure is not one of the forecast.
    """
    known = result["forecast"]["figures"]
    for title in figures:
        if title not in known or not isinstance(known[title]["value"], int | float):
            raise ScenarioError("figures", f"为本次研判的数字（{'、'.join(known)}）", title)
    found: dict[str, Any] = {
        "figures": [
            asdict(score_figure(title, known[title], value)) for title, value in figures.items()
        ]
    }
    if series:
        found["series"] = [_scored(result, key, rows) for key, rows in series.items()]
    if not area.strip():
        return found
    observed = read_area(area)
    zones = []
    for row in result["forecast"]["footprints"]:
        if not row["area"]:
            continue
        scored = score_area(shape(row["area"]), shape(row["envelope"] or row["area"]), observed)
        zones.append({"key": row["key"], "label": row["label"], **asdict(scored)})
        shares = [
            (float(p["share"]), shape(p["area"]))
            for p in (result.get("ensemble") or {}).get("areas", [])
            if p["key"] == row["key"]
        ]
        if shares:
            zones[-1]["brier"] = brier(shares, observed)
    return found | {"zones": zones}


def _scored(
    result: Mapping[str, Any], key: str, rows: Sequence[tuple[float, float]]
) -> dict[str, Any]:
    kept = {row["key"]: row for row in result["forecast"]["series"]}
    if key not in kept:
        raise ScenarioError("series", f"为本次研判的曲线（{'、'.join(kept)}）", key)
    minutes, values = [row[0] for row in rows], [row[1] for row in rows]
    with refused("series", key, "与曲线的时间相合"):
        score = score_series(kept[key], minutes, values)
    return {"key": key, "label": kept[key]["label"], **asdict(score)}
