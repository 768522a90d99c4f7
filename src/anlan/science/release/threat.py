"""The areas that a release threatens: toxic by guideline levels, flammable by limits.

The release (`leak.vessel_leak`) is carried downwind by the Gaussian plume and, where the cloud
is dense, by Britter & McQuaid as well; the longer is kept. Every choice is said in `reasons`
(Chinese), so that a person can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.checks import between, not_negative, positive
from anlan.science.common.refusal import sentence
from anlan.science.release.flash import aerosol_cloud
from anlan.science.release.heavy import (
    DenseSource,
    half_width,
    is_dense,
    is_extrapolated,
    plume_distance,
    plume_fraction,
)
from anlan.science.release.plume import concentration
from anlan.science.release.substances import (
    AEGL_MINUTES,
    Guideline,
    NotHeldError,
    ppm_to_density,
)
from anlan.science.release.zone import Zone, plume_zone

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from anlan.science.release.leak import SourceTerm

__all__ = [
    "ThreatZone",
    "Weather",
    "axis_concentration",
    "exposure_minutes",
    "flammable_zones",
    "threat_zones",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """The weather over a release.

    Parameters
    ----------
    wind_speed : float
        Wind at 10 m, 0.5 to 40. [m/s]
    wind_from_deg : float
        Direction it comes from, clockwise from north, 0 to 360. [deg]
    temperature : float
        Temperature of the air, 230 to 325. [K]
    stability : str
        Class A to F, see `stability`. [-]
    scheme : str
        Widths of the plume: `briggs_rural`, `briggs_urban`, … [-]
    """

    wind_speed: float
    wind_from_deg: float
    temperature: float
    stability: str
    scheme: str = "briggs_rural"

    def __post_init__(self) -> None:
        between(self.wind_speed, 0.5, 40, name="wind_speed", unit="m/s")
        between(self.wind_from_deg, 0, 360, name="wind_from_deg", unit="deg")
        between(self.temperature, 230, 325, name="temperature", unit="K")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatZone:
    """The area threatened at one level.

    Parameters
    ----------
    guideline : Guideline
        The threshold, with its confidence. [-]
    zone : Zone
        The area; `zone.place_zone` puts it on the map. [-]
    model : str
        `plume` or `heavy`, whichever reaches farther. [-]
    plume_length : float
        Reach by the Gaussian plume. [m]
    heavy_length : float or None
        Reach by Britter & McQuaid; None where it does not apply. [m]
    reasons : tuple of str
        What decided, in Chinese. [-]
    """

    guideline: Guideline
    zone: Zone
    model: str
    plume_length: float
    heavy_length: float | None
    reasons: tuple[str, ...]


def exposure_minutes(duration: float) -> int:
    """Return the exposure time of the guideline levels that covers a release.

    Parameters
    ----------
    duration : float
        Of the release, > 0. [s]

    Returns
    -------
    int
        10, 30, 60, 240 or 480 minutes; the last also for longer releases.

    Examples
    --------
    >>> exposure_minutes(25 * 60), exposure_minutes(3600), exposure_minutes(1e6)
    (30, 60, 480)
    """
    minutes = float(positive(duration, name="duration", unit="s")) / 60.0
    return next((m for m in AEGL_MINUTES if m >= minutes), AEGL_MINUTES[-1])


def threat_zones(
    source: SourceTerm,
    weather: Weather,
    *,
    minutes: int | None = None,
    levels: tuple[int, ...] = (3, 2, 1),
    height: float = 0.0,
) -> tuple[ThreatZone, ...]:
    """Return the areas in which guideline levels are exceeded, the most dangerous first.

    Parameters
    ----------
    source : SourceTerm
        What gets into the air. [-]
    weather : Weather
        The weather. [-]
    minutes : int or None
        Exposure time of the levels; None takes the one that covers the release. [min]
    levels : tuple of int
        Which levels; those the table does not hold are left out. [-]
    height : float
        Height of the release, >= 0; only a release at the ground can be dense. [m]

    Returns
    -------
    tuple of ThreatZone
        One for each level that is held.

    Raises
    ------
    NotHeldError
        If no level is held for the substance.
    """
    not_negative(height, name="height", unit="m")
    exposure = exposure_minutes(source.duration) if minutes is None else minutes
    held = []
    for level in levels:
        try:
            held.append(source.substance.aegl(level, exposure))
        except NotHeldError:
            continue
    if not held:
        raise NotHeldError(
            f"{source.substance.name_en}: no AEGL for {exposure} min is held",
            zh=f"没有{source.substance.name_zh} {exposure} 分钟的 AEGL",
        )
    cloud, why = _dense_source(source, weather, height)
    return tuple(_threat(guideline, source, weather, height, cloud, why) for guideline in held)


def flammable_zones(
    source: SourceTerm, weather: Weather, *, height: float = 0.0
) -> tuple[ThreatZone, ...]:
    """Return the areas above the lower flammable limit and above half of it.

    Half the limit is usual because a ten-minute mean hides gusts that are twice as rich.

    Parameters
    ----------
    source : SourceTerm
        What gets into the air. [-]
    weather : Weather
        The weather. [-]
    height : float
        Height of the release, >= 0. [m]

    Returns
    -------
    tuple of ThreatZone
        The limit first, then half of it.

    Raises
    ------
    NotHeldError
        If no limit is held: the substance may not burn.
    """
    not_negative(height, name="height", unit="m")
    limit = source.substance.lfl
    if limit is None:
        raise NotHeldError(
            f"{source.substance.name_en}: no lower flammable limit is held",
            zh=f"没有{source.substance.name_zh}的爆炸下限",
        )
    cloud, why = _dense_source(source, weather, height)
    return tuple(
        _threat(
            Guideline(name=name, ppm=share * limit, confidence="V"),
            source,
            weather,
            height,
            cloud,
            why,
        )
        for name, share in (("LFL 爆炸下限", 1.0), ("1/2 LFL 爆炸下限之半", 0.5))
    )


def axis_concentration(
    x: ArrayLike, source: SourceTerm, weather: Weather, *, height: float = 0.0
) -> NDArray[np.float64]:
    """Return the concentration on the axis at the ground, as the zones are found.

    Of the Gaussian plume and, where the cloud is dense, Britter & McQuaid, the larger.

    Parameters
    ----------
    x : array_like
        Distance along the wind, > 0. [m]
    source : SourceTerm
        What gets into the air. [-]
    weather : Weather
        The weather. [-]
    height : float
        Height of the release, >= 0. [m]

    Returns
    -------
    ndarray
        Concentration. [kg/m3]
    """
    not_negative(height, name="height", unit="m")
    far = np.asarray(positive(x, name="x", unit="m"), dtype=np.float64)
    passive = np.asarray(
        concentration(
            far,
            rate=source.rate,
            wind_speed=weather.wind_speed,
            stability=weather.stability,
            scheme=weather.scheme,
            height=height,
        )
    )
    cloud, _why = _dense_source(source, weather, height)
    if cloud is None:
        return passive
    dense = ppm_to_density(
        plume_fraction(far, cloud) * 1e6,
        source.substance.molar_mass,
        temperature=weather.temperature,
    )
    return np.maximum(passive, dense)


def _dense_source(
    source: SourceTerm, weather: Weather, height: float
) -> tuple[DenseSource | None, str]:
    """Return the source of the heavy-gas model, or None and why not."""
    if height > 0:
        return None, "泄放口高于地面，不用重气模型"
    if source.vapour_fraction < 1.0:
        cloud = aerosol_cloud(
            source.rate,
            source.vapour_fraction,
            molar_mass=source.substance.molar_mass,
            boiling_point=source.temperature,
            heat_of_vaporisation=float(source.substance.heat_of_vaporisation(source.temperature)),
            ambient_temperature=weather.temperature,
        )
        volume, density, fraction = cloud.volume_rate, cloud.density, cloud.fraction
    else:
        density = float(source.substance.vapour_density(source.temperature))
        volume, fraction = source.rate / density, 1.0
    try:
        dense = DenseSource(
            volume_rate=volume,
            density=density,
            wind_speed=weather.wind_speed,
            temperature=source.temperature,
            ambient_temperature=weather.temperature,
            fraction=fraction,
        )
        if not is_dense(dense):
            return None, f"重气判据 {dense.number:.2f}，小于 0.15，按高斯烟羽"
        plume_distance(1e-6, dense)  # refuses what lies beyond the nomogram
    except ValueError as error:
        return None, f"重气模型不适用：{sentence(error, {})}"
    return dense, f"初始气云密度 {density:.2f} kg/m³，重气判据 {dense.number:.2f}，两种模型都算"


def _threat(
    guideline: Guideline,
    source: SourceTerm,
    weather: Weather,
    height: float,
    cloud: DenseSource | None,
    why: str,
) -> ThreatZone:
    limit = float(
        ppm_to_density(guideline.ppm, source.substance.molar_mass, temperature=weather.temperature)
    )
    passive = plume_zone(
        limit,
        rate=source.rate,
        wind_speed=weather.wind_speed,
        stability=weather.stability,
        scheme=weather.scheme,
        height=height,
    )
    reasons = [f"{guideline.name} = {guideline.ppm:g} ppm", why]
    if guideline.confidence != "V":
        reasons.append("该阈值待确认")
    if cloud is None:
        return ThreatZone(
            guideline=guideline,
            zone=passive,
            model="plume",
            plume_length=passive.length,
            heavy_length=None,
            reasons=(*reasons, *passive.reasons),
        )
    heavy = plume_distance(guideline.ppm * 1e-6, cloud)
    if is_extrapolated(guideline.ppm * 1e-6, cloud):
        reasons.append("该浓度低于诺模图最末一条曲线，按距离平方外推")
    reasons.append(f"高斯烟羽 {passive.length:.0f} m，重气 {heavy:.0f} m，取较长者")
    if heavy <= passive.length:
        zone, model = passive, "plume"
        reasons.extend(passive.reasons)
    else:
        zone, model = _heavy_zone(limit, heavy, cloud), "heavy"
        reasons.extend(zone.reasons)
    return ThreatZone(
        guideline=guideline,
        zone=zone,
        model=model,
        plume_length=passive.length,
        heavy_length=heavy,
        reasons=tuple(reasons),
    )


def _heavy_zone(limit: float, length: float, cloud: DenseSource) -> Zone:
    """Return the zone of a dense plume, rounded at its end."""
    along = length * (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, 60)))
    side = half_width(along, cloud)
    cap = np.sqrt(np.clip(1.0 - (along / length) ** 4, 0.0, 1.0))  # closes the far end
    upper: NDArray[np.float64] = np.column_stack([along, side * cap])
    outline = np.vstack([upper, (upper * (1, -1))[::-1], upper[:1]])
    return Zone(
        threshold=limit,
        start=0.0,
        length=length,
        half_width=float((side * cap).max()),
        outline=outline,
        truncated=False,
        reasons=("重气云宽度按 Britter–McQuaid 经验式，系数待确认",),
    )
