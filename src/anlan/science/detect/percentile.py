r"""Moving percentile, as in the Chinese automated warning system CIDARS (国家传染病自动预警系统).

The bound of a week is a percentile of the same week and the two on either side of it in each of
the five years before; the current year does not enter:

.. math:: U_t = P_q\{\, y_{t - 52 f + j} : f = 1..5,\; |j| \le 2 \,\}

With 25 counts and linear interpolation between ranks. A count above the bound alarms. The percentile
is set by disease; `percentile_of` reads the published settings.

Pure; the last axis is time, every other axis is another series.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative, whole
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "PercentileResult", "moving_percentile", "percentile_of"]

CARD = ModelCard(
    key="detect.percentile",
    version=1,
    title="Moving percentile (CIDARS)",
    title_zh="移动百分位数法（CIDARS）",
    inputs=(
        Quantity(name="counts", title="病例数序列", unit="1", low=0.0),
        Quantity(name="percentile", title="百分位", unit="1", low=1.0, high=99.9, default=80.0),
        Quantity(name="years", title="基线年数", unit="1", low=1, high=20, default=5),
        Quantity(name="half_width", title="前后期数", unit="1", low=0, high=10, default=2),
        Quantity(name="period", title="每年期数", unit="1", low=4, high=366, default=52),
    ),
    outputs=(
        Quantity(name="bound", title="报警上界", unit="1", low=0.0),
        Quantity(name="alarm", title="是否报警", unit="1", low=0, high=1),
    ),
    references=(
        (
            "Zhang, H. et al. (2014) Choosing the optimal percentile of the moving percentile method"
            " in CIDARS, as cited in BMC Public Health 2017, doi:10.1186/s12889-017-4488-0"
        ),
        (
            "Yang, W. et al. (2011) A nationwide web-based automated system for early outbreak"
            " detection and rapid response in China, doi:10.5365/WPSAR.2010.1.1.009"
        ),
        "Hyndman, R. J., Fan, Y. (1996) Sample quantiles, doi:10.1080/00031305.1996.10473566 (type 7)",
    ),
    limits=(
        "需要三至五年完整历史；历史中的暴发未剔除会抬高上界",
        "春节逐年移动，与周次不对应，节后易误报漏报",
        "历史全为零时一例即报警：稀有病种用单病例预警",
    ),
    unconfirmed=(
        "猩红热百分位在两处文献中不一致（P90 与 P80），可配置",
        "2008 年最初设计（3 年、5 个 7 日段）凭记忆，未提供",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentileResult:
    """What each point of a series is compared with.

    Parameters
    ----------
    bound : ndarray
        Percentile of the baseline; NaN where the history is too short. [1]
    alarm : ndarray of bool
        Whether the count is above it; False where the history is too short. [-]
    """

    bound: NDArray[np.float64]
    alarm: NDArray[np.bool_]


def moving_percentile(
    counts: ArrayLike,
    *,
    percentile: float = 80.0,
    years: int = 5,
    half_width: int = 2,
    period: int = 52,
) -> PercentileResult:
    """Return the bound of every point from the same season of the years before.

    Parameters
    ----------
    counts : array_like
        Cases by week, >= 0; the last axis is time. [1]
    percentile : float
        Percentile, 1 to 99.9. [1]
    years : int
        Years of history, 1 to 20. [yr]
    half_width : int
        Weeks on either side, 0 to 10. [1]
    period : int
        Points in a year, 4 to 366: 52 for weeks. [1]

    Returns
    -------
    PercentileResult
        Of the shape of counts.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    The 80th percentile of the 25 counts 0 to 24 has the rank 0.8 * 24 = 19.2:

    >>> history = [5 * year + week for year in range(5) for week in (0, 1, 2, 3, 4)]
    >>> found = moving_percentile([*history, 0, 0, 20], half_width=2, period=5)
    >>> round(float(found.bound[27]), 6), bool(found.alarm[27])
    (19.2, True)
    """
    y = not_negative(counts, name="counts", unit="cases")
    CARD.check(counts=y, percentile=percentile, years=years, half_width=half_width, period=period)
    years, half_width = whole(years, name="years"), whole(half_width, name="half_width")
    period = whole(period, name="period")
    if y.ndim == 0:
        raise ValueError(f"counts must be a series, got {counts!r}")
    if 2 * half_width + 1 > period:
        raise ValueError(f"half_width must be below half of period {period}, got {half_width!r}")
    first = years * period + half_width
    bound = np.full(y.shape, np.nan)
    points = y.shape[-1]
    if points > first:
        apart = [
            f * period + j for f in range(1, years + 1) for j in range(-half_width, half_width + 1)
        ]
        history = np.stack([y[..., first - a : points - a] for a in apart])
        bound[..., first:] = np.percentile(history, percentile, axis=0)
    with np.errstate(invalid="ignore"):
        return PercentileResult(bound=bound, alarm=y > bound)


def percentile_of(disease: str, *, edition: str = "2014") -> float:
    """Return the percentile that is set for a disease; 80 for one without a setting of its own.

    Parameters
    ----------
    disease : str
        Chinese name of the disease, as in the national list. [-]
    edition : str
        `2014` (P90 and P80 groups) or `2017` (selected by disease). [-]

    Returns
    -------
    float
        Percentile. [1]

    Examples
    --------
    >>> percentile_of("登革热"), percentile_of("手足口病", edition="2017"), percentile_of("水痘")
    (90.0, 75.0, 80.0)
    """
    settings = _settings()
    if edition not in settings:
        raise ValueError(f"edition must be one of {', '.join(settings)}, got {edition!r}")
    found = settings[edition].get(disease)
    return _settings()["2014"]["其他"] if found is None else found


@cache
def _settings() -> dict[str, dict[str, float]]:
    rows = read_rows("anlan.science.detect", "cidars_percentiles.csv")
    settings: dict[str, dict[str, float]] = {"2014": {}, "2017": {}}
    for row in rows:
        edition = "2017" if row["group"].endswith("2017") else "2014"
        settings[edition][row["disease_zh"]] = float(row["percentile"])
    return settings
