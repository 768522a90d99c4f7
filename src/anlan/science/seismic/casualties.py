r"""Deaths and injuries of an earthquake by three published models, side by side.

尹之潜, from the share of collapsed dwellings :math:`A` (people indoors):

.. math:: \lg R_D = 12.479 A^{0.1} - 13.3

马玉宏、谢礼立 (2000), with factors of population density and of the time of day:

.. math:: \lg R_D = 9.0 A^{0.1} - 10.07, \qquad N_D = f_\rho f_t R_D N

USGS PAGER for China (empirical), from the intensity S to which people are exposed:

.. math:: \nu(S) = \Phi\!\left(\frac{\ln(S/\theta)}{\beta}\right), \quad
   \theta = 10.328811, \; \beta = 0.100058

They differ by a factor of ten and more; the spread is the answer, not any one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "Estimate",
    "casualties",
    "density_factor",
    "ma_xie_death_ratio",
    "night_factor",
    "pager_death_ratio",
    "yin_death_ratio",
]

THETA, BETA = 10.328811, 0.100058
"""China in losspager/data/fatality.xml version 2.2 (USGS). [1]"""

PAGER_ZETA = 2.013134
"""L2G norm of the fit, taken as the spread of ln deaths. [1]"""

INJURED_PER_DEAD = 2.0
"""Injured for one dead; one source (2017), to be confirmed. [1]"""

DENSITY_FACTORS = ((50.0, 0.8), (200.0, 1.0), (500.0, 1.1), (np.inf, 1.2))
"""Upper end of the density (people per km2) and f_rho (马玉宏、谢礼立 2000), confidence M."""

NIGHT_FACTORS = {6: 17.0, 7: 8.0, 8: 4.0, 9: 2.0, 10: 1.5}
"""f_t at night by intensity, 1 by day (马玉宏、谢礼立 2000), confidence M. [1]"""

CARD = ModelCard(
    key="seismic.casualties",
    version=1,
    title="Earthquake deaths and injuries: three models side by side",
    title_zh="地震伤亡（三种模型并列）",
    inputs=(
        Quantity(name="intensity", title="烈度", unit="1", low=0.0, high=12.0),
        Quantity(name="collapse_ratio", title="房屋毁坏比", unit="1", low=0.0, high=1.0),
        Quantity(name="population", title="人口", unit="1", low=0.0),
        Quantity(name="density", title="人口密度", unit="1/km2", low=0.0, high=1e6),
    ),
    outputs=(
        Quantity(name="deaths", title="死亡人数", unit="1", low=0.0),
        Quantity(name="injured", title="受伤人数", unit="1", low=0.0),
    ),
    references=(
        "尹之潜 (1995) 地震灾害及损失预测方法, 地震出版社",
        "马玉宏, 谢礼立 (2000) 地震人员伤亡估算方法研究, 地震工程与工程振动 20(4), 140-147",
        (
            "Jaiswal, K., Wald, D. (2010) An empirical model for global earthquake fatality"
            " estimation, doi:10.1193/1.3480331; coefficients of losspager 2.2"
        ),
    ),
    limits=(
        "三种模型相差可达十倍以上：只报区间，不报单一数",
        "毁坏比来自震害矩阵；用示例矩阵时结果也只是示例",
        "PAGER 按全国平均房屋；不分昼夜",
        "不含滑坡、火灾、堰塞湖等次生灾害的伤亡",
    ),
    unconfirmed=(
        "马玉宏—谢礼立的密度系数和夜间系数",
        "尹之潜系数来自公开程序，原书未查",
        "受伤人数按死亡人数的 2 倍（单一来源）",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What one model says.

    Parameters
    ----------
    model : str
        `yin`, `ma_xie` or `pager`. [-]
    title : str
        Chinese name. [-]
    deaths, injured : float
        Expected number. [1]
    low, high : float
        Range of deaths where the model states one (about 68 %); else the number itself. [1]
    """

    model: str
    title: str
    deaths: float
    injured: float
    low: float
    high: float


def yin_death_ratio(collapse_ratio: ArrayLike) -> NDArray[np.float64]:
    """Return deaths per person indoors after 尹之潜.

    Parameters
    ----------
    collapse_ratio : array_like
        Share of dwellings destroyed, 0 to 1. [1]

    Returns
    -------
    ndarray
        Death ratio, 0 where nothing is destroyed. [1]

    Examples
    --------
    >>> round(float(yin_death_ratio(1.0)), 3)
    0.151
    """
    return _power_law(collapse_ratio, 12.479, -13.3)


def ma_xie_death_ratio(collapse_ratio: ArrayLike) -> NDArray[np.float64]:
    """Return deaths per person after 马玉宏、谢礼立 (2000), before the two factors.

    Parameters
    ----------
    collapse_ratio : array_like
        Share of dwellings destroyed, 0 to 1. [1]

    Returns
    -------
    ndarray
        Death ratio, 0 where nothing is destroyed. [1]

    Examples
    --------
    >>> f"{float(ma_xie_death_ratio(0.1)):.3e}"
    '1.199e-03'
    """
    return _power_law(collapse_ratio, 9.0, -10.07)


def pager_death_ratio(intensity: ArrayLike) -> NDArray[np.float64]:
    """Return deaths per person exposed to an intensity (USGS PAGER, China).

    Parameters
    ----------
    intensity : array_like
        Intensity, 0 to 12; fitted on the MMI scale. [1]

    Returns
    -------
    ndarray
        Death ratio. [1]

    Examples
    --------
    Half of the people at the intensity theta:

    >>> round(float(pager_death_ratio(10.328811)), 6)
    0.5
    """
    s = between(intensity, 0, 12, name="intensity", unit="")
    with np.errstate(divide="ignore"):
        return np.asarray(ndtr(np.log(s / THETA) / BETA))


def density_factor(density: ArrayLike) -> NDArray[np.float64]:
    """Return the factor of population density of 马玉宏、谢礼立 (confidence M).

    Parameters
    ----------
    density : array_like
        People per square kilometre, 0 to 1e6. [1/km2]

    Returns
    -------
    ndarray
        f_rho, 0.8 to 1.2. [1]
    """
    d = not_negative(density, name="density", unit="1/km2")
    CARD.check(density=density)
    ends = np.array([end for end, _ in DENSITY_FACTORS[:-1]])
    return np.array([f for _, f in DENSITY_FACTORS])[np.searchsorted(ends, d, side="right")]


def night_factor(intensity: ArrayLike) -> NDArray[np.float64]:
    """Return the factor for the night of 马玉宏、谢礼立 (confidence M).

    Parameters
    ----------
    intensity : array_like
        Intensity, 0 to 12; taken to the nearest degree from VI to X. [1]

    Returns
    -------
    ndarray
        f_t, 17 at VI to 1.5 at X and above; that of VI below. [1]
    """
    level = between(intensity, 0, 12, name="intensity", unit="")
    nearest = np.clip(np.floor(level + 0.5), 6, 10).astype(np.int64)
    return np.array(list(NIGHT_FACTORS.values()))[nearest - 6]


def casualties(
    intensity: ArrayLike,
    collapse_ratio: ArrayLike,
    population: ArrayLike,
    *,
    density: ArrayLike,
    night: bool,
) -> tuple[Estimate, ...]:
    """Return deaths and injuries summed over places, by each model.

    Parameters
    ----------
    intensity : array_like
        Intensity at each place, 0 to 12. [1]
    collapse_ratio : array_like
        Share of dwellings destroyed at each place, 0 to 1. [1]
    population : array_like
        People at each place, >= 0. [1]
    density : array_like
        People per square kilometre at each place, 0 to 1e6. [1/km2]
    night : bool
        Whether most people sleep indoors. [-]

    Returns
    -------
    tuple of Estimate
        尹之潜, 马玉宏—谢礼立, PAGER; show all three.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    people = not_negative(population, name="population", unit="")
    factor = density_factor(density) * (night_factor(intensity) if night else 1.0)
    yin = people * yin_death_ratio(collapse_ratio)
    ma_xie = people * np.minimum(factor * ma_xie_death_ratio(collapse_ratio), 1.0)
    pager = people * pager_death_ratio(intensity)
    total = float(np.broadcast_to(people, pager.shape).sum())
    spread = float(np.exp(PAGER_ZETA))
    found = float(pager.sum())
    return (
        _estimate("yin", "尹之潜", float(yin.sum())),
        _estimate("ma_xie", "马玉宏—谢礼立", float(ma_xie.sum())),
        Estimate(
            model="pager",
            title="PAGER（中国）",
            deaths=found,
            injured=INJURED_PER_DEAD * found,
            low=found / spread,
            high=min(found * spread, total),
        ),
    )


def _estimate(model: str, title: str, deaths: float) -> Estimate:
    return Estimate(
        model=model,
        title=title,
        deaths=deaths,
        injured=INJURED_PER_DEAD * deaths,
        low=deaths,
        high=deaths,
    )


def _power_law(collapse_ratio: ArrayLike, slope: float, offset: float) -> NDArray[np.float64]:
    a = between(collapse_ratio, 0, 1, name="collapse_ratio", unit="")
    return np.where(a > 0.0, 10.0 ** (slope * a**0.1 + offset), 0.0)
