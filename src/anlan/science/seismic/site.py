r"""Site factor of the peak ground acceleration (GB 18306-2015, table E.1).

.. math:: a = F_a\, a_{II}

F depends on the class of the site and on the acceleration on class II, interpolated between the
columns. The values are from memory and not confirmed (待确认).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative
from anlan.science.common.constants import GRAVITY

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "SITE_CLASSES", "site_factor"]

SITE_CLASSES = ("I0", "I1", "II", "III", "IV")
"""场地类别 of GB 50011."""

COLUMNS = (0.05, 0.10, 0.15, 0.20, 0.30, 0.40)
"""Peak acceleration on class II of the columns of table E.1. [g]"""

FACTORS = {
    "I0": (0.72, 0.74, 0.75, 0.76, 0.85, 0.90),
    "I1": (0.80, 0.82, 0.83, 0.85, 0.95, 1.00),
    "II": (1.00, 1.00, 1.00, 1.00, 1.00, 1.00),
    "III": (1.30, 1.25, 1.15, 1.00, 1.00, 1.00),
    "IV": (1.25, 1.20, 1.10, 1.00, 0.95, 0.90),
}
"""GB 18306-2015 table E.1 from memory, confidence M. [1]"""

CARD = ModelCard(
    key="seismic.site",
    version=1,
    title="Site factor of peak ground acceleration",
    title_zh="场地地震动峰值加速度调整系数",
    inputs=(
        Quantity(name="pga", title="II 类场地峰值加速度", unit="m/s2", low=0.0, high=30.0),
        Quantity(name="site_class", title="场地类别", unit="1", choices=SITE_CLASSES, default="II"),
    ),
    outputs=(Quantity(name="factor", title="调整系数", unit="1", low=0.7, high=1.3),),
    references=("GB 18306-2015 中国地震动参数区划图, 附录 E 表 E.1",),
    limits=("不代替场地地震安全性评价；不计盆地、地形和液化",),
    unconfirmed=("表 E.1 全部系数凭记忆录入，待核对标准原文",),
)


def site_factor(pga: ArrayLike, *, site_class: str) -> NDArray[np.float64]:
    """Return the factor by which to multiply the acceleration on class II.

    Parameters
    ----------
    pga : array_like
        Peak ground acceleration on site class II, 0 to 30. [m/s2]
    site_class : str
        `I0`, `I1`, `II`, `III` or `IV`. [-]

    Returns
    -------
    ndarray
        Factor; constant below 0.05 g and above 0.40 g. [1]

    Examples
    --------
    >>> float(site_factor(0.5, site_class="II"))
    1.0
    """
    a = not_negative(pga, name="pga", unit="m/s2") / GRAVITY
    CARD.check(pga=pga, site_class=site_class)
    return np.asarray(np.interp(a, COLUMNS, FACTORS[site_class]))
