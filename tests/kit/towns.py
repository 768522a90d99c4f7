"""A small town for forecasts: three districts in a row, people on a grid, no city pack."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from shapely.geometry import box

from anlan.forecast.districts import District
from anlan.forecast.exposure import PeopleGrid
from anlan.forecast.scenarios import Weather
from anlan.forecast.setting import Setting
from anlan.forecast.types import Figure, Place

if TYPE_CHECKING:
    from anlan.forecast.model import ForecastModel
    from anlan.forecast.types import Forecast

__all__ = ["MOMENT", "bounds", "number", "run_in_town", "town"]

MOMENT = datetime(2026, 3, 1, 0, tzinfo=UTC)

DISTRICTS = (
    ("370102000000", "东城区", 400_000),
    ("370103000000", "西城区", 300_000),
    ("370104000000", "远县", 200_000),
)


def town(**given: Any) -> Setting:
    """Return the setting of a run in the town, at its first district unless given otherwise."""
    west = (117.0, 116.9, 116.4)
    districts = tuple(
        District(code=code, name=name, area=box(w, 36.6, w + 0.1, 36.7), people=people)
        for (code, name, people), w in zip(DISTRICTS, west, strict=True)
    )
    lon, lat = (
        a.ravel() for a in np.meshgrid(np.arange(116.41, 117.1, 0.02), np.arange(36.61, 36.7, 0.02))
    )
    grid = PeopleGrid(
        lon=lon, lat=lat, people=np.full(lon.size, 1000.0), cell_lon=0.02, cell_lat=0.02, source="示例"
    )  # fmt: skip
    base: dict[str, Any] = {
        "place": Place(lon=117.05, lat=36.65, name="东城广场"),
        "weather": Weather.parse({}),
        "moment": MOMENT,
        "districts": districts,
        "people": grid,
    }
    return Setting(**{**base, **given})


def run_in_town(
    model: ForecastModel, content: dict[str, Any] | None = None, **given: Any
) -> Forecast:
    """Run a model in the town, at 25 ℃."""
    return model.run(model.parse(content or {}, 25.0), town(**given))


def number(cell: object) -> float:
    """Return the value of a figure, or of a cell of a table, that must be a number."""
    assert isinstance(cell, Figure)
    assert isinstance(cell.value, int | float)
    return float(cell.value)


def bounds(figure: Figure) -> tuple[float, float]:
    """Return the range of a figure that must have one."""
    assert figure.low is not None
    assert figure.high is not None
    return figure.low, figure.high
