r"""Share of people who die of breathing a toxic gas (probit functions).

.. math:: \mathrm{Pr} = a + b \ln(C^n t), \qquad P = \Phi(\mathrm{Pr} - 5)

with C in mg/m3 and t in minutes inside; arguments are SI. For a concentration that changes the
load is :math:`\int C^n\,dt`.

The constants of the Purple Book (CPR 18E, table 5.2), which HJ 169-2018 repeats, are from memory
and not confirmed (待确认). Chlorine has a second function, verified: Withers & Lees (1985),
:math:`-8.29 + 0.92 \ln(C^2 T)`, C in ppm, T in minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import finite, not_negative, positive
from anlan.science.common.refusal import RefusalError, received
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "WITHERS_LEES_CHLORINE",
    "Probit",
    "death_fraction",
    "lethal_concentration",
    "probit_for",
    "steady_load",
    "toxic_load",
]

CARD = ModelCard(
    key="release.toxic",
    version=1,
    title="Toxic probits: share of people killed",
    title_zh="毒性概率函数（死亡比例）",
    inputs=(
        Quantity(name="concentration", title="质量浓度", unit="kg/m3", low=0.0, high=10.0),
        Quantity(name="duration", title="暴露时间", unit="s", low=1.0, high=86_400.0),
    ),
    outputs=(Quantity(name="fraction", title="死亡比例", unit="1", low=0.0, high=1.0),),
    references=(
        "CPR 18E (2005) Guidelines for quantitative risk assessment (Purple Book), table 5.2",
        "HJ 169-2018 建设项目环境风险评价技术导则, 附录 I 表 I.2",
        (
            "Withers, R. M. J., Lees, F. P. (1985) The assessment of major hazards: the lethal"
            " toxicity of chlorine, doi:10.1016/0304-3894(85)85001-5"
        ),
    ),
    limits=(
        "用于人群统计，不用于个人；老人、儿童、病人更敏感",
        "不计躲避和防护；室内浓度先用室内模型",
        "暴露超过 60 分钟时外推",
    ),
    unconfirmed=("紫皮书 / HJ 169-2018 全部系数待逐行核对标准原文",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probit:
    """A probit function of the toxic load.

    Parameters
    ----------
    name : str
        Substance and source. [-]
    a, b, n : float
        Constants, for mg/m3 and minutes; b and n > 0. [-]
    confirmed : bool
        Whether the constants were read in the source. [-]
    """

    name: str
    a: float
    b: float
    n: float
    confirmed: bool

    def __post_init__(self) -> None:
        positive(self.b, name="b", unit="")
        positive(self.n, name="n", unit="")

    @classmethod
    def from_ppm(cls, *, name: str, a: float, b: float, n: float, molar_mass: float) -> Probit:
        """Return a function printed for ppm and minutes in the units used here.

        Parameters
        ----------
        name : str
            Substance and source. [-]
        a, b, n : float
            Constants of Pr = a + b ln(C^n t), C in ppm, t in minutes. [-]
        molar_mass : float
            Of the substance, > 0; ppm are those at 25 degC and one atmosphere, 24.45 L/mol. [kg/mol]

        Returns
        -------
        Probit
            For mg/m3 and minutes, not confirmed.

        Examples
        --------
        Chlorine after Withers and Lees (1985):

        >>> own = Probit.from_ppm(name="Cl2", a=-8.29, b=0.92, n=2.0, molar_mass=70.906e-3)
        >>> round(float(lethal_concentration(600.0, own)) / 70.906e-3 * 24.45e-3 * 1e6)
        433
        """
        mg = float(positive(molar_mass, name="molar_mass", unit="kg/mol")) * 1e3 / 24.45
        positive(n, name="n", unit="")
        return cls(name=name, a=a - b * n * float(np.log(mg)), b=b, n=n, confirmed=False)


CHLORINE_PPM = 70.906 / 24.45
"""Milligrams per cubic metre in one ppm of chlorine at 25 °C (24.45 L/mol). [mg/m3]"""

WITHERS_LEES_CHLORINE = Probit(
    name="氯 Withers & Lees (1985)",
    a=-8.29 - 0.92 * 2.0 * float(np.log(CHLORINE_PPM)),  # from ppm to mg/m3
    b=0.92,
    n=2.0,
    confirmed=True,
)
"""Regular population, standard activity."""


@cache
def _table() -> dict[str, Probit]:
    found = {}
    for row in read_rows("anlan.science.release", "probit_toxic.csv"):
        probit = Probit(
            name=f"{row['name_zh']} CPR 18E / HJ 169-2018",
            a=float(row["a"]),
            b=float(row["b"]),
            n=float(row["n"]),
            confirmed=row["verified"] == "true",
        )
        found[row["substance"]] = found[row["name_zh"]] = probit
    return found


def probit_for(substance: str) -> Probit:
    """Return the probit function of a substance in the Purple Book.

    Parameters
    ----------
    substance : str
        Formula or Chinese name as in the table: `Cl2`, `氯`, `NH3`, `氨`, … [-]

    Raises
    ------
    ValueError
        If the table has none.
    """
    table = _table()
    if substance not in table:
        raise ValueError(f"no probit function for {substance!r}; known are {', '.join(table)}")
    return table[substance]


def steady_load(concentration: ArrayLike, duration: ArrayLike, *, n: float) -> NDArray[np.float64]:
    """Return the load of a concentration that stays the same, for `death_fraction`.

    Parameters
    ----------
    concentration : array_like
        Concentration, >= 0; `substances.ppm_to_density` gives it from ppm. [kg/m3]
    duration : array_like
        Exposure, >= 0. [s]
    n : float
        Exponent of the probit function (`probit.n`), > 0. [1]

    Returns
    -------
    ndarray
        C^n t. [(mg/m3)^n min]

    Examples
    --------
    Ten minutes in 5000 mg/m3 of ammonia:

    >>> ammonia = probit_for("NH3")
    >>> load = steady_load(5000e-6, 600.0, n=ammonia.n)
    >>> round(float(death_fraction(load, ammonia)), 3)
    0.103
    """
    c = not_negative(concentration, name="concentration", unit="kg/m3") * 1e6
    t = not_negative(duration, name="duration", unit="s") / 60.0
    return np.asarray(c ** positive(n, name="n", unit="") * t)


def toxic_load(concentration: ArrayLike, times: ArrayLike, *, n: float) -> NDArray[np.float64]:
    """Return the load of a concentration that changes in time, by the trapezoidal rule.

    Parameters
    ----------
    concentration : array_like, shape (…, times)
        Concentration, >= 0; the last axis is time. [kg/m3]
    times : array_like
        Rising moments. [s]
    n : float
        Exponent of the probit function, > 0. [1]

    Returns
    -------
    ndarray
        Integral of C^n dt. [(mg/m3)^n min]
    """
    c = not_negative(concentration, name="concentration", unit="kg/m3") * 1e6
    t = np.asarray(times, dtype=np.float64)
    if t.ndim != 1 or not np.all(np.diff(t) > 0):
        raise ValueError(f"times must rise, in s, got {times!r}")
    positive(n, name="n", unit="")
    return np.asarray(np.trapezoid(c**n, t / 60.0, axis=-1))


def death_fraction(load: ArrayLike, probit: Probit) -> NDArray[np.float64]:
    """Return the share of people killed by a toxic load.

    Parameters
    ----------
    load : array_like
        Integral of C^n dt with the n of the function, >= 0: `steady_load` or `toxic_load`.
        [(mg/m3)^n min]
    probit : Probit
        The function. [-]

    Returns
    -------
    ndarray
        Share, 0 to 1. [1]

    Examples
    --------
    Half die of 433 ppm chlorine in 10 minutes (Withers & Lees 1985):

    >>> c = 433.3e-6 * 70.906e-3 / 24.45e-3  # 433.3 ppm in kg/m3
    >>> round(float(death_fraction(steady_load(c, 600, n=2), WITHERS_LEES_CHLORINE)), 3)
    0.5
    """
    given = not_negative(load, name="load", unit="(mg/m3)^n min")
    with np.errstate(divide="ignore"):
        value = probit.a + probit.b * np.log(given)
    return np.asarray(ndtr(value - 5.0))


def lethal_concentration(
    duration: ArrayLike, probit: Probit, *, fraction: float = 0.5
) -> NDArray[np.float64]:
    """Return the steady concentration that kills a share of people.

    Parameters
    ----------
    duration : array_like
        Exposure, 1 to 86 400. [s]
    probit : Probit
        The function. [-]
    fraction : float
        Share, above 0 and below 1; 0.5 gives the LC50. [1]

    Returns
    -------
    ndarray
        Concentration. [kg/m3]
    """
    t = positive(duration, name="duration", unit="s") / 60.0
    CARD.check(duration=duration)
    finite(fraction, name="fraction", unit="")
    if not 0 < fraction < 1:
        raise RefusalError(
            f"fraction must be above 0 and below 1, got {fraction!r}",
            zh=f"受伤害的比例应大于 0 且小于 1{received(fraction)}",
        )
    load = np.exp((5.0 + float(ndtri(fraction)) - probit.a) / probit.b)
    return np.asarray((load / t) ** (1.0 / probit.n) * 1e-6)
