"""What the rescue after an earthquake needs, and which level of response its deaths call for.

Every need is a factor times the injured, the homeless or the population; one source of 2017, so
the factors are arguments and the numbers are shown as 待确认. The level of response follows the
national plan for earthquakes: I from 300 deaths, II from 50, III from 10, IV below.
"""

from __future__ import annotations

from dataclasses import dataclass

from anlan.science.common.card import ModelCard, Quantity
from anlan.science.common.checks import not_negative, positive

__all__ = ["CARD", "NeedFactors", "Needs", "needs", "response_level"]

LEVELS = (("I", 300.0), ("II", 50.0), ("III", 10.0), ("IV", 0.0))
"""Response level and the least number of deaths."""

CARD = ModelCard(
    key="seismic.needs",
    version=1,
    title="Rescue, bed and tent demand after an earthquake",
    title_zh="地震救援、床位、帐篷需求",
    inputs=(
        Quantity(name="injured", title="受伤人数", unit="1", low=0.0),
        Quantity(name="homeless", title="无家可归人数", unit="1", low=0.0),
        Quantity(name="population", title="灾区人口", unit="1", low=0.0),
        Quantity(name="deaths", title="死亡人数", unit="1", low=0.0),
    ),
    outputs=(
        Quantity(name="tents", title="帐篷", unit="1", low=0.0),
        Quantity(name="beds", title="床位", unit="1", low=0.0),
        Quantity(name="doctors", title="医生", unit="1", low=0.0),
        Quantity(name="stretchers", title="担架", unit="1", low=0.0),
        Quantity(name="rescuers", title="救援人员", unit="1", low=0.0),
        Quantity(name="food", title="食品（每日）", unit="kg", low=0.0),
    ),
    references=(
        "市级地震应急辅助决策系统的公开程序（2017），系数单一来源",
        "国家地震应急预案：地震灾害分级与应急响应",
    ),
    limits=(
        "系数单一来源，仅作首批调拨的数量级参考",
        "不计本地已有储备、季节和距离；季节系数由使用者给出",
    ),
    unconfirmed=("全部需求系数（单一来源，可配置）",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFactors:
    """Factors of one public source (2017), all to be confirmed and open to change.

    Parameters
    ----------
    tents_per_homeless : float
        Tents for one person without a home, before the season. [1]
    beds_per_injured, doctors_per_injured, stretchers_per_injured : float
        For one injured. [1]
    food_per_injured, food_per_person : float
        Food a day. [kg]
    rescuers_per_person : float
        Rescuers for one inhabitant of the stricken area. [1]
    """

    tents_per_homeless: float = 0.25
    beds_per_injured: float = 0.215
    doctors_per_injured: float = 0.11
    stretchers_per_injured: float = 0.08
    food_per_injured: float = 5.7
    food_per_person: float = 1.6
    rescuers_per_person: float = 0.054


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What is needed.

    Parameters
    ----------
    tents, beds, doctors, stretchers, rescuers : float
        Numbers. [1]
    food : float
        Food a day. [kg]
    """

    tents: float
    beds: float
    doctors: float
    stretchers: float
    rescuers: float
    food: float


def needs(
    injured: float,
    homeless: float,
    population: float,
    *,
    season_factor: float = 1.0,
    factors: NeedFactors | None = None,
) -> Needs:
    """Return what the stricken area needs.

    Parameters
    ----------
    injured : float
        Injured, >= 0. [1]
    homeless : float
        People without a home, >= 0. [1]
    population : float
        People in the stricken area, >= 0. [1]
    season_factor : float
        More tents in winter, > 0. [1]
    factors : NeedFactors or None
        The factors; None takes the source of 2017. [-]

    Returns
    -------
    Needs
        Not rounded.

    Examples
    --------
    >>> round(needs(1000, 20_000, 100_000).beds)
    215
    """
    hurt = float(not_negative(injured, name="injured", unit=""))
    homes = float(not_negative(homeless, name="homeless", unit=""))
    people = float(not_negative(population, name="population", unit=""))
    season = float(positive(season_factor, name="season_factor", unit=""))
    k = NeedFactors() if factors is None else factors
    return Needs(
        tents=k.tents_per_homeless * homes * season,
        beds=k.beds_per_injured * hurt,
        doctors=k.doctors_per_injured * hurt,
        stretchers=k.stretchers_per_injured * hurt,
        rescuers=k.rescuers_per_person * people,
        food=k.food_per_injured * hurt + k.food_per_person * people,
    )


def response_level(deaths: float) -> str:
    """Return the level of response that a number of deaths calls for.

    Parameters
    ----------
    deaths : float
        Deaths, expected or confirmed, >= 0. [1]

    Returns
    -------
    str
        `I` from 300, `II` from 50, `III` from 10, otherwise `IV`.

    Examples
    --------
    >>> response_level(60)
    'II'
    """
    dead = float(not_negative(deaths, name="deaths", unit=""))
    return next(level for level, least in LEVELS if dead >= least)
