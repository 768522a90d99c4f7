r"""TNT equivalence of a fuel in the form used in China, and its radii.

.. math:: W = 1.8\,\alpha \frac{W_f Q_f}{Q_{TNT}}, \qquad
   R_{death} = 13.6 \left(\frac{W}{1000}\right)^{0.37}

with :math:`\alpha = 0.04` and :math:`Q_{TNT} = 4520` kJ/kg. Other radii from the overpressure:

.. math:: \frac{\Delta p}{p_0} = 0.137 Z^{-3} + 0.119 Z^{-2} + 0.269 Z^{-1} - 0.019, \qquad
   R = Z (E/p_0)^{1/3}

with :math:`E = 1.8 \alpha W_f Q_f`; severe injury at 44 kPa, slight injury at 17 kPa.

The 1.8 (地面爆炸系数) stands for the reflection at the ground: a burst on the ground reaches as far
as 1.8 times its charge in free air. It belongs to the relations above, which are of free air. The
hemispherical curves of `blast.kingery` were measured on the ground: they take the charge with
`ground_factor=1`, or the ground is counted twice (distances 22 % too long). An explosive on the
ground goes into the relations above with 1.8 times its mass as well. SI units throughout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from anlan.science.blast.distance import reach
from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite, positive
from anlan.science.common.refusal import Kind, Rule, RuleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "GROUND_FACTOR",
    "HEAT_OF_TNT",
    "SEVERE_INJURY",
    "SLIGHT_INJURY",
    "death_radius",
    "energy_of_tnt",
    "overpressure_radius",
    "scaled_distance",
    "scaled_overpressure",
    "tnt_equivalent",
]

HEAT_OF_TNT = 4.52e6
"""Heat of explosion of TNT in the Chinese form. [J/kg]"""

AMBIENT = 101_300.0
"""Pressure of the air with which the roots of the equation are stated. [Pa]"""

SEVERE_INJURY, SLIGHT_INJURY = 44e3, 17e3
"""Overpressure of the radii 重伤 and 轻伤. [Pa]"""

GROUND_FACTOR = 1.8
"""地面爆炸系数: what the ground adds to a charge in relations that are of free air. [1]"""

NEAREST, FARTHEST = 0.2, 10.0
"""Range of the scaled distance Z; beyond 10 the equation nears its root at 13.6. [1]"""

CARD = ModelCard(
    key="blast.tnt",
    version=2,
    title="TNT equivalence and injury radii (Chinese form)",
    title_zh="TNT 当量法与伤害半径",
    inputs=(
        Quantity(name="mass", title="参与爆炸的燃料质量", unit="kg", low=0.1, high=1e7),
        Quantity(name="heat_of_combustion", title="燃烧热", unit="J/kg", low=1e6, high=1.5e8),
        Quantity(name="efficiency", title="当量系数", unit="1", low=0.002, high=0.2, default=0.04),
        Quantity(
            name="ground_factor",
            title="地面爆炸系数",
            unit="1",
            low=1.0,
            high=2.0,
            default=GROUND_FACTOR,
        ),
    ),
    outputs=(
        Quantity(name="tnt_mass", title="TNT 当量", unit="kg", low=0.0),
        Quantity(name="radius", title="伤害半径", unit="m", low=0.0),
    ),
    references=(
        "吴宗之, 高进东, 魏利军 (2001) 危险评价方法及其应用, 冶金工业出版社",
        "安全评价导则通用的 TNT 当量模型：W = 1.8·0.04·Wf·Qf/4520",
        "US EPA (1999) RMP guidance for offsite consequence analysis, EPA 550-B-99-009, appendix C",
    ),
    limits=(
        "蒸气云爆炸的经验近似：同时看 Kingery–Bulmash，报区间",
        "网上常见 Z(44 kPa)=1.099 为误印，正确根为 1.0891",
        "地面爆炸系数 1.8 只用于本法的公式（空中爆炸关系）；Kingery–Bulmash 半球曲线已含地面，不再乘",
        "开阔平地；不计建筑遮挡和聚焦",
    ),
)


def tnt_equivalent(
    mass: ArrayLike,
    heat_of_combustion: ArrayLike,
    *,
    efficiency: ArrayLike = 0.04,
    ground_factor: ArrayLike = GROUND_FACTOR,
    heat_of_tnt: ArrayLike = HEAT_OF_TNT,
) -> NDArray[np.float64]:
    """Return the TNT that explodes like a cloud of fuel.

    Parameters
    ----------
    mass : array_like
        Fuel in the cloud, > 0. [kg]
    heat_of_combustion : array_like
        Net, 1e6 to 1.5e8. [J/kg]
    efficiency : array_like
        Share of the heat that goes into the blast, 0.002 to 0.2. [1]
    ground_factor : array_like
        1.8 for a burst on the ground in the relations of this module, which are of free air;
        1 for a burst in the air, and for `kingery`, whose hemispherical curves hold the ground. [1]
    heat_of_tnt : array_like
        Heat of explosion of TNT, 4e6 to 5e6: 4.52e6 here, 4.686e6 in American books. [J/kg]

    Returns
    -------
    ndarray
        TNT. [kg]

    Examples
    --------
    1 t of propane (46.0 MJ/kg):

    >>> round(float(tnt_equivalent(1000, 46.0e6)))
    733

    The same for the hemispherical curves:

    >>> round(float(tnt_equivalent(1000, 46.0e6, ground_factor=1.0)))
    407
    """
    CARD.check(
        heat_of_combustion=heat_of_combustion, efficiency=efficiency, ground_factor=ground_factor
    )
    m = positive(mass, name="mass", unit="kg")
    CARD.check(mass=mass)
    heat, share, ground = (
        np.asarray(v, dtype=np.float64) for v in (heat_of_combustion, efficiency, ground_factor)
    )
    tnt = between(heat_of_tnt, 4e6, 5e6, name="heat_of_tnt", unit="J/kg")
    return np.asarray(ground * share * m * heat / tnt)


def energy_of_tnt(tnt_mass: ArrayLike) -> NDArray[np.float64]:
    """Return the energy of an amount of TNT.

    Parameters
    ----------
    tnt_mass : array_like
        TNT, > 0. [kg]

    Returns
    -------
    ndarray
        Energy. [J]
    """
    return np.asarray(HEAT_OF_TNT * positive(tnt_mass, name="tnt_mass", unit="kg"))


def death_radius(tnt_mass: ArrayLike) -> NDArray[np.float64]:
    """Return the radius within which people in the open are taken to die (死亡半径).

    Parameters
    ----------
    tnt_mass : array_like
        TNT with `GROUND_FACTOR` where it bursts on the ground, > 0. [kg]

    Returns
    -------
    ndarray
        Radius. [m]

    Examples
    --------
    >>> float(death_radius(1000))
    13.6
    """
    return np.asarray(13.6 * (positive(tnt_mass, name="tnt_mass", unit="kg") / 1000.0) ** 0.37)


def scaled_overpressure(z: ArrayLike) -> NDArray[np.float64]:
    """Return the overpressure at a scaled distance (Chinese form).

    Parameters
    ----------
    z : array_like
        R / (E / p0)^(1/3), 0.2 to 10. [1]

    Returns
    -------
    ndarray
        Overpressure. [Pa]
    """
    x = finite(z, name="z", unit="")
    if not np.all((x >= NEAREST) & (x <= FARTHEST)):
        raise RuleError("z", Rule(Kind.BETWEEN, (NEAREST, FARTHEST)), z, title="比例距离")
    return np.asarray(AMBIENT * (0.137 / x**3 + 0.119 / x**2 + 0.269 / x - 0.019))


def scaled_distance(overpressure: float) -> float:
    """Return the scaled distance at which an overpressure is reached.

    Parameters
    ----------
    overpressure : float
        Threshold, > 0. [Pa]

    Returns
    -------
    float
        R / (E / p0)^(1/3). [1]

    Examples
    --------
    >>> round(scaled_distance(44e3), 4), round(scaled_distance(17e3), 4)
    (1.0891, 1.9569)
    """
    level = float(positive(overpressure, name="overpressure", unit="Pa"))
    found = reach(
        lambda z: float(scaled_overpressure(z)), level, nearest=NEAREST, farthest=FARTHEST
    )
    if found == 0.0:
        top = f"{float(scaled_overpressure(NEAREST)):.0f}"
        raise RuleError("overpressure", Rule(Kind.AT_MOST, (top,), "Pa"), overpressure)
    return found


def overpressure_radius(overpressure: float, tnt_mass: ArrayLike) -> NDArray[np.float64]:
    """Return the radius within which an overpressure is exceeded.

    Parameters
    ----------
    overpressure : float
        `SEVERE_INJURY` 44 000, `SLIGHT_INJURY` 17 000, or another. [Pa]
    tnt_mass : array_like
        TNT with `GROUND_FACTOR` where it bursts on the ground, > 0. [kg]

    Returns
    -------
    ndarray
        Radius. [m]
    """
    return np.asarray(scaled_distance(overpressure) * np.cbrt(energy_of_tnt(tnt_mass) / AMBIENT))
