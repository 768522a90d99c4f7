r"""Spread of an infection among ages and districts (SEIR with silent infections).

In steps of :math:`\tau`, for each group i (an age in a district):

.. math:: \lambda_i = \beta\, m(t) \sum_j K_{ij} \frac{I_j + r A_j}{N_j}, \qquad
   S \to E \sim \mathrm{Bin}(S_i, 1 - e^{-\lambda_i\tau})

.. math:: E \to I, A \sim \mathrm{Bin}(E_i, 1 - e^{-\sigma\tau}), \qquad
   I, A \to R \sim \mathrm{Bin}(\cdot, 1 - e^{-\gamma\tau})

a share p of the infected falls ill (I), the rest stay silent (A) and infect r times as much. All
groups see the state at the start of the step. The deterministic form takes the means. With

.. math:: \beta = R_0\, \frac{1 - e^{-\gamma\tau}}{\tau\,\rho\,(p + (1 - p) r)}

(:math:`\rho` the largest eigenvalue of :math:`K_{ij} N_i/N_j`) the attack rate is exact whatever the
step; with :math:`\beta = R_0\gamma` and a step of a day it would be 0.670 instead of 0.583 at
:math:`R_0 = 1.5`. People of district d spend the share :math:`M_{dc}` of their time in district c and
meet there whoever is present. Pure; the source of chance is an argument. Compiled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numba as nb
import numpy as np

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative, positive, whole
from anlan.science.common.refusal import RefusalError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CARD",
    "Course",
    "Disease",
    "attack_rate",
    "simulate",
    "simulate_many",
    "transmission_rate",
    "warm_up",
]

CARD = ModelCard(
    key="epidemic.seir",
    version=1,
    title="SEIR among ages and districts, stochastic and deterministic",
    title_zh="分年龄、分区县 SEIR 传播模型",
    inputs=(
        Quantity(name="r0", title="基本再生数", unit="1", low=0.1, high=30.0),
        Quantity(name="latent", title="潜隐期", unit="d", low=0.1, high=60.0),
        Quantity(name="infectious", title="传染期", unit="d", low=0.1, high=60.0),
        Quantity(name="symptomatic", title="有症状比例", unit="1", low=0.0, high=1.0, default=1.0),
        Quantity(
            name="silent_factor",
            title="无症状者相对传染力",
            unit="1",
            low=0.0,
            high=1.0,
            default=1.0,
        ),
        Quantity(name="population", title="各组人口", unit="1", low=1.0, high=2e9),
        Quantity(name="days", title="天数", unit="1", low=1, high=3650, default=180),
        Quantity(name="steps_a_day", title="每日步数", unit="1", low=1, high=96, default=4),
        Quantity(name="count", title="随机模拟次数", unit="1", low=2, high=10_000, default=200),
    ),
    outputs=(
        Quantity(name="infections", title="每日新感染", unit="1", low=0.0),
        Quantity(name="cases", title="每日新发病", unit="1", low=0.0),
        Quantity(name="susceptible", title="易感人数", unit="1", low=0.0),
    ),
    references=(
        (
            "Kermack, W. O., McKendrick, A. G. (1927) A contribution to the mathematical theory of"
            " epidemics, doi:10.1098/rspa.1927.0118"
        ),
        (
            "Diekmann, O., Heesterbeek, J. A. P., Roberts, M. G. (2010) The construction of"
            " next-generation matrices for compartmental epidemic models, doi:10.1098/rsif.2009.0386"
        ),
        (
            "Andreasen, V. (2011) The final size of an epidemic and its relation to the basic"
            " reproduction number, doi:10.1007/s11538-010-9623-3"
        ),
        (
            "Sattenspiel, L., Dietz, K. (1995) A structured epidemic model incorporating geographic"
            " mobility among regions, doi:10.1016/0025-5564(94)00068-B"
        ),
    ),
    limits=(
        "情景推演，不是预报：再生数与接触矩阵须由当地数据给出",
        "等待时间为指数分布，不含超级传播、家庭聚集与重复感染",
        "人数少（每组不足千人或病例不足百）时看随机模拟区间，不看确定性曲线",
        "干预效果按接触倍数给定，模型不推断人会怎样行动",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disease:
    """How an infection runs.

    Parameters
    ----------
    r0 : float
        Basic reproduction number, 0.1 to 30. [1]
    latent : float
        Mean time from infection to being infectious, 0.1 to 60. [d]
    infectious : float
        Mean time of being infectious, 0.1 to 60. [d]
    symptomatic : float
        Share who fall ill, 0 to 1. [1]
    silent_factor : float
        How infectious the others are against them, 0 to 1. [1]
    """

    r0: float
    latent: float
    infectious: float
    symptomatic: float = 1.0
    silent_factor: float = 1.0

    def __post_init__(self) -> None:
        CARD.check(
            r0=self.r0, latent=self.latent, infectious=self.infectious,
            symptomatic=self.symptomatic, silent_factor=self.silent_factor,
        )  # fmt: skip
        if self.symptomatic == 0.0 and self.silent_factor == 0.0:
            raise RefusalError(
                "silent_factor must be > 0 where nobody falls ill, got 0.0",
                zh="没有人有症状时，无症状者相对传染力应大于 0",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The course of an epidemic; the last axis is the group, the one before it the day.

    Parameters
    ----------
    susceptible, exposed, silent, ill, removed : ndarray
        People in each state at the start of day 0 and the end of every day. [1]
    infections : ndarray
        Infected on each day. [1]
    cases : ndarray
        Fallen ill on each day. [1]
    """

    susceptible: NDArray[np.float64]
    exposed: NDArray[np.float64]
    silent: NDArray[np.float64]
    ill: NDArray[np.float64]
    removed: NDArray[np.float64]
    infections: NDArray[np.float64]
    cases: NDArray[np.float64]


def transmission_rate(
    disease: Disease, *, contacts: ArrayLike, population: ArrayLike, steps_a_day: int = 4
) -> float:
    """Return the rate at which a contact infects, so that the reproduction number is R0.

    Parameters
    ----------
    disease : Disease
        How the infection runs. [-]
    contacts : array_like
        Contacts among the groups, from `mixing_matrix`. [1/d]
    population : array_like
        People in each group. [1]
    steps_a_day : int
        Steps in a day, 1 to 96. [1/d]

    Returns
    -------
    float
        Probability of infection a contact. [1]

    Examples
    --------
    >>> flu = Disease(r0=2.0, latent=3.0, infectious=5.0)
    >>> round(transmission_rate(flu, contacts=[[1.0]], population=[1e6], steps_a_day=1), 6)
    0.362538
    """
    k, n = _groups(contacts, population)
    CARD.check(steps_a_day=steps_a_day)
    step = 1.0 / whole(steps_a_day, name="steps_a_day", unit="1/d")
    radius = float(positive(_radius(k, n), name="contacts", unit="1/d"))
    leaving = -math.expm1(-step / disease.infectious)
    strength = disease.symptomatic + (1.0 - disease.symptomatic) * disease.silent_factor
    return disease.r0 * leaving / (step * radius * strength)


def attack_rate(
    r0: float, *, contacts: ArrayLike = ((1.0,),), population: ArrayLike = (1.0,)
) -> NDArray[np.float64]:
    r"""Return the share of each group infected in the end, of a population without immunity.

    :math:`z_i = 1 - \exp(-R_0 \sum_j K_{ij} z_j/\rho)`.

    Parameters
    ----------
    r0 : float
        Basic reproduction number, 0.1 to 30. [1]
    contacts : array_like
        [i, j]: of a person of group i with people of group j; one group if left out. [1/d]
    population : array_like
        People in each group. [1]

    Returns
    -------
    ndarray
        Share of each group, 0 when R0 is 1 or below. [1]

    Examples
    --------
    >>> round(float(attack_rate(1.5)[0]), 6), round(float(attack_rate(2.0)[0]), 6)
    (0.582812, 0.796812)
    """
    CARD.check(r0=r0)
    k, n = _groups(contacts, population)
    reach = r0 * k / _radius(k, n)
    z, new = np.zeros(len(n)), np.full(len(n), float(r0 > 1.0))
    for _ in range(100_000):
        if np.max(np.abs(new - z)) < 1e-15:
            break
        z, new = new, -np.expm1(-reach @ new)
    return np.asarray(new)


def simulate(
    disease: Disease,
    *,
    population: ArrayLike,
    infected: ArrayLike,
    days: int,
    contacts: ArrayLike = ((1.0,),),
    immune: ArrayLike = 0.0,
    multiplier: ArrayLike = 1.0,
    steps_a_day: int = 4,
    rng: np.random.Generator | None = None,
) -> Course:
    """Return one course of an epidemic: the mean course, or one by chance where `rng` is given.

    Parameters
    ----------
    disease : Disease
        How the infection runs. [-]
    population : array_like
        People in each group, 1 to 2e9; whole numbers for a course by chance. [1]
    infected : array_like
        Newly infected in each group at the start; broadcast. [1]
    days : int
        Days to follow, 1 to 3650. [d]
    contacts : array_like
        Contacts among the groups, from `mixing_matrix`; one group if left out. [1/d]
    immune : array_like
        Immune in each group at the start; broadcast. [1]
    multiplier : array_like
        What is left of the contacts on each day, from `contact_multiplier`. [1]
    steps_a_day : int
        Steps in a day, 1 to 96. [1/d]
    rng : numpy.random.Generator or None
        Source of chance; None for the mean course. [-]

    Returns
    -------
    Course
        Days by groups.

    Raises
    ------
    ValueError
        If an argument is out of range, or a group has more infected and immune than people.

    Examples
    --------
    >>> flu = Disease(r0=2.0, latent=3.0, infectious=5.0)
    >>> course = simulate(flu, population=[1e7], infected=[1], days=1000, steps_a_day=1)
    >>> round(1 - float(course.susceptible[-1, 0]) / 1e7, 4)
    0.7968
    """
    setting = _setting(
        disease, population, infected, days, contacts, immune, multiplier, steps_a_day
    )
    if rng is None:
        history, flows = _mean_course(setting.state.copy(), *setting.kernel)
    else:
        history, flows = _chance_course(setting.people(), *setting.kernel, rng)
    s, e, a, i, r = np.moveaxis(history, 1, 0)
    return Course(
        susceptible=s, exposed=e, silent=a, ill=i, removed=r,
        infections=flows[:, 0], cases=flows[:, 1],
    )  # fmt: skip


def simulate_many(
    disease: Disease,
    *,
    population: ArrayLike,
    infected: ArrayLike,
    days: int,
    count: int,
    rng: np.random.Generator,
    contacts: ArrayLike = ((1.0,),),
    immune: ArrayLike = 0.0,
    multiplier: ArrayLike = 1.0,
    steps_a_day: int = 4,
) -> NDArray[np.float64]:
    """Return the new cases of many courses by chance.

    Parameters
    ----------
    disease : Disease
        How the infection runs. [-]
    population : array_like
        People in each group, whole numbers. [1]
    infected : array_like
        Newly infected in each group at the start. [1]
    days : int
        Days to follow, 1 to 3650. [d]
    count : int
        Number of courses, 2 to 10 000. [1]
    rng : numpy.random.Generator
        Source of chance; the same seed gives the same courses. [-]
    contacts : array_like
        [i, j]: of a person of group i with people of group j. [1/d]
    immune : array_like
        Immune in each group at the start. [1]
    multiplier : array_like
        What is left of the contacts on each day. [1]
    steps_a_day : int
        Steps in a day, 1 to 96. [1/d]

    Returns
    -------
    ndarray
        Cases, shape (count, days, groups): take quantiles over the first axis. [1]
    """
    CARD.check(count=count)
    setting = _setting(
        disease, population, infected, days, contacts, immune, multiplier, steps_a_day
    )
    cases = np.empty((count, days, setting.state.shape[1]))
    for k, own in enumerate(rng.spawn(count)):
        cases[k] = _chance_course(setting.people(), *setting.kernel, own)[1][:, 1]
    return cases


def warm_up() -> None:
    """Compile the kernels, see `anlan.science.common.compiled`."""
    tiny = Disease(r0=2.0, latent=1.0, infectious=1.0)
    simulate(tiny, population=[10], infected=[1], days=1)
    simulate(tiny, population=[10], infected=[1], days=1, rng=np.random.default_rng(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What the kernels need, checked."""

    state: NDArray[np.float64]
    kernel: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int]

    def people(self) -> NDArray[np.int64]:
        if np.any(self.state != np.round(self.state)):
            raise ValueError("population, infected, immune must be whole people, got fractions")
        return self.state.astype(np.int64)


def _setting(
    disease: Disease,
    population: ArrayLike,
    infected: ArrayLike,
    days: int,
    contacts: ArrayLike,
    immune: ArrayLike,
    multiplier: ArrayLike,
    steps_a_day: int,
) -> _Setting:
    k, n = _groups(contacts, population)
    CARD.check(population=n, days=days, steps_a_day=steps_a_day)
    whole(days, name="days", unit="d")
    start = np.broadcast_to(not_negative(infected, name="infected", unit="people"), n.shape)
    safe = np.broadcast_to(not_negative(immune, name="immune", unit="people"), n.shape)
    if np.any(start + safe > n):
        raise ValueError(f"infected and immune must be <= population {n!r} people, got {start!r}")
    left = not_negative(multiplier, name="multiplier", unit="")
    if left.ndim > 1 or left.size not in (1, days):
        raise ValueError(f"multiplier must have one value or {days}, got shape {left.shape}")
    beta = transmission_rate(disease, contacts=k, population=n, steps_a_day=steps_a_day)
    chances = np.array(
        [
            -math.expm1(-1.0 / (disease.latent * steps_a_day)),
            -math.expm1(-1.0 / (disease.infectious * steps_a_day)),
            disease.symptomatic,
            disease.silent_factor,
        ]
    )
    state = np.zeros((5, len(n)))
    state[0], state[1], state[4] = n - start - safe, start, safe
    # the force on a group by an infectious person in each other group, over one step
    force = beta * k / n[None, :] / steps_a_day
    return _Setting(state=state, kernel=(force, chances, np.ones(days) * left, int(steps_a_day)))


def _radius(k: NDArray[np.float64], n: NDArray[np.float64]) -> float:
    return _largest((k * n[:, None] / n[None, :]).tobytes(), len(n))


@lru_cache(maxsize=16)  # many courses over the same groups ask for it
def _largest(matrix: bytes, groups: int) -> float:
    return float(np.max(np.abs(np.linalg.eigvals(np.frombuffer(matrix).reshape(groups, -1)))))


def _groups(
    contacts: ArrayLike, population: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n = positive(population, name="population", unit="people").ravel()
    k = np.ascontiguousarray(not_negative(contacts, name="contacts", unit="1/d"))
    if k.shape != (len(n),) * 2:
        raise ValueError(f"contacts must have shape {(len(n),) * 2}, got {k.shape}")
    return k, n


@nb.njit(cache=True)
def _pressure(force, state, silent_factor, out):  # type: ignore[no-untyped-def]
    """Fill the force of infection on each group from the state at the start of the step."""
    n = state.shape[1]
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += force[i, j] * (state[3, j] + silent_factor * state[2, j])
        out[i] = total


@nb.njit(cache=True)
def _mean_course(state, force, chances, factor, steps):  # type: ignore[no-untyped-def]
    days, n = factor.size, state.shape[1]
    history = np.empty((days + 1, 5, n))
    flows = np.zeros((days, 2, n))
    history[0] = state
    press = np.empty(n)
    onset, end, ill, silent_factor = chances
    for day in range(days):
        for _ in range(steps):
            _pressure(force, state, silent_factor, press)
            for i in range(n):
                caught = state[0, i] * -math.expm1(-factor[day] * press[i])
                turned = state[1, i] * onset
                quiet = state[2, i] * end
                well = state[3, i] * end
                state[0, i] -= caught
                state[1, i] += caught - turned
                state[2, i] += turned * (1.0 - ill) - quiet
                state[3, i] += turned * ill - well
                state[4, i] += quiet + well
                flows[day, 0, i] += caught
                flows[day, 1, i] += turned * ill
        history[day + 1] = state
    return history, flows


@nb.njit(cache=True)
def _chance_course(state, force, chances, factor, steps, rng):  # type: ignore[no-untyped-def]
    days, n = factor.size, state.shape[1]
    history = np.empty((days + 1, 5, n))
    flows = np.zeros((days, 2, n))
    history[0] = state
    press = np.empty(n)
    onset, end, ill, silent_factor = chances
    for day in range(days):
        for _ in range(steps):
            _pressure(force, state, silent_factor, press)
            for i in range(n):
                caught = turned = sick = quiet = well = 0
                if state[0, i] > 0 and press[i] > 0.0:
                    caught = rng.binomial(state[0, i], -math.expm1(-factor[day] * press[i]))
                if state[1, i] > 0:
                    turned = rng.binomial(state[1, i], onset)
                if ill == 1.0:
                    sick = turned
                elif turned > 0:
                    sick = rng.binomial(turned, ill)
                if state[2, i] > 0:
                    quiet = rng.binomial(state[2, i], end)
                if state[3, i] > 0:
                    well = rng.binomial(state[3, i], end)
                state[0, i] -= caught
                state[1, i] += caught - turned
                state[2, i] += turned - sick - quiet
                state[3, i] += sick - well
                state[4, i] += quiet + well
                flows[day, 0, i] += caught
                flows[day, 1, i] += sick
        history[day + 1] = state
    return history, flows
