r"""How dangerous moving water is to people (DEFRA FD2320/FD2321).

.. math:: HR = h\,(v + 0.5) + DF

Low below 0.75, dangerous to some (children, old people) from 0.75, to most from 1.25, to all
(rescuers too) from 2.0. DF is the debris factor, 0 to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "CLASS_TITLES", "hazard_class", "hazard_rating"]

LIMITS = (0.75, 1.25, 2.0)
"""Lower ends of classes 1 to 3 (DEFRA FD2321/TR1, table 4). [m2/s]"""

CLASS_TITLES = ("低：注意", "中：对儿童老人危险", "高：对多数人危险", "极高：对所有人危险")
"""Of classes 0 to 3."""

CARD = ModelCard(
    key="flood.hazard",
    version=1,
    title="Hazard of flood water to people",
    title_zh="洪水对人的危险等级",
    inputs=(
        Quantity(name="depth", title="水深", unit="m", low=0.0, high=300.0),
        Quantity(name="speed", title="流速", unit="m/s", low=0.0, high=50.0),
        Quantity(name="debris", title="漂浮物系数", unit="1", low=0.0, high=1.0, default=0.0),
    ),
    outputs=(Quantity(name="rating", title="危险度 HR", unit="m2/s", low=0.0),),
    references=(
        "DEFRA / Environment Agency (2006) Flood risks to people, FD2321/TR1, section 3",
        "Surendran, S. et al. (2008) Supplementary note on flood hazard ratings and thresholds",
    ),
    limits=("步行的人；车辆在 0.3 m 水深即可能漂浮", "井盖、暗沟、触电等危险不在内"),
)


def hazard_rating(
    depth: ArrayLike, speed: ArrayLike, *, debris: ArrayLike = 0.0
) -> NDArray[np.float64]:
    """Return the hazard rating.

    Parameters
    ----------
    depth : array_like
        Of the water, 0 to 300. [m]
    speed : array_like
        Of the water, 0 to 50. [m/s]
    debris : array_like
        Debris factor, 0 to 1; counted where there is water. [1]

    Returns
    -------
    ndarray
        Rating. [m2/s]

    Examples
    --------
    Knee-deep at a brisk walk:

    >>> round(float(hazard_rating(0.5, 1.5)), 2)
    1.0
    """
    h = not_negative(depth, name="depth", unit="m")
    v = not_negative(speed, name="speed", unit="m/s")
    CARD.check(depth=depth, speed=speed)
    df = between(debris, 0, 1, name="debris", unit="")
    return np.asarray(h * (v + 0.5) + np.where(h > 0, df, 0.0))


def hazard_class(rating: ArrayLike) -> NDArray[np.int64]:
    """Return the class of a rating, 0 to 3; its words are in `CLASS_TITLES`.

    Parameters
    ----------
    rating : array_like
        Of `hazard_rating`, >= 0. [m2/s]
    """
    hr = not_negative(rating, name="rating", unit="m2/s")
    return np.asarray(np.searchsorted(LIMITS, hr, side="right"), dtype=np.int64)
