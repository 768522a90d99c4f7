r"""Rate of spread of a surface fire after Rothermel (1972), with Albini's changes.

.. math:: R = \frac{I_R\, \xi\, (1 + \phi_w + \phi_s)}{\rho_b\, \varepsilon\, Q_{ig}}

Fuel models of Anderson (1982) and of Scott & Burgan (2005); in dynamic models live herbs cure
into dead fuel. Wind and slope are added as vectors; the shape is the ellipse of Behave
(:math:`L/W = 0.936 e^{0.1147 U} + 0.461 e^{-0.0692 U} - 0.397`, U in mph). The equations are in
the British units of the paper; arguments and results are SI.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite, not_negative, positive
from anlan.science.common.tables import read_rows

__all__ = [
    "CARD",
    "FUELS",
    "FuelModel",
    "Moisture",
    "SurfaceFire",
    "fuel_model",
    "rothermel",
    "sheltered_wind_factor",
]

FOOT, FEET_A_MINUTE = 0.3048, 0.3048 / 60.0
"""In SI. [m, m/s]"""

TONS_PER_ACRE = 2000.0 / 43_560.0
"""One short ton per acre. [lb/ft2]"""

PARTICLE_DENSITY, HEAT, MINERAL, EFFECTIVE_MINERAL = 32.0, 8000.0, 0.0555, 0.010
"""Of oven-dry wood: lb/ft3, Btu/lb (unless the model says otherwise), shares (Rothermel 1972)."""

SAV_10H, SAV_100H = 109.0, 30.0
"""Surface-to-volume ratio of 10 h and 100 h dead fuel. [1/ft]"""

BTU_PER_FT_S = 3461.5
"""One Btu per foot and second. [W/m]"""

FUELS = (
    *(str(n) for n in range(1, 14)),
    *(
        f"{group}{n}"
        for group, last in (("GR", 9), ("GS", 4), ("SH", 9), ("TU", 5), ("TL", 9), ("SB", 4))
        for n in range(1, last + 1)
    ),
)
"""Keys of the fuel models held."""

CARD = ModelCard(
    key="fire.rothermel",
    version=2,
    title="Rate of spread of a surface fire (Rothermel)",
    title_zh="地表火蔓延（Rothermel）",
    inputs=(
        Quantity(name="fuel", title="可燃物模型", unit="1", choices=FUELS),
        Quantity(name="wind_speed", title="火焰中部风速", unit="m/s", low=0.0, high=20.0),
        Quantity(name="wind_angle_deg", title="风向与上坡方向夹角", unit="deg"),
        Quantity(name="slope", title="坡度（tan）", unit="m/m", low=0.0, high=2.0, default=0.0),
        Quantity(name="moisture", title="含水率", unit="1", low=0.01, high=3.0),
    ),
    outputs=(
        Quantity(name="rate", title="火头蔓延速度", unit="m/s", low=0.0),
        Quantity(name="intensity", title="火线强度", unit="W/m", low=0.0),
        Quantity(name="length_to_width", title="长宽比", unit="1", low=1.0),
    ),
    references=(
        "Rothermel, R. C. (1972) A mathematical model for predicting fire spread, INT-115",
        "Andrews, P. L. (2018) The Rothermel surface fire spread model, RMRS-GTR-371",
        "Scott, J. H., Burgan, R. E. (2005) Standard fire behavior fuel models, RMRS-GTR-153",
        "Anderson, H. E. (1982) Aids to determining fuel models, INT-122",
        "firelab/behave, src/testBehave/testBehave.cpp, commit 00e9820a; fuelModels.cpp, d963287f",
    ),
    limits=(
        "美国可燃物模型；用于国内林分须先按载量和床厚选近似模型",
        "稳态地表火；树冠火、飞火、刚起火阶段不适用",
        "风速取火焰中部高度，10 m 风须先折减",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FuelModel:
    """A fuel bed in the units of Rothermel's paper; a ton per acre is 0.0459 lb/ft2.

    Parameters
    ----------
    key, title : str
        Number or code, and Chinese name. [-]
    dead : tuple of float
        Loads of 1 h, 10 h and 100 h fuel. [lb/ft2]
    herb, woody : float
        Live loads. [lb/ft2]
    sav1, savherb, savwoody : float
        Surface-to-volume ratios. [1/ft]
    depth : float
        Of the bed. [ft]
    extinction : float
        Dead moisture of extinction. [1]
    dynamic : bool
        Whether live herbs cure. [-]
    heat : float
        Low heat content. [Btu/lb]
    """

    key: str
    title: str
    dead: tuple[float, float, float]
    herb: float
    woody: float
    sav1: float
    savherb: float
    savwoody: float
    depth: float
    extinction: float
    dynamic: bool
    heat: float = HEAT

    def __post_init__(self) -> None:
        for name in ("sav1", "savherb", "savwoody", "depth", "extinction", "heat"):
            positive(getattr(self, name), name=name, unit="")
        loads = not_negative([*self.dead, self.herb, self.woody], name="dead, herb, woody", unit="")
        positive(loads.sum(), name="the load of the bed", unit="lb/ft2")
        between(self.extinction, 0, 1, name="extinction", unit="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moisture:
    """Moisture of the fuel, water over dry mass.

    Parameters
    ----------
    one_hour, ten_hour, hundred_hour : float
        Of dead fuel, 0.01 to 3. [1]
    herb, woody : float
        Of live fuel, 0.01 to 3. [1]
    """

    one_hour: float
    ten_hour: float
    hundred_hour: float
    herb: float
    woody: float

    def __post_init__(self) -> None:
        for name in ("one_hour", "ten_hour", "hundred_hour", "herb", "woody"):
            between(getattr(self, name), 0.01, 3, name=name, unit="")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceFire:
    """How a surface fire spreads.

    Parameters
    ----------
    rate : float
        Of the head. [m/s]
    direction_deg : float
        Of the head, clockwise from uphill. [deg]
    length_to_width : float
        Of the ellipse, at least 1. [1]
    eccentricity : float
        Of the ellipse. [1]
    intensity : float
        Of the head. [W/m]
    effective_wind : float
        Wind that alone would have the effect of wind and slope. [m/s]
    """

    rate: float
    direction_deg: float
    length_to_width: float
    eccentricity: float
    intensity: float
    effective_wind: float

    @property
    def backing_rate(self) -> float:
        """Rate against the head, in m/s."""
        return self.rate * (1.0 - self.eccentricity) / (1.0 + self.eccentricity)

    @property
    def flanking_rate(self) -> float:
        """Growth of half the width, in m/s."""
        return (self.rate + self.backing_rate) / (2.0 * self.length_to_width)

    def rate_towards(self, direction_deg: float) -> float:
        """Return the rate in a direction, from the point of ignition.

        Parameters
        ----------
        direction_deg : float
            Clockwise from uphill. [deg]

        Returns
        -------
        float
            Rate. [m/s]
        """
        turn = math.cos(math.radians(direction_deg - self.direction_deg))
        return self.rate * (1.0 - self.eccentricity) / (1.0 - self.eccentricity * turn)


@cache
def fuel_model(key: str) -> FuelModel:
    """Return a fuel model of the table.

    Parameters
    ----------
    key : str
        `1` to `13` (Anderson), or one of the forty of Scott & Burgan: `GR1` to `GR9`, `GS1` to
        `GS4`, `SH1` to `SH9`, `TU1` to `TU5`, `TL1` to `TL9`, `SB1` to `SB4`. [-]
    """
    CARD.check(fuel=key)
    row = next(r for r in read_rows("anlan.science.fire", "fuels.csv") if r["key"] == key)
    load = {k: float(row[k]) * TONS_PER_ACRE for k in ("w1", "w10", "w100", "wherb", "wwoody")}
    return FuelModel(
        key=key,
        title=row["title_zh"],
        dead=(load["w1"], load["w10"], load["w100"]),
        herb=load["wherb"],
        woody=load["wwoody"],
        sav1=float(row["sav1"]),
        savherb=float(row["savherb"]),
        savwoody=float(row["savwoody"]),
        depth=float(row["depth"]),
        extinction=float(row["extinction"]) / 100.0,
        dynamic=row["dynamic"] == "1",
        heat=float(row["heat"]),
    )


def sheltered_wind_factor(cover: float, height: float, *, crown_ratio: float) -> float:
    """Return mid-flame wind over the wind 6.1 m above the canopy, under trees.

    Parameters
    ----------
    cover : float
        Canopy cover, 0 to 1. [1]
    height : float
        Of the canopy, 1 to 100. [m]
    crown_ratio : float
        Length of the crown over the height of the tree, 0 to 1. [1]

    Returns
    -------
    float
        Factor. [1]

    References
    ----------
    Albini & Baughman (1979), as in Andrews (2018).
    """
    share = float(between(cover, 0, 1, name="cover", unit=""))
    share *= float(between(crown_ratio, 0, 1, name="crown_ratio", unit="")) / 3.0
    h = float(between(height, 1, 100, name="height", unit="m")) / FOOT
    if share < 0.05:
        raise ValueError(f"cover x crown_ratio / 3 must be >= 0.05 to shelter, got {share!r}")
    return 0.555 / (math.sqrt(share * h) * math.log((20.0 + 0.36 * h) / (0.13 * h)))


def rothermel(
    fuel: str | FuelModel,
    moisture: Moisture,
    *,
    wind_speed: float = 0.0,
    wind_angle_deg: float = 0.0,
    slope: float = 0.0,
) -> SurfaceFire:
    """Return how a surface fire spreads.

    Parameters
    ----------
    fuel : str or FuelModel
        A key, see `fuel_model`, or a bed of your own. [-]
    moisture : Moisture
        Of the fuel. [-]
    wind_speed : float
        At mid-flame, 0 to 20. [m/s]
    wind_angle_deg : float
        Direction the wind blows to, clockwise from uphill; 0 up the slope. [deg]
    slope : float
        Rise over run, 0 to 2. [m/m]

    Returns
    -------
    SurfaceFire
        Rate 0 where the fuel is too moist to burn.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> dry = Moisture(one_hour=0.06, ten_hour=0.07, hundred_hour=0.08, herb=0.6, woody=0.9)
    >>> fire = rothermel("GS4", dry, wind_speed=2.0)
    >>> 0.05 < fire.rate < 0.3
    True
    """
    CARD.check(wind_speed=wind_speed, slope=slope)
    angle = math.radians(float(finite(wind_angle_deg, name="wind_angle_deg", unit="deg")))
    bed = _bed(fuel if isinstance(fuel, FuelModel) else fuel_model(fuel), moisture)
    if bed.still <= 0.0:
        return SurfaceFire(
            rate=0.0,
            direction_deg=0.0,
            length_to_width=1.0,
            eccentricity=0.0,
            intensity=0.0,
            effective_wind=0.0,
        )
    wind = wind_speed / FEET_A_MINUTE
    phi_w = bed.c * wind**bed.b * bed.packing_ratio**-bed.e
    phi_s = 5.275 * bed.packing**-0.3 * slope**2
    x = phi_s + phi_w * math.cos(angle)
    y = phi_w * math.sin(angle)
    phi = math.hypot(x, y)
    effective = (phi * bed.packing_ratio**bed.e / bed.c) ** (1.0 / bed.b) if phi > 0 else 0.0
    limit = 0.9 * bed.reaction  # beyond it the wind adds nothing
    if effective > limit:
        effective = limit
        phi = bed.c * effective**bed.b * bed.packing_ratio**-bed.e
    mph = effective / 88.0
    ratio = 0.936 * math.exp(0.1147 * mph) + 0.461 * math.exp(-0.0692 * mph) - 0.397
    ratio = min(max(ratio, 1.0), 8.0)
    rate = bed.still * (1.0 + phi)
    return SurfaceFire(
        rate=rate * FEET_A_MINUTE,
        direction_deg=math.degrees(math.atan2(y, x)) % 360.0 if phi > 0 else 0.0,
        length_to_width=ratio,
        eccentricity=math.sqrt(1.0 - 1.0 / ratio**2),
        intensity=bed.reaction * rate * bed.residence / 60.0 * BTU_PER_FT_S,
        effective_wind=effective * FEET_A_MINUTE,
    )


@dataclass(frozen=True, slots=True)
class _Bed:
    """What the bed gives: no-wind rate in ft/min, reaction intensity in Btu/(ft2 min), and more."""

    still: float
    reaction: float
    residence: float
    packing: float
    packing_ratio: float
    b: float
    c: float
    e: float


def _bed(fuel: FuelModel, moisture: Moisture) -> _Bed:
    """Andrews (2018), table 2: weights by surface area within dead and live fuel."""
    cured, herb = 0.0, fuel.herb
    if fuel.dynamic:
        share = min(max(1.333 - 1.11 * moisture.herb, 0.0), 1.0)
        cured, herb = fuel.herb * share, fuel.herb * (1.0 - share)
    m = moisture
    dead = [
        (fuel.dead[0], fuel.sav1, m.one_hour),
        (fuel.dead[1], SAV_10H, m.ten_hour),
        (fuel.dead[2], SAV_100H, m.hundred_hour),
        (cured, fuel.savherb, m.one_hour),
    ]
    live = [(herb, fuel.savherb, m.herb), (fuel.woody, fuel.savwoody, m.woody)]
    areas = [sum(w * s / PARTICLE_DENSITY for w, s, _ in group) for group in (dead, live)]
    parts = [area / sum(areas) for area in areas]
    sav = sum(
        part * sum(w * s * s for w, s, _ in group) / sum(w * s for w, s, _ in group)
        for part, group in zip(parts, (dead, live), strict=True)
        if part > 0
    )
    bulk = sum(w for w, _, _ in dead + live) / fuel.depth
    packing = bulk / PARTICLE_DENSITY
    best = 3.348 * sav**-0.8189
    fastest = sav**1.5 / (495.0 + 0.0594 * sav**1.5)
    a = 133.0 * sav**-0.7913
    velocity = fastest * (packing / best) ** a * math.exp(a * (1.0 - packing / best))
    damped = 0.174 * EFFECTIVE_MINERAL**-0.19
    extinction = [fuel.extinction, _live_extinction(dead, live, fuel.extinction)]
    reaction = velocity * sum(
        _net_load(group) * fuel.heat * _moisture_damping(group, x) * damped
        for group, x in zip((dead, live), extinction, strict=True)
    )
    flux = math.exp((0.792 + 0.681 * math.sqrt(sav)) * (packing + 0.1)) / (192.0 + 0.2595 * sav)
    sink = bulk * sum(
        part
        * sum(w * s * math.exp(-138.0 / s) * (250.0 + 1116.0 * f) for w, s, f in group)
        / sum(w * s for w, s, _ in group)
        for part, group in zip(parts, (dead, live), strict=True)
        if part > 0
    )
    return _Bed(
        still=reaction * flux / sink,
        reaction=reaction,
        residence=384.0 / sav,
        packing=packing,
        packing_ratio=packing / best,
        b=0.02526 * sav**0.54,
        c=7.47 * math.exp(-0.133 * sav**0.55),
        e=0.715 * math.exp(-3.59e-4 * sav),
    )


_SIZES = (1200.0, 192.0, 96.0, 48.0, 16.0, 0.0)
"""Lower ends of the classes of surface-to-volume ratio of Albini's net load. [1/ft]"""


def _net_load(group: list[tuple[float, float, float]]) -> float:
    """Albini (1976): loads weighted by the share of surface of their size class."""
    total = sum(w * s for w, s, _ in group)
    if total <= 0:
        return 0.0
    found = 0.0
    for high, low in zip((math.inf, *_SIZES[:-1]), _SIZES, strict=True):
        mine = [(w, s) for w, s, _ in group if low <= s < high]
        share = sum(w * s for w, s in mine) / total
        found += share * sum(w * (1.0 - MINERAL) for w, _ in mine)
    return found


def _moisture_damping(group: list[tuple[float, float, float]], extinction: float) -> float:
    total = sum(w * s for w, s, _ in group)
    if total <= 0 or extinction <= 0:
        return 0.0
    r = sum(w * s * f for w, s, f in group) / total / extinction
    if r >= 1.0:
        return 0.0
    return max(1.0 - 2.59 * r + 5.11 * r**2 - 3.52 * r**3, 0.0)


def _live_extinction(
    dead: list[tuple[float, float, float]],
    live: list[tuple[float, float, float]],
    extinction: float,
) -> float:
    """Fosberg & Schroeder (1971), from the ratio of fine dead to fine live fuel."""
    fine_live = sum(w * math.exp(-500.0 / s) for w, s, _ in live)
    fine_dead = sum(w * math.exp(-138.0 / s) for w, s, _ in dead)
    if fine_live <= 0 or fine_dead <= 0:
        return 0.0
    wet = sum(w * math.exp(-138.0 / s) * f for w, s, f in dead) / fine_dead
    return max(2.9 * fine_dead / fine_live * (1.0 - wet / extinction) - 0.226, extinction)
