r"""Blast wave of TNT after Kingery & Bulmash (1984), burst on the ground or in free air.

.. math:: U = U_0 + U_1 \lg Z, \qquad \lg\varphi = \sum_i Y_i U^i, \qquad Z = R / W^{1/3}

Use `hemispherical` for a burst on the ground, with the charge as it is: the curves were measured
on the ground, so no factor for its reflection (the 1.8 of `blast.tnt`) goes in. Outside the range
of Z the model refuses. The coefficients are metric (kPa, ms, kg, m); arguments and results are SI.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.blast.distance import reach
from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import positive
from anlan.science.common.refusal import RefusalError, received
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CARD", "CHARGES", "PARAMETERS", "blast_distance", "blast_wave", "scaled_range"]

CHARGES = ("hemispherical", "free_air")
"""Burst on the ground, burst high in the air."""

PARAMETERS = (
    "incident_pressure",
    "reflected_pressure",
    "incident_impulse",
    "reflected_impulse",
    "positive_phase_duration",
    "arrival_time",
    "shock_front_velocity",
)
"""What can be asked for."""

PRESSURE, IMPULSE, TIME, SPEED = 1e3, 1.0, 1e-3, 1e3
"""kPa, kPa ms, ms and km/s in SI."""

UNITS = dict(
    zip(PARAMETERS, (PRESSURE, PRESSURE, IMPULSE, IMPULSE, TIME, TIME, SPEED), strict=True)
)
GROWS_WITH_CHARGE = frozenset(PARAMETERS[2:6])
"""Given per cube root of the charge. [kg^(1/3)]"""

CARD = ModelCard(
    key="blast.kingery",
    version=1,
    title="Blast wave of TNT (Kingery-Bulmash)",
    title_zh="TNT 爆炸冲击波（Kingery–Bulmash）",
    inputs=(
        Quantity(name="distance", title="距爆心", unit="m", low=0.01, high=1e5),
        Quantity(name="tnt_mass", title="TNT 当量", unit="kg", low=1e-3, high=1e7),
        Quantity(
            name="charge", title="爆炸位置", unit="1", choices=CHARGES, default="hemispherical"
        ),
        Quantity(
            name="parameter", title="所求量", unit="1", choices=PARAMETERS, default=PARAMETERS[0]
        ),
    ),
    outputs=(
        Quantity(name="incident_pressure", title="入射超压", unit="Pa", low=0.0),
        Quantity(name="reflected_pressure", title="反射超压", unit="Pa", low=0.0),
        Quantity(name="incident_impulse", title="入射冲量", unit="Pa s", low=0.0),
        Quantity(name="arrival_time", title="到达时间", unit="s", low=0.0),
    ),
    references=(
        "Kingery, C. N., Bulmash, G. (1984) Airblast parameters from TNT, ARBRL-TR-02555",
        "Swisdak, M. M. (1994) Simplified Kingery airblast calculations, ADA526744",
    ),
    limits=(
        "半球曲线已含地面反射：当量不再乘地面爆炸系数 1.8",
        "高能炸药点源：蒸气云爆炸近场不适用，远场偏保守",
        "开阔平地；街道、峡谷内反射可使超压成倍增大",
        "Z 超出 0.0674—40 m/kg^(1/3) 拒绝计算",
        "空中爆炸系数由单一来源修补，未另行核对：地面爆炸用半球曲线",
    ),
)


@dataclass(frozen=True, slots=True)
class _Segment:
    low: float
    high: float
    u: tuple[float, float]
    y: tuple[float, ...]


def scaled_range(parameter: str, *, charge: str = "hemispherical") -> tuple[float, float]:
    """Return the least and the largest scaled distance of a parameter.

    Parameters
    ----------
    parameter : str
        One of `PARAMETERS`. [-]
    charge : str
        `hemispherical` or `free_air`. [-]

    Returns
    -------
    tuple of float
        Z = R / W^(1/3). [m/kg^(1/3)]
    """
    CARD.check(parameter=parameter, charge=charge)
    parts = _table()[charge, parameter]
    return parts[0].low, parts[-1].high


def blast_wave(
    distance: ArrayLike,
    tnt_mass: ArrayLike,
    *,
    parameter: str = "incident_pressure",
    charge: str = "hemispherical",
) -> NDArray[np.float64]:
    """Return a parameter of the blast wave.

    Parameters
    ----------
    distance : array_like
        From the charge, > 0. [m]
    tnt_mass : array_like
        TNT without any factor for the ground, > 0. [kg]
    parameter : str
        `incident_pressure` and `reflected_pressure` (over the ambient) [Pa],
        `incident_impulse` and `reflected_impulse` [Pa s], `positive_phase_duration` and
        `arrival_time` [s], `shock_front_velocity` [m/s]. [-]
    charge : str
        `hemispherical` (on the ground) or `free_air`. [-]

    Returns
    -------
    ndarray
        The parameter in SI. [Pa, Pa s, s or m/s]

    Raises
    ------
    ValueError
        If Z lies outside the range of the curves.

    Examples
    --------
    1 kg on the ground at 10 m: 14.81 kPa.

    >>> round(float(blast_wave(10, 1)))
    14807
    """
    low, high = scaled_range(parameter, charge=charge)
    r = positive(distance, name="distance", unit="m")
    root = np.cbrt(positive(tnt_mass, name="tnt_mass", unit="kg"))
    z = r / root
    if not np.all((z >= low * (1 - 1e-12)) & (z <= high * (1 + 1e-12))):
        raise RefusalError(
            f"distance / tnt_mass^(1/3) must be between {low:g} and {high:g} m/kg^(1/3)"
            f" for {parameter}, got {z!r}",
            zh=f"比例距离应在 {low:g} 至 {high:g} m/kg^(1/3) 之间{received(z)}",
        )
    parts = _table()[charge, parameter]
    log = np.log10(z)
    found = _curve(parts[0], log)
    for part in parts[1:]:
        found = np.where(z > part.low, _curve(part, log), found)
    scale = UNITS[parameter] * (root if parameter in GROWS_WITH_CHARGE else 1.0)
    return np.asarray(10.0**found * scale)


def blast_distance(overpressure: float, tnt_mass: float, *, charge: str = "hemispherical") -> float:
    """Return how far an incident overpressure reaches.

    Parameters
    ----------
    overpressure : float
        Threshold, > 0. [Pa]
    tnt_mass : float
        TNT without any factor for the ground, 0.001 to 1e7. [kg]
    charge : str
        `hemispherical` or `free_air`. [-]

    Returns
    -------
    float
        Distance. [m]

    Raises
    ------
    ValueError
        If the overpressure lies beyond the far end of the curves (2.7 kPa on the ground).

    Examples
    --------
    >>> round(blast_distance(14807.4, 1000.0))
    100
    """
    level = float(positive(overpressure, name="overpressure", unit="Pa"))
    low, high = scaled_range("incident_pressure", charge=charge)
    root = float(np.cbrt(positive(tnt_mass, name="tnt_mass", unit="kg")))
    CARD.check(tnt_mass=tnt_mass)

    def at(r: float) -> float:
        return float(blast_wave(r, tnt_mass, charge=charge))

    return reach(at, level, nearest=low * root, farthest=high * root)


def _curve(part: _Segment, log: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kingery & Bulmash, polynomial in U."""
    u = part.u[0] + part.u[1] * log
    return np.asarray(np.polynomial.polynomial.polyval(u, part.y))


@cache
def _table() -> dict[tuple[str, str], tuple[_Segment, ...]]:
    rows = read_rows("anlan.science.blast", "kingery_bulmash_1984.csv")
    cells: dict[tuple[str, str], dict[int, dict[str, list[tuple[int, float]]]]] = {}
    ends: dict[tuple[str, str, int], tuple[float, float]] = {}
    for row in rows:
        key, segment = (row["charge"], row["parameter"]), int(row["segment"])
        part = cells.setdefault(key, {}).setdefault(segment, {"U": [], "Y": []})
        part[row["var"]].append((int(row["i"]), float(row["coef"])))
        ends[*key, segment] = float(row["Zmin"]), float(row["Zmax"])
    found = {}
    for key, parts in cells.items():
        made = []
        for segment, part in sorted(parts.items()):
            u = [v for _, v in sorted(part["U"])]
            y = tuple(v for _, v in sorted(part["Y"]))
            made.append(_Segment(*ends[*key, segment], (u[0], u[1]), y))
        found[key] = tuple(made)
    return found
