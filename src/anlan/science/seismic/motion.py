r"""Peak ground acceleration and velocity of an earthquake (GB 18306-2015, 俞言祥 2013).

Along the long and the short axis, with their own coefficients and others above Ms 6.5:

.. math:: \lg Y = A + B M_s + C \lg(R + D e^{E M_s})

Y is PGA in gal or PGV in cm/s and R the epicentral distance in km inside; arguments and results
are SI. Between the axes a place lies on the ellipse of its own value
(`anlan.science.seismic.ellipse`). Site class II; other sites: `anlan.science.seismic.site`.
The scatter of single records is 0.236 (PGA) and 0.271 (PGV) in lg: a factor of 1.7 and 1.9.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import finite, positive
from anlan.science.common.refusal import Kind, Rule, RuleError
from anlan.science.common.tables import read_rows
from anlan.science.seismic.ellipse import Axis, on_ellipses

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "REGIONS", "SIGMA", "motion_contour_axes", "motion_on_axis", "pga", "pgv"]

REGIONS = ("eastern", "central", "xinjiang", "tibetan")
"""东部区, 中部区, 新疆区, 青藏区 by the zone map of the standard; the Tanlu belt is 东部区."""

SIGMA = {"pga": 0.236, "pgv": 0.271}
"""Standard deviation of lg Y (GB 18306-2015). [1]"""

CHANGE = 6.5
"""Magnitude above which the second pair of coefficients holds. [1]"""

UNIT = 0.01
"""One gal and one cm/s in SI. [m/s2, m/s]"""

CARD = ModelCard(
    key="seismic.motion",
    version=1,
    title="Peak ground acceleration and velocity (GB 18306-2015)",
    title_zh="地震动峰值加速度与峰值速度（GB 18306—2015）",
    inputs=(
        Quantity(name="magnitude", title="面波震级 Ms", unit="1", low=4.0, high=8.5),
        Quantity(name="region", title="衰减分区", unit="1", choices=REGIONS),
        Quantity(name="distance", title="震中距", unit="m", low=0.0, high=500e3),
        Quantity(name="angle_deg", title="与长轴夹角", unit="deg"),
    ),
    outputs=(
        Quantity(name="pga", title="峰值加速度", unit="m/s2", low=0.0),
        Quantity(name="pgv", title="峰值速度", unit="m/s", low=0.0),
    ),
    references=(
        "GB 18306-2015 中国地震动参数区划图, 附表 4、5；高孟潭《GB 18306-2015 宣贯教材》p. 172",
        "俞言祥, 李山有, 肖亮 (2013) 为新区划图编制所建立的地震动衰减关系, 震灾防御技术 8(1), 24-33",
    ),
    limits=(
        "点源：7 级以上应从断层破裂面起算，不应从震中起算",
        "II 类场地；软土、盆地、山梁另行修正",
        "长轴方向（发震断层走向）未知时结果不定：同时看长、短轴两种情形",
        "单个台站记录可偏离一倍左右（lg 标准差 0.24—0.27）",
    ),
    unconfirmed=(
        "中部区 PGV 短轴 C 取 -1.559，另一来源为 -1.599",
        "青藏区 PGA 长轴 A1 取 2.387，2.287 更连续",
    ),
)


def pga(
    distance: ArrayLike, angle_deg: ArrayLike = 0.0, *, magnitude: float, region: str
) -> NDArray[np.float64]:
    """Return the median peak ground acceleration.

    Parameters
    ----------
    distance : array_like
        From the epicentre, 0 to 500 km. [m]
    angle_deg : array_like
        From the long axis (the strike of the fault), either way. [deg]
    magnitude : float
        Surface-wave magnitude Ms, 4 to 8.5. [1]
    region : str
        `eastern`, `central`, `xinjiang` or `tibetan`. [-]

    Returns
    -------
    ndarray
        PGA on site class II; 1 gal is 0.01 m/s2. [m/s2]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    Eastern China, Ms 6.5, 30 km on the long axis: 181.7 gal.

    >>> round(float(pga(30e3, 0, magnitude=6.5, region="eastern")), 3)
    1.817
    """
    return _field("pga", distance, angle_deg, magnitude, region)


def pgv(
    distance: ArrayLike, angle_deg: ArrayLike = 0.0, *, magnitude: float, region: str
) -> NDArray[np.float64]:
    """Return the median peak ground velocity.

    Parameters
    ----------
    distance, angle_deg : array_like
        From the epicentre and from the long axis, as for `pga`. [m, deg]
    magnitude, region : float, str
        Ms and attenuation region, as for `pga`. [1, -]

    Returns
    -------
    ndarray
        PGV on site class II; 1 cm/s is 0.01 m/s. [m/s]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    Eastern China, Ms 6.5, 30 km on the long axis: 11.78 cm/s.

    >>> round(float(pgv(30e3, 0, magnitude=6.5, region="eastern")), 4)
    0.1178
    """
    return _field("pgv", distance, angle_deg, magnitude, region)


def motion_on_axis(
    quantity: str, distance: ArrayLike, *, axis: str, magnitude: float, region: str
) -> NDArray[np.float64]:
    """Return the relation of the standard along one axis.

    Parameters
    ----------
    quantity : str
        `pga` or `pgv`. [-]
    distance : array_like
        From the epicentre, 0 to 500 km. [m]
    axis : str
        `long` or `short`. [-]
    magnitude : float
        Ms, 4 to 8.5. [1]
    region : str
        `eastern`, `central`, `xinjiang` or `tibetan`. [-]

    Returns
    -------
    ndarray
        PGA or PGV. [m/s2 or m/s]
    """
    CARD.check(distance=distance, magnitude=magnitude, region=region)
    return np.asarray(10.0 ** _axis(quantity, axis, magnitude, region).value(distance) * UNIT)


def motion_contour_axes(
    quantity: str, value: ArrayLike, *, magnitude: float, region: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the semi-axes of the ellipse inside which a value is exceeded.

    Parameters
    ----------
    quantity : str
        `pga` or `pgv`. [-]
    value : array_like
        Threshold, > 0. [m/s2 or m/s]
    magnitude : float
        Ms, 4 to 8.5. [1]
    region : str
        `eastern`, `central`, `xinjiang` or `tibetan`. [-]

    Returns
    -------
    tuple of ndarray
        Long and short semi-axis, 0 where the value is not reached. [m]
    """
    CARD.check(magnitude=magnitude, region=region)
    level = np.log10(positive(value, name="value", unit="m/s2 or m/s") / UNIT)
    long, short = (_axis(quantity, axis, magnitude, region) for axis in ("long", "short"))
    return long.reach(level), short.reach(level)


def _field(
    quantity: str, distance: ArrayLike, angle_deg: ArrayLike, magnitude: float, region: str
) -> NDArray[np.float64]:
    CARD.check(distance=distance, magnitude=magnitude, region=region)
    angle = finite(angle_deg, name="angle_deg", unit="deg")
    long, short = (_axis(quantity, axis, magnitude, region) for axis in ("long", "short"))
    return np.asarray(10.0 ** on_ellipses(distance, angle, long=long, short=short) * UNIT)


@cache
def _table() -> dict[tuple[str, str, str], dict[str, float]]:
    names = ("A1", "B1", "A2", "B2", "C", "D", "E")
    return {
        (row["quantity"].lower(), row["region"], row["axis"]): {k: float(row[k]) for k in names}
        for row in read_rows("anlan.science.seismic", "gb18306_pga_pgv.csv")
    }


def _axis(quantity: str, axis: str, magnitude: float, region: str) -> Axis:
    if quantity not in SIGMA:
        raise RuleError("quantity", Rule(Kind.ONE_OF, tuple(SIGMA)), quantity, title="地震动量")
    if axis not in {"long", "short"}:
        raise RuleError("axis", Rule(Kind.ONE_OF, ("long", "short")), axis, title="椭圆的轴")
    k = _table()[quantity, region, axis]
    pair = "2" if magnitude > CHANGE else "1"
    return Axis(
        a=k["A" + pair] + k["B" + pair] * magnitude,
        c=k["C"],
        d=k["D"] * math.exp(k["E"] * magnitude),
    )
