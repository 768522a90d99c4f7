"""The same model over uncertain inputs: how probable each place is, how wide each number.

Every field with a `Spread`, and the wind where the model uses it, is drawn by a Latin hypercube
from the seed. Each member is a run of its own, without what only a page shows. What comes out: areas where a share of the members
agree, the 5 to 95 per cent range of every figure and series, and which input moves the result
most (Spearman's rank correlation with the size of the gravest area, or the first figure).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import scipy

from anlan.forecast.exposure import contains, people_inside
from anlan.forecast.fields import Spread
from anlan.forecast.scenarios import ScenarioError, Weather
from anlan.forecast.shapes import area_above
from anlan.forecast.types import Figure, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.exposure import PeopleGrid
    from anlan.forecast.fields import Field
    from anlan.forecast.model import ForecastModel
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Footprint, Forecast

__all__ = ["Draw", "Ensemble", "Influence", "ProbabilityArea", "run_ensemble"]

SHARES: Final = (0.9, 0.5, 0.1)
LOW, HIGH = 5, 95
CELLS: Final = 160
"""Cells along the longer side of the grid on which members are counted."""

WIND_SPREAD: Final = Spread(low=0.7, high=1.4, basis="现场风速的常见误差，平台默认，待确认")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One uncertain input and the range that was tried, as the form shows it."""

    key: str
    title: str
    unit: str
    low: float
    high: float
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """How strongly an input moves the result: Spearman's rank correlation, -1 to 1."""

    title: str
    correlation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbabilityArea:
    """Where at least a share of the members meets the threshold of a footprint."""

    key: str
    label: str
    share: float
    area: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """What many runs say together."""

    members: int
    refused: int
    seed: int
    draws: tuple[Draw, ...]
    areas: tuple[ProbabilityArea, ...]
    figures: Mapping[str, Figure]
    people: Mapping[str, Figure]
    series: tuple[Series, ...]
    influences: tuple[Influence, ...]


@dataclass(frozen=True, slots=True)
class _Axis:
    """One uncertain input: how a share between 0 and 1 becomes its value."""

    draw: Draw
    content: Callable[[dict[str, Any], dict[str, Any], float], None]


def run_ensemble(
    model: ForecastModel,
    content: Mapping[str, Any],
    weather: Mapping[str, Any],
    setting: Setting,
    *,
    members: int,
    progress: Callable[[float, str], None] = lambda _share, _note: None,
) -> Ensemble:
    """Run a model over its uncertain inputs.

    Parameters
    ----------
    content, weather
        The scenario and the weather as they are stored: defaults filled in. A stability class
        that was read from wind, cloud and sun is read anew in the wind of each member, under the
        same sun; one that was entered stays.
    setting
        Where and when; its seed draws the members.
    members
        How many runs.
    progress
        Told the share done; it may raise to stop.

    Raises
    ------
    ScenarioError
        If every member is refused.
    """
    if setting.weather.class_is_read:
        weather = {key: value for key, value in weather.items() if key != "stability"}
    axes = _axes(model, content, weather)
    draws = scipy.stats.qmc.LatinHypercube(max(len(axes), 1), rng=setting.seed).random(members)
    runs: list[Forecast] = []
    kept: list[int] = []
    refusal: ScenarioError | None = None
    for index, row in enumerate(draws):
        progress(index / members, f"集合成员 {index + 1}/{members}")
        try:
            runs.append(_member(model, content, weather, setting, axes, row, index))
        except ScenarioError as error:
            refusal = error
            continue
        kept.append(index)
    if not runs:
        raise refusal or ScenarioError("scenario", "至少有一个集合成员能够计算", 0)
    sizes = _sizes(runs)
    return Ensemble(
        members=members,
        refused=members - len(runs),
        seed=setting.seed,
        draws=tuple(axis.draw for axis in axes),
        areas=_probabilities(runs),
        figures=_figures([run.figures for run in runs]),
        people=_people(runs, setting),
        series=_series(runs),
        influences=_influences(axes, draws[kept], sizes),
    )


def _axes(
    model: ForecastModel, content: Mapping[str, Any], weather: Mapping[str, Any]
) -> tuple[_Axis, ...]:
    found = []
    for field in model.fields:
        value = content.get(field.key)
        if field.spread is None or not isinstance(value, int | float):
            continue
        spread = field.spread
        ends = [min(max(spread.apply(value, s), field.low), field.high) for s in (0.0, 1.0)]

        def put(
            scenario: dict[str, Any],
            _weather: dict[str, Any],
            share: float,
            *,
            field: Field = field,
            spread: Spread = spread,
            value: float = value,
        ) -> None:
            drawn = spread.apply(value, share)
            scenario[field.key] = min(max(drawn, field.low), field.high)

        draw = Draw(
            key=field.key,
            title=field.title,
            unit=field.unit,
            low=field.shown(min(ends)),
            high=field.shown(max(ends)),
            basis=spread.basis,
        )
        found.append(_Axis(draw, put))
    if model.uses_weather:
        found += _wind_axes(weather)
    return tuple(found)


def _wind_axes(weather: Mapping[str, Any]) -> list[_Axis]:
    speed = float(weather["wind_speed"])
    slow, fast = (WIND_SPREAD.apply(speed, share) for share in (0.0, 1.0))
    from_deg = weather.get("wind_from_deg")
    swing = 180.0 if from_deg is None else float(weather["wind_spread_deg"])
    middle = 0.0 if from_deg is None else float(from_deg)

    def put_speed(_scenario: dict[str, Any], over: dict[str, Any], share: float) -> None:
        over["wind_speed"] = WIND_SPREAD.apply(speed, share)

    def put_direction(_scenario: dict[str, Any], over: dict[str, Any], share: float) -> None:
        over["wind_from_deg"] = (middle - swing + 2.0 * swing * share) % 360.0

    return [
        _Axis(
            Draw(
                key="wind_speed",
                title="风速",
                unit="m/s",
                low=round(slow, 2),
                high=round(fast, 2),
                basis=WIND_SPREAD.basis,
            ),
            put_speed,
        ),
        _Axis(
            Draw(
                key="wind_from_deg",
                title="来风方向",
                unit="°",
                low=round(middle - swing, 1),
                high=round(middle + swing, 1),
                basis="风向摆动" if from_deg is not None else "风向不明，各方向都可能",
            ),
            put_direction,
        ),
    ]


def _member(
    model: ForecastModel,
    content: Mapping[str, Any],
    weather: Mapping[str, Any],
    setting: Setting,
    axes: Sequence[_Axis],
    shares: NDArray[np.float64],
    index: int,
) -> Forecast:
    scenario, over = dict(content), dict(weather)
    for axis, share in zip(axes, shares, strict=False):
        axis.content(scenario, over, float(share))
    here = Weather.parse(over)
    inputs = model.parse(scenario, here.temperature_c)
    return model.run(
        inputs, replace(setting, weather=here, seed=setting.seed + index + 1, member=True)
    )


def _keys(runs: Sequence[Forecast]) -> dict[str, str]:
    """Return the footprints that any member has: key → label, the gravest first.

    A member may lack some; the fullest says the order.
    """
    fullest = sorted(runs, key=lambda run: -len(run.footprints))
    return {f.key: f.label for run in fullest for f in run.footprints}


def _probabilities(runs: Sequence[Forecast]) -> tuple[ProbabilityArea, ...]:
    found = []
    for key, label in _keys(runs).items():
        areas = [f.area for run in runs for f in run.footprints if f.key == key]
        areas = [area for area in areas if not area.is_empty]
        if not areas:
            continue
        lon, lat, share = _shares(areas, len(runs))
        found += [
            ProbabilityArea(
                key=key, label=label, share=level, area=area_above(share, lon, lat, level)
            )
            for level in SHARES
        ]
    return tuple(row for row in found if not row.area.is_empty)


def _shares(
    areas: Sequence[BaseGeometry], members: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return a grid over all areas and the share of the members that hold each point."""
    bounds = np.array([area.bounds for area in areas])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    step = max(east - west, north - south) / CELLS
    lon = np.arange(west - 2 * step, east + 3 * step, step)
    lat = np.arange(south - 2 * step, north + 3 * step, step)
    x, y = (axis.ravel() for axis in np.meshgrid(lon, lat))
    hits = np.zeros(x.shape)
    for area in areas:
        hits += contains(area, x, y)
    return lon, lat, (hits / members).reshape(lat.size, lon.size)


def _figures(rows: Sequence[Mapping[str, Figure]]) -> dict[str, Figure]:
    """Return the range of every figure that all members give as a number."""
    found = {}
    for key, first in rows[0].items():
        values = [row[key].value for row in rows if key in row]
        numbers = [v for v in values if isinstance(v, int | float)]
        if len(numbers) < len(rows) or len(set(numbers)) == 1 or first.unit == "°":
            continue
        whole = all(float(number).is_integer() for number in numbers)  # two and a half sites?
        low, middle, high = np.percentile(
            numbers, (LOW, 50, HIGH), method="closest_observation" if whole else "linear"
        )
        found[key] = Figure(
            value=float(f"{middle:.4g}"),
            unit=first.unit,
            source=f"{first.source}，集合 {len(rows)} 次",
            low=float(f"{low:.4g}"),
            high=float(f"{high:.4g}"),
            note=f"中位数；范围为 {LOW}%–{HIGH}%",
        )
    return found


def _people(runs: Sequence[Forecast], setting: Setting) -> dict[str, Figure]:
    grid = setting.people
    if grid is None:
        return {}
    found = {}
    for key in _keys(runs):
        areas = [run.footprint(key) for run in runs]
        counts = [0.0 if f is None else _inside(grid, f) for f in areas]
        low, middle, high = np.percentile(counts, (LOW, 50, HIGH))
        found[key] = Figure(
            value=round(middle),
            unit="人",
            source=f"{grid.source}，集合 {len(runs)} 次",
            low=float(round(low)),
            high=float(round(high)),
            note=f"中位数；范围为 {LOW}%–{HIGH}%",
        )
    return found


def _inside(grid: PeopleGrid, footprint: Footprint) -> float:
    if footprint.present is not None:
        return float(footprint.present.value or 0.0)
    return people_inside(grid, footprint.area)


def _series(runs: Sequence[Forecast]) -> tuple[Series, ...]:
    found = []
    for first in runs[0].series:
        same = [
            s.values
            for run in runs
            for s in run.series
            if s.key == first.key and s.minutes == first.minutes
        ]
        if len(same) < len(runs):
            continue
        low, middle, high = np.percentile(np.array(same), (LOW, 50, HIGH), axis=0)
        found.append(
            replace(
                first,
                values=tuple(middle.tolist()),
                low=tuple(low.tolist()),
                high=tuple(high.tolist()),
            )
        )
    return tuple(found)


def _sizes(runs: Sequence[Forecast]) -> list[float]:
    """Return what the members are compared by: the gravest area, or the first number."""
    if keys := list(_keys(runs)):
        areas = [run.footprint(keys[0]) for run in runs]
        return [0.0 if f is None else float(f.area.area) for f in areas]
    numbers = [
        next((float(f.value) for f in run.figures.values() if isinstance(f.value, int | float)), 0)
        for run in runs
    ]
    return [float(n) for n in numbers]


def _influences(
    axes: Sequence[_Axis], draws: NDArray[np.float64], sizes: Sequence[float]
) -> tuple[Influence, ...]:
    if len(sizes) < 8 or len(set(sizes)) < 2:
        return ()
    found = []
    for column, axis in enumerate(axes):
        correlation = float(scipy.stats.spearmanr(draws[:, column], sizes).statistic)
        if axis.draw.low < axis.draw.high:
            found.append(Influence(title=axis.draw.title, correlation=round(correlation, 2)))
    return tuple(sorted(found, key=lambda row: -abs(row.correlation)))
