r"""Macroseismic intensity of an earthquake (GB 18306-2015).

.. math:: I = A + B M_s + C \lg(R + R_0)

with R the epicentral distance in km inside; arguments are SI. Long and short axis have their own
coefficients and meet at the epicentre. Between the axes a place lies on the ellipse of its own
intensity (`anlan.science.seismic.ellipse`). The scatter is 0.52 to 0.66 degrees.

From an instrument (GB/T 17742-2020), with PGA in m/s2 and PGV in m/s:

.. math:: I_A = 3.17 \lg \mathrm{PGA} + 6.59, \qquad I_V = 3.00 \lg \mathrm{PGV} + 9.77

and :math:`I = I_V` where both reach VI, otherwise their mean, within 1 and 12.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite, positive
from anlan.science.common.tables import read_rows
from anlan.science.seismic.ellipse import Axis, on_ellipses
from anlan.science.seismic.motion import REGIONS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "instrument_intensity", "intensity", "intensity_sigma", "isoseismal_axes"]

CARD = ModelCard(
    key="seismic.intensity",
    version=1,
    title="Macroseismic intensity (GB 18306-2015)",
    title_zh="地震烈度（GB 18306—2015 椭圆衰减）",
    inputs=(
        Quantity(name="magnitude", title="面波震级 Ms", unit="1", low=4.0, high=8.5),
        Quantity(name="region", title="衰减分区", unit="1", choices=REGIONS),
        Quantity(name="distance", title="震中距", unit="m", low=0.0, high=500e3),
        Quantity(name="angle_deg", title="与长轴夹角", unit="deg"),
    ),
    outputs=(Quantity(name="intensity", title="烈度", unit="1", low=0.0, high=12.0),),
    references=(
        "GB 18306-2015 中国地震动参数区划图, 地震烈度衰减关系",
        "GB/T 17742-2020 中国地震烈度表",
        "泸定 6.8 级地震：最高烈度 IX 度（中国震灾 zgdz.eq-j.cn 2024/3）",
    ),
    limits=(
        "点源：7 级以上应从断层破裂面起算，不应从震中起算",
        "长轴方向（发震断层走向）未知时结果不定",
        "东部关系对唐山地震的 VII—IX 度区偏大百分之几十",
        "单点烈度标准差约 0.6 度；房屋和场地差异另计",
    ),
)


def intensity(
    distance: ArrayLike, angle_deg: ArrayLike = 0.0, *, magnitude: float, region: str
) -> NDArray[np.float64]:
    """Return the median intensity.

    Parameters
    ----------
    distance, angle_deg : array_like
        From the epicentre, up to 500 km, and from the strike of the fault. [m, deg]
    magnitude, region : float, str
        Ms, 4 to 8.5, and `eastern`, `central`, `xinjiang` or `tibetan`. [1, -]

    Returns
    -------
    ndarray
        Intensity, not rounded, 0 to 12. [1]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    The epicentre of Ms 7.0 in eastern China:

    >>> round(float(intensity(0, magnitude=7.0, region="eastern")), 2)
    9.25
    """
    CARD.check(distance=distance, magnitude=magnitude, region=region)
    angle = finite(angle_deg, name="angle_deg", unit="deg")
    long, short = (_axis(axis, magnitude, region) for axis in ("long", "short"))
    return np.clip(on_ellipses(distance, angle, long=long, short=short), 0.0, 12.0)


def isoseismal_axes(
    value: ArrayLike, *, magnitude: float, region: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the semi-axes of the isoseismal of an intensity.

    Parameters
    ----------
    value : array_like
        Intensity, 1 to 12; zones of whole degrees end half a degree lower by some bureaus. [1]
    magnitude : float
        Ms, 4 to 8.5. [1]
    region : str
        `eastern`, `central`, `xinjiang` or `tibetan`. [-]

    Returns
    -------
    tuple of ndarray
        Long and short semi-axis, 0 where the intensity is not reached. [m]

    Examples
    --------
    Eastern China, Ms 7.0, VIII: 24.0 and 16.4 km.

    >>> long, short = isoseismal_axes(8, magnitude=7.0, region="eastern")
    >>> round(float(long) / 1000, 1), round(float(short) / 1000, 1)
    (24.0, 16.4)
    """
    CARD.check(magnitude=magnitude, region=region)
    level = between(value, 1, 12, name="value", unit="")
    return (
        _axis("long", magnitude, region).reach(level),
        _axis("short", magnitude, region).reach(level),
    )


def instrument_intensity(pga: ArrayLike, pgv: ArrayLike) -> NDArray[np.float64]:
    """Return the intensity that an instrument has measured (仪器地震烈度, GB/T 17742-2020).

    Parameters
    ----------
    pga : array_like
        Largest acceleration of the record, three components together, > 0; 1 gal is
        0.01 m/s2. [m/s2]
    pgv : array_like
        Largest velocity of the record, likewise, > 0; 1 cm/s is 0.01 m/s. [m/s]

    Returns
    -------
    ndarray
        Intensity, not rounded, 1 to 12. [1]

    Raises
    ------
    ValueError
        If an argument is not above 0.

    Examples
    --------
    The middle of VIII in table 1 of the standard:

    >>> round(float(instrument_intensity(2.79, 0.258)), 1)
    8.0
    """
    a = 3.17 * np.log10(positive(pga, name="pga", unit="m/s2")) + 6.59
    v = 3.00 * np.log10(positive(pgv, name="pgv", unit="m/s")) + 9.77
    strong = (a >= 6.0) & (v >= 6.0)
    return np.asarray(np.clip(np.where(strong, v, 0.5 * (a + v)), 1.0, 12.0))


def intensity_sigma(region: str) -> float:
    """Return the standard deviation of the intensity.

    Parameters
    ----------
    region : str
        `eastern`, `central`, `xinjiang` or `tibetan`. [-]

    Returns
    -------
    float
        Standard deviation. [1]
    """
    CARD.check(region=region)
    return _table()[region, "long"]["sigma"]


@cache
def _table() -> dict[tuple[str, str], dict[str, float]]:
    names = ("A", "B", "C", "R0", "sigma")
    return {
        (row["region"], row["axis"]): {k: float(row[k]) for k in names}
        for row in read_rows("anlan.science.seismic", "gb18306_intensity.csv")
    }


def _axis(axis: str, magnitude: float, region: str) -> Axis:
    k = _table()[region, axis]
    return Axis(a=k["A"] + k["B"] * magnitude, c=k["C"], d=k["R0"])
