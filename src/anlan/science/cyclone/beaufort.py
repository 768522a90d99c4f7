"""Wind force and the grades of a tropical cyclone, as Chinese forecasts name them.

Wind force 0 to 17 by GB/T 28591-2012; grades by GB/T 19201-2006, both for the two-minute mean
at 10 m. The lower end of each class belongs to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.checks import not_negative

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["FORCE_LOWER", "GRADES", "cyclone_grade", "wind_force"]

_LOWER = "0 0.3 1.6 3.4 5.5 8.0 10.8 13.9 17.2 20.8 24.5 28.5 32.7 37.0 41.5 46.2 51.0 56.1"
FORCE_LOWER = tuple(float(word) for word in _LOWER.split())
"""Lower end of wind force 0 to 17 (GB/T 28591-2012, table 1). [m/s]"""

GRADES = (
    (10.8, "热带低压"),
    (17.2, "热带风暴"),
    (24.5, "强热带风暴"),
    (32.7, "台风"),
    (41.5, "强台风"),
    (51.0, "超强台风"),
)
"""Lower end of each grade (GB/T 19201-2006). [m/s]"""


def wind_force(wind_speed: ArrayLike) -> NDArray[np.int64]:
    """Return the wind force (风力等级), 0 to 17; 17 also stands for anything above.

    Parameters
    ----------
    wind_speed : array_like
        Wind at 10 m, >= 0. [m/s]

    Returns
    -------
    ndarray of int
        Force. [-]

    Examples
    --------
    The landfalls of Lekima in 2019, reported as force 16 and 9:

    >>> wind_force([52.0, 23.0]).tolist()
    [16, 9]
    """
    v = not_negative(wind_speed, name="wind_speed", unit="m/s")
    # the tables have one decimal: 10.75 is printed 10.8 and belongs to force 6
    return np.asarray(np.searchsorted(FORCE_LOWER, np.round(v, 1), side="right") - 1)


def cyclone_grade(wind_speed: float) -> str:
    """Return the grade of a cyclone (热带气旋等级) with this wind near its centre.

    Parameters
    ----------
    wind_speed : float
        Largest two-minute mean at 10 m, >= 0. [m/s]

    Returns
    -------
    str
        Chinese name; empty below a tropical depression.

    Examples
    --------
    >>> cyclone_grade(52.0), cyclone_grade(23.0)
    ('超强台风', '热带风暴')
    """
    v = round(float(not_negative(wind_speed, name="wind_speed", unit="m/s")), 1)
    return next((name for low, name in reversed(GRADES) if v >= low), "")
