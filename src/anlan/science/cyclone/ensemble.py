r"""What a forecast track may do instead: an ensemble, and the probability of a wind.

Each member is the forecast moved aside by one random vector that grows with the lead time and
deepened or filled by one random factor:

.. math:: \Delta(t) = \sigma(t)\,(\xi_1, \xi_2), \qquad \sigma(t) = \bar e(t) / \sqrt{\pi/2}

where :math:`\bar e` is the mean track error of the agency at that lead time: the mean distance
of a point scattered with :math:`\sigma` in both directions is :math:`\sigma\sqrt{\pi/2}`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative
from anlan.science.common.constants import EARTH_RADIUS
from anlan.science.cyclone.wind import largest_wind, storm_from_track

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import ArrayLike, NDArray

    from anlan.science.cyclone.track import Track
    from anlan.science.cyclone.wind import Storm

__all__ = ["CARD", "TRACK_ERROR", "WindOdds", "track_ensemble", "wind_odds"]

TRACK_ERROR = (
    (0.0, 0.0),
    (24.0, 75_000.0),
    (48.0, 135_000.0),
    (72.0, 200_000.0),
    (96.0, 280_000.0),
    (120.0, 380_000.0),
)
"""Mean track error of official forecasts in the western North Pacific by lead time, about 2019 to
2022; confidence M: replace by the figures of the forecast in use. [h], [m]"""

DEFICIT_SPREAD = 0.15
"""Standard deviation of the logarithm of the pressure deficit at 72 h, growing with the root of
time; confidence M. [1]"""

CARD = ModelCard(
    key="cyclone.ensemble",
    version=1,
    title="Track ensemble and probability of wind",
    title_zh="路径集合与大风概率",
    inputs=(
        Quantity(name="count", title="集合成员数", unit="1", low=2, high=10_000, default=100),
        Quantity(name="threshold", title="风速阈值", unit="m/s", low=0.0, high=100.0),
    ),
    outputs=(Quantity(name="probability", title="超过阈值的概率", unit="1", low=0.0, high=1.0),),
    references=(
        (
            "DeMaria, M. et al. (2009) A new method for estimating tropical cyclone wind speed"
            " probabilities, doi:10.1175/2009WAF2222286.1 (the idea of sampling forecast errors)"
        ),
    ),
    limits=(
        "误差取全年平均统计：对本次台风可能过大或过小，转向台风尤甚",
        "成员之间只差平移和强度，不含转向、停滞、打转的可能",
        "概率只反映路径和强度误差，不含风场模型自身误差",
    ),
    unconfirmed=("各时效平均路径误差与气压差离散度为约值，待换成所用预报机构的统计",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindOdds:
    """The strongest wind at places, over the members of an ensemble.

    Parameters
    ----------
    low, median, high : ndarray
        10, 50 and 90 per cent quantiles. [m/s]
    probability : ndarray
        Share of members that exceed the threshold. [1]
    """

    low: NDArray[np.float64]
    median: NDArray[np.float64]
    high: NDArray[np.float64]
    probability: NDArray[np.float64]


def track_ensemble(
    track: Track,
    *,
    after: datetime,
    count: int,
    rng: np.random.Generator,
    track_error: Sequence[tuple[float, float]] = TRACK_ERROR,
    environment_pressure: float = 101_000.0,
) -> tuple[Track, ...]:
    """Return tracks that the storm may take instead.

    Parameters
    ----------
    track : Track
        Analysis and forecast in one. [-]
    after : datetime
        Moment of the forecast; fixes up to then are kept. [-]
    count : int
        Number of members, 2 to 10 000. [-]
    rng : numpy.random.Generator
        Source of chance; the same seed gives the same members. [-]
    track_error : sequence of (float, float)
        Lead time and mean error, rising from (0, 0). [h], [m]
    environment_pressure : float
        Pressure outside the storm. [Pa]

    Returns
    -------
    tuple of Track
        The members.
    """
    CARD.check(count=count)
    lead, error = np.array(track_error, dtype=np.float64).T
    not_negative(error, name="track_error", unit="m")
    if not np.all(np.diff(lead) > 0):
        raise ValueError(f"track_error must rise in lead time, got {track_error!r}")
    hours = np.array([max((f.time - after).total_seconds() / 3600, 0.0) for f in track.fixes])
    sigma = np.interp(hours, lead, error) / np.sqrt(np.pi / 2)
    deepening = DEFICIT_SPREAD * np.sqrt(np.minimum(hours, 120.0) / 72.0)
    lon = np.array([fix.lon for fix in track.fixes])
    lat = np.array([fix.lat for fix in track.fixes])
    degrees = np.degrees(1.0 / EARTH_RADIUS)
    members = []
    for east, north, depth in rng.standard_normal((count, 3)):
        moved_lon = (lon + east * sigma * degrees / np.cos(np.radians(lat))).tolist()
        moved_lat = (lat + north * sigma * degrees).tolist()
        factors = np.exp(depth * deepening).tolist()
        fixes = tuple(
            replace(
                fix,
                lon=x,
                lat=y,
                pressure=_deepened(fix.pressure, factor, environment_pressure),
                wind=None if fix.wind is None else min(fix.wind * factor**0.5, 100.0),
            )
            for fix, x, y, factor in zip(track.fixes, moved_lon, moved_lat, factors, strict=True)
        )
        members.append(replace(track, fixes=fixes))
    return tuple(members)


def wind_odds(
    members: Sequence[Track],
    *,
    lon: ArrayLike,
    lat: ArrayLike,
    threshold: float,
    surface_factor: ArrayLike | None = None,
    step_hours: float = 1.0,
) -> WindOdds:
    """Return the odds of a wind at places.

    Parameters
    ----------
    members : sequence of Track
        From `track_ensemble`. [-]
    lon, lat : array_like
        Places of one shape, WGS 84. [deg]
    threshold : float
        Wind asked for, 0 to 100; 17.2 is force 8. [m/s]
    surface_factor : array_like or None
        See `wind.largest_wind`. [1]
    step_hours : float
        Length of a step. [h]

    Returns
    -------
    WindOdds
        Of the shape of lon and lat.
    """
    CARD.check(threshold=threshold)
    between(len(members), 2, 10_000, name="members", unit="tracks")
    storms: list[Storm] = [storm_from_track(m, step_hours=step_hours) for m in members]
    speed = np.stack(
        [largest_wind(s, lon=lon, lat=lat, surface_factor=surface_factor).speed for s in storms]
    )
    low, median, high = np.quantile(speed, (0.1, 0.5, 0.9), axis=0)
    return WindOdds(
        low=low,
        median=median,
        high=high,
        probability=np.mean(speed > threshold, axis=0),
    )


def _deepened(pressure: float | None, factor: float, outside: float) -> float | None:
    if pressure is None:
        return None
    return max(outside - max(outside - pressure, 0.0) * factor, 87_000.0)
