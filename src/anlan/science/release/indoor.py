r"""Concentration in a building while a cloud passes outside.

One well-mixed room with the air-change rate :math:`\lambda`:

.. math:: \frac{dC_i}{dt} = \lambda (C_o - C_i)

solved exactly for an outdoor concentration that is constant over each step. Without deposition
the indoor dose comes to equal the outdoor one in the end: shelter helps by delay and by cutting
the peak, and only if the building is aired once the cloud has passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "indoor_after", "indoor_series"]

CARD = ModelCard(
    key="release.indoor",
    version=1,
    title="Indoor concentration during the passage of a cloud",
    title_zh="室内浓度（就地避险）",
    inputs=(
        Quantity(
            name="air_changes", title="换气次数", unit="1/h", low=0.01, high=30.0, default=1.0
        ),
        Quantity(name="outdoor", title="室外浓度", unit="kg/m3", low=0.0, high=10.0),
    ),
    outputs=(Quantity(name="indoor", title="室内浓度", unit="kg/m3", low=0.0),),
    references=("CPR 14E (2005) Yellow Book, section 4.5.6 (infiltration into buildings)",),
    limits=(
        "单一均匀混合房间，不计吸附和沉降：对氨、氯等偏保守",
        "换气次数随门窗和风变化很大：关窗 0.3–1，开窗 5 以上（待本地确认）",
        "云团过后应及时通风，否则总剂量与室外相同",
    ),
)


def indoor_after(
    time: ArrayLike, *, outdoor: float, passage: float, air_changes: float
) -> NDArray[np.float64]:
    """Return the indoor concentration when a steady cloud stands outside for some time.

    Parameters
    ----------
    time : array_like
        Since the cloud arrived, >= 0. [s]
    outdoor : float
        Concentration outside while it stands there. [kg/m3]
    passage : float
        How long it stands there, >= 0. [s]
    air_changes : float
        Air changes, 0.01 to 30. [1/h]

    Returns
    -------
    ndarray
        Concentration inside. [kg/m3]

    Examples
    --------
    After one hour at one air change the room has 63 % of the outside:

    >>> round(float(indoor_after(3600, outdoor=1.0, passage=7200, air_changes=1.0)), 3)
    0.632
    """
    CARD.check(air_changes=air_changes, outdoor=outdoor)
    t = not_negative(time, name="time", unit="s")
    end = float(not_negative(passage, name="passage", unit="s"))
    rate = air_changes / 3600.0
    rise = outdoor * -np.expm1(-rate * np.minimum(t, end))
    return np.asarray(rise * np.exp(-rate * np.maximum(t - end, 0.0)))


def indoor_series(outdoor: ArrayLike, *, step: float, air_changes: float) -> NDArray[np.float64]:
    """Return the indoor concentration at the end of each step.

    Parameters
    ----------
    outdoor : array_like, shape (…, steps)
        Concentration outside, constant within each step; the last axis is time. [kg/m3]
    step : float
        Length of a step, > 0. [s]
    air_changes : float
        Air changes, 0.01 to 30. [1/h]

    Returns
    -------
    ndarray
        Concentration inside, of the shape of `outdoor`. [kg/m3]
    """
    CARD.check(air_changes=air_changes, outdoor=outdoor)
    positive(step, name="step", unit="s")
    c = np.asarray(outdoor, dtype=np.float64)
    kept = np.exp(-air_changes / 3600.0 * step)
    out = np.empty_like(c)
    inside = np.zeros(c.shape[:-1])
    for k in range(c.shape[-1]):
        inside = inside * kept + c[..., k] * (1.0 - kept)
        out[..., k] = inside
    return out
