"""Damage, casualties and needs of an earthquake over the people grid, with their range.

People stand for dwellings: each class of structure houses a share of them. The shares and the
matrix are examples (示例) and every result says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from anlan.forecast.types import Figure, Table
from anlan.science.common.local import to_metres
from anlan.science.seismic.casualties import Estimate, casualties
from anlan.science.seismic.damage import STATES, damage_counts, example_matrix
from anlan.science.seismic.intensity import intensity
from anlan.science.seismic.needs import needs, response_level

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import ArrayLike, NDArray

    from anlan.forecast.exposure import PeopleGrid
    from anlan.forecast.fields import Inputs
    from anlan.forecast.setting import Setting

__all__ = [
    "Losses",
    "casualty_table",
    "damage_table",
    "district_table",
    "is_night",
    "loss_figures",
    "losses",
    "need_table",
    "structure_shares",
]

FARTHEST: Final = 500_000.0
"""Range of the intensity relation. [m]"""

FELT: Final = 5.0
"""Below this intensity the matrix has no damage. [1]"""

MODERN: Final = {"multi_storey_masonry": 45.0, "reinforced_concrete": 25.0, "high_rise": 15.0}
"""How people outside old dwellings are housed, by parts; an example (示例)."""

FLOOR_PER_PERSON: Final = 40.0
"""Floor area of one person's dwelling, confidence M. [m2]"""

UTC_PLUS: Final = 8
NIGHT_FROM, NIGHT_TO = 22, 6
"""Hours of the clock in which most people sleep indoors. Platform default."""

STATE_NAMES: Final = dict(
    zip(STATES, ("基本完好", "轻微破坏", "中等破坏", "严重破坏", "毁坏"), strict=True)
)
EXAMPLE: Final = "示例震害矩阵与房屋比例，非权威"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What one magnitude does."""

    magnitude: float
    estimates: tuple[Estimate, ...]
    by_class: dict[str, NDArray[np.float64]]
    people_above: dict[int, float]

    @property
    def states(self) -> NDArray[np.float64]:
        return np.asarray(np.sum(list(self.by_class.values()), axis=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Losses for the entered magnitude, and for those around it."""

    likely: _Case
    others: tuple[_Case, ...]
    night: bool
    people_source: str

    @property
    def cases(self) -> tuple[_Case, ...]:
        """All that were tried."""
        return (self.likely, *self.others)

    @property
    def deaths_by_model(self) -> tuple[tuple[float, float, float], ...]:
        """Each model's middle, and the ends of its own range over the magnitudes."""
        return tuple(
            (one.deaths, min(e.low for e in same), max(e.high for e in same))
            for one, *same in zip(
                self.likely.estimates, *(case.estimates for case in self.cases), strict=True
            )
        )

    @property
    def injured_by_model(self) -> tuple[tuple[float, float, float], ...]:
        """As `deaths_by_model`, for the injured: as many for a death as the model says."""
        found = []
        for one, (_dead, low, high) in zip(
            self.likely.estimates, self.deaths_by_model, strict=True
        ):
            factor = one.injured / one.deaths if one.deaths > 0 else 2.0
            found.append((one.injured, low * factor, high * factor))
        return tuple(found)

    @property
    def deaths(self) -> tuple[float, float, float]:
        """Middle of the models, and the whole of their ranges, as they stand side by side."""
        return _whole(self.deaths_by_model)

    @property
    def injured(self) -> tuple[float, float, float]:
        """As `deaths`, for the injured."""
        return _whole(self.injured_by_model)

    @property
    def stricken(self) -> tuple[float, float, float]:
        """People whose dwelling suffers moderate damage or worse."""
        hit = [float(case.states[2:].sum()) for case in self.cases]
        return hit[0], min(hit), max(hit)

    @property
    def homeless(self) -> tuple[float, float, float]:
        """People in severe damage and worse; the most adds moderate damage."""
        lost = [float(case.states[3:].sum()) for case in self.cases]
        wide = [float(case.states[2:].sum()) for case in self.cases]
        return lost[0], min(lost), max(wide)

    def people_from(self, degree: int, source: str) -> Figure:
        """Return the people at an intensity and above."""
        counts = [case.people_above.get(degree, 0.0) for case in self.cases]
        return Figure(
            value=_rounded(counts[0]),
            unit="人",
            source=f"{self.people_source}；{source}",
            low=_rounded(min(counts)),
            high=_rounded(max(counts)),
            note="区间为震级 ±0.2",
        )

    def sentences(self) -> tuple[str, ...]:
        """Say it in plain words."""
        dead, hurt, homeless = self.deaths, self.injured, self.homeless
        levels = [response_level(value) for value in (dead[1], dead[2])]
        level = levels[1] if levels[0] == levels[1] else f"{levels[1]}–{levels[0]}"
        when = "夜间" if self.night else "白天"
        return (
            (
                f"按{when}人口，可能死亡 {_span(dead)} 人、受伤 {_span(hurt)} 人"
                "（三种模型并列，震害矩阵和房屋比例为示例，只作量级参考）。"
            ),
            f"可能无家可归 {_span(homeless)} 人；按死亡区间，对应地震应急响应 {level} 级。",
        )


def _whole(rows: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    middles, lows, highs = zip(*rows, strict=True)
    return float(np.median(middles)), min(lows), max(highs)


def structure_shares(old_share: float) -> dict[str, float]:
    """Return how people are housed by class of structure; sums to 1."""
    whole = sum(MODERN.values())
    modern = {name: (1.0 - old_share) * part / whole for name, part in MODERN.items()}
    return {"old_dwelling": old_share, **modern}


def is_night(moment: datetime) -> bool:
    """Tell whether most people sleep indoors at a moment, by the clock of China."""
    offset = moment.utcoffset()
    hour = (moment - offset).hour if offset is not None else moment.hour
    local = (hour + UTC_PLUS) % 24
    return local >= NIGHT_FROM or local < NIGHT_TO


def losses(
    inputs: Inputs,
    setting: Setting,
    *,
    strike: float,
    magnitudes: Sequence[float],
) -> Losses | None:
    """Return the losses for each magnitude, the first being the entered one.

    None without a people grid.
    """
    grid = setting.people
    if grid is None:
        return None
    night = is_night(setting.moment)
    cases = [
        _case(inputs, setting, grid, strike=strike, magnitude=m, night=night) for m in magnitudes
    ]
    return Losses(likely=cases[0], others=tuple(cases[1:]), night=night, people_source=grid.source)


def _case(
    inputs: Inputs,
    setting: Setting,
    grid: PeopleGrid,
    *,
    strike: float,
    magnitude: float,
    night: bool,
) -> _Case:
    level = _level(inputs, setting, grid.lon, grid.lat, strike=strike, magnitude=magnitude)
    near = level >= FELT
    level, people = level[near], grid.people[near]
    matrix = example_matrix()
    shares = structure_shares(inputs.number("old_share"))
    states = {
        name: damage_counts(level, {name: share}, matrix=matrix) for name, share in shares.items()
    }
    by_class = {name: people @ found for name, found in states.items()}
    collapsed = sum(found[..., -1] for found in states.values())
    estimates = casualties(
        level,
        np.clip(collapsed, 0.0, 1.0),
        people,
        density=grid.people[near] / _cell_km2(grid)[near],
        night=night,
    )
    return _Case(
        magnitude=magnitude,
        estimates=estimates,
        by_class=by_class,
        people_above={d: float(people[level >= d].sum()) for d in range(6, 12)},
    )


def _level(
    inputs: Inputs,
    setting: Setting,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    strike: float,
    magnitude: float,
) -> NDArray[np.float64]:
    """Return the intensity at points, 0 beyond the range of the relation."""
    place = setting.place
    east, north = to_metres(lon, lat, lon0=place.lon, lat0=place.lat)
    far = np.hypot(east, north)
    angle = np.degrees(np.arctan2(east, north)) - strike
    found = intensity(
        np.minimum(far, FARTHEST), angle, magnitude=magnitude, region=inputs.word("region")
    )
    shifted = np.clip(found + inputs.number("intensity_offset"), 0.0, 12.0)
    return np.where(far <= FARTHEST, shifted, 0.0)


def _cell_km2(grid: PeopleGrid) -> NDArray[np.float64]:
    km = math.radians(1.0) * 6371.0
    return np.asarray(grid.cell_lat * km * grid.cell_lon * km * np.cos(np.radians(grid.lat)))


def loss_figures(found: Losses | None, source: str) -> dict[str, Figure]:
    """Return the figures of the losses; none without people."""
    if found is None:
        return {}
    return {
        "可能死亡": _ranged(
            found.deaths,
            "人",
            f"三种公开模型；{source}",
            "三种模型居中者；区间含各模型自身的区间与震级 ±0.2",
        ),
        "可能受伤": _ranged(
            found.injured, "人", f"三种公开模型；{source}", "按死亡 2 倍（单一来源）"
        ),
        "可能无家可归": _ranged(
            found.homeless, "人", f"{EXAMPLE}；{source}", "严重破坏以上；上限含中等破坏"
        ),
        "VII度以上区人口": found.people_from(7, source),
    }


def casualty_table(found: Losses, source: str) -> Table:
    """Return deaths and injuries by each model, side by side."""
    rows = [
        (
            estimate.title,
            _ranged(deaths, "人", source, "区间含震级 ±0.2"),
            _ranged(injured, "人", source, "区间含震级 ±0.2"),
        )
        for estimate, deaths, injured in zip(
            found.likely.estimates, found.deaths_by_model, found.injured_by_model, strict=True
        )
    ]
    return Table(
        title="伤亡：三种模型并列",
        columns=("模型", "死亡", "受伤"),
        rows=tuple(rows),
        note=f"{'夜间' if found.night else '白天'}在室人口；相差可达十倍，只报区间。{EXAMPLE}",
    )


def damage_table(found: Losses, source: str) -> Table:
    """Return the floor area by class of structure and state of damage."""
    titles = example_matrix().titles
    rows: list[tuple[str | Figure, ...]] = []
    for name, likely in found.likely.by_class.items():
        tried = np.stack([case.by_class[name] for case in found.cases])
        rows.append(
            (
                titles[name],
                *(
                    _floor(likely[k], tried[:, k], source)
                    for k in range(1, len(STATES))  # undamaged floors would drown the rest
                ),
            )
        )
    return Table(
        title="住房震害（万平方米）",
        columns=("结构", *(STATE_NAMES[state] for state in STATES[1:])),
        rows=tuple(rows),
        note=f"按人均 {FLOOR_PER_PERSON:g} m² 折算，待确认。{EXAMPLE}；区间为震级 ±0.2",
    )


def _floor(likely: float, tried: NDArray[np.float64], source: str) -> Figure:
    factor = FLOOR_PER_PERSON / 1e4
    return Figure(
        value=round(float(likely) * factor, 1),
        unit="万m²",
        source=source,
        low=round(float(tried.min()) * factor, 1),
        high=round(float(tried.max()) * factor, 1),
        to_confirm=True,
    )


def need_table(found: Losses, source: str) -> Table:
    """Return what the rescue needs: likely, least and most."""
    likely, least, most = (
        needs(found.injured[k], found.homeless[k], found.stricken[k]) for k in range(3)
    )
    rows = tuple(
        (title, _ranged((getattr(likely, k), getattr(least, k), getattr(most, k)), unit, source))
        for title, k, unit in (
            ("救援人员", "rescuers", "人"),
            ("床位", "beds", "张"),
            ("医生", "doctors", "人"),
            ("担架", "stretchers", "副"),
            ("帐篷", "tents", "顶"),
            ("食品（每日）", "food", "kg"),
        )
    )
    return Table(
        title="救援需求",
        columns=("项目", "数量"),
        rows=rows,
        note="按住房中等破坏以上的人口；系数单一来源（2017），待确认；不计本地储备",
    )


def district_table(
    inputs: Inputs, setting: Setting, *, strike: float, source: str
) -> tuple[Table, ...]:
    """Return the intensity at each district: at its edge nearest the focus and in the middle."""
    if not setting.districts:
        return ()
    magnitude = inputs.number("magnitude")
    rows = []
    for one in setting.districts:
        inner = one.area.representative_point()
        west, south, east, north = one.area.bounds
        lon, lat = np.meshgrid(np.linspace(west, east, 15), np.linspace(south, north, 15))
        level = _level(
            inputs,
            setting,
            np.append(lon.ravel(), inner.x),
            np.append(lat.ravel(), inner.y),
            strike=strike,
            magnitude=magnitude,
        )
        inside = shapely.contains_xy(one.area, lon.ravel(), lat.ravel())
        felt = np.append(level[:-1][inside], level[-1])
        rows.append((float(felt.max()), one, float(np.median(felt))))
    rows.sort(key=lambda row: -row[0])
    return (
        Table(
            title="各区县烈度",
            columns=("区县", "最高", "中位"),
            rows=tuple(
                (one.name, _degree(top, source), _degree(middle, source))
                for top, one, middle in rows
            ),
            note="衰减关系中值；单点标准差约 0.6 度",
        ),
    )


def _degree(value: float, source: str) -> Figure:
    return Figure(
        value=round(value, 1),
        unit="度",
        source=source,
        low=round(max(value - 0.6, 0.0), 1),
        high=round(min(value + 0.6, 12.0), 1),
    )


def _ranged(values: tuple[float, float, float], unit: str, source: str, note: str = "") -> Figure:
    value, low, high = values
    return Figure(
        value=_rounded(value),
        unit=unit,
        source=source,
        low=_rounded(min(low, value)),
        high=_rounded(max(high, value)),
        note=note,
        to_confirm=True,
    )


def _rounded(value: float) -> float:
    """Return two leading digits: more would pretend to know."""
    if value < 1.0:
        return float(round(value))
    digits = 1 - math.floor(math.log10(value))
    return float(round(value, min(digits, 0)))


def _span(values: tuple[float, float, float]) -> str:
    _middle, low, high = values
    return f"{_rounded(low):,.0f}–{_rounded(high):,.0f}"
