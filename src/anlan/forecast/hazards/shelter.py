"""What it helps to stay indoors while a toxic cloud passes: a table by distance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from anlan.forecast.types import Figure, Table
from anlan.science.release import heavy, indoor, plume, threat, toxic

if TYPE_CHECKING:
    from anlan.science.release.leak import SourceTerm

__all__ = ["shelter_table"]

SHOWN_AT = (200.0, 500.0, 1000.0, 2000.0, 5000.0)
"""Distances downwind. [m]"""

AIR_CHANGES = 1.0
"""Of a house with its windows closed (待确认). [1/h]"""

STAY = 1800.0
"""How long the cloud stands there, at most. [s]"""

LEAST_SHARE = 0.01
"""Below this a share killed is said to be below it: the probit knows nothing there. [%]"""

SOURCE: Final = (
    f"高斯烟羽 v{plume.CARD.version}、重气 v{heavy.CARD.version}、室内浓度 v{indoor.CARD.version}、毒性概率函数"
    f" v{toxic.CARD.version}"
)


def shelter_table(term: SourceTerm, over: threat.Weather, *, height: float) -> Table:
    """Return concentration and share killed outdoors and behind closed windows, by distance.

    Parameters
    ----------
    term, over
        What gets into the air, and the weather.
    height
        Of the release. [m]
    """
    lasts = min(STAY, max(term.duration, 60.0))
    outdoor = threat.axis_concentration(np.array(SHOWN_AT), term, over, height=height)
    outdoor = np.minimum(outdoor, 10.0)
    try:
        probit = toxic.probit_for(term.substance.name_zh.removeprefix("液"))
    except ValueError:
        probit = None
    rows = []
    for x, outside in zip(SHOWN_AT, outdoor.tolist(), strict=True):
        times = np.linspace(0.0, lasts, 61)
        inside = indoor.indoor_after(times, outdoor=outside, passage=lasts, air_changes=AIR_CHANGES)
        rows.append(
            (
                f"{x:g} m",
                _milligrams(outside),
                _milligrams(float(inside[-1])),
                _share(probit, np.full(61, outside), times),
                _share(probit, inside, times),
            )
        )
    minutes = lasts / 60.0
    return Table(
        title=f"室外与关窗室内（{minutes:.0f} 分钟）",
        columns=("下风向距离", "室外浓度", "室内浓度（末）", "室外死亡比例", "室内死亡比例"),
        rows=tuple(rows),
        note=(
            f"轴线上，高斯烟羽与重气取较大者；换气 {AIR_CHANGES:g} 次/小时（待确认）；"
            "云团过后须立即通风；概率函数系数待确认"
        ),
    )


def _milligrams(density: float) -> Figure:
    return Figure(value=float(f"{density * 1e6:.3g}"), unit="mg/m³", source=SOURCE)


def _share(probit: toxic.Probit | None, density: np.ndarray, times: np.ndarray) -> Figure | str:
    """Return the share killed by what was breathed in, in per cent."""
    if probit is None:
        return "无概率函数"
    load = toxic.toxic_load(density, times, n=probit.n)
    share = float(toxic.death_fraction(load, probit)) * 100.0
    return Figure(
        value=float(f"{share:.2g}") if share >= LEAST_SHARE else f"<{LEAST_SHARE:g}",
        unit="%",
        source=SOURCE,
        to_confirm=not probit.confirmed,
    )
