"""Axes of charts: seconds where minutes say nothing, 万 where digits run out of the drawing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from anlan.console.selectors.charts import chart_of

START = datetime(2026, 11, 22, 8, 15, tzinfo=UTC)


def series(minutes: list[float], values: list[float]) -> dict[str, Any]:
    return {"label": "区内居民", "unit": "人", "minutes": minutes, "values": values}


def test_half_a_minute_is_marked_in_seconds() -> None:
    labels = [t.label for t in chart_of(series([0.0, 0.5], [0.0, 9.0]), START).x_ticks]
    assert len(set(labels)) == len(labels)
    assert labels[-1] == "16:15:30"


def test_millions_are_marked_in_ten_thousands() -> None:
    labels = [t.label for t in chart_of(series([0.0, 60.0], [0.0, 7.6e6]), START).y_ticks]
    assert labels[0] == "0"
    assert labels[-1] == "1,000 万"
    assert max(map(len, labels)) <= 7
