r"""Gaussian plume and puff of radioactive matter, with decay and deposition.

.. math:: \frac{\chi}{Q} = \left(\frac{\chi}{Q}\right)_{\text{plume}} A(x), \qquad
   \frac{dA}{dx} = -\frac{A}{u}\left[\lambda + \Lambda
   + v_d \sqrt{\frac{2}{\pi}} \frac{e^{-H^2/2\sigma_z^2}}{\sigma_z}\right]

A is the share still in the air after the travel time x/u: decay by :math:`\lambda`, wash-out by
:math:`\Lambda = a P^b`, dry deposition by depletion of the source. The plume is that of
`anlan.science.release.plume`, the puff that of `anlan.science.release.puff`. SI units.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative
from anlan.science.common.tables import read_rows
from anlan.science.release.plume import concentration
from anlan.science.release.puff import puff_concentration
from anlan.science.release.sigma import plume_widths
from anlan.science.release.stability import CLASSES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "NUCLIDES",
    "Budget",
    "Nuclide",
    "activity_budget",
    "dispersion_factor",
    "nuclide",
    "puff_activity",
    "washout",
]

NUCLIDES = ("I-131", "Cs-134", "Cs-137", "Co-60", "Xe-133", "Kr-85")
"""Nuclides of `data/nuclides.csv`."""

NEAREST = 10.0
"""Where depletion begins; nearer the widths mean nothing. [m]"""

POINTS = 4000
"""Points of the integral of depletion, in equal steps of log x."""

CARD = ModelCard(
    key="radiation.plume",
    version=1,
    title="Radioactive plume with decay and deposition",
    title_zh="放射性烟羽（衰变、干湿沉积）",
    inputs=(
        Quantity(name="nuclide", title="核素", unit="1", choices=NUCLIDES),
        Quantity(name="distance", title="下风距离", unit="m", low=0.0, high=10e3),
        Quantity(name="wind_speed", title="泄放高度处风速", unit="m/s", low=0.5, high=40.0),
        Quantity(name="stability", title="稳定度", unit="1", choices=CLASSES, default="D"),
        Quantity(name="height", title="泄放高度", unit="m", low=0.0, high=300.0, default=0.0),
        Quantity(name="washout_rate", title="冲洗系数", unit="1/s", low=0.0, high=0.1, default=0.0),
    ),
    outputs=(
        Quantity(name="dispersion_factor", title="弥散因子 χ/Q", unit="s/m3", low=0.0),
        Quantity(name="deposited", title="沉积份额", unit="1", low=0.0, high=1.0),
    ),
    references=(
        "Slade, D. H. (ed.) (1968) Meteorology and atomic energy, TID-24190, section 5-3",
        "IAEA Safety Reports Series No. 19 (2001), section 3",
    ),
    limits=(
        "平坦开阔地、定常风、10 km 以内；静风不可用",
        "衰变按迁移时间计算；不含子体增长",
        "沉积用源耗减法：近地面浓度略偏高",
        "没有现场试验数据可比对：不声称经过现场验证",
    ),
    unconfirmed=("干沉积速度和冲洗系数凭记忆录入（半衰期已与 ICRP-107 核对）",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nuclide:
    """Constants of a nuclide; all but half-life and inhalation of confidence M (待确认).

    Parameters
    ----------
    key, title : str
        Such as I-131, and the Chinese name. [-]
    half_life : float
        > 0. [s]
    inhalation, thyroid : float
        Effective and thyroid dose of what is breathed in, adult. [Sv/Bq]
    cloud_shine : float
        Dose rate in a large cloud. [Sv m3/(Bq s)]
    ground_shine : float
        Dose rate above a large surface. [Sv m2/(Bq s)]
    deposition_velocity : float
        Dry. [m/s]
    """

    key: str
    title: str
    half_life: float
    inhalation: float
    thyroid: float
    cloud_shine: float
    ground_shine: float
    deposition_velocity: float

    @property
    def decay_constant(self) -> float:
        """Decays per second."""
        return float(np.log(2.0)) / self.half_life


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Where the released activity is by the time it would have reached a distance.

    Parameters
    ----------
    airborne, dry, wet, decayed : ndarray
        Shares of the release; they add up to 1. [1]
    """

    airborne: NDArray[np.float64]
    dry: NDArray[np.float64]
    wet: NDArray[np.float64]
    decayed: NDArray[np.float64]


@cache
def nuclide(key: str) -> Nuclide:
    """Return the constants of a nuclide.

    Parameters
    ----------
    key : str
        One of `NUCLIDES`. [-]
    """
    CARD.check(nuclide=key)
    row = next(r for r in read_rows("anlan.science.radiation", "nuclides.csv") if r["key"] == key)
    names = (
        "half_life", "inhalation", "thyroid", "cloud_shine", "ground_shine", "deposition_velocity",
    )  # fmt: skip
    return Nuclide(key=key, title=row["title_zh"], **{name: float(row[name]) for name in names})


def washout(rain: ArrayLike, *, a: float = 8e-5, b: float = 0.8) -> NDArray[np.float64]:
    """Return the rate at which rain washes matter out of the air.

    Parameters
    ----------
    rain : array_like
        Intensity, >= 0; 1 mm/h is 2.78e-7. [m/s]
    a : float
        Rate at 1 mm/h, >= 0, confidence M. [1/s]
    b : float
        Power of the intensity in mm/h, 0 to 2, confidence M. [1]

    Returns
    -------
    ndarray
        Wash-out rate. [1/s]

    Examples
    --------
    >>> round(float(washout(1e-3 / 3600)), 9)
    8e-05
    """
    mm_per_hour = not_negative(rain, name="rain", unit="m/s") * 3.6e6
    rate = not_negative(a, name="a", unit="1/s")
    return np.asarray(rate * mm_per_hour ** between(b, 0, 2, name="b", unit=""))


def activity_budget(
    distance: ArrayLike,
    source: Nuclide,
    *,
    wind_speed: float,
    stability: str,
    height: float = 0.0,
    washout_rate: float = 0.0,
    scheme: str = "briggs_rural",
) -> Budget:
    """Return what has become of the release on its way.

    Parameters
    ----------
    distance : array_like
        Downwind, 0 to 10 km. [m]
    source : Nuclide
        What is released. [-]
    wind_speed : float
        At the height of the release, 0.5 to 40. [m/s]
    stability : str
        Class A to F. [-]
    height : float
        Of the release, 0 to 300. [m]
    washout_rate : float
        Of `washout`, 0 to 0.1. [1/s]
    scheme : str
        Widths, see `anlan.science.release.sigma`. [-]

    Returns
    -------
    Budget
        Shares of the release.
    """
    CARD.check(
        distance=distance,
        wind_speed=wind_speed,
        stability=stability,
        height=height,
        washout_rate=washout_rate,
    )
    x = np.asarray(distance, dtype=np.float64)
    farthest = max(float(x.max(initial=0.0)), 2.0 * NEAREST)
    at = np.concatenate([[0.0], np.geomspace(NEAREST, farthest, POINTS)])
    sigma = plume_widths(at[1:], stability=stability, scheme=scheme).z
    dry = source.deposition_velocity * np.sqrt(2.0 / np.pi) / sigma
    dry = np.concatenate([[0.0], dry * np.exp(-(height**2) / (2.0 * sigma**2))])
    step = np.diff(at) / wind_speed
    # losses of each step in the order dry, wet, decay; none dry before the nearest point
    losses = np.stack(
        [
            np.where(at[:-1] < NEAREST, 0.0, 0.5 * (dry[1:] + dry[:-1])) * step,
            washout_rate * step,
            source.decay_constant * step,
        ]
    )
    total = losses.sum(axis=0)
    airborne = np.exp(-np.concatenate([[0.0], np.cumsum(total)]))
    gone = -np.diff(airborne)
    shares = losses / np.where(total > 0, total, 1.0)
    sums = [np.concatenate([[0.0], np.cumsum(share * gone)]) for share in shares]
    return Budget(
        airborne=np.interp(x, at, airborne),
        dry=np.interp(x, at, sums[0]),
        wet=np.interp(x, at, sums[1]),
        decayed=np.interp(x, at, sums[2]),
    )


def dispersion_factor(
    x: ArrayLike,
    y: ArrayLike = 0.0,
    z: ArrayLike = 0.0,
    *,
    source: Nuclide,
    wind_speed: float,
    stability: str,
    height: float = 0.0,
    washout_rate: float = 0.0,
    scheme: str = "briggs_rural",
) -> NDArray[np.float64]:
    """Return concentration over release rate, with decay and deposition.

    Times the activity released it is the time-integrated concentration of the whole passage.

    Parameters
    ----------
    x, y, z : array_like
        Place: along the wind (at most 10 km), across it, above the ground. [m]
    source : Nuclide
        What is released. [-]
    wind_speed : float
        At the height of the release, 0.5 to 40. [m/s]
    stability : str
        Class A to F. [-]
    height : float
        Of the release, 0 to 300. [m]
    washout_rate : float
        Of `washout`. [1/s]
    scheme : str
        Widths, see `anlan.science.release.sigma`. [-]

    Returns
    -------
    ndarray
        chi / Q; zero upwind. [s/m3]

    Examples
    --------
    CCPS p. 97 divided by its 0.1 kg/s; a noble gas loses little in 250 s:

    >>> found = dispersion_factor(500, source=nuclide("Kr-85"), wind_speed=2, stability="F")
    >>> f"{float(found):.4e}"
    '1.1722e-03'
    """
    plain = concentration(
        x, y, z, rate=1.0, wind_speed=wind_speed, stability=stability, scheme=scheme, height=height
    )
    share = activity_budget(
        np.maximum(np.asarray(x, dtype=np.float64), 0.0),
        source,
        wind_speed=wind_speed,
        stability=stability,
        height=height,
        washout_rate=washout_rate,
        scheme=scheme,
    ).airborne
    return np.asarray(plain * share)


def puff_activity(
    x: ArrayLike,
    y: ArrayLike,
    z: ArrayLike,
    *,
    time: float,
    activity: float,
    source: Nuclide,
    wind_speed: float,
    stability: str,
    height: float = 0.0,
    washout_rate: float = 0.0,
) -> NDArray[np.float64]:
    """Return the activity concentration in a puff.

    Parameters
    ----------
    x, y, z : array_like
        Place: along the wind, across it, above the ground. [m]
    time : float
        Since the release, > 0; the centre must be within 10 km. [s]
    activity : float
        Released at once, >= 0. [Bq]
    source : Nuclide
        What is released. [-]
    wind_speed : float
        At the height of the release, 0.5 to 40. [m/s]
    stability : str
        Class A to F. [-]
    height : float
        Of the release, 0 to 300. [m]
    washout_rate : float
        Of `washout`. [1/s]

    Returns
    -------
    ndarray
        Concentration. [Bq/m3]
    """
    released = float(not_negative(activity, name="activity", unit="Bq"))
    plain = puff_concentration(
        x, y, z, time=time, mass=1.0, wind_speed=wind_speed, stability=stability, height=height
    )
    share = activity_budget(
        wind_speed * time,
        source,
        wind_speed=wind_speed,
        stability=stability,
        height=height,
        washout_rate=washout_rate,
    ).airborne
    return np.asarray(released * plain * share)
