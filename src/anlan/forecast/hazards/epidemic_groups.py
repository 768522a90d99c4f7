"""The people of an epidemic: ages in districts, who meets whom, who goes where.

Shares of the ages, contacts and the gravity of the mobility are examples (示例), to be replaced
by the census and by counts of the city.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from shapely.geometry import Point
from shapely.ops import unary_union

from anlan.forecast.exposure import people_inside
from anlan.forecast.types import Assumption
from anlan.science.common.local import distance
from anlan.science.epidemic.contacts import mixing_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from anlan.forecast.districts import District
    from anlan.forecast.setting import Setting
    from anlan.forecast.types import Place

__all__ = ["AGES", "Groups", "groups_of"]

AGES: Final = ("0–9", "10–19", "20–29", "30–39", "40–49", "50–59", "60–69", "70–79", "80+")
AGE_SHARES: Final = (0.119, 0.112, 0.118, 0.158, 0.147, 0.158, 0.104, 0.058, 0.026)
"""Share of each age; the order of size of the 2020 census, an example (示例，待确认)."""

ACTIVITY: Final = (0.9, 1.3, 1.2, 1.1, 1.1, 1.0, 0.8, 0.6, 0.5)
"""Contacts of an age against the mean; an example (示例，待确认)."""

CONTACTS: Final = 10.0
"""Contacts a day with anybody; only their pattern matters, R0 sets the strength. [1/d]"""

SAME_AGE: Final = 4.0
"""Contacts a day with people of the same age, on top. [1/d]"""

AWAY: Final = 0.06
"""Mean share of time spent in other districts; an example (示例，待确认)."""

MOST_AWAY: Final = 0.3
"""Largest share of time that people of a district spend elsewhere."""

NEAREST: Final = 3000.0
"""Districts closer than this count as this far apart. [m]"""

TOWN: Final = 1_000_000
"""People taken where nobody knows them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Ages in districts, laid flat district by district.

    Parameters
    ----------
    districts
        The districts; empty where only the total is known.
    names
        Their names, or one name for all.
    population
        People, shape (districts, ages), whole numbers.
    contacts
        Who meets whom, groups by groups.
    home
        The district in which it begins.
    joined
        Areas already joined, by their districts.
    """

    districts: tuple[District, ...]
    names: tuple[str, ...]
    population: NDArray[np.float64]
    contacts: NDArray[np.float64]
    home: int
    joined: dict[tuple[int, ...], BaseGeometry] = field(default_factory=dict)

    @property
    def people(self) -> NDArray[np.float64]:
        """Return the people of each district."""
        return np.asarray(self.population.sum(axis=1))

    def seeds(
        self, infected: float, weight: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return the infected of each group; by district as weighted, else at home."""
        if weight is None:
            weight = np.zeros(len(self.names))
            weight[self.home] = 1.0
        part = (weight / weight.sum())[:, None] * (self.population / self.people[:, None])
        return np.asarray(np.minimum(infected * part.ravel(), self.population.ravel()))

    def start(self, infected: float) -> NDArray[np.float64]:
        """Return whole infected people in each group, at home."""
        return np.minimum(_whole(self.seeds(infected)), self.population.ravel())

    def area(self, chosen: Iterable[int]) -> BaseGeometry:
        """Return the districts with these numbers as one area."""
        key = tuple(chosen)
        if key not in self.joined:
            self.joined[key] = unary_union([self.districts[k].area for k in key])
        return self.joined[key]


def groups_of(setting: Setting) -> tuple[Groups, tuple[Assumption, ...]]:
    """Return the groups of a setting and what was assumed about them."""
    assumed = [
        Assumption(
            field="setting.contacts",
            title="年龄构成与接触矩阵",
            value="示例",
            unit="",
            basis="示例数据，待以当地普查与接触调查替换",
        )
    ]
    if setting.districts:
        districts = setting.districts
        names = tuple(d.name for d in districts)
        totals = np.array([_people(d, setting) for d in districts], dtype=np.float64)
        mobility = _gravity(districts, totals)
        home = _home(districts, setting.place)
        assumed.append(
            Assumption(
                field="setting.mobility",
                title="区县间流动",
                value=f"重力模型，平均 {AWAY:.0%} 的时间在外区县",
                unit="",
                basis="示例数据，待以手机信令或通勤调查替换",
            )
        )
    else:
        districts, names, mobility, home = (), ("全市",), np.eye(1), 0
        known = setting.people.total if setting.people is not None else 0.0
        totals = np.array([known or float(TOWN)])
        if not known:
            assumed.append(
                Assumption(
                    field="setting.people",
                    title="总人口",
                    value=float(TOWN),
                    unit=" 人",
                    basis="没有城市数据包，示例",
                )
            )
    shares = np.array(AGE_SHARES) / sum(AGE_SHARES)
    population = np.maximum(np.round(totals[:, None] * shares), 1.0)
    active = np.array(ACTIVITY)
    mean = float(shares @ active)
    contacts = CONTACTS * np.outer(active, active * shares) / mean**2 + SAME_AGE * np.eye(len(AGES))
    groups = Groups(
        districts=tuple(districts),
        names=names,
        population=population,
        contacts=mixing_matrix(contacts, mobility, population),
        home=home,
    )
    return groups, tuple(assumed)


def _people(district: District, setting: Setting) -> float:
    if district.people:
        return float(district.people)
    if setting.people is not None:
        return people_inside(setting.people, district.area)
    return float(TOWN) / max(len(setting.districts), 1)


def _home(districts: tuple[District, ...], place: Place) -> int:
    point = Point(place.lon, place.lat)
    return int(np.argmin([d.area.distance(point) for d in districts]))


def _gravity(districts: tuple[District, ...], people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of time that people of each district spend in each.

    Who lives near much-visited districts goes there more; the mean over everybody is `AWAY`.
    """
    n = len(districts)
    if n == 1:
        return np.eye(1)
    middle = [d.area.centroid for d in districts]
    lon, lat = np.array([p.x for p in middle]), np.array([p.y for p in middle])
    far = distance(lon[:, None], lat[:, None], lon[None, :], lat[None, :])
    pull = people[None, :] / np.maximum(far, NEAREST) ** 2
    np.fill_diagonal(pull, 0.0)
    out = pull.sum(axis=1)
    away = np.minimum(AWAY * out / np.average(out, weights=people), MOST_AWAY)
    return np.asarray(np.diag(1.0 - away) + away[:, None] * pull / out[:, None])


def _whole(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round so that the sum is kept: the largest remainders are rounded up."""
    down = np.floor(values)
    rest = round(float(values.sum() - down.sum()))
    order = np.argsort(-(values - down), kind="stable")[:rest]
    down[order] += 1.0
    return down
