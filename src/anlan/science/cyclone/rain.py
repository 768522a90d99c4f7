r"""Mean rain of a tropical cyclone around its centre (R-CLIPER).

.. math:: R(r) = \begin{cases} T_0 + (T_m - T_0)\, r/r_m & r < r_m \\
   T_m\, e^{-(r - r_m)/r_e} & r \ge r_m \end{cases}

with :math:`U = 1 + (V_{max} - 35\,\mathrm{kt})/33\,\mathrm{kt}` and linear fits to satellite
rain: :math:`T_0 = -1.10 + 3.96 U` and :math:`T_m = -1.60 + 4.80 U` inches a day,
:math:`r_m = 64.5 - 13.0 U` and :math:`r_e = 150 - 16.0 U` km.

It is a climatological mean of round storms over the sea. It cannot give the 620 mm that fell at
Weifang in August 2019 (slow mover, cold air, Yimeng hills): say so wherever it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between
from anlan.science.common.constants import KNOT
from anlan.science.common.local import distance

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from anlan.science.cyclone.wind import Storm

__all__ = ["CARD", "rain_rate", "rain_total"]

INCH_A_DAY = 0.0254 / 86_400.0
"""One inch of rain a day. [m/s]"""

FARTHEST = 500_000.0
"""Distance from the centre beyond which no rain is given. [m]"""

CARD = ModelCard(
    key="cyclone.rain",
    version=1,
    title="Mean rain around a tropical cyclone (R-CLIPER)",
    title_zh="热带气旋平均降雨（R-CLIPER）",
    inputs=(
        Quantity(name="wind", title="中心最大风速（1 分钟）", unit="m/s", low=10.0, high=90.0),
        Quantity(name="distance", title="距中心距离", unit="m", low=0.0, high=FARTHEST),
    ),
    outputs=(Quantity(name="rate", title="雨强", unit="m/s", low=0.0),),
    references=(
        (
            "Tuleya, R. E., DeMaria, M., Kuligowski, R. J. (2007) Evaluation of GFDL and simple"
            " statistical model rainfall forecasts, doi:10.1175/WAF972.1"
        ),
        (
            "Lonfat, M., Marks, F. D., Chen, S. S. (2004) Precipitation distribution in tropical"
            " cyclones using TRMM, doi:10.1175/1520-0493(2004)132<1645:PDITCU>2.0.CO;2"
        ),
    ),
    limits=(
        "气候平均、圆对称、海上统计：不含地形增幅、冷空气和台风倒槽",
        "不能再现极端暴雨（2019 年利奇马潍坊城南 620.1 mm）：不可单独用于转移决策",
        "有数值预报或雷达估测降水时用它们",
    ),
    unconfirmed=("R-CLIPER 八个系数与多处转录一致，论文原文未见",),
)


def rain_rate(r: ArrayLike, *, wind: ArrayLike) -> NDArray[np.float64]:
    """Return the mean rain at a distance from the centre.

    Parameters
    ----------
    r : array_like
        Distance, 0 to 500 km. [m]
    wind : array_like
        Largest one-minute wind of the storm, 10 to 90. [m/s]

    Returns
    -------
    ndarray
        Rain. [m/s]

    Examples
    --------
    At the ring of heaviest rain of a storm of 35 kt (U = 1), 3.2 inches a day:

    >>> rate = rain_rate(51.5e3, wind=35 * 1852 / 3600)
    >>> round(float(rate) * 3600e3, 2)
    3.39
    """
    d = between(r, 0, FARTHEST, name="r", unit="m")
    CARD.check(wind=wind)
    u = 1.0 + (np.asarray(wind, dtype=np.float64) / KNOT - 35.0) / 33.0
    centre = np.maximum(-1.10 + 3.96 * u, 0.0)
    top = np.maximum(-1.60 + 4.80 * u, 0.0)
    ring = (64.5 - 13.0 * u) * 1000.0
    fall = (150.0 - 16.0 * u) * 1000.0
    ring = np.maximum(ring, 5000.0)
    inner = centre + (top - centre) * d / ring
    outer = top * np.exp(-(d - ring) / fall)
    return np.asarray(np.where(d < ring, inner, outer) * INCH_A_DAY)


def rain_total(storm: Storm, *, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Return the mean rain that a whole storm leaves at places.

    The wind of each step follows from its pressure deficit and B, as in `cyclone.wind`.

    Parameters
    ----------
    storm : Storm
        From `wind.storm_from_track`. [-]
    lon, lat : array_like
        Places of one shape, WGS 84. [deg]

    Returns
    -------
    ndarray
        Depth of rain. [m]
    """
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    step = np.gradient(storm.seconds)
    gradient = np.sqrt(storm.b * storm.deficit / 1.15 / np.e)
    wind = np.clip(gradient * storm.surface_factor, 10.0, 90.0)
    total = np.zeros(x.shape)
    for k in range(len(storm.seconds)):
        r = distance(storm.lon[k], storm.lat[k], x, y)
        rate = rain_rate(np.minimum(r, FARTHEST), wind=wind[k])
        total += np.where(r <= FARTHEST, rate, 0.0) * step[k]
    return total
