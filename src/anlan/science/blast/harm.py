r"""Share of people harmed by heat and by blast (probit functions), and end points.

.. math:: \mathrm{Pr} = a + b \ln V, \qquad P = \Phi(\mathrm{Pr} - 5)

Heat: :math:`V = q^{4/3} t` with q in W/m2 (Lees: half of it). Blast: V the overpressure. The
authors differ: 12.5 kW/m2 for 60 s kills 21 % after Eisenberg, where a popular table says 1 %.
Always name the criterion.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import between, finite, not_negative, positive
from anlan.science.common.refusal import RefusalError, received
from anlan.science.common.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "BLAST_EFFECTS",
    "CARD",
    "HEAT_AUTHORS",
    "EndPoint",
    "blast_harm",
    "blast_median",
    "endpoints",
    "heat_death",
    "heat_median",
]

HEAT_AUTHORS = ("eisenberg", "tsao_perry", "tno", "lees")
"""Eisenberg 1975, Tsao & Perry 1979, TNO (unprotected), Lees."""

BLAST_EFFECTS = ("lung_death", "lung_death_hse", "eardrum", "structure", "glass")
"""Death by lung damage (Eisenberg, HSE), ruptured eardrum, damaged structure, broken glass."""

CARD = ModelCard(
    key="blast.harm",
    version=1,
    title="Harm by heat and by blast (probits and end points)",
    title_zh="热辐射与超压的伤害（概率函数、阈值）",
    inputs=(
        Quantity(name="flux", title="热辐射通量", unit="W/m2", low=0.0, high=1e7),
        Quantity(name="duration", title="暴露时间", unit="s", low=0.0, high=3600.0, default=20.0),
        Quantity(name="overpressure", title="入射超压", unit="Pa", low=0.0, high=1e8),
        Quantity(
            name="author",
            title="热辐射概率函数",
            unit="1",
            choices=HEAT_AUTHORS,
            default="eisenberg",
        ),
        Quantity(
            name="effect", title="超压效应", unit="1", choices=BLAST_EFFECTS, default="lung_death"
        ),
    ),
    outputs=(Quantity(name="fraction", title="受影响比例", unit="1", low=0.0, high=1.0),),
    references=(
        "Eisenberg, N. A., Lynch, C. J., Breeding, R. J. (1975) Vulnerability model, CG-D-136-75",
        "CPR 16E (1992) Methods for the determination of possible damage (Green Book)",
        "CCPS (2000) Guidelines for Chemical Process Quantitative Risk Analysis, section 2.3",
    ),
    limits=(
        "用于人群统计，不用于个人；无遮蔽、普通衣着",
        "不含坍塌、碎片、抛掷造成的伤亡",
        "不同作者结果差别大，须写明所用标准",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPoint:
    """What a level of heat or overpressure does.

    Parameters
    ----------
    kind : str
        `heat` or `overpressure`. [-]
    value : float
        The level. [W/m2 or Pa]
    effect : str
        What happens, in the words of the source. [-]
    """

    kind: str
    value: float
    effect: str


@dataclass(frozen=True, slots=True)
class _Probit:
    a: float
    b: float
    scale: float


def heat_death(
    flux: ArrayLike, duration: ArrayLike, *, author: str = "eisenberg"
) -> NDArray[np.float64]:
    """Return the share of people in the open killed by heat radiation.

    Parameters
    ----------
    flux : array_like
        Heat flux, 0 to 1e7. [W/m2]
    duration : array_like
        Exposure, 0 to 3600; 20 s is common for people who can take cover. [s]
    author : str
        `eisenberg`, `tsao_perry`, `tno` or `lees`. [-]

    Returns
    -------
    ndarray
        Share, 0 to 1. [1]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> round(float(heat_death(37.5e3, 20)), 3), round(float(heat_death(12.5e3, 60)), 3)
    (0.555, 0.212)
    """
    CARD.check(author=author)
    q = not_negative(flux, name="flux", unit="W/m2")
    CARD.check(flux=flux)
    t = between(duration, 0, 3600, name="duration", unit="s")
    return _fraction(_heat()[author], q ** (4.0 / 3.0) * t)


def heat_median(duration: ArrayLike, *, author: str = "eisenberg") -> NDArray[np.float64]:
    """Return the heat flux that kills half of the people.

    Parameters
    ----------
    duration : array_like
        Exposure, above 0 to 3600. [s]
    author : str
        See `heat_death`. [-]

    Returns
    -------
    ndarray
        Flux. [W/m2]
    """
    CARD.check(author=author)
    t = positive(duration, name="duration", unit="s")
    CARD.check(duration=duration)
    return np.asarray((_dose(_heat()[author], 0.5) / t) ** 0.75)


def blast_harm(overpressure: ArrayLike, *, effect: str = "lung_death") -> NDArray[np.float64]:
    """Return the share harmed by an overpressure.

    Parameters
    ----------
    overpressure : array_like
        Incident, 0 to 1e8. [Pa]
    effect : str
        One of `BLAST_EFFECTS`. [-]

    Returns
    -------
    ndarray
        Share of people, buildings or panes, 0 to 1. [1]

    Examples
    --------
    >>> round(float(blast_harm(144.54e3)), 2)
    0.5
    """
    CARD.check(effect=effect)
    p = not_negative(overpressure, name="overpressure", unit="Pa")
    CARD.check(overpressure=overpressure)
    return _fraction(_blast()[effect], p)


def blast_median(fraction: float = 0.5, *, effect: str = "lung_death") -> float:
    """Return the overpressure that harms a share.

    Parameters
    ----------
    fraction : float
        Between 0 and 1, ends excluded. [1]
    effect : str
        One of `BLAST_EFFECTS`. [-]

    Returns
    -------
    float
        Overpressure. [Pa]

    Examples
    --------
    >>> round(blast_median(effect="eardrum") / 1000, 1)
    43.2
    """
    CARD.check(effect=effect)
    finite(fraction, name="fraction", unit="")
    if not 0 < fraction < 1:
        raise RefusalError(
            f"fraction must be between 0 and 1, ends excluded, got {fraction!r}",
            zh=f"受伤害的比例应大于 0 且小于 1{received(fraction)}",
        )
    return _dose(_blast()[effect], fraction)


@cache
def endpoints() -> tuple[EndPoint, ...]:
    """Return the end points of heat and overpressure, one source each."""
    return tuple(
        EndPoint(kind=row["kind"], value=float(row["value"]) * 1000.0, effect=row["effect"])
        for row in read_rows("anlan.science.blast", "endpoints.csv")
    )


def _fraction(k: _Probit, dose: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(ndtr(k.a + k.b * np.log(k.scale * dose) - 5.0))


def _dose(k: _Probit, fraction: float) -> float:
    return float(np.exp((ndtri(fraction) + 5.0 - k.a) / k.b) / k.scale)


@cache
def _rows() -> dict[tuple[str, str], tuple[float, float]]:
    return {
        (row["effect"], row["author"].split(" (")[0].split(" 19")[0]): (
            float(row["a"]),
            float(row["b"]),
        )
        for row in read_rows("anlan.science.blast", "probit_physical.csv")
    }


@cache
def _heat() -> dict[str, _Probit]:
    rows = _rows()
    names = {"eisenberg": "Eisenberg", "tsao_perry": "Tsao & Perry", "tno": "TNO", "lees": "Lees"}
    return {
        key: _Probit(*rows["thermal", name], 0.5 if key == "lees" else 1.0)
        for key, name in names.items()
    }


@cache
def _blast() -> dict[str, _Probit]:
    rows = _rows()
    return {
        "lung_death": _Probit(*rows["blast lung death", "Eisenberg"], 1.0),
        "lung_death_hse": _Probit(*rows["blast lung death", "HSE"], 1e-5),  # in bar
        "eardrum": _Probit(*rows["eardrum rupture", "Eisenberg"], 1.0),
        "structure": _Probit(*rows["structural damage", "Eisenberg"], 1.0),
        "glass": _Probit(*rows["glass breakage", "Eisenberg"], 1.0),
    }
