r"""Breach of a dam: how much water, how wide, how fast; several relations side by side, never one number.

Peak outflow from regressions over past failures, V the water above the breach, H its depth:

.. math:: Q_p = 0.607\,V^{0.295} H^{1.24}, \quad Q_p = 1.154\,(V H)^{0.412}, \quad
   Q_p = 0.981\,(V H)^{0.42}, \quad Q_p = 0.72\,V^{0.53}

(Froehlich 1995; MacDonald and Langridge-Monopolis 1984; Costa 1985; Evans 1986), each with the
band of its errors where one is published (Wahl 2004). Width and formation time by Froehlich 2008,

.. math:: B = 0.27\,k_o V^{0.32} H^{0.04}, \qquad t_f = 63.2\,\sqrt{V / (g H^2)}

with :math:`k_o = 1.3` for overtopping. The outflow in time comes either as a shape with given peak
and volume, or from the reservoir itself: a trapezoid that opens in the formation time, weir flow
:math:`Q = 1.7\,b\,h^{3/2} + 1.35\,s\,h^{5/2}`, and the storage :math:`V (y/H)^m` that empties
through it. A `Hydrograph` comes out, which `simulate_shallow` takes as an `Inflow`. SI units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import positive
from anlan.science.common.constants import GRAVITY
from anlan.science.common.refusal import RefusalError, received
from anlan.science.flood.hydrograph import Hydrograph

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = [
    "CARD",
    "BreachFlow",
    "BreachShape",
    "PeakFlow",
    "breach_shape",
    "drain_reservoir",
    "peak_flows",
    "triangular_hydrograph",
]

WEIR, WEIR_SIDE = 1.7, 1.35
"""Broad-crested weir: of the floor, and of one pair of sloping sides. [m^(1/2)/s]"""

CARD = ModelCard(
    key="flood.breach",
    version=1,
    title="Breach of an embankment dam: peak, width, time, hydrograph",
    title_zh="土石坝溃口（洪峰、溃口宽度与历时、流量过程）",
    inputs=(
        Quantity(name="volume", title="溃口底以上库容", unit="m3", low=1e4, high=1e10),
        Quantity(name="depth", title="溃口底以上水深", unit="m", low=2.0, high=150.0),
        Quantity(name="width", title="溃口平均宽度", unit="m", low=0.1, high=3000.0),
        Quantity(name="formation_time", title="溃口形成历时", unit="s", low=0.0, high=86_400.0),
        Quantity(name="side_slope", title="溃口边坡", unit="1", low=0.0, high=3.0, default=0.7),
        Quantity(name="storage_power", title="库容曲线指数", unit="1", low=1.0, high=4.0, default=2.5),
    ),
    outputs=(
        Quantity(name="peak", title="洪峰流量", unit="m3/s", low=0.0),
        Quantity(name="hydrograph", title="流量过程", unit="m3/s", low=0.0),
    ),
    references=(
        (
            "Froehlich, D. C. (1995) Peak outflow from breached embankment dam, J. Water Resour. Plann."
            " Manage. 121(1), 90-97, doi:10.1061/(ASCE)0733-9496(1995)121:1(90)（DOI 未核对）"
        ),
        (
            "Froehlich, D. C. (1995) Embankment dam breach parameters revisited, Proc. First Int. Conf."
            " Water Resources Engineering, ASCE, 887-891; as in the HEC-RAS reference manual"
        ),
        (
            "Froehlich, D. C. (2008) Embankment dam breach parameters and their uncertainties,"
            " J. Hydraul. Eng. 134(12), 1708-1721, doi:10.1061/(ASCE)0733-9429(2008)134:12(1708)"
        ),
        (
            "MacDonald, T. C., Langridge-Monopolis, J. (1984) Breaching characteristics of dam failures,"
            " J. Hydraul. Eng. 110(5), 567-586"
        ),
        "Costa, J. E. (1985) Floods from dam failures, USGS Open-File Report 85-560",
        (
            "Wahl, T. L. (2004) Uncertainty of predictions of embankment dam breach parameters,"
            " J. Hydraul. Eng. 130(5), 389-397, doi:10.1061/(ASCE)0733-9429(2004)130:5(389)"
        ),
    ),
    limits=(
        "只用于土石坝、均质坝：混凝土坝多为瞬时全溃或分块溃决",
        "经验公式的误差为数倍：始终并列几种公式的范围，不取单一数值",
        "溃口以上库容按溃口底算，死库容不计；入库洪水另加",
        "溃口下游淹没堰流时流量偏大",
    ),
    unconfirmed=("各洪峰公式的误差带（Wahl 2004）凭记忆录入；公式系数已与公开转录核对",),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakFlow:
    """Peak outflow by one relation.

    Parameters
    ----------
    relation : str
        Author and year. [-]
    value : float
        Peak. [m3/s]
    low, high : float or None
        95 % of past failures, where published. [m3/s]
    inside : bool
        Whether volume and depth lie within the failures behind the relation. [-]
    """

    relation: str
    value: float
    low: float | None
    high: float | None
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachShape:
    """The breach when it has formed.

    Parameters
    ----------
    width : float
        Mean width. [m]
    formation_time : float
        Until it has formed. [s]
    side_slope : float
        Horizontal to vertical. [1]
    inside : bool
        Whether volume and depth lie within the failures behind the relation. [-]
    """

    width: float
    formation_time: float
    side_slope: float
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachFlow:
    """What runs out of a reservoir.

    Parameters
    ----------
    hydrograph : Hydrograph
        Outflow from the start of the breach. [m3/s]
    level : ndarray
        Water above the final floor of the breach at the times of the hydrograph. [m]
    peak, peak_time : float
        Largest outflow and when. [m3/s, s]
    released : float
        Volume that ran out. [m3]
    """

    hydrograph: Hydrograph
    level: NDArray[np.float64]
    peak: float
    peak_time: float
    released: float


@dataclass(frozen=True, slots=True)
class _Relation:
    name: str
    law: Callable[[float, float], float]
    band: tuple[float, float] | None  # factors on the value, 95 %
    volumes: tuple[float, float]
    depths: tuple[float, float]


RELATIONS = (
    _Relation(
        "Froehlich 1995", lambda v, h: 0.607 * v**0.295 * h**1.24, (0.53, 2.3), (1e4, 6.6e8),
        (3.4, 77.4),
    ),
    _Relation(
        "MacDonald & Langridge-Monopolis 1984", lambda v, h: 1.154 * (v * h) ** 0.412, (0.15, 3.7),
        (1e4, 6.6e8), (3.4, 77.4),
    ),
    _Relation(
        "Costa 1985", lambda v, h: 0.981 * (v * h) ** 0.42, (0.17, 4.7), (1e4, 6.6e8), (1.8, 84.0)
    ),
    _Relation(
        "Evans 1986", lambda v, _: 0.72 * v**0.53, (0.06, 4.4), (1e4, 6.6e8), (1.8, 84.0)
    ),
)  # fmt: skip


def peak_flows(volume: float, depth: float) -> tuple[PeakFlow, ...]:
    """Return the peak outflow by several relations.

    Parameters
    ----------
    volume : float
        Water above the floor of the breach, 1e4 to 1e10. [m3]
    depth : float
        Its depth, 2 to 150. [m]

    Returns
    -------
    tuple of PeakFlow
        One per relation.

    Examples
    --------
    Teton 1976, observed 65 000 m3/s:

    >>> [round(flow.value, -3) for flow in peak_flows(3.1e8, 77.4)][:2]
    [43000.0, 22000.0]
    """
    CARD.check(volume=volume, depth=depth)
    return tuple(
        PeakFlow(
            relation=r.name,
            value=(value := r.law(volume, depth)),
            low=value * r.band[0] if r.band else None,
            high=value * r.band[1] if r.band else None,
            inside=r.volumes[0] <= volume <= r.volumes[1] and r.depths[0] <= depth <= r.depths[1],
        )
        for r in RELATIONS
    )


def breach_shape(
    volume: float, depth: float, *, overtopping: bool, relation: str = "froehlich_2008"
) -> BreachShape:
    """Return width and formation time of the breach (Froehlich).

    Parameters
    ----------
    volume : float
        Water above the floor of the breach. [m3]
    depth : float
        Height of the breach. [m]
    overtopping : bool
        Whether water ran over the crest; else piping. [-]
    relation : str
        `froehlich_2008`, or `froehlich_1995` with its wider banks and slower small dams. [-]

    Returns
    -------
    BreachShape
        Mean width, time and side slope.
    """
    CARD.check(volume=volume, depth=depth)
    if relation == "froehlich_1995":
        return BreachShape(
            width=0.1803 * (1.4 if overtopping else 1.0) * volume**0.32 * depth**0.19,
            formation_time=0.00254 * 3600.0 * volume**0.53 * depth**-0.9,
            side_slope=1.4 if overtopping else 0.9,
            inside=1.3e4 <= volume <= 6.6e8 and 3.66 <= depth <= 92.96,
        )
    if relation != "froehlich_2008":
        raise ValueError(f"relation must be froehlich_2008 or froehlich_1995, got {relation!r}")
    return BreachShape(
        width=0.27 * (1.3 if overtopping else 1.0) * volume**0.32 * depth**0.04,
        formation_time=63.2 * math.sqrt(volume / (GRAVITY * depth**2)),
        side_slope=1.0 if overtopping else 0.7,
        inside=1.39e4 <= volume <= 6.6e8 and 3.05 <= depth <= 92.96,
    )


def drain_reservoir(
    volume: float,
    depth: float,
    *,
    width: float,
    formation_time: float,
    side_slope: float = 0.7,
    storage_power: float = 2.5,
    until: float = 0.01,
) -> BreachFlow:
    """Return the outflow of a reservoir through a breach that opens.

    The floor sinks from the water level to its final place in the formation time and the breach
    widens in proportion. The storage below the depth y is volume (y / depth)^storage_power: 1 for
    upright walls, 2 to 3 for valleys.

    Parameters
    ----------
    volume : float
        Water above the final floor of the breach. [m3]
    depth : float
        Its depth. [m]
    width : float
        Mean width of the final breach. [m]
    formation_time : float
        0 for a breach that is there at once. [s]
    side_slope : float
        Horizontal to vertical, 0 to 3. [1]
    storage_power : float
        Power of the storage curve, 1 to 4. [1]
    until : float
        Share of the volume that is left at the end, 0.001 to 0.5. [1]

    Returns
    -------
    BreachFlow
        Hydrograph, levels, peak.

    Examples
    --------
    >>> flow = drain_reservoir(1e6, 10.0, width=30.0, formation_time=1800.0)
    >>> 300 < flow.peak < 1500, round(flow.released / 1e6, 2)
    (True, 0.99)
    """
    CARD.check(volume=volume, depth=depth, width=width, formation_time=formation_time)
    CARD.check(side_slope=side_slope, storage_power=storage_power)
    if not 0.001 <= until <= 0.5:
        raise ValueError(f"until must be between 0.001 and 0.5 1, got {until!r}")
    bottom = width - side_slope * depth
    if bottom < 0:
        raise RefusalError(
            f"width must be >= side_slope * depth = {side_slope * depth:g} m, got {width!r}",
            zh=f"溃口宽度应不小于边坡乘水深 {side_slope * depth:g} m{received(width)}",
        )

    def outflow(time: float, stored: float) -> float:
        level = depth * (max(stored, 0.0) / volume) ** (1.0 / storage_power)
        grown = 1.0 if formation_time <= 0 else min(time / formation_time, 1.0)
        head = max(level - depth * (1.0 - grown), 0.0)
        return float(WEIR * bottom * grown * head**1.5 + WEIR_SIDE * side_slope * head**2.5)

    # steps of a small part of the time that the full breach needs to empty the reservoir
    full = WEIR * bottom * depth**1.5 + WEIR_SIDE * side_slope * depth**2.5
    step = min(volume / full, formation_time or math.inf) / 200.0
    times, stored, flows = [0.0], [volume], [outflow(0.0, volume)]
    while stored[-1] > until * volume:
        t, s = times[-1], stored[-1]
        k1 = outflow(t, s)
        k2 = outflow(t + step / 2, s - step / 2 * k1)
        k3 = outflow(t + step / 2, s - step / 2 * k2)
        k4 = outflow(t + step, s - step * k3)
        left = s - step / 6.0 * (k1 + 2 * k2 + 2 * k3 + k4)
        times.append(t + step)
        stored.append(left)
        flows.append(outflow(t + step, left))
        if t > formation_time:
            step = min(step * 1.02, 0.02 * left / max(flows[-1], 1e-9))
    peak = int(np.argmax(flows))
    return BreachFlow(
        hydrograph=_ending(times, flows, volume - stored[-1]),
        level=depth * (np.maximum(stored, 0.0) / volume) ** (1.0 / storage_power),
        peak=flows[peak],
        peak_time=times[peak],
        released=volume - stored[-1],
    )


def _ending(times: list[float], flows: list[float], released: float) -> Hydrograph:
    """Return the hydrograph with an end at zero and with exactly the released volume."""
    t = np.append(times, times[-1] + 1e-3)
    q = np.append(flows, 0.0)
    return Hydrograph(t, q * (released / float(np.trapezoid(q, t))))


def triangular_hydrograph(volume: float, *, peak: float, rise_time: float) -> Hydrograph:
    """Return a hydrograph of two straight lines with the given volume.

    Parameters
    ----------
    volume : float
        That runs out. [m3]
    peak : float
        Largest outflow. [m3/s]
    rise_time : float
        From the start to the peak, shorter than 2 volume / peak. [s]

    Returns
    -------
    Hydrograph
        From zero over the peak to zero.

    Examples
    --------
    >>> triangular_hydrograph(1e6, peak=1000.0, rise_time=600.0).between(0, 1e5)
    1000000.0
    """
    whole = 2.0 * float(positive(volume, name="volume", unit="m3"))
    whole /= float(positive(peak, name="peak", unit="m3/s"))
    rise = float(positive(rise_time, name="rise_time", unit="s"))
    if not rise < whole:
        raise RefusalError(
            f"rise_time must be < 2 volume / peak = {whole:g} s, got {rise_time!r}",
            zh=f"洪峰历时应小于 {whole:g} s（两倍水量除以洪峰流量）{received(rise_time)}",
        )
    return Hydrograph(np.array([0.0, rise, whole]), np.array([0.0, peak, 0.0]))
