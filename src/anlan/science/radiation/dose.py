r"""Dose of a passing radioactive plume by pathway, and zones of protective action.

.. math:: D_{inh} = X\, B\, e_{inh}, \qquad D_{cloud} = X\, e_{cloud}, \qquad
   D_{ground} = G\, e_{ground} \frac{1 - e^{-\lambda T}}{\lambda}

with the time-integrated concentration :math:`X = A\,(\chi/Q)`, the deposit
:math:`G = (v_d + \text{wash-out})`-integrated, the breathing rate B and the stay T. The release
follows the five factors :math:`A = MAR \cdot DR \cdot ARF \cdot RF \cdot LPF`. SI units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, not_negative, positive
from anlan.science.radiation.plume import NUCLIDES, Nuclide, dispersion_factor
from anlan.science.release.sigma import plume_widths

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "ACTIONS",
    "CARD",
    "Dose",
    "action_distances",
    "plume_dose",
    "released_activity",
]

BREATHING = 3.3e-4
"""Of an adult at light work, 1.2 m3/h; confidence M. [m3/s]"""

ACTIONS = {"shelter": 0.010, "evacuate": 0.050, "iodine": 0.100}
"""Avertable dose of GB 18871-2002: 隐蔽 10 mSv, 撤离 50 mSv, 碘防护 100 mGy (thyroid); M. [Sv]"""

FARTHEST = 10e3
"""End of the widths. [m]"""

CARD = ModelCard(
    key="radiation.dose",
    version=1,
    title="Dose of a radioactive plume and protective-action zones",
    title_zh="放射性烟羽剂量与防护行动区",
    inputs=(
        Quantity(name="nuclide", title="核素", unit="1", choices=NUCLIDES),
        Quantity(name="activity", title="释放活度", unit="Bq", low=0.0, high=1e20),
        Quantity(name="wind_speed", title="泄放高度处风速", unit="m/s", low=0.5, high=40.0),
        Quantity(name="stay", title="停留时间", unit="s", low=0.0, high=3.2e7, default=604_800.0),
    ),
    outputs=(
        Quantity(name="inhalation", title="吸入剂量", unit="Sv", low=0.0),
        Quantity(name="cloud", title="烟云外照射剂量", unit="Sv", low=0.0),
        Quantity(name="ground", title="地面沉积外照射剂量", unit="Sv", low=0.0),
    ),
    references=(
        "GB 18871-2002 电离辐射防护与辐射源安全基本标准, 附录 E",
        "IAEA EPR-NPP Public Protective Actions (2013)",
        "EPA (1993) Federal Guidance Report 12, EPA-402-R-93-081",
        "DOE-HDBK-3010-94: five-factor formula of the source term",
    ),
    limits=(
        "半无限烟云和无限大平面：烟羽窄于数百米时外照射偏大",
        "成人、室外、无防护；儿童甲状腺剂量更高",
        "行动区按预期剂量与可防止剂量之比取整使用，以监测为准",
        "10 km 以外不计算",
    ),
    unconfirmed=(
        "烟云与地面照射、甲状腺剂量系数凭记忆录入，待与 FGR-12、ICRP-71 核对（吸入有效剂量已与 ICRP-119 核对）",
        "干预水平、呼吸率凭记忆录入，待与 GB 18871 核对",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """Dose by pathway.

    Parameters
    ----------
    inhalation, cloud, ground : ndarray
        Effective dose. [Sv]
    thyroid : ndarray
        Dose to the thyroid by inhalation. [Sv]
    deposit : ndarray
        Activity on the ground after the passage. [Bq/m2]
    """

    inhalation: NDArray[np.float64]
    cloud: NDArray[np.float64]
    ground: NDArray[np.float64]
    thyroid: NDArray[np.float64]
    deposit: NDArray[np.float64]

    @property
    def effective(self) -> NDArray[np.float64]:
        """Sum of the three pathways, in Sv."""
        return np.asarray(self.inhalation + self.cloud + self.ground)


def released_activity(
    inventory: ArrayLike,
    *,
    damage_ratio: ArrayLike = 1.0,
    airborne_fraction: ArrayLike = 1.0,
    respirable_fraction: ArrayLike = 1.0,
    leak_path: ArrayLike = 1.0,
) -> NDArray[np.float64]:
    """Return the activity that gets out (five factors).

    Parameters
    ----------
    inventory : array_like
        Material at risk, >= 0. [Bq]
    damage_ratio, airborne_fraction, respirable_fraction, leak_path : array_like
        Shares, 0 to 1. [1]

    Returns
    -------
    ndarray
        Activity. [Bq]

    Examples
    --------
    >>> float(released_activity(1e15, airborne_fraction=1e-3, leak_path=0.1))
    100000000000.0
    """
    found = not_negative(inventory, name="inventory", unit="Bq")
    for name, share in (
        ("damage_ratio", damage_ratio),
        ("airborne_fraction", airborne_fraction),
        ("respirable_fraction", respirable_fraction),
        ("leak_path", leak_path),
    ):
        found = found * between(share, 0, 1, name=name, unit="")
    return np.asarray(found)


def plume_dose(
    x: ArrayLike,
    y: ArrayLike = 0.0,
    *,
    activity: float,
    source: Nuclide,
    wind_speed: float,
    stability: str,
    height: float = 0.0,
    washout_rate: float = 0.0,
    stay: float = 604_800.0,
    scheme: str = "briggs_rural",
) -> Dose:
    """Return the dose of an unprotected adult in the open.

    Parameters
    ----------
    x, y : array_like
        Place: along the wind (at most 10 km), across it. [m]
    activity : float
        Released in all, 0 to 1e20. [Bq]
    source : Nuclide
        What is released. [-]
    wind_speed : float
        At the height of the release, 0.5 to 40. [m/s]
    stability : str
        Class A to F. [-]
    height : float
        Of the release, 0 to 300. [m]
    washout_rate : float
        Of `anlan.science.radiation.plume.washout`. [1/s]
    stay : float
        Time on the contaminated ground, default seven days. [s]
    scheme : str
        Widths, see `anlan.science.release.sigma`. [-]

    Returns
    -------
    Dose
        By pathway.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    CARD.check(activity=activity, wind_speed=wind_speed, stay=stay)
    factor = dispersion_factor(
        x,
        y,
        source=source,
        wind_speed=wind_speed,
        stability=stability,
        height=height,
        washout_rate=washout_rate,
        scheme=scheme,
    )
    integral = activity * factor
    deposit = source.deposition_velocity * integral
    if washout_rate > 0:
        # the whole column above is washed: twice the integral over the upper half of a Gaussian
        along = np.maximum(np.asarray(x, dtype=np.float64), 1.0)
        sigma = plume_widths(along, stability=stability, scheme=scheme).z
        top = np.exp(-(height**2) / (2.0 * sigma**2))
        column = integral * np.sqrt(np.pi / 2.0) * sigma / np.where(top > 0, top, 1.0)
        deposit = deposit + washout_rate * column
    rate = source.decay_constant
    shine = source.ground_shine * -np.expm1(-rate * stay) / rate
    return Dose(
        inhalation=np.asarray(integral * BREATHING * source.inhalation),
        cloud=np.asarray(integral * source.cloud_shine),
        ground=np.asarray(deposit * shine),
        thyroid=np.asarray(integral * BREATHING * source.thyroid),
        deposit=np.asarray(deposit),
    )


def action_distances(
    *,
    activity: float,
    source: Nuclide,
    wind_speed: float,
    stability: str,
    height: float = 0.0,
    washout_rate: float = 0.0,
    levels: dict[str, float] | None = None,
) -> dict[str, float]:
    """Return how far downwind each protective action is called for.

    Sheltering counts inhalation, cloud and two days on the ground; evacuation seven days;
    iodine the thyroid.

    Parameters
    ----------
    activity : float
        Released in all. [Bq]
    source : Nuclide
        What is released. [-]
    wind_speed : float
        At the height of the release. [m/s]
    stability : str
        Class A to F. [-]
    height : float
        Of the release. [m]
    washout_rate : float
        Of `anlan.science.radiation.plume.washout`. [1/s]
    levels : dict or None
        Dose by action; None takes `ACTIONS`. [Sv]

    Returns
    -------
    dict
        Distance by action, 0 where it is not called for, 10 km where it still is at the end of
        the model. [m]
    """
    limits = ACTIONS if levels is None else levels
    x = np.geomspace(100.0, FARTHEST, 400)

    def dose(stay: float) -> Dose:
        return plume_dose(
            x, activity=activity, source=source, wind_speed=wind_speed, stability=stability,
            height=height, washout_rate=washout_rate, stay=stay,
        )  # fmt: skip

    found = {
        "shelter": dose(2 * 86_400.0).effective,
        "evacuate": dose(7 * 86_400.0).effective,
        "iodine": dose(0.0).thyroid,
    }
    distances = {}
    for action, limit in limits.items():
        if action not in found:
            raise ValueError(f"levels must name {', '.join(found)}, got {action!r}")
        above = found[action] >= positive(limit, name=action, unit="Sv")
        distances[action] = float(x[above].max()) if above.any() else 0.0
    return distances
