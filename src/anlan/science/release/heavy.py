r"""Clouds heavier than air after Britter & McQuaid (1988): steady plume and sudden puff.

The nomograms are entered as straight pieces :math:`\beta = s\,\alpha + i`, one line for each
ratio :math:`C_m/C_0` of the concentration to that of the source; between lines the ratio is
interpolated in :math:`\lg x`, beyond the last it falls with :math:`x^{-2}`.

Plume of the volume flow Q, with :math:`D = \sqrt{Q/u_{10}}`:

.. math:: g_0 = g\frac{\rho_0 - \rho_a}{\rho_a}, \quad
   \alpha = 0.2 \lg\frac{g_0^2 Q}{u_{10}^5}, \quad \beta = \lg\frac{x}{D}, \quad
   \frac{C}{C_0} = \frac{306}{306 + (x/D)^2} \ (x \le 30 D)

It is a dense plume when :math:`(g_0 Q / u_{10}^3 D)^{1/3} \ge 0.15`. Puff of the volume
:math:`V_0`, its centre moving with :math:`0.4 u_{10}`, its radius
:math:`\sqrt{R_0^2 + 1.2 t \sqrt{g_0 V_0}}`:

.. math:: \alpha = 0.5 \lg\frac{g_0 V_0^{1/3}}{u_{10}^2}, \quad \beta = \lg\frac{x}{V_0^{1/3}}

A cold cloud is corrected for its temperature: :math:`C' = C/(C + (1 - C) T_0/T_a)`.

Where the first lines lie nearer than 30 D the near-field formula is kept up to 30 D: it is the
larger of the two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative, positive
from anlan.science.common.constants import (
    ATMOSPHERE,
    DRY_AIR_MOLAR_MASS,
    GAS_CONSTANT,
    GRAVITY,
)
from anlan.science.common.refusal import RefusalError, received
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "DenseSource",
    "PuffState",
    "air_density",
    "half_width",
    "is_dense",
    "is_extrapolated",
    "kind_of_release",
    "nomogram",
    "plume_distance",
    "plume_fraction",
    "puff_state",
]

NEAR_FIELD = 30.0
"""Distance in source lengths D up to which the near-field formula holds. [1]"""

DENSE_LIMIT = 0.15
"""A plume with a smaller number is passive (Britter & McQuaid 1988; CCPS 1999, p. 113). [1]"""

ALPHA_END = 1.0
"""The lines are printed up to this alpha. [1]"""

CONTINUOUS, INSTANTANEOUS = 2.5, 0.6
"""u T / x above which a release is continuous (one source), below which sudden (confidence M).
[1]"""

CARD = ModelCard(
    key="release.heavy",
    version=1,
    title="Dense gas dispersion (Britter & McQuaid)",
    title_zh="重气扩散（Britter–McQuaid）",
    inputs=(
        Quantity(name="volume_rate", title="初始体积流量", unit="m3/s", low=1e-4, high=1e5),
        Quantity(name="density", title="初始密度", unit="kg/m3", low=0.5, high=50.0),
        Quantity(name="wind_speed", title="10 米高风速", unit="m/s", low=0.5, high=40.0),
        Quantity(name="temperature", title="初始温度", unit="K", low=20.0, high=400.0),
        Quantity(
            name="ambient_temperature",
            title="气温",
            unit="K",
            low=230.0,
            high=325.0,
            default=288.15,
        ),
        Quantity(name="fraction", title="初始体积分数", unit="1", low=1e-6, high=1.0, default=1.0),
    ),
    outputs=(Quantity(name="fraction", title="体积分数", unit="1", low=0.0, high=1.0),),
    references=(
        (
            "Britter, R. E., McQuaid, J. (1988) Workbook on the dispersion of dense gases,"
            " HSE contract research report 17/1988"
        ),
        "CCPS (1999) Guidelines for Consequence Analysis of Chemical Releases, pp. 111-125",
    ),
    limits=(
        "只给下风轴线近地面浓度；平坦、无障碍地形",
        "重气判据小于 0.15 时用高斯模型；α 大于 1（风太小、源太强）时超出诺模图，拒绝计算",
        "10 分钟左右平均；不含喷射动量",
        "泄漏时长介于连续与瞬时之间时，两种都算，取较大者",
        "没有现场试验数据可比对：不声称经过现场验证",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseSource:
    """A steady ground-level source of dense gas, with the wind it stands in.

    Parameters
    ----------
    volume_rate : float
        Volume flow of the mixture, 1e-4 to 1e5. [m3/s]
    density : float
        Density of the mixture. [kg/m3]
    wind_speed : float
        Wind at 10 m, 0.5 to 40. [m/s]
    temperature : float
        Temperature of the mixture. [K]
    ambient_temperature : float
        Temperature of the air. [K]
    fraction : float
        Volume fraction of the substance in the mixture; 1 for the pure gas. [1]
    """

    volume_rate: float
    density: float
    wind_speed: float
    temperature: float
    ambient_temperature: float
    fraction: float = 1.0

    def __post_init__(self) -> None:
        CARD.check(
            volume_rate=self.volume_rate,
            density=self.density,
            wind_speed=self.wind_speed,
            temperature=self.temperature,
            ambient_temperature=self.ambient_temperature,
            fraction=self.fraction,
        )

    @property
    def reduced_gravity(self) -> float:
        """Acceleration by which the cloud sinks, g (rho0 - rhoa)/rhoa; negative if lighter."""
        air = float(air_density(self.ambient_temperature))
        return GRAVITY * (self.density - air) / air

    @property
    def length(self) -> float:
        """Length of the source D = sqrt(Q/u), in metres."""
        return math.sqrt(self.volume_rate / self.wind_speed)

    @property
    def number(self) -> float:
        """The number that decides whether the plume is dense; 0 if it is lighter than air."""
        g0 = max(self.reduced_gravity, 0.0)
        return float((g0 * self.volume_rate / (self.wind_speed**3 * self.length)) ** (1 / 3))

    @property
    def alpha(self) -> float:
        """Where the nomogram of the plume is entered."""
        return 0.2 * math.log10(self.reduced_gravity**2 * self.volume_rate / self.wind_speed**5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PuffState:
    """A sudden cloud some time after its release; inside, the concentration is uniform.

    Parameters
    ----------
    ratio : float
        Concentration over that of the source. [1]
    centre, radius, front : float
        Distance of the centre from the source, radius, distance of the leading edge. [m]
    """

    ratio: float
    centre: float
    radius: float
    front: float


def air_density(temperature: ArrayLike) -> NDArray[np.float64]:
    """Return the density of dry air at one atmosphere.

    Parameters
    ----------
    temperature : array_like
        Temperature, > 0. [K]

    Returns
    -------
    ndarray
        Density. [kg/m3]
    """
    t = positive(temperature, name="temperature", unit="K")
    return np.asarray(ATMOSPHERE * DRY_AIR_MOLAR_MASS / (GAS_CONSTANT * t))


def nomogram(kind: str, alpha: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ratios of the printed lines and the beta of each.

    Parameters
    ----------
    kind : str
        `plume` or `puff`. [-]
    alpha : float
        Where it is entered, at most 1. [1]

    Returns
    -------
    tuple of ndarray
        Falling ratios C/C0, and rising beta.

    Examples
    --------
    >>> nomogram("plume", -0.4)[1].round(3).tolist()
    [1.784, 2.016, 2.21, 2.394, 2.564, 2.714]
    """
    lines = _lines()
    if kind not in lines:
        raise ValueError(f"kind must be plume or puff, got {kind!r}")
    if not alpha <= ALPHA_END:
        raise RefusalError(
            f"alpha must be <= {ALPHA_END:g}, the end of the nomogram, got {alpha!r}:"
            " the wind is too light for the strength of the source",
            zh="源强相对风速过大，超出经验曲线",
        )
    found = []
    for ratio, pieces in lines[kind]:
        slope, intercept = next((s, i) for top, s, i in pieces if alpha <= top)
        found.append((ratio, slope * alpha + intercept))
    ratios, betas = np.array(found).T
    return ratios, betas


def is_dense(source: DenseSource) -> bool:
    """Return whether a plume is dense enough for this model.

    Parameters
    ----------
    source : DenseSource
        The source. [-]
    """
    return source.number >= DENSE_LIMIT


def kind_of_release(distance: float, *, duration: float, wind_speed: float) -> str:
    """Return whether a release of some duration is continuous or sudden at a distance.

    Parameters
    ----------
    distance : float
        Along the wind, > 0. [m]
    duration : float
        Of the release, > 0. [s]
    wind_speed : float
        Wind at 10 m, > 0. [m/s]

    Returns
    -------
    str
        `continuous`, `instantaneous`, or `between`: then compute both and take the larger.
    """
    x = float(positive(distance, name="distance", unit="m"))
    t = float(positive(duration, name="duration", unit="s"))
    number = float(positive(wind_speed, name="wind_speed", unit="m/s")) * t / x
    if number >= CONTINUOUS:
        return "continuous"
    return "instantaneous" if number <= INSTANTANEOUS else "between"


def plume_fraction(x: ArrayLike, source: DenseSource) -> NDArray[np.float64]:
    """Return the volume fraction at the ground on the axis of a dense plume.

    Parameters
    ----------
    x : array_like
        Distance along the wind, >= 0. [m]
    source : DenseSource
        The source. [-]

    Returns
    -------
    ndarray
        Volume fraction of the substance. [1]

    Raises
    ------
    ValueError
        If the plume is not dense, or beyond the nomogram.

    References
    ----------
    Britter & McQuaid (1988); example CCPS (1999), p. 122.

    Examples
    --------
    CCPS p. 122: spill of LNG; 5 % was the target at 367 m:

    >>> lng = DenseSource(volume_rate=0.23 * 425.6 / 1.76, density=1.76, wind_speed=10.9,
    ...     temperature=111.15, ambient_temperature=298.0)
    >>> round(float(plume_fraction(367.0, lng)), 3)
    0.051
    """
    d = not_negative(x, name="x", unit="m")
    logs, ratios = _plume_curve(source)
    scaled = d / source.length
    with np.errstate(divide="ignore"):
        middle = np.interp(np.log10(scaled), logs, ratios)
    near = 306.0 / (306.0 + scaled**2)
    end = 10.0 ** logs[-1]
    with np.errstate(divide="ignore"):
        far = ratios[-1] * (end / scaled) ** 2
    ratio = np.where(scaled <= NEAR_FIELD, near, np.where(scaled < end, middle, far))
    return np.asarray(_warmed(ratio, source) * source.fraction)


def plume_distance(fraction: float, source: DenseSource) -> float:
    """Return how far along the wind a dense plume keeps above a volume fraction.

    Parameters
    ----------
    fraction : float
        Volume fraction of the substance, above 0 to 1; 160 ppm are 160e-6. [1]
    source : DenseSource
        The source. [-]

    Returns
    -------
    float
        Distance; 0 if the source itself is below it. [m]
    """
    c = float(positive(fraction, name="fraction", unit="")) / source.fraction
    between(fraction, 0, 1, name="fraction", unit="")
    logs, ratios = _plume_curve(source)
    if c >= 1:
        return 0.0
    warm = source.temperature / source.ambient_temperature
    ratio = c * warm / (1.0 - c + c * warm)  # the correction for temperature, turned round
    if ratio >= ratios[0]:
        scaled = math.sqrt(306.0 * (1.0 / ratio - 1.0))
    elif ratio > ratios[-1]:
        scaled = 10.0 ** float(np.interp(-ratio, -ratios, logs))
    else:
        scaled = 10.0 ** float(logs[-1]) * math.sqrt(float(ratios[-1]) / ratio)
    return scaled * source.length


def half_width(x: ArrayLike, source: DenseSource) -> NDArray[np.float64]:
    r"""Return how far to each side the edge of a dense plume lies (confidence M, 待确认).

    .. math:: L = D + 8 l_b + 2.5\, l_b^{1/3} x^{2/3}, \qquad l_b = g_0 Q / u_{10}^3

    L is taken as the whole width: it is D without buoyancy, and the volume balance of the
    workbook, D^2/L high, reads it so. The workbook's drawing and the Yellow Book read it as the
    half width. Against a SLAB run of an ammonia jet (half widths 82, 145, 220 m at 217, 509,
    1196 m) the whole-width reading is still 1.9 to 2.3 times as wide.

    Parameters
    ----------
    x : array_like
        Distance along the wind, >= 0. [m]
    source : DenseSource
        The source. [-]

    Returns
    -------
    ndarray
        Distance from the axis. [m]
    """
    d = not_negative(x, name="x", unit="m")
    buoyancy = max(source.reduced_gravity, 0.0) * source.volume_rate / source.wind_speed**3
    whole = source.length + 8.0 * buoyancy + 2.5 * buoyancy ** (1 / 3) * d ** (2 / 3)
    return np.asarray(0.5 * whole)


def is_extrapolated(fraction: float, source: DenseSource) -> bool:
    """Return whether a volume fraction lies below the last line of the nomogram.

    Parameters
    ----------
    fraction : float
        Volume fraction of the substance. [1]
    source : DenseSource
        The source. [-]
    """
    return bool(
        plume_distance(fraction, source)
        > 10.0 ** float(_plume_curve(source)[0][-1]) * source.length
    )


def puff_state(
    time: float,
    *,
    volume: float,
    density: float,
    wind_speed: float,
    ambient_temperature: float,
) -> PuffState:
    """Return a sudden cloud of dense gas at a time after its release.

    Parameters
    ----------
    time : float
        After the release, >= 0. [s]
    volume : float
        Of the gas at its release, > 0. [m3]
    density : float
        At its release, above that of the air. [kg/m3]
    wind_speed : float
        Wind at 10 m, 0.5 to 40. [m/s]
    ambient_temperature : float
        Temperature of the air. [K]

    Returns
    -------
    PuffState
        Not corrected for temperature.
    """
    CARD.check(density=density, wind_speed=wind_speed, ambient_temperature=ambient_temperature)
    v0 = float(positive(volume, name="volume", unit="m3"))
    not_negative(time, name="time", unit="s")
    air = float(air_density(ambient_temperature))
    if not density > air:
        raise RefusalError(
            f"density must be above that of air, {air:.3f} kg/m3, got {density!r}",
            zh=f"气云密度应大于空气的 {air:.3f} kg/m3{received(density)}",
        )
    g0 = GRAVITY * (density - air) / air
    side = v0 ** (1 / 3)
    ratios, betas = nomogram("puff", 0.5 * math.log10(g0 * side / wind_speed**2))
    start = (3.0 * v0 / (4.0 * math.pi)) ** (1 / 3)
    radius = math.sqrt(start**2 + 1.2 * time * math.sqrt(g0 * v0))
    centre = 0.4 * wind_speed * time
    scaled = (centre + radius) / side
    end = 10.0 ** float(betas[-1])
    if scaled >= end:
        ratio = float(ratios[-1]) * (end / scaled) ** 2
    else:  # between the source (ratio 1 at one side length) and the first line as well
        ratio = float(np.interp(math.log10(scaled), np.r_[0.0, betas], np.r_[1.0, ratios]))
    return PuffState(ratio=ratio, centre=centre, radius=radius, front=centre + radius)


@cache
def _lines() -> dict[str, list[tuple[float, list[tuple[float, float, float]]]]]:
    """Return the printed pieces: kind, then ratio (falling), then (alpha_max, slope, intercept)."""
    table: dict[str, dict[float, list[tuple[float, float, float]]]] = {}
    for row in read_rows("anlan.science.release", "britter_mcquaid.csv"):
        piece = (float(row["alpha_max"]), float(row["slope"]), float(row["intercept"]))
        table.setdefault(row["type"], {}).setdefault(float(row["Cm_over_C0"]), []).append(piece)
    return {kind: sorted(lines.items(), reverse=True) for kind, lines in table.items()}


def _plume_curve(source: DenseSource) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lg(x/D) and the ratio from the end of the near field to the last line."""
    if not is_dense(source):
        raise RefusalError(
            f"the plume is not dense: its number is {source.number:.3f}, below {DENSE_LIMIT};"
            " use the Gaussian plume",
            zh="气云不够重，应按高斯烟羽计算",
        )
    ratios, betas = nomogram("plume", source.alpha)
    start = math.log10(NEAR_FIELD)
    beyond = betas > start
    at_start = 306.0 / (306.0 + NEAR_FIELD**2)
    return np.r_[start, betas[beyond]], np.r_[at_start, ratios[beyond]]


def _warmed(ratio: NDArray[np.float64], source: DenseSource) -> NDArray[np.float64]:
    """Return the ratio after the cold cloud has taken the temperature of the air it mixed with."""
    return ratio / (ratio + (1.0 - ratio) * source.temperature / source.ambient_temperature)
